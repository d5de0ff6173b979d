"""Patterns: cases with the same root, across members; who has met them too, what is done, and what has happened."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from cases import clocks
from cases.codes import PATTERN_ENDED, PatternStatus, Role
from cases.models.association import Association
from cases.models.people import User
from cases.querysets import PatternQuerySet

TITLE_LENGTH = 160
DESCRIPTION_LENGTH = 4000

_BADGES = {
    PatternStatus.OBSERVED: "received",
    PatternStatus.ANALYSIS: "clarifying",
    PatternStatus.MEASURES: "in_progress",
    PatternStatus.SOLVED: "closed",
    PatternStatus.REMAINS: "unanswered",
}


class Pattern(models.Model):
    """A systemfel that joins cases; a case may close while its pattern stays open.

    One that was merged into another is kept, so that its address and its history still lead somewhere.
    """

    association = models.ForeignKey(Association, models.PROTECT, related_name="patterns")
    title = models.CharField("namn", max_length=TITLE_LENGTH)
    description = models.TextField("beskrivning", max_length=DESCRIPTION_LENGTH, blank=True)
    status = models.CharField(max_length=10, choices=PatternStatus.choices, default=PatternStatus.OBSERVED)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    review_on = models.DateField("följs upp", null=True, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="merged")
    last_seq = models.PositiveIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField(default=clocks.now)

    objects = PatternQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name = "systemfel"
        verbose_name_plural = "systemfel"
        constraints = [models.UniqueConstraint(fields=["association", "title"], name="pattern_title_once")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("pattern", args=[self.pk])

    @property
    def badge(self) -> str:
        """Return the state of a case that its status looks like."""
        return _BADGES[PatternStatus(self.status)]

    @property
    def is_open(self) -> bool:
        return self.status not in PATTERN_ENDED and self.merged_into_id is None


class PatternEvent(models.Model):
    """One step on a pattern: ids, codes and dates, never free text. The database refuses change and deletion."""

    pattern = models.ForeignKey(Pattern, models.PROTECT, related_name="events")
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=20)
    at = models.DateTimeField()
    actor = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    actor_role = models.CharField(max_length=12, choices=Role.choices)
    data = models.JSONField(default=dict)

    class Meta:
        ordering = ["pattern", "seq"]
        constraints = [models.UniqueConstraint(fields=["pattern", "seq"], name="pattern_event_seq_once")]


class PatternTally(models.Model):
    """*Jag har mött detta också*: one for each person and day, without a case of its own."""

    pattern = models.ForeignKey(Pattern, models.PROTECT, related_name="tallies")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    met_on = models.DateField()

    class Meta:
        ordering = ["met_on", "id"]
        constraints = [models.UniqueConstraint(fields=["pattern", "user", "met_on"], name="tally_once_a_day")]


class PatternFollower(models.Model):
    """Somebody who wants to know when a pattern changes, and the last step that they have seen."""

    pattern = models.ForeignKey(Pattern, models.PROTECT, related_name="followers")
    user = models.ForeignKey(User, models.PROTECT, related_name="follows")
    seen = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["pattern", "user"], name="follows_once")]
