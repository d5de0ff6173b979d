"""Sends the word that is due to systems outside, apart from the letters.

Each host is a line of its own: one call at a time, and as many hosts side by side as there are threads. The threads
call and nothing else; what the database has to know is written here. A system that fails is left alone for a while,
one that fails for days is switched off. What is about to leave is judged as a letter is.
"""

from __future__ import annotations

import datetime as dt
import queue
import threading
import time
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime

import structlog
from django.conf import settings
from django.db.models import F, Q

from cases import clocks
from notifications import claims
from notifications.claims import AHEAD_MOST, held, mark, surely
from notifications.hooks.calling import Answer, NotTaken, call
from notifications.hooks.message import body_of, message_id
from notifications.hooks.signing import signature_headers
from notifications.models import TRIAL, UNSENT, Channel, Delivery, DeliveryQuerySet, Hook, OffWhy, State
from notifications.overtaken import why_void

log = structlog.get_logger("notifications")

# Of all calls, and of those to one host, in a round.
LIMIT, HOST_LIMIT = 500, 100
# Hosts that are called side by side.
LINES = 8
# No call begins later in a round, which must end before Celery ends it.
ROUND_SECONDS = 15
# For how much longer than a call may take its thread is waited for: looking up a name knows no time.
GRACE_SECONDS = 3

# What was tried this many times in vain is given up.
ATTEMPTS_MOST = len(settings.WEBHOOK_RETRY_SECONDS) + 1
# A system that has taken nothing for so long, and at so many calls, is switched off.
FAILING_MOST, FAILURES_LEAST = dt.timedelta(days=5), 10
# One that has failed so often, and answers again, gets at once what waits for it.
CAME_BACK_AFTER = 3
# The least and the most that a receiver may ask us to wait, in seconds.
WAIT_LEAST, WAIT_MOST = 60, 6 * 3600
MAY_WAIT = (429, 503)
GONE = 410


@dataclass(frozen=True)
class Called:
    """What a round did, and whether it stopped with more to do."""

    sent: int
    failed: int
    more: bool


def call_due() -> Called:
    """Tell the systems outside what they are to know by now."""
    _undo_a_clock_that_was_ahead()
    _give_up_on_crashed()
    _pass_over_switched_off()
    return _Round().run()


def due(moment: dt.datetime) -> DeliveryQuerySet:
    """Return the word that waits for nobody but us since a moment."""
    return _words().filter(_may_leave(moment), state__in=UNSENT)


def is_due() -> bool:
    """Tell whether a round would have something to do."""
    now, ahead = clocks.now(), clocks.now() + AHEAD_MOST
    over = Q(not_before__lte=now) & (Q(attempts__gte=ATTEMPTS_MOST) | Q(hook__is_on=False))
    wrong = Q(not_before__gt=ahead) | Q(hook__paused_until__gt=ahead)
    return _words().filter(over | wrong | _may_leave(now), state__in=UNSENT).exists()


def lease() -> dt.timedelta:
    """Return how long a claim holds."""
    return dt.timedelta(seconds=settings.WEBHOOK_LEASE_SECONDS)


def _words() -> DeliveryQuerySet:
    return Delivery.objects.filter(channel=Channel.HOOK)


def _may_leave(now: dt.datetime) -> Q:
    """Match word that may leave now. A trial also goes to a system that is off or left alone: to see if it is well."""
    rested = Q(hook__paused_until__isnull=True) | Q(hook__paused_until__lte=now)
    may = Q(kind=TRIAL) | Q(rested, hook__is_on=True)
    return Q(may, not_before__lte=now, attempts__lt=ATTEMPTS_MOST)


@dataclass(frozen=True)
class _Outcome:
    """How a call went: what was answered, or a code for why nothing was."""

    answer: Answer | None
    why: str = ""


