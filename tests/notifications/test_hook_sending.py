"""Systems are told: all word, once where they take it, whatever fails, and no slow one holds up another."""

import datetime as dt
import threading
import time
from ipaddress import ip_network

import pytest
from django.db import connection

from cases import clocks, services
from cases.codes import Helped
from cases.models import ContactFunction
from notifications import claims
from notifications.delivery import sweep
from notifications.hooks import keeping, sending
from notifications.hooks.sending import ATTEMPTS_MOST, CAME_BACK_AFTER, FAILURES_LEAST, call_due, is_due, lease
from notifications.models import TRIAL, Channel, Delivery, Hook, Kind, OffWhy, State
from tests.notifications.hooked import again, tell, words
from tests.own_receiver import Receiver

pytestmark = pytest.mark.django_db

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


def after(by: dt.timedelta):
    """Move the clock on from when the first word was made."""
    return clocks.at(words().first().created_at + by)


def how(**fields: object) -> tuple[str, int, str]:
    word = words(**fields).get()
    return word.state, word.attempts, word.why


# ---- well ----


def test_a_system_is_told_once_by_what_happened(case, hook, receiver):
    assert (tell().sent, tell().sent) == (1, 0)
    (received,) = receiver.received
    assert (received.json["type"], received.json["case"], received.json["id"]) == ("NEW", case.number, received.id)
    assert how() == (State.SENT, 1, "")
    assert again(hook).last_sent_at == words().get().sent_at


def test_letters_leave_whether_or_not_a_system_takes_its_word(case, hook, receiver, sanna, mailoutbox):
    receiver.answer(500)
    tell()
    assert len(mailoutbox) == 2


def test_where_nothing_is_to_be_told_nothing_is_due(case, hook, receiver):
    assert not is_due()
    sweep()
    assert is_due()
    call_due()
    assert not is_due()


def test_more_than_one_round_holds_is_told_in_several(file_case, hook, receiver, monkeypatch):
    monkeypatch.setattr(sending, "HOST_LIMIT", 2)
    for _ in range(3):
        file_case()
    assert tell() == sending.Called(sent=2, failed=0, more=True)
    assert call_due() == sending.Called(sent=1, failed=0, more=False)


# ---- judged when it leaves ----


@pytest.mark.parametrize("step", ["answer", "return"])
def test_a_reminder_that_was_overtaken_is_not_told(case, flow, functions_hook, receiver, moved, karl, step):
    sent = flow.send(case)
    with moved(67):
        services.chase()
        sweep()
    with moved(68):
        if step == "answer":
            flow.answer(sent)
        else:
            services.return_(sent, actor=karl, concern=sent.concerns.get(), reason="Hör till en annan enhet.")
        call_due()
    assert how(kind=Kind.LATE) == (State.SUPPRESSED, 0, "overtaken")


@pytest.mark.parametrize(("by", "end"), [("karl", (State.SUPPRESSED, 0, "overtaken")), ("rakel", (State.SENT, 1, ""))])
def test_only_a_side_that_has_not_said_whether_it_came_back_is_asked_through_its_system(
    case, flow, functions_hook, receiver, moved, karl, rakel, by, end
):
    closed = flow.to_closed(case)
    with moved(90):
        services.chase()
        sweep()
    with moved(91):
        services.effect(closed, actor={"karl": karl, "rakel": rakel}[by], came_back=Helped.NO)
        call_due()
    assert how(kind=Kind.CAME_BACK) == end


def test_word_of_a_case_that_the_function_no_longer_has_is_told_as_to_a_mailbox(case, flow, functions_hook, karl):
    flow.send(case)
    services.return_(case, actor=karl, concern=case.concerns.get(), reason="Hör till en annan enhet.")
    tell()
    assert how(hook=functions_hook)[0] == State.SENT


# ---- not taken ----


