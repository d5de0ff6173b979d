"""Tables with their charts that more than one report shows, made from the same figures."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cases import swedish
from cases.charts import HeatTable
from cases.codes import GapType, Party
from cases.documents import Column, Figure, Table
from cases.documents.shape import Row
from cases.statistics import TYPE_NOT_SET, PartTable

NOT_SET = "Ej satt"
TYPES = (*GapType.choices, (TYPE_NOT_SET, NOT_SET))

Links = Callable[[Mapping[tuple[int, str], str]], dict[tuple[int, str], str]]


def part_and_type_figure(parts: PartTable, *, links: Links | None = None) -> Figure:
    """Show concerns by party and type; `links` turns the cells' names into addresses."""
    types = [(code, label) for code, label in TYPES if code or parts.of_type(code)]
    shown = [party for party in Party if parts.of_party(party) or party not in (Party.FORBUND, Party.OTHER)]
    cells = tuple(tuple(parts.cell(party, code) for code, _ in types) for party in shown)
    names = {
        (row, f"t{code}"): f"part.{party.value}.{code or 'NONE'}"
        for row, party in enumerate(shown)
        for code, _ in types
    }
    rows: list[Row] = [(party.label, *row, sum(row)) for party, row in zip(shown, cells, strict=True)]
    table = Table(
        "part-typ",
        "Berörda parter efter part och typ",
        (
            Column("party", "Part"),
            *(Column(f"t{code}", label, "count") for code, label in types),
            Column("all", "Alla typer", "count"),
        ),
        (*rows, ("Alla parter", *(parts.of_type(code) for code, _ in types), parts.concerns)),
        note=f"Tabellen räknar berörda parter i {swedish.counted(parts.cases, 'ärende', 'ärenden')}. Ett ärende kan ha "
        "flera, så summan kan bli större än antalet ärenden.",
        total=True,
        links=links(names) if links else {},
    )
    chart = HeatTable(
        "part-typ-diagram",
        "Part och typ",
        rows=tuple(party.label for party in shown),
        columns=tuple(label for _, label in types),
        cells=cells,
    )
    return Figure(chart, table)
