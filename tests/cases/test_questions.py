"""Questions to the reporter: which clock they stop, for how long, and who reads them."""

import datetime as dt

import pytest

from cases import clocks, services
from cases.codes import Audience, Party, Status, TextKind
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Case
from cases.services import Concerned
from tests.cases.conftest import BY_PHONE, DAY, START
from tests.people import make_function, make_user
from tests.sharing import shared

pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


def later(days: int):
    return clocks.at(START + days * DAY)


def day(days: int) -> dt.date:
    return START.date() + days * DAY


@shared
def two_out(file_case, flow, kommun, fk, frida) -> Case:
    """A case that is with the kommun and with FK."""
    return flow.send(file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)]))


def dues(concern) -> tuple[dt.date, dt.date]:
    concern.refresh_from_db()
    return concern.acknowledge_due, concern.answer_due


# ---- the kansli's question stops triage ----


def test_the_kanslis_question_makes_the_case_wait_for_the_reporter(case, flow, sanna):
    services.ask(case, actor=sanna, body="När?")
    assert flow.again(case).status == Status.CLARIFYING


def test_without_a_reply_triage_goes_on_after_fourteen_days(case, flow, sanna):
    with later(2):
        services.ask(case, actor=sanna, body="När?")
    again = flow.again(case)
    assert again.triage_due == again.next_due == day(5 + 14)


def test_a_reply_starts_triage_again_the_same_day(case, flow, sanna, rakel):
    with later(2):
        question = services.ask(case, actor=sanna, body="När?")
    with later(6):
        services.reply(case, actor=rakel, question=question, body="I går.")
    again = flow.again(case)
    assert (again.status, again.triage_due, again.next_due) == (Status.RECEIVED, day(9), day(9))


def test_a_reply_the_same_day_moves_nothing(case, flow, sanna, rakel):
    question = services.ask(case, actor=sanna, body="När?")
    services.reply(case, actor=rakel, question=question, body="I går.")
    assert flow.again(case).triage_due == day(5)


def test_a_reply_that_comes_late_gives_no_more_days_than_fourteen(case, flow, sanna, rakel):
    question = services.ask(case, actor=sanna, body="När?")
    with later(40):
        services.reply(case, actor=rakel, question=question, body="I går.")
    assert flow.again(case).triage_due == day(19)


def test_two_questions_at_once_stop_the_clock_once(case, flow, sanna, rakel):
    questions = [services.ask(case, actor=sanna, body=body) for body in ("När?", "Var?")]
    with later(4):
        for question in questions:
            services.reply(case, actor=rakel, question=question, body="Så.")
    assert flow.again(case).triage_due == day(9)


def test_the_case_waits_until_every_question_has_its_reply(case, flow, sanna, rakel):
    first, _ = [services.ask(case, actor=sanna, body=body) for body in ("När?", "Var?")]
    services.reply(case, actor=rakel, question=first, body="I går.")
    assert flow.again(case).status == Status.CLARIFYING


def test_a_question_stops_working_days_where_those_count(forbund, file_case, flow, sanna, rakel):
    forbund.day_kind = clocks.DayKind.WORKING
    forbund.save()
    case = file_case()
    question = services.ask(case, actor=sanna, body="När?")
    with later(7):
        services.reply(case, actor=rakel, question=question, body="I går.")
    # Ten working days from a Monday: five of the clock's own and five that it stood still.
    assert flow.again(case).triage_due == day(14)


def test_a_question_to_the_reporter_of_an_answered_case_stops_no_clock(case, flow, sanna):
    answered = flow.answer(flow.send(case))
    services.ask(answered, actor=sanna, body="Hjälpte det?")
    again = flow.again(case)
    assert (again.status, again.next_due) == (Status.ANSWERED, None)


# ---- a function's question stops its own concern ----


def test_a_functions_question_stops_its_own_clocks_and_no_other(two_out, karl, kommun, fk):
    services.ask(two_out, actor=karl, concern=two_out.concerns.get(member=kommun), body="När?")
    assert dues(two_out.concerns.get(member=kommun)) == (day(24), day(74))
    assert dues(two_out.concerns.get(member=fk)) == (day(10), day(60))


def test_a_reply_starts_the_functions_clocks_again(two_out, karl, rakel, kommun):
    question = services.ask(two_out, actor=karl, concern=two_out.concerns.get(member=kommun), body="När?")
    with later(3):
        services.reply(two_out, actor=rakel, question=question, body="I går.")
    assert dues(two_out.concerns.get(member=kommun)) == (day(13), day(63))


def test_a_functions_question_leaves_the_case_with_the_party(two_out, karl, flow, kommun):
    services.ask(two_out, actor=karl, concern=two_out.concerns.get(member=kommun), body="När?")
    assert flow.again(two_out).status == Status.WITH_PARTY


