"""The filters of lists: those of the pages, by the same names, with several values at once and ranges."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django_filters.fields import BaseCSVField

from cases import clocks, filters
from cases.codes import Cause, GapType, Outcome, Party, Status
from cases.filters import FIRST_DAY, LAST_DAY, YEARS
from cases.models import Association, Initiative, Member
from cases.querysets import Actor

MOST_AT_ONCE = 100


class Filters(django_filters.FilterSet):
    """Filters of a list; `actor` decides which choices there are. The description has a line of `WORDS` for each."""

    WORDS: ClassVar[Mapping[str, str]] = {}

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
        return super().clean(value)


class OneOfChoices(django_filters.BaseInFilter, django_filters.ChoiceFilter):
    """Keeps what has one of several codes: `status__in=CLOSED,DISMISSED`."""

    base_field_class = _SeveralField


class OneOfRows(django_filters.BaseInFilter, django_filters.ModelChoiceFilter):
    """Keeps what hangs on one of several rows."""

    base_field_class = _SeveralField


class OneOfTexts(django_filters.BaseInFilter, django_filters.CharFilter):
    """Keeps what has one of several texts."""

    base_field_class = _SeveralField


def _validators() -> list[Any]:
    return [MinValueValidator(FIRST_DAY, YEARS), MaxValueValidator(LAST_DAY, YEARS)]


def day(field: str, lookup: str, **kwargs: Any) -> django_filters.DateFilter:
    """Make a filter of one end of a range of days; a day has no time of its own."""
    return django_filters.DateFilter(field_name=field, lookup_expr=lookup, validators=_validators(), **kwargs)


class MomentFilter(django_filters.IsoDateTimeFilter):
    """Narrows by a moment, given with its time zone or as Swedish time."""


def moment(field: str, lookup: str, **kwargs: Any) -> MomentFilter:
    """Make a filter of one end of a range of moments."""
    first, last = clocks.start_of(FIRST_DAY), clocks.end_of(LAST_DAY)
    ends = [MinValueValidator(first, YEARS), MaxValueValidator(last, YEARS)]
    return MomentFilter(field_name=field, lookup_expr=lookup, validators=ends, **kwargs)


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
    outcome__in = OneOfChoices(field_name="outcome", choices=Outcome.choices, label="Utfall")
    cause__in = OneOfChoices(field_name="cause", choices=Cause.choices, label="Orsak")
    filed_at__gte = moment("filed_at", "gte", label="Registrerat, från och med")
    filed_at__lt = moment("filed_at", "lt", label="Registrerat, före")
    ended_at__gte = moment("ended_at", "gte", label="Avslutat, från och med")
    ended_at__lt = moment("ended_at", "lt", label="Avslutat, före")
    received_on__gte = day("received_on", "gte", label="Kom in, från och med")
    received_on__lte = day("received_on", "lte", label="Kom in, till och med")

    WORDS: ClassVar[Mapping[str, str]] = {
        "q": "Words of the report, each by its stem and the last one also as a beginning. A whole number finds its case.",
        "forbund": "A förbund by its code; for those who have several.",
        "forbund__in": "Förbund by their codes.",
        "status": "Cases with this status.",
        "status__in": "Cases with one of these statuses.",
        "oppna": "`ja`: open cases; `nej`: ended ones.",
        "sent": "Cases where a day to keep has passed, as it concerns the reader.",
        "part": "Cases about this party. Wishes about parts meet in one and the same concern.",
        "part__in": "Cases about one of these parties.",
        "medlem": "Cases about this member, by its id.",
        "medlem__in": "Cases about one of these members.",
        "typ": "Cases with a concern of this type; `ingen`: of none yet.",
        "typ__in": "Cases with a concern of one of these types.",
        "insats": "Cases from this insats, by its id.",
        "insats__in": "Cases from one of these insatser.",
        "ansvarig": "Cases of this coordinator, by id; for the kansli.",
        "fran": "Cases filed on this day or later.",
        "till": "Cases filed on this day or earlier.",
        "ordning": "`nyast`: newest first; `aldst`: oldest first.",
        "figur": "The cases behind a figure of an annual summary, as its page links to them; for the kansli.",
        "number__in": "Cases by their numbers.",
        "outcome__in": "Closed cases with one of these outcomes.",
        "cause__in": "Closed cases with one of these causes.",
        "filed_at__gte": "Filed at this moment or later.",
        "filed_at__lt": "Filed before this moment.",
        "ended_at__gte": "Ended at this moment or later.",
        "ended_at__lt": "Ended before this moment.",
        "received_on__gte": "Came in on this day or later.",
        "received_on__lte": "Came in on this day or earlier.",
    }
    CONCERN_WISHES: ClassVar[Mapping[str, str]] = {
        **filters.CaseFilter.CONCERN_WISHES,
        "part__in": "party__in",
        "medlem__in": "member__in",
        "typ__in": "type_set__in",
    }

    def __init__(self, data: Any = None, queryset: Any = None, *, actor: Actor, **kwargs: Any) -> None:
        super().__init__(data, queryset, actor=actor, **kwargs)
        for several, one in {"forbund__in": "forbund", "medlem__in": "medlem", "insats__in": "insats"}.items():
            if one in self.filters:
                self.filters[several].queryset = self.filters[one].queryset
            else:
                del self.filters[several]