@pytest.mark.parametrize(
    ("fault", "how_so", "why"),
    [
        ("close", [], "hook_refused"),
        ("hang", [], "hook_timeout"),
        ("drip", [], "hook_timeout"),
        ("drop", [], "hook_dropped"),
        ("say", [b"HTTP/1.1 20"], "hook_nonsense"),
        ("answer", [500], "hook_answer 500"),
        ("answer", [404], "hook_answer 404"),
        ("answer", [302], "hook_answer 302"),
    ],
)
def test_what_a_system_did_not_take_is_told_when_it_is_well(case, hook, receiver, settings, fault, how_so, why):
    settings.WEBHOOK_SECONDS = 0.3
    getattr(receiver, fault)(*how_so)
    assert tell().failed == 1
    assert how() == (State.RETRYING, 1, why)
    receiver.behave()
    if fault == "close":
        receiver.open()
    with after(2 * MINUTE):
        assert call_due().sent == 1
    assert how() == (State.SENT, 2, "")
    assert len({received.id for received in receiver.received}) == 1


def test_a_redirect_to_this_machine_is_not_followed(case, hook, receiver, settings):
    with Receiver() as inside:
        settings.WEBHOOK_PORTS = [receiver.port, inside.port]
        receiver.answer(307, Location=inside.url)
        tell()
        assert inside.received == []
    assert how()[2] == "hook_answer 307"


def test_a_giant_answer_is_taken_for_what_its_status_says(case, hook, receiver):
    receiver.pour()
    assert tell().sent == 1


def test_an_address_that_has_come_to_lead_inside_is_not_called(case, hook, receiver, settings):
    settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("10.0.0.0/8")]
    tell()
    assert (how()[2], receiver.received) == ("hook_address", [])


def test_the_longer_a_system_fails_the_longer_it_is_left_alone(file_case, hook, receiver):
    receiver.answer(500)
    pauses = []
    for minutes in (0, 5, 60, 300, 600):
        file_case()
        with after(minutes * MINUTE) if minutes else clocks.at(clocks.now()):
            tell()
            pauses.append(again(hook).paused_until - clocks.now())
            assert call_due() == sending.Called(0, 0, more=False)
    assert pauses == [minutes * MINUTE for minutes in (1, 5, 15, 60, 60)]


def test_what_waits_for_a_system_that_is_left_alone_costs_no_attempt(file_case, hook, receiver):
    receiver.answer(500)
    for _ in range(4):
        file_case()
    assert tell().failed == 1
    assert sorted(words().values_list("attempts", flat=True)) == [0, 0, 0, 1]


def test_word_that_a_system_chokes_on_does_not_hold_up_what_comes_after(file_case, hook, receiver):
    first = file_case()
    receiver.answer_in_turn(500, 204)
    tell()
    with after(2 * MINUTE):
        file_case()
        assert tell().sent == 2
    # What was tried least goes first, whatever has waited longest.
    assert [received.json["case"] == first.number for received in receiver.received] == [True, False, True]


def test_word_that_is_never_taken_is_given_up(case, hook, receiver):
    receiver.answer(400)
    sweep()
    for day in range(ATTEMPTS_MOST + 2):
        Hook.objects.update(failing_since=None)
        with after(day * DAY):
            call_due()
    assert how() == (State.FAILED, ATTEMPTS_MOST, "hook_answer 400")
    assert len(receiver.received) == ATTEMPTS_MOST


def test_a_system_that_comes_back_gets_at_once_what_waited_for_it(file_case, hook, receiver):
    receiver.answer(503)
    file_case()
    for minutes in (0, 10, 60):
        with after(minutes * MINUTE) if minutes else clocks.at(clocks.now()):
            tell()
    assert again(hook).failures == CAME_BACK_AFTER
    receiver.behave()
    words().update(not_before=clocks.now() + DAY)
    with after(80 * MINUTE):
        file_case()
        assert tell().sent == 2
    assert (again(hook).failures, again(hook).failing_since, again(hook).paused_until) == (0, None, None)


# ---- what a system asks for ----


@pytest.mark.parametrize(
    ("status", "said", "seconds"),
    [
        (429, "600", 600),
        (503, "600", 600),
        (503, "1", 60),
        (429, "99999999", 6 * 3600),
        (429, "Wed, 04 Mar 2026 11:20:00 GMT", 1200),
        (429, "Wed, 04 Mar 2026 10:00:00 GMT", 60),
        (429, "soon", 60),
        (429, "", 60),
        (500, "600", 60),
    ],
)
def test_a_system_that_asks_us_to_wait_is_left_alone_so_long_within_limits(
    file_case, hook, receiver, status, said, seconds
):
    receiver.answer(status, Retry_After=said)
    with clocks.at(dt.datetime(2026, 3, 4, 11, 0, tzinfo=dt.UTC)):
        file_case()
        tell()
        wait = dt.timedelta(seconds=seconds)
        assert again(hook).paused_until - clocks.now() == words().get().not_before - clocks.now() == wait


