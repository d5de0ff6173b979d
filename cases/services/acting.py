"""The frame around every step: one transaction, the case locked, the move checked, texts guarded, status derived,
event and outbox written.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from cases import clocks, workflow
from cases.codes import (
    ENDINGS,
    UNSENT,
    WITH_FUNCTION,
    Audience,
    ConcernState,
    MeasureState,
    Party,
    Role,
    Source,
    Status,
    TextKind,
)
from cases.errors import AlreadyDone, ChangedMeanwhile, Incomplete, MoveNotAllowed
from cases.ladder import AUTOMATIC
from cases.models import (
    Association,
    Case,
    Concern,
    ContactFunction,
    Event,
    Measure,
    Outbox,
    Question,
    Submission,
    Text,
    User,
)
from cases.querysets import Actor, roles_of, triage_runs
from cases.search import stems
from cases.services.guarding import fits, guarded


@dataclass(frozen=True)
class Basis:
    """What a form was filled in on: the last event its page showed, and a key that is new for every page.

    With `seen` the step is refused when the case has changed since; with `key`, made from the page's nonce and all
    that was filled in, the very same form counts once, however often it is sent. A program's request `holds` as long
    as it says so of the case, asked once that nobody else can change it.
    """

    seen: int | None = None
    key: str = ""
    holds: Callable[[Case], bool] | None = None


NOW = Basis()


@dataclass(frozen=True)
class OnBehalf:
    """How a member's or reporter's word reached the kansli, and when."""

    source: Source
    received_on: dt.date

    def as_data(self) -> dict[str, str]:
        return {"source": self.source.value, "received_on": self.received_on.isoformat()}


@dataclass
class _Line:
    verb: str
    audience: Audience
    concern: Concern | None
    function: ContactFunction | None
    data: dict[str, Any]
    texts: list[Text]


@dataclass
class Act:
    """A step under way on a locked case."""

    case: Case
    actor: Actor
    verb: str
    role: Role
    texts: dict[str, str]
    at: dt.datetime
    concerns: list[Concern]
    had_unsent: bool
    kept: dict[int, dict[str, Any]]
    lines: list[_Line] = field(default_factory=list)
    _waiting: list[Text] = field(default_factory=list)

    @property
    def user(self) -> User | None:
        """Return who acts, or nobody for the holder of a receipt code."""
        return self.actor if isinstance(self.actor, User) else None

    @property
    def day(self) -> dt.date:
        return clocks.local_date(self.at)

    def concern(self, concern: Concern) -> Concern:
        """Return the case's own, locked copy of a concern."""
        return next(mine for mine in self.concerns if mine.pk == concern.pk)

    def write_if_any(self, kind: TextKind, body: str, *, audience: Audience, concern: Concern | None = None) -> None:
        """Store a text that may be left empty."""
        if body:
            self.write(kind, body, audience=audience, concern=concern)

    def write(self, kind: TextKind, body: str, *, audience: Audience, concern: Concern | None = None) -> Text:
        """Store a guarded text; it goes with the next event that is recorded."""
        text = Text.objects.create(
            case=self.case, kind=kind, body=body, audience=audience, concern=concern, created_at=self.at
        )
        self._waiting.append(text)
        return text

    def record(
        self,
        audience: Audience,
        *,
        concern: Concern | None = None,
        verb: str = "",
        function: ContactFunction | None = None,
        **data: Any,
    ) -> None:
        """Note the event that tells of this, with the texts written since the last one."""
        if concern is not None and function is None:
            function = concern.function
        self.lines.append(_Line(verb or self.verb, audience, concern, function, data, self._waiting))
        self._waiting = []

    def end(self, ending: Status) -> None:
        """Give the case its ending."""
        self.case.reopened = False
        self.case.ending = ending
        self.case.ended_at = self.at


@contextmanager
def acting(
    case: Case,
    verb: str,
    *,
    actor: Actor,
    concern: Concern | None = None,
    texts: Mapping[str, str] | None = None,
    required: Mapping[str, str] | None = None,
    longest: Mapping[str, int] | None = None,
    on_behalf: OnBehalf | None = None,
    basis: Basis = NOW,
    imposed_as: Role | None = None,
) -> Iterator[Act]:
    """Hold the case while a step is taken, then derive its status and write events and outbox rows.

    `texts` are the free texts by field; `required` maps a field to the sentence for when its text is empty, and
    `longest` one to how many characters have room where that is not the usual. A step that follows from something
    outside the case (a member ended, the original was closed) is `imposed_as` a role instead of being checked
    against the table.
    Raises PersonalDataFound, Incomplete, AlreadyDone, ChangedMeanwhile or MoveNotAllowed before anything is
    stored.
    """
    clean = guarded(texts or {})
    if missing := {name: sentence for name, sentence in (required or {}).items() if not clean.get(name)}:
        raise Incomplete(missing)
    fits(clean, longest=longest)
    with transaction.atomic():
        # The page that led here may be an hour old: only the locked row counts.
        rows = Case.objects.select_for_update(of=("self",)).select_related("association").prefetch_related("concerns")
        locked = rows.get(pk=case.pk)
        _once(locked, verb, actor, basis)
        _nothing_new(locked, actor, basis)
        mine = None if concern is None else _fresh(locked, concern)
        role = imposed_as or workflow.check(locked, verb, actor, mine)
        act = _begin(locked, actor, verb, role, clean, clocks.now())
        yield act
        if act.role == Role.COORDINATOR and on_behalf is not None:
            for line in act.lines:
                line.data |= on_behalf.as_data()
        _store(act)


