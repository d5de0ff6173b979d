"""From what has happened to word of it: a row for each recipient and channel, as each recipient wants it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Any

from cases import clocks
from cases.models import Association, Event, User
from notifications.kinds import KINDS
from notifications.models import Cadence, Channel, Delivery, Desk, Kind, Preference, State
from notifications.recipients import Recipient, Word, word_of
from notifications.schedule import in_daytime, next_slot

# What a digest is about: when it leaves, in UTC.
_DIGEST = "digest:%Y-%m-%dT%H%MZ"


def slot_of(about: str) -> dt.datetime:
    """Return when a digest should leave, by what it is about."""
    return dt.datetime.strptime(about, _DIGEST).replace(tzinfo=clocks.UTC)


def tell(event: Event) -> None:
    """Make word of an event to everybody who is told of it."""
    _make(word_of(event), event.case.association, {"event": event})


def announce(
    kind: Kind, *, about: str, to: Iterable[Recipient], association: Association, desks: Iterable[Desk] = ()
) -> None:
    """Make word that no event on a case gave rise to.

    The same `about` to the same address is made once, however often this is called.
    """
    word = Word([(recipient, kind) for recipient in to], [(desk, kind) for desk in desks])
    _make(word, association, {"about": about, "association": association})


def _make(word: Word, association: Association, cause: dict[str, Any]) -> None:
    now = clocks.now()
    wishes = _wishes(word.people)
    rows = [row for recipient, kind in word.people for row in _rows(recipient, kind, wishes, now, cause)]
    rows += _to_systems(word, association, now, cause)
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)


def _to_systems(word: Word, association: Association, now: dt.datetime, cause: dict[str, Any]) -> Iterator[Delivery]:
    """Make word to the systems of the desks that are told: at once, since no machine sleeps."""
    hooks = association.hooks.all() if word.desks else ()
    for desk, kind in word.desks:
        for hook in hooks:
            if hook.hears(desk, kind):
                yield hook.word(**cause, kind=kind, created_at=now, not_before=now)


def _wishes(told: list[tuple[Recipient, Kind]]) -> dict[tuple[int, str], Cadence]:
    people = {recipient.user.pk for recipient, _ in told if recipient.user}
    if not people:
        return {}
    asked = Preference.objects.filter(user__in=people, kind__in={kind for _, kind in told})
    return {(user, kind): Cadence(cadence) for user, kind, cadence in asked.values_list("user", "kind", "cadence")}


def _rows(
    recipient: Recipient,
    kind: Kind,
    wishes: dict[tuple[int, str], Cadence],
    now: dt.datetime,
    cause: dict[str, Any],
) -> Iterable[Delivery]:
    common = {**cause, "kind": kind, "user": recipient.user, "address": recipient.address, "created_at": now}
    if recipient.user is not None:
        yield Delivery(**common, channel=Channel.APP, state=State.SENT, sent_at=now, not_before=now)
    wish = wishes.get((recipient.user.pk, kind), Cadence.AT_ONCE) if recipient.user else Cadence.AT_ONCE
    if wish == Cadence.OFF and not KINDS[kind].duty:
        yield Delivery(**common, state=State.SUPPRESSED, why="off", not_before=now)
    elif wish in (Cadence.DAILY, Cadence.WEEKLY) and recipient.user is not None:
        digest = _digest(recipient.user, next_slot(wish, now), now)
        yield Delivery(**common, carried_by=digest, not_before=digest.not_before)
    else:
        yield Delivery(**common, not_before=in_daytime(now) if KINDS[kind].by_clock else now)


def _digest(user: User, slot: dt.datetime, now: dt.datetime) -> Delivery:
    """Return the letter that collects what the person gets at a time; it is made with the first that it carries."""
    digest, _ = Delivery.objects.get_or_create(
        event=None,
        about=slot.strftime(_DIGEST),
        channel=Channel.MAIL,
        address=user.email,
        defaults={"kind": Kind.DIGEST, "user": user, "not_before": slot, "created_at": now},
    )
    return digest
