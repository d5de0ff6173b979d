"""Drains the outbox, and sends the letters that are due.

A row has one holder at a time, and what a crash leaves behind is free again when its time has passed. So a letter is
sent at least once, and twice only where the mail server had taken it just before the crash; then with the same
Message-ID. What goes to systems leaves apart, in `notifications.hooks`.
"""

from __future__ import annotations

import datetime as dt
import re
import smtplib
import time
from collections.abc import Iterator
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import F, Prefetch, Q, QuerySet, prefetch_related_objects

from cases import clocks
from cases.models import Outbox, User
from cases.services import note_bounce
from notifications import claims
from notifications.claims import AHEAD_MOST, held, mark
from notifications.filling import slot_of, tell
from notifications.letters import Words, compose, words_of
from notifications.models import UNSENT, Channel, Delivery, Kind, State
from notifications.overtaken import why_void

log = structlog.get_logger("notifications")

LIMIT = 500
# A sweep must end before Celery ends it, and a claim must outlast the slowest sending of one letter.
SWEEP_SECONDS = 30
# Letters that are claimed together, and go over one connection: some servers hang up after a hundred.
BATCH = 25
# So many faults of the server in a row say that the next letter will fare no better.
FAULTS_MOST = 3

# What was tried this many times in vain is left for a person to look at.
ATTEMPTS_MOST = len(settings.LETTER_RETRY_SECONDS) + 1
# A word that nobody can make a letter of is tried again all the same, at last this many leases apart: once the fault is
# mended, it leaves by itself.
WORD_LEASES_MOST = 12
# For how long a mail server may go on failing before what it fails with is given up.
SERVER_MOST = dt.timedelta(days=7)
# What a mail server says of itself and of its policy (RFC 3463), also where it is asked about an address.
SAID_OF_ITSELF = re.compile(rb"[45]\.[37]\.")


@dataclass(frozen=True)
class Swept:
    """What a sweep did, and whether it stopped at its limit with more to do."""

    drained: int
    sent: int
    failed: int
    more: bool


def sweep(limit: int = LIMIT) -> Swept:
    """Make word of what waits in the outbox, and send the letters that are due, at most `limit` of each."""
    until = time.monotonic() + SWEEP_SECONDS
    _undo_a_clock_that_was_ahead()
    drained = [_drain(row) for row in _claimed_words(limit, until)]
    _let_late_comers_go()
    _give_up_on_crashed()
    ends = [*_send_due(limit, until)]
    return Swept(
        drained=sum(drained),
        sent=ends.count(State.SENT),
        failed=ends.count(State.FAILED) + ends.count(State.RETRYING),
        more=max(len(drained), len(ends)) >= limit or time.monotonic() > until,
    )


def lease() -> dt.timedelta:
    """Return how long a claim holds."""
    return dt.timedelta(seconds=settings.LETTER_LEASE_SECONDS)


# ---- from the outbox to letters ----


def _claimed_words(limit: int, until: float) -> Iterator[Outbox]:
    """Take hold of words that wait, one at a time; some are read together, since an event never changes."""
    now = clocks.now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lte=now)
    rows = Outbox.objects.filter(free, drained_at__isnull=True)
    keys = list(rows.values_list("pk", flat=True)[:limit])
    for place in range(0, len(keys), BATCH):
        for row in _words().filter(pk__in=keys[place : place + BATCH]):
            if time.monotonic() > until:
                return
            later = clocks.now() + lease() * min(2**row.attempts, WORD_LEASES_MOST)
            # Committed before anything is done with it: a row that makes the program fail does not hold up the others.
            if rows.filter(pk=row.pk).update(claimed_until=later, attempts=F("attempts") + 1) == 1:
                yield row


def _words() -> QuerySet[Outbox]:
    return Outbox.objects.select_related(
        "event__case__association", "event__case__reporter", "event__function__member", "event__concern__member"
    ).prefetch_related("event__case__association__hooks")


def _drain(row: Outbox) -> bool:
    """Make word of one event, once whatever happens."""
    with transaction.atomic(durable=True):
        if not Outbox.objects.filter(pk=row.pk, drained_at__isnull=True).update(drained_at=clocks.now()):
            return False
        tell(row.event)
    return True


# ---- from letters to the mail server ----


