"""Loads a million made-up cases into PostgreSQL in a few minutes, for the benchmark of the summaries.

All of it is SQL: each case is drawn once, with its moments and what comes of it, and the rows follow from that. Chance
is a hash of the case's number, so that two runs with the same `now` load the same. Moments, codes, states and due days
agree with each other. Two things are not as the services would have left them: the events carry no true hash, and texts
are constants, which stand only where a row must point at one.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from cases import clocks
from cases.models import Case, Concern, Event, Feedback, Measure, NumberSeries, Pattern, Text
from tests import loader
from tests.loader import Place

YEARS = 10
MOST_CONCERNS, MOST_EVENTS = 3, 20
_PARTS = range(1, MOST_CONCERNS + 1)
# Of ten cases the first förbund has one; the others share the rest.
FIRST_HAS = 10
PATTERNS = 10
# How many cases share a word, of all förbund.
SHARING = 2000
ANSWERS = ["YES", "PARTLY", "NO"]
LOADED = (Case, Concern, Event, Text, Measure, Feedback)
STOCKHOLM = clocks.STOCKHOLM.key
HEX = "0" * 64


def load(number: int, *, associations: int, now: dt.datetime | None = None) -> list[Place]:
    """Fill an empty database with this many cases over ten years; the first förbund has a tenth of them."""
    chance = random.Random(1)
    codes = [f"C{chr(65 + nr // 26)}{chr(65 + nr % 26)}" for nr in range(associations)]
    with transaction.atomic(), connection.cursor() as cursor:
        # Statements as long as these take longer to compile than to run.
        cursor.execute("SET LOCAL jit = off")
        places = [loader.place(code, chance) for code in codes]
        _keep(cursor, places)
        cursor.execute(_drawn(number, associations, now or clocks.now()))
        cursor.execute("ANALYZE drawn")
        with _bare_tables(cursor):
            for statement, params in _statements():
                cursor.execute(statement, params)
        _end(cursor)
    return places


# ---- what cases point at ----


def _keep(cursor: Any, places: Sequence[Place]) -> None:
    cursor.execute(
        "CREATE TEMP TABLE place (nr int PRIMARY KEY, association bigint, code text, triage int, acknowledge int, "
        "answer int, parties text[], members bigint[], functions bigint[], units bigint[], initiatives bigint[], "
        "reporters bigint[], patterns bigint[], coordinator bigint, contact bigint) ON COMMIT DROP"
    )
    rows = [_row(nr, place) for nr, place in enumerate(places)]
    cursor.executemany(f"INSERT INTO place VALUES ({', '.join(['%s'] * len(rows[0]))})", rows)


def _row(nr: int, place: Place) -> list[Any]:
    here = place.association
    patterns = Pattern.objects.bulk_create(
        Pattern(association=here, title=f"Systemfel {number}") for number in range(1, PATTERNS + 1)
    )
    return [
        *(nr, here.pk, here.code, here.triage_days, here.acknowledge_days, here.answer_days),
        [member.party for member in place.members],
        [member.pk for member in place.members],
        [place.functions[member.pk].pk for member in place.members],
        [place.units[member.pk][0].pk for member in place.members],
        *([one.pk for one in some] for some in (place.initiatives, place.reporters, patterns)),
        *(place.coordinator.pk, place.contact.pk),
    ]


# ---- the draw ----


def _u(salt: int, key: str = "n") -> str:
    """Return SQL for a number from 0 up to 1 that depends on the case and on what it is for."""
    return f"((hashint8extended({key}, {salt}) & 1048575)::float8 / 1048576)"


def _one_of(values: Sequence[str], salt: int) -> str:
    """Return SQL for one of some codes."""
    return f"(ARRAY[{', '.join(map(_quoted, values))}])[1 + floor({len(values)} * {_u(salt)})::int]"


def _wait(begun: str, least: float, most: float, salt: int) -> str:
    """Return SQL for a moment some days later, sooner more often than later."""
    return f"{begun} + make_interval(secs => 86400 * ({least} + {most * 1.4 - least} * (1 - sqrt(1 - {_u(salt)}))) + 1)"


def _said(share: float, least: float, most: float, salt: int) -> str:
    """Return SQL for the day that something is said about a closed case, of those where it ever is."""
    day = _day(_wait("ended_at", least, most, salt + 1))
    return f"CASE WHEN status = 'CLOSED' AND {_u(salt)} < {share} THEN {day} END"


def _quoted(value: str) -> str:
    return f"'{value}'"


def _day(moment: str) -> str:
    return f"(({moment}) AT TIME ZONE '{STOCKHOLM}')::date"


def _steps(columns: Sequence[dict[str, str]]) -> str:
    """Return SQL that works columns out one round after another, each from those before.

    OFFSET 0 keeps PostgreSQL from writing the rounds into each other, and working each out many times.
    """
    told = [", ".join(f"{sql} AS {name}" for name, sql in each.items()) for each in columns]
    return " ".join(f"CROSS JOIN LATERAL (SELECT {each} OFFSET 0) AS round{nr}" for nr, each in enumerate(told))


def _drawn(number: int, associations: int, now: dt.datetime) -> str:
    """Return the statement that draws the cases: when each thing happens, if time has come so far, and what."""
    span = YEARS * 365 * 86400
    other = f"1 + floor({_u(1)} * {associations - 1})::int" if associations > 1 else "0"
    rounds = [
        {
            "now": f"timestamptz '{now.isoformat()}'",
            "nr": f"CASE WHEN mod(n, {FIRST_HAS}) = 0 THEN 0 ELSE {other} END",
            "kind": _u(2),
            "parts": f"1 + ({_u(3)} > 0.74)::int + ({_u(3)} > 0.96)::int",
            "first_member": f"floor({_u(4)} * {len(loader.PARTIES)})::int",
        },
        {"filed_at": f"now - make_interval(secs => {span} * (1 - (n - {_u(5)}) / {number}))"},
        {
            "branch": "CASE WHEN kind < 0.04 THEN 'WITHDRAWN' WHEN kind < 0.09 THEN 'DUPLICATE' "
            "WHEN kind < 0.15 THEN 'TOO_LITTLE' WHEN kind < 0.18 THEN 'REFERRED' WHEN kind > 0.998 THEN 'SILENT' "
            "WHEN kind > 0.985 THEN 'UNANSWERED' ELSE 'ANSWERED' END",
            "handled_at": _wait("filed_at", 0, 9, 6),
        },
        {"sent_at": _wait("handled_at", 0, 3, 7), "early": "kind < 0.18"},
        {f"ack{i}": _wait("sent_at", 0, 14, 10 + i) for i in _PARTS},
        {f"ans{i}": f"CASE WHEN parts >= {i} THEN {_wait(f'ack{i}', 5, 60, 20 + i)} END" for i in _PARTS},
        {
            "last_at": f"CASE branch WHEN 'ANSWERED' THEN greatest(ans1, ans2, ans3) "
            f"WHEN 'UNANSWERED' THEN {_wait('sent_at', 90, 130, 8)} END"
        },
        {"planned_at": "CASE WHEN kind > 0.9 AND kind <= 0.97 THEN last_at + interval '1 s' END"},
        {"done_at": _wait("planned_at", 10, 120, 30)},
        {"closed_at": _wait("coalesce(done_at, last_at)", 1, 30, 31)},
        {"reopened_at": f"CASE WHEN branch = 'ANSWERED' AND kind > 0.94 THEN {_wait('closed_at', 2, 25, 32)} END"},
        {"again_at": _wait("reopened_at", 1, 20, 33)},
        {
            "status": "CASE WHEN early AND handled_at <= now THEN CASE branch WHEN 'REFERRED' THEN 'REFERRED' "
            "ELSE 'DISMISSED' END WHEN early OR sent_at > now THEN 'RECEIVED' "
            "WHEN last_at IS NULL OR last_at > now THEN 'WITH_PARTY' WHEN planned_at <= now AND done_at > now "
            "THEN 'IN_PROGRESS' WHEN closed_at > now THEN 'ANSWERED' WHEN again_at <= now THEN 'CLOSED' "
            "WHEN reopened_at <= now THEN 'ANSWERED' ELSE 'CLOSED' END",
        },
        {
            "ended_at": "CASE WHEN status IN ('DISMISSED', 'REFERRED') THEN handled_at "
            "WHEN status <> 'CLOSED' THEN NULL WHEN again_at <= now THEN again_at ELSE closed_at END",
            "reopened": "coalesce(status = 'ANSWERED' AND reopened_at <= now, false)",
        },
        {
            "helped_on": _said(0.4, 1, 15, 40),
            "member_on": _said(0.2, 80, 110, 42),
            "back_on": _said(0.1, 80, 110, 44),
            "helped": _one_of(ANSWERS, 46),
        },
    ]  # fmt: skip
    return (
        f"CREATE TEMP TABLE drawn ON COMMIT DROP AS SELECT * FROM generate_series(1::bigint, {number}) AS n "
        f"{_steps(rounds)}"
    )


_SITE = "FROM drawn JOIN place USING (nr)"


# ---- the rows ----


def _statements() -> Iterator[tuple[str, list[Any]]]:
    yield _insert(Case, _case(), _FROM_CASES)
    yield _insert(Concern, _concern(), _FROM_CONCERNS)
    yield _insert(Event, _event(), _FROM_EVENTS)
    measures = f"{_SITE} WHERE planned_at <= now"
    text = {"id": "n", "case_id": "n", "kind": "'MEASURE'", "audience": "'FUNCTION'", "body": "'Vi skriver en rutin.'"}
    yield _insert(Text, {**text, "created_at": "planned_at"}, measures)
    yield _insert(Measure, _measure(), measures)
    yield _insert(Feedback, _feedback(), _FROM_FEEDBACK)


def _insert(model: type[models.Model], columns: dict[str, str], source: str) -> tuple[str, list[Any]]:
    """Return the statement that fills a table; columns that are not told have their field's default."""
    rest = [
        one for one in model._meta.concrete_fields if one.column not in columns and not one.null and not one.primary_key
    ]
    names = ", ".join(f'"{name}"' for name in [*columns, *(one.column for one in rest)])
    values = ", ".join([*columns.values(), *["%s"] * len(rest)])
    defaults = [one.get_db_prep_save(one.get_default(), connection) for one in rest]
    return f"INSERT INTO {model._meta.db_table} ({names}) SELECT {values} {source}", defaults


