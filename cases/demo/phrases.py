"""The made-up sentences that people in the demo write, by what they are for. None holds anything about a person."""

from cases.codes import GapType, Helped, Outcome, Party

# ---- what the reporter adds -----------------------------------------------------------------------------------

OCCURRED = ("Den senaste månaden", "Flera gånger det senaste halvåret", "Under en längre tid")

TRIED = (
    "Jag har ringt och mejlat flera gånger utan att komma vidare.",
    "Vi har tagit upp det på teamets möte och med närmaste chef.",
    "Jag har talat med min chef, som har tagit det med sin motsvarighet. Inget har hänt än.",
    "Vi har löst det för stunden, men det kommer tillbaka.",
    "Jag har föreslagit ett möte mellan oss, men vi har inte fått till det.",
    "Teamet har skrivit en gemensam fråga till enheten.",
)

AGREEMENTS = (
    "Den lokala överenskommelsen om insatsen",
    "Rutinen för flerpartsmöten",
    "Överenskommelsen om samordnad individuell plan",
    "Rutinen för överlämning mellan parterna",
)

ADDITIONS = (
    "Jag vill lägga till att samma sak har hänt igen den här veckan.",
    "Efter att jag rapporterade har två kollegor i andra insatser berättat om samma sak.",
    "Jag har nu fått veta att enheten planerar en ny rutin. Den är inte beslutad än.",
    "Det går att få fram fler exempel från oss om det behövs.",
    "Vi har talat om saken i teamet. Alla fyra parter känner igen beskrivningen.",
    "Ett förtydligande: det gäller hela enheten och inte en enskild medarbetare.",
    "Min chef känner till rapporten och står bakom den.",
    "Situationen löste sig den här gången, men bara för att någon gick utanför rutinen.",
)

# A question and a reply that fits it; the last says that it only fits a report on how work is organised.
KANSLI_QUESTIONS = (
    (
        "Är det här något som har hänt en gång, eller ser ni det ofta? Skriv gärna ungefär hur ofta.",
        "Vi ser det ungefär en gång i månaden, i olika ärenden.",
        False,
    ),
    (
        "Har du tagit upp det med enhetens chef? Vad blev svaret i så fall?",
        "Ja, en gång. Chefen höll med och skulle återkomma, men det har inte blivit av.",
        False,
    ),
    (
        "Finns det en överenskommelse eller rutin som inte följdes?",
        "Det finns en rutin från när insatsen startade. Jag tror inte att den är känd på enheten.",
        True,
    ),
    (
        "Gäller det en viss enhet, eller är det likadant på flera ställen? Namnge enheten och inte personen.",
        "Det är tydligast på en enhet, men kollegor på andra håll beskriver samma sak.",
        False,
    ),
    (
        "Vad skulle ha behövt vara annorlunda för att det skulle ha gått bra?",
        "Att någon hos dem hade haft ansvaret för frågan, och att vi hade vetat vem vi skulle ringa.",
        True,
    ),
    (
        "Är det i första hand ett problem i er insats, eller även i den ordinarie verksamheten?",
        "Både och. I insatsen märks det mer, eftersom vi träffas så ofta.",
        False,
    ),
    (
        "Vem mer än du har sett det här? Det räcker att du nämner vilka yrkesgrupper.",
        "Två coacher och en socialsekreterare har sett samma sak.",
        False,
    ),
    (
        "Får vi berätta för parten att rapporten kommer från insatsen, utan att nämna dig?",
        "Ja, det går bra.",
        False,
    ),
)

FUNCTION_QUESTIONS = (
    (
        "Kan ni säga ungefär när det här hände? Det räcker med månad.",
        "Det var för drygt en månad sedan, och det har hänt igen sedan dess.",
        False,
    ),
    (
        "Kom kallelsen eller frågan genom funktionsbrevlådan eller direkt till en medarbetare?",
        "Den gick till funktionsbrevlådan, så som vi har fått besked om att göra.",
        True,
    ),
    (
        "Vilken av våra grupper hade ni kontakt med? Vi vill tala med rätt chef.",
        "Vi hade kontakt med den grupp som har hand om samverkan med insatserna.",
        True,
    ),
    (
        "Fick ni något besked om varför det blev så?",
        "Nej, vi fick ingen förklaring. Det är en del av det vi vill lyfta.",
        False,
    ),
    (
        "Fanns ett skriftligt samtycke när ni tog kontakt?",
        "Ja, det fanns ett skriftligt samtycke, och det hade skickats in i förväg.",
        False,
    ),
    (
        "Har ni sett samma sak på flera av våra enheter?",
        "Ja, på åtminstone två enheter.",
        False,
    ),
)

