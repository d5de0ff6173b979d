"""The field between two axes: ticks, places, labels under it, the legend over it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypeAlias

from cases import swedish
from cases.charts.chart import WIDTH
from cases.charts.drawing import Drawing
from cases.charts.lettering import LINE, fits, width, wrapped
from cases.charts.values import Value, highest, is_known, shown

TOP, HIGH = 44.0, 210.0

# A label, and what draws its sign at a point.
Sign: TypeAlias = tuple[str, Callable[[float, float], None]]


def ticks(top: float) -> list[int]:
    """Return even steps from nothing to at least the top, three to six of them, whole numbers."""
    if top <= 1:
        return [0, 1]
    rough = top / 4
    size = 10 ** math.floor(math.log10(rough))
    step = max(1, next(math.ceil(size * times) for times in (1, 2, 2.5, 5, 10) if size * times >= rough))
    return [step * number for number in range(math.ceil(top / step) + 1)]


@dataclass(frozen=True)
class Plot:
    """A field for so many places side by side, from nothing up to the highest value."""

    places: int
    scale: tuple[int, ...]
    top: float = TOP

    @classmethod
    def of(cls, places: int, values: Sequence[Value], *, top: float = TOP) -> Plot:
        return cls(places, tuple(ticks(highest(values))), top)

    @property
    def left(self) -> float:
        return max(width(swedish.number(tick)) for tick in self.scale) + 10

    @property
    def right(self) -> float:
        return WIDTH - 12

    @property
    def foot(self) -> float:
        return self.top + HIGH

    @property
    def step(self) -> float:
        return (self.right - self.left) / max(self.places, 1)

    def x(self, place: float) -> float:
        """Return the middle of a place."""
        return self.left + (place + 0.5) * self.step

    def y(self, value: float) -> float:
        return self.foot - HIGH * value / self.scale[-1]

    def grid(self, drawing: Drawing) -> None:
        for tick in self.scale:
            look = "grid" if tick else "axis"
            drawing.rule((self.left, self.y(tick)), (self.right, self.y(tick)), look)
            drawing.text((self.left - 8, self.y(tick) + 4), swedish.number(tick), "muted", anchor="end")

    def labels(self, drawing: Drawing, labels: Sequence[str]) -> float:
        """Write under the field what fits: every label, or every second, third or so on. Return where it ends."""
        every = next(
            (n for n in range(1, 6) if all(fits(label, self.step * n - 6) for label in labels[::n])),
            math.ceil(60 / self.step) if self.step < 60 else 1,
        )
        most = 1
        for place in range(0, len(labels), every):
            rows = wrapped(labels[place], self.step * every - 6)
            # The first and the last may be wider than their place.
            wide = max(width(row) for row in rows)
            middle = min(max(self.x(place), wide / 2), WIDTH - wide / 2)
            drawing.lines((middle, self.foot + 18), rows, "muted", anchor="middle")
            most = max(most, len(rows))
        return self.foot + 18 + most * LINE

    def line(self, drawing: Drawing, values: Sequence[Value], look: str, *, dash: str = "", thick: float = 2) -> None:
        """Draw a line through what is known; it breaks where nothing is."""
        for run in runs(values):
            if len(run) > 1:
                drawing.path([(self.x(place), self.y(value)) for place, value in run], look, dash=dash, thick=thick)

    def dots(
        self, drawing: Drawing, values: Sequence[Value], look: str, *, shape: str = "circle", size: float = 4
    ) -> None:
        for place, value in enumerate(values):
            if is_known(value):
                drawing.dot((self.x(place), self.y(value)), look, shape=shape, size=size)

    def symbols(self, drawing: Drawing, values: Sequence[Value], *, shift: float = 0, missing: bool = True) -> None:
        """Print the symbol of what is not known at the foot, at the same height whatever it hides."""
        for place, value in enumerate(values):
            if not is_known(value) and (missing or value is not None):
                drawing.text((self.x(place) + shift, self.foot - 4), shown(value), "halo", anchor="middle")


def runs(values: Sequence[Value]) -> Iterator[list[tuple[int, float]]]:
    """Yield stretches of known values without a gap, each value with its place."""
    for there, group in groupby(enumerate(values), key=lambda pair: is_known(pair[1])):
        if there:
            yield [(place, value) for place, value in group if is_known(value)]


def legend(drawing: Drawing, entries: Sequence[Sign]) -> float:
    """Write what each sign means, in as many rows as it takes; each entry draws its sign, 24 wide. Return the foot."""
    x, y = 0.0, 14.0
    for label, sign in entries:
        wide = 32 + width(label) + 18
        if x and x + wide > WIDTH:
            x, y = 0, y + LINE + 6
        sign(x, y - 4)
        drawing.text((x + 32, y), label)
        x += wide
    return y


def line_sign(
    drawing: Drawing, label: str, line: str, dot: str, shape: str, *, dash: str = "", thick: float = 2
) -> Sign:
    """Return a legend's entry for a line: a bit of it with its sign."""

    def draw(x: float, y: float) -> None:
        drawing.rule((x, y), (x + 24, y), line, dash=dash, thick=thick)
        drawing.dot((x + 12, y), dot, shape=shape)

    return label, draw


def spread_out(candidates: Sequence[tuple[float, str]]) -> list[int]:
    """Choose which labels are written, the first of them first, so that none meets another."""
    taken: list[tuple[float, float]] = []
    kept = []
    for number, (middle, text) in enumerate(candidates):
        half = width(text) / 2 + 3
        if all(middle + half <= low or middle - half >= high for low, high in taken):
            taken.append((middle - half, middle + half))
            kept.append(number)
    return kept