# Waiting for an answer, or for word that it has come: the first day that passes for each concern.
_NEXT = ", ".join(
    f"CASE WHEN parts < {i} OR coalesce(branch = 'ANSWERED' AND ans{i} <= now, false) THEN NULL "
    f"WHEN ack{i} <= now THEN {_day('sent_at')} + answer ELSE {_day('sent_at')} + least(acknowledge, answer) END"
    for i in _PARTS
)
_FROM_CASES = (
    f"FROM (SELECT *, row_number() OVER (PARTITION BY nr, extract(year FROM {_day('filed_at')}) ORDER BY filed_at) "
    f"AS count FROM drawn) AS drawn JOIN place USING (nr) "
    f"CROSS JOIN LATERAL (SELECT extract(year FROM {_day('filed_at')})::int AS year, count::text AS digits, "
    f"{_day('filed_at')} AS filed_on) AS numbered"
)


def _case() -> dict[str, str]:
    ended = "status = 'CLOSED'"
    from_day = f"CASE WHEN reopened THEN {_day('reopened_at')} ELSE filed_on END"
    return {
        "id": "n",
        "association_id": "association",
        "number": "'LH-' || code || '-' || year || '-' || lpad(digits, greatest(4, length(digits)), '0')",
        "heading": "'Planeringsmötet ställdes in'",
        "happened": "'Planeringsmötet ställdes in utan att någon hörde av sig.'",
        "initiative_id": f"initiatives[1 + floor({_u(50)} * 4)::int]",
        "own_member_id": f"members[1 + floor({_u(51)} * 7)::int]",
        "own_party": f"coalesce(parties[1 + floor({_u(51)} * 7)::int], '')",
        "reporter_id": f"reporters[1 + floor({_u(52)} * cardinality(reporters))::int]",
        "filed_by_id": f"reporters[1 + floor({_u(52)} * cardinality(reporters))::int]",
        "received_on": "filed_on",
        "filed_at": "filed_at",
        "status": "status",
        "ending": "CASE WHEN ended_at IS NULL THEN '' ELSE status END",
        "ended_at": "ended_at",
        "reopened": "reopened",
        "first_handled_at": "CASE WHEN branch <> 'WITHDRAWN' AND handled_at <= now THEN handled_at END",
        "handle_by": "filed_on + triage",
        "triage_from": from_day,
        "triage_due": f"{from_day} + triage",
        "next_due": "CASE WHEN status = 'RECEIVED' THEN filed_on + triage "
        f"WHEN status = 'WITH_PARTY' THEN least({_NEXT}) WHEN status = 'IN_PROGRESS' THEN {_day('planned_at')} + 90 "
        f"WHEN reopened THEN {_day('reopened_at')} + triage END",
        "track": f"CASE WHEN early OR handled_at > now THEN '' ELSE {_one_of(['QUICK', 'ANALYSIS'], 53)} END",
        "pattern_id": f"CASE WHEN NOT early AND handled_at <= now THEN patterns[1 + floor({_u(54)} * 120)::int] END",
        "outcome": f"CASE WHEN {ended} THEN {_one_of(loader.OUTCOMES, 55)} ELSE '' END",
        "cause": f"CASE WHEN {ended} THEN {_one_of(loader.CAUSES, 56)} ELSE '' END",
        "dismiss_reason": "CASE WHEN status = 'DISMISSED' THEN branch ELSE '' END",
        "referred_to": "CASE WHEN status = 'REFERRED' THEN 'Regionen' ELSE '' END",
        "helped": f"CASE WHEN helped_on <= {_day('now')} THEN helped ELSE '' END",
        "last_seq": f"(SELECT count(*) {_TAKEN})",
        "last_hash": _quoted(HEX),
        # One word that all have, and one that so many share that each is in a fixed number of cases.
        "search": "' planeringsmöt ställ ord' "
        f"|| floor({_u(70)} * greatest(1, (SELECT count(*) FROM drawn) / {SHARING}))::int || 'x '",
    }  # fmt: skip


