"""What a system is told of: the very same as the kansli, or the function, whose it is."""

import datetime as dt
import json
import re

import pytest

from cases import clocks, services
from cases.codes import Helped
from cases.ladder import CONFIRM_DAYS, To
from cases.models import Absence, ContactFunction
from notifications import recipients, rounds
from notifications.backfill import tell_as_sent
from notifications.delivery import sweep
from notifications.hooks.keeping import kinds_of
from notifications.hooks.message import body_of, message_id
from notifications.models import Channel, Delivery, Desk, Hook, Kind, State
from notifications.recipients import FUNCTION_KINDS, RUNGS, TABLE, told_by_rung, word_of
from tests.notifications.hooked import words
from tests.people import make_function

pytestmark = pytest.mark.django_db


def told(hook: Hook) -> list[str]:
    sweep()
    return [word.kind for word in words(hook=hook)]


# ---- who is told of what ----


def test_the_kanslis_system_is_told_what_the_kansli_is(case, flow, hook_to, sanna, rakel):
    hook = hook_to()
    services.reopen(flow.to_closed(case), actor=rakel, reason="Det hände igen.")
    sweep()
    letters = Delivery.objects.filter(user=sanna, channel=Channel.MAIL).values_list("kind", flat=True)
    assert told(hook) == list(letters) == [Kind.NEW, Kind.ANSWERED, Kind.REOPENED]


def test_a_functions_system_is_told_what_the_function_is(case, flow, hook_to, funktion, karl, rakel):
    hook = hook_to(function=funktion)
    question = services.ask(flow.send(case), actor=karl, concern=case.concerns.get(), body="Vilken brevlåda?")
    services.reply(case, actor=rakel, question=question, body="Den gemensamma.")
    flow.answer(case)
    assert told(hook) == [Kind.SENT, Kind.REPLIED]


def test_another_functions_system_is_told_nothing(case, flow, hook_to, fk, frida):
    other = hook_to(function=ContactFunction.objects.get(member=fk))
    flow.to_closed(case)
    assert told(other) == []


def test_another_forbunds_system_is_told_nothing(case, hook_to, annat_forbund):
    hook = hook_to()
    Hook.objects.update(association=annat_forbund)
    assert told(hook) == []


def test_a_system_is_told_also_of_what_somebody_who_sits_there_has_done(file_case, hook_to, sanna):
    hook = hook_to()
    file_case(actor=sanna)
    sweep()
    assert told(hook) == [Kind.NEW]
    assert not Delivery.objects.filter(user=sanna, kind=Kind.NEW).exists()


def test_a_functions_system_is_told_where_nobody_is_present_and_there_is_no_mailbox(
    case, flow, hook_to, funktion, karl
):
    hook = hook_to(function=funktion)
    flow.send(case)
    Absence.objects.create(user=karl, from_on=clocks.today())
    ContactFunction.objects.update(mailbox="")
    assert told(hook) == [Kind.SENT]


def test_what_no_function_has_is_told_to_the_kanslis_system(case, flow, hook_to, karl):
    hook = hook_to()
    Absence.objects.create(user=karl, from_on=clocks.today())
    flow.send(case)
    assert told(hook) == [Kind.NEW, Kind.SENT]


def test_each_side_that_had_the_case_has_its_system_asked_whether_it_came_back(case, flow, hook_to, funktion, moved):
    hook = hook_to(function=funktion)
    flow.to_closed(case)
    with moved(90):
        services.chase()
        assert told(hook) == [Kind.SENT, Kind.CAME_BACK]


@pytest.mark.parametrize(
    "change", [{"is_on": False, "off_why": "BY_HAND", "off_at": clocks.now()}, {"kinds": ["TRIAGE"]}]
)
def test_a_system_that_is_off_or_has_chosen_otherwise_is_told_nothing(case, hook_to, change):
    hook = hook_to()
    Hook.objects.update(**change)
    assert told(hook) == []


def test_several_systems_of_one_desk_are_told_each_once(case, hook_to):
    first, second = hook_to(), hook_to("https://other.example.org/")
    assert told(first) == told(second) == told(first) == [Kind.NEW]


@pytest.fixture
def due(funktion) -> ContactFunction:
    """Karl's function, whose people are to be confirmed today."""
    begun = clocks.today() - dt.timedelta(days=CONFIRM_DAYS)
    ContactFunction.objects.filter(pk=funktion.pk).update(confirmed_on=begun)
    return funktion


def test_what_only_the_calendar_tells_is_told_too(due, hook_to, forbund, karl, sanna):
    own, kanslis = hook_to(function=due), hook_to()
    forbund.meetings.create(held_on=clocks.today() + dt.timedelta(days=3))
    Absence.objects.create(user=karl, from_on=clocks.today())
    for _ in range(2):
        rounds.ask_to_confirm()
        rounds.tell_of_packs()
    assert (told(own), told(kanslis)) == ([Kind.CONFIRM], [Kind.CONFIRM, Kind.PACK])


