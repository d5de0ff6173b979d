"""The workbook as another program reads it."""

import dataclasses
import datetime as dt
import io
import re
import zipfile

import pytest
from python_calamine import CalamineWorkbook

from cases.documents import xlsx
from cases.documents.outline import tables
from cases.documents.shape import ChartKind, Column, Section, Table
from tests.cases.documents import sample

pytestmark = pytest.mark.once


@pytest.fixture(scope="session")
def book(made) -> CalamineWorkbook:
    return CalamineWorkbook.from_filelike(io.BytesIO(made("xlsx")))


def rows(book: CalamineWorkbook, number: int) -> list[list]:
    """Return a table's sheet from its header on."""
    return book.get_sheet_by_index(number).to_python(skip_empty_area=False)[xlsx.HEADER_ROW :]


def part(content: bytes, name: str) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read(name).decode()


def of(*made: Table) -> bytes:
    return xlsx.render(dataclasses.replace(sample.report(), sections=(Section("a", "A", made),)))


def test_each_table_has_a_sheet_after_the_one_that_explains(book):
    assert book.sheet_names == [
        "Om rapporten", "1 Rapporter per månad", "2 Rapporter per medlem och veck", "3 Ärenden som lyfts",
        "4 Rapporter per månad", "5 A B",
    ]  # fmt: skip


def test_figures_are_figures_and_days_are_days(book):
    head, first, *_, total = rows(book, 1)
    assert head == ["Månad", "Nya", "Besvarade i tid", "Dagar till svar, median"]
    assert first == ["jan 2025", 8, 0.4, 38.0]
    assert total == ["Hela året", 1128, 0.99, 34.2]
    assert rows(book, 3)[1][1:3] == [dt.date(2025, 1, 7), 2025]


def test_markers_are_words_and_empty_cells_are_empty(book):
    assert rows(book, 2)[1][2] == ".."
    assert [row[5] for row in rows(book, 3)[1:4]] == ["-", ".", 12.2]
    assert rows(book, 3)[4][4] == ""


def test_no_cell_is_a_formula_or_leads_out(made):
    archive = zipfile.ZipFile(io.BytesIO(made("xlsx")))
    sheets = [archive.read(name).decode() for name in archive.namelist() if "worksheets" in name]
    assert not any("<f>" in sheet for sheet in sheets)
    assert not any("TargetMode" in sheet for sheet in sheets)
    assert any('=HYPERLINK("https://example.se";"klicka")' in sheet.replace("&quot;", '"') for sheet in sheets)


def test_hostile_text_is_read_back_whole(book):
    texts = [row[1] for row in rows(book, 5)[1:]]
    assert texts[1] == sample.HOSTILE[1]
    assert texts[2] == "[31mröd"
    assert texts[3] == "o" * 400


def test_every_sheet_says_whom_it_is_for(book, made):
    assert all("Internt" in str(book.get_sheet_by_index(n).to_python()) for n in range(6))
    assert all("Internt · Utkast" in part(made("xlsx"), f"xl/worksheets/sheet{n}.xml") for n in range(1, 7))


def test_the_header_stays_in_sight_is_printed_again_and_filters_all_but_the_total(made):
    sheet = part(made("xlsx"), "xl/worksheets/sheet2.xml")
    assert 'state="frozen"' in sheet
    assert '<autoFilter ref="A3:D15"/>' in sheet
    assert 'orientation="landscape"' in sheet
    assert "fitToWidth" not in sheet or 'fitToHeight="0"' in sheet
    assert "'1 Rapporter per månad'!$3:$3" in part(made("xlsx"), "xl/workbook.xml")


@pytest.mark.parametrize(
    ("kind", "tag"), [(ChartKind.COLUMN, "barChart"), (ChartKind.LINE, "lineChart"), (ChartKind.BAR, "barChart")]
)
def test_a_table_that_asks_for_it_is_drawn_without_its_total(kind, tag):
    content = of(dataclasses.replace(sample.monthly(), chart=kind))
    chart = part(content, "xl/charts/chart1.xml")
    assert f"<c:{tag}>" in chart
    assert "$B$4:$B$15" in chart
    assert "Diagram över Rapporter per månad" in part(content, "xl/drawings/drawing1.xml")


@pytest.mark.parametrize(
    "table",
    [
        Table("t", "T", (Column("a", "A"),), (("x",),)),
        Table("t", "T", (Column("a", "A"), Column("b", "B", "count")), ()),
    ],
)
def test_a_chart_of_nothing_is_not_drawn(table):
    names = zipfile.ZipFile(io.BytesIO(of(dataclasses.replace(table, chart=ChartKind.BAR)))).namelist()
    assert not any("chart" in name for name in names)


@pytest.mark.parametrize(
    "title", ["", "'", "History", "A/B:[*]?\\", "=1+1", "o" * 90, "🙂" * 40, "Å\x00Ä"], ids=range(8)
)
def test_any_title_makes_a_sheet_name_that_opens(title):
    table = Table("t", title, (Column("a", "A"),), (("x",),))
    (name,) = CalamineWorkbook.from_filelike(io.BytesIO(of(table))).sheet_names[1:]
    assert 0 < len(name.encode("utf-16-le")) // 2 <= 31
    assert not re.search(r"[\[\]:*?/\\]", name)


def test_two_titles_that_begin_alike_get_different_names():
    long = "Rapporter per medlem och enhet i hela förbundet, "
    made = [Table(key, long + key, (Column("a", "A"),), (("x",),)) for key in ("ett", "två")]
    report = dataclasses.replace(sample.report(), sections=(Section("a", "A", tuple(made)),))
    assert len({xlsx.sheet_name(placed).casefold() for placed in tables(report)}) == 2


def test_a_text_longer_than_a_cell_is_cut_and_says_so():
    text = rows(
        CalamineWorkbook.from_filelike(io.BytesIO(of(Table("t", "T", (Column("a", "A"),), (("x" * 40_000,),))))), 1
    )
    assert len(text[1][0]) == 32_767
    assert text[1][0].endswith("(avkortad)")


def test_the_file_names_itself_and_its_owner(made):
    core = part(made("xlsx"), "docProps/core.xml")
    assert "<dc:title>Årssammanställning 2025</dc:title>" in core
    assert "Samordningsförbundet Södra Vätterbygden" in core
    assert "2026-01-20T07:30:00Z" in core
