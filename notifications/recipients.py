"""Who is told of what: one row for each verb that an event can have.

The event decides, with its function and its day; what the case has become since does not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cases import clocks
from cases.codes import Role
from cases.models import Event, User
from cases.routing import Router
from notifications.models import Kind


@dataclass(frozen=True)
class Recipient:
    """Where a letter goes; without user it is a mailbox, or a reporter without account."""

    address: str
    user: User | None = None


@dataclass(frozen=True)
class Told:
    """Who gets a letter, and of which kind. Whoever took the step is told of it only with `actor_too`."""

    who: Callable[[Event], Iterable[Recipient]]
    kind: Kind
    actor_too: bool = False


def reporter(event: Event) -> list[Recipient]:
    """Find the reporter: by account, or by the address that somebody without account left."""
    case = event.case
    if case.reporter is not None:
        return [_person(case.reporter)] if case.reporter.is_active else []
    return [Recipient(case.reporter_email)] if case.reporter_email else []


def coordinators(event: Event) -> list[Recipient]:
    """Find those who coordinated the förbund on the event's day."""
    grants = event.case.association.grants.in_force(clocks.local_date(event.at))
    found = grants.filter(role=Role.COORDINATOR, user__is_active=True).select_related("user").order_by("user")
    return [_person(grant.user) for grant in found]


def function(event: Event) -> list[Recipient]:
    """Find the people present in the event's function that day, else its mailbox; without either, the kansli."""
    if event.function is not None:
        router = Router(event.case.association, day=clocks.local_date(event.at))
        if present := router.present(event.function, without=event.case.reporter_id):
            return [_person(user) for user in present]
        if event.function.mailbox:
            return [Recipient(event.function.mailbox)]
    return coordinators(event)


# Every verb stands here, those that tell nobody too; a test keeps the table whole. Who stands first in a row gets
# that letter and no other of the same event.
TABLE: dict[str, tuple[Told, ...]] = {
    "file": (Told(reporter, Kind.RECEIPT, actor_too=True), Told(coordinators, Kind.NEW)),
    "add": (),
    "ask": (Told(reporter, Kind.QUESTION),),
    "ask_as_function": (Told(reporter, Kind.QUESTION),),
    # Whoever asked: a function, or the kansli.
    "reply": (Told(function, Kind.REPLIED),),
    "mask": (),
    "note": (),
    "assign": (),
    "classify": (),
    "add_concern": (),
    "withdraw_concern": (),
    "send": (Told(function, Kind.SENT),),
    "return": (Told(coordinators, Kind.RETURNED),),
    "acknowledge": (),
    "answer": (Told(coordinators, Kind.ANSWERED),),
    "share": (Told(reporter, Kind.SHARED),),
    "mark_unanswered": (),
    "add_measure": (),
    "finish_measure": (),
    "drop_measure": (),
    "move_measure": (),
    "lift": (),
    "recommend": (),
    "join": (),
    "close": (Told(reporter, Kind.ENDED),),
    "dismiss": (Told(reporter, Kind.ENDED),),
    "refer": (Told(reporter, Kind.ENDED),),
    "withdraw": (),
    "reopen": (Told(coordinators, Kind.REOPENED),),
    "feedback": (),
    "effect": (),
    "merge": (Told(reporter, Kind.ENDED),),
    "member_ended": (),
    "original_closed": (Told(reporter, Kind.ENDED),),
}


def told_of(event: Event) -> list[tuple[Recipient, Kind]]:
    """List who is told of the event, each address once, and what kind of letter they get."""
    found: dict[str, tuple[Recipient, Kind]] = {}
    for told in TABLE[event.verb]:
        for recipient in told.who(event):
            own = recipient.user is not None and recipient.user.pk == event.actor_id
            if told.actor_too or not own:
                found.setdefault(recipient.address, (recipient, told.kind))
    return list(found.values())


def _person(user: User) -> Recipient:
    return Recipient(user.email, user)