def _send_due(limit: int, until: float) -> Iterator[State]:
    """Send what is due, some at a time; yield how it went with each.

    Ends when the mail server cannot be reached or fails again and again: that is no fault of the letters that wait,
    and costs them no attempt.
    """
    faults = left = 0
    readers: dict[int, User] = {}
    for _ in range(0, limit, BATCH):
        claimed = _claim(min(BATCH, limit - left), clocks.now())
        _share(claimed, readers)
        left += len(claimed)
        # Asked for once for all of them.
        words = words_of(claimed)
        with _Line() as line:
            for number, delivery in enumerate(claimed):
                if time.monotonic() > until or faults >= FAULTS_MOST or not line.is_open():
                    claims.release(claimed[number:])
                    return
                # Ours still, and from now on for as long as one letter takes.
                if not held(delivery).update(attempts=F("attempts") + 1, not_before=clocks.now() + lease()):
                    continue
                delivery.attempts += 1
                end = _send(delivery, line, words[delivery.pk])
                faults = faults + 1 if end == State.RETRYING and not line.alive else 0
                yield end
        if len(claimed) < BATCH:
            return


def _claim(number: int, now: dt.datetime) -> list[Delivery]:
    """Take hold of letters that are due, the oldest first; nobody else gets them while the claim holds."""
    free = Delivery.objects.filter(
        channel=Channel.MAIL,
        state__in=UNSENT,
        carried_by__isnull=True,
        not_before__lte=now,
        attempts__lt=ATTEMPTS_MOST,
    )
    mine = claims.claim(free, number, order=("not_before", "pk"), lease=lease()).order_by("created_at", "pk")
    return list(mine.select_related("event__case", "event__reminder__event", "association", "user"))


def _share(claimed: list[Delivery], readers: dict[int, User]) -> None:
    """Give all letters of a sweep to the same person one object, so that what they are is read once."""
    for delivery in claimed:
        if delivery.user is not None:
            delivery.user = readers.setdefault(delivery.user.pk, delivery.user)


def _send(delivery: Delivery, line: _Line, words: Words) -> State:
    if why := _why_not(delivery):
        _settle(delivery, State.SUPPRESSED, why=why)
        return State.SUPPRESSED
    try:
        compose(delivery, line.backend, words=words).send()
    except (smtplib.SMTPException, OSError) as error:
        if _is_the_servers(error):
            # The line may be in any state; the next letter gets a new one.
            line.drop()
            return _put_off(delivery, error)
        return _refused(delivery, error)
    _settle(delivery, State.SENT, sent_at=clocks.now())
    return State.SENT


def _why_not(delivery: Delivery) -> str:
    """Say why a letter shall not leave after all; nothing if it shall."""
    if delivery.user is not None and not delivery.user.is_active:
        return "no_account"
    return _sort_out(delivery) if delivery.kind == Kind.DIGEST else why_void(delivery, delivery.user)


def _sort_out(digest: Delivery) -> str:
    """Leave in a digest what still stands and its reader may still read."""
    waiting = digest.carries.filter(state=State.WAITING).order_by("created_at", "pk")
    kept = []
    for delivery in waiting.select_related("event__case", "event__reminder__event"):
        if why := why_void(delivery, digest.user):
            _settle(delivery, State.SUPPRESSED, why=why)
        else:
            kept.append(delivery.pk)
    prefetch_related_objects([digest], Prefetch("carries", waiting.filter(pk__in=kept).select_related("event__case")))
    return "" if kept else "empty"


