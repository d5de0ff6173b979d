"""What a report is made of, whatever file it becomes: plain values, checked when they are put together.

A cell holds the typed value and never its text: a count is an int, a share is 0 to 1, a day is a date. A string in a
column of figures stands as it is written ("ca 100"). None is an empty cell. Anything with a `symbol` is a marker.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from math import isfinite
from typing import Literal, Protocol, TypeAlias, TypeGuard, get_args

from cases.charts import Chart
from cases.text import clean


class Mark(Protocol):
    """Stand in a cell where a figure would have stood."""

    @property
    def symbol(self) -> str: ...


@dataclass(frozen=True)
class Marker:
    """Say why a cell holds no figure."""

    symbol: str
    label: str


HIDDEN = Marker("..", "för litet tal, dolt så att ingen kan pekas ut")
MISSING = Marker("-", "uppgift saknas")
NOT_APPLICABLE = Marker(".", "kan inte förekomma")
MARKERS = (HIDDEN, MISSING, NOT_APPLICABLE)

Cell: TypeAlias = str | int | float | dt.date | Mark | None
Row: TypeAlias = tuple[Cell, ...]
Kind = Literal["text", "count", "days", "share", "date", "year"]
_EMPTY_LINES = re.compile(r"\n\s*\n")
KINDS: tuple[Kind, ...] = get_args(Kind)


def is_mark(value: object) -> TypeGuard[Mark]:
    """Tell a marker from a value, whoever made it."""
    return isinstance(getattr(value, "symbol", None), str)


class Misshapen(ValueError):
    """A report that no file could show as it was meant."""


def _require(holds: bool, fault: str) -> None:
    if not holds:
        raise Misshapen(fault)


class ChartKind(StrEnum):
    """Which chart the spreadsheet draws beside a table, by the spreadsheet's own means."""

    COLUMN = "column"
    LINE = "line"
    BAR = "bar"


@dataclass(frozen=True)
class Column:
    """Name a column and say what its figures are; days have one decimal, shares are whole percent."""

    key: str
    label: str
    kind: Kind = "text"

    def __post_init__(self) -> None:
        _require(self.kind in KINDS, f"column {self.key}: no kind {self.kind!r}")

    @property
    def is_number(self) -> bool:
        """Tell whether the column is read from its right edge."""
        return self.kind in {"count", "days", "share"}


@dataclass(frozen=True)
class Table:
    """Rows of typed values; with `total` the last row sums up, and `links` lead on from cells of a page."""

    key: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    note: str = ""
    total: bool = False
    links: Mapping[tuple[int, str], str] = field(default_factory=dict)
    chart: ChartKind | None = None

    def __post_init__(self) -> None:
        keys = [column.key for column in self.columns]
        _require(bool(keys) and len(set(keys)) == len(keys), f"table {self.key}: column keys must be there, and differ")
        _require(all(len(row) == len(keys) for row in self.rows), f"table {self.key}: a row of another length")
        figures = [cell for row in self.rows for cell in row if isinstance(cell, float)]
        _require(all(map(isfinite, figures)), f"table {self.key}: a figure that is no number")
        _require(bool(self.rows) or not self.total, f"table {self.key}: a total of no rows")
        astray = [place for place in self.links if place[0] not in range(len(self.rows)) or place[1] not in keys]
        _require(not astray, f"table {self.key}: links from cells that are not there: {astray}")


@dataclass(frozen=True)
class Paragraph:
    """Running text; an empty line begins a new paragraph. With a key, somebody may change it before it is settled."""

    text: str
    editable_key: str = ""

    @property
    def paragraphs(self) -> tuple[str, ...]:
        return tuple(text for part in _EMPTY_LINES.split(clean(self.text)) if (text := part.strip()))


@dataclass(frozen=True)
class Heading:
    """A heading below its section's, where a section has parts."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """Short lines of equal weight."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """Name and value, pair by pair."""

    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Callout:
    """What must not be missed, in a frame of its own."""

    text: str


@dataclass(frozen=True)
class Figure:
    """A chart and its figures. A table that also stands by itself in the report is pointed at, not repeated."""

    chart: Chart
    table: Table

    def __post_init__(self) -> None:
        _require(bool(self.chart.alt.strip()), f"figure of table {self.table.key}: a chart must say what it shows")


Block: TypeAlias = Paragraph | Heading | Bullets | Facts | Callout | Table | Figure


@dataclass(frozen=True)
class Section:
    """A heading and what stands below it; `number` is shown before the title where the section has one."""

    key: str
    title: str
    blocks: tuple[Block, ...]
    number: int | None = None

    def __post_init__(self) -> None:
        _require(bool(clean(self.title)), f"section {self.key}: a heading must say something")

    @property
    def heading(self) -> str:
        return self.title if self.number is None else f"{self.number}. {self.title}"


class Scope(Enum):
    """Whom the figures are for; every page, sheet and file says so."""

    INTERNAL = "INTERNAL"
    PROTECTED = "PROTECTED"

    @property
    def label(self) -> str:
        return "Internt" if self is Scope.INTERNAL else "Skyddad utgåva"

    @property
    def note(self) -> str:
        """Return what the reader has to know, the meaning of the markers included."""
        if self is Scope.INTERNAL:
            return "Siffrorna är för förbundets eget arbete. Små tal kan peka ut någon: lämna dem inte vidare."
        meanings = "; ".join(f"{marker.symbol} betyder {marker.label}" for marker in MARKERS)
        return f"Små tal är dolda. I tabellerna gäller: {meanings}. 0 är noll."


@dataclass(frozen=True)
class Report:
    """Everything a file says, and the only thing it is made from. `made_at` is aware; no file reads a clock.

    `mark` is the förbund's own sign as SVG, shown in the corner of a page.
    """

    key: str
    title: str
    association: str
    period: str
    sections: tuple[Section, ...]
    scope: Scope
    made_at: dt.datetime
    subtitle: str = ""
    data_date: dt.date | None = None
    draft: bool = False
    mark: str = ""
    language: Literal["sv"] = "sv"

    def __post_init__(self) -> None:
        _require(self.made_at.tzinfo is not None, f"report {self.key}: made_at has no time zone")
        _require(bool(clean(self.title)), f"report {self.key}: a report must have a title")
        keys = [section.key for section in self.sections]
        _require(len(set(keys)) == len(keys), f"report {self.key}: section keys must differ")

    @property
    def marks(self) -> tuple[str, ...]:
        """Return what every page carries: whom it is for, and that it is not settled yet."""
        return (self.scope.label, *(["Utkast, inte fastställd"] if self.draft else []))
