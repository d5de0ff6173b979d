"""One figure a year, with what was typed in from older sources, and where the series does not hold together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases.charts import plot
from cases.charts.chart import WIDTH, Chart, ChartTable
from cases.charts.drawing import Drawing, Point
from cases.charts.lettering import LINE, wrapped
from cases.charts.saying import extremes, journey
from cases.charts.values import Value, is_known, shown


@dataclass(frozen=True)
class TrendPoint:
    """A year's figure; a marked one was typed in and is about right."""

    year: int
    value: Value
    marked: bool = False

    @property
    def named(self) -> str:
        return f"{self.year}, ungefär" if self.marked else str(self.year)

    @property
    def written(self) -> str:
        text = shown(self.value)
        return f"ca\u00a0{text}" if self.marked and is_known(self.value) else text


@dataclass(frozen=True)
class TrendBreak:
    """From this year on the figures are counted in another way, which the text tells."""

    year: int
    text: str


@dataclass(frozen=True)
class TrendChart(Chart):
    """A line over the years, with hollow points for typed-in figures and a dashed upright where the series breaks.

    Points and breaks may be plain tuples too, in the order of their fields, and in any order of years.
    """

    points: Sequence[TrendPoint | tuple[int, Value, bool]] = ()
    breaks: Sequence[TrendBreak | tuple[int, str]] = ()

    @property
    def _points(self) -> list[TrendPoint]:
        points = [point if isinstance(point, TrendPoint) else TrendPoint(*point) for point in self.points]
        return sorted(points, key=lambda point: point.year)

    @property
    def _breaks(self) -> list[TrendBreak]:
        breaks = [broken if isinstance(broken, TrendBreak) else TrendBreak(*broken) for broken in self.breaks]
        return sorted(breaks, key=lambda broken: broken.year)

    def _values(self) -> Iterable[Value]:
        return [point.value for point in self._points]

    @property
    def _shows(self) -> str:
        first, last = self._points[0].year, self._points[-1].year
        return f"en linje med ett värde per år, {first}–{last}" if first != last else f"ett värde, för {first}"

    def _said(self) -> str:
        figures = [(point.named, point.value) for point in self._points]
        said = [journey("Per år", figures)]
        if len(figures) > 1:
            said.append(extremes("Alla år", figures))
        if any(point.marked for point in self._points):
            said.append("Ihåliga punkter och ca betyder att talet är ungefärligt.")
        said += [f"{broken.year} bröts serien: {broken.text.rstrip('.')}." for broken in self._breaks]
        return " ".join(said)

    def table(self) -> ChartTable:
        notes = {broken.year: broken.text for broken in self._breaks}
        rows = tuple((str(p.year), p.written, *([notes.get(p.year, "")] if notes else [])) for p in self._points)
        return ChartTable(self.title, ("År", "Antal", *(["Brott i serien"] if notes else [])), rows, frozenset({0, 2}))

    def _draw(self, drawing: Drawing) -> Point:
        values = [point.value for point in self._points]
        field = plot.Plot.of(len(values), values, top=plot.TOP)
        field.grid(drawing)
        for number, broken in enumerate(self._breaks, start=1):
            self._break(drawing, field, number, broken)
        field.line(drawing, values, "first-line", thick=2.5)
        field.dots(drawing, [None if p.marked else p.value for p in self._points], "first", size=4.5)
        field.dots(drawing, [p.value if p.marked else None for p in self._points], "first-hollow", size=4.5)
        field.symbols(drawing, values)
        self._figures(drawing, field)
        y = field.labels(drawing, [str(point.year) for point in self._points])
        for number, broken in enumerate(self._breaks, start=1):
            rows = wrapped(f"{number}. Från {broken.year}: {broken.text}", WIDTH, lines=3)
            drawing.lines((0, y + 10), rows)
            y += len(rows) * LINE + 4
        return WIDTH, y + 4

    def _break(self, drawing: Drawing, field: plot.Plot, number: int, broken: TrendBreak) -> None:
        """Draw the line between the last year before and the first after; nothing where that is outside the field."""
        later = [place for place, point in enumerate(self._points) if point.year >= broken.year]
        if not later:
            return
        x = field.x(later[0] - 0.5)
        drawing.rule((x, field.top - 14), (x, field.foot), "third-line", dash="5 4", thick=1.5)
        drawing.text((x, field.top - 20), str(number), "strong", anchor="middle")

    def _figures(self, drawing: Drawing, field: plot.Plot) -> None:
        """Write the figures over their points: the last and first, then the highest, then what still has room."""
        there = [(place, p) for place, p in enumerate(self._points) if is_known(p.value)]
        ends = {there[-1][0]: 0, there[0][0]: 1}
        there.sort(key=lambda pair: (ends.get(pair[0], 2), -pair[1].value if is_known(pair[1].value) else 0))
        for number in plot.spread_out([(field.x(place), point.written) for place, point in there]):
            place, point = there[number]
            if is_known(point.value):
                drawing.text((field.x(place), field.y(point.value) - 11), point.written, "halo", anchor="middle")