def _is_the_servers(error: Exception) -> bool:
    """Tell whether a fault says nothing of the letter and its address: the next letter would meet it too."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code == 421 or SAID_OF_ITSELF.match(words) for code, words in error.recipients.values())
    return not (isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= 500)


def _put_off(delivery: Delivery, error: Exception) -> State:
    """Wait for the server, which costs the letter no attempt; the longer it has waited, the longer until the next."""
    why = _code(error)
    due = slot_of(delivery.about) if delivery.kind == Kind.DIGEST else delivery.created_at
    age = clocks.now() - due
    # Not at the first fault that it meets: it may have waited for us.
    if delivery.why and age > SERVER_MOST:
        return _give_up(delivery, why)
    least, most = settings.LETTER_SERVER_RETRY_SECONDS
    seconds = min(max(age.total_seconds(), least), most)
    return _retry(delivery, why, seconds, attempts=F("attempts") - 1)


def _refused(delivery: Delivery, error: Exception) -> State:
    """Give up on an address that does not exist; try one later that is only busy."""
    why = _code(error)
    answers = error.recipients.values() if isinstance(error, smtplib.SMTPRecipientsRefused) else []
    if answers and all(code >= 500 for code, _ in answers):
        # As good as a letter that came back: whoever sends there next is told.
        note_bounce(delivery.address)
        return _give_up(delivery, why)
    if delivery.attempts >= ATTEMPTS_MOST:
        return _give_up(delivery, why)
    return _retry(delivery, why, settings.LETTER_RETRY_SECONDS[delivery.attempts - 1])


def _retry(delivery: Delivery, why: str, seconds: float, **fields: object) -> State:
    later = clocks.now() + dt.timedelta(seconds=seconds)
    mark([held(delivery)], state=State.RETRYING, claim="", not_before=later, why=why, **fields)
    log.warning("letter not sent", delivery=delivery.pk, attempts=delivery.attempts, why=why)
    return State.RETRYING


def _give_up(delivery: Delivery, why: str) -> State:
    _settle(delivery, State.FAILED, why=why)
    log.error("letter given up", delivery=delivery.pk, why=why)
    return State.FAILED


def _code(error: Exception) -> str:
    """Name the fault without the server's words, which quote addresses."""
    name, code = type(error).__name__, getattr(error, "smtp_code", None)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code = next((answer[0] for answer in error.recipients.values()), None)
        # Of the address only where the server spoke of that.
        name = "SMTPResponseException" if _is_the_servers(error) else name
    return f"{name} {code or ''}".strip()


def _settle(delivery: Delivery, state: State, *, why: str = "", sent_at: dt.datetime | None = None) -> None:
    """Note how it ended with a letter, and with what a digest carried."""
    parts = [held(delivery) if delivery.claim else Delivery.objects.filter(pk=delivery.pk)]
    carried = [one.pk for one in delivery.carries.all()] if delivery.kind == Kind.DIGEST else []
    if carried:
        parts.append(Delivery.objects.filter(pk__in=carried, state=State.WAITING))
    mark(parts, state=state, why=why, sent_at=sent_at, claim="")


def _let_late_comers_go() -> None:
    """Send by itself what was put to a digest while that was leaving."""
    late = Delivery.objects.filter(carried_by__isnull=False, state=State.WAITING)
    late.exclude(carried_by__state__in=UNSENT).update(carried_by=None)


def _give_up_on_crashed() -> None:
    """Close the letters whose last attempt ended with the process."""
    letters = Delivery.objects.filter(channel=Channel.MAIL, carried_by__isnull=True, state__in=UNSENT)
    gone = letters.filter(attempts__gte=ATTEMPTS_MOST, not_before__lte=clocks.now())
    if count := gone.update(state=State.FAILED, why="crashed"):
        log.error("letters given up", count=count, why="crashed")


def _undo_a_clock_that_was_ahead() -> None:
    """Let go what was put off by a clock that has been set back since, by a day or by years."""
    ahead = clocks.now() + AHEAD_MOST
    Outbox.objects.filter(drained_at__isnull=True, claimed_until__gt=ahead).update(claimed_until=None)
    letters = Delivery.objects.filter(channel=Channel.MAIL, carried_by__isnull=True)
    if count := claims.undo_a_clock_that_was_ahead(letters):
        log.warning("letters put off by a wrong clock", count=count)


class _Line:
    """The connection to the mail server, opened when it is needed and anew when it has broken."""

    def __init__(self) -> None:
        self.backend: BaseEmailBackend = mail.get_connection()
        self.alive = False

    def __enter__(self) -> _Line:
        return self

    def __exit__(self, *_error: object) -> None:
        self.drop()

    def is_open(self) -> bool:
        """Tell whether the server answers, on a new line if it has hung up."""
        if self.alive and not self._answers():
            self.drop()
        if not self.alive:
            try:
                self.backend.open()
            except (smtplib.SMTPException, OSError) as error:
                self.drop()
                log.warning("mail server out of reach", why=_code(error))
                return False
            self.alive = True
        return True

    def drop(self) -> None:
        """Hang up, whatever state the line is in."""
        self.alive = False
        try:
            self.backend.close()
        except (smtplib.SMTPException, OSError) as error:
            log.info("mail server hung up", why=_code(error))

    def _answers(self) -> bool:
        """Ask for a sign of life: a server may hang up between two letters, which is the fault of neither."""
        smtp = getattr(self.backend, "connection", None)
        if not isinstance(smtp, smtplib.SMTP):
            return True
        try:
            return smtp.noop()[0] == 250
        except (smtplib.SMTPException, OSError):
            return False
