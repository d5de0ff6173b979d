"""What the counting asks of a database in its own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import Func, IntegerField, Value


class DaysBetween(Func):
    """Whole days from the second date to the first."""

    arg_joiner = " - "
    template = "(%(expressions)s)"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Count with julianday: a date is a text here, and at midnight the difference is exact."""
        ends = [compiler.compile(end) for end in self.source_expressions]
        sql = " - ".join(f"julianday({end})" for end, _ in ends)
        return f"CAST({sql} AS INTEGER)", [param for _, params in ends for param in params]


class Bucket(Func):
    """How many of some rising days lie on or before a date: 0 before the first, as `bisect_right` counts."""

    output_field = IntegerField()

    def __init__(self, day: Any, edges: Sequence[dt.date] = (), **extra: Any) -> None:
        super().__init__(day, **extra)
        self.edges = list(edges)

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Search the days, however many they are, in few steps."""
        sql, params = compiler.compile(self.source_expressions[0])
        return f"width_bucket({sql}, %s::date[])", [*params, self.edges]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Search likewise, by questions nested in each other; a date is a text that sorts as the day does."""
        sql, params = compiler.compile(self.source_expressions[0])

        def search(low: int, high: int) -> tuple[str, list[Any]]:
            if low == high:
                return str(low), []
            middle = (low + high) // 2
            below, below_params = search(low, middle)
            above, above_params = search(middle + 1, high)
            edge = self.edges[middle].isoformat()
            return f"CASE WHEN {sql} < %s THEN {below} ELSE {above} END", [*params, edge, *below_params, *above_params]

        return search(0, len(self.edges))


def text(value: str) -> Value:
    """Return a constant column, so that rows with and without it have the same columns."""
    return Value(value)
