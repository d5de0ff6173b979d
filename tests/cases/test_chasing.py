"""The ladders, climbed: which rung is given when and about what, what stops one, and that none is given twice."""

import datetime as dt
from itertools import pairwise

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import clocks, services
from cases.codes import Audience, Cause, DismissReason, GapType, Helped, Lifted, MeasureState, Party, Role, Status
from cases.ladder import ESCALATES_TO, LADDERS, OVER, Clock, Rung, climbs
from cases.models import AgendaItem, Case, Event, Measure, Outbox, Reminder, User
from cases.querysets import ReceiptHolder
from cases.services import Concerned, Plan, chasing
from cases.services.acting import acting
from tests.cases.conftest import DAY, START
from tests.cases.test_races import at_once
from tests.people import make_function, make_report, make_user
from tests.sharing import shared

pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


def later(days: int):
    return clocks.at(START + days * DAY)


def day(days: int) -> dt.date:
    return START.date() + days * DAY


def reminders() -> list[Event]:
    return list(Event.objects.filter(verb="remind").order_by("pk"))


def chase_on(*days: int) -> list[tuple[str, int, int, str]]:
    """Chase on these days, counted from the start; return what each gave: clock, day, rung, to whom."""
    given = []
    for number in days:
        before = len(reminders())
        with later(number):
            services.chase()
        given += [(e.data["clock"], number, e.data["days"], e.data["to"]) for e in reminders()[before:]]
    return given


def of(clock: Clock, given) -> list[tuple[int, int, str]]:
    return [rest for own, *rest in map(list, given) if own == clock]


@shared
def sent(case, flow) -> Case:
    """A case that the kommun got on the first day: to acknowledge on day 10, to answer on day 60."""
    return flow.send(case)


@shared
def acknowledged(sent, flow) -> Case:
    return flow.acknowledge(sent)


@shared
def planned(acknowledged, karl, flow) -> Case:
    """A case that was answered the first day with a measure, to be done on day 30."""
    services.answer(
        acknowledged,
        actor=karl,
        concern=acknowledged.concerns.get(),
        finding="Brevlådan saknade bemanning.",
        cause=Cause.RESOURCES,
        plans=[Plan("Bemanna brevlådan.", Cause.RESOURCES, "Enhetschefen", day(30))],
    )
    return flow.again(acknowledged)


@shared
def closed(case, flow) -> Case:
    """A case that was closed the first day."""
    return flow.to_closed(case)


@shared
def two_out(file_case, flow, kommun, fk, frida) -> Case:
    """A case that is with the kommun and with FK."""
    return flow.send(file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)]))


# ---- the table ----


def reached(clock: Clock, late: int) -> list[Rung]:
    """Return the rungs that a due day has reached, so many days after it."""
    together = [window for windows in climbs(clock, day(late)) for window in windows]
    return [rung for rung, after, until in together if after < day(0) <= until]


@pytest.mark.parametrize("clock", Clock)
def test_every_due_day_has_its_last_rung_and_all_escalations_until_its_ladder_is_over(clock):
    for late in range(LADDERS[clock][0].days, OVER[clock]):
        passed = [rung for rung in LADDERS[clock] if rung.days <= late]
        expected = {rung for rung in passed if rung.to in ESCALATES_TO} | {passed[-1]}
        assert sorted(reached(clock, late)) == sorted(expected)


@pytest.mark.parametrize("clock", Clock)
def test_before_its_first_rung_and_when_it_is_over_a_due_day_has_none(clock):
    assert reached(clock, LADDERS[clock][0].days - 1) == reached(clock, OVER[clock]) == []


# ---- each ladder, day by day ----


def around(*days: int) -> list[int]:
    """Return these days, the one before each and the one after."""
    return sorted({near for one in days for near in (one - 1, one, one + 1)})


@pytest.mark.once
def test_an_unanswered_concern_climbs_the_whole_ladder(acknowledged):
    first = [[53, -7, "FUNCTION"], [60, 0, "FUNCTION"], [67, 7, "DEPUTIES"], [74, 14, "GROUP"], [81, 21, "AGENDA"]]
    weekly = [[88 + 7 * week, 28 + 7 * week, "FUNCTION"] for week in range(8)]
    given = chase_on(*around(*(number for number, _, _ in first + weekly)), 144, 200)
    assert of(Clock.ANSWER, given) == first + weekly
    assert len(given) == 13


