"""Triggers that keep the events append-only, and PostgreSQL's index for the text search."""

from typing import Any

from django.db import migrations

from cases import triggers

INDEX = "case_search"


def make_index(apps: Any, schema_editor: Any) -> None:
    """Index the stems; SQLite reads the column itself."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"CREATE INDEX {INDEX} ON cases_case USING gin (to_tsvector('simple', search))")


def drop_index(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX {INDEX}")


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_tables")]

    operations = [
        migrations.RunPython(triggers.installing("cases_event"), triggers.removing("cases_event")),
        migrations.RunPython(make_index, drop_index),
    ]
