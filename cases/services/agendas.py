"""Meetings: planned, moved, cancelled, filled by rule and by hand, gone through item by item, and approved.

Whatever touches a case holds the case first, then the meeting, so that nobody waits for each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import structlog
from django.db import transaction

from cases import clocks
from cases.codes import Audience, Lifted, Role, Why
from cases.errors import AlreadyDone, Incomplete, MoveNotAllowed
from cases.models import AgendaItem, Assignment, Association, Case, Deferral, Meeting, Pattern, Removal, User
from cases.services.acting import Basis, acting, by_a_person, chained, only_once, store_automatic
from cases.services.chasing import bring_forward
from cases.services.guarding import fits, guarded
from cases.services.meetings import (
    APPROVED,
    FURTHEST,
    NO_RECOMMENDATION,
    Duty,
    clean_duties,
    duty_texts,
    recommend,
    seat_the_waiting,
)
from cases.services.pattern_log import hold_pattern, hold_patterns, record
from cases.services.registers import or_taken

log = structlog.get_logger("cases.meetings")

PREPARES = frozenset({Role.COORDINATOR})
SITS = frozenset({Role.COORDINATOR, Role.PREPARATORY})
ONE_A_DAY = "Det finns redan ett möte den dagen."


@dataclass
class MeetingAct:
    """A change under way on a locked meeting, with its guarded texts."""

    meeting: Meeting
    actor: User
    role: Role
    texts: dict[str, str]
    at: dt.datetime

    @property
    def day(self) -> dt.date:
        return clocks.local_date(self.at)


@contextmanager
def holding_meeting(
    meeting: Meeting,
    verb: str,
    *,
    actor: User,
    roles: frozenset[Role] = PREPARES,
    texts: Mapping[str, str] | None = None,
    required: Mapping[str, str] | None = None,
    key: str = "",
) -> Iterator[MeetingAct]:
    """Hold a meeting that may still change, for somebody who prepares it or sits in it.

    Raises PersonalDataFound, Incomplete, AlreadyDone or MoveNotAllowed before anything is stored.
    """
    clean = guarded(texts or {})
    if missing := {name: sentence for name, sentence in (required or {}).items() if not clean.get(name)}:
        raise Incomplete(missing)
    fits(clean)
    with transaction.atomic():
        held = hold_meeting(meeting)
        only_once(key, verb, held.pk, actor.pk)
        role = _role(held.association, actor, roles)
        if held.approved_at:
            raise MoveNotAllowed(APPROVED, code="approved")
        if held.cancelled_at:
            raise MoveNotAllowed("Mötet är inställt.", code="cancelled")
        yield MeetingAct(held, actor, role, clean, clocks.now())
        log.info("meeting", verb=verb, meeting=held.pk, by=actor.pk)


def hold_meeting(meeting: Meeting) -> Meeting:
    """Lock a meeting for the rest of the transaction, and return it as it stands now."""
    rows = Meeting.objects.select_for_update(of=("self",), no_key=True).select_related("association")
    [held] = rows.filter(pk=meeting.pk)
    return held


# ---- planning ----


def plan_meeting(
    association: Association, *, actor: User, held_on: dt.date, body: Lifted = Lifted.PREPARATORY, key: str = ""
) -> Meeting:
    """Plan a meeting, or again one that was cancelled, and let the rules fill its agenda if it is the next."""
    _possible(held_on)
    with transaction.atomic():
        only_once(key, "plan_meeting", association.pk, actor.pk)
        _role(association, actor, PREPARES)
        meeting, is_new = Meeting.objects.get_or_create(association=association, body=body, held_on=held_on)
        held = hold_meeting(meeting)
        if not is_new and held.cancelled_at is None:
            raise Incomplete({"held_on": ONE_A_DAY})
        held.cancelled_at = None
        held.save(update_fields=["cancelled_at"])
        log.info("meeting", verb="plan", meeting=held.pk, by=actor.pk)
    fill_agenda(held)
    return held


def move_meeting(meeting: Meeting, *, actor: User, held_on: dt.date, key: str = "") -> Meeting:
    """Give a meeting another day; its agenda goes with it."""
    with holding_meeting(meeting, "move_meeting", actor=actor, key=key) as act:
        if held_on != act.meeting.held_on:
            _possible(held_on)
            act.meeting.held_on = held_on
            with or_taken("held_on", ONE_A_DAY):
                act.meeting.save(update_fields=["held_on"])
    return act.meeting


def cancel_meeting(meeting: Meeting, *, actor: User, key: str = "") -> Meeting:
    """Call a meeting off. What stood on its agenda waits for the next."""
    with transaction.atomic():
        rows = Case.objects.select_for_update(of=("self",)).filter(agenda_items__meeting=meeting)
        cases = {case.pk: case for case in rows.order_by("pk")}
        with holding_meeting(meeting, "cancel_meeting", actor=actor, key=key) as act:
            items = list(act.meeting.items.select_related("pattern"))
            if any(not item.waits for item in items):
                raise MoveNotAllowed("Mötet har redan lämnat rekommendationer.", code="has_been_held")
            if any(item.case_id not in cases for item in items if item.case_id):
                raise MoveNotAllowed("Ett ärende lyftes hit just nu. Försök igen.", code="changed")
            act.meeting.cancelled_at = act.at
            act.meeting.save(update_fields=["cancelled_at"])
            _let_wait(items, act)
            _tell_of_waiting(items, cases, act)
    return act.meeting


def approve_minutes(meeting: Meeting, *, actor: User, key: str = "") -> Meeting:
    """Approve a meeting's minutes (*justera*): nothing on it changes after that."""
    with holding_meeting(meeting, "approve_minutes", actor=actor, key=key) as act:
        by_a_person(actor)
        if act.meeting.held_on > act.day:
            raise MoveNotAllowed("Mötet har inte varit än.", code="not_held")
        if waiting := act.meeting.items.filter(recommended_at__isnull=True).count():
            points = "En punkt" if waiting == 1 else f"{waiting} punkter"
            sentence = f"{points} saknar rekommendation. Skriv en, bordlägg eller ta bort innan du justerar."
            raise MoveNotAllowed(sentence, code="items_wait")
        act.meeting.approved_at, act.meeting.approved_by = act.at, actor
        act.meeting.save(update_fields=["approved_at", "approved_by"])
    return act.meeting


