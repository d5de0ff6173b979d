"""What a meeting's body is called in its förbund."""

from __future__ import annotations

from cases.models import Meeting
from cases.words import said


def body_of(meeting: Meeting) -> str:
    """Return the body by the förbund's own word."""
    return said(meeting.get_body_display(), meeting.association)
