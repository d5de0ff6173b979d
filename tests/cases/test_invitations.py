"""Invitations and roles: who gets in, as what, until when, and by which letter."""

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPServerDisconnected

import pytest
from django.core import mail
from django.core.mail import get_connection
from django.db import connection
from django.urls import reverse

from cases import clocks, services
from cases.codes import Role
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Grant, Invitation, User
from tests.people import LONG_AGO, PASSWORD, grant, make_user
from tests.sharing import tool

ADDRESS = "nora@example.org"


@tool
def as_adam(client, adam):
    client.force_login(adam)
    return client


@pytest.fixture
def send(as_adam, django_capture_on_commit_callbacks):
    """Return a function that posts to a page of the förbund and lets the letters leave."""

    def post(name: str, data=None, **parts):
        with django_capture_on_commit_callbacks(execute=True):
            return as_adam.post(reverse(name, kwargs={"code": "PRO", **parts}), data or {}, follow=True)

    return post


@pytest.fixture
def invited(send) -> User:
    send("invite", {"email": ADDRESS, "name": "Nora Påhittad", "roles": ["REPORTER", "BOARD"]})
    return User.objects.get(email=ADDRESS)


@pytest.fixture
def broken_mail(monkeypatch):
    def refuse(*args, **kwargs):
        raise SMTPServerDisconnected

    monkeypatch.setattr(type(get_connection()), "send_messages", refuse)


# ---- inviting ----


def test_an_invitation_makes_an_account_with_roles_from_today(invited):
    roles = invited.grants.values_list("role", "from_on", "to_on")
    assert set(roles) == {("REPORTER", clocks.today(), None), ("BOARD", clocks.today(), None)}
    assert not invited.has_usable_password()


def test_the_letter_holds_a_link_to_log_in_and_nothing_about_anybody(invited, settings):
    (letter,) = mail.outbox
    assert (letter.subject, letter.to) == ("Du är inbjuden till Lex Heller", [ADDRESS])
    assert settings.SITE_URL + reverse("account_request_login_code") in letter.body
    assert not any(word in letter.body for word in ("Nora", "Adam", ADDRESS, "apportör"))


def test_the_link_leads_to_a_page_that_asks_for_the_address(invited, client):
    client.logout()
    assert client.get(reverse("account_request_login_code")).status_code == 200


def test_an_address_has_one_account_however_it_is_written(send, rakel):
    send("invite", {"email": "RAKEL@Example.org", "name": "Någon Annan", "roles": "BOARD"})
    rakel.refresh_from_db()
    assert rakel.name == "Rakel Påhittad"
    assert rakel.standing().holds(Role.BOARD, rakel.grants.first().association_id)


def test_a_contact_is_invited_straight_into_a_function(send, funktion):
    send("invite", {"email": ADDRESS, "name": "Nora", "function": funktion.pk, "is_deputy": "on"})
    assert funktion.people.get(user__email=ADDRESS).is_deputy


def test_an_invitation_to_nothing_is_refused(send):
    answer = send("invite", {"email": ADDRESS, "name": "Nora"})
    assert "minst en roll" in answer.context["form"].errors["roles"][0]
    assert not User.objects.filter(email=ADDRESS).exists()


def test_a_role_that_is_held_already_is_refused_and_nothing_stored(send, rakel):
    answer = send("invite", {"email": rakel.email, "name": "Rakel", "roles": ["BOARD", "REPORTER"]})
    assert "redan rapportör" in answer.context["form"].errors["roles"][0]
    assert rakel.grants.count() == 1
    assert not Invitation.objects.exists()
    assert not mail.outbox


def test_a_second_click_makes_nothing_twice(send, invited):
    send("invite", {"email": ADDRESS, "name": "Nora Påhittad", "roles": ["REPORTER", "BOARD"]})
    assert (Invitation.objects.count(), invited.grants.count(), len(mail.outbox)) == (1, 2, 1)


def test_who_is_known_elsewhere_is_found_without_a_word_of_it(send, olle):
    answer = send("invite", {"email": olle.email, "name": "Olle", "roles": "REPORTER"})
    page = answer.content.decode()
    assert "Samordningsförbundet Annat" not in page
    assert "Samordnare" not in page
    assert "Rapportör" in page


