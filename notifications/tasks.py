"""What the worker does when the clock, or a web process, rings."""

from __future__ import annotations

from celery import shared_task
from django.core.management import call_command

from cases.services import expire_drafts
from notifications import delivery


@shared_task
def sweep() -> None:
    """Send what waits."""
    delivery.sweep()


@shared_task
def hourly() -> None:
    """Throw away drafts and sessions that have run out."""
    expire_drafts()
    call_command("clearsessions")
