"""Works out what an outsider can deduce of what is hidden, and refuses what is too near.

For each hidden sum the least and the greatest value are found that agree with everything known, in whole numbers. Any
whole point that the solver meets is a possible truth, and says something of every sum at once, so most sums are
settled by points that were found for others. A linear optimum is only a bound: where its point is not whole, and the
bounds are wide enough, the solver is asked again for whole numbers.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor

from cases.disclosure.errors import Contradiction
from cases.disclosure.outsider import Kind, Knowledge, Sum
from cases.disclosure.published import Published
from cases.disclosure.solver import NEAR, PLENTY, Answer, Program

# So many points thrown at random in a row may help nothing before each sum is asked about by itself.
IDLE_THROWS = 3
NAMED = 6


@dataclass(frozen=True)
class Exposure:
    """A hidden cell that lies between two numbers too near each other, and what published cells give it away."""

    cell: str
    low: int
    high: int
    because: tuple[str, ...]

    @property
    def why(self) -> str:
        """Say it in a sentence."""
        value = f"exakt {self.low}" if self.low == self.high else f"mellan {self.low} och {self.high}"
        named = "; ".join(self.because[:NAMED])
        more = f"; och {len(self.because) - NAMED} till" if len(self.because) > NAMED else ""
        source = f" ur: {named}{more}" if named else ""
        return f"{self.cell} kan räknas ut till {value}{source}."


def audit(published: Published, earlier: Sequence[Published] = (), threshold: int | None = None) -> list[Exposure]:
    """List what an outsider can work out to an interval narrower than the threshold, from this and earlier releases.

    `earlier` stands in the order in which the releases went out. The threshold is the release's own if none is given.
    Raises SolverMissing where it cannot be known, and Contradiction where the figures cannot all be true.
    """
    auditor = Auditor(Knowledge([*earlier, published]), published.threshold if threshold is None else threshold)
    return list(auditor.exposures())


class Auditor:
    """Keeps the solver, and for each sum the least and greatest value that a possible truth has given it."""

    def __init__(self, knowledge: Knowledge, threshold: int) -> None:
        self.knowledge = knowledge
        self.threshold = threshold
        self.targets = dict(knowledge.targets)
        self._seen: dict[Sum, tuple[int, int]] = {}
        self._points: list[list[int]] = []
        self._before: Auditor | None = None
        self._program = Program(knowledge.unknowns, [row.term for row in knowledge.rows])
        self._row_of = {row.sum: place for place, row in enumerate(knowledge.rows) if row.sum}
        self._throws = random.Random(1)  # noqa: S311  # no secret, only where to look; the same ones each time
        if self._program.least({}) is None:
            raise Contradiction

    def order(self) -> list[Sum]:
        """List the sums to look at: cells first, the finest first."""
        kinds = list(Kind)
        return sorted(self.targets, key=lambda one: (kinds.index(self.targets[one]), len(one), sorted(one)))

    def hide(self, one: Sum) -> None:
        """Take a cell of the newest release away from the outsider; what was possible before still is."""
        self._program.bound_row(self._row_of[one], None, None)
        self.targets[one] = Kind.CELL

    def can_show(self, one: Sum) -> bool:
        """Give a hidden cell back to the outsider, unless some sum could then be worked out."""
        value = self.knowledge.shown[one]
        seen, points = self._seen, self._points
        del self.targets[one]
        self._program.bound_row(self._row_of[one], value, value)
        self._points = [point for point in self._points if sum(point[unknown] for unknown in one) == value]
        self._seen = {}
        for point in self._points:
            self._widen(point)
        if not any(self.exposures()):
            return True
        self.hide(one)
        self._seen = seen
        self._points, found = points, self._points
        for point in found:
            if self._widen(point):
                self._points.append(point)
        return False

    def exposures(self) -> Iterator[Exposure]:
        """Find every sum that can be worked out."""
        self.throw()
        for one in self.order():
            if found := self.exposure(one):
                yield found

    def exposure(self, one: Sum) -> Exposure | None:
        """Say how a sum can be worked out, or nothing where it cannot."""
        if self._is_wide(one):
            return None
        top = self._most(one)
        if self._is_wide(one):
            return None
        bottom = self._least(one)
        if self._is_wide(one):
            return None
        high, low = floor(top.value + NEAR), ceil(bottom.value - NEAR)
        if high - low >= self.threshold:
            high, low = round(self._most(one, whole=True).value), round(self._least(one, whole=True).value)
        if high < low:
            raise Contradiction  # only a fraction would do
        if not self._is_narrow(one, low, high):
            return None
        rows = [self.knowledge.rows[row].label for row in sorted({*top.binding, *bottom.binding})]
        labels = dict.fromkeys(label for label in rows if label)
        return Exposure(self.knowledge.labels[one], low, high, tuple(labels))

    def learn(self, point: Sequence[float]) -> None:
        """Widen what each sum may be by a point, if it is whole."""
        whole = [round(value) for value in point[: self.knowledge.unknowns]]
        near = all(abs(value - one) <= NEAR for value, one in zip(point, whole, strict=False))
        # Weights and bounds are whole, so what the solver takes for kept is then kept exactly.
        if near and self._widen(whole):
            self._points.append(whole)

    def _widen(self, point: Sequence[int]) -> bool:
        """Widen what each sum in doubt may be, and tell whether that helped."""
        helped = False
        for one in self.targets:
            low, high = self._seen.get(one, (PLENTY, 0))
            if high - low < self.threshold:
                value = sum(point[unknown] for unknown in one)
                helped |= not low <= value <= high
                self._seen[one] = (min(low, value), max(high, value))
        return helped

    def bounds(self, one: Sum) -> tuple[int, int]:
        """Return the least and the greatest value that the solver allows."""
        return ceil(self._least(one).value - NEAR), floor(self._most(one).value + NEAR)

    def throw(self) -> None:
        """Pull all sums in doubt this way and that at random, which settles most of them."""
        idle = 0
        while idle < IDLE_THROWS and (doubtful := [one for one in self.targets if not self._is_wide(one)]):
            weights: dict[int, float] = {}
            for one in doubtful:
                pull = self._throws.choice((-1, 1))
                for unknown in one:
                    weights[unknown] = weights.get(unknown, 0) + pull
            points = len(self._points)
            self._met(self._program.most(weights))
            idle = 0 if len(self._points) > points else idle + 1

    def _most(self, one: Sum, *, whole: bool = False) -> Answer:
        return self._met(self._program.most(dict.fromkeys(one, 1.0), whole=self._columns(whole=whole)))

    def _least(self, one: Sum, *, whole: bool = False) -> Answer:
        return self._met(self._program.least(dict.fromkeys(one, 1.0), whole=self._columns(whole=whole)))

    def _columns(self, *, whole: bool) -> Iterable[int]:
        return range(self.knowledge.unknowns) if whole else ()

    def _met(self, answer: Answer | None) -> Answer:
        if answer is None:
            raise Contradiction
        self.learn(answer.point)
        return answer

    def _is_wide(self, one: Sum) -> bool:
        low, high = self._seen.get(one, (PLENTY, 0))
        return high - low >= self.threshold

    def _is_narrow(self, one: Sum, low: int, high: int) -> bool:
        if high - low >= self.threshold:
            return False
        kind = self.targets[one]
        if kind is Kind.CELL:
            return True
        if kind is Kind.NOWHERE and (high == 0 or low >= self.threshold):
            return False  # it would have been shown
        before_low, before_high = self._known_before(one)
        return high - low < before_high - before_low

    def _known_before(self, one: Sum) -> tuple[int, int]:
        """Return how near the earlier releases alone come to a sum: what they gave away, this one need not keep."""
        earlier = self.knowledge.releases[:-1]
        if self._before is None and earlier:
            self._before = Auditor(Knowledge(earlier), self.threshold)
        if self._before is None or max(one) >= self._before.knowledge.unknowns:
            return 0, PLENTY
        return self._before.bounds(one)
