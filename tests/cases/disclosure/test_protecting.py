"""What is hidden, what is shown, and what is refused."""

import pickle
import re

import pytest

from cases.disclosure import (
    HIDDEN,
    MISSING,
    NOT_APPLICABLE,
    Axis,
    CannotProtect,
    Contradiction,
    Level,
    Quantile,
    Release,
    Share,
    SolverMissing,
    Table,
    at_most,
    audit,
    crossed,
    equal,
    protect,
    solver,
)

pytestmark = pytest.mark.once

PARTIES, TYPES = ("AF", "FK", "Kommun", "Region"), ("Struktur", "Organisation", "Relation")
ALL = {
    ("AF", "Struktur"): 12, ("AF", "Organisation"): 8, ("AF", "Relation"): 9,
    ("FK", "Struktur"): 7, ("FK", "Organisation"): 11, ("FK", "Relation"): 2,
    ("Kommun", "Struktur"): 20, ("Kommun", "Organisation"): 14, ("Kommun", "Relation"): 6,
    ("Region", "Struktur"): 9, ("Region", "Organisation"): 0, ("Region", "Relation"): 13,
}  # fmt: skip
FIRST, LAST = ("FK", "Relation"), ("Alla", "Alla typer")


def axes():
    return (
        Axis.each(0, {code: code for code in PARTIES}, total="Alla"),
        Axis.each(1, {code: code for code in TYPES}, total="Alla typer"),
    )


def table(counts, *levels):
    party, kind = axes()
    hard_or_soft = kind.merged({"Struktur och organisation": ["Struktur", "Organisation"]})
    laid = {"fin": crossed(counts, party, kind), "grov": crossed(counts, party, hard_or_soft)}
    return Table("part_typ", "Part och typ", tuple(Level(name, laid[name]) for name in levels or ["fin"]))


def release(counts, *levels, name="Året", **more):
    return Release(name, counts, (table(counts, *levels),), **more)


def line(*numbers):
    """Make a table of one row and its total."""
    counts = {(str(place),): number for place, number in enumerate(numbers)}
    axis = Axis.each(0, {code: code for (code,) in counts}, total="Alla")
    return Release("Rad", counts, (Table("rad", "Rad", (Level("fin", crossed(counts, axis)),)),))


def cells(published):
    return next(iter(published.tables.values())).cells


def hidden(published):
    return {key for key, value in cells(published).items() if value is HIDDEN}


def test_a_small_number_takes_three_others_along_and_leaves_the_margins():
    published = protect(release(ALL))
    assert len(hidden(published)) == 4
    assert FIRST in hidden(published)
    assert not {key for key in hidden(published) if "Alla" in key or "Alla typer" in key}


def test_zero_is_shown_as_zero():
    assert cells(protect(release(ALL)))["Region", "Organisation"] == 0


def test_nothing_is_hidden_where_nothing_is_small():
    assert hidden(protect(release({**ALL, FIRST: 5}))) == set()


@pytest.mark.parametrize(("threshold", "shown"), [(3, 3), (5, HIDDEN), (10, HIDDEN)])
def test_the_threshold_is_the_least_number_that_is_shown(threshold, shown):
    assert cells(protect(release({**ALL, FIRST: 3}), threshold=threshold, most_hidden=1))[FIRST] == shown


@pytest.mark.parametrize("threshold", [2, 11])
def test_a_threshold_outside_three_to_ten_is_refused(threshold):
    with pytest.raises(ValueError, match="3 to 10"):
        protect(release(ALL), threshold=threshold)


@pytest.mark.parametrize(
    ("numbers", "left"),
    [
        ((0, 0, 0), {0}),
        ((1,), {HIDDEN}),
        ((1, 0, 0), {0, HIDDEN}),
        ((1, 1, 1), {HIDDEN}),
        ((4, 3, 0), {0, 7, HIDDEN}),
        ((2, 9, 9), {9, 20, HIDDEN}),
    ],
)
def test_a_row_is_left_with_what_is_safe(numbers, left):
    assert set(cells(protect(line(*numbers), most_hidden=1)).values()) == left


def test_an_empty_table_and_no_table_pass():
    assert dict(cells(protect(Release("Tom", {}, (Table("tom", "Tom", (Level("fin", {}),)),))))) == {}
    assert protect(Release("Inget", {}, ())).tables == {}