@pytest.mark.once
def test_an_unread_concern_has_a_ladder_of_its_own(sent):
    given = chase_on(*around(10, 17, 24), 31, 40, 52)
    assert given == [
        ("ACKNOWLEDGE", 10, 0, "FUNCTION"),
        ("ACKNOWLEDGE", 17, 7, "DEPUTIES"),
        ("ACKNOWLEDGE", 24, 14, "GROUP"),
    ]


def test_a_case_that_nobody_takes_up_reminds_the_kansli_three_times(case):
    given = chase_on(*around(5, 8, 12), 19, 40)
    assert given == [("TRIAGE", 5, 0, "KANSLI"), ("TRIAGE", 8, 3, "KANSLI"), ("TRIAGE", 12, 7, "KANSLI")]


@pytest.mark.once
def test_an_open_measure_has_its_own_ladder(planned):
    given = chase_on(*around(23, 30, 37, 44), 51, 80)
    assert given == [
        ("MEASURE", 23, -7, "FUNCTION"),
        ("MEASURE", 30, 0, "FUNCTION"),
        ("MEASURE", 37, 7, "DEPUTIES"),
        ("MEASURE", 44, 14, "KANSLI"),
    ]


def test_after_the_closing_the_reporter_is_asked_once_more_and_later_all_are_asked_twice(closed):
    given = chase_on(*around(7, 90, 104), 30, 120, 150)
    assert given == [("HELPED", 7, 7, "REPORTER"), ("EFFECT", 90, 0, "BOTH"), ("EFFECT", 104, 14, "BOTH")]


# ---- what is written ----


def test_a_reminder_is_an_event_of_nobodys_about_its_concern(acknowledged, funktion):
    chase_on(60)
    [event] = reminders()
    assert (event.actor, event.actor_role, event.audience) == (None, Role.COORDINATOR, Audience.REPORTER_FUNCTION)
    assert (event.concern, event.function, event.at) == (acknowledged.concerns.get(), funktion, START + 60 * DAY)
    assert event.data == {"clock": "ANSWER", "to": "FUNCTION", "days": 0, "due": day(60).isoformat()}


def test_a_reminder_changes_neither_status_nor_the_next_day_to_keep(acknowledged, flow):
    chase_on(60)
    [event] = reminders()
    assert (event.from_status, event.to_status) == (Status.WITH_PARTY, Status.WITH_PARTY)
    again = flow.again(acknowledged)
    assert (again.status, again.next_due) == (acknowledged.status, acknowledged.next_due)


def test_a_reminder_is_chained_queued_and_kept_by_its_key(acknowledged, flow):
    chase_on(53, 60, 67)
    case, events = flow.again(acknowledged), list(acknowledged.events.order_by("seq"))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert all(later.previous_hash == earlier.hash == earlier.make_hash() for earlier, later in pairwise(events))
    assert (case.last_seq, case.last_hash) == (events[-1].seq, events[-1].hash)
    assert Outbox.objects.filter(event__in=events).count() == len(events)
    kept = Reminder.objects.values_list("case", "clock", "subject", "due_on", "days")
    concern = case.concerns.get().pk
    assert list(kept) == [(case.pk, "ANSWER", concern, day(60), days) for days in (-7, 0, 7)]


def test_two_functions_of_a_case_are_reminded_in_one_chain(two_out):
    chase_on(10)
    first, second = reminders()
    assert {first.concern, second.concern} == set(two_out.concerns.all())
    assert (second.seq, second.previous_hash) == (first.seq + 1, first.hash)
    assert list(Event.objects.all().broken()) == []


def test_the_next_step_follows_on_the_reminder(acknowledged, flow):
    chase_on(60)
    flow.answer(flow.again(acknowledged))
    assert list(Event.objects.all().broken()) == []


def test_what_the_kansli_is_reminded_of_only_the_kansli_sees(case):
    chase_on(5)
    [event] = reminders()
    assert (event.audience, event.concern, event.function) == (Audience.KANSLI, None, None)


def test_a_measure_is_told_of_as_its_answer_is(planned, sanna, funktion):
    chase_on(23)
    services.share(planned, actor=sanna, concern=planned.concerns.get())
    chase_on(30)
    assert [event.audience for event in reminders()] == [Audience.FUNCTION, Audience.REPORTER_FUNCTION]
    assert {event.function for event in reminders()} == {funktion}


