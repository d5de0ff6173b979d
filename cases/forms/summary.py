"""Which förbund and period a summary is of."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms

from cases import clocks
from cases.forms.fields import Choice, day, plain_words
from cases.models import Association
from cases.statistics import Period

TERTIALS = {1: "januari–april", 2: "maj–augusti", 3: "september–december"}
OWN_DAYS = ("", "Egna datum")


class PeriodForm(forms.Form):
    """A förbund and a year, a tertial, or days of one's own choice; this year unless told."""

    forbund = forms.ChoiceField(label="Förbund")
    period = forms.ChoiceField(label="Period", required=False)
    fran = day("Från och med", required=False)
    till = day("Till och med", required=False)

    def __init__(
        self, data: Any, *, associations: Sequence[Association], chosen: Association, first: dt.date, **kwargs: Any
    ) -> None:
        own = bool(data.get("fran") or data.get("till"))
        year = str(clocks.today().year)
        filled = {
            "forbund": chosen.code,
            "period": "" if own else data.get("period") or year,
            "fran": data.get("fran", ""),
            "till": data.get("till", ""),
        }
        super().__init__(filled, **kwargs)
        self._choose("forbund", [(association.code, association.name) for association in associations])
        plain_words(self, chosen)
        self._choose("period", [*([OWN_DAYS] if own else []), *periods_begun(first)])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("fran"), data.get("till")
        if not data.get("period") and "period" not in self.errors:
            if not first and "fran" not in self.errors:
                self.add_error("fran", "Välj första dagen.")
            if not last and "till" not in self.errors:
                self.add_error("till", "Välj sista dagen.")
        if first and last and last < first:
            self.add_error("till", "Sista dagen behöver vara samma dag som den första eller senare.")
        return data

    def chosen(self) -> Period:
        """Return the period that was chosen."""
        name = self.cleaned_data["period"]
        return period_named(name) if name else Period(self.cleaned_data["fran"], self.cleaned_data["till"])

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


def period_named(name: str) -> Period:
    """Return the period of a choice: 2025, or 2025-t2 for its second tertial."""
    year, _, tertial = name.partition("-t")
    return Period.tertial(int(year), int(tertial)) if tertial else Period.year(int(year))


def periods_begun(first: dt.date) -> list[Choice]:
    """List the years since the first report, the newest first, each with the tertials that have begun."""
    today = clocks.today()
    found: list[Choice] = []
    for year in range(today.year, min(first.year, today.year) - 1, -1):
        tertials = [
            (f"{year}-t{number}", f"{year}, {months}")
            for number, months in TERTIALS.items()
            if Period.tertial(year, number).first <= today
        ]
        found.append((str(year), [(str(year), f"Hela {year}"), *tertials]))
    return found
