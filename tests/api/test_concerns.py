"""Berörda parter across cases: whose they are, what narrows them, what is shown of each."""

import pytest

from cases import clocks, services
from cases.codes import Party
from cases.services import Concerned
from tests.api.asking import MOST_QUESTIONS, browser_of, listed, questions, refused
from tests.cases.conftest import DAY

CONCERNS = "concerns/"


@pytest.mark.parametrize(
    ("name", "parties"),
    [
        ("sanna", {"KOMMUN", "FORSAKRINGSKASSAN"}), ("rakel", {"KOMMUN", "FORSAKRINGSKASSAN"}),
        ("bea", {"KOMMUN", "FORSAKRINGSKASSAN"}), ("karl", {"KOMMUN"}), ("kim", {"KOMMUN"}),
        ("frida", {"FORSAKRINGSKASSAN"}), ("berit", set()), ("adam", set()), ("olle", set()), ("stranger", set()),
    ],
)  # fmt: skip
def test_a_function_sees_its_own_and_others_what_they_may_open(world, name, parties):
    person = world.people[name]
    rows = listed(person, CONCERNS, limit=100)
    assert {row["party"] for row in rows} == parties
    opened = {row["number"] for row in listed(person, "cases/", limit=100)}
    assert {row["case"] for row in rows} == opened


def test_a_row_names_its_case_and_says_when_it_is_due(world):
    case = world.cases["WITH_PARTY"]
    [row] = listed(world.people["karl"], CONCERNS, number__in=case.number)
    concern = case.concerns.get(party="KOMMUN")
    assert (row["id"], row["state"], row["function_id"]) == (concern.pk, "SENT", world.function.pk)
    assert (row["heading"], row["association"], row["status"]) == (case.heading, "ALLT", "WITH_PARTY")
    assert row["url"].endswith(f"/api/v1/cases/{case.number}/")
    assert row["answer_due"] == concern.answer_due.isoformat()


def test_what_a_member_keeps_for_itself_is_for_the_kansli(world):
    shown = {name: listed(world.people[name], CONCERNS, state="ANSWERED")[0] for name in ("sanna", "frida", "bea")}
    assert shown["sanna"]["gap_type_answered"] == ""
    assert [shown[name][what] for name in ("frida", "bea") for what in ("gap_type_answered", "own_reference")] == 4 * [
        None
    ]


def test_the_reporter_reads_the_cause_once_the_answer_is_shared(world):
    causes = {row["case"]: row["cause_seen"] for row in listed(world.people["rakel"], CONCERNS, state="ANSWERED")}
    assert causes[world.cases["CLOSED"].number] == "RESOURCES"
    assert causes[world.cases["ANSWERED"].number] is None


@pytest.mark.parametrize(
    "query",
    [
        {"state": "SENT"}, {"state__in": "SENT,ACKNOWLEDGED"}, {"part": "KOMMUN", "status": "WITH_PARTY"},
        {"typ": "ORGANISATION", "status__in": "WITH_PARTY"},
        {"typ__in": "ORGANISATION,ingen", "status": "WITH_PARTY"},
    ],
)  # fmt: skip
def test_the_list_is_narrowed_by_what_is_wished_for(world, query):
    [row] = listed(world.people["sanna"], CONCERNS, **query)
    assert (row["case"], row["party"]) == (world.cases["WITH_PARTY"].number, "KOMMUN")


def test_it_is_narrowed_to_a_member_a_function_or_a_forbund(world):
    sanna = world.people["sanna"]
    assert {row["party"] for row in listed(sanna, CONCERNS, medlem=world.kommun.pk)} == {"KOMMUN"}
    assert {row["function"] for row in listed(sanna, CONCERNS, funktion=world.fk_function.pk)} == {
        world.fk_function.name
    }
    assert len(listed(sanna, CONCERNS, forbund="ALLT", oppna="ja")) == 2 * 5
    assert len(listed(sanna, CONCERNS, forbund__in="ALLT", oppna="nej")) == 2 * 3


def test_several_rows_at_once_are_looked_up_at_once(world):
    sanna = world.people["sanna"]
    both = f"{world.function.pk},{world.fk_function.pk}"
    assert {row["function_id"] for row in listed(sanna, CONCERNS, funktion__in=both)} == {
        world.function.pk,
        world.fk_function.pk,
    }
    one, two = (questions(sanna, f"{CONCERNS}?funktion__in={wish}") for wish in (world.function.pk, both))
    assert one == two


def test_late_are_those_whose_function_has_passed_its_day(world):
    sanna, case = world.people["sanna"], world.cases["WITH_PARTY"]
    assert listed(sanna, CONCERNS, sent="1") == []
    due = case.concerns.get(party="KOMMUN").acknowledge_due
    with clocks.at(clocks.start_of(due + 2 * DAY)):
        [row] = listed(sanna, CONCERNS, sent="1")
    assert (row["case"], row["is_late"], row["days_late"]) == (case.number, True, 2)


def test_days_cut_the_list_at_both_ends(world):
    due = world.cases["WITH_PARTY"].concerns.get(party="KOMMUN").answer_due
    inside = {"answer_due__gte": due, "answer_due__lte": due}
    assert {row["answer_due"] for row in listed(world.people["karl"], CONCERNS, **inside)} == {due.isoformat()}
    assert listed(world.people["karl"], CONCERNS, answer_due__gte=due + DAY) == []


@pytest.mark.parametrize(
    "query",
    [
        {"party": "KOMMUN"}, {"state": "LOST"}, {"medlem": "x"}, {"medlem": "9" * 30}, {"funktion__in": "1,x"},
        {"medlem__in": "9" * 30},
        {"forbund": "BRED"}, {"answer_due__gte": "9999-99-99"}, {"fields": "number"}, {"cursor": "x"}, {"limit": "0"},
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused_by_name(world, query):
    answer = browser_of(world.people["sanna"]).get(f"/api/v1/{CONCERNS}", query)
    assert refused(answer, 400) == ("invalid", list(query))


def test_the_list_goes_on_and_holds_what_is_wished_for(world):
    sanna, seen = browser_of(world.people["sanna"]), []
    address = f"/api/v1/{CONCERNS}?limit=5&fields=id,case"
    while address:
        page = sanna.get(address).json()
        assert all(row.keys() == {"id", "case"} for row in page["results"])
        seen += [row["id"] for row in page["results"]]
        address = page["next"]
    assert seen == sorted(set(seen), reverse=True)
    assert len(seen) == 2 * len(world.cases)


@pytest.mark.once
@pytest.mark.parametrize("name", ["sanna", "karl", "rakel"])
def test_a_longer_list_puts_no_more_questions(forbund, kommun, fk, funktion, frida, flow, name, request):
    person, rakel = request.getfixturevalue(name), request.getfixturevalue("rakel")
    sanna = request.getfixturevalue("sanna")

    def send() -> None:
        report = request.getfixturevalue("file_case")(
            concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)]
        )
        sent = flow.send(report)
        services.ask(sent, actor=sanna, body="När var det?")

    send()
    few = questions(person, CONCERNS)
    for _ in range(4):
        send()
    assert questions(person, CONCERNS) == few <= MOST_QUESTIONS
    assert rakel.reported.count() == 5
