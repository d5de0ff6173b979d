"""The ladders, climbed: which rung is given when and to whom, what stops one, and that none is given twice."""

import datetime as dt

import pytest

from cases import clocks, services
from cases.ladder import Clock
from cases.models import Case, Event
from tests.cases.conftest import DAY, START

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def at_start(db):
    with clocks.at(START):
        yield


def later(days: int):
    return clocks.at(START + days * DAY)


def day(days: int) -> dt.date:
    return START.date() + days * DAY


def chase_on(*days: int) -> list[tuple[int, str, int, str]]:
    """Chase on these days, counted from the start; return what was given: the day, the clock, the rung, to whom."""
    given = []
    for number in days:
        before = Event.objects.count()
        with later(number):
            services.chase()
        for event in Event.objects.filter(verb="remind").order_by("pk")[len(given) :]:
            given.append((number, event.data["clock"], event.data["days"], event.data["to"]))
        assert Event.objects.count() >= before
    return given


def of(clock: Clock, given) -> list[tuple[int, int, str]]:
    return [(number, days, to) for number, own, days, to in given if own == clock]


@pytest.fixture
def sent(case, flow) -> Case:
    """A case that the kommun got on the first day: to acknowledge on day 10, to answer on day 60."""
    return flow.send(case)


@pytest.fixture
def acknowledged(sent, flow) -> Case:
    return flow.acknowledge(sent)


# ---- each ladder, day by day ----


def test_an_unanswered_concern_climbs_the_whole_ladder(acknowledged):
    weekly = [(88 + 7 * week, 28 + 7 * week, "FUNCTION") for week in range(8)]
    first = [(53, -7, "FUNCTION"), (60, 0, "FUNCTION"), (67, 7, "DEPUTIES"), (74, 14, "GROUP"), (81, 21, "AGENDA")]
    assert of(Clock.ANSWER, chase_on(*range(200))) == first + weekly
