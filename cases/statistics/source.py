"""The rows that figures are counted from: codes and days, with the same columns whether they live or are frozen.

Counting starts from a `Source` and from nothing else. One that lives reads the cases as they are; one that is frozen
reads the rows that were stored for it, so that its figures come out the same ever after.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, CharField, ExpressionWrapper, F, Q, QuerySet, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce

from cases import clocks
from cases.models import (
    AnnualSummary,
    Concern,
    Event,
    Feedback,
    FrozenCase,
    FrozenConcern,
    FrozenFeedback,
    FrozenMeasure,
    FrozenStep,
    Measure,
)
from cases.querysets import CaseQuerySet
from cases.statistics.sql import LocalDay

# The verbs of the events that make a case open, and those that end it.
FILED, REOPENED = "file", "reopen"
ENDS = ("close", "dismiss", "withdraw", "refer", "merge")

# Columns that come as they are, and those that are a moment's Swedish day.
CASE_CODES = (
    "association_id",
    "handle_by",
    "ending",
    "status",
    "reopened",
    "triage_due",
    "next_due",
    "outcome",
    "cause",
    "own_party",
    "own_member_id",
    "initiative_id",
    "pattern_id",
)
CASE_DAYS = {"filed_on": "filed_at", "handled_on": "first_handled_at", "ended_on": "ended_at"}
CONCERN_CODES = (
    "party",
    "member_id",
    "is_primary",
    "state",
    "type_reported",
    "type_set",
    "type_answered",
    "acknowledge_due",
    "answer_due",
    "cause_seen",
)
CONCERN_DAYS = {"sent_on": "sent_at", "answered_on": "answered_at"}
MEASURE_CODES = ("cause", "due_on", "state", "ended_on")
FEEDBACK_CODES = ("kind", "value", "given_on")


@dataclass(frozen=True)
class Source:
    """Rows about some cases, and the day that they tell of.

    cases: `case_key`, CASE_CODES, CASE_DAYS; concerns: the same key, CONCERN_CODES, CONCERN_DAYS and, of their case,
    `filed_on`, `case_ended_on`, `case_ending`, `case_triage_due`, `own_party`, `own_member_id`; steps: what opened and
    ended a case, by `verb`, `on` and `reason`; measures and feedback: their codes, with `case_ending`, `by_reporter`.
    """

    day: dt.date
    cases: QuerySet[Any]
    concerns: QuerySet[Any]
    steps: QuerySet[Any]
    measures: QuerySet[Any]
    feedback: QuerySet[Any]
    # The concerns without what they need of their case: a question that does without it need not look each case up.
    alone: QuerySet[Any]


def live(cases: CaseQuerySet, *, day: dt.date | None = None) -> Source:
    """Return the rows of some cases as they are now; what is late is told for another day if one is given."""
    alone = _of(Concern, cases).annotate(case_key=F("case_id"), **_days(CONCERN_DAYS))
    steps = _of(Event, cases).filter(verb__in=(FILED, REOPENED, *ENDS))
    return Source(
        day=day or clocks.today(),
        cases=cases.order_by().annotate(case_key=F("pk"), **_days(CASE_DAYS)),
        alone=alone,
        concerns=alone.annotate(
            filed_on=LocalDay("case__filed_at"),
            case_ended_on=LocalDay("case__ended_at"),
            case_ending=F("case__ending"),
            case_triage_due=F("case__triage_due"),
            own_party=F("case__own_party"),
            own_member_id=F("case__own_member_id"),
        ),
        steps=steps.annotate(
            case_key=F("case_id"),
            on=LocalDay("at"),
            reason=Coalesce(KT("data__reason"), Value(""), output_field=CharField()),
        ),
        measures=_of(Measure, cases).annotate(case_key=F("case_id"), case_ending=F("case__ending")),
        feedback=_of(Feedback, cases).annotate(
            case_key=F("case_id"),
            by_reporter=ExpressionWrapper(Q(concern__isnull=True), BooleanField()),
        ),
    )


def frozen(summary: AnnualSummary) -> Source:
    """Return the rows that were stored for a summary."""
    kinds = (FrozenCase, FrozenConcern, FrozenStep, FrozenMeasure, FrozenFeedback, FrozenConcern)
    return Source(summary.data_on, *(kind.objects.filter(summary=summary).order_by() for kind in kinds))


def _of(model: Any, cases: CaseQuerySet) -> Any:
    """Return the rows on some cases; on all of them, without looking each case up."""
    rows = model.objects.order_by()
    return rows if _are_all(cases) else rows.filter(case__in=cases.order_by().values("pk"))


def _are_all(cases: CaseQuerySet) -> bool:
    query = cases.query
    return not (query.where or query.is_sliced or query.combinator or query.distinct)


def _days(columns: dict[str, str]) -> dict[str, LocalDay]:
    return {name: LocalDay(field) for name, field in columns.items()}