def by_a_person(actor: Actor) -> None:
    """Refuse to a system what stands for somebody's own judgement: the group's word, and what is approved for good."""
    if actor.standing().is_system:
        raise MoveNotAllowed("Det här behöver en person göra.", code="not_a_person")


def speaks_for_another(role: Role, concern: Concern | None) -> bool:
    """Tell whether word is recorded for somebody else: by the kansli, and not about the förbund itself."""
    return role == Role.COORDINATOR and (concern is None or concern.party != Party.FORBUND)


def says_how(role: Role, concern: Concern | None, on_behalf: OnBehalf | None) -> None:
    """Refuse a step that the kansli takes for somebody else without saying how the word came in."""
    if on_behalf is None and speaks_for_another(role, concern):
        raise Incomplete({"source": "Välj hur beskedet kom till kansliet."})
    if role == Role.COORDINATOR and on_behalf is not None and on_behalf.received_on > clocks.today():
        raise Incomplete({"received_on": "Välj dagen då beskedet kom, i dag eller tidigare."})


def payload_key(*parts: object) -> str:
    """Return a key for one filled-in form, which tells nothing of what it holds."""
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()


def done_before(case: Case, verb: str, *, actor: Actor, basis: Basis) -> bool:
    """Tell whether this very form has been acted on already."""
    return Submission.objects.filter(key=_submission_key(case, verb, actor, basis)).exists()


def only_once(key: str, *parts: object) -> None:
    """Refuse the very same form on something else than a case the second time; `parts` say what it is about.

    Called in the transaction that the form changes something in.
    """
    if not key:
        return
    _, is_new = Submission.objects.get_or_create(key=payload_key(key, *parts))
    if not is_new:
        raise AlreadyDone(None)


def start_case(case: Case, *, actor: Actor, role: Role, basis_key: str, data: dict[str, Any]) -> None:
    """Write the first event of a new case and what is derived from its concerns."""
    act = _begin(case, actor, "file", role, {}, case.filed_at)
    act.record(Audience.EVERYONE, **data)
    _store(act, from_status="")
    if basis_key:
        Submission.objects.create(key=basis_key, case=case)


def clock_due(association: Association, start: dt.date, days: int, questions: Iterable[Question]) -> dt.date:
    """Return the day that a clock ends, moved by the questions that stopped it."""
    pauses = [(question.pauses_from, question.pauses_until) for question in questions]
    return clocks.due(start, days, clocks.DayKind(association.day_kind), pauses)


def triage_day(case: Case, questions: Iterable[Question]) -> dt.date:
    """Return the day that the case is to be taken up by, moved by the kansli's own questions."""
    association = case.association
    own = [question for question in questions if question.concern_id is None]
    return clock_due(association, case.triage_from, association.triage_days, own)


def concern_days(concern: Concern, association: Association, questions: Iterable[Question]) -> tuple[dt.date, dt.date]:
    """Return the days to acknowledge and to answer a sent concern by, moved by its function's questions."""
    assert concern.sent_at is not None
    start = clocks.local_date(concern.sent_at)
    # What an earlier function asked moves nothing for the next.
    own = [q for q in questions if q.concern_id == concern.pk and q.asked_at >= concern.sent_at]
    return (
        clock_due(association, start, association.acknowledge_days, own),
        clock_due(association, start, association.answer_days, own),
    )


def chained(case: Case, **fields: Any) -> Event:
    """Return the next event of a locked case, in its place in the chain. Neither is saved."""
    case.last_seq += 1
    event = Event(case=case, seq=case.last_seq, to_status=case.status, previous_hash=case.last_hash, **fields)
    event.hash = case.last_hash = event.make_hash()
    return event


def store_automatic(events: Sequence[Event]) -> None:
    """Write many chained events of locked cases, queue word of them, and save where each chain ends now."""
    Event.objects.bulk_create(events)
    Outbox.objects.bulk_create([Outbox(event=event, created_at=event.at) for event in events])
    last = Event.objects.filter(case=OuterRef("pk")).order_by("-seq")
    Case.objects.filter(pk__in={event.case_id for event in events}).update(
        last_seq=Subquery(last.values("seq")[:1]), last_hash=Subquery(last.values("hash")[:1])
    )