# ---- what stands on the agenda ----


def fill_agenda(meeting: Meeting) -> int:
    """Put on a meeting's agenda what the rules say, while its pack takes items; return how many came.

    What waits for a meeting comes to any; late answers and patterns to look at again, to the group's next. Doing it
    twice adds nothing, and what somebody has taken off stays off.
    """
    with transaction.atomic():
        held = hold_meeting(meeting)
        day = clocks.today()
        if not held.is_live or held.cut_off < day or held.association.ended_on:
            return 0
        came = seat_the_waiting(held, day)
        if next_meeting(held.association, Lifted.PREPARATORY, day) != held:
            return came
        came += _seat_patterns(held)
    return came + bring_forward(held.association)


def fill_by_hand(meeting: Meeting, *, actor: User) -> int:
    """Let the rules fill an agenda for somebody who prepares it; return how many items came."""
    _role(meeting.association, actor, PREPARES)
    return fill_agenda(meeting)


def fill_coming() -> int:
    """Let the rules fill the next agenda of every förbund; called every hour."""
    living = Association.objects.filter(ended_on__isnull=True, meetings__held_on__gte=clocks.today()).distinct()
    came = 0
    for association in living:
        meeting = next_meeting(association, Lifted.PREPARATORY, clocks.today())
        came += fill_agenda(meeting) if meeting else 0
    return came


def next_meeting(association: Association, body: str, day: dt.date) -> Meeting | None:
    """Return the first meeting from a day on whose pack still takes items."""
    planned = association.meetings.filter(
        body=body, held_on__gte=day, cancelled_at__isnull=True, approved_at__isnull=True
    )
    open_ones = planned.select_related("association").order_by("held_on")
    return next((meeting for meeting in open_ones if meeting.cut_off >= day), None)


def add_item(meeting: Meeting, *, actor: User, item_heading: str, body: str = "", key: str = "") -> AgendaItem:
    """Put words of the kansli's own on an agenda."""
    texts = {"item_heading": item_heading, "body": body}
    required = {"item_heading": "Skriv vad punkten heter."}
    with holding_meeting(meeting, "add_item", actor=actor, texts=texts, required=required, key=key) as act:
        heading = " ".join(act.texts["item_heading"].split())
        return act.meeting.items.create(heading=heading, body=act.texts["body"], why=Why.BY_HAND, created_at=act.at)


def add_pattern_item(meeting: Meeting, *, actor: User, pattern: Pattern, body: str = "", key: str = "") -> AgendaItem:
    """Put a pattern on an agenda, with what the kansli proposes if it does."""
    with holding_meeting(meeting, "add_pattern_item", actor=actor, texts={"body": body}, key=key) as act:
        if pattern.association_id != act.meeting.association_id or pattern.merged_into_id is not None:
            raise Incomplete({"pattern": "Välj ett av förbundets systemfel."})
        if act.meeting.items.filter(pattern=pattern).exists():
            raise Incomplete({"pattern": "Systemfelet står redan på dagordningen."})
        act.meeting.removals.filter(pattern=pattern).delete()
        return act.meeting.items.create(pattern=pattern, body=act.texts["body"], why=Why.BY_HAND, created_at=act.at)


