"""The pages where keys are made, shown once, and revoked."""

import datetime as dt
import re

import pytest
from django.test import Client

from api import tokens
from api.models import Token
from cases import clocks
from cases.codes import Role
from cases.models import User
from tests.pages import Page
from tests.people import grant, make_key, make_user
from tests.sharing import tool

pytestmark = pytest.mark.once

PLAIN = re.compile(r"lexheller_[0-9a-z]{8}_[0-9A-Za-z]{49}")


@tool
def as_rakel(client, rakel) -> Client:
    client.force_login(rakel)
    return client


@tool
def as_adam(client, adam) -> Client:
    client.force_login(adam)
    return client


def fill(client: Client, path: str, **changes: object) -> dict[str, object]:
    """Fill in the page's form."""
    page = Page(client.get(path))
    return {**page.forms[""], "name": "Siffror till intranätet", **changes}


# ---- one's own ----


def test_a_key_is_shown_once_in_the_answer_to_the_form(as_rakel, rakel):
    answer = as_rakel.post("/nycklar/ny/", fill(as_rakel, "/nycklar/ny/"))
    [plain] = PLAIN.findall(answer.content.decode())
    assert tokens.find(plain).user == rakel
    assert plain not in as_rakel.get("/nycklar/").content.decode()
    assert plain not in str(as_rakel.session.items())


def test_no_browser_keeps_the_page_with_the_key(as_rakel):
    answer = as_rakel.post("/nycklar/ny/", fill(as_rakel, "/nycklar/ny/"))
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_the_same_page_sent_again_shows_no_key_and_makes_none(as_rakel):
    form = fill(as_rakel, "/nycklar/ny/")
    as_rakel.post("/nycklar/ny/", form)
    for again in (form, {**form, "name": "Något annat", "scopes": ["handle"]}):
        answer = as_rakel.post("/nycklar/ny/", again)
        assert (answer.status_code, PLAIN.findall(answer.content.decode())) == (409, [])
    assert Token.objects.count() == 1


def test_two_people_may_have_the_same_nonce(as_rakel, sanna):
    form = fill(as_rakel, "/nycklar/ny/", nonce="samma")
    as_rakel.post("/nycklar/ny/", form)
    other = Client()
    other.force_login(sanna)
    assert other.post("/nycklar/ny/", form).status_code == 200
    assert Token.objects.count() == 2


def test_a_key_lasts_a_year_unless_told(as_rakel):
    as_rakel.post("/nycklar/ny/", fill(as_rakel, "/nycklar/ny/"))
    token = Token.objects.get()
    assert (token.last_day, token.scopes) == (clocks.today() + dt.timedelta(days=365), ["read"])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Skriv vad nyckeln är till för."),
        ({"last_day": ""}, "Välj en dag."),
        ({"scopes": []}, "Välj minst en sak."),
        ({"scopes": ["read", "admin"]}, "Välj bland det som finns i listan."),
        ({"last_day": "2099-01-01"}, "Välj en dag från i dag till om två år."),
        ({"name": "För 640823-3234"}, "personnummer"),
        ({"nonce": ""}, "Sidan kom inte fram hel."),
    ],
)
def test_a_form_that_is_wrong_says_so_and_makes_nothing(as_rakel, change, words):
    answer = as_rakel.post("/nycklar/ny/", fill(as_rakel, "/nycklar/ny/", **change))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Token.objects.exists()


def test_the_form_makes_keys_for_nobody_else(as_rakel, rakel, sanna):
    as_rakel.post("/nycklar/ny/", fill(as_rakel, "/nycklar/ny/", user=sanna.pk, owner=sanna.pk, system=sanna.pk))
    assert Token.objects.get().user == rakel


def test_the_list_shows_what_there_is_to_know_and_no_secret(as_rakel, rakel):
    issued = make_key(rakel, "read", "summaries", name="Intranätet")
    page = as_rakel.get("/nycklar/").content.decode()
    for words in ("Intranätet", issued.token.prefix, "Läsa siffror", "Har inte använts", clocks.today().isoformat()):
        assert words in page
    assert issued.token.secret_hash not in page


def test_a_key_is_revoked_after_a_question(as_rakel, rakel):
    token = make_key(rakel).token
    path = f"/nycklar/{token.pk}/aterkalla/"
    assert "slutar fungera" in as_rakel.get(path).content.decode()
    assert Token.objects.working().exists()
    assert as_rakel.post(path, follow=True).status_code == 200
    assert not Token.objects.working().exists()
    assert "Återkallad" in as_rakel.get("/nycklar/").content.decode()


def test_the_menu_leads_to_ones_keys(as_rakel):
    assert "/nycklar/" in Page(as_rakel.get("/")).links


