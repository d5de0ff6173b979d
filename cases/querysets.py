"""Who may see which case, whose figures count which cases, and who may see what on a case.

Nothing else spells these rules: pages, search, export, API and letters start here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, Self

from django.db.models import BigIntegerField, CharField, Exists, F, OuterRef, Q, QuerySet, Value

from cases import clocks
from cases.codes import (
    ENDINGS,
    PATTERN_ENDED,
    SUMMARY_ROLES,
    UNSENT,
    WITH_FUNCTION,
    Audience,
    ConcernState,
    MeasureState,
    Role,
    Status,
)
from cases.ladder import CONFIRM_DAYS, Clock, To, days_of

if TYPE_CHECKING:
    from cases.models import (  # noqa: F401 (named in base classes below)
        AnnualSummary,
        Association,
        Case,
        Concern,
        Draft,
        Event,
        Measure,
        Meeting,
        Pattern,
        Release,
        User,
    )

# A concern shows to its function from sending on; one that went back or was struck does not.
SHOWN_TO_FUNCTION = frozenset(ConcernState) - UNSENT - {ConcernState.WITHDRAWN}


@dataclass(frozen=True)
class Standing:
    """What somebody is on a day: granted roles per förbund, functions they sit in, cases they hold a code for."""

    day: dt.date
    user_id: int | None = None
    grants: dict[str, frozenset[int]] = field(default_factory=dict)
    # The members that the person speaks for in the beredningsgrupp.
    speaks_for: frozenset[int] = frozenset()
    functions: frozenset[int] = frozenset()
    function_associations: frozenset[int] = frozenset()
    inherited: frozenset[int] = frozenset()
    receipts: frozenset[int] = frozenset()
    # A program with an account of its own: no second person, and nobody who can say who is still there.
    is_system: bool = False

    def associations(self, *roles: str) -> frozenset[int]:
        """Return the förbund where one of the roles is held; all granted ones when none is named."""
        wanted: Iterable[str] = roles or self.grants
        return frozenset().union(*(self.grants.get(role, frozenset()) for role in wanted))

    @property
    def everywhere(self) -> frozenset[int]:
        """Return every förbund that the person has something to do with."""
        return self.associations() | self.function_associations

    @property
    def counted(self) -> frozenset[int]:
        """Return the förbund whose figures the person may read."""
        return self.associations(*SUMMARY_ROLES)

    @property
    def knows_patterns(self) -> frozenset[int]:
        """Return the förbund whose patterns the person knows the whole of."""
        return self.associations(Role.COORDINATOR, Role.PREPARATORY) | self.inherited

    @property
    def meets(self) -> frozenset[int]:
        """Return the förbund whose meetings the person prepares or sits in."""
        return self.associations(Role.COORDINATOR, Role.PREPARATORY)

    def holds(self, role: str, association_id: int) -> bool:
        return association_id in self.grants.get(role, frozenset())


class Actor(Protocol):
    """Somebody who acts: a `User`, or the holder of a receipt code."""

    @property
    def pk(self) -> Any: ...

    def standing(self) -> Standing: ...


@dataclass(frozen=True)
class ReceiptHolder:
    """A reporter without account. The cases that their code opens are all that they are."""

    case_ids: frozenset[int] = frozenset()
    pk: None = None

    def standing(self) -> Standing:
        return Standing(day=clocks.today(), receipts=self.case_ids)


NOBODY = ReceiptHolder()


def standing_of(user: User) -> Standing:
    """Read what a person is today, in one query, and one for each merger of a förbund that was merged itself."""
    day = clocks.today()
    grants: dict[str, set[int]] = {}
    speaks_for: set[int] = set()
    functions: dict[int, int] = {}
    inherited: set[int] = set()
    for role, association, key, inherits in _held(user, day):
        if role == Role.CONTACT:
            functions[key] = association
            continue
        if role == Role.ADMIN and user.is_system:
            continue
        grants.setdefault(role, set()).add(association)
        if role == Role.PREPARATORY and key is not None:
            speaks_for.add(key)
        if role == Role.COORDINATOR and inherits is not None:
            inherited.add(inherits)
    coordinated = grants.get(Role.COORDINATOR, set())
    inherited -= coordinated
    associations = user.grants.model._meta.get_field("association").related_model._default_manager
    # One round for each merger in a row: a successor may have been merged in its turn.
    heirs = inherited
    while heirs:
        heirs = set(associations.filter(successor__in=heirs).values_list("pk", flat=True)) - inherited - coordinated
        inherited |= heirs
    return Standing(
        day=day,
        user_id=user.pk,
        grants={role: frozenset(held) for role, held in grants.items()},
        speaks_for=frozenset(speaks_for),
        functions=frozenset(functions),
        function_associations=frozenset(functions.values()),
        inherited=frozenset(inherited),
        is_system=user.is_system,
    )


def _held(user: User, day: dt.date) -> QuerySet[Any, Any]:
    """Read role and förbund of what a person holds, with the member or function, and a förbund that was merged in."""
    granted = user.grants.in_force(day).order_by()
    placed = user.function_places.in_force(day).order_by()
    return granted.values_list("role", "association_id", "member_id", "association__predecessors").union(
        placed.values_list(
            Value(Role.CONTACT.value, CharField()),
            "function__member__association_id",
            "function_id",
            Value(None, BigIntegerField()),
        ),
        all=True,
    )


class DatedQuerySet(QuerySet[Any]):
    """Rows that hold from one day to another."""

    def in_force(self, day: dt.date | None = None) -> Self:
        """Keep those that hold on the day (today)."""
        day = day or clocks.today()
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)


class AssociationQuerySet(QuerySet["Association"]):
    """Förbund, and who may report to them and know their registers."""

    def open_to(self, actor: Actor) -> Self:
        """Keep those that the actor may report to: their own, and those that everybody may."""
        own = Q(pk__in=actor.standing().everywhere)
        return self.filter(own | Q(open_to_all=True), ended_on__isnull=True)

    def known_to(self, actor: Actor) -> Self:
        """Keep those whose members, units and insatser the actor may know.

        Their own, and those that they may report to: the form names them to whoever fills it in.
        """
        standing = actor.standing()
        own = Q(pk__in=standing.everywhere | standing.inherited)
        return self.filter(own | Q(open_to_all=True, ended_on__isnull=True))


class FunctionQuerySet(DatedQuerySet):
    """Contact functions, and who may see and confirm their people."""

    def confirmable_by(self, actor: Actor) -> Self:
        """Keep the functions of today whose people the actor may confirm: their own, and those they administer."""
        standing = actor.standing()
        if standing.is_system:
            return self.none()
        administered = Q(member__association__in=standing.associations(Role.ADMIN))
        return self.in_force(standing.day).filter(Q(pk__in=standing.functions) | administered)

    def known_to(self, actor: Actor) -> Self:
        """Keep the functions of today whose people the actor may see: the kansli is told where nobody is present."""
        standing = actor.standing()
        kept = Q(member__association__in=standing.associations(Role.ADMIN, Role.COORDINATOR))
        return self.in_force(standing.day).filter(Q(pk__in=standing.functions) | kept)

    def confirm_due(self, day: dt.date | None = None) -> Self:
        """Keep the functions of today's förbund that were neither confirmed nor begun in the half year before the day.

        It is the day that `ContactFunction.confirm_due_on` tells of one, or a later day.
        """
        day = day or clocks.today()
        latest = day - dt.timedelta(days=CONFIRM_DAYS)
        unconfirmed = Q(confirmed_on__isnull=True) | Q(confirmed_on__lte=latest)
        going_on = Q(member__association__ended_on__isnull=True)
        return self.in_force(day).filter(unconfirmed & going_on, from_on__lte=latest)


class CaseQuerySet(QuerySet["Case"]):
    """Cases, and who may open them."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the cases that the actor may open, each once.

        Subqueries, not joins: PostgreSQL cannot lock the rows of a DISTINCT.
        """
        standing = actor.standing()
        whole, reported = _whole(standing), _reported(standing)
        if not standing.functions:
            # Plain columns: PostgreSQL then knows how many rows to expect, and walks an index in the list's order.
            return self.filter(whole | reported)
        held = self._concerns().filter(function__in=standing.functions, state__in=SHOWN_TO_FUNCTION)
        # A union lets each branch use its own index; an OR over two tables reads all of one.
        mine = self.model._default_manager.filter(reported).order_by().values("pk")
        own = Q(pk__in=mine.union(held.order_by().values("case")))
        return self.filter(whole | own) if whole else self.filter(own)

    def countable_by(self, actor: Actor) -> Self:
        """Keep the cases that the actor's figures count: a summary role counts its whole förbund."""
        standing = actor.standing()
        return self.filter(association__in=standing.counted) if standing.counted else self.visible_to(actor)

    def lifted(self) -> Self:
        """Keep the cases that everybody in their förbund's beredningsgrupp may open: what is handed to the group."""
        return self.exclude(lifted="")

    def open(self) -> Self:
        return self.filter(ending="")

    def ended(self) -> Self:
        return self.exclude(ending="")

    def late(self) -> Self:
        """Keep open cases where some clock has passed its day."""
        return self.open().filter(next_due__lt=clocks.today())

    def timely(self) -> Self:
        """Keep cases where no clock has passed its day."""
        return self.filter(Q(next_due__isnull=True) | Q(next_due__gte=clocks.today()))

    def late_to(self, actor: Actor) -> Self:
        """Keep open cases that are late as the actor sees them: to a function, only by its own clocks."""
        standing = actor.standing()
        if not standing.functions:
            return self.late()
        today = clocks.today()
        own = self._concerns().filter(function__in=standing.functions, state__in=SHOWN_TO_FUNCTION)
        late = own.filter(_overdue(today) | Q(measures__state=MeasureState.OPEN, measures__due_on__lt=today))
        whole = (_whole(standing) | _reported(standing)) & Q(next_due__lt=today)
        return self.open().filter(whole | Q(pk__in=late.order_by().values("case")))

    def to_handle(self) -> Self:
        """Keep what waits for the kansli: to triage, returned, answered and ready to close."""
        unsent = self._concerns().filter(case=OuterRef("pk"), state__in=UNSENT)
        return self.open().filter(
            Q(status__in=[Status.RECEIVED, Status.ANSWERED]) | (Q(status=Status.WITH_PARTY) & Exists(unsent))
        )

    def in_triage(self) -> Self:
        """Keep open cases that the kansli has a day to take up; `triage_runs` tells it of one."""
        unsent = self._concerns().filter(case=OuterRef("pk"), state__in=UNSENT)
        return self.open().filter(Exists(unsent) | Q(reopened=True, status=Status.ANSWERED))

    def waiting(self) -> Self:
        """Keep what waits for somebody else: the reporter, a member, a measure."""
        return self.open().filter(status__in=[Status.CLARIFYING, Status.WITH_PARTY, Status.IN_PROGRESS])

    def _concerns(self) -> Any:
        """Return the concerns of all cases; the models import this file, so it cannot name them."""
        return self.model._meta.get_field("concerns").related_model._default_manager


