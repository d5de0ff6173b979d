"""Copies the rows that figures are counted from into a summary, as they are at one moment."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet

from cases.models import (
    AnnualSummary,
    Case,
    FrozenCase,
    FrozenConcern,
    FrozenFeedback,
    FrozenMeasure,
    FrozenStep,
)
from cases.statistics import Source, live

PARTS: dict[type[Model], str] = {
    FrozenCase: "cases",
    FrozenConcern: "concerns",
    FrozenStep: "steps",
    FrozenMeasure: "measures",
    FrozenFeedback: "feedback",
}


def freeze_rows(summary: AnnualSummary) -> None:
    """Store the summary's rows in place of those that it had: every case that was filed by its last day."""
    for model in PARTS:
        _objects(model).filter(summary=summary).delete()
    source = live(Case.objects.filter(association=summary.association_id, filed_at__lt=summary.period.end))
    _run([_copying(model, source, summary) for model in PARTS])


def _copying(model: type[Model], source: Source, summary: AnnualSummary) -> tuple[str, list[Any]]:
    """Return the statement that copies one kind of row, without bringing any of them here."""
    fields = [field for field in model._meta.concrete_fields if field.name not in ("id", "summary")]
    rows: QuerySet[Any] = getattr(source, PARTS[model])
    sql, params = rows.values_list(*[field.name for field in fields]).query.sql_with_params()
    quoted = connection.ops.quote_name
    columns = ", ".join(quoted(str(field.column)) for field in fields)
    table, key = quoted(model._meta.db_table), quoted("summary_id")
    # Our own names, and a question that the ORM wrote.
    statement = f"INSERT INTO {table} ({key}, {columns}) SELECT %s, rows.* FROM ({sql}) AS rows"  # noqa: S608 # nosec B608
    return statement, [summary.pk, *params]


def _run(statements: list[tuple[str, list[Any]]]) -> None:
    """Run the statements so that all of them see the cases as they were at the same moment."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Parts of one statement share its view of the tables; one by one, a step taken meanwhile would be in some.
            parts = ", ".join(f"part{number} AS ({sql})" for number, (sql, _) in enumerate(statements))
            cursor.execute(f"WITH {parts} SELECT 1", [param for _, params in statements for param in params])
            return
        # Nobody else writes while this transaction does.
        for sql, params in statements:
            cursor.execute(sql, params)


def _objects(model: type[Model]) -> Any:
    return model._default_manager