# A case's concerns are of different members, since the next of five is never the same within three.
_FROM_CONCERNS = (
    f"{_SITE} CROSS JOIN LATERAL (VALUES (1, ack1, ans1), (2, ack2, ans2), (3, ack3, ans3)) AS one (i, ack, ans) "
    f"CROSS JOIN LATERAL (SELECT 1 + mod(first_member + i, {len(loader.PARTIES)}) AS m, "
    "NOT early AND sent_at <= now AS sent) AS two CROSS JOIN LATERAL (SELECT "
    "branch = 'ANSWERED' AND ans <= now AS answered, branch = 'UNANSWERED' AND last_at <= now AS never) AS three "
    "WHERE i <= parts"
)


def _concern() -> dict[str, str]:
    reported = f"(ARRAY[{', '.join(map(_quoted, loader.TYPES))}])[1 + floor({len(loader.TYPES) + 1} * {_u(57)})::int]"
    return {
        "id": f"n * {MOST_CONCERNS} + i",
        "case_id": "n",
        "party": "parties[m]",
        "member_id": "members[m]",
        "unit_id": f"CASE WHEN {_u(58)} < 0.6 THEN units[m] END",
        "is_primary": "i = 1",
        "state": "CASE WHEN NOT sent THEN 'PENDING' WHEN answered THEN 'ANSWERED' WHEN never THEN 'UNANSWERED' "
        "WHEN ack <= now THEN 'ACKNOWLEDGED' ELSE 'SENT' END",
        "type_reported": f"coalesce({reported}, '')",
        "type_set": f"CASE WHEN NOT early AND handled_at <= now THEN {_one_of(loader.TYPES, 59)} ELSE '' END",
        "type_answered": f"CASE WHEN sent AND answered THEN {_one_of(loader.TYPES, 60)} ELSE '' END",
        "function_id": "CASE WHEN sent THEN functions[m] END",
        "routed_by": "CASE WHEN sent THEN 'GENERAL' ELSE '' END",
        "sent_at": "CASE WHEN sent THEN sent_at END",
        "acknowledge_due": f"CASE WHEN sent THEN {_day('sent_at')} + acknowledge END",
        "acknowledged_at": "CASE WHEN sent AND ack <= now THEN ack END",
        "answer_due": f"CASE WHEN sent THEN {_day('sent_at')} + answer END",
        "answered_at": "CASE WHEN sent AND answered THEN ans END",
        "answered_by_id": "CASE WHEN sent AND answered THEN contact END",
        "cause_seen": f"CASE WHEN sent AND answered THEN {_one_of(loader.CAUSES, 61)} ELSE '' END",
        "shared_at": "CASE WHEN sent AND closed_at <= now THEN closed_at END",
    }


