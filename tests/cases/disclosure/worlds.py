"""Made-up förbund for the tests of small numbers: years, members of parties, types, and tables that share them."""

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from cases.disclosure import Axis, Level, Marker, Release, Table, crossed
from cases.disclosure.tables import Atom, Relation

PARTY_OF = {"Habo": "Kommun", "Vaggeryd": "Kommun", "FK": "FK", "AF": "AF"}
TYPES = ("Struktur", "Relation")
TITLES = ("Part och typ", "Medlem", "Medlem och typ")

NUMBERS = st.sampled_from((0, 0, 1, 2, 3, 4, 5, 6, 9, 14))


@st.composite
def counts_of(draw: st.DrawFn, years: Sequence[str]) -> dict[Atom, int]:
    return {(year, member, kind): draw(NUMBERS) for year in years for member in PARTY_OF for kind in TYPES}


def axis(place: int, codes: Sequence[str], total: str) -> Axis:
    return Axis.each(place, {code: code for code in codes}, total=total)


def span(years: Sequence[str]) -> str:
    """Name years together; one year is its own name."""
    return years[0] if len(years) == 1 else f"{years[0]}–{years[-1]}"


def members() -> Axis:
    """Each member, each party that is not a member itself, and all."""
    return axis(1, list(PARTY_OF), "Alla")


def parties() -> Axis:
    return members().merged({"Kommun": [member for member, party in PARTY_OF.items() if party == "Kommun"]})


def meaning(years: Sequence[str]) -> dict[tuple[str, ...], frozenset[Atom]]:
    """Say what a cell's words mean, as a reader understands them."""
    inside = {"Alla": set(PARTY_OF), **{member: {member} for member in PARTY_OF}}
    inside["Kommun"] = {member for member, party in PARTY_OF.items() if party == "Kommun"}
    kinds = {"Alla typer": set(TYPES), **{kind: {kind} for kind in TYPES}}
    times = {span(years[: end + 1]): set(years[: end + 1]) for end in range(len(years))}
    times |= {year: {year} for year in years}
    return {
        (title, time, who, kind): frozenset((y, m, k) for y in times[time] for m in inside[who] for k in kinds[kind])
        for title in TITLES
        for time in times
        for who in inside
        for kind in kinds
    }


def tables(counts: Mapping[Atom, int | Marker]) -> tuple[Table, ...]:
    """Part × type, member by year, and member × type over all years: linked by what they share."""
    years = sorted({year for year, _, _ in counts})
    time, kind = axis(0, years, span(years)), axis(2, TYPES, "Alla typer")
    every_year = Axis(0, {span(years): frozenset(years)})
    every_type = Axis(2, {"Alla typer": frozenset(TYPES)})
    laid = [
        crossed(counts, time, parties(), kind),
        crossed(counts, time, members(), every_type),
        crossed(counts, every_year, members(), kind),
    ]
    return tuple(Table(title, title, (Level("hel", cells),)) for title, cells in zip(TITLES, laid, strict=True))


def release(
    counts: Mapping[Atom, int | Marker],
    name: str = "första",
    *,
    growing: Sequence[Atom] = (),
    relations: tuple[Relation, ...] = (),
) -> Release:
    return Release(name, counts, tables(counts), relations=relations, growing=frozenset(growing))
