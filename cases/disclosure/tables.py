"""What a förbund wants to publish: counts, tables over them, and what everybody knows of how they hang together.

An *atom* is the finest count that any table uses, named by its codes: `("2025", "KOMMUN", "RELATION")`. A cell is a set
of atoms and its number their sum, so tables that share atoms are linked by themselves. What does not add up is told as
a `Relation`: months and year, cases and their concerns, opening and closing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from cases.disclosure.markers import MISSING, NOT_APPLICABLE, Value

Atom = tuple[str, ...]
Atoms = frozenset[Atom]
Key = tuple[str, ...]
Cells = Mapping[Key, Atoms]


@dataclass(frozen=True)
class Axis:
    """One edge of a table: its labels, and the codes at one place of the atoms that each label stands for."""

    place: int
    groups: Mapping[str, frozenset[str]]

    @classmethod
    def each(cls, place: int, codes: Mapping[str, str], *, total: str = "") -> Axis:
        """Give every code a label of its own, and all of them together the label of the total if there is one."""
        groups = {label: frozenset([code]) for code, label in codes.items()}
        return cls(place, {**groups, total: frozenset(codes)} if total else groups)

    def merged(self, groups: Mapping[str, Iterable[str]]) -> Axis:
        """Put labels together under a new one, which stands where the first of them stood."""
        into = {label: new for new, labels in groups.items() for label in labels}
        merged: dict[str, frozenset[str]] = {}
        for label, codes in self.groups.items():
            name = into.get(label, label)
            merged[name] = merged.get(name, frozenset()) | codes
        return Axis(self.place, merged)


def crossed(atoms: Iterable[Atom], *axes: Axis) -> dict[Key, Atoms]:
    """Lay atoms out in a table. A cell that no atom falls in is there, and empty."""
    labels: list[dict[str, list[str]]] = []
    for axis in axes:
        of_code: dict[str, list[str]] = defaultdict(list)
        for label, codes in axis.groups.items():
            for code in codes:
                of_code[code].append(label)
        labels.append(of_code)
    cells: dict[Key, set[Atom]] = {key: set() for key in product(*(axis.groups for axis in axes))}
    for atom in atoms:
        places = (of_code.get(atom[axis.place], []) for of_code, axis in zip(labels, axes, strict=True))
        for key in product(*places):
            cells[key].add(atom)
    return {key: frozenset(inside) for key, inside in cells.items()}


def labelled(title: str, key: Key) -> str:
    """Name a cell of a table in words."""
    return f"{title}: {' · '.join(key)}"


@dataclass(frozen=True)
class Level:
    """One way of laying a table out; `name` says how coarse it is, in words for its reader."""

    name: str
    cells: Cells


@dataclass(frozen=True)
class Table:
    """A table, with the ways of laying it out, the finest first. `title` and the keys are words for its reader."""

    key: str
    title: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Relation:
    """Low <= the weighted sum of atoms <= high, always and known to everybody. `why` says it to a reader."""

    terms: Mapping[Atom, int]
    low: int | None
    high: int | None
    why: str


def equal(left: Iterable[Atom], right: Iterable[Atom], *, why: str) -> Relation:
    """Say that two sums are the same, such as twelve months and their year."""
    return Relation(_difference(left, right, 1), 0, 0, why)


def at_most(left: Iterable[Atom], right: Iterable[Atom], *, why: str, times: int = 1) -> Relation:
    """Say that the left sum is never more than so many times the right one, such as cases and their concerns."""
    return Relation(_difference(left, right, times), None, 0, why)


def _difference(left: Iterable[Atom], right: Iterable[Atom], times: int) -> dict[Atom, int]:
    terms: dict[Atom, int] = defaultdict(int)
    for atom in left:
        terms[atom] += 1
    for atom in right:
        terms[atom] -= times
    return dict(terms)


@dataclass(frozen=True)
class Share:
    """So many percent of the whole are the part."""

    key: str
    part: Atoms
    whole: Atoms


@dataclass(frozen=True)
class Quantile:
    """The value under which a share of the base lies: 0.5 is the median. None where there is none."""

    key: str
    value: float | None
    base: Atoms
    share: float = 0.5


@dataclass(frozen=True)
class Release:
    """All that goes out at one time, with its true counts. Never leaves the förbund; what leaves is `Published`.

    A count is a number, `MISSING` (nobody knows) or `NOT_APPLICABLE` (cannot occur, and everybody knows). After this
    release a count may have changed in the next one: those of `growing` only upwards, those of `revised` either way.
    All others are final, so that the next release must bring the same number.
    """

    name: str
    counts: Mapping[Atom, Value]
    tables: tuple[Table, ...]
    relations: tuple[Relation, ...] = ()
    growing: Atoms = frozenset()
    revised: Atoms = frozenset()
    shares: tuple[Share, ...] = ()
    quantiles: tuple[Quantile, ...] = ()
    _sums: dict[Atoms, Value] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Refuse what cannot be true: a count below zero, a table without levels, a relation that does not hold."""
        if any(isinstance(count, int) and count < 0 for count in self.counts.values()):
            raise ValueError("a count is below zero")
        if len({table.key for table in self.tables}) < len(self.tables):
            raise ValueError("two tables have one key")
        if not all(table.levels for table in self.tables):
            raise ValueError("a table has no level")
        for relation in self.relations:
            if not self._holds(relation):
                raise ValueError(f"does not hold: {relation.why}")

    def value(self, atoms: Atoms) -> Value:
        """Return the sum; missing if a part is missing, not applicable if nothing in it is."""
        if atoms not in self._sums:
            self._sums[atoms] = self._sum([self.counts[atom] for atom in atoms])
        return self._sums[atoms]

    @staticmethod
    def _sum(counts: list[Value]) -> Value:
        if MISSING in counts:
            return MISSING
        numbers = [count for count in counts if isinstance(count, int)]
        return sum(numbers) if numbers else NOT_APPLICABLE

    def _holds(self, relation: Relation) -> bool:
        total = 0
        for atom, factor in relation.terms.items():
            count = self.counts[atom]
            if count is MISSING:
                return True
            total += factor * count if isinstance(count, int) else 0
        low_enough = relation.high is None or total <= relation.high
        return low_enough and (relation.low is None or relation.low <= total)
