"""Drafts: kept for their author alone, and gone after 30 days."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from cases import clocks
from cases.models import Association, Draft, User
from cases.services.guarding import guarded

# What a form may leave in a draft; a hostile form cannot fill the table.
FIELDS_MOST = 40


def save_draft(
    association: Association, *, author: User, key: uuid.UUID, fields: Mapping[str, str | list[str]]
) -> Draft:
    """Keep what has been written so far. Raises PersonalDataFound before anything is kept."""
    kept = dict(list(fields.items())[:FIELDS_MOST])
    texts = guarded({name: value for name, value in kept.items() if isinstance(value, str)})
    draft, _ = Draft.objects.update_or_create(
        key=key,
        author=author,
        association=association,
        defaults={"fields": {**kept, **texts}, "updated_at": clocks.now()},
    )
    return draft


def discard_draft(draft: Draft, *, author: User) -> None:
    """Throw one's own draft away."""
    Draft.objects.filter(pk=draft.pk, author=author).delete()


def expire_drafts() -> int:
    """Delete drafts past their 30 days; return how many."""
    gone, _ = Draft.objects.run_out().delete()
    return gone
