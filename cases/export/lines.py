"""The lines of an export, in constant memory."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.db import models
from django.utils.text import slugify

from cases import clocks
from cases.export.snapshot import snapshot
from cases.export.tables import BEYOND, CASE, ON_CASES, PEOPLE, REGISTERS, Table
from cases.models import Association

FORMAT, VERSION = "lexheller-export", 1
MEDIA_TYPE = "application/x-ndjson"

# How many cases are read, noted as exported and sent at a time.
CHUNK = 1000
ROWS = 2000
BLOCK_BYTES = 64 * 1024
# A reader that is this slow would keep the database from cleaning up.
MOST_SECONDS = 3600

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class TooSlow(Exception):
    """The reader took longer than a snapshot may stand open; the file has no last line."""


def stream(
    association: Association, *, people: bool, by: int | None, leaving: Callable[[Sequence[int]], None]
) -> Iterator[bytes]:
    """Yield everything that the förbund owns, a JSON object a line, as of one moment.

    `people` adds who they are and what they have read; `by` is the person that asks. `leaving` is called with the keys
    of some cases before anything of them is yielded. The last line counts the others: a file without it was cut off.
    Raises TooSlow.
    """
    with snapshot() as using:
        lines = _Lines(association, using)
        yield from _blocks(_all(lines, people=people, by=by, leaving=leaving))


def file_name(association: Association) -> str:
    """Return a name for the file, with the day in it."""
    return f"{slugify(association.code) or 'forbund'}-export-{clocks.today()}.ndjson"


def _all(lines: _Lines, *, people: bool, by: int | None, leaving: Callable[[Sequence[int]], None]) -> Iterator[bytes]:
    association = lines.association
    yield lines.one(
        type="export",
        format=FORMAT,
        version=VERSION,
        association=association.code,
        name=association.name,
        as_of=clocks.now().isoformat(timespec="microseconds"),
        by=by,
        people=people,
    )
    for table in (*REGISTERS, *(PEOPLE if people else ())):
        yield from lines.of(table)
    yield from _cases(lines, leaving)
    for table in BEYOND:
        yield from lines.of(table)
    yield lines.one(type="end", counts=dict(lines.counts))


def _cases(lines: _Lines, leaving: Callable[[Sequence[int]], None]) -> Iterator[bytes]:
    """Yield the cases some at a time, each time followed by what hangs on them."""
    cases = lines.read(CASE, CASE.rows(lines.association, lines.using))
    while chunk := list(islice(cases, CHUNK)):
        keys = [row[0] for row in chunk]
        leaving(keys)
        yield from lines.told(CASE, chunk)
        for table in ON_CASES:
            yield from lines.told(table, lines.read(table, table.rows_on(keys, lines.using)))


class _Lines:
    """Makes lines of rows, and counts them."""

    def __init__(self, association: Association, using: str) -> None:
        self.association, self.using = association, using
        self.counts: Counter[str] = Counter()

    def one(self, **values: Any) -> bytes:
        """Make a line of its own."""
        return f"{_encode(values)}\n".encode()

    def of(self, table: Table) -> Iterator[bytes]:
        """Yield a line for each row that the förbund has in a table."""
        return self.told(table, self.read(table, table.rows(self.association, self.using)))

    def read(self, table: Table, rows: models.QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
        """Yield what leaves of some rows, the key first."""
        return iter(rows.values_list(*map(_in_words(table), table.columns)).iterator(chunk_size=ROWS))

    def told(self, table: Table, rows: Iterable[tuple[Any, ...]]) -> Iterator[bytes]:
        """Yield a line for each row."""
        keys = ("type", *table.keys)
        for row in rows:
            self.counts[table.kind] += 1
            yield f"{_encode(dict(zip(keys, (table.kind, *row), strict=True)))}\n".encode()


def _in_words(table: Table) -> Callable[[str], Any]:
    """Return how a column is read: what is no JSON is written out by the database, which is quicker."""

    def read(column: str) -> Any:
        field = table.model._meta.get_field(column)
        kind = field.get_internal_type() if isinstance(field, models.Field) else ""
        return {"DateTimeField": _Moment, "DateField": _Day}.get(kind, str)(column)

    return read


class _Moment(models.Func):
    """A moment in ISO 8601, in UTC with six decimals: as `Event.content` writes it."""

    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = """to_char(%(expressions)s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""
        return self.as_sql(compiler, connection, template=template, **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # Stored in UTC, with a blank, and without decimals where all are zero.
        fraction = "substr(substr(%(expressions)s, 21) || '000000', 1, 6)"
        template = "replace(substr(%(expressions)s, 1, 19), ' ', 'T') || '.' || " + fraction + " || '+00:00'"
        return self.as_sql(compiler, connection, template=template, **context)


class _Day(models.Func):
    """A day in ISO 8601."""

    output_field = models.TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="to_char(%(expressions)s, 'YYYY-MM-DD')", **context)

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # A bare column would be read as a day again.
        return self.as_sql(compiler, connection, template="%(expressions)s || ''", **context)


def _blocks(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Join lines to blocks, since each costs the server a write. Raises TooSlow."""
    began, block, size = time.monotonic(), [], 0
    for line in lines:
        block.append(line)
        size += len(line)
        if size >= BLOCK_BYTES:
            yield b"".join(block)
            block, size = [], 0
            if time.monotonic() - began > MOST_SECONDS:
                raise TooSlow
    if block:
        yield b"".join(block)