MASKED = (
    "Jag talade med chefen där, hon som började i mars, och fick inget svar.",
    ", hon som började i mars,",
    "Går att koppla till en enskild chef.",
)

# ---- what the kansli writes -----------------------------------------------------------------------------------

NOTES = (
    "Liknar flera andra rapporter i år. Håll ögonen på om det blir ett mönster.",
    "Stämde av med verksamhetsutvecklaren. Vi är överens om klassningen.",
    "Parten känner redan till frågan och arbetar med den internt.",
    "Ta upp som exempel på nästa träff med kontaktfunktionerna.",
    "Påminde muntligt i samband med ett annat möte.",
    "Frågan är på gång i den regionala samverkansgruppen också.",
    "Rapportören är orolig för relationen till enheten. Var varsam i kontakten.",
    "Kan bli en bra fråga för beredningsgruppen om svaret inte räcker.",
    "Typen är inte självklar. Parten ser det troligen som en resursfråga.",
    "Insatsens processledare är informerad.",
)

NOTE_ON_SUGGESTION = "Bra förslag från rapportören. Skicka med det till parten."
NOTE_ON_CALL = "Ringde rapportören och tackade. Hen blir gärna uppringd när svaret har kommit."

STRUCK = (
    "Parten var med på mötet men hade ingen del i det som brast.",
    "Vid närmare läsning gäller rapporten bara den andra parten.",
    "Efter samtal med rapportören: den här parten har gjort sin del.",
)

UNANSWERED = (
    "Vi har påmint fyra gånger, ringt två gånger och tagit upp det med partens person i beredningsgruppen.",
    (
        "Funktionen har bekräftat att ärendet är mottaget men har inte svarat, trots påminnelser och ett personligt "
        "samtal."
    ),
    "Partens chef har bytts under tiden. Vi har påmint hela vägen utan att få ett svar.",
    "Svaret har utlovats tre gånger. Ärendet tas upp på nästa möte med beredningsgruppen.",
)

REMINDED_BY_PHONE = (
    "Ringde funktionen. De arbetar med svaret och ber om ett par veckor till.",
    "Påminde per telefon. Svaret är skrivet men inte godkänt av chefen.",
)

# What is no brist i samverkan, by the type that it was reported as.
NOT_COOPERATION = {
    GapType.STRUKTUR: (
        (
            "Tack för din rapport. Det du beskriver rör ett beslut i ett enskilt ärende hos en myndighet. Det kan "
            "förbundet inte ta ställning till. Myndigheten kan berätta hur man begär omprövning."
        ),
        (
            "Tack för att du rapporterade. Det här är en fråga om lagen och inte om hur parterna samverkar. Vi har "
            "sparat den till årets sammanställning men skickar den inte vidare."
        ),
    ),
    GapType.RELATION: (
        (
            "Tack för din rapport. Vi har läst den noga och ser att frågan hör hemma i partens egen "
            "klagomålshantering. Därför går vi inte vidare med den."
        ),
        (
            "Tack för att du rapporterade. Det gäller bemötandet av en enskild, och det är parten själv som ska utreda "
            "det. Vi har gett dig vägen dit och avslutar här."
        ),
    ),
}
SETTLED = (
    (
        "Tack för din rapport. Medlemmen har redan ändrat sin rutin sedan du skrev, och vi har stämt av att den gäller "
        "hos er också. Vi avslutar därför utan att skicka rapporten vidare."
    ),
    (
        "Tack för din rapport. Du har hört av dig och berättat att det är löst på plats. Vi avslutar därför, och du är "
        "välkommen tillbaka om det händer igen."
    ),
)
TOO_LITTLE = (
    (
        "Tack för din rapport. Vi ställde en fråga till dig men har inte fått något svar, och det som står räcker inte "
        "för att skicka den vidare. Skriv gärna en ny rapport om det händer igen."
    ),
    (
        "Tack för att du hörde av dig. Vi förstår att något brast, men inte vad eller hos vem. Vi avslutar nu, och du "
        "är välkommen tillbaka med fler uppgifter."
    ),
)

