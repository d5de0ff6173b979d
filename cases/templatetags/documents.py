"""A report's parts in templates: its order with every table numbered, its cells as text."""

from __future__ import annotations

from django import template

from cases.documents import cells, facts, outline
from cases.documents.shape import Report, Table

register = template.Library()


@register.filter(name="outline")
def outlined(report: Report) -> tuple[outline.PlacedSection, ...]:
    """Return the sections with their tables and figures numbered."""
    return outline.outline(report)


@register.filter
def report_facts(report: Report) -> tuple[tuple[str, str], ...]:
    """Return what the report says of itself."""
    return facts.facts(report)


@register.filter
def kind(block: object) -> str:
    """Return what a block is, by the name of its class."""
    return type(block).__name__


@register.filter
def shown(table: Table) -> cells.ShownTable:
    """Write every cell of a table as text."""
    return cells.shown_table(table)
