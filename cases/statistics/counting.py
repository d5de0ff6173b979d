"""Counts figures by the database, for one period or for many at once.

Each function asks a fixed number of questions however many cases and periods there are, and returns one figure for
each period. Days are Swedish calendar days.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import pairwise
from typing import Any, TypeVar

from django.db.models import Count, F, Q, QuerySet

from cases.codes import (
    UNSENT,
    WITH_FUNCTION,
    ConcernState,
    DismissReason,
    FeedbackKind,
    Helped,
    MeasureState,
    Status,
)
from cases.periods import Period
from cases.statistics.figures import (
    Answering,
    Balance,
    Days,
    Kept,
    Measures,
    OpenNow,
    PartTable,
    Reporting,
    Said,
    Share,
    Summary,
    Times,
    TypeViews,
)
from cases.statistics.source import FILED, REOPENED, Source
from cases.statistics.sql import Bucket, DaysBetween, counted

Found = TypeVar("Found")
DAY = dt.timedelta(days=1)


class Edges:
    """Periods that do not overlap, and the days that part time into them and what lies between.

    Everything that happened is put between two of these days, by the database, and each period finds its own again.
    """

    def __init__(self, periods: Sequence[Period]) -> None:
        self.periods = list(periods)
        self.days = sorted({day for period in periods for day in (period.first, period.after)})
        ordered = sorted(periods)
        if any(before.last >= after.first for before, after in pairwise(ordered)):
            raise ValueError("periods overlap")

    def bucket(self, field: str) -> Bucket:
        return Bucket(F(field), self.days)

    def within(self, field: str) -> Q:
        """Keep rows whose day lies between the first and the last of all."""
        return Q(**{f"{field}__gte": self.days[0], f"{field}__lt": self.days[-1]})

    def of(self, period: Period) -> int:
        """Return the bucket of a period, which holds nothing else."""
        return bisect_right(self.days, period.first)

    def each(self, found: Mapping[int, Found], empty: Callable[[], Found]) -> list[Found]:
        """Return what was found in each period, in their order."""
        return [found[key] if (key := self.of(period)) in found else empty() for period in self.periods]


# ---- what came and went ----


def balances(source: Source, periods: Sequence[Period]) -> list[Balance]:
    """Count what came and went in each period, and what was open when it began.

    A referred case is ended here; where it was referred to, it is new. The same goes for what a merged förbund
    hands over.
    """
    edges = Edges(periods)
    rows = source.steps.filter(on__lt=edges.days[-1]).annotate(bucket=edges.bucket("on"))
    kinds: dict[int, Counter[str]] = defaultdict(Counter)
    for bucket, verb, reason, number in counted(rows, "bucket", "verb", "reason"):
        kinds[bucket][_kind(verb, reason)] += number
    return [_balance(kinds, edges.of(period)) for period in edges.periods]


def _kind(verb: str, reason: str) -> str:
    if verb == "dismiss" and reason == DismissReason.DUPLICATE:
        return "duplicates"
    return KINDS[verb]


def steps_of(kind: str) -> Q:
    """Match the steps of a kind, as `_kind` tells it of one; `ended` is all that end a case."""
    duplicate = Q(verb="dismiss", reason=DismissReason.DUPLICATE)
    if kind == "duplicates":
        return duplicate
    if kind == "ended":
        return ~Q(verb__in=[FILED, REOPENED])
    return Q(verb__in=[verb for verb, mine in KINDS.items() if mine == kind]) & ~duplicate


KINDS = {
    FILED: "new",
    REOPENED: "reopened",
    "close": "closed",
    "dismiss": "dismissed",
    "withdraw": "withdrawn",
    "refer": "referred",
    "merge": "referred",
}
CAME = ("new", "reopened")


def _balance(kinds: Mapping[int, Counter[str]], bucket: int) -> Balance:
    before = sum((found for key, found in kinds.items() if key < bucket), Counter[str]())
    came = sum(before[kind] for kind in CAME)
    within = kinds.get(bucket, Counter[str]())
    return Balance(
        opening=2 * came - before.total(),
        new=within["new"],
        reopened=within["reopened"],
        closed=within["closed"],
        dismissed=within["dismissed"],
        duplicates=within["duplicates"],
        withdrawn=within["withdrawn"],
        referred=within["referred"],
    )


# ---- part and type ----


def part_tables(source: Source, periods: Sequence[Period]) -> list[PartTable]:
    """Count concerns by party and type, of the cases filed in each period."""
    edges = Edges(periods)
    filed = edges.within("filed_on")
    rows = source.concerns.filter(filed).exclude(state=ConcernState.WITHDRAWN).annotate(bucket=edges.bucket("filed_on"))
    cells: dict[int, dict[tuple[str, str], int]] = defaultdict(dict)
    for bucket, party, gap_type, number in counted(rows, "bucket", "party", "type_set"):
        cells[bucket][party, gap_type] = number
    numbers = _by_bucket(source.cases.filter(filed), edges.bucket("filed_on"))
    return [PartTable(cells.get(key, {}), numbers.get(key, 0)) for key in map(edges.of, edges.periods)]


# ---- open and late ----


def open_now(source: Source) -> OpenNow:
    """Count the cases that are open on the day that the rows tell of, by status, and the late ones by what is late."""
    day = source.day
    cases = source.cases.filter(ending="")
    states = cases.values_list("status").annotate(number=Count("pk"))
    again = Q(reopened=True, status=Status.ANSWERED)
    late = cases.aggregate(
        late=Count("pk", filter=Q(next_due__lt=day)), triage=Count("pk", filter=again & Q(triage_due__lt=day))
    )
    of_concerns = source.concerns.filter(case_ending="").aggregate(
        # A case that was opened again has no concern that waits to be sent: nothing counts twice.
        triage=_cases(Q(state__in=UNSENT, case_triage_due__lt=day)),
        acknowledge=_cases(Q(state=ConcernState.SENT, acknowledge_due__lt=day)),
        answer=_cases(Q(state__in=WITH_FUNCTION, answer_due__lt=day)),
    )
    of_measures = source.measures.filter(case_ending="").aggregate(
        late=_cases(Q(state=MeasureState.OPEN, due_on__lt=day))
    )
    return OpenNow(
        day=day,
        by_status=dict(states),
        late=late["late"],
        late_triage=late["triage"] + of_concerns["triage"],
        late_acknowledge=of_concerns["acknowledge"],
        late_answer=of_concerns["answer"],
        late_measure=of_measures["late"],
    )


def _cases(condition: Q) -> Count:
    return Count("case_key", filter=condition, distinct=True)


# ---- how long it takes ----


def times(source: Source, periods: Sequence[Period]) -> list[Times]:
    """Count how long handling, answer and closing took in each period, and how many kept their day."""
    each = zip(
        days_to_handling(source, periods),
        handling_kept(source, periods),
        days_to_answer(source, periods),
        answer_kept(source, periods),
        days_to_close(source, periods),
        strict=True,
    )
    return [Times(*found) for found in each]


def days_to_handling(source: Source, periods: Sequence[Period]) -> list[Days]:
    """Count the days from filing to the kansli's first step, of the cases that it first took up in each period."""
    return _days(source.cases, periods, begun="filed_on", done="handled_on")