class ConcernQuerySet(QuerySet["Concern"]):
    """Concerns, as a function's people and the kansli list them."""

    def answerable_by(self, actor: Actor) -> Self:
        """Keep concerns that lie with a function of the actor, who is not the case's reporter."""
        standing = actor.standing()
        return self.filter(function__in=standing.functions, state__in=SHOWN_TO_FUNCTION).exclude(
            case__reporter__isnull=False, case__reporter=standing.user_id
        )

    def shown_to(self, actor: Actor) -> Self:
        """Keep the concerns that the actor may see on a case they may open: a function sees only its own."""
        standing = actor.standing()
        whole, reported = _whole(standing, "case__"), _reported(standing, "case__")
        if not standing.functions:
            return self.filter(whole | reported)
        # As for cases: each branch of a union has an index of its own.
        rows = self.model._default_manager.order_by().values("pk")
        held = rows.filter(function__in=standing.functions, state__in=SHOWN_TO_FUNCTION)
        return self.filter(whole | Q(pk__in=rows.filter(reported).union(held)))

    def brought_to(self, actor: Actor) -> Self:
        """Keep the late concerns that the ladder has brought to the actor, who may see their status card.

        A member's person in the beredningsgrupp from the reminder to them on, the whole group once the case waits on
        its agenda; the kansli sees every card that somebody else does.
        """
        standing, today = actor.standing(), clocks.today()
        kansli = Q(case__association__in=standing.associations(Role.COORDINATOR))
        group = kansli | Q(case__association__in=standing.associations(Role.PREPARATORY))
        own = Q(function__isnull=False) & (kansli | Q(member__in=standing.speaks_for))
        unread = Q(state=ConcernState.SENT, acknowledge_due__lt=today)
        unanswered = Q(answer_due__lt=today)
        told = (unread & self._told_group(Clock.ACKNOWLEDGE, "acknowledge_due")) | (
            unanswered & self._told_group(Clock.ANSWER, "answer_due")
        )
        listed = self._those(case__agenda_items__late__isnull=False, case__agenda_items__recommended_at__isnull=True)
        here = self.with_function().filter(case__ending="")
        return here.filter((own & told) | (group & (unread | unanswered) & listed))

    def _told_group(self, clock: Clock, due: str) -> Q:
        """Match the concerns whose member's person has been reminded of their present due day."""
        given = {"clock": clock, "subject": F("pk"), "due_on": F(due), "days": days_of(clock, To.GROUP)}
        return self._those(**{f"case__reminders__{name}": value for name, value in given.items()})

    def _those(self, **conditions: Any) -> Q:
        """Match by one row of a related table, without a second row for the same concern."""
        return Q(pk__in=self.model._default_manager.filter(**conditions).order_by().values("pk"))

    def new(self) -> Self:
        return self.filter(state=ConcernState.SENT)

    def to_answer(self) -> Self:
        return self.filter(state=ConcernState.ACKNOWLEDGED)

    def with_function(self) -> Self:
        return self.filter(state__in=WITH_FUNCTION)

    def late(self) -> Self:
        """Keep those whose function has passed its day, as `Concern.is_late` tells of one."""
        return self.filter(_overdue(clocks.today()))

    def with_open_measures(self) -> Self:
        return self.filter(measures__state=MeasureState.OPEN, case__ending="").distinct()