DUPLICATE = (
    (
        "Tack för din rapport. Samma sak har redan rapporterats, och vi för ihop dem. Du får samma svar som den som "
        "skrev "
        "först, så snart det finns."
    ),
    (
        "Tack. Vi har redan ett ärende om just det här, och din rapport visar att det är fler som ser det. "
        "Svaret kommer "
        "till dig också."
    ),
)

REFERRED_HERE = (
    (
        "Tack för din rapport. Enheten hör till {name}. Vi har därför lämnat över rapporten dit, och de hör av sig "
        "till dig."
    ),
    (
        "Tack. Det du beskriver ligger hos en medlem i {name}. De tar vid, och du följer ärendet på samma sätt som "
        "förut."
    ),
)

REFERRED_ELSEWHERE = (
    (
        "Finnvedens samordningsförbund",
        (
            "Tack för din rapport. Enheten hör till Finnvedens samordningsförbund. Vi har talat med dem och ger dig "
            "vägen dit."
        ),
    ),
    (
        "Patientnämnden",
        "Tack för din rapport. Den handlar om vården av en enskild. Det är patientnämnden som kan hjälpa till där.",
    ),
    (
        "Arbetsförmedlingens kundombud",
        (
            "Tack för din rapport. Den gäller ett nationellt beslut som ingen av våra medlemmar råder över. Vi "
            "hänvisar dig "
            "till Arbetsförmedlingens kundombud."
        ),
    ),
)

CLOSING_THANKS = (
    "Tack för din rapport.",
    "Tack för att du skrev och för ditt tålamod.",
    "Tack för att du tog dig tid att beskriva vad som hände.",
    "Din rapport har lett till ett bra samtal hos dem som det gäller.",
    "Tack. Det du såg har fler sett, men du skrev ned det.",
)

# After the thanks; {who} is the member's name, {done} what has been done.
CLOSING = {
    Outcome.RESOLVED: (
        "{who} har gått igenom det som hände. {done} Vi bedömer att bristen är åtgärdad.",
        "{who} ger dig rätt. {done} Därför avslutar vi ärendet som åtgärdat.",
        "Så här blev det. {done} Hör av dig om du märker att det inte fungerar.",
    ),
    Outcome.PARTLY: (
        "{who} har gjort en del av det som behövs. {done} Resten tar längre tid, och vi följer det.",
        "En bit på väg. {done} Allt är inte löst, men det är mindre sannolikt att det händer igen.",
    ),
    Outcome.REMAINS_SYSTEM: (
        (
            "{who} kan inte lösa det här på egen hand. Vi har fört din rapport till ett systemfel som drivs vidare "
            "med alla "
            "parter."
        ),
        (
            "Det du beskriver beror på hur systemen är byggda och inte på en enskild enhet. Vi har samlat rapporterna "
            "och tar "
            "frågan vidare i beredningsgruppen."
        ),
    ),
    Outcome.REMAINS: (
        (
            "{who} delar bilden men planerar ingen åtgärd nu. Vi tycker att du ska veta det. Frågan finns kvar i årets "
            "sammanställning."
        ),
        (
            "{who} har svarat att det inte går att ändra med de resurser som finns. Bristen kvarstår, och den "
            "syns i vår "
            "sammanställning till styrelsen."
        ),
    ),
    Outcome.NO_GAP: (
        (
            "{who} har berättat hur det är tänkt att fungera, och vi ser ingen brist i samverkan här. Svaret kan ändå "
            "vara "
            "till nytta för er."
        ),
        (
            "Efter partens svar ser vi det som ett missförstånd mellan två rutiner som båda gäller. Vi har bett "
            "parten att "
            "förklara sig bättre."
        ),
    ),
}

CLOSING_UNANSWERED = (
    (
        "{who} har inte svarat trots flera påminnelser. Vi avslutar ärendet som olöst, och att svaret uteblev syns i "
        "sammanställningen till beredningsgruppen och styrelsen."
    ),
    (
        "Vi har inte fått något svar från {who}. Det är inte bra, och vi har sagt det. Vi avslutar ändå, så att du "
        "får ett "
        "besked."
    ),
)

CLOSED_WITHOUT_MEASURE = {
    Outcome.RESOLVED: ("Rättat direkt hos parten. Ingen särskild åtgärd behövdes.",),
    Outcome.PARTLY: ("Åtgärden avbröts, men arbetssättet har ändrats ändå.",),
    Outcome.REMAINS_SYSTEM: ("Åtgärderna hör till systemfelet och följs där.",),
    Outcome.REMAINS: ("Parten planerar ingen åtgärd.", "Parten har inte svarat med någon åtgärd."),
    Outcome.NO_GAP: ("Ingen brist, därför ingen åtgärd.",),
}

