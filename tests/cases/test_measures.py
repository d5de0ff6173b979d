"""Measures: planned, done, dropped, moved to a pattern."""

from contextlib import nullcontext

import pytest

from cases import clocks, services
from cases.codes import Cause, MeasureState, Party, Status, TextKind
from cases.errors import Incomplete, MoveNotAllowed
from cases.services import Concerned, Plan
from tests.cases.conftest import DAY, PLAN, START
from tests.sharing import shared

pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


@shared
def planned(case, flow, karl):
    """A case whose answer holds one measure."""
    sent = flow.send(case)
    services.answer(sent, actor=karl, concern=sent.concerns.get(), finding="Fel.", cause=Cause.RESOURCES, plans=[PLAN])
    return flow.again(sent)


def test_a_done_measure_leads_back_to_answered(planned, flow, karl):
    with clocks.at(START + 10 * DAY):
        services.finish_measure(planned, actor=karl, measure=planned.measures.get(), how="Två nya platser.")
    measure = planned.measures.get()
    assert (measure.state, measure.ended_on) == (MeasureState.DONE, START.date() + 10 * DAY)
    assert flow.again(planned).status == Status.ANSWERED


def test_how_it_was_done_may_be_left_out(planned, karl):
    services.finish_measure(planned, actor=karl, measure=planned.measures.get())
    assert not planned.texts.filter(kind=TextKind.MEASURE_END).exists()


def test_dropping_a_measure_needs_a_reason(planned, karl):
    with pytest.raises(Incomplete, match="varför åtgärden avbryts"):
        services.drop_measure(planned, actor=karl, measure=planned.measures.get(), why="")


def test_a_measure_ends_once(planned, sanna, karl):
    services.add_measure(planned, actor=karl, concern=planned.concerns.get(), plan=PLAN)
    measure = planned.measures.first()
    services.finish_measure(planned, actor=karl, measure=measure)
    with pytest.raises(MoveNotAllowed, match="redan avslutad"):
        services.drop_measure(planned, actor=sanna, measure=measure, why="Nej.")


def test_a_contact_does_not_end_another_functions_measure(file_case, flow, kommun, fk, karl, frida):
    case = flow.send(file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)]))
    for actor, concern in zip((karl, frida), case.concerns.all(), strict=True):
        services.add_measure(case, actor=actor, concern=concern, plan=PLAN)
    with pytest.raises(MoveNotAllowed, match="hör till en annan part"):
        services.finish_measure(case, actor=frida, measure=case.measures.get(concern__member=kommun))


def test_a_measure_of_another_case_is_not_ended_here(planned, file_case, flow, karl):
    other = flow.send(file_case())
    services.add_measure(other, actor=karl, concern=other.concerns.get(), plan=PLAN)
    with pytest.raises(MoveNotAllowed):
        services.finish_measure(planned, actor=karl, measure=other.measures.get())


def test_a_measure_moves_to_the_cases_pattern(planned, sanna, flow):
    pattern = services.join(planned, actor=sanna, new_title="Brevlådor")
    services.move_measure(planned, actor=sanna, measure=planned.measures.get())
    measure = planned.measures.get()
    assert (measure.state, measure.pattern) == (MeasureState.MOVED, pattern)
    assert flow.again(planned).status == Status.ANSWERED


def test_a_measure_does_not_move_without_a_pattern(planned, sanna):
    with pytest.raises(MoveNotAllowed, match="För först ärendet till ett systemfel"):
        services.move_measure(planned, actor=sanna, measure=planned.measures.get())


@pytest.mark.parametrize("empty", ["what", "owner"])
def test_a_plan_says_what_and_whose(planned, karl, empty):
    plan = Plan(**{"what": "Bemanna.", "owner": "Chefen", "cause": Cause.OTHER, "due_on": PLAN.due_on, empty: " "})
    with pytest.raises(Incomplete) as refused:
        services.add_measure(planned, actor=karl, concern=planned.concerns.get(), plan=plan)
    assert refused.value.fields.keys() == {f"{empty}_1"}


def test_a_measure_is_not_planned_for_a_day_that_has_been(planned, karl):
    for days, refused in ((-1, True), (0, False)):
        plan = Plan("Bemanna.", Cause.OTHER, "Chefen", START.date() + days * DAY)
        with pytest.raises(Incomplete) if refused else nullcontext() as told:
            services.add_measure(planned, actor=karl, concern=planned.concerns.get(), plan=plan)
        assert not refused or told.value.fields.keys() == {"due_1"}


def test_a_wrong_second_plan_stores_nothing_of_the_answer(case, flow, karl):
    sent = flow.send(case)
    wrong = Plan("", Cause.OTHER, "Chefen", PLAN.due_on)
    with pytest.raises(Incomplete) as refused:
        services.answer(
            sent, actor=karl, concern=sent.concerns.get(), finding="Fel.", cause=Cause.OTHER, plans=[PLAN, wrong]
        )
    assert refused.value.fields.keys() == {"what_2"}
    assert not sent.measures.exists()
    assert not sent.texts.exists()


def test_the_earliest_measure_is_the_next_day_to_keep(planned, karl, flow):
    soon = Plan("Ring.", Cause.OTHER, "Chefen", START.date() + 3 * DAY)
    services.add_measure(planned, actor=karl, concern=planned.concerns.get(), plan=soon)
    assert flow.again(planned).next_due == soon.due_on


def test_a_case_with_a_measure_past_its_day_is_late(planned):
    with clocks.at(START + 31 * DAY):
        assert planned.is_late


def test_a_function_that_lost_the_concern_no_longer_ends_its_measures(planned, sanna, karl, kommun, fk, frida):
    services.add_concern(planned, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk))
    planned.concerns.filter(member=kommun).update(function=frida.function_places.get().function)
    with pytest.raises(MoveNotAllowed):
        services.finish_measure(planned, actor=karl, measure=planned.measures.get())
