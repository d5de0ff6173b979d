"""The tables of a real summary, attacked by an outsider who holds this year's release and the one before it."""

from collections import Counter
from itertools import pairwise, product

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from cases.codes import GapType, Outcome, Party
from cases.disclosure import CannotProtect, Published
from cases.periods import Period
from cases.releasing import FLOW, NOT_SET, OTHERS, OWNERS, published_from
from cases.statistics import Annual, Balance, Days, Kept, Measures, PartTable, Reporting, Said, Stretch, Times
from tests.cases.disclosure.attack import Attack, printed

pytestmark = pytest.mark.once

FEW = settings(max_examples=5, phases=[Phase.explicit, Phase.generate], deadline=None)
SMALL = st.sampled_from((0, 0, 1, 2, 3, 4, 6, 9, 15))
TYPES = (*GapType.values, "")


@st.composite
def stretches(draw: st.DrawFn, years: tuple[int, ...] = (2024, 2025)) -> list[Stretch]:
    """Draw years that hang together: what is open when one ends is open when the next begins."""
    found, opening = [], draw(SMALL)
    for year in years:
        cells = {(party, kind): draw(SMALL) for party, kind in product(Party.values, TYPES)}
        new = draw(st.integers(0, sum(cells.values())))
        reopened = draw(SMALL)
        closed = draw(st.integers(0, opening + new + reopened))
        outcomes = Counter({(outcome, ""): 0 for outcome in Outcome.values})
        for _ in range(closed):
            outcomes[draw(st.sampled_from(Outcome.values)), ""] += 1
        kept, late = draw(SMALL), draw(SMALL)
        balance = Balance(opening, new, reopened, closed, 0, 0, 0, 0)
        times = Times(Days(), Kept(), Days(((30, kept + late),)), Kept(kept, kept + late), Days())
        parts = PartTable(cells, new)
        rest = (outcomes, Measures(), Said(), Said(), Reporting({}, {}, {}, 0, 0))
        found.append(Stretch(Period.year(year), balance, (), parts, times, *rest))
        opening = balance.closing
    return found


def annual(trend: list[Stretch]) -> Annual:
    return Annual(trend[-1].period.last, tuple(trend), None, Counter(), None, {})


# What a reader takes the words for. What may have been sorted anew since counts apart in each release.
PARTIES = {**{party.label: {party.value} for party in Party}, "Alla": set(Party.values)}
PARTIES |= {OTHERS: {"FORBUND", "OTHER"}, OWNERS: set(Party.values) - {"FORBUND", "OTHER"}}
KINDS = {**{kind.label: {kind.value} for kind in GapType}, NOT_SET: {""}, "Alla typer": set(TYPES)}
KINDS["Annan eller ej satt"] = {GapType.RELATION.value, ""}
ENDS = {**{outcome.label: {outcome.value} for outcome in Outcome}, "Alla med svar": set(Outcome.values)}
ENDS |= {"Åtgärdad, helt eller delvis": {"RESOLVED", "PARTLY"}}
ENDS |= {"Kvarstår, eller ingen brist": set(Outcome.values) - {"RESOLVED", "PARTLY"}}
ANSWERS = {"I tid": {"kept"}, "Inte i tid": {"late"}, "Alla som skulle svara": {"kept", "late"}}


class Meaning(dict):
    """The finest counts behind the words of a cell, in the release that is being read."""

    number = 0

    def __missing__(self, words: tuple[str, ...]) -> frozenset:
        title, row, *column = words
        if title.startswith("Rapporter"):
            return frozenset({("case", row, next(kind for kind, label in FLOW.items() if label == column[0]))})
        if title == "Berörda parter, år för år":
            return frozenset((self.number, row, party, kind) for party in PARTIES[column[0]] for kind in TYPES)
        year, meant = title[-4:], {"Utfall": ENDS, "Svar so": ANSWERS}
        for begins, codes in meant.items():
            if title.startswith(begins):
                return frozenset((self.number, year, code) for code in codes[row])
        return frozenset((self.number, year, party, kind) for party in PARTIES[row] for kind in KINDS[column[0]])


def worked_out(releases: list[Published], years: list[str]) -> list:
    """Read the releases one after the other, with what everybody knows of how counts hang together."""
    outsider = Attack(Meaning())
    for number, release in enumerate(releases):
        outsider.meaning.number = number
        outsider.read(printed(release))
    known, count = outsider.solver.addConstr, outsider._count
    for year in years:
        came = [count(("case", year, kind)) for kind in ("opening", "new", "reopened")]
        known(outsider.solver.qsum(came) == count(("case", year, "ended")) + count(("case", year, "closing")))
    for before, after in pairwise(years):
        known(count(("case", before, "closing")) == count(("case", after, "opening")))
    return outsider.found(releases[0].threshold)


@FEW
@given(trend=stretches())
def test_two_years_of_releases_give_no_hidden_number_away(trend):
    first = published_from(annual(trend[:1]), name="2024", threshold=5)
    try:
        second = published_from(annual(trend), name="2025", threshold=5, earlier=[first])
    except CannotProtect:
        return  # then it does not leave
    assert worked_out([first, second], ["2024", "2025"]) == []


def test_the_outsider_reads_every_cell_of_the_tables():
    cells = dict.fromkeys(product(Party.values, TYPES), 9)
    times = Times(Days(), Kept(), Days(((30, 18),)), Kept(9, 18), Days())
    rest = (Counter({(o, ""): 9 for o in Outcome.values}), Measures(), Said(), Said(), Reporting({}, {}, {}, 0, 0))
    year = Stretch(Period.year(2025), Balance(9, 90, 9, 60, 0, 0, 0, 0), (), PartTable(cells, 90), times, *rest)
    published = published_from(annual([year]), name="2025", threshold=5)
    meaning = Meaning()
    assert all(meaning[line.words] for line in printed(published))
    assert ".." not in {line.text for line in printed(published)}
