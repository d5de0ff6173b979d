"""Stopping collected letters by the link in them, as RFC 8058 has it: one request, and no log-in."""

import json

import pytest
from django.core.signing import Signer
from django.test import Client

from cases import clocks
from notifications.delivery import sweep
from notifications.models import Cadence, Channel, Delivery, Kind, State
from notifications.preferences import cadences_of, set_preferences
from notifications.unsubscribe import token_for, unsubscribe_url, user_of
from tests.pages import html_of
from tests.test_house import log_lines  # noqa: F401 (a fixture)

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def link(sanna, settings) -> str:
    set_preferences(
        sanna, cadences={Kind.NEW: Cadence.DAILY, Kind.ANSWERED: Cadence.WEEKLY, Kind.RETURNED: Cadence.DAILY}
    )
    return unsubscribe_url(sanna).removeprefix(settings.SITE_URL)


def test_the_link_asks_first_and_tells_nothing_of_the_person(link, sanna):
    page = html_of(Client().get(link))
    assert "Stäng av samlade brev" in page
    assert [word for word in (sanna.email, *sanna.name.split()) if word in page] == []
    assert cadences_of(sanna)[Kind.NEW] == Cadence.DAILY


@pytest.mark.parametrize("sent", [ONE_CLICK, {}], ids=["a mail program", "a person"])
def test_one_request_stops_what_was_collected_and_may_be_stopped(link, sanna, sent):
    answer = Client(enforce_csrf_checks=True).post(link, sent)
    assert answer.status_code == 200
    assert "Klart" in html_of(answer)
    assert cadences_of(sanna) == {Kind.NEW: Cadence.OFF, Kind.ANSWERED: Cadence.OFF, Kind.RETURNED: Cadence.DAILY}


def test_what_comes_at_once_still_comes(link, sanna, case, mailoutbox):
    set_preferences(sanna, cadences={Kind.NEW: Cadence.AT_ONCE})
    Client().post(link, ONE_CLICK)
    sweep()
    assert ["sanna@example.org"] in [message.to for message in mailoutbox]


def test_what_was_already_collected_is_not_sent_either(link, sanna, case, moved, mailoutbox):
    sweep()
    Client().post(link, ONE_CLICK)
    carried = Delivery.objects.get(user=sanna, kind=Kind.NEW, channel=Channel.MAIL)
    assert (carried.state, carried.why) == (State.SUPPRESSED, "off")
    with moved(10):
        sweep()
    assert ["sanna@example.org"] not in [message.to for message in mailoutbox]


def test_nobody_elses_letters_are_stopped(link, stina):
    set_preferences(stina, cadences={Kind.NEW: Cadence.DAILY})
    Client().post(link, ONE_CLICK)
    assert cadences_of(stina) == {Kind.NEW: Cadence.DAILY}


def test_doing_it_again_changes_nothing(link, sanna):
    visit = Client()
    assert [visit.post(link, ONE_CLICK).status_code for _ in range(2)] == [200, 200]
    assert cadences_of(sanna)[Kind.NEW] == Cadence.OFF


def forged(pk: int) -> list[str]:
    signed = Signer(salt="another").sign(str(pk))
    return ["x", str(pk), f"{pk}:", signed, token_for_nobody(), "%00", "å"]


def token_for_nobody() -> str:
    return token_for(type("Nobody", (), {"pk": 10**12}))


def test_a_forged_token_leads_nowhere(link, sanna):
    paths = [f"/nytt/av/{token}/" for token in forged(sanna.pk)]
    assert {path: Client().get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert {path: Client().post(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert user_of(token_for(sanna)) == sanna


def test_the_token_is_not_logged(link, sanna, client, log_lines):  # noqa: F811
    client.get(link)
    lines = json.dumps(log_lines())
    assert "/nytt/av/<str:token>/" in lines
    assert token_for(sanna) not in lines


def test_the_page_is_not_kept_by_anybody(link):
    assert "no-store" in Client().get(link)["Cache-Control"]


def test_the_token_stays_the_same(sanna):
    first = token_for(sanna)
    with clocks.at(clocks.now()):
        assert token_for(sanna) == first
