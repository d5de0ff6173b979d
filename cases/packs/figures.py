"""The figures of a pack, and the JSON that they are kept as: numbers, codes, keys and days."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import Any

from cases.statistics import Balance, PartTable


@dataclass(frozen=True)
class LateAnswer:
    """An answer that has passed its day by so many days; what a status card tells."""

    concern: int
    function: int | None
    days: int


@dataclass(frozen=True)
class PatternRow:
    """What was known of a pattern; `new` are its cases of the period."""

    pattern: int
    status: str
    cases: int
    new: int
    tallies: int
    members: int
    review_on: dt.date | None


@dataclass(frozen=True)
class MeasureRow:
    """A measure that was done in the period, or late when it ended; on a pattern, else on a lifted case."""

    measure: int
    on_pattern: bool
    due_on: dt.date
    done_on: dt.date | None


@dataclass(frozen=True)
class AssignmentRow:
    """What an earlier meeting asked somebody for, and whether it was done."""

    assignment: int
    done_on: dt.date | None


@dataclass(frozen=True)
class Measures:
    """How many measures, on cases and patterns, were done in the period; open and late when it ended."""

    done: int
    open: int
    late: int


@dataclass(frozen=True)
class Figures:
    """Everything that a pack counts. A list holds its first rows; its `..._all` tells how many there were."""

    balance: Balance
    answered: int
    late: int
    parts: PartTable
    late_days: int
    late_answers: tuple[LateAnswer, ...]
    late_answers_all: int
    patterns: tuple[PatternRow, ...]
    patterns_all: int
    measures: Measures
    measure_rows: tuple[MeasureRow, ...]
    measure_rows_all: int
    assignments: tuple[AssignmentRow, ...]
    assignments_all: int
    recommended: tuple[int, ...]
    recommended_all: int

    def as_json(self) -> dict[str, Any]:
        """Return plain values; a day as its ISO date."""
        plain = {name: _plain(getattr(self, name)) for name in _names(self) if name != "parts"}
        cells = [[*place, number] for place, number in sorted(self.parts.cells.items())]
        return {**plain, "parts": {"cells": cells, "cases": self.parts.cases}}

    @classmethod
    def of_json(cls, kept: dict[str, Any]) -> Figures:
        """Return what `as_json` gave."""
        cells = {(party, kind): number for party, kind, number in kept["parts"]["cells"]}
        return cls(
            **{
                **kept,
                "balance": Balance(**kept["balance"]),
                "parts": PartTable(cells, kept["parts"]["cases"]),
                "measures": Measures(**kept["measures"]),
                "late_answers": tuple(LateAnswer(**row) for row in kept["late_answers"]),
                "patterns": tuple(PatternRow(**_dated(row, "review_on")) for row in kept["patterns"]),
                "measure_rows": tuple(MeasureRow(**_dated(row, "due_on", "done_on")) for row in kept["measure_rows"]),
                "assignments": tuple(AssignmentRow(**_dated(row, "done_on")) for row in kept["assignments"]),
                "recommended": tuple(kept["recommended"]),
            }
        )


def _names(value: Any) -> list[str]:
    return [field.name for field in dataclasses.fields(value)]


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {name: _plain(getattr(value, name)) for name in _names(value)}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def _dated(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return row | {name: dt.date.fromisoformat(row[name]) if row[name] else None for name in names}
