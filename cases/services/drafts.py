"""Drafts: kept for their author alone, and gone after 30 days."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from cases import clocks
from cases.errors import MoveNotAllowed
from cases.models import Association, Draft, User
from cases.services.guarding import guarded
from cases.text import clean

# What a form may leave in a draft; a hostile form cannot fill the table.
FIELDS_MOST = 40


def save_draft(
    association: Association, *, author: User, key: uuid.UUID, fields: Mapping[str, str | list[str]]
) -> Draft:
    """Keep what has been written so far.

    Raises PersonalDataFound before anything is kept, and MoveNotAllowed for a key that somebody else has.
    """
    kept = {
        clean(name): value if isinstance(value, str) else [clean(one) for one in value]
        for name, value in list(fields.items())[:FIELDS_MOST]
    }
    texts = guarded({name: value for name, value in kept.items() if isinstance(value, str)})
    # Lists of choices and the fields' names come from the browser too, and are as free as any text.
    guarded({name: "\n".join(value) for name, value in kept.items() if not isinstance(value, str)})
    guarded({"fields": "\n".join(kept)})
    if Draft.objects.filter(key=key).exclude(author=author, association=association).exists():
        raise MoveNotAllowed("Utkastet kunde inte sparas. Ladda om sidan.", code="wrong_draft")
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
