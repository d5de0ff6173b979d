"""Reminders that have been given, so that none is given twice."""

from __future__ import annotations

from django.db import models

from cases.ladder import Clock
from cases.models.case import Case
from cases.models.event import Event


class Reminder(models.Model):
    """A rung that was taken: of which clock, on which subject, for which due day.

    The subject is the key of what the clock belongs to: a concern, a measure, or the case itself.
    """

    event = models.OneToOneField(Event, models.PROTECT, related_name="reminder")
    case = models.ForeignKey(Case, models.PROTECT, related_name="reminders")
    clock = models.CharField(max_length=12, choices=Clock.choices)
    subject = models.BigIntegerField()
    due_on = models.DateField()
    days = models.SmallIntegerField()

    class Meta:
        ordering = ["id"]
        verbose_name = "påminnelse"
        verbose_name_plural = "påminnelser"
        constraints = [
            models.UniqueConstraint(fields=["clock", "subject", "due_on", "days"], name="rung_once_a_due_day"),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.subject} {self.due_on:%Y-%m-%d} {self.days:+d}"
