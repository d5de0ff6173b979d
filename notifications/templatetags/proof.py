"""The proof of who was told, on a case's page."""

from __future__ import annotations

from typing import Any

from django import template

from cases.codes import Role
from cases.models import Case
from cases.querysets import Actor, roles_of
from notifications.proof import words_about

register = template.Library()

UNFOLDED = 5


@register.inclusion_tag("notifications/_proof.html")
def proof_of(case: Case, user: Actor) -> dict[str, Any]:
    """Show who was told what about the case, to its coordinators alone."""
    if Role.COORDINATOR not in roles_of(case, user):
        return {}
    words = words_about(case)
    return {"shown": True, "newest": words[:UNFOLDED], "older": words[UNFOLDED:], "association": case.association}
