"""A förbund's clocks change: open due days follow, nothing in time becomes late, and the case says so."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import clocks, services
from cases.clocks import DayKind
from cases.codes import Audience, Party, Role
from cases.models import Association, Case, Event, Outbox
from cases.services import Concerned, reclocking
from tests.cases.conftest import DAY, START
from tests.people import make_function, make_user
from tests.sharing import shared

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def at_start(forbund):
    with clocks.at(START):
        reclocking.apply_clocks()
        yield


def later(days: int):
    return clocks.at(START + days * DAY)


def day(days: int) -> dt.date:
    return START.date() + days * DAY


def change(association: Association, on: int = 0, **fields: object) -> int:
    """Change the clocks, and let them take effect on a day from the start; return how many events tell of it."""
    Association.objects.filter(pk=association.pk).update(**fields)
    with later(on):
        return reclocking.apply_clocks()


def moved() -> list[dict]:
    return [event.data["moved"] for event in Event.objects.filter(verb="move_clock").order_by("pk")]


def days(case: Case) -> tuple[dt.date, ...]:
    """Return the case's days: first handling, acknowledging, answering, and the next to keep."""
    case, concern = Case.objects.get(pk=case.pk), case.concerns.get(is_primary=True)
    return case.triage_due, concern.acknowledge_due, concern.answer_due, case.next_due


@shared
def sent(case, flow) -> Case:
    """A case that the kommun got on the first day: to acknowledge on day 10, to answer on day 60."""
    return flow.send(case)


# ---- what moves ----


def test_more_time_to_answer_moves_the_day_of_what_is_sent(sent, forbund):
    assert change(forbund, answer_days=90) == 1
    assert days(sent) == (day(5), day(10), day(90), day(10))
    assert moved() == [{"ANSWER": [day(60).isoformat(), day(90).isoformat()]}]


def test_less_time_moves_it_closer_and_with_it_the_next_day_to_keep(sent, forbund):
    change(forbund, on=2, acknowledge_days=5, answer_days=30)
    assert days(sent) == (day(5), day(5), day(30), day(5))
    assert moved() == [{"ACKNOWLEDGE": ["2026-03-12", "2026-03-07"], "ANSWER": ["2026-05-01", "2026-04-01"]}]


def test_a_case_at_the_kansli_is_moved_with_its_promise_kept(case, forbund):
    change(forbund, triage_days=8)
    case.refresh_from_db()
    assert (case.triage_due, case.next_due, case.handle_by) == (day(8), day(8), day(5))
    assert moved() == [{"TRIAGE": [day(5).isoformat(), day(8).isoformat()]}]


def test_working_days_leave_out_the_holidays(sent, forbund):
    change(forbund, day_kind=DayKind.WORKING)
    # Ten working days from Monday 2 March; sixty, with Easter, the first of May and Ascension Day between.
    assert days(sent)[1:3] == (dt.date(2026, 3, 16), dt.date(2026, 5, 29))


def test_a_holiday_that_is_new_moves_the_days_that_leave_it_out(sent, forbund, monkeypatch):
    change(forbund, day_kind=DayKind.WORKING)
    before = days(sent)
    off = clocks.days_off
    monkeypatch.setattr(clocks, "days_off", lambda year: off(year) | {dt.date(2026, 3, 10)})
    clocks._working_days.cache_clear()
    assert change(forbund) == 1
    clocks._working_days.cache_clear()
    assert days(sent)[1] == before[1] + DAY


def test_a_holiday_is_nothing_to_a_forbund_that_counts_every_day(sent, forbund, monkeypatch):
    before = reclocking.fingerprint(forbund)
    monkeypatch.setattr(clocks, "days_off", lambda year: frozenset())
    assert reclocking.fingerprint(forbund) == before


