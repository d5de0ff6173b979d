"""Meetings through the API: what each person may know of an agenda, a pack and minutes, as the pages say it."""

import json

import pytest

from cases import agendas, clocks, packs, services
from cases.codes import ReadAction
from cases.models import AgendaItem, Case, Meeting, ReadLog
from cases.services import Duty
from tests.api.asking import MOST_QUESTIONS, browser_of, listed, questions, refused, shown
from tests.cases.conftest import DAY, START

MEETINGS = "meetings/"
DUTY = Duty("Enhetschefens funktion", "Ta fram ett schema.", START.date() + 60 * DAY)


@pytest.fixture
def meeting(world) -> Meeting:
    """The meeting that every case is lifted to."""
    return world.forbund.meetings.get()


@pytest.fixture
def locked(world, meeting) -> Meeting:
    """The same with its pack."""
    services.freeze_pack(meeting, actor=world.people["sanna"])
    return meeting


def one(world, name: str, meeting: Meeting, then: str = "") -> dict:
    return shown(world.people[name], f"{MEETINGS}{meeting.pk}/{then}")


@pytest.mark.parametrize("name", ["rakel", "karl", "berit", "adam", "olle", "stranger"])
def test_to_whom_it_is_not_for_a_meeting_does_not_exist(world, locked, name):
    assert listed(world.people[name], MEETINGS) == []
    assert listed(world.people[name], f"{MEETINGS}waiting/") == []
    for then in ("", "pack/", "pack/files/pdf/", "minutes/", "minutes/files/pdf/"):
        assert browser_of(world.people[name]).get(f"/api/v1/{MEETINGS}{locked.pk}/{then}").status_code == 404


@pytest.mark.parametrize("name", ["sanna", "bea"])
def test_kansli_and_group_read_the_agenda_in_its_order(world, meeting, name):
    rows = agendas.agenda(meeting, world.people[name])
    told = one(world, name, meeting)["agenda"]
    assert [(row["id"], row["number"], row["title"], row["text"]) for row in told] == [
        (row.item.pk, row.number, row.title, row.text) for row in rows
    ]
    assert all(row["case_url"].endswith(f"/cases/{row['case']}/") for row in told)


def test_of_a_case_that_one_may_not_open_only_the_number_is_there(world, meeting):
    Case.objects.filter(pk=world.cases["WITH_PARTY"].pk).update(lifted="")
    number = world.cases["WITH_PARTY"].number
    [row] = [row for row in one(world, "bea", meeting)["agenda"] if row["case"] == number]
    assert (row["title"], row["text"], row["recommendation"], row["case_url"]) == (number, "", "", None)
    assert row["assignments"] == []


def test_a_late_answer_tells_number_function_and_days_alone(world, meeting):
    case = world.cases["WITH_PARTY"]
    Case.objects.filter(pk=case.pk).update(lifted="")
    AgendaItem.objects.filter(case=case).delete()
    concern = case.concerns.get(party="KOMMUN")
    AgendaItem.objects.create(meeting=meeting, case=case, late=concern, why="LATE")
    with clocks.at(clocks.start_of(concern.answer_due + 20 * DAY)):
        [row] = [row for row in one(world, "bea", meeting)["agenda"] if row["kind"] == "late"]
    assert (row["case"], row["function"], row["days_late"]) == (case.number, world.function.name, 20)
    assert (row["title"], row["text"], row["case_url"]) == (case.number, "", None)


def test_what_was_recommended_and_asked_for_is_told(world, meeting):
    item = meeting.items.all()[0]
    services.settle_item(item, actor=world.people["bea"], body="Bemanna den.", duties=[DUTY])
    told = one(world, "bea", meeting)
    assert told["agenda"][0]["recommendation"] == "Bemanna den."
    assert [(one["who"], one["what"], one["done_on"]) for one in told["assignments"]] == [(DUTY.who, DUTY.what, None)]


def test_a_pack_is_the_one_of_the_page(world, locked):
    sanna = world.people["sanna"]
    report = packs.report_of(packs.material_of(locked.pack, sanna))
    told = one(world, "sanna", locked, "pack/")
    assert (told["first"], told["last"]) == (locked.pack.first.isoformat(), locked.pack.last.isoformat())
    assert [section["title"] for section in told["document"]["sections"]] == [one.title for one in report.sections]
    tables = {block["table"]["key"]: block["table"] for s in told["document"]["sections"] for block in s["blocks"]
              if "table" in block}  # fmt: skip
    flow = dict(tables["sedan-sist"]["rows"])
    balance = packs.material_of(locked.pack, sanna).figures.balance
    assert (flow["Nya"], flow["Avslutade"]) == (balance.new, balance.ended)
    assert len(tables["dagordning-tabell"]["rows"]) == len(locked.pack.items)


def test_what_came_after_the_pack_was_locked_stands_beside_it(world, locked):
    services.add_item(locked, actor=world.people["sanna"], item_heading="Nytt sedan dess")
    told = one(world, "bea", locked, "pack/")
    assert [row["title"] for row in told["later"]] == ["Nytt sedan dess"]
    assert "Nytt sedan dess" not in json.dumps(told["document"], ensure_ascii=False)


