"""The proof across cases: to whom it is shown, what narrows it, and that it says what the page with a case says."""

import datetime as dt

import pytest
from django.template import Context, Template

from cases import clocks, services
from cases.codes import Party, ReadAction
from cases.models import Case
from cases.querysets import ReceiptHolder
from cases.services import Concerned
from notifications.delivery import sweep
from notifications.models import Cadence, Channel, Delivery, Kind, State
from notifications.preferences import set_preferences
from notifications.proof import WITHOUT_ACCOUNT, words_about
from tests.api.asking import MOST_QUESTIONS, browser_of, listed, questions, refused
from tests.notifications.hooked import tell
from tests.people import make_report
from tests.sharing import shared

pytestmark = pytest.mark.django_db

DELIVERIES = "deliveries/"


@shared
def told(case, flow, stina) -> Case:
    """Rakel's case with Karl, everybody told of it."""
    sent = flow.send(case)
    sweep()
    return sent


def test_the_kansli_sees_whom_it_was_told_and_nobody_else(told, sanna, rakel, karl, bea, berit, adam, olle):
    Case.objects.update(lifted="PREPARATORY")
    people = (sanna, rakel, karl, bea, berit, adam, olle)
    assert [len(listed(person, DELIVERIES)) for person in people] == [8, 0, 0, 0, 0, 0, 0]


def test_it_is_there_for_whom_the_page_shows_it(told, sanna, stina, rakel, karl, olle, adam):
    shown = Template("{% load proof %}{% proof_of case user %}")
    for person in (sanna, stina, rakel, karl, olle, adam):
        on_page = bool(shown.render(Context({"case": told, "user": person})).strip())
        assert on_page == bool(listed(person, DELIVERIES))


def test_a_coordinator_who_has_taken_over_does_not_see_whom_another_kansli_told(told, flow, annat_forbund, adam, olle):
    flow.close(flow.answer(told))
    services.merge(told.association, into=annat_forbund, actor=adam)
    assert listed(olle, DELIVERIES, number__in=told.number) == []


def test_a_row_says_what_the_page_says(told, sanna, karl):
    with clocks.at(clocks.now() + dt.timedelta(minutes=5)):
        services.log_read(told, actor=karl, action=ReadAction.OPENED)
    [word] = [word for word in words_about(told) if word.what.startswith("Skickad")]
    [row] = listed(sanna, DELIVERIES, kind="SENT", channel="MAIL")
    [on_page] = word.told
    assert (row["case"], row["verb"], row["what"], row["to"]) == (told.number, "send", word.what, on_page.who)
    assert (row["state"], row["said"], row["why"]) == ("SENT", on_page.letter.said, "")
    assert row["opened_at"] == on_page.opened.astimezone(clocks.STOCKHOLM).isoformat()
    assert row["url"].endswith(f"/api/v1/cases/{told.number}/")
    assert row["next_at"] is None


def test_what_did_not_get_there_says_why_and_when_it_is_tried_again(told, sanna):
    later = clocks.now() + dt.timedelta(hours=1)
    fate = {"state": State.RETRYING, "why": "SMTPDataError 451", "sent_at": None, "not_before": later, "attempts": 2}
    Delivery.objects.filter(kind=Kind.SENT, channel=Channel.MAIL).update(**fate)
    [row] = listed(sanna, DELIVERIES, state="RETRYING")
    assert (row["said"], row["why"]) == ("Försöker igen", "e-postservern tar inte emot just nu")
    assert (row["attempts"], row["next_at"]) == (2, later.astimezone(clocks.STOCKHOLM).isoformat())


def test_a_letter_that_waits_for_others_says_so(case, sanna, stina):
    set_preferences(stina, cadences={Kind.NEW: Cadence.DAILY})
    sweep()
    [row] = listed(sanna, DELIVERIES, state="WAITING")
    assert (row["to"], row["said"]) == ("Stina Påhittad", "Väntar på ett samlat brev")
    # The letter that carries it is about no case.
    assert {row["kind"] for row in listed(sanna, DELIVERIES)} == {"NEW", "RECEIPT"}


