"""The database's own refusal to change or delete an event, on SQLite and PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "cases_event"
_REFUSAL = "events are append-only"

_INSTALL = {
    "sqlite": [
        *(
            f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_{verb.lower()} BEFORE {verb} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            for verb in ("UPDATE", "DELETE")
        ),
        # INSERT OR REPLACE takes the old row away without asking the trigger for deletes.
        (
            f"CREATE TRIGGER IF NOT EXISTS {TABLE}_no_replace BEFORE INSERT ON {TABLE} "  # noqa: S608 # nosec B608 (our own names)
            f"WHEN EXISTS (SELECT 1 FROM {TABLE} WHERE id = NEW.id OR (case_id = NEW.case_id AND seq = NEW.seq)) "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        ),
    ],
    "postgresql": [
        (
            f"CREATE OR REPLACE FUNCTION {TABLE}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REFUSAL}'; END $$"
        ),
        # By statement, so that TRUNCATE is refused too, and an update that meets no row.
        (
            f"CREATE OR REPLACE TRIGGER {TABLE}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {TABLE} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_refuse()"
        ),
    ],
}
_REMOVE = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {TABLE}_no_{verb}" for verb in ("update", "delete", "replace")],
    "postgresql": [f"DROP TRIGGER IF EXISTS {TABLE}_append_only ON {TABLE}"],
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse every change to an event that is stored."""
    _run(connection, _INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the refusal away: for undoing the migration, and for the flush between tests."""
    _run(connection, _REMOVE)


def forwards(apps: Any, schema_editor: Any) -> None:
    """Install the triggers in a migration."""
    install(schema_editor.connection)


def backwards(apps: Any, schema_editor: Any) -> None:
    """Remove the triggers when the migration is undone."""
    remove(schema_editor.connection)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements[connection.vendor]:
            cursor.execute(statement)
