"""What a chart may be given: numbers, and what stands where there is none to show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeAlias, TypeGuard

from cases import swedish

MISSING = "-"


class Marker(Protocol):
    """Stands in a number's place and is printed as its symbol: ".." hidden, "-" missing, "." not applicable."""

    @property
    def symbol(self) -> str: ...


Value: TypeAlias = float | Marker | None


def is_known(value: Value) -> TypeGuard[float]:
    """Tell whether there is a number that may be drawn."""
    return isinstance(value, int | float)


def known(values: Iterable[Value]) -> list[float]:
    return [value for value in values if is_known(value)]


def shown(value: Value) -> str:
    """Write a number, or the symbol that stands for it."""
    if value is None:
        return MISSING
    return swedish.number(value) if isinstance(value, int | float) else value.symbol


def highest(values: Iterable[Value]) -> float:
    """Return the highest number that is known, 0 where there is none."""
    return max(known(values), default=0)
