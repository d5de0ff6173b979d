"""What the calendar gives word of: functions to confirm, and packs that are ready; each once."""

import datetime as dt

import pytest

from cases import clocks, services
from cases.codes import Lifted, Role
from cases.ladder import CONFIRM_DAYS
from cases.models import Absence, Association, ContactFunction, Meeting
from notifications import delivery, rounds, tasks
from notifications.models import Channel, Delivery, Kind, State
from tests.people import LONG_AGO, grant, make_function, make_user
from tests.sharing import shared

DAY = dt.timedelta(days=1)
NOON = dt.datetime(2026, 3, 2, 11, 0, tzinfo=dt.UTC)
TODAY = NOON.date()


pytestmark = [pytest.mark.clock(NOON), pytest.mark.usefixtures("db")]


@shared
def due(funktion) -> ContactFunction:
    """Karl's function, whose people are to be confirmed today."""
    ContactFunction.objects.filter(pk=funktion.pk).update(confirmed_on=TODAY - CONFIRM_DAYS * DAY)
    funktion.refresh_from_db()
    return funktion


def letters(kind: Kind = Kind.CONFIRM, **fields) -> list[str]:
    told = Delivery.objects.filter(kind=kind, channel=Channel.MAIL, **fields)
    return sorted(address.removesuffix("@example.org") for address in told.values_list("address", flat=True))


def on(day: int) -> None:
    """Look for what is due, as many days after the first."""
    with clocks.at(NOON + day * DAY):
        rounds.ask_to_confirm()


def away(*people) -> None:
    for person in people:
        Absence.objects.create(user=person, from_on=LONG_AGO)


# ---- functions to confirm ----


def test_the_people_present_are_asked_when_the_day_has_come(due, kim):
    rounds.ask_to_confirm()
    assert letters() == ["karl"]
    assert Delivery.objects.filter(channel=Channel.APP, kind=Kind.CONFIRM).count() == 1


def test_nobody_is_asked_before_the_day(due):
    on(-1)
    assert letters() == []


def test_asking_again_the_same_day_asks_nobody_twice(due):
    rounds.ask_to_confirm()
    rounds.ask_to_confirm()
    assert letters() == ["karl"]


@pytest.mark.parametrize(("days", "count"), [(13, 1), (14, 2), (27, 2), (28, 3), (100, 3)])
def test_they_are_asked_again_after_two_and_four_weeks_and_then_no_more(due, days, count):
    for day in range(days + 1):
        on(day)
    assert letters() == ["karl"] * count


def test_a_step_that_was_missed_is_not_made_up_for(due):
    on(30)
    assert [row.about for row in Delivery.objects.filter(channel=Channel.MAIL)] == [
        f"confirm:{due.pk}:{TODAY.isoformat()}:28"
    ]


def test_a_function_that_has_been_confirmed_is_not_asked_again(due, karl):
    rounds.ask_to_confirm()
    services.confirm_function(due, actor=karl, remaining=due.people.values_list("pk", flat=True))
    on(14)
    assert letters() == ["karl"]


def test_half_a_year_later_the_steps_begin_anew(due, karl):
    rounds.ask_to_confirm()
    services.confirm_function(due, actor=karl, remaining=due.people.values_list("pk", flat=True))
    on(CONFIRM_DAYS)
    assert letters() == ["karl", "karl"]


def test_who_comes_back_is_not_asked_at_an_old_step(due, karl, kim):
    away(karl)
    rounds.ask_to_confirm()
    karl.absences.all().delete()
    on(5)
    assert letters() == ["kim"]
    on(14)
    assert letters() == ["karl", "kim"]


def test_where_nobody_is_present_the_mailbox_and_the_kansli_are_asked(due, karl, kim, sanna, stina):
    away(karl, kim)
    rounds.ask_to_confirm()
    assert letters() == ["funktion", "sanna", "stina"]


def test_without_a_mailbox_it_is_the_kansli_alone(due, karl, sanna):
    away(karl)
    ContactFunction.objects.update(mailbox="")
    rounds.ask_to_confirm()
    assert letters() == ["sanna"]


def test_a_forbund_that_has_ended_is_asked_nothing(due, forbund):
    Association.objects.filter(pk=forbund.pk).update(ended_on=TODAY)
    rounds.ask_to_confirm()
    assert letters() == []


def test_a_function_that_has_ended_is_asked_nothing(due):
    ContactFunction.objects.filter(pk=due.pk).update(to_on=TODAY - DAY)
    rounds.ask_to_confirm()
    assert letters() == []


def test_word_about_a_function_is_in_its_forbunds_name(due, forbund):
    rounds.ask_to_confirm()
    assert {row.association for row in Delivery.objects.all()} == {forbund}


def test_when_nothing_is_new_it_costs_two_questions(due, kommun, karl, django_assert_num_queries):
    for n in range(5):
        function = make_function(kommun, f"F{n}", karl)
        ContactFunction.objects.filter(pk=function.pk).update(confirmed_on=None)
    rounds.ask_to_confirm()
    with django_assert_num_queries(2):
        rounds.ask_to_confirm()


# ---- packs ----