class MeasureQuerySet(QuerySet["Measure"]):
    """Measures on cases, and who may read them."""

    def shown_to(self, actor: Actor) -> Self:
        """Keep the measures of the concerns whose answers the actor may read, as `reads_answer` tells of one.

        A reporter reads an answer when it has been shared, also one of a function that they sit in.
        """
        standing = actor.standing()
        whole, reported = _whole(standing, "case__"), _reported(standing, "case__")
        shared, read = reported & Q(concern__shared_at__isnull=False), self.filter(concern__isnull=False)
        if not standing.functions:
            return read.filter(whole | shared)
        # As for concerns: each branch of a union has an index of its own.
        rows = self.model._default_manager.order_by().values("pk")
        held = rows.filter(concern__function__in=standing.functions, concern__state__in=SHOWN_TO_FUNCTION)
        return read.filter(whole | Q(pk__in=rows.filter(shared).union(held.exclude(reported))))

    def late(self) -> Self:
        """Keep those that are not done though their day has passed."""
        return self.filter(state=MeasureState.OPEN, due_on__lt=clocks.today())


class _Audienced(QuerySet[Any]):
    """Rows with an audience, on one case."""

    def for_roles(self, roles: Collection[str], functions: Collection[int]) -> Self:
        """Keep what somebody with these roles on the case, sitting in these functions, may see; nothing without one."""
        if not roles:
            return self.none()
        if {Role.COORDINATOR, Role.SUCCESSOR} & set(roles):
            return self
        seen = Q(audience=Audience.EVERYONE)
        if Role.REPORTER in roles:
            seen |= Q(audience__in=[Audience.REPORTER, Audience.REPORTER_FUNCTION])
        if Role.PREPARATORY in roles:
            seen |= Q(audience__in=[Audience.FUNCTION, Audience.REPORTER_FUNCTION])
        if Role.CONTACT in roles:
            seen |= Q(
                audience__in=[Audience.FUNCTION, Audience.REPORTER_FUNCTION],
                **{f"{self.function_path}__in": functions},
            )
        return self.filter(seen)

    function_path = "function"


