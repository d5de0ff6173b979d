"""Sentences about figures: where they began and ended, which was highest and lowest. Never why."""

from __future__ import annotations

from collections.abc import Sequence

from cases import swedish
from cases.charts.values import Value, is_known, known

Labelled = Sequence[tuple[str, Value]]
MOST_NAMED = 3


def journey(what: str, values: Labelled) -> str:
    """Tell the first and the last figure: Öppna: 12 (januari) först, 20 (december) sist."""
    figures = [(label, value) for label, value in values if is_known(value)]
    if not figures:
        return ""
    (first, began), (last, came) = figures[0], figures[-1]
    if len(figures) == 1:
        return f"{what}: {swedish.number(began)} ({first})."
    return f"{what}: {swedish.number(began)} först ({first}) och {swedish.number(came)} sist ({last})."


def extremes(what: str, values: Labelled) -> str:
    """Tell the highest and the lowest figure and where they are, or that all are the same."""
    figures = known(value for _, value in values)
    if len(figures) < 2:
        return journey(what, values)
    high, low = max(figures), min(figures)
    if high == low:
        return f"{what}: {swedish.number(high)} varje gång."
    return (
        f"{what}: högst {swedish.number(high)} ({_where(values, high)}) och "
        f"lägst {swedish.number(low)} ({_where(values, low)})."
    )


def _where(values: Labelled, sought: float) -> str:
    labels = [label for label, value in values if is_known(value) and value == sought]
    if len(labels) > MOST_NAMED:
        return f"på {len(labels)} ställen"
    return swedish.joined(labels)