def place_item(item: AgendaItem, *, actor: User, up: bool) -> None:
    """Move an item one step up or down on its agenda."""
    with holding_meeting(_meeting_of(item), "place_item", actor=actor) as act:
        items = list(act.meeting.items.all())
        at = next((n for n, one in enumerate(items) if one.pk == item.pk), None)
        other = None if at is None else at - 1 if up else at + 1
        if at is not None and other is not None and 0 <= other < len(items):
            items[at], items[other] = items[other], items[at]
        for n, one in enumerate(items, 1):
            one.position = n
        AgendaItem.objects.bulk_update(items, ["position"])


def remove_item(item: AgendaItem, *, actor: User) -> None:
    """Take an item off an agenda; no rule puts it on the same one again."""
    with _on_item(item, "unlift", actor=actor, roles=PREPARES) as (own, act, case):
        if own.deferrals.exists():
            sentence = "Punkten är bordlagd från ett tidigare möte. Ge den en rekommendation i stället."
            raise MoveNotAllowed(sentence, code="deferred")
        if own.pattern_id:
            Removal.objects.get_or_create(meeting=act.meeting, pattern_id=own.pattern_id)
        own.delete()
        if case and not case.agenda_items.filter(proposal__isnull=False).exists():
            case.lifted = ""


# ---- what came of it ----


def defer_item(item: AgendaItem, *, actor: User) -> AgendaItem:
    """Let an item wait (*bordlägga*) for the same body's next meeting, or for one to be planned."""
    with _on_item(item, "defer", actor=actor, roles=SITS) as (own, act, _):
        _let_wait([own], act)
    return own


def settle_item(
    item: AgendaItem,
    *,
    actor: User,
    body: str,
    duties: Sequence[Duty] = (),
    review_on: dt.date | None = None,
    key: str = "",
) -> AgendaItem:
    """Write what the meeting recommends on an item and who does what until when, on the case or pattern too.

    `review_on` is when a pattern is to be looked at again; a day that the meeting has met is cleared.
    """
    if item.case:
        recommend(item.case, actor=actor, item=item, body=body, duties=duties, basis=Basis(key=key))
        return AgendaItem.objects.get(pk=item.pk)
    texts = {"body": body, **duty_texts(duties)}
    required = {"body": NO_RECOMMENDATION}
    with _on_item(item, "recommend", actor=actor, roles=SITS, texts=texts, required=required, key=key) as (own, act, _):
        by_a_person(actor)
        own.own_recommendation, own.recommended_by, own.recommended_at = act.texts["body"], actor, act.at
        own.save(update_fields=["own_recommendation", "recommended_by", "recommended_at"])
        for who, what, due_on in clean_duties(act.texts, duties, act.day):
            own.assignments.create(meeting=act.meeting, who=who, own_text=what, due_on=due_on)
        if own.pattern:
            _look_again(own.pattern, act, review_on)
    return own


def finish_assignment(assignment: Assignment, *, actor: User) -> Assignment:
    """Note that what a meeting asked for is done."""
    meeting = _meeting_of(assignment.item) if assignment.meeting is None else assignment.meeting
    role = _role(meeting.association, actor, PREPARES)
    with ExitStack() as stack:
        stack.enter_context(transaction.atomic())
        if case := assignment.item.case:
            act = stack.enter_context(acting(case, "finish_assignment", actor=actor, imposed_as=role))
            act.record(Audience.FUNCTION, assignment=assignment.pk)
        done = Assignment.objects.filter(pk=assignment.pk, done_on__isnull=True).update(done_on=clocks.today())
        if not done:
            raise AlreadyDone(case)
        if pattern := assignment.item.pattern:
            held = hold_pattern(pattern)
            record(held, "finish_assignment", actor=actor, role=role, at=clocks.now(), assignment=assignment.pk)
    assignment.refresh_from_db()
    return assignment


# ---- shared ----


@contextmanager
def _on_item(
    item: AgendaItem,
    verb: str,
    *,
    actor: User,
    roles: frozenset[Role],
    texts: Mapping[str, str] | None = None,
    required: Mapping[str, str] | None = None,
    key: str = "",
) -> Iterator[tuple[AgendaItem, MeetingAct, Case | None]]:
    """Hold an item that waits: its case first if it has one, then its meeting; and leave an event on what it is about.

    The right to do so comes from the meeting, not from the case.
    """
    meeting = _meeting_of(item)
    role = _role(meeting.association, actor, roles)
    with ExitStack() as stack:
        about = stack.enter_context(acting(item.case, verb, actor=actor, imposed_as=role)) if item.case else None
        held = holding_meeting(meeting, verb, actor=actor, roles=roles, texts=texts, required=required, key=key)
        act = stack.enter_context(held)
        own = act.meeting.items.select_related("pattern").filter(pk=item.pk, recommended_at__isnull=True).first()
        if own is None:
            sentence = "Punkten har redan en rekommendation, eller står inte längre på dagordningen."
            raise MoveNotAllowed(sentence, code="item_is_gone")
        pattern, told = own.pattern, _told(own)
        yield own, act, about.case if about else None
        data: dict[str, Any] = {"meeting": act.meeting.pk, "held_on": act.meeting.held_on.isoformat()}
        if about:
            about.record(told, concern=own.late, **data)
        elif pattern:
            record(hold_pattern(pattern), verb, actor=actor, role=act.role, at=act.at, **data)