@dataclass
class _Round:
    """One round: the calls that are out, and what has come back from them."""

    until: float = field(default_factory=lambda: time.monotonic() + ROUND_SECONDS)
    out: dict[int, tuple[Delivery, float]] = field(default_factory=dict)
    back: queue.SimpleQueue[tuple[int, _Outcome]] = field(default_factory=queue.SimpleQueue)
    begun: dict[str, int] = field(default_factory=dict)
    sent: int = 0
    failed: int = 0

    def run(self) -> Called:
        while self._begin_more() or self.out:
            self._take_in()
        more = self._is_over() or any(count >= HOST_LIMIT for count in self.begun.values())
        return Called(self.sent, self.failed, more and is_due())

    def _is_over(self) -> bool:
        return time.monotonic() > self.until or sum(self.begun.values()) >= LIMIT

    def _begin_more(self) -> bool:
        """Call on every free line; tell whether any call was begun."""
        begun = False
        while len(self.out) < LINES and not self._is_over():
            delivery = _claimed([host for host, count in self.begun.items() if count >= HOST_LIMIT])
            if delivery is None:
                break
            begun = self._begin(delivery) or begun
        return begun

    def _begin(self, delivery: Delivery) -> bool:
        hook = _hook_of(delivery)
        self.begun[hook.host] = self.begun.get(hook.host, 0) + 1
        if why := "" if delivery.kind == TRIAL else why_void(delivery, None):
            mark([held(delivery)], state=State.SUPPRESSED, why=why, claim="")
            return False
        # Ours still, and counted before it leaves: a call that ends the process does not do so for ever.
        if not held(delivery).update(attempts=F("attempts") + 1, not_before=clocks.now() + lease()):
            return False
        delivery.attempts += 1
        body = body_of(delivery, hook)
        headers = signature_headers(hook, message_id(delivery, hook), body)
        caller = threading.Thread(
            target=self._call, args=(delivery.pk, hook.address, body, headers), name="hook", daemon=True
        )
        self.out[delivery.pk] = (delivery, time.monotonic() + settings.WEBHOOK_SECONDS + GRACE_SECONDS)
        caller.start()
        return True

    def _call(self, key: int, address: str, body: bytes, headers: dict[str, str]) -> None:
        """Call, in a thread of its own."""
        try:
            outcome = _Outcome(call(address, body, headers))
        except NotTaken as error:
            outcome = _Outcome(None, str(error))
        self.back.put((key, outcome))

    def _take_in(self) -> None:
        """Wait for the next call to end, or to be overdue, and note how it went."""
        if not self.out:
            return
        first = min(overdue for _, overdue in self.out.values())
        try:
            key, outcome = self.back.get(timeout=max(0, first - time.monotonic()))
        except queue.Empty:
            key = next(key for key, (_, overdue) in self.out.items() if overdue == first)
            outcome = _Outcome(None, "hook_timeout")
        # What comes back after that is nobody's.
        if found := self.out.pop(key, None):
            if _note(found[0], outcome):
                self.sent += 1
            else:
                self.failed += 1


def _claimed(full: list[str]) -> Delivery | None:
    """Take hold of the next word: what was tried least first, on a line that nobody is using."""
    busy = _words().filter(state=State.CLAIMED, not_before__gt=clocks.now()).values("hook__host")
    free = due(clocks.now()).exclude(hook__host__in=busy).exclude(hook__host__in=full)
    mine = claims.claim(free, 1, order=("attempts", "not_before", "pk"), lease=lease())
    return mine.select_related("event__case", "event__reminder__event", "hook__association").first()


def _hook_of(delivery: Delivery) -> Hook:
    assert delivery.hook is not None
    return delivery.hook


# ---- how it went ----


def _note(delivery: Delivery, outcome: _Outcome) -> bool:
    """Note how a call went; tell whether it was taken."""
    hook, answer = _hook_of(delivery), outcome.answer
    if answer is not None and 200 <= answer.status < 300:
        _taken(delivery, hook)
        return True
    why = outcome.why if answer is None else f"hook_answer {answer.status}"
    log.warning("hook did not take", hook=hook.pk, delivery=delivery.pk, attempts=delivery.attempts, why=why)
    if delivery.kind == TRIAL:
        mark([held(delivery)], state=State.FAILED, why=why, claim="")
    else:
        _not_taken(delivery, hook, why, answer)
    return False