def test_the_effect_check_names_each_function_that_had_the_case_once(
    two_out, flow, karl, frida, kommun, fk, enhet, sanna
):
    services.add_concern(
        two_out, actor=sanna, concerned=Concerned(Party.KOMMUN, kommun, enhet), gap_type=GapType.STRUKTUR
    )
    services.send(two_out, actor=sanna)
    for concern in two_out.concerns.all():
        told = {"finding": "Så.", "cause": Cause.OTHER, "no_measure": "Nej."}
        services.answer(two_out, actor=frida if concern.member == fk else karl, concern=concern, **told)
    flow.close(flow.again(two_out))
    chase_on(90)
    [event] = reminders()
    functions = list(two_out.concerns.order_by("pk").values_list("function", flat=True))
    assert len(functions) == 3
    assert (event.audience, event.data["functions"]) == (Audience.EVERYONE, list(dict.fromkeys(functions)))


# ---- what stops a reminder ----


@pytest.mark.parametrize("step", ["answer", "return", "withdraw", "ask"])
def test_the_function_is_left_alone_once(two_out, karl, sanna, kommun, fk, step):
    mine = two_out.concerns.get(member=kommun)
    steps = {
        "answer": lambda: services.answer(
            two_out, actor=karl, concern=mine, finding="Så.", cause=Cause.OTHER, no_measure="Nej."
        ),
        "return": lambda: services.return_(two_out, actor=karl, concern=mine, reason="Inte vår."),
        "withdraw": lambda: services.withdraw_concern(two_out, actor=sanna, concern=mine, reason="Fel part."),
        "ask": lambda: services.ask(two_out, actor=karl, concern=mine, body="När?"),
    }
    with later(8):
        steps[step]()
    chase_on(10)
    assert [event.concern.member for event in reminders()] == [fk]


def test_nobody_is_reminded_to_acknowledge_what_is_acknowledged(acknowledged):
    assert chase_on(10, 17, 24) == []


def test_the_answers_ladder_takes_over_where_it_begins(sent, forbund, flow, sanna, kommun):
    sent.concerns.update(answer_due=day(20))
    assert chase_on(10, 12) == [("ACKNOWLEDGE", 10, 0, "FUNCTION")]
    assert chase_on(13, 17, 20) == [("ANSWER", 13, -7, "FUNCTION"), ("ANSWER", 20, 0, "FUNCTION")]


def test_nobody_is_reminded_while_the_clock_stands_still(acknowledged, karl):
    with later(50):
        services.ask(acknowledged, actor=karl, concern=acknowledged.concerns.get(), body="När?")
    # It stands still to day 64, so that the day to answer is 74.
    assert chase_on(53, 60, 64) == []
    assert chase_on(66, 67, 74) == [("ANSWER", 67, -7, "FUNCTION"), ("ANSWER", 74, 0, "FUNCTION")]


def test_a_question_asked_late_holds_up_the_reminders_too(acknowledged, karl):
    with later(61):
        services.ask(acknowledged, actor=karl, concern=acknowledged.concerns.get(), body="När?")
    assert chase_on(67, 75) == []
    assert chase_on(76) == [("ANSWER", 76, 14, "GROUP")]


def test_a_reply_lets_the_ladder_go_on(acknowledged, karl, rakel):
    with later(50):
        question = services.ask(acknowledged, actor=karl, concern=acknowledged.concerns.get(), body="När?")
    with later(52):
        services.reply(acknowledged, actor=rakel, question=question, body="I går.")
    assert chase_on(54, 55, 62) == [("ANSWER", 55, -7, "FUNCTION"), ("ANSWER", 62, 0, "FUNCTION")]


def test_what_the_first_function_asked_does_not_hold_up_the_second(sent, karl, sanna, kommun):
    services.ask(sent, actor=karl, concern=sent.concerns.get(), body="När?")
    other = make_function(kommun, "Soc", make_user("Frans"))
    with later(1):
        services.send(sent, actor=sanna, concerns={sent.concerns.get().pk: other})
    assert chase_on(11) == [("ACKNOWLEDGE", 11, 0, "FUNCTION")]


def test_the_kansli_is_not_reminded_while_its_own_question_is_open(case, sanna):
    services.ask(case, actor=sanna, body="När?")
    assert chase_on(5, 13, 14) == []
    assert chase_on(19) == [("TRIAGE", 19, 0, "KANSLI")]


def test_the_kansli_is_not_reminded_of_what_is_late_while_its_question_is_open(case, sanna):
    with later(6):
        services.ask(case, actor=sanna, body="När?")
    assert chase_on(8, 12) == []


