"""The figures of an annual summary: one period, its months, and the same period of earlier years."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cases.codes import FeedbackKind
from cases.periods import Period
from cases.statistics import counting
from cases.statistics.figures import (
    Answering,
    Balance,
    Measures,
    OpenNow,
    PartTable,
    Reporting,
    Said,
    Times,
    TypeViews,
)
from cases.statistics.source import Source
from cases.statistics.sql import roomy

TREND_MOST = 10


@dataclass(frozen=True)
class Stretch:
    """What is counted of a period and, for the trend, of the same period of each earlier year."""

    period: Period
    balance: Balance
    months: tuple[Balance, ...]
    parts: PartTable
    times: Times
    outcomes: Counter[tuple[str, str]]
    measures: Measures
    helped: Said
    came_back: Said
    reporting: Reporting


@dataclass(frozen=True)
class Annual:
    """The figures of a summary; the last of `trend` is the period itself."""

    day: dt.date
    trend: tuple[Stretch, ...]
    now: OpenNow
    directions: Counter[tuple[tuple[str, int | None], tuple[str, int | None]]]
    type_views: TypeViews
    answering: Mapping[int, Answering]

    @property
    def this(self) -> Stretch:
        return self.trend[-1]

    @property
    def before(self) -> Stretch | None:
        """Return the same period a year earlier, where the trend reaches that far."""
        return self.trend[-2] if len(self.trend) > 1 else None


def annual(source: Source, period: Period, *, trend_from: int) -> Annual:
    """Count a period of whole months, with the same period of each year from one on: as many questions as for one."""
    years = min(max(period.last.year - trend_from, 0), TREND_MOST - 1)
    periods = [period.earlier(back) for back in range(years, -1, -1)]
    with roomy():
        return Annual(
            day=source.day,
            trend=tuple(_stretches(source, periods)),
            now=counting.open_now(source),
            directions=counting.directions(source, period),
            type_views=counting.type_views(source, period),
            answering=counting.answering(source, period),
        )


def _stretches(source: Source, periods: Sequence[Period]) -> list[Stretch]:
    months = [period.months() for period in periods]
    by_month = iter(counting.balances(source, [month for each in months for month in each]))
    in_months = [tuple(next(by_month) for _ in each) for each in months]
    columns = zip(
        periods,
        map(added, in_months),
        in_months,
        counting.part_tables(source, periods),
        counting.times(source, periods),
        counting.outcomes(source, periods),
        counting.measures(source, periods),
        counting.said(source, periods, FeedbackKind.HELPED),
        counting.said(source, periods, FeedbackKind.CAME_BACK),
        counting.reporting(source, periods),
        strict=True,
    )
    return [Stretch(*found) for found in columns]


def added(balances: Sequence[Balance]) -> Balance:
    """Return the balance of stretches that follow on each other."""
    names = [field.name for field in dataclasses.fields(Balance)]
    sums = {name: sum(getattr(balance, name) for balance in balances) for name in names}
    return Balance(**{**sums, "opening": balances[0].opening})


# ---- the same to the byte ----


def canonical(figures: Annual) -> str:
    """Return figures as JSON that comes out the same wherever and whenever they are counted."""
    return json.dumps(_plain(figures), sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def hash_of(figures: Annual) -> str:
    """Return the SHA-256 of the canonical figures, in hex."""
    return hashlib.sha256(canonical(figures).encode()).hexdigest()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        # A key may be a pair of codes: told as text, in order.
        return {json.dumps(_plain(key), ensure_ascii=False): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value
