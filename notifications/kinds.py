"""Every kind of word: who reads it, what it says, and whether its reader may do without.

A letter leaves the house: what it says holds the case number, and nothing of what the case is about or whom it
concerns. No sentence counts days or says *today*, since a letter may have had to wait.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from notifications.models import Cadence, Kind


class Reader(StrEnum):
    """What somebody is, who gets word of a kind."""

    REPORTER = "REPORTER"
    FUNCTION = "FUNCTION"
    KANSLI = "KANSLI"
    GROUP = "GROUP"
    ANYBODY = "ANYBODY"


class Row(NamedTuple):
    """A kind of word. `{nummer}` stands for the case's number.

    With `duty` somebody waits for its reader, who can have it collected daily, but not switched off. With `by_clock` no
    person caused it: such letters leave in the day, not at midnight.
    """

    reader: Reader
    subject: str
    says: str
    duty: bool = False
    by_clock: bool = False


KINDS: dict[Kind, Row] = {
    Kind.RECEIPT: Row(
        Reader.REPORTER,
        "Vi har tagit emot {nummer}",
        "Tack! Din rapport har kommit in och har fått nummer {nummer}.",
    ),
    Kind.QUESTION: Row(
        Reader.REPORTER,
        "Fråga om {nummer}",
        "Det finns en fråga till dig i ärende {nummer}. Ärendet väntar på ditt svar.",
    ),
    Kind.TAKEN: Row(
        Reader.REPORTER,
        "{nummer} är mottaget",
        "Ärende {nummer} är mottaget av dem som ska svara.",
    ),
    Kind.SHARED: Row(
        Reader.REPORTER,
        "Svar i {nummer}",
        "Det har kommit ett svar i ditt ärende {nummer}. Nu kan du läsa det.",
    ),
    Kind.CLOSED: Row(
        Reader.REPORTER,
        "Ärende {nummer} är avslutat",
        "Ärende {nummer} är avslutat, och det finns ett svar till dig. Läs det, och säg om det hjälpte.",
    ),
    Kind.ENDED: Row(Reader.REPORTER, "Svar i {nummer}", "Det finns ett svar till dig i ärende {nummer}."),
    Kind.HELPED: Row(
        Reader.REPORTER,
        "Hjälpte det? {nummer}",
        "Ärende {nummer} är avslutat. Hjälpte det? Det går fort att svara.",
        by_clock=True,
    ),
    Kind.CAME_BACK: Row(
        Reader.ANYBODY,
        "Kom det tillbaka? {nummer}",
        "Ärende {nummer} avslutades för en tid sedan. Har samma sak hänt igen? Det går fort att svara.",
        by_clock=True,
    ),
    Kind.SENT: Row(
        Reader.FUNCTION,
        "Ärende {nummer} har skickats till er",
        "Ärende {nummer} har skickats till er. Bekräfta att ni har tagit emot det.",
        duty=True,
    ),
    Kind.REPLIED: Row(
        Reader.FUNCTION,
        "Svar på frågan i {nummer}",
        "Frågan i ärende {nummer} har fått ett svar.",
    ),
    Kind.SOON: Row(
        Reader.FUNCTION,
        "Svara snart på {nummer}",
        "Det är snart dags att svara på ärende {nummer}. Sista dagen står i ärendet.",
        by_clock=True,
    ),
    Kind.DUE: Row(
        Reader.FUNCTION,
        "Dags att svara på {nummer}",
        "Det är dags att svara på ärende {nummer}. Om svaret dröjer behöver kansliet få veta det.",
        duty=True,
        by_clock=True,
    ),
    Kind.LATE: Row(
        Reader.FUNCTION,
        "Svaret på {nummer} är försenat",
        "Svaret på ärende {nummer} har inte kommit. Svara, eller låt kansliet veta vad som hindrar.",
        duty=True,
        by_clock=True,
    ),
    Kind.UNREAD: Row(
        Reader.FUNCTION,
        "Har ni fått {nummer}?",
        "Ärende {nummer} har skickats till er, men ingen har bekräftat att det är mottaget. Bekräfta det, eller lämna "
        "tillbaka ärendet om det inte hör till er.",
        duty=True,
        by_clock=True,
    ),
    Kind.MEASURE: Row(
        Reader.FUNCTION,
        "Åtgärd i {nummer} ska bli klar",
        "En åtgärd i ärende {nummer} ska bli klar. Sista dagen står i ärendet. Markera åtgärden när den är klar.",
        by_clock=True,
    ),
    Kind.MEASURE_LATE: Row(
        Reader.FUNCTION,
        "Åtgärd i {nummer} är försenad",
        "En åtgärd i ärende {nummer} skulle ha varit klar. Markera den som klar, eller avbryt den och skriv varför.",
        duty=True,
        by_clock=True,
    ),
    Kind.CONFIRM: Row(
        Reader.FUNCTION,
        "Stämmer kontaktfunktionen?",
        "Två gånger om året behöver någon se efter vilka som tar emot ärenden i en kontaktfunktion. Då hamnar inget "
        "hos någon som har slutat. Det tar en minut.",
        duty=True,
        by_clock=True,
    ),
    Kind.NEW: Row(Reader.KANSLI, "Nytt ärende {nummer}", "Ärende {nummer} har kommit in till kansliet."),
    Kind.RETURNED: Row(
        Reader.KANSLI,
        "Ärende {nummer} har lämnats tillbaka",
        "Ärende {nummer} har lämnats tillbaka till kansliet och behöver skickas om.",
        duty=True,
    ),
    Kind.ANSWERED: Row(Reader.KANSLI, "Svar i ärende {nummer}", "Det har kommit ett svar i ärende {nummer}."),
    Kind.REOPENED: Row(Reader.KANSLI, "Ärende {nummer} är öppnat igen", "Ärende {nummer} är öppnat igen."),
    Kind.TRIAGE: Row(
        Reader.KANSLI,
        "Ärende {nummer} väntar på kansliet",
        "Ärende {nummer} väntar på att kansliet tar hand om det.",
        duty=True,
        by_clock=True,
    ),
    Kind.NOBODY: Row(
        Reader.KANSLI,
        "Ingen tar emot {nummer}",
        "Ärende {nummer} ligger hos en funktion där ingen är på plats. Hör av dig till dem, eller skicka ärendet till "
        "någon annan.",
        duty=True,
        by_clock=True,
    ),
    Kind.AGENDA: Row(
        Reader.KANSLI,
        "Ärende {nummer} står på nästa dagordning",
        "Svaret på ärende {nummer} har inte kommit, trots påminnelser. Ärendet står nu på nästa mötes dagordning.",
        by_clock=True,
    ),
    Kind.UNASKED: Row(
        Reader.KANSLI,
        "Ingen att fråga om {nummer}",
        "En funktion som svarade på ärende {nummer} skulle få frågan om samma sak har hänt igen, men där är ingen på "
        "plats. Hör av dig till dem.",
        by_clock=True,
    ),
    Kind.LIFTED: Row(Reader.GROUP, "Ärende {nummer} är lyft till er", "Ärende {nummer} är lyft till ett av era möten."),
    Kind.STATUS: Row(
        Reader.GROUP,
        "Svaret på {nummer} dröjer",
        "Svaret på ärende {nummer} dröjer. Se hos vem och hur länge, och hjälp gärna till så att det kommer.",
        duty=True,
        by_clock=True,
    ),
    Kind.PACK: Row(
        Reader.GROUP,
        "Underlaget till mötet är klart",
        "Underlaget till nästa möte är klart att läsa.",
        by_clock=True,
    ),
    Kind.DIGEST: Row(Reader.ANYBODY, "Nytt i Lex Heller", "Det här har hänt sedan förra brevet."),
}


def cadences(kind: Kind) -> tuple[Cadence, ...]:
    """Return when a person may choose to get letters of a kind, the usual first."""
    return (Cadence.AT_ONCE, Cadence.DAILY) if KINDS[kind].duty else tuple(Cadence)
