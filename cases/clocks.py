"""Time: the one clock, Swedish working days and due dates.

Everything asks `now()` and `today()` here, so that the demo can file three years of cases with true dates.

Due dates are whole days in Sweden, never hours: day 1 is the day after the start, and a clock is late from
the day after its due date. A due date counted in calendar days may fall on a Sunday and stays there.

Working days leave out Saturdays, Sundays, public holidays (lag 1989:253), and midsommarafton, julafton and
nyårsafton, which semesterlagen 3 a § treats as Sundays. They come from the categories "public" and "de_facto"
of the `holidays` library, which covers 1953-2100. Its category "bank" is no use here: it has the eves, but
half days such as skärtorsdagen too, when offices are open.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.db.models import TextChoices

__all__ = [
    "STOCKHOLM",
    "UTC",
    "DayKind",
    "add_days",
    "at",
    "days_between",
    "days_off",
    "due",
    "is_working_day",
    "local_date",
    "now",
    "today",
]

STOCKHOLM = ZoneInfo("Europe/Stockholm")

_moved: ContextVar[datetime | None] = ContextVar("moved_clock", default=None)


class DayKind(TextChoices):
    """What a förbund's clocks count."""

    CALENDAR = "CALENDAR", "kalenderdagar"
    WORKING = "WORKING", "arbetsdagar"


def now() -> datetime:
    """Return the present moment in UTC, or the moment that `at` has moved it to."""
    return _moved.get() or datetime.now(UTC)


def today() -> date:
    """Return the day it is in Sweden now."""
    return local_date(now())


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Make `now()` stand still at `moment` inside the block, for this thread or task alone.

    Blocks may be nested. Raises ValueError if `moment` has no time zone.
    """
    token = _moved.set(_aware(moment).astimezone(UTC))
    try:
        yield
    finally:
        _moved.reset(token)


def local_date(moment: datetime) -> date:
    """Return the day it is in Sweden at `moment`. Raises ValueError if `moment` has no time zone."""
    return _aware(moment).astimezone(STOCKHOLM).date()


def start_of(day: date) -> datetime:
    """Return the first moment of a day in Sweden."""
    return datetime.combine(day, time.min, tzinfo=STOCKHOLM)


def end_of(day: date) -> datetime:
    """Return the first moment after a day in Sweden, which may be 23, 24 or 25 hours long."""
    return start_of(day + timedelta(days=1)) if day < date.max else datetime.combine(day, time.max, tzinfo=STOCKHOLM)


def is_working_day(day: date) -> bool:
    """Tell whether offices in Sweden are open on `day`."""
    return day.weekday() < 5 and day not in days_off(day.year)


def add_days(start: date, days: int, kind: DayKind) -> date:
    """Return the day that lies `days` days of `kind` after `start`; before it, if `days` is negative.

    Zero days give `start` itself, a working day or not.
    """
    if kind == DayKind.CALENDAR or days == 0:
        return start + timedelta(days=days)
    year = start.year
    if days > 0:
        index = bisect_right(_working_days(year), start) + days - 1
    else:
        index = bisect_left(_working_days(year), start) + days
    while index < 0:
        year -= 1
        index += len(_working_days(year))
    while index >= len(_working_days(year)):
        index -= len(_working_days(year))
        year += 1
    return _working_days(year)[index]


def days_between(start: date, end: date, kind: DayKind) -> int:
    """Count the days of `kind` after `start`, up to and with `end`; negative if `end` comes first."""
    if kind == DayKind.CALENDAR:
        return (end - start).days
    if end < start:
        return -days_between(end, start, kind)
    whole_years = sum(len(_working_days(year)) for year in range(start.year, end.year))
    return whole_years + bisect_right(_working_days(end.year), end) - bisect_right(_working_days(start.year), start)


def due(start: date, days: int, kind: DayKind, pauses: Iterable[tuple[date, date]] = ()) -> date:
    """Return when a clock of `days` days of `kind` from `start` is due, if it stands still during `pauses`.

    A pause is the day a question was asked and the day it was replied to; for an open question give today as
    the second. Pauses that overlap count once. A pause counts if it began on the due date or earlier, as that
    date stood after the pauses before it; time before `start` does not count.
    """
    last = add_days(start, days, kind)
    for first, end in _merged(pauses):
        if first > last:
            break
        lost = days_between(max(first, start), end, kind)
        if lost > 0:
            last = add_days(last, lost, kind)
    return last


def _merged(pauses: Iterable[tuple[date, date]]) -> list[tuple[date, date]]:
    merged: list[tuple[date, date]] = []
    for first, end in sorted(pauses):
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((first, end))
    return merged


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment


@lru_cache(maxsize=256)
def days_off(year: int) -> frozenset[date]:
    """Return the days of a year, beside weekends, when offices in Sweden are closed."""
    # The library's Sundays are left out, as weekends are counted here.
    return frozenset(
        holidays.country_holidays("SE", years=year, categories=("public", "de_facto"), include_sundays=False)
    )


@lru_cache(maxsize=256)
def _working_days(year: int) -> tuple[date, ...]:
    first = date(year, 1, 1)
    days = (first + timedelta(days=number) for number in range((date(year, 12, 31) - first).days + 1))
    return tuple(day for day in days if is_working_day(day))