def handling_kept(source: Source, periods: Sequence[Period]) -> list[Kept]:
    """Count how many cases the kansli took up by the day set at filing. What was withdrawn before that day is out."""
    return _kept(source, source.cases, source.cases, periods, done="handled_on", due="handle_by", ended="ended_on")


def days_to_answer(source: Source, periods: Sequence[Period]) -> list[Days]:
    """Count the days from sending to answer, of the concerns that were answered in each period.

    A concern that was sent again counts from the last time, as its clock does.
    """
    return _days(source.alone, periods, begun="sent_on", done="answered_on")


def answer_kept(source: Source, periods: Sequence[Period]) -> list[Kept]:
    """Count how many concerns were answered by their due day, which a question to the reporter moves.

    An answer that never came counts as late. Concerns that were returned or struck have no clock, and are out.
    """
    alone, concerns = (rows.filter(with_answer_day()) for rows in (source.alone, source.concerns))
    return _kept(source, alone, concerns, periods, done="answered_on", due="answer_due", ended="case_ended_on")


def days_to_close(source: Source, periods: Sequence[Period]) -> list[Days]:
    """Count the days from filing to the last closing, of the cases that are closed and were so in each period.

    A case that was reopened counts when it is closed again.
    """
    return _days(source.cases.filter(ending=Status.CLOSED), periods, begun="filed_on", done="ended_on")


