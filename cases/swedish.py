"""Numbers and days as Swedes write them, for pages, files and charts alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

# What is said to whoever wrote something else.
A_DAY = "Skriv en dag så här: 2026-11-30."
THIN, HARD = "\u202f", "\u00a0"
MONTHS = (
    "januari", "februari", "mars", "april", "maj", "juni",
    "juli", "augusti", "september", "oktober", "november", "december",
)  # fmt: skip


def number(value: float, *, decimals: int | None = None) -> str:
    """Write a number with a decimal comma: 12 345, 12,5. Without `decimals`, one decimal where there is any."""
    text = f"{value:,.{1 if decimals is None else decimals}f}"
    if decimals is None:
        text = text.removesuffix(".0")
    return text.replace(",", THIN).replace(".", ",").replace("-", "\u2212")


def whole_percent(share: float) -> int:
    """Round a share to whole percent, never up to all or down to none: 99, not 100, when one is missing."""
    whole = round(share * 100)
    if whole == 100 and share < 1:
        return 99
    return 1 if whole == 0 and share > 0 else whole


def share(value: float) -> str:
    """Write a share as whole percent: 62 %."""
    return f"{whole_percent(value)}{HARD}%"


def day(value: dt.date) -> str:
    """Write a day: 3 mars 2026."""
    return f"{value.day}{HARD}{MONTHS[value.month - 1]} {value.year}"


def month(number_in_year: int) -> str:
    """Return the month's short name: jan, sep; maj, juni and juli stay whole."""
    name = MONTHS[number_in_year - 1]
    return name if len(name) <= 4 else name[:3]


def joined(parts: Sequence[str], last: str = "och") -> str:
    """Write a list as speech does: a, b och c."""
    return f" {last} ".join(part for part in (", ".join(parts[:-1]), *parts[-1:]) if part)


def counted(value: float, one: str, many: str) -> str:
    """Write a number with its word, which never part at the end of a line: 1 dag, 2 dagar."""
    return f"{number(value)}{HARD}{one if value == 1 else many}"


def sort_key(text: str) -> tuple[str, ...]:
    """Return what puts names in the order of a Swedish dictionary: å, ä and ö come last, case does not matter."""
    return tuple(_PLACES.get(letter, letter) for letter in text.casefold())


# After z, in this order.
_PLACES = {"å": "{1", "ä": "{2", "ö": "{3", "é": "e"}
