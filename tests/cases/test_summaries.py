"""Annual summaries: the rows that are frozen, the figures that come out of them, and who may do what when."""

import datetime as dt
from types import SimpleNamespace

import pytest

from cases import clocks, services, statistics
from cases.clocks import STOCKHOLM
from cases.models import AnnualSummary, Case, FrozenCase
from cases.statistics import Period, annual, canonical, live

YEAR = Period.year(2025)
FEBRUARY = dt.datetime(2026, 2, 2, 12, tzinfo=STOCKHOLM)


@pytest.fixture
def history(file_case, flow) -> SimpleNamespace:
    """Two cases of 2025, one of them closed, and one of 2026."""
    with clocks.at(dt.datetime(2025, 3, 1, 12, tzinfo=STOCKHOLM)):
        closed, open_one = file_case(), file_case()
    with clocks.at(dt.datetime(2025, 4, 10, 12, tzinfo=STOCKHOLM)):
        closed = flow.to_closed(closed)
    with clocks.at(dt.datetime(2026, 1, 7, 12, tzinfo=STOCKHOLM)):
        return SimpleNamespace(closed=closed, open=open_one, later=file_case())


@pytest.fixture
def summary(forbund, sanna, history) -> AnnualSummary:
    with clocks.at(FEBRUARY):
        return services.begin_summary(forbund, actor=sanna, period=YEAR)


def test_frozen_rows_give_the_figures_that_the_cases_gave(summary, forbund):
    cases = Case.objects.filter(association=forbund, filed_at__lt=YEAR.end)
    with clocks.at(FEBRUARY):
        lived = annual(live(cases), YEAR, trend_from=summary.trend_from)
    assert canonical(services.figures_of(summary)) == canonical(lived)
    assert lived.this.balance == statistics.Balance(0, 2, 0, 1, 0, 0, 0, 0)


def test_what_happens_later_does_not_reach_a_frozen_year(summary, history, flow):
    with clocks.at(FEBRUARY):
        flow.to_closed(history.open)
        assert services.still_the_same(summary, services.figures_of(summary))
        assert services.figures_today(summary) != services.figures_of(summary)


def test_a_case_of_the_next_year_is_not_frozen(summary, history):
    assert not FrozenCase.objects.filter(summary=summary, case_key=history.later.pk).exists()
