"""What every page tells about word: how much is unread, and to those who must know, what stands still."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cases.codes import Role
from cases.models import User
from notifications import health, news


def bell(request: HttpRequest) -> dict[str, Any]:
    """Give the pages the number of unread, and since when mail or reminders stand still; asked for only where shown."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {}
    return {
        "unread": SimpleLazyObject(lambda: news.unread_count(user)),
        "stopped": SimpleLazyObject(lambda: _stopped_for(user)),
    }


def _stopped_for(user: User) -> Any:
    told = user.is_staff or user.standing().associations(Role.COORDINATOR)
    return health.stopped_lately() if told else None
