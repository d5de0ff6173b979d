"""When letters leave, by the clock on the wall in Sweden."""

import datetime as dt

import pytest

from cases import clocks
from notifications.models import Cadence
from notifications.schedule import in_daytime, next_slot

pytestmark = pytest.mark.once


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=clocks.STOCKHOLM)


def local(found: dt.datetime) -> str:
    return f"{found.astimezone(clocks.STOCKHOLM):%a %Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-25T06:00", "Wed 2026-11-25 07:00"),
        ("2026-11-25T06:59:30", "Thu 2026-11-26 07:00"),
        ("2026-11-25T07:00", "Thu 2026-11-26 07:00"),
        ("2026-11-27T12:00", "Mon 2026-11-30 07:00"),
        ("2026-12-23T12:00", "Mon 2026-12-28 07:00"),
    ],
)
def test_a_daily_digest_leaves_the_next_working_morning(now, slot):
    assert local(next_slot(Cadence.DAILY, moment(now))) == slot


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        ("2026-11-30T06:00", "Mon 2026-11-30 07:00"),
        ("2026-11-30T07:00", "Mon 2026-12-07 07:00"),
        ("2026-04-01T12:00", "Mon 2026-04-06 07:00"),
    ],
)
def test_a_weekly_digest_leaves_on_monday_holiday_or_not(now, slot):
    assert local(next_slot(Cadence.WEEKLY, moment(now))) == slot


@pytest.mark.parametrize(("friday", "utc"), [("2026-03-27", "05:00"), ("2026-10-23", "06:00")])
def test_seven_is_seven_on_both_sides_of_a_clock_change(friday, utc):
    monday = next_slot(Cadence.DAILY, moment(f"{friday}T12:00"))
    assert f"{monday.astimezone(clocks.UTC):%H:%M}" == utc
    assert local(monday).endswith("07:00")


@pytest.mark.parametrize(
    ("now", "leaves"),
    [
        ("2026-11-25T00:10", "Wed 2026-11-25 07:00"),
        ("2026-11-25T07:00", "Wed 2026-11-25 07:00"),
        ("2026-11-25T23:50", "Wed 2026-11-25 23:50"),
        ("2026-03-29T01:30", "Sun 2026-03-29 07:00"),
        ("2026-10-25T02:30", "Sun 2026-10-25 07:00"),
    ],
)
def test_what_only_a_clock_caused_waits_for_the_morning(now, leaves):
    assert local(in_daytime(moment(now))) == leaves
