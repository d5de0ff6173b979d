"""The one clock, working days and due dates."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases import clocks
from cases.clocks import DayKind, add_days, days_between, due, is_working_day

pytestmark = pytest.mark.once

CALENDAR, WORKING = DayKind.CALENDAR, DayKind.WORKING

kinds = st.sampled_from(DayKind)
days = st.dates(date(2015, 1, 1), date(2035, 12, 31))
spans = st.tuples(days, st.integers(0, 60)).map(lambda one: (one[0], one[0] + timedelta(days=one[1])))
near_start = st.tuples(st.integers(-30, 90), st.integers(-3, 40))


def at_hour(hour: int, day: date = date(2026, 1, 15)) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


# ---- the clock ---------------------------------------------------------------------------------------------


def test_now_is_the_time_it_is_with_a_time_zone() -> None:
    before = datetime.now(UTC)
    assert before <= clocks.now() <= datetime.now(UTC)


def test_the_clock_stands_still_at_the_moment_it_is_moved_to() -> None:
    with clocks.at(at_hour(9)):
        assert clocks.now() == clocks.now() == at_hour(9)
    assert clocks.now() > at_hour(9)


def test_moves_of_the_clock_may_be_nested() -> None:
    with clocks.at(at_hour(9)):
        with clocks.at(at_hour(10)):
            assert clocks.now() == at_hour(10)
        assert clocks.now() == at_hour(9)


def test_the_clock_goes_back_when_the_block_fails() -> None:
    with pytest.raises(LookupError), clocks.at(at_hour(9)):
        raise LookupError
    assert clocks.now() > at_hour(9)


def test_another_thread_keeps_its_own_time() -> None:
    with clocks.at(at_hour(9)), ThreadPoolExecutor(1) as pool:
        assert pool.submit(clocks.now).result() > at_hour(9)


def test_now_is_utc_wherever_it_was_moved_from() -> None:
    with clocks.at(datetime(2026, 1, 15, 9, tzinfo=timezone(timedelta(hours=5)))):
        assert clocks.now().tzinfo is UTC


def test_a_moment_without_a_time_zone_is_refused() -> None:
    naive = at_hour(9).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"), clocks.at(naive):
        pass
    with pytest.raises(ValueError, match="time zone"):
        clocks.local_date(naive)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 15, 22, 59, tzinfo=UTC), date(2026, 1, 15)),
        (datetime(2026, 1, 15, 23, 0, tzinfo=UTC), date(2026, 1, 16)),
        (datetime(2026, 7, 15, 21, 59, tzinfo=UTC), date(2026, 7, 15)),
        (datetime(2026, 7, 15, 22, 0, tzinfo=UTC), date(2026, 7, 16)),
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 30, tzinfo=UTC), date(2026, 10, 25)),
    ],
)
def test_the_day_is_swedens_in_winter_in_summer_and_when_the_clock_changes(moment: datetime, day: date) -> None:
    with clocks.at(moment):
        assert clocks.today() == clocks.local_date(moment) == day


# ---- working days ------------------------------------------------------------------------------------------

# Weekdays that are days off, from the almanac.
DAYS_OFF = {
    2024: ["01-01", "03-29", "04-01", "05-01", "05-09", "06-06", "06-21", "12-24", "12-25", "12-26", "12-31"],
    2025: [
        "01-01",
        "01-06",
        "04-18",
        "04-21",
        "05-01",
        "05-29",
        "06-06",
        "06-20",
        "12-24",
        "12-25",
        "12-26",
        "12-31",
    ],
    2026: ["01-01", "01-06", "04-03", "04-06", "05-01", "05-14", "06-19", "12-24", "12-25", "12-31"],
    2027: ["01-01", "01-06", "03-26", "03-29", "05-06", "06-25", "12-24", "12-31"],
}


@pytest.mark.parametrize("year", DAYS_OFF)
def test_the_weekdays_off_are_those_of_the_almanac(year: int) -> None:
    weekdays = [day for number in range(365) if (day := date(year, 1, 1) + timedelta(days=number)).weekday() < 5]
    weekdays += [day for day in [date(year, 12, 31)] if day not in weekdays and day.weekday() < 5]
    assert [f"{day:%m-%d}" for day in weekdays if not is_working_day(day)] == DAYS_OFF[year]


@pytest.mark.parametrize(("year", "count"), [(2024, 251), (2025, 249), (2026, 251), (2027, 253)])
def test_a_year_has_as_many_working_days_as_the_almanac_says(year: int, count: int) -> None:
    assert days_between(date(year - 1, 12, 31), date(year, 12, 31), WORKING) == count


@pytest.mark.parametrize("day", [date(2026, 4, 2), date(2026, 4, 30), date(2026, 1, 5), date(2026, 12, 23)])
def test_half_days_are_working_days(day: date) -> None:
    assert is_working_day(day)


@pytest.mark.parametrize("day", [date(2026, 11, 21), date(2026, 11, 22)])
def test_weekends_are_no_working_days(day: date) -> None:
    assert not is_working_day(day)


# ---- adding and counting -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "count", "kind", "end"),
    [
        (date(2024, 2, 28), 1, CALENDAR, date(2024, 2, 29)),
        (date(2024, 2, 28), 2, CALENDAR, date(2024, 3, 1)),
        (date(2025, 2, 28), 1, CALENDAR, date(2025, 3, 1)),
        (date(2026, 3, 28), 1, CALENDAR, date(2026, 3, 29)),
        (date(2026, 10, 24), 2, CALENDAR, date(2026, 10, 26)),
        (date(2026, 12, 20), 12, CALENDAR, date(2027, 1, 1)),
        (date(2026, 11, 20), 1, WORKING, date(2026, 11, 23)),
        (date(2026, 11, 21), 1, WORKING, date(2026, 11, 23)),
        (date(2026, 11, 21), 0, WORKING, date(2026, 11, 21)),
        (date(2026, 12, 23), 1, WORKING, date(2026, 12, 28)),
        (date(2026, 12, 30), 1, WORKING, date(2027, 1, 4)),
        (date(2027, 1, 4), -1, WORKING, date(2026, 12, 30)),
        (date(2026, 6, 18), 5, WORKING, date(2026, 6, 26)),
        (date(2026, 1, 1), 251, WORKING, date(2026, 12, 30)),
        (date(2026, 1, 1), 252, WORKING, date(2027, 1, 4)),
    ],
)
def test_days_are_added_across_weekends_holidays_leap_days_and_years(
    start: date, count: int, kind: DayKind, end: date
) -> None:
    assert add_days(start, count, kind) == end


@given(days, st.integers(0, 800), kinds)
def test_counting_gives_back_what_was_added(start: date, count: int, kind: DayKind) -> None:
    assert days_between(start, add_days(start, count, kind), kind) == count


@given(days, st.integers(0, 800), kinds)
def test_going_forth_and_back_leads_to_the_same_working_day(start: date, count: int, kind: DayKind) -> None:
    first = add_days(start, 1, kind)
    assert add_days(add_days(first, count, kind), -count, kind) == first


@given(days, st.integers(0, 300), kinds)
def test_one_more_day_is_always_later(start: date, count: int, kind: DayKind) -> None:
    assert add_days(start, count, kind) < add_days(start, count + 1, kind)


@given(days, days, days, kinds)
def test_stretches_of_days_add_up(first: date, second: date, third: date, kind: DayKind) -> None:
    whole = days_between(first, third, kind)
    assert whole == days_between(first, second, kind) + days_between(second, third, kind)


@given(days, st.integers(0, 400))
def test_working_days_are_the_days_that_are_working_days(start: date, length: int) -> None:
    end = start + timedelta(days=length)
    counted = sum(is_working_day(start + timedelta(days=number)) for number in range(1, length + 1))
    assert days_between(start, end, WORKING) == counted
    assert days_between(end, start, WORKING) == -counted


# ---- due dates ---------------------------------------------------------------------------------------------

START = date(2026, 2, 2)


def february(first: int, last: int) -> tuple[date, date]:
    return date(2026, 2, first), date(2026, 2, last)


@pytest.mark.parametrize(
    ("pauses", "end"),
    [
        pytest.param([], 12, id="none"),
        pytest.param([february(4, 8)], 16, id="one"),
        pytest.param([february(4, 4)], 12, id="asked-and-replied-the-same-day"),
        pytest.param([february(4, 8), february(6, 9)], 17, id="overlapping"),
        pytest.param([february(4, 8), february(5, 6)], 16, id="one-inside-another"),
        pytest.param([february(4, 6), february(6, 8)], 16, id="one-after-another"),
        pytest.param([february(4, 6), february(9, 11)], 16, id="two"),
        pytest.param([february(1, 4)], 14, id="begun-before-the-clock"),
        pytest.param([(date(2026, 1, 5), date(2026, 1, 9))], 12, id="over-before-the-clock"),
        pytest.param([february(12, 14)], 14, id="begun-on-the-due-date"),
        pytest.param([february(13, 20)], 12, id="begun-too-late"),
        pytest.param([february(4, 8), february(15, 18)], 19, id="in-time-thanks-to-the-one-before"),
        pytest.param([february(8, 4)], 12, id="backwards"),
    ],
)
def test_pauses_move_a_due_date_counted_in_calendar_days(pauses: list[tuple[date, date]], end: int) -> None:
    assert due(START, 10, CALENDAR, pauses) == date(2026, 2, end)


def test_a_pause_over_a_weekend_costs_no_working_days() -> None:
    friday_to_sunday = february(6, 8)
    assert due(START, 10, WORKING, [friday_to_sunday]) == due(START, 10, WORKING, [])


def test_a_pause_is_measured_in_working_days_where_the_clock_is() -> None:
    friday_to_tuesday = february(6, 10)
    assert due(START, 10, WORKING, [friday_to_tuesday]) == add_days(START, 12, WORKING)


def test_a_due_date_in_calendar_days_may_fall_on_a_day_off() -> None:
    assert due(date(2026, 12, 15), 10, CALENDAR, []) == date(2026, 12, 25)


@given(days, st.integers(1, 90), kinds, st.lists(near_start, min_size=2, max_size=4))
def test_the_order_of_the_pauses_does_not_matter(
    start: date, count: int, kind: DayKind, drawn: list[tuple[int, int]]
) -> None:
    pauses = [(start + timedelta(days=a), start + timedelta(days=a + b)) for a, b in drawn]
    assert len({due(start, count, kind, order) for order in permutations(pauses)}) == 1


@given(days, st.integers(1, 90), kinds, st.lists(near_start, max_size=4), near_start)
def test_one_pause_more_never_makes_it_due_earlier(
    start: date, count: int, kind: DayKind, drawn: list[tuple[int, int]], extra: tuple[int, int]
) -> None:
    pauses = [(start + timedelta(days=a), start + timedelta(days=a + b)) for a, b in [extra, *drawn]]
    assert due(start, count, kind, pauses) >= due(start, count, kind, pauses[1:])


@given(days, st.integers(1, 90), kinds, st.lists(spans, max_size=4))
def test_one_day_more_is_always_due_later(
    start: date, count: int, kind: DayKind, pauses: list[tuple[date, date]]
) -> None:
    assert due(start, count, kind, pauses) < due(start, count + 1, kind, pauses)


@given(days, st.integers(1, 90), kinds, st.lists(near_start, max_size=4))
def test_the_days_that_no_pause_covers_are_as_many_as_the_clock_has(
    start: date, count: int, kind: DayKind, drawn: list[tuple[int, int]]
) -> None:
    pauses = [(start + timedelta(days=a), start + timedelta(days=a + b)) for a, b in drawn]
    last = due(start, count, kind, pauses)
    running = [start + timedelta(days=number) for number in range(1, (last - start).days + 1)]
    running = [day for day in running if not any(first < day <= end for first, end in pauses)]
    assert sum(kind == CALENDAR or is_working_day(day) for day in running) == count