class EventQuerySet(_Audienced):
    """Events, in the order they happened."""

    def broken(self) -> Iterator[Event]:
        """Yield each event whose hash does not fit its content, or that does not follow on the one before it.

        Reads all of them in constant memory.
        """
        last: Event | None = None
        for event in self.order_by("case_id", "seq").iterator(chunk_size=2000):
            before = last if last is not None and last.case_id == event.case_id else None
            follows = event.seq == (before.seq if before else 0) + 1
            fits = event.previous_hash == (before.hash if before else "") and event.hash == event.make_hash()
            if not (follows and fits):
                yield event
            last = event


class TextQuerySet(_Audienced):
    """Texts; the function that may see one is the one of its event."""

    function_path = "event__function"


class PatternQuerySet(QuerySet["Pattern"]):
    """Patterns, and who sees what of them."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the patterns whose name, description and status the actor may read, and tell that they met it too.

        Whoever reports, answers, coordinates or prepares in the förbund. Board and administrators have nothing to
        meet, and the holder of a receipt code is their case alone.
        """
        standing = actor.standing()
        taking_part = standing.associations(Role.REPORTER, Role.COORDINATOR, Role.PREPARATORY)
        seen = taking_part | standing.function_associations | standing.inherited
        return self.filter(association__in=seen)

    def known_to(self, actor: Actor) -> Self:
        """Keep the patterns that the actor knows the whole of: figures, measures, owner and what has happened."""
        return self.filter(association__in=actor.standing().knows_patterns)

    def kept_by(self, actor: Actor) -> Self:
        """Keep the patterns that the actor may change."""
        return self.filter(association__in=actor.standing().associations(Role.COORDINATOR), merged_into__isnull=True)

    def current(self) -> Self:
        """Leave out those that were merged into another."""
        return self.filter(merged_into__isnull=True)

    def open(self) -> Self:
        """Keep those that somebody works on."""
        return self.current().exclude(status__in=PATTERN_ENDED)


