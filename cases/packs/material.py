"""Everything that a pack's sections are made of: the frozen figures, and words read from their own rows.

Whoever reads, of a case that the group may not open only its number is there: a pack is handed on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases import agendas
from cases.agendas import AgendaRow
from cases.codes import Why
from cases.models import (
    AgendaItem,
    Assignment,
    Case,
    Concern,
    ContactFunction,
    Measure,
    Pack,
    Pattern,
    PatternMeasure,
)
from cases.packs.counting import kind_of
from cases.packs.figures import AssignmentRow, Figures, LateAnswer, MeasureRow
from cases.querysets import Actor

KANSLI = "Kansliet"


@dataclass(frozen=True)
class Point:
    """An item as the pack froze it; `row` is what is there of it now, nothing if it was taken off since."""

    number: int
    kind: str
    why: str
    row: AgendaRow | None
    case: Case | None
    pattern: Pattern | None
    opens: bool = False
    function: str = ""
    days: int = 0

    @property
    def title(self) -> str:
        """Return the heading where it may be told; of a case else its number."""
        if self.case and not (self.kind == "case" and self.opens):
            return self.case.number
        return self.row.title if self.row else self.pattern.title if self.pattern else "Borttagen punkt"


@dataclass(frozen=True)
class Late:
    """A late answer: what its status card tells, and whether the reader may open that."""

    answer: LateAnswer
    number: str
    function: str
    has_card: bool


@dataclass(frozen=True)
class Work:
    """A measure: of which pattern or case, what, who, and how it stood when the period ended."""

    measure: MeasureRow
    about: str
    what: str
    who: str


@dataclass(frozen=True)
class Duty:
    """An assignment in words, and whether it was done when the period ended."""

    row: AssignmentRow
    assignment: Assignment


@dataclass(frozen=True)
class Material:
    """A pack as one reader may know it. `told` are the cases of which something that people wrote is shown."""

    pack: Pack
    figures: Figures
    points: tuple[Point, ...]
    late: tuple[Late, ...]
    patterns: Mapping[int, Pattern]
    works: tuple[Work, ...]
    duties: tuple[Duty, ...]
    recommended: tuple[AgendaRow, ...]
    told: frozenset[int]
    # No meeting came before this one, so that the period began with the first case.
    is_first: bool


def material_of(pack: Pack, actor: Actor) -> Material:
    """Read a pack for somebody who may read its meeting: as many questions however much there is."""
    figures = Figures.of_json(pack.figures)
    keys = [kept["item"] for kept in pack.items]
    shown = agendas.shown(AgendaItem.objects.filter(pk__in=keys), actor, shared=True)
    rows = {row.item.pk: row for row in shown}
    said = agendas.shown(AgendaItem.objects.filter(pk__in=figures.recommended), actor, shared=True)
    order = {key: place for place, key in enumerate(figures.recommended)}
    assignments = _assignments(figures)
    measures, on_patterns = _measures(figures)
    late = {one.concern: one for one in figures.late_answers}
    functions = [kept.get("function") for kept in pack.items] + [one.function for one in figures.late_answers]
    names = dict(ContactFunction.objects.filter(pk__in=filter(None, functions)).values_list("pk", "name"))
    cases = {kept["case"] for kept in pack.items if kept["case"]}
    cases |= {one.item.case_id for one in assignments.values() if one.item.case_id}
    cases |= {one.case_id for one in measures.values()}
    found = Case.objects.filter(pk__in=cases).in_bulk()
    opens = set(Case.objects.visible_to(actor).lifted().filter(pk__in=cases).values_list("pk", flat=True))
    patterns = Pattern.objects.known_to(actor).filter(pk__in=_pattern_keys(pack, figures)).in_bulk()
    points = tuple(
        Point(
            number=number,
            kind=kept["kind"],
            why=rows[kept["item"]].why if kept["item"] in rows else Why(kept["why"]).label,
            row=rows.get(kept["item"]),
            case=found.get(kept["case"]),
            pattern=patterns.get(kept["pattern"]),
            opens=kept["case"] in opens,
            function=names.get(kept.get("function"), KANSLI) if kept["kind"] == "late" else "",
            days=kept.get("days", 0),
        )
        for number, kept in enumerate(pack.items, 1)
    )
    duties = tuple(
        Duty(row, assignments[row.assignment])
        for row in figures.assignments
        if row.assignment in assignments and _may_tell(assignments[row.assignment].item.case_id, opens)
    )
    works = tuple(_works(figures, measures, on_patterns, opens))
    recommended = tuple(sorted(said, key=lambda row: order[row.item.pk]))
    return Material(
        pack=pack,
        figures=figures,
        points=points,
        late=tuple(_late(late, names, actor)),
        patterns=patterns,
        works=works,
        duties=duties,
        recommended=recommended,
        told=frozenset(_told(points, duties, recommended) | {one.case_id for one in measures.values()} & opens),
        is_first=not pack.meeting.earlier().exists(),
    )


def later_rows(pack: Pack, actor: Actor) -> list[AgendaRow]:
    """Return what has come to the agenda since the pack was locked, a proposal on a late answer's case included."""
    kinds = {kept["item"]: kept["kind"] for kept in pack.items}
    rows = agendas.agenda(pack.meeting, actor)
    return [row for row in rows if kinds.get(row.item.pk) != kind_of(row.item)]