def test_another_parts_question_does_not_hold_up_triage(two_out, karl, sanna, enhet, kommun):
    new = Concerned(Party.KOMMUN, kommun, enhet)
    services.add_concern(two_out, actor=sanna, concerned=new, gap_type=GapType.STRUKTUR)
    services.ask(two_out, actor=karl, concern=two_out.concerns.get(member=kommun, unit=None), body="När?")
    assert of(Clock.TRIAGE, chase_on(5)) == [[5, 0, "KANSLI"]]


@pytest.mark.parametrize("end", ["send", "dismiss"])
def test_the_kansli_is_left_alone_once_it_has_taken_the_case_up(case, flow, sanna, end):
    if end == "send":
        flow.acknowledge(flow.send(case))
    else:
        services.dismiss(case, actor=sanna, reason=DismissReason.TOO_LITTLE, reply="Vi förstår inte.")
    assert chase_on(5, 8, 12) == []


@pytest.mark.parametrize("state", [MeasureState.DONE, MeasureState.DROPPED, MeasureState.MOVED])
def test_a_measure_that_has_ended_reminds_nobody(planned, state):
    Measure.objects.update(state=state)
    assert chase_on(23, 30) == []


def test_a_reporter_who_has_said_whether_it_helped_is_not_asked_again(closed, rakel):
    services.feedback(closed, actor=rakel, helped=Helped.NO)
    assert chase_on(7, 8) == []


def asked() -> list[tuple[bool, int]]:
    """Return of each reminder whether it asked the reporter, and how many functions."""
    return [(event.data["reporter"], len(event.data["functions"])) for event in reminders()]


@pytest.mark.parametrize(("by", "again"), [("rakel", (False, 1)), ("karl", (True, 0))])
def test_who_has_said_whether_it_came_back_is_not_asked_again_and_the_other_side_is(closed, rakel, karl, by, again):
    chase_on(90)
    with later(91):
        services.effect(closed, actor={"rakel": rakel, "karl": karl}[by], came_back=Helped.NO)
    chase_on(104)
    assert asked() == [(True, 1), again]


def test_when_every_side_has_said_whether_it_came_back_nobody_is_asked(closed, rakel, karl):
    with later(90):
        services.effect(closed, actor=rakel, came_back=Helped.NO)
        services.effect(closed, actor=karl, came_back=Helped.YES)
    assert chase_on(90, 104) == []


def test_what_was_said_before_the_last_closing_silences_nobody(closed, rakel, karl, flow):
    with later(90):
        services.effect(closed, actor=rakel, came_back=Helped.NO)
        services.effect(closed, actor=karl, came_back=Helped.NO)
    with later(91):
        Case.objects.filter(pk=closed.pk).update(ended_at=clocks.now())
    chase_on(181)
    assert asked() == [(True, 1)]


def test_one_functions_word_does_not_speak_for_another(two_out, flow, karl, frida):
    for concern in two_out.concerns.order_by("pk"):
        told = {"finding": "Så.", "cause": Cause.OTHER, "no_measure": "Nej."}
        services.answer(
            two_out, actor=frida if concern.member.party == "FORSAKRINGSKASSAN" else karl, concern=concern, **told
        )
    flow.close(flow.again(two_out))
    with later(90):
        services.effect(two_out, actor=frida, came_back=Helped.NO)
    chase_on(90)
    [event] = reminders()
    assert event.data["functions"] == [two_out.concerns.exclude(member__party="FORSAKRINGSKASSAN").get().function_id]


def test_a_forbund_that_has_ended_reminds_nobody(file_case, flow, forbund):
    file_case()
    flow.send(file_case())
    flow.to_closed(file_case())
    forbund.ended_on = day(1)
    forbund.save()
    assert chase_on(5, 7, 10, 60, 90) == []


def test_a_case_that_was_handed_to_a_successor_is_no_longer_chased(sent, forbund, annat_forbund, adam):
    services.merge(forbund, into=annat_forbund, actor=adam)
    annat = Case.objects.get(association=annat_forbund)
    forbund.refresh_from_db()
    forbund.ended_on = None  # what stops it is that the case has ended
    forbund.save()
    chase_on(5, 10, 60)
    assert {event.case for event in reminders()} == {annat}


# ---- whom ----


def test_what_lies_with_the_kansli_reminds_the_kansli(forbund, rakel, flow):
    case = flow.send(services.file(forbund, make_report(Concerned(Party.FORBUND)), actor=rakel).case)
    chase_on(10)
    [event] = reminders()
    assert (event.function, event.concern) == (None, case.concerns.get())


def test_when_the_member_ends_the_kansli_is_reminded_in_its_functions_place(acknowledged, kommun, adam):
    chase_on(53)
    with later(55):
        services.end_member(kommun, actor=adam, last_day=day(54))
    chase_on(60)
    assert [event.function for event in reminders()] == [kommun.functions.get(), None]


