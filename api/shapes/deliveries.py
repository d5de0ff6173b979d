"""Word to one recipient, as the proof on a case shows it: never an address."""

from __future__ import annotations

from rest_framework import serializers

from api.shapes.base import Shape
from api.shapes.cases import address_of, code
from notifications.models import Channel, Kind, State
from notifications.proof import Line


class DeliveryRow(Shape):
    """Word of an event to one recipient by one channel."""

    id = serializers.IntegerField(source="delivery.pk", help_text="Names the word; the same at every attempt.")
    case = serializers.CharField(source="delivery.event.case.number", help_text="The case's number.")
    url = serializers.SerializerMethodField(help_text="Where the case is, whole.")
    association = serializers.CharField(source="delivery.event.case.association.code", help_text="The förbund's code.")
    seq = serializers.IntegerField(source="delivery.event.seq", help_text="Which event of the story it tells of.")
    verb = serializers.CharField(source="delivery.event.verb", help_text="The event's verb.")
    what = serializers.CharField(help_text="The event, in a Swedish sentence.")
    kind = code(Kind, source="delivery.kind", help_text="What the recipient is told.")
    channel = code(Channel, source="delivery.channel", help_text="A letter, the bell in the program, or a webhook.")
    to = serializers.CharField(source="who", help_text="Who is told, in Swedish: a name, a mailbox, or a system.")
    state = code(State, source="delivery.state", help_text="How far it has come.")
    said = serializers.CharField(source="fate.said", help_text="How it fared, in Swedish.")
    why = serializers.CharField(source="fate.why", help_text="Why it did not get there, in Swedish; empty if it did.")
    attempts = serializers.IntegerField(source="delivery.attempts", help_text="How often it was tried.")
    created_at = serializers.DateTimeField(source="delivery.created_at", help_text="When it was made.")
    sent_at = serializers.DateTimeField(source="delivery.sent_at", allow_null=True, help_text="When it was taken.")
    next_at = serializers.DateTimeField(
        source="waits_until", allow_null=True, help_text="When it leaves, or is tried again; null when that is over."
    )
    opened_at = serializers.DateTimeField(
        source="opened", allow_null=True, help_text="When its reader first opened the case since; null for a mailbox."
    )

    def get_url(self, line: Line) -> str:
        """Name where the case is, whole."""
        return address_of(line.delivery.event.case, self.context)  # type: ignore[union-attr]  # a line has an event
