"""A meeting's minutes as a report: what was recommended, what waits, who does what until when, and who approved them.

Like the pack they are handed on: of a case that the group may not open only the number stands there.
"""

from __future__ import annotations

from cases import agendas, clocks, swedish
from cases.agendas import MinuteRow
from cases.documents import Block, Heading, Paragraph, Report, Scope, Section
from cases.models import Meeting
from cases.packs.naming import body_of
from cases.packs.tables import duty_table
from cases.querysets import Actor

# Minutes are words; a spreadsheet of them would be empty.
MINUTES_FORMATS = ("pdf", "docx")
ADVICE = "En rekommendation är inget beslut."


def minutes_of(meeting: Meeting, actor: Actor) -> tuple[Report, frozenset[int]]:
    """Return the minutes for somebody who may read the meeting, and the cases of which words are in them."""
    rows = agendas.minutes(meeting, actor, shared=True)
    report = Report(
        key=f"protokoll-{meeting.pk}",
        title=f"Protokoll {swedish.day(meeting.held_on)}",
        subtitle=body_of(meeting),
        association=meeting.association.name,
        period="",
        made_at=meeting.approved_at or clocks.now(),
        sections=tuple(
            section
            for section in (_items(rows), _deferred(rows), _duties(rows), _approval(meeting))
            if section is not None
        ),
        scope=Scope.INTERNAL,
        draft=meeting.approved_at is None,
    )
    return report, frozenset(row.case_key for row in rows if row.opens and row.case_key)


def _items(rows: list[MinuteRow]) -> Section:
    blocks: list[Block] = [Paragraph(ADVICE)]
    settled = [row for row in rows if not row.deferred]
    for row in settled:
        blocks += [Heading(_name(row)), Paragraph(row.said or "Rekommendationen står i ärendet.")]
    if not settled:
        blocks = [Paragraph("Mötet har inte lämnat någon rekommendation än.")]
    return Section("rekommendationer", "Rekommendationer", tuple(blocks))


def _name(row: MinuteRow) -> str:
    number = f", {row.case_number}" if row.case_number and row.case_number != row.title else ""
    return f"{row.number}. {row.title}{number}"


def _deferred(rows: list[MinuteRow]) -> Section | None:
    waiting = tuple(Paragraph(f"{_name(row)}. Bordlades till nästa möte.") for row in rows if row.deferred)
    return Section("bordlagt", "Bordlagt", waiting) if waiting else None


def _duties(rows: list[MinuteRow]) -> Section | None:
    given = [one for row in rows for one in row.assignments]
    if not given:
        return None
    return Section("uppdrag", "Uppdrag", (duty_table("uppdrag-tabell", "Vem gör vad till när", given),))


def _approval(meeting: Meeting) -> Section:
    if meeting.approved_at is None:
        return Section("justering", "Justering", (Paragraph("Protokollet är inte justerat än."),))
    day = swedish.day(clocks.local_date(meeting.approved_at))
    by = f" av {meeting.approved_by.name}" if meeting.approved_by else ""
    return Section("justering", "Justering", (Paragraph(f"Justerat {day}{by}."),))