def test_a_measure_of_a_function_that_gave_the_case_back_is_the_kanslis(acknowledged, karl, flow):
    concern = acknowledged.concerns.get()
    plan = Plan("Bemanna.", Cause.RESOURCES, "Enhetschefen", day(30))
    services.add_measure(acknowledged, actor=karl, concern=concern, plan=plan)
    services.return_(acknowledged, actor=karl, concern=concern, reason="Inte vår.")
    chase_on(30)
    [event] = [event for event in reminders() if event.data["clock"] == "MEASURE"]
    assert (event.function, event.concern, event.audience) == (None, concern, Audience.KANSLI)


def test_a_measure_of_nobodys_in_particular_is_the_kanslis(planned):
    Measure.objects.update(concern=None)
    chase_on(30)
    [event] = reminders()
    assert (event.function, event.concern, event.audience) == (None, None, Audience.KANSLI)


@pytest.mark.parametrize("reachable", ["by account", "by mail", "inactive", "not at all"])
def test_only_a_reporter_who_can_be_reached_is_asked_whether_it_helped(by_code, flow, rakel, reachable):
    case = by_code.case
    if reachable == "by mail":
        case.reporter_email = "rapportor@example.org"
    if reachable in ("by account", "inactive"):
        case.reporter = rakel
        User.objects.filter(pk=rakel.pk).update(is_active=reachable != "inactive")
    case.save()
    flow.to_closed(case)
    assert len(chase_on(7)) == (reachable in ("by account", "by mail"))


def test_the_functions_are_asked_whether_it_came_back_though_the_reporter_cannot_be(by_code, flow):
    flow.to_closed(by_code.case)
    assert of(Clock.EFFECT, chase_on(90)) == [[90, 0, "BOTH"]]


def test_where_nobody_can_be_asked_nothing_is_said_to_have_been(by_code, flow):
    flow.to_closed(by_code.case)
    by_code.case.concerns.update(function=None)
    assert chase_on(7, 90, 104) == []


# ---- when ----


def test_a_rung_is_given_once_however_often_somebody_looks(acknowledged):
    assert len(chase_on(60, 60, 60, 61, 66)) == 1


@pytest.mark.parametrize(
    ("outage", "rungs"),
    [(59, [-7]), (61, [0]), (72, [7]), (76, [14]), (84, [14, 21]), (94, [14, 21, 28]), (143, [14, 21, 77])],
)
def test_after_an_outage_the_last_reminder_is_given_and_every_escalation(acknowledged, outage, rungs):
    assert [days for _, _, days, _ in chase_on(outage, outage)] == rungs


def test_an_outage_in_the_middle_costs_no_escalation(acknowledged):
    given = chase_on(53, 60, 67, 73, 90, 97)
    assert of(Clock.ANSWER, given) == [
        [53, -7, "FUNCTION"],
        [60, 0, "FUNCTION"],
        [67, 7, "DEPUTIES"],
        [90, 14, "GROUP"],
        [90, 21, "AGENDA"],
        [90, 28, "FUNCTION"],
        [97, 35, "FUNCTION"],
    ]


@pytest.mark.once
@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (69, [[84, 14, "GROUP"], [84, 21, "AGENDA"], [88, 28, "FUNCTION"]]),
        (73, [[88, 14, "GROUP"], [88, 21, "AGENDA"], [88, 28, "FUNCTION"]]),
        (79, [[74, 14, "GROUP"], [94, 21, "AGENDA"], [94, 28, "FUNCTION"]]),
    ],
)
def test_a_late_question_puts_the_escalations_off_and_costs_none(acknowledged, karl, asked, given):
    chase_on(67)
    before = chase_on(*range(68, asked))
    with later(asked):
        services.ask(acknowledged, actor=karl, concern=acknowledged.concerns.get(), body="När?")
    assert of(Clock.ANSWER, before + chase_on(*range(asked, 95))) == given


def test_an_escalation_that_is_made_up_for_says_what_it_is_and_is_on_the_agenda(acknowledged):
    chase_on(90)
    group, agenda, newest = reminders()
    assert [event.data["due"] for event in (group, agenda, newest)] == [day(60).isoformat()] * 3
    assert {event.at for event in (group, agenda, newest)} == {START + 90 * DAY}
    assert AgendaItem.objects.get().late == acknowledged.concerns.get()


