"""Numbers as Swedes write them: a decimal comma, and a thin space between thousands that never breaks the line."""

from __future__ import annotations

from django import template

register = template.Library()

THIN, HARD = "\u202f", "\u00a0"
NOTHING = "–"


@register.filter
def number(value: float | None) -> str:
    """Write a number with at most one decimal: 12 345, 12,5. A dash stands for what there is none of."""
    if value is None:
        return NOTHING
    whole = f"{value:,.1f}".removesuffix(".0")
    return whole.replace(",", THIN).replace(".", ",")


@register.filter
def percent(share: float | None) -> str:
    """Write a share as whole percent, never rounded up to all or down to none: 99 %, not 100 %, when one is missing."""
    if share is None:
        return NOTHING
    whole = round(share * 100)
    if whole == 100 and share < 1:
        whole = 99
    if whole == 0 and share > 0:
        whole = 1
    return f"{whole}{HARD}%"
