"""Summaries of a year or a tertial: the rows that they are counted from, frozen on a day, and what is written in them.

The frozen rows hold codes and days, no text and no person. They point at nothing: a case may be destroyed under a
decision, and the year that it was counted in stays as it was.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from cases import clocks
from cases.codes import BreakKind, ReleaseAudience
from cases.models.association import Association
from cases.models.people import User
from cases.periods import Period
from cases.querysets import ReleaseQuerySet, SummaryQuerySet

TEXT_LENGTH = 10_000
LINE_LENGTH = 300


class AnnualSummary(models.Model):
    """A förbund's summary of a period, as things were known on the day that its rows were frozen.

    While it is a draft it may be frozen anew. Once it is fixed nothing in it changes; what is found out later is
    listed beside it, or goes into a new version.
    """

    association = models.ForeignKey(Association, models.PROTECT, related_name="summaries")
    first = models.DateField("från och med")
    last = models.DateField("till och med")
    version = models.PositiveSmallIntegerField(default=1)
    # The first year of the trend, which ends with the period itself.
    trend_from = models.PositiveSmallIntegerField("trend från år")
    data_on = models.DateField("uppgifterna är från")
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    # What codes and keys were called on that day, and which clocks and threshold the förbund had.
    labels = models.JSONField(default=dict)
    terms = models.JSONField(default=dict)
    # SHA-256 of the figures as canonical JSON: the same rows shall give the same figures, to the byte.
    figures_hash = models.CharField(max_length=64)
    assessed_on = models.DateField("beredningsgruppens bedömning gjordes", null=True, blank=True)
    fixed_at = models.DateTimeField(null=True)
    fixed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = SummaryQuerySet.as_manager()

    class Meta:
        ordering = ["-last", "-first", "-version"]
        verbose_name = "årssammanställning"
        verbose_name_plural = "årssammanställningar"
        constraints = [
            models.UniqueConstraint(fields=["association", "first", "last", "version"], name="summary_version_once"),
            models.UniqueConstraint(
                fields=["association", "first", "last"], condition=Q(fixed_at__isnull=True), name="one_draft_a_period"
            ),
            models.CheckConstraint(condition=Q(last__gt=F("first")), name="summary_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.association_id} {self.first} {self.last} {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("annual_summary", args=[self.pk])

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    @property
    def is_fixed(self) -> bool:
        return self.fixed_at is not None


class SummaryText(models.Model):
    """A block of text in a summary that somebody has written, in place of what the rules wrote."""

    summary = models.ForeignKey(AnnualSummary, models.CASCADE, related_name="texts")
    key = models.CharField(max_length=20)
    body = models.TextField(max_length=TEXT_LENGTH)
    written_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    written_at = models.DateTimeField(default=clocks.now)

    class Meta:
        ordering = ["key"]
        constraints = [models.UniqueConstraint(fields=["summary", "key"], name="summary_text_once")]


class EarlierTotal(models.Model):
    """How many reports there were in a year before the program: typed in, and marked as such."""

    association = models.ForeignKey(Association, models.PROTECT, related_name="earlier_totals")
    year = models.PositiveSmallIntegerField("år")
    reports = models.PositiveIntegerField("antal rapporter")
    is_rough = models.BooleanField("ungefärligt antal", default=True)
    origin = models.CharField("var uppgiften kommer från", max_length=LINE_LENGTH)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(default=clocks.now)

    class Meta:
        ordering = ["year"]
        constraints = [models.UniqueConstraint(fields=["association", "year"], name="earlier_total_once")]


class SeriesBreak(models.Model):
    """A day from which the figures are not quite comparable with those before."""

    association = models.ForeignKey(Association, models.PROTECT, related_name="series_breaks")
    on = models.DateField("från och med")
    kind = models.CharField("vad som ändrades", max_length=12, choices=BreakKind.choices)
    note = models.CharField("så här påverkar det siffrorna", max_length=LINE_LENGTH)
    noted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField(default=clocks.now)

    class Meta:
        ordering = ["on", "id"]


class Release(models.Model):
    """What leaves the förbund of a fixed summary: small numbers hidden, two persons' approval, and then out for good.

    `content` is the release as its reader sees it, with `..` where a number is hidden; the true numbers are not in it.
    """

    association = models.ForeignKey(Association, models.PROTECT, related_name="releases")
    summary = models.ForeignKey(AnnualSummary, models.PROTECT, related_name="releases")
    audience = models.CharField("för vem", max_length=8, choices=ReleaseAudience.choices)
    threshold = models.PositiveSmallIntegerField("minsta antal")
    content = models.TextField()
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=clocks.now)
    first_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    first_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-id"]
        verbose_name = "utgåva"
        verbose_name_plural = "utgåvor"
        constraints = [
            models.UniqueConstraint(
                fields=["summary", "audience"], condition=Q(released_at__isnull=True), name="one_release_under_way"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True)
                | (Q(first_by__isnull=False, second_by__isnull=False) & ~Q(first_by=F("second_by"))),
                name="released_by_two_persons",
            ),
            models.CheckConstraint(condition=Q(threshold__gte=3, threshold__lte=10), name="threshold_3_to_10"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("release", args=[self.pk])

    @property
    def fingerprint(self) -> str:
        """Return what tells these figures from any others: whoever approves says which they have read."""
        return hashlib.sha256(self.content.encode()).hexdigest()

    @property
    def is_out(self) -> bool:
        return self.released_at is not None


# ---- frozen rows: the columns of a `statistics.Source` ----


class FrozenRow(models.Model):
    """A row of one summary; the case's key tells rows of one case together, and leads nowhere."""

    id = models.BigAutoField(primary_key=True)
    summary = models.ForeignKey(AnnualSummary, models.CASCADE, related_name="+")
    case_key = models.BigIntegerField()

    class Meta:
        abstract = True
        ordering = ["id"]