def test_an_account_that_is_shut_off_gets_no_invitation(send):
    make_user("Nils", is_active=False)
    answer = send("invite", {"email": "nils@example.org", "name": "Nils", "roles": "REPORTER"})
    assert "avstängt" in answer.context["form"].errors["email"][0]


# ---- when the letter leaves, and when it does not ----


@pytest.mark.django_db(transaction=True)
def test_the_page_says_that_the_letter_left(send):
    answer = send("invite", {"email": ADDRESS, "name": "Nora", "roles": "REPORTER"})
    assert "Nora är inbjuden. Ett brev har skickats." in answer.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_fails_loses_no_invitation(send, broken_mail):
    answer = send("invite", {"email": ADDRESS, "name": "Nora", "roles": "REPORTER"})
    page = answer.content.decode()
    assert "brevet kunde inte skickas" in page
    assert "Skicka inbjudan igen" in page
    assert Grant.objects.filter(user__email=ADDRESS).exists()


@pytest.mark.django_db(transaction=True)
def test_an_invitation_is_sent_again(send, invited):
    Invitation.objects.update(created_at=clocks.now() - dt.timedelta(days=3))
    answer = send("invitation_resend", pk=invited.pk)
    assert "skickad igen" in answer.content.decode()
    assert [letter.to for letter in mail.outbox] == [[ADDRESS], [ADDRESS]]


@pytest.mark.django_db(transaction=True)
def test_two_clicks_on_send_again_are_one_letter(send, invited):
    send("invitation_resend", pk=invited.pk)
    assert len(mail.outbox) == 1


# ---- logging in ----


def test_logging_in_is_a_yes(client, forbund, adam):
    nora = make_user("Nora")
    grant(nora, forbund, Role.REPORTER)
    Invitation.objects.create(user=nora, association=forbund, invited_by=adam)
    client.post(reverse("account_login"), {"login": nora.email, "password": PASSWORD})
    assert Invitation.objects.get().accepted_at is not None


def test_logging_in_by_code_is_a_yes(client, invited):
    client.logout()
    client.post(reverse("account_request_login_code"), {"email": ADDRESS})
    code = mail.outbox[-1].body.split("\n\n")[2].strip()
    client.post(reverse("account_confirm_login_code"), {"code": code})
    assert Invitation.objects.get().accepted_at is not None


def test_who_has_not_logged_in_is_listed(as_adam, invited, rakel):
    people = as_adam.get("/register/PRO/personer/?vantar=1").context["page"].rows
    assert people == [invited]


def test_an_accepted_invitation_is_not_sent_again(forbund, adam, invited):
    services.accept_invitations(invited)
    with pytest.raises(MoveNotAllowed, match="redan loggat in"):
        services.resend_invitation(forbund, actor=adam, person=invited)


# ---- correcting an account ----


def test_an_account_that_nobody_has_used_is_corrected(send, invited):
    send("person_edit", {"name": "Nora Rättad", "email": "NORA.ratt@example.org"}, pk=invited.pk)
    invited.refresh_from_db()
    assert (invited.name, invited.email) == ("Nora Rättad", "nora.ratt@example.org")


def test_an_address_that_is_taken_is_refused(send, invited, rakel):
    answer = send("person_edit", {"name": "Nora", "email": rakel.email}, pk=invited.pk)
    assert "används redan" in answer.context["form"].errors["email"][0]


@pytest.mark.parametrize("why", ["logged in", "elsewhere", "operator"])
def test_an_account_that_is_somebodys_own_is_not_taken_over(forbund, adam, invited, annat_forbund, why):
    if why == "elsewhere":
        grant(invited, annat_forbund, Role.REPORTER)
    changed = {"logged in": {"last_login": clocks.now()}, "operator": {"is_staff": True}}.get(why, {})
    User.objects.filter(pk=invited.pk).update(is_active=True, **changed)
    with pytest.raises(MoveNotAllowed, match="driften"):
        services.save_person(forbund, actor=adam, person=invited, name="Nora", email="adam2@example.org")


# ---- roles ----


