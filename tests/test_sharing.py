"""Neighbouring tests share what was built, and nothing of what one of them did."""

import datetime as dt

import pytest

from cases import clocks
from cases.models import Association
from tests.sharing import Sharing, shared

pytestmark = pytest.mark.once

MOMENT = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
built: list[str] = []


@shared
def named(forbund) -> dict[str, Association]:
    built.append("named")
    return {"forbund": forbund}


@shared
def moment(db) -> list[dt.datetime]:
    return [clocks.now()]


@pytest.fixture
def something_of_ours() -> str:
    return "what a builder may not know"


@pytest.fixture
def sharing(request) -> Sharing:
    return request.config.pluginmanager.get_plugin("sharing")


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_neighbours_find_rows_and_objects_as_they_were_built(named, turn):
    row = Association.objects.get()
    assert (row.name, named["forbund"].name) == ("Samordningsförbundet Prov", "Samordningsförbundet Prov")
    row.name = named["forbund"].name = f"Ändrat {turn}"
    row.save()
    Association.objects.create(name="Ett till", code="TILL")
    assert built == ["named"]


def test_a_test_that_asks_for_less_finds_less(db):
    assert not Association.objects.exists()


def test_objects_know_each_other_as_when_they_were_built(forbund, named):
    assert named["forbund"] is forbund


def test_after_another_fixture_of_ours_a_row_is_built_for_the_test_alone(something_of_ours, named, sharing):
    assert [level.definition.argname for level in sharing.levels] == []


def test_before_it_a_row_is_shared(named, something_of_ours, sharing):
    assert [level.definition.argname for level in sharing.levels] == ["forbund", "named"]


@pytest.mark.clock(MOMENT)
def test_what_is_built_for_a_test_with_a_moment_is_of_that_moment(moment):
    assert moment == [MOMENT]


@pytest.mark.clock(MOMENT + dt.timedelta(days=1))
def test_what_was_built_at_another_moment_is_built_anew(moment):
    assert moment == [MOMENT + dt.timedelta(days=1)]


@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_shares_nothing(named):
    assert Association.objects.get() == named["forbund"]


def test_nothing_is_left_of_a_test_that_committed(db):
    assert not Association.objects.exists()


def test_a_generator_cannot_be_shared():
    def build():
        yield

    with pytest.raises(TypeError, match="returns"):
        shared(build)
