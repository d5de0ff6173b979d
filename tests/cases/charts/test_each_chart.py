"""What each chart draws, and what it says of its figures."""

import datetime as dt

import pytest

from cases.charts import (
    BalanceChart,
    BalancePoint,
    BarList,
    DaysChart,
    HeatTable,
    Matrix,
    MonthsChart,
    PatternLine,
    PatternsChart,
    TrendBreak,
    TrendChart,
    TrendPoint,
)
from cases.charts.lettering import shortened, wrapped
from cases.charts.plot import spread_out, ticks
from tests.cases.charts.gallery import HIDDEN, heat, matrix, months, trend
from tests.cases.charts.reading import drawn, words

pytestmark = pytest.mark.once

YEAR = (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
SPREAD = ((2, 4), (6, 4), (30, 2))


def point(label, new, ended, closing):
    return BalancePoint(label, 0, new, 0, ended, closing)


# ---- axes and letters ----


@pytest.mark.parametrize(
    ("top", "expected"),
    [(0, [0, 1]), (1, [0, 1]), (3, [0, 1, 2, 3]), (9, [0, 3, 6, 9]), (100, [0, 25, 50, 75, 100])],
)
def test_an_axis_has_even_whole_steps(top, expected):
    assert ticks(top) == expected


def test_an_axis_reaches_its_highest_value_in_few_steps():
    for top in (*range(2, 400), 1_234_567):
        steps = ticks(top)
        assert steps[-1] >= top > steps[-2]
        assert 3 <= len(steps) <= 7


def test_a_long_text_wraps_and_is_cut_at_the_last_line():
    assert wrapped("ett två tre fyra fem sex sju", 60)[0] == "ett två"
    assert wrapped("ett två tre fyra fem sex sju", 60)[1].endswith("…")
    assert shortened("kort", 60) == "kort"


def test_labels_that_would_meet_are_left_out_and_the_first_named_stay():
    assert spread_out([(10, "1 000"), (12, "1 000"), (90, "1 000")]) == [0, 2]


# ---- balance ----


def test_bars_are_as_high_as_their_figures():
    chart = BalanceChart("b", "Balans", (point("maj", 10, 5, 0), point("juni", 20, 20, 0)))
    _, *new = [float(bar.get("height")) for bar in drawn(chart.svg(), "first", "rect")]
    _, *ended = [float(bar.get("height")) for bar in drawn(chart.svg(), "striped", "rect")]
    assert new[1] == pytest.approx(2 * new[0])
    assert ended == pytest.approx([new[0] / 2, new[1]])


def test_the_line_of_open_cases_breaks_where_a_figure_is_hidden():
    figures = [3, 4, HIDDEN, 5, 6]
    chart = BalanceChart("b", "Balans", [point(str(n), 1, 1, value) for n, value in enumerate(figures)])
    assert len(drawn(chart.svg(), "third-line", "path")) == 2
    assert ".." in words(chart.svg())


def test_the_balance_tells_first_last_highest_and_lowest():
    chart = BalanceChart("b", "Balans", (point("maj", 10, 5, 30), point("juni", 20, 5, 45)))
    assert chart.description == (
        "Öppna vid slutet: 30 först (maj) och 45 sist (juni). "
        "Nya: högst 20 (juni) och lägst 10 (maj). Avslutade: 5 varje gång."
    )


# ---- months ----


def test_the_latest_year_is_strong_and_earlier_ones_are_faint():
    svg = months(4).svg()
    assert [line.get("stroke-width") for line in drawn(svg, "first-line", "path")] == ["3"]
    assert [line.get("stroke-width") for line in drawn(svg, "earlier-line", "path")] == ["1.5"] * 3
    assert drawn(svg, "band", "path") == []


def test_more_than_three_earlier_years_become_a_band():
    svg = months(5).svg()
    assert drawn(svg, "earlier-line", "path") == []
    assert len(drawn(svg, "band", "path")) == 1
    assert "2022–2025, lägst till högst" in words(svg)


def test_the_band_leaves_out_a_month_that_no_earlier_year_tells():
    years = {year: [1, 2, 3, 4, 5, HIDDEN, 7, 8, 9, 10, 11, 12] for year in range(2020, 2026)}
    assert len(drawn(MonthsChart("m", "Månader", years).svg(), "band", "path")) == 2


def test_a_month_that_has_not_come_is_no_zero():
    chart = MonthsChart("m", "Månader", {2026: [4, 3, *[None] * 10]})
    assert "lägst 3 (februari)" in chart.description
    assert chart.table().rows[2] == ("mars", "-")
    assert "-" not in words(chart.svg())


def test_a_year_of_eleven_months_is_refused():
    with pytest.raises(ValueError, match="twelve"):
        MonthsChart("m", "Månader", {2026: [1] * 11})


# ---- trend ----


def test_typed_in_figures_have_hollow_points_and_say_about():
    chart = TrendChart("t", "Trend", (TrendPoint(2023, 100, marked=True), TrendPoint(2024, 120)))
    assert len(drawn(chart.svg(), "first-hollow", "circle")) == 1
    assert "ca\u00a0100" in words(chart.svg())
    assert chart.table().rows == (("2023", "ca\u00a0100"), ("2024", "120"))


def test_a_break_is_an_upright_with_a_number_and_a_note():
    svg = trend().svg()
    assert len(drawn(svg, "third-line", "line")) == 2
    assert {"1", "2", "2. Från 2024: Ny blankett."} <= set(words(svg))
    assert trend().table().rows[7] == ("2024", "178", "Ny blankett.")


def test_a_break_stands_between_the_years():
    chart = TrendChart("t", "Trend", ((2023, 1, False), (2024, 1, False)), (TrendBreak(2024, "Ny blankett"),))
    upright = float(drawn(chart.svg(), "third-line", "line")[0].get("x1"))
    before, after = [float(dot.get("cx")) for dot in drawn(chart.svg(), "first", "circle")]
    assert before < upright < after


def test_years_may_come_in_any_order():
    chart = TrendChart("t", "Trend", ((2025, 3, False), (2024, 2, False)))
    assert chart.description.startswith("Per år: 2 först (2024) och 3 sist (2025).")


# ---- heat ----


def test_every_cell_has_its_figure_or_symbol_printed():
    printed = words(heat().svg())
    figures = [cell for row in heat().table().rows for cell in row[1:]]
    assert all(printed.count(figure) >= figures.count(figure) for figure in figures)


def test_only_figures_above_nothing_are_shaded():
    chart = HeatTable("h", "Delar", ("a",), ("b", "c", "d", "e"), ((0, HIDDEN, None, 8),))
    assert [len(drawn(chart.svg(), f"shade-{number}", "rect")) for number in (1, 2, 3, 4)] == [0, 0, 0, 2]


def test_a_higher_figure_has_the_darker_shade():
    chart = HeatTable("h", "Delar", ("a",), ("b", "c"), ((2, 8),))
    assert chart.description == "Högst: 8 (a, c)."
    assert len(drawn(chart.svg(), "shade-1", "rect")) == len(drawn(chart.svg(), "shade-4", "rect")) == 2


def test_cells_that_do_not_fill_the_table_are_refused():
    with pytest.raises(ValueError, match="as many"):
        HeatTable("h", "Delar", ("a",), ("b", "c"), ((1,),))


def test_a_matrix_says_from_whom_and_towards_whom():
    chart = Matrix("x", "Mot vem", ("Kommunen",), ("Regionen",), ((3,),))
    assert {"Från ↓", "Till →"} <= set(words(chart.svg()))
    assert chart.description == "Högst: 3 (från Kommunen till Regionen)."
    assert chart.table().columns == ("Från / Till", "Regionen")


def test_a_matrix_of_twenty_is_wide_and_one_of_six_is_not():
    assert (matrix(20).is_wide, matrix(6).is_wide) == (True, False)


# ---- days ----


def test_median_ninetieth_and_target_are_told_and_marked():
    chart = DaysChart("d", "Dagar", SPREAD, 14)
    assert chart.description.startswith("Hälften inom 6\u00a0dagar. Nio av tio inom 30\u00a0dagar. Mål 14\u00a0dagar.")
    assert len(drawn(chart.svg(), "third-line", "line")) == 2
    assert len(drawn(chart.svg(), "second-line", "line")) == 1


def test_the_bars_hold_everyone():
    chart = DaysChart("d", "Dagar", ((0, 3), (1, 2), (40, 5), (900, 1)))
    assert sum(part.count for part in chart.bins) == 11
    assert len(chart.bins) <= 13


def test_one_that_took_years_does_not_press_the_others_together():
    chart = DaysChart("d", "Dagar", (*((day, 10) for day in range(20)), (2000, 1)))
    assert chart.bins[-1].last is None
    assert chart.bins[-1].count == 1
    assert len([part for part in chart.bins if part.count]) == 5


def test_a_hidden_count_hides_its_bar_and_what_is_reckoned_from_all():
    chart = DaysChart("d", "Dagar", ((1, 5), (2, HIDDEN)), 3)
    assert [name for name, _ in chart.marks] == ["Mål"]
    assert chart.table().rows == (("0", "0"), ("1", "5"), ("2", ".."), ("3", "0"))


def test_a_target_beyond_the_longest_time_has_its_place_on_the_axis():
    bins = DaysChart("d", "Dagar", ((1, 5), (4, 2)), 60).bins
    assert bins[-1].first <= 60 <= bins[-1].last


# ---- patterns and bars ----


def test_a_pattern_goes_on_to_the_end_until_it_is_solved():
    seen = (dt.date(2026, 3, 1),)
    lines = (PatternLine("A", seen, (), dt.date(2026, 6, 1)), PatternLine("B", seen))
    svg = PatternsChart("p", "Systemfel", *YEAR, lines).svg()
    solved, unsolved = [float(line.get("x2")) for line in drawn(svg, "earlier-line", "line")]
    assert solved < unsolved == 626


def test_days_outside_the_time_are_in_the_table_only():
    line = PatternLine("A", (dt.date(2020, 1, 1), dt.date(2026, 2, 1)))
    chart = PatternsChart("p", "Systemfel", *YEAR, (line,))
    assert len(drawn(chart.svg(), "first-hollow", "circle")) == 2  # one of them in the legend
    assert chart.table().rows[0][1:4] == ("2", "1\u00a0januari 2020", "1\u00a0februari 2026")


def test_the_patterns_tell_how_many_are_solved_and_which_has_most_cases():
    lines = (PatternLine("A", (YEAR[0],), (), YEAR[1]), PatternLine("B", YEAR))
    said = PatternsChart("p", "Systemfel", *YEAR, lines).description
    assert said == "2 systemfel, varav 1\u00a0löst. Flest ärenden: B (2)."


def test_bars_are_as_long_as_their_figures_and_hidden_ones_have_none():
    chart = BarList("l", "Utfall", (("a", 10), ("b", 5), ("c", HIDDEN)), "ärenden")
    long = [float(bar.get("width")) for bar in drawn(chart.svg(), "first", "rect")]
    assert long == pytest.approx([long[0], long[0] / 2, 0])
    assert chart.description.startswith("Ärenden: högst 10 (a) och lägst 5 (b).")
