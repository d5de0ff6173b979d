"""The one place where text from a person is cleaned and held back if it names somebody by number."""

from __future__ import annotations

from collections.abc import Mapping

from cases import clocks
from cases.errors import PersonalDataFound
from cases.personal_data import Finding, scan
from cases.text import clean


def guarded(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts cleaned, ready to store.

    Raises PersonalDataFound, with rule, field and offset but never the text, if any holds a personal number.
    """
    cleaned = {field: clean(text) for field, text in texts.items()}
    today = clocks.today()
    found: dict[str, tuple[Finding, ...]] = {}
    for field, text in cleaned.items():
        if findings := scan(text, today=today):
            found[field] = findings
    if found:
        raise PersonalDataFound(found)
    return cleaned
