"""Climbs the ladders: finds the clocks that have reached a rung, and writes a reminder for each, once.

Called every hour. A round may be killed, come late, or run twice at once: what is given is a row with a key, and a
batch is one transaction that holds its cases.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db import transaction
from django.db.models import (
    BooleanField,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models import Case as Choose
from django.db.models.functions import Cast, TruncDate

from cases import clocks
from cases.codes import WITH_FUNCTION, Audience, ConcernState, FeedbackKind, MeasureState, Role, Status, Why
from cases.ladder import LADDERS, Clock, Rung, To, Window, climbs
from cases.models import AgendaItem, Association, Case, Concern, Feedback, Measure, Question, Reminder
from cases.querysets import SHOWN_TO_FUNCTION
from cases.services.acting import chained, store_automatic
from cases.services.measures import audience_of
from cases.services.meetings import next_meetings
from cases.services.reclocking import apply_clocks

BATCH = 500
# Annotated querysets, which their stubs do not follow.
Rows = Any
ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Chased:
    """What a round did: due days that were moved, by the event, and reminders that were given, by clock."""

    moved: int
    reminders: Mapping[Clock, int]


@dataclass(frozen=True)
class _Chase:
    """How one clock is chased.

    `rows` are the subjects whose clock runs on a day, each with its `due` day. `told` says who may see the event.
    `case` is the column that names the subject's case, `began` the one that tells when its clock began.
    """

    rows: Callable[[dt.date], Rows]
    told: Callable[[Any], dict[str, Any]]
    case: str = "case_id"
    began: str = ""


def chase() -> Chased:
    """Let changed clocks take effect, and give every reminder whose day has come, once."""
    moved, day = apply_clocks(), clocks.today()
    return Chased(moved, {clock: _climb_all(clock, day) for clock in Clock})


def holds(reminder: Reminder) -> bool:
    """Tell whether what was reminded of still waits: its clock runs, for the same due day, and with the same function.

    A letter that had to wait for the mail server is sent only then.
    """
    still = _CHASES[Clock(reminder.clock)].rows(clocks.today()).filter(pk=reminder.subject, due=reminder.due_on)
    if reminder.event.concern_id and reminder.event.function_id:
        still = still.filter(**{_FUNCTION[Clock(reminder.clock)]: reminder.event.function_id})
    return bool(still.exists())


def still_asked(reminder: Reminder) -> dict[str, Any]:
    """Return which sides of an effect check have still to say whether it came back, as its event names them."""
    case = _to_say_whether_it_came_back(clocks.today()).filter(pk=reminder.subject, due=reminder.due_on).first()
    return _sides(case) if case else {"reporter": False, "functions": []}


def _climb_all(clock: Clock, day: dt.date) -> int:
    return sum(_climb(clock, day, windows) for windows in climbs(clock, day))


def _climb(clock: Clock, day: dt.date, windows: list[Window]) -> int:
    given, last = 0, 0
    reached = _reached(clock, day, windows).prefetch_related(None).order_by("pk").values_list("pk", _CHASES[clock].case)
    while keys := list(reached.filter(pk__gt=last)[:BATCH]):
        given += _give(clock, day, windows, keys)
        last, _ = keys[-1]
    return given


@transaction.atomic(durable=True)
def _give(clock: Clock, day: dt.date, windows: list[Window], keys: Collection[tuple[int, int]]) -> int:
    """Give what one batch of subjects has reached; cases that somebody else holds wait for the next round."""
    chased, rungs = _CHASES[clock], {rung.days: rung for rung in LADDERS[clock]}
    free = Case.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in={case for _, case in keys})
    held = free.only("association", "status", "last_seq", "last_hash").order_by("pk")
    cases = {case.pk: case for case in held}
    # Read anew under the lock: somebody may have answered, and another round may have been here.
    rows = _reached(clock, day, windows).filter(pk__in=[key for key, _ in keys]).order_by("pk")
    climbing = [(row, cases[key], rungs[row.days]) for row in rows if (key := getattr(row, chased.case)) in cases]
    return _remind(clock, day, climbing)


def _remind(clock: Clock, day: dt.date, climbing: list[tuple[Any, Case, Rung]]) -> int:
    """Write the reminders of subjects whose cases are held, and seat those that come to an agenda."""
    agenda = _Agenda([case for _, case, rung in climbing if rung.to == To.AGENDA], day)
    events, reminders, at = [], [], clocks.now()
    for row, case, rung in climbing:
        fields = _CHASES[clock].told(row)
        data = {"clock": clock.value, "to": rung.to.value, "days": rung.days, "due": row.due.isoformat()}
        data |= fields.pop("data", {})
        if rung.to == To.AGENDA:
            data |= agenda.take(row, case, at)
        event = chained(
            case, verb="remind", at=at, actor_role=Role.COORDINATOR, from_status=case.status, data=data, **fields
        )
        events.append(event)
        reminders.append(Reminder(event=event, case=case, clock=clock, subject=row.pk, due_on=row.due, days=rung.days))
    if events:
        store_automatic(events)
    Reminder.objects.bulk_create(reminders)
    AgendaItem.objects.bulk_create(agenda.items)
    return len(events)


def bring_forward(association: Association) -> int:
    """Put answers on the next agenda that are later than the förbund wants to wait, ahead of the ladder or behind it.

    It is the ladder's own rung, taken early: once for each due day, however often this runs.
    """
    day, [rung] = clocks.today(), [rung for rung in LADDERS[Clock.ANSWER] if rung.to == To.AGENDA]
    latest = day - association.agenda_overdue_days * ONE_DAY
    given = Reminder.objects.filter(clock=Clock.ANSWER, subject=OuterRef("pk"), due_on=OuterRef("due"), days=rung.days)
    late = _to_answer(day).filter(~Exists(given), case__association=association, answer_due__lt=latest)
    with transaction.atomic():
        held = Case.objects.select_for_update(skip_locked=True, no_key=True).filter(pk__in=late.values("case"))
        cases = {case.pk: case for case in held.order_by("pk")}
        rows = late.filter(case__in=cases).order_by("pk") if cases else []
        return _remind(Clock.ANSWER, day, [(row, cases[row.case_id], rung) for row in rows])


class _Agenda:
    """The places on the next agenda for the cases of a batch that reach it."""

    def __init__(self, cases: Collection[Case], day: dt.date) -> None:
        self.meetings = next_meetings(cases, day) if cases else {}
        self.items: list[AgendaItem] = []

    def take(self, late: Concern, case: Case, at: dt.datetime) -> dict[str, Any]:
        """Put the case on its next meeting, unless it stands there already; return what the event says of it."""
        if case.pk not in self.meetings:
            return {}
        meeting = self.meetings.pop(case.pk)
        self.items.append(AgendaItem(meeting=meeting, case=case, late=late, why=Why.LATE, created_at=at))
        return {"meeting": meeting.pk, "held_on": meeting.held_on.isoformat()} if meeting else {}


# ---- which subjects have reached which rung ----


def _reached(clock: Clock, day: dt.date, windows: list[Window]) -> Rows:
    """Find the subjects whose clock has reached a rung that has not been given, with its `days`."""
    chased = _CHASES[clock]
    reached = [When(due__gt=after, due__lte=until, then=Value(rung.days)) for rung, after, until in windows]
    given = Reminder.objects.filter(clock=clock, subject=OuterRef("pk"), due_on=OuterRef("due"), days=OuterRef("days"))
    ours = reduce(or_, (_due_days(chased.began, window) for window in windows))
    return chased.rows(day).filter(ours).annotate(days=Choose(*reached)).filter(~Exists(given))


def _due_days(began: str, window: Window) -> Q:
    """Match the due days of a rung. One before the due day needs a clock that began before the rung's day."""
    rung, after, until = window
    if rung.days >= 0 or not began:
        return Q(due__gt=after, due__lte=until)
    days = [after + number * ONE_DAY for number in range(1, (until - after).days + 1)]
    starts = {due: clocks.start_of(due + rung.days * ONE_DAY) for due in days}
    return reduce(or_, (Q(due=due, **{f"{began}__lt": start}) for due, start in starts.items()))


