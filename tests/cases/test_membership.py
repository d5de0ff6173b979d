"""Members that end and förbund that merge."""

import pytest
from django.db import IntegrityError

from cases import clocks, services
from cases.codes import BreakKind, ConcernState, Party, Role, Status
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Association, Case, User
from cases.querysets import roles_of
from cases.routing import Router, Why, unassigned
from cases.services import Concerned
from tests.cases.conftest import DAY, START
from tests.people import grant, make_function, make_report

TODAY = START.date()


pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


def end(member, actor, last_day=TODAY) -> int:
    return services.end_member(member, actor=actor, last_day=last_day)


# ---- a member ends ----


def test_open_concerns_of_a_member_that_ends_fall_back_to_the_kansli(case, flow, kommun, adam, karl):
    sent = flow.send(case)
    assert end(kommun, adam) == 1
    concern = sent.concerns.get()
    assert (concern.function, concern.state, concern.routed_by) == (None, ConcernState.SENT, Why.MEMBER_ENDED)
    assert roles_of(flow.again(case), karl) == frozenset()
    assert [found for found, _ in unassigned(case.association)] == [concern]


def test_what_was_answered_stays_with_its_function(case, flow, kommun, adam, funktion):
    answered = flow.answer(flow.send(case))
    assert end(kommun, adam) == 0
    assert answered.concerns.get().function == funktion


def test_a_member_that_ends_leaves_an_event_on_each_case(case, flow, kommun, adam, funktion):
    flow.send(case)
    end(kommun, adam)
    event = case.events.last()
    assert (event.verb, event.actor, event.actor_role, event.function) == ("member_ended", adam, Role.ADMIN, funktion)
    assert event.outbox


def test_a_case_that_fell_back_is_answered_by_the_kansli_with_a_source(case, flow, kommun, adam, sanna):
    sent = flow.send(case)
    end(kommun, adam)
    with pytest.raises(Incomplete, match="hur beskedet kom"):
        services.acknowledge(sent, actor=sanna, concern=sent.concerns.get())


def test_new_concerns_of_a_member_that_ended_go_to_the_kansli(case, kommun, adam):
    end(kommun, adam)
    with clocks.at(START + DAY):
        assert Router(case.association).route(case.concerns.get()).why == Why.MEMBER_ENDED


def test_the_members_functions_end_the_same_day(kommun, funktion, adam):
    end(kommun, adam, TODAY - DAY)
    funktion.refresh_from_db()
    assert funktion.to_on == TODAY - DAY


def test_a_function_that_was_to_go_on_longer_ends_with_its_member(kommun, funktion, adam):
    funktion.to_on = TODAY + 100 * DAY
    funktion.save()
    end(kommun, adam)
    funktion.refresh_from_db()
    assert funktion.to_on == TODAY


def test_a_function_that_ended_before_keeps_its_day(kommun, funktion, adam):
    funktion.to_on = TODAY - 100 * DAY
    funktion.save()
    end(kommun, adam)
    funktion.refresh_from_db()
    assert funktion.to_on == TODAY - 100 * DAY


def test_a_function_that_began_after_the_last_day_does_not_stop_the_ending(kommun, adam):
    young = make_function(kommun, "Ny")
    young.from_on = TODAY
    young.save()
    end(kommun, adam, TODAY - 10 * DAY)
    young.refresh_from_db()
    assert young.to_on == TODAY


@pytest.mark.parametrize("days", [1, -10_000])
def test_a_member_ends_between_its_first_day_and_today(kommun, adam, days):
    with pytest.raises(Incomplete) as refused:
        end(kommun, adam, TODAY + days * DAY)
    assert refused.value.fields.keys() == {"last_day"}


@pytest.mark.parametrize("name", ["sanna", "rakel", "karl", "berit", "olle"])
def test_only_the_administrator_ends_a_member(kommun, funktion, name, request):
    with pytest.raises(MoveNotAllowed, match="administratör"):
        end(kommun, request.getfixturevalue(name))


# ---- a merger ----


def merge(forbund, into, actor) -> int:
    return services.merge(forbund, into=into, actor=actor)


def test_open_cases_are_referred_to_the_successor_and_closed_ones_stay(
    case, file_case, flow, forbund, annat_forbund, adam
):
    closed, still_open = flow.to_closed(case), file_case()
    assert merge(forbund, annat_forbund, adam) == 1
    assert flow.again(still_open).status == Status.REFERRED
    assert flow.again(closed).status == Status.CLOSED
    assert still_open.referred_as.association == annat_forbund


def test_the_reporter_is_told_who_takes_over(case, forbund, annat_forbund, adam):
    merge(forbund, annat_forbund, adam)
    assert "Samordningsförbundet Annat" in case.texts.get(kind="CLOSING").body


def test_the_successors_coordinator_reads_the_closed_case_and_changes_nothing(
    case, flow, forbund, annat_forbund, adam, olle
):
    closed = flow.to_closed(case)
    merge(forbund, annat_forbund, adam)
    olle.refresh_from_db()
    assert roles_of(closed, olle) == {Role.SUCCESSOR}
    with pytest.raises(MoveNotAllowed, match="Förbundet har upphört"):
        services.note(closed, actor=olle, body="Läst.")


def test_the_merged_forbund_takes_no_new_reports(forbund, annat_forbund, adam, rakel):
    merge(forbund, annat_forbund, adam)
    forbund.refresh_from_db()
    with pytest.raises(MoveNotAllowed, match="har upphört"):
        services.file(forbund, make_report(Concerned(Party.OTHER)), actor=rakel)


def test_the_forbund_knows_its_successor(forbund, annat_forbund, adam):
    merge(forbund, annat_forbund, adam)
    forbund.refresh_from_db()
    assert (forbund.successor, forbund.ended_on) == (annat_forbund, TODAY)


def test_a_merger_is_a_break_in_the_successors_series(forbund, annat_forbund, adam):
    services.merge(forbund, into=annat_forbund, actor=adam)
    found = annat_forbund.series_breaks.get()
    assert (found.on, found.kind) == (clocks.today(), BreakKind.MERGER)
    assert forbund.name in found.note


def test_a_forbund_does_not_merge_into_itself_or_into_what_has_ended(forbund, annat_forbund, adam):
    Association.objects.filter(pk=annat_forbund.pk).update(ended_on=TODAY)
    annat_forbund.refresh_from_db()
    for wrong in (forbund, annat_forbund):
        with pytest.raises(Incomplete):
            merge(forbund, wrong, adam)


def test_an_administrator_merges_only_their_own(forbund, annat_forbund, adam, sanna, olle):
    grant(olle, annat_forbund, Role.ADMIN)
    for person in (sanna, olle):
        with pytest.raises(MoveNotAllowed, match="administratör"):
            merge(forbund, annat_forbund, person)


def test_the_operator_may_merge(forbund, annat_forbund, case):
    assert merge(forbund, annat_forbund, User.objects.create_superuser("drift@example.org", name="Drift")) == 1


def test_a_merger_that_fails_half_way_changes_nothing(case, file_case, forbund, annat_forbund, adam, monkeypatch):
    file_case()
    monkeypatch.setattr("cases.services.filing.next_number", lambda to, year: f"LH-ANN-{year}-0001")
    with pytest.raises(IntegrityError):
        merge(forbund, annat_forbund, adam)
    assert Case.objects.filter(ending="").count() == 2
    forbund.refresh_from_db()
    assert forbund.ended_on is None