class MeetingQuerySet(QuerySet["Meeting"]):
    """Meetings, and who reads their agendas, packs and minutes."""

    def readable_by(self, actor: Actor) -> Self:
        """Keep the meetings that the actor prepares or sits in."""
        return self.filter(association__in=actor.standing().meets)


class SummaryQuerySet(QuerySet["AnnualSummary"]):
    """Annual summaries, and who may read and write them."""

    def readable_by(self, actor: Actor) -> Self:
        """Keep those that the actor may read: kansli and beredningsgrupp also drafts, the styrelse what is fixed."""
        standing = actor.standing()
        fixed = Q(association__in=standing.associations(Role.BOARD), fixed_at__isnull=False)
        return self.filter(Q(association__in=standing.associations(Role.COORDINATOR, Role.PREPARATORY)) | fixed)

    def assessed_by(self, actor: Actor) -> Self:
        """Keep those that the actor may write the beredningsgrupp's bedömning of."""
        return self.filter(association__in=actor.standing().associations(Role.COORDINATOR, Role.PREPARATORY))

    def kept_by(self, actor: Actor) -> Self:
        """Keep those that the actor may write, freeze and fix; the cases behind their figures are the actor's too."""
        return self.filter(association__in=actor.standing().associations(Role.COORDINATOR))

    def other_versions_of(self, summary: AnnualSummary) -> Self:
        """Keep the other versions of the same förbund and period."""
        same = {"association": summary.association_id, "first": summary.first, "last": summary.last}
        return self.filter(**same).exclude(pk=summary.pk)


class ReleaseQuerySet(QuerySet["Release"]):
    """What leaves the förbund, and who may read it before it does."""

    def readable_by(self, actor: Actor) -> Self:
        """Keep those that the actor may read here: kansli and beredningsgrupp, and the styrelse what is out."""
        standing = actor.standing()
        out = Q(association__in=standing.associations(Role.BOARD), released_at__isnull=False)
        return self.filter(Q(association__in=standing.associations(Role.COORDINATOR, Role.PREPARATORY)) | out)


