"""Figures about cases, counted by the database; every page, file and chart takes the same objects.

Each function starts from cases that the reader may count, `Case.objects.countable_by(user)`, narrowed to a förbund, and
asks a fixed number of questions however many cases there are. Days are Swedish calendar days. Nothing here is rounded.
"""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, OuterRef, Q
from django.db.models.functions import TruncDate

from cases import clocks
from cases.codes import (
    UNSENT,
    WITH_FUNCTION,
    ConcernState,
    DismissReason,
    MeasureState,
    Status,
)
from cases.models import Concern, Event, Measure
from cases.querysets import CaseQuerySet

TYPE_NOT_SET = ""

# The verbs of the events that make a case open, and those that end it.
FILED, REOPENED = "file", "reopen"
ENDS = ("close", "dismiss", "withdraw", "refer", "merge")


@dataclass(frozen=True)
class Period:
    """The days from one to another, both included."""

    first: dt.date
    last: dt.date

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(dt.date(year, 1, 1), dt.date(year, 12, 31))

    @classmethod
    def tertial(cls, year: int, number: int) -> Period:
        """Return four months: 1 is January to April, 3 is September to December."""
        return cls(dt.date(year, number * 4 - 3, 1), cls.month(year, number * 4).last)

    @classmethod
    def month(cls, year: int, number: int) -> Period:
        return cls(dt.date(year, number, 1), dt.date(year, number, monthrange(year, number)[1]))

    @property
    def start(self) -> dt.datetime:
        """Return the first moment of the period."""
        return clocks.start_of(self.first)

    @property
    def end(self) -> dt.datetime:
        """Return the first moment after the period."""
        return clocks.end_of(self.last)

    def moments(self, field: str) -> Q:
        """Keep rows whose moment in the field lies in the period."""
        return Q(**{f"{field}__gte": self.start, f"{field}__lt": self.end})


@dataclass(frozen=True)
class Balance:
    """What came and went: opening + new + reopened - ended = closing, whatever the period.

    Counted from the events, so it holds for any day in the past. A case that ended, was reopened and ended again in
    the period counts twice in ended and once in reopened; it counts once in new.
    """

    opening: int
    new: int
    reopened: int
    closed: int
    dismissed: int
    duplicates: int
    withdrawn: int
    referred: int

    @property
    def ended(self) -> int:
        return self.closed + self.dismissed + self.duplicates + self.withdrawn + self.referred

    @property
    def closing(self) -> int:
        return self.opening + self.new + self.reopened - self.ended


@dataclass(frozen=True)
class Cell:
    """How many concerns, and how many cases they belong to."""

    concerns: int = 0
    cases: int = 0


@dataclass(frozen=True)
class PartTable:
    """Concerns by party and type, of the cases filed in a period, as those cases stand now.

    A struck concern is left out; the type is the one that the kansli set, or `TYPE_NOT_SET`. A case with two concerns
    stands in two cells, so the cells do not add up to `cases`, where each case counts once.
    """

    cells: Mapping[tuple[str, str], Cell]
    cases: int

    def cell(self, party: str, gap_type: str) -> Cell:
        return self.cells.get((party, gap_type), Cell())

    def of_party(self, party: str) -> int:
        return sum(cell.concerns for (mine, _), cell in self.cells.items() if mine == party)

    def of_type(self, gap_type: str) -> int:
        return sum(cell.concerns for (_, mine), cell in self.cells.items() if mine == gap_type)

    @property
    def concerns(self) -> int:
        return sum(cell.concerns for cell in self.cells.values())


@dataclass(frozen=True)
class OpenNow:
    """Cases that are open on the day that it is now, and how many have a clock that has passed its day.

    A case with two late clocks counts in both kinds, and once in `late`.
    """

    day: dt.date
    by_status: Mapping[str, int]
    late: int
    late_triage: int
    late_acknowledge: int
    late_answer: int
    late_measure: int

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


@dataclass(frozen=True)
class Days:
    """How many days something took, as pairs of days and how many took so long, the fewest days first."""

    spread: tuple[tuple[int, int], ...]

    @property
    def count(self) -> int:
        return sum(number for _, number in self.spread)

    @property
    def median(self) -> float | None:
        return percentile(self.spread, 0.5)

    @property
    def ninetieth(self) -> float | None:
        return percentile(self.spread, 0.9)


