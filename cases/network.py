"""The network file: a förbund's released figures for other förbund, and the comparison of several.

A file holds codes, years and counts, with `..` where a number is hidden: no text that a person wrote, and no case.
What is compared is only what the files hold, so that a comparison can tell nobody more than the files did.
`docs/network.md` describes the file.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from cases import swedish
from cases.disclosure import Marker, Published
from cases.documents import (
    HIDDEN,
    MISSING,
    Block,
    Bullets,
    ChartKind,
    Column,
    Report,
    Scope,
    Section,
    Table,
)
from cases.documents.shape import Cell
from cases.models import Release

FORM = "lexheller-natverk/1"
SYMBOLS = {Marker.HIDDEN.symbol: HIDDEN, Marker.MISSING.symbol: MISSING}
_CODE = re.compile(r"[A-ZÅÄÖ]{2,6}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# What is compared: the table's key in the file, and what it is called.
COMPARED = {
    "ar": "Rapporter och ärenden, år för år",
    "part_typ": "Berörda parter efter part och typ",
    "svar": "Svar som skulle ha kommit",
    "utfall": "Utfall i ärenden som avslutades med svar",
}
MOST_BYTES = 2_000_000
MOST_FILES = 200


class NotANetworkFile(Exception):
    """The file is not one of ours, or is broken; the sentence says what is wrong with it."""


@dataclass(frozen=True)
class NetworkFile:
    """What one förbund has let out for a period."""

    code: str
    name: str
    first: str
    last: str
    data_on: str
    threshold: int
    # By table and by the words of its cell: a count, or a marker.
    cells: dict[str, dict[tuple[str, ...], Cell]]

    @property
    def year(self) -> str:
        return self.last[:4]


def network_json(release: Release) -> str:
    """Return a release as a network file."""
    published, summary = Published.from_json(release.content), release.summary
    return json.dumps(
        {
            "form": FORM,
            "association": {"code": release.association.code, "name": release.association.name},
            "period": {"first": summary.first.isoformat(), "last": summary.last.isoformat()},
            "data_on": summary.data_on.isoformat(),
            "threshold": release.threshold,
            "tables": [
                {
                    "key": table.key,
                    "title": table.title,
                    "level": table.level,
                    "cells": [{"of": list(key), "count": _plain(value)} for key, value in table.cells.items()],
                }
                for table in published.tables.values()
            ],
        },
        ensure_ascii=False,
        indent=1,
    )


def network_csv(release: Release) -> str:
    """Return the same as lines of förbund, period, table, cell and count."""
    published, summary = Published.from_json(release.content), release.summary
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(["forbund", "fran", "till", "tabell", "rad", "kolumn", "antal"])
    for table in published.tables.values():
        for key, value in table.cells.items():
            where = [key[0], key[1] if len(key) > 1 else ""]
            writer.writerow([release.association.code, summary.first, summary.last, table.key, *where, _plain(value)])
    return "\ufeff" + out.getvalue()


def _plain(value: Any) -> int | str:
    return value if isinstance(value, int) else str(value.symbol)


def read_network_file(raw: bytes) -> NetworkFile:
    """Read one file, whoever sent it. Raises NotANetworkFile with what is wrong."""
    if len(raw) > MOST_BYTES:
        raise NotANetworkFile("Filen är för stor för att vara en nätverksfil.")
    try:
        read = json.loads(raw.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise NotANetworkFile("Filen går inte att läsa som JSON.") from error
    if not isinstance(read, dict) or read.get("form") != FORM:
        raise NotANetworkFile(f"Filen har inte formen {FORM}.")
    try:
        return _file_of(read)
    except (KeyError, TypeError, AttributeError) as error:
        raise NotANetworkFile("Något saknas i filen, eller står på fel plats.") from error


def _file_of(read: dict[str, Any]) -> NetworkFile:
    code, name = str(read["association"]["code"]), str(read["association"]["name"])[:120]
    first, last, data_on = str(read["period"]["first"]), str(read["period"]["last"]), str(read["data_on"])
    if not _CODE.fullmatch(code) or not all(_DAY.fullmatch(day) for day in (first, last, data_on)):
        raise NotANetworkFile("Förbundets kod eller en dag är felskriven.")
    cells = {
        str(table["key"]): {tuple(map(str, cell["of"])): _count(cell["count"]) for cell in table["cells"]}
        for table in read["tables"]
    }
    return NetworkFile(code, name, first, last, data_on, int(read["threshold"]), cells)


def _count(value: object) -> Cell:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and value in SYMBOLS:
        return SYMBOLS[value]
    raise NotANetworkFile("Ett antal är varken ett tal eller ett av tecknen .. och -.")


# ---- the comparison ----


def comparison(files: Sequence[NetworkFile], *, made_at: Any) -> Report:
    """Lay several förbund's files side by side. Raises NotANetworkFile where they cannot be.

    A sum over förbund is hidden as soon as one of its parts is, and no förbund is set before another: they stand in
    the order of their names.
    """
    if not files:
        raise NotANetworkFile("Det finns inga filer att jämföra.")
    seen: set[tuple[str, str, str]] = set()
    for file in files:
        if (file.code, file.first, file.last) in seen:
            raise NotANetworkFile(f"{file.name} finns med två gånger för samma period.")
        seen.add((file.code, file.first, file.last))
    periods = {(file.first, file.last) for file in files}
    if len(periods) > 1:
        raise NotANetworkFile("Filerna gäller olika perioder. Jämför en period i taget.")
    ordered = sorted(files, key=lambda file: swedish.sort_key(file.name))
    first, last = periods.pop()
    return Report(
        key="natverk",
        title=f"Samordningsförbund sida vid sida {last[:4]}",
        subtitle="Rapporter om brister i samverkan",
        association=swedish.counted(len(ordered), "förbund", "förbund"),
        period=f"{first} – {last}",
        made_at=made_at,
        sections=(_about(ordered), *(_compared(key, title, ordered) for key, title in COMPARED.items())),
        scope=Scope.PROTECTED,
    )


def _about(files: Sequence[NetworkFile]) -> Section:
    lines = (
        "Förbunden är olika stora och har rapporterat olika länge. Fler rapporter betyder inte sämre samverkan.",
        "Förbunden står i bokstavsordning och rangordnas inte.",
        "Varje förbund har dolt små tal i sin egen fil. En summa är dold när något av dess tal är det.",
    )
    columns = (
        Column("name", "Förbund"),
        Column("code", "Kod"),
        Column("data", "Uppgifterna är från"),
        Column("threshold", "Döljer tal under", "count"),
    )
    rows = tuple((file.name, file.code, file.data_on, file.threshold) for file in files)
    return Section("om", "Om jämförelsen", (Bullets(lines), Table("forbund", "Förbund", columns, rows)))


def _compared(key: str, title: str, files: Sequence[NetworkFile]) -> Section:
    """Show what the files say of one thing; what a file lays out otherwise than others is missing there."""
    cells = list(dict.fromkeys(cell for file in files for cell in _of(file, key)))
    columns = [Column("name", "Förbund"), *(Column(f"c{n}", " · ".join(cell), "count") for n, cell in enumerate(cells))]
    rows = [(file.name, *(_of(file, key).get(cell, MISSING) for cell in cells)) for file in files]
    rows.append(("Alla", *(_sum(_of(file, key).get(cell, MISSING) for file in files) for cell in cells)))
    blocks: tuple[Block, ...] = (
        Table(key.replace("_", "-"), title, tuple(columns), tuple(rows), total=True, chart=ChartKind.COLUMN),
    )
    return Section(key.replace("_", "-"), title, blocks if cells else (Bullets(("Ingen fil har den här tabellen.",)),))


def _of(file: NetworkFile, key: str) -> dict[tuple[str, ...], Cell]:
    """Return the cells of a table; for years only those of the file's own."""
    found = file.cells.get(key, {})
    if key == "ar":
        return {cell[1:]: value for cell, value in found.items() if cell[0] == file.year}
    if key == "part_typ":
        return {cell: value for cell, value in found.items() if cell[-1] == "Alla typer"}
    return found


def _sum(values: Iterable[Cell]) -> Cell:
    found = list(values)
    if any(value is HIDDEN for value in found):
        return HIDDEN
    if any(value is MISSING for value in found):
        return MISSING
    return sum(value for value in found if isinstance(value, int))
