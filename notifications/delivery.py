"""Drains the outbox: makes a letter of each word that waits, and sends the letters that are due.

Whoever moves a row's time ahead holds the row: the update counts one row for one sweeper alone, on every database.
What a crash leaves behind is free again when that time has passed. So a letter is sent at least once, and twice
only where the mail server had taken it just before the crash; then with the same Message-ID.
"""

from __future__ import annotations

import datetime as dt
import smtplib
import time
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Q

from cases import clocks
from cases.models import Case, Outbox
from notifications.letters import compose
from notifications.models import Delivery, State
from notifications.recipients import told_of

log = structlog.get_logger("notifications")

LIMIT = 500
# A sweep must end before Celery ends it, and a lease must outlast the slowest sending of one letter.
SWEEP_SECONDS = 30
LEASE = dt.timedelta(minutes=5)

# What waits this many times in vain is left for a person to look at; the steps cover about two days.
ATTEMPTS_MOST = 10
RETRY_AFTER = [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 720, 720)]


@dataclass(frozen=True)
class Swept:
    """What a sweep did, and whether it stopped at its limit with more to do."""

    drained: int
    sent: int
    failed: int
    more: bool


def sweep(limit: int = LIMIT) -> Swept:
    """Make letters of what waits in the outbox, and send those that are due, at most `limit` of each."""
    until = time.monotonic() + SWEEP_SECONDS
    drained = [_drain(row) for row in _claimed_words(limit, until)]
    _give_up_on_crashed()
    ends = [*_send_due(limit, until)]
    return Swept(
        drained=sum(drained),
        sent=ends.count(State.SENT),
        failed=ends.count(State.FAILED),
        more=max(len(drained), len(ends)) >= limit or time.monotonic() > until,
    )


def waiting() -> dict[str, int]:
    """Count what has not left: words in the outbox, letters that wait, and those that were given up."""
    undrained = Outbox.objects.filter(drained_at__isnull=True)
    return {
        "outbox": undrained.count(),
        "stuck": undrained.filter(attempts__gte=ATTEMPTS_MOST).count(),
        "waiting": Delivery.objects.filter(state=State.WAITING).count(),
        "failed": Delivery.objects.filter(state=State.FAILED).count(),
    }


# ---- from the outbox to letters ----


def _claimed_words(limit: int, until: float) -> Iterator[int]:
    now = clocks.now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    rows = Outbox.objects.filter(free, drained_at__isnull=True, attempts__lt=ATTEMPTS_MOST)
    for pk in list(rows.values_list("pk", flat=True)[:limit]):
        if time.monotonic() > until:
            return
        # Committed before anything is done with it: a row that makes the program fail does not hold up the others.
        if rows.filter(pk=pk).update(claimed_until=clocks.now() + LEASE, attempts=F("attempts") + 1) == 1:
            yield pk


def _drain(pk: int) -> bool:
    """Make the letters of one event, once whatever happens."""
    with transaction.atomic(durable=True):
        if not Outbox.objects.filter(pk=pk, drained_at__isnull=True).update(drained_at=clocks.now()):
            return False
        row = Outbox.objects.select_related("event__case__association", "event__case__reporter", "event__function")
        event = row.get(pk=pk).event
        Delivery.objects.bulk_create(
            Delivery(event=event, kind=kind, user=recipient.user, address=recipient.address)
            for recipient, kind in told_of(event)
        )
    return True


# ---- from letters to the mail server ----


def _send_due(limit: int, until: float) -> Iterator[State]:
    """Send what is due, over one connection; yield how it went with each.

    Ends when the mail server cannot be reached: that is no fault of a letter, and costs none an attempt.
    """
    due = Delivery.objects.filter(state=State.WAITING, not_before__lte=clocks.now(), attempts__lt=ATTEMPTS_MOST)
    connection = mail.get_connection()
    try:
        for pk in list(due.order_by("not_before", "pk").values_list("pk", flat=True)[:limit]):
            if time.monotonic() > until or not _opened(connection):
                return
            if due.filter(pk=pk).update(not_before=clocks.now() + LEASE, attempts=F("attempts") + 1) == 1:
                yield _send(Delivery.objects.select_related("event__case", "user").get(pk=pk), connection)
    finally:
        _close(connection)


def _send(delivery: Delivery, connection: BaseEmailBackend) -> State:
    if not _may_still_read(delivery):
        _mark(delivery, state=State.SUPPRESSED, why="no_access")
        return State.SUPPRESSED
    try:
        compose(delivery, connection).send()
    except (smtplib.SMTPException, OSError) as error:
        # The line may be in any state; the next letter gets a new one.
        _close(connection)
        _failed(delivery, error)
        return State.FAILED
    _mark(delivery, state=State.SENT, sent_at=clocks.now(), why="")
    return State.SENT


def _may_still_read(delivery: Delivery) -> bool:
    """Tell whether the link leads its reader to a page that they may open; a mailbox has no reader to ask about."""
    user = delivery.user
    if user is None or delivery.event is None:
        return user is None or user.is_active
    return user.is_active and Case.objects.visible_to(user).filter(pk=delivery.event.case_id).exists()


def _failed(delivery: Delivery, error: Exception) -> None:
    why = _code(error)
    if delivery.attempts >= ATTEMPTS_MOST:
        _mark(delivery, state=State.FAILED, why=why)
        log.error("letter given up", delivery=delivery.pk, why=why)
    else:
        _mark(delivery, not_before=clocks.now() + RETRY_AFTER[delivery.attempts - 1], why=why)
        log.warning("letter not sent", delivery=delivery.pk, attempts=delivery.attempts, why=why)


def _code(error: Exception) -> str:
    """Name the fault without the server's words, which quote addresses."""
    code = getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((answer[0] for answer in error.recipients.values()), None)
    return f"{type(error).__name__} {code or ''}".strip()


def _mark(delivery: Delivery, **fields: object) -> None:
    Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(**fields)


def _give_up_on_crashed() -> None:
    """Close the letters whose last attempt ended with the process."""
    gone = Delivery.objects.filter(state=State.WAITING, attempts__gte=ATTEMPTS_MOST, not_before__lte=clocks.now())
    if count := gone.update(state=State.FAILED, why="crashed"):
        log.error("letters given up", count=count, why="crashed")


def _opened(connection: BaseEmailBackend) -> bool:
    try:
        connection.open()
    except (smtplib.SMTPException, OSError) as error:
        _close(connection)
        log.warning("mail server out of reach", why=_code(error))
        return False
    return True


def _close(connection: BaseEmailBackend) -> None:
    try:
        connection.close()
    except (smtplib.SMTPException, OSError) as error:
        log.info("mail server hung up", why=_code(error))