def test_a_role_is_added_with_its_dates(send, rakel):
    send("grant_add", {"role": "BOARD", "from_on": "2030-01-01", "to_on": "2030-12-31"}, pk=rakel.pk)
    assert rakel.grants.get(role="BOARD").to_on == dt.date(2030, 12, 31)


def test_a_role_is_held_once_at_a_time(send, rakel):
    answer = send("grant_add", {"role": "REPORTER", "from_on": "2030-01-01"}, pk=rakel.pk)
    assert "redan rapportör" in answer.context["form"].errors["role"][0]


def test_a_role_ends_with_its_last_day(send, rakel, moved):
    send("grant_end", {"last_day": clocks.today().isoformat()}, pk=rakel.grants.get().pk)
    rakel.refresh_from_db()
    assert rakel.standing().everywhere
    with moved(1):
        assert not rakel.standing().everywhere


def test_a_role_ends_at_once_with_yesterday(send, rakel):
    yesterday = clocks.today() - dt.timedelta(days=1)
    send("grant_end", {"last_day": yesterday.isoformat()}, pk=rakel.grants.get().pk)
    rakel.refresh_from_db()
    assert not rakel.standing().everywhere


def test_a_role_given_by_mistake_today_is_taken_back_at_once(send, invited):
    yesterday = clocks.today() - dt.timedelta(days=1)
    send("grant_end", {"last_day": yesterday.isoformat()}, pk=invited.grants.get(role="BOARD").pk)
    assert not invited.grants.filter(role="BOARD").exists()


def test_a_role_cannot_end_before_it_began(send, rakel):
    answer = send("grant_end", {"last_day": "2019-12-31"}, pk=rakel.grants.get().pk)
    assert "Rollen började" in answer.context["form"].errors["last_day"][0]


def test_the_last_administrator_cannot_end_their_own_role(send, adam):
    answer = send("grant_end", {"last_day": clocks.today().isoformat()}, pk=adam.grants.get().pk)
    assert "Du är ensam förbundsadministratör" in answer.content.decode()
    assert adam.grants.get().to_on is None


@pytest.mark.parametrize(
    ("other", "may_end"),
    [
        ({}, True),
        ({"to_on": dt.date(2030, 1, 1)}, False),
        ({"from_on": dt.date(2090, 1, 1)}, False),
    ],
)
def test_an_administrator_may_go_when_another_stays(forbund, adam, other, may_end):
    grant(make_user("Anna"), forbund, Role.ADMIN, **{"from_on": LONG_AGO, **other})
    try:
        services.end_grant(adam.grants.get(), actor=adam, last_day=clocks.today())
    except MoveNotAllowed:
        assert not may_end
    else:
        assert may_end


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_end_each_other_at_once(forbund, adam):
    anna = make_user("Anna")
    grant(anna, forbund, Role.ADMIN)
    start = threading.Barrier(2)

    def end(actor: User, other: User) -> None:
        actor.standing()
        start.wait()
        try:
            services.end_grant(other.grants.get(), actor=actor, last_day=clocks.today())
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        tries = [pool.submit(end, adam, anna), pool.submit(end, anna, adam)]
    assert sorted(type(attempt.exception()) is MoveNotAllowed for attempt in tries) == [False, True]
    assert Grant.objects.filter(role=Role.ADMIN, to_on__isnull=True).count() == 1


def test_an_administrator_who_is_shut_off_does_not_count(forbund, adam):
    grant(make_user("Anna", is_active=False), forbund, Role.ADMIN)
    with pytest.raises(MoveNotAllowed):
        services.end_grant(adam.grants.get(), actor=adam, last_day=clocks.today())


def test_a_contact_is_no_role_to_grant(forbund, adam, rakel):
    with pytest.raises(Incomplete, match="kontaktfunktion"):
        services.grant(forbund, actor=adam, person=rakel, role=Role.CONTACT, from_on=LONG_AGO)


def test_whose_roles_have_all_ended_meets_an_empty_start_page(client, rakel):
    Grant.objects.filter(user=rakel).update(to_on=dt.date(2021, 1, 1))
    client.force_login(rakel)
    assert client.get("/").status_code == 200
    assert client.get("/register/").status_code == 404
