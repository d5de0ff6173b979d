"""A case and what hangs on it: concerns, texts, questions, measures, feedback."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from cases import clocks
from cases.codes import (
    WITH_FUNCTION,
    Audience,
    Cause,
    Channel,
    ConcernState,
    DismissReason,
    FeedbackKind,
    Frequency,
    GapType,
    Helped,
    Lifted,
    MeasureState,
    Outcome,
    Party,
    Status,
    TextKind,
    Track,
)
from cases.models.association import Association, ContactFunction, Initiative, Member, Unit
from cases.models.pattern import Pattern
from cases.models.people import User
from cases.querysets import CaseQuerySet, ConcernQuerySet, MeasureQuerySet, TextQuerySet

HEADING_LENGTH = 160
LINE_LENGTH = 300
TEXT_LENGTH = 10_000
REFERENCE_LENGTH = 60
# What a mask puts in the place of words.
MASK = "█"


class Case(models.Model):
    """One reported brist i samverkan, followed until it is closed.

    `status`, `next_due` and `search` are derived by the services and kept in the row so that lists can use
    an index; nothing else may write them.
    """

    # The reporter's own words. Masking overwrites them and keeps the original apart.
    TEXT_FIELDS = ("heading", "happened", "consequence", "occurred", "tried", "suggestion", "agreement")

    association = models.ForeignKey(Association, models.PROTECT, related_name="cases")
    number = models.CharField(max_length=24, unique=True)

    heading = models.CharField("rubrik", max_length=HEADING_LENGTH)
    happened = models.TextField("vad hände", max_length=TEXT_LENGTH)
    consequence = models.TextField("följd", max_length=TEXT_LENGTH, blank=True)
    occurred = models.CharField("när", max_length=LINE_LENGTH, blank=True)
    frequency = models.CharField("hur ofta", max_length=10, choices=Frequency.choices, blank=True)
    tried = models.TextField("vad som har prövats", max_length=TEXT_LENGTH, blank=True)
    suggestion = models.TextField("förslag", max_length=TEXT_LENGTH, blank=True)
    agreement = models.CharField("överenskommelse eller rutin", max_length=LINE_LENGTH, blank=True)
    agreement_missing = models.BooleanField("överenskommelse saknas", default=False)

    initiative = models.ForeignKey(Initiative, models.PROTECT, null=True, related_name="cases")
    own_party = models.CharField("egen organisation", max_length=20, choices=Party.choices, blank=True)
    own_member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")

    reporter = models.ForeignKey(User, models.PROTECT, null=True, related_name="reported")
    reporter_email = models.EmailField(blank=True)
    # What the report is called in the reporter's own system; `Concern.own_reference` is the answering member's.
    reporter_reference = models.CharField(
        "rapportörens eget avvikelse-id", max_length=REFERENCE_LENGTH, blank=True, default="", db_default=""
    )
    receipt_hash = models.CharField(max_length=64, blank=True)
    filed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    channel = models.CharField("kanal", max_length=10, choices=Channel.choices, default=Channel.WEB)
    received_on = models.DateField("kom in")
    filed_at = models.DateTimeField("registrerat", default=clocks.now)

    status = models.CharField(max_length=12, choices=Status.choices, default=Status.RECEIVED)
    ending = models.CharField(max_length=12, choices=Status.choices, blank=True)
    ended_at = models.DateTimeField(null=True)
    # Opened again, and neither sent nor ended since: the kansli has to look at it anew.
    reopened = models.BooleanField(default=False)
    first_handled_at = models.DateTimeField(null=True)
    # The day for first handling. Triage starts anew when a case comes back; what was promised first stands here.
    handle_by = models.DateField()
    triage_from = models.DateField()
    triage_due = models.DateField()
    next_due = models.DateField(null=True)
    track = models.CharField("spår", max_length=10, choices=Track.choices, blank=True)
    responsible = models.ForeignKey(User, models.PROTECT, null=True, related_name="responsible_for")
    lifted = models.CharField(max_length=12, choices=Lifted.choices, blank=True)
    pattern = models.ForeignKey(Pattern, models.PROTECT, null=True, related_name="cases")

    outcome = models.CharField("utfall", max_length=16, choices=Outcome.choices, blank=True)
    cause = models.CharField("orsak", max_length=12, choices=Cause.choices, blank=True)
    dismiss_reason = models.CharField(max_length=16, choices=DismissReason.choices, blank=True)
    duplicate_of = models.ForeignKey("self", models.PROTECT, null=True, related_name="duplicates")
    referred_to = models.CharField("hänvisat till", max_length=120, blank=True)
    referral_of = models.OneToOneField("self", models.PROTECT, null=True, related_name="referred_as")
    helped = models.CharField(max_length=6, choices=Helped.choices, blank=True)

    last_seq = models.PositiveIntegerField(default=0)
    last_hash = models.CharField(max_length=64, blank=True)
    search = models.TextField(blank=True, editable=False)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = "ärende"
        verbose_name_plural = "ärenden"
        constraints = [
            models.CheckConstraint(
                condition=(Q(ending="") & Q(ended_at__isnull=True) & ~Q(status__in=["CLOSED", "DISMISSED", "REFERRED"]))
                | (~Q(ending="") & Q(ended_at__isnull=False) & Q(status=F("ending"))),
                name="case_ending_agrees_with_status",
            ),
            # A case that was referred here carries the reference of the first one; two masked ones may look alike.
            models.UniqueConstraint(
                fields=["reporter", "reporter_reference"],
                condition=~Q(reporter_reference="")
                & ~Q(reporter_reference__contains=MASK)
                & Q(referral_of__isnull=True),
                name="reporter_reference_once",
            ),
        ]
        indexes = [
            models.Index(fields=["association", "-filed_at", "-id"], name="case_newest"),
            # Lists of several förbund, or of one and one's own, are cut from this one.
            models.Index(fields=["-filed_at", "-id"], name="case_newest_of_all"),
            models.Index(fields=["association", "status", "next_due"], name="case_due"),
            # What is open stays few while the ended ones grow.
            models.Index(fields=["association", "next_due"], condition=Q(ending=""), name="case_open"),
            models.Index(fields=["reporter", "-filed_at"], name="case_of_reporter"),
            models.Index(fields=["receipt_hash"], condition=~Q(receipt_hash=""), name="case_receipt"),
            models.Index(fields=["association", "pattern"], condition=Q(pattern__isnull=False), name="case_pattern"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_open(self) -> bool:
        return not self.ending

    @property
    def is_late(self) -> bool:
        """Tell whether some clock on the case has passed its day."""
        return self.next_due is not None and self.next_due < clocks.today()


class Concern(models.Model):
    """One berörd part of a case: what is routed, timed and answered. Exactly one of a case is primary."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="concerns")
    party = models.CharField("part", max_length=20, choices=Party.choices)
    member = models.ForeignKey(Member, models.PROTECT, null=True, related_name="concerns")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="concerns")
    is_primary = models.BooleanField(default=False)
    state = models.CharField(max_length=12, choices=ConcernState.choices, default=ConcernState.PENDING)

    # The type three times: as proposed (blank: did not know), as set before sending (counts), as the member sees it.
    type_reported = models.CharField(max_length=20, choices=GapType.choices, blank=True)
    type_set = models.CharField(max_length=20, choices=GapType.choices, blank=True)
    type_answered = models.CharField(max_length=20, choices=GapType.choices, blank=True)

    function = models.ForeignKey(ContactFunction, models.PROTECT, null=True, related_name="concerns")
    routed_by = models.CharField(max_length=12, blank=True)
    sent_at = models.DateTimeField(null=True)
    acknowledge_due = models.DateField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    answer_due = models.DateField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    cause_seen = models.CharField(max_length=12, choices=Cause.choices, blank=True)
    own_reference = models.CharField("partens eget avvikelse-id", max_length=REFERENCE_LENGTH, blank=True)
    shared_at = models.DateTimeField(null=True)

    objects = ConcernQuerySet.as_manager()

    class Meta:
        ordering = ["-is_primary", "id"]
        verbose_name = "berörd part"
        verbose_name_plural = "berörda parter"
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(is_primary=True), name="one_primary_concern"),
            models.CheckConstraint(
                condition=Q(member__isnull=True) | ~Q(party__in=["FORBUND", "OTHER"]),
                name="member_only_for_a_member",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["SENT", "ACKNOWLEDGED"])
                | (Q(answer_due__isnull=False) & Q(sent_at__isnull=False)),
                name="sent_concern_has_clock",
            ),
        ]
        indexes = [
            models.Index(fields=["function", "state", "answer_due"], name="concern_of_function"),
            models.Index(fields=["party", "type_set"], name="concern_party_type"),
            models.Index(
                fields=["case"],
                condition=Q(state__in=["PENDING", "RETURNED", "SENT", "ACKNOWLEDGED"]),
                name="concern_waiting",
            ),
        ]

    def __str__(self) -> str:
        return self.who

    @property
    def who(self) -> str:
        """Name the member and unit, or the party when it has no member."""
        name = self.member.name if self.member else Party(self.party).label
        return f"{name}, {self.unit.name}" if self.unit else name

    @property
    def is_late(self) -> bool:
        """Tell whether the function has passed the day to acknowledge or to answer."""
        return self.late_since is not None

    @property
    def answer_is_late(self) -> bool:
        return self.state in WITH_FUNCTION and self.answer_due is not None and self.answer_due < clocks.today()

    @property
    def late_since(self) -> dt.date | None:
        """Return the day that the function has passed: to answer, else to acknowledge; none while it is in time."""
        if self.answer_is_late:
            return self.answer_due
        due = self.acknowledge_due if self.state == ConcernState.SENT else None
        return due if due is not None and due < clocks.today() else None

    @property
    def days_late(self) -> int:
        """Return how many days ago the function passed its day; none while it is in time."""
        return (clocks.today() - self.late_since).days if self.late_since else 0


