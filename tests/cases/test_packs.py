"""Packs: what is locked when, who reads it, and what masks and rights do to it afterwards."""

import datetime as dt
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import clocks, packs, services
from cases.codes import Cause, Lifted, MeasureState, PatternStatus, ReadAction, Role
from cases.errors import MoveNotAllowed
from cases.models import AgendaItem, Case, Meeting, Pack, ReadLog
from cases.services import Duty, Plan
from notifications import tasks
from tests.cases.conftest import DAY, START
from tests.cases.test_races import at_once
from tests.pages import Page, browser_of, html_of
from tests.people import grant, make_user
from tests.sharing import shared

TODAY = START.date()
HELD_ON = TODAY + 30 * DAY
CUT_OFF = HELD_ON - 14 * DAY
LOCKS = dt.datetime.combine(CUT_OFF + DAY, dt.time(0, 30), tzinfo=clocks.STOCKHOLM)
NEXT = HELD_ON + 90 * DAY
PROPOSAL = "Ta upp frågan om brevlådan."


pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


@shared
def meeting(forbund, sanna) -> Meeting:
    return services.plan_meeting(forbund, actor=sanna, held_on=HELD_ON)


@shared
def item(meeting, case, sanna) -> AgendaItem:
    """Rakel's case, lifted to the meeting."""
    return services.lift(case, actor=sanna, held_on=HELD_ON, proposal=PROPOSAL)


def lock(meeting: Meeting, at: dt.datetime = LOCKS) -> Pack:
    """Let the hour after the last day come."""
    with clocks.at(at):
        services.freeze_due_packs()
    return Pack.objects.select_related("meeting__association").get(meeting=meeting)


def shown(pack: Pack, actor: Any) -> str:
    return html_of(browser_of(actor).get(reverse("pack", args=[pack.meeting_id])))


def told(pack: Pack, actor: Any) -> packs.Material:
    return packs.material_of(pack, actor)


def titles(pack: Pack, actor: Any) -> list[str]:
    return [point.title for point in told(pack, actor).points]


# ---- when ----


def test_a_pack_is_locked_once_when_its_last_day_has_passed(meeting, item):
    with clocks.at(LOCKS - dt.timedelta(hours=1)):
        assert services.freeze_due_packs() == 0
    with clocks.at(LOCKS):
        assert [services.freeze_due_packs(), services.freeze_due_packs()] == [1, 0]
    pack = Pack.objects.get()
    assert (pack.first, pack.last, pack.frozen_by) == (TODAY, CUT_OFF, None)


def test_the_hourly_round_locks_packs(meeting, item):
    with clocks.at(LOCKS):
        tasks.hourly()
    assert Pack.objects.get().meeting == meeting


def test_a_late_round_locks_what_was_there_on_the_last_day(meeting, item, case, file_case, flow, sanna):
    flow.send(case)
    with clocks.at(LOCKS + DAY):
        services.add_item(meeting, actor=sanna, item_heading="För sent")
        services.lift(file_case(), actor=sanna, held_on=HELD_ON, proposal="För sent.")
        flow.close(flow.answer(case))
    pack = lock(meeting, LOCKS + 2 * DAY)
    found = told(pack, sanna).figures
    assert titles(pack, sanna) == [case.heading]
    assert (found.balance.new, found.answered, found.balance.closing) == (1, 0, 1)


def test_the_next_pack_begins_on_the_day_after_the_last(meeting, item, forbund, sanna):
    lock(meeting)
    following = services.plan_meeting(forbund, actor=sanna, held_on=NEXT)
    pack = lock(following, LOCKS + 90 * DAY)
    assert (pack.first, pack.last) == (CUT_OFF + DAY, NEXT - 14 * DAY)
    assert told(pack, sanna).figures.balance.opening == 1


def test_the_kansli_locks_a_pack_early_and_anew_until_its_last_day(meeting, item, sanna):
    with clocks.at(START + 5 * DAY):
        services.freeze_pack(meeting, actor=sanna)
        services.add_item(meeting, actor=sanna, item_heading="Glömdes")
    assert Pack.objects.get().last == TODAY + 4 * DAY
    with clocks.at(START + 6 * DAY):
        pack = services.freeze_pack(meeting, actor=sanna)
    assert len(pack.items) == 2
    with clocks.at(LOCKS):
        assert services.freeze_due_packs() == 0
        with pytest.raises(MoveNotAllowed, match="Sista dagen"):
            services.freeze_pack(meeting, actor=sanna)