def _with_function(day: dt.date) -> QuerySet[Concern]:
    """Find the concerns that somebody has to answer, and whose clock does not stand still."""
    asked = _open_questions(day).filter(concern=OuterRef("pk"), asked_at__gte=OuterRef("sent_at"))
    return _of_living(Concern.objects.filter(~Exists(asked), state__in=WITH_FUNCTION, case__ending=""), "case__")


def _to_answer(day: dt.date) -> Rows:
    return _with_function(day).annotate(due=F("answer_due"))


def _to_acknowledge(day: dt.date) -> Rows:
    """Find the unread ones, until the answer's own ladder begins."""
    first = LADDERS[Clock.ANSWER][0].days
    unread = _with_function(day).filter(state=ConcernState.SENT, answer_due__gt=day - first * ONE_DAY)
    return unread.annotate(due=F("acknowledge_due"))


def _to_triage(day: dt.date) -> Rows:
    asked = _open_questions(day).filter(case=OuterRef("pk"), concern__isnull=True)
    waiting = _of_living(Case.objects.in_triage().filter(~Exists(asked)))
    return waiting.annotate(due=F("triage_due")).only("pk")


def _measures(day: dt.date) -> Rows:
    going_on = _of_living(Measure.objects.filter(state=MeasureState.OPEN, case__ending=""), "case__")
    return going_on.annotate(due=F("due_on")).select_related("concern")


