"""What an outsider holds who has kept every release: unknown counts, and the rows that tie them together.

Each atom is an unknown of zero or more. In a later release the same atom is the same unknown; one that was growing is
the old unknown and a new one for what came since; one that was revised is a new unknown altogether. A cell is a sum of
unknowns, so that the same sum in two tables or two releases is one and the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from cases.disclosure.errors import Contradiction
from cases.disclosure.markers import HIDDEN
from cases.disclosure.published import Published, PublishedTable
from cases.disclosure.solver import Term
from cases.disclosure.tables import Atom, Atoms

# The unknowns that a cell is the sum of.
Sum = frozenset[int]


class Kind(Enum):
    """Why a sum shall not be worked out. Only the first may not be narrow even if it was so before this release."""

    CELL = "cell"
    EARLIER = "earlier"
    NOWHERE = "nowhere"


@dataclass(frozen=True)
class Row:
    """Something that is known, and where it stands. `sum` is set for what a cell of the newest release shows."""

    term: Term
    label: str
    sum: Sum | None = None


@dataclass
class Knowledge:
    """The rows of all releases; the last one is the newest, and the only one that can still be changed."""

    releases: Sequence[Published]
    unknowns: int = 0
    rows: list[Row] = field(default_factory=list)
    # What each sum is called, first where it is said best.
    labels: dict[Sum, str] = field(default_factory=dict)
    targets: dict[Sum, Kind] = field(default_factory=dict)
    # What earlier releases have shown.
    out: dict[Sum, int] = field(default_factory=dict)
    # What the newest release shows.
    shown: dict[Sum, int] = field(default_factory=dict)
    _latest: dict[Atom, tuple[Sum, Published]] = field(default_factory=dict)
    _none: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Go through the releases from the first to the newest."""
        for release in self.releases:
            self._take(release, newest=release is self.releases[-1])
        self.rows += [Row(Term({one: 1}, 0, 0), "") for one in sorted(self._none)]
        self.targets = {one: kind for one, kind in self.targets.items() if one - self._none}

    def sum_of(self, atoms: Iterable[Atom]) -> Sum:
        """Return the unknowns of atoms as they were named last."""
        return frozenset().union(*(self._latest[atom][0] for atom in atoms))

    def _take(self, release: Published, *, newest: bool) -> None:
        for atom in release.atoms():
            self._latest[atom] = (self._unknowns_of(atom, release), release)
        for table in release.tables.values():
            self._take_table(table, release, newest=newest)
        self._take_relations(release)
        if newest:
            self._take_what_stands_nowhere(release)

    def _unknowns_of(self, atom: Atom, release: Published) -> Sum:
        """Name the unknowns of an atom in a release by what the release before it said of the atom."""
        before, last = self._latest.get(atom, (frozenset(), None))
        if last is not None and atom in last.revised:
            before = frozenset()
        same = last is not None and atom not in last.revised and atom not in last.growing
        if not same:
            before |= {self.unknowns}
            self.unknowns += 1
        if atom in release.impossible:
            self._none |= before
        return before

    def _take_table(self, table: PublishedTable, release: Published, *, newest: bool) -> None:
        for key, value in table.cells.items():
            one = self.sum_of(table.atoms[key])
            if not one:
                continue
            label = table.label(key) if newest else f"{table.label(key)} ({release.name})"
            if newest and one not in self.shown and self.targets.get(one) is not Kind.CELL:
                self.labels[one] = label
            self.labels.setdefault(one, label)
            if value is HIDDEN:
                self.targets[one] = Kind.CELL if newest else Kind.EARLIER
            elif isinstance(value, int):
                self._show(one, value, label, newest=newest)

    def _show(self, one: Sum, value: int, label: str, *, newest: bool) -> None:
        known = self.out.get(one, self.shown.get(one))
        if known is None:
            self.rows.append(Row(Term(dict.fromkeys(sorted(one), 1), value, value), label, one if newest else None))
        elif known != value:
            raise Contradiction([f"{label}, som tidigare var {known}"])
        (self.shown if newest else self.out).setdefault(one, value)

    def _take_relations(self, release: Published) -> None:
        for relation in release.relations:
            weights: dict[int, int] = {}
            for atom, factor in sorted(relation.terms.items()):
                for unknown in self._latest[atom][0]:
                    weights[unknown] = weights.get(unknown, 0) + factor
            self.rows.append(Row(Term(weights, relation.low, relation.high), relation.why))

    def _take_what_stands_nowhere(self, release: Published) -> None:
        """Guard the finest counts, what came since an earlier release, and the cells of tables that were coarsened."""
        names = {**_names(release), **release.withheld}
        for atom in release.atoms():
            name = names.get(frozenset([atom]), " · ".join(atom))
            unknowns = () if atom in release.missing else sorted(self._latest[atom][0])
            for unknown in unknowns:
                self._guard(frozenset([unknown]), f"en ökning av {name}" if len(unknowns) > 1 else name)
        for atoms in sorted(release.withheld, key=sorted):
            self._guard(self.sum_of(atoms), release.withheld[atoms])

    def _guard(self, one: Sum, name: str) -> None:
        if one and one not in self.shown and one not in self.out and one not in self.targets:
            self.targets[one] = Kind.NOWHERE
            self.labels.setdefault(one, f"{name}, som ingen tabell visar,")


def _names(release: Published) -> dict[Atoms, str]:
    tables = release.tables.values()
    return {atoms: table.label(key) for table in tables for key, atoms in table.atoms.items()}