@pytest.mark.parametrize("name", ["bea", "rakel", "karl", "berit", "adam", "olle"])
def test_nobody_but_the_kansli_locks_a_pack(meeting, name, request, funktion):
    with pytest.raises(MoveNotAllowed, match="bara samordnaren"):
        services.freeze_pack(meeting, actor=request.getfixturevalue(name))


def test_a_meeting_that_moves_on_gets_a_new_pack(meeting, item, sanna):
    first = lock(meeting)
    with clocks.at(LOCKS):
        services.move_meeting(meeting, actor=sanna, held_on=HELD_ON + 30 * DAY)
    second = lock(meeting, LOCKS + 30 * DAY)
    assert (first.pk, second.last) == (second.pk, CUT_OFF + 30 * DAY)


@pytest.mark.parametrize("gone", ["cancelled_at", "approved_at"])
def test_a_meeting_that_is_not_to_come_gets_none(meeting, gone):
    Meeting.objects.update(**{gone: START})
    with clocks.at(LOCKS):
        assert services.freeze_due_packs() == 0


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_lock_a_pack_once(meeting):
    def round_() -> int:
        with clocks.at(LOCKS):
            return services.freeze_due_packs()

    assert sorted(at_once(round_, round_)) == [0, 1]


# ---- what ----


def test_a_pack_keeps_no_word_that_anybody_wrote(meeting, item, sanna):
    services.add_item(meeting, actor=sanna, item_heading="Årets bedömning", body="Ett utkast finns.")
    services.make_pattern(meeting.association, actor=sanna, title="Brevlådor utan bemanning")
    pack = lock(meeting)
    kept = json.dumps([pack.figures, pack.items], ensure_ascii=False)
    words = (item.case.heading, PROPOSAL, "bedömning", "utkast", "Brevlådor", item.case.number)
    assert not [word for word in words if word in kept]
    assert packs.Figures.of_json(pack.figures).as_json() == pack.figures


def test_items_keep_the_order_they_had(meeting, item, sanna):
    free = services.add_item(meeting, actor=sanna, item_heading="Årets bedömning")
    services.place_item(free, actor=sanna, up=True)
    pack = lock(meeting)
    with clocks.at(LOCKS):
        services.place_item(AgendaItem.objects.get(pk=free.pk), actor=sanna, up=False)
    assert titles(pack, sanna) == ["Årets bedömning", item.case.heading]


def test_a_late_answer_shows_number_function_and_days_on_the_last_day_to_everybody(
    forbund, file_case, flow, sanna, bea, funktion
):
    case = flow.send(file_case(heading="Hemlig rubrik"))
    late = TODAY + 120 * DAY
    meeting = forbund.meetings.create(held_on=late)
    with clocks.at(START + 82 * DAY):
        services.chase()
    with clocks.at(START + 107 * DAY):
        flow.answer(case)
    pack = lock(meeting, START + 108 * DAY)
    with clocks.at(START + 108 * DAY):
        pages = [shown(pack, actor) for actor in (sanna, bea)]
    [one] = told(pack, sanna).late
    assert (one.number, one.function, one.answer.days) == (case.number, funktion.name, 46)
    assert not [page for page in pages if "Hemlig rubrik" in page or case.number not in page]


def test_figures_and_rows_of_a_whole_period(forbund, file_case, flow, sanna, bea):
    pattern = services.make_pattern(forbund, actor=sanna, title="Brevlådor utan bemanning")
    plan = Plan("Bemanna brevlådan.", Cause.RESOURCES, "Chefen", TODAY)
    done, _ = (services.plan_pattern_measure(pattern, actor=sanna, plan=plan) for _ in "ab")
    services.end_pattern_measure(done, actor=sanna, state=MeasureState.DONE, how="")
    first = services.plan_meeting(forbund, actor=sanna, held_on=TODAY + 3 * DAY)
    free = services.add_item(first, actor=sanna, item_heading="Årets bedömning")
    duty = Duty("Enhetschefen", "Skriv den.", TODAY + 5 * DAY)
    services.settle_item(free, actor=bea, body="Gör så.", duties=[duty])
    flow.to_closed(file_case())
    flow.send(file_case())
    meeting = services.plan_meeting(forbund, actor=sanna, held_on=NEXT)
    Meeting.objects.filter(pk=first.pk).update(held_on=TODAY - 5 * DAY)
    found = told(lock(meeting, START + 107 * DAY), bea)
    balance, measures = found.figures.balance, found.figures.measures
    assert (balance.opening, balance.new, balance.ended, balance.closing) == (0, 2, 1, 1)
    assert (found.figures.answered, found.figures.late) == (1, 1)
    assert (measures.done, measures.open, measures.late) == (1, 1, 1)
    assert [row.said for row in found.recommended] == ["Gör så."]
    assert [(one.assignment.what, one.row.done_on) for one in found.duties] == [("Skriv den.", None)]
    assert {(work.what, work.measure.done_on) for work in found.works} == {(plan.what, None), (plan.what, TODAY)}