LIFTS = (
    "Kansliet föreslår att gruppen tar ställning till om parterna kan enas om en gemensam rutin.",
    "Frågan har kommit upp hos flera parter. Kansliet föreslår att gruppen utser två som tar fram ett förslag.",
    (
        "Parten har svarat att den inte kan lösa frågan själv. Kansliet föreslår att gruppen diskuterar vad parterna "
        "kan göra "
        "tillsammans."
    ),
    "Kansliet föreslår att frågan blir ett systemfel med en ägare i gruppen.",
)

LIFT_OF_SILENCE = "Svaret uteblev. Kansliet föreslår att gruppen tar upp hur kontaktfunktionen bemannas."
RECOMMENDATION_ON_SILENCE = "Gruppen rekommenderar att medlemmen ser över bemanningen av sin kontaktfunktion."

RECOMMENDATIONS = (
    "Gruppen rekommenderar att parterna prövar den gemensamma rutinen i ett halvår och att kansliet följer upp.",
    "Gruppen delar bilden. Varje part tar med sig frågan hem och återkommer till nästa möte.",
    "Gruppen rekommenderar att frågan drivs som systemfel. Två av deltagarna tar fram ett förslag.",
    "Gruppen ser ingen lösning inom nuvarande regler men vill att frågan finns med i årets sammanställning.",
)

REOPENED_BY_REPORTER = (
    "Det höll i tre veckor. Sedan var vi tillbaka i det gamla.",
    "Den nya rutinen är inte känd på enheten. Jag frågade tre personer, och ingen hade hört om den.",
    "Svaret stämmer inte med det vi ser. Samma sak har hänt två gånger sedan ärendet avslutades.",
)

REOPENED_BY_KANSLI = (
    "Parten har hört av sig och vill komplettera sitt svar.",
    "Samma sak har rapporterats på nytt från samma enhet.",
)

ANSWERED_AGAIN = (
    (
        "Vi har gått igenom det en gång till. Rutinen var beslutad men inte känd av alla. Nu är den "
        "genomgången med hela "
        "enheten."
    ),
    "Ni har rätt, det höll inte. Enhetschefen följer nu upp det varje vecka tills det sitter.",
)

CLOSED_AGAIN = (
    (
        "Tack för att du sade till. {who} har gått igenom det en gång till, och chefen har informerat alla på "
        "enheten. Nu "
        "följer vi upp det själva om tre månader."
    ),
    "Du hade rätt: rutinen hade inte nått ut. {who} har nu gått igenom den med alla som berörs.",
)

# ---- what a member writes -------------------------------------------------------------------------------------

ANSWER_OPENINGS = {
    Party.REGION: (
        "Vi har gått igenom rapporten med verksamhetschefen.",
        "Rapporten är läst i ledningsgruppen för berörda enheter.",
        "Vi har talat med rehabkoordinatorn och med enhetens chef.",
        "Rapporten togs upp på enhetens kvalitetsmöte.",
    ),
    Party.KOMMUN: (
        "Vi har gått igenom rapporten med enhetschefen.",
        "Rapporten har tagits upp i förvaltningens ledningsgrupp.",
        "Vi har läst rapporten tillsammans med första socialsekreteraren och arbetsledarna.",
        "Enheten har fått läsa rapporten och lämna sin bild.",
    ),
    Party.FORSAKRINGSKASSAN: (
        "Vi har gått igenom rapporten med berörd enhetschef.",
        "Rapporten är läst av samverkansansvarig och specialist.",
        "Vi har stämt av med de handläggare som arbetar mot insatserna.",
        "Enheten har analyserat det som beskrivs.",
    ),
    Party.ARBETSFORMEDLINGEN: (
        "Vi har gått igenom rapporten med sektionschefen.",
        "Rapporten är läst på kontoret och av den som ansvarar för samverkan.",
        "Vi har följt vad som hände i våra system och talat med gruppen.",
        "Sektionen har diskuterat rapporten på sitt veckomöte.",
    ),
    Party.FORBUND: ("Kansliet har gått igenom det som hände med processledaren.",),
    Party.OTHER: (
        "Kansliet har talat med den verksamhet som rapporten gäller.",
        "Verksamheten har svarat kansliet per telefon.",
    ),
}