def test_a_question_about_an_unread_case_costs_no_escalation_either(sent, karl):
    chase_on(10, 17)
    with later(23):
        services.ask(sent, actor=karl, concern=sent.concerns.get(), body="När?")
    assert chase_on(24, 37, 38, 39, 45) == [("ACKNOWLEDGE", 38, 14, "GROUP")]


@pytest.mark.parametrize("outage", [144, 145, 400])
def test_what_is_long_past_is_left_in_peace(acknowledged, outage):
    assert chase_on(outage) == []


def test_a_system_that_is_new_to_the_ladders_does_not_write_about_old_cases(file_case, flow, karl):
    file_case()
    flow.send(file_case())
    flow.to_closed(file_case())
    measured = flow.send(file_case())
    plan = Plan("Bemanna.", Cause.RESOURCES, "Enhetschefen", day(30))
    services.add_measure(measured, actor=karl, concern=measured.concerns.get(), plan=plan)
    assert chase_on(400) == []


@pytest.mark.parametrize(("days", "asked"), [(30, [7]), (31, []), (150, [14]), (151, [])])
def test_old_closings_are_not_asked_about(closed, days, asked):
    assert [rung for _, _, rung, _ in chase_on(days)] == asked


@pytest.mark.once
@pytest.mark.parametrize(("answer_days", "first"), [(7, [7, 0, "FUNCTION"]), (8, [1, -7, "FUNCTION"])])
def test_nobody_is_reminded_on_the_day_that_they_got_the_case(forbund, file_case, flow, answer_days, first):
    forbund.answer_days = answer_days
    forbund.save()
    flow.acknowledge(flow.send(file_case()))
    assert of(Clock.ANSWER, chase_on(*range(8)))[0] == first


def test_a_measure_that_is_planned_for_soon_is_not_reminded_of_at_once(acknowledged, karl):
    plan = Plan("Bemanna.", Cause.RESOURCES, "Enhetschefen", day(5))
    services.add_measure(acknowledged, actor=karl, concern=acknowledged.concerns.get(), plan=plan)
    assert chase_on(*range(6)) == [("MEASURE", 5, 0, "FUNCTION")]


@pytest.mark.once
@pytest.mark.parametrize(
    ("due", "midnight"),
    [
        # Winter, summer, and the days on which the clock is put forward and back.
        (dt.date(2026, 2, 3), dt.datetime(2026, 2, 2, 23, tzinfo=dt.UTC)),
        (dt.date(2026, 7, 1), dt.datetime(2026, 6, 30, 22, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 29), dt.datetime(2026, 3, 28, 23, tzinfo=dt.UTC)),
        (dt.date(2026, 3, 30), dt.datetime(2026, 3, 29, 22, tzinfo=dt.UTC)),
        (dt.date(2026, 10, 25), dt.datetime(2026, 10, 24, 22, tzinfo=dt.UTC)),
        (dt.date(2026, 10, 26), dt.datetime(2026, 10, 25, 23, tzinfo=dt.UTC)),
        (dt.date(2028, 2, 29), dt.datetime(2028, 2, 28, 23, tzinfo=dt.UTC)),
    ],
)
def test_the_day_begins_at_midnight_in_stockholm(acknowledged, due, midnight):
    acknowledged.concerns.update(answer_due=due, sent_at=midnight - 60 * DAY)
    Reminder.objects.all().delete()
    given = []
    for moment in (midnight - dt.timedelta(seconds=1), midnight):
        with clocks.at(moment):
            services.chase()
        given.append([event.data["days"] for event in reminders()])
    assert given == [[-7], [-7, 0]]


def test_a_case_sent_late_in_the_evening_was_sent_that_day_in_stockholm(forbund, file_case, flow):
    forbund.answer_days = 8
    forbund.save()
    with clocks.at(dt.datetime(2026, 3, 2, 22, 59, tzinfo=dt.UTC)):
        before = flow.acknowledge(flow.send(file_case()))
    with clocks.at(dt.datetime(2026, 3, 2, 23, 1, tzinfo=dt.UTC)):
        after = flow.acknowledge(flow.send(file_case()))
    with clocks.at(dt.datetime(2026, 3, 3, 12, tzinfo=dt.UTC)):
        services.chase()
    assert [event.case for event in reminders()] == [before]
    with clocks.at(dt.datetime(2026, 3, 4, 0, 0, tzinfo=clocks.STOCKHOLM)):
        services.chase()
    assert [event.case for event in reminders()] == [before, after]