def test_a_part_that_came_back_and_one_that_is_out_are_told_of_apart(file_case, flow, kommun, fk, frida, karl, forbund):
    both = flow.send(file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)]))
    services.return_(both, actor=karl, concern=both.concerns.get(member=kommun), reason="Inte vår.")
    change(forbund, triage_days=8, answer_days=90)
    events = Event.objects.filter(verb="move_clock").order_by("seq")
    assert [(event.concern and event.concern.member, list(event.data["moved"])) for event in events] == [
        (None, ["TRIAGE"]),
        (fk, ["ANSWER"]),
    ]


def test_a_question_goes_on_stopping_the_clock_that_moved(sent, karl, rakel, forbund):
    services.ask(sent, actor=karl, concern=sent.concerns.get(), body="När?")
    change(forbund, answer_days=90)
    assert days(sent)[2] == day(90 + 14)


def test_the_kanslis_question_goes_on_stopping_triage(case, sanna, forbund):
    services.ask(case, actor=sanna, body="När?")
    change(forbund, triage_days=8)
    case.refresh_from_db()
    assert case.triage_due == day(8 + 14)


def test_what_an_earlier_function_asked_moves_nothing(sent, karl, sanna, kommun, forbund):
    services.ask(sent, actor=karl, concern=sent.concerns.get(), body="När?")
    other = make_function(kommun, "Soc", make_user("Frans"))
    with later(1):
        services.send(sent, actor=sanna, concerns={sent.concerns.get().pk: other})
    change(forbund, on=2, answer_days=90)
    assert days(sent)[2] == day(91)


# ---- nothing in time becomes late ----


@pytest.mark.parametrize(("on", "due"), [(20, 30), (30, 30), (31, 31), (45, 45), (60, 60)])
def test_what_is_in_time_gets_today_at_the_earliest(sent, forbund, on, due):
    change(forbund, on=on, answer_days=30)
    assert days(sent)[2] == day(due)


def test_what_is_late_already_is_made_no_later(sent, forbund):
    assert change(forbund, on=70, answer_days=30) == 0
    assert days(sent)[2] == day(60)


def test_what_is_late_is_in_time_again_when_there_is_more_time(sent, forbund):
    change(forbund, on=70, answer_days=90)
    assert days(sent)[2] == day(90)


# ---- what stays ----


def test_the_first_time_only_notes_what_the_clocks_are(sent, forbund):
    Association.objects.update(clocks_applied="")
    assert change(forbund, answer_days=90) == 0
    assert days(sent)[2] == day(60)
    assert change(forbund, answer_days=80) == 1


def test_nothing_moves_while_the_clocks_stay_the_same(sent, forbund):
    sent.concerns.update(answer_due=day(45))
    assert change(forbund, on=400, name="Ett annat namn", reopen_days=60, effect_days=30, question_days=7) == 0
    assert days(sent)[2] == day(45)


def test_another_forbunds_cases_stay(sent, annat_forbund):
    assert change(annat_forbund, answer_days=90) == 0


@pytest.mark.parametrize("end", ["answer", "close"])
def test_what_has_been_answered_stays(sent, flow, forbund, end):
    answered = flow.answer(sent)
    if end == "close":
        flow.close(answered)
    before = days(sent)
    assert change(forbund, triage_days=8, acknowledge_days=20, answer_days=90) == 0
    assert days(sent) == before


def test_what_has_been_acknowledged_keeps_the_day_that_it_was_to_be(sent, flow, forbund):
    flow.acknowledge(sent)
    change(forbund, acknowledge_days=20)
    assert (days(sent)[1], moved()) == (day(10), [])


def test_a_case_that_was_opened_again_is_moved(sent, flow, rakel, forbund):
    services.reopen(flow.close(flow.answer(sent)), actor=rakel, reason="Det hände igen.")
    change(forbund, triage_days=8)
    assert days(sent)[0] == day(8)


def test_a_forbund_that_has_ended_is_left_alone(sent, forbund):
    assert change(forbund, answer_days=90, ended_on=day(0)) == 0
    assert days(sent)[2] == day(60)


# ---- how it is told ----


