"""Who is told of what: one row for each verb that an event can have, and for each rung of the ladders.

The event decides, with its function and its day; what the case has become since does not. Where a kansli or a function
is told, so are its systems: they are told of the same, by the same rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

from cases import clocks
from cases.codes import Role
from cases.ladder import Clock, To
from cases.models import Association, ContactFunction, Event, User
from cases.routing import Router
from cases.services import still_asked
from notifications.models import Delivery, Desk, Kind


@dataclass(frozen=True)
class Recipient:
    """Where word goes; without user it is a mailbox, or a reporter without account."""

    address: str
    user: User | None = None


class Readers(list[Recipient]):
    """Whom word goes to, and which desks they are; a desk is told also where nobody sits."""

    def __init__(self, people: Iterable[Recipient] = (), *desks: Desk) -> None:
        super().__init__(people)
        self.desks = desks


def together(*groups: Readers) -> Readers:
    """Return all of them, with all their desks."""
    return Readers((one for group in groups for one in group), *(desk for group in groups for desk in group.desks))


@dataclass(frozen=True)
class Told:
    """Who gets word, and of which kind. Whoever took the step is told of it only with `actor_too`."""

    who: Callable[[Event], Readers]
    kind: Kind
    actor_too: bool = False


class Word(NamedTuple):
    """All who are told of an event, each once, and what kind of word they get."""

    people: list[tuple[Recipient, Kind]]
    desks: list[tuple[Desk, Kind]]


def reporter(event: Event) -> Readers:
    """Find the reporter: by account, or by the address that somebody without account left."""
    case = event.case
    if case.reporter is not None:
        return Readers([_person(case.reporter)] if case.reporter.is_active else [])
    return Readers([Recipient(case.reporter_email)] if case.reporter_email else [])


def coordinators(event: Event) -> Readers:
    """Find those who coordinated the förbund on the event's day."""
    return kansli(event.case.association, _day(event))


def function(event: Event) -> Readers:
    """Find the people present in the event's function that day, else its mailbox; the kansli where it has none."""
    if event.function is None:
        return coordinators(event)
    return present_in(event.function, _day(event), without=event.case.reporter_id)


def with_deputies(event: Event) -> Readers:
    """Find the people present in the event's function, and the deputies who are."""
    if event.function is None:
        return coordinators(event)
    router = Router(event.case.association, day=_day(event))
    everybody = router.present(event.function, without=event.case.reporter_id, deputies_too=True)
    return Readers(map(_person, everybody), _desk_of(event.function)) if everybody else function(event)


def if_nobody(event: Event) -> Readers:
    """Find the kansli, where nobody is present in the event's function that day."""
    if event.function is None:
        return Readers()
    router = Router(event.case.association, day=_day(event))
    return Readers() if router.present(event.function, without=event.case.reporter_id) else coordinators(event)


def group(event: Event) -> Readers:
    """Find the beredningsgrupp of the event's day."""
    return holders(event.case.association, Role.PREPARATORY, _day(event))


def members_person(event: Event) -> Readers:
    """Find whom the concern's member has in the beredningsgrupp; the kansli where it has nobody, or has the concern."""
    member = event.concern.member if event.concern and event.function else None
    found = holders(event.case.association, Role.PREPARATORY, _day(event), member=member.pk) if member else Readers()
    return found or coordinators(event)


def asked_reporter(event: Event) -> Readers:
    """Find the reporter where the event says that they were asked; older events were only written where they were."""
    return reporter(event) if event.data.get("reporter", True) else Readers()


def answerers(event: Event) -> Readers:
    """Find the people present in the functions that the event names as those who had the case."""
    return together(*_answering(event))


def if_no_answerer(event: Event) -> Readers:
    """Find the kansli, where nobody is present in a function that the event names."""
    everywhere = all(any(recipient.user for recipient in recipients) for recipients in _answering(event))
    return Readers() if everywhere else coordinators(event)


def _answering(event: Event) -> Iterator[Readers]:
    named = ContactFunction.objects.filter(pk__in=event.data.get("functions", [])).select_related("member__association")
    for one in named.order_by("pk"):
        yield present_in(one, _day(event), without=event.case.reporter_id)


def kansli(association: Association, day: dt.date) -> Readers:
    """Return those who coordinate the förbund on a day."""
    return Readers(holders(association, Role.COORDINATOR, day), Desk(association.pk))


def present_in(function: ContactFunction, day: dt.date, *, without: int | None = None) -> Readers:
    """Return the people present in a function on a day, or its mailbox when there is nobody."""
    people = Router(function.member.association, day=day).present(function, without=without)
    mailbox = [Recipient(function.mailbox)] if function.mailbox else []
    return Readers([_person(user) for user in people] or mailbox, _desk_of(function))


def _desk_of(function: ContactFunction) -> Desk:
    return Desk(function.member.association_id, function.pk)


