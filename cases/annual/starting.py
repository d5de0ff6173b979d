"""The text that rules write in each block that somebody may write themselves: where they start from."""

from __future__ import annotations

from collections.abc import Callable

from cases.annual import words
from cases.statistics import Annual

RULES: dict[str, Callable[[Annual], tuple[str, ...]]] = {
    "sammanfattning": words.in_five_lines,
    "balans": lambda figures: words.through_the_year(figures.this),
}


def rules_text(key: str, figures: Annual) -> str:
    """Return what the rules write in a block, a paragraph to each line; nothing where they write nothing."""
    return "\n\n".join(RULES[key](figures)) if key in RULES else ""