ANSWER_ENDINGS = (
    "Tack för att ni säger till.",
    "Vi välkomnar fler exempel om ni har dem.",
    "Vi deltar gärna i ett samtal om detta.",
    "",
    "",
    "",
)

ON_SUGGESTION = "Förslaget i rapporten är bra, och vi har tagit det med oss."

SECOND_ANSWERS = (
    "För vår del stämmer beskrivningen. Vi väntade på besked från den andra parten och borde ha hört av oss själva.",
    (
        "Vi har gjort vår del enligt rutinen, men vi ser att det inte räckte. Vi kan ta ett större ansvar "
        "för att någon "
        "håller ihop."
    ),
    "Vi känner igen situationen. Hos oss saknas inte vilja men en tydlig väg till de andra parterna.",
    "Vi har inget eget fel att rätta men deltar gärna i en gemensam lösning.",
)

NO_GAP_ANSWERS = {
    GapType.STRUKTUR: (
        "Det som beskrivs följer reglerna, och reglerna finns av ett skäl. Vi borde ha förklarat det bättre.",
        "Parterna har olika uppdrag här, och båda har gjort sitt. Vi förstår att det inte märktes utifrån.",
    ),
    GapType.ORGANISATION: (
        "Vi har gått igenom det som hände steg för steg. Rutinen följdes, men den är svår att förstå utifrån.",
        "Det fanns en förklaring som ni inte kunde känna till. Parterna hade kontakt med varandra hela tiden.",
    ),
    GapType.RELATION: (
        "Vi har talat med dem som var med. Beskrivningarna går isär, och vi kan inte säga att det brast i samverkan.",
        "Vi har lyssnat på alla som var med. Orden uppfattades på ett annat sätt än de var menade, och det är utrett.",
    ),
}

RIGHTED_AT_ONCE = (
    "Vi ringde insatsen samma vecka och redde ut det. Felet var vårt, och det är rättat.",
    "Chefen tog kontakt direkt. Det var en miss i bemanningen, och den är åtgärdad.",
    "Det gick att lösa på en kvart när rätt personer fick talas vid.",
)

NO_MEASURE = {
    Outcome.RESOLVED: ("Det är redan rättat.", "Saken är löst i samtal med insatsen."),
    Outcome.REMAINS_SYSTEM: (
        "Det ligger utanför vad vi kan besluta om lokalt.",
        "Det kräver ändrade regler eller ett gemensamt beslut av parterna.",
        "Frågan behöver lösas av flera parter tillsammans.",
    ),
    Outcome.REMAINS: (
        "Vi prioriterar andra delar av verksamheten i år.",
        "Det finns inget utrymme i budgeten för en åtgärd nu.",
        "Vi ser problemet men har ingen åtgärd att föreslå.",
    ),
    Outcome.NO_GAP: ("Rutinen fungerar som den ska.", "Vi bedömer att ingen åtgärd behövs."),
}

# Where it belongs instead, said without naming anybody.
RETURNED = (
    (
        "Det här gäller inte vår funktion. Frågan hör till en annan del av organisationen, troligen den allmänna "
        "samverkansfunktionen."
    ),
    "Vi har ingen verksamhet av det slaget. Skicka gärna till ledningen i stället.",
    "Enheten bytte chef och område vid årsskiftet. Den hör inte längre till oss.",
    "Rapporten beskriver en annan enhet än vår. Vi har stämt av med den, och den är beredd att ta emot.",
)

DROPPED = (
    "Tjänsten som skulle göra det är vakant, och åtgärden går inte att genomföra i år.",
    "Den nationella rutinen ändrades under tiden, så åtgärden behövs inte längre i den formen.",
    "De andra parterna ville lösa det på ett annat sätt, och vi följer det.",
    "Vi prövade i en månad och såg ingen skillnad. Vi lägger tiden på det andra i stället.",
    "Enheten byter lokaler och arbetssätt, och åtgärden får vänta tills det är klart.",
)

TYPE_WORDS = {
    GapType.STRUKTUR: "Vi ser det som en fråga om regler och uppdrag.",
    GapType.ORGANISATION: "Vi ser det som en fråga om hur vi har ordnat vårt arbete.",
    GapType.RELATION: "Vi ser det som en fråga om bemötande.",
}

# ---- afterwards -----------------------------------------------------------------------------------------------