# Every verb stands here, those that tell nobody too; a test keeps the table whole. Who stands first in a row gets
# that word and no other of the same event.
TABLE: dict[str, tuple[Told, ...]] = {
    "file": (Told(reporter, Kind.RECEIPT, actor_too=True), Told(coordinators, Kind.NEW)),
    "add": (),
    "ask": (Told(reporter, Kind.QUESTION),),
    "ask_as_function": (Told(reporter, Kind.QUESTION),),
    # Whoever asked: a function, or the kansli.
    "reply": (Told(function, Kind.REPLIED), Told(if_nobody, Kind.NOBODY)),
    "mask": (),
    "note": (),
    "assign": (),
    "classify": (),
    "add_concern": (),
    "withdraw_concern": (),
    "send": (Told(function, Kind.SENT), Told(if_nobody, Kind.NOBODY)),
    "return": (Told(coordinators, Kind.RETURNED),),
    "acknowledge": (Told(reporter, Kind.TAKEN),),
    "answer": (Told(coordinators, Kind.ANSWERED),),
    "share": (Told(reporter, Kind.SHARED),),
    "mark_unanswered": (),
    "add_measure": (),
    "finish_measure": (),
    "drop_measure": (),
    "move_measure": (),
    "lift": (Told(group, Kind.LIFTED),),
    "recommend": (),
    "join": (),
    "leave": (),
    "defer": (),
    "unlift": (),
    "finish_assignment": (),
    "close": (Told(reporter, Kind.CLOSED),),
    "dismiss": (Told(reporter, Kind.ENDED),),
    "refer": (Told(reporter, Kind.ENDED),),
    "withdraw": (),
    "reopen": (Told(coordinators, Kind.REOPENED),),
    "feedback": (),
    "effect": (),
    "merge": (Told(reporter, Kind.ENDED),),
    "member_ended": (),
    "original_closed": (Told(reporter, Kind.ENDED),),
    # What a reminder tells, its rung says.
    "remind": (),
    "move_clock": (),
}

# The rungs that tell somebody else than the function, and what they tell.
RUNGS: dict[tuple[Clock, To], tuple[Told, ...]] = {
    (Clock.TRIAGE, To.KANSLI): (Told(coordinators, Kind.TRIAGE),),
    (Clock.ACKNOWLEDGE, To.GROUP): (Told(members_person, Kind.STATUS),),
    (Clock.ANSWER, To.GROUP): (Told(members_person, Kind.STATUS),),
    (Clock.ANSWER, To.AGENDA): (Told(coordinators, Kind.AGENDA),),
    (Clock.MEASURE, To.KANSLI): (Told(coordinators, Kind.MEASURE_LATE),),
    (Clock.HELPED, To.REPORTER): (Told(reporter, Kind.HELPED),),
    (Clock.EFFECT, To.BOTH): (
        Told(asked_reporter, Kind.CAME_BACK),
        Told(answerers, Kind.CAME_BACK),
        Told(if_no_answerer, Kind.UNASKED),
    ),
}
# What the function is told before the day, on it and after it.
FUNCTION_KINDS: dict[Clock, tuple[Kind, Kind, Kind]] = {
    Clock.ACKNOWLEDGE: (Kind.UNREAD, Kind.UNREAD, Kind.UNREAD),
    Clock.ANSWER: (Kind.SOON, Kind.DUE, Kind.LATE),
    Clock.MEASURE: (Kind.MEASURE, Kind.MEASURE, Kind.MEASURE_LATE),
}


def told_by_rung(event: Event) -> tuple[Told, ...]:
    """Return who is told of a reminder: by the clock, the rung's days, and whom the rung names."""
    clock, to, days = Clock(event.data["clock"]), To(event.data["to"]), event.data["days"]
    if (clock, to) in RUNGS:
        return RUNGS[clock, to]
    before, on, after = FUNCTION_KINDS[clock]
    kind = before if days < 0 else after if days > 0 else on
    who = with_deputies if to == To.DEPUTIES else function
    return (Told(who, kind), Told(if_nobody, Kind.NOBODY))


def told_of(event: Event) -> list[tuple[Recipient, Kind]]:
    """List who is told of the event, each address once, and what kind of word they get."""
    return word_of(event).people


def word_of(event: Event) -> Word:
    """Find all who are told of the event. A desk is told also of what somebody who sits there has done."""
    people: dict[str, tuple[Recipient, Kind]] = {}
    desks: dict[Desk, Kind] = {}
    for told in told_by_rung(event) if event.verb == "remind" else TABLE[event.verb]:
        readers = told.who(event)
        for recipient in readers:
            own = recipient.user is not None and recipient.user.pk == event.actor_id
            if told.actor_too or not own:
                people.setdefault(recipient.address, (recipient, told.kind))
        for desk in readers.desks:
            desks.setdefault(desk, told.kind)
    return Word(list(people.values()), list(desks.items()))


def still_told(delivery: Delivery, event: Event) -> bool:
    """Tell whether a reminder still concerns its reader: of an effect check only the sides that have not said."""
    if event.data["clock"] != Clock.EFFECT:
        return True
    again = copy(event)
    again.data = event.data | still_asked(event.reminder)
    people, desks = word_of(again)
    if delivery.hook is not None:
        return any(desk == delivery.hook.desk for desk, _ in desks)
    if delivery.user is not None:
        return any(who.user == delivery.user for who, _ in people)
    return any(who.address == delivery.address for who, _ in people)


def _day(event: Event) -> dt.date:
    return clocks.local_date(event.at)


def holders(association: Association, role: Role, day: dt.date, **fields: object) -> Readers:
    """Return those who hold a role in the förbund on a day."""
    grants = association.grants.in_force(day).filter(role=role, user__is_active=True, **fields)
    return Readers(_person(grant.user) for grant in grants.select_related("user").order_by("user"))


def _person(user: User) -> Recipient:
    return Recipient(user.email, user)