# ---- which kinds there are ----

OF_FUNCTION = {recipients.function, recipients.with_deputies, recipients.answerers}
OF_KANSLI = {
    recipients.coordinators, recipients.function, recipients.if_nobody, recipients.members_person,
    recipients.if_no_answerer,
}  # fmt: skip
OF_NO_DESK = {recipients.reporter, recipients.asked_reporter, recipients.group}


def rows():
    yield from (row for told in (*TABLE.values(), *RUNGS.values()) for row in told)
    for kinds in FUNCTION_KINDS.values():
        yield from (recipients.Told(recipients.function, kind) for kind in kinds)


def test_what_may_be_chosen_is_all_that_the_table_can_tell_a_desk():
    of_function = {row.kind for row in rows() if row.who in OF_FUNCTION} | {Kind.CONFIRM}
    of_kansli = {row.kind for row in rows() if row.who in OF_KANSLI} | {Kind.CONFIRM, Kind.PACK}
    assert set(kinds_of(1)) == of_function
    assert set(kinds_of(None)) == of_kansli
    assert {row.who for row in rows()} <= OF_FUNCTION | OF_KANSLI | OF_NO_DESK


def test_a_rung_for_the_deputies_tells_the_desk_once(case, flow, funktion, kim, moved):
    sent = flow.send(case)
    with moved(67):
        services.chase()
    events = [event for event in sent.events.filter(verb="remind") if event.data["to"] == To.DEPUTIES]
    desk = Desk(case.association_id, funktion.pk)
    assert [[kind for one, kind in word_of(event).desks if one == desk] for event in events] == [
        [told_by_rung(event)[0].kind] for event in events
    ]
    assert events


# ---- what is said ----


def test_a_system_is_told_number_and_link_and_nothing_else(case, flow, hook_to, funktion, settings):
    hook = hook_to(function=funktion)
    event = flow.send(case).events.get(verb="send")
    sweep()
    word = words(hook=hook).get()
    assert json.loads(body_of(word, hook)) == {
        "id": message_id(word, hook),
        "type": "SENT",
        "case": case.number,
        "link": f"{settings.SITE_URL}/arenden/{case.number}/",
        "time": event.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def test_the_same_word_says_the_same_whenever_it_leaves(case, hook_to, moved):
    hook = hook_to()
    sweep()
    word = words().get()
    before = body_of(word, hook)
    with moved(3):
        assert body_of(words().get(), hook) == before
    assert re.fullmatch(r"msg_[0-9a-f]{40}", message_id(word, hook))


def test_no_two_words_have_the_same_name(file_case, hook_to):
    hooks = [hook_to(), hook_to("https://other.example.org/")]
    file_case(), file_case()
    sweep()
    names = {message_id(word, hook) for hook in hooks for word in words(hook=hook)}
    assert len(names) == 4


def test_word_about_no_case_names_none(due, hook_to):
    hook = hook_to(function=due)
    rounds.ask_to_confirm()
    said = json.loads(body_of(words().get(), hook))
    assert (said["type"], said["case"]) == ("CONFIRM", None)
    assert said["link"].endswith(f"/register/funktion/{due.pk}/bekrafta/")


# ---- beside what else is told ----


def test_what_the_demo_tells_as_if_it_had_been_sent_is_not_sent(case, hook_to, forbund):
    hook_to()
    forbund.is_demo = True
    forbund.save()
    tell_as_sent(clocks.now())
    assert words().get().state == State.SENT


def test_making_word_asks_once_for_the_systems_of_many_events(file_case, hook_to, django_assert_max_num_queries):
    for _ in range(3):
        file_case()
    hook_to()
    with django_assert_max_num_queries(1000) as asked:
        sweep()
    assert sum('FROM "notifications_hook"' in query["sql"] for query in asked.captured_queries) == 1
    assert words().count() == 3


def test_a_function_that_a_case_was_taken_from_is_not_told_of_what_comes_then(
    case, flow, hook_to, funktion, kommun, sanna
):
    hook = hook_to(function=funktion)
    flow.send(case)
    other = make_function(kommun, "En annan funktion")
    services.send(case, actor=sanna, concerns={case.concerns.get().pk: other})
    assert told(hook) == [Kind.SENT]


def test_feedback_tells_no_desk(case, flow, hook_to, rakel):
    hook = hook_to()
    services.feedback(flow.to_closed(case), actor=rakel, helped=Helped.YES)
    assert told(hook) == [Kind.NEW, Kind.ANSWERED]
