"""Charts on paper: the drawing itself, and the picture of it for files that hold no drawings."""

from __future__ import annotations

from collections.abc import Sequence

from cases.charts import PAPER, Chart
from cases.documents import typesetting

PPI = 200


def svg(chart: Chart) -> str:
    """Return the chart as a drawing that needs no style sheet."""
    return str(chart.svg(PAPER))


def pictures(charts: Sequence[Chart]) -> list[bytes]:
    """Return a picture of each chart, 160 mm wide."""
    return typesetting.pictures("picture.typ", [svg(chart) for chart in charts], ppi=PPI) if charts else []
