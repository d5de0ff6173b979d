"""When letters leave: digests in the morning of a working day, and nothing that only a clock caused before that."""

from __future__ import annotations

import datetime as dt

from cases import clocks
from notifications.models import Cadence

MORNING = dt.time(7)
MONDAY = 0
# A digest takes nothing up so shortly before it leaves: what is stored now may be seen only after.
MARGIN = dt.timedelta(minutes=1)


def next_slot(cadence: Cadence, moment: dt.datetime) -> dt.datetime:
    """Return when the next digest of a cadence leaves: 07.00 in Sweden, whatever the clock was put to in the night."""
    day = clocks.local_date(moment)
    while _morning(day) < moment + MARGIN or not _has_digest(cadence, day):
        day += dt.timedelta(days=1)
    return _morning(day)


def in_daytime(moment: dt.datetime) -> dt.datetime:
    """Return the moment, or the morning of its day if that is still to come."""
    return max(moment, _morning(clocks.local_date(moment)))


def _has_digest(cadence: Cadence, day: dt.date) -> bool:
    # On Monday also where it is a holiday: a weekly digest that waits another week is forgotten.
    return day.weekday() == MONDAY if cadence == Cadence.WEEKLY else clocks.is_working_day(day)


def _morning(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, MORNING, tzinfo=clocks.STOCKHOLM).astimezone(clocks.UTC)
