"""The filters of lists: those of the pages, by the same names, with several values at once and ranges."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django_filters.fields import BaseCSVField

from cases import clocks, filters
from cases.codes import (
    PATTERN_ENDED,
    Cause,
    ConcernState,
    GapType,
    Lifted,
    MeasureState,
    Outcome,
    Party,
    PatternStatus,
    ReleaseAudience,
    Status,
)
from cases.filters import FIRST_DAY, LAST_DAY, YEARS
from cases.models import (
    AnnualSummary,
    Association,
    Concern,
    ContactFunction,
    Initiative,
    Measure,
    Meeting,
    Member,
    Pattern,
    Release,
    RoutingRule,
    Unit,
    User,
)
from cases.querysets import Actor
from cases.registers import named_like, waiting
from cases.services import current_people_of, guarded
from cases.swedish import A_DAY
from notifications.models import Channel, Delivery, Kind, State

MOST_AT_ONCE = 100
A_MOMENT = "Skriv ett klockslag så här: 2026-11-30T09:00:00+01:00. Ett plus skrivs %2B i adressen."
NO_SUCH_ROW = "Något av dem finns inte, eller så får du inte välja det."
# A key without leading zeros, so that one row has one spelling.
_KEY = re.compile(r"[1-9][0-9]{0,17}")


class Filters(django_filters.FilterSet):
    """Filters of a list; `actor` decides which choices there are."""

    def __init__(self, data: Any = None, queryset: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, queryset, **kwargs)
        self.actor = actor
        self.offer(actor)

    def offer(self, actor: Actor) -> None:
        """Fill in the choices that depend on who asks."""


class _SeveralField(BaseCSVField):
    def clean(self, value: Any) -> Any:
        if value is not None and len(value) > MOST_AT_ONCE:
            raise forms.ValidationError(f"Skriv högst {MOST_AT_ONCE} värden.")
        if value is not None and not all(value):
            raise forms.ValidationError("Skriv värden med ett komma emellan.")
        return super().clean(value)


class OneOfChoices(django_filters.BaseInFilter, django_filters.ChoiceFilter):
    """Keeps what has one of several codes: `status__in=CLOSED,DISMISSED`."""

    base_field_class = _SeveralField


class _RowsField(_SeveralField):
    """Finds all the rows that are named in one question."""

    queryset: QuerySet[Any]
    to_field_name: str | None

    def clean(self, value: Any) -> Any:
        if not value or len(value) > MOST_AT_ONCE:
            return super().clean(value or None)
        key = self.to_field_name or "pk"
        named = {one.strip() for one in value}
        if key == "pk" and not all(map(_KEY.fullmatch, named)):
            raise forms.ValidationError(NO_SUCH_ROW)
        rows = list(self.queryset.filter(**{f"{key}__in": named}))
        if len(rows) < len(named):
            raise forms.ValidationError(NO_SUCH_ROW)
        return rows


class OneOfRows(django_filters.BaseInFilter, django_filters.ModelChoiceFilter):
    """Keeps what hangs on one of several rows."""

    base_field_class = _RowsField


class OneOfTexts(django_filters.BaseInFilter, django_filters.CharFilter):
    """Keeps what has one of several texts."""

    base_field_class = _SeveralField


def _validators() -> list[Any]:
    return [MinValueValidator(FIRST_DAY, YEARS), MaxValueValidator(LAST_DAY, YEARS)]


def day(field: str, lookup: str, **kwargs: Any) -> django_filters.DateFilter:
    """Make a filter of one end of a range of days; a day has no time of its own."""
    said = {"invalid": A_DAY}
    return django_filters.DateFilter(
        field_name=field, lookup_expr=lookup, validators=_validators(), error_messages=said, **kwargs
    )


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Narrows by a moment, given with its time zone or as Swedish time."""


def moment(field: str, lookup: str, **kwargs: Any) -> MomentFilter:
    """Make a filter of one end of a range of moments."""
    first, last = clocks.start_of(FIRST_DAY), clocks.end_of(LAST_DAY)
    ends = [MinValueValidator(first, YEARS), MaxValueValidator(last, YEARS)]
    said = {"invalid": A_MOMENT}
    return MomentFilter(field_name=field, lookup_expr=lookup, validators=ends, error_messages=said, **kwargs)