# What may happen to a case, in order: when (never, where it is null), the verb, whose, the status after, the concern.
_STEPS = [
    ("filed_at", "file", "REPORTER", "RECEIVED", "NULL"),
    ("CASE branch WHEN 'WITHDRAWN' THEN handled_at END", "withdraw", "REPORTER", "DISMISSED", "NULL"),
    (
        "CASE WHEN branch IN ('DUPLICATE', 'TOO_LITTLE') THEN handled_at END",
        "dismiss",
        "COORDINATOR",
        "DISMISSED",
        "NULL",
    ),
    ("CASE branch WHEN 'REFERRED' THEN handled_at END", "refer", "COORDINATOR", "REFERRED", "NULL"),
    ("CASE WHEN NOT early THEN handled_at END", "classify", "COORDINATOR", "RECEIVED", "NULL"),
    *(
        (f"CASE WHEN NOT early AND parts >= {i} THEN {at} END", verb, role, to, f"{i}")
        for i in _PARTS
        for at, verb, role, to in (
            ("sent_at", "send", "COORDINATOR", "WITH_PARTY"),
            (f"ack{i}", "acknowledge", "CONTACT", "WITH_PARTY"),
            (f"CASE branch WHEN 'ANSWERED' THEN ans{i} END", "answer", "CONTACT", "ANSWERED"),
            ("CASE branch WHEN 'UNANSWERED' THEN last_at END", "mark_unanswered", "COORDINATOR", "ANSWERED"),
        )
    ),
    ("planned_at", "add_measure", "CONTACT", "IN_PROGRESS", "1"),
    ("done_at", "finish_measure", "CONTACT", "ANSWERED", "1"),
    ("closed_at", "close", "COORDINATOR", "CLOSED", "NULL"),
    ("reopened_at", "reopen", "REPORTER", "ANSWERED", "NULL"),
    ("again_at", "close", "COORDINATOR", "CLOSED", "NULL"),
]
_ROWS = ", ".join(
    f"({at}, {place}, '{verb}', '{role}', '{to}', {concern}::int)"
    for place, (at, verb, role, to, concern) in enumerate(_STEPS)
)
_TAKEN = f"FROM (VALUES {_ROWS}) AS step (at, place, verb, role, to_status, i) WHERE at <= now"
_FROM_EVENTS = (
    f"{_SITE} CROSS JOIN LATERAL (SELECT row_number() OVER in_order AS seq, *, "
    "coalesce(lag(after) OVER in_order, '') AS before FROM (SELECT at, place, verb, role, i, "
    f"CASE WHEN verb = 'answer' AND at < last_at THEN 'WITH_PARTY' ELSE to_status END AS after {_TAKEN}) AS taken "
    "WINDOW in_order AS (ORDER BY at, place)) AS step"
)


