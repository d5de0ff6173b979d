"""Sending to functions and getting back: which clocks start, and what is refused."""

import datetime as dt

import pytest

from cases import clocks, services
from cases.codes import ConcernState, GapType, Party, Status, TextKind
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import FunctionPerson
from cases.routing import Why
from cases.services import Concerned
from tests.cases.conftest import DAY, START
from tests.people import make_function, make_user
from tests.sharing import shared

pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


def later(days: int):
    return clocks.at(START + days * DAY)


def day(days: int) -> dt.date:
    return START.date() + days * DAY


@shared
def classed(case, sanna):
    services.classify(case, actor=sanna, types={case.concerns.get().pk: GapType.ORGANISATION})
    return case


def test_sending_starts_the_clocks_to_acknowledge_and_answer(case, flow):
    sent = flow.send(case)
    concern = sent.concerns.get()
    assert (concern.state, concern.acknowledge_due, concern.answer_due) == (ConcernState.SENT, day(10), day(60))
    assert (sent.status, sent.next_due) == (Status.WITH_PARTY, day(10))


def test_the_clocks_count_working_days_where_those_count(forbund, file_case, flow):
    forbund.day_kind = clocks.DayKind.WORKING
    forbund.save()
    # Ten working days are two weeks; sixty are twelve weeks, Easter's two days, 1 May and Kristi himmelsfärd.
    concern = flow.send(file_case()).concerns.get()
    assert (concern.acknowledge_due, concern.answer_due) == (day(14), dt.date(2026, 5, 29))


def test_the_clocks_are_the_forbunds_own(forbund, file_case, flow):
    forbund.acknowledge_days, forbund.answer_days = 3, 20
    forbund.save()
    concern = flow.send(file_case()).concerns.get()
    assert (concern.acknowledge_due, concern.answer_due) == (day(3), day(20))


def test_after_it_is_acknowledged_the_answer_is_the_next_day_to_keep(case, flow):
    assert flow.acknowledge(flow.send(case)).next_due == day(60)


def test_sending_elsewhere_starts_the_clocks_anew(case, flow, sanna, kommun):
    sent = flow.acknowledge(flow.send(case))
    other = make_function(kommun, "Soc", make_user("Frans"))
    with later(30):
        services.send(sent, actor=sanna, concerns={sent.concerns.get().pk: other})
    concern = sent.concerns.get()
    assert (concern.state, concern.acknowledged_at, concern.function) == (ConcernState.SENT, None, other)
    assert (concern.acknowledge_due, concern.answer_due) == (day(40), day(90))
    assert sent.events.last().data["again"] is True


def test_an_answered_concern_that_is_sent_again_waits_for_a_new_answer(case, flow, sanna, funktion):
    answered = flow.answer(flow.send(case))
    with later(30):
        services.send(answered, actor=sanna, concerns={answered.concerns.get().pk: funktion})
    concern = answered.concerns.get()
    assert (concern.state, concern.answered_at, concern.answered_by) == (ConcernState.SENT, None, None)


def test_without_a_choice_everything_unsent_goes_where_routing_says(file_case, flow, kommun, fk, frida, funktion):
    case = file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)])
    sent = flow.send(case)
    assert list(sent.concerns.values_list("function__name", "state")) == [
        (funktion.name, "SENT"),
        ("Försäkringskassan, samverkan", "SENT"),
    ]


def test_a_part_may_be_sent_and_the_other_wait(file_case, sanna, flow, kommun, fk, funktion):
    case = file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)])
    first, second = case.concerns.all()
    services.classify(case, actor=sanna, types={first.pk: GapType.STRUKTUR, second.pk: GapType.STRUKTUR})
    services.send(case, actor=sanna, concerns={first.pk: funktion})
    second.refresh_from_db()
    assert (second.state, flow.again(case).status) == (ConcernState.PENDING, Status.WITH_PARTY)


def test_the_event_says_where_and_why(case, flow, funktion):
    event = flow.send(case).events.last()
    assert (event.function, event.data["why"], event.data["again"]) == (funktion, Why.GENERAL, False)


def test_the_coordinators_choice_is_noted_as_such(classed, sanna, kommun):
    other = make_function(kommun, "Soc", make_user("Frans"))
    services.send(classed, actor=sanna, concerns={classed.concerns.get().pk: other})
    assert classed.concerns.get().routed_by == Why.CHOSEN


