"""The bell: what a request has queued leaves at once, and no request waits for it.

A thread of the web process listens. With DELIVERY=thread it sweeps by itself, on a small installation; with
DELIVERY=celery it wakes the worker. A lost ring costs time and nothing else: the next sweep finds what waits.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.db import DatabaseError, close_old_connections
from django.http import HttpRequest, HttpResponse

from notifications import delivery, tasks
from notifications.hooks import sending

log = structlog.get_logger("notifications")

POLL_SECONDS = 5
HOUR_SECONDS = 3600
PAUSE_MOST = 60
READS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

_rung = threading.Event()
_starting = threading.Lock()
_listener: threading.Thread | None = None
_caller: threading.Thread | None = None


def ring_after_request(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Ring when a request that may have changed something has been answered, its transactions over.

    Any request starts a listener that has died; a probe asks every few seconds, also at night.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.method in READS:
            start()
        else:
            ring()
        return response

    return middleware


def ring() -> None:
    """Have somebody look at the outbox soon; returns at once."""
    start()
    _rung.set()


def start() -> None:
    """Start the listener, also when an earlier one has died; none where nothing leaves from here."""
    global _listener  # noqa: PLW0603 (one a process)
    if settings.DELIVERY == "off":
        return
    with _starting:
        if _listener is None or not _listener.is_alive():
            work = {"thread": deliver, "celery": wake_worker}[settings.DELIVERY]
            _listener = threading.Thread(target=work, name="bell", daemon=True)
            _rung.set()  # what was left by the process before
            _listener.start()


def deliver() -> None:
    """Sweep on every ring and every few seconds, and do the hourly chores."""
    chores_at = time.monotonic()
    pause = 0
    while True:
        _rung.wait(POLL_SECONDS)
        _rung.clear()
        pause = _patiently(_sweep, pause)
        if not pause and time.monotonic() >= chores_at:
            chores_at = time.monotonic() + HOUR_SECONDS
            pause = _patiently(tasks.hourly, pause)


def wake_worker() -> None:
    """Pass every ring on to the worker, rings that come meanwhile as one; sweep here while no worker can be woken."""
    pause = 0
    while True:
        _rung.wait()
        _rung.clear()
        if not tasks.wake():
            pause = _patiently(_sweep, pause)


def _sweep() -> None:
    if delivery.sweep().more:
        _rung.set()
    if sending.is_due():
        _call_hooks()


def _call_hooks() -> None:
    """Have the systems outside called in a thread of its own, which ends with that: no letter waits for them."""
    global _caller  # noqa: PLW0603 (one a process)
    if _caller is None or not _caller.is_alive():
        _caller = threading.Thread(target=_until_called, name="hooks", daemon=True)
        _caller.start()


def _until_called() -> None:
    """Call until nothing more is due."""
    try:
        while sending.call_due().more:
            pass
    except (DatabaseError, OSError):
        log.warning("no calls now", exc_info=True)
    finally:
        close_old_connections()


def _patiently(work: Callable[[], None], pause: int) -> int:
    """Do what needs the database; while it is away, hold back for longer each time. Return the seconds held back."""
    try:
        work()
    except (DatabaseError, OSError):
        pause = min(PAUSE_MOST, max(1, 2 * pause))
        log.warning("no delivery now", pause=pause, exc_info=True)
        time.sleep(pause)
        _rung.set()
        return pause
    finally:
        # As after a request: what is broken goes, and the pool gets back what is not.
        close_old_connections()
    return 0
