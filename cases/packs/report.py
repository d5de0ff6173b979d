"""Puts a pack together, section by section, for one reader."""

from __future__ import annotations

from cases import swedish
from cases.documents import Report, Scope
from cases.packs.material import Material
from cases.packs.naming import body_of
from cases.packs.sections import SECTIONS


def report_of(found: Material) -> Report:
    """Return a pack as a report."""
    pack, meeting = found.pack, found.pack.meeting
    return Report(
        key=f"underlag-{meeting.pk}",
        title=f"Underlag till mötet {swedish.day(meeting.held_on)}",
        subtitle=body_of(meeting),
        association=meeting.association.name,
        period=f"{swedish.day(pack.first)} – {swedish.day(pack.last)}",
        data_date=pack.last,
        made_at=pack.frozen_at,
        sections=tuple(section(found) for section in SECTIONS),
        scope=Scope.INTERNAL,
    )
