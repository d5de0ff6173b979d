"""What a reader sees in a table's cells: one text for page, PDF and Word, one rounding for every file.

Files that hold figures as figures round them as far as the text does. More digits would tell what a protected release
hides: 0.428571 is three of seven.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any

from cases import swedish
from cases.documents.shape import Cell, Column, Table, is_mark
from cases.text import clean

# A word this long has no place to break, and would push its table off the paper.
_UNBREAKABLE = re.compile(r"\S{32,}")
_BREAK = "\u200b"
# In letters: what stands around a cell's text, where a text has its line and a word its break.
PADDING, LINE, LONGEST_WHOLE_WORD = 4, 60, 24


@dataclass(frozen=True)
class ShownCell:
    """A cell's text and how it stands: figures to the right, the first column as the row's name, a marker's meaning."""

    text: str
    is_number: bool
    meaning: str = ""
    is_head: bool = False
    url: str = ""


@dataclass(frozen=True)
class ShownTable:
    """A table as text: the header, the rows, and the total apart."""

    head: tuple[ShownCell, ...]
    body: tuple[tuple[ShownCell, ...], ...]
    foot: tuple[ShownCell, ...]


def shown(value: Cell, column: Column) -> str:
    """Write a cell as a Swede reads it; a marker by its symbol, an empty cell as nothing."""
    if isinstance(value, int | float):
        return _figure(value, column)
    if isinstance(value, dt.date):
        return swedish.day(value)
    if is_mark(value):
        return value.symbol
    return clean(value) if isinstance(value, str) else ""


def _figure(value: float, column: Column) -> str:
    if column.kind == "year":
        return str(int(value))
    if column.kind == "share":
        return swedish.share(value)
    return swedish.number(value, decimals=1 if column.kind == "days" else None)


def rounded(value: float, column: Column) -> float:
    """Round a figure as far as its text is, so that no file tells more than another."""
    if column.kind == "share":
        return swedish.whole_percent(value) / 100
    return value if isinstance(value, int) else round(value, 1)


def plain(value: Cell, column: Column) -> Any:
    """Return what a file with types holds: rounded figures, days as dates, and everything else as its text."""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, int | float | dt.date):
        return value if isinstance(value, dt.date) else rounded(value, column)
    return shown(value, column)


def shown_table(table: Table) -> ShownTable:
    """Write every cell of a table."""
    head = tuple(ShownCell(clean(column.label), column.is_number) for column in table.columns)
    rows = tuple(_row(table, index) for index in range(len(table.rows)))
    return ShownTable(head, rows[:-1] if table.total else rows, rows[-1] if table.total else ())


def _row(table: Table, index: int) -> tuple[ShownCell, ...]:
    return tuple(
        ShownCell(
            shown(value, column),
            column.is_number,
            meaning=str(getattr(value, "label", "")) if is_mark(value) else "",
            is_head=place == 0 and not column.is_number,
            # Nothing stands behind a zero.
            url=table.links.get((index, column.key), "") if value != 0 else "",
        )
        for place, (value, column) in enumerate(zip(table.rows[index], table.columns, strict=True))
    )


def widths(table: ShownTable, *, room: int) -> list[int]:
    """Share a line of `room` letters among the columns: first each one's longest word, then the rest by their texts."""
    columns = list(zip(*(row for row in (table.head, *table.body, table.foot) if row), strict=True))
    needed = [PADDING + max(_longest_word(cell.text) for cell in column) for column in columns]
    wanted = [PADDING + max(min(LINE, len(cell.text)) for cell in column) for column in columns]
    lacking = [max(0, most - least) for most, least in zip(wanted, needed, strict=True)]
    spare = max(0, min(room - sum(needed), sum(lacking)))
    return [least + spare * lack // (sum(lacking) or 1) for least, lack in zip(needed, lacking, strict=True)]


def _longest_word(text: str) -> int:
    return max((min(LONGEST_WHOLE_WORD, len(word)) for word in text.split()), default=1)


def breakable(text: str) -> str:
    """Let a very long word break anywhere, by spaces without width."""
    return _UNBREAKABLE.sub(lambda word: _BREAK.join(word[0]), text)
