"""Moves the due days of open cases when a förbund's clocks have changed, or the holidays that they leave out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from django.db import transaction
from django.db.models import Prefetch

from cases import clocks
from cases.codes import WITH_FUNCTION, Audience, ConcernState, MeasureState, Role
from cases.ladder import Clock
from cases.models import Association, Case, Concern, Event, Measure
from cases.querysets import triage_runs
from cases.services.acting import chained, concern_days, next_due, payload_key, store_automatic, triage_day

BATCH = 500
# A fixed span, so that the turn of the year is no change.
HOLIDAY_YEARS = range(2020, 2061)

# By clock: the old day and the new.
Moved = dict[str, list[str]]


def apply_clocks() -> int:
    """Reckon the open due days anew in each förbund whose clocks have changed; return how many events tell of it.

    The first time only notes what the clocks are. Nothing that is in time becomes late.
    """
    moved = 0
    for association in Association.objects.filter(ended_on__isnull=True):
        now, before = fingerprint(association), association.clocks_applied
        if now == before:
            continue
        if before:
            moved += sum(_move_batch(association, keys) for keys in _open_cases(association))
        # Somebody who changes the clocks meanwhile finds them unlike what was noted, and another round begins.
        Association.objects.filter(pk=association.pk, clocks_applied=before).update(clocks_applied=now)
    return moved


def fingerprint(association: Association) -> str:
    """Return a hash of all that a due day is reckoned from, but for the case itself."""
    days = [association.triage_days, association.acknowledge_days, association.answer_days]
    off: list[dt.date] = []
    if association.day_kind == clocks.DayKind.WORKING:
        off = [day for year in HOLIDAY_YEARS for day in sorted(clocks.days_off(year))]
    return payload_key(association.day_kind, *days, *off)


def _open_cases(association: Association) -> Iterator[list[int]]:
    """Yield the keys of the förbund's open cases, batch by batch."""
    last = 0
    cases = Case.objects.filter(association=association).open().order_by("pk").values_list("pk", flat=True)
    while keys := list(cases.filter(pk__gt=last)[:BATCH]):
        yield keys
        last = keys[-1]


@transaction.atomic(durable=True)
def _move_batch(association: Association, keys: Collection[int]) -> int:
    """Move the due days of some cases of a förbund by its clocks of this moment; return how many events tell of it."""
    held = Case.objects.select_for_update(no_key=True).filter(pk__in=keys).open().order_by("pk")
    fields = ["status", "ending", "reopened", "triage_from", "triage_due", "next_due", "last_seq", "last_hash"]
    measures = Prefetch("measures", queryset=Measure.objects.filter(state=MeasureState.OPEN))
    cases = list(held.only("association", *fields).prefetch_related("concerns", "questions", measures))
    association = Association.objects.get(pk=association.pk)
    events, concerns, at = [], [], clocks.now()
    for case in cases:
        case.association = association
        for row, moved in _move(case, clocks.local_date(at)).items():
            concern = row if isinstance(row, Concern) else None
            events.append(_told(case, concern, moved, at))
            concerns += [concern] if concern else []
        case.next_due = next_due(case, case.concerns.all(), case.measures.all())
    told = {event.case_id for event in events}
    Concern.objects.bulk_update(concerns, ["acknowledge_due", "answer_due"])
    Case.objects.bulk_update([case for case in cases if case.pk in told], ["triage_due", "next_due"])
    store_automatic(events)
    return len(events)


def _move(case: Case, today: dt.date) -> dict[Case | Concern, Moved]:
    """Set the due days anew; return what was moved, of the case itself and of each concern."""
    moved: dict[Case | Concern, Moved] = {}
    for row, clock, column, day in _running(case):
        old: dt.date = getattr(row, column)
        # Later as it may be; earlier only as far as today.
        new = max(day, min(old, today))
        if new != old:
            setattr(row, column, new)
            moved.setdefault(row, {})[clock.value] = [old.isoformat(), new.isoformat()]
    return moved


def _running(case: Case) -> Iterator[tuple[Case | Concern, Clock, str, dt.date]]:
    """Yield each running clock of a case: whose it is, its column, and its day by the förbund's clocks."""
    concerns, questions = list(case.concerns.all()), list(case.questions.all())
    if triage_runs(case, concerns):
        yield case, Clock.TRIAGE, "triage_due", triage_day(case, questions)
    for concern in concerns:
        if concern.state not in WITH_FUNCTION:
            continue
        acknowledge, answer = concern_days(concern, case.association, questions)
        if concern.state == ConcernState.SENT and concern.acknowledge_due:
            yield concern, Clock.ACKNOWLEDGE, "acknowledge_due", acknowledge
        yield concern, Clock.ANSWER, "answer_due", answer


def _told(case: Case, concern: Concern | None, moved: Moved, at: dt.datetime) -> Event:
    return chained(
        case,
        verb="move_clock",
        at=at,
        actor_role=Role.COORDINATOR,
        from_status=case.status,
        audience=Audience.REPORTER_FUNCTION if concern else Audience.REPORTER,
        concern_id=concern.pk if concern else None,
        function_id=concern.function_id if concern else None,
        data={"moved": moved},
    )