def test_the_kansli_may_keep_a_concern(classed, sanna):
    services.send(classed, actor=sanna, concerns={classed.concerns.get().pk: None})
    concern = classed.concerns.get()
    assert (concern.function, concern.state, concern.routed_by) == (None, ConcernState.SENT, Why.KANSLI)


def test_a_concern_sent_to_a_function_with_nobody_present_stays_with_the_kansli(classed, sanna, funktion):
    FunctionPerson.objects.all().delete()
    services.send(classed, actor=sanna)
    concern = classed.concerns.get()
    assert (concern.function, concern.routed_by) == (None, Why.NOBODY)


# ---- refusals ----


def test_a_concern_without_a_type_is_not_sent(case, sanna):
    with pytest.raises(Incomplete, match="Sätt en typ för Provköpings kommun"):
        services.send(case, actor=sanna)


def test_a_concern_without_its_member_is_not_sent(file_case, flow):
    with pytest.raises(Incomplete, match="Välj vilken medlem"):
        flow.send(file_case(concerned=[Concerned(Party.REGION)]))


def test_nothing_to_send_is_said(case, flow, sanna):
    sent = flow.send(case)
    with pytest.raises(Incomplete, match="Välj minst en"):
        services.send(sent, actor=sanna)


def test_the_same_function_does_not_get_the_same_concern_twice(case, flow, sanna, funktion):
    sent = flow.send(case)
    with pytest.raises(Incomplete, match="har redan fått ärendet"):
        services.send(sent, actor=sanna, concerns={sent.concerns.get().pk: funktion})


def test_another_members_function_is_refused(classed, sanna, frida):
    with pytest.raises(Incomplete, match="tar inte emot"):
        services.send(classed, actor=sanna, concerns={classed.concerns.get().pk: frida.function_places.get().function})


def test_a_function_that_has_ended_is_refused(classed, sanna, kommun):
    ended = make_function(kommun, "Nedlagd", make_user("Frans"))
    ended.to_on = START.date() - DAY
    ended.save()
    with pytest.raises(Incomplete, match="Nedlagd tar inte emot"):
        services.send(classed, actor=sanna, concerns={classed.concerns.get().pk: ended})


def test_a_struck_part_is_not_sent(classed, sanna, fk, funktion):
    services.add_concern(classed, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk))
    first = classed.concerns.get(is_primary=True)
    services.withdraw_concern(classed, actor=sanna, concern=first, reason="Fel.")
    with pytest.raises(Incomplete, match="är struken"):
        services.send(classed, actor=sanna, concerns={first.pk: funktion})


def test_a_refused_sending_leaves_everything_as_it_was(file_case, sanna, kommun, fk, funktion):
    case = file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)])
    first, second = case.concerns.all()
    services.classify(case, actor=sanna, types={first.pk: GapType.STRUKTUR, second.pk: GapType.STRUKTUR})
    before = list(case.concerns.values()), case.events.count()
    with pytest.raises(Incomplete):
        services.send(case, actor=sanna, concerns={first.pk: funktion, second.pk: funktion})
    assert (list(case.concerns.values()), case.events.count()) == before


# ---- coming back ----


def test_a_function_gives_back_with_a_reason(case, flow, karl):
    sent = flow.send(case)
    services.return_(sent, actor=karl, concern=sent.concerns.get(), reason="Det är socialtjänstens.")
    assert sent.concerns.get().state == ConcernState.RETURNED
    assert sent.texts.get(kind=TextKind.RETURN).body == "Det är socialtjänstens."


def test_a_reason_is_needed_to_give_back(case, flow, karl):
    sent = flow.send(case)
    with pytest.raises(Incomplete) as refused:
        services.return_(sent, actor=karl, concern=sent.concerns.get(), reason=" ")
    assert refused.value.fields.keys() == {"reason"}


def test_what_came_back_can_be_sent_again(case, flow, karl, sanna):
    sent = flow.send(case)
    services.return_(sent, actor=karl, concern=sent.concerns.get(), reason="Inte vår.")
    services.send(sent, actor=sanna)
    assert sent.concerns.get().state == ConcernState.SENT


def test_an_answer_cannot_be_given_back(case, flow, karl):
    answered = flow.answer(flow.send(case))
    with pytest.raises(MoveNotAllowed, match="i läget ”besvarad”"):
        services.return_(answered, actor=karl, concern=answered.concerns.get(), reason="Inte vår.")
