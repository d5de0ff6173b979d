"""What only the calendar gives word of: functions to confirm, and packs that are ready. Looked for every hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import structlog

from cases import clocks
from cases.codes import Lifted, Role
from cases.ladder import CONFIRM_STEPS
from cases.models import ContactFunction, Meeting, User
from notifications.filling import announce
from notifications.models import Delivery, HourlyRound, Kind
from notifications.recipients import Readers, holders, kansli, present_in, together

log = structlog.get_logger("notifications")


def ask_to_confirm() -> None:
    """Ask the functions whose people nobody has confirmed in time, at each step once."""
    today = clocks.today()
    due = ContactFunction.objects.confirm_due(today).select_related("member__association")
    steps = {_confirming(function, today): function for function in due}
    for about in _unsaid(steps):
        function = steps[about]
        asked = _asked(function, today)
        announce(Kind.CONFIRM, about=about, to=asked, desks=asked.desks, association=function.member.association)
        log.info("asked to confirm", about=about)


def tell_of_packs() -> None:
    """Tell the beredningsgrupp and the kansli, once for each meeting, that the last day for its pack has passed."""
    today = clocks.today()
    planned = Meeting.objects.filter(
        body=Lifted.PREPARATORY, held_on__gte=today, cancelled_at__isnull=True, association__ended_on__isnull=True
    )
    ready = {f"pack:{one.pk}": one for one in planned.select_related("association") if one.cut_off < today}
    for about in _unsaid(ready):
        association = ready[about].association
        readers = together(holders(association, Role.PREPARATORY, today), kansli(association, today))
        announce(Kind.PACK, about=about, to=readers, desks=readers.desks, association=association)
        log.info("told of a pack", about=about)


def note_round() -> None:
    """Keep that all that belongs to the hour has been done."""
    HourlyRound.objects.update_or_create(pk=1, defaults={"ended_at": clocks.now()})


def outlived(delivery: Delivery, user: User | None) -> str:
    """Say what has happened since that makes word from here void; nothing if it still holds.

    A mailbox, or a system, has no reader to ask about.
    """
    _, key, *rest = delivery.about.split(":")
    if delivery.kind == Kind.CONFIRM:
        waiting = ContactFunction.objects.confirm_due().filter(pk=key).first()
        holds = waiting is not None and waiting.confirm_due_on.isoformat() == rest[0]
        opens = user is None or ContactFunction.objects.known_to(user).filter(pk=key).exists()
    else:
        meeting = Meeting.objects.filter(pk=key, held_on__gte=clocks.today(), cancelled_at__isnull=True).first()
        holds = meeting is not None
        readers = user.standing().associations(Role.PREPARATORY, Role.COORDINATOR) if user else frozenset()
        opens = meeting is not None and meeting.association_id in readers
    return "" if holds and opens else "no_access" if holds else "overtaken"


def _confirming(function: ContactFunction, today: dt.date) -> str:
    """Name the step that a function has reached; one that was missed is not made up for."""
    due = function.confirm_due_on
    step = max(step for step in CONFIRM_STEPS if due + dt.timedelta(days=step) <= today)
    return f"confirm:{function.pk}:{due.isoformat()}:{step}"


def _asked(function: ContactFunction, today: dt.date) -> Readers:
    """Find who can confirm: the people present. Where nobody is, the mailbox and the kansli are told instead."""
    found = present_in(function, today)
    if any(recipient.user for recipient in found):
        return found
    return together(found, kansli(function.member.association, today))


def _unsaid(abouts: Collection[str]) -> list[str]:
    """Keep what nobody has had word of: who comes back later is not told of an old step."""
    said = Delivery.objects.filter(event__isnull=True, about__in=abouts).values_list("about", flat=True)
    return sorted(set(abouts) - set(said))
