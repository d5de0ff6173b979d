"""Charts on paper: the drawing itself, and the picture of it for files that hold no drawings."""

from __future__ import annotations

from typing import Any

from cases.documents import typesetting

PAPER = "paper"
PPI = 200


def svg(chart: Any) -> str:
    """Return the chart as a drawing that needs no style sheet."""
    return str(chart.svg(PAPER))


def png(chart: Any) -> bytes:
    """Return the chart as a picture, 160 mm wide."""
    return typesetting.png("picture.typ", "svg", svg(chart), ppi=PPI)
