"""Patterns over time: when each was seen, what was done, when it was solved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cases import swedish
from cases.charts import plot
from cases.charts.chart import WIDTH, Chart, ChartTable
from cases.charts.drawing import Drawing, Point
from cases.charts.lettering import LINE, width, wrapped
from cases.charts.values import Value

_NAMES = 200.0


@dataclass(frozen=True)
class PatternLine:
    """A pattern's days: of cases that show it, of measures against it, and the one it was solved."""

    name: str
    seen: Sequence[dt.date] = ()
    measures: Sequence[dt.date] = ()
    solved: dt.date | None = None

    @property
    def days(self) -> list[dt.date]:
        return sorted([*self.seen, *self.measures, *([self.solved] if self.solved else [])])


@dataclass(frozen=True)
class PatternsChart(Chart):
    """A line for each pattern from the day it was first seen until it was solved, or to the end while it is not.

    Days outside `start` to `end`, both included, are counted in the table and not drawn.
    """

    start: dt.date = dt.date.min
    end: dt.date = dt.date.min
    patterns: Sequence[PatternLine] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.end < self.start:
            raise ValueError("the time ends before it begins")

    def _values(self) -> Iterable[Value]:
        return [len(pattern.seen) for pattern in self.patterns]

    @property
    def _shows(self) -> str:
        count = swedish.number(len(self.patterns))
        return f"en tidslinje med {count} systemfel, {swedish.day(self.start)}–{swedish.day(self.end)}"

    def _said(self) -> str:
        solved = sum(1 for pattern in self.patterns if pattern.solved)
        seen = max(self.patterns, key=lambda pattern: len(pattern.seen))
        said = f"{swedish.number(len(self.patterns))} systemfel, varav {swedish.counted(solved, 'löst', 'lösta')}."
        if not seen.seen:
            return said
        return f"{said} Flest ärenden: {seen.name} ({swedish.number(len(seen.seen))})."

    def table(self) -> ChartTable:
        columns = ("Systemfel", "Ärenden", "Första", "Senaste", "Åtgärder", "Löst")
        return ChartTable(self.title, columns, tuple(map(_row, self.patterns)), frozenset({0, 2, 3, 5}))

    # ---- drawing ----

    def _x(self, day: dt.date, left: float) -> float:
        return left + (WIDTH - 14 - left) * (day - self.start).days / max((self.end - self.start).days, 1)

    def _draw(self, drawing: Drawing) -> Point:
        top = 18 + plot.legend(
            drawing,
            [
                ("Ärende", lambda x, y: drawing.dot((x + 12, y), "first-hollow")),
                ("Åtgärd", lambda x, y: drawing.dot((x + 12, y), "second-solid", shape="diamond", size=5)),
                ("Löst", lambda x, y: drawing.dot((x + 12, y), "third", shape="square", size=5)),
            ],
        )
        left = min(max(width(pattern.name) for pattern in self.patterns) + 16, _NAMES)
        names = [wrapped(pattern.name, left - 14) for pattern in self.patterns]
        foot = top + sum(LINE * len(rows) + 16 for rows in names)
        self._months(drawing, left, top, foot)
        y = top
        for pattern, rows in zip(self.patterns, names, strict=True):
            high = LINE * len(rows) + 16
            drawing.lines((left - 12, y + 20), rows, anchor="end")
            self._pattern(drawing, pattern, left, y + high / 2)
            y += high
        return WIDTH, foot + 26

    def _months(self, drawing: Drawing, left: float, top: float, foot: float) -> None:
        """Draw uprights at the beginnings of months or years, as many as have room for their names."""
        drawing.rule((left, foot), (WIDTH - 14, foot), "axis")
        for step in (1, 2, 3, 6, 12, 24, 60, 120):
            starts = list(self._starts(step))
            places = [(self._x(day, left), _tick(day, yearly=step >= 12)) for day in starts]
            if len(plot.spread_out(places)) == len(places):
                break
        for x, label in places:
            drawing.rule((x, top), (x, foot + 4), "grid")
            half = width(label) / 2
            drawing.text((min(max(x, half), WIDTH - half), foot + 18), label, "muted", anchor="middle")

    def _starts(self, step: int) -> Iterator[dt.date]:
        """Yield the first of every so many months, counted from January."""
        for number in range(self.start.year * 12, self.end.year * 12 + 12, step):
            day = dt.date(number // 12, number % 12 + 1, 1)
            if self.start <= day <= self.end:
                yield day

    def _pattern(self, drawing: Drawing, pattern: PatternLine, left: float, y: float) -> None:
        if not pattern.days or pattern.days[0] > self.end or (pattern.solved and pattern.solved < self.start):
            return
        begun, ended = max(pattern.days[0], self.start), min(pattern.solved or self.end, self.end)
        begun = min(begun, ended)
        drawing.rule((self._x(begun, left), y), (self._x(ended, left), y), "earlier-line", thick=2)
        for days, look, shape, size in (
            (pattern.seen, "first-hollow", "circle", 4),
            (pattern.measures, "second-solid", "diamond", 5),
            ((pattern.solved,) if pattern.solved else (), "third", "square", 5),
        ):
            for day in sorted(set(days)):
                if self.start <= day <= self.end:
                    drawing.dot((self._x(day, left), y), look, shape=shape, size=size)


def _tick(day: dt.date, *, yearly: bool) -> str:
    return str(day.year) if yearly else f"{swedish.month(day.month)} {day.year}"


def _row(pattern: PatternLine) -> tuple[str, ...]:
    seen = sorted(pattern.seen)
    first, last = (swedish.day(seen[0]), swedish.day(seen[-1])) if seen else ("–", "–")
    return (
        pattern.name,
        swedish.number(len(seen)),
        first,
        last,
        swedish.number(len(pattern.measures)),
        swedish.day(pattern.solved) if pattern.solved else "–",
    )
