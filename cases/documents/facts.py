"""What every file says of itself: whose it is, the period, the data's day, when it was made."""

from __future__ import annotations

from cases import clocks, swedish
from cases.documents.shape import Report


def facts(report: Report) -> tuple[tuple[str, str], ...]:
    """Return name and value of what the report says of itself, without what it does not have."""
    data_date = swedish.day(report.data_date) if report.data_date else ""
    pairs = (
        ("Förbund", report.association),
        ("Period", report.period),
        ("Uppgifter till och med", data_date),
        ("Framtagen", swedish.day(clocks.local_date(report.made_at))),
        ("Gäller", ". ".join(report.marks)),
    )
    return tuple((name, value) for name, value in pairs if value)
