"""Whether the reader of word may open the page that it leads to, and who may see the proof of it."""

from __future__ import annotations

from cases.codes import Role
from cases.models import Case, Concern, Event, User
from cases.querysets import Actor
from notifications.models import Kind


def may_open(kind: str, event: Event, user: User) -> bool:
    """Tell whether somebody may still open the page that word of an event leads to."""
    if kind == Kind.STATUS:
        return Concern.objects.brought_to(user).filter(case=event.case_id).exists()
    return Case.objects.visible_to(user).filter(pk=event.case_id).exists()


def proven_to(actor: Actor) -> frozenset[int]:
    """Return the förbund whose proof somebody may see: those that they coordinate, and none that they took over."""
    return actor.standing().associations(Role.COORDINATOR)
