"""A förbund's own words: some write *rapport* and *rapportör*, some *anmälan* and *anmälare*."""

from __future__ import annotations

import re

from cases.models import Association

_OURS = re.compile(r"\b(rapportören|rapportör|rapporten|rapport|beredningsgruppen)(s?)\b", re.IGNORECASE)
_VOWELS = "aeiouyåäö"


def said(text: str, association: Association | None) -> str:
    """Put the förbund's words where a sentence of ours says rapport, rapportör or beredningsgruppen.

    Never for what people have written, only for the program's own sentences.
    """
    if association is None or not isinstance(association, Association):
        return text
    theirs = {
        "rapport": association.report_word,
        "rapporten": definite(association.report_word),
        "rapportör": association.reporter_word,
        "rapportören": definite(association.reporter_word),
        "beredningsgruppen": association.group_word,
    }
    if all(ours == word for ours, word in theirs.items()):
        return text
    return _OURS.sub(lambda match: _like(match[1], theirs[match[1].lower()]) + match[2], text)


def definite(word: str) -> str:
    """Return the definite form of one of these words: rapporten, anmälan, rapportören, anmälaren, avvikelsen."""
    if word.endswith("an"):
        return word
    return f"{word}n" if word.endswith(tuple(_VOWELS)) else f"{word}en"


def _like(ours: str, theirs: str) -> str:
    """Begin with a capital where our word did."""
    return theirs[:1].upper() + theirs[1:] if ours[0].isupper() else theirs
