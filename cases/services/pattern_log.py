"""The lock around a pattern, and the log of what happens to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.codes import Role
from cases.models import Pattern, PatternEvent, User
from cases.querysets import Actor


def hold_patterns(*patterns: Pattern) -> dict[int, Pattern]:
    """Lock patterns for the rest of the transaction, and return them by id as they stand now.

    In one order, so that two who each need two of them do not wait for each other.
    """
    rows = Pattern.objects.select_for_update(of=("self",), no_key=True).select_related("association")
    return {row.pk: row for row in rows.filter(pk__in=[pattern.pk for pattern in patterns]).order_by("pk")}


def hold_pattern(pattern: Pattern) -> Pattern:
    """Lock one pattern."""
    return hold_patterns(pattern)[pattern.pk]


def record(pattern: Pattern, verb: str, *, actor: Actor, role: Role, at: dt.datetime, **data: Any) -> None:
    """Write the next event of a locked pattern: ids, codes and dates, never a word that somebody wrote."""
    pattern.last_seq += 1
    PatternEvent.objects.create(
        pattern=pattern,
        seq=pattern.last_seq,
        verb=verb,
        at=at,
        actor=actor if isinstance(actor, User) else None,
        actor_role=role,
        data=data,
    )
    Pattern.objects.filter(pk=pattern.pk).update(last_seq=pattern.last_seq)