@dataclass(frozen=True)
class Kept:
    """How many kept their day, of all that were settled.

    Each is settled once, on one day: the day it was done, if that was its due day or earlier; else the day after the
    due day, whether it has been done since or is still open. So months add up to their year, and waiting longer
    cannot make a share look better. What ended for another reason on or before its due day is left out.
    """

    kept: int
    settled: int

    @property
    def share(self) -> float | None:
        return self.kept / self.settled if self.settled else None


@dataclass(frozen=True)
class Summary:
    """The figures of one period."""

    period: Period
    balance: Balance
    parts: PartTable
    now: OpenNow
    handling: Days
    handling_kept: Kept
    answer: Days
    answer_kept: Kept
    close: Days


def summary(cases: CaseQuerySet, period: Period) -> Summary:
    """Count everything that the summary page shows, in ten questions."""
    return Summary(
        period=period,
        balance=balance(cases, period),
        parts=part_table(cases, period),
        now=open_now(cases),
        handling=days_to_handling(cases, period),
        handling_kept=handling_kept(cases, period),
        answer=days_to_answer(cases, period),
        answer_kept=answer_kept(cases, period),
        close=days_to_close(cases, period),
    )


def balance(cases: CaseQuerySet, period: Period) -> Balance:
    """Count what came and went in the period, and what was open when it began.

    A referred case is ended here; where it was referred to, it is new. The same goes for what a merged förbund
    hands over.
    """
    before, within = Q(at__lt=period.start), period.moments("at")
    came, went = Q(verb__in=(FILED, REOPENED)), Q(verb__in=ENDS)
    duplicate = Q(verb="dismiss", data__reason=DismissReason.DUPLICATE.value)
    counted = Event.objects.filter(came | went, at__lt=period.end, case__in=_ids(cases)).aggregate(
        came_before=Count("pk", filter=came & before),
        went_before=Count("pk", filter=went & before),
        new=Count("pk", filter=Q(verb=FILED) & within),
        reopened=Count("pk", filter=Q(verb=REOPENED) & within),
        closed=Count("pk", filter=Q(verb="close") & within),
        dismissed=Count("pk", filter=Q(verb="dismiss") & within),
        duplicates=Count("pk", filter=duplicate & within),
        withdrawn=Count("pk", filter=Q(verb="withdraw") & within),
        referred=Count("pk", filter=Q(verb__in=("refer", "merge")) & within),
    )
    return Balance(
        opening=counted["came_before"] - counted["went_before"],
        new=counted["new"],
        reopened=counted["reopened"],
        closed=counted["closed"],
        dismissed=counted["dismissed"] - counted["duplicates"],
        duplicates=counted["duplicates"],
        withdrawn=counted["withdrawn"],
        referred=counted["referred"],
    )


def part_table(cases: CaseQuerySet, period: Period) -> PartTable:
    """Count concerns by party and type, of the cases filed in the period."""
    filed = cases.filter(period.moments("filed_at"))
    rows = (
        Concern.objects.filter(case__in=_ids(filed))
        .exclude(state=ConcernState.WITHDRAWN)
        .order_by()
        .values_list("party", "type_set")
        .annotate(concerns=Count("pk"), cases=Count("case", distinct=True))
    )
    cells = {(party, gap_type): Cell(concerns, number) for party, gap_type, concerns, number in rows}
    return PartTable(cells, filed.count())


def open_now(cases: CaseQuerySet) -> OpenNow:
    """Count the cases that are open today, by status, and the late ones by what is late."""
    today = clocks.today()
    states = cases.open().order_by().values_list("status").annotate(number=Count("pk"))
    concerns = Concern.objects.filter(case=OuterRef("pk"))
    measures = Measure.objects.filter(case=OuterRef("pk"), state=MeasureState.OPEN, due_on__lt=today)
    for_kansli = Q(Exists(concerns.filter(state__in=UNSENT))) | Q(reopened=True, status=Status.ANSWERED)
    late = cases.late().aggregate(
        late=Count("pk"),
        late_triage=Count("pk", filter=for_kansli & Q(triage_due__lt=today)),
        late_acknowledge=Count(
            "pk", filter=Exists(concerns.filter(state=ConcernState.SENT, acknowledge_due__lt=today))
        ),
        late_answer=Count("pk", filter=Exists(concerns.filter(state__in=WITH_FUNCTION, answer_due__lt=today))),
        late_measure=Count("pk", filter=Exists(measures)),
    )
    return OpenNow(day=today, by_status=dict(states), **late)


