"""What a pack freezes: figures of the time since the last meeting, and what stands on the agenda.

Everything is told as of the end of the period, also when the hour that freezes comes later: by the events, and by the
days that rows carry. What leaves no day behind (a concern that was returned, a case that was reopened) is told as it
is when the pack is frozen.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Count, Q, QuerySet

from cases import statistics
from cases.codes import WITH_FUNCTION, MeasureState
from cases.models import AgendaItem, Assignment, Case, Concern, Measure, Meeting, Pattern, PatternEvent, PatternMeasure
from cases.packs.figures import AssignmentRow, Figures, LateAnswer, MeasureRow, Measures, PatternRow
from cases.pattern_figures import figures_among
from cases.periods import Period
from cases.querysets import CaseQuerySet

# More rows than a group goes through; how many more there were is told.
MOST = 50


def count(meeting: Meeting, period: Period) -> Figures:
    """Count a meeting's figures: as many questions however many cases there are."""
    cases = Case.objects.filter(association=meeting.association_id, filed_at__lt=period.end)
    filed = cases.filter(filed_at__gte=period.start)
    waiting = _late_answers(meeting, period, days=1)
    beyond = _late_answers(meeting, period, days=meeting.association.agenda_overdue_days)
    rows = beyond.order_by("answer_due", "pk").values_list("pk", "function", "answer_due")
    patterns, patterns_all = _patterns(meeting, cases, period)
    measured, measured_all = _measure_rows(meeting, period)
    asked = _assignments(meeting, period)
    said = _recommended(meeting, period)
    concerns = Concern.objects.filter(case__association=meeting.association_id)
    [balance] = statistics.balances(statistics.live(cases, day=period.last), [period])
    [parts] = statistics.part_tables(statistics.live(filed, day=period.last), [period])
    return Figures(
        balance=balance,
        answered=concerns.filter(answered_at__gte=period.start, answered_at__lt=period.end).count(),
        late=_open_at(cases, period).filter(Q(next_due__lt=period.last) | Q(pk__in=waiting.values("case"))).count(),
        parts=parts,
        late_days=meeting.association.agenda_overdue_days,
        late_answers=tuple(
            LateAnswer(pk, function, (period.last - due).days) for pk, function, due in rows[:MOST] if due
        ),
        late_answers_all=beyond.count(),
        patterns=patterns,
        patterns_all=patterns_all,
        measures=_measures(meeting, period),
        measure_rows=measured,
        measure_rows_all=measured_all,
        assignments=tuple(
            AssignmentRow(pk, done if done and done <= period.last else None)
            for pk, done in asked.values_list("pk", "done_on")[:MOST]
        ),
        assignments_all=asked.count(),
        recommended=tuple(said.values_list("pk", flat=True)[:MOST]),
        recommended_all=said.count(),
    )


def standing_items(meeting: Meeting, period: Period, *, at: dt.datetime) -> list[dict[str, Any]]:
    """Return what stood on an agenda at a moment: keys, why, and of a late answer what its status card tells."""
    rows = meeting.items.filter(created_at__lte=at).exclude(deferrals__at__gt=at)
    there = rows.filter(Q(proposal__isnull=True) | Q(proposal__created_at__lte=at)).select_related("late")
    return [_kept(item, period.last) for item in there]


def kind_of(item: AgendaItem) -> str:
    """Return what an item is about: "case", "late", "pattern" or "free"."""
    if item.case_id:
        return "case" if item.proposal_id else "late"
    return "pattern" if item.pattern_id else "free"


def _kept(item: AgendaItem, day: dt.date) -> dict[str, Any]:
    kept = {"item": item.pk, "kind": kind_of(item), "why": item.why, "case": item.case_id, "pattern": item.pattern_id}
    if item.late:
        due = item.late.answer_due
        kept |= {"function": item.late.function_id, "days": max((day - due).days, 0) if due else 0}
    return kept


# ---- cases ----


def _open_at(cases: CaseQuerySet, period: Period) -> CaseQuerySet:
    return cases.filter(Q(ended_at__isnull=True) | Q(ended_at__gte=period.end))


def _late_answers(meeting: Meeting, period: Period, *, days: int) -> QuerySet[Concern]:
    """Return the concerns whose answer had been late for so many days when the period ended."""
    with_function = Q(state__in=WITH_FUNCTION) | Q(answered_at__gte=period.end)
    still = Q(case__ended_at__isnull=True) | Q(case__ended_at__gte=period.end)
    due = period.last - dt.timedelta(days=days)
    ours = Concern.objects.filter(case__association=meeting.association_id)
    return ours.filter(with_function & still, sent_at__lt=period.end, answer_due__lte=due)