def test_a_pattern_stands_as_it_did_on_the_last_day(meeting, forbund, sanna):
    pattern = services.make_pattern(forbund, actor=sanna, title="Brevlådor utan bemanning")
    with clocks.at(LOCKS):
        services.set_pattern_status(pattern, actor=sanna, status=PatternStatus.ANALYSIS)
        services.set_pattern_status(pattern, actor=sanna, status=PatternStatus.SOLVED)
    [row] = told(lock(meeting), sanna).figures.patterns
    assert (row.pattern, row.status) == (pattern.pk, PatternStatus.OBSERVED)


def test_what_comes_later_is_listed_beside_the_pack(meeting, item, sanna, bea):
    pack = lock(meeting)
    with clocks.at(LOCKS):
        services.add_item(meeting, actor=sanna, item_heading="Kom senare")
        html = shown(pack, bea)
    assert titles(pack, bea) == [item.case.heading]
    assert html.index("Tillkommit efter att underlaget låstes") < html.index("Kom senare")
    assert "Tillkommit" not in str(packs.report_of(told(pack, bea)))


def test_an_item_that_was_taken_off_says_so_by_number(meeting, item, sanna, bea):
    pack = lock(meeting)
    with clocks.at(LOCKS):
        services.remove_item(item, actor=sanna)
    html = shown(pack, bea)
    assert item.case.number in html
    assert "Punkten togs bort efter att underlaget låstes." in html
    assert item.case.heading not in html


# ---- who ----


def test_a_case_that_is_no_longer_lifted_is_a_number_to_the_kansli_too(meeting, item, sanna, bea):
    pack = lock(meeting)
    Case.objects.update(lifted="")
    for actor in (sanna, bea):
        assert item.case.number in (html := shown(pack, actor))
        assert not [words for words in (item.case.heading, PROPOSAL) if words in html]


def test_a_mask_reaches_a_pack_that_was_locked_before(meeting, item, sanna, bea):
    pack = lock(meeting)
    assert PROPOSAL in shown(pack, bea)
    services.mask(item.case, actor=sanna, phrase="brevlådan", reason="Prov", text=item.proposal)
    assert "brevlådan" not in shown(pack, bea).replace("funktionsbrevlådan", "")


def test_no_reporter_stands_in_a_pack(meeting, item, sanna, bea, rakel):
    pack = lock(meeting)
    assert rakel.name not in shown(pack, sanna) + shown(pack, bea)


def test_who_has_left_the_group_reads_no_pack(meeting, item, forbund):
    member = make_user("Bo")
    held = grant(member, forbund, Role.PREPARATORY)
    pack = lock(meeting)
    assert item.case.heading in shown(pack, member)
    held.delete()
    member.__dict__.pop("_standing", None)
    assert browser_of(member).get(reverse("pack", args=[pack.meeting_id])).status_code == 404


def test_a_meeting_whose_pack_is_not_locked_has_no_such_page(meeting, sanna):
    assert browser_of(sanna).get(reverse("pack", args=[meeting.pk])).status_code == 404
    assert reverse("pack", args=[meeting.pk]) not in Page(browser_of(sanna).get(meeting.get_absolute_url())).links
    lock(meeting)
    assert reverse("pack", args=[meeting.pk]) in Page(browser_of(sanna).get(meeting.get_absolute_url())).links


# ---- files ----

BEGINS = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "csv": b"PK"}


