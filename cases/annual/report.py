"""Puts an annual summary together, section by section, in the order that the styrelse reads it."""

from __future__ import annotations

from collections.abc import Callable

from cases.annual.material import Material, material_of
from cases.annual.sections import SECTIONS
from cases.annual.words import name_of
from cases.documents import Report, Scope
from cases.models import AnnualSummary

Link = Callable[[str], str]


def report_of(summary: AnnualSummary, *, link: Link | None = None) -> Report:
    """Return the summary as a report; with `link`, figures lead to the cases behind them, by the figure's name."""
    found = material_of(summary, link=link)
    return Report(
        key=f"arssammanstallning-{summary.pk}",
        title=f"Årssammanställning {name_of(summary.period)}",
        subtitle="Brister i samverkan som har rapporterats till förbundet",
        association=summary.association.name,
        period=period_in_words(found),
        data_date=summary.data_on,
        made_at=summary.fixed_at or summary.frozen_at,
        sections=tuple(section(found) for section in SECTIONS),
        scope=Scope.INTERNAL,
        draft=not summary.is_fixed,
    )
