"""The auditor's own word, on tables that somebody protected badly."""

import json
import subprocess
import sys

import pytest

from cases.disclosure import (
    HIDDEN,
    MISSING,
    NOT_APPLICABLE,
    Contradiction,
    Exposure,
    Marker,
    Published,
    PublishedTable,
    Quantile,
    Relation,
    audit,
    equal,
    protect,
)
from tests.cases.disclosure.worlds import TYPES, release

pytestmark = pytest.mark.once

ROW = {"Struktur": 9, "Organisation": HIDDEN, "Relation": HIDDEN, "Alla": 20}


def published(*rows, threshold=5, name="Året", **more):
    """Publish rows by type; each row is a year, and its total adds up."""
    cells, atoms = {}, {}
    for year, row in enumerate(rows, 2024):
        for kind, value in row.items():
            inside = [one for one in row if one != "Alla"] if kind == "Alla" else [kind]
            cells[str(year), kind] = value
            atoms[str(year), kind] = frozenset((str(year), one) for one in inside)
    return Published(name, threshold, {"t": PublishedTable("t", "Typer", "hel", cells, atoms)}, **more)


def test_two_hidden_cells_with_room_between_them_pass():
    assert audit(published(ROW)) == []


def test_a_cell_hidden_alone_is_found_with_what_gives_it_away():
    found = audit(published({**ROW, "Organisation": 8}))
    assert found == [
        Exposure(
            "Typer: 2024 · Relation",
            3,
            3,
            ("Typer: 2024 · Struktur", "Typer: 2024 · Organisation", "Typer: 2024 · Alla"),
        )
    ]


def test_a_finding_is_told_in_a_sentence():
    narrow = Exposure("Typer: 2024 · Relation", 2, 4, ("Typer: 2024 · Alla", "Typer: 2024 · Struktur"))
    assert narrow.why == (
        "Typer: 2024 · Relation kan räknas ut till mellan 2 och 4 ur: Typer: 2024 · Alla; Typer: 2024 · Struktur."
    )
    assert "exakt 3" in Exposure("Cellen", 3, 3, ()).why
    assert Exposure("Cellen", 3, 3, tuple("abcdefgh")).why.endswith("; och 2 till.")


def test_two_hidden_cells_that_share_too_little_are_found():
    found = audit(published({**ROW, "Struktur": 16}))
    assert {(one.low, one.high) for one in found} == {(0, 4)}
    assert audit(published({**ROW, "Struktur": 16}), threshold=4) == []


def test_sums_that_only_fractions_could_reach_are_refused():
    # a + b, b + c and c + a are five each: two and a half, two and a half, two and a half.
    shown = {(pair,): atom(*pair) for pair in ("ab", "bc", "ca")}
    cells = {("a",): HIDDEN, **dict.fromkeys(shown, 5)}
    with pytest.raises(Contradiction):
        audit(Published("Par", 5, {"t": PublishedTable("t", "Par", "hel", cells, {("a",): atom("a"), **shown})}))


def atom(*names):
    return frozenset((name,) for name in names)


def test_whole_numbers_narrow_what_fractions_leave_open():
    # 2a - 10b = 0 and b <= 1/2 in halves: a is 0 to 5 in fractions, and 0 in whole numbers.
    table = PublishedTable("t", "Tal", "hel", {("a",): HIDDEN}, {("a",): atom("a")})
    tie = Relation({("a",): 1, ("b",): -10}, 0, 0, "tiotal")
    cap = Relation({("b",): 2}, None, 1, "högst ett halvt")
    found = audit(Published("Tal", 5, {"t": table}, relations=(tie, cap)))
    assert [(one.cell, one.low, one.high) for one in found] == [("Tal: a", 0, 0)]


def test_an_earlier_release_gives_a_later_one_away():
    earlier = published({**ROW, "Organisation": 8, "Relation": 3}, threshold=3, name="Förra")
    found = audit(published(ROW), [earlier])
    assert {(one.cell, one.low, one.high) for one in found} == {
        ("Typer: 2024 · Relation", 3, 3),
        ("Typer: 2024 · Organisation", 8, 8),
    }
    assert all("(Förra)" in one.why for one in found)


def test_a_later_release_that_shows_what_was_hidden_is_found():
    found = audit(published({**ROW, "Organisation": 8, "Relation": 3}), [published(ROW, name="Förra")])
    assert {one.cell for one in found} >= {"Typer: 2024 · Relation", "Typer: 2024 · Organisation"}


def test_what_an_earlier_release_gave_away_is_not_held_against_a_later_one():
    careless = published({**ROW, "Organisation": 8}, name="Förra")
    assert audit(published({"Struktur": 9}), [careless]) == []


def test_figures_that_contradict_a_relation_are_refused():
    sums = equal([("2024", "Struktur")], [("2024", "Organisation")], why="lika många")
    with pytest.raises(Contradiction):
        audit(published({**ROW, "Organisation": 8}, relations=(sums,)))


def test_a_release_comes_back_from_its_json_as_it_was():
    counts = {("2025", "Habo", kind): count for kind, count in zip(TYPES, (MISSING, 3), strict=True)}
    counts |= {("2025", "FK", kind): 9 for kind in TYPES} | {("2025", "AF", TYPES[0]): NOT_APPLICABLE}
    sums = equal([("2025", "FK", TYPES[0])], [("2025", "FK", TYPES[1])], why="lika många")
    sent = protect(release(counts, growing=[("2025", "FK", TYPES[0])], relations=(sums,)), most_hidden=1)
    assert Published.from_json(sent.to_json()) == sent


def test_another_form_of_json_is_refused():
    other = {**json.loads(published(ROW).to_json()), "form": 99}
    with pytest.raises(ValueError, match="another form"):
        Published.from_json(json.dumps(other))


def test_the_signs_are_those_that_swedish_readers_know():
    assert [one.symbol for one in Marker] == ["..", "-", "."]
    assert Quantile("dagar", None, frozenset()).share == 0.5


def test_the_package_knows_no_django():
    code = "import cases.disclosure, sys; print([name for name in sys.modules if name.startswith('django')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
