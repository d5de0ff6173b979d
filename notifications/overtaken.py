"""What has happened since word was made that makes it void. Asked when it is about to leave, on whatever way."""

from __future__ import annotations

from cases.models import User
from cases.services import holds
from notifications.access import may_open
from notifications.models import Delivery
from notifications.recipients import still_told
from notifications.rounds import outlived


def why_void(delivery: Delivery, user: User | None) -> str:
    """Say why word shall not leave after all: its reader may not open the page, or nothing waits any more.

    A mailbox, or a system, has no reader to ask about.
    """
    event = delivery.event
    if event is None:
        return outlived(delivery, user)
    if user is not None and not may_open(delivery.kind, event, user):
        return "no_access"
    if event.verb == "remind" and not (holds(event.reminder) and still_told(delivery, event)):
        return "overtaken"
    return ""
