"""The tenant and its registers: members, units, initiatives, contact functions and routing rules."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q

from cases.clocks import DayKind
from cases.codes import GapType, Party
from cases.ladder import AGENDA_DAYS, CONFIRM_DAYS
from cases.querysets import AssociationQuerySet, DatedQuerySet, FunctionQuerySet

if TYPE_CHECKING:
    from cases.models.people import User


class Dated(models.Model):
    """Something that holds from one day to another, both included; no end means until further notice."""

    from_on = models.DateField("från och med")
    to_on = models.DateField("till och med", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=F("from_on")),
                name="%(class)s_ends_after_start",
            )
        ]

    def holds_on(self, day: dt.date) -> bool:
        """Tell whether this holds on a day, as `in_force` does for many."""
        return self.from_on <= day and (self.to_on is None or self.to_on >= day)


def _days(label: str, default: int, most: int = 365) -> models.PositiveSmallIntegerField[int, int]:
    return models.PositiveSmallIntegerField(
        label, default=default, validators=[MinValueValidator(1), MaxValueValidator(most)]
    )


class Association(models.Model):
    """A samordningsförbund: owns its cases, registers, words and clocks."""

    name = models.CharField("namn", max_length=120, unique=True)
    code = models.CharField(
        "kod",
        max_length=6,
        unique=True,
        validators=[RegexValidator(r"^[A-ZÅÄÖ]{2,6}$", "Skriv två till sex versaler, till exempel SVB.")],
        help_text="Står i ärendenumren, till exempel LH-SVB-2026-0042.",
    )
    region = models.CharField("län", max_length=80, blank=True)
    report_word = models.CharField(
        "ord för rapport", max_length=20, default="rapport", help_text="Till exempel rapport eller anmälan."
    )
    reporter_word = models.CharField("ord för rapportör", max_length=20, default="rapportör")
    group_word = models.CharField("ord för beredningsgrupp", max_length=40, default="beredningsgruppen")
    day_kind = models.CharField("klockorna räknar", max_length=10, choices=DayKind.choices, default=DayKind.CALENDAR)
    triage_days = _days("dagar till första hantering", 5)
    acknowledge_days = _days("dagar till mottaget", 10)
    answer_days = _days("dagar till svar", 60)
    question_days = _days("dagar som en fråga stoppar klockan", 14)
    pack_days = _days("dagar före mötet som underlaget låses", 14)
    # The ladder puts every late answer on the agenda at its own rung; a förbund may want them there sooner.
    agenda_overdue_days = models.PositiveSmallIntegerField(
        "dagar efter svarsdagen då ett svar tas upp på nästa möte",
        default=AGENDA_DAYS,
        db_default=AGENDA_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(AGENDA_DAYS)],
    )
    reopen_days = _days("dagar då rapportören kan öppna igen", 30)
    effect_days = _days("dagar till effektkontroll", 90)
    open_to_all = models.BooleanField(
        "rapport utan konto",
        default=True,
        help_text="Den som saknar konto kan rapportera och får en kvittokod.",
    )
    threshold = models.PositiveSmallIntegerField(
        "minsta antal i öppna tabeller",
        default=5,
        validators=[MinValueValidator(3), MaxValueValidator(10)],
    )
    form_intro = models.TextField("text överst på formuläret", max_length=2000, blank=True)
    is_demo = models.BooleanField("demodata", default=False, editable=False)
    # What the due days of the open cases were last reckoned with: the clocks' settings and the holidays, as a hash.
    clocks_applied = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)
    ended_on = models.DateField("upphörde", null=True, blank=True, editable=False)
    successor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="predecessors", editable=False
    )

    objects = AssociationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = "samordningsförbund"
        verbose_name_plural = "samordningsförbund"

    def __str__(self) -> str:
        return self.name


class Member(Dated):
    """An owner of the förbund: AF, FK, one kommun or one region, from one day to another."""

    association = models.ForeignKey(Association, models.PROTECT, related_name="members")
    party = models.CharField(
        "part",
        max_length=20,
        choices=[(p.value, p.label) for p in Party if p not in (Party.FORBUND, Party.OTHER)],
    )
    name = models.CharField("namn", max_length=120)

    class Meta(Dated.Meta):
        ordering = ["name"]
        verbose_name = "medlem"
        verbose_name_plural = "medlemmar"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["association", "name"], name="member_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Unit(Dated):
    """A part of a member: a vårdcentral, ekonomiskt bistånd, an arbetsmarknadsenhet."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="units", verbose_name="medlem")
    name = models.CharField("namn", max_length=120)

    class Meta(Dated.Meta):
        ordering = ["name"]
        verbose_name = "enhet"
        verbose_name_plural = "enheter"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["member", "name"], name="unit_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Initiative(Dated):
    """An insats that the förbund finances, where people see what falls between the parties."""

    association = models.ForeignKey(Association, models.PROTECT, related_name="initiatives")
    name = models.CharField("namn", max_length=120)

    class Meta(Dated.Meta):
        ordering = ["name"]
        verbose_name = "insats"
        verbose_name_plural = "insatser"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["association", "name"], name="initiative_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ContactFunction(Dated):
    """Where a member's concerns are sent: a mailbox and a group of people, never one person."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="functions", verbose_name="medlem")
    name = models.CharField("namn", max_length=120)
    mailbox = models.EmailField("funktionsbrevlåda", blank=True)
    is_general = models.BooleanField(
        "allmän funktion",
        default=False,
        help_text="Får det som ingen regel pekar ut. En medlem har högst en.",
    )
    confirmed_on = models.DateField("bekräftad", null=True, blank=True, editable=False)
    confirmed_by: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        "cases.User", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    # The last day a letter to the mailbox came back.
    bounced_on = models.DateField("brev kom tillbaka", null=True, blank=True, editable=False)

    objects = FunctionQuerySet.as_manager()  # type: ignore[misc]  # the checker takes it for an instance's own

    class Meta(Dated.Meta):
        ordering = ["name"]
        verbose_name = "kontaktfunktion"
        verbose_name_plural = "kontaktfunktioner"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["member", "name"], name="function_name_once"),
            models.UniqueConstraint(fields=["member"], condition=Q(is_general=True), name="one_general_function"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def confirm_due_on(self) -> dt.date:
        """Return the day when its people are next to be confirmed: half a year after they were, or it began."""
        since = max(self.confirmed_on or self.from_on, self.from_on)
        return since + dt.timedelta(days=CONFIRM_DAYS)


class FunctionPerson(Dated):
    """Somebody who answers for a function, or stands in when the others are away."""

    function = models.ForeignKey(ContactFunction, models.PROTECT, related_name="people", verbose_name="funktion")
    user: models.ForeignKey[User, User] = models.ForeignKey(
        "cases.User", models.PROTECT, related_name="function_places", verbose_name="person"
    )
    is_deputy = models.BooleanField("ersättare", default=False)

    class Meta(Dated.Meta):
        ordering = ["is_deputy", "user__name"]
        verbose_name = "person i funktion"
        verbose_name_plural = "personer i funktion"
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["function", "user"],
                condition=Q(to_on__isnull=True),
                name="one_open_place_in_function",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.function})"

    @property
    def task(self) -> str:
        """Name what the person is in the function."""
        if self.user.is_system:
            return "System"
        return "Ersättare" if self.is_deputy else "Svarar"

    def clean(self) -> None:
        """Refuse a function that a system cannot be in."""
        if self.user_id and self.function_id and (misfit := self.misfit()):
            raise ValidationError(misfit)

    def misfit(self) -> str:
        """Say why a system cannot be in this function; nothing about people."""
        if not self.user.is_system:
            return ""
        if self.user.system_of_id != self.function.member.association_id:
            return "Systemet hör till ett annat förbund."
        if self.user.system_member_id not in (None, self.function.member_id):
            return f"Systemet hör till {self.user.system_member}. Välj en av deras funktioner."
        return ""


class RoutingRule(models.Model):
    """Points a member's concerns to a function; the more a rule says, the more it weighs.

    A blank unit, type or initiative means any.
    """

    member = models.ForeignKey(Member, models.PROTECT, related_name="rules", verbose_name="medlem")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, verbose_name="enhet")
    gap_type = models.CharField("typ", max_length=20, choices=GapType.choices, blank=True)
    initiative = models.ForeignKey(Initiative, models.PROTECT, null=True, blank=True, verbose_name="insats")
    function = models.ForeignKey(ContactFunction, models.PROTECT, related_name="rules", verbose_name="går till")

    class Meta:
        ordering = ["member", "unit", "gap_type", "initiative", "id"]
        verbose_name = "regel"
        verbose_name_plural = "regler"

    def __str__(self) -> str:
        return f"{self.conditions} → {self.function}"

    @property
    def conditions(self) -> str:
        """Name what a concern must be for this rule to match, in words."""
        gap = GapType(self.gap_type).label if self.gap_type else ""
        return ", ".join(str(part) for part in (self.member, self.unit, gap, self.initiative) if part)


class NumberSeries(models.Model):
    """The last case number given in a förbund and year. Its row is the lock that keeps the series without gaps."""

    association = models.ForeignKey(Association, models.PROTECT)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["association", "year"], name="one_series_a_year")]
