"""What a summary's figures become when they leave the förbund: tables for everybody, with small numbers hidden.

The tables are few and coarse on purpose. What was let out stays known, so each release is worked out together with
those before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from cases.codes import GapType, Outcome, Party
from cases.disclosure import Axis, Level, Published, Quantile, Relation, Share, Table, at_most, crossed, equal, protect
from cases.disclosure import Release as Tables
from cases.disclosure.tables import Atom
from cases.statistics import TYPE_NOT_SET, Annual, Stretch

NOT_SET = "Ej satt"
TYPES = {**dict(GapType.choices), TYPE_NOT_SET: NOT_SET}
PARTIES = dict(Party.choices)
OWNERS = "Medlemmarna"
OTHERS = "Förbundet och andra"
KINDS = ("opening", "new", "reopened", "ended", "closing")
FLOW = {"new": "Nya rapporter", "ended": "Avslutade ärenden", "closing": "Öppna vid slutet"}
ALL = "Alla"


def published_from(
    figures: Annual, *, name: str, threshold: int, earlier: Sequence[Published] = (), place: str = ""
) -> Published:
    """Return the figures as they may leave, given what has left before.

    `place` goes into every count's name, so that several förbund's releases can be laid side by side. Raises
    CannotProtect, Contradiction and SolverMissing, each with a sentence.
    """
    return protect(tables_of(figures, name=name, place=place), threshold=threshold, earlier=earlier)


def tables_of(figures: Annual, *, name: str, place: str = "") -> Tables:
    """Return the true counts, the tables over them, and what everybody knows of how they hang together."""
    trend = [stretch for stretch in figures.trend if stretch.balance.new or stretch.balance.opening] or [figures.this]
    years = [str(stretch.period.last.year) for stretch in trend]
    counts: dict[Atom, int] = {}
    for year, stretch in zip(years, trend, strict=True):
        counts |= _counts(place, year, stretch)
    this = years[-1]
    kept, late = (place, "answer", this, "kept"), (place, "answer", this, "late")
    return Tables(
        name,
        counts,
        (
            _by_year(counts, years),
            _part_by_type(counts, this),
            *_parts_by_year(counts, years),
            _answers(counts, this),
            _outcomes(counts, this),
        ),
        relations=tuple(_relations(counts, place, years)),
        # What somebody sorted in another way, or opened again, since.
        revised=frozenset(atom for atom in counts if atom[1] in ("concern", "outcome", "answer")),
        shares=(Share("svar_i_tid", frozenset([kept]), frozenset([kept, late])),),
        quantiles=(Quantile("dagar_till_svar", figures.this.times.answer.median, frozenset([kept, late])),),
    )


def _counts(place: str, year: str, stretch: Stretch) -> dict[Atom, int]:
    """Name each count: förbund, what it counts, year, and its codes."""
    balance, parts, answers = stretch.balance, stretch.parts, stretch.times.answer_kept
    found: dict[Atom, int] = {
        (place, "case", year, kind): getattr(balance, kind)
        for kind in ("opening", "new", "reopened", "ended", "closing")
    }
    for party in PARTIES:
        for gap_type in TYPES:
            found[place, "concern", year, party, gap_type] = parts.cell(party, gap_type)
    for outcome in Outcome:
        found[place, "outcome", year, outcome.value] = sum(
            number for (code, _), number in stretch.outcomes.items() if code == outcome
        )
    found[place, "answer", year, "kept"] = answers.kept
    found[place, "answer", year, "late"] = answers.settled - answers.kept
    return found


def _of(counts: Iterable[Atom], kind: str, *years: str) -> list[Atom]:
    return [atom for atom in counts if atom[1] == kind and atom[2] in years]


def _by_year(counts: Iterable[Atom], years: Sequence[str]) -> Table:
    atoms = [atom for atom in _of(counts, "case", *years) if atom[3] in FLOW]
    cells = crossed(atoms, Axis.each(2, {year: year for year in years}), Axis.each(3, FLOW))
    return Table("ar", "Rapporter och ärenden, år för år", (Level("per år", cells),))


def _part_by_type(counts: Iterable[Atom], year: str) -> Table:
    atoms = _of(counts, "concern", year)
    parties, types = Axis.each(3, PARTIES, total=ALL), Axis.each(4, TYPES, total="Alla typer")
    few = parties.merged({OTHERS: [Party.FORBUND.label, Party.OTHER.label]})
    coarse = parties.merged({OWNERS: [label for label in PARTIES.values() if label not in _OUTSIDE], OTHERS: _OUTSIDE})
    sure = types.merged({"Annan eller ej satt": [GapType.RELATION.label, NOT_SET]})
    whole = Axis(4, {"Alla typer": frozenset(TYPES)})
    levels = (
        Level("varje part och typ", crossed(atoms, parties, types)),
        Level("förbundet och andra tillsammans", crossed(atoms, few, types)),
        Level("färre typer", crossed(atoms, few, sure)),
        Level("bara part", crossed(atoms, few, whole)),
        Level("medlemmarna tillsammans", crossed(atoms, coarse, whole)),
    )
    return Table("part_typ", f"Berörda parter efter part och typ {year}", levels)


_OUTSIDE = [Party.FORBUND.label, Party.OTHER.label]


def _parts_by_year(counts: Iterable[Atom], years: Sequence[str]) -> list[Table]:
    """Lay out parties by year; nothing where there is only one, which the other table shows."""
    if len(years) < 2:
        return []
    atoms = _of(counts, "concern", *years)
    time = Axis.each(2, {year: year for year in years})
    few = Axis.each(3, PARTIES, total=ALL).merged({OTHERS: _OUTSIDE})
    whole = Axis(3, {ALL: frozenset(PARTIES)})
    levels = (Level("per part", crossed(atoms, time, few)), Level("alla parter", crossed(atoms, time, whole)))
    return [Table("part_ar", "Berörda parter, år för år", levels)]


def _answers(counts: Iterable[Atom], year: str) -> Table:
    kept = Axis.each(3, {"kept": "I tid", "late": "Inte i tid"}, total="Alla som skulle svara")
    cells = crossed(_of(counts, "answer", year), kept)
    return Table("svar", f"Svar som skulle ha kommit {year}", (Level("i tid eller inte", cells),))


def _outcomes(counts: Iterable[Atom], year: str) -> Table:
    atoms = _of(counts, "outcome", year)
    each = Axis.each(3, dict(Outcome.choices), total="Alla med svar")
    two = each.merged(
        {
            "Åtgärdad, helt eller delvis": [Outcome.RESOLVED.label, Outcome.PARTLY.label],
            "Kvarstår, eller ingen brist": [
                Outcome.REMAINS_SYSTEM.label,
                Outcome.REMAINS.label,
                Outcome.NO_GAP.label,
            ],
        }
    )
    levels = (Level("varje utfall", crossed(atoms, each)), Level("två grupper", crossed(atoms, two)))
    return Table("utfall", f"Utfall i ärenden som avslutades med svar {year}", levels)


def _relations(counts: Iterable[Atom], place: str, years: Sequence[str]) -> Iterable[Relation]:
    atoms = list(counts)
    for year in years:
        case = {kind: (place, "case", year, kind) for kind in KINDS}
        yield equal(
            [case["opening"], case["new"], case["reopened"]],
            [case["ended"], case["closing"]],
            why="Öppna från början + nya + öppnade igen − avslutade = öppna vid slutet.",
        )
        yield at_most([case["new"]], _of(atoms, "concern", year), why="Varje ärende har minst en berörd part.")
        yield at_most(_of(atoms, "outcome", year), [case["ended"]], why="Utfall finns bara i avslutade ärenden.")
    for before, after in pairwise(years):
        if int(after) == int(before) + 1:
            yield equal(
                [(place, "case", before, "closing")],
                [(place, "case", after, "opening")],
                why="Det som är öppet när ett år slutar är öppet när nästa börjar.",
            )
