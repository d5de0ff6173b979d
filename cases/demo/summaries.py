"""The demo's annual summaries: each year that is over is frozen in February, assessed by the group and fixed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

from cases import clocks, services
from cases.codes import BreakKind
from cases.demo import phrases
from cases.demo.people import GBG, SVB, Forbund, Registers
from cases.models import AnnualSummary
from cases.periods import Period

Act = tuple[dt.datetime, Callable[[], object]]

# What the förbund say that they had before the program.
BEFORE = {SVB: 35, GBG: 100}
FREEZE, ASSESS, FIX = (2, 3), (2, 17), (2, 24)


def acts(registers: Registers, last_year: int) -> list[Act]:
    """Return what is done with the summaries, each with its moment, in the order of time."""
    found: list[Act] = []
    for code, forbund in registers.forbund.items():
        for year in range(registers.first_year, last_year):
            found += _of_a_year(code, forbund, year, first=registers.first_year)
    return sorted(found, key=lambda act: act[0])


def _of_a_year(code: str, forbund: Forbund, year: int, *, first: int) -> Iterator[Act]:
    association, kansli = forbund.association, forbund.coordinators[0]
    group = (forbund.preparatory or forbund.coordinators)[0]

    def draft() -> AnnualSummary:
        return AnnualSummary.objects.get(association=association, first=dt.date(year, 1, 1), fixed_at=None)

    def freeze() -> None:
        if year == first:
            _note_series(code, forbund, year)
        services.begin_summary(association, actor=kansli, period=Period.year(year))

    def assess() -> None:
        body = phrases.ASSESSMENTS[(year - first) % len(phrases.ASSESSMENTS)]
        day = clocks.today()
        services.assess(draft(), actor=group, body=body, grounds=phrases.GROUNDS, on=day)

    def fix() -> None:
        services.write_text(draft(), actor=kansli, key="lardomar", body=phrases.LESSONS)
        services.write_text(draft(), actor=kansli, key="forslag", body=phrases.PROPOSAL)
        services.fix_summary(draft(), actor=kansli)

    for act, (month, day) in ((freeze, FREEZE), (assess, ASSESS), (fix, FIX)):
        yield _office_hour(dt.date(year + 1, month, day)), act


def _note_series(code: str, forbund: Forbund, year: int) -> None:
    association, kansli = forbund.association, forbund.coordinators[0]
    services.note_total(
        association,
        actor=kansli,
        year=year - 1,
        reports=BEFORE[code],
        is_rough=True,
        origin=f"Verksamhetsberättelsen för {year - 1}",
    )
    services.note_break(association, actor=kansli, on=dt.date(year, 1, 1), kind=BreakKind.FORM, note=phrases.BREAK_NOTE)


def _office_hour(day: dt.date) -> dt.datetime:
    while not clocks.is_working_day(day):
        day += dt.timedelta(days=1)
    return dt.datetime(day.year, day.month, day.day, 10, tzinfo=clocks.STOCKHOLM)
