"""The proof: one row for each letter, to whom it goes and how far it has come."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q

from cases import clocks
from cases.models import Event, User


class Kind(models.TextChoices):
    """What a letter tells."""

    RECEIPT = "RECEIPT", "Kvitto"
    NEW = "NEW", "Nytt ärende"
    QUESTION = "QUESTION", "Fråga"
    REPLIED = "REPLIED", "Svar på fråga"
    SENT = "SENT", "Skickat till din funktion"
    RETURNED = "RETURNED", "Återlämnat"
    ANSWERED = "ANSWERED", "Besvarat"
    SHARED = "SHARED", "Parten har svarat"
    ENDED = "ENDED", "Avslutat med svar"
    REOPENED = "REOPENED", "Öppnat igen"


class State(models.TextChoices):
    """How far a letter has come. One that is being sent or tried again is WAITING until `not_before`."""

    WAITING = "WAITING", "Väntar"
    SENT = "SENT", "Skickat"
    FAILED = "FAILED", "Gick inte att skicka"
    SUPPRESSED = "SUPPRESSED", "Skickades inte"


class Delivery(models.Model):
    """One letter about one event to one address; the key keeps it from being made twice.

    Whoever moves `not_before` ahead holds the letter until then: it is the lease while the letter is being sent,
    and the time of the next attempt when that failed. `why` holds a code, never what a server said, since servers
    quote addresses.
    """

    event = models.ForeignKey(Event, models.PROTECT, related_name="deliveries")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    address = models.EmailField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    not_before = models.DateTimeField(default=clocks.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(default=clocks.now)

    class Meta:
        ordering = ["id"]
        verbose_name = "brev"
        verbose_name_plural = "brev"
        constraints = [
            models.UniqueConstraint(fields=["event", "address"], name="one_letter_of_an_event"),
            models.CheckConstraint(
                condition=Q(state="SENT", sent_at__isnull=False) | (~Q(state="SENT") & Q(sent_at__isnull=True)),
                name="sent_letter_is_dated",
            ),
        ]
        indexes = [models.Index(fields=["not_before"], condition=Q(state="WAITING"), name="letter_waiting")]

    def __str__(self) -> str:
        return f"{Kind(self.kind).label} {self.pk}"

    @property
    def message_id(self) -> str:
        """Return the same Message-ID at every attempt, so that a reader can tell a double; it names nobody."""
        key = hashlib.sha256(f"{self.event.hash}:{self.address}".encode()).hexdigest()
        return f"<{key[:40]}@{settings.SITE_HOST}>"
