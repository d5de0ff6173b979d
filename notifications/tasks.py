"""What the worker does when the clock, or a web process, rings."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from types import TracebackType

import structlog
from celery import Task, shared_task
from django.core.management import call_command
from django.db import close_old_connections, connection
from kombu.exceptions import OperationalError
from redis import RedisError

from cases import changes
from cases.services import chase, expire_drafts, fill_coming, freeze_due_packs
from notifications import delivery, rounds
from notifications.hooks import sending
from notifications.news import put_away_opened

log = structlog.get_logger("notifications")

# A wake-up that waited this long is overtaken by the clock's own.
WAKE_SECONDS = 30


@shared_task
def sweep() -> None:
    """Send what waits; call for the next worker when there is more than one sweep takes, and for systems outside."""
    if delivery.sweep().more:
        wake()
    if sending.is_due():
        _wake(call_hooks)


@shared_task
def call_hooks() -> None:
    """Tell the systems outside what they are to know: apart, so that a slow one holds up no letter."""
    if sending.call_due().more:
        _wake(call_hooks)


def wake() -> bool:
    """Have a worker sweep; tell whether the call went through."""
    return _wake(sweep)


def _wake(task: Task) -> bool:
    try:
        task.apply_async(retry=False, expires=WAKE_SECONDS)
    except (OperationalError, RedisError, OSError):
        log.warning("worker not woken", exc_info=True)
        return False
    return True


def _clear_sessions() -> None:
    call_command("clearsessions")


# What belongs to an hour, in this order.
CHORES: tuple[Callable[[], object], ...] = (
    chase,
    fill_coming,
    freeze_due_packs,
    rounds.ask_to_confirm,
    rounds.tell_of_packs,
    expire_drafts,
    changes.settle,
    put_away_opened,
    _clear_sessions,
)


@shared_task(soft_time_limit=900, time_limit=960)
def hourly() -> None:
    """Give the reminders whose day has come and word of what the calendar brings; put and throw away what is over.

    A chore that fails stops no other; its error is raised when all have had their turn, and the round is not noted.
    """
    with ExitStack() as turns:
        for chore in reversed(CHORES):
            turns.push(partial(_take_turn, chore))
    rounds.note_round()


def _take_turn(
    chore: Callable[[], object],
    kind: type[BaseException] | None,
    error: BaseException | None,
    trace: TracebackType | None,
) -> None:
    """Do a chore, whatever went wrong with those before it; not if the program is told to end."""
    if kind is not None and not issubclass(kind, Exception):
        return
    done = False
    try:
        chore()
        done = True
    finally:
        if not done:
            log.error("chore failed", chore=chore.__name__)
            # What broke with it goes, so that the next has a connection that works.
            if not connection.in_atomic_block:
                close_old_connections()
