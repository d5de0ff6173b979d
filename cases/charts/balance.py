"""What came, what ended and what is open, period by period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases.charts import plot
from cases.charts.chart import WIDTH, Chart, ChartTable
from cases.charts.drawing import Drawing, Point
from cases.charts.saying import extremes, journey
from cases.charts.values import Value, is_known, shown


@dataclass(frozen=True)
class BalancePoint:
    """A period's figures: opening + new + reopened - ended = closing."""

    label: str
    opening: Value
    new: Value
    reopened: Value
    ended: Value
    closing: Value

    @property
    def values(self) -> tuple[Value, ...]:
        return self.opening, self.new, self.reopened, self.ended, self.closing


@dataclass(frozen=True)
class BalanceChart(Chart):
    """Bars for new and ended, a line for what is open at the end of each period."""

    points: Sequence[BalancePoint] = ()

    def _values(self) -> Iterable[Value]:
        return [value for point in self.points for value in point.values]

    @property
    def _shows(self) -> str:
        return "staplar för nya och avslutade ärenden, och en linje för öppna vid periodens slut"

    def _said(self) -> str:
        open_ones = [(point.label, point.closing) for point in self.points]
        return " ".join(
            part
            for part in (
                journey("Öppna vid slutet", open_ones),
                extremes("Nya", [(point.label, point.new) for point in self.points]),
                extremes("Avslutade", [(point.label, point.ended) for point in self.points]),
            )
            if part
        )

    def table(self) -> ChartTable:
        columns = ("Period", "Öppna vid början", "Nya", "Öppnade igen", "Avslutade", "Öppna vid slutet")
        return ChartTable(self.title, columns, tuple((p.label, *map(shown, p.values)) for p in self.points))

    def _draw(self, drawing: Drawing) -> Point:
        drawn = [value for point in self.points for value in (point.new, point.ended, point.closing)]
        top = plot.legend(
            drawing,
            [
                ("Nya", lambda x, y: drawing.box((x + 5, y - 7), 14, 14, "first")),
                ("Avslutade", lambda x, y: drawing.hatched((x + 5, y - 7), 14, 14)),
                plot.line_sign(drawing, "Öppna vid slutet", "third-line", "third", "circle"),
            ],
        )
        field = plot.Plot.of(len(self.points), drawn, top=top + 26)
        field.grid(drawing)
        self._bars(drawing, field)
        closing = [point.closing for point in self.points]
        field.line(drawing, closing, "third-line")
        field.dots(drawing, closing, "third")
        field.symbols(drawing, closing)
        return WIDTH, field.labels(drawing, [point.label for point in self.points])

    def _bars(self, drawing: Drawing, field: plot.Plot) -> None:
        wide = min(field.step * 0.36, 40)
        for place, point in enumerate(self.points):
            middle = field.x(place)
            if is_known(point.new):
                drawing.box((middle - wide - 1, field.y(point.new)), wide, field.foot - field.y(point.new), "first")
            if is_known(point.ended):
                drawing.hatched((middle + 1, field.y(point.ended)), wide, field.foot - field.y(point.ended))
        field.symbols(drawing, [point.new for point in self.points], shift=-wide / 2 - 1)
        field.symbols(drawing, [point.ended for point in self.points], shift=wide / 2 + 1)
