"""The sections of a pack, in the order that the group goes through them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.urls import reverse

from cases import swedish
from cases.codes import PatternStatus
from cases.documents import Block, Bullets, Column, Heading, Paragraph, Section, Table
from cases.packs import words
from cases.packs.material import Material, Point, days_late
from cases.packs.tables import duty_table
from cases.tables import part_and_type_figure

DONE, LATE, GOES_ON = "Klar", "Försenad", "Pågår"


def since_last(found: Material) -> Section:
    balance, figures = found.figures.balance, found.figures
    table = Table(
        "sedan-sist",
        "In och ut",
        (Column("what", "Vad"), Column("count", "Ärenden", "count")),
        (
            ("Öppna från början", balance.opening),
            ("Nya", balance.new),
            ("Öppnade igen", balance.reopened),
            ("Avslutade", balance.ended),
            ("Öppna vid slutet", balance.closing),
            ("Försenade vid slutet", figures.late),
        ),
        note="Öppna från början + nya + öppnade igen − avslutade = öppna vid slutet.",
    )
    title = "Hittills" if found.is_first else "Sedan förra mötet"
    lines = words.since_last(figures, found.pack.period)
    return Section("sedan-forra", title, (Bullets(lines), table), 1)


def part_and_type(found: Material) -> Section:
    parts = found.figures.parts
    if not parts.concerns:
        return Section("part", "Part och typ", (Paragraph("Inga nya ärenden att visa."),), 2)
    return Section("part", "Part och typ", (part_and_type_figure(parts),), 2)


# ---- the agenda ----


def agenda(found: Material) -> Section:
    if not found.points:
        return Section("dagordning", "Dagordning", (Paragraph("Inget står på dagordningen."),), 3)
    table = Table(
        "dagordning-tabell",
        "Punkter",
        (
            Column("number", "Nr", "count"),
            Column("title", "Punkt"),
            Column("case", "Ärende"),
            Column("why", "Varför"),
        ),
        tuple((one.number, one.title, one.case.number if one.case else "", one.why) for one in found.points),
        links=_links(found),
    )
    blocks: list[Block] = [table]
    for point in found.points:
        blocks += [Heading(f"{point.number}. {point.title}"), *_point(point)]
    return Section("dagordning", "Dagordning", tuple(blocks), 3)


def _links(found: Material) -> dict[tuple[int, str], str]:
    links = {
        (row, "case"): reverse("case", args=[one.case.number])
        for row, one in enumerate(found.points)
        if one.case and one.kind == "case" and one.opens
    }
    patterns = {(row, "title"): one.pattern for row, one in enumerate(found.points) if one.kind == "pattern"}
    return links | {place: pattern.get_absolute_url() for place, pattern in patterns.items() if pattern}


def _point(point: Point) -> list[Block]:
    if point.row is None:
        return [Paragraph("Punkten togs bort efter att underlaget låstes.")]
    if point.kind == "late":
        days = swedish.counted(point.days, "dag", "dagar")
        return [Paragraph(f"Svaret från {point.function} har dröjt {days}. Vad ärendet handlar om står inte här.")]
    if point.case and not point.opens:
        return [Paragraph("Ärendet är inte längre lyft till gruppen.")]
    waited = point.row.waited
    blocks: list[Block] = [Paragraph(_about(point))] if _about(point) else []
    if waited:
        blocks.append(Paragraph(f"Bordlagd {swedish.counted(waited, 'gång', 'gånger')}."))
    if point.row.text and point.kind != "free":
        blocks.append(Paragraph("Kansliet föreslår:"))
    return [*blocks, *([Paragraph(point.row.text)] if point.row.text else [])]


def _about(point: Point) -> str:
    if point.case:
        return f"{point.case.number}. {point.why}."
    if point.pattern:
        return f"Systemfel. {PatternStatus(point.pattern.status).label}. {point.why}."
    return ""


# ---- what is late, and what goes on ----


def late_answers(found: Material) -> Section:
    days = swedish.counted(found.figures.late_days, "dag", "dagar")
    if not found.late:
        text = f"Inget svar hade dröjt {days} eller mer."
        return Section("drojer", "Svar som dröjer", (Paragraph(text),), 4)
    table = Table(
        "drojer-tabell",
        f"Svar som har dröjt {days} eller mer",
        (Column("number", "Ärende"), Column("function", "Funktion"), Column("days", "Dagar sent", "count")),
        tuple((one.number, one.function, one.answer.days) for one in found.late),
        note=words.more(len(found.late), found.figures.late_answers_all),
        links={
            (row, "number"): reverse("case_status", args=[one.number])
            for row, one in enumerate(found.late)
            if one.has_card
        },
    )
    told = Paragraph("Här står bara nummer, funktion och dagar. Vad ärendena handlar om står inte här.")
    return Section("drojer", "Svar som dröjer", (told, table), 4)


def patterns(found: Material) -> Section:
    held_on = found.pack.meeting.held_on
    rows = [(row, found.patterns[row.pattern]) for row in found.figures.patterns if row.pattern in found.patterns]
    if not rows:
        return Section("systemfel", "Systemfel", (Paragraph("Inget systemfel är aktuellt."),), 5)
    table = Table(
        "systemfel-tabell",
        "Systemfel",
        (
            Column("name", "Systemfel"),
            Column("status", "Läge"),
            Column("cases", "Ärenden", "count"),
            Column("new", "Nya", "count"),
            Column("tallies", "Har mött detta också", "count"),
            Column("members", "Medlemmar", "count"),
            Column("review", "Följs upp"),
        ),
        tuple(
            (
                pattern.title,
                PatternStatus(row.status).label,
                row.cases,
                row.new,
                row.tallies,
                row.members,
                _review(row.review_on, held_on),
            )
            for row, pattern in rows
        ),
        note=words.more(len(rows), found.figures.patterns_all),
        links={(place, "name"): pattern.get_absolute_url() for place, (_, pattern) in enumerate(rows)},
    )
    return Section("systemfel", "Systemfel", (table,), 5)


def _review(review_on: Any, held_on: Any) -> str:
    if review_on is None:
        return ""
    return f"Till mötet ({swedish.day(review_on)})" if review_on <= held_on else swedish.day(review_on)


def measures(found: Material) -> Section:
    blocks: list[Block] = [Paragraph(words.measures(found.figures))]
    if found.works:
        blocks.append(_works(found))
    return Section("atgarder", "Åtgärder", tuple(blocks), 6)


def _works(found: Material) -> Table:
    last = found.pack.last
    rows = sorted(found.works, key=lambda one: (one.measure.done_on is not None, one.measure.due_on))
    return Table(
        "atgarder-tabell",
        "Klara och försenade åtgärder",
        (
            Column("about", "Systemfel eller ärende"),
            Column("what", "Åtgärd"),
            Column("who", "Ansvarig"),
            Column("due", "Klar senast", "date"),
            Column("state", "Läge"),
        ),
        tuple(
            (one.about, one.what, one.who, one.measure.due_on, _state(one.measure.done_on, one.measure.due_on, last))
            for one in rows
        ),
        note="Åtgärder i ärenden som inte är lyfta räknas, men visas inte här.",
    )


def _state(done_on: Any, due_on: Any, last: Any) -> str:
    if done_on:
        return f"{DONE} {swedish.day(done_on)}"
    days = days_late(due_on, last)
    return f"{LATE} {swedish.counted(days, 'dag', 'dagar')}" if days else GOES_ON


# ---- earlier meetings ----


def assignments(found: Material) -> Section:
    if not found.duties:
        return Section("uppdrag", "Uppdrag från tidigare möten", (Paragraph("Inget uppdrag väntar."),), 7)
    table = duty_table(
        "uppdrag-tabell",
        "Vem gör vad till när",
        [one.assignment for one in found.duties],
        state=[_state(one.row.done_on, one.assignment.due_on, found.pack.last) for one in found.duties],
        note=words.more(len(found.figures.assignments), found.figures.assignments_all),
    )
    return Section("uppdrag", "Uppdrag från tidigare möten", (table,), 7)


def recommended(found: Material) -> Section:
    title = "Rekommendationer från förra mötet"
    if not found.recommended:
        return Section("rekommendationer", title, (Paragraph("Inga rekommendationer har skrivits."),), 8)
    blocks: list[Block] = []
    for row in found.recommended:
        blocks += [
            Heading(f"{row.title}, {row.case_number}" if row.opens and row.case_number else row.title),
            Paragraph(row.said or "Rekommendationen står i ärendet."),
        ]
    return Section("rekommendationer", title, tuple(blocks), 8)


SECTIONS: tuple[Callable[[Material], Section], ...] = (
    since_last,
    part_and_type,
    agenda,
    late_answers,
    patterns,
    measures,
    assignments,
    recommended,
)