def _event() -> dict[str, str]:
    return {
        "id": f"n * {MOST_EVENTS} + seq",
        "case_id": "n",
        "seq": "seq",
        "verb": "verb",
        "at": "at",
        "actor_id": f"CASE role WHEN 'COORDINATOR' THEN coordinator WHEN 'CONTACT' THEN contact "
        f"ELSE reporters[1 + floor({_u(52)} * cardinality(reporters))::int] END",
        "actor_role": "role",
        "from_status": "before",
        "to_status": "after",
        "audience": "'EVERYONE'",
        "concern_id": f"n * {MOST_CONCERNS} + i",
        "function_id": f"CASE WHEN i IS NOT NULL THEN functions[1 + mod(first_member + i, {len(loader.PARTIES)})] END",
        "data": "CASE WHEN verb IN ('dismiss', 'withdraw') THEN jsonb_build_object('reason', branch) ELSE '{}' END",
        "hash": _quoted(HEX),
    }


def _measure() -> dict[str, str]:
    return {
        "id": "n",
        "case_id": "n",
        "concern_id": f"n * {MOST_CONCERNS} + 1",
        "what_id": "n",
        "cause": _one_of(loader.CAUSES, 62),
        "owner": "'Enhetschefen'",
        "due_on": f"{_day('planned_at')} + 90",
        "state": "CASE WHEN done_at <= now THEN 'DONE' ELSE 'OPEN' END",
        "ended_on": f"CASE WHEN done_at <= now THEN {_day('done_at')} END",
        "created_at": "planned_at",
    }


