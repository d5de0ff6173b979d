"""Which page word of a kind leads to, and whether its reader may open that."""

from __future__ import annotations

from django.urls import reverse

from cases.models import Case, Concern, Event, User
from notifications.models import Kind


def page_of(kind: str, number: str) -> str:
    """Return the path of the page that word about a case leads to: the case, or its status card."""
    return reverse("case_status" if kind == Kind.STATUS else "case", args=[number])


def may_open(kind: str, event: Event, user: User) -> bool:
    """Tell whether somebody may still open the page that word of an event leads to."""
    if kind == Kind.STATUS:
        return Concern.objects.brought_to(user).filter(case=event.case_id).exists()
    return Case.objects.visible_to(user).filter(pk=event.case_id).exists()
