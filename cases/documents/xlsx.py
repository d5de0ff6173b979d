"""A report's tables as a workbook: a sheet for each, typed cells, charts that the spreadsheet draws itself."""

from __future__ import annotations

import datetime as dt
import io
import re
import textwrap
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from cases.documents.cells import plain, shown_table
from cases.documents.cells import widths as share_out
from cases.documents.facts import facts
from cases.documents.outline import NumberedTable, tables
from cases.documents.shape import Column, Report, Table
from cases.text import clean

FIRST_SHEET = "Om rapporten"
# Above the header stand the caption, and whom the sheet is for.
HEADER_ROW = 2
# Excel's own limits: characters in a sheet's name, in a cell, in a third of a page's head; points of a line and a row.
NAME, CELL, PAGE_HEADER = 31, 32_767, 60
LINE, HIGHEST = 15, 409
# Letters across a lying sheet.
ROOM = 130
CUT = " … (avkortad)"

_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\\s]+")
_ACCENT, _SOFT, _MUTED = "#0E5A62", "#F1ECE3", "#545E5E"
_NUMBERS = {"count": "#,##0", "days": "0.0", "share": "0 %", "date": "yyyy-mm-dd", "year": "0", "text": "General"}
_OPTIONS = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "constant_memory": True,
    "remove_timezone": True,
}


def render(report: Report) -> bytes:
    """Write the workbook."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _OPTIONS) as book:
        book.set_properties(
            {
                "title": clean(report.title),
                "subject": clean(report.subtitle),
                "author": clean(report.association),
                "keywords": ", ".join(report.marks),
                "comments": report.scope.note,
                "created": report.made_at.astimezone(dt.UTC).replace(tzinfo=None),
            }
        )
        looks = _Looks(book)
        placed = tables(report)
        _about(book, report, placed, looks)
        for one in placed:
            _sheet(book, report, one, looks)
    return out.getvalue()


def sheet_name(placed: NumberedTable) -> str:
    """Return a name that Excel takes, begun with the table's number and so never used twice."""
    words = _NOT_IN_NAMES.sub(" ", clean(placed.table.title))
    return _cut(f"{placed.number} {words}", NAME).strip(" '")


