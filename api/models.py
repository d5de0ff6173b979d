"""What the API keeps of its own: the keys that programs come in by, and what it has answered."""

from __future__ import annotations

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import QuerySet

from cases import clocks
from cases.models import User

NAME_LENGTH = 60
PREFIX_LENGTH = 8


class TokenQuerySet(QuerySet["Token"]):
    """Keys."""

    def working(self) -> Self:
        """Keep those that neither ran out nor were revoked."""
        return self.filter(revoked_at=None, expires_at__gt=clocks.now())


class Token(models.Model):
    """A key of a person or a system: what it is for, what it may be used for, and until when.

    The secret is not stored, only its SHA-256. It is 256 random bits, which no table of guesses reaches: a slow hash
    would make each request slower and guessing no harder. The prefix tells keys apart in lists and logs.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="tokens")
    name = models.CharField("namn", max_length=NAME_LENGTH)
    scopes = models.JSONField(default=list)
    prefix = models.CharField(max_length=PREFIX_LENGTH, unique=True)
    secret_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=clocks.now)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # To some minutes: not every request writes it.
    last_used_at = models.DateTimeField(null=True)

    objects = TokenQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-id"]
        verbose_name = "nyckel"
        verbose_name_plural = "nycklar"

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def last_day(self) -> dt.date:
        """Return the last day that the key works."""
        return clocks.local_date(self.expires_at) - dt.timedelta(days=1)

    @property
    def works(self) -> bool:
        """Tell whether the key itself lets anybody in, as `working` does for many; its owner may be shut out all the
        same.
        """
        return self.revoked_at is None and self.expires_at > clocks.now()


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