def next_due(case: Case, concerns: Iterable[Concern], measures: Iterable[Measure]) -> dt.date | None:
    """Return the first day that somebody has to keep; none when the case has ended."""
    if case.ending:
        return None
    days = [measure.due_on for measure in measures]
    concerns = list(concerns)
    if triage_runs(case, concerns):
        days.append(case.triage_due)
    for concern in concerns:
        if concern.state == ConcernState.SENT and concern.acknowledge_due:
            days.append(concern.acknowledge_due)
        if concern.state in WITH_FUNCTION and concern.answer_due:
            days.append(concern.answer_due)
    return min(days, default=None)


def refresh_search(case: Case) -> None:
    """Derive what the text search looks in; a masked word leaves it."""
    case.search = stems(" ".join([case.number, *(getattr(case, name) for name in Case.TEXT_FIELDS)]))


def _begin(case: Case, actor: Actor, verb: str, role: Role, texts: dict[str, str], at: dt.datetime) -> Act:
    concerns = list(case.concerns.select_related("member", "unit"))
    unsent = any(concern.state in UNSENT for concern in concerns)
    kept = {concern.pk: vars(concern).copy() for concern in concerns}
    return Act(case, actor, verb, role, texts, at, concerns, had_unsent=unsent, kept=kept)


def _fresh(case: Case, concern: Concern) -> Concern:
    for own in case.concerns.all():
        if own.pk == concern.pk:
            return own
    raise MoveNotAllowed("Den berörda parten hör inte till ärendet.", code="wrong_concern")


def _submission_key(case: Case, verb: str, actor: Actor, basis: Basis) -> str:
    return payload_key(basis.key, case.pk, verb, actor.pk)


def _once(case: Case, verb: str, actor: Actor, basis: Basis) -> None:
    """Refuse the very same form a second time. The key covers what was filled in, so no other text is lost."""
    if not basis.key:
        return
    if done_before(case, verb, actor=actor, basis=basis):
        raise AlreadyDone(case)
    Submission.objects.create(key=_submission_key(case, verb, actor, basis), case=case)


def told_by_people(case: Case, actor: Actor) -> QuerySet[Event]:
    """Return the events that the actor may see, but for those of the clock.

    What the clock wrote changes nothing that somebody is about to do.
    """
    return case.events.exclude(verb__in=AUTOMATIC).for_roles(roles_of(case, actor), actor.standing().functions)


def _nothing_new(case: Case, actor: Actor, basis: Basis) -> None:
    if basis.holds is not None and not basis.holds(case):
        raise ChangedMeanwhile([])
    if basis.seen is None or basis.seen >= case.last_seq:
        return
    new = told_by_people(case, actor).filter(seq__gt=basis.seen)
    if told := list(new.select_related("actor", "concern__member", "concern__unit", "function")):
        raise ChangedMeanwhile(told)


def _store(act: Act, from_status: str | None = None) -> None:
    case = act.case
    before = case.status if from_status is None else from_status
    for concern in act.concerns:
        if act.kept.get(concern.pk) != vars(concern):
            concern.save()
    questions = list(Question.objects.filter(case=case, answered_at__isnull=True))
    measures = list(Measure.objects.filter(case=case, state=MeasureState.OPEN))
    case.status = workflow.derive_status(
        ending=case.ending,
        concern_states=[concern.state for concern in act.concerns],
        open_kansli_question=any(question.concern_id is None for question in questions),
        open_measures=bool(measures),
    )
    if _comes_to_triage(act, before):
        _restart_triage(act)
    if case.first_handled_at is None and _is_handling(act, before):
        case.first_handled_at = act.at
    case.next_due = next_due(case, act.concerns, measures)
    _write_events(act, before)
    case.save()
    if act.user is not None and act.user.via is not None:
        act.user.via.changed, act.user.via.role = case, act.role


def _is_handling(act: Act, before: str) -> bool:
    """Tell whether the kansli takes the case up; a note on a report that was taken back is no handling."""
    return act.role == Role.COORDINATOR and act.verb != "file" and (act.case.is_open or before not in ENDINGS)


def _comes_to_triage(act: Act, before: str) -> bool:
    """Tell whether the kansli gets something that it did not have: a part came back or was added, or the case did."""
    if act.case.ending:
        return False
    if before in ENDINGS:
        return True
    if not any(concern.state in UNSENT for concern in act.concerns):
        return False
    left_the_parties = before == Status.WITH_PARTY and act.case.status != Status.WITH_PARTY
    return not act.had_unsent or left_the_parties


def _restart_triage(act: Act) -> None:
    case = act.case
    case.triage_from = act.day
    # An open question of the kansli's goes on stopping the clock.
    case.triage_due = triage_day(case, Question.objects.filter(case=case))
    if case.first_handled_at is None:
        case.handle_by = case.triage_due


def _write_events(act: Act, before: str) -> None:
    case = act.case
    for line in act.lines:
        event = chained(
            case,
            verb=line.verb,
            at=act.at,
            actor=act.user,
            actor_role=act.role,
            from_status=before,
            audience=line.audience,
            concern=line.concern,
            function=line.function,
            data=line.data,
        )
        event.save(force_insert=True)
        Outbox.objects.create(event=event, created_at=act.at)
        if line.texts:
            Text.objects.filter(pk__in=[text.pk for text in line.texts]).update(event=event)
