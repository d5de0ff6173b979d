"""Nobody who holds all that was printed comes nearer to a hidden number than the threshold."""

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cases.disclosure import HIDDEN, Published, PublishedTable, protect
from tests.cases.disclosure.attack import attack
from tests.cases.disclosure.worlds import counts_of, meaning, release

pytestmark = pytest.mark.once

FEW = settings(max_examples=5, phases=[Phase.explicit, Phase.generate])
THRESHOLDS = st.sampled_from((3, 5, 10))
ONE, TWO, THREE = ["2024"], ["2024", "2025"], ["2024", "2025", "2026"]


def of_years(counts, years):
    return {atom: count for atom, count in counts.items() if atom[0] in years}


@FEW
@given(counts=counts_of(TWO), threshold=THRESHOLDS)
def test_one_release_gives_nothing_away(counts, threshold):
    published = protect(release(counts), threshold=threshold, most_hidden=1)
    assert attack([published], meaning(TWO), threshold=threshold) == []


@FEW
@given(counts=counts_of(THREE))
def test_three_years_of_releases_give_nothing_away(counts):
    out = []
    for years in (ONE, TWO, THREE):
        out.append(protect(release(of_years(counts, years), years[-1]), earlier=out, most_hidden=1))
    assert attack(out, meaning(THREE), threshold=5) == []


@FEW
@given(counts=counts_of(TWO), later=counts_of(["2025"]))
def test_a_year_that_grew_between_two_releases_gives_nothing_away(counts, later):
    grows = sorted(later)
    first = protect(release(counts, "våren", growing=grows), most_hidden=1)
    grown = {atom: count + later.get(atom, 0) for atom, count in counts.items()}
    second = protect(release(grown, "hösten"), earlier=[first], most_hidden=1)
    assert attack([first, second], meaning(TWO), threshold=5, grew=[(), grows]) == []


COUNTS = {
    ("2025", member, kind): count
    for member, row in {"Habo": (9, 2), "Vaggeryd": (7, 8), "FK": (12, 9), "AF": (8, 14)}.items()
    for kind, count in zip(("Struktur", "Relation"), row, strict=True)
}


def careless(counts):
    """Hide what is small and nothing else, as one might think would do."""
    draft = release(counts)
    tables = {}
    for table in draft.tables:
        cells = {key: draft.value(atoms) for key, atoms in table.levels[0].cells.items()}
        kept = {key: HIDDEN if 0 < value < 5 else value for key, value in cells.items()}
        tables[table.key] = PublishedTable(table.key, table.title, "hel", kept, table.levels[0].cells)
    return Published("slarvig", 5, tables)


def test_the_attack_finds_a_small_number_that_was_hidden_alone():
    found = attack([careless(COUNTS)], meaning(["2025"]), threshold=5)
    assert [(line.words[2:], low, high) for line, low, high in found] == [(("Habo", "Relation"), 2, 2)]


def test_the_attack_finds_a_number_that_a_later_release_gives_away():
    first = protect(release(COUNTS), most_hidden=1)
    assert attack([first], meaning(["2025"]), threshold=5) == []
    assert attack([first, careless(COUNTS)], meaning(["2025"]), threshold=5)