def with_answer_day() -> Q:
    """Match the concerns that have a day to be answered by."""
    with_clock = [*WITH_FUNCTION, ConcernState.ANSWERED, ConcernState.UNANSWERED]
    return Q(state__in=with_clock, answer_due__isnull=False)


def _days(rows: QuerySet[Any], periods: Sequence[Period], *, begun: str, done: str) -> list[Days]:
    """Count how many took each number of days: as many rows come back as there are lengths, not cases."""
    edges = Edges(periods)
    near = rows.filter(edges.within(done), **{f"{begun}__isnull": False})
    lengths = near.annotate(bucket=edges.bucket(done), days=DaysBetween(F(done), F(begun)))
    spreads: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for bucket, days, number in sorted(counted(lengths, "bucket", "days")):
        spreads[bucket].append((days, number))
    return [Days(tuple(spreads.get(edges.of(period), ()))) for period in edges.periods]


def _kept(
    source: Source,
    alone: QuerySet[Any],
    rows: QuerySet[Any],
    periods: Sequence[Period],
    *,
    done: str,
    due: str,
    ended: str,
) -> list[Kept]:
    """Count the settled ones; what ended on or before its due day, and was not done, never came to that day.

    `rows` know when their case ended; `alone` are the same, and need not.
    """
    edges = Edges(periods)
    kept = _by_bucket(alone.filter(was_kept(edges, done=done, due=due)), edges.bucket(done))
    late_rows = rows.filter(was_late(edges, source.day, done=done, due=due, ended=ended))
    # Days are put between the same edges, all a day earlier.
    late = _by_bucket(late_rows, Bucket(F(due), [day - DAY for day in edges.days]))
    keys = map(edges.of, edges.periods)
    return [Kept(kept.get(key, 0), kept.get(key, 0) + late.get(key, 0)) for key in keys]


def was_kept(edges: Edges, *, done: str, due: str) -> Q:
    """Match what was done within the periods and on its day or before."""
    return edges.within(done) & Q(**{f"{done}__lte": F(due)})


def was_late(edges: Edges, today: dt.date, *, done: str, due: str, ended: str) -> Q:
    """Match what became late within the periods: on the day after its due day, if that has come."""
    passed = Q(**{f"{due}__gte": edges.days[0] - DAY, f"{due}__lt": min(edges.days[-1] - DAY, today)})
    undone = Q(**{f"{done}__isnull": True}) | Q(**{f"{done}__gt": F(due)})
    alive = Q(**{f"{ended}__isnull": True}) | Q(**{f"{ended}__gt": F(due)})
    return passed & undone & alive


def _by_bucket(rows: QuerySet[Any], bucket: Bucket) -> dict[int, int]:
    return dict(counted(rows.annotate(bucket=bucket), "bucket"))


# ---- how it ended, and what came of it ----


def outcomes(source: Source, periods: Sequence[Period]) -> list[Counter[tuple[str, str]]]:
    """Count the cases that were closed in each period, and are so still, by outcome and cause."""
    edges = Edges(periods)
    closed = source.cases.filter(edges.within("ended_on"), ending=Status.CLOSED)
    return _counters(edges, closed, "ended_on", ("outcome", "cause"))


def measures(source: Source, periods: Sequence[Period]) -> list[Measures]:
    """Count the measures whose day was in each period, by what came of them."""
    edges = Edges(periods)
    due = source.measures.filter(edges.within("due_on")).annotate(bucket=edges.bucket("due_on"))
    outcome = due.values("bucket").annotate(
        planned=Count("pk"),
        late=Count("pk", filter=measure_is_late(source)),
        **{state.value.lower(): Count("pk", filter=Q(state=state)) for state in MeasureState},
    )
    found = {row.pop("bucket"): Measures(**row) for row in outcome}
    return edges.each(found, Measures)


def measure_is_late(source: Source) -> Q:
    """Match the measures that were done after their day, or are not done though it has passed."""
    late_done = Q(state=MeasureState.DONE, ended_on__gt=F("due_on"))
    return late_done | Q(state=MeasureState.OPEN, due_on__lt=source.day)