def test_a_system_that_is_gone_is_told_nothing_more(file_case, hook, receiver):
    receiver.answer(410)
    file_case(), file_case()
    tell()
    assert sorted(words().values_list("state", "why")) == [
        (State.FAILED, "hook_answer 410"),
        (State.SUPPRESSED, "hook_off"),
    ]
    assert (again(hook).is_on, again(hook).off_why) == (False, OffWhy.GONE)
    file_case()
    tell()
    assert words().count() == 2


def failing_for(hook: Hook, days: float, failures: int) -> None:
    since = clocks.now() - dt.timedelta(days=days)
    Hook.objects.filter(pk=hook.pk).update(failing_since=since, failures=failures)


@pytest.mark.parametrize(
    ("days", "failures", "off"), [(5.1, FAILURES_LEAST, True), (4.9, FAILURES_LEAST, False), (30, 2, False)]
)
def test_a_system_that_fails_for_days_is_switched_off(case, hook, receiver, days, failures, off):
    receiver.answer(500)
    failing_for(hook, days, failures)
    tell()
    assert (again(hook).off_why == OffWhy.FAILING) == (not again(hook).is_on) == off


def test_a_system_that_takes_something_begins_anew(case, hook, receiver):
    failing_for(hook, 30, 50)
    tell()
    assert (again(hook).is_on, again(hook).failing_since) == (True, None)


# ---- side by side ----


@pytest.fixture
def neighbour(receiver, settings):
    """A system at another address of this machine."""
    with Receiver(host="127.0.0.2", port=receiver.port) as system:
        yield system


def test_a_slow_system_holds_up_no_other(file_case, hook_to, receiver, neighbour):
    slow, quick = hook_to(receiver.url), hook_to(neighbour.url)
    receiver.hang()
    for _ in range(5):
        file_case()
    began = time.monotonic()
    assert (tell().sent, words(hook=slow, attempts=1).count()) == (5, 1)
    assert time.monotonic() - began < 10
    assert words(hook=quick, state=State.SENT).count() == 5


def test_a_host_is_called_once_at_a_time_however_many_hooks_lead_there(file_case, hook, functions_hook, receiver, flow):
    together: list[int] = []

    def note(_received) -> None:
        together.append(sum(thread.name == "hook" for thread in threading.enumerate()))
        time.sleep(0.05)

    receiver.on_request(note)
    flow.send(file_case()), file_case()
    assert tell().sent == 3
    assert together == [1, 1, 1]


def test_a_host_that_somebody_else_is_calling_is_left_to_them(file_case, hook, functions_hook, receiver, flow):
    flow.send(file_case())
    sweep()
    taken = words().first()
    words(pk=taken.pk).update(state=State.CLAIMED, claim="somebody else's", not_before=clocks.now() + lease())
    assert call_due() == sending.Called(0, 0, more=False)


def test_a_call_that_never_comes_back_is_not_waited_for(case, hook, receiver, monkeypatch):
    monkeypatch.setattr(sending, "GRACE_SECONDS", -0.8)
    ended = threading.Event()
    monkeypatch.setattr(sending, "call", lambda *_: ended.wait(5))
    began = time.monotonic()
    tell()
    assert time.monotonic() - began < 4
    assert how() == (State.RETRYING, 1, "hook_timeout")
    ended.set()


def test_no_call_is_begun_when_the_round_has_lasted_its_time(file_case, hook, receiver, monkeypatch):
    monkeypatch.setattr(sending, "ROUND_SECONDS", -1)
    file_case()
    assert tell() == sending.Called(0, 0, more=True)
    assert how() == (State.WAITING, 0, "")


def test_a_round_ends_before_celery_ends_it(settings):
    longest = sending.ROUND_SECONDS + settings.WEBHOOK_SECONDS + sending.GRACE_SECONDS
    assert longest < settings.CELERY_TASK_SOFT_TIME_LIMIT
    assert lease() > dt.timedelta(seconds=settings.WEBHOOK_SECONDS + sending.GRACE_SECONDS)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_each_word_once(file_case, hook, functions_hook, receiver, flow):
    for _ in range(5):
        flow.send(file_case())
    sweep()
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            while call_due().more:
                pass
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(receiver.received) == len({received.id for received in receiver.received}) == 10


