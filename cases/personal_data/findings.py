"""What the guard reports."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Rule(StrEnum):
    """The kind of number that was found. The code may be stored and logged."""

    PERSONNUMMER = "PERSONNUMMER"
    SAMORDNINGSNUMMER = "SAMORDNINGSNUMMER"
    INTERIM = "INTERIM"
    RESERV = "RESERV"
    MASKED = "MASKED"

    @property
    def label(self) -> str:
        """Return the Swedish name of the kind, to be read after "ett"."""
        return _LABELS[self]


_LABELS = {
    Rule.PERSONNUMMER: "personnummer",
    Rule.SAMORDNINGSNUMMER: "samordningsnummer",
    Rule.INTERIM: "tillfälligt personnummer (T-nummer)",
    Rule.RESERV: "reservnummer",
    Rule.MASKED: "delvis dolt personnummer",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Where in the original text a number stands, counted in characters. Never holds the number."""

    rule: Rule
    start: int
    length: int
