"""Meetings of the beredningsgrupp and the styrelse, and what is lifted to them."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import Q

from cases import clocks
from cases.codes import Lifted
from cases.models.association import Association
from cases.models.case import Case, Concern, Text
from cases.models.people import User


class Meeting(models.Model):
    """A dated meeting; its pack is locked some days before, as the förbund has set."""

    association = models.ForeignKey(Association, models.PROTECT, related_name="meetings")
    body = models.CharField("vem", max_length=12, choices=Lifted.choices, default=Lifted.PREPARATORY)
    held_on = models.DateField("datum")

    class Meta:
        ordering = ["held_on"]
        verbose_name = "möte"
        verbose_name_plural = "möten"
        constraints = [models.UniqueConstraint(fields=["association", "body", "held_on"], name="one_meeting_a_day")]

    def __str__(self) -> str:
        return f"{Lifted(self.body).label} {self.held_on:%Y-%m-%d}"

    @property
    def cut_off(self) -> dt.date:
        """Return the last day for what goes into the meeting's pack."""
        return self.held_on - dt.timedelta(days=self.association.pack_days)


class AgendaItem(models.Model):
    """A case on a meeting's agenda, with what the group recommended.

    One without a meeting waits for the next that is planned. One that the ladder put there names the concern whose
    answer is late instead of a proposal; it lets the group see a status card, not the case.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="items")
    case = models.ForeignKey(Case, models.PROTECT, related_name="agenda_items")
    proposal = models.OneToOneField(Text, models.PROTECT, null=True, related_name="as_proposal")
    late = models.ForeignKey(Concern, models.PROTECT, null=True, related_name="agenda_items")
    recommendation = models.OneToOneField(Text, models.PROTECT, null=True, related_name="as_recommendation")
    recommended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recommended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clocks.now)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="case_once_a_meeting"),
            models.CheckConstraint(
                condition=Q(proposal__isnull=False) | Q(late__isnull=False), name="item_says_what_it_is_about"
            ),
            models.CheckConstraint(
                condition=Q(recommendation__isnull=True) | Q(recommended_at__isnull=False),
                name="recommendation_is_dated",
            ),
        ]