def yes_or_no(**kwargs: Any) -> django_filters.ChoiceFilter:
    """Make a filter that is true or false, and refuses anything else."""
    return django_filters.ChoiceFilter(choices=[("true", "true"), ("false", "false")], **kwargs)


class CaseFilters(filters.CaseFilter):
    """The filters of the page with cases, and what only programs ask for."""

    # The order is the keyset's: a day that may be missing is nothing to go on from.
    ordning = django_filters.ChoiceFilter(
        label="Ordning", choices=[("nyast", "Nyast först"), ("aldst", "Äldst först")], method="order"
    )
    sent = django_filters.ChoiceFilter(
        label="Bara försenade", choices=[("1", "Ja"), ("true", "Ja")], method="only_late"
    )
    number__in = OneOfTexts(field_name="number", label="Ärendets nummer, ett eller flera")
    status__in = OneOfChoices(field_name="status", choices=Status.choices, label="Läge, ett eller flera")
    forbund__in = OneOfRows(
        field_name="association", to_field_name="code", queryset=Association.objects.none(), label="Förbund"
    )
    part__in = OneOfChoices(choices=Party.choices, method="party", label="Part, en eller flera")
    medlem__in = OneOfRows(queryset=Member.objects.none(), method="member", label="Medlem, en eller flera")
    typ__in = OneOfChoices(
        choices=[*GapType.choices, ("ingen", "Ej satt")], method="gap_type", label="Typ, en eller flera"
    )
    insats__in = OneOfRows(field_name="initiative", queryset=Initiative.objects.none(), label="Insats")
    systemfel = django_filters.ModelChoiceFilter(
        field_name="pattern", queryset=Pattern.objects.none(), label="Systemfel"
    )
    outcome__in = OneOfChoices(field_name="outcome", choices=Outcome.choices, label="Utfall")
    cause__in = OneOfChoices(field_name="cause", choices=Cause.choices, label="Orsak")
    filed_at__gte = moment("filed_at", "gte", label="Registrerat, från och med")
    filed_at__lt = moment("filed_at", "lt", label="Registrerat, före")
    ended_at__gte = moment("ended_at", "gte", label="Avslutat, från och med")
    ended_at__lt = moment("ended_at", "lt", label="Avslutat, före")
    received_on__gte = day("received_on", "gte", label="Kom in, från och med")
    received_on__lte = day("received_on", "lte", label="Kom in, till och med")

    ALWAYS = ("forbund",)
    CONCERN_WISHES: ClassVar[Mapping[str, str]] = {
        **filters.CaseFilter.CONCERN_WISHES,
        "part__in": "party__in",
        "medlem__in": "member__in",
        "typ__in": "type_set__in",
    }

    def __init__(self, data: Any = None, queryset: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, queryset, actor=actor, **kwargs)
        for several, one in {"forbund__in": "forbund", "medlem__in": "medlem", "insats__in": "insats"}.items():
            self.filters[several].queryset = self.filters[one].queryset
        # Whoever knows but a part of a systemfel must not learn which of their cases belong to it.
        self.filters["systemfel"].queryset = Pattern.objects.known_to(actor)


# ---- what hangs on cases ----

NOT_SET = "ingen"
TYPES = [*GapType.choices, (NOT_SET, "Ej satt")]


def only_late() -> django_filters.ChoiceFilter:
    """Make the filter that keeps what has passed its day."""
    return django_filters.ChoiceFilter(label="Bara försenade", choices=[("1", "Ja"), ("true", "Ja")], method="late")


def association(path: str, **kwargs: Any) -> django_filters.ModelChoiceFilter:
    """Make a filter by förbund, by its code; `Near` fills in which there are."""
    return django_filters.ModelChoiceFilter(
        field_name=path, to_field_name="code", queryset=Association.objects.none(), label="Förbund", **kwargs
    )


def associations(path: str) -> OneOfRows:
    """Make a filter by several förbund."""
    return OneOfRows(
        field_name=path, to_field_name="code", queryset=Association.objects.none(), label="Förbund, ett eller flera"
    )


