"""The bell: rung after a request that may have changed something, and never waited for."""

import threading
import time

import pytest
from django.db import DatabaseError
from django.http import HttpResponse

from cases.models import Draft
from notifications import bell, delivery, tasks
from notifications.hooks import sending


class Ended(BaseException):
    """Ends the listener's thread."""


@pytest.fixture
def heard(monkeypatch) -> list[str]:
    """List what the listener does, once for each time that it is started."""
    done: list[str] = []

    def once(what: str) -> None:
        done.append(what)
        raise Ended

    monkeypatch.setattr(bell, "_listener", None)
    monkeypatch.setattr(threading, "excepthook", lambda _ended: None)
    monkeypatch.setattr(delivery, "sweep", lambda: once("swept"))
    monkeypatch.setattr(tasks.sweep, "apply_async", lambda **_how: once("woken"))
    yield done
    bell._listener and bell._listener.join(5)


def ring_and_wait() -> None:
    bell.ring()
    bell._listener.join(5)


@pytest.mark.parametrize(("mode", "what"), [("thread", "swept"), ("celery", "woken")])
def test_a_ring_is_acted_on_in_another_thread(heard, settings, mode, what):
    settings.DELIVERY = mode
    ring_and_wait()
    assert heard == [what]


def test_a_web_process_sweeps_itself_while_no_worker_can_be_woken(heard, settings, monkeypatch):
    def refused(**_how: object) -> None:
        raise ConnectionRefusedError

    settings.DELIVERY = "celery"
    monkeypatch.setattr(tasks.sweep, "apply_async", refused)
    ring_and_wait()
    assert heard == ["swept"]


def test_a_listener_that_died_is_started_anew(heard, settings):
    settings.DELIVERY = "thread"
    ring_and_wait()
    ring_and_wait()
    assert heard == ["swept", "swept"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_any_request_starts_a_listener_that_has_died(heard, settings, rf, method):
    settings.DELIVERY = "thread"
    ring_and_wait()
    bell.ring_after_request(lambda _request: HttpResponse())(rf.generic(method, "/"))
    bell._listener.join(5)
    assert heard == ["swept", "swept"]


def test_nobody_listens_where_delivery_is_off(heard):
    bell.ring()
    assert bell._listener is None


@pytest.mark.parametrize(("method", "rings"), [("GET", 0), ("HEAD", 0), ("POST", 1), ("DELETE", 1)])
def test_a_request_rings_when_it_may_have_changed_something(rf, monkeypatch, method, rings):
    rung: list[int] = []
    monkeypatch.setattr(bell, "ring", lambda: rung.append(1))
    bell.ring_after_request(lambda _request: HttpResponse())(rf.generic(method, "/"))
    assert len(rung) == rings


def test_a_request_does_not_wait_for_a_queue_that_hangs(monkeypatch, settings):
    settings.DELIVERY = "celery"
    released = threading.Event()
    monkeypatch.setattr(bell, "_listener", None)
    monkeypatch.setattr(bell, "wake_worker", released.wait)
    began = time.perf_counter()
    bell.ring()
    assert time.perf_counter() - began < 0.1
    released.set()


def test_a_database_that_is_away_is_waited_for(heard, monkeypatch, settings):
    settings.DELIVERY = "thread"
    calls: list[str] = []

    def sweep() -> None:
        calls.append("sweep")
        raise Ended if len(calls) > 1 else DatabaseError

    monkeypatch.setattr(delivery, "sweep", sweep)
    monkeypatch.setattr(bell, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(time, "sleep", calls.append)
    ring_and_wait()
    assert calls == ["sweep", 1, "sweep"]


def test_the_hourly_chores_throw_away_old_drafts(forbund, rakel, moved):
    Draft.objects.create(association=forbund, author=rakel)
    with moved(31):
        tasks.hourly()
    assert not Draft.objects.exists()


def test_the_worker_sweeps(case, sanna, mailoutbox):
    tasks.sweep()
    assert len(mailoutbox) == 2


# ---- systems outside ----


@pytest.fixture
def called(monkeypatch) -> list[str]:
    """List the rounds of calls: the first has more to do, the second is the last."""
    rounds: list[str] = []

    def call_due() -> sending.Called:
        rounds.append(threading.current_thread().name)
        return sending.Called(0, 0, more=len(rounds) < 2)

    monkeypatch.setattr(bell, "_caller", None)
    monkeypatch.setattr(sending, "call_due", call_due)
    monkeypatch.setattr(sending, "is_due", lambda: True)
    return rounds


def test_a_sweep_of_the_web_process_has_systems_called_in_a_thread_that_ends(db, called):
    bell._sweep()
    bell._caller.join(5)
    assert called == ["hooks", "hooks"]
    assert not bell._caller.is_alive()


def test_a_round_that_goes_on_is_not_joined_by_another(db, called, monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(bell, "_until_called", lambda: called.append("began") or released.wait(5))
    bell._sweep(), bell._sweep()
    assert called == ["began"]
    released.set()
    bell._caller.join(5)


def test_systems_wait_for_a_database_that_is_away(db, called, monkeypatch):
    monkeypatch.setattr(sending, "call_due", lambda: called.append("away") or (_ for _ in ()).throw(DatabaseError))
    bell._sweep()
    bell._caller.join(5)
    assert called == ["away"]


def test_no_thread_is_started_where_no_system_is_to_be_told(db, called, monkeypatch):
    monkeypatch.setattr(sending, "is_due", lambda: False)
    bell._sweep()
    assert (bell._caller, called) == (None, [])


def test_the_worker_has_systems_called_in_a_task_of_their_own(db, called, monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr(tasks.call_hooks, "apply_async", lambda **_how: woken.append("woken"))
    tasks.sweep()
    assert (called, woken) == ([], ["woken"])
    tasks.call_hooks(), tasks.call_hooks()
    assert (len(called), woken) == (2, ["woken", "woken"])
