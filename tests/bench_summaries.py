"""`make bench`, third part: how quickly a summary is counted, over 100,000 and over a million cases.

Over the whole country it is held against the same figures asked for by hand, in SQL as somebody would write it. The
process's memory is that of this process alone, which does the counting. Not a test: nothing fails here.
"""

from __future__ import annotations

import datetime as dt
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

# Set before it is read: another benchmark may run beside this one.
os.environ.setdefault("BENCH_DATABASE", "lexheller_bench_summaries")

# isort: split
from tests import bench

# isort: split
# That one has set the program up.
from django.db import connection, transaction

from cases import agendas, clocks, freezing, services
from cases import statistics as figures
from cases.models import AnnualSummary, Case
from cases.statistics import Period, annual, frozen, live
from cases.statistics.sql import roomy
from tests import loader_sql
from tests.bench_letters import megabytes, promise
from tests.loader import Place

say = bench.say

SIZES, ASSOCIATIONS = (100_000, 1_000_000), 80
OF_ONE, OF_ALL = 100_000, 1_000_000
MOST_ONE_SECONDS, MOST_ALL_SECONDS, MOST_RATIO, MOST_PACK_SECONDS = 2, 15, 1.5, 1
MOST_GROWTH_MB = 10
TIMES = 3
TREND = figures.TREND_MOST


@dataclass
class Found:
    """What was measured at a size: seconds by name, and the most megabytes of this process."""

    seconds: dict[str, float]
    megabytes: float


def main(sizes: tuple[int, ...]) -> None:
    if reason := bench.missing_postgres():
        say(f"No benchmark: {reason}.")
        return
    found = {size: of_size(size) for size in sizes}
    judge(found)
    subprocess.run([sys.executable, "-m", "tests.bench_sqlite"], cwd=bench.ROOT, check=True)


def of_size(size: int) -> Found:
    """Load so many cases, and count them."""
    with bench.database():
        bench.manage("migrate")
        began = time.perf_counter()
        place = loader_sql.load(size, associations=ASSOCIATIONS)[0]
        vacuum()
        say(f"{size:,} cases in {ASSOCIATIONS} förbund, loaded in {time.perf_counter() - began:.0f} s")
        seconds = {**of_one(place), **of_all()}
    say(f"most memory of this process: {megabytes():.0f} MB")
    say()
    return Found(seconds, megabytes())


def vacuum() -> None:
    """Do what the server would do by itself within a minute."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


# ---- one förbund ----


def of_one(place: Place) -> dict[str, float]:
    """Measure the summary of the largest förbund, and its next meeting's agenda."""
    period = last_year()
    begin = timed(
        "a summary is begun: frozen, counted, stored",
        lambda: services.begin_summary(place.association, actor=place.coordinator, period=period),
        times=1,
    )
    vacuum()
    summary = AnnualSummary.objects.get()
    number = frozen(summary).cases.count()
    say(f"  of which {number:,} cases frozen for one förbund")
    return {
        "begun": begin,
        "frozen": timed("its figures, from the frozen rows", lambda: services.figures_of(summary)),
        "rows": timed("its rows alone, frozen anew", lambda: freeze(summary), times=1),
        "today": timed("its figures, from the cases as they are", lambda: services.figures_today(summary)),
        "agenda": of_agenda(place),
    }


def freeze(summary: AnnualSummary) -> None:
    with transaction.atomic():
        freezing.freeze_rows(summary)


def of_agenda(place: Place) -> float:
    """Plan a meeting, which fills its agenda, and measure how quickly that is read."""
    held_on = clocks.today() + dt.timedelta(days=place.association.pack_days + 14)
    began = time.perf_counter()
    meeting = services.plan_meeting(place.association, actor=place.coordinator, held_on=held_on)
    rows = len(agendas.agenda(meeting, place.coordinator))
    say(f"  a meeting planned, its agenda filled with {rows} items in {time.perf_counter() - began:.2f} s")
    return timed("the meeting's agenda", lambda: agendas.agenda(meeting, place.coordinator))


# ---- the whole country ----


def of_all() -> dict[str, float]:
    """Measure the national summary, and parts of it against the same asked for by hand."""
    source, period = live(Case.objects.all()), last_year()
    took = timed(
        "the whole country's figures", lambda: annual(source, period, trend_from=period.first.year - TREND + 1)
    )
    periods = [period.earlier(back) for back in range(TREND - 1, -1, -1)]
    months = [month for one in periods for month in one.months()]
    pairs: list[tuple[str, Callable[[], Any], Callable[[], Any]]] = [
        ("balance, by month", lambda: figures.balances(source, months), lambda: balance_by_hand(months)),
        ("part and type", lambda: figures.part_tables(source, periods), lambda: parts_by_hand(periods)),
        ("answers in time", lambda: figures.answer_kept(source, periods), lambda: kept_by_hand(periods)),
    ]
    ours, by_hand = 0.0, 0.0
    for name, ask, ask_by_hand in pairs:
        mine, theirs = in_turn(ask, ask_by_hand)
        say(f"  {name:<46}{mine:>8.2f} s   by hand {theirs:>6.2f} s")
        ours, by_hand = ours + mine, by_hand + theirs
    return {"all": took, "ratio": ours / by_hand}