def days_to_handling(cases: CaseQuerySet, period: Period) -> Days:
    """Count the days from filing to the kansli's first step, of the cases that it first took up in the period."""
    return _days(cases, period, begun="filed_at", done="first_handled_at")


def handling_kept(cases: CaseQuerySet, period: Period) -> Kept:
    """Count how many cases the kansli took up by the day set at filing. What was withdrawn before that day is out."""
    return _kept(cases, period, done="first_handled_at", due="handle_by", ended="ended_at")


def days_to_answer(cases: CaseQuerySet, period: Period) -> Days:
    """Count the days from sending to answer, of the concerns that were answered in the period.

    A concern that was sent again counts from the last time, as its clock does.
    """
    return _days(_concerns(cases), period, begun="sent_at", done="answered_at")


def answer_kept(cases: CaseQuerySet, period: Period) -> Kept:
    """Count how many concerns were answered by their due day, which a question to the reporter moves.

    An answer that never came counts as late. Concerns that were returned or struck have no clock, and are out.
    """
    with_clock = [*WITH_FUNCTION, ConcernState.ANSWERED, ConcernState.UNANSWERED]
    concerns = _concerns(cases).filter(state__in=with_clock, answer_due__isnull=False)
    return _kept(concerns, period, done="answered_at", due="answer_due", ended="case__ended_at")


def days_to_close(cases: CaseQuerySet, period: Period) -> Days:
    """Count the days from filing to the last closing, of the cases that are closed and were so in the period.

    A case that was reopened counts when it is closed again. There is no due day for closing, and so no share.
    """
    return _days(cases.filter(ending=Status.CLOSED), period, begun="filed_at", done="ended_at")


def percentile(spread: Iterable[tuple[int, int]], share: float) -> float | None:
    """Return the value under which the share lies, between neighbours in proportion, as SQL's percentile_cont does.

    `spread` is pairs of value and count, the lowest value first. Nothing comes of nothing.
    """
    pairs = [pair for pair in spread if pair[1]]
    if not pairs:
        return None
    upto = list(accumulate(number for _, number in pairs))
    place = share * (upto[-1] - 1)
    below = int(place)
    low = next(value for (value, _), end in zip(pairs, upto, strict=True) if below < end)
    high = next((value for (value, _), end in zip(pairs, upto, strict=True) if below + 1 < end), low)
    return low + (high - low) * (place - below)


class _DaysBetween(Func):
    """Whole days from the second date to the first."""

    arg_joiner = " - "
    template = "(%(expressions)s)"
    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        """Count with julianday: a date is a text here, and at midnight the difference is exact."""
        ends = [compiler.compile(end) for end in self.source_expressions]
        sql = " - ".join(f"julianday({end})" for end, _ in ends)
        return f"CAST({sql} AS INTEGER)", [param for _, params in ends for param in params]


def _ids(cases: CaseQuerySet) -> Any:
    return cases.order_by().values("pk")


def _concerns(cases: CaseQuerySet) -> Any:
    return Concern.objects.filter(case__in=_ids(cases)).order_by()


def _day(field: str) -> TruncDate:
    return TruncDate(field, tzinfo=clocks.STOCKHOLM)


def _days(rows: Any, period: Period, *, begun: str, done: str) -> Days:
    """Count how many took each number of days: as many rows come back as there are lengths, not cases."""
    spread = (
        rows.filter(period.moments(done), **{f"{begun}__isnull": False})
        .order_by()
        .annotate(days=_DaysBetween(_day(done), _day(begun)))
        .values_list("days")
        .annotate(number=Count("pk"))
        .order_by("days")
    )
    return Days(tuple(spread))


def _kept(rows: Any, period: Period, *, done: str, due: str, ended: str) -> Kept:
    """Count the settled ones; what ended on or before its due day, and was not done, never came to that day."""
    day = dt.timedelta(days=1)
    passed = Q(**{f"{due}__gte": period.first - day, f"{due}__lte": min(period.last, clocks.today()) - day})
    undone = Q(done_on=None) | Q(done_on__gt=F(due))
    alive = Q(ended_on=None) | Q(ended_on__gt=F(due))
    near = rows.filter(period.moments(done) | passed)
    counted = near.annotate(done_on=_day(done), ended_on=_day(ended)).aggregate(
        kept=Count("pk", filter=Q(done_on__lte=F(due)) & period.moments(done)),
        late=Count("pk", filter=passed & undone & alive),
    )
    return Kept(counted["kept"], counted["kept"] + counted["late"])
