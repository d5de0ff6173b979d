"""Packs: locked by the hour when their last day has passed, or by the kansli before that."""

from __future__ import annotations

import datetime as dt

import structlog
from django.db import transaction
from django.db.models import Min

from cases import clocks
from cases.errors import MoveNotAllowed
from cases.models import Case, Meeting, Pack, User
from cases.packs import count, standing_items
from cases.periods import Period
from cases.services.agendas import hold_meeting, holding_meeting

log = structlog.get_logger("cases.packs")

ONE_DAY, A_MOMENT = dt.timedelta(days=1), dt.timedelta(microseconds=1)
TOO_LATE = "Sista dagen för underlaget har passerat. Det ändras inte längre."


def freeze_pack(meeting: Meeting, *, actor: User, key: str = "") -> Pack:
    """Lock a meeting's pack before its last day has passed, or lock it anew. The hour leaves such a pack alone."""
    with holding_meeting(meeting, "freeze_pack", actor=actor, key=key) as act:
        if act.meeting.cut_off < act.day:
            raise MoveNotAllowed(TOO_LATE, code="pack_is_locked")
        return _freeze(act.meeting, by=act.actor)


def freeze_due_packs() -> int:
    """Lock the packs whose last day has passed, each once; return how many. Called every hour."""
    today = clocks.today()
    planned = Meeting.objects.filter(
        held_on__gte=today,
        cancelled_at__isnull=True,
        approved_at__isnull=True,
        association__ended_on__isnull=True,
    )
    locked = 0
    for meeting in planned.select_related("association", "pack").order_by("held_on", "pk"):
        if not _is_due(meeting, today):
            continue
        with transaction.atomic():
            held = hold_meeting(meeting)
            if held.is_live and _is_due(held, today):
                _freeze(held, by=None)
                locked += 1
    return locked


def _is_due(meeting: Meeting, today: dt.date) -> bool:
    """Tell whether a pack is to be locked by the calendar: there is none, or the meeting has moved on from its day."""
    if meeting.held_on < today or meeting.cut_off >= today:
        return False
    pack = getattr(meeting, "pack", None)
    return pack is None or (pack.frozen_by_id is None and pack.last < meeting.cut_off)


def _freeze(meeting: Meeting, *, by: User | None) -> Pack:
    now = clocks.now()
    period = _period(meeting, clocks.local_date(now))
    pack, _ = Pack.objects.update_or_create(
        meeting=meeting,
        defaults={
            "first": period.first,
            "last": period.last,
            "figures": count(meeting, period).as_json(),
            "items": standing_items(meeting, period, at=min(now, clocks.end_of(meeting.cut_off) - A_MOMENT)),
            "frozen_at": now,
            "frozen_by": by,
        },
    )
    log.info("pack locked", meeting=meeting.pk, by=by.pk if by else None)
    return pack


def _period(meeting: Meeting, today: dt.date) -> Period:
    """Return the whole days since the last pack of the same body, up to the last day for this one."""
    last = min(meeting.cut_off, today - ONE_DAY)
    earlier = meeting.earlier().select_related("association", "pack").order_by("-held_on").first()
    if earlier is not None:
        pack = getattr(earlier, "pack", None)
        first = (pack.last if pack else earlier.cut_off) + ONE_DAY
    else:
        filed_at = Case.objects.filter(association=meeting.association_id).aggregate(first=Min("filed_at"))["first"]
        first = clocks.local_date(filed_at) if filed_at else last
    return Period(min(first, last), last)