class Text(models.Model):
    """A free text on a case, apart from the events so that masking can reach it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="texts")
    event = models.ForeignKey("cases.Event", models.PROTECT, null=True, related_name="texts")
    concern = models.ForeignKey(Concern, models.PROTECT, null=True, related_name="texts")
    kind = models.CharField(max_length=16, choices=TextKind.choices)
    audience = models.CharField(max_length=20, choices=Audience.choices)
    body = models.TextField(max_length=TEXT_LENGTH)
    created_at = models.DateTimeField(default=clocks.now)

    objects = TextQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{TextKind(self.kind).label} {self.pk}"


class MaskedOriginal(models.Model):
    """What stood in a text before a mask: readable by a coordinator alone, through a logged act."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="masked_originals")
    # A column of the case ("happened"), or of a row on it ("measure:12:owner").
    field = models.CharField(max_length=60, blank=True)
    text = models.ForeignKey(Text, models.PROTECT, null=True, related_name="masked_originals")
    body = models.TextField()
    reason = models.CharField("skäl", max_length=LINE_LENGTH)
    masked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    masked_at = models.DateTimeField(default=clocks.now)

    class Meta:
        ordering = ["id"]


class Question(models.Model):
    """A question to the reporter; while it is open the clock that it belongs to stands still.

    The kansli's (no concern) stops triage; a function's stops its concern alone. The pause ends with the
    reply, or on `pauses_until` at the latest.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="questions")
    concern = models.ForeignKey(Concern, models.PROTECT, null=True, related_name="questions")
    text = models.OneToOneField(Text, models.PROTECT, related_name="as_question")
    reply = models.OneToOneField(Text, models.PROTECT, null=True, related_name="as_reply")
    part_of_report = models.BooleanField(default=True)
    asked_at = models.DateTimeField(default=clocks.now)
    answered_at = models.DateTimeField(null=True)
    pauses_from = models.DateField()
    pauses_until = models.DateField()

    class Meta:
        ordering = ["id"]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None


class Measure(models.Model):
    """What a member or the kansli does about the brist: what, against which cause, whose, by when."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="measures")
    concern = models.ForeignKey(Concern, models.PROTECT, null=True, related_name="measures")
    pattern = models.ForeignKey(Pattern, models.PROTECT, null=True, related_name="measures")
    what = models.OneToOneField(Text, models.PROTECT, related_name="as_measure")
    cause = models.CharField("orsak", max_length=12, choices=Cause.choices)
    owner = models.CharField("ansvarig funktion", max_length=120)
    due_on = models.DateField("klar senast")
    state = models.CharField(max_length=8, choices=MeasureState.choices, default=MeasureState.OPEN)
    ended_on = models.DateField(null=True)
    created_at = models.DateTimeField(default=clocks.now)

    objects = MeasureQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["state", "due_on"], name="measure_due")]

    @property
    def is_late(self) -> bool:
        return self.state == MeasureState.OPEN and self.due_on < clocks.today()


