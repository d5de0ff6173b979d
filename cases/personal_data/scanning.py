"""The way in to the guard."""

from __future__ import annotations

from datetime import date

from cases.personal_data import identity_numbers
from cases.personal_data.findings import Finding
from cases.personal_data.folding import fold


def scan(text: str, *, today: date) -> tuple[Finding, ...]:
    """Return what in `text` points a person out, in the order it stands. No one is born after `today`.

    The time it takes grows in step with the text, whatever the text holds.
    """
    folded = fold(text)
    findings = []
    for rule, start, end in identity_numbers.find(folded.text, today=today):
        first, last = folded.origins[start], folded.origins[end - 1]
        findings.append(Finding(rule=rule, start=first, length=last + 1 - first))
    return tuple(findings)
