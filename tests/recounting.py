"""Recounts figures in plain Python, over rows that have been fetched: what the database's counting is held against."""

from __future__ import annotations

import datetime as dt
from collections import Counter

from cases import clocks
from cases import statistics as figures
from cases.codes import ConcernState
from cases.models import Measure
from cases.statistics import Days, Kept, Period


def spread_of(days: list[int]) -> tuple[tuple[int, int], ...]:
    return tuple(sorted(Counter(days).items()))


def day_of(moment: dt.datetime | None) -> dt.date | None:
    return moment and clocks.local_date(moment)


def recounted_cells(concerns, period: Period) -> dict:
    kept = [
        c
        for c in concerns
        if period.first <= day_of(c.case.filed_at) <= period.last and c.state != ConcernState.WITHDRAWN
    ]
    return dict(Counter((c.party, c.type_set) for c in kept))


def settle(begun, done, due, stopped, period: Period) -> tuple[int | None, bool | None]:
    """Tell how many days it took if done in the period, and whether it kept its day if settled in the period."""
    took = (done - begun).days if done and period.first <= done <= period.last else None
    if done and done <= due:
        return took, (True if period.first <= done <= period.last else None)
    if stopped and stopped <= due:
        return took, None
    verdict = due + dt.timedelta(days=1)
    settled = verdict <= clocks.today() and period.first <= verdict <= period.last
    return took, (False if settled else None)


def gathered(found) -> tuple[Days, Kept]:
    found = list(found)
    verdicts = [kept for _, kept in found if kept is not None]
    return Days(spread_of([took for took, _ in found if took is not None])), Kept(sum(verdicts), len(verdicts))


def recounted_handling(rows, period: Period) -> tuple[Days, Kept]:
    return gathered(
        settle(day_of(c.filed_at), day_of(c.first_handled_at), c.handle_by, day_of(c.ended_at), period) for c in rows
    )


def recounted_answers(concerns, period: Period) -> tuple[Days, Kept]:
    timed = ("SENT", "ACKNOWLEDGED", "ANSWERED", "UNANSWERED")
    return gathered(
        settle(
            day_of(c.sent_at),
            day_of(c.answered_at),
            c.answer_due,
            day_of(c.case.ended_at) if c.state in ("SENT", "ACKNOWLEDGED") else None,
            period,
        )
        for c in concerns
        if c.state in timed
    )


def recounted_closings(rows, period: Period) -> Days:
    closed = [c for c in rows if c.status == "CLOSED" and period.first <= day_of(c.ended_at) <= period.last]
    return Days(spread_of([(day_of(c.ended_at) - day_of(c.filed_at)).days for c in closed]))


def recounted_open(rows, concerns) -> figures.OpenNow:
    today = clocks.today()
    late: dict[str, set[int]] = {"triage": set(), "acknowledge": set(), "answer": set(), "measure": set()}
    alive = {c.pk: c for c in rows if not c.ending}
    for one in concerns:
        if one.case_id not in alive:
            continue
        if one.state in ("PENDING", "RETURNED") and alive[one.case_id].triage_due < today:
            late["triage"].add(one.case_id)
        if one.state == "SENT" and one.acknowledge_due < today:
            late["acknowledge"].add(one.case_id)
        if one.state in ("SENT", "ACKNOWLEDGED") and one.answer_due < today:
            late["answer"].add(one.case_id)
    # A case that was opened again waits for the kansli until it is sent or ended.
    late["triage"] |= {c.pk for c in alive.values() if c.reopened and c.status == "ANSWERED" and c.triage_due < today}
    late["measure"] |= {m.case_id for m in Measure.objects.filter(state="OPEN") if m.due_on < today}
    return figures.OpenNow(
        day=today,
        by_status=Counter(c.status for c in alive.values()),
        late=len(set().union(*late.values())),
        **{f"late_{kind}": len(found) for kind, found in late.items()},
    )
