"""An outsider with every printed table on the desk, who shares nothing with the program but the solver.

They read the text that was printed, know what the labels mean, and ask the solver for the least and the greatest whole
number that each `..` can stand for. A release is a list of printed lines: the words of a cell, and what it says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy

from cases.disclosure import Marker, Published

HIDDEN = ".."
# The finest counts that a reader thinks of, by the words that name a cell.
Meaning = Mapping[tuple[str, ...], frozenset[Any]]


@dataclass(frozen=True)
class Line:
    words: tuple[str, ...]
    text: str


def printed(published: Published) -> list[Line]:
    """Print a release as its readers get it."""
    return [
        Line((table.title, *key), value.symbol if isinstance(value, Marker) else str(value))
        for table in published.tables.values()
        for key, value in table.cells.items()
    ]


class Attack:
    """Gathers what releases say. What `grew` may have risen since the release before; all else has not changed."""

    def __init__(self, meaning: Meaning) -> None:
        self.meaning = meaning
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("mip_rel_gap", 0.0)
        self.counts: dict[Any, Any] = {}
        # What stands hidden in several places is asked for once.
        self.wanted: dict[str, tuple[Line, Any]] = {}

    def read(self, lines: Iterable[Line], *, grew: Iterable[Any] = ()) -> None:
        for one in grew:
            self.counts[one] = self._count(one) + self._unknown()
        for line in lines:
            counts = [self._count(one) for one in sorted(self.meaning[line.words])]
            total = self.solver.qsum(counts)
            if line.text == HIDDEN:
                self.wanted.setdefault(str(counts), (line, total))
            elif line.text.isdecimal():
                self.solver.addConstr(total == int(line.text))

    def found(self, threshold: int) -> list[tuple[Line, int, int]]:
        """List the hidden cells that lie between two numbers closer than the threshold."""
        intervals = [(line, *self._interval(total)) for line, total in self.wanted.values()]
        return [(line, low, high) for line, low, high in intervals if high - low < threshold]

    def _interval(self, total: Any) -> tuple[int, int]:
        self.solver.minimize(total)
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        low = round(self.solver.getInfo().objective_function_value)
        self.solver.maximize(total)
        assert self.solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
        return low, round(self.solver.getInfo().objective_function_value)

    def _count(self, one: Any) -> Any:
        if one not in self.counts:
            self.counts[one] = self._unknown()
        return self.counts[one]

    def _unknown(self) -> Any:
        # A thousand is far more than anything in these tests.
        return self.solver.addVariable(lb=0, ub=1000, type=highspy.HighsVarType.kInteger)


def attack(
    releases: Sequence[Published], meaning: Meaning, *, threshold: int, grew: Sequence[Iterable[Any]] = ()
) -> Any:
    """Read releases in order and return what could be worked out."""
    outsider = Attack(meaning)
    growth = [*grew, *([()] * (len(releases) - len(grew)))]
    for release, grown in zip(releases, growth, strict=True):
        outsider.read(printed(release), grew=grown)
    return outsider.found(threshold)