def test_the_case_says_what_moved_to_the_reporter_and_the_function(sent, forbund, funktion):
    change(forbund, answer_days=90)
    event = Event.objects.get(verb="move_clock")
    assert (event.actor, event.actor_role, event.audience) == (None, Role.COORDINATOR, Audience.REPORTER_FUNCTION)
    assert (event.concern, event.function, event.from_status, event.to_status) == (
        sent.concerns.get(), funktion, sent.status, sent.status,
    )  # fmt: skip
    assert Outbox.objects.filter(event=event).count() == 1
    assert list(Event.objects.all().broken()) == []
    sent.refresh_from_db()
    assert (sent.last_seq, sent.last_hash) == (event.seq, event.hash)


def test_a_moved_day_at_the_kansli_is_told_to_the_reporter(case, forbund):
    change(forbund, triage_days=8)
    event = Event.objects.get(verb="move_clock")
    assert (event.audience, event.concern, event.function) == (Audience.REPORTER, None, None)


def test_the_ladder_is_climbed_anew_for_the_new_day(sent, flow, forbund):
    flow.acknowledge(sent)
    with later(53):
        services.chase()
    Association.objects.filter(pk=forbund.pk).update(answer_days=62)
    with later(55):
        assert services.chase().moved == 1
    given = [event.data["due"] for event in Event.objects.filter(verb="remind").order_by("pk")]
    assert given == [day(60).isoformat(), day(62).isoformat()]


# ---- many, and broken off ----


@shared
def several(file_case, flow) -> list[Case]:
    return [flow.send(file_case()) for _ in range(5)]


def test_every_batch_is_moved(several, forbund, monkeypatch):
    monkeypatch.setattr(reclocking, "BATCH", 2)
    assert change(forbund, answer_days=90) == 5
    assert {days(case)[2] for case in several} == {day(90)}


def test_a_round_that_is_broken_off_is_made_up_for(several, forbund, monkeypatch):
    monkeypatch.setattr(reclocking, "BATCH", 2)
    store, rounds = reclocking.store_automatic, iter([1, 0])

    def killed(events):
        store(events)
        if not next(rounds):
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(reclocking, "store_automatic", killed)
        with pytest.raises(KeyboardInterrupt):
            change(forbund, answer_days=90)
    assert [days(case)[2] for case in several] == [day(90)] * 2 + [day(60)] * 3
    assert change(forbund, answer_days=90) == 3
    assert list(Event.objects.all().broken()) == []


def test_clocks_that_change_during_a_round_hold_from_there_on_and_are_not_taken_for_noted(
    several, forbund, monkeypatch
):
    monkeypatch.setattr(reclocking, "BATCH", 2)
    store = reclocking.store_automatic

    def meanwhile(events):
        store(events)
        Association.objects.filter(pk=forbund.pk).update(answer_days=70)

    with monkeypatch.context() as patch:
        patch.setattr(reclocking, "store_automatic", meanwhile)
        change(forbund, answer_days=90)
    assert [days(case)[2] for case in several] == [day(90)] * 2 + [day(70)] * 3
    with later(0):
        reclocking.apply_clocks()
    assert {days(case)[2] for case in several} == {day(70)}


@pytest.mark.once
def test_many_cases_are_moved_in_as_many_queries_as_one(file_case, flow, forbund):
    def asked(**fields: object) -> int:
        with CaptureQueriesContext(connection) as queries:
            change(forbund, **fields)
        return len(queries)

    flow.send(file_case())
    few = asked(answer_days=59)
    for _ in range(4):
        flow.send(file_case())
    assert (asked(answer_days=90), len(moved())) == (few, 1 + 5)


@pytest.mark.once
def test_a_quiet_hour_asks_once(several, forbund):
    with CaptureQueriesContext(connection) as queries:
        assert reclocking.apply_clocks() == 0
    assert len(queries) == 1


def test_saving_the_clocks_through_the_register_moves_open_cases_at_the_next_round(sent, forbund, adam):
    services.save_association(forbund, actor=adam, answer_days=90)
    assert days(sent)[2] == day(60)
    with later(0):
        services.chase()
    assert days(sent)[2] == day(90)