class Near(Filters):
    """Filters of what förbund have, limited to those that somebody has to do with."""

    def offer(self, actor: Actor) -> None:
        standing = actor.standing()
        mine = standing.everywhere | standing.inherited
        offered = {
            "forbund": Association.objects.filter(pk__in=mine),
            "medlem": Member.objects.filter(association__in=mine),
            "funktion": ContactFunction.objects.filter(member__association__in=mine),
        }
        for name, rows in offered.items():
            for one in {name, f"{name}__in"} & set(self.filters):
                self.filters[one].queryset = rows

    def has_moment(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(**{f"{name}__isnull": value == "false"})


class OnCases(Near):
    """Filters of what hangs on cases, by the names that they have on the page with cases."""

    forbund = association("case__association")
    forbund__in = associations("case__association")
    status = django_filters.ChoiceFilter(field_name="case__status", choices=Status.choices, label="Ärendets läge")
    status__in = OneOfChoices(field_name="case__status", choices=Status.choices, label="Ärendets läge, ett eller flera")
    sent = only_late()

    def late(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.late()


class ConcernFilters(OnCases):
    """The filters of berörda parter across cases."""

    number__in = OneOfTexts(field_name="case__number", label="Ärendets nummer, ett eller flera")
    oppna = django_filters.ChoiceFilter(
        label="Pågår", choices=[("ja", "Bara pågående"), ("nej", "Bara avslutade")], method="only_open"
    )
    part = django_filters.ChoiceFilter(field_name="party", choices=Party.choices, label="Part")
    part__in = OneOfChoices(field_name="party", choices=Party.choices, label="Part, en eller flera")
    medlem = django_filters.ModelChoiceFilter(field_name="member", queryset=Member.objects.none(), label="Medlem")
    medlem__in = OneOfRows(field_name="member", queryset=Member.objects.none(), label="Medlem, en eller flera")
    typ = django_filters.ChoiceFilter(choices=TYPES, method="gap_type", label="Typ")
    typ__in = OneOfChoices(choices=TYPES, method="gap_type", label="Typ, en eller flera")
    funktion = django_filters.ModelChoiceFilter(
        field_name="function", queryset=ContactFunction.objects.none(), label="Kontaktfunktion"
    )
    funktion__in = OneOfRows(field_name="function", queryset=ContactFunction.objects.none(), label="Kontaktfunktioner")
    state = django_filters.ChoiceFilter(field_name="state", choices=ConcernState.choices, label="Partens läge")
    state__in = OneOfChoices(field_name="state", choices=ConcernState.choices, label="Partens läge, ett eller flera")
    sent_at__gte = moment("sent_at", "gte", label="Skickad, från och med")
    sent_at__lt = moment("sent_at", "lt", label="Skickad, före")
    acknowledge_due__gte = day("acknowledge_due", "gte", label="Ska bekräftas, från och med")
    acknowledge_due__lte = day("acknowledge_due", "lte", label="Ska bekräftas, till och med")
    answer_due__gte = day("answer_due", "gte", label="Ska besvaras, från och med")
    answer_due__lte = day("answer_due", "lte", label="Ska besvaras, till och med")

    class Meta:
        model = Concern
        fields: list[str] = []

    def only_open(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(case__ending="") if value == "ja" else queryset.exclude(case__ending="")

    def gap_type(self, queryset: Any, name: str, value: str | list[str]) -> Any:
        wanted = [value] if isinstance(value, str) else value
        return queryset.filter(type_set__in=["" if one == NOT_SET else one for one in wanted])


class MeasureFilters(OnCases):
    """The filters of measures across cases."""

    number__in = OneOfTexts(field_name="case__number", label="Ärendets nummer, ett eller flera")
    state = django_filters.ChoiceFilter(field_name="state", choices=MeasureState.choices, label="Åtgärdens läge")
    state__in = OneOfChoices(field_name="state", choices=MeasureState.choices, label="Åtgärdens läge, ett eller flera")
    cause = django_filters.ChoiceFilter(field_name="cause", choices=Cause.choices, label="Orsak som åtgärden möter")
    cause__in = OneOfChoices(field_name="cause", choices=Cause.choices, label="Orsak, en eller flera")
    part = django_filters.ChoiceFilter(field_name="concern__party", choices=Party.choices, label="Part")
    part__in = OneOfChoices(field_name="concern__party", choices=Party.choices, label="Part, en eller flera")
    medlem = django_filters.ModelChoiceFilter(
        field_name="concern__member", queryset=Member.objects.none(), label="Medlem"
    )
    medlem__in = OneOfRows(field_name="concern__member", queryset=Member.objects.none(), label="Medlem, en eller flera")
    due_on__gte = day("due_on", "gte", label="Klar senast, från och med")
    due_on__lte = day("due_on", "lte", label="Klar senast, till och med")
    ended_on__gte = day("ended_on", "gte", label="Slutade, från och med")
    ended_on__lte = day("ended_on", "lte", label="Slutade, till och med")

    class Meta:
        model = Measure
        fields: list[str] = []


# ---- systemfel ----


class PatternFilters(Near):
    """The filters of systemfel."""

    forbund = association("association")
    forbund__in = associations("association")
    status = django_filters.ChoiceFilter(field_name="status", choices=PatternStatus.choices, label="Läge")
    status__in = OneOfChoices(field_name="status", choices=PatternStatus.choices, label="Läge, ett eller flera")
    oppna = django_filters.ChoiceFilter(
        label="Pågår", choices=[("ja", "Bara pågående"), ("nej", "Bara avslutade")], method="only_open"
    )
    foljer = yes_or_no(label="Om man följer det", method="only_followed")
    review_on__gte = day("review_on__gte", "exact", method="reviewed", label="Följs upp, från och med")
    review_on__lte = day("review_on__lte", "exact", method="reviewed", label="Följs upp, till och med")

    class Meta:
        model = Pattern
        fields: list[str] = []

    def only_open(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.open() if value == "ja" else queryset.filter(status__in=PATTERN_ENDED)

    def only_followed(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(followed=value == "true")

    def reviewed(self, queryset: Any, name: str, value: Any) -> Any:
        # Whoever may not read the day must not find it out either.
        return queryset.known_to(self.actor).filter(**{name: value})


# ---- meetings ----


class MeetingFilters(Near):
    """The filters of meetings."""

    forbund = association("association")
    forbund__in = associations("association")
    body = django_filters.ChoiceFilter(field_name="body", choices=Lifted.choices, label="Vem som möts")
    held_on__gte = day("held_on", "gte", label="Datum, från och med")
    held_on__lte = day("held_on", "lte", label="Datum, till och med")
    is_cancelled = yes_or_no(label="Om det är inställt", field_name="cancelled_at", method="has_moment")
    is_approved = yes_or_no(label="Om protokollet är justerat", field_name="approved_at", method="has_moment")

    class Meta:
        model = Meeting
        fields: list[str] = []


# ---- the proof ----


class DeliveryFilters(Near):
    """The filters of the proof."""

    forbund = association("event__case__association")
    forbund__in = associations("event__case__association")
    number__in = OneOfTexts(field_name="event__case__number", label="Ärendets nummer, ett eller flera")
    kind = django_filters.ChoiceFilter(field_name="kind", choices=Kind.choices, label="Vad det säger")
    kind__in = OneOfChoices(field_name="kind", choices=Kind.choices, label="Vad det säger, ett eller flera")
    channel = django_filters.ChoiceFilter(field_name="channel", choices=Channel.choices, label="Väg")
    channel__in = OneOfChoices(field_name="channel", choices=Channel.choices, label="Väg, en eller flera")
    state = django_filters.ChoiceFilter(field_name="state", choices=State.choices, label="Hur det gick")
    state__in = OneOfChoices(field_name="state", choices=State.choices, label="Hur det gick, ett eller flera")
    created_at__gte = moment("created_at", "gte", label="Gjort, från och med")
    created_at__lt = moment("created_at", "lt", label="Gjort, före")
    sent_at__gte = moment("sent_at", "gte", label="Skickat, från och med")
    sent_at__lt = moment("sent_at", "lt", label="Skickat, före")

    class Meta:
        model = Delivery
        fields: list[str] = []


# ---- summaries and releases ----


class SummaryFilters(Near):
    """The filters of annual summaries."""

    forbund = association("association")
    forbund__in = associations("association")
    is_fixed = yes_or_no(label="Om den är fastställd", field_name="fixed_at", method="has_moment")
    first__gte = day("first", "gte", label="Perioden börjar, från och med")
    last__lte = day("last", "lte", label="Perioden slutar, till och med")

    class Meta:
        model = AnnualSummary
        fields: list[str] = []


class ReleaseFilters(Near):
    """The filters of releases."""

    forbund = association("association")
    forbund__in = associations("association")
    summary = django_filters.ModelChoiceFilter(
        field_name="summary", queryset=AnnualSummary.objects.none(), label="Årssammanställning"
    )
    audience = django_filters.ChoiceFilter(field_name="audience", choices=ReleaseAudience.choices, label="För vem")
    is_out = yes_or_no(label="Om den är lämnad ut", field_name="released_at", method="has_moment")

    class Meta:
        model = Release
        fields: list[str] = []

    def offer(self, actor: Actor) -> None:
        super().offer(actor)
        self.filters["summary"].queryset = AnnualSummary.objects.readable_by(actor)


# ---- registers ----


class AssociationFilters(Filters):
    """The filters of förbund."""

    open_to_all = yes_or_no(label="Om alla får rapportera", field_name="open_to_all", method="is_so")
    has_ended = yes_or_no(label="Om det har upphört", field_name="ended_on", method="has_day")

    class Meta:
        model = Association
        fields: list[str] = []

    def is_so(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(**{name: value == "true"})

    def has_day(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(**{f"{name}__isnull": value == "false"})


class RegisterFilters(Filters):
    """Filters of rows of one förbund's registers."""

    association: Association

    def offer_in(self, association: Association) -> None:
        """Fill in the choices that the förbund has."""
        self.association = association
        offered = {
            "medlem": association.members.all(),
            "funktion": ContactFunction.objects.filter(member__association=association),
        }
        for name in offered.keys() & self.filters.keys():
            self.filters[name].queryset = offered[name]

    def in_force_today(self, queryset: Any, name: str, value: str) -> Any:
        today = queryset.model._default_manager.in_force()
        return queryset.filter(pk__in=today) if value == "true" else queryset.exclude(pk__in=today)


def in_force() -> django_filters.ChoiceFilter:
    """Make the filter of what holds today."""
    return yes_or_no(label="Om det gäller i dag", method="in_force_today")


def of_member() -> django_filters.ModelChoiceFilter:
    """Make the filter of what belongs to a member of the förbund."""
    return django_filters.ModelChoiceFilter(field_name="member", queryset=Member.objects.none(), label="Medlem")


class MemberFilters(RegisterFilters):
    """The filters of members."""

    part = django_filters.ChoiceFilter(field_name="party", choices=Party.choices, label="Part")
    in_force = in_force()

    class Meta:
        model = Member
        fields: list[str] = []


class UnitFilters(RegisterFilters):
    """The filters of units."""

    medlem = of_member()
    in_force = in_force()

    class Meta:
        model = Unit
        fields: list[str] = []


class InitiativeFilters(RegisterFilters):
    """The filters of insatser."""

    in_force = in_force()

    class Meta:
        model = Initiative
        fields: list[str] = []


class FunctionFilters(RegisterFilters):
    """The filters of contact functions."""

    medlem = of_member()
    is_general = yes_or_no(label="Om det är den allmänna", method="only_general")
    in_force = in_force()

    class Meta:
        model = ContactFunction
        fields: list[str] = []

    def only_general(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.filter(is_general=value == "true")


class RuleFilters(RegisterFilters):
    """The filters of routing rules."""

    medlem = of_member()
    funktion = django_filters.ModelChoiceFilter(
        field_name="function", queryset=ContactFunction.objects.none(), label="Kontaktfunktion"
    )

    class Meta:
        model = RoutingRule
        fields: list[str] = []


class PeopleFilters(RegisterFilters):
    """The filters of people."""

    q = django_filters.CharFilter(label="Namn eller e-postadress", method="search", max_length=120)
    vantar = yes_or_no(label="Har inte loggat in än", method="only_waiting")
    alla = django_filters.ChoiceFilter(
        label="Också tidigare", choices=[("ja", "Ja"), ("nej", "Nej")], method="former_too"
    )

    class Meta:
        model = User
        fields: list[str] = []

    def search(self, queryset: Any, name: str, value: str) -> Any:
        return named_like(queryset, guarded({"q": value})["q"])

    def only_waiting(self, queryset: Any, name: str, value: str) -> Any:
        kept = waiting(queryset, self.association)
        return kept if value == "true" else queryset.exclude(pk__in=kept.order_by().values("pk"))

    def former_too(self, queryset: Any, name: str, value: str) -> Any:
        return queryset

    def filter_queryset(self, queryset: Any) -> Any:
        """Leave those out whose roles have ended, unless they are asked for."""
        if self.form.cleaned_data.get("alla") != "ja":
            queryset = queryset.filter(pk__in=current_people_of(self.association).order_by().values("pk"))
        return super().filter_queryset(queryset)
