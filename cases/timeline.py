"""A case's story in plain words: one sentence for each kind of event, as the reader may know it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format

from cases.codes import (
    WITH_FUNCTION,
    Cause,
    Channel,
    ConcernState,
    DismissReason,
    Helped,
    Lifted,
    Outcome,
    Role,
    Source,
    Status,
    TextKind,
)
from cases.ladder import AUTOMATIC, Clock, To
from cases.models import Case, Concern, Event, Text
from cases.querysets import Actor, roles_of

Sentence = Callable[[Event], str]


def _whom(event: Event) -> str:
    return event.function.name if event.function else "kansliet"


def _part(event: Event) -> str:
    return event.concern.who if event.concern else "parten"


def _filed(event: Event) -> str:
    channel = event.data.get("channel", Channel.WEB)
    if channel == Channel.REFERRAL:
        return "Rapporten kom in, hänvisad från ett annat förbund"
    return "Rapporten kom in" if channel == Channel.WEB else f"Rapporten kom in ({Channel(channel).label.lower()})"


def _sent(event: Event) -> str:
    how = "Skickades om till" if event.data.get("again") else "Skickades till"
    return f"{how} {_whom(event)}, som ska svara senast {in_words(event.data['answer_due'])}"


def _lifted(event: Event) -> str:
    return f"Lyftes till {Lifted(event.data['body']).label.lower()}, mötet {in_words(event.data['held_on'])}"


def _closed(event: Event) -> str:
    return (
        f"Avslutades: {Outcome(event.data['outcome']).label.lower()}. Orsak: {Cause(event.data['cause']).label.lower()}"
    )


_REMINDED: dict[str, Sentence] = {
    To.FUNCTION: lambda event: f"Påminnelse till {_whom(event)} om {_about(event)}",
    To.DEPUTIES: lambda event: f"Påminnelse till {_whom(event)} och ersättarna om {_about(event)}",
    To.GROUP: lambda event: f"{_part(event)} påmindes i beredningsgruppen om {_about(event)}",
    To.AGENDA: lambda event: (
        f"Tas upp på {_next_meeting(event)}, eftersom svaret från {_part(event)} skulle ha kommit senast "
        f"{in_words(event.data['due'])}"
    ),
    To.KANSLI: lambda event: f"Påminnelse till kansliet om {_about(event)}",
    To.REPORTER: lambda event: "Rapportören fick frågan igen: hjälpte det?",
    To.BOTH: lambda event: f"{_asked(event)} fick frågan: kom det tillbaka?",
}
# What a reminder is about, before its day and on it, and after.
_ABOUT = {
    Clock.TRIAGE: ("att ta hand om rapporten senast {day}", "rapporten, som skulle ha tagits om hand senast {day}"),
    Clock.ACKNOWLEDGE: ("att bekräfta senast {day}", "bekräftelsen, som skulle ha kommit senast {day}"),
    Clock.ANSWER: ("att svara senast {day}", "svaret, som skulle ha kommit senast {day}"),
    Clock.MEASURE: ("en åtgärd som ska vara klar senast {day}", "en åtgärd som skulle ha varit klar senast {day}"),
}
_CLOCK_DAYS = {
    Clock.TRIAGE: "dagen för första hantering",
    Clock.ACKNOWLEDGE: "dagen för bekräftelse",
    Clock.ANSWER: "svarsdagen",
}


def _asked(event: Event) -> str:
    """Name the sides that were asked; older events say nothing of the reporter, who was one."""
    sides = ["rapportören"] * event.data.get("reporter", True) + ["de som svarade"] * bool(
        event.data.get("functions", True)
    )
    return " och ".join(sides).capitalize()


def _about(event: Event) -> str:
    before, after = _ABOUT[event.data["clock"]]
    return (after if event.data["days"] > 0 else before).format(day=in_words(event.data["due"]))


def _next_meeting(event: Event) -> str:
    held_on = event.data.get("held_on")
    return f"beredningsgruppens möte {in_words(held_on)}" if held_on else "beredningsgruppens nästa möte"


def _reminded(event: Event) -> str:
    to = event.data["to"]
    if event.function is None and to in (To.FUNCTION, To.DEPUTIES, To.GROUP):
        to = To.KANSLI  # which has what no function has
    return _REMINDED[to](event)


def _moved(event: Event) -> str:
    moved = [
        f"{_CLOCK_DAYS[clock]} flyttades från {in_words(old)} till {in_words(new)}"
        for clock, (old, new) in event.data["moved"].items()
    ]
    return f"Dagarna räknades om efter förbundets klockor: {' och '.join(moved)}"


# Every verb that can stand in an event has its sentence here; a test keeps it whole.
SENTENCES: dict[str, Sentence] = {
    "file": _filed,
    "add": lambda event: "Rapportören lade till uppgifter",
    "ask": lambda event: "Kansliet ställde en fråga till rapportören",
    "ask_as_function": lambda event: f"{_whom(event)} ställde en fråga till rapportören",
    "reply": lambda event: "Rapportören svarade på frågan",
    "mask": lambda event: "Text maskerades",
    "note": lambda event: "Anteckning",
    "assign": lambda event: "Ansvarig samordnare utsågs",
    "classify": lambda event: "Ärendet klassades",
    "add_concern": lambda event: f"{_part(event)} lades till som berörd part",
    "withdraw_concern": lambda event: f"{_part(event)} ströks som berörd part",
    "send": _sent,
    "return": lambda event: f"{_whom(event)} lämnade tillbaka ärendet",
    "acknowledge": lambda event: f"{_whom(event)} bekräftade att ärendet är mottaget",
    "answer": lambda event: f"{_part(event)} svarade",
    "share": lambda event: f"Svaret från {_part(event)} delades med rapportören",
    "mark_unanswered": lambda event: f"Svaret från {_part(event)} uteblev",
    "add_measure": lambda event: f"En åtgärd planerades, klar senast {in_words(event.data['due_on'])}",
    "finish_measure": lambda event: "En åtgärd blev klar",
    "drop_measure": lambda event: "En åtgärd avbröts",
    "move_measure": lambda event: "En åtgärd flyttades till systemfelet",
    "lift": _lifted,
    "recommend": lambda event: "Rekommendation från mötet",
    "join": lambda event: "Ärendet fördes till ett systemfel",
    "leave": lambda event: "Ärendet togs bort från systemfelet",
    "defer": lambda event: f"Bordlades på mötet {in_words(event.data['held_on'])}",
    "unlift": lambda event: f"Togs bort från dagordningen för mötet {in_words(event.data['held_on'])}",
    "finish_assignment": lambda event: "Ett uppdrag från mötet blev klart",
    "close": _closed,
    "dismiss": lambda event: f"Avskrevs: {DismissReason(event.data['reason']).label.lower()}",
    "withdraw": lambda event: "Rapportören tog tillbaka rapporten",
    "refer": lambda event: "Hänvisades vidare",
    "merge": lambda event: "Hänvisades till det förbund som tar över",
    "reopen": lambda event: "Öppnades igen",
    "feedback": lambda event: f"Hjälpte det? {Helped(event.data['helped']).label}",
    "effect": lambda event: f"Kom det tillbaka? {Helped(event.data['came_back']).label}",
    "member_ended": lambda event: f"{_part(event)} lämnade förbundet. Kansliet tar hand om ärendet",
    "original_closed": lambda event: "Det ärende som det här är en dubblett av avslutades",
    "remind": _reminded,
    "move_clock": _moved,
}


@dataclass(frozen=True)
class Entry:
    """One line of the story: when, what, who, and what was written."""

    event: Event
    what: str
    who: str
    texts: list[Text]

    @property
    def at(self) -> dt.datetime:
        return self.event.at

    @property
    def verb(self) -> str:
        return self.event.verb

    @property
    def labelled(self) -> list[tuple[str, Text]]:
        """Pair each text with what it is, where the sentence does not say so already."""
        silent = {TextKind.ADDITION, TextKind.QUESTION, TextKind.REPLY, TextKind.NOTE, TextKind.RECOMMENDATION}
        return [("" if text.kind in silent else TextKind(text.kind).label, text) for text in self.texts]


def entries(case: Case, actor: Actor) -> list[Entry]:
    """Tell the story of the case as the actor may know it, oldest first, in two queries."""
    roles, functions = roles_of(case, actor), actor.standing().functions
    texts: dict[int | None, list[Text]] = {}
    for text in case.texts.for_roles(roles, functions):
        texts.setdefault(text.event_id, []).append(text)
    events = case.events.for_roles(roles, functions).select_related(
        "actor", "function", "concern__member", "concern__unit"
    )
    return [Entry(event, sentence(event), who(event, roles), texts.get(event.pk, [])) for event in events]


def sentence(event: Event) -> str:
    """Say in Swedish what an event tells."""
    return SENTENCES[event.verb](event)


def who(event: Event, roles: Collection[str]) -> str:
    """Name who acted: people by name for the kansli alone, everybody else by what they are."""
    if event.verb in AUTOMATIC:
        return "Automatiskt"
    if Role.COORDINATOR in roles or Role.SUCCESSOR in roles:
        name = event.actor.name if event.actor else "Rapportören"
        name = f"{name}, {Role(event.actor_role).label.lower()}" if event.actor else name
    elif event.actor_role == Role.CONTACT:
        name = _whom(event)
    elif event.actor_role == Role.REPORTER:
        name = "Rapportören"
    elif event.actor_role == Role.PREPARATORY:
        name = "Beredningsgruppen"
    else:
        name = "Kansliet"
    if source := event.data.get("source"):
        return f"{name}. Beskedet kom via {Source(source).label.lower()} den {in_words(event.data['received_on'])}"
    return name


def holder(case: Case, concerns: Sequence[Concern], roles: Collection[str]) -> str:
    """Say in a sentence who holds the case now and by when; `concerns` are those that the reader may see."""
    asked = [question for question in case.questions.all() if question.is_open]
    if Role.REPORTER in roles and asked and not case.ending:
        return f"Du har fått en fråga. Svara gärna före {in_words(asked[0].pauses_until)}."
    if case.status == Status.WITH_PARTY:
        held = [concern for concern in concerns if concern.state in WITH_FUNCTION and concern.answer_due]
        if held:
            return _held(held)
        answered = any(concern.state == ConcernState.ANSWERED for concern in concerns)
        said = "Ni har svarat. Kansliet går vidare när alla har svarat."
        return said if answered else "Ärendet ligger hos den som ska svara."
    if case.status == Status.ANSWERED and case.reopened:
        return f"Ärendet är öppnat igen. Kansliet tar upp det senast {in_words(case.triage_due)}."
    if case.status == Status.ANSWERED and not any(c.state == ConcernState.ANSWERED for c in concerns):
        return "Kansliet går igenom ärendet och avslutar det."
    return HOLDERS[Status(case.status)](case)


def in_words(day: dt.date | str) -> str:
    """Write a day as people say it: 5 mars 2026."""
    return date_format(dt.date.fromisoformat(day) if isinstance(day, str) else day, "j F Y")


def _held(held: Sequence[Concern]) -> str:
    last = in_words(max(concern.answer_due for concern in held if concern.answer_due))
    if len(held) > 1:
        return f"{len(held)} mottagare har ärendet och ska svara senast {last}."
    whom = held[0].function.name if held[0].function else "Kansliet"
    return f"{whom} har ärendet och ska svara senast {last}."


HOLDERS: dict[Status, Callable[[Case], str]] = {
    Status.RECEIVED: lambda case: f"Kansliet läser rapporten senast {in_words(case.triage_due)}.",
    Status.CLARIFYING: lambda case: "Kansliet väntar på svar från rapportören.",
    Status.IN_PROGRESS: lambda case: "Svaret har kommit, och en åtgärd pågår.",
    Status.ANSWERED: lambda case: "Svaret har kommit. Kansliet går igenom det och avslutar ärendet.",
    Status.CLOSED: lambda case: "Ärendet är avslutat.",
    Status.DISMISSED: lambda case: "Ärendet är avskrivet.",
    Status.REFERRED: lambda case: f"Ärendet är hänvisat till {case.referred_to}.",
}