def test_a_mailbox_and_a_system_have_opened_nothing(by_code, flow, functions_hook, receiver, karl, sanna):
    case = flow.send(by_code.case)
    karl.is_active = False
    karl.save()
    tell()
    with clocks.at(clocks.now() + dt.timedelta(minutes=5)):
        services.log_read(case, actor=ReceiptHolder(frozenset({case.pk})), action=ReadAction.OPENED)
    rows = {row["to"]: row for row in listed(sanna, DELIVERIES, kind="SENT")}
    assert set(rows) == {"Funktionens brevlåda", "Systemet Kommunens ärendesystem"}
    assert [row["opened_at"] for row in rows.values()] == [None, None]
    assert rows["Systemet Kommunens ärendesystem"]["said"] == "Mottaget av systemet"


def test_the_holder_of_a_code_opens_by_it(forbund, kommun, sanna):
    report = make_report(Concerned(Party.KOMMUN, kommun), reporter_email="nagon@example.org")
    case = services.file(forbund, report, actor=ReceiptHolder()).case
    sweep()
    with clocks.at(clocks.now() + dt.timedelta(minutes=5)):
        services.log_read(case, actor=ReceiptHolder(frozenset({case.pk})), action=ReadAction.OPENED)
    [row] = listed(sanna, DELIVERIES, kind="RECEIPT")
    assert row["to"] == WITHOUT_ACCOUNT
    assert row["opened_at"] is not None


def test_no_address_stands_in_it(told, hook_to, sanna):
    answer = browser_of(sanna).get(f"/api/v1/{DELIVERIES}")
    assert "@" not in answer.content.decode()


@pytest.mark.parametrize(
    ("wish", "count"),
    [
        ({"kind": "SENT"}, 2),
        ({"kind__in": "SENT,RECEIPT"}, 4),
        ({"channel": "MAIL"}, 4),
        ({"channel__in": "APP,HOOK"}, 4),
        ({"state": "SENT", "channel": "MAIL"}, 4),
        ({"state__in": "FAILED,BOUNCED"}, 0),
        ({"number__in": "LH-PRO-2026-9999"}, 0),
        ({"forbund": "PRO"}, 8),
    ],
)
def test_it_is_narrowed(told, sanna, wish, count):
    assert len(listed(sanna, DELIVERIES, **wish)) == count


def test_it_is_narrowed_by_the_case_and_by_time(told, file_case, sanna):
    other = file_case()
    Delivery.objects.update(created_at=clocks.now() - dt.timedelta(days=2))
    sweep()
    yesterday = (clocks.now() - dt.timedelta(days=1)).isoformat()
    assert len(listed(sanna, DELIVERIES, number__in=told.number)) == 8
    assert {row["case"] for row in listed(sanna, DELIVERIES, created_at__gte=yesterday)} == {other.number}
    assert {row["case"] for row in listed(sanna, DELIVERIES, created_at__lt=yesterday)} == {told.number}
    assert len(listed(sanna, DELIVERIES, sent_at__gte=yesterday, channel="MAIL")) == 7


@pytest.mark.parametrize("query", [{"kind": "DIGESTED"}, {"state": "sent"}, {"channel": "PIGEON"}, {"to": "Karl"}])
def test_what_cannot_be_asked_for_is_refused_by_name(told, sanna, query):
    answer = browser_of(sanna).get(f"/api/v1/{DELIVERIES}", query)
    assert refused(answer, 400) == ("invalid", list(query))


@pytest.mark.once
def test_a_longer_list_puts_no_more_questions_and_goes_on_where_a_page_ends(told, file_case, sanna):
    few = questions(sanna, DELIVERIES)
    for _ in range(5):
        file_case()
    sweep()
    assert questions(sanna, DELIVERIES) == few <= MOST_QUESTIONS
    page = browser_of(sanna).get(f"/api/v1/{DELIVERIES}?limit=20").json()
    rest = browser_of(sanna).get(page["next"]).json()
    ids = [row["id"] for row in (*page["results"], *rest["results"])]
    assert ids == sorted(set(ids), reverse=True)
    assert len(ids) == Delivery.objects.count()
