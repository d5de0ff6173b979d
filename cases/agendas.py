"""A meeting's agenda and minutes as plain rows: for its page, its pack and its documents.

Of a case that the reader may not open only the number is there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from cases.codes import Why
from cases.models import AgendaItem, Assignment, Case, Concern, Deferral, Meeting
from cases.querysets import Actor
from cases.timeline import in_words


@dataclass(frozen=True)
class AgendaRow:
    """One item: what it is about, why it stands there, what the kansli proposes, and what came of it.

    `kind` is "case", "late", "pattern" or "free". `waited` counts the meetings that let it wait. `opens` tells
    whether the reader may open the case, `has_card` whether they may see its status card.
    """

    number: int
    kind: str
    title: str
    why: str
    text: str
    item: AgendaItem
    case_number: str = ""
    opens: bool = True
    has_card: bool = False
    function: str = ""
    days_late: int = 0
    waited: int = 0
    said: str = ""
    assignments: tuple[Assignment, ...] = ()

    @property
    def waits(self) -> bool:
        """Tell whether the meeting has still to say something about it."""
        return self.item.waits


@dataclass(frozen=True)
class MinuteRow:
    """One item as the minutes have it: what was recommended, or that it was deferred, and who does what until when."""

    number: int
    title: str
    case_number: str
    deferred: bool
    said: str
    assignments: tuple[Assignment, ...]
    case_key: int | None = None
    opens: bool = True


def may_read(meeting: Meeting, actor: Actor) -> bool:
    """Tell whether somebody prepares the förbund's meetings or sits in them, as `readable_by` does for many."""
    return meeting.association_id in actor.standing().meets


def agenda(meeting: Meeting, actor: Actor) -> list[AgendaRow]:
    """Return what stands on a meeting's agenda, in its order; nothing to whom it is not for."""
    if not may_read(meeting, actor):
        return []
    return shown(meeting.items.all(), actor)


def minutes(meeting: Meeting, actor: Actor, *, shared: bool = False) -> list[MinuteRow]:
    """Return what a meeting recommended, and what it let wait; nothing to whom it is not for.

    `shared` as in `shown`.
    """
    if not may_read(meeting, actor):
        return []
    settled = shown(meeting.items.filter(recommended_at__isnull=False), actor, shared=shared)
    deferrals = Deferral.objects.filter(meeting=meeting).values_list("item", "position")
    positions = dict(deferrals)
    deferred = shown(AgendaItem.objects.filter(pk__in=positions), actor, shared=shared)
    last = len(settled) + len(deferred)
    placed = [(row.item.position or last, row.item.pk, row, False) for row in settled]
    placed += [(positions[row.item.pk] or last, row.item.pk, row, True) for row in deferred]
    return [
        _minute(number, row, deferred=waits, meeting=meeting)
        for number, (_, _, row, waits) in enumerate(sorted(placed, key=lambda one: one[:2]), 1)
    ]


def shown(items: QuerySet[AgendaItem], actor: Actor, *, shared: bool = False) -> list[AgendaRow]:
    """Show items to somebody who may read their meeting, in a fixed number of queries.

    What is handed on is `shared`: of a case that the group as a whole may not open only the number is there, whoever
    asks.
    """
    read = items.select_related(
        "case__association", "pattern", "proposal", "recommendation", "late__function", "meeting__association"
    ).prefetch_related("deferrals", Prefetch("assignments", queryset=Assignment.objects.select_related("text")))
    listed = list(read)
    opened = Case.objects.visible_to(actor)
    there = (opened.lifted() if shared else opened).filter(agenda_items__in=listed)
    opens = set(there.values_list("pk", flat=True))
    cards = set(Concern.objects.brought_to(actor).filter(agenda_items__in=listed).values_list("pk", flat=True))
    return [_row(number, item, opens, cards) for number, item in enumerate(listed, 1)]


def waiting(actor: Actor) -> list[AgendaRow]:
    """Return what waits for a meeting to be planned in the actor's förbund: late answers, and what was deferred."""
    prepared = actor.standing().meets
    of_mine = Q(case__association__in=prepared) | Q(deferrals__meeting__association__in=prepared)
    return shown(AgendaItem.objects.filter(of_mine, meeting=None, recommended_at=None).distinct(), actor)


def recent(meeting: Meeting, actor: Actor) -> list[Assignment]:
    """Return what this meeting and the one before it asked somebody to do: what the meeting goes through."""
    earlier = Meeting.objects.filter(
        association=meeting.association_id, body=meeting.body, held_on__lte=meeting.held_on, cancelled_at=None
    )
    return assignments_of(earlier.order_by("-held_on")[:2], actor)


def assignments_of(meetings: Iterable[Meeting], actor: Actor) -> list[Assignment]:
    """Return what these meetings asked somebody to do, in the order of its days; of cases only those one may open."""
    rows = Assignment.objects.filter(meeting__in=list(meetings)).select_related("item__case", "item__pattern", "text")
    found = list(rows)
    cases = {row.item.case_id for row in found if row.item.case_id}
    opens = set(Case.objects.visible_to(actor).filter(pk__in=cases).values_list("pk", flat=True))
    return [row for row in found if row.item.case_id is None or row.item.case_id in opens]


def _row(number: int, item: AgendaItem, opens: set[int], cards: set[int]) -> AgendaRow:
    waited = len(item.deferrals.all())
    mine = tuple(item.assignments.all())
    if item.case is None:
        title = item.pattern.title if item.pattern else item.heading
        return AgendaRow(
            number=number,
            kind="pattern" if item.pattern else "free",
            title=title,
            why=_why(item),
            text=item.body,
            item=item,
            waited=waited,
            said=item.said,
            assignments=mine,
        )
    may_open = item.case_id in opens
    return AgendaRow(
        number=number,
        kind="case" if item.proposal else "late",
        title=item.case.heading if may_open else item.case.number,
        why=_why(item),
        text=item.proposal.body if item.proposal and may_open else "",
        item=item,
        case_number=item.case.number,
        opens=may_open,
        has_card=item.late_id in cards,
        function=(item.late.function.name if item.late.function else "Kansliet") if item.late else "",
        days_late=item.late.days_late if item.late and item.case.is_open else 0,
        waited=waited,
        said=item.said if may_open else "",
        assignments=mine if may_open else (),
    )


def _why(item: AgendaItem) -> str:
    if item.why == Why.REVIEW and item.pattern and item.pattern.review_on:
        return f"Ska följas upp senast {in_words(item.pattern.review_on)}"
    return Why(item.why).label


def _minute(number: int, row: AgendaRow, *, deferred: bool, meeting: Meeting) -> MinuteRow:
    return MinuteRow(
        number=number,
        title=row.title,
        case_number=row.case_number,
        deferred=deferred,
        said="" if deferred else row.said,
        assignments=() if deferred else tuple(one for one in row.assignments if one.meeting_id == meeting.pk),
        case_key=row.item.case_id,
        opens=row.opens,
    )
