"""A report as plain values: sections, and in each its texts, tables and the figures of its charts.

Cells hold numbers, days as text, words, or a mark: `..` is hidden, `-` is missing, `.` cannot be, and 0 is zero. They
are rounded as far as on the page, so that no form tells more than another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import singledispatch
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes.base import Shape
from cases.documents import Bullets, Callout, Facts, Figure, Heading, Paragraph, Report, Section, Table
from cases.documents.cells import plain
from cases.documents.shape import KINDS, Cell, Column

BLOCKS = ("bullets", "callout", "facts", "figure", "heading", "paragraph", "table")
CELL = {"oneOf": [{"type": "number"}, {"type": "string"}], "nullable": True}


class FactShape(Shape):
    """A name and what it stands for."""

    name = serializers.CharField()
    value = serializers.CharField()


class ColumnShape(Shape):
    """A column of a table, and what its figures are: shares are from 0 to 1, rounded to whole percent."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field, to whoever reads it
    kind = serializers.ChoiceField(KINDS)


class LinkShape(Shape):
    """Where exactly the cases behind a cell are listed."""

    row = serializers.IntegerField(help_text="From 0.")
    column = serializers.CharField(help_text="By its key.")
    url = serializers.URLField()


class TableShape(Shape):
    """A table; its cells are in the order of its columns."""

    key = serializers.CharField()
    title = serializers.CharField()
    note = serializers.CharField()
    has_total = serializers.BooleanField(source="total", help_text="Whether the last row sums up.")
    columns = ColumnShape(many=True)
    rows = serializers.SerializerMethodField(
        help_text="Numbers, days and words; `..` is hidden, `-` is missing, `.` cannot be, null is an empty cell."
    )
    links = serializers.SerializerMethodField(help_text="For the kansli, which may open the cases; else empty.")

    @extend_schema_field({"type": "array", "items": {"type": "array", "items": CELL}})
    def get_rows(self, table: Table) -> list[list[Any]]:
        """Write every cell as a program reads it."""
        return [[_cell(value, column) for value, column in zip(row, table.columns, strict=True)] for row in table.rows]

    @extend_schema_field(LinkShape(many=True))
    def get_links(self, table: Table) -> Any:
        """List where the cases behind the cells are; nothing stands behind a zero."""
        if not self.context.get("links"):
            return []
        places = [column.key for column in table.columns]
        return [
            {"row": row, "column": column, "url": url}
            for (row, column), url in table.links.items()
            if table.rows[row][places.index(column)] != 0
        ]


class BlockShape(Shape):
    """Something in a section: what it is tells which of the rest is there."""

    type = serializers.ChoiceField(BLOCKS)
    text = serializers.CharField(required=False, help_text="Of a paragraph, heading or callout; of a figure its title.")
    items = serializers.ListField(child=serializers.CharField(), required=False, help_text="Of bullets.")
    facts = FactShape(many=True, required=False)
    description = serializers.CharField(required=False, help_text="Of a figure: what it shows, in words.")
    table = TableShape(required=False, help_text="Of a table, or a figure's own numbers.")


class SectionShape(Shape):
    """A section, with its number where it has one."""

    key = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    title = serializers.CharField()
    blocks = serializers.SerializerMethodField()

    @extend_schema_field(BlockShape(many=True))
    def get_blocks(self, section: Section) -> Any:
        """Write what stands in it, in order."""
        return BlockShape(list(_told(section.blocks)), many=True, context=self.inner).data


class DocumentShape(Shape):
    """A report with everything that its page, PDF and spreadsheet show."""

    title = serializers.CharField()
    subtitle = serializers.CharField()
    association = serializers.CharField(help_text="The förbund's name then.")
    period = serializers.CharField()
    data_date = serializers.DateField(allow_null=True, help_text="The day that the figures are from.")
    made_at = serializers.DateTimeField()
    scope = serializers.CharField(source="scope.value", help_text="INTERNAL: within the förbund; PROTECTED: for all.")
    draft = serializers.BooleanField()
    sections = SectionShape(many=True)


def document(report: Report, **context: Any) -> Any:
    """Return a report as plain values; with `links`, where the cases behind its figures are."""
    return DocumentShape(report, context=context).data


def _told(blocks: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for block in blocks:
        yield _as_values(block)


@singledispatch
def _as_values(block: Any) -> dict[str, Any]:
    raise TypeError(type(block).__name__)


@_as_values.register
def _(block: Paragraph) -> dict[str, Any]:
    return {"type": "paragraph", "text": block.text}


@_as_values.register
def _(block: Heading) -> dict[str, Any]:
    return {"type": "heading", "text": block.text}


@_as_values.register
def _(block: Callout) -> dict[str, Any]:
    return {"type": "callout", "text": block.text}


@_as_values.register
def _(block: Bullets) -> dict[str, Any]:
    return {"type": "bullets", "items": list(block.items)}


@_as_values.register
def _(block: Facts) -> dict[str, Any]:
    return {"type": "facts", "facts": [{"name": name, "value": value} for name, value in block.pairs]}


@_as_values.register
def _(block: Table) -> dict[str, Any]:
    return {"type": "table", "table": block}


@_as_values.register
def _(block: Figure) -> dict[str, Any]:
    return {"type": "figure", "text": block.chart.title, "description": block.chart.description, "table": block.table}


def _cell(value: Cell, column: Column) -> Any:
    """Return a cell's value; a day as ISO 8601."""
    held = plain(value, column)
    if value is None:
        return None
    return held.isoformat() if hasattr(held, "isoformat") else held
