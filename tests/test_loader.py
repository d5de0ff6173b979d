"""The benchmark's cases are as the services would have left them, or it would measure something else."""

import itertools

import pytest

from cases import clocks, statistics, workflow
from cases.codes import MeasureState
from cases.models import Case, Event, NumberSeries
from cases.statistics import Period
from tests import loader

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]


@pytest.fixture
def loaded():
    return loader.load(400)


def test_each_status_agrees_with_the_concerns(loaded):
    for case in Case.objects.prefetch_related("concerns", "measures"):
        assert case.status == workflow.derive_status(
            ending=case.ending,
            concern_states=[concern.state for concern in case.concerns.all()],
            open_kansli_question=False,
            open_measures=any(measure.state == MeasureState.OPEN for measure in case.measures.all()),
        )


def test_each_event_carries_the_hash_of_the_one_before(loaded):
    for _, events in itertools.groupby(Event.objects.order_by("case", "seq"), key=lambda event: event.case_id):
        before = ""
        for event in events:
            assert event.previous_hash == before
            assert event.make_hash() == event.hash
            before = event.hash


def test_numbers_have_no_gap(loaded):
    for series in NumberSeries.objects.select_related("association"):
        found = Case.objects.filter(number__startswith=f"LH-{series.association.code}-{series.year}-")
        assert sorted(int(number[-4:]) for number in found.values_list("number", flat=True)) == [
            *range(1, series.last + 1)
        ]


def test_the_balance_ends_in_what_is_open(loaded):
    [found] = statistics.balances(statistics.live(Case.objects.all()), [Period.year(clocks.today().year)])
    assert found.closing == Case.objects.open().count()


def test_more_cases_can_be_added(loaded):
    loader.grow(loaded, 100, seed=2)
    assert Case.objects.count() == 500
