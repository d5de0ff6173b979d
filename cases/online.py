"""Migration steps that a running system does not have to stop for.

PostgreSQL then builds an index without holding up writers, and checks old rows against a constraint without locking
the table. On SQLite, which has one writer at a time anyway, they are the ordinary steps. The migration has to be
`atomic = False`.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations, models, transaction


class AddIndexOnline(migrations.AddIndex):
    """Add an index while others write."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.add_index(model, self.index, concurrently=True)


class AddConstraintOnline(migrations.AddConstraint):
    """Add a check, or a unique constraint with a condition, while others write."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            # SQLite makes the table anew, which must not end halfway.
            with transaction.atomic(schema_editor.connection.alias):
                super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        statement = str(self.constraint.create_sql(model, schema_editor))
        if isinstance(self.constraint, models.UniqueConstraint):
            begins = "CREATE UNIQUE INDEX "
            if not statement.startswith(begins):
                raise ValueError("only a unique constraint with a condition is an index")
            schema_editor.execute(statement.replace(begins, f"{begins}CONCURRENTLY ", 1), params=None)
            return
        # New rows are checked from here on; the old ones are then read without a lock that stops anybody.
        table, name = map(schema_editor.quote_name, (model._meta.db_table, self.constraint.name))
        schema_editor.execute(f"{statement} NOT VALID", params=None)
        schema_editor.execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