# ---- what was left behind ----


class Killed(BaseException):
    """The process ends here."""


def killed(*_args: object, **_fields: object) -> None:
    raise Killed


def test_what_a_crash_left_is_told_again_under_the_same_name(case, hook, receiver, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(sending, "_note", killed)
        with pytest.raises(Killed):
            tell()
    assert how()[0] == State.CLAIMED
    assert call_due().sent == 0
    with after(lease() + MINUTE):
        assert call_due().sent == 1
    assert len({received.id for received in receiver.received}) == 1
    assert len(receiver.received) == 2


def test_a_call_that_ends_the_process_every_time_is_given_up(case, hook, receiver):
    sweep()
    words().update(state=State.CLAIMED, attempts=ATTEMPTS_MOST, not_before=clocks.now())
    assert is_due()
    call_due()
    assert how() == (State.FAILED, ATTEMPTS_MOST, "crashed")


def test_what_somebody_else_has_taken_over_meanwhile_is_not_marked(case, hook, receiver, monkeypatch):
    receiver.on_request(lambda _received: None)
    real = claims.held
    monkeypatch.setattr(sending, "held", lambda word: real(word) if not word.attempts else Delivery.objects.none())
    tell()
    assert how()[0] == State.CLAIMED


@pytest.mark.parametrize("days", [2, 4000])
def test_what_a_clock_that_was_days_ahead_put_off_is_told_at_once(file_case, hook, receiver, days):
    receiver.answer(500)
    with clocks.at(clocks.now() + days * DAY):
        file_case()
        tell()
    receiver.behave()
    assert is_due()
    assert call_due().sent == 1


def test_what_waited_for_a_system_that_was_switched_off_is_closed(case, hook, receiver, adam):
    sweep()
    keeping.turn_off(hook, actor=adam)
    assert how() == (State.SUPPRESSED, 0, "hook_off")
    assert not is_due()


def test_what_was_on_its_way_when_a_system_was_switched_off_is_closed_later(case, hook, receiver, adam):
    sweep()
    words().update(state=State.CLAIMED, claim="x", not_before=clocks.now() + lease())
    keeping.turn_off(hook, actor=adam)
    assert how()[0] == State.CLAIMED
    with after(lease() + MINUTE):
        call_due()
        assert how() == (State.SUPPRESSED, 0, "hook_off")


# ---- trials ----


def test_a_trial_is_sent_also_to_a_system_that_is_off_or_left_alone(hook, receiver, adam):
    keeping.turn_off(hook, actor=adam)
    Hook.objects.update(paused_until=clocks.now() + DAY, failures=5)
    keeping.try_out(hook, actor=adam)
    assert call_due().sent == 1
    (received,) = receiver.received
    assert (received.json["type"], received.json["case"]) == (TRIAL, None)
    assert received.json["link"].endswith(f"/register/PRO/webhookar/{hook.pk}/")
    assert (again(hook).failures, again(hook).paused_until) == (0, None)


def test_a_trial_that_fails_is_not_tried_again_and_changes_nothing(hook, receiver, adam):
    receiver.answer(500)
    keeping.try_out(hook, actor=adam)
    call_due()
    assert how() == (State.FAILED, 1, "hook_answer 500")
    assert (again(hook).failures, again(hook).paused_until) == (0, None)


# ---- beside the letters ----


def test_the_letters_are_looked_for_without_passing_what_waits_for_systems(case, hook, receiver, sanna, mailoutbox):
    sweep()
    words().update(not_before=clocks.now() - DAY)
    sweep()
    assert words().get().state == State.WAITING
    assert Delivery.objects.filter(channel=Channel.MAIL, state=State.SENT).count() == len(mailoutbox) == 2


def test_a_function_that_has_ended_is_told_to_the_end(case, flow, functions_hook, receiver, karl, rakel):
    question = services.ask(flow.send(case), actor=karl, concern=case.concerns.get(), body="Vilken brevlåda?")
    ContactFunction.objects.update(to_on=clocks.today() - DAY)
    services.reply(case, actor=rakel, question=question, body="Den gemensamma.")
    tell()
    assert [received.json["type"] for received in receiver.received] == ["SENT", "REPLIED"]
