"""What has happened: append-only events, the outbox they leave by, and the log of who read what."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.db import models

from cases import clocks
from cases.codes import Audience, ReadAction, Role, Status
from cases.models.association import Association, ContactFunction
from cases.models.case import Case, Concern
from cases.models.people import User
from cases.querysets import EventQuerySet


class Event(models.Model):
    """One step on a case: ids, codes and dates, never free text. The database refuses change and deletion.

    Each event carries the hash of the one before it on its case, so that a removed or altered row shows.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_role = models.CharField(max_length=12, choices=Role.choices)
    from_status = models.CharField(max_length=12, choices=Status.choices, blank=True)
    to_status = models.CharField(max_length=12, choices=Status.choices)
    audience = models.CharField(max_length=20, choices=Audience.choices)
    concern = models.ForeignKey(Concern, models.PROTECT, null=True, related_name="events")
    function = models.ForeignKey(ContactFunction, models.PROTECT, null=True, related_name="+")
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)

    objects = EventQuerySet.as_manager()

    class Meta:
        ordering = ["case", "seq"]
        verbose_name = "händelse"
        verbose_name_plural = "händelser"
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="event_seq_once")]
        indexes = [models.Index(fields=["verb", "at"], name="event_verb_at")]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.seq} {self.verb}"

    def content(self) -> dict[str, Any]:
        """Return what the hash covers, in a form that comes out the same from every database."""
        return {
            "case": self.case_id,
            "seq": self.seq,
            "verb": self.verb,
            "at": self.at.astimezone(clocks.UTC).isoformat(timespec="microseconds"),
            "actor": self.actor_id,
            "actor_role": self.actor_role,
            "from": self.from_status,
            "to": self.to_status,
            "audience": self.audience,
            "concern": self.concern_id,
            "function": self.function_id,
            "data": self.data,
            "previous": self.previous_hash,
        }

    def make_hash(self) -> str:
        """Return the SHA-256 of the content as canonical JSON, in hex."""
        canonical = json.dumps(self.content(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


class Outbox(models.Model):
    """Word of an event that waits to be sent; written in the event's own transaction.

    The event is the key, so that no event can be queued twice.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="outbox")
    created_at = models.DateTimeField(default=clocks.now)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    drained_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["id"], condition=models.Q(drained_at__isnull=True), name="outbox_waiting")]


class ReadLog(models.Model):
    """Who opened, printed or exported which case, when and in which role; and what a program did by a key.

    `via` names the key. A request by key that opened no case has a row all the same, with the pattern of its address
    and how many rows it got; never what was asked for, since a search may hold anything.
    """

    at = models.DateTimeField(default=clocks.now)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    role = models.CharField(max_length=12, choices=Role.choices, blank=True)
    action = models.CharField(max_length=8, choices=ReadAction.choices)
    association = models.ForeignKey(Association, models.PROTECT, related_name="+")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="reads")
    via = models.CharField(max_length=80, blank=True, default="", db_default="")
    address = models.CharField(max_length=120, blank=True, default="", db_default="")
    # Plain, since the check of a positive one would read the whole log before it let anybody write.
    rows = models.IntegerField(null=True)

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["association", "-at"], name="read_newest")]


class Submission(models.Model):
    """A form that has been acted on; sending the very same one again changes nothing.

    One on a meeting or a systemfel names no case.
    """

    key = models.CharField(max_length=64, unique=True)
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clocks.now)
