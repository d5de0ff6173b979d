"""What a system is told: that something has happened, in which case, and where to read it. Nothing else leaves."""

from __future__ import annotations

import hashlib
import json

from django.conf import settings
from django.urls import reverse

from cases import clocks
from notifications.models import TRIAL, Delivery, Hook
from notifications.paths import number_of, page_of


def message_id(delivery: Delivery, hook: Hook) -> str:
    """Return the same name at every attempt, so that a receiver can tell a double; no other word has it."""
    cause = delivery.event.hash if delivery.event else delivery.about
    return f"msg_{hashlib.sha256(f'{cause}:{hook.key}'.encode()).hexdigest()[:40]}"


def body_of(delivery: Delivery, hook: Hook) -> bytes:
    """Return the body, the same at every attempt."""
    happened = delivery.event.at if delivery.event else delivery.created_at
    body = {
        "id": message_id(delivery, hook),
        "type": delivery.kind,
        "case": number_of(delivery) or None,
        "link": settings.SITE_URL + _page(delivery, hook),
        "time": happened.astimezone(clocks.UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _page(delivery: Delivery, hook: Hook) -> str:
    """Lead to the page itself: it asks whoever opens it to log in."""
    if delivery.kind == TRIAL:
        return reverse("hook", args=[hook.association.code, hook.pk])
    return page_of(delivery)
