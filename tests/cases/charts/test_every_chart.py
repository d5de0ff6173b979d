"""What holds for every chart: valid, safe, nothing on top of anything, nothing told of what is hidden."""

import dataclasses
import datetime as dt
import re

import pytest
from django.template.loader import render_to_string

from cases.charts import (
    PAPER,
    SCREEN,
    BalanceChart,
    BalancePoint,
    BarList,
    DaysChart,
    HeatTable,
    Matrix,
    MonthsChart,
    PatternLine,
    PatternsChart,
    TrendChart,
)
from cases.charts.themes import ON_PAPER
from tests.cases.charts.gallery import CHARTS, EMPTY, HOSTILE, LONG, Hidden, balance, months
from tests.cases.charts.reading import collisions, drawn, outside, parsed, words

pytestmark = pytest.mark.once

DAY = dt.date(2026, 5, 3)


def one_of_each(value, label="Part"):
    """Return each chart that takes values, with only this one in it."""
    return (
        BalanceChart("b", label, (BalancePoint(label, value, value, value, value, value),)),
        MonthsChart("m", label, {2026: [value, *[None] * 11]}),
        TrendChart("t", label, ((2026, value, True),), ((2026, label),)),
        HeatTable("h", label, (label,), (label,), ((value,),)),
        Matrix("x", label, (label,), (label,), ((value,),)),
        DaysChart("d", label, ((3, value),), 5),
        BarList("l", label, ((label, value),), label),
    )


HOSTILE_CHARTS = (
    *one_of_each(7, HOSTILE),
    PatternsChart("p", HOSTILE, DAY, DAY, (PatternLine(HOSTILE, (DAY,), (DAY,), DAY),)),
)
HUGE, ZERO = one_of_each(1_234_567), one_of_each(0)
GROUPS = {
    "gallery": CHARTS,
    "empty": EMPTY,
    "hostile": HOSTILE_CHARTS,
    "huge": HUGE,
    "zero": ZERO,
    "hidden": one_of_each(Hidden(3)),
    "missing": one_of_each(None),
}
every_chart = pytest.mark.parametrize("charts", GROUPS.values(), ids=GROUPS)


@every_chart
@pytest.mark.parametrize("theme", [SCREEN, PAPER])
def test_a_drawing_is_xml_without_style_or_script(charts, theme):
    elements = [element for chart in charts for element in parsed(chart.svg(theme)).iter()]
    assert {element.tag.split("}")[1] for element in elements}.isdisjoint({"style", "script", "image", "foreignObject"})
    assert not [name for element in elements for name in element.attrib if name == "style" or name.startswith("on")]


@every_chart
def test_a_drawing_names_itself_by_ids_of_its_own(charts):
    for chart in charts:
        root = parsed(chart.svg())
        ids = [name for element in root.iter() if (name := element.get("id"))]
        assert root.get("role") == "img"
        assert set(root.get("aria-labelledby").split()) <= set(ids)
        assert len(set(ids)) == len(ids)
        assert all(name.startswith(f"{chart.key}-") for name in ids)


@every_chart
def test_on_paper_a_drawing_needs_no_style_sheet(charts):
    roots = [parsed(chart.svg("paper")) for chart in charts]
    assert not [element for root in roots for element in root.iter() if element.get("class")]
    assert all(root.get(name) for root in roots for name in ("width", "height", "viewBox", "font-family"))


@every_chart
def test_no_text_stands_on_another_or_sticks_out(charts):
    assert {chart.key: found for chart in charts if (found := collisions(chart.svg()) or outside(chart.svg()))} == {}


@every_chart
def test_no_coordinate_is_written_as_swedes_write_numbers(charts):
    words = {"class", "aria-labelledby", "id"}
    elements = [element for chart in charts for element in parsed(chart.svg()).iter()]
    written = [value for element in elements for name, value in element.attrib.items() if name not in words]
    assert not [value for value in written if re.search(r"\d,\d|\u202f|nan|inf|e[-+]\d", value)]


