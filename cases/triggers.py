"""The database's own refusal to change or delete an event, on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

# Each append-only table, and the column that its numbers count within.
TABLES = {"cases_event": "case_id", "cases_patternevent": "pattern_id"}
_REFUSAL = "events are append-only"


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


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse every change to an event that is stored."""
    for table in TABLES:
        _run(connection, _install_on(table))


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the refusal away: for the flush between tests."""
    for table in TABLES:
        _run(connection, _remove_from(table))


def installing(table: str) -> Callable[[Any, Any], None]:
    """Return a migration step that installs the triggers of one table."""
    return lambda apps, schema_editor: _run(schema_editor.connection, _install_on(table))


def removing(table: str) -> Callable[[Any, Any], None]:
    """Return the step that undoes it."""
    return lambda apps, schema_editor: _run(schema_editor.connection, _remove_from(table))


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