def said(
    source: Source, periods: Sequence[Period], kind: FeedbackKind, *, by_reporter: bool | None = None
) -> list[Said]:
    """Count what was answered to a question after closing in each period: by the reporter, the members, or both."""
    edges = Edges(periods)
    given = source.feedback.filter(edges.within("given_on"), kind=kind)
    given = given if by_reporter is None else given.filter(by_reporter=by_reporter)
    counters = _counters(edges, given, "given_on", ("value",))
    return [Said(found[Helped.YES,], found[Helped.PARTLY,], found[Helped.NO,]) for found in counters]


def _counters(edges: Edges, rows: QuerySet[Any], day: str, columns: tuple[str, ...]) -> list[Counter[Any]]:
    """Count rows in each period by some columns."""
    found: dict[int, Counter[Hashable]] = defaultdict(Counter)
    for bucket, *key, number in counted(rows.annotate(bucket=edges.bucket(day)), "bucket", *columns):
        found[bucket][tuple(key)] += number
    return edges.each(found, Counter)


# ---- who and towards whom ----


def directions(source: Source, period: Period) -> Counter[tuple[tuple[str, int | None], tuple[str, int | None]]]:
    """Count the concerns of the cases filed in a period by the reporter's own organisation and the one concerned.

    Each is a party and a member's key; an organisation that was not told is a blank.
    """
    edges = Edges([period])
    rows = source.concerns.filter(edges.within("filed_on")).exclude(state=ConcernState.WITHDRAWN)
    columns = ("own_party", "own_member_id", "party", "member_id")
    [found] = _counters(edges, rows, "filed_on", columns)
    return Counter({((key[0], key[1]), (key[2], key[3])): number for key, number in found.items()})


def type_views(source: Source, period: Period) -> TypeViews:
    """Count how often reporter, kansli and member saw the type of a concern differently."""
    edges = Edges([period])
    rows = source.concerns.filter(edges.within("filed_on")).exclude(state=ConcernState.WITHDRAWN)
    [found] = _counters(edges, rows, "filed_on", ("type_reported", "type_set", "type_answered"))

    def differ(first: int, second: int) -> Share:
        both = {key: number for key, number in found.items() if key[first] and key[second]}
        return Share(sum(number for key, number in both.items() if key[first] != key[second]), sum(both.values()))

    unknown = sum(number for key, number in found.items() if not key[0])
    return TypeViews(differ(0, 1), differ(1, 2), differ(0, 2), Share(unknown, found.total()))


def reporting(source: Source, periods: Sequence[Period]) -> list[Reporting]:
    """Count the cases filed in each period by where they were seen and the reporter's own organisation."""
    edges = Edges(periods)
    filed = source.cases.filter(edges.within("filed_on"))
    return [
        Reporting(
            initiatives=_by(found, 0),
            members=_by(found, 1),
            parties=_by(Counter({key: number for key, number in found.items() if key[1] is None and key[2]}), 2),
            without_initiative=sum(number for key, number in found.items() if key[0] is None),
            without_organisation=sum(number for key, number in found.items() if not key[2]),
        )
        for found in _counters(edges, filed, "filed_on", ("initiative_id", "own_member_id", "own_party"))
    ]


def _by(found: Counter[Any], place: int) -> dict[Any, int]:
    numbers: Counter[Any] = Counter()
    for key, number in found.items():
        if key[place] is not None:
            numbers[key[place]] += number
    return dict(sorted(numbers.items()))


def answering(source: Source, period: Period) -> dict[int, Answering]:
    """Count, by member, the concerns whose answer day came in a period, and what came of them."""
    members = (
        source.alone.filter(answer_came_due(source, period), member_id__isnull=False)
        .values("member_id")
        .annotate(
            asked=Count("pk"),
            answered=Count("pk", filter=Q(state=ConcernState.ANSWERED)),
            never=Count("pk", filter=Q(state=ConcernState.UNANSWERED)),
        )
        .order_by("member_id")
    )
    return {row.pop("member_id"): Answering(**row) for row in members}


def answer_came_due(source: Source, period: Period) -> Q:
    """Match the concerns whose answer day came, and passed, in a period."""
    last = min(period.last, source.day - DAY)
    return with_answer_day() & Q(answer_due__gte=period.first, answer_due__lte=last)


# ---- one period, for its page ----


def summary(source: Source, period: Period) -> Summary:
    """Count everything that the page about a period shows."""
    one = [period]
    [balance], [parts], [how_long] = balances(source, one), part_tables(source, one), times(source, one)
    return Summary(period=period, balance=balance, parts=parts, now=open_now(source), times=how_long)