def test_minutes_tell_what_was_recommended_and_what_waits(world, meeting):
    first, second, *_ = meeting.items.all()
    services.settle_item(first, actor=world.people["sanna"], body="Bemanna den.", duties=[DUTY])
    services.defer_item(second, actor=world.people["sanna"])
    told = one(world, "bea", meeting, "minutes/")
    assert [(row["deferred"], row["recommendation"]) for row in told["items"]] == [(False, "Bemanna den."), (True, "")]
    assert (told["approved_at"], told["waiting"]) == (None, len(world.cases) - 2)


@pytest.mark.parametrize(("then", "form"), [("pack", "csv"), ("minutes", "docx")])
def test_a_file_leaves_with_a_note_of_the_cases_in_it(world, locked, then, form):
    services.settle_item(locked.items.all()[0], actor=world.people["sanna"], body="Bemanna den.")
    answer = browser_of(world.people["bea"]).get(
        f"/api/v1/{MEETINGS}{locked.pk}/{then}/files/{form}/", headers={"Accept": "application/x-whatever"}
    )
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    assert ReadLog.objects.filter(user=world.people["bea"], action=ReadAction.EXPORTED).exists()


@pytest.mark.parametrize("then", ["pack/files/exe/", "minutes/files/xlsx/"])
def test_a_kind_of_file_that_there_is_not_does_not_exist(world, locked, then):
    answer = browser_of(world.people["sanna"]).get(f"/api/v1/{MEETINGS}{locked.pk}/{then}")
    assert refused(answer, 404) == ("not_found", [])


def test_what_waits_for_a_meeting_is_listed(world, meeting):
    item = meeting.items.all()[0]
    services.defer_item(item, actor=world.people["sanna"])
    [row] = listed(world.people["bea"], f"{MEETINGS}waiting/")
    assert (row["id"], row["waited"]) == (item.pk, 1)


def test_the_list_is_narrowed_by_body_and_day(world, meeting):
    sanna, day = world.people["sanna"], meeting.held_on.isoformat()
    board = services.plan_meeting(world.forbund, actor=sanna, held_on=START.date() + 90 * DAY, body="BOARD")
    services.cancel_meeting(board, actor=sanna)
    for wish in ({"body": "PREPARATORY"}, {"held_on__lte": day}, {"is_cancelled": "false"}, {"forbund": "ALLT"}):
        assert meeting.pk in [row["id"] for row in listed(sanna, MEETINGS, **wish)]
    for wish in ({"body": "BOARD"}, {"held_on__gte": board.held_on.isoformat()}, {"is_cancelled": "true"}):
        assert [row["id"] for row in listed(sanna, MEETINGS, **wish)] == [board.pk]
    assert listed(sanna, MEETINGS, is_approved="true") == []


@pytest.mark.parametrize(
    ("then", "body", "place"),
    [
        ("move/", {"held_on": "2020-01-01"}, "#/held_on"),
        ("add-item/", {"heading": "   "}, "#/heading"),
        ("add-item/", {"heading": "Det gällde 19850709-9805"}, "#/heading"),
        ("add-pattern/", {"pattern": 10**18}, "#/pattern"),
        ("items/{item}/settle/", {"body": "Så.", "duties": [{"who": "A", "what": "B", "due_on": "2020-01-01"}]},
         "#/duties/0/due_on"),
        ("items/{item}/settle/", {"body": "Så.", "duties": [{"who": "19850709-9805", "what": "B",
                                                           "due_on": "2030-01-01"}]}, "#/duties/0/who"),
        ("items/{item}/settle/", {"body": "Så.", "review_on": "2030-01-01"}, "#/review_on"),
        ("items/{item}/place/", {"up": "ja"}, "#/up"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_is(world, meeting, then, body, place):
    address = f"/api/v1/{MEETINGS}{meeting.pk}/{then.format(item=meeting.items.all()[0].pk)}"
    answer = browser_of(world.people["sanna"]).post(address, body, content_type="application/json")
    assert refused(answer, 400)[1] == [place]
    assert "9805" not in answer.content.decode()


def test_nothing_changes_on_a_meeting_whose_minutes_are_approved(world, meeting):
    meeting.approved_at, meeting.approved_by = START, world.people["sanna"]
    meeting.save()
    for then in ("move/", "add-item/"):
        answer = browser_of(world.people["sanna"]).post(
            f"/api/v1/{MEETINGS}{meeting.pk}/{then}",
            {"held_on": "2026-06-01"} if then == "move/" else {"heading": "Mer"},
            content_type="application/json",
        )
        assert refused(answer, 409)[0] == "approved"


@pytest.mark.once
def test_a_longer_list_puts_no_more_questions(world, meeting):
    few = questions(world.people["sanna"], MEETINGS)
    for number in range(5):
        services.plan_meeting(world.forbund, actor=world.people["sanna"], held_on=START.date() + (100 + number) * DAY)
    assert questions(world.people["sanna"], MEETINGS) == few <= MOST_QUESTIONS


@pytest.mark.parametrize("then", ["", "pack/", "minutes/"])
def test_one_is_shown_in_as_many_questions_however_much_stands_on_it(world, locked, then):
    few = questions(world.people["bea"], f"{MEETINGS}{locked.pk}/{then}")
    for number in range(3):
        services.add_item(locked, actor=world.people["sanna"], item_heading=f"Punkt {number}")
    assert questions(world.people["bea"], f"{MEETINGS}{locked.pk}/{then}") == few <= 22
