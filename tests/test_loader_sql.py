"""A million cases that are told by SQL hang together as those do that the services have left."""

import pytest
from django.db import connection

from cases import clocks, statistics, workflow
from cases.codes import MeasureState
from cases.models import Case, Concern, Event, NumberSeries
from cases.statistics import Period, live
from tests import loader_sql
from tests.recounting import (
    recounted_answers,
    recounted_cells,
    recounted_closings,
    recounted_handling,
    recounted_open,
)

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

CASES = 2000


@pytest.fixture
def loaded():
    return loader_sql.load(CASES, associations=3)


def schema():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conrelid::regclass::text, conname, contype::text, conkey::text FROM pg_constraint "
            "WHERE conrelid::regclass::text LIKE 'cases_%' UNION ALL "
            "SELECT indrelid::regclass::text, indexrelid::regclass::text, indisunique::text, indkey::text "
            "FROM pg_index WHERE indrelid::regclass::text LIKE 'cases_%' ORDER BY 1, 2, 3, 4"
        )
        return cursor.fetchall()


def test_the_tables_keep_their_keys_and_indexes(db):
    before = schema()
    loader_sql.load(50, associations=1)
    assert schema() == before


def test_the_first_forbund_has_a_tenth(loaded):
    counts = [Case.objects.filter(association=place.association).count() for place in loaded]
    assert (counts[0], sum(counts)) == (CASES // 10, CASES)
    assert Concern.objects.count() == pytest.approx(1.3 * CASES, rel=0.05)


def test_each_status_agrees_with_the_concerns(loaded):
    for case in Case.objects.prefetch_related("concerns", "measures"):
        assert case.status == workflow.derive_status(
            ending=case.ending,
            concern_states=[concern.state for concern in case.concerns.all()],
            open_kansli_question=False,
            open_measures=any(measure.state == MeasureState.OPEN for measure in case.measures.all()),
        )


def test_the_steps_of_a_case_lead_to_where_it_is(loaded):
    last = Event.objects.order_by("case", "-seq").distinct("case").values_list("case", "seq", "to_status")
    assert set(last) == set(Case.objects.values_list("pk", "last_seq", "status"))
    assert not Event.objects.filter(at__gt=clocks.now()).exists()


def test_numbers_have_no_gap(loaded):
    for series in NumberSeries.objects.select_related("association"):
        found = Case.objects.filter(number__startswith=f"LH-{series.association.code}-{series.year}-")
        assert sorted(int(number[-4:]) for number in found.values_list("number", flat=True)) == [
            *range(1, series.last + 1)
        ]


def test_the_balance_ends_in_what_is_open(loaded):
    [found] = statistics.balances(live(Case.objects.all()), [Period.year(clocks.today().year)])
    assert found.closing == Case.objects.open().count()


def test_the_figures_agree_with_a_recount(loaded):
    rows, concerns = list(Case.objects.all()), list(Concern.objects.select_related("case"))
    source, year = live(Case.objects.all()), clocks.today().year
    for period in (Period.year(year - 1), Period.year(year), Period.tertial(year - 4, 2)):
        found = statistics.summary(source, period)
        assert found.parts.cells == recounted_cells(concerns, period)
        assert found.parts.cases == found.balance.new > 0
        assert (found.times.handling, found.times.handling_kept) == recounted_handling(rows, period)
        assert (found.times.answer, found.times.answer_kept) == recounted_answers(concerns, period)
        assert found.times.close == recounted_closings(rows, period)
    assert found.now == recounted_open(rows, concerns)
