"""The webhooks' pages: what an administrator adds, changes, tries out, and learns of how it goes."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from cases import clocks, services
from cases.codes import Role
from cases.errors import Incomplete, MoveNotAllowed, PersonalDataFound
from cases.models import User
from notifications import health
from notifications.hooks import addresses, keeping, sending
from notifications.hooks.keeping import add_hook, change_hook, kinds_of, renew_secret, try_out, turn_off, turn_on
from notifications.hooks.signing import OVERLAP, secret_of
from notifications.models import TRIAL, Hook, Kind, OffWhy, State
from notifications.proof import words_about
from notifications.why import of_hook
from tests.notifications.hooked import ADDRESS, again, tell, words
from tests.pages import Page, browser_of, html_of
from tests.people import grant, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Skatteverket's published test number.
NUMBER = "640823-3234"
SECRET = re.compile(r"whsec_[A-Za-z0-9+/]{43}=")
OFF = {"is_on": False, "off_why": OffWhy.FAILING, "off_at": dt.datetime(2026, 3, 4, tzinfo=dt.UTC)}


def url(name: str, hook: Hook | None = None) -> str:
    return reverse(name, kwargs={"code": "PRO", **({"pk": hook.pk} if hook else {})})


@pytest.fixture
def as_adam(client, adam):
    client.force_login(adam)
    return client


@pytest.fixture
def as_eva(forbund):
    """Another administrator."""
    eva = make_user("Eva")
    grant(eva, forbund, Role.ADMIN)
    return browser_of(eva)


def filled(client, path: str, **values: object) -> dict[str, object]:
    """Return the form as it came, filled in with some values."""
    came = {name: found for name, found in Page(client.get(path)).hidden("").items() if found != [""]}
    return {**came, **values}


# ---- adding ----


def test_adding_one_shows_its_secret_once(as_adam, forbund):
    page = as_adam.post(url("hook_add"), filled(as_adam, url("hook_add"), name="Diariet", address=ADDRESS))
    hook = Hook.objects.get()
    assert SECRET.findall(html_of(page)) == [secret_of(hook)]
    assert "no-store" in page.headers["Cache-Control"]
    assert SECRET.search(html_of(as_adam.get(url("hook", hook)))) is None
    assert (hook.name, hook.address, hook.host, hook.function) == ("Diariet", ADDRESS, "system.example.org", None)
    assert hook.kinds == list(kinds_of(None))


def test_one_is_added_for_a_function(as_adam, funktion):
    asked = filled(as_adam, url("hook_add"), name="Kommunens", address=ADDRESS, function=funktion.pk)
    as_adam.post(url("hook_add"), asked)
    hook = Hook.objects.get()
    assert (hook.function, hook.kinds) == (funktion, list(kinds_of(funktion)))


def test_a_double_click_adds_one_and_shows_the_same_secret(as_adam, forbund):
    asked = filled(as_adam, url("hook_add"), name="Diariet", address=ADDRESS)
    pages = [as_adam.post(url("hook_add"), asked) for _ in range(2)]
    assert len({SECRET.findall(html_of(page))[0] for page in pages}) == Hook.objects.count() == 1


def test_a_form_that_another_administrator_sends_again_shows_no_secret(as_adam, as_eva, forbund):
    asked = filled(as_adam, url("hook_add"), name="Diariet", address=ADDRESS)
    as_adam.post(url("hook_add"), asked)
    page = as_eva.post(url("hook_add"), asked)
    assert page.status_code == 422
    assert SECRET.search(html_of(page)) is None


def test_the_form_sent_again_much_later_shows_no_secret(as_adam, forbund, moved):
    asked = filled(as_adam, url("hook_add"), name="Diariet", address=ADDRESS)
    as_adam.post(url("hook_add"), asked)
    with clocks.at(clocks.now() + dt.timedelta(minutes=11)):
        page = as_adam.post(url("hook_add"), asked)
    assert page.status_code == 422
    assert SECRET.search(html_of(page)) is None


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_is_kept(as_adam, forbund):
    page = as_adam.post(
        url("hook_add"), filled(as_adam, url("hook_add"), name="Diariet", address="http://a.example.se/")
    )
    assert page.status_code == 422
    assert Page(page).error_beside("address").endswith(addresses.UNSEALED)
    assert Page(page).hidden("")["address"] == ["http://a.example.se/"]


@pytest.mark.parametrize("field", ["name", "address"])
def test_a_personal_number_is_stopped(forbund, adam, field):
    with pytest.raises(PersonalDataFound):
        add_hook(
            forbund, actor=adam, **{"name": "Diariet", "address": ADDRESS, field: f"https://a.example.se/{NUMBER}"}
        )
    assert not Hook.objects.exists()


def test_the_same_address_twice_for_the_same_desk_is_refused(hook_to, funktion):
    hook_to()
    hook_to(function=funktion)
    with pytest.raises(Incomplete) as error:
        hook_to()
    assert error.value.fields == {"address": keeping.ALREADY}


def test_another_forbunds_function_is_no_choice(annat_forbund, adam, funktion, forbund):
    forbund.grants.update(association=annat_forbund)
    with pytest.raises(Incomplete):
        add_hook(annat_forbund, actor=User.objects.get(pk=adam.pk), name="X", address=ADDRESS, function=funktion)


@pytest.mark.parametrize("act", ["add", "change", "renew", "try", "off", "on"])
def test_nobody_but_the_administrator_does_anything(hook_to, forbund, sanna, act):
    hook = hook_to()
    acts = {
        "add": lambda: add_hook(forbund, actor=sanna, name="X", address="https://other.example.org/"),
        "change": lambda: change_hook(hook, actor=sanna, name="X", address=ADDRESS, kinds=["NEW"]),
        "renew": lambda: renew_secret(hook, actor=sanna, version=1),
        "try": lambda: try_out(hook, actor=sanna),
        "off": lambda: turn_off(hook, actor=sanna),
        "on": lambda: turn_on(hook, actor=sanna),
    }
    before = Hook.objects.values().get()
    with pytest.raises(MoveNotAllowed):
        acts[act]()
    assert (Hook.objects.values().get(), words().count()) == (before, 0)


# ---- changing ----


def test_what_it_is_told_is_chosen(as_adam, hook_to, case):
    hook = hook_to()
    answer = as_adam.post(
        url("hook_edit", hook), filled(as_adam, url("hook_edit", hook), kinds=["RETURNED", "ANSWERED"])
    )
    assert answer.status_code == 302
    assert again(hook).kinds == [Kind.RETURNED, Kind.ANSWERED]
    assert "Nytt ärende" not in html_of(as_adam.get(url("hook", hook)))


@pytest.mark.parametrize("kinds", [[], ["DIGEST"], ["RECEIPT"]])
def test_what_it_cannot_be_told_is_no_choice(as_adam, hook_to, kinds):
    hook = hook_to()
    page = as_adam.post(url("hook_edit", hook), filled(as_adam, url("hook_edit", hook), kinds=kinds))
    assert (page.status_code, again(hook).kinds) == (422, list(kinds_of(None)))
    with pytest.raises(Incomplete):
        change_hook(hook, actor=User.objects.get(name__startswith="Adam"), name="X", address=ADDRESS, kinds=kinds)


def test_a_new_address_begins_as_well_and_keeps_its_secret(hook_to, adam):
    hook = hook_to()
    Hook.objects.update(failures=7, failing_since=clocks.now(), paused_until=clocks.now())
    secret = secret_of(hook)
    changed = change_hook(hook, actor=adam, name="X", address="https://other.example.org/x", kinds=["NEW"])
    assert (changed.host, changed.failures, changed.failing_since) == ("other.example.org", 0, None)
    assert secret_of(again(hook)) == secret


# ---- a new secret ----


def test_a_new_secret_is_shown_and_the_old_one_lives_a_day(as_adam, hook_to):
    hook = hook_to()
    page = as_adam.post(url("hook_secret", hook), filled(as_adam, url("hook_secret", hook)))
    shown = SECRET.findall(html_of(page))
    assert shown == [secret_of(again(hook))] != [secret_of(hook)]
    assert again(hook).old_secret_until - again(hook).version_at == OVERLAP


def test_a_new_secret_may_end_the_old_one_at_once(as_adam, hook_to):
    hook = hook_to()
    as_adam.post(url("hook_secret", hook), filled(as_adam, url("hook_secret", hook), at_once="on"))
    assert (again(hook).version, again(hook).old_secret_until) == (2, None)


def test_a_double_click_makes_one_new_secret(as_adam, hook_to):
    hook = hook_to()
    asked = filled(as_adam, url("hook_secret", hook))
    pages = [as_adam.post(url("hook_secret", hook), asked) for _ in range(2)]
    assert len({SECRET.findall(html_of(page))[0] for page in pages}) == 1
    assert again(hook).version == 2


def test_another_administrators_late_form_shows_no_secret(as_adam, as_eva, hook_to):
    hook = hook_to()
    late = filled(as_eva, url("hook_secret", hook))
    as_adam.post(url("hook_secret", hook), filled(as_adam, url("hook_secret", hook)))
    page = as_eva.post(url("hook_secret", hook), late)
    assert page.status_code == 422
    assert SECRET.search(html_of(page)) is None


def test_a_second_new_secret_while_two_are_in_use_is_refused_unless_one_ends(hook_to, adam):
    hook = hook_to()
    renew_secret(hook, actor=adam, version=1)
    with pytest.raises(Incomplete):
        renew_secret(hook, actor=adam, version=2)
    assert renew_secret(hook, actor=adam, version=2, at_once=True).version == 3
    with clocks.at(clocks.now() + dt.timedelta(hours=1)), pytest.raises(MoveNotAllowed):
        renew_secret(hook, actor=adam, version=2)


# ---- trying out, off and on ----


def test_a_trial_is_sent_and_its_end_is_shown(as_adam, hook, receiver):
    assert "Ett prov är på väg" in html_of(as_adam.post(url("hook_try", hook), follow=True))
    assert "Väntar" in html_of(as_adam.get(url("hook", hook)))
    sending.call_due()
    page = html_of(as_adam.get(url("hook", hook)))
    assert "Mottaget av systemet" in page
    assert receiver.received[0].json["type"] == TRIAL


def test_a_second_trial_waits_for_the_first(as_adam, hook):
    as_adam.post(url("hook_try", hook))
    assert keeping.ON_ITS_WAY in html_of(as_adam.post(url("hook_try", hook), follow=True))
    assert words().count() == 1


def test_off_and_on_are_buttons(as_adam, hook_to):
    hook = hook_to()
    assert "Webhooken är avstängd" in html_of(as_adam.post(url("hook_off", hook), follow=True))
    assert again(hook).off_why == OffWhy.BY_HAND
    assert "Webhooken är på" in html_of(as_adam.post(url("hook_on", hook), follow=True))
    assert (again(hook).is_on, again(hook).off_why, again(hook).off_at) == (True, "", None)


def test_one_that_is_switched_on_again_begins_as_well(hook_to, adam):
    hook = hook_to()
    Hook.objects.update(
        is_on=False, off_why=OffWhy.FAILING, off_at=clocks.now(), failures=9, failing_since=clocks.now()
    )
    turn_on(hook, actor=adam)
    assert (again(hook).failures, again(hook).failing_since) == (0, None)


# ---- how it goes ----


def test_the_page_tells_the_last_words_with_number_end_and_why(as_adam, case, hook, receiver):
    receiver.answer(503)
    tell()
    page = html_of(as_adam.get(url("hook", hook)))
    assert case.number in page
    assert "Systemet har ett fel (503)" in page
    assert "Systemet tar inte emot" in page
    assert case.heading not in page


def test_the_address_with_what_only_its_receiver_should_know_stands_in_its_form_alone(as_adam, hook_to):
    hook = hook_to("https://system.example.org/krok?sig=hemligt")
    for name in ("hook", "hooks"):
        page = html_of(as_adam.get(url(name, hook if name == "hook" else None)))
        assert "system.example.org" in page
        assert "sig=hemligt" not in page
    assert "sig=hemligt" in html_of(as_adam.get(url("hook_edit", hook)))


def test_the_list_tells_whose_each_is_and_how_it_is(as_adam, hook_to, funktion):
    hook_to()
    hook_to("https://other.example.org/", "Kommunens", function=funktion)
    Hook.objects.filter(name="Kommunens").update(failing_since=clocks.now())
    page = html_of(as_adam.get(url("hooks")))
    assert "Provköpings kommun: Kommunens samverkansfunktion" in page
    assert "Kansliet" in page
    assert page.count("Tar inte emot") == 1


def test_another_forbunds_hook_is_not_there(hook_to, annat_forbund):
    hook = hook_to()
    other = make_user("Åke")
    annat_forbund.grants.create(user=other, role="ADMIN", from_on="2020-01-01")
    path = reverse("hook", kwargs={"code": "ANN", "pk": hook.pk})
    assert browser_of(other).get(path).status_code == 404


@pytest.mark.once
def test_the_list_costs_the_same_however_many_there_are(as_adam, hook_to, funktion, django_assert_max_num_queries):
    for number in range(5):
        hook_to(f"https://{number}.example.org/", function=funktion)
    with django_assert_max_num_queries(12):
        as_adam.get(url("hooks"))


def test_one_that_the_program_has_switched_off_is_told_of_on_the_start_page(hook_to, adam, sanna, bea, olle):
    hook = hook_to()
    Hook.objects.update(**OFF)
    pages = {user.name: html_of(browser_of(user).get("/")) for user in (adam, sanna, bea, olle)}
    told = [name for name, page in pages.items() if "Webhooken Diariet är avstängd" in page]
    assert told == ["Adam Påhittad", "Sanna Påhittad"]
    assert url("hook", hook) in pages["Adam Påhittad"]
    assert url("hook", hook) not in pages["Sanna Påhittad"]


def test_one_that_was_switched_off_by_hand_is_not(hook_to, adam):
    hook_to()
    Hook.objects.update(**OFF | {"off_why": OffWhy.BY_HAND})
    assert "är avstängd" not in html_of(browser_of(adam).get("/"))


def test_the_registers_tell_of_it_too(as_adam, hook_to):
    hook_to()
    Hook.objects.update(**OFF)
    assert "1 som programmet har stängt av" in html_of(as_adam.get("/register/PRO/"))


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("hook_timeout", "systemet svarade inte i tid"),
        ("hook_answer 302", "systemet hänvisar till en annan adress (302)"),
        ("hook_answer 403", "systemet släpper inte in oss (403)"),
        ("hook_answer 410", "systemet säger att adressen är borttagen (410)"),
        ("hook_answer 422", "systemet godtar inte det som skickas (422)"),
        ("hook_answer 503", "systemet har ett fel (503)"),
        ("hook_off", "webhooken är avstängd"),
        ("overtaken", "läget hann ändras innan systemet fick veta"),
        ("something_new", "something_new"),
        ("", ""),
    ],
)
def test_a_code_is_said_in_words(code, said):
    assert of_hook(code) == said


# ---- the proof on the case ----


def test_the_proof_shows_the_system_and_how_it_went(case, flow, functions_hook, receiver):
    receiver.answer(500)
    flow.send(case)
    tell()
    word = next(word for word in words_about(case) if word.trouble)
    system = next(told for told in word.told if told.is_system)
    assert (system.who, system.letter.said) == ("Systemet Kommunens ärendesystem", "Försöker igen")
    assert (system.shows_opening, system.expects, system.opened, system.did) == (False, False, None, "")
    assert word.trouble == "1 system har inte fått veta"


def test_the_proof_on_the_page_names_the_system_and_not_its_address(case, flow, functions_hook, receiver, sanna):
    flow.send(case)
    tell()
    page = html_of(browser_of(sanna).get(reverse("case", args=[case.number])))
    assert "Systemet Kommunens ärendesystem" in page
    assert "Mottaget av systemet" in page
    assert "127.0.0.1" not in page


# ---- for operators ----


def test_operators_see_numbers_and_reasons_and_no_address(case, hook, receiver):
    receiver.answer(500)
    tell()
    page = html_of(browser_of(make_user("Drift", is_staff=True, is_superuser=True)).get("/drift/brev/"))
    assert f"Webhook {hook.pk} tar inte emot" in page
    assert "Systemet har ett fel (500) (hook_answer 500)" in page
    assert "Diariet" not in page
    assert "127.0.0.1" not in page


def test_systems_stand_still_when_nobody_calls_them_and_not_when_they_are_away(case, hook, receiver):
    receiver.answer(500)
    tell()
    with clocks.at(clocks.now() + dt.timedelta(minutes=10)):
        assert health.hooks().stopped_since is None
    with clocks.at(clocks.now() + dt.timedelta(minutes=20)):
        assert health.hooks().stopped_since is not None
        call = sending.call_due()
        assert (call.failed, health.hooks().stopped_since) == (1, None)


def test_what_was_given_up_may_be_told_again_where_the_system_is_on(case, flow, hook, functions_hook, receiver, adam):
    flow.send(case)
    tell()
    words().update(state=State.FAILED, sent_at=None)
    try_out(hook, actor=adam)
    words(kind=TRIAL).update(state=State.FAILED)
    turn_off(functions_hook, actor=adam)
    assert health.retry_hooks(days=7) == 1
    assert sending.call_due().sent == 1


def test_a_merged_forbunds_hooks_can_be_read_and_not_changed(as_adam, hook_to, forbund, annat_forbund, adam):
    hook = hook_to()
    services.merge(forbund, into=annat_forbund, actor=adam)
    assert as_adam.get(url("hook", hook)).status_code == 200
    as_adam.post(url("hook_off", hook))
    assert again(hook).is_on
