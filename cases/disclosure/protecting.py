"""Makes a release safe to let out: coarsens, hides small cells, and then as few others as will do.

A cell that can be worked out is helped by the nearest other truth: the solver looks for counts that agree with all that
stays known, give the cell enough room, and differ from the true counts in as few and as cheap cells as it can find.
Those are hidden. When every hidden sum has its room, each cell that was hidden for another's sake is tried once more
without. The outcome is then audited as an outsider would see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from math import log2

from cases.disclosure.auditing import Auditor, Exposure, audit
from cases.disclosure.errors import CannotProtect
from cases.disclosure.markers import HIDDEN, MISSING, NOT_APPLICABLE, Value
from cases.disclosure.outsider import Kind, Knowledge, Sum
from cases.disclosure.published import Published, PublishedTable
from cases.disclosure.solver import NEAR, PLENTY, Answer, Program, Term
from cases.disclosure.tables import Atoms, Quantile, Release, Share, Table, labelled

THRESHOLDS = range(3, 11)
# A table that loses more than this share of its cells is laid out more coarsely.
MOST_HIDDEN = 0.4
# How often the solver looks again for fewer cells, now that it knows which ones it used.
ROUNDS = 3
# So many cells times sums are tried once more without hiding; in a network of förbund all of them would take minutes.
PATIENCE = 30_000


def protect(
    release: Release, *, threshold: int = 5, earlier: Sequence[Published] = (), most_hidden: float = MOST_HIDDEN
) -> Published:
    """Return the release as it may leave, given what has left before.

    Raises CannotProtect where hiding cannot help, Contradiction where a final count has changed since an earlier
    release, and SolverMissing.
    """
    if threshold not in THRESHOLDS:
        raise ValueError("the threshold is 3 to 10")
    levels = {table.key: _first_level(release, table, threshold, most_hidden) for table in release.tables}
    while True:
        draft = _laid_out(release, levels, threshold)
        try:
            hiding = _Hiding(Knowledge([*earlier, draft]), threshold)
            hiding.protect()
        except CannotProtect:
            coarser = _coarser(release, levels, release.tables)
            if coarser is None:
                raise
        else:
            poor = [table for table in release.tables if hiding.share_hidden(draft.table(table.key)) > most_hidden]
            coarser = _coarser(release, levels, poor)
            if coarser is None:
                break
        levels = coarser
    hiding.relent()
    published = _without(release, draft, hiding)
    if found := audit(published, earlier):
        raise CannotProtect([exposure.why for exposure in found])
    return published


def _first_level(release: Release, table: Table, threshold: int, most_hidden: float) -> int:
    """Choose the finest level where small cells alone are not too many, or else the coarsest."""
    for place, level in enumerate(table.levels):
        values = [release.value(atoms) for atoms in level.cells.values()]
        small = sum(_is_small(value, threshold) for value in values)
        if small <= most_hidden * len(values):
            return place
    return len(table.levels) - 1


def _coarser(release: Release, levels: dict[str, int], tables: Sequence[Table]) -> dict[str, int] | None:
    """Coarsen the first of the tables that can be; prefer the one with most cells."""
    able = [table for table in tables if levels[table.key] + 1 < len(table.levels)]
    if not able:
        return None
    most = max(able, key=lambda table: len(table.levels[levels[table.key]].cells))
    return {**levels, most.key: levels[most.key] + 1}


def _is_small(value: Value, threshold: int) -> bool:
    return isinstance(value, int) and 0 < value < threshold


def _laid_out(release: Release, levels: dict[str, int], threshold: int) -> Published:
    """Lay the tables out with every true number. Stays in this module."""
    tables: dict[str, PublishedTable] = {}
    finer: dict[Atoms, str] = {}
    for table in release.tables:
        level = table.levels[levels[table.key]]
        cells = {key: release.value(atoms) for key, atoms in level.cells.items()}
        tables[table.key] = PublishedTable(table.key, table.title, level.name, cells, dict(level.cells))
        for passed in table.levels[: levels[table.key]]:
            finer |= {atoms: labelled(table.title, key) for key, atoms in passed.cells.items()}
    laid = {atoms for table in tables.values() for atoms in table.atoms.values()}
    return Published(
        name=release.name,
        threshold=threshold,
        tables=tables,
        relations=release.relations,
        growing=release.growing,
        revised=release.revised,
        impossible=frozenset(atom for atom, count in release.counts.items() if count is NOT_APPLICABLE),
        missing=frozenset(atom for atom, count in release.counts.items() if count is MISSING),
        withheld={
            atoms: name for atoms, name in finer.items() if atoms not in laid and isinstance(release.value(atoms), int)
        },
    )


def _without(release: Release, draft: Published, hiding: _Hiding) -> Published:
    """Put signs in place of what is hidden, and work out the figures from what is not."""
    tables = {
        key: replace(
            table,
            cells={
                place: HIDDEN if hiding.hides(table.atoms[place]) else value for place, value in table.cells.items()
            },
        )
        for key, table in draft.tables.items()
    }
    shown: dict[Atoms, Value] = {
        table.atoms[key]: value for table in tables.values() for key, value in table.cells.items()
    }
    figures = {one.key: _percent(one, shown) for one in release.shares}
    figures |= {one.key: _days(one, shown, draft.threshold) for one in release.quantiles}
    return replace(draft, tables=tables, figures=figures)


def _percent(share: Share, shown: dict[Atoms, Value]) -> Value:
    """Return whole percent, a half rounded up, if both numbers stand in a table for all to see."""
    part, whole = shown.get(share.part, HIDDEN), shown.get(share.whole, HIDDEN)
    for value in (whole, part):
        if not isinstance(value, int):
            return value
    assert isinstance(part, int)
    assert isinstance(whole, int)
    return (200 * part + whole) // (2 * whole) if whole else NOT_APPLICABLE


def _days(quantile: Quantile, shown: dict[Atoms, Value], threshold: int) -> Value:
    """Return a whole number, a half rounded up, if the base is shown and at least one lies beyond on each side."""
    base = shown.get(quantile.base, HIDDEN)
    if not isinstance(base, int):
        return base
    if base == 0 or quantile.value is None:
        return NOT_APPLICABLE
    beyond = base * min(quantile.share, 1 - quantile.share)
    return HIDDEN if base < threshold or beyond < 1 else int(quantile.value + 0.5)


class _Hiding:
    """Decides cell by cell. A sum is hidden once for all tables that show it."""

    def __init__(self, knowledge: Knowledge, threshold: int) -> None:
        self.knowledge = knowledge
        self.threshold = threshold
        self.hidden: set[Sum] = set()
        self._small: set[Sum] = set()
        # What earlier releases have shown is out, and hiding it would protect nobody.
        self._true = {one: value for one, value in knowledge.shown.items() if one not in knowledge.out}
        self._costs = self._price()
        self._auditor = Auditor(knowledge, threshold)
        self._other = _OtherTruth(knowledge, self._true, costs=self._costs)

        self._start()

    def hides(self, atoms: Atoms) -> bool:
        return self.knowledge.sum_of(atoms) in self.hidden

    def share_hidden(self, table: PublishedTable) -> float:
        return sum(self.hides(atoms) for atoms in table.atoms.values()) / max(1, len(table.cells))

    def _start(self) -> None:
        """Hide the small cells, and those that an earlier release hid."""
        for one, value in sorted(self._true.items(), key=lambda pair: sorted(pair[0])):
            if _is_small(value, self.threshold) or self.knowledge.targets.get(one) is Kind.EARLIER:
                self._small.add(one)
                self._hide(one)

    def protect(self) -> None:
        """Hide more until each hidden sum has its room; what is hidden on the way needs room as well."""
        done: set[Sum] = set()
        while waiting := [one for one in self._auditor.order() if one not in done]:
            self._auditor.throw()
            for one in waiting:
                while exposure := self._auditor.exposure(one):
                    self._help(one, exposure)
                done.add(one)

    def relent(self) -> None:
        """Show again what turns out not to be needed, the dearest first."""
        extra = sorted(self.hidden - self._small, key=lambda one: (-self._costs[one], sorted(one)))
        for one in extra[: PATIENCE // max(1, len(self._auditor.targets))]:
            if self._auditor.can_show(one):
                self.hidden.discard(one)

    def _help(self, one: Sum, exposure: Exposure) -> None:
        """Hide the cells that differ in another truth, where this sum has more room."""
        for demand in _demands(exposure, self.threshold):
            for whole in (False, True):
                answer = self._other.nearest(one, demand, whole=whole)
                moved = self._other.moved(answer) if answer else set()
                for other in sorted(moved, key=sorted):
                    self._hide(other)
                if answer and moved:
                    self._auditor.learn(answer.point)
                    return
        raise CannotProtect([exposure.why])

    def _hide(self, one: Sum) -> None:
        self.hidden.add(one)
        self._auditor.hide(one)
        self._other.free(one)

    def _price(self) -> dict[Sum, float]:
        """Price a cell by how many tables lose it, how much it sums up, and a little by its number."""
        places: dict[Sum, int] = {}
        for table in self.knowledge.releases[-1].tables.values():
            for atoms in table.atoms.values():
                one = self.knowledge.sum_of(atoms)
                places[one] = places.get(one, 0) + 1
        return {
            one: places[one] * (1 + log2(len(one))) * (1 + log2(1 + value) / 8 if value else 2)
            for one, value in self._true.items()
        }


def _demands(exposure: Exposure, room: int) -> Iterator[tuple[int, int]]:
    """Say where a sum would have room: upwards, else downwards, else at least a step more than now."""
    yield exposure.low + room, PLENTY
    if exposure.high >= room:
        yield 0, exposure.high - room
    yield exposure.high + 1, PLENTY
    if exposure.low:
        yield 0, exposure.low - 1


class _OtherTruth:
    """Finds counts near the true ones, in which a given sum has another value.

    Each cell of the newest release has a row: what it sums up, less what it has more than in truth, plus what it has
    less. The two last are columns with a price. What cannot be hidden any more holds as it stands.
    """

    def __init__(self, knowledge: Knowledge, true: dict[Sum, int], *, costs: dict[Sum, float]) -> None:
        self._unknowns = knowledge.unknowns
        self._true = true
        self._costs = dict(costs)
        self._rows: dict[Sum, int] = {}
        self._more: dict[Sum, int] = {}
        terms = [row.term for row in knowledge.rows if row.sum not in true]
        columns = knowledge.unknowns
        for one, value in true.items():
            self._rows[one] = len(terms)
            self._more[one] = columns
            terms.append(Term({**dict.fromkeys(sorted(one), 1), columns: -1, columns + 1: 1}, value, value))
            columns += 2
        for one in knowledge.targets:
            if one not in self._rows:
                self._rows[one] = len(terms)
                terms.append(Term(dict.fromkeys(sorted(one), 1)))
        self._program = Program(columns, terms)

    def free(self, one: Sum) -> None:
        """Let a hidden cell differ at no price."""
        del self._costs[one]

    def nearest(self, one: Sum, demand: tuple[int, int], *, whole: bool) -> Answer | None:
        """Find a near truth where the sum lies between two numbers; counts are whole at need, which takes longer."""
        self._demand(one, *demand)
        answer = self._cheapest(range(self._unknowns) if whole else ())
        self._release(one)
        return answer

    def moved(self, answer: Answer) -> set[Sum]:
        """List the cells that are shown and differ."""
        return {one for one in self._costs if self._distance(answer, one) > NEAR}

    def _cheapest(self, whole: Iterable[int]) -> Answer | None:
        """Find a near truth; then price each cell by how little it was used, and look again."""
        best = answer = self._program.least(self._prices(self._costs), whole=whole)
        for _ in range(ROUNDS):
            if answer is None or best is None:
                return best
            used = {one: cost / (self._distance(answer, one) + 0.1) for one, cost in self._costs.items()}
            answer = self._program.least(self._prices(used), whole=whole)
            if answer and self._paid(answer) < self._paid(best):
                best = answer
        return best

    def _paid(self, answer: Answer) -> float:
        return sum(cost for one, cost in self._costs.items() if self._distance(answer, one) > NEAR)

    def _distance(self, answer: Answer, one: Sum) -> float:
        column = self._more[one]
        return abs(answer.point[column] - answer.point[column + 1])

    def _prices(self, costs: dict[Sum, float]) -> dict[int, float]:
        return {self._more[one] + side: cost for one, cost in costs.items() for side in (0, 1)}

    def _demand(self, one: Sum, least: int, most: int) -> None:
        if one in self._true:
            value, column = self._true[one], self._more[one]
            self._program.bound_column(column, max(0, least - value), max(0, most - value))
            self._program.bound_column(column + 1, max(0, value - most), max(0, value - least))
        else:
            self._program.bound_row(self._rows[one], least, most)

    def _release(self, one: Sum) -> None:
        if one in self._true:
            self._program.bound_column(self._more[one], 0, PLENTY)
            self._program.bound_column(self._more[one] + 1, 0, PLENTY)
        else:
            self._program.bound_row(self._rows[one], None, None)
