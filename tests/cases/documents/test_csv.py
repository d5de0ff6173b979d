"""The CSV files: what a spreadsheet would run, and what it has to be able to read."""

import csv as reading
import io
import zipfile

import pytest

from cases.documents import csv
from cases.documents.outline import NumberedTable
from cases.documents.shape import HIDDEN, MISSING, NOT_APPLICABLE, Column, Table

pytestmark = pytest.mark.once


@pytest.fixture(scope="session")
def archive(made) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(made("csv")))


def row(*values, kind="text") -> list[str]:
    columns = tuple(Column(str(place), str(place), kind) for place in range(len(values)))
    text = csv.written(NumberedTable(1, Table("t", "T", columns, (values,))))
    return list(reading.reader(io.StringIO(text), delimiter=";"))[1]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "＝1", "\u200b=1", "  =1", "\t=1", '=HYPERLINK("x")'])
def test_a_text_that_begins_like_a_formula_gets_an_apostrophe(text):
    assert row(text)[0].startswith("'")


@pytest.mark.parametrize("text", ["a=1", "1-2", "Å", "", "'=1"])
def test_any_other_text_stays_as_it_is(text):
    assert row(text) == [text]


def test_markers_stay_readable():
    assert row(HIDDEN, MISSING, NOT_APPLICABLE) == ["..", "-", "."]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("days", 12.34, "12,3"),
        ("share", 3 / 7, "0,43"),
        ("count", -3, "-3"),
        ("count", 12345, "12345"),
        ("count", "ca 100", "ca 100"),
    ],
)
def test_figures_have_a_decimal_comma_and_nothing_between_thousands(kind, value, text):
    assert row(value, kind=kind) == [text]


def test_a_label_that_begins_like_a_formula_gets_an_apostrophe(archive):
    assert archive.read("05-ab.csv").decode("utf-8-sig").startswith("'=1+1;Text")


def test_there_is_a_file_for_each_table_and_one_that_explains(archive):
    assert archive.namelist() == [
        "README.txt", "01-rapporter-per-manad.csv", "02-rapporter-per-medlem-och-vecka.csv", "03-arenden-som-lyfts.csv",
        "04-rapporter-per-manad.csv", "05-ab.csv",
    ]  # fmt: skip


def test_the_explanation_says_whom_it_is_for_and_what_each_column_is(archive):
    text = archive.read("README.txt").decode("utf-8-sig")
    assert "Gäller: Internt. Utkast, inte fastställd" in text
    assert "Besvarade i tid: andel från 0 till 1" in text
    assert "Sista raden är en summa." in text


def test_a_spreadsheet_is_told_that_it_is_unicode(archive):
    assert all(archive.read(name).startswith(b"\xef\xbb\xbf") for name in archive.namelist())