def _meeting_of(item: AgendaItem) -> Meeting:
    if item.meeting is None:
        raise MoveNotAllowed("Punkten väntar på att ett möte planeras.", code="no_meeting")
    return item.meeting


def _role(association: Association, actor: User, roles: frozenset[Role]) -> Role:
    """Return the role in which the actor works with the förbund's meetings; raise MoveNotAllowed without one."""
    if association.ended_on:
        raise MoveNotAllowed("Förbundet har upphört. Mötena kan läsas men inte ändras.", code="ended")
    held = [role for role in (Role.COORDINATOR, Role.PREPARATORY) if role in roles]
    for role in held:
        if actor.standing().holds(role, association.pk):
            return role
    who = "samordnaren eller beredningsgruppen" if Role.PREPARATORY in roles else "samordnaren"
    raise MoveNotAllowed(f"Det här kan bara {who} göra.", code="not_for_you")


def _possible(held_on: dt.date) -> None:
    today = clocks.today()
    if held_on < today:
        raise Incomplete({"held_on": "Välj ett datum som inte har varit."})
    if held_on > today + FURTHEST:
        raise Incomplete({"held_on": "Välj ett datum högst 18 månader fram."})


def _seat_patterns(meeting: Meeting) -> int:
    """Put the open patterns on an agenda whose day to be looked at comes by the meeting."""
    due = Pattern.objects.open().filter(association=meeting.association_id, review_on__lte=meeting.held_on)
    waiting = AgendaItem.objects.filter(pattern__isnull=False, recommended_at__isnull=True).values("pattern")
    off = meeting.removals.values("pattern")
    there = meeting.items.filter(pattern__isnull=False).values("pattern")
    rows = due.exclude(pk__in=waiting).exclude(pk__in=off).exclude(pk__in=there).order_by("review_on", "pk")
    items = [AgendaItem(meeting=meeting, pattern=row, why=Why.REVIEW, created_at=clocks.now()) for row in rows]
    return len(AgendaItem.objects.bulk_create(items))


def _let_wait(items: Sequence[AgendaItem], act: MeetingAct) -> None:
    """Move items to the same body's next meeting, or to none yet where there is none or it has the same already."""
    after = max(act.meeting.held_on, act.day - dt.timedelta(days=1))
    later = act.meeting.association.meetings.filter(
        body=act.meeting.body, held_on__gt=after, cancelled_at__isnull=True, approved_at__isnull=True
    )
    following = later.order_by("held_on").first()
    there = set(following.items.values_list("case", "pattern")) if following else set()
    Deferral.objects.bulk_create(
        Deferral(item=item, meeting=act.meeting, position=item.position, by=act.actor, at=act.at) for item in items
    )
    for item in items:
        stands = (item.case_id, item.pattern_id) in there and (item.case_id or item.pattern_id)
        item.meeting, item.position = None if stands else following, None
    AgendaItem.objects.bulk_update(items, ["meeting", "position"])


def _tell_of_waiting(items: Sequence[AgendaItem], cases: Mapping[int, Case], act: MeetingAct) -> None:
    """Leave an event on each held case and pattern that a cancelled meeting would have taken up."""
    data = {"meeting": act.meeting.pk, "held_on": act.meeting.held_on.isoformat()}
    events = [
        chained(
            cases[item.case_id],
            verb="defer",
            at=act.at,
            actor=act.actor,
            actor_role=act.role,
            from_status=cases[item.case_id].status,
            audience=_told(item),
            concern_id=item.late_id,
            data=data,
        )
        for item in items
        if item.case_id
    ]
    if events:
        store_automatic(events)
    for pattern in hold_patterns(*(item.pattern for item in items if item.pattern)).values():
        record(pattern, "defer", actor=act.actor, role=act.role, at=act.at, **data)


def _told(item: AgendaItem) -> Audience:
    """Choose who reads of an item: all, if it was lifted; of a late answer, those who were told of that."""
    return Audience.EVERYONE if item.proposal_id else Audience.REPORTER_FUNCTION


def _look_again(pattern: Pattern, act: MeetingAct, review_on: dt.date | None) -> None:
    row = hold_pattern(pattern)
    if review_on is not None or (row.review_on is not None and row.review_on <= act.meeting.held_on):
        row.review_on = review_on
        row.save(update_fields=["review_on"])
