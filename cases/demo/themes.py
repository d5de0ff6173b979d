"""What members find and do about each recurring theme, in their own made-up words.

A finding fits whichever part has the concern. A measure is told twice: as planned, and as done.
"""

from __future__ import annotations

from dataclasses import dataclass

from cases.codes import Cause


@dataclass(frozen=True)
class Theme:
    """What can be said about one theme: findings, measures as (planned, done), and the name of its systemfel."""

    cause: Cause
    findings: tuple[str, ...]
    measures: tuple[tuple[str, str], ...]
    pattern: str = ""


THEMES = {
    "bemotande_misstro": Theme(
        Cause.TREATMENT,
        (
            "Vi har talat med den grupp som det gäller. Så ska ingen bli bemött hos oss, och vi ber om ursäkt.",
            (
                "Närmaste chef har gått igenom händelsen med medarbetarna. Stressen förklarar tonen men ursäktar den "
                "inte."
            ),
            (
                "Vi har fått liknande synpunkter förut. Det handlar mindre om en person än om hur vi har vant oss vid "
                "att "
                "tala, och det tar vi på allvar."
            ),
            (
                "Vi kan inte slå fast exakt vad som sades. Upplevelsen är tydlig, och den räcker för att vi ska göra "
                "något."
            ),
            "Vi känner igen beskrivningen. När det är många möten på en dag blir samtalen korta och frågorna hårda.",
        ),
        (
            (
                "Ta upp bemötande som fast punkt på arbetsplatsträffen, med rapporten som exempel.",
                "Bemötande är nu en fast punkt på arbetsplatsträffen.",
            ),
            (
                "Erbjuda medhörning och återkoppling från en kollega en gång i månaden.",
                "Medhörning med återkoppling görs nu varje månad.",
            ),
            (
                "Gå igenom mallar och standardfraser så att tonen blir vänligare.",
                "Mallarna är omskrivna i ett vänligare språk.",
            ),
            (
                "Ha en halv dag om samtalsmetodik för alla som möter besökare.",
                "Alla som möter besökare har gått en halvdag om samtalsmetodik.",
            ),
        ),
    ),
    "af_kontaktvag": Theme(
        Cause.ROUTINES,
        (
            (
                "Det stämmer att samverkanspartner hamnar i samma kö som alla andra. Det finns ingen särskild väg in, "
                "och "
                "det är vår sak att ordna en."
            ),
            (
                "Vi har sett över hur frågor från insatserna tas emot. De fördelas till den som är ledig, och därför "
                "får "
                "ni olika svar från olika håll."
            ),
            "Rutinen finns på papper, men den pekar på en brevlåda som ingen har läst sedan omorganisationen.",
            "Vi delar bilden. När ärenden arbetas bort i en gemensam kö tappar vi den som känner till helheten.",
        ),
        (
            (
                "Öppna en funktionsbrevlåda för insatserna som bevakas varje vardag.",
                "Funktionsbrevlådan är öppen och bevakas varje vardag.",
            ),
            (
                "Utse två kontaktpersoner för insatserna, med varandra som ersättare.",
                "Två kontaktpersoner är utsedda och ersätter varandra.",
            ),
            (
                "Lägga en stående telefontid för samverkan två gånger i veckan.",
                "Telefontiden för samverkan finns nu tisdag och torsdag.",
            ),
        ),
        "Insatserna når inte rätt person",
    ),
    "handlaggarbyte": Theme(
        Cause.ROUTINES,
        (
            (
                "Bytet gjordes utan överlämning. Vi har en checklista för det, men den används inte när någon slutar "
                "med "
                "kort varsel."
            ),
            "Vi har haft hög rörlighet på enheten. Det kan vi inte lova bort, men vi kan lova att säga till.",
            (
                "Ärendet låg utan ansvarig medan det omfördelades. Ingen hos oss såg det, för listan visar bara "
                "ärenden "
                "som har en handläggare."
            ),
            (
                "Den nya handläggaren fick inte veta att det fanns en gemensam plan. Planen låg i en annan mapp än "
                "akten."
            ),
        ),
        (
            (
                "Införa överlämning i tre steg: samtal, anteckning och besked till samarbetsparterna.",
                "Överlämning i tre steg används nu vid varje byte.",
            ),
            (
                "Ta fram en veckolista över ärenden som saknar ansvarig handläggare.",
                "Veckolistan finns, och enhetschefen går igenom den på måndagar.",
            ),
            (
                "Lägga den gemensamma planen överst i akten så att den följer med vid byte.",
                "Planen ligger nu överst i akten och följer med.",
            ),
        ),
        "Byte av handläggare utan överlämning",
    ),
    "vc_deltar_inte": Theme(
        Cause.STEERING,
        (
            (
                "Vi har gått igenom kallelserna med verksamhetschefen. Mötena konkurrerar med patienttid, och i dag "
                "väger "
                "patienttiden alltid tyngst."
            ),
            (
                "Det finns ingen tid avsatt för möten med andra myndigheter i schemat. Den som vill delta får ta det "
                "av "
                "sin administrationstid."
            ),
            "Kallelserna kom fram, men ingen hade i uppgift att svara på dem. Så ska det inte vara.",
            "Vårdcentralerna tolkar uppdraget olika. I vårdvalets ersättning syns inte tid för samverkan.",
        ),
        (
            (
                "Avsätta två fasta tider i månaden för digitala flerpartsmöten.",
                "Två fasta tider i månaden är inlagda i schemat.",
            ),
            (
                "Ge rehabkoordinatorn i uppgift att svara på alla kallelser inom en vecka.",
                "Rehabkoordinatorn svarar nu på alla kallelser inom en vecka.",
            ),
            (
                "Ta upp tid för samverkan med primärvårdsledningen inför nästa års uppdrag.",
                "Frågan är lämnad till primärvårdsledningen inför nästa års uppdrag.",
            ),
        ),
        "Primärvården deltar inte i gemensam planering",
    ),
    "samtycke": Theme(
        Cause.SECRECY,
        (
            "Varje myndighet har sin egen blankett, och ingen har ansvar för att de ska gå att läsa tillsammans.",
            "Samtycket var giltigt. Det registrerades inte så att den som svarade i telefon kunde se det.",
            "Våra medarbetare är osäkra på vad ett samtycke täcker och väljer därför att inte säga något alls.",
            "Sekretessen gäller uppgifter om hälsa, inte vilken dag ett möte hålls. Där har vi varit för försiktiga.",
        ),
        (
            (
                "Pröva en gemensam samtyckesblankett tillsammans med de andra parterna.",
                "Den gemensamma blanketten prövas sedan en månad i två insatser.",
            ),
            (
                "Registrera samtycken samma dag som de kommer in, där alla handläggare ser dem.",
                "Samtycken registreras nu samma dag och syns för alla handläggare.",
            ),
            (
                "Hålla en genomgång om sekretess och samtycke för hela gruppen, med exempel.",
                "Genomgången är hållen, och exemplen ligger på vårt intranät.",
            ),
        ),
        "Samtycken gäller inte mellan parterna",
    ),
    "sgi_noll": Theme(
        Cause.LAW,
        (
            (
                "Beskrivningen är riktig. Utan sjukpenninggrundande inkomst finns inget ärende, och då finns heller "
                "inget "
                "samordningsuppdrag. Det styrs av lag."
            ),
            "Vi har räknat efter hur många det gäller och blev själva förvånade. Gruppen är större än vi trodde.",
            "Alla tre gör rätt enligt sina regler. Ingen av oss har i uppdrag att hålla ihop planeringen.",
        ),
        (
            (
                "Erbjuda rådgivning i försäkringsmedicin till handläggare på ekonomiskt bistånd en gång i månaden.",
                "Rådgivningen finns nu en eftermiddag i månaden.",
            ),
            (
                "Utse en rehabkoordinator som tar emot frågor om personer utan sjukpenning.",
                "En rehabkoordinator är utsedd och tar emot frågorna.",
            ),
        ),
        "Sjukskrivna utan SGI saknar någon som samordnar",
    ),
    "lakarintyg": Theme(
        Cause.KNOWLEDGE,
        (
            (
                "Intygen faller på hur aktivitetsbegränsningen är beskriven. Läkarna har inte fått veta vad som "
                "ändrades."
            ),
            "Vi begär kompletteringar med standardtext. Läkaren kan då inte se vad som faktiskt saknas.",
            "Ett telefonsamtal hade räckt. I dag finns ingen väg för den som bedömer att ringa den som har skrivit.",
        ),
        (
            (
                "Bjuda in till ett möte om intyg två gånger om året, med avidentifierade exempel.",
                "Det första mötet om intyg är hållet, och nästa är bokat.",
            ),
            (
                "Skriva i klartext vad som saknas i varje begäran om komplettering.",
                "Begäran om komplettering säger nu i klartext vad som saknas.",
            ),
            (
                "Öppna en telefontid där läkare och handläggare kan reda ut frågor om intyg.",
                "Telefontiden om intyg finns nu varje vecka.",
            ),
        ),
        "Läkarintygen går i retur",
    ),
    "overlamning": Theme(
        Cause.ROUTINES,
        (
            "Avslutet var planerat, men det fanns ingen mottagare med namn. Då blir det ingens första dag.",
            "Slutrapporten kom in och arkiverades. Den lästes inte, eftersom den inte hörde till något öppet ärende.",
            (
                "Det finns ingen överenskommelse om vem som bokar överlämningen. Alla väntar på att någon annan ska "
                "göra det."
            ),
            "Vår handläggningstid börjar när insatsen slutar. Den borde börja en månad tidigare.",
        ),
        (
            (
                "Boka överlämningsmötet fyra veckor före avslut, med en namngiven funktion som tar emot.",
                "Överlämningen bokas nu fyra veckor före avslut.",
            ),
            (
                "Ta fram en sida som slutrapport i stället för sex, med de tre viktigaste råden först.",
                "Slutrapporten är nu en sida, och mottagaren bekräftar att den är läst.",
            ),
            (
                "Följa upp varje avslutad deltagare med ett samtal efter en månad.",
                "Samtal efter en månad görs nu för alla som avslutas.",
            ),
        ),
        "Ingen tar emot när insatsen slutar",
    ),
    "avsatt_tid": Theme(
        Cause.STEERING,
        (
            "Tiden i överenskommelsen stämmer inte med det schema som personen har. Det ansvaret är vårt.",
            "Vi har skickat den som kunde den dagen. Det ger ingen kontinuitet, och vi förstår irritationen.",
            (
                "Uppdraget finns, men det har lagts ovanpå det ordinarie arbetet i stället för att ersätta en del av "
                "det."
            ),
        ),
        (
            (
                "Skriva in samverkanstiden i tjänsten och minska antalet ordinarie ärenden.",
                "Tiden står nu i tjänsten, och antalet ordinarie ärenden är sänkt.",
            ),
            (
                "Utse en ordinarie person och en ersättare, och meddela förbundet vid ändring.",
                "Ordinarie person och ersättare är utsedda.",
            ),
            (
                "Gå igenom överenskommelsen om bemanning med förbundet varje höst.",
                "Överenskommelsen är genomgången och omskriven.",
            ),
        ),
    ),
    "jargong_parter": Theme(
        Cause.TREATMENT,
        (
            "Vi känner igen oss, tyvärr. Tonen har smugit sig in, och ingen chef har satt ned foten.",
            (
                "Cheferna i de berörda verksamheterna har talats vid. Det handlar om två arbetssätt som krockar, och "
                "om "
                "att ingen har haft mandat att reda ut det."
            ),
            "Vi har pratat om saken i ledningsgruppen. Skämten är på bekostnad av dem som inte är i rummet.",
        ),
        (
            (
                "Ha en gemensam halvdag där parterna berättar om sina uppdrag och gränser.",
                "Halvdagen är genomförd med deltagare från alla parter.",
            ),
            (
                "Skriva tre enkla samtalsregler för teamets möten och börja varje möte med dem.",
                "Samtalsreglerna finns och används på teamets möten.",
            ),
            (
                "Låta cheferna ta ett gemensamt samtal med dem som det gäller.",
                "Cheferna har haft samtalet, och en uppföljning är bokad.",
            ),
        ),
    ),
    "laga_forvantningar": Theme(
        Cause.TREATMENT,
        (
            "Uttalandet stämmer inte med vårt uppdrag. Ingen hos oss ska avgöra på förhand vad en person kan.",
            (
                "Vi har talat om rapporten i gruppen. Flera kände igen sig i att förväntningarna sjunker när köerna "
                "växer."
            ),
            "Vi ser att vi tidigt sorterar i grupper och att sorteringen sedan följer med personen.",
        ),
        (
            (
                "Låta deltagarens eget mål stå först i varje planering.",
                "Deltagarens eget mål står nu först i planeringen.",
            ),
            (
                "Bjuda in en tidigare deltagare till en träff om hoppfullhet och bemötande.",
                "Träffen är genomförd och blev mycket uppskattad.",
            ),
        ),
    ),
    "krav_mot_rehab": Theme(
        Cause.LAW,
        (
            "Våra riktlinjer skiljer inte på den som söker arbete och den som är i rehabilitering. Det är en brist.",
            "Kraven är satta för hela gruppen. Handläggaren har utrymme att göra undantag men har inte vetat om det.",
            "Två obligatoriska aktiviteter på samma tid är orimligt. Våra bokningssystem känner inte till varandra.",
        ),
        (
            (
                "Ändra riktlinjen så att en gemensam rehabiliteringsplan räknas som aktivitet.",
                "Riktlinjen är ändrad. En gemensam plan räknas nu som aktivitet.",
            ),
            (
                "Informera alla handläggare om utrymmet för individuella krav.",
                "Alla handläggare är informerade om utrymmet för individuella krav.",
            ),
        ),
        "Krav på aktivitet krockar med rehabilitering",
    ),
    "motstridiga_besked": Theme(
        Cause.LAW,
        (
            (
                "Bedömningarna utgår från olika regler och kan därför bli olika. Det är rätt, men det blir "
                "obegripligt för "
                "den som står mitt emellan."
            ),
            "Vi läste samma utlåtande men svarade på olika frågor. Ingen av oss talade med den andra före beslutet.",
            (
                "Det här hör till det svåraste mellan oss. Vi kan inte ändra reglerna, men vi kan låta bli att lämna "
                "besked var för sig."
            ),
        ),
        (
            (
                "Hålla ett avstämningsmöte före beslut när parterna ser olika på arbetsförmågan.",
                "Avstämning före beslut görs nu i de ärenden som insatserna anmäler.",
            ),
            (
                "Skriva en gemensam förklaring på lätt svenska om vad varje myndighet bedömer.",
                "Förklaringen är skriven och delas ut av alla parter.",
            ),
        ),
        "För frisk för den ena, för sjuk för den andra",
    ),
    "lakarbemanning": Theme(
        Cause.RESOURCES,
        (
            "Vi har haft svårt att rekrytera och har löst det med hyrläkare. Kontinuiteten har blivit lidande.",
            (
                "Förlängningar av intyg har fått vänta när ordinarie läkare är borta. Det saknas en plan för de "
                "veckorna."
            ),
            "Rehabkoordinatorns tid räcker inte till. Vi har nu en bild av hur många som väntar.",
        ),
        (
            (
                "Utse en fast läkarkontakt för insatsernas deltagare.",
                "En fast läkarkontakt finns för insatsernas deltagare.",
            ),
            (
                "Göra en ledighetsplan för intyg, klar före sommar och jul.",
                "Ledighetsplanen för intyg finns och gäller alla mottagningar.",
            ),
        ),
    ),
    "remissbollen": Theme(
        Cause.STEERING,
        (
            "Remisskriterierna är skrivna var för sig och lämnar ett glapp i mitten. Det har ingen ägt.",
            "Vi har läst ett antal returer. De flesta avvisas på formella grunder utan att någon ringer.",
            "Det finns en överenskommelse om gemensam bedömning, men den används sällan.",
        ),
        (
            (
                "Börja med gemensam remissbedömning varannan vecka mellan primärvård och psykiatri.",
                "Gemensam remissbedömning görs nu varannan vecka.",
            ),
            (
                "Ringa remittenten innan en remiss skickas tillbaka andra gången.",
                "Remittenten rings nu upp före en andra retur.",
            ),
        ),
        "Remisser studsar mellan vårdnivåer",
    ),
    "utredningsko": Theme(
        Cause.RESOURCES,
        (
            (
                "Kön är lång, och det kan vi inte lösa snabbt. Att den som väntar inte får veta något kan vi däremot "
                "ändra."
            ),
            "Stöd ska ges efter behov, inte efter diagnos. Det borde vi ha sagt tydligare till våra samarbetsparter.",
            "Utredningar har stannat av när psykologer slutat. Det finns ingen rutin för att ta vid.",
        ),
        (
            (
                "Skicka besked om ungefärlig väntetid var tredje månad.",
                "Alla i kö får nu besked om väntetid var tredje månad.",
            ),
            (
                "Skriva ett kort utlåtande om stödbehov medan personen väntar på utredning.",
                "Utlåtande om stödbehov skrivs nu för den som väntar.",
            ),
        ),
    ),
    "kannedom_finsam": Theme(
        Cause.KNOWLEDGE,
        (
            "Kunskapen om insatserna är ojämn hos oss. Den som är ny får ingen genomgång.",
            "Vi hade en gammal folder framme. Den är kastad.",
            "Informationen skickas till chefer och stannar där.",
        ),
        (
            (
                "Lägga in insatserna i introduktionen för nyanställda.",
                "Insatserna är nu en del av introduktionen för nyanställda.",
            ),
            (
                "Utse en person på varje enhet som håller reda på insatserna.",
                "Varje enhet har nu en person som håller reda på insatserna.",
            ),
            (
                "Bjuda in insatserna till en arbetsplatsträff varje termin.",
                "Insatserna kommer nu till en arbetsplatsträff varje termin.",
            ),
        ),
    ),
    "sip": Theme(
        Cause.ROUTINES,
        (
            "Planen skrevs men ingen fick i uppgift att kalla till uppföljning. Då blir den liggande.",
            (
                "Vi har skyldighet att delta även när det inte finns något pågående ärende. Det visste inte alla hos "
                "oss."
            ),
            "Mötet hölls på vårt sätt i stället för på den enskildes. Det är inte meningen med en plan.",
        ),
        (
            (
                "Bestämma datum för uppföljning innan mötet avslutas, alltid.",
                "Datum för uppföljning bestäms nu innan mötet avslutas.",
            ),
            (
                "Gå igenom skyldigheten att delta i samordnad individuell plan med alla enheter.",
                "Genomgången är gjord på alla enheter.",
            ),
        ),
    ),
    "tolk": Theme(
        Cause.ROUTINES,
        (
            "Behovet av tolk stod i underlaget men inte där bokningen görs. Därför beställdes ingen tolk.",
            "Mötet borde ha avbrutits. Medarbetaren var osäker på om det fick ombokas.",
            "Vi har ingen överenskommelse om vem som betalar tolk vid gemensamma möten.",
        ),
        (
            (
                "Lägga språk och tolkbehov som en ruta i bokningen som måste fyllas i.",
                "Språk och tolkbehov fylls nu i vid varje bokning.",
            ),
            (
                "Skriva ned att ett möte utan fungerande tolk alltid bokas om.",
                "Det är beslutat: möten utan fungerande tolk bokas om.",
            ),
        ),
    ),
    "uppdragsgrans_leverantor": Theme(
        Cause.LAW,
        (
            "Avtalet med leverantören reglerar inte samverkan. Leverantören gör det som avtalet betalar för.",
            "Leverantörens material får inte lämnas vidare utan samtycke, och frågan om samtycke ställs inte.",
            "Avtalen är nationella. Vi kan inte ändra dem här, men vi kan föra det vidare.",
        ),
        (
            (
                "Fråga om samtycke till att dela planeringen redan vid start hos leverantören.",
                "Frågan om samtycke ställs nu vid start.",
            ),
            (
                "Lämna synpunkten till dem som skriver nästa avtal.",
                "Synpunkten är lämnad och finns med i underlaget till nästa avtal.",
            ),
        ),
        "Upphandlade leverantörer får inte samverka",
    ),
    "mote_utan_individ": Theme(
        Cause.TREATMENT,
        (
            "Det blev fel. Ett möte om en person ska inte börja innan personen är där.",
            "Vi tycker att vi bara stämde av, men vi förstår hur det ser ut från andra sidan bordet.",
            "Beslutet togs före samtalet eftersom systemet krävde ett datum. Det är ingen ursäkt.",
        ),
        (
            (
                "Börja alla möten med att deltagaren säger vad hen vill få ut av det.",
                "Mötena börjar nu med deltagarens egen fråga.",
            ),
            (
                "Skriva i kallelsen att inget förmöte hålls utan deltagaren.",
                "Det står nu i kallelsen att inget förmöte hålls utan deltagaren.",
            ),
        ),
    ),
    "ersattning_hot": Theme(
        Cause.TREATMENT,
        (
            "Vi måste informera om vad som gäller för ersättningen. Vi måste inte börja med det.",
            "Texten kommer från en mall som ingen har läst på länge. Vi har gjort det nu.",
            "Påminnelserna går ut automatiskt. Formuleringen är vår egen och går att ändra.",
        ),
        (
            (
                "Skriva om kallelser och påminnelser så att de börjar med vad mötet handlar om.",
                "Kallelser och påminnelser är omskrivna.",
            ),
            (
                "Ta upp i gruppen hur vi informerar om krav utan att hota.",
                "Gruppen har arbetat igenom hur krav förklaras, med exempel.",
            ),
        ),
    ),
    "dubbeldokumentation": Theme(
        Cause.IT,
        (
            "Systemen talar inte med varandra, och varje part behöver sina uppgifter enligt egna regler.",
            "Vi begär uppgifter som redan finns hos någon annan. Flera av dem använder vi inte till något.",
        ),
        (
            (
                "Gå igenom vilka uppgifter som begärs och stryka dem som inte används.",
                "Listan över uppgifter är kortad med en tredjedel.",
            ),
            (
                "Låta en gemensam minnesanteckning räcka från flerpartsmöten.",
                "En gemensam minnesanteckning räcker nu för alla parter.",
            ),
        ),
    ),
    "omorganisation": Theme(
        Cause.ROUTINES,
        (
            "Omorganisationen var känd hos oss, men ingen hade i uppgift att berätta om den för er.",
            "Nya namn och nummer lades ut internt. Externa parter glömdes bort.",
        ),
        (
            (
                "Skicka en lista över nya kontaktvägar till alla parter och uppdatera den varje kvartal.",
                "Listan över kontaktvägar är skickad och har en ansvarig.",
            ),
            (
                "Lägga till samverkansparter i kommunikationsplanen vid förändringar.",
                "Samverkansparter finns nu med i kommunikationsplanen.",
            ),
        ),
    ),
    "ingen_samordnar": Theme(
        Cause.STEERING,
        (
            "Alla parter har en del av planen och ingen har hela. Det är ett riktigt konstaterande.",
            "Punkterna från mötet fick ingen ansvarig. Vi trodde att någon annan hade tagit dem.",
        ),
        (
            (
                "Utse en samordnare för varje gemensam plan innan mötet är slut.",
                "Varje gemensam plan har nu en utsedd samordnare.",
            ),
            (
                "Använda en enkel lista med vem, vad och när efter varje möte.",
                "Listan med vem, vad och när används efter varje möte.",
            ),
        ),
    ),
    "fk_svarstid": Theme(
        Cause.RESOURCES,
        (
            (
                "Handläggningstiden har varit längre än vårt eget mål. Orsaken är bemanning, och den är på väg att "
                "lösas."
            ),
            "Ärendet väntade på en uppgift som vi inte hade frågat efter. Det borde vi ha sett tidigare.",
        ),
        (
            (
                "Skicka besked om läget efter fyra veckor i alla ärenden som dröjer.",
                "Besked om läget skickas nu efter fyra veckor.",
            ),
            (
                "Låta en grupp ta de ärenden som insatserna märker som brådskande.",
                "Gruppen för brådskande ärenden är igång.",
            ),
        ),
    ),
    "kotid_insats": Theme(
        Cause.RESOURCES,
        (
            "Kön beror på att en tjänst inte har återbesatts. Under tiden har vi inte sagt hur läget är.",
            "Intagningen sker en gång i månaden, och den som missar ett datum får vänta. Det går att göra enklare.",
        ),
        (
            (
                "Meddela aktuell kötid på insatsens sida varje månad.",
                "Aktuell kötid finns nu på insatsens sida.",
            ),
            (
                "Korta anmälan till en sida och ta emot den löpande.",
                "Anmälan är en sida och tas emot löpande.",
            ),
        ),
    ),
    "digital_tjanst": Theme(
        Cause.IT,
        (
            (
                "Tjänsten utgår från att alla har e-legitimation. För den som saknar det finns en väg på papper, men "
                "den "
                "är svår att hitta."
            ),
            "Kallelsen skickades i tid men fastnade i utskicket. Vi har sett samma sak i fler fall.",
        ),
        (
            (
                "Lägga blanketter på papper framme på kontoret och hos insatserna.",
                "Blanketter på papper finns nu på kontoret och hos insatserna.",
            ),
            (
                "Erbjuda hjälp på plats en förmiddag i veckan för den som inte kan använda tjänsten.",
                "Hjälp på plats finns nu varje onsdag förmiddag.",
            ),
        ),
    ),
    "ekonomi_part": Theme(
        Cause.STEERING,
        (
            (
                "Våra budgetprocesser har olika kalendrar. Beskedet från den ena kommer när den andra redan har "
                "beslutat."
            ),
            "Fördelningen följer lagen, men tidpunkten väljer vi själva. Den kan vi tala om.",
        ),
        (
            (
                "Lämna preliminärt besked om nästa års medel före sommaren.",
                "Preliminärt besked lämnas nu före sommaren.",
            ),
        ),
    ),
    "projektslut": Theme(
        Cause.STEERING,
        (
            "Beslutet om fortsättning borde ha kommit långt tidigare. Ingen av oss ville vara först med att betala.",
            "Vi tog över insatsen men inte alla uppgifter. Det framgick inte av beslutet.",
        ),
        (
            (
                "Ta upp fortsättning eller avslut ett år före projektets slut, som egen punkt.",
                "Fortsättning eller avslut är nu en egen punkt ett år i förväg.",
            ),
        ),
    ),
    "skola_glapp": Theme(
        Cause.ROUTINES,
        (
            (
                "Uppgiften om avhoppet kom för sent för att vi skulle kunna göra något. Regelverket tillåter att det "
                "går "
                "fortare än så."
            ),
            "Ansvaret följer folkbokföringen, men informationen följer skolan. Där faller det isär.",
        ),
        (
            (
                "Komma överens med skolorna om besked inom två veckor efter avhopp.",
                "Skolorna lämnar nu besked inom två veckor.",
            ),
        ),
    ),
    "avstand": Theme(
        Cause.RESOURCES,
        (
            "Avtalet har bara en ort. För den som inte har bil är det i praktiken ett nej.",
            "Reskostnaden faller mellan våra regler. Var för sig är de rimliga, tillsammans är de det inte.",
        ),
        (
            (
                "Pröva utredning i lokaler på hemorten en dag i månaden.",
                "Utredning görs nu på hemorten en dag i månaden.",
            ),
        ),
    ),
    "regelandring": Theme(
        Cause.LAW,
        (
            "Regeln är nationell och gick att förutse. Vi borde ha tagit upp den med de andra parterna före datumet.",
            "Prövningarna görs i följd och inte samtidigt. Glappet är känt, men ingen äger det.",
        ),
        (
            (
                "Börja prövningen tre månader före brytdatum när personen är i en insats.",
                "Prövningen börjar nu tre månader i förväg.",
            ),
        ),
    ),
    "kvinnor_langtidssjuk": Theme(
        Cause.TREATMENT,
        (
            (
                "Vi har gått igenom ett tjugotal ärenden. Skillnaden finns, och den går inte att förklara med "
                "underlagen."
            ),
            "Frågan om arbete ställs oftare till män. Det har vi inte sett förrän någon räknade.",
        ),
        (
            (
                "Följa upp förslag till insats uppdelat på kvinnor och män varje halvår.",
                "Uppföljningen görs nu varje halvår och visas i ledningsgruppen.",
            ),
        ),
    ),
    "remissvag": Theme(
        Cause.LAW,
        ("Villkoren förutsätter varandra. Var för sig är de genomtänkta, tillsammans stänger de ute.",),
        (
            (
                "Låta sysselsättning och behandling börja samtidigt under en prövotid på åtta veckor.",
                "Prövotid på åtta veckor tillämpas nu.",
            ),
        ),
    ),
    "arbetsgivarkontakt": Theme(
        Cause.ROUTINES,
        ("Vi kontaktar företag var för sig och har ingen gemensam bild av vem som redan har frågat.",),
        (
            (
                "Ha en gemensam lista över pågående arbetsgivarkontakter.",
                "Den gemensamma listan används av alla tre.",
            ),
        ),
    ),
    "personliga_kontakter": Theme(
        Cause.ROUTINES,
        ("Samarbetet byggde på en person. När hen slutade fanns ingen rutin att luta sig mot.",),
        (
            (
                "Skriva ned hur insatserna når oss och knyta det till en funktion.",
                "Kontaktvägen är nedskriven och knuten till en funktion.",
            ),
        ),
    ),
    "sfi_rehab": Theme(
        Cause.ROUTINES,
        ("Anordnaren får inte veta något om rehabiliteringen om ingen frågar. Ingen har frågat.",),
        (
            (
                "Ta med studierna i den gemensamma planen när deltagaren vill det.",
                "Studierna finns nu med i den gemensamma planen.",
            ),
        ),
    ),
    "lonebidrag": Theme(
        Cause.RESOURCES,
        ("Beslutet hänger på årets medel. Arbetsgivaren bör få veta det vid första mötet och inte vid det sista.",),
        (
            (
                "Lämna skriftligt besked om tidsplanen till arbetsgivaren vid start.",
                "Arbetsgivare får nu en skriftlig tidsplan vid start.",
            ),
        ),
    ),
    "komplex_stampel": Theme(
        Cause.TREATMENT,
        ("Orden säger mer om vår organisation än om personen. De ska inte stå i en remiss.",),
        (
            (
                "Ta bort omdömen ur mallen och beskriva behov i stället.",
                "Mallen beskriver nu behov i stället för omdömen.",
            ),
        ),
    ),
    "konkurrerande_insatser": Theme(
        Cause.STEERING,
        ("Verksamheterna vänder sig till samma grupp, och vi har inte stämt av det med varandra.",),
        (
            (
                "Stämma av målgrupper och platser en gång i kvartalet.",
                "Avstämning av målgrupper görs nu varje kvartal.",
            ),
        ),
    ),
    "facksprak": Theme(
        Cause.TREATMENT,
        ("Vi använder förkortningar av gammal vana. Den som mötet handlar om ska förstå varje ord.",),
        (
            (
                "Ta fram ett kort med ord som vi byter ut, och ha det framme på mötena.",
                "Ordkortet ligger framme på mötena.",
            ),
        ),
    ),
    "plocka_russinen": Theme(
        Cause.STEERING,
        ("Vi mäts på hur många som kommer i arbete. Då är det lätt att välja den som har kortast väg.",),
        (
            (
                "Följa upp vilka som anmäls till insatsen och varför andra inte anmäls.",
                "Anmälningarna följs nu upp varje månad.",
            ),
        ),
    ),
    "remissvar_uteblir": Theme(
        Cause.IT,
        ("Remisser från insatserna kommer in utanför vårt system. Därför går inget kvitto ut.",),
        (
            (
                "Skicka kvitto för hand på remisser från insatserna tills systemet klarar det.",
                "Kvitto skickas nu inom en vecka.",
            ),
        ),
    ),
    "frivard_planering": Theme(
        Cause.ROUTINES,
        ("Besöken planerades utan att någon hade frågat om praktiken. Tiden gick lätt att flytta.",),
        (
            (
                "Fråga om pågående insatser vid varje planeringssamtal.",
                "Frågan om pågående insatser ställs nu alltid.",
            ),
        ),
    ),
    "unga_aktivitetsersattning": Theme(
        Cause.LAW,
        ("Reglerna går att tillämpa så att den unga kan pröva. Besked behöver ges i förväg och skriftligt.",),
        (
            (
                "Ge skriftligt förhandsbesked före prövning av arbete.",
                "Skriftligt förhandsbesked ges nu på begäran.",
            ),
        ),
    ),
    "lokaler": Theme(
        Cause.ROUTINES,
        ("Beslutet fattades internt. Övriga som använder lokalen glömdes bort.",),
        (
            (
                "Meddela alla som använder lokalen minst tre månader före en ändring.",
                "Det står nu i avtalet att ändringar meddelas tre månader i förväg.",
            ),
        ),
    ),
    "af_beslut_praktik": Theme(
        Cause.IT,
        ("Slutdatumet matades in fel, och rättelsen slog inte igenom i alla system.",),
        (
            (
                "Kontrollera slutdatum med praktikplatsen två veckor i förväg.",
                "Slutdatum kontrolleras nu två veckor i förväg.",
            ),
        ),
    ),
    "studier_ersattning": Theme(
        Cause.LAW,
        ("Svaret beror på vem som frågar och var. Vi har nu stämt av det med varandra.",),
        (
            (
                "Skriva ett gemensamt svar på frågan om korta studier under ersättning.",
                "Det gemensamma svaret är skrivet och delat.",
            ),
        ),
    ),
    "utskrivning_slutenvard": Theme(
        Cause.ROUTINES,
        ("Utskrivningen följde inte rutinen. Kommunen fick besked samma dag, och det räcker inte.",),
        (
            (
                "Ringa mottagande enhet dagen före utskrivning, alltid före klockan tolv.",
                "Mottagande enhet rings nu dagen före utskrivning.",
            ),
        ),
    ),
    "parallella_natverk": Theme(
        Cause.STEERING,
        ("Vi har fler nätverk än vi har deltagare till. Flera har samma uppgift.",),
        (
            (
                "Slå ihop tre nätverk till ett med tydligt uppdrag.",
                "Tre nätverk är nu ett.",
            ),
        ),
    ),
    "kommungranser": Theme(
        Cause.LAW,
        ("Ansvaret byter ägare vid flytt. Vi får inte lämna över mer än vad personen samtycker till.",),
        (
            (
                "Erbjuda ett gemensamt möte med den nya kommunen före flytt.",
                "Gemensamt möte före flytt erbjuds nu.",
            ),
        ),
    ),
    "barnomsorg": Theme(
        Cause.STEERING,
        ("Regelverket räknar arbete men inte praktik. Nämnden kan ändra det.",),
        (
            (
                "Lämna förslag till nämnden om att praktik ska räknas som arbete.",
                "Förslaget är lämnat till nämnden.",
            ),
        ),
    ),
    "vilande_sjukersattning": Theme(
        Cause.LAW,
        ("Ansökan måste göras i förväg, och det vet få. Informationen kom för sent i det här fallet.",),
        (
            (
                "Informera om vilande ersättning vid första samtalet om arbete.",
                "Informationen ges nu vid första samtalet.",
            ),
        ),
    ),
    "trosklar_ersattning": Theme(
        Cause.LAW,
        ("Uträkningen stämmer. Tröskeln följer av reglerna för tillägget och kan inte ändras av oss.",),
        (
            (
                "Erbjuda en uträkning i förväg för den som vill öka sin arbetstid.",
                "Uträkning i förväg erbjuds nu.",
            ),
        ),
    ),
    "fortroende_parter": Theme(
        Cause.TREATMENT,
        ("Iakttagelsen stämmer till en del. Hos oss är man rädd för att säga fel och säger därför för lite.",),
        (
            (
                "Ha fria samtal mellan cheferna en gång i kvartalet, utan protokoll.",
                "Chefernas samtal hålls nu varje kvartal.",
            ),
        ),
    ),
    "forsakring_deltagare": Theme(
        Cause.LAW,
        ("Försäkringsskyddet skiljer sig mellan parterna. Den som inte är inskriven någonstans står utan.",),
        (
            (
                "Teckna en gemensam försäkring för deltagare i insatserna.",
                "Gemensam försäkring är tecknad.",
            ),
        ),
    ),
}
