"""When a person gets letters of a kind: who may choose about what, and what nobody may be without."""

import pytest
from django.urls import reverse

from cases.errors import Incomplete
from cases.models import User
from notifications.delivery import sweep
from notifications.forms import PreferencesForm
from notifications.kinds import KINDS, cadences
from notifications.models import Cadence, Channel, Delivery, Kind, Preference, State
from notifications.preferences import cadences_of, sections_of, set_preferences
from tests.pages import Page, browser_of, html_of
from tests.people import make_user

pytestmark = pytest.mark.django_db

URL = "/nytt/installningar/"
DUTIES = [kind for kind, row in KINDS.items() if row.duty]
CHOSEN_ABOUT = [kind for kind in Kind if kind != Kind.DIGEST]


def titles(user: User) -> list[str]:
    return [section.title for section in sections_of(user)]


def test_each_chooses_about_what_they_are_told(rakel, karl, funktion, sanna, bea, berit, adam):
    assert titles(rakel) == ["Dina rapporter"]
    assert titles(karl) == ["Ärenden hos din funktion"]
    assert titles(sanna) == ["Kansliet", "Det som kansliet självt ska svara på"]
    assert titles(bea) == ["Beredningsgruppen"]
    assert titles(berit) == titles(adam) == []


def test_whoever_has_reported_chooses_without_being_a_reporter(file_case, sanna):
    file_case(actor=sanna)
    assert titles(sanna)[0] == "Dina rapporter"


def test_nobody_is_asked_twice_about_a_kind(file_case, karl, kim, sanna):
    file_case(actor=karl)
    shown = [kind for section in sections_of(karl) for kind in section.kinds]
    assert len(shown) == len(set(shown))
    assert Kind.CAME_BACK in shown


def test_every_kind_is_chosen_about_by_somebody(rakel, karl, funktion, sanna, bea):
    people = (rakel, karl, sanna, bea)
    assert {k for person in people for section in sections_of(person) for k in section.kinds} == set(CHOSEN_ABOUT)


def test_the_page_shows_each_kind_with_what_it_allows(karl, funktion):
    page = html_of(browser_of(karl).get(URL))
    assert page.count("<select") == sum(len(section.kinds) for section in sections_of(karl))
    assert page.count("Samlat varje arbetsdag kl. 7") == page.count("<select")
    shown = [kind for section in sections_of(karl) for kind in section.kinds]
    assert page.count("Inget brev") == sum(Cadence.OFF in cadences(kind) for kind in shown)
    assert page.count("Kan inte stängas av.") == sum(KINDS[kind].duty for kind in shown)
    assert "eftersom någon väntar på att du gör något" in page


def test_the_kansli_may_do_without_whatever_nobody_waits_for(sanna):
    fields = PreferencesForm(user=sanna).fields
    assert fields
    for kind, field in fields.items():
        assert (Cadence.OFF in dict(field.choices)) == (not field.help_text) == (not KINDS[Kind(kind)].duty)


def test_what_is_chosen_is_kept_and_shown(sanna):
    visit = browser_of(sanna)
    asked = Page(visit.get(URL)).hidden("")
    chosen = {**{name: values[0] for name, values in asked.items()}, Kind.NEW.value: "WEEKLY"}
    answer = visit.post(URL, chosen, follow=True)
    assert "Dina val är sparade." in html_of(answer)
    assert cadences_of(sanna)[Kind.NEW] == Cadence.WEEKLY
    assert Page(visit.get(URL)).hidden("")[Kind.NEW] == ["WEEKLY"]


def test_a_duty_cannot_be_switched_off_by_a_forged_form(sanna):
    visit = browser_of(sanna)
    asked = Page(visit.get(URL)).hidden("")
    forged = {**{name: values[0] for name, values in asked.items()}, Kind.RETURNED.value: "OFF"}
    answer = visit.post(URL, forged)
    assert answer.status_code == 422
    assert Page(answer).error_beside(Kind.RETURNED)
    assert not Preference.objects.exists()


def test_whoever_is_told_nothing_has_nothing_to_choose(berit):
    page = html_of(browser_of(berit).get(URL))
    assert "Du får inga brev än" in page
    assert "<select" not in page


def test_choosing_anew_replaces_the_choice(sanna, rakel):
    set_preferences(rakel, cadences={Kind.CLOSED: Cadence.OFF})
    set_preferences(sanna, cadences={Kind.NEW: Cadence.OFF, Kind.ANSWERED: Cadence.DAILY})
    set_preferences(sanna, cadences={Kind.NEW: Cadence.DAILY})
    assert cadences_of(sanna) == {Kind.NEW: Cadence.DAILY, Kind.ANSWERED: Cadence.DAILY}
    assert cadences_of(rakel) == {Kind.CLOSED: Cadence.OFF}


@pytest.mark.parametrize("kind", DUTIES)
@pytest.mark.parametrize("cadence", [Cadence.OFF, Cadence.WEEKLY])
def test_nobody_is_without_word_that_somebody_waits_for_them_to_act_on(karl, kind, cadence):
    with pytest.raises(Incomplete):
        set_preferences(karl, cadences={Kind.REPLIED: Cadence.DAILY, kind: cadence})
    assert not Preference.objects.exists()


@pytest.mark.parametrize(("kind", "cadence"), [("NOTHING", "DAILY"), ("DIGEST", "OFF"), ("NEW", "HOURLY"), ("", "")])
def test_what_there_is_no_choice_about_is_refused(sanna, kind, cadence):
    with pytest.raises(Incomplete):
        set_preferences(sanna, cadences={kind: cadence})
    assert not Preference.objects.exists()


def test_the_bell_shows_what_no_letter_tells(case, sanna, mailoutbox):
    set_preferences(sanna, cadences={Kind.NEW: Cadence.OFF})
    sweep()
    assert [message.to for message in mailoutbox] == [["rakel@example.org"]]
    assert Delivery.objects.unread_by(sanna).get().kind == Kind.NEW
    assert Delivery.objects.get(user=sanna, channel=Channel.MAIL).state == State.SUPPRESSED


def test_a_choice_concerns_what_happens_from_then_on(file_case, sanna, mailoutbox):
    file_case()
    sweep()
    set_preferences(sanna, cadences={Kind.NEW: Cadence.DAILY})
    file_case()
    sweep()
    assert sum(message.to == ["sanna@example.org"] for message in mailoutbox) == 1


def test_the_news_lead_to_the_choices(sanna):
    assert reverse("letter_settings") == URL
    assert URL in Page(browser_of(sanna).get("/nytt/")).links


def test_somebody_who_left_the_function_is_asked_no_more(karl, funktion, moved):
    funktion.people.update(to_on="2026-01-01")
    assert titles(User.objects.get(pk=karl.pk)) == []
    assert titles(make_user("Ny")) == []
