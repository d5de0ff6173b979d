"""What the API keeps of its own."""

from __future__ import annotations

from typing import Any

from django.db import models

from cases import clocks


class Answer(models.Model):
    """What was answered to a request that came with an Idempotency-Key.

    Holds the hashes of the key and of the request, and an answer without free text.
    """

    key = models.CharField(max_length=64, unique=True)
    request = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers: models.JSONField[Any, Any] = models.JSONField(default=dict)
    # As it was sent: a column for JSON would put it in another order.
    body = models.TextField(blank=True)
    created_at = models.DateTimeField(default=clocks.now, db_index=True)
