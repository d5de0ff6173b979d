"""A program that polls: what has changed since it last asked, once each, as far as it may see."""

from collections.abc import Callable
from typing import Any

import pytest

from cases import changes, clocks, services
from tests.api.asking import MOST_QUESTIONS, browser_of, questions, refused, shown

CASES = "cases/"
BEGINNING = "2020-01-01T00:00:00+01:00"


@pytest.fixture
def poll(sanna) -> Callable[..., list[str]]:
    """Return a function that asks as somebody for what is new to them, through all pages; it keeps the marks."""
    marks: dict[Any, str] = {}

    def ask(person=sanna, **query: object) -> list[str]:
        told = shown(person, CASES, **{"updated_since": marks.get(person, BEGINNING), **query})
        numbers = [row["number"] for row in told["results"]]
        while told["next"]:
            told = browser_of(person).get(told["next"]).json()
            numbers += [row["number"] for row in told["results"]]
        marks[person] = told["updated_since"]
        return numbers

    return ask


def test_each_change_comes_once_in_its_order_through_all_pages(poll, file_case, sanna):
    cases = [file_case() for _ in range(5)]
    assert poll(limit=2) == [case.number for case in cases]
    services.note(cases[1], actor=sanna, body="Ring.")
    new = file_case()
    assert poll(limit=2) == [cases[1].number, new.number]
    assert poll() == poll() == []


def test_the_filters_hold_for_what_is_new_too(poll, file_case, flow):
    poll()
    file_case()
    sent = flow.send(file_case())
    assert poll(status="WITH_PARTY", fields="number") == [sent.number]


def test_one_polls_what_one_may_open(poll, case, file_case, flow, rakel, karl, olle):
    assert (poll(rakel), poll(karl), poll(olle)) == ([case.number], [], [])
    flow.send(case)
    assert (poll(rakel), poll(karl), poll(olle)) == ([case.number], [case.number], [])


def test_a_moment_begins(poll, case, file_case, sanna):
    changes.settle()
    moment = clocks.now().isoformat()
    later = file_case()
    assert poll(updated_since=moment) == [later.number]
    assert poll() == []


@pytest.mark.parametrize("since", ["x", "c99999999999999999", "2026-11-01", "2026-11-01T00:00:00+01:00"])
def test_what_is_no_mark_is_refused_at_its_parameter(case, sanna, since):
    # In an address, a plus that is not written %2B is a blank.
    answer = browser_of(sanna).get(f"/api/v1/{CASES}?updated_since={since}")
    assert refused(answer, 400) == ("unknown_mark", ["updated_since"])


@pytest.mark.parametrize("name", ["cursor", "ordning"])
def test_what_belongs_to_a_list_by_day_is_refused(sanna, case, name):
    answer = browser_of(sanna).get(f"/api/v1/{CASES}", {"updated_since": BEGINNING, name: "nyast"})
    assert refused(answer, 400) == ("invalid", [name])


@pytest.mark.parametrize("name", ["sanna", "karl"])
def test_polling_costs_what_a_list_does_whatever_there_is(file_case, flow, name, request):
    person, address = request.getfixturevalue(name), f"{CASES}?updated_since={BEGINNING.replace('+', '%2B')}"
    flow.send(file_case())
    changes.settle()
    few = questions(person, address)
    for _ in range(10):
        flow.send(file_case())
    changes.settle()
    assert questions(person, address) == few == questions(person, CASES) <= MOST_QUESTIONS
