"""The only door to the solver, HiGHS: linear programs over columns from zero up, in whole numbers at need."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.disclosure.errors import SolverMissing

try:
    import highspy
    import numpy
except ImportError:  # it comes with an extra; without it nothing can be approved
    highspy = None  # type: ignore[assignment]
else:

    class _Quiet(highspy.Highs):
        """The solver without its callbacks, which we do not use and which announce it where the log goes."""

        def enableCallbacks(self) -> None:  # noqa: N802  # its own name there
            pass


# No count in a förbund comes near it, and it keeps every program bounded.
PLENTY = 1_000_000
NEAR = 1e-6


@dataclass(frozen=True)
class Term:
    """A row: low <= the weighted sum of columns <= high; None is no bound."""

    weights: Mapping[int, int]
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Answer:
    """A best point, and the rows that keep it from being better."""

    value: float
    point: Sequence[float]
    binding: tuple[int, ...]


class Program:
    """A program that is built once and asked many times; a question begins where the last one ended."""

    def __init__(self, columns: int, rows: Sequence[Term]) -> None:
        if highspy is None:
            raise SolverMissing
        self._priced: tuple[int, ...] = ()
        # A row about one column alone is kept as that column's bounds, which makes the program much smaller.
        self._column_of: dict[int, int] = {}
        self._row_at: list[int] = []
        alone: set[int] = set()
        for place, row in enumerate(rows):
            column = next(iter(row.weights), -1)
            if row.weights == {column: 1} and column not in alone:
                alone.add(column)
                self._column_of[place] = column
            else:
                self._row_at.append(place)
        self._at = {place: at for at, place in enumerate(self._row_at)}
        self._highs: Any = _Quiet()  # type: ignore[no-untyped-call]
        for option, value in {"output_flag": False, "threads": 1, "mip_rel_gap": 0.0, "mip_abs_gap": 0.5}.items():
            self._highs.setOptionValue(option, value)
        self._highs.passModel(_model(max(1, columns), [rows[place] for place in self._row_at]))
        for place in self._column_of:
            self.bound_row(place, rows[place].low, rows[place].high)

    def bound_row(self, row: int, low: int | None, high: int | None) -> None:
        column = self._column_of.get(row)
        if column is None:
            self._highs.changeRowBounds(self._at[row], *_bounds(low, high))
        else:
            self.bound_column(column, max(0, low or 0), PLENTY if high is None else high)

    def bound_column(self, column: int, low: int, high: int) -> None:
        self._highs.changeColBounds(column, float(low), float(high))

    def most(self, weights: Mapping[int, float], *, whole: Iterable[int] = ()) -> Answer | None:
        """Find the greatest weighted sum; see `least`."""
        answer = self.least({column: -weight for column, weight in weights.items()}, whole=whole)
        return answer and Answer(-answer.value, answer.point, answer.binding)

    def least(self, weights: Mapping[int, float], *, whole: Iterable[int] = ()) -> Answer | None:
        """Find the least weighted sum, with whole numbers in the columns of `whole`. None where the rows disagree."""
        self._price(weights)
        columns = numpy.fromiter(whole, dtype=numpy.int32)
        self._make(columns, highspy.HighsVarType.kInteger)
        self._highs.run()
        answer = self._answer()
        self._make(columns, highspy.HighsVarType.kContinuous)
        return answer

    def _price(self, weights: Mapping[int, float]) -> None:
        costs = {**dict.fromkeys(self._priced, 0.0), **weights}
        self._priced = tuple(weights)
        columns = numpy.fromiter(costs, dtype=numpy.int32)
        self._highs.changeColsCost(len(costs), columns, numpy.fromiter(costs.values(), dtype=numpy.float64))

    def _make(self, columns: Any, kind: Any) -> None:
        if len(columns):
            self._highs.changeColsIntegrality(len(columns), columns, numpy.full(len(columns), int(kind), numpy.uint8))

    def _answer(self) -> Answer | None:
        status = self._highs.getModelStatus()
        if status == highspy.HighsModelStatus.kInfeasible:
            return None
        if status != highspy.HighsModelStatus.kOptimal:
            raise RuntimeError(f"the solver stopped with {status}")
        solution = self._highs.getSolution()
        value = self._highs.getInfo().objective_function_value
        return Answer(value, solution.col_value, tuple(self._binding(solution)))

    def _binding(self, solution: Any) -> Iterator[int]:
        for at in numpy.flatnonzero(numpy.abs(numpy.asarray(solution.row_dual)) > NEAR):
            yield self._row_at[at]
        pulls = solution.col_dual
        for place, column in self._column_of.items():
            if abs(pulls[column]) > NEAR:
                yield place


def _bounds(low: int | None, high: int | None) -> tuple[float, float]:
    return (-highspy.kHighsInf if low is None else float(low), highspy.kHighsInf if high is None else float(high))


def _model(columns: int, rows: Sequence[Term]) -> Any:
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = columns, len(rows)
    model.col_cost_ = numpy.zeros(columns)
    model.col_lower_ = numpy.zeros(columns)
    model.col_upper_ = numpy.full(columns, float(PLENTY))
    bounds = [_bounds(row.low, row.high) for row in rows]
    model.row_lower_ = numpy.array([low for low, _ in bounds])
    model.row_upper_ = numpy.array([high for _, high in bounds])
    model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    model.a_matrix_.start_ = numpy.cumsum([0, *(len(row.weights) for row in rows)])
    model.a_matrix_.index_ = numpy.array([column for row in rows for column in row.weights], dtype=numpy.int32)
    model.a_matrix_.value_ = numpy.array([float(one) for row in rows for one in row.weights.values()])
    return model
