"""A report's tables as CSV for Swedish spreadsheets: semicolons, decimal commas, one file for each table in a zip.

A text that a spreadsheet would run as a formula gets an apostrophe before it. Figures and markers do not: their type is
known here, a lone "-" is no formula, and "missing" has to stay readable.
"""

from __future__ import annotations

import csv
import datetime as dt
import io

from django.utils.text import slugify

from cases.documents.archive import zipped
from cases.documents.cells import plain
from cases.documents.facts import facts
from cases.documents.outline import NumberedTable, tables
from cases.documents.shape import Cell, Column, Kind, Report, is_mark
from cases.text import clean, harmless

# A spreadsheet takes a file for Unicode, and å for å, when it begins with this.
BOM = "\ufeff"
SIGNATURE = "utf-8-sig"

_KINDS: dict[Kind, str] = {
    "text": "text",
    "count": "antal",
    "days": "dagar, avrundade till en decimal",
    "share": "andel från 0 till 1, avrundad till hela procent",
    "date": "datum",
    "year": "år",
}


def render(report: Report) -> bytes:
    """Pack one file for each table, and one that tells what they are."""
    files = [(_name(placed), placed) for placed in tables(report)]
    entries = [("README.txt", _readme(report, files).encode(SIGNATURE))]
    entries += [(name, written(placed).encode(SIGNATURE)) for name, placed in files]
    return zipped(entries, made_at=report.made_at)


def written(placed: NumberedTable) -> str:
    """Write one table: the labels, then its rows, the total last."""
    table, out = placed.table, io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow([harmless(clean(column.label)) for column in table.columns])
    for row in table.rows:
        writer.writerow([_cell(value, column) for value, column in zip(row, table.columns, strict=True)])
    return out.getvalue()


def _cell(value: Cell, column: Column) -> str:
    held = plain(value, column)
    if isinstance(held, int | float):
        return str(held).replace(".", ",")
    if isinstance(held, dt.date):
        return held.isoformat()
    return held if is_mark(value) else harmless(held)


def _name(placed: NumberedTable) -> str:
    return f"{placed.number:02}-{slugify(placed.table.title)[:60].strip('-') or 'tabell'}.csv"


def _readme(report: Report, files: list[tuple[str, NumberedTable]]) -> str:
    lines = [clean(report.title), *([clean(report.subtitle)] if report.subtitle else []), ""]
    lines += [f"{name}: {clean(value)}" for name, value in facts(report)]
    lines += [
        "",
        report.scope.note,
        "",
        "Fälten skiljs åt med semikolon. Text som börjar som en formel har en apostrof först.",
    ]
    for name, placed in files:
        lines += ["", f"{name}: {clean(placed.table.title)}"]
        lines += [f"  {clean(column.label)}: {_KINDS[column.kind]}" for column in placed.table.columns]
        lines += ["  Sista raden är en summa."] if placed.table.total else []
        lines += [f"  {clean(placed.table.note)}"] if placed.table.note else []
    return "\r\n".join(lines) + "\r\n"
