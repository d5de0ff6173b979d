"""A report as PDF/UA-1: tagged, in Swedish, with contents, and the scope on every page."""

from __future__ import annotations

from typing import Any

from cases import clocks
from cases.documents import drawing, typesetting
from cases.documents.cells import ShownCell, ShownTable, breakable, shown_table, widths
from cases.documents.facts import facts
from cases.documents.outline import NumberedFigure, NumberedTable, Placed, outline
from cases.documents.shape import Bullets, Callout, Facts, Heading, Paragraph, Report
from cases.text import clean

# More columns than this do not fit on a standing sheet.
WIDEST_STANDING = 9
# A row that is taller than a page has to break; every other row is kept together.
LONGEST_UNBROKEN = 1200
# How many letters of the table's own size stand on a line of the page, standing and lying, and between two columns.
ROOM_STANDING, ROOM_LYING, GAP = 92, 230, 2
# What columns of figures may take of a line before they break their words too.
MOST_FOR_FIGURES = 0.85


def render(report: Report) -> bytes:
    """Set the report. A character that no font has becomes □, and the last page says so."""
    return typesetting.pdf("report.typ", _data(report))


def _data(report: Report) -> dict[str, Any]:
    day = clocks.local_date(report.made_at)
    return {
        "title": _fit(report.title),
        "subtitle": _fit(report.subtitle),
        "association": _fit(report.association),
        "mark": report.mark,
        "marks": report.marks,
        "note": report.scope.note,
        "footer": _fit(f"{report.title}, {report.period}" if report.period else report.title),
        "made": [day.year, day.month, day.day],
        "facts": [[name, _fit(value)] for name, value in facts(report)],
        "sections": [
            {"heading": _fit(placed.section.heading), "blocks": [_block(block) for block in placed.blocks]}
            for placed in outline(report)
        ],
    }


def _fit(text: str) -> str:
    return breakable(clean(text))


def _block(block: Placed) -> dict[str, Any]:
    match block:
        case Paragraph():
            return {"kind": "paragraph", "paragraphs": [_fit(text) for text in block.paragraphs]}
        case Bullets():
            return {"kind": "bullets", "items": [_fit(item) for item in block.items]}
        case Facts():
            return {"kind": "facts", "pairs": [[_fit(name), _fit(value)] for name, value in block.pairs]}
        case Heading() | Callout():
            return {"kind": type(block).__name__.lower(), "text": _fit(block.text)}
        case NumberedFigure():
            return {
                "kind": "figure",
                "caption": _fit(block.caption),
                "svg": drawing.svg(block.chart),
                "alt": _fit(block.chart.alt),
                "told": _fit(block.told),
            }
        case NumberedTable():
            return _table(block)


def _table(placed: NumberedTable) -> dict[str, Any]:
    table = shown_table(placed.table)
    rows = [row for row in (*table.body, table.foot) if row]
    return {
        "kind": "table",
        "caption": _fit(placed.caption),
        "note": _fit(placed.table.note),
        "wide": len(table.head) > WIDEST_STANDING,
        "breaks": any(len(cell.text) > LONGEST_UNBROKEN for row in rows for cell in row),
        "together": _stays_together(rows),
        "widths": _widths(table),
        "head": [_cell(cell) for cell in table.head],
        "body": [[_cell(cell) for cell in row] for row in table.body],
        "foot": [_cell(cell) for cell in table.foot],
    }


def _cell(cell: ShownCell) -> dict[str, Any]:
    return {"text": _fit(cell.text), "number": cell.is_number}


def _widths(table: ShownTable) -> list[int]:
    """Return how the columns share the line; 0 for one that is as wide as its words.

    Figures keep their words whole as long as they leave room for the text beside them.
    """
    columns = zip(*(row for row in (table.head, *table.body, table.foot) if row), strict=True)
    whole = [GAP + max(len(cell.text) for cell in column) for column in columns]
    room = ROOM_LYING if len(whole) > WIDEST_STANDING else ROOM_STANDING
    if sum(whole) <= room:
        return [0] * len(whole)
    shared = widths(table, room=room)
    figures = sum(width for width, cell in zip(whole, table.head, strict=True) if cell.is_number)
    if figures > room * MOST_FOR_FIGURES:
        return shared
    return [0 if cell.is_number else share for cell, share in zip(table.head, shared, strict=True)]


def _stays_together(rows: list[tuple[ShownCell, ...]]) -> bool:
    """Tell whether a table is so small that a page break in it would only disturb."""
    return len(rows) <= 16 and all(len(cell.text) <= 60 for row in rows for cell in row)
