"""What the counting asks of a database in its own words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from itertools import pairwise
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import DateField, Func, IntegerField, QuerySet, Value
from django.db.models.functions import TruncDate
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from cases import clocks

ROOM = "128MB"
# Clocks did as they do now long before anybody's first report, and the rules say so for as long as anybody plans.
FIRST_YEAR, YEARS = 1990, 80


class LocalDayField(DateField):  # type: ignore[type-arg]
    """What a `LocalDay` gives: a date, compared with a given day by the moment that it begins."""


class LocalDay(TruncDate):
    """The Swedish day of a moment.

    Held against a given day it asks about the moment itself: an index and the planner know the column, and SQLite need
    not call Python for each row.
    """

    output_field = LocalDayField()

    def __init__(self, moment: Any, **extra: Any) -> None:
        super().__init__(moment, **{"tzinfo": clocks.STOCKHOLM, **extra})

    @property
    def moment(self) -> Any:
        return self.source_expressions[0]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Shift the clock in SQL, where Django would call Python for each row. The last second would be rounded up."""
        sql, params = compiler.compile(self.moment)
        moments, shifts = clock_changes()
        shift, shift_params = _searched(sql, params, moments, shifts)
        return f"date(substr({sql}, 1, 19), {shift})", [*params, *shift_params]


@LocalDayField.register_lookup
class FromDay(GreaterThanOrEqual):
    """On a day or later."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return _by_moment(self, GreaterThanOrEqual, compiler) or super().as_sql(compiler, connection)


@LocalDayField.register_lookup
class BeforeDay(LessThan):
    """Before a day."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        return _by_moment(self, LessThan, compiler) or super().as_sql(compiler, connection)


def _by_moment(asked: Any, plain: Any, compiler: Any) -> tuple[str, Any] | None:
    """Return the comparison of a moment with the beginning of a given day, if that is what is asked."""
    if not (isinstance(asked.lhs, LocalDay) and isinstance(asked.rhs, dt.date)):
        return None
    sql: tuple[str, Any] = compiler.compile(plain(asked.lhs.moment, clocks.start_of(asked.rhs)))
    return sql


@cache
def clock_changes() -> tuple[list[str], list[str]]:
    """Return when Swedish clocks change, as SQLite keeps moments, and how far ahead they are before and after each."""
    begin = dt.datetime(FIRST_YEAR, 1, 1, tzinfo=clocks.UTC)
    days = [(day, _ahead(day)) for day in (begin + dt.timedelta(days=number) for number in range(YEARS * 365))]
    changes = [
        next(hour for hour in (day + dt.timedelta(hours=number) for number in range(1, 25)) if _ahead(hour) != before)
        for (day, before), (_, after) in pairwise(days)
        if before != after
    ]
    shifts = [_ahead(begin), *map(_ahead, changes)]
    return [f"{change:%Y-%m-%d %H:%M:%S}" for change in changes], [f"'{shift}'" for shift in shifts]


def _ahead(moment: dt.datetime) -> str:
    """Return how far Swedish clocks are ahead then, as +HH:MM."""
    return moment.astimezone(clocks.STOCKHOLM).isoformat()[-6:]


def _searched(sql: str, params: Sequence[Any], edges: Sequence[str], answers: Sequence[str]) -> tuple[str, list[Any]]:
    """Return SQL that finds the answer between two edges, in few steps: questions nested in each other."""
    if not edges:
        return answers[0], []
    middle = len(edges) // 2
    below, below_params = _searched(sql, params, edges[:middle], answers[: middle + 1])
    above, above_params = _searched(sql, params, edges[middle + 1 :], answers[middle + 1 :])
    nested = f"CASE WHEN {sql} < %s THEN {below} ELSE {above} END"
    return nested, [*params, edges[middle], *below_params, *above_params]


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
        what, edges = self._what_and_edges()
        sql, params = compiler.compile(what)
        return f"width_bucket({sql}, %s::{what.output_field.db_type(connection)}[])", [*params, edges]

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Search likewise, by questions nested in each other; days and moments are texts that sort as they do."""
        what, edges = self._what_and_edges()
        sql, params = compiler.compile(what)
        texts = [what.output_field.get_db_prep_value(edge, connection) for edge in edges]
        return _searched(sql, params, texts, [str(place) for place in range(len(texts) + 1)])

    def _what_and_edges(self) -> tuple[Any, list[dt.date]]:
        """Return what to search for and among: of a moment's day, the moment itself, among the days' first ones."""
        [day] = self.source_expressions
        if isinstance(day, LocalDay):
            return day.moment, [clocks.start_of(edge) for edge in self.edges]
        return day, self.edges


def counted(rows: QuerySet[Any], *columns: str) -> list[tuple[Any, ...]]:
    """Return every combination of some columns, with how many rows have it at the end.

    The rows stand in a question of their own, which OFFSET '0' keeps PostgreSQL from taking apart: it would expect as
    many combinations as there are moments in the column that a bucket is made from, and not share the counting out.
    Nor would it with a plain 0, which is not a constant of the right type until too late.
    """
    try:
        sql, params = rows.order_by().values_list(*columns).query.sql_with_params()
    except EmptyResultSet:
        return []
    places = ", ".join(str(place) for place in range(1, len(columns) + 1))
    apart = " OFFSET '0'" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        # A question that the ORM wrote.
        cursor.execute(
            f"SELECT rows.*, COUNT(*) FROM ({sql}{apart}) AS rows GROUP BY {places}",  # noqa: S608 # nosec B608
            params,
        )
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


@contextmanager
def roomy() -> Iterator[None]:
    """Let PostgreSQL count many rows in memory, until the end of the transaction.

    It cannot know that a million moments fall into a hundred months, and would rather sort all of them on disk. What it
    then uses is a few hundred groups, or the keys of the cases; compiling the questions costs more than it gains.
    """
    if connection.vendor != "postgresql":
        yield
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', %s, true), set_config('jit', 'off', true)", [ROOM])
        yield


def text(value: str) -> Value:
    """Return a constant column, so that rows with and without it have the same columns."""
    return Value(value)