# ---- patterns and measures ----


def _patterns(meeting: Meeting, cases: CaseQuerySet, period: Period) -> tuple[tuple[PatternRow, ...], int]:
    """Return what is worked on, and what came to an end in the period: those first that are to be looked at again."""
    steps = PatternEvent.objects.filter(
        pattern__association=meeting.association_id, verb="status", at__gte=period.start
    )
    changed = list(steps.order_by("-seq").values_list("pattern", "at", "data"))
    # The earliest step after the period comes last, and tells how it stood then.
    then = {pattern: data["before"] for pattern, at, data in changed if at >= period.end}
    current = Pattern.objects.filter(association=meeting.association_id, created_at__lt=period.end).current()
    found = list(
        (current.open() | current.filter(pk__in={pattern for pattern, _, _ in changed})).order_by("title", "pk")
    )
    known = figures_among(cases, found, upto=period.last)
    filed = cases.filter(pattern__in=found, filed_at__gte=period.start).order_by().values_list("pattern")
    new = dict(filed.annotate(number=Count("pk")))
    rows = [
        PatternRow(
            pattern=one.pk,
            status=then.get(one.pk, one.status),
            cases=known[one.pk].cases,
            new=new.get(one.pk, 0),
            tallies=known[one.pk].tallies,
            members=len(known[one.pk].members),
            review_on=one.review_on,
        )
        for one in found
    ]
    rows.sort(key=lambda row: (row.review_on is None or row.review_on > meeting.held_on, -row.cases - row.tallies))
    return tuple(rows[:MOST]), len(rows)


def _measures(meeting: Meeting, period: Period) -> Measures:
    on_cases = _told(Measure.objects.filter(case__association=meeting.association_id), period)
    on_patterns = _told(PatternMeasure.objects.filter(pattern__association=meeting.association_id), period)
    return Measures(**{name: on_cases[name] + on_patterns[name] for name in on_cases})


def _told(measures: QuerySet[Any], period: Period) -> dict[str, int]:
    done, running, late = _done(period), _running(period), _overdue(period)
    return measures.aggregate(done=_number(done), open=_number(running), late=_number(late))


def _number(condition: Q) -> Count:
    return Count("pk", filter=condition)


def _done(period: Period) -> Q:
    return Q(state=MeasureState.DONE, ended_on__gte=period.first, ended_on__lte=period.last)


def _running(period: Period) -> Q:
    still = Q(state=MeasureState.OPEN) | Q(ended_on__gt=period.last)
    return still & Q(created_at__lt=period.end)


def _overdue(period: Period) -> Q:
    return _running(period) & Q(due_on__lt=period.last)


def _measure_rows(meeting: Meeting, period: Period) -> tuple[tuple[MeasureRow, ...], int]:
    """Return the measures on patterns and on what was lifted that were done in the period, or late when it ended."""
    lifted = Case.objects.filter(association=meeting.association_id).lifted()
    told = _done(period) | _overdue(period)
    sources = (
        (PatternMeasure.objects.filter(told, pattern__association=meeting.association_id), True),
        (Measure.objects.filter(told, case__in=lifted), False),
    )
    rows, number = [], 0
    for measures, on_pattern in sources:
        number += measures.count()
        for pk, due_on, state, ended_on in measures.order_by("due_on", "pk").values_list(
            "pk", "due_on", "state", "ended_on"
        )[:MOST]:
            done = ended_on if state == MeasureState.DONE and ended_on and ended_on <= period.last else None
            rows.append(MeasureRow(pk, on_pattern, due_on, done))
    return tuple(rows[:MOST]), number


# ---- earlier meetings ----


def _assignments(meeting: Meeting, period: Period) -> QuerySet[Assignment]:
    """Return what earlier meetings asked for that was not done when the period began."""
    waited = Q(done_on__isnull=True) | Q(done_on__gte=period.first)
    return Assignment.objects.filter(waited, meeting__in=meeting.earlier().order_by())


def _recommended(meeting: Meeting, period: Period) -> QuerySet[AgendaItem]:
    """Return what earlier meetings have recommended in the period."""
    said = Q(recommended_at__gte=period.start, recommended_at__lt=period.end)
    rows = AgendaItem.objects.filter(said, meeting__in=meeting.earlier().order_by())
    return rows.order_by("meeting__held_on", "position", "pk")