def test_a_closing_late_in_the_evening_counts_from_that_day_in_stockholm(case, flow):
    with clocks.at(dt.datetime(2026, 6, 1, 21, 59, tzinfo=dt.UTC)):
        flow.to_closed(case)
    for hour, given in ((21, 0), (22, 1)):
        with clocks.at(dt.datetime(2026, 6, 7, hour, 30, tzinfo=dt.UTC)):
            services.chase()
        assert len(reminders()) == given
    assert reminders()[0].data["due"] == "2026-06-01"


def test_the_effect_check_counts_the_forbunds_own_days_over_a_leap_day(case, flow, forbund):
    forbund.effect_days = 60
    forbund.save()
    with clocks.at(dt.datetime(2028, 1, 15, 12, tzinfo=dt.UTC)):
        flow.to_closed(case)
    with clocks.at(dt.datetime(2028, 3, 15, 12, tzinfo=dt.UTC)):
        services.chase()
    assert [(event.data["clock"], event.data["due"]) for event in reminders()] == [("EFFECT", "2028-03-15")]


# ---- starting over ----


def test_sending_elsewhere_begins_the_ladder_anew(acknowledged, sanna, kommun):
    chase_on(53, 60)
    other = make_function(kommun, "Soc", make_user("Frans"))
    with later(61):
        services.send(acknowledged, actor=sanna, concerns={acknowledged.concerns.get().pk: other})
    assert chase_on(67, 71) == [("ACKNOWLEDGE", 71, 0, "FUNCTION")]
    assert [reminder[2] for reminder in chase_on(114, 121)] == [-7, 0]
    assert reminders()[-1].function == other


def test_a_case_that_was_opened_again_reminds_the_kansli_and_asks_the_reporter_nothing(closed, rakel):
    with later(3):
        services.reopen(closed, actor=rakel, reason="Det hände igen.")
    assert chase_on(7, 8, 11) == [("TRIAGE", 8, 0, "KANSLI"), ("TRIAGE", 11, 3, "KANSLI")]


def test_a_case_that_was_closed_again_is_asked_about_anew(closed, rakel, flow):
    assert len(chase_on(7)) == 1
    services.feedback(closed, actor=rakel, helped=Helped.NO)
    with later(10):
        services.reopen(closed, actor=rakel, reason="Det hände igen.")
        flow.close(flow.again(closed))
    assert chase_on(11, 17, 90, 100) == [("HELPED", 17, 7, "REPORTER"), ("EFFECT", 100, 0, "BOTH")]


# ---- the agenda ----


def meeting(forbund, days: int, body: str = "PREPARATORY"):
    return forbund.meetings.create(body=body, held_on=day(days))


def test_a_late_answer_goes_on_the_next_meeting_that_still_takes_items(acknowledged, forbund):
    planned = [meeting(forbund, days) for days in (80, 81 + 13, 81 + 14, 200)]
    meeting(forbund, 100, "BOARD")
    chase_on(81)
    item = AgendaItem.objects.get()
    assert (item.meeting, item.case, item.late) == (planned[2], acknowledged, acknowledged.concerns.get())
    assert (item.proposal, item.created_at) == (None, START + 81 * DAY)
    assert reminders()[-1].data["held_on"] == planned[2].held_on.isoformat()


def test_where_no_meeting_is_planned_a_late_answer_waits_for_one(acknowledged, forbund, annat_forbund):
    meeting(forbund, 81 + 13)
    meeting(annat_forbund, 100)
    chase_on(81)
    assert AgendaItem.objects.get().meeting is None
    assert "held_on" not in reminders()[-1].data


def test_a_case_that_waits_for_the_groups_word_already_gets_no_second_item(acknowledged, sanna):
    with later(70):
        services.lift(acknowledged, actor=sanna, held_on=day(100), proposal="Ta upp frågan.")
    chase_on(74, 81)
    assert (AgendaItem.objects.count(), len(reminders())) == (1, 2)


def test_what_the_board_waits_for_does_not_keep_a_late_answer_from_the_group(acknowledged, sanna):
    with later(70):
        services.lift(acknowledged, actor=sanna, held_on=day(100), body=Lifted.BOARD, proposal="Ta upp frågan.")
    chase_on(81)
    assert AgendaItem.objects.filter(late__isnull=False).count() == 1


def test_a_case_that_the_group_has_had_its_say_on_goes_to_the_meeting_after(acknowledged, sanna, forbund):
    after = meeting(forbund, 150)
    with later(70):
        item = services.lift(acknowledged, actor=sanna, held_on=day(100), proposal="Ta upp frågan.")
        services.recommend(acknowledged, actor=sanna, item=item, body="Gör så.")
    chase_on(81)
    assert AgendaItem.objects.get(late__isnull=False).meeting == after


