"""The proof: who was told what, how the letter fared, and what they did about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from cases import clocks, timeline
from cases.codes import ReadAction, Role
from cases.models import Case, Event, ReadLog
from notifications.kinds import KINDS, Reader
from notifications.models import Channel, Delivery, DeliveryQuerySet, Kind, State
from notifications.paths import by_receipt
from notifications.why import in_words, of_hook

TAKES_UP = ("classify", "ask", "send", "close", "dismiss", "refer")
ANSWERS = ("acknowledge", "answer", "return")
ENDS_MEASURE = ("finish_measure", "drop_measure", "move_measure")

# Which steps show that whoever was told has done something about it; of a kind without a row nobody asks for a step.
ANSWERED_BY: dict[Kind, tuple[str, ...]] = {
    Kind.QUESTION: ("reply",),
    Kind.CLOSED: ("feedback", "reopen"),
    Kind.HELPED: ("feedback", "reopen"),
    Kind.CAME_BACK: ("effect",),
    Kind.SENT: ANSWERS,
    Kind.REPLIED: ("answer", "return"),
    Kind.SOON: ANSWERS,
    Kind.DUE: ANSWERS,
    Kind.LATE: ANSWERS,
    Kind.UNREAD: ANSWERS,
    Kind.MEASURE: ENDS_MEASURE,
    Kind.MEASURE_LATE: ENDS_MEASURE,
    Kind.NEW: TAKES_UP,
    Kind.TRIAGE: TAKES_UP,
    Kind.REOPENED: TAKES_UP,
    Kind.RETURNED: ("send", "withdraw_concern", "dismiss", "refer"),
    Kind.NOBODY: ("send", *ANSWERS),
    Kind.ANSWERED: ("share", "close"),
    Kind.AGENDA: ("recommend",),
    Kind.LIFTED: ("recommend",),
}

DID = {
    "reply": "Svarade",
    "feedback": "Sade om det hjälpte",
    "reopen": "Öppnade igen",
    "effect": "Sade om det kom tillbaka",
    "acknowledge": "Bekräftade",
    "answer": "Svarade",
    "return": "Lämnade tillbaka",
    "finish_measure": "Åtgärden blev klar",
    "drop_measure": "Åtgärden avbröts",
    "move_measure": "Åtgärden flyttades",
    "classify": "Klassade",
    "ask": "Ställde en fråga",
    "send": "Skickade",
    "withdraw_concern": "Strök parten",
    "close": "Avslutade",
    "dismiss": "Skrev av",
    "refer": "Hänvisade",
    "share": "Delade svaret",
    "recommend": "Rekommenderade",
}

FATES = {
    State.WAITING: "Väntar på att skickas",
    State.CLAIMED: "Skickas",
    State.SENT: "Mottaget av servern",
    State.RETRYING: "Försöker igen",
    State.FAILED: "Gick inte",
    State.BOUNCED: "Kom tillbaka",
    State.SUPPRESSED: "Skickades inte",
}
# A system has no server between, and what stands in the program is there at once.
OF_CHANNEL: dict[str, dict[State, str]] = {
    Channel.HOOK: {State.WAITING: "Väntar", State.SENT: "Mottaget av systemet"},
    Channel.APP: {State.SENT: "Syns i programmet"},
}
COLLECTED = "Väntar på ett samlat brev"
TROUBLES = frozenset({State.RETRYING, State.FAILED, State.BOUNCED})

SYSTEM = "Systemet"
MAILBOX, WITHOUT_ACCOUNT = "Funktionens brevlåda", "Rapportören (utan konto)"


@dataclass(frozen=True)
class Fate:
    """How a letter fared: in words, when if there is a time to tell, and why if it did not get there."""

    said: str
    at: dt.datetime | None
    why: str
    is_trouble: bool


@dataclass(frozen=True)
class Told:
    """One recipient of word: their letter or call, when they opened the case, and what they did."""

    who: str
    letter: Fate | None
    is_system: bool
    opened: dt.datetime | None
    shows_opening: bool
    expects: bool
    did: str
    did_at: dt.datetime | None


@dataclass(frozen=True)
class Word:
    """An event that somebody was told of."""

    at: dt.datetime
    what: str
    told: list[Told]

    @property
    def summary(self) -> str:
        """Count whom it went to, and how many of those who can be seen to have opened the case."""
        opened = sum(told.opened is not None for told in self.told)
        seen = f", {opened} har öppnat ärendet" if any(told.shows_opening for told in self.told) else ""
        return f"{len(self.told)} fick veta{seen}"

    @property
    def trouble(self) -> str:
        """Say how many letters have not got there, and how many systems have not been told; nothing if all have."""
        troubled = [told for told in self.told if told.letter is not None and told.letter.is_trouble]
        systems = sum(told.is_system for told in troubled)
        letters = len(troubled) - systems
        said = [f"{letters} brev har inte kommit fram"] if letters else []
        return ", ".join([*said, f"{systems} system har inte fått veta"] if systems else said)


@dataclass(frozen=True)
class Line:
    """One row of the proof among those of many cases: word to one recipient by one channel."""

    delivery: Delivery
    what: str
    who: str
    fate: Fate
    opened: dt.datetime | None

    @property
    def waits_until(self) -> dt.datetime | None:
        """Return when it leaves, or is tried again; nothing where that is over."""
        return self.fate.at if self.delivery.sent_at is None else None


def for_lines(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    """Read word of cases with all that its line shows, in one query."""
    whole = _whole(rows.filter(event__isnull=False))
    return whole.select_related("event__case__association").with_opening()


def line(delivery: Delivery) -> Line:
    """Tell of one row of `for_lines`, as the page with its case does."""
    event = _event(delivery)
    who = _who(event.case, delivery)
    opened = None if _has_no_eyes(delivery, who) else delivery.opened_at  # type: ignore[attr-defined]
    return Line(delivery, timeline.sentence(event), who, fate(delivery), opened)


def _whole(rows: DeliveryQuerySet) -> DeliveryQuerySet:
    return rows.select_related(
        "user",
        "hook",
        "carried_by",
        "event__case",
        "event__function",
        "event__concern__member",
        "event__concern__unit",
        "event__actor",
    )


def words_about(case: Case) -> list[Word]:
    """List what has been told about the case, the newest first, in three queries."""
    rows = _whole(Delivery.objects.filter(event__case=case))
    deliveries = list(rows.order_by("-event__seq", "address", "channel"))
    if not deliveries:
        return []
    read = _reads(case, min(delivery.created_at for delivery in deliveries))
    steps = list(case.events.filter(verb__in=DID).select_related("actor").order_by("seq"))
    words = []
    for _, of_event in groupby(deliveries, key=lambda delivery: delivery.event_id):
        own = list(of_event)
        event = _event(own[0])
        told = [_told(case, list(pair), read, steps) for _, pair in groupby(own, key=lambda one: one.address)]
        words.append(Word(event.at, timeline.sentence(event), told))
    return words


Reads = dict[int | None, list[dt.datetime]]


def _reads(case: Case, since: dt.datetime) -> Reads:
    """Return when each opened the case, by person; the holder of its receipt code is nobody.

    What a program fetched, its owner has not read.
    """
    opened = ReadLog.objects.filter(case=case, action=ReadAction.OPENED, at__gte=since, via="")
    found: Reads = {}
    for user, at in (
        opened.filter(Q(user__isnull=False) | Q(role=Role.REPORTER)).order_by("at").values_list("user", "at")
    ):
        found.setdefault(user, []).append(at)
    return found


def _told(case: Case, pair: list[Delivery], read: Reads, steps: list[Event]) -> Told:
    """Put together what one recipient got by letter and in the program."""
    letter = next((delivery for delivery in pair if delivery.channel != Channel.APP), None)
    first = pair[0]
    who = _who(case, first)
    is_system = first.hook is not None
    nobody = _has_no_eyes(first, who)
    opened = [] if nobody else read.get(first.user_id, [])
    step = None if is_system else next(_steps(case, first, steps), None)
    return Told(
        who=who,
        letter=fate(letter) if letter else None,
        is_system=is_system,
        opened=next((at for at in opened if at >= first.created_at), None),
        shows_opening=not nobody,
        expects=first.kind in ANSWERED_BY and not is_system,
        did=_did(first, step) if step else "",
        did_at=step.at if step else None,
    )


def _who(case: Case, delivery: Delivery) -> str:
    if delivery.hook is not None:
        return f"{SYSTEM} {delivery.hook.name}"
    if delivery.user is not None:
        return delivery.user.name
    return WITHOUT_ACCOUNT if _is_reporter(case, delivery) else MAILBOX


def _has_no_eyes(delivery: Delivery, who: str) -> bool:
    """Tell whether nobody can be seen to have opened the case: many read a mailbox, and a system is no person."""
    return delivery.hook is not None or who == MAILBOX


def _is_reporter(case: Case, delivery: Delivery) -> bool:
    if delivery.user_id is not None:
        return delivery.user_id == case.reporter_id
    return by_receipt(delivery)


def _steps(case: Case, delivery: Delivery, steps: list[Event]) -> Iterator[Event]:
    """Yield the steps that answer word: later ones, on the same concern if it was about one."""
    told = _event(delivery)
    verbs = ANSWERED_BY.get(Kind(delivery.kind), ())
    for step in steps:
        same = told.concern_id is None or step.concern_id in (None, told.concern_id)
        asked = told.data.get("question") == step.data.get("question") or step.verb != "reply"
        if step.seq > told.seq and step.verb in verbs and same and asked and _theirs(case, delivery, step):
            yield step


def _did(delivery: Delivery, step: Event) -> str:
    """Say what was done, and by whom if it was another than the one who was told."""
    by_another = step.actor is not None and step.actor_id != delivery.user_id
    return f"{DID[step.verb]} ({step.actor})" if by_another else DID[step.verb]


def _theirs(case: Case, delivery: Delivery, step: Event) -> bool:
    """Tell whether whoever was told, their function or their kansli took the step, or had it recorded for them."""
    told = _event(delivery)
    reader = KINDS[Kind(delivery.kind)].reader
    if reader == Reader.FUNCTION and told.function_id is not None:
        return step.function_id == told.function_id
    if reader == Reader.ANYBODY and _is_reporter(case, delivery):
        return step.actor_role == Role.REPORTER
    if reader == Reader.ANYBODY:
        return step.actor_role == Role.CONTACT and delivery.user_id in (None, step.actor_id)
    return True


def fate(letter: Delivery) -> Fate:
    """Say how a letter or a call fared; one that waits in a digest fares as that does."""
    carrier = letter.carried_by if letter.state == State.WAITING else None
    sent = carrier or letter
    state = State(sent.state)
    fates = FATES | OF_CHANNEL.get(sent.channel, {})
    waits = state in (State.WAITING, State.RETRYING) and sent.not_before > clocks.now()
    return Fate(
        said=COLLECTED if carrier and state == State.WAITING else fates[state],
        at=sent.not_before if waits else sent.sent_at,
        why=(of_hook if sent.channel == Channel.HOOK else in_words)(sent.why) if sent.why else "",
        is_trouble=state in TROUBLES,
    )


def _event(delivery: Delivery) -> Event:
    assert delivery.event is not None
    return delivery.event