class PatternMeasure(models.Model):
    """A measure against a whole pattern: one of its own, or one that a case handed over.

    What was handed over keeps its words on the case, so that a mask there reaches them here too.
    """

    pattern = models.ForeignKey(Pattern, models.PROTECT, related_name="own_measures")
    moved_from = models.OneToOneField(Measure, models.PROTECT, null=True, related_name="moved_to")
    what = models.TextField("åtgärd", max_length=TEXT_LENGTH, blank=True)
    cause = models.CharField("orsak", max_length=12, choices=Cause.choices)
    owner = models.CharField("ansvarig funktion", max_length=120, blank=True)
    due_on = models.DateField("klar senast")
    state = models.CharField(max_length=8, choices=MeasureState.choices, default=MeasureState.OPEN)
    ended_on = models.DateField(null=True)
    how = models.TextField("hur det gick", max_length=TEXT_LENGTH, blank=True)
    created_at = models.DateTimeField(default=clocks.now)

    class Meta:
        ordering = ["due_on", "id"]
        indexes = [models.Index(fields=["state", "due_on"], name="pattern_measure_due")]
        constraints = [
            models.CheckConstraint(
                condition=(Q(moved_from__isnull=True) & ~Q(what="") & ~Q(owner="")) | Q(moved_from__isnull=False),
                name="pattern_measure_has_words",
            )
        ]

    @property
    def words(self) -> str:
        """Return what is to be done."""
        return self.moved_from.what.body if self.moved_from else self.what

    @property
    def who(self) -> str:
        """Return which function does it."""
        return self.moved_from.owner if self.moved_from else self.owner

    @property
    def is_late(self) -> bool:
        return self.state == MeasureState.OPEN and self.due_on < clocks.today()


class Feedback(models.Model):
    """What a reporter or member says afterwards: did it help, did it come back."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="feedback")
    concern = models.ForeignKey(Concern, models.PROTECT, null=True, related_name="feedback")
    kind = models.CharField(max_length=10, choices=FeedbackKind.choices)
    value = models.CharField(max_length=6, choices=Helped.choices)
    given_on = models.DateField()

    class Meta:
        ordering = ["id"]