def test_a_table_that_loses_too_much_is_laid_out_more_coarsely():
    small = {**ALL, **{(party, "Organisation"): 2 for party in PARTIES}, ("AF", "Relation"): 1}
    assert protect(release(small, "fin", "grov")).table("part_typ").level == "grov"
    assert protect(release(ALL, "fin", "grov")).table("part_typ").level == "fin"


def test_what_a_coarser_table_left_out_is_not_given_away_by_another():
    counts = {("a", "x"): 2, ("a", "y"): 9, ("b", "x"): 0, ("b", "y"): 12}
    both, x = frozenset(counts), frozenset([("a", "x"), ("b", "x")])
    wide = Table("bred", "Bred", (Level("fin", {("alla",): both}),))
    rest = Table("rest", "Rest", (Level("fin", {("alla utom x",): both - x}),))
    published = protect(Release("Två", counts, (wide, rest)), most_hidden=1)
    assert HIDDEN in {value for one in published.tables.values() for value in one.cells.values()}


def test_months_that_add_up_to_their_year_do_not_give_a_month_away():
    counts = {("2026",): 33, ("jan",): 3, ("feb",): 12, ("mar",): 18}
    months = {("jan",): frozenset([("jan",)]), ("feb",): frozenset([("feb",)]), ("mar",): frozenset([("mar",)])}
    tables = (
        Table("månad", "Månader", (Level("fin", months),)),
        Table("år", "År", (Level("fin", {("2026",): frozenset([("2026",)])}),)),
    )
    sums = equal([("jan",), ("feb",), ("mar",)], [("2026",)], why="månaderna summerar till året")
    published = protect(Release("Månader", counts, tables, relations=(sums,)), most_hidden=1)
    assert sum(value is HIDDEN for value in published.table("månad").cells.values()) == 2
    assert published.table("år").cells["2026",] == 33


def test_what_is_at_most_something_shown_has_room_or_the_other_is_hidden():
    counts = {("ärenden",): 4, ("berörda",): 5}
    laid = {key: frozenset([key]) for key in counts}
    bound = [
        at_most([("ärenden",)], [("berörda",)], why="varje ärende har minst en berörd part"),
        at_most([("berörda",)], [("ärenden",)], times=2, why="och högst två"),
    ]
    plain = Release("Två", counts, (Table("t", "Tal", (Level("fin", laid),)),), relations=tuple(bound))
    assert hidden(protect(plain, most_hidden=1)) == {("ärenden",), ("berörda",)}


def test_a_relation_that_does_not_hold_is_refused():
    with pytest.raises(ValueError, match="olika"):
        release(ALL, relations=(equal([FIRST], [("AF", "Struktur")], why="olika"),))


@pytest.mark.parametrize("count", [-1, -5])
def test_a_count_below_zero_is_refused(count):
    with pytest.raises(ValueError, match="below zero"):
        release({**ALL, FIRST: count})


def test_missing_and_not_applicable_keep_their_signs():
    published = protect(release({**ALL, ("AF", "Struktur"): MISSING, ("Region", "Organisation"): NOT_APPLICABLE}))
    assert cells(published)["AF", "Struktur"] is MISSING
    assert cells(published)["AF", "Alla typer"] is MISSING
    assert cells(published)["Region", "Organisation"] is NOT_APPLICABLE


def test_what_everybody_knows_cannot_occur_does_not_help_to_hide():
    published = protect(release({**ALL, ("FK", "Organisation"): NOT_APPLICABLE}), most_hidden=1)
    assert ("FK", "Struktur") in hidden(published)
    assert audit(published) == []


def test_a_number_that_was_shown_before_is_shown_again():
    before = protect(release({**ALL, FIRST: 4}, name="Förra"), threshold=3)
    assert cells(before)[FIRST] == 4
    assert cells(protect(release({**ALL, FIRST: 4}), earlier=[before]))[FIRST] == 4


def test_what_was_hidden_before_stays_hidden_under_a_lower_threshold():
    before = protect(release(ALL, name="Förra"), threshold=10, most_hidden=1)
    assert hidden(before) <= hidden(protect(release(ALL), threshold=3, earlier=[before], most_hidden=1))