def test_a_meeting_that_came_to_no_recommendation_does_not_hold_a_case_for_ever(acknowledged, sanna):
    services.lift(acknowledged, actor=sanna, held_on=day(10), proposal="Ta upp frågan.")
    chase_on(81)
    assert AgendaItem.objects.filter(late__isnull=False).count() == 1


def test_two_late_answers_put_their_case_on_the_agenda_once(two_out, karl, frida):
    for actor, concern in zip((karl, frida), two_out.concerns.all(), strict=True):
        services.acknowledge(two_out, actor=actor, concern=concern)
    chase_on(81)
    assert (AgendaItem.objects.get().late, len(reminders())) == (two_out.concerns.first(), 4)


# ---- many ----


@shared
def several(file_case, flow) -> list[Case]:
    return [flow.acknowledge(flow.send(file_case())) for _ in range(5)]


def chased_in(days: int) -> tuple[int, int]:
    """Return how many reminders a round gave, and how many queries it took."""
    before = len(reminders())
    with later(days), CaptureQueriesContext(connection) as queries:
        services.chase()
    return len(reminders()) - before, len(queries)


@pytest.mark.once
@pytest.mark.parametrize("rung", [0, 21])
def test_many_reminders_take_as_many_queries_as_one(several, rung):
    Case.objects.get(pk=several[0].pk).concerns.update(answer_due=day(59))
    chase_on(58 + rung)  # an earlier rung of both
    one, few = chased_in(59 + rung)
    many, same = chased_in(60 + rung)
    assert (one, many, same) == (1, 4, few)


@pytest.mark.once
def test_many_effect_checks_take_as_many_queries_as_one(file_case, flow):
    cases = [flow.to_closed(file_case()) for _ in range(5)]
    Case.objects.filter(pk=cases[0].pk).update(ended_at=START - DAY)
    chase_on(50)  # notes what the clocks are
    one, few = chased_in(89)
    many, same = chased_in(90)
    assert (one, many, same) == (1, 4, few)


def test_a_round_goes_through_its_batches_and_leaves_nobody_out(several, monkeypatch):
    monkeypatch.setattr(chasing, "BATCH", 2)
    with later(60):
        assert services.chase().reminders[Clock.ANSWER] == 5
    assert {event.case for event in reminders()} == set(several)


def test_a_batch_that_is_broken_off_costs_no_more_than_itself(several, monkeypatch):
    monkeypatch.setattr(chasing, "BATCH", 2)
    kept = Reminder.objects.bulk_create
    rounds = iter([kept, None])

    def killed(rows):
        if next(rounds) is None:
            raise KeyboardInterrupt
        return kept(rows)

    with monkeypatch.context() as patch:
        patch.setattr(Reminder.objects, "bulk_create", killed)
        with pytest.raises(KeyboardInterrupt), later(60):
            services.chase()
    assert (len(reminders()), Reminder.objects.count()) == (2, 2)
    assert len(chase_on(60)) == 3
    assert list(Event.objects.all().broken()) == []


# ---- at the same time ----


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_rounds_at_the_same_time_give_each_rung_once(several, monkeypatch):
    monkeypatch.setattr(chasing, "BATCH", 2)

    def chase() -> int:
        with later(60):
            return services.chase().reminders[Clock.ANSWER]

    given = at_once(*[chase] * 4)
    assert sum(given) + len(chase_on(60)) == 5
    assert sorted(event.case.pk for event in reminders()) == sorted(case.pk for case in several)
    assert list(Event.objects.all().broken()) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_steps_and_rounds_at_the_same_time_leave_every_chain_whole(several):
    def chase() -> None:
        with later(60):
            services.chase()

    def add(case: Case) -> None:
        services.add(case, actor=ReceiptHolder(frozenset({case.pk})), body="Mer.")

    at_once(chase, *[lambda case=case: add(case) for case in several], chase)
    chase_on(60)
    assert len(reminders()) == 5
    assert list(Event.objects.all().broken()) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_case_that_somebody_holds_waits_for_the_next_round(several, sanna):
    def note() -> None:
        with acting(several[0], "note", actor=User.objects.get(pk=sanna.pk)) as act:
            act.record(Audience.KANSLI)
            at_once(lambda: chase_on(60))

    at_once(note)
    assert {event.case for event in reminders()} == set(several[1:])
    assert len(chase_on(60)) == 1