@every_chart
def test_a_chart_says_what_it_shows_in_one_sentence(charts):
    assert all(chart.alt.endswith(".") and chart.description for chart in charts)
    assert "None" not in "".join(chart.alt + chart.description for chart in charts)


@every_chart
def test_the_table_has_a_text_for_each_column(charts):
    for table in [chart.table() for chart in charts]:
        assert all(len(row) == len(table.columns) for row in table.rows)
        assert all(isinstance(cell, str) for row in table.rows for cell in row)


def test_nothing_at_all_differs_with_the_hidden_number():
    for one, other in zip(one_of_each(Hidden(1)), one_of_each(Hidden(98_765)), strict=True):
        assert told(one) == told(other)


def test_no_hidden_number_is_told_among_others():
    assert "987" not in "".join(part for chart in CHARTS for part in told(chart))


def told(chart):
    return [chart.svg(), chart.svg(PAPER), chart.alt, chart.description, repr(chart.table())]


@pytest.mark.parametrize("chart", one_of_each(Hidden(4))[3:5], ids=lambda chart: chart.key)
def test_a_chart_of_hidden_numbers_only_has_nothing_to_draw(chart):
    assert chart.is_empty
    assert chart.table().rows[0][1] == ".."


@pytest.mark.parametrize("chart", EMPTY, ids=lambda chart: chart.key)
def test_a_chart_without_figures_says_so_instead_of_a_frame(chart):
    assert words(chart.svg()) == ["Det finns inga siffror att visa än."]
    assert chart.alt == f"{chart.title}: det finns inga siffror att visa än."
    assert chart.table().rows == ()


@pytest.mark.parametrize("chart", HUGE, ids=lambda chart: chart.key)
def test_a_huge_number_is_grouped_in_drawing_and_table(chart):
    assert "1\u202f234\u202f567" in "".join(cell for row in chart.table().rows for cell in row)


@pytest.mark.parametrize("chart", HOSTILE_CHARTS, ids=lambda chart: chart.key)
def test_what_people_name_things_cannot_become_markup(chart):
    page = render_to_string("components/_chart.html", {"chart": chart})
    assert "<script" not in chart.svg() + chart.svg(PAPER) + page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize("key", ["", "1a", 'a"b', "a b", "å", "a\n"])
def test_a_key_that_would_break_an_id_is_refused(key):
    with pytest.raises(ValueError, match="key"):
        BarList(key, "Utfall")


def test_charts_cannot_be_changed():
    with pytest.raises(dataclasses.FrozenInstanceError):
        balance().title = "Annat"


def test_two_series_differ_by_more_than_colour():
    svg = balance().svg(PAPER)
    assert 'fill="url(#balans-stripes)"' in svg
    assert 'id="balans-stripes"' in svg


def test_earlier_years_differ_by_their_dashes():
    dashes = {line.get("stroke-dasharray") for line in drawn(months(4).svg(), "earlier-line", "path")}
    assert len(dashes) == 3


def test_the_page_shows_words_drawing_and_a_table_with_headings():
    page = render_to_string("components/_chart.html", {"chart": balance(2)})
    assert page.count("<svg") == 1
    assert page.count('scope="col"') == 6
    assert page.count('scope="row"') == 2
    assert "Visa som tabell" in page
    assert balance(2).description in page


def test_an_empty_chart_has_no_drawing_on_the_page():
    page = render_to_string("components/_chart.html", {"chart": EMPTY[0]})
    assert "<svg" not in page
    assert "Det finns inga siffror att visa än." in page


def test_a_long_name_is_whole_in_the_table():
    chart = BarList("utfall", "Utfall", ((LONG, 3),))
    assert LONG not in words(chart.svg())
    assert chart.table().rows[0][0] == LONG


def test_each_look_has_a_class_in_the_style_sheet(style_sheet):
    assert [look for look in ON_PAPER if not re.search(rf"\.chart-{look}\b[,\s]", style_sheet)] == []
