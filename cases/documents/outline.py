"""The order in which a report is read, with its tables and figures numbered once for every kind of file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import TypeAlias

from cases.charts import Chart
from cases.documents.shape import (
    Block,
    Bullets,
    Callout,
    Facts,
    Figure,
    Heading,
    Misshapen,
    Paragraph,
    Report,
    Section,
    Table,
)


@dataclass(frozen=True)
class NumberedTable:
    """A table in its place."""

    number: int
    table: Table

    @property
    def caption(self) -> str:
        return f"Tabell {self.number}. {self.table.title}"


@dataclass(frozen=True)
class NumberedFigure:
    """A chart in its place. Its table follows it, or `see` tells where the figures stand."""

    number: int
    chart: Chart
    table: Table
    table_number: int
    follows: bool

    @property
    def caption(self) -> str:
        return f"Figur {self.number}. {self.chart.title}"

    @property
    def see(self) -> str:
        """Return where the figures stand; nothing where they follow."""
        return "" if self.follows else f"Siffrorna står i tabell {self.table_number}."

    @property
    def told(self) -> str:
        """Return what stands below the chart: what the figures say, and where they stand."""
        return " ".join(text for text in (self.chart.description, self.see) if text)


Placed: TypeAlias = Paragraph | Heading | Bullets | Facts | Callout | NumberedTable | NumberedFigure


@dataclass(frozen=True)
class PlacedSection:
    """A section with its tables and figures numbered."""

    section: Section
    blocks: tuple[Placed, ...]


def outline(report: Report) -> tuple[PlacedSection, ...]:
    """Number tables and figures in reading order; a table that stands by itself is not repeated after its chart."""
    blocks = [block for section in report.sections for block in section.blocks]
    alone = [block.key for block in blocks if isinstance(block, Table)]
    if len(set(alone)) != len(alone):
        raise Misshapen(f"report {report.key}: a table stands in two places")
    return tuple(_place(report.sections, numbers=_numbers(blocks, set(alone)), alone=set(alone)))


def tables(report: Report) -> tuple[NumberedTable, ...]:
    """Return every table of the report once, in the order in which it is read."""
    return tuple(
        block for placed in outline(report) for block in placed.blocks if isinstance(block, NumberedTable)
    )  # fmt: skip


def _numbers(blocks: Iterable[Block], alone: set[str]) -> dict[str, int]:
    """Number each table where it is first shown in full."""
    order: dict[str, int] = {}
    same: dict[str, Table] = {}
    for block in blocks:
        table = block.table if isinstance(block, Figure) else block
        if not isinstance(table, Table):
            continue
        if same.setdefault(table.key, table) != table:
            raise Misshapen(f"two different tables have the key {table.key}")
        if table is block or table.key not in alone:
            order.setdefault(table.key, len(order) + 1)
    return order


def _place(sections: Iterable[Section], *, numbers: dict[str, int], alone: set[str]) -> Iterator[PlacedSection]:
    figures, shown = count(1), set(alone)
    for section in sections:
        placed: list[Placed] = []
        for block in section.blocks:
            if isinstance(block, Table):
                placed.append(NumberedTable(numbers[block.key], block))
            elif isinstance(block, Figure):
                table, number = block.table, numbers[block.table.key]
                follows = table.key not in shown
                placed.append(NumberedFigure(next(figures), block.chart, table, number, follows))
                placed.extend([NumberedTable(number, table)] if follows else [])
                shown.add(table.key)
            else:
                placed.append(block)
        yield PlacedSection(section, tuple(placed))
