"""How a cell is written, and that no file says more than another."""

import datetime as dt
from dataclasses import dataclass

import pytest

from cases.documents.cells import breakable, plain, shown, shown_table, widths
from cases.documents.shape import HIDDEN, MISSING, NOT_APPLICABLE, Column, Table
from tests.cases.documents import sample

pytestmark = pytest.mark.once


@dataclass(frozen=True)
class Other:
    """A marker from somewhere else."""

    symbol: str = ".."


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("count", 1128, "1\u202f128"),
        ("count", "ca 100", "ca 100"),
        ("count", 0, "0"),
        ("count", -3, "\u22123"),
        ("days", 12, "12,0"),
        ("days", 12.34, "12,3"),
        ("share", 0.624, "62\u00a0%"),
        ("share", 0.999, "99\u00a0%"),
        ("share", 0.001, "1\u00a0%"),
        ("date", dt.date(2026, 5, 3), "3\u00a0maj 2026"),
        ("year", 2025, "2025"),
        ("text", "a\x00b", "ab"),
        ("count", None, ""),
        ("count", HIDDEN, ".."),
        ("share", MISSING, "-"),
        ("days", NOT_APPLICABLE, "."),
        ("count", Other(), ".."),
    ],
)
def test_a_cell_is_written_as_swedes_read_it(kind, value, text):
    assert shown(value, Column("a", "A", kind)) == text


@pytest.mark.parametrize(
    ("kind", "value", "held"),
    [
        ("share", 3 / 7, 0.43),
        ("share", 0.9999, 0.99),
        ("days", 30.04, 30.0),
        ("count", 7, 7),
        ("count", HIDDEN, ".."),
        ("date", dt.date(2026, 5, 3), dt.date(2026, 5, 3)),
        ("date", dt.datetime(2026, 5, 3, 12, tzinfo=dt.UTC), dt.date(2026, 5, 3)),
        ("text", None, ""),
    ],
)
def test_a_file_with_types_holds_no_more_digits_than_are_shown(kind, value, held):
    assert plain(value, Column("a", "A", kind)) == held


def test_the_total_stands_apart():
    table = shown_table(sample.monthly())
    assert len(table.body) == 12
    assert table.foot[0].text == "Hela året"


def test_the_first_words_of_a_row_are_its_name_and_a_figure_is_not():
    first = shown_table(sample.monthly()).body[0]
    assert [cell.is_head for cell in first] == [True, False, False, False]
    assert first[1].url == "/arenden/?manad=2025-01"


def test_a_marker_brings_its_meaning():
    assert shown_table(sample.wide()).body[0][2].meaning == HIDDEN.label


def test_only_a_very_long_word_may_break_anywhere():
    assert breakable("rehabiliteringsutredning") == "rehabiliteringsutredning"
    assert breakable("o" * 40).count("\u200b") == 39


def test_a_column_is_never_narrower_than_its_longest_word():
    table = Table("t", "T", (Column("a", "Försäkringskassan"), Column("b", "B")), (("x", sample.PROSE),))
    first, second = widths(shown_table(table), room=60)
    assert first >= len("Försäkringskassan")
    assert second > first
