"""The lock around a pattern, and the log of what happens to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from cases.codes import Role
from cases.models import Pattern, PatternEvent, User
from cases.querysets import Actor


def hold_pattern(pattern: Pattern) -> Pattern:
    """Lock a pattern for the rest of the transaction, and return it as it stands now."""
    rows = Pattern.objects.select_for_update(of=("self",), no_key=True).select_related("association")
    return rows.get(pk=pattern.pk)


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