_FROM_FEEDBACK = (
    "FROM drawn CROSS JOIN LATERAL (VALUES ('HELPED', helped_on, NULL, helped), "
    f"('CAME_BACK', member_on, n * {MOST_CONCERNS} + 1, {_one_of(ANSWERS, 63)}), "
    f"('CAME_BACK', back_on, NULL, {_one_of(ANSWERS, 64)})) AS said (what, given_on, concern, value) "
    f"WHERE given_on <= {_day('now')}"
)


def _feedback() -> dict[str, str]:
    return {
        "case_id": "n",
        "concern_id": "concern",
        "kind": "what",
        "value": "value",
        "given_on": "given_on",
    }


# ---- before and after ----


@contextmanager
def _bare_tables(cursor: Any) -> Iterator[None]:
    """Take the tables' foreign keys and indexes away, and make them anew over all rows: much quicker than row by row.

    Making them checks every row, so what is loaded holds to them all.
    """
    tables = [model._meta.db_table for model in LOADED]
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    cursor.execute("SET LOCAL synchronous_commit = off")
    cursor.execute("SET LOCAL maintenance_work_mem = '256MB'")
    cursor.execute(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u')",
        [tables],
    )
    keys = cursor.fetchall()
    for table, name, _ in keys:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid = ANY(%s::regclass[]) AND NOT indisprimary",
        [tables],
    )
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in keys:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def _end(cursor: Any) -> None:
    """Set what counts the rows: each case's last step, the next keys, and the numbers that have been given."""
    for model in LOADED:
        table = model._meta.db_table
        cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
    cursor.execute(
        f"INSERT INTO {NumberSeries._meta.db_table} (association_id, year, last) "
        f"SELECT association, extract(year FROM {_day('filed_at')}), count(*) {_SITE} GROUP BY 1, 2"
    )
