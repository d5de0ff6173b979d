"""What the counting asks a database in its own words: Swedish days, held against moments; and groups counted apart."""

import datetime as dt

import pytest
from django.db.models import F

from cases import clocks
from cases.models import Case
from cases.statistics.sql import Bucket, LocalDay, clock_changes, counted
from tests.sharing import shared

SECOND, MICROSECOND = dt.timedelta(seconds=1), dt.timedelta(microseconds=1)
STEPS = (-SECOND, -MICROSECOND, dt.timedelta(0), MICROSECOND)
# Midnights and changes of the clock, in winter and summer, and the moments around them.
DAYS = [dt.date(2026, 1, 1), dt.date(2026, 3, 29), dt.date(2026, 3, 30), dt.date(2026, 10, 25), dt.date(2026, 10, 26)]
MOMENTS = [
    clocks.start_of(day) + step for day in DAYS for step in (-SECOND, -MICROSECOND, dt.timedelta(0), MICROSECOND)
]


@shared
def cases(file_case):
    """Cases filed at each of these moments."""
    first = file_case()
    for moment in MOMENTS:
        copy = Case.objects.get(pk=first.pk)
        copy.pk, copy.number, copy.filed_at = None, f"LH-{moment.timestamp()}", moment
        copy.save(force_insert=True)
    return Case.objects.exclude(pk=first.pk).annotate(day=LocalDay("filed_at")).order_by("filed_at")


def test_the_day_of_a_moment_is_the_one_in_sweden(cases):
    assert [(c.filed_at, c.day) for c in cases] == [(m, clocks.local_date(m)) for m in MOMENTS]


@pytest.mark.parametrize("day", DAYS)
def test_a_day_begins_at_its_first_moment(cases, day):
    assert [c.filed_at for c in cases.filter(day__gte=day)] == [m for m in MOMENTS if clocks.local_date(m) >= day]
    assert [c.filed_at for c in cases.filter(day__lt=day)] == [m for m in MOMENTS if clocks.local_date(m) < day]


def test_another_column_is_compared_with_the_day_itself(cases):
    Case.objects.update(handle_by=dt.date(2026, 3, 30))
    later = [m for m in MOMENTS if clocks.local_date(m) >= dt.date(2026, 3, 30)]
    assert [c.filed_at for c in cases.filter(day__gte=F("handle_by"))] == later


def test_a_moment_falls_between_the_same_days_as_its_day(cases):
    found = cases.annotate(place=Bucket(F("day"), DAYS)).values_list("filed_at", "place")
    assert list(found) == [(m, sum(clocks.local_date(m) >= day for day in DAYS)) for m in MOMENTS]


def test_groups_are_counted_with_their_number(cases):
    assert sorted(counted(cases.annotate(place=Bucket(F("day"), DAYS)), "place")) == [
        *((0, 2), (1, 4), (2, 4), (3, 4), (4, 4), (5, 2))
    ]


def test_nothing_is_counted_of_nothing(cases):
    assert counted(cases.none(), "status") == []


@pytest.mark.once
def test_clocks_change_twice_a_year():
    moments, shifts = clock_changes()
    assert [moment for moment in moments if moment.startswith("2026")] == ["2026-03-29 01:00:00", "2026-10-25 01:00:00"]
    assert shifts[moments.index("2026-03-29 01:00:00") + 1] == "'+02:00'"
