"""A year month by month, against the years before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from cases import swedish
from cases.charts import plot
from cases.charts.chart import WIDTH, Chart, ChartTable
from cases.charts.drawing import Drawing, Point
from cases.charts.saying import extremes
from cases.charts.values import Value, known, shown

MOST_LINES = 3
# The nearest earlier year first: dashes and signs that stay apart without colour.
_EARLIER = (("7 4", "square"), ("2 4", "triangle"), ("10 4 2 4", "diamond"))


@dataclass(frozen=True)
class MonthsChart(Chart):
    """The latest year as a strong line; earlier ones as fainter lines, or as one band when they are more than three.

    Each year has twelve values, January first. Raise ValueError for another number of them.
    """

    years: Mapping[int, Sequence[Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__post_init__()
        if any(len(values) != 12 for values in self.years.values()):
            raise ValueError("a year has twelve months")

    @property
    def _earlier(self) -> list[int]:
        """List the years before the latest, the nearest first."""
        return sorted(self.years, reverse=True)[1:]

    def _values(self) -> Iterable[Value]:
        return [value for values in self.years.values() for value in values]

    @property
    def _shows(self) -> str:
        latest = f"en linje för {max(self.years)}, januari till december"
        if not self._earlier:
            return latest
        if len(self._earlier) > MOST_LINES:
            return f"{latest}, mot ett band från lägsta till högsta värdet {min(self._earlier)}–{max(self._earlier)}"
        return f"{latest}, mot {swedish.joined([str(year) for year in sorted(self._earlier)])}"

    def _said(self) -> str:
        return " ".join(
            part
            for year in sorted(self.years, reverse=True)[:2]
            if (part := extremes(str(year), list(zip(swedish.MONTHS, self.years[year], strict=True))))
        )

    def table(self) -> ChartTable:
        years = sorted(self.years)
        rows = tuple(
            (name, *(shown(self.years[year][number]) for year in years)) for number, name in enumerate(swedish.MONTHS)
        )
        return ChartTable(self.title, ("Månad", *(str(year) for year in years)), rows if years else ())

    def _draw(self, drawing: Drawing) -> Point:
        latest, earlier = max(self.years), self._earlier
        banded = len(earlier) > MOST_LINES
        signs = [plot.line_sign(drawing, str(latest), "first-line", "first", "circle", thick=3)]
        if banded:
            span = f"{min(earlier)}–{max(earlier)}, lägst till högst"
            signs.append((span, lambda x, y: drawing.box((x, y - 7), 24, 14, "band")))
        else:
            signs += [
                plot.line_sign(drawing, str(year), "earlier-line", "earlier", shape, dash=dash)
                for year, (dash, shape) in zip(earlier, _EARLIER, strict=False)
            ]
        top = plot.legend(drawing, signs)
        field = plot.Plot.of(12, list(self._values()), top=top + 26)
        if banded:
            self._band(drawing, field)
        field.grid(drawing)
        if not banded:
            for year, (dash, shape) in reversed(list(zip(earlier, _EARLIER, strict=False))):
                field.line(drawing, self.years[year], "earlier-line", dash=dash, thick=1.5)
                field.dots(drawing, self.years[year], "earlier", shape=shape, size=3)
        field.line(drawing, self.years[latest], "first-line", thick=3)
        field.dots(drawing, self.years[latest], "first")
        # A month that has not come yet has no value and needs no sign.
        field.symbols(drawing, self.years[latest], missing=False)
        return WIDTH, field.labels(drawing, [swedish.month(number) for number in range(1, 13)])

    def _band(self, drawing: Drawing, field: plot.Plot) -> None:
        """Fill from the lowest to the highest of the earlier years, where any is known."""
        columns = [known(self.years[year][month] for year in self._earlier) for month in range(12)]
        lows: list[Value] = [min(column, default=None) for column in columns]
        highs: list[Value] = [max(column, default=None) for column in columns]
        for upper, lower in zip(plot.runs(highs), plot.runs(lows), strict=True):
            corners = [(field.x(place), field.y(value)) for place, value in [*upper, *reversed(lower)]]
            if len(upper) == 1:
                x, (_, high), (_, low) = corners[0][0], corners[0], corners[1]
                corners = [(x - 8, high), (x + 8, high), (x + 8, low), (x - 8, low)]
            drawing.path(corners, "band", thick=1, closed=True)
