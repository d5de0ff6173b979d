"""Years at the edges: nothing, one case, New Year, what came back or went on, summer time, leap day, no members."""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from cases import clocks, services
from cases.annual import report_of
from cases.clocks import STOCKHOLM
from cases.codes import DismissReason, Party
from cases.documents import FORMATS
from cases.models import AnnualSummary
from cases.querysets import NOBODY
from cases.services import Concerned
from cases.statistics import Balance, Period
from tests.people import make_report

YEAR = Period.year(2025)


def at(*moment: int, fold: int = 0):
    return clocks.at(dt.datetime(*moment, tzinfo=STOCKHOLM, fold=fold))


def nothing(w: SimpleNamespace) -> None:
    """Let a year pass."""


def one_case(w: SimpleNamespace) -> None:
    with at(2025, 3, 1, 12):
        w.file()


def over_new_year(w: SimpleNamespace) -> None:
    with at(2024, 12, 31, 23, 59):
        case = w.file()
    with at(2025, 1, 1, 0, 0):
        w.file()
        w.flow.to_closed(case)
    with at(2025, 12, 31, 23, 59):
        w.file()
    with at(2026, 1, 1, 0, 0):
        w.file()


def reopened(w: SimpleNamespace) -> None:
    with at(2025, 3, 1, 12):
        case = w.flow.to_closed(w.file())
    with at(2025, 3, 10, 12):
        services.reopen(case, actor=w.sanna, reason="Det hände igen.")
        w.flow.close(w.flow.again(case))


def referred(w: SimpleNamespace) -> None:
    with at(2025, 3, 1, 12):
        services.refer(w.file(), actor=w.sanna, reply="Vänd dig dit.", to=w.annat)


def written_off(w: SimpleNamespace) -> None:
    with at(2025, 3, 1, 12):
        services.dismiss(w.file(), actor=w.sanna, reason=DismissReason.TOO_LITTLE, reply="Vi förstår inte.")
        services.withdraw(w.file(), actor=w.rakel)


def summer_time(w: SimpleNamespace) -> None:
    with at(2025, 3, 30, 1, 59):
        case = w.flow.send(w.file())
    with at(2025, 3, 31, 0, 30):
        w.flow.to_closed(w.file())
    with at(2025, 10, 26, 2, 30):
        w.file()
    with at(2025, 10, 26, 2, 30, fold=1):
        w.flow.close(w.flow.answer(case))


def leap_day(w: SimpleNamespace) -> None:
    with at(2024, 2, 29, 12):
        case = w.file()
    with at(2024, 3, 1, 12):
        w.flow.to_closed(case)


Edge = tuple[Callable[[SimpleNamespace], None], Period, Balance]
EDGES: dict[str, Edge] = {
    "nothing": (nothing, YEAR, Balance(0, 0, 0, 0, 0, 0, 0, 0)),
    "one case": (one_case, YEAR, Balance(0, 1, 0, 0, 0, 0, 0, 0)),
    "over New Year": (over_new_year, YEAR, Balance(1, 2, 0, 1, 0, 0, 0, 0)),
    "reopened": (reopened, YEAR, Balance(0, 1, 1, 2, 0, 0, 0, 0)),
    "referred": (referred, YEAR, Balance(0, 1, 0, 0, 0, 0, 0, 1)),
    "written off": (written_off, YEAR, Balance(0, 2, 0, 0, 1, 0, 1, 0)),
    "summer time": (summer_time, YEAR, Balance(0, 3, 0, 2, 0, 0, 0, 0)),
    "leap day": (leap_day, Period.tertial(2024, 1), Balance(0, 1, 0, 1, 0, 0, 0, 0)),
}


@pytest.fixture(params=EDGES)
def edge(request, forbund, annat_forbund, sanna, rakel, flow, file_case) -> tuple[AnnualSummary, Balance]:
    """A summary of a year at an edge, with the balance that a person counts."""
    happen, period, counted = EDGES[request.param]
    w = SimpleNamespace(forbund=forbund, annat=annat_forbund, sanna=sanna, rakel=rakel, flow=flow, file=file_case)
    happen(w)
    with at(2026, 2, 2, 12):
        return services.begin_summary(forbund, actor=sanna, period=period), counted


def test_a_year_at_an_edge_comes_out_right_and_becomes_a_page_and_tables(edge):
    summary, counted = edge
    assert services.figures_of(summary).this.balance == counted
    assert services.still_the_same(summary, services.figures_of(summary))
    assert FORMATS["csv"].render(report_of(summary))


@pytest.mark.slow
def test_a_year_at_an_edge_becomes_every_file(edge):
    report = report_of(edge[0])
    assert all(len(form.render(report)) > 1000 for form in FORMATS.values())


def test_a_forbund_without_members_has_a_summary_too(annat_forbund, olle):
    with at(2025, 3, 1, 12):
        services.file(annat_forbund, make_report(Concerned(Party.FORBUND), Concerned(Party.OTHER)), actor=NOBODY)
    with at(2026, 2, 2, 12):
        summary = services.begin_summary(annat_forbund, actor=olle, period=YEAR)
    assert services.figures_of(summary).this.parts.concerns == 2
    assert FORMATS["xlsx"].render(report_of(summary))


def test_the_days_of_a_leap_year_and_of_summer_time_are_whole_days(forbund, sanna, rakel, flow, file_case):
    w = SimpleNamespace(flow=flow, file=file_case)
    leap_day(w)
    summer_time(w)
    with at(2026, 2, 2, 12):
        summary = services.begin_summary(forbund, actor=sanna, period=YEAR)
    before, this = services.figures_of(summary).trend[-2:]
    assert before.times.close.spread == ((1, 1),)
    assert this.times.close.spread == ((0, 1), (210, 1))