def test_the_next_day_to_keep_follows_the_question(two_out, karl, frida, flow):
    for actor, concern in zip((karl, frida), two_out.concerns.all(), strict=True):
        services.ask(two_out, actor=actor, concern=concern, body="När?")
    assert flow.again(two_out).next_due == day(24)


def test_sending_elsewhere_forgets_what_the_first_functions_question_stopped(case, flow, sanna, karl, kommun):
    sent = flow.send(case)
    services.ask(sent, actor=karl, concern=sent.concerns.get(), body="När?")
    other = make_function(kommun, "Soc", make_user("Frans"))
    with later(1):
        services.send(sent, actor=sanna, concerns={sent.concerns.get().pk: other})
    assert dues(sent.concerns.get()) == (day(11), day(61))


def test_a_late_reply_to_the_first_function_does_not_move_the_seconds_clock(case, flow, sanna, karl, rakel, kommun):
    sent = flow.send(case)
    question = services.ask(sent, actor=karl, concern=sent.concerns.get(), body="När?")
    other = make_function(kommun, "Soc", make_user("Frans"))
    with later(1):
        services.send(sent, actor=sanna, concerns={sent.concerns.get().pk: other})
    with later(9):
        services.reply(sent, actor=rakel, question=question, body="I går.")
    assert dues(sent.concerns.get()) == (day(11), day(61))


def test_a_function_asks_about_its_own_concern_alone(two_out, karl, fk):
    with pytest.raises(MoveNotAllowed):
        services.ask(two_out, actor=karl, concern=two_out.concerns.get(member=fk), body="När?")


def test_the_kansli_does_not_ask_in_a_functions_name(two_out, sanna):
    with pytest.raises(MoveNotAllowed, match="den funktion"):
        services.ask(two_out, actor=sanna, concern=two_out.concerns.first(), body="När?")


# ---- who reads ----


def test_a_functions_question_and_its_reply_go_between_reporter_and_function(two_out, karl, rakel, kommun):
    question = services.ask(two_out, actor=karl, concern=two_out.concerns.get(member=kommun), body="När?")
    services.reply(two_out, actor=rakel, question=question, body="I går.")
    question.refresh_from_db()
    assert question.text.audience == question.reply.audience == Audience.REPORTER_FUNCTION


def test_the_reply_to_the_kansli_joins_the_report(case, sanna, rakel):
    question = services.ask(case, actor=sanna, body="När?")
    services.reply(case, actor=rakel, question=question, body="I går.")
    assert case.texts.get(kind=TextKind.REPLY).audience == Audience.EVERYONE
    assert case.texts.get(kind=TextKind.QUESTION).audience == Audience.EVERYONE


def test_the_reply_stays_with_the_kansli_when_it_is_not_part_of_the_report(case, sanna, rakel):
    question = services.ask(case, actor=sanna, body="Vem kan vi ringa?", part_of_report=False)
    services.reply(case, actor=rakel, question=question, body="Växeln.")
    assert case.texts.get(kind=TextKind.REPLY).audience == Audience.REPORTER
    assert case.texts.get(kind=TextKind.QUESTION).audience == Audience.REPORTER


# ---- refusals ----


def test_a_question_is_answered_once(case, sanna, rakel):
    first, _ = services.ask(case, actor=sanna, body="När?"), services.ask(case, actor=sanna, body="Var?")
    services.reply(case, actor=rakel, question=first, body="I går.")
    with pytest.raises(MoveNotAllowed, match="redan besvarad"):
        services.reply(case, actor=rakel, question=first, body="I dag.")


def test_a_question_of_another_case_is_not_answered_here(case, file_case, sanna, rakel):
    other = file_case()
    asked = services.ask(other, actor=sanna, body="När?")
    services.ask(case, actor=sanna, body="Var?")
    with pytest.raises(MoveNotAllowed):
        services.reply(case, actor=rakel, question=asked, body="I går.")


@pytest.mark.parametrize("verb", ["add", "ask"])
def test_an_empty_text_is_incomplete(case, sanna, rakel, verb):
    with pytest.raises(Incomplete) as refused:
        getattr(services, verb)(case, actor=rakel if verb == "add" else sanna, body=" \n ")
    assert refused.value.fields.keys() == {"body"}


def test_the_kansli_says_how_the_reporters_word_came(case, sanna):
    question = services.ask(case, actor=sanna, body="När?")
    with pytest.raises(Incomplete) as refused:
        services.reply(case, actor=sanna, question=question, body="I går.")
    assert refused.value.fields.keys() == {"source"}
    services.reply(case, actor=sanna, question=question, body="I går.", on_behalf=BY_PHONE)


def test_what_the_reporter_adds_is_read_by_everyone_on_the_case(case, rakel):
    services.add(case, actor=rakel, body="Det händer än.")
    assert case.texts.get().audience == case.events.last().audience == Audience.EVERYONE
