"""What has changed since a program last asked: every case once for each time, none missed.

The database notes a changed case in the writer's own transaction. A number is given afterwards, to what has been
committed, by whoever asks next, one at a time. So in whatever order transactions commit, a number is always more than
all that anybody has seen, and a transaction that is held open delays its own case alone. Numbers are microseconds of
the clock, so a moment can stand for a number, and a database that was read back from a copy goes on after what was told
before.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Subquery
from django.utils.dateparse import parse_datetime

from cases import clocks
from cases.errors import UnknownMark
from cases.models import Case, Change, ChangeNote

# Who gives numbers holds this advisory lock of PostgreSQL's; SQLite has one writer at a time anyway.
LOCK = 0x4C48_4348
_MARK = re.compile(r"c([0-9]{1,18})")
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class News:
    """Changed cases in the order they changed, the mark to ask with next, and whether more wait already."""

    cases: Sequence[Case]
    mark: str
    more: bool


def news(rows: QuerySet[Case], since: str, *, limit: int) -> News:
    """Return those of the rows that have changed since a mark, or since a moment in ISO 8601 with its time zone.

    A mark is what the answer before gave, and leads on without gap or double. A moment begins: it gives at least each
    case with an event at it or later. Raises UnknownMark for what is neither, and for a mark that was not given here.
    """
    after = _after(since)
    found = _changed(rows, after, limit)
    if found and not found[0].some_wait:
        # The usual: all that was changed has its number, and one question gave the rows and the last one.
        last = found[0].last_number
    else:
        last = settle()
        if after > last and _MARK.fullmatch(since):
            raise UnknownMark("Det värdet har vi inte gett. Börja om från ett klockslag.")
        found = _changed(rows.filter(change__number__lte=last), after, limit)
    if len(found) > limit:
        return News(found[:limit], _mark(found[limit - 1].change_number), more=True)
    return News(found, _mark(last), more=False)


def _changed(rows: QuerySet[Case], after: int, limit: int) -> list[Any]:
    """Return the first rows with a number after this one, and one more than the limit if there is."""
    # One that was changed again meanwhile waits for its next number: it would come twice with the same content.
    waiting = ChangeNote.objects.filter(case_id=OuterRef("pk"))
    changed = rows.filter(~Exists(waiting), change__number__gt=after).annotate(
        change_number=F("change__number"),
        last_number=Subquery(Change.objects.order_by("-number").values("number")[:1]),
        some_wait=Exists(ChangeNote.objects.all()),
    )
    return list(changed.order_by("change_number")[: limit + 1])


def settle() -> int:
    """Give the cases that were changed since the last time their numbers, and return the last number there is."""
    last, waits = _seen()
    if waits:
        _number()
        last, _ = _seen()
    return last


def tell_all_again() -> int:
    """Let every case be news once more, after an older copy was read back; return how many there are."""
    with connection.cursor() as cursor:
        # In the order they changed last: a table gives its rows in whatever order they lie.
        cursor.execute(
            "INSERT INTO cases_changenote (case_id) SELECT cases_case.id FROM cases_case "
            "LEFT JOIN cases_change ON cases_change.case_id = cases_case.id "
            "ORDER BY coalesce(cases_change.number, 0), cases_case.id"
        )
        number: int = cursor.rowcount
    settle()
    return number


def _seen() -> tuple[int, bool]:
    """Return the last number there is, and whether some case waits for one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT max(number) FROM cases_change), 0), EXISTS (SELECT 1 FROM cases_changenote)"
        )
        last, waits = cursor.fetchone()
    return int(last), bool(waits)


@transaction.atomic
def _number() -> None:
    """Number what has been noted, as it was noted last. Whoever comes second waits, and reads what the first left."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        last, _ = _seen()
        # A clock that was set back must not give a number that somebody has passed.
        first = max(number_at(clocks.now()), last + 1)
        cursor.execute(_NOTED[connection.vendor] + _NUMBERED, [first])
        if connection.vendor == "sqlite":
            cursor.execute("DELETE FROM cases_changenote")


# PostgreSQL takes the notes in the statement that reads them: others may be committed in the next moment.
_NOTED = {
    "postgresql": "WITH noted AS (DELETE FROM cases_changenote RETURNING *) ",
    "sqlite": "WITH noted AS (SELECT * FROM cases_changenote) ",
}
_NUMBERED = (
    "INSERT INTO cases_change (case_id, number) SELECT cases_case.id, %s + row_number() OVER (ORDER BY latest) - 1 "
    "FROM (SELECT case_id, max(id) AS latest FROM noted GROUP BY case_id) AS each_case "
    "JOIN cases_case ON cases_case.id = each_case.case_id WHERE true "
    "ON CONFLICT (case_id) DO UPDATE SET number = excluded.number"
)


def number_at(moment: dt.datetime) -> int:
    """Return the number of a moment."""
    return (moment - _EPOCH) // _MICROSECOND


def _mark(number: int) -> str:
    return f"c{number}"


def _after(since: str) -> int:
    """Read a mark or a moment. Raises UnknownMark for what is neither."""
    if mark := _MARK.fullmatch(since):
        return int(mark[1])
    if (moment := _moment(since)) is None:
        raise UnknownMark(
            "Skriv värdet som förra svaret gav, eller ett klockslag med tidszon, till exempel "
            "2026-11-01T00:00:00Z. Ett plus skrivs %2B i adressen."
        )
    return number_at(moment) - 1


def _moment(text: str) -> dt.datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