class _Looks:
    """The formats of a workbook, each made once."""

    def __init__(self, book: Workbook) -> None:
        self._book, self._made = book, dict[tuple[Any, ...], Format]()

    def __call__(self, **properties: Any) -> Format:
        wanted = {"valign": "top", **properties}
        key = tuple(sorted(wanted.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(wanted)
        return self._made[key]

    def cell(self, column: Column, value: object, *, total: bool) -> Format:
        number = "#,##0.0" if column.kind == "count" and isinstance(value, float) else _NUMBERS[column.kind]
        properties: dict[str, Any] = {"num_format": number} if isinstance(value, int | float | dt.date) else {}
        properties["align"] = "right" if column.is_number else "left"
        if isinstance(value, str):
            properties["text_wrap"] = True
        return self(**properties, **({"bold": True, "top": 1} if total else {}))


def _about(book: Workbook, report: Report, placed: tuple[NumberedTable, ...], looks: _Looks) -> None:
    """Write the first sheet: what this is, whom it is for, and where each table stands."""
    sheet = book.add_worksheet(FIRST_SHEET)
    _paper(sheet, report)
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 80)
    sheet.set_row(0, 24)
    sheet.write_string(0, 0, clean(report.title), looks(bold=True, font_size=16, font_color=_ACCENT))
    sheet.write_string(1, 0, clean(report.subtitle), looks(font_color=_MUTED))
    row = 3
    for name, value in facts(report):
        sheet.write_string(row, 0, name, looks(bold=True))
        sheet.write_string(row, 1, clean(value), looks(text_wrap=True))
        row += 1
    sheet.write_string(row, 0, "Att tänka på", looks(bold=True))
    sheet.write_string(row, 1, report.scope.note, looks(text_wrap=True))
    sheet.write_string(row + 2, 0, "Innehåll", looks(bold=True, font_size=13, font_color=_ACCENT))
    for line, one in enumerate(placed, start=row + 3):
        link = f"internal:'{sheet_name(one).replace(chr(39), chr(39) * 2)}'!A1"
        sheet.write_url(line, 0, link, looks(font_color=_ACCENT, underline=1), f"Tabell {one.number}")
        sheet.write_string(line, 1, _fitting(one.table.title), looks(text_wrap=True))


def _sheet(book: Workbook, report: Report, placed: NumberedTable, looks: _Looks) -> None:
    table, name = placed.table, sheet_name(placed)
    sheet = book.add_worksheet(name)
    _paper(sheet, report)
    widths = _widths(sheet, table)
    where = (*report.marks, clean(report.association), clean(report.period))
    sheet.set_row(0, 20)
    sheet.write_string(0, 0, _fitting(placed.caption), looks(bold=True, font_size=13, font_color=_ACCENT))
    sheet.write_string(1, 0, _fitting(" · ".join(word for word in where if word)), looks(font_color=_MUTED))
    _raise(sheet, HEADER_ROW, [column.label for column in table.columns], widths)
    for place, column in enumerate(table.columns):
        side = "right" if column.is_number else "left"
        look = looks(bold=True, bg_color=_SOFT, bottom=1, text_wrap=True, align=side)
        sheet.write_string(HEADER_ROW, place, _fitting(column.label), look)
    for line, values in enumerate(table.rows):
        total = table.total and line == len(table.rows) - 1
        _raise(sheet, HEADER_ROW + 1 + line, values, widths)
        for place, column in enumerate(table.columns):
            value = plain(values[place], column)
            _write(sheet, (HEADER_ROW + 1 + line, place), value, looks.cell(column, value, total=total))
    if table.note:
        sheet.write_string(HEADER_ROW + 2 + len(table.rows), 0, _fitting(table.note), looks(font_color=_MUTED))
    _reading_aids(sheet, table)
    if table.chart:
        _chart(book, sheet, placed, name)


def _write(sheet: Worksheet, at: tuple[int, int], value: object, look: Format) -> None:
    if isinstance(value, int | float):
        sheet.write_number(*at, value, look)
    elif isinstance(value, dt.date):
        sheet.write_datetime(*at, value, look)
    elif value:
        sheet.write_string(*at, _fitting(str(value)), look)
    else:
        sheet.write_blank(*at, None, look)


def _fitting(text: str) -> str:
    """Cut what Excel would refuse to open, and say so."""
    text = clean(text)
    return text if _cut(text, CELL) == text else _cut(text, CELL - len(CUT)) + CUT


def _cut(text: str, length: int) -> str:
    """Keep as much as Excel counts as so many characters; an emoji is two."""
    return text.encode("utf-16-le")[: 2 * length].decode("utf-16-le", "ignore")


def _reading_aids(sheet: Worksheet, table: Table) -> None:
    """Keep the header in sight and on every sheet of paper, and let rows be filtered; the total is none of them."""
    rows = len(table.rows) - table.total
    sheet.freeze_panes(HEADER_ROW + 1, 1)
    sheet.repeat_rows(HEADER_ROW)
    if rows:
        sheet.autofilter(HEADER_ROW, 0, HEADER_ROW + rows, len(table.columns) - 1)


def _paper(sheet: Worksheet, report: Report) -> None:
    sheet.set_paper(9)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.hide_gridlines(1)
    sheet.set_header(f"&L{_literal(report.association)}&R{_literal(' · '.join(report.marks))}")
    sheet.set_footer(f"&L{_literal(report.title)}&RSida &P av &N")


def _literal(text: str) -> str:
    """Keep an ampersand from being read as a code, and a number after a code as a size of letters."""
    short = _cut(clean(text), PAGE_HEADER).replace("&", "&&")
    return f" {short}" if short[:1].isdigit() else short


def _widths(sheet: Worksheet, table: Table) -> list[int]:
    """Make each column as wide as its longest text, within reason; what is longer is wrapped."""
    # The arrow of the filter covers the end of a label.
    widths = [share + 1 for share in share_out(shown_table(table), room=ROOM)]
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    return widths


def _raise(sheet: Worksheet, row: int, values: Sequence[object], widths: Sequence[int]) -> None:
    """Make a row as high as its wrapped text: not every program does so by itself."""
    texts = [clean(value) if isinstance(value, str) else "" for value in values]
    lines = [
        sum(len(textwrap.wrap(line, width)) or 1 for line in text.split("\n"))
        for text, width in zip(texts, widths, strict=True)
    ]  # fmt: skip
    if max(lines) > 1:
        sheet.set_row(row, min(HIGHEST, LINE * max(lines)))


def _chart(book: Workbook, sheet: Worksheet, placed: NumberedTable, name: str) -> None:
    """Draw the columns of the first kind of figures over the first column, beside the table, without the total."""
    table = placed.table
    figures = [place for place, column in enumerate(table.columns) if column.is_number and place]
    drawn = [place for place in figures if table.columns[place].kind == table.columns[figures[0]].kind]
    last = HEADER_ROW + len(table.rows) - table.total
    if not drawn or last == HEADER_ROW:
        return
    chart = book.add_chart({"type": str(table.chart)})
    for place in drawn:
        values = [plain(row[place], table.columns[place]) for row in table.rows[: last - HEADER_ROW]]
        chart.add_series(
            {
                "name": [name, HEADER_ROW, place],
                "categories": [name, HEADER_ROW + 1, 0, last, 0],
                "values": [name, HEADER_ROW + 1, place, last, place],
                "values_data": values,
                **({"fill": {"color": _ACCENT}, "line": {"color": _ACCENT}} if len(drawn) == 1 else {}),
                "categories_data": [plain(row[0], table.columns[0]) for row in table.rows[: last - HEADER_ROW]],
            }
        )
    chart.set_title({"name": _fitting(placed.caption), "name_font": {"size": 12}})
    chart.set_legend({"none": True} if len(drawn) == 1 else {"position": "bottom"})
    chart.set_size({"width": 720, "height": 380})
    told = f"Diagram över {clean(table.title)}. Siffrorna står i tabellen bredvid."
    sheet.insert_chart(HEADER_ROW, len(table.columns) + 1, chart, {"description": told, "object_position": 2})
