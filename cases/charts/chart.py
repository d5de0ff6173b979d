"""What every chart has: a drawing, a sentence that says what it is, what the figures say, and its table."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass

from cases.charts.drawing import Drawing, Markup, Point
from cases.charts.lettering import LINE, wrapped
from cases.charts.themes import SCREEN, Theme
from cases.charts.values import Value, is_known, shown

WIDTH = 640.0
EMPTY = "Det finns inga siffror att visa än."
HIDDEN_SYMBOL = ".."
HIDDEN = f"Tal som visas som {HIDDEN_SYMBOL} är dolda och räknas inte med här."
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


@dataclass(frozen=True)
class ChartTable:
    """The chart's figures as text, ready for a page; the first cell of a row is its heading."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    # Which columns hold words; the others are read from their right edge.
    wordy: frozenset[int] = frozenset({0})

    @property
    def heads(self) -> list[tuple[str, bool]]:
        """Return each column's heading, and whether figures stand under it."""
        return [(text, number not in self.wordy) for number, text in enumerate(self.columns)]

    @property
    def lines(self) -> list[tuple[str, list[tuple[str, bool]]]]:
        """Return each row's heading and its cells, and of each cell whether it is a figure."""
        return [(head, [(text, n not in self.wordy) for n, text in enumerate(cells, 1)]) for head, *cells in self.rows]


@dataclass(frozen=True)
class Chart(ABC):
    """A chart with its own key, which makes the ids in a page: letters, digits, hyphens. Raise ValueError otherwise."""

    key: str
    title: str

    def __post_init__(self) -> None:
        if not _KEY.fullmatch(self.key):
            raise ValueError(f"a chart's key is letters, digits and hyphens, not {self.key!r}")

    def svg(self, theme: Theme | str = SCREEN) -> Markup:
        """Draw the chart; where there is nothing to draw, the drawing says so."""
        drawing = Drawing(self.key, Theme(theme))
        if self.is_empty:
            rows = wrapped(self.description, WIDTH, lines=3)
            drawing.lines((0, LINE), rows, "muted")
            size: Point = (WIDTH, LINE * len(rows) + 8)
        else:
            size = self._draw(drawing)
        return drawing.finished(size, title=self.title, told=self.alt)

    @property
    def alt(self) -> str:
        """Say in one sentence what the chart shows."""
        return f"{self.title}: {self._shows}." if not self.is_empty else f"{self.title}: {_small(EMPTY)}"

    @property
    def description(self) -> str:
        """Say what the figures say, and nothing about why."""
        parts = [EMPTY if self.is_empty else self._said()]
        if any(shown(value) == HIDDEN_SYMBOL for value in self._values()):
            parts.append(HIDDEN)
        return " ".join(part for part in parts if part)

    @property
    def is_empty(self) -> bool:
        """Tell whether there is no number at all."""
        return not any(is_known(value) for value in self._values())

    @property
    def is_wide(self) -> bool:
        """Tell whether the drawing needs more room than others and is not to be made smaller."""
        return False

    @abstractmethod
    def table(self) -> ChartTable:
        """Return the same figures as a table."""

    @abstractmethod
    def _draw(self, drawing: Drawing) -> Point:
        """Draw, and return how wide and high it became."""

    @abstractmethod
    def _values(self) -> Iterable[Value]:
        """Return every value the chart was given."""

    @abstractmethod
    def _said(self) -> str:
        """Say what the figures say, of those that are known."""

    @property
    @abstractmethod
    def _shows(self) -> str:
        """Go on after the title and a colon: what is drawn how."""


def _small(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]
