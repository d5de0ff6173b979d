"""Tables whose cells are shaded by their figures; the figure is always printed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from cases import swedish
from cases.charts.chart import WIDTH, Chart, ChartTable
from cases.charts.drawing import Drawing, Point
from cases.charts.lettering import LINE, shortened, width, wrapped
from cases.charts.values import Value, highest, is_known, known, shown

SHADES = 4
ROW, HIGH_ROW = 30.0, 40.0
_NAMES, _TURNED = 180.0, 150.0


@dataclass(frozen=True)
class HeatTable(Chart):
    """Rows by columns, `cells` row by row. Raise ValueError where their numbers do not agree."""

    rows: Sequence[str] = ()
    columns: Sequence[str] = ()
    cells: Sequence[Sequence[Value]] = ()

    row_title = ""
    column_title = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        if len(self.cells) != len(self.rows) or any(len(row) != len(self.columns) for row in self.cells):
            raise ValueError("the cells are not as many as rows and columns say")

    def _values(self) -> Iterable[Value]:
        return [value for row in self.cells for value in row]

    @property
    def _shows(self) -> str:
        return f"en tabell med {len(self.rows)} rader och {len(self.columns)} kolumner, med starkare ton ju högre tal"

    def _named(self, row: int, column: int) -> str:
        return f"{self.rows[row]}, {self.columns[column]}"

    def _said(self) -> str:
        top = highest(self._values())
        if not top:
            return "Alla tal är 0."
        places = [
            self._named(row, column)
            for row, values in enumerate(self.cells)
            for column, value in enumerate(values)
            if is_known(value) and value == top
        ]
        zeros = sum(1 for value in known(self._values()) if value == 0)
        where = swedish.joined(places) if len(places) == 1 else f"i {len(places)} rutor"
        return f"Högst: {swedish.number(top)} ({where})." + (f" {zeros} av rutorna är 0." if zeros > 1 else "")

    def table(self) -> ChartTable:
        heads = (self._corner, *self.columns)
        rows = zip(self.rows, self.cells, strict=True)
        return ChartTable(self.title, heads, tuple((name, *map(shown, values)) for name, values in rows))

    @property
    def _corner(self) -> str:
        return " / ".join(title for title in (self.row_title, self.column_title) if title)

    # ---- measures ----

    @cached_property
    def _label(self) -> float:
        """Tell how wide the rows' names stand."""
        return min(max(map(width, (*self.rows, f"{self.row_title}  ↓"))) + 12, _NAMES)

    @cached_property
    def _row(self) -> float:
        """Tell how high the rows are: higher where a name needs two lines."""
        return ROW if all(width(name) <= self._label - 10 for name in self.rows) else HIGH_ROW

    @cached_property
    def _column(self) -> float:
        """Tell how wide a column is: enough for its longest number, and together at least as wide as other charts."""
        needed = max(34.0, *(width(shown(value)) + 12 for value in self._values()))
        return max(needed, min((WIDTH - 2 - self._label) / len(self.columns), 110))

    @cached_property
    def _is_turned(self) -> bool:
        words = [word for name in self.columns for word in name.split()]
        return max(map(width, words), default=0) > self._column - 6

    @property
    def _size(self) -> float:
        return max(WIDTH, self._label + self._column * len(self.columns) + 2)

    @property
    def is_wide(self) -> bool:
        return self._size > WIDTH

    # ---- drawing ----

    def _draw(self, drawing: Drawing) -> Point:
        top = self._titles(drawing, self._heads(drawing))
        for number, (name, values) in enumerate(zip(self.rows, self.cells, strict=True)):
            y = top + number * self._row
            lines = wrapped(name, self._label - 10)
            drawing.lines((self._label - 8, y + self._row / 2 + 13 - 8 * len(lines)), lines, anchor="end")
            for column, value in enumerate(values):
                self._cell(drawing, (self._label + column * self._column, y), value)
        return self._size, self._legend(drawing, top + len(self.rows) * self._row + 24)

    def _heads(self, drawing: Drawing) -> float:
        """Write the columns' names and return where the cells begin."""
        start = 20.0 if self.column_title else 0.0
        if self._is_turned:
            longest = min(max(map(width, self.columns)), _TURNED)
            for number, name in enumerate(self.columns):
                x = self._label + (number + 0.5) * self._column + 5
                drawing.text((x, start + longest + 4), shortened(name, _TURNED), turned=True)
            return start + longest + 12
        names = [wrapped(name, self._column - 6, lines=3) for name in self.columns]
        most = max(map(len, names))
        for number, rows in enumerate(names):
            x = self._label + (number + 0.5) * self._column
            drawing.lines((x, start + 14 + (most - len(rows)) * LINE), rows, anchor="middle")
        return start + 8 + most * LINE

    def _titles(self, drawing: Drawing, top: float) -> float:
        if self.column_title:
            drawing.text((self._label, 13), f"{self.column_title} →", "strong")
        if self.row_title:
            drawing.text((self._label - 8, top - 8), f"{self.row_title} ↓", "strong", anchor="end")
        return top

    def _cell(self, drawing: Drawing, corner: Point, value: Value) -> None:
        shade = self._shade(value)
        wide, high = self._column - 2, self._row - 2
        drawing.add("rect", "cell", x=corner[0] + 1, y=corner[1] + 1, width=wide, height=high)
        if shade:
            drawing.box((corner[0] + 1, corner[1] + 1), wide, high, f"shade-{shade}")
        look = f"on-shade-{shade}" if shade else "ink"
        drawing.text((corner[0] + self._column / 2, corner[1] + self._row / 2 + 5), shown(value), look, anchor="middle")

    def _shade(self, value: Value) -> int:
        """Return 0 for no shade, up to the darkest; of hidden values nothing is told."""
        return math.ceil(SHADES * value / self._top) if is_known(value) and value > 0 else 0

    @cached_property
    def _top(self) -> float:
        return highest(self._values())

    def _legend(self, drawing: Drawing, y: float) -> float:
        """Show which shade stands for which figures, of those that occur."""
        x = 0.0
        for shade, span in self._spans():
            drawing.add("rect", f"shade-{shade}", x=x, y=y - 12, width=24, height=15)
            drawing.text((x + 30, y), span, "muted")
            x += 30 + width(span) + 16
        return y + 8

    def _spans(self) -> Sequence[tuple[int, str]]:
        spans = []
        for shade in range(1, SHADES + 1):
            found = [value for value in known(self._values()) if self._shade(value) == shade]
            if found:
                low, high = swedish.number(min(found)), swedish.number(max(found))
                spans.append((shade, low if low == high else f"{low}–{high}"))
        return spans


@dataclass(frozen=True)
class Matrix(HeatTable):
    """Who reports to whom: from the organisations of the rows towards those of the columns."""

    row_title = "Från"
    column_title = "Till"

    @property
    def _shows(self) -> str:
        return f"en tabell från {len(self.rows)} organisationer till {len(self.columns)}, med starkare ton ju högre tal"

    def _named(self, row: int, column: int) -> str:
        return f"från {self.rows[row]} till {self.columns[column]}"
