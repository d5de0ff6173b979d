"""What the database itself does, on SQLite and PostgreSQL: refuse to change an event, and note that a case changed.

No way of writing goes round a trigger: not `QuerySet.update`, not COPY, not SQL by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# Each append-only table, and the column that its numbers count within.
TABLES = {"cases_event": "case_id", "cases_patternevent": "pattern_id"}
_REFUSAL = "events are append-only"

# Each table whose rows a program reads as part of a case, and the column that names the case.
NOTED = {
    "cases_case": "id",
    "cases_concern": "case_id",
    "cases_feedback": "case_id",
    "cases_measure": "case_id",
    "cases_question": "case_id",
    "cases_text": "case_id",
}
_VERBS = ("INSERT", "UPDATE")


def _install_on(table: str) -> dict[str, list[str]]:
    within = TABLES[table]
    return {
        "sqlite": [
            *(
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
                for verb in ("UPDATE", "DELETE")
            ),
            # INSERT OR REPLACE takes the old row away without asking the trigger for deletes.
            (
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_replace BEFORE INSERT ON {table} "  # noqa: S608 # nosec B608 (our own names)
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id OR ({within} = NEW.{within} AND seq = NEW.seq)) "
                f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            ),
        ],
        "postgresql": [
            (
                f"CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
            ),
            # By statement, so that TRUNCATE is refused too, and an update that meets no row.
            (
                f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
            ),
        ],
    }


def _remove_from(table: str) -> dict[str, list[str]]:
    return {
        "sqlite": [f"DROP TRIGGER IF EXISTS {table}_no_{verb}" for verb in ("update", "delete", "replace")],
        "postgresql": [f"DROP TRIGGER IF EXISTS {table}_append_only ON {table}"],
    }


def _note_on(table: str) -> dict[str, list[str]]:
    case = NOTED[table]
    return {
        "sqlite": [
            f"CREATE TRIGGER IF NOT EXISTS {table}_noted_{verb.lower()} AFTER {verb} ON {table} "  # noqa: S608 # nosec B608 (our own names)
            f"BEGIN INSERT INTO cases_changenote (case_id) VALUES (NEW.{case}); END"
            for verb in _VERBS
        ],
        "postgresql": [
            # A restore of data alone runs without any search path.
            (
                f"CREATE OR REPLACE FUNCTION {table}_noted() RETURNS trigger LANGUAGE plpgsql "  # noqa: S608 # nosec B608 (our own names)
                "SET search_path FROM CURRENT AS $$ BEGIN INSERT INTO cases_changenote (case_id) "
                f"SELECT DISTINCT {case} FROM written; RETURN NULL; END $$"
            ),
            # By statement: a million rows by COPY cost one call.
            *(
                f"CREATE OR REPLACE TRIGGER {table}_noted_{verb.lower()} AFTER {verb} ON {table} "
                f"REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION {table}_noted()"
                for verb in _VERBS
            ),
        ],
    }


def _unnote(table: str) -> dict[str, list[str]]:
    names = [f"{table}_noted_{verb.lower()}" for verb in _VERBS]
    return {
        "sqlite": [f"DROP TRIGGER IF EXISTS {name}" for name in names],
        "postgresql": [f"DROP TRIGGER IF EXISTS {name} ON {table}" for name in names],
    }


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse every change to an event that is stored."""
    for table in TABLES:
        _run(connection, _install_on(table))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the refusal away: for the flush between tests."""
    for table in TABLES:
        _run(connection, _remove_from(table))


def note_changes(connection: BaseDatabaseWrapper) -> None:
    """Make the database note each case that is changed."""
    for table in NOTED:
        _run(connection, _note_on(table))


def installing(table: str) -> Callable[[Any, Any], None]:
    """Return a migration step that makes one table append-only."""
    return lambda apps, schema_editor: _run(schema_editor.connection, _install_on(table))


def removing(table: str) -> Callable[[Any, Any], None]:
    """Return the step that undoes it."""
    return lambda apps, schema_editor: _run(schema_editor.connection, _remove_from(table))


def noting(table: str) -> Callable[[Any, Any], None]:
    """Return a migration step that lets the changes of one table be noted."""
    return lambda apps, schema_editor: _run(schema_editor.connection, _note_on(table))


def not_noting(table: str) -> Callable[[Any, Any], None]:
    """Return the step that undoes it."""
    return lambda apps, schema_editor: _run(schema_editor.connection, _unnote(table))


def restore(connection: BaseDatabaseWrapper) -> None:
    """Install what a migration may have lost: SQLite changes a table by making a new one, without its triggers."""
    if connection.vendor != "sqlite":
        return
    there = set(connection.introspection.table_names())
    for table in TABLES.keys() & there:
        _run(connection, _install_on(table))
    if "cases_changenote" in there:
        note_changes(connection)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
