"""A protected release as a report: only what is in the release, so that no file can tell more than its tables."""

from __future__ import annotations

from collections.abc import Sequence

from cases import swedish
from cases.annual.words import name_of
from cases.charts import HeatTable
from cases.disclosure import Published, PublishedTable
from cases.documents import (
    HIDDEN,
    MISSING,
    NOT_APPLICABLE,
    Block,
    Bullets,
    Column,
    Facts,
    Figure,
    Paragraph,
    Report,
    Scope,
    Section,
    Table,
)
from cases.documents.shape import Cell
from cases.models import Release

MARKERS = {marker.symbol: marker for marker in (HIDDEN, MISSING, NOT_APPLICABLE)}
TOTALS = ("Alla", "Alla typer")


def release_report(release: Release) -> Report:
    """Return a release as a report for those outside the förbund."""
    published = Published.from_json(release.content)
    summary = release.summary
    sections = [_reading(published), *(_section(table) for table in published.tables.values())]
    if figures := _figures(published):
        sections.append(Section("tal", "Svar från parterna", figures))
    return Report(
        key=f"utgava-{release.pk}",
        title=f"Brister i samverkan {name_of(summary.period)}",
        subtitle="Rapporter till samordningsförbundet",
        association=release.association.name,
        period=f"{swedish.day(summary.first)} – {swedish.day(summary.last)}",
        data_date=summary.data_on,
        made_at=release.released_at or release.made_at,
        sections=tuple(sections),
        scope=Scope.PROTECTED,
        draft=not release.is_out,
    )


def _reading(published: Published) -> Section:
    lines = (
        "Siffrorna visar vad som har rapporterats, inte varför. Fler rapporter betyder inte sämre samverkan.",
        "En rapport gäller en brist mellan organisationer, aldrig en person.",
        "Ett ärende kan ha flera berörda parter. Då räknas var och en av dem i tabellerna över parter.",
        f"Tal under {published.threshold} är dolda med två punkter, och så många andra att de inte går att räkna ut.",
    )
    return Section("lasa", "Så läser du siffrorna", (Bullets(lines),))


def _section(table: PublishedTable) -> Section:
    shown = as_table(table)
    blocks: tuple[Block, ...] = (shown,)
    if table.key == "part_typ" and len(shown.columns) > 2:
        blocks = (Figure(_heat(table), shown),)
    return Section(table.key.replace("_", "-"), table.title, blocks)


def as_table(table: PublishedTable) -> Table:
    """Lay out what was published: the first edge as rows, the second as columns."""
    rows = list(dict.fromkeys(key[0] for key in table.cells))
    columns = list(dict.fromkeys(key[1] for key in table.cells if len(key) > 1))
    key = table.key.replace("_", "-")
    if not columns:
        body: Sequence[tuple[Cell, ...]] = [(row, _cell(table, (row,))) for row in rows]
        return Table(key, table.title, (Column("what", "Vad"), Column("count", "Antal", "count")), tuple(body))
    body = [(row, *(_cell(table, (row, column)) for column in columns)) for row in rows]
    heads = [Column(f"c{place}", column, "count") for place, column in enumerate(columns)]
    return Table(key, table.title, (Column("what", "Vad"), *heads), tuple(body))


def _cell(table: PublishedTable, key: tuple[str, ...]) -> Cell:
    value = table.cells[key]
    return value if isinstance(value, int) else MARKERS[value.symbol]


def _heat(table: PublishedTable) -> HeatTable:
    rows = [row for row in dict.fromkeys(key[0] for key in table.cells) if row not in TOTALS]
    columns = [column for column in dict.fromkeys(key[1] for key in table.cells) if column not in TOTALS]
    cells = tuple(tuple(table.cells[row, column] for column in columns) for row in rows)
    return HeatTable("part-typ-diagram", table.title, rows=tuple(rows), columns=tuple(columns), cells=cells)


def _figures(published: Published) -> tuple[Block, ...]:
    """Tell shares and medians that may be told; one that may not is told as hidden, never left out in silence."""
    figures = published.figures or {}
    pairs = [(label, _told(figures[key], unit)) for key, (label, unit) in FIGURES.items() if key in figures]
    return (Facts(tuple(pairs)),) if pairs else (Paragraph("Inga svar skulle ha kommit."),)


FIGURES = {
    "svar_i_tid": ("Svar som kom i tid", "procent"),
    "dagar_till_svar": ("Hälften av svaren kom inom så många dagar", "dagar"),
}


def _told(value: object, unit: str) -> str:
    return f"{swedish.number(value)} {unit}" if isinstance(value, int) else str(getattr(value, "symbol", ""))
