"""The proof of who was told, on a case's page."""

from __future__ import annotations

from typing import Any

from django import template

from cases.models import Case
from cases.querysets import Actor
from notifications.access import proven_to
from notifications.proof import words_about

register = template.Library()

UNFOLDED = 5


@register.inclusion_tag("notifications/_proof.html")
def proof_of(case: Case, user: Actor) -> dict[str, Any]:
    """Show who was told what about the case, to its coordinators alone."""
    if case.association_id not in proven_to(user):
        return {}
    words = words_about(case)
    return {"shown": True, "newest": words[:UNFOLDED], "older": words[UNFOLDED:], "association": case.association}