def _taken(delivery: Delivery, hook: Hook) -> None:
    now = clocks.now()

    def write() -> None:
        held(delivery).update(state=State.SENT, sent_at=now, why="", claim="")
        well = {"failures": 0, "failing_since": None, "paused_until": None}
        Hook.objects.filter(pk=hook.pk).update(last_sent_at=now, **well)
        if hook.failures >= CAME_BACK_AFTER:
            _words().filter(hook=hook, state=State.RETRYING, not_before__gt=now).update(not_before=now)

    surely(write)


def _not_taken(delivery: Delivery, hook: Hook, why: str, answer: Answer | None) -> None:
    """Put the word off, or give it up, and leave the system alone for a while, or for good."""
    now = clocks.now()
    asked = _asked_to_wait(answer)
    gone = answer is not None and answer.status == GONE

    def write() -> None:
        fate = {"why": why, "claim": ""}
        if gone or delivery.attempts >= ATTEMPTS_MOST:
            held(delivery).update(state=State.FAILED, **fate)
        else:
            wait = max(asked, settings.WEBHOOK_RETRY_SECONDS[delivery.attempts - 1])
            held(delivery).update(state=State.RETRYING, not_before=now + dt.timedelta(seconds=wait), **fate)
        fresh = Hook.objects.select_for_update().get(pk=hook.pk)
        fresh.failures += 1
        fresh.failing_since = fresh.failing_since or now
        fresh.last_failed_at, fresh.last_why = now, why
        pauses = settings.WEBHOOK_PAUSE_SECONDS
        pause = asked or pauses[min(fresh.failures, len(pauses)) - 1]
        fresh.paused_until = now + dt.timedelta(seconds=pause)
        fresh.save(update_fields=["failures", "failing_since", "last_failed_at", "last_why", "paused_until"])
        if gone:
            switch_off(fresh, OffWhy.GONE)
        elif fresh.failures >= FAILURES_LEAST and now - fresh.failing_since > FAILING_MOST:
            switch_off(fresh, OffWhy.FAILING)

    surely(write)


def _asked_to_wait(answer: Answer | None) -> float:
    """Return how many seconds a receiver asks us to wait, within our limits; 0 where it does not say."""
    if answer is None or answer.status not in MAY_WAIT or not answer.retry_after:
        return 0
    seconds = _seconds(answer.retry_after)
    return min(max(seconds, WAIT_LEAST), WAIT_MOST) if seconds else 0


def _seconds(said: str) -> float:
    """Read a Retry-After (RFC 9110): seconds, or a moment."""
    if said.isascii() and said.isdigit():
        return float(said)
    try:
        moment = parsedate_to_datetime(said)
    except ValueError:
        return 0
    return (moment.replace(tzinfo=moment.tzinfo or clocks.UTC) - clocks.now()).total_seconds()


def switch_off(hook: Hook, why: OffWhy) -> None:
    """Send nothing more to a system, nor what waits for it."""
    now = clocks.now()
    if Hook.objects.filter(pk=hook.pk, is_on=True).update(is_on=False, off_why=why, off_at=now):
        log.error("hook switched off", hook=hook.pk, why=why.value)
    _pass_over_switched_off()


# ---- what was left behind ----


def _pass_over_switched_off() -> None:
    """Close the word to systems that are off, but for what is on its way this moment."""
    waiting = Q(state__in=[State.WAITING, State.RETRYING]) | Q(state=State.CLAIMED, not_before__lte=clocks.now())
    over = _words().filter(waiting, hook__is_on=False).exclude(kind=TRIAL)
    over.update(state=State.SUPPRESSED, why="hook_off", claim="")


def _give_up_on_crashed() -> None:
    """Close the word whose last attempt ended with the process."""
    gone = _words().filter(state__in=UNSENT, attempts__gte=ATTEMPTS_MOST, not_before__lte=clocks.now())
    if count := gone.update(state=State.FAILED, why="crashed", claim=""):
        log.error("word to hooks given up", count=count, why="crashed")


def _undo_a_clock_that_was_ahead() -> None:
    if count := claims.undo_a_clock_that_was_ahead(_words()):
        log.warning("word to hooks put off by a wrong clock", count=count)
    Hook.objects.filter(paused_until__gt=clocks.now() + AHEAD_MOST).update(paused_until=None)
