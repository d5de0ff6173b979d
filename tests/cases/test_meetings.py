"""Lifting to meetings, recommendations, and joining to patterns."""

import pytest

from cases import services
from cases.codes import Audience, Lifted, Party, TextKind
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import AgendaItem, Meeting, Pattern
from cases.services import Concerned
from tests.cases.conftest import DAY, START
from tests.people import LONG_AGO, make_report
from tests.sharing import shared

MEETING = START.date() + 30 * DAY


pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


def lift(case, actor, **fields):
    return services.lift(case, actor=actor, **{"held_on": MEETING, "proposal": "Ta upp frågan.", **fields})


def test_lifting_puts_the_case_on_the_agenda_with_a_proposal(case, flow, sanna):
    item = lift(case, sanna)
    assert (item.meeting.held_on, item.proposal.body) == (MEETING, "Ta upp frågan.")
    assert flow.again(case).lifted == Lifted.PREPARATORY


def test_two_cases_meet_at_the_same_meeting(case, file_case, sanna):
    assert lift(case, sanna).meeting == lift(file_case(), sanna).meeting


def test_a_case_stands_once_on_an_agenda(case, sanna):
    lift(case, sanna)
    with pytest.raises(Incomplete, match="redan på dagordningen"):
        lift(case, sanna)


def test_a_case_goes_on_to_the_board(case, flow, sanna):
    lift(case, sanna)
    lift(case, sanna, body=Lifted.BOARD)
    assert flow.again(case).lifted == Lifted.BOARD
    assert Meeting.objects.count() == 2


def test_a_meeting_that_has_been_takes_no_case(case, sanna):
    with pytest.raises(Incomplete) as refused:
        lift(case, sanna, held_on=START.date() - DAY)
    assert refused.value.fields.keys() == {"held_on"}
    lift(case, sanna, held_on=START.date())


def test_a_meeting_is_at_most_eighteen_months_ahead(case, sanna):
    with pytest.raises(Incomplete) as refused:
        lift(case, sanna, held_on=START.date() + 549 * DAY)
    assert refused.value.fields.keys() == {"held_on"}
    lift(case, sanna, held_on=START.date() + 548 * DAY)


def test_the_pack_is_locked_the_forbunds_days_before(case, sanna):
    assert lift(case, sanna).meeting.cut_off == MEETING - 14 * DAY


def test_the_group_writes_its_recommendation_once(case, sanna, bea):
    item = lift(case, sanna)
    services.recommend(case, actor=bea, item=item, body="Gör så.")
    item.refresh_from_db()
    assert (item.recommendation.body, item.recommended_by, item.recommended_at) == ("Gör så.", bea, START)
    with pytest.raises(MoveNotAllowed):
        services.recommend(case, actor=bea, item=item, body="Eller så.")


def test_a_recommendation_to_one_meeting_leaves_the_other_waiting(case, sanna, bea):
    first, second = lift(case, sanna), lift(case, sanna, held_on=MEETING + 30 * DAY)
    services.recommend(case, actor=bea, item=first, body="Gör så.")
    services.recommend(case, actor=bea, item=second, body="Och så.")
    assert case.texts.filter(kind=TextKind.RECOMMENDATION).count() == 2


def test_an_item_of_another_case_is_refused(case, file_case, sanna, bea):
    other = lift(file_case(), sanna)
    lift(case, sanna)
    with pytest.raises(MoveNotAllowed):
        services.recommend(case, actor=bea, item=other, body="Gör så.")


def test_the_reporter_hears_that_a_case_is_lifted_and_not_what_is_proposed(case, sanna):
    lift(case, sanna)
    assert (case.events.last().audience, case.texts.get().audience) == (Audience.EVERYONE, Audience.FUNCTION)


def test_a_case_joins_a_new_pattern_by_its_name(case, flow, sanna):
    pattern = services.join(case, actor=sanna, new_title="  Brevlådor utan bemanning ")
    assert (pattern.title, pattern.owner) == ("Brevlådor utan bemanning", sanna)
    assert flow.again(case).pattern == pattern


def test_a_name_that_is_taken_means_the_pattern_that_has_it(case, file_case, sanna):
    patterns = {services.join(one, actor=sanna, new_title="Brevlådor") for one in (case, file_case())}
    assert len(patterns) == 1


def test_another_forbunds_pattern_is_refused(case, sanna, annat_forbund):
    pattern = Pattern.objects.create(association=annat_forbund, title="Annat")
    with pytest.raises(MoveNotAllowed, match="hör till ett annat förbund"):
        services.join(case, actor=sanna, pattern=pattern)


