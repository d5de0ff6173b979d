"""Log-in and passwords: what the pages say where the library would say something else."""

import pytest
from django.contrib.auth.password_validation import password_validators_help_texts, validate_password
from django.core.exceptions import ValidationError

from tests.people import PASSWORD

pytestmark = pytest.mark.django_db


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
