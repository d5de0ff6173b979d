"""Numbers as Swedes write them, in templates; a dash stands for what there is none of."""

from django import template

from cases import swedish

register = template.Library()

NOTHING = "–"


@register.filter
def number(value: float | None) -> str:
    """Write a number with at most one decimal: 12 345, 12,5."""
    return NOTHING if value is None else swedish.number(value)


@register.filter
def percent(share: float | None) -> str:
    """Write a share as whole percent, never rounded up to all or down to none: 99 %, not 100 %, when one is missing."""
    return NOTHING if share is None else swedish.share(share)
