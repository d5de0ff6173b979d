"""How long things took: how many within so many days, where the middle lies, and nine of ten."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases import swedish
from cases.charts import plot
from cases.charts.chart import WIDTH, Chart, ChartTable
from cases.charts.drawing import Drawing, Point
from cases.charts.lettering import LINE, width
from cases.charts.values import Value, is_known, known, shown

MEDIAN, NINETIETH, TARGET = "Hälften inom", "Nio av tio inom", "Mål"
_DASHES = {MEDIAN: "", NINETIETH: "2 3", TARGET: "6 4"}
MOST_BINS = 12
# Days, weeks and roughly months, quarters, years.
_STEPS = (1, 2, 5, 7, 10, 14, 20, 30, 60, 90, 180, 365, 730, 1825, 3650)


@dataclass(frozen=True)
class Bin:
    """Days from one number to another, both included; `last` is None where there is no end."""

    first: int
    last: int | None
    count: Value

    @property
    def label(self) -> str:
        first = swedish.number(self.first)
        if self.last is None:
            return f"{first}–"
        return first if self.first == self.last else f"{first}–{swedish.number(self.last)}"


@dataclass(frozen=True)
class DaysChart(Chart):
    """Bars for how many took so many days; uprights for the median, for nine of ten and for the target.

    `spread` is pairs of days and count. While a count is hidden no median is told, since it would be wrong or tell.
    """

    spread: Sequence[tuple[int, Value]] = ()
    target: int | None = None

    def _values(self) -> Iterable[Value]:
        return [count for _, count in self.spread]

    @property
    def is_empty(self) -> bool:
        return not any(known(self._values()))

    @property
    def _shows(self) -> str:
        return "staplar för hur många som tog så många dagar"

    # ---- figures ----

    @property
    def _is_whole(self) -> bool:
        return len(known(self._values())) == len(self.spread)

    @property
    def marks(self) -> list[tuple[str, float]]:
        """Return what is marked on the axis of days, with its name."""
        found: list[tuple[str, float]] = []
        days = [day for day, count in sorted(self.spread, key=lambda pair: pair[0]) for _ in range(_times(count))]
        if days and self._is_whole:
            # Between neighbours in proportion, as the database counts it.
            ninetieth = statistics.quantiles(days, n=10, method="inclusive")[8] if len(days) > 1 else days[0]
            found += [(MEDIAN, statistics.median(days)), (NINETIETH, ninetieth)]
        if self.target is not None:
            found.append((TARGET, self.target))
        return found

    @property
    def bins(self) -> list[Bin]:
        """Return the bars, at most a dozen; a few very long times share the last, which has no end."""
        longest = max(day for day, _ in self.spread)
        marked = max((value for _, value in self.marks), default=longest)
        # One that took years must not press all the others into the first bar.
        reach = max(longest if longest <= marked * 2 else int(marked * 1.5), self.target or 0)
        step = next((step for step in _STEPS if reach // step < MOST_BINS), _STEPS[-1])
        whole = [Bin(n * step, (n + 1) * step - 1, self._between(n * step, (n + 1) * step - 1))
                 for n in range(reach // step + 1)]  # fmt: skip
        rest = whole[-1].first + step
        return [*whole, Bin(rest, None, self._between(rest, longest))] if longest >= rest else whole

    def _between(self, first: int, last: int) -> Value:
        """Add up the counts of these days; where one of them is hidden, so is the sum."""
        counts = [count for day, count in self.spread if first <= day <= last]
        hidden = [count for count in counts if not is_known(count)]
        return hidden[0] if hidden else sum(known(counts))

    # ---- words ----

    def _said(self) -> str:
        marks = [f"{name} {swedish.counted(round(value, 1), 'dag', 'dagar')}" for name, value in self.marks]
        if not self._is_whole:
            return ". ".join(marks) + "." if marks else ""
        within = [day for day, count in self.spread if is_known(count) and count]
        ends = f"Kortast {swedish.counted(min(within), 'dag', 'dagar')}, längst {swedish.number(max(within))}."
        return f"{'. '.join(marks)}. {ends}"

    def table(self) -> ChartTable:
        rows = tuple((part.label, shown(part.count)) for part in self.bins) if self.spread else ()
        return ChartTable(self.title, ("Dagar", "Antal"), rows)

    # ---- drawing ----

    def _draw(self, drawing: Drawing) -> Point:
        bins, marks = self.bins, sorted(self.marks, key=lambda mark: mark[1])
        field = plot.Plot.of(len(bins), [part.count for part in bins], top=LINE * len(marks) + 20)
        field.grid(drawing)
        for place, part in enumerate(bins):
            if is_known(part.count):
                y = field.y(part.count)
                drawing.box((field.x(place) - field.step * 0.44, y), field.step * 0.88, field.foot - y, "first")
        field.symbols(drawing, [part.count for part in bins])
        for row, (name, value) in enumerate(marks):
            self._mark(drawing, field, bins, 13.0 + row * LINE, name, value)
        foot = field.labels(drawing, [part.label for part in bins])
        drawing.text((field.right, foot + 6), "dagar", "muted", anchor="end")
        return WIDTH, foot + 14

    def _mark(self, drawing: Drawing, field: plot.Plot, bins: list[Bin], y: float, name: str, value: float) -> None:
        """Draw an upright with its name beside it, on the side that has room."""
        step = bins[0].last or 0
        place = min(value / (step - bins[0].first + 1), len(bins) - 0.5)
        x = field.left + place * field.step
        look = "second-line" if name == TARGET else "third-line"
        # A light edge lets it be seen across a dark bar.
        drawing.rule((x, y - 10), (x, field.foot), "gap", thick=6)
        drawing.rule((x, y - 10), (x, field.foot), look, dash=_DASHES[name], thick=2)
        text = f"{name} {swedish.counted(round(value, 1), 'dag', 'dagar')}"
        after = x + 6 + width(text) <= WIDTH
        drawing.text((x + 6 if after else x - 6, y), text, "halo", anchor="start" if after else "end")


def _times(count: Value) -> int:
    return int(count) if is_known(count) else 0