@shared
def meeting(forbund) -> Meeting:
    """A meeting whose pack took things in until yesterday."""
    return forbund.meetings.create(held_on=TODAY + (forbund.pack_days - 1) * DAY)


def test_the_group_and_the_kansli_are_told_when_a_pack_is_ready(meeting, bea, sanna, karl, funktion, berit):
    rounds.tell_of_packs()
    assert letters(Kind.PACK, about=f"pack:{meeting.pk}") == ["bea", "sanna"]


def test_they_are_told_once(meeting, bea):
    for day in range(4):
        with clocks.at(NOON + day * DAY):
            rounds.tell_of_packs()
    assert letters(Kind.PACK) == ["bea"]


def test_who_coordinates_and_sits_in_the_group_is_told_once(meeting, forbund, bea):
    grant(bea, forbund, Role.COORDINATOR)
    rounds.tell_of_packs()
    assert letters(Kind.PACK) == ["bea"]


@pytest.mark.parametrize(("days", "told"), [(14, []), (13, ["bea"]), (0, ["bea"]), (-1, [])])
def test_a_pack_is_told_of_from_the_day_after_its_last_until_the_meeting(forbund, bea, days, told):
    forbund.meetings.create(held_on=TODAY + days * DAY)
    rounds.tell_of_packs()
    assert letters(Kind.PACK) == told


def test_the_last_day_is_the_forbunds_own(forbund, bea):
    Association.objects.filter(pk=forbund.pk).update(pack_days=30)
    forbund.meetings.create(held_on=TODAY + 29 * DAY)
    rounds.tell_of_packs()
    assert letters(Kind.PACK) == ["bea"]


def test_a_grant_that_has_ended_gets_no_pack(meeting, forbund, bea):
    former = make_user("Former")
    grant(former, forbund, Role.PREPARATORY, to_on=TODAY - DAY)
    rounds.tell_of_packs()
    assert letters(Kind.PACK) == ["bea"]


def test_who_may_not_log_in_gets_no_pack(meeting, bea, sanna):
    sanna.is_active = False
    sanna.save()
    rounds.tell_of_packs()
    assert letters(Kind.PACK) == ["bea"]


def test_the_boards_meeting_and_a_forbund_that_has_ended_have_no_pack(meeting, forbund, bea):
    Meeting.objects.update(body=Lifted.BOARD)
    rounds.tell_of_packs()
    Meeting.objects.update(body=Lifted.PREPARATORY)
    Association.objects.update(ended_on=TODAY)
    rounds.tell_of_packs()
    assert letters(Kind.PACK) == []


def test_when_no_pack_is_new_it_costs_two_questions(meeting, forbund, bea, django_assert_num_queries):
    for days in range(10):
        forbund.meetings.create(held_on=TODAY + days * DAY)
    rounds.tell_of_packs()
    with django_assert_num_queries(2):
        rounds.tell_of_packs()


def test_both_belong_to_the_hourly_chores(due, meeting, bea):
    tasks.hourly()
    assert (letters(), letters(Kind.PACK)) == (["karl"], ["bea"])


# ---- letters that have waited ----


def waited(kind: Kind, days: int = 0) -> str:
    """Send what waits so many days later; return why the letter of the kind did not leave, or that it did."""
    with clocks.at(NOON + days * DAY):
        delivery.sweep()
    letter = Delivery.objects.filter(kind=kind, channel=Channel.MAIL).earliest("pk")
    return letter.why or letter.state


def test_a_letter_about_a_function_that_still_waits_leaves(due):
    rounds.ask_to_confirm()
    assert waited(Kind.CONFIRM, 3) == State.SENT


def test_a_letter_to_the_mailbox_needs_no_reader(due, karl):
    away(karl)
    rounds.ask_to_confirm()
    assert waited(Kind.CONFIRM) == State.SENT


def test_no_letter_leaves_about_a_function_that_has_been_confirmed(due, karl):
    rounds.ask_to_confirm()
    services.confirm_function(due, actor=karl, remaining=due.people.values_list("pk", flat=True))
    assert waited(Kind.CONFIRM) == "overtaken"


def test_no_letter_leaves_about_a_day_that_another_has_followed(due):
    rounds.ask_to_confirm()
    ContactFunction.objects.update(confirmed_on=TODAY)
    assert waited(Kind.CONFIRM, CONFIRM_DAYS) == "overtaken"


def test_no_letter_about_a_function_leaves_to_who_has_left_it(due, kim):
    rounds.ask_to_confirm()
    due.people.filter(user__name__startswith="Karl").update(to_on=TODAY - DAY)
    assert waited(Kind.CONFIRM) == "no_access"


def test_a_letter_about_a_pack_leaves_until_the_meeting_has_been(meeting, bea):
    rounds.tell_of_packs()
    assert waited(Kind.PACK, 13) == State.SENT


def test_no_letter_leaves_about_the_pack_of_a_meeting_that_has_been(meeting, bea):
    rounds.tell_of_packs()
    assert waited(Kind.PACK, 14) == "overtaken"


def test_no_letter_about_a_pack_leaves_to_who_has_left_the_group(meeting, bea):
    rounds.tell_of_packs()
    bea.grants.update(to_on=TODAY - DAY)
    assert waited(Kind.PACK) == "no_access"
