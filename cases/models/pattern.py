"""Patterns: cases with the same root, across members."""

from __future__ import annotations

from django.db import models

from cases import clocks
from cases.codes import PatternStatus
from cases.models.association import Association
from cases.models.people import User


class Pattern(models.Model):
    """A systemfel that joins cases; a case may close while its pattern stays open."""

    association = models.ForeignKey(Association, models.PROTECT, related_name="patterns")
    title = models.CharField("namn", max_length=160)
    description = models.TextField("beskrivning", max_length=4000, blank=True)
    status = models.CharField(max_length=10, choices=PatternStatus.choices, default=PatternStatus.OBSERVED)
    owner = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(default=clocks.now)

    class Meta:
        ordering = ["title"]
        verbose_name = "systemfel"
        verbose_name_plural = "systemfel"
        constraints = [models.UniqueConstraint(fields=["association", "title"], name="pattern_title_once")]

    def __str__(self) -> str:
        return self.title
