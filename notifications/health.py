"""Whether mail leaves, systems are told and hours are kept, and what is not: for operators, a monitor, and a banner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Max, Min, Q, QuerySet

from cases import clocks
from cases.models import ContactFunction, Outbox, User
from notifications.delivery import ATTEMPTS_MOST, lease
from notifications.filling import slot_of
from notifications.hooks import sending
from notifications.kinds import KINDS
from notifications.models import (
    TRIAL,
    UNSENT,
    Channel,
    Delivery,
    DeliveryQuerySet,
    Hook,
    HourlyRound,
    Kind,
    OffWhy,
    State,
)
from notifications.schedule import in_daytime
from notifications.why import in_words, of_hook

# A restart, or a letter that is tried anew, is nothing to tell anybody about.
PATIENCE = dt.timedelta(minutes=15)
# Two rounds may fail or be late.
ROUND_PATIENCE = dt.timedelta(hours=3)
# A fault of the one that a letter goes to, and none of ours.
RECIPIENTS_FAULT = "SMTPRecipientsRefused"
KEPT_SECONDS = 30
IDS_MOST = 5
RETRY_DAYS = 7


@dataclass(frozen=True)
class Stuck:
    """Letters that did not leave for the same reason; only their numbers, never to whom."""

    state: State
    why: str
    count: int
    since: dt.datetime
    oldest: list[int]

    @property
    def reason(self) -> str:
        return in_words(self.why) or "okänt skäl"


class Stopped(NamedTuple):
    """Since when letters lie still, and since when the hourly round has not ended."""

    mail: dt.datetime | None
    round: dt.datetime | None


@dataclass(frozen=True)
class Health:
    """How it stands with the letters."""

    stopped_since: dt.datetime | None
    round_ended: dt.datetime | None
    no_round_since: dt.datetime | None
    outbox: int
    outbox_since: dt.datetime | None
    outbox_stuck: int
    stuck_events: list[int]
    due: int
    due_since: dt.datetime | None
    letters: dict[State, int]
    stuck: list[Stuck]
    last_sent: dt.datetime | None
    bounced: int

    @property
    def leaves(self) -> bool:
        return self.stopped_since is None


@dataclass(frozen=True)
class Failing:
    """A system that takes nothing; only its number, never where it is."""

    hook: int
    why: str
    since: dt.datetime

    @property
    def reason(self) -> str:
        return of_hook(self.why)


@dataclass(frozen=True)
class Hooks:
    """How it stands with the webhooks."""

    stopped_since: dt.datetime | None
    on: int
    switched_off: int
    failing: list[Failing]
    waiting: int
    last_sent: dt.datetime | None


def hooks() -> Hooks:
    """Look at the webhooks: those of others that fail, and whether we do our part."""
    found = Hook.objects.aggregate(
        on=Count("pk", filter=Q(is_on=True)),
        switched_off=Count("pk", filter=Q(is_on=False) & ~Q(off_why=OffWhy.BY_HAND)),
        last=Max("last_sent_at"),
    )
    failing = Hook.objects.on().filter(failing_since__isnull=False).order_by("failing_since", "pk")
    waiting = Delivery.objects.filter(channel=Channel.HOOK, state__in=UNSENT)
    left = sending.due(clocks.now() - PATIENCE).aggregate(first=Min("not_before"))
    return Hooks(
        stopped_since=left["first"],
        on=found["on"],
        switched_off=found["switched_off"],
        failing=[Failing(one.pk, one.last_why, one.failing_since) for one in failing if one.failing_since],
        waiting=waiting.count(),
        last_sent=found["last"],
    )


def state() -> Health:
    """Look at everything: reads every letter's state, so not for each page."""
    undrained, ended = _undrained(), _round_ended()
    stuck = undrained.filter(attempts__gte=ATTEMPTS_MOST)
    by_state = _letters().values("state").annotate(count=Count("pk"), last=Max("sent_at"))
    found = {State(row["state"]): (row["count"], row["last"]) for row in by_state.order_by()}
    return Health(
        stopped_since=stopped_since(),
        round_ended=ended,
        no_round_since=_too_long_ago(ended),
        outbox=undrained.count(),
        outbox_since=_first(undrained),
        outbox_stuck=stuck.count(),
        stuck_events=list(stuck.values_list("event", flat=True)[:IDS_MOST]),
        due=_due().count(),
        due_since=min(_due_times(_due()), default=None),
        letters={state: found[state][0] if state in found else 0 for state in State},
        stuck=list(_stuck()),
        last_sent=max((last for _, last in found.values() if last), default=None),
        bounced=sum(model.objects.filter(bounced_on__isnull=False).count() for model in (User, ContactFunction)),
    )


