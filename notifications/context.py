"""What every page tells about word: how much is unread, and to those who must know, what stands still."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cases.codes import Role
from cases.models import User
from notifications import health, news
from notifications.models import Hook


def bell(request: HttpRequest) -> dict[str, Any]:
    """Give the pages the number of unread, and what stands still to those who must know; asked for only where shown."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {
        "unread": SimpleLazyObject(lambda: news.unread_count(user)),
        "stopped": SimpleLazyObject(lambda: _stopped_for(user)),
        "hooks_off": SimpleLazyObject(lambda: _hooks_off_for(user)),
    }


def _stopped_for(user: User) -> Any:
    told = user.is_staff or user.standing().associations(Role.COORDINATOR)
    return health.stopped_lately() if told else None


def _hooks_off_for(user: User) -> list[dict[str, Any]]:
    """List the webhooks that the program has switched off, to their kansli and to those who can switch them on."""
    standing = user.standing()
    told = standing.associations(Role.ADMIN, Role.COORDINATOR)
    if not told:
        return []
    administered = standing.associations(Role.ADMIN)
    hooks = Hook.objects.stopped().filter(association__in=told).select_related("association")
    return [{"hook": hook, "may_open": hook.association_id in administered} for hook in hooks]
