"""The files that come with the program: reports as handläggare write them, and Sweden's samordningsförbund.

`reports.json`: made-up reports, one a line; `months` lists when in the year the text reads true, `only` the förbund
whose geography it fits. `associations.json`: the förbund with their kommuner and regioner (the position in
2015, Södra Vätterbygden and Göteborg as they are now).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from cases.codes import GapType, Party

HERE = Path(__file__).resolve().parent

# What a kommun calls itself, where "X kommun" or "Xs kommun" would be wrong.
_OWN_NAMES = {
    "Borås": "Borås Stad",
    "Falun": "Falu kommun",
    "Göteborg": "Göteborgs Stad",
    "Helsingborg": "Helsingborgs stad",
    "Landskrona": "Landskrona stad",
    "Malmö": "Malmö stad",
    "Mölndal": "Mölndals stad",
    "Trollhättan": "Trollhättans Stad",
    "Västerås": "Västerås stad",
}
_COUNTIES = {"Dalarna": "Dalarnas län", "Kalmar": "Kalmar län"}
# Gotland's kommun has the region's tasks too. It answers for two parter, so it stands as two members.
_GOTLAND = (
    (Party.KOMMUN, "Region Gotland, kommunens uppgifter"),
    (Party.REGION, "Region Gotland, hälso- och sjukvård"),
)


@dataclass(frozen=True)
class KnownAssociation:
    """A real förbund, as the file has it."""

    name: str
    code: str
    county: tuple[str, ...]
    regions: tuple[str, ...]
    municipalities: tuple[str, ...]
    formerly: tuple[str, ...] = ()

    @property
    def county_name(self) -> str:
        """Return the county or counties, as a sentence would have them."""
        return " och ".join(_COUNTIES.get(county) or f"{_genitive(county)} län" for county in self.county)

    @property
    def members(self) -> list[tuple[Party, str]]:
        """List the members with the part that each answers for, by the names they use themselves."""
        if self.municipalities == ("Gotland",):
            owners = list(_GOTLAND)
        else:
            owners = [(Party.KOMMUN, municipality_name(name)) for name in self.municipalities]
            owners += [(Party.REGION, region) for region in self.regions]
        state = [(party, str(party.label)) for party in (Party.FORSAKRINGSKASSAN, Party.ARBETSFORMEDLINGEN)]
        return [*owners, *state]


@dataclass(frozen=True)
class KnownReport:
    """A made-up report, with what its authors say that it is about."""

    id: str
    heading: str
    happened: str
    consequence: str
    suggestion: str
    parties: tuple[Party, ...]
    unit: str
    type: GapType
    other_type: str
    role: str
    insats: str
    theme: str
    months: frozenset[int] = field(default_factory=frozenset)
    only: str = ""


def municipality_name(name: str) -> str:
    """Return what the kommun is called in running text: Habo kommun, Jönköpings kommun, Göteborgs Stad."""
    return _OWN_NAMES.get(name) or f"{_genitive(name)} kommun"


@lru_cache(maxsize=1)
def associations() -> tuple[KnownAssociation, ...]:
    """Read the förbund, in the order of their names."""
    return tuple(
        KnownAssociation(
            name=row["name"],
            code=row["code"],
            county=tuple(row["county"]),
            regions=tuple(row["regions"]),
            municipalities=tuple(row["municipalities"]),
            formerly=tuple(row.get("formerly", ())),
        )
        for row in _rows("associations.json")
    )


@lru_cache(maxsize=1)
def reports() -> tuple[KnownReport, ...]:
    """Read the reports, in the file's order."""
    return tuple(
        KnownReport(
            **{
                **row,
                "parties": tuple(Party(party) for party in row["parties"]),
                "type": GapType(row["type"]),
                "months": frozenset(row.get("months", ())),
            }
        )
        for row in _rows("reports.json")
    )


def _rows(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads((HERE / name).read_text(encoding="utf-8"))
    return rows


def _genitive(name: str) -> str:
    # Official names: Habo kommun, Tranås kommun, Jönköpings kommun; and Jönköpings län, Skåne län.
    return name if name[-1] in "aeiouyåäösxz" else f"{name}s"
