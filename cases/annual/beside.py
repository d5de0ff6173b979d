"""What stands beside a summary's figures and is not counted: earlier totals, breaks in the series, the förbund's name.

A draft reads them as they are; with a summary that is fixed they are kept as they were then.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from cases.models import AnnualSummary, EarlierTotal, SeriesBreak

KEY = "beside"


@dataclass(frozen=True)
class Beside:
    """Rows of the förbund's series, and what it was called."""

    name: str
    totals: tuple[EarlierTotal, ...]
    breaks: tuple[SeriesBreak, ...]


def beside(summary: AnnualSummary) -> Beside:
    """Return what stands beside a summary's figures."""
    kept = summary.terms.get(KEY)
    if kept is None:
        return Beside(
            summary.association.name,
            tuple(EarlierTotal.objects.filter(association=summary.association_id, year__lt=summary.last.year)),
            tuple(SeriesBreak.objects.filter(association=summary.association_id, on__lte=summary.last)),
        )
    return Beside(
        kept["name"],
        tuple(EarlierTotal(**row) for row in kept["totals"]),
        tuple(SeriesBreak(**{**row, "on": dt.date.fromisoformat(row["on"])}) for row in kept["breaks"]),
    )


def to_keep(summary: AnnualSummary) -> dict[str, Any]:
    """Return what stands beside a summary now, for its terms to keep when it is fixed."""
    now = beside(summary)
    totals = [
        {"year": one.year, "reports": one.reports, "is_rough": one.is_rough, "origin": one.origin} for one in now.totals
    ]
    breaks = [{"on": one.on.isoformat(), "kind": one.kind, "note": one.note} for one in now.breaks]
    return {KEY: {"name": now.name, "totals": totals, "breaks": breaks}}
