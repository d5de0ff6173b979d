"""What a report refuses to be, and how its tables and figures are numbered."""

import dataclasses

import pytest

from cases.charts import BarList
from cases.documents.outline import NumberedFigure, NumberedTable, outline, tables
from cases.documents.shape import Column, Figure, Misshapen, Paragraph, Scope, Section, Table
from tests.cases.documents import sample

pytestmark = pytest.mark.once


class Silent(BarList):
    """A chart that does not say what it shows."""

    alt = " "


ONE = (Column("a", "A"),)


@pytest.mark.parametrize(
    "faulty",
    [
        lambda: Column("a", "A", "number"),
        lambda: Table("t", "T", (), ()),
        lambda: Table("t", "T", ONE * 2, ()),
        lambda: Table("t", "T", ONE, (("x", "y"),)),
        lambda: Table("t", "T", ONE, (), total=True),
        lambda: Table("t", "T", ONE, (("x",),), links={(1, "a"): "/"}),
        lambda: Table("t", "T", ONE, (("x",),), links={(0, "b"): "/"}),
        lambda: Table("t", "T", ONE, ((float("nan"),),)),
        lambda: Figure(Silent("stum", "Stum"), sample.monthly()),
        lambda: dataclasses.replace(sample.report(), made_at=sample.MADE_AT.replace(tzinfo=None)),
        lambda: dataclasses.replace(sample.report(), title=" "),
        lambda: Section("a", "\x00", ()),
        lambda: dataclasses.replace(sample.report(), sections=(Section("a", "A", ()), Section("a", "B", ()))),
    ],
)
def test_what_no_file_could_show_is_refused(faulty):
    with pytest.raises(Misshapen):
        faulty()


def of(*blocks):
    return dataclasses.replace(sample.report(), sections=(Section("a", "A", blocks),))


def test_a_table_in_two_places_is_refused():
    with pytest.raises(Misshapen, match="two places"):
        outline(of(sample.monthly(), sample.monthly()))


def test_one_key_for_two_tables_is_refused():
    with pytest.raises(Misshapen, match="manader"):
        outline(
            of(
                Figure(sample.bars(1), dataclasses.replace(sample.monthly(), title="En annan")),
                sample.monthly(),
            )
        )


def test_a_chart_is_followed_by_its_table():
    figure, table = outline(of(Figure(sample.bars(1), sample.monthly())))[0].blocks
    assert isinstance(figure, NumberedFigure)
    assert figure.follows
    assert isinstance(table, NumberedTable)
    assert table.caption == "Tabell 1. Rapporter per månad"


def test_a_chart_points_at_a_table_that_stands_elsewhere():
    blocks = outline(of(sample.wide(), Figure(sample.bars(1), sample.monthly()), sample.monthly()))[0].blocks
    assert [type(block) for block in blocks] == [NumberedTable, NumberedFigure, NumberedTable]
    assert blocks[1].see == "Siffrorna står i tabell 2."


def test_two_charts_of_one_table_show_it_once():
    chart = Figure(sample.bars(1), sample.monthly())
    blocks = outline(of(chart, Paragraph("x"), chart))[0].blocks
    assert [block.follows for block in blocks if isinstance(block, NumberedFigure)] == [True, False]


def test_every_table_is_listed_once_in_reading_order():
    assert [placed.table.key for placed in tables(sample.report())] == [
        "manader", "veckor", "arenden", "ensam", "fientlig",
    ]  # fmt: skip


def test_a_protected_release_tells_what_the_markers_mean():
    assert ".. betyder" in Scope.PROTECTED.note
    assert "- betyder uppgift saknas" in Scope.PROTECTED.note


def test_an_empty_line_begins_a_new_paragraph():
    assert Paragraph("ett\r\ntvå\n \ntre\x00\n\n\n").paragraphs == ("ett\ntvå", "tre")