def _to_say_whether_it_helped(day: dt.date) -> Rows:
    return _closed().filter(_REACHABLE, helped="").annotate(due=F("closed_on"))


def _to_say_whether_it_came_back(day: dt.date) -> Rows:
    """Find the closed cases with a side that can be asked and has not said since the closing.

    The reporter is one side, and each function that had the case: what one of them has seen, another may not have.
    """
    said = Feedback.objects.filter(kind=FeedbackKind.CAME_BACK, given_on__gte=OuterRef("closed_on"))
    reporter = _REACHABLE & ~Exists(said.filter(case=OuterRef("pk"), concern__isnull=True))
    answered = Concern.objects.filter(state__in=_ANSWERED, function__isnull=False).annotate(
        closed_on=TruncDate("case__ended_at", tzinfo=clocks.STOCKHOLM)
    )
    theirs = said.filter(case=OuterRef("case"), concern__function=OuterRef("function"))
    silent = answered.filter(~Exists(theirs))
    number = Cast("association__effect_days", IntegerField())  # SQLite multiplies no other kind
    days = ExpressionWrapper(number * Value(ONE_DAY), output_field=DurationField())
    due = Cast(ExpressionWrapper(F("closed_on") + days, output_field=DateField()), DateField())
    asked = ExpressionWrapper(reporter, output_field=BooleanField())
    those = Prefetch("concerns", queryset=silent.order_by("pk"), to_attr="silent")
    waiting = _closed().annotate(due=due, asks_reporter=asked)
    return waiting.filter(Q(asks_reporter=True) | Exists(silent.filter(case=OuterRef("pk")))).prefetch_related(those)


_REACHABLE = Q(reporter__is_active=True) | (Q(reporter__isnull=True) & ~Q(reporter_email=""))
_ANSWERED = (ConcernState.ANSWERED, ConcernState.UNANSWERED)


def _closed() -> Rows:
    closed = _of_living(Case.objects.filter(status=Status.CLOSED))
    return closed.annotate(closed_on=TruncDate("ended_at", tzinfo=clocks.STOCKHOLM)).only("pk")


def _open_questions(day: dt.date) -> QuerySet[Question]:
    """Find the questions that let a clock stand still on a day."""
    return Question.objects.filter(answered_at__isnull=True, pauses_until__gte=day)


def _of_living(rows: QuerySet[Any], path: str = "") -> QuerySet[Any]:
    """Leave out what belongs to a förbund that has ended: it can be read, and not changed."""
    return rows.filter(**{f"{path}association__ended_on__isnull": True})


# ---- who may see the reminder ----


def _about_concern(concern: Concern) -> dict[str, Any]:
    return {"audience": Audience.REPORTER_FUNCTION, "concern_id": concern.pk, "function_id": concern.function_id}


def _about_case(case: Case) -> dict[str, Any]:
    return {"audience": Audience.KANSLI}


def _about_measure(measure: Measure) -> dict[str, Any]:
    """Tell the function that has the concern; the kansli where the concern was handed back, or there is none."""
    concern = measure.concern
    if concern is None or concern.state not in SHOWN_TO_FUNCTION:
        return {"audience": Audience.KANSLI, "concern_id": measure.concern_id}
    return {"audience": audience_of(concern), "concern_id": concern.pk, "function_id": concern.function_id}


def _about_help(case: Case) -> dict[str, Any]:
    return {"audience": Audience.REPORTER}


def _about_effect(case: Any) -> dict[str, Any]:
    """Let all who are asked see that they were: the reporter, and every function that had the case."""
    return {"audience": Audience.EVERYONE, "data": _sides(case)}


def _sides(case: Any) -> dict[str, Any]:
    return {"reporter": case.asks_reporter, "functions": _in_order(c.function_id for c in case.silent)}


def _in_order(keys: Iterable[int]) -> list[int]:
    return list(dict.fromkeys(keys))


# The column that names who has the subject, of the clocks that belong to a concern.
_FUNCTION = {Clock.ACKNOWLEDGE: "function", Clock.ANSWER: "function", Clock.MEASURE: "concern__function"}

_CHASES: dict[Clock, _Chase] = {
    Clock.TRIAGE: _Chase(_to_triage, _about_case, case="pk"),
    Clock.ACKNOWLEDGE: _Chase(_to_acknowledge, _about_concern),
    Clock.ANSWER: _Chase(_to_answer, _about_concern, began="sent_at"),
    Clock.MEASURE: _Chase(_measures, _about_measure, began="created_at"),
    Clock.HELPED: _Chase(_to_say_whether_it_helped, _about_help, case="pk"),
    Clock.EFFECT: _Chase(_to_say_whether_it_came_back, _about_effect, case="pk"),
}
