"""One report object and the files made from it, so that page, PDF, Word and spreadsheet cannot disagree.

`shape` is what a report is made of, `FORMATS` the files it can become; a page includes `templates/documents`.
"""

from __future__ import annotations

from cases.documents.formats import FORMATS, Format, file_name
from cases.documents.shape import (
    HIDDEN,
    MISSING,
    NOT_APPLICABLE,
    Block,
    Bullets,
    Callout,
    ChartKind,
    Column,
    Facts,
    Figure,
    Heading,
    Marker,
    Misshapen,
    Paragraph,
    Report,
    Scope,
    Section,
    Table,
)

__all__ = [
    "FORMATS",
    "HIDDEN",
    "MISSING",
    "NOT_APPLICABLE",
    "Block",
    "Bullets",
    "Callout",
    "ChartKind",
    "Column",
    "Facts",
    "Figure",
    "Format",
    "Heading",
    "Marker",
    "Misshapen",
    "Paragraph",
    "Report",
    "Scope",
    "Section",
    "Table",
    "file_name",
]
