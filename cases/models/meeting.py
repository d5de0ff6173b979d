"""Meetings of the beredningsgrupp and the styrelse: what stands on their agendas, and what came of it."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases import clocks
from cases.codes import Lifted, Why
from cases.models.association import Association
from cases.models.case import TEXT_LENGTH, Case, Concern, Text
from cases.models.pattern import Pattern
from cases.models.people import User
from cases.querysets import MeetingQuerySet

HEADING_LENGTH = 160
WHO_LENGTH = 120


class Meeting(models.Model):
    """A dated meeting; its pack is locked some days before, as the förbund has set.

    When its minutes have been approved (*justerat*) nothing on it changes any more.
    """

    association = models.ForeignKey(Association, models.PROTECT, related_name="meetings")
    body = models.CharField("vem", max_length=12, choices=Lifted.choices, default=Lifted.PREPARATORY)
    held_on = models.DateField("datum")
    cancelled_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField("justerat", null=True)
    approved_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["held_on"]
        verbose_name = "möte"
        verbose_name_plural = "möten"
        constraints = [models.UniqueConstraint(fields=["association", "body", "held_on"], name="one_meeting_a_day")]

    def __str__(self) -> str:
        return f"{Lifted(self.body).label} {self.held_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("agenda", args=[self.pk])

    @property
    def cut_off(self) -> dt.date:
        """Return the last day for what goes into the meeting's pack."""
        return self.held_on - dt.timedelta(days=self.association.pack_days)

    @property
    def is_live(self) -> bool:
        """Tell whether something on it may still change."""
        return self.cancelled_at is None and self.approved_at is None

    def earlier(self) -> models.QuerySet[Meeting]:
        """Return the meetings of the same body before this one."""
        same = Meeting.objects.filter(association=self.association_id, body=self.body, cancelled_at__isnull=True)
        return same.filter(held_on__lt=self.held_on)


class AgendaItem(models.Model):
    """An item on a meeting's agenda - a case, a pattern, or words of its own - with what the group recommended.

    One without a meeting waits for the next that is planned. A case that the ladder put there names the concern whose
    answer is late instead of a proposal; it lets the group see a status card, not the case. What is said of a case
    lies among the case's texts, where a mask reaches it; what is said of anything else, here.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="items")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="agenda_items")
    pattern = models.ForeignKey(Pattern, models.PROTECT, null=True, related_name="agenda_items")
    heading = models.CharField("rubrik", max_length=HEADING_LENGTH, blank=True, db_default="")
    body = models.TextField("text", max_length=TEXT_LENGTH, blank=True, db_default="")
    why = models.CharField(max_length=8, choices=Why.choices, default=Why.LIFTED, db_default=Why.LIFTED)
    # None stands last, in the order that things came.
    position = models.PositiveSmallIntegerField(null=True)
    proposal = models.OneToOneField(Text, models.PROTECT, null=True, related_name="as_proposal")
    late = models.ForeignKey(Concern, models.PROTECT, null=True, related_name="agenda_items")
    recommendation = models.OneToOneField(Text, models.PROTECT, null=True, related_name="as_recommendation")
    own_recommendation = models.TextField(max_length=TEXT_LENGTH, blank=True, db_default="")
    recommended_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recommended_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=clocks.now)

    class Meta:
        ordering = [F("position").asc(nulls_last=True), "id"]
        constraints = [
            models.UniqueConstraint(fields=["meeting", "case"], name="case_once_a_meeting"),
            models.UniqueConstraint(
                fields=["meeting", "pattern"], condition=Q(pattern__isnull=False), name="pattern_once_a_meeting"
            ),
            models.CheckConstraint(
                condition=(
                    Q(case__isnull=False, pattern__isnull=True) & (Q(proposal__isnull=False) | Q(late__isnull=False))
                )
                | Q(case__isnull=True, pattern__isnull=False)
                | (Q(case__isnull=True, pattern__isnull=True) & ~Q(heading="")),
                name="item_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(recommendation__isnull=True) | Q(recommended_at__isnull=False),
                name="recommendation_is_dated",
            ),
        ]

    @property
    def said(self) -> str:
        """Return what the group recommended; empty while it has said nothing."""
        return self.recommendation.body if self.recommendation else self.own_recommendation

    @property
    def waits(self) -> bool:
        return self.recommended_at is None


class Deferral(models.Model):
    """That a meeting let an item wait for the next (*bordlades*): its minutes say so after the item has moved on."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="deferrals")
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="deferrals")
    position = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=clocks.now)

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["item", "meeting"], name="deferred_once_a_meeting")]


class Removal(models.Model):
    """That somebody took a pattern off an agenda, so that no rule puts it there again."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="removals")
    pattern = models.ForeignKey(Pattern, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "pattern"], name="removed_once")]


class Assignment(models.Model):
    """Who does what until when, as a meeting said (*uppdrag*). On a case the words are one of its texts."""

    item = models.ForeignKey(AgendaItem, models.PROTECT, related_name="assignments")
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, related_name="assignments")
    who = models.CharField("vem", max_length=WHO_LENGTH)
    text = models.OneToOneField(Text, models.PROTECT, null=True, related_name="as_assignment")
    own_text = models.TextField(max_length=TEXT_LENGTH, blank=True)
    due_on = models.DateField("klart senast")
    done_on = models.DateField(null=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(text__isnull=False) | ~Q(own_text=""), name="assignment_has_words")
        ]

    @property
    def what(self) -> str:
        return self.text.body if self.text else self.own_text

    @property
    def is_late(self) -> bool:
        return self.done_on is None and self.due_on < clocks.today()
