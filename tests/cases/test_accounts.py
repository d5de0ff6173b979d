"""Log-in and passwords: what the pages say where the library would say something else."""

import datetime as dt
import re

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from tests.pages import Page
from tests.people import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize(("login", "password"), [("rakel", "fel lösenord helt"), ("ingen@example.org", PASSWORD)])
def test_a_wrong_login_says_the_same_whatever_was_wrong(client, rakel, login, password):
    login = rakel.email if login == "rakel" else login
    page = client.post("/konto/login/", {"login": login, "password": password}).content.decode()
    assert "Fel e-postadress eller lösenord." in page


@pytest.mark.parametrize(
    ("password", "sentence"),
    [
        ("kort ord", "Lösenordet är för kort. Skriv minst 12 tecken."),
        ("123456789098", "Lösenordet är bara siffror. Ta med bokstäver också."),
        ("1234567890987654321", "Lösenordet är bara siffror. Ta med bokstäver också."),
        ("rakel-raportor", "Lösenordet liknar ditt namn eller din e-postadress. Välj ett annat."),
        ("1qaz2wsx3edc", "Många använder det lösenordet. Välj ett annat."),
    ],
)
def test_a_weak_password_is_refused_in_plain_words(rakel, password, sentence):
    rakel.name = "Rakel Rapportör"
    with pytest.raises(ValidationError) as refused:
        validate_password(password, rakel)
    assert sentence in refused.value.messages


def test_a_password_of_a_person_is_held_against_their_name(rakel):
    rakel.name, rakel.email = "Rakelina Storhammar", "x@example.org"
    with pytest.raises(ValidationError, match="liknar ditt namn"):
        validate_password("storhammar12", rakel)


def test_the_page_lists_the_rules_in_plain_words(client, rakel):
    client.force_login(rakel)
    page = client.get("/konto/password/change/").content.decode()
    assert all(text in page for text in password_validators_help_texts())
    assert "Skriv minst 12 tecken." in page
    assert "personliga information" not in page


# ---- from a letter's link to its page ----

LINK = "/konto/login/code/?next=/arenden/LH-PRO-2026-0001/"


def code_in(mailoutbox) -> str:
    """Return the code that the last letter holds."""
    return re.search(r"^\s*([A-Z0-9-]{6,})\s*$", mailoutbox[-1].body, re.MULTILINE).group(1)


def send_form(client, page, action: str, **filled: str):
    """Send a form of the page as a browser does, hidden fields and all; follow where it leads."""
    return client.post(action, {**Page(page).hidden(action), **filled}, follow=True)


def ask_for_code(client, link: str, person):
    page = client.get(link, follow=True)
    action = next(action for action in Page(page).forms if "login/code" in action)
    return send_form(client, page, action, email=person.email)


def type_code(client, page, code: str):
    return send_form(client, page, "/konto/login/code/confirm/", code=code)


def arrived(page) -> str:
    """Return where the redirects ended."""
    return page.redirect_chain[-1][0]


def test_a_letters_link_leads_through_the_code_to_its_case(client, case, rakel, mailoutbox):
    page = ask_for_code(client, f"/konto/login/code/?next=/arenden/{case.number}/", rakel)
    page = type_code(client, page, code_in(mailoutbox))
    assert arrived(page) == f"/arenden/{case.number}/"
    assert case.heading in page.content.decode()


def test_a_wrong_code_loses_nobody_their_way(client, rakel, mailoutbox):
    page = type_code(client, ask_for_code(client, LINK, rakel), "FELKOD")
    assert arrived(type_code(client, page, code_in(mailoutbox))) == "/arenden/LH-PRO-2026-0001/"


def test_too_many_wrong_codes_lead_to_a_new_one_and_on(client, rakel, mailoutbox):
    page = ask_for_code(client, LINK, rakel)
    for _ in range(3):
        page = type_code(client, page, "FELKOD")
    page = ask_for_code(client, arrived(page), rakel)
    assert arrived(type_code(client, page, code_in(mailoutbox))) == "/arenden/LH-PRO-2026-0001/"


def test_whoever_has_logged_in_is_led_straight_on(client, rakel):
    client.force_login(rakel)
    assert client.get(LINK).url == "/arenden/LH-PRO-2026-0001/"


def test_a_second_link_before_the_code_leads_to_the_second_case(client, rakel, mailoutbox):
    ask_for_code(client, "/konto/login/code/?next=/arenden/LH-PRO-2026-0007/", rakel)
    page = client.get(LINK, follow=True)
    assert arrived(type_code(client, page, code_in(mailoutbox))) == "/arenden/LH-PRO-2026-0001/"


def test_a_code_that_ran_out_loses_nobody_their_way(client, rakel, mailoutbox, time_machine):
    page = ask_for_code(client, LINK, rakel)
    time_machine.move_to(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11))
    page = type_code(client, page, code_in(mailoutbox))
    page = ask_for_code(client, arrived(page), rakel)
    assert arrived(type_code(client, page, code_in(mailoutbox))) == "/arenden/LH-PRO-2026-0001/"


def test_a_log_in_by_password_leads_to_the_case_too(client, rakel):
    page = client.get(LINK)
    page = client.get(next(link for link in Page(page).links if link.startswith("/konto/login/?")))
    action = next(action for action in Page(page).forms if action.startswith("/konto/login/"))
    assert (
        arrived(send_form(client, page, action, login=rakel.email, password=PASSWORD)) == "/arenden/LH-PRO-2026-0001/"
    )


@pytest.mark.parametrize("where", ["https://example.com/", "//example.com/", "javascript:alert(1)"])
def test_no_link_leads_through_the_log_in_to_another_place(client, rakel, mailoutbox, where):
    page = ask_for_code(client, f"/konto/login/code/?next={where}", rakel)
    assert arrived(type_code(client, page, code_in(mailoutbox))) == "/"