def does_not_leave() -> bool:
    """Tell whether something that should have left lies still."""
    return stopped_since() is not None


def stopped_since() -> dt.datetime | None:
    """Return when the first of what lies still should have left; none while mail leaves."""
    latest = clocks.now() - PATIENCE
    word = _first(_undrained())
    return min((moment for moment in [word, *_due_times(_due())] if moment and moment < latest), default=None)


def no_round_since() -> dt.datetime | None:
    """Return when the last whole hourly round ended, if that is too long ago."""
    return _too_long_ago(_round_ended())


def _too_long_ago(ended: dt.datetime | None) -> dt.datetime | None:
    return ended if ended and ended < clocks.now() - ROUND_PATIENCE else None


def stopped_lately() -> Stopped:
    """Return what had stopped at most half a minute ago: every page may ask."""
    found = cache.get("stopped")
    if found is None:
        found = (stopped_since(), no_round_since())
        cache.set("stopped", found, KEPT_SECONDS)
    return Stopped(*found)


def retry_failed(*, days: int) -> tuple[int, int]:
    """Let what was given up in the last days be tried anew; return how many words and how many letters.

    A letter that bounced is none of them: its address is what has to be mended.
    """
    now = clocks.now()
    since = now - dt.timedelta(days=days)
    words = _undrained().filter(attempts__gte=ATTEMPTS_MOST, created_at__gte=since)
    failed = Delivery.objects.filter(channel=Channel.MAIL, state=State.FAILED, created_at__gte=since)
    letters = failed.filter(carried_by__isnull=True).count()
    failed.update(state=State.WAITING, why="", attempts=0, claim="", not_before=now)
    return words.update(attempts=0, claimed_until=None), letters


def retry_hooks(*, days: int) -> int:
    """Let what systems that are on did not take in the last days be tried anew; return how many words."""
    now = clocks.now()
    given_up = Delivery.objects.filter(channel=Channel.HOOK, state=State.FAILED, hook__is_on=True).exclude(kind=TRIAL)
    lately = given_up.filter(created_at__gte=now - dt.timedelta(days=days))
    return lately.update(state=State.WAITING, why="", attempts=0, claim="", not_before=now)


def _round_ended() -> dt.datetime | None:
    return HourlyRound.objects.values_list("ended_at", flat=True).first()


def _undrained() -> QuerySet[Outbox]:
    return Outbox.objects.filter(drained_at__isnull=True)


def _first(words: QuerySet[Outbox]) -> dt.datetime | None:
    first: dt.datetime | None = words.aggregate(first=Min("created_at"))["first"]
    return first


def _letters() -> DeliveryQuerySet:
    return Delivery.objects.filter(channel=Channel.MAIL, carried_by__isnull=True)


def _due() -> DeliveryQuerySet:
    """Keep letters that should have left, and would have but for us or our mail server.

    A sweep that cannot send moves their time ahead, by no more than a claim holds.
    """
    now_or_claimed = Q(not_before__lte=clocks.now() + lease())
    unsent = _letters().filter(now_or_claimed | Q(state=State.RETRYING), state__in=UNSENT)
    return unsent.exclude(why__startswith=RECIPIENTS_FAULT)


def _due_times(letters: DeliveryQuerySet) -> Iterator[dt.datetime]:
    """Yield when the first letter of each kind should have left, as it was meant when it was made."""
    for row in letters.order_by().values("kind").annotate(first=Min("created_at"), about=Min("about")):
        if row["kind"] == Kind.DIGEST:
            yield slot_of(row["about"])
        else:
            yield in_daytime(row["first"]) if KINDS[Kind(row["kind"])].by_clock else row["first"]


def _stuck() -> Iterator[Stuck]:
    held_up = _letters().filter(state__in=[State.RETRYING, State.FAILED, State.BOUNCED])
    groups = held_up.order_by().values("state", "why").annotate(count=Count("pk"), since=Min("created_at"))
    for row in groups.order_by("-count", "state", "why"):
        keys = held_up.filter(state=row["state"], why=row["why"]).order_by("pk").values_list("pk", flat=True)
        yield Stuck(State(row["state"]), row["why"], row["count"], row["since"], list(keys[:IDS_MOST]))
