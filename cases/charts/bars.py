"""A few things compared by length, with their figures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases import swedish
from cases.charts.chart import WIDTH, Chart, ChartTable
from cases.charts.drawing import Drawing, Point
from cases.charts.lettering import LINE, width, wrapped
from cases.charts.saying import extremes
from cases.charts.values import Value, highest, is_known, shown

_NAMES = 230.0


@dataclass(frozen=True)
class BarList(Chart):
    """Lying bars, in the order they are given; `unit` is the word for what is counted, in the plural."""

    bars: Sequence[tuple[str, Value]] = ()
    unit: str = ""

    def _values(self) -> Iterable[Value]:
        return [value for _, value in self.bars]

    @property
    def _shows(self) -> str:
        return swedish.counted(len(self.bars), "liggande stapel", "liggande staplar") + (
            f" med antal {self.unit}" if self.unit else ""
        )

    @property
    def _counted(self) -> str:
        return self.unit[:1].upper() + self.unit[1:] or "Antal"

    def _said(self) -> str:
        return extremes(self._counted, self.bars)

    def table(self) -> ChartTable:
        return ChartTable(
            self.title,
            ("", self._counted),
            tuple((name, shown(value)) for name, value in self.bars),
        )

    def _draw(self, drawing: Drawing) -> Point:
        names = min(max(width(name) for name, _ in self.bars) + 12, _NAMES)
        numbers = max(width(shown(value)) for _, value in self.bars) + 12
        top, y = highest(self._values()), 4.0
        for name, value in self.bars:
            rows = wrapped(name, names - 10)
            middle = y + LINE * len(rows) / 2 + 2
            drawing.lines((names - 8, middle - LINE * len(rows) / 2 + 12), rows, anchor="end")
            long = (WIDTH - names - numbers) * value / top if is_known(value) and top else 0
            drawing.box((names, middle - 9), long, 18, "first")
            drawing.text((names + long + 6, middle + 5), shown(value), "strong" if is_known(value) else "muted")
            y += LINE * len(rows) + 12
        drawing.rule((names, 0), (names, y), "axis")
        return WIDTH, y + 2