def _pattern_keys(pack: Pack, figures: Figures) -> set[int]:
    return {kept["pattern"] for kept in pack.items if kept["pattern"]} | {row.pattern for row in figures.patterns}


def _may_tell(case: int | None, opens: set[int]) -> bool:
    return case is None or case in opens


def _assignments(figures: Figures) -> dict[int, Assignment]:
    keys = [row.assignment for row in figures.assignments]
    rows = Assignment.objects.filter(pk__in=keys)
    return rows.select_related("item__case", "item__pattern", "text", "meeting").in_bulk()


def _measures(figures: Figures) -> tuple[dict[int, Measure], dict[int, PatternMeasure]]:
    own = [row.measure for row in figures.measure_rows if not row.on_pattern]
    on_patterns = [row.measure for row in figures.measure_rows if row.on_pattern]
    words = ("pattern", "moved_from__what")
    return (
        Measure.objects.filter(pk__in=own).select_related("case", "what").in_bulk(),
        PatternMeasure.objects.filter(pk__in=on_patterns).select_related(*words).in_bulk(),
    )


def _works(
    figures: Figures, measures: Mapping[int, Measure], on_patterns: Mapping[int, PatternMeasure], opens: set[int]
) -> Any:
    for row in figures.measure_rows:
        if row.on_pattern and (own := on_patterns.get(row.measure)):
            yield Work(row, own.pattern.title, own.words, own.who)
        elif not row.on_pattern and (mine := measures.get(row.measure)) and mine.case_id in opens:
            yield Work(row, mine.case.number, mine.what.body, mine.owner)


def _late(late: Mapping[int, LateAnswer], names: Mapping[Any, str], actor: Actor) -> Any:
    numbers = dict(Concern.objects.filter(pk__in=late).values_list("pk", "case__number"))
    cards = set(Concern.objects.brought_to(actor).filter(pk__in=late).values_list("pk", flat=True))
    for key, answer in late.items():
        if key in numbers:
            yield Late(answer, numbers[key], names.get(answer.function, KANSLI), key in cards)


def _told(points: tuple[Point, ...], duties: tuple[Duty, ...], recommended: tuple[AgendaRow, ...]) -> set[int]:
    told = {point.case.pk for point in points if point.case and point.opens and point.kind == "case"}
    told |= {duty.assignment.item.case_id for duty in duties if duty.assignment.item.case_id}
    return told | {row.item.case_id for row in recommended if row.opens and row.item.case_id}


def days_late(due_on: dt.date, upto: dt.date) -> int:
    """Return how many days had passed since a day."""
    return max((upto - due_on).days, 0)
