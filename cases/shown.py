"""A case as one reader may know it: their concerns, what is said in them, the next day that concerns them.

Pages, lists, files and the API show these; `querysets` decides who sees what.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from cases import clocks, timeline
from cases.codes import WITH_FUNCTION, ConcernState, MeasureState, Role
from cases.ladder import Clock, To
from cases.models import AgendaItem, Case, Concern, Event, Measure, Member, Question, Reminder, User
from cases.querysets import Actor, concerns_shown, knows_whole, reads_answer, roles_of

KANSLI = frozenset({Role.COORDINATOR, Role.SUCCESSOR})
# Who may know who reported, and from where.
KNOWS_REPORTER = KANSLI | {Role.REPORTER}


@dataclass(frozen=True)
class ShownConcern:
    """A concern that the reader may see, and whether they may read what was answered."""

    concern: Concern
    shows_answer: bool
    paused_until: dt.date | None
    # Whether the reader is the förbund's own, who sees what a member keeps for itself.
    to_kansli: bool


@dataclass(frozen=True)
class ShownRow:
    """A case in a list."""

    case: Case
    concerns: list[Concern]
    next_due: dt.date | None

    @property
    def is_late(self) -> bool:
        return self.next_due is not None and self.next_due < clocks.today()


def for_rows(cases: QuerySet[Case], actor: Actor) -> QuerySet[Case]:
    """Read with each case what its row shows to the actor, in a fixed number of queries."""
    concerns = Concern.objects.select_related("member", "unit", "function")
    rows = cases.select_related("association", "initiative", "responsible").prefetch_related(
        Prefetch("concerns", queryset=concerns)
    )
    if not actor.standing().functions:
        return rows
    # Only a function's next day is worked out from its parts; for the rest it stands in the case's row.
    return rows.prefetch_related(Prefetch("measures", queryset=Measure.objects.filter(state=MeasureState.OPEN)))


def for_one(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Read with a case all that its page, its moves and its forms look at."""
    concerns = Concern.objects.select_related("member", "unit", "function", "answered_by")
    return cases.select_related(
        "association",
        "initiative",
        "reporter",
        "filed_by",
        "responsible",
        "pattern",
        "own_member",
        "duplicate_of",
    ).prefetch_related(
        Prefetch("concerns", queryset=concerns),
        Prefetch("questions", queryset=Question.objects.select_related("text")),
        Prefetch("measures", queryset=Measure.objects.select_related("what", "pattern")),
        Prefetch("agenda_items", queryset=AgendaItem.objects.select_related("meeting__association")),
    )


def row(case: Case, actor: Actor) -> ShownRow:
    """Show a case that was read by `for_rows` to the actor."""
    concerns = concerns_shown(case, actor)
    return ShownRow(case, concerns, next_due(case, concerns, whole=knows_whole(case, actor)))


def next_due(case: Case, concerns: list[Concern], *, whole: bool) -> dt.date | None:
    """Return the next day to keep: the case's, or for a function the first of its own concerns and measures.

    Another member's clock is not theirs to see, and its lateness not theirs to be blamed for.
    """
    if whole or case.ending:
        return case.next_due
    own = {concern.pk for concern in concerns}
    days = [m.due_on for m in case.measures.all() if m.state == MeasureState.OPEN and m.concern_id in own]
    for concern in concerns:
        if concern.state == ConcernState.SENT and concern.acknowledge_due:
            days.append(concern.acknowledge_due)
        if concern.state in WITH_FUNCTION and concern.answer_due:
            days.append(concern.answer_due)
    return min(days, default=None)