def in_turn(ask: Callable[[], Any], ask_by_hand: Callable[[], Any]) -> tuple[float, float]:
    """Ask both ways several times, in turn, and return the middle times; they must give the same figures."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for _ in range(TIMES):
        found = {}
        for mine, work in ((True, ask), (False, ask_by_hand)):
            began = time.perf_counter()
            with roomy():
                found[mine] = work()
            times[mine].append(time.perf_counter() - began)
        if found[True] != found[False]:
            raise SystemExit("what was asked by hand gives other figures")
    return statistics.median(times[True]), statistics.median(times[False])


def balance_by_hand(months: list[Period]) -> list[figures.Balance]:
    rows = by_hand(
        "SELECT date_trunc('month', at AT TIME ZONE 'Europe/Stockholm')::date, CASE WHEN data->>'reason' = 'DUPLICATE' "
        "THEN 'duplicates' ELSE verb END, count(*) FROM cases_event WHERE verb IN ('file', 'reopen', 'close', "
        "'dismiss', 'withdraw', 'refer', 'merge') AND at < %s GROUP BY 1, 2",
        [months[-1].end],
    )
    number = {(month, verb): count for month, verb, count in rows}
    verbs = ("file", "reopen", "close", "dismiss", "duplicates", "withdraw", "refer")
    opening, found = open_before(number, months[0].first), []
    for month in months:
        balance = figures.Balance(opening, *(number.get((month.first, verb), 0) for verb in verbs))
        found.append(balance)
        opening = balance.closing
    return found


def open_before(number: dict[tuple[dt.date, str], int], day: dt.date) -> int:
    return sum(
        count if verb in ("file", "reopen") else -count for (month, verb), count in number.items() if month < day
    )


def parts_by_hand(periods: list[Period]) -> list[figures.PartTable]:
    within = [periods[0].start, periods[-1].end]
    year = "extract(year FROM cases_case.filed_at AT TIME ZONE 'Europe/Stockholm')::int"
    rows = by_hand(
        f"SELECT {year}, party, type_set, count(*) FROM cases_concern JOIN cases_case "
        "ON cases_case.id = case_id WHERE state <> 'WITHDRAWN' AND filed_at >= %s AND filed_at < %s GROUP BY 1, 2, 3",
        within,
    )
    cases = dict(
        by_hand(
            f"SELECT {year}, count(*) FROM cases_case WHERE filed_at >= %s AND filed_at < %s GROUP BY 1",
            within,
        )
    )
    cells: dict[int, dict[tuple[str, str], int]] = {period.first.year: {} for period in periods}
    for one, party, gap_type, number in rows:
        cells[one][party, gap_type] = number
    return [figures.PartTable(cells[one], cases.get(one, 0)) for one in cells]


def kept_by_hand(periods: list[Period]) -> list[figures.Kept]:
    rows = by_hand(
        "SELECT extract(year FROM CASE WHEN kept THEN answered_on ELSE answer_due + 1 END)::int AS year, "
        "count(*) FILTER (WHERE kept), count(*) FROM (SELECT *, coalesce(answered_on <= answer_due, false) AS kept "
        "FROM (SELECT answer_due, (answered_at AT TIME ZONE 'Europe/Stockholm')::date AS answered_on, "
        "(ended_at AT TIME ZONE 'Europe/Stockholm')::date AS ended_on FROM cases_concern JOIN cases_case "
        "ON cases_case.id = case_id WHERE answer_due IS NOT NULL AND state IN ('SENT', 'ACKNOWLEDGED', 'ANSWERED', "
        "'UNANSWERED')) AS days) AS settled WHERE kept OR (answer_due < %s AND (ended_on IS NULL OR "
        "ended_on > answer_due)) GROUP BY 1",
        [clocks.today()],
    )
    found = {year: figures.Kept(kept, settled) for year, kept, settled in rows}
    return [found.get(period.first.year, figures.Kept()) for period in periods]


def by_hand(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


# ---- telling ----


def last_year() -> Period:
    return Period.year(clocks.today().year - 1)


def timed(what: str, work: Callable[[], Any], *, times: int = TIMES) -> float:
    """Do something some times, and tell and return the middle time."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        took.append(time.perf_counter() - began)
    say(f"  {what:<46}{statistics.median(took):>8.2f} s   least {min(took):.2f}   memory {megabytes():.0f} MB")
    return statistics.median(took)


def judge(found: dict[int, Found]) -> None:
    """Say what holds of what was promised."""
    if OF_ALL not in found:
        return
    seconds = found[OF_ALL].seconds
    promise(
        f"the figures of one förbund's {OF_ONE:,} cases under {MOST_ONE_SECONDS} s",
        seconds["frozen"] < MOST_ONE_SECONDS,
    )
    promise(f"its next meeting's agenda under {MOST_PACK_SECONDS} s", seconds["agenda"] < MOST_PACK_SECONDS)
    promise(f"those of {OF_ALL:,} cases under {MOST_ALL_SECONDS} s", seconds["all"] < MOST_ALL_SECONDS)
    promise(f"at most {MOST_RATIO} times by hand ({seconds['ratio']:.2f})", seconds["ratio"] <= MOST_RATIO)
    if len(found) > 1:
        growth = found[OF_ALL].megabytes - found[min(found)].megabytes
        promise(f"memory does not grow with the cases ({growth:.1f} MB)", growth < MOST_GROWTH_MB)


if __name__ == "__main__":
    main(tuple(int(word) for word in sys.argv[1:]) or SIZES)
