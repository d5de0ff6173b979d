"""The bell: rung after a request that may have changed something, and never waited for."""

import threading
import time

import pytest
from django.db import DatabaseError
from django.http import HttpResponse

from cases.models import Draft
from notifications import bell, delivery, tasks


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