def test_a_final_count_that_has_changed_is_refused_by_name():
    before = protect(release(ALL, name="Förra"))
    with pytest.raises(Contradiction, match="AF · Alla typer, som tidigare var 29"):
        protect(release({**ALL, ("AF", "Struktur"): 13}), earlier=[before])


def test_a_count_that_grew_by_a_few_is_hidden_so_that_the_difference_is():
    before = protect(line_of(20, growing=True))
    assert cells(protect(line_of(22), earlier=[before])) == {("Alla",): HIDDEN}
    assert cells(protect(line_of(26), earlier=[before])) == {("Alla",): 26}


def test_a_count_that_was_revised_is_a_new_one():
    before = protect(line_of(20, revised=True))
    assert cells(protect(line_of(18), earlier=[before])) == {("Alla",): 18}


def line_of(number, *, growing=False, revised=False):
    atom = frozenset([("2026",)])
    alone = Table("t", "Ärenden", (Level("fin", {("Alla",): atom}),))
    return Release(
        f"till {number}",
        {("2026",): number},
        (alone,),
        growing=atom if growing else frozenset(),
        revised=atom if revised else frozenset(),
    )


def test_what_is_already_given_away_cannot_be_protected_and_is_named():
    before = protect(Release("Förra", *halves(9, 3), ()), threshold=3)
    with pytest.raises(CannotProtect, match="Hälften"):
        protect(Release("Nya", *halves(9, 3, finest=True), ()), threshold=10, earlier=[before], most_hidden=1)


def halves(one, other, *, finest=False):
    counts = {("a",): one, ("b",): other}
    laid = {("alla",): frozenset(counts), ("a",): frozenset([("a",)])}
    if finest:
        laid = {("b",): frozenset([("b",)])}
    return counts, (Table("t", "Hälften", (Level("fin", laid),)),)


def test_a_share_is_shown_when_both_its_numbers_are():
    party, whole = table(ALL).levels[0].cells["AF", "Alla typer"], table(ALL).levels[0].cells[LAST]
    small = frozenset([FIRST])
    shares = (Share("AF", party, whole), Share("liten", small, whole))
    figures = protect(release(ALL, shares=shares)).figures
    # 29 of 111 is 26.1 percent.
    assert figures == {"AF": 26, "liten": HIDDEN}


def test_half_a_percent_is_rounded_up():
    counts = {("ja",): 25, ("nej",): 175}
    axis = Axis.each(0, {"ja": "ja", "nej": "nej"}, total="Alla")
    half = Share("ja", frozenset([("ja",)]), frozenset(counts))
    laid = Table("t", "Hjälpte det?", (Level("fin", crossed(counts, axis)),))
    assert protect(Release("Svar", counts, (laid,), shares=(half,))).figures == {"ja": 13}


@pytest.mark.parametrize(
    ("atom", "share", "shown"),
    [
        (FIRST, 0.5, HIDDEN),
        (("AF", "Struktur"), 0.5, 11),
        (("AF", "Struktur"), 0.9, 11),
        (("AF", "Relation"), 0.9, HIDDEN),
    ],
)
def test_a_quantile_is_shown_when_its_base_is_and_somebody_is_beyond_it(atom, share, shown):
    days = Quantile("dagar", 10.5, frozenset([atom]), share)
    counts = {**ALL, FIRST: 1, ("FK", "Struktur"): 40, ("Kommun", "Relation"): 40, ("Kommun", "Struktur"): 41}
    assert protect(release(counts, quantiles=(days,)), most_hidden=1).figures["dagar"] == shown


def test_no_true_number_hides_in_what_leaves():
    marked = {atom: 1000 * count + 1007 for atom, count in ALL.items()} | {FIRST: 4}
    published = protect(release(marked))
    gone = {str(marked[key]) for key in hidden(published) - {FIRST}}
    assert gone
    for written in (repr(published), published.to_json(), str(pickle.dumps(published, protocol=0))):
        assert not gone & set(re.findall(r"\d+", written))


def test_the_same_release_is_protected_in_the_same_way():
    assert protect(release(ALL)).to_json() == protect(release(dict(reversed(ALL.items())))).to_json()


def test_nothing_passes_without_the_solver(monkeypatch):
    published = protect(release(ALL))
    monkeypatch.setattr(solver, "highspy", None)
    with pytest.raises(SolverMissing, match="highspy"):
        audit(published)
    with pytest.raises(SolverMissing):
        protect(release(ALL))
