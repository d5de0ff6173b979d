"""A member's answer, when the reporter reads it, and an answer that never came."""

import datetime as dt

import pytest

from cases import clocks, services
from cases.codes import Audience, Cause, ConcernState, GapType, Party, Status, TextKind
from cases.errors import Incomplete, MoveNotAllowed
from cases.services import Concerned
from tests.cases.conftest import BY_PHONE, DAY, PLAN, START
from tests.sharing import shared

pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


def later(days: int):
    return clocks.at(START + days * DAY)


@shared
def sent(case, flow):
    return flow.send(case)


def give(case, actor, **fields):
    told = {"finding": "Fel nummer.", "cause": Cause.ROUTINES, "no_measure": "Rättat.", **fields}
    return services.answer(case, actor=actor, concern=case.concerns.first(), **told)


def test_an_answer_keeps_what_the_member_saw(sent, flow, karl):
    give(sent, karl, gap_type=GapType.STRUKTUR, own_reference="AVV-1")
    concern = sent.concerns.get()
    assert (concern.state, concern.type_answered, concern.cause_seen, concern.own_reference) == (
        ConcernState.ANSWERED,
        GapType.STRUKTUR,
        Cause.ROUTINES,
        "AVV-1",
    )
    assert concern.type_set == GapType.ORGANISATION
    assert (concern.answered_by, concern.acknowledged_at, concern.answered_at) == (karl, START, START)
    assert flow.again(sent).status == Status.ANSWERED


def test_an_answer_with_a_measure_leads_to_a_measure_under_way(sent, flow, karl):
    give(sent, karl, no_measure="", plans=[PLAN])
    again = flow.again(sent)
    assert (again.status, again.next_due) == (Status.IN_PROGRESS, PLAN.due_on)
    assert sent.measures.get().what.body == PLAN.what


def test_the_day_of_acknowledging_is_kept(sent, karl):
    services.acknowledge(sent, actor=karl, concern=sent.concerns.get())
    with later(5):
        give(sent, karl)
    assert sent.concerns.get().acknowledged_at == START


@pytest.mark.parametrize(
    ("missing", "field"),
    [({"finding": ""}, "finding"), ({"no_measure": " "}, "no_measure"), ({"cause": None}, "cause")],
)
def test_an_answer_says_what_was_found_why_and_what_is_done(sent, karl, missing, field):
    with pytest.raises(Incomplete) as refused:
        give(sent, karl, **missing)
    assert refused.value.fields.keys() == {field}
    assert sent.concerns.get().state == ConcernState.SENT


def test_an_answer_by_phone_is_noted_as_the_kanslis(sent, sanna):
    give(sent, sanna, on_behalf=BY_PHONE)
    event = sent.events.last()
    assert (event.actor_role, event.data["source"], event.data["received_on"]) == (
        "COORDINATOR",
        "PHONE",
        BY_PHONE.received_on.isoformat(),
    )


def test_the_kansli_answers_for_the_forbund_without_a_source(file_case, flow, sanna):
    case = flow.send(file_case(concerned=[Concerned(Party.FORBUND)]))
    give(case, sanna)
    assert case.concerns.get().answered_by == sanna


def test_an_answer_is_given_once(sent, karl, kim):
    give(sent, karl)
    with pytest.raises(MoveNotAllowed, match="i läget ”besvarad”"):
        give(sent, kim)


def test_an_answer_is_for_the_function_until_it_is_shared(sent, karl, sanna):
    give(sent, karl)
    texts = sent.texts.filter(kind__in=[TextKind.ANSWER, TextKind.NO_MEASURE])
    assert set(texts.values_list("audience", flat=True)) == {Audience.FUNCTION}
    services.share(sent, actor=sanna, concern=sent.concerns.get())
    assert set(texts.values_list("audience", flat=True)) == {Audience.REPORTER_FUNCTION}


def test_sharing_one_answer_leaves_the_others_alone(file_case, flow, sanna, karl, frida, kommun, fk):
    case = flow.send(file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)]))
    for actor, concern in zip((karl, frida), case.concerns.all(), strict=True):
        services.answer(case, actor=actor, concern=concern, finding="Så.", cause=Cause.OTHER, no_measure="Nej.")
    services.share(case, actor=sanna, concern=case.concerns.get(member=kommun))
    assert case.texts.get(kind=TextKind.ANSWER, concern__member=fk).audience == Audience.FUNCTION


def test_an_answer_is_shared_once(sent, karl, sanna):
    give(sent, karl)
    services.share(sent, actor=sanna, concern=sent.concerns.get())
    with pytest.raises(MoveNotAllowed, match="redan delat"):
        services.share(sent, actor=sanna, concern=sent.concerns.get())


def test_a_measure_after_the_sharing_is_for_the_reporter_too(sent, karl, sanna):
    give(sent, karl)
    services.share(sent, actor=sanna, concern=sent.concerns.get())
    services.add_measure(sent, actor=karl, concern=sent.concerns.get(), plan=PLAN)
    assert sent.texts.get(kind=TextKind.MEASURE).audience == Audience.REPORTER_FUNCTION


# ---- silence ----


@pytest.mark.parametrize("days", [0, 60, 61, 81])
def test_silence_is_no_state_until_the_reminders_have_gone(sent, sanna, days):
    with later(days), pytest.raises(MoveNotAllowed, match="tidigast 21 dagar efter svarsdagen"):
        services.mark_unanswered(sent, actor=sanna, concern=sent.concerns.get(), reason="Ringt.")


def test_silence_is_a_state_the_day_after_the_last_reminder(sent, flow, sanna):
    with later(82):
        services.mark_unanswered(sent, actor=sanna, concern=sent.concerns.get(), reason="Ringt.")
    assert sent.concerns.get().state == ConcernState.UNANSWERED
    assert (flow.again(sent).status, sent.events.last().data["days_late"]) == (Status.ANSWERED, 22)


def test_a_question_puts_silence_off_as_long_as_it_stopped_the_clock(sent, sanna, karl):
    services.ask(sent, actor=karl, concern=sent.concerns.get(), body="När?")
    with later(82), pytest.raises(MoveNotAllowed, match="tidigast 21 dagar efter svarsdagen"):
        services.mark_unanswered(sent, actor=sanna, concern=sent.concerns.get(), reason="Ringt.")
    with later(96):
        services.mark_unanswered(sent, actor=sanna, concern=sent.concerns.get(), reason="Ringt.")


def test_marking_silence_needs_a_reason(sent, sanna):
    with later(82), pytest.raises(Incomplete) as refused:
        services.mark_unanswered(sent, actor=sanna, concern=sent.concerns.get(), reason="")
    assert refused.value.fields.keys() == {"reason"}


def test_who_was_silent_can_be_sent_the_case_again(sent, sanna, funktion):
    with later(82):
        services.mark_unanswered(sent, actor=sanna, concern=sent.concerns.get(), reason="Ringt.")
        services.send(sent, actor=sanna, concerns={sent.concerns.get().pk: funktion})
    assert sent.concerns.get().answer_due == START.date() + dt.timedelta(days=142)
