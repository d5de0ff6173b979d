"""Who stands for a function when word goes to it: not who has left, is away, may not log in, or reported the case."""

import datetime as dt

from cases import clocks, services
from cases.models import Absence, ContactFunction, Event, FunctionPerson
from notifications.models import Kind
from notifications.recipients import answerers, function, if_nobody, present_in, told_of, with_deputies
from tests.people import LONG_AGO, make_function, make_user
from tests.sharing import shared

DAY = dt.timedelta(days=1)


def names(recipients) -> list[str]:
    return sorted(one.address.removesuffix("@example.org") for one in recipients)


def away(person) -> None:
    Absence.objects.create(user=person, from_on=LONG_AGO)


@shared
def sent(case, flow, kim) -> Event:
    """Rakel's case, sent to the function where Karl answers and Kim is his deputy."""
    return flow.send(case).events.get(verb="send")


@shared
def own(file_case, flow, karl, kim) -> Event:
    """The same of a case that Karl himself has reported."""
    return flow.send(file_case(actor=karl)).events.get(verb="send")


def test_a_function_that_has_ended_is_still_told_of_what_lies_there(case, sent, karl, rakel):
    question = services.ask(case, actor=karl, concern=case.concerns.get(), body="Vilken brevlåda?")
    ContactFunction.objects.update(to_on=clocks.today() - DAY)
    services.reply(case, actor=rakel, question=question, body="Den gemensamma.")
    told = told_of(case.events.get(verb="reply"))
    assert [(r.address, kind) for r, kind in told] == [("karl@example.org", Kind.REPLIED)]


def test_who_has_left_the_function_is_told_nothing(sent, funktion, karl):
    funktion.people.filter(user=karl).update(to_on=clocks.today() - DAY)
    assert names(function(sent)) == names(with_deputies(sent)) == ["kim"]


def test_who_has_not_begun_there_is_told_nothing_yet(sent, funktion, frida):
    FunctionPerson.objects.create(function=funktion, user=frida, from_on=clocks.today() + DAY)
    assert names(with_deputies(sent)) == ["karl", "kim"]
    assert names(present_in(funktion, clocks.today() + DAY)) == ["frida", "karl"]


def test_who_may_not_log_in_is_told_nothing(sent, kim):
    kim.is_active = False
    kim.save()
    assert names(with_deputies(sent)) == ["karl"]


def test_a_deputy_who_is_away_is_told_nothing(sent, kim):
    away(kim)
    assert names(with_deputies(sent)) == ["karl"]


def test_the_reporter_is_told_nothing_as_one_of_the_function(own):
    assert names(function(own)) == names(with_deputies(own)) == ["kim"]


def test_where_only_the_reporter_is_present_it_is_the_mailbox_and_the_kansli(own, kim, sanna):
    away(kim)
    assert names(function(own)) == names(with_deputies(own)) == ["funktion"]
    assert names(if_nobody(own)) == ["sanna"]


def test_who_answered_is_not_asked_about_a_case_of_their_own(own, fk):
    other = make_function(fk, "FK", make_user("Fia"))
    own.data = {"functions": [own.function_id, other.pk]}
    assert names(answerers(own)) == ["fia", "kim"]


def test_without_people_and_mailbox_nobody_is_told_but_the_kansli(sent, funktion, karl, kim, sanna):
    away(karl)
    away(kim)
    ContactFunction.objects.update(mailbox="")
    sent = Event.objects.get(pk=sent.pk)
    assert names(function(sent)) == names(with_deputies(sent)) == []
    assert names(if_nobody(sent)) == ["sanna"]
