"""Which cases stand behind a figure of an annual summary, by the figure's name.

A name is a kind and what it takes, with dots between: `balance.new`, `part.KOMMUN.STRUKTUR`, `member.12.never`. It is
of the whole period, or of one month or another year of the trend that stands last: `balance.new.2025-03`,
`outcome.RESOLVED.2024`. What happened to a case twice counts twice in a figure, and the case is listed once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Sum, Value, When

from cases.codes import (
    Cause,
    ConcernState,
    FeedbackKind,
    GapType,
    Helped,
    MeasureState,
    Outcome,
    Party,
    Status,
)
from cases.models import AnnualSummary
from cases.periods import Period
from cases.statistics import Source, counting, frozen
from cases.statistics.source import FILED, REOPENED

ALL, NONE = "ALL", "NONE"
NUMBER = re.compile(r"[0-9]{1,15}")
MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
YEAR = re.compile(r"[0-9]{4}")

Rows = QuerySet[Any]


class UnknownFigure(LookupError):
    """A name that no figure of the summary has."""


def cases_behind(summary: AnnualSummary, name: str) -> Rows:
    """Return the keys of the cases behind a figure, from the frozen rows. Raises UnknownFigure."""
    kind, *parts = name.split(".")
    takes, find = FIGURES.get(kind, (0, _unknown))
    period = summary.period
    if len(parts) == takes + 1:
        period = _stretch(summary, parts.pop())
    if len(parts) != takes:
        raise UnknownFigure
    found = find(frozen(summary), period, *parts)
    return found.order_by().values("case_key")


def _unknown(source: Source, period: Period) -> Rows:
    raise UnknownFigure


def _stretch(summary: AnnualSummary, name: str) -> Period:
    """Read a month, or the same period of another year, as far back as the trend goes."""
    last = summary.last.year
    if month := MONTH.fullmatch(name):
        year, number = int(month[1]), int(month[2])
        found = Period.month(year, number) if summary.trend_from <= year <= last else None
        if found and summary.period.earlier(last - year).holds(found.first):
            return found
    elif YEAR.fullmatch(name) and summary.trend_from <= int(name) <= last:
        return summary.period.earlier(last - int(name))
    raise UnknownFigure


def _within(field: str, period: Period) -> Q:
    return Q(**{f"{field}__gte": period.first, f"{field}__lt": period.after})


def _one_of(codes: Any, code: str) -> str:
    """Return a code that there is, and a blank for none."""
    if code == NONE:
        return ""
    if code not in codes:
        raise UnknownFigure
    return code


def _by(field: str, codes: Any, code: str) -> Q:
    """Match a code in a column; all of them match everything."""
    return Q() if code == ALL else Q(**{field: _one_of(codes, code)})


def _key(text: str) -> int:
    if not NUMBER.fullmatch(text):
        raise UnknownFigure
    return int(text)


# ---- what came and went ----

BALANCE = frozenset({*counting.KINDS.values(), "duplicates", "ended"})


def _balance(source: Source, period: Period, kind: str) -> Rows:
    if kind in ("opening", "closing"):
        day = period.first if kind == "opening" else period.after
        came = Case(When(verb__in=[FILED, REOPENED], then=Value(1)), default=Value(-1))
        before: Rows = source.steps.filter(on__lt=day).order_by().values("case_key")
        still_open: Rows = before.annotate(open=Sum(came)).filter(open__gt=0)
        return still_open
    if kind not in BALANCE:
        raise UnknownFigure
    return source.steps.filter(_within("on", period), counting.steps_of(kind))


def _open(source: Source, period: Period, status: str) -> Rows:
    """Return what is open on the day of the rows, whatever the period."""
    is_late = Q(next_due__lt=source.day)
    return source.cases.filter(is_late if status == "LATE" else _by("status", Status, status), ending="")


# ---- what they are about ----


def _concerns(source: Source, period: Period) -> Rows:
    return source.concerns.filter(_within("filed_on", period)).exclude(state=ConcernState.WITHDRAWN)


def _part(source: Source, period: Period, party: str, gap_type: str) -> Rows:
    return _concerns(source, period).filter(_by("party", Party, party), _by("type_set", GapType, gap_type))


def _direction(source: Source, period: Period, reporter: str, concerned: str) -> Rows:
    """Return the concerns from one organisation towards another: a member's key, or a party without member."""
    return _concerns(source, period).filter(
        _organisation_is(reporter, "own_party", "own_member_id"), _organisation_is(concerned, "party", "member_id")
    )


def _organisation_is(name: str, party: str, member: str) -> Q:
    if NUMBER.fullmatch(name):
        return Q(**{member: int(name)})
    return Q(**{f"{member}__isnull": True, party: _one_of(Party, name)})


TYPES = {"REPORTER": "type_reported", "KANSLI": "type_set", "MEMBER": "type_answered"}


