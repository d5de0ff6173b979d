"""Measures across cases: whose answers one may read, what narrows them, what is shown of each."""

import pytest

from cases import clocks, services
from cases.codes import Cause
from tests.api.asking import MOST_QUESTIONS, browser_of, listed, questions, refused
from tests.cases.conftest import DAY, PLAN, START

MEASURES = "measures/"

# Of the two measures that the kommun has planned: one in an answer, one while it still works on it. Nothing is shared.
SEES = {"sanna": 2, "stina": 2, "karl": 2, "kim": 2, "bea": 2, "frida": 0, "rakel": 0, "berit": 0, "adam": 0, "olle": 0}


@pytest.mark.parametrize("name", SEES)
def test_one_sees_the_measures_of_the_answers_that_one_may_read(world, name):
    assert len(listed(world.people[name], MEASURES)) == SEES[name]


def test_the_reporter_sees_them_once_the_answer_is_shared(world):
    case = world.cases["IN_PROGRESS"]
    services.share(case, actor=world.people["sanna"], concern=case.concerns.get(party="KOMMUN"))
    assert [row["case"] for row in listed(world.people["rakel"], MEASURES)] == [case.number]


def test_a_row_names_its_case_and_whose_it_is(world):
    case = world.cases["IN_PROGRESS"]
    [row] = listed(world.people["karl"], MEASURES, number__in=case.number)
    assert (row["case"], row["party"], row["member"]) == (case.number, "KOMMUN", world.kommun.name)
    assert (row["what"], row["owner"], row["cause"]) == (PLAN.what, PLAN.owner, PLAN.cause)
    assert (row["state"], row["due_on"], row["is_late"]) == ("OPEN", PLAN.due_on.isoformat(), False)
    assert row["url"].endswith(f"/api/v1/cases/{case.number}/")


def test_it_is_narrowed_by_state_day_cause_part_and_lateness(world):
    karl, due = world.people["karl"], PLAN.due_on
    found = {"state": "OPEN", "cause__in": "RESOURCES,OTHER", "part": "KOMMUN", "medlem": world.kommun.pk}
    days = {"due_on__gte": due, "due_on__lte": due}
    assert len(listed(karl, MEASURES, **found, **days, forbund="ALLT", status="IN_PROGRESS")) == 1
    for wish in ({"state__in": "DONE,DROPPED"}, {"cause": Cause.LAW}, {"due_on__lte": due - DAY}, {"sent": "1"}):
        assert listed(karl, MEASURES, **wish) == []
    with clocks.at(START + 31 * DAY):
        assert [row["is_late"] for row in listed(karl, MEASURES, sent="1")] == [True, True]


@pytest.mark.parametrize("query", [{"state": "LATE"}, {"due_on__gte": "i går"}, {"typ": "STRUKTUR"}, {"medlem": "0"}])
def test_what_cannot_be_asked_for_is_refused_by_name(world, query):
    answer = browser_of(world.people["sanna"]).get(f"/api/v1/{MEASURES}", query)
    assert refused(answer, 400) == ("invalid", list(query))


@pytest.mark.once
@pytest.mark.parametrize("name", ["sanna", "karl"])
def test_a_longer_list_puts_no_more_questions(world, name):
    person, case = world.people[name], world.cases["WITH_PARTY"]
    few = questions(person, MEASURES)
    for _ in range(5):
        services.add_measure(case, actor=world.people["karl"], concern=case.concerns.get(party="KOMMUN"), plan=PLAN)
    assert questions(person, MEASURES) == few <= MOST_QUESTIONS
    assert len(listed(person, MEASURES)) == 7
