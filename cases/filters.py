"""The filters of the case list: one FilterSet for the page, the export and the API."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import F, QuerySet, Value

from cases import clocks
from cases.annual import UnknownFigure, cases_behind
from cases.codes import ConcernState, GapType, Party, Role, Status
from cases.models import AnnualSummary, Association, Case, Concern, Grant, Initiative, Member
from cases.querysets import Actor
from cases.services import guarded
from cases.swedish import A_DAY

ORDERS: dict[str, tuple[Any, ...]] = {
    "nyast": ("-filed_at", "-id"),
    "aldst": ("filed_at", "id"),
    "forfaller": (F("next_due").asc(nulls_last=True), "id"),
}
# With a search, an order that no index has. PostgreSQL else takes a rare word for a common one, and walks the newest
# cases, stemming each, until it has found a page of them.
_FILED = F("filed_at") + Value(dt.timedelta(0))
SEARCHED: dict[str, tuple[Any, ...]] = {**ORDERS, "nyast": (_FILED.desc(), "-id"), "aldst": (_FILED.asc(), "id")}
YEARS = "Skriv ett år mellan 2000 och 2099."
FIRST_DAY, LAST_DAY = dt.date(2000, 1, 1), dt.date(2099, 12, 31)


def _day(label: str, method: str) -> django_filters.DateFilter:
    """Make a filter by day; a day at the very end of time has no moment before or after it."""
    return django_filters.DateFilter(
        label=label,
        method=method,
        widget=forms.DateInput({"type": "date"}),
        error_messages={"invalid": A_DAY},
        validators=[MinValueValidator(FIRST_DAY, YEARS), MaxValueValidator(LAST_DAY, YEARS)],
    )


@dataclass(frozen=True)
class Figure:
    """A figure of an annual summary, and the keys of the cases behind it."""

    summary: AnnualSummary
    keys: QuerySet[Any]


class FigureField(forms.CharField):
    """Finds the cases behind a figure: `12:balance.new`, by the summary's key and the figure's name."""

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean(self, value: Any) -> Any:
        asked = super().clean(value)
        if not asked:
            return None
        key, _, name = asked.partition(":")
        # For the kansli alone: whoever sees a part of a case must not learn who else is concerned.
        kept = AnnualSummary.objects.kept_by(self.actor).select_related("association")
        summary = kept.filter(pk=int(key)).first() if _KEY.fullmatch(key) else None
        try:
            if summary is not None:
                return Figure(summary, cases_behind(summary, name))
        except UnknownFigure:
            pass
        raise forms.ValidationError("Siffran finns inte, eller så får du inte se ärendena bakom den.")


_KEY = re.compile(r"[0-9]{1,15}")


class FigureFilter(django_filters.CharFilter):
    """Narrows to the cases behind a figure."""

    field_class = FigureField


class CaseFilter(django_filters.FilterSet):
    """Narrows the cases that somebody may open. `actor` decides which choices are offered."""

    q = django_filters.CharFilter(label="Sök i texten", method="search", max_length=200)
    forbund = django_filters.ModelChoiceFilter(
        label="Förbund",
        field_name="association",
        to_field_name="code",
        queryset=Association.objects.none(),
        empty_label="Alla",
    )
    status = django_filters.ChoiceFilter(label="Läge", choices=Status.choices, empty_label="Alla")
    oppna = django_filters.ChoiceFilter(
        label="Pågår",
        choices=[("ja", "Bara pågående"), ("nej", "Bara avslutade")],
        method="only_open",
        empty_label="Alla",
    )
    sent = django_filters.BooleanFilter(
        label="Bara försenade", method="only_late", widget=forms.CheckboxInput(attrs={"value": "1"})
    )
    part = django_filters.ChoiceFilter(label="Part", choices=Party.choices, method="party", empty_label="Alla")
    medlem = django_filters.ModelChoiceFilter(
        label="Medlem", queryset=Member.objects.none(), method="member", empty_label="Alla"
    )
    typ = django_filters.ChoiceFilter(
        label="Typ", choices=[*GapType.choices, ("ingen", "Ej satt")], method="gap_type", empty_label="Alla"
    )
    insats = django_filters.ModelChoiceFilter(
        label="Insats", field_name="initiative", queryset=Initiative.objects.none(), empty_label="Alla"
    )
    ansvarig = django_filters.ChoiceFilter(label="Ansvarig", field_name="responsible", empty_label="Alla")
    fran = _day("Från", "filed_from")
    till = _day("Till", "filed_to")
    ordning = django_filters.ChoiceFilter(
        label="Ordning",
        choices=[("nyast", "Nyast först"), ("aldst", "Äldst först"), ("forfaller", "Förfaller först")],
        method="order",
        empty_label=None,
    )

    figur = FigureFilter(label="Siffra i en årssammanställning", method="figure", widget=forms.HiddenInput)

    # What each wish about a concern asks of it.
    CONCERN_WISHES: ClassVar[Mapping[str, str]] = {"part": "party", "medlem": "member", "typ": "type_set"}
    # What is there also for whom there is nothing to choose.
    ALWAYS: ClassVar[Collection[str]] = ()

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(
        self, data: Any = None, queryset: QuerySet[Case] | None = None, *, actor: Actor, **kwargs: Any
    ) -> None:
        super().__init__(data, queryset, **kwargs)
        self.actor = actor
        standing = actor.standing()
        mine = standing.everywhere | standing.inherited
        self.filters["forbund"].queryset = Association.objects.filter(pk__in=mine)
        self.filters["medlem"].queryset = Member.objects.filter(association__in=mine)
        self.filters["insats"].queryset = Initiative.objects.filter(association__in=mine)
        coordinated = standing.associations(Role.COORDINATOR)
        # Asked for when somebody wishes for one, or the form is shown.
        self.filters["ansvarig"].extra["choices"] = partial(_coordinators, coordinated)
        self.filters["figur"].extra["actor"] = actor
        useful_ones = {"forbund": len(mine) > 1, "ansvarig": bool(coordinated), "figur": "figur" in (data or {})}
        for name, useful in useful_ones.items():
            if not useful and name not in self.ALWAYS:
                del self.filters[name]

    @property
    def ordering(self) -> tuple[Any, ...]:
        """Return the order that was chosen; newest first unless told."""
        data = self.form.cleaned_data if self.form.is_valid() else {}
        orders = SEARCHED if data.get("q") else ORDERS
        return orders[data.get("ordning") or "nyast"]

    def search(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Find every word, by its stem; the last one also as a beginning."""
        text = guarded({"q": value})["q"]
        return queryset.filter(search__stems=text) if text else queryset

    def figure(self, queryset: QuerySet[Case], name: str, value: Figure) -> QuerySet[Case]:
        return queryset.filter(pk__in=value.keys)

    def only_open(self, queryset: Any, name: str, value: str) -> Any:
        return queryset.open() if value == "ja" else queryset.ended()

    def only_late(self, queryset: Any, name: str, value: bool) -> Any:
        return queryset.late_to(self.actor) if value else queryset

    def party(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return self._with_concern(queryset, name)

    def member(self, queryset: QuerySet[Case], name: str, value: Member) -> QuerySet[Case]:
        return self._with_concern(queryset, name)

    def gap_type(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        return self._with_concern(queryset, name)

    def filed_from(self, queryset: QuerySet[Case], name: str, value: Any) -> QuerySet[Case]:
        return queryset.filter(filed_at__gte=clocks.start_of(value))

    def filed_to(self, queryset: QuerySet[Case], name: str, value: Any) -> QuerySet[Case]:
        return queryset.filter(filed_at__lt=clocks.end_of(value))

    def order(self, queryset: QuerySet[Case], name: str, value: str) -> QuerySet[Case]:
        """Leave the order to the page, which needs it when it cuts."""
        return queryset

    def _with_concern(self, queryset: QuerySet[Case], name: str) -> QuerySet[Case]:
        """Keep cases where one and the same concern meets every wish about concerns; asked once, for the first."""
        data = self.form.cleaned_data
        wishes = {wish: data[wish] for wish in self.CONCERN_WISHES if data.get(wish)}
        if name != next(iter(wishes)):
            return queryset
        wanted = {self.CONCERN_WISHES[wish]: _meant(value) for wish, value in wishes.items()}
        # Only what the person may see of a case may find it: a function must not learn who else is concerned.
        concerns = Concern.objects.shown_to(self.actor).filter(**wanted).exclude(state=ConcernState.WITHDRAWN)
        return queryset.filter(pk__in=concerns.order_by().values("case"))


def _coordinators(associations: Collection[int]) -> list[tuple[Any, str]]:
    """List the people who coordinate the förbund or did, by name; a system is responsible for nothing."""
    grants = Grant.objects.filter(role=Role.COORDINATOR, association__in=associations, user__system_of=None)
    return sorted(set(grants.values_list("user_id", "user__name")), key=lambda pair: pair[1])


def _meant(value: Any) -> Any:
    """Return what a wish looks for in the column: no type is an empty one."""
    if isinstance(value, list):
        return [_meant(one) for one in value]
    return "" if value == "ingen" else value