def _views(source: Source, period: Period, one: str, other: str) -> Rows:
    """Return the concerns whose type two saw differently; `views.REPORTER.NONE` is where the reporter did not know."""
    if one not in TYPES or other not in (*TYPES, NONE):
        raise UnknownFigure
    first = TYPES[one]
    if other == NONE:
        return _concerns(source, period).filter(**{first: ""})
    both = ~Q(**{first: ""}) & ~Q(**{TYPES[other]: ""})
    return _concerns(source, period).filter(both & ~Q(**{first: F(TYPES[other])}))


# ---- how long it took ----

HANDLING = {"done": "handled_on", "due": "handle_by", "ended": "ended_on"}
ANSWER = {"done": "answered_on", "due": "answer_due", "ended": "case_ended_on"}


def _handling(source: Source, period: Period, which: str) -> Rows:
    if which == "done":
        return source.cases.filter(_within("handled_on", period))
    return source.cases.filter(_settled(source, period, which, **HANDLING))


def _answer(source: Source, period: Period, which: str) -> Rows:
    """Return the concerns that were answered, that kept or missed their day, or whose day came in the period."""
    if which == "done":
        return source.concerns.filter(_within("answered_on", period), sent_on__isnull=False)
    if which in CAME_DUE:
        return source.concerns.filter(_came_due(source, period, which), member_id__isnull=False)
    return source.concerns.filter(counting.with_answer_day(), _settled(source, period, which, **ANSWER))


def _settled(source: Source, period: Period, which: str, *, done: str, due: str, ended: str) -> Q:
    edges = counting.Edges([period])
    kept = counting.was_kept(edges, done=done, due=due)
    late = counting.was_late(edges, source.day, done=done, due=due, ended=ended)
    found = {"kept": kept, "late": late, "settled": kept | late}
    if which not in found:
        raise UnknownFigure
    return found[which]


def _closing(source: Source, period: Period, which: str) -> Rows:
    if which != "done":
        raise UnknownFigure
    return source.cases.filter(_within("ended_on", period), ending=Status.CLOSED)


# ---- who answers ----

CAME_DUE = {
    "asked": Q(),
    "answered": Q(state=ConcernState.ANSWERED),
    "never": Q(state=ConcernState.UNANSWERED),
    "waits": ~Q(state__in=[ConcernState.ANSWERED, ConcernState.UNANSWERED]),
}


def _came_due(source: Source, period: Period, which: str) -> Q:
    if which not in CAME_DUE:
        raise UnknownFigure
    return counting.answer_came_due(source, period) & CAME_DUE[which]


def _member(source: Source, period: Period, key: str, which: str) -> Rows:
    return source.concerns.filter(_came_due(source, period, which), member_id=_key(key))


# ---- how it ended, and what came of it ----


def _outcome(source: Source, period: Period, code: str) -> Rows:
    return _closing(source, period, "done").filter(_by("outcome", Outcome, code))


def _cause(source: Source, period: Period, code: str) -> Rows:
    return _closing(source, period, "done").filter(_by("cause", Cause, code))


def _measure(source: Source, period: Period, state: str) -> Rows:
    found = counting.measure_is_late(source) if state == "LATE" else _by("state", MeasureState, state)
    return source.measures.filter(_within("due_on", period), found)


def _said(kind: FeedbackKind) -> Callable[..., Rows]:
    def find(source: Source, period: Period, value: str) -> Rows:
        return source.feedback.filter(_within("given_on", period), _by("value", Helped, value), kind=kind)

    return find


# ---- who reports, and what they have in common ----


def _place(source: Source, period: Period, key: str) -> Rows:
    seen = Q(initiative_id__isnull=True) if key == NONE else Q(initiative_id=_key(key))
    return source.cases.filter(_within("filed_on", period), seen)


def _organisation(source: Source, period: Period, key: str) -> Rows:
    own = Q(own_party="") if key == NONE else Q(own_member_id=_key(key))
    return source.cases.filter(_within("filed_on", period), own)


def _pattern(source: Source, period: Period, key: str, which: str) -> Rows:
    if which not in (ALL, "NEW"):
        raise UnknownFigure
    filed = _within("filed_on", period) if which == "NEW" else Q()
    return source.cases.filter(filed, pattern_id=_key(key))


# Each kind of figure: how many parts its name has after the kind, and what finds its rows.
FIGURES: dict[str, tuple[int, Callable[..., Rows]]] = {
    "balance": (1, _balance),
    "open": (1, _open),
    "part": (2, _part),
    "direction": (2, _direction),
    "views": (2, _views),
    "handling": (1, _handling),
    "answer": (1, _answer),
    "closing": (1, _closing),
    "member": (2, _member),
    "outcome": (1, _outcome),
    "cause": (1, _cause),
    "measure": (1, _measure),
    "helped": (1, _said(FeedbackKind.HELPED)),
    "back": (1, _said(FeedbackKind.CAME_BACK)),
    "place": (1, _place),
    "organisation": (1, _organisation),
    "pattern": (2, _pattern),
}