# ---- the förbund's ----


def test_the_administrator_makes_a_key_for_a_system(as_adam, kommunens_system, adam):
    path = f"/register/PRO/system/{kommunens_system.pk}/nyckel/"
    form = fill(as_adam, path)
    answer = as_adam.post(path, form)
    [plain] = PLAIN.findall(answer.content.decode())
    assert (tokens.find(plain).user, tokens.find(plain).created_by) == (kommunens_system, adam)
    assert "no-store" in answer.headers["Cache-Control"]
    assert as_adam.post(path, form).status_code == 409


def test_the_administrator_sees_the_keys_of_systems_and_people(as_adam, rakel, kommunens_system, adam):
    make_key(rakel, name="Rakels")
    make_key(kommunens_system, actor=adam, name="Systemets")
    page = as_adam.get("/register/PRO/nycklar/").content.decode()
    for words in ("Rakels", "Rakel Påhittad", "Systemets", "Kommunens avvikelsesystem (system)", "Gjord av Adam"):
        assert words in page


def test_the_list_is_searched_and_leaves_out_what_has_ended(as_adam, rakel, kommunens_system, adam):
    make_key(kommunens_system, actor=adam, name="Systemets")
    tokens.revoke(make_key(rakel, name="Rakels").token, actor=rakel)
    assert "Rakels" not in as_adam.get("/register/PRO/nycklar/").content.decode()
    assert "Rakels" in as_adam.get("/register/PRO/nycklar/?alla=on").content.decode()
    only = as_adam.get(f"/register/PRO/nycklar/?alla=on&vem={kommunens_system.pk}").content.decode()
    assert ("Rakels" in only, "Systemets" in only) == (False, True)


@pytest.mark.parametrize("query", ["vem=x", "vem=99999999999999999999999", "q=640823-3234", "sida=x"])
def test_no_query_breaks_the_list(as_adam, query):
    assert as_adam.get(f"/register/PRO/nycklar/?{query}").status_code in (200, 422)


def test_another_forbund_keeps_its_keys_to_itself(as_adam, annat_forbund, olle):
    theirs = make_key(olle, name="Olles").token
    assert "Olles" not in as_adam.get("/register/PRO/nycklar/?alla=on").content.decode()
    assert as_adam.get(f"/register/PRO/nycklar/{theirs.pk}/aterkalla/").status_code == 404
    assert as_adam.post(f"/register/PRO/nycklar/{theirs.pk}/aterkalla/").status_code == 404
    system = User.objects.create_system(annat_forbund, name="Deras")
    assert as_adam.post(f"/register/PRO/system/{system.pk}/nyckel/", {"nonce": "a"}).status_code == 404
    assert as_adam.get(f"/register/ANN/system/{system.pk}/nyckel/").status_code == 404
    assert Token.objects.working().count() == 1


def test_no_key_is_made_for_a_person_by_the_systems_page(as_adam, rakel):
    path = f"/register/PRO/system/{rakel.pk}/nyckel/"
    assert as_adam.post(path, {"nonce": "a", "name": "Prov", "scopes": ["read"]}).status_code == 404


def test_the_administrator_revokes_a_key_of_somebody_who_leaves(as_adam, rakel, adam):
    token = make_key(rakel, name="Rakels").token
    path = f"/register/PRO/nycklar/{token.pk}/aterkalla/"
    assert "Rakel Påhittad" in as_adam.get(path).content.decode()
    as_adam.post(path)
    assert Token.objects.get().revoked_by == adam


def test_the_keys_of_who_left_are_not_the_administrators_business(as_adam, rakel, annat_forbund):
    rakel.grants.update(to_on=clocks.today() - dt.timedelta(days=1))
    grant(rakel, annat_forbund, Role.REPORTER)
    make_key(rakel, name="Rakels")
    assert "Rakels" not in as_adam.get("/register/PRO/nycklar/?alla=on").content.decode()


def test_a_forbund_that_has_ended_gets_no_more_keys(as_adam, forbund, kommunens_system):
    path = f"/register/PRO/system/{kommunens_system.pk}/nyckel/"
    form = fill(as_adam, path)
    forbund.ended_on = clocks.today()
    forbund.save()
    answer = as_adam.post(path, form)
    assert answer.status_code == 422
    assert "upphört" in answer.content.decode()


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_asks_the_same_however_long(as_adam, forbund, adam, django_assert_max_num_queries, count):
    for number in range(count):
        person = make_user(f"Person{number}")
        grant(person, forbund, Role.REPORTER)
        make_key(person)
    with django_assert_max_num_queries(14):
        as_adam.get("/register/PRO/nycklar/")
