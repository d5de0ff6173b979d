"""Lifting to meetings, recommendations, and joining to patterns."""

import pytest

from cases import clocks, services
from cases.codes import Audience, Lifted, TextKind
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Meeting, Pattern
from tests.cases.conftest import DAY, START

pytestmark = pytest.mark.usefixtures("db")

MEETING = START.date() + 30 * DAY


@pytest.fixture(autouse=True)
def at_start(db):
    with clocks.at(START):
        yield


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
