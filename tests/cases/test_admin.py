"""The operator's admin: accounts and registers, and no case."""

import pytest
from django.contrib import admin
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.urls import reverse

from cases import clocks
from cases.models import (
    Association,
    Case,
    ContactFunction,
    Draft,
    FunctionPerson,
    Grant,
    Initiative,
    Member,
    RoutingRule,
    Unit,
    User,
)
from tests.people import PASSWORD, make_user
from tests.sharing import shared

pytestmark = pytest.mark.once

ALLOWED = {Association, ContactFunction, FunctionPerson, Grant, Initiative, Member, RoutingRule, Unit, User}
# Skatteverket's published test number.
NUMBER = "640823-3234"


@shared
def operator(db) -> User:
    return make_user("Drift", is_staff=True, is_superuser=True)


@pytest.fixture
def as_operator(client, operator, settings):
    # The admin loads the operator and the account that is looked at: two users, not one for each row.
    settings.ZEAL_ALLOWLIST = [{"model": "cases.User"}]
    client.force_login(operator)
    return client


def page(model, what: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=args)


def test_the_admin_holds_accounts_and_registers_and_nothing_else():
    assert set(admin.site._registry) == ALLOWED


@pytest.mark.parametrize("path", ["/drift/", "/drift/cases/user/", "/drift/login/"])
def test_the_admin_says_that_the_demo_is_made_up_where_there_is_one(as_operator, client, forbund, path):
    sentence = "Demodata: rapporter och personer är påhittade"
    if "login" in path:
        client.logout()
    assert sentence not in client.get(path, follow=True).content.decode()
    Association.objects.update(is_demo=True)
    cache.clear()
    assert sentence in client.get(path, follow=True).content.decode()


@pytest.mark.parametrize("model", sorted(ALLOWED, key=lambda model: model.__name__))
def test_each_register_is_listed_searched_and_added_to(as_operator, model, case, insats, enhet, adam):
    for url in (page(model, "changelist"), page(model, "changelist") + "?q=prov", page(model, "add")):
        assert as_operator.get(url).status_code == 200


@pytest.mark.parametrize("model", sorted(ALLOWED, key=lambda model: model.__name__))
def test_each_row_opens_and_is_not_deleted(as_operator, model, case, insats, enhet, kommun, funktion, adam):
    RoutingRule.objects.create(member=kommun, function=funktion)
    row = model.objects.first()
    assert as_operator.get(page(model, "change", row.pk)).status_code == 200
    expected = 200 if model is RoutingRule else 403
    assert as_operator.get(page(model, "delete", row.pk)).status_code == expected


def test_no_page_of_the_admin_shows_a_word_of_a_case_or_draft(as_operator, case, rakel, forbund):
    Draft.objects.create(author=rakel, association=forbund, fields={"heading": "Hemligt utkast"})
    urls = [page(model, "changelist") for model in ALLOWED] + [page(User, "change", rakel.pk)]
    shown = "".join(as_operator.get(url).content.decode() for url in urls)
    assert case.heading not in shown
    assert case.number not in shown
    assert "Hemligt" not in shown


def test_an_operator_sees_no_case(operator, case):
    assert not Case.objects.visible_to(operator).exists()
    assert not Case.objects.countable_by(operator).exists()


def test_the_admin_is_closed_to_everybody_else(client, adam):
    client.force_login(adam)
    assert client.get("/drift/", follow=False).status_code in {302, 403}


def test_an_account_is_added_with_a_hashed_password(as_operator):
    typed = {"email": "Nora@Example.org", "name": "Nora", "usable_password": "true"}
    as_operator.post(page(User, "add"), {**typed, "password1": PASSWORD, "password2": PASSWORD})
    nora = User.objects.get(email="nora@example.org")
    assert nora.check_password(PASSWORD)
    assert PASSWORD not in nora.password


def test_an_address_that_was_changed_no_longer_lets_anybody_in(as_operator, rakel, client):
    rakel.emailaddress_set.create(email=rakel.email, verified=True, primary=True)
    typed = {"email": "rakel.ny@example.org", "name": rakel.name, "is_active": "on"}
    as_operator.post(page(User, "change", rakel.pk), typed)
    client.logout()
    client.post(reverse("account_login"), {"login": "rakel@example.org", "password": PASSWORD})
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("model", [Unit, User])
def test_the_guard_stands_before_the_admin_too(as_operator, kommun, model):
    before = model.objects.count()
    typed = {"name": f"Enheten {NUMBER}", "member": kommun.pk, "from_on": "2026-01-01", "email": "ny@example.org"}
    typed |= {"usable_password": "true", "password1": PASSWORD, "password2": PASSWORD}
    answer = as_operator.post(page(model, "add"), typed)
    assert "name" in answer.context["adminform"].form.errors
    assert model.objects.count() == before


def test_a_code_in_case_numbers_cannot_be_changed(as_operator, case, forbund):
    form = as_operator.get(page(Association, "change", forbund.pk)).context["adminform"].form
    assert "code" not in form.fields


# ---- merging ----


def test_an_association_is_merged_into_another(case, forbund, annat_forbund, operator, capsys):
    call_command("merge_association", forbund.name, into="ANN", yes=True)
    forbund.refresh_from_db()
    assert (forbund.successor, forbund.ended_on) == (annat_forbund, clocks.today())
    assert annat_forbund.cases.count() == 1


def test_a_merger_waits_for_a_yes(case, forbund, annat_forbund, operator, monkeypatch):
    monkeypatch.setattr("builtins.input", lambda _: "nej")
    with pytest.raises(CommandError, match="Ingenting har ändrats"):
        call_command("merge_association", "PRO", into="ANN")
    forbund.refresh_from_db()
    assert forbund.ended_on is None


@pytest.mark.parametrize(("name", "into"), [("PRO", "PRO"), ("Finns inte", "ANN"), ("PRO", "Finns inte")])
def test_a_merger_that_makes_no_sense_is_refused(forbund, annat_forbund, operator, name, into):
    with pytest.raises(CommandError):
        call_command("merge_association", name, into=into, yes=True)


def test_a_merger_is_somebodys_act(forbund, annat_forbund, operator):
    make_user("Drift2", is_staff=True, is_superuser=True)
    with pytest.raises(CommandError, match="--operator"):
        call_command("merge_association", "PRO", into="ANN", yes=True)