@pytest.mark.once
@pytest.mark.parametrize("form", BEGINS)
def test_a_pack_is_a_file_of_each_kind_and_each_case_in_it_is_noted_once(meeting, item, bea, form):
    services.add_item(meeting, actor=services.coordinators_of(meeting.association)[0], item_heading="Övrigt")
    pack = lock(meeting)
    answer = browser_of(bea).get(reverse("pack_file", args=[pack.meeting_id, form]))
    assert answer.content.startswith(BEGINS[form])
    assert "Internt" in answer.headers["Content-Disposition"] or "internt" in answer.headers["Content-Disposition"]
    [log] = ReadLog.objects.filter(action=ReadAction.EXPORTED)
    assert (log.case, log.user, log.role) == (item.case, bea, Role.PREPARATORY)


def test_a_file_without_words_from_cases_leaves_no_line(meeting, sanna):
    pack = lock(meeting)
    assert browser_of(sanna).get(reverse("pack_file", args=[pack.meeting_id, "csv"])).status_code == 200
    assert not ReadLog.objects.exists()


@pytest.mark.once
@pytest.mark.parametrize(("form", "status"), [("pdf", 200), ("docx", 200), ("xlsx", 404), ("exe", 404)])
def test_minutes_are_a_file_for_paper(meeting, item, bea, form, status):
    services.settle_item(item, actor=bea, body="Gör så.")
    answer = browser_of(bea).get(reverse("minutes_file", args=[meeting.pk, form]))
    assert (answer.status_code, ReadLog.objects.filter(case=item.case).count()) == (status, int(status == 200))


def test_minutes_hide_a_case_that_the_group_may_not_open_from_the_kansli_too(meeting, case, flow, sanna):
    item = AgendaItem.objects.create(meeting=meeting, case=flow.send(case), late=case.concerns.get(), why="LATE")
    services.settle_item(AgendaItem.objects.get(pk=item.pk), actor=sanna, body="Ring dem.")
    report, cases = packs.minutes_of(meeting, sanna)
    assert (case.number in str(report), case.heading in str(report), cases) == (True, False, frozenset())


# ---- the edges ----


def test_the_first_meeting_of_a_forbund_without_cases_has_an_empty_pack(meeting, bea):
    pack = lock(meeting)
    html = shown(pack, bea)
    assert (pack.first, pack.last) == (CUT_OFF, CUT_OFF)
    assert all(words in html for words in ("Hittills", "Inget står på dagordningen.", "Inget ärende kom in."))


def test_a_meeting_of_the_styrelse_has_a_pack_of_its_own(meeting, forbund, case, sanna, berit):
    services.lift(case, actor=sanna, held_on=HELD_ON, body=Lifted.BOARD, proposal=PROPOSAL)
    board = forbund.meetings.get(body=Lifted.BOARD)
    pack = lock(board)
    assert (titles(pack, sanna), Pack.objects.count()) == ([case.heading], 2)
    assert browser_of(berit).get(reverse("pack", args=[board.pk])).status_code == 404


@pytest.mark.once
def test_a_pack_asks_no_more_with_thirty_items_than_with_three(forbund, file_case, flow, sanna, bea):
    asked = []
    for number, held_on in ((3, HELD_ON), (30, NEXT)):
        meeting = services.plan_meeting(forbund, actor=sanna, held_on=held_on)
        for n in range(number):
            case = file_case(heading=f"Rubrik {held_on} {n}")
            services.lift(case, actor=sanna, held_on=held_on, proposal=PROPOSAL)
            pattern = services.make_pattern(forbund, actor=sanna, title=f"Systemfel {held_on} {n}")
            services.add_pattern_item(meeting, actor=sanna, pattern=pattern)
            plan = Plan("Bemanna brevlådan.", Cause.RESOURCES, "Chefen", TODAY + DAY)
            services.plan_pattern_measure(pattern, actor=sanna, plan=plan)
        with CaptureQueriesContext(connection) as freezing:
            lock(meeting, dt.datetime.combine(held_on - 13 * DAY, dt.time(1), tzinfo=clocks.STOCKHOLM))
        visit = browser_of(bea)
        visit.get("/hjalp/")
        with CaptureQueriesContext(connection) as reading:
            assert html_of(visit.get(reverse("pack", args=[meeting.pk]))).count("<h3>") == 2 * number
        asked.append((len(freezing), len(reading)))
    (few, few_read), (many, many_read) = asked
    assert (many <= few, many_read) == (True, few_read)
