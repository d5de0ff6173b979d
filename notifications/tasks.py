"""What the worker does when the clock, or a web process, rings."""

from __future__ import annotations

import structlog
from celery import shared_task
from django.core.management import call_command
from kombu.exceptions import OperationalError
from redis import RedisError

from cases.services import chase, expire_drafts, fill_coming, freeze_due_packs
from notifications import delivery, rounds
from notifications.news import put_away_opened

log = structlog.get_logger("notifications")

# A wake-up that waited this long is overtaken by the clock's own.
WAKE_SECONDS = 30


@shared_task
def sweep() -> None:
    """Send what waits; call for the next worker when there is more than one sweep takes."""
    if delivery.sweep().more:
        wake()


def wake() -> bool:
    """Have a worker sweep; tell whether the call went through."""
    try:
        sweep.apply_async(retry=False, expires=WAKE_SECONDS)
    except (OperationalError, RedisError, OSError):
        log.warning("worker not woken", exc_info=True)
        return False
    return True


@shared_task(soft_time_limit=900, time_limit=960)
def hourly() -> None:
    """Give the reminders whose day has come and word of what the calendar brings; put and throw away what is over."""
    chase()
    fill_coming()
    freeze_due_packs()
    rounds.ask_to_confirm()
    rounds.tell_of_packs()
    expire_drafts()
    put_away_opened()
    call_command("clearsessions")