def test_joining_needs_a_pattern_or_a_name(case, sanna):
    with pytest.raises(Incomplete) as refused:
        services.join(case, actor=sanna)
    assert refused.value.fields.keys() == {"pattern"}


def test_joining_is_the_kanslis_own_business(case, sanna):
    services.join(case, actor=sanna, new_title="Brevlådor")
    assert case.events.last().audience == Audience.KANSLI


# ---- what the ladder brings ----


@shared
def waiting(case, flow) -> AgendaItem:
    """A late answer that waits for a meeting to be planned."""
    sent = flow.send(case)
    return AgendaItem.objects.create(case=sent, late=sent.concerns.get())


def test_a_late_answer_that_waits_is_put_on_the_next_meeting_that_is_made(waiting, file_case, sanna):
    meeting = lift(file_case(), sanna).meeting
    waiting.refresh_from_db()
    assert (waiting.meeting, waiting.proposal) == (meeting, None)


@pytest.mark.parametrize("fields", [{"held_on": START.date() + 13 * DAY}, {"body": Lifted.BOARD}])
def test_it_waits_on_where_the_pack_is_locked_or_the_board_meets(waiting, file_case, sanna, fields):
    lift(file_case(), sanna, **fields)
    waiting.refresh_from_db()
    assert waiting.meeting is None


def test_it_waits_on_for_its_own_forbunds_meeting(waiting, annat_forbund, olle, kommun):
    member = annat_forbund.members.create(name="Annan kommun", party=Party.KOMMUN, from_on=LONG_AGO)
    other = services.file(annat_forbund, make_report(Concerned(Party.KOMMUN, member)), actor=olle).case
    lift(other, olle)
    waiting.refresh_from_db()
    assert waiting.meeting is None


def test_what_has_been_answered_meanwhile_needs_no_meeting(waiting, flow, file_case, sanna):
    flow.answer(waiting.case)
    lift(file_case(), sanna)
    waiting.refresh_from_db()
    assert waiting.meeting is None


@pytest.mark.parametrize("placed", [True, False])
def test_lifting_a_case_whose_answer_is_late_gives_its_item_a_proposal(waiting, file_case, sanna, placed):
    if placed:
        lift(file_case(), sanna)
    item = lift(waiting.case, sanna)
    assert (item, item.late, item.proposal.body) == (waiting, waiting.late, "Ta upp frågan.")
    assert (item.meeting.held_on, waiting.case.agenda_items.count()) == (MEETING, 1)


def test_a_late_answer_follows_its_case_to_a_meeting_whose_pack_is_locked(waiting, sanna):
    assert lift(waiting.case, sanna, held_on=START.date() + DAY) == waiting


def test_a_case_that_is_lifted_to_the_board_leaves_its_late_answer_to_the_group(waiting, sanna):
    assert lift(waiting.case, sanna, body=Lifted.BOARD) != waiting
    waiting.refresh_from_db()
    assert (waiting.meeting, waiting.proposal) == (None, None)


def test_a_case_is_lifted_once_to_a_meeting_also_when_its_answer_is_late(waiting, sanna):
    lift(waiting.case, sanna)
    with pytest.raises(Incomplete, match="redan på dagordningen"):
        lift(waiting.case, sanna)


def test_a_late_answer_with_a_recommendation_is_done_with(waiting, file_case, sanna):
    meeting = lift(file_case(), sanna).meeting
    services.recommend(waiting.case, actor=sanna, item=waiting, body="Ring chefen.")
    with pytest.raises(Incomplete, match="redan på dagordningen"):
        lift(waiting.case, sanna)
    assert meeting.items.count() == 2


def test_a_recommendation_before_any_meeting_is_planned_stays_where_it_is(waiting, file_case, sanna):
    services.recommend(waiting.case, actor=sanna, item=waiting, body="Ring chefen.")
    lift(file_case(), sanna)
    waiting.refresh_from_db()
    assert (waiting.meeting, waiting.recommendation.body) == (None, "Ring chefen.")


def test_two_late_answers_of_one_case_do_not_meet_on_one_agenda(waiting, file_case, sanna):
    meeting = lift(file_case(), sanna).meeting
    AgendaItem.objects.create(case=waiting.case, late=waiting.late)
    lift(file_case(), sanna)
    assert list(waiting.case.agenda_items.values_list("meeting", flat=True)) == [meeting.pk, None]