# By whether the brist was seen to; an empty one is a reporter who only chose yes, partly or no.
FEEDBACK_SOLVED = {
    Helped.YES: (
        "Ja, vi märker skillnad redan.",
        "Bra svar, och det har fungerat sedan dess.",
        "Tack. Första gången jag får veta vad som hände efteråt.",
        "",
        "",
    ),
    Helped.PARTLY: (
        "Det är bättre, men inte överallt.",
        "Svaret var bra. Nu återstår att se om det håller.",
        "En del är löst, men det tar fortfarande lång tid.",
        "",
    ),
    Helped.NO: (
        "Jag förstår förklaringen, men för deltagarna är det likadant.",
        "Inget har ändrats hos oss.",
        "",
    ),
}
FEEDBACK_REMAINS = {
    Helped.YES: ("Svaret var tydligt, och nu vet vi vad som gäller.", "Skönt att få det förklarat.", ""),
    Helped.PARTLY: (
        "Bra att få ett ärligt besked, men vi står kvar med problemet.",
        "Jag förstår bättre varför. Det löser det inte.",
        "",
    ),
    Helped.NO: (
        "Tyvärr inte. Vi löser det själva tills vidare.",
        "Då är vi tillbaka där vi började.",
        "",
    ),
}

CAME_BACK = {
    "YES": ("Ja, det har hänt igen två gånger.", "Ja, så fort ordinarie personal var borta."),
    "PARTLY": ("Ibland, men inte lika ofta.", "En gång, och då löste vi det direkt."),
    "NO": ("Nej, det fungerar.", "Vi har inte sett det sedan dess.", ""),
}

# Said of the patterns; {n} is left to the page, which counts.
PATTERN_TEXT = (
    "Flera rapporter från olika insatser beskriver samma sak. Roten ligger mellan parterna och inte hos en enhet. "
    "Frågan "
    "drivs med en ägare på kansliet och tas upp i beredningsgruppen."
)

# What is written in the annual summaries; the second year's group has seen the first.
_FIRST_YEAR = (
    "Samverkan fungerar i stort, men övergångarna mellan parterna brister. Flera rapporter handlar om att ingen äger "
    "nästa steg när en insats avslutas.\n\nVi bedömer att rutinerna räcker men inte är kända i alla enheter."
)
_LATER_YEAR = (
    "Bilden från förra året står sig. Det som gick att rätta i en enhet har i regel rättats. Det som kräver att flera "
    "parter ändrar sig samtidigt ligger kvar.\n\nVi bedömer att arbetet med systemfelen behöver en tydligare "
    "beställning från styrelsen."
)
ASSESSMENTS = (_FIRST_YEAR, _LATER_YEAR)
GROUNDS = (
    "Årets rapporter, de lyfta ärendena och två samtal med insatsernas personal. Från några enheter har det inte "
    "kommit någon rapport, så bilden därifrån är osäker."
)
LESSONS = (
    "Svaren blir bättre när frågan till parten är avgränsad. Rapportörerna vill veta vad som händer också när svaret "
    "dröjer."
)
PROPOSAL = (
    "Att medlemmarna ser över vilka som tar emot ärenden i deras kontaktfunktioner.\n\n"
    "Att beredningsgruppen får i uppdrag att följa systemfelen vid varje möte."
)
BREAK_NOTE = "Före programmet räknades rapporterna för hand, och bara de som hade lett till en åtgärd."
PATTERN_TITLE = "Ingen vet vem som kallar till gemensam planering"
PATTERN_PROPOSAL = "Gruppen tar ställning till om rutinen ska prövas hos alla medlemmar från årsskiftet."
# What, whose, and in how many days.
PATTERN_MEASURES = (
    ("Ta fram en gemensam kontaktlista som uppdateras varje kvartal.", "Kansliet", 14),
    ("Skriva en rutin för vem som kallar till första mötet, och pröva den i två insatser.", "Enhetscheferna", 60),
)
MEASURE_WENT_WELL = "Listan finns och används. Den ses över varje kvartal."
FREE_ITEM = "Årets bedömning: första genomgång"
FREE_ITEM_TEXT = "Kansliet visar siffrorna och ett utkast till bedömning."
FREE_ITEM_SAID = "Gruppen ställer sig bakom utkastet och vill ha med hur länge svaren dröjer."
ASSIGNMENTS = (
    ("Beskriva hur rutinen fungerar hos er i dag.", "Varje medlems person i gruppen", 20),
    ("Boka ett möte mellan enhetscheferna om rutinen.", "Kansliet", 10),
)
COMING_ITEM = "Nästa års mötesdagar"
COMING_ITEM_TEXT = "Förslag: andra veckan i mars, juni, september och december."