class DraftQuerySet(QuerySet["Draft"]):
    """Drafts: only ever those of one person."""

    def of(self, user: User) -> Self:
        """Keep the person's own drafts that have not run out."""
        oldest = clocks.now() - dt.timedelta(days=self.model.KEPT_DAYS)
        return self.filter(author=user, updated_at__gte=oldest)

    def run_out(self) -> Self:
        """Keep the drafts that are past their time and shall go."""
        return self.filter(updated_at__lt=clocks.now() - dt.timedelta(days=self.model.KEPT_DAYS))


def _whole(standing: Standing, path: str = "") -> Q:
    """Match the cases that the person knows the whole of by a role in the förbund."""
    matching = Q()
    if coordinated := standing.associations(Role.COORDINATOR):
        matching |= Q(**{f"{path}association__in": coordinated})
    if prepared := standing.associations(Role.PREPARATORY):
        matching |= Q(**{f"{path}association__in": prepared}) & ~Q(**{f"{path}lifted": ""})
    if standing.inherited:
        matching |= Q(**{f"{path}association__in": standing.inherited}) & ~Q(**{f"{path}ending": ""})
    return matching


def _reported(standing: Standing, path: str = "") -> Q:
    """Match the cases that the person has reported, or holds the code of."""
    matching = Q(**{f"{path}pk__in": standing.receipts})
    if standing.user_id is not None:
        matching |= Q(**{f"{path}reporter": standing.user_id})
    return matching


def _overdue(today: dt.date) -> Q:
    """Match the concerns whose function has passed its day to acknowledge or to answer."""
    return Q(state=ConcernState.SENT, acknowledge_due__lt=today) | Q(state__in=WITH_FUNCTION, answer_due__lt=today)


def triage_runs(case: Case, concerns: Iterable[Concern]) -> bool:
    """Tell whether the kansli has a day to take the case up, as `in_triage` does for many.

    An answered case has no clock of its own; one that was opened again waits for the kansli all the same.
    """
    if case.ending:
        return False
    return any(concern.state in UNSENT for concern in concerns) or (case.reopened and case.status == Status.ANSWERED)


def concerns_shown(case: Case, actor: Actor) -> list[Concern]:
    """Return the concerns of one case that the actor may see, as `shown_to` does for many."""
    functions = actor.standing().functions
    if knows_whole(case, actor):
        return list(case.concerns.all())
    return [c for c in case.concerns.all() if c.function_id in functions and c.state in SHOWN_TO_FUNCTION]


def reads_answer(concern: Concern, roles: Collection[str]) -> bool:
    """Tell whether somebody with these roles on the case may read what a concern that they see was answered."""
    return bool(set(roles) - {Role.REPORTER}) or concern.shared_at is not None


def knows_whole(case: Case, actor: Actor) -> bool:
    """Tell whether the actor sees every part of the case, and not just what lies with their function."""
    return bool(roles_of(case, actor) - {Role.CONTACT})


def roles_of(case: Case, actor: Actor) -> frozenset[str]:
    """Return what the actor is to this case; empty means that the case does not exist for them.

    Whoever reported a case counts as absent in a function that answers for it.
    """
    standing = actor.standing()
    roles: set[str] = set()
    if standing.holds(Role.COORDINATOR, case.association_id):
        roles.add(Role.COORDINATOR)
    elif case.association_id in standing.inherited and case.ending in ENDINGS:
        roles.add(Role.SUCCESSOR)
    if standing.holds(Role.PREPARATORY, case.association_id) and case.lifted:
        roles.add(Role.PREPARATORY)
    if case.pk in standing.receipts or (case.reporter_id is not None and case.reporter_id == standing.user_id):
        roles.add(Role.REPORTER)
    elif any(
        concern.function_id in standing.functions and concern.state in SHOWN_TO_FUNCTION
        for concern in case.concerns.all()
    ):
        roles.add(Role.CONTACT)
    return frozenset(roles)