def _code(length: int = 20) -> models.CharField[str, str]:
    return models.CharField(max_length=length)


def _day() -> models.DateField[dt.date | None, dt.date | None]:
    return models.DateField(null=True)


def _key() -> models.BigIntegerField[int | None, int | None]:
    return models.BigIntegerField(null=True)


class FrozenCase(FrozenRow):
    """What is counted of a case."""

    association_id = models.BigIntegerField()
    filed_on = models.DateField()
    handled_on = _day()
    handle_by = models.DateField()
    ended_on = _day()
    ending = _code()
    status = _code()
    reopened = models.BooleanField()
    triage_due = models.DateField()
    next_due = _day()
    outcome = _code()
    cause = _code()
    own_party = _code()
    own_member_id = _key()
    initiative_id = _key()
    pattern_id = _key()


class FrozenConcern(FrozenRow):
    """What is counted of a concern, with what it needs of its case."""

    party = _code()
    member_id = _key()
    is_primary = models.BooleanField()
    state = _code()
    type_reported = _code()
    type_set = _code()
    type_answered = _code()
    sent_on = _day()
    acknowledge_due = _day()
    answer_due = _day()
    answered_on = _day()
    cause_seen = _code()
    filed_on = models.DateField()
    case_ended_on = _day()
    case_ending = _code()
    case_triage_due = models.DateField()
    own_party = _code()
    own_member_id = _key()


class FrozenStep(FrozenRow):
    """A step that opened or ended a case."""

    verb = _code()
    on = models.DateField()
    reason = _code()


class FrozenMeasure(FrozenRow):
    """What is counted of a measure."""

    cause = _code()
    due_on = models.DateField()
    state = _code()
    ended_on = _day()
    case_ending = _code()


class FrozenFeedback(FrozenRow):
    """What somebody said after a case was closed."""

    kind = _code()
    value = _code()
    given_on = models.DateField()
    by_reporter = models.BooleanField()


class FrozenPattern(models.Model):
    """What was known of a pattern on the day; its name stands among the summary's labels."""

    summary = models.ForeignKey(AnnualSummary, models.CASCADE, related_name="frozen_patterns")
    pattern_id = models.BigIntegerField()
    status = _code()
    cases = models.PositiveIntegerField()
    new_cases = models.PositiveIntegerField()
    tallies = models.PositiveIntegerField()
    members = models.PositiveIntegerField()
    first_on = _day()
    last_on = _day()
    measure_done_on = _day()
    before = models.PositiveIntegerField(null=True)
    after = models.PositiveIntegerField(null=True)
    after_until = _day()

    class Meta:
        ordering = ["id"]
