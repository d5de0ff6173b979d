"""How much a systemfel shows itself: cases, tallies, members and insatser touched, when, and around its first measure.

Counted in the database from the cases that the reader's figures count, in the same number of queries however many
patterns there are. Counts before and after a measure stand beside each other; they say nothing of what caused what.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Count, Max, Min, Q

from cases import clocks
from cases.codes import ConcernState, MeasureState
from cases.models import Case, Concern, Pattern, PatternMeasure, PatternTally
from cases.querysets import Actor, CaseQuerySet

# How far before and after the first finished measure new cases are counted.
MONTHS = 6


@dataclass(frozen=True)
class Around:
    """New cases in the months before and after the first measure was done; the time after may still run."""

    done_on: dt.date
    before: int
    after: int
    until: dt.date

    @property
    def is_over(self) -> bool:
        """Tell whether the time after has passed, so that the two may be set beside each other."""
        return self.until <= clocks.today()


@dataclass(frozen=True)
class Counts:
    """How often one pattern was met; `first` and `last` are the days that it was."""

    cases: int = 0
    open_cases: int = 0
    tallies: int = 0
    first: dt.date | None = None
    last: dt.date | None = None

    @property
    def evidence(self) -> int:
        """Return how often it was met: as a case, or as a tally."""
        return self.cases + self.tallies


@dataclass(frozen=True)
class Figures(Counts):
    """What is known of one pattern."""

    members: tuple[str, ...] = ()
    initiatives: tuple[str, ...] = ()
    around: Around | None = None


def figures(patterns: Collection[Pattern], actor: Actor) -> dict[int, Figures]:
    """Return the figures of these patterns, by id, as the actor may count them: five queries."""
    return figures_among(Case.objects.countable_by(actor), patterns)


def counts(patterns: Collection[Pattern], actor: Actor) -> dict[int, Counts]:
    """Return how often these patterns were met, by id, as the actor may count it: two queries."""
    keys = [pattern.pk for pattern in patterns]
    found, tallies = _met(Case.objects.countable_by(actor).filter(pattern__in=keys), keys, {}, clocks.today())
    return {key: Counts(**_counted(key, found, tallies)) for key in keys}


def figures_among(
    cases: CaseQuerySet, patterns: Collection[Pattern], *, upto: dt.date | None = None
) -> dict[int, Figures]:
    """Return the figures of these patterns, by id, among some cases and what was tallied by a day: five queries."""
    keys = [pattern.pk for pattern in patterns]
    cases_of = cases.filter(pattern__in=keys)
    done = _first_done(keys)
    found, tallies = _met(cases_of, keys, done, upto or clocks.today())
    members = _names(_concerned(cases_of), "case__pattern", "member__name")
    initiatives = _names(cases_of, "pattern", "initiative__name")
    return {
        key: Figures(
            **_counted(key, found, tallies),
            members=members.get(key, ()),
            initiatives=initiatives.get(key, ()),
            around=_around(done[key], found.get(key, {})) if key in done else None,
        )
        for key in keys
    }


Rows = dict[int, dict[str, Any]]


def _met(cases: Any, keys: list[int], done: dict[int, dt.date], upto: dt.date) -> tuple[Rows, Rows]:
    """Return what the database counted of the cases and of the tallies of each pattern."""
    found = {row["pattern"]: row for row in _cases(cases, done)}
    return found, {row["pattern"]: row for row in _tallies(keys, upto)}


def _counted(key: int, found: Rows, tallies: Rows) -> dict[str, Any]:
    return {
        "cases": found.get(key, {}).get("count", 0),
        "open_cases": found.get(key, {}).get("open_count", 0),
        "tallies": tallies.get(key, {}).get("count", 0),
        "first": min(_days(key, "first", found, tallies), default=None),
        "last": max(_days(key, "last", found, tallies), default=None),
    }


def months_from(day: dt.date, months: int) -> dt.date:
    """Return the same day some months on or back, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return dt.date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def _first_done(keys: list[int]) -> dict[int, dt.date]:
    done = PatternMeasure.objects.filter(pattern__in=keys, state=MeasureState.DONE, ended_on__isnull=False)
    return dict(done.order_by().values_list("pattern").annotate(day=Min("ended_on")))


def _cases(counted: Any, done: dict[int, dt.date]) -> Any:
    """Count each pattern's cases and their days, and those around its first finished measure."""
    never = Q(pk__isnull=True)
    before = [Q(pattern=k, received_on__gte=months_from(day, -MONTHS), received_on__lt=day) for k, day in done.items()]
    after = [Q(pattern=k, received_on__gte=day, received_on__lt=months_from(day, MONTHS)) for k, day in done.items()]
    return (
        counted.order_by()
        .values("pattern")
        .annotate(
            count=Count("pk"),
            open_count=Count("pk", filter=Q(ending="")),
            first=Min("received_on"),
            last=Max("received_on"),
            before=Count("pk", filter=reduce(or_, before, never)),
            after=Count("pk", filter=reduce(or_, after, never)),
        )
    )


def _tallies(keys: list[int], upto: dt.date) -> Any:
    rows = PatternTally.objects.filter(pattern__in=keys, met_on__lte=upto).order_by().values("pattern")
    return rows.annotate(count=Count("pk"), first=Min("met_on"), last=Max("met_on"))


def _concerned(counted: Any) -> Any:
    touched = Concern.objects.filter(case__in=counted, member__isnull=False)
    return touched.exclude(state=ConcernState.WITHDRAWN)


def _names(rows: Any, pattern: str, name: str) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    pairs = rows.filter(**{f"{name}__isnull": False}).order_by(pattern, name).values_list(pattern, name).distinct()
    for key, value in pairs:
        found[key] = (*found.get(key, ()), value)
    return found


def _days(key: int, which: str, *found: dict[int, Any]) -> list[dt.date]:
    return [rows[key][which] for rows in found if key in rows]


def _around(done_on: dt.date, row: dict[str, Any]) -> Around:
    return Around(done_on, row.get("before", 0), row.get("after", 0), months_from(done_on, MONTHS))
