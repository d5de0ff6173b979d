"""What a meeting gets to read beforehand: figures and an agenda, as they stood on the last day for them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from cases.models.meeting import Meeting
from cases.models.people import User
from cases.periods import Period


class Pack(models.Model):
    """A meeting's pack (*underlag*): codes, keys and days, and no word that anybody has written.

    What the agenda says is read from its own rows whenever the pack is shown, so that a mask reaches it and the
    reader's rights hold. `items` are keys of agenda items in their order, with why each stands there.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="pack")
    first = models.DateField("från och med")
    last = models.DateField("till och med")
    figures = models.JSONField()
    items = models.JSONField()
    frozen_at = models.DateTimeField()
    # Nobody, when the last day for it had passed.
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "underlag"
        verbose_name_plural = "underlag"
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="pack_ends_after_start")]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.first} {self.last}"

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)
