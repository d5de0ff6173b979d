"""Puts an annual summary together, section by section, in the order that the styrelse reads it."""

from __future__ import annotations

from cases import swedish
from cases.annual.material import Link, material_of
from cases.annual.sections import SECTIONS
from cases.annual.words import name_of
from cases.documents import Report, Scope
from cases.models import AnnualSummary
from cases.statistics import Annual

# The blocks that somebody may write in place of the rules, and what they are called on the page.
EDITABLE = {
    "sammanfattning": "Sammanfattning",
    "balans": "In och ut",
    "lardomar": "Lärdomar",
    "forslag": "Förslag till styrelsen",
}


def report_of(summary: AnnualSummary, *, figures: Annual | None = None, link: Link | None = None) -> Report:
    """Return the summary as a report; with `link`, figures lead to the cases behind them, by the figure's name."""
    found = material_of(summary, figures=figures, link=link)
    return Report(
        key=f"arssammanstallning-{summary.pk}",
        title=f"Årssammanställning {name_of(summary.period)}",
        subtitle="Brister i samverkan som har rapporterats till förbundet",
        association=found.name,
        period=f"{swedish.day(summary.first)} – {swedish.day(summary.last)}",
        data_date=summary.data_on,
        made_at=summary.fixed_at or summary.frozen_at,
        sections=tuple(section(found) for section in SECTIONS),
        scope=Scope.INTERNAL,
        draft=not summary.is_fixed,
    )