@dataclass(frozen=True)
class ShownCase:
    """One case, whole, as its reader may know it."""

    case: Case
    roles: Collection[str]
    concerns: list[ShownConcern]
    measures: list[Measure]
    next_due: dt.date | None
    holder: str

    @property
    def is_late(self) -> bool:
        return self.next_due is not None and self.next_due < clocks.today()

    @property
    def kansli(self) -> bool:
        """Tell whether the reader is the förbund's own."""
        return bool(KANSLI & set(self.roles))

    @property
    def knows_reporter(self) -> bool:
        """Tell whether the reader may know who reported, and from where."""
        return bool(KNOWS_REPORTER & set(self.roles))

    @property
    def own_member(self) -> Member | None:
        """Return where the reporter works, for whoever may know who reported."""
        return self.case.own_member if self.knows_reporter else None

    @property
    def channel(self) -> str | None:
        """Return how the report came in, for the kansli."""
        return self.case.channel if self.kansli else None

    @property
    def filed_by(self) -> User | None:
        """Return who took the report down for somebody else, for the kansli."""
        case = self.case
        return case.filed_by if self.kansli and case.filed_by_id != case.reporter_id else None

    @property
    def reporter_email(self) -> str | None:
        """Return the address that a reporter without account left, for the kansli; empty if they left none."""
        if not self.kansli or self.case.reporter_id:
            return None
        return self.case.reporter_email

    @property
    def duplicate_of(self) -> Case | None:
        """Return the original of a duplicate, for the kansli."""
        return self.case.duplicate_of if self.kansli else None


def one(case: Case, actor: Actor) -> ShownCase:
    """Show a case that was read by `for_one` to the actor."""
    roles, told = roles_of(case, actor), concerns(case, actor)
    seen = [shown.concern for shown in told]
    return ShownCase(
        case=case,
        roles=roles,
        concerns=told,
        measures=measures(case, told),
        next_due=next_due(case, seen, whole=knows_whole(case, actor)),
        holder=timeline.holder(case, seen, roles),
    )


def concerns(case: Case, actor: Actor) -> list[ShownConcern]:
    """Show the concerns of a case read whole; a reporter reads an answer when it has been shared."""
    roles = roles_of(case, actor)
    return [_concern(case, concern, roles) for concern in concerns_shown(case, actor)]


def for_concerns(rows: QuerySet[Concern]) -> QuerySet[Concern]:
    """Read with each concern what is shown of it among many, in a fixed number of queries."""
    whose = rows.select_related("case__association", "member", "unit", "function")
    return whose.prefetch_related("case__concerns", "case__questions")


def concern(row: Concern, actor: Actor) -> ShownConcern:
    """Show a concern that was read by `for_concerns` to the actor, who may see it."""
    return _concern(row.case, row, roles_of(row.case, actor))


def _concern(case: Case, row: Concern, roles: Collection[str]) -> ShownConcern:
    return ShownConcern(row, reads_answer(row, roles), _paused_until(case, row), bool(KANSLI & set(roles)))


@dataclass(frozen=True)
class StatusCard:
    """That a function's answer is late, and when who was reminded: nothing of what the case is about."""

    function: str
    answer_is_late: bool
    due: dt.date
    days_late: int
    acknowledged: bool
    reminders: list[tuple[dt.date, str]]


def status_cards(late: QuerySet[Concern]) -> list[StatusCard]:
    """Make a card of each late concern, in two queries; reminders before it was last sent are another story."""
    concerns = list(late)
    chased = Reminder.objects.filter(
        clock__in=[Clock.ACKNOWLEDGE, Clock.ANSWER], subject__in=[concern.pk for concern in concerns]
    )
    reminders = list(chased.select_related("event").order_by("event__at", "pk")) if concerns else []
    return [_card(concern, [one.event for one in reminders if one.subject == concern.pk]) for concern in concerns]


def _card(concern: Concern, reminded: list[Event]) -> StatusCard:
    assert concern.late_since
    assert concern.sent_at
    return StatusCard(
        function=concern.function.name if concern.function else "Kansliet",
        answer_is_late=concern.answer_is_late,
        due=concern.late_since,
        days_late=concern.days_late,
        acknowledged=concern.acknowledged_at is not None,
        reminders=[
            (clocks.local_date(event.at), To(event.data["to"]).label)
            for event in reminded
            if event.at >= concern.sent_at
        ],
    )


def measures(case: Case, shown: list[ShownConcern]) -> list[Measure]:
    """Return the measures of the concerns whose answers may be read."""
    keys = {one.concern.pk for one in shown if one.shows_answer}
    return [measure for measure in case.measures.all() if measure.concern_id in keys]


def _paused_until(case: Case, concern: Concern) -> dt.date | None:
    days = [q.pauses_until for q in case.questions.all() if q.is_open and q.concern_id == concern.pk]
    return max((day for day in days if day >= clocks.today()), default=None)
