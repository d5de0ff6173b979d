"""The report form and its drafts: what they refuse and where, what they keep, what they never store."""

import datetime as dt
import logging
import uuid
from typing import Any

import pytest
from django.test import Client

from cases import clocks, services
from cases.codes import Party
from cases.forms.fields import concerned_from, unit_choices
from cases.forms.filing import ReportForm
from cases.models import Case, ContactFunction, Draft, Submission, Unit
from cases.models.case import TEXT_LENGTH
from cases.querysets import NOBODY
from tests.pages import Page, browser_of, html_of
from tests.people import LONG_AGO
from tests.sharing import shared, tool

pytestmark = pytest.mark.once

# From Skatteverket's series of made-up numbers for tests.
NUMBER = "640823-3234"
URL, DRAFT = "/rapportera/pro/", "/rapportera/pro/utkast/"
REQUIRED = {"heading", "happened", "concerned", "initiative", "gap_type"}
TEXTS = {"heading", "happened", "consequence", "occurred", "tried", "suggestion", "agreement"}


@shared
def whole(kommun, fk, enhet, insats, funktion) -> dict[str, Any]:
    """A report with every field filled in."""
    return {
        "nonce": "4b2f4c1c-5d1f-4d3f-9a59-94a0f2b1f7de",
        "heading": "Ingen svarar",
        "happened": "Vi har skrivit tre gånger.",
        "concerned": f"member:{kommun.pk}",
        "initiative": str(insats.pk),
        "gap_type": "ORGANISATION",
        "also": [f"member:{fk.pk}", "party:OTHER"],
        "unit": str(enhet.pk),
        "consequence": "Det drog ut på tiden.",
        "occurred": "i mars",
        "frequency": "RECURRING",
        "tried": "Vi ringde växeln.",
        "suggestion": "Bemanna brevlådan.",
        "agreement": "Samverkansrutinen",
        "own": f"member:{fk.pk}",
    }


@shared
def least(whole) -> dict[str, Any]:
    """A report with what it must have."""
    return {name: whole[name] for name in (*REQUIRED, "nonce")}


@tool
def as_rakel(rakel, forbund) -> Client:
    return browser_of(rakel)


def nothing_stored() -> bool:
    return not (Case.objects.exists() or Draft.objects.exists() or Submission.objects.exists())


# ---- what it takes ----


def test_a_whole_report_is_filed_with_every_field(as_rakel, whole, kommun, fk, enhet, insats, rakel):
    assert as_rakel.post(URL, whole).status_code == 200
    case = Case.objects.get()
    assert {name: getattr(case, name) for name in TEXTS} == {name: whole[name] for name in TEXTS}
    assert (case.initiative, case.frequency, case.own_member, case.reporter) == (insats, "RECURRING", fk, rakel)
    concerns = [(c.party, c.member, c.unit, c.is_primary, c.type_reported) for c in case.concerns.all()]
    assert concerns == [
        (Party.KOMMUN, kommun, enhet, True, "ORGANISATION"),
        (Party.FORSAKRINGSKASSAN, fk, None, False, "ORGANISATION"),
        (Party.OTHER, None, None, False, "ORGANISATION"),
    ]


def test_five_fields_are_enough(as_rakel, least):
    assert as_rakel.post(URL, {**least, "gap_type": "UNKNOWN", "initiative": "ordinary"}).status_code == 200
    assert Case.objects.get().concerns.get().type_reported == ""


def test_a_kommun_may_be_named_without_saying_which(as_rakel, least, forbund, kommun):
    forbund.members.create(party=Party.KOMMUN, name="En kommun till", from_on=LONG_AGO)
    assert as_rakel.post(URL, {**least, "concerned": "party:KOMMUN"}).status_code == 200
    assert Case.objects.get().concerns.get().member is None


def test_where_one_works_is_filled_in_beforehand(karl, kommun, funktion, fk):
    assert Page(browser_of(karl).get(URL)).forms[URL]["own"] == [f"member:{kommun.pk}"]


def test_where_one_is_employed_comes_before_where_one_sits(karl, kommun, funktion, fk, forbund):
    karl.grants.create(association=forbund, role="REPORTER", member=fk, from_on=LONG_AGO)
    assert Page(browser_of(karl).get(URL)).forms[URL]["own"] == [f"member:{fk.pk}"]


# ---- what it refuses ----


def test_an_empty_report_is_refused_beside_each_of_five_fields(as_rakel, forbund):
    page = Page(as_rakel.post(URL, {}))
    assert {name for name in page.names[URL] if page.error_beside(name)} == REQUIRED
    assert nothing_stored()


@pytest.mark.parametrize("name", sorted(REQUIRED))
def test_each_field_that_is_missing_keeps_all_the_others(as_rakel, whole, name):
    sent = {**whole, name: ""}
    refused = as_rakel.post(URL, sent)
    page = Page(refused)
    assert refused.status_code == 422
    assert page.error_beside(name)
    wanted = {field: value if isinstance(value, list) else [value] for field, value in sent.items() if field != name}
    assert {field: page.forms[URL].get(field) for field in wanted} == wanted
    assert nothing_stored()


@pytest.mark.parametrize("name", sorted(TEXTS))
@pytest.mark.parametrize("text", ["x" * (TEXT_LENGTH + 1), "Nul\x00tecken"])
def test_a_text_that_has_no_room_is_refused_beside_its_field_and_kept(as_rakel, whole, name, text):
    refused = as_rakel.post(URL, {**whole, name: text})
    page = Page(refused)
    assert refused.status_code == 422
    assert page.error_beside(name)
    assert page.forms[URL][name] == [text]
    assert nothing_stored()


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_a_personal_number_is_stopped_beside_its_field_and_kept_nowhere(as_rakel, whole, name, caplog):
    with caplog.at_level(logging.DEBUG):
        refused = as_rakel.post(URL, {**whole, name: f"Det gäller {NUMBER}"})
    page = Page(refused)
    assert refused.status_code == 422
    assert "beskriv funktionen i stället för personen" in page.error_beside(name)
    assert page.html.count(NUMBER) == 1
    assert NUMBER not in caplog.text
    assert nothing_stored()


def test_a_personal_number_in_an_address_is_stopped(client, least):
    page = Page(client.post(URL, {**least, "reporter_email": "6408233234@example.org"}))
    assert "Ta bort det" in page.error_beside("reporter_email")
    assert nothing_stored()


@pytest.mark.parametrize("name", ["concerned", "also", "initiative", "unit", "gap_type", "frequency", "own"])
@pytest.mark.parametrize("forged", ["member:999999", "x", "party:ARBETSFORMEDLINGEN", "-1", "9" * 40, "' OR 1=1"])
def test_what_is_no_choice_is_refused_beside_its_field(as_rakel, whole, name, forged):
    page = Page(as_rakel.post(URL, {**whole, name: forged}))
    assert page.error_beside(name)
    assert nothing_stored()


def test_what_belongs_to_another_association_is_no_choice(as_rakel, whole, annat_forbund):
    member = annat_forbund.members.create(party=Party.KOMMUN, name="Deras kommun", from_on=LONG_AGO)
    unit = member.units.create(name="Deras enhet", from_on=LONG_AGO)
    insats = annat_forbund.initiatives.create(name="Deras insats", from_on=LONG_AGO)
    forged = {"concerned": f"member:{member.pk}", "also": f"member:{member.pk}", "own": f"member:{member.pk}"}
    for name, value in {**forged, "unit": unit.pk, "initiative": insats.pk}.items():
        assert Page(as_rakel.post(URL, {**whole, name: value})).error_beside(name)
    assert nothing_stored()


def test_what_has_ended_is_no_choice(as_rakel, whole, kommun, insats, enhet):
    yesterday = clocks.today() - dt.timedelta(days=1)
    Unit.objects.filter(pk=enhet.pk).update(to_on=yesterday)
    type(insats).objects.filter(pk=insats.pk).update(to_on=yesterday)
    page = Page(as_rakel.post(URL, whole))
    assert page.error_beside("unit")
    assert page.error_beside("initiative")


def test_a_unit_goes_with_its_own_member(as_rakel, least, fk, enhet):
    page = Page(as_rakel.post(URL, {**least, "concerned": f"member:{fk.pk}", "unit": enhet.pk}))
    assert "Enheten hör till Provköpings kommun" in page.error_beside("unit")


def test_a_routine_is_named_or_missing_but_not_both(as_rakel, whole):
    page = Page(as_rakel.post(URL, {**whole, "agreement_missing": "on"}))
    assert "Skriv vilken överenskommelse" in page.error_beside("agreement_missing")


@pytest.mark.parametrize("nonce", ["", "x", "4b2f4c1c", "4b2f4c1c-5d1f-4d3f-9a59-94a0f2b1f7dg", "\x00"])
def test_a_page_whose_nonce_came_broken_can_be_sent_again(as_rakel, least, nonce):
    refused = as_rakel.post(URL, {**least, "nonce": nonce})
    page = Page(refused)
    assert refused.status_code == 422
    assert "Sidan kom inte fram hel" in page.html
    assert as_rakel.post(URL, {**least, "nonce": page.forms[URL]["nonce"][0]}).status_code == 200


# ---- texts of every kind ----

TEXTS_AS_THEY_ARE = [
    "🙂 👩‍👩‍👧 emoji",
    "שלום עולם och svenska",
    "x" * TEXT_LENGTH,
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ settings.SECRET_KEY }} {% load static %} ${7*7} <%= 7 %>",
    "</textarea><b>fet</b>",
    "&amp; &lt; &#60;",
    "'; DROP TABLE cases_case; --",
    "rad ett\nrad två\n\nrad fyra",
    "=1+1",
    "\\u0000 \\x00 %00",
]


@pytest.mark.parametrize("text", TEXTS_AS_THEY_ARE)
def test_a_text_is_stored_as_written(as_rakel, least, text):
    heading = text[:100].replace("\n", " ")
    assert as_rakel.post(URL, {**least, "happened": text, "heading": heading}).status_code == 200
    case = Case.objects.get()
    assert (case.happened, case.heading) == (text, heading)


@pytest.mark.parametrize("who", ["rakel", "sanna"])
def test_a_text_is_shown_as_text(file_case, who, request):
    cases = [file_case(happened=text, heading=text[:100].replace("\n", " ")) for text in TEXTS_AS_THEY_ARE]
    browser = browser_of(request.getfixturevalue(who))
    paths = [f"/arenden/{case.number}/{page}" for case in cases for page in ("", "utskrift/")]
    for path in ("/", "/arenden/", "/mina/", *paths):
        page = Page(browser.get(path))
        assert page.tags.count("script") == 2
        assert "img" not in page.tags
        assert "<b>" not in page.html
        assert "alert(1)" not in page.html.replace("alert(1)&", "").replace("alert(1)&gt;", "")


def test_what_nobody_can_see_is_taken_out(as_rakel, least):
    as_rakel.post(URL, {**least, "heading": "Ingen\x07 svarar\u202e\x1b", "happened": "\ufeff\r\nEtt\r\ntvå\x0b\x85"})
    case = Case.objects.get()
    assert case.heading == "Ingen svarar"
    assert "\r" not in case.happened
    assert not set(case.happened) & set("\x0b\x85\x07\u202e")


def test_a_text_of_nothing_but_what_nobody_can_see_is_missing(as_rakel, least):
    page = Page(as_rakel.post(URL, {**least, "happened": "\u202e\x07\u2066"}))
    assert "Beskriv vad som hände" in page.error_beside("happened")
    assert nothing_stored()


def test_a_hint_that_names_something_of_the_registers_is_text_too(case, sanna, funktion):
    ContactFunction.objects.filter(pk=funktion.pk).update(name="<b>Fet</b> & <script>")
    page = Page(browser_of(sanna).get(f"/arenden/{case.number}/skicka/"))
    assert "<b>" not in page.html
    assert page.html.count("<script") == 2
    assert "Går till &lt;b&gt;Fet&lt;/b&gt; &amp;" in page.html


def test_the_librarys_own_hint_is_still_a_list(sanna):
    assert "<ul><li>Skriv minst 12 tecken" in html_of(browser_of(sanna).get("/konto/password/change/"))


# ---- for a caller ----


@shared
def called(least) -> dict[str, Any]:
    return {**least, "channel": "PHONE", "received_on": clocks.today().isoformat()}


@pytest.mark.parametrize(
    "day",
    ["", "i går", "0001-01-01", "1999-12-31", "2100-01-01", "9999-12-31", "2026-02-30", "2099-12-31", "10000-1-1"],
)
def test_a_day_that_cannot_be_is_refused_beside_its_field(sanna, called, day):
    page = Page(browser_of(sanna).post(f"{URL}?caller=1", {**called, "received_on": day}))
    assert page.error_beside("received_on")
    assert nothing_stored()


def test_a_report_for_a_caller_says_how_and_when_it_came(sanna, called):
    day = clocks.today() - dt.timedelta(days=3)
    assert browser_of(sanna).post(f"{URL}?caller=1", {**called, "received_on": day.isoformat()}).status_code == 200
    case = Case.objects.get()
    assert (case.channel, case.received_on, case.reporter, case.filed_by) == ("PHONE", day, None, sanna)


def test_a_refused_report_for_a_caller_is_sent_again_for_the_caller(sanna, called):
    page = Page(browser_of(sanna).post(f"{URL}?caller=1", {**called, "heading": ""}))
    assert f"{URL}?caller=1" in page.forms
    assert page.forms[f"{URL}?caller=1"]["channel"] == ["PHONE"]


@pytest.mark.parametrize("person", ["rakel", "karl", "bea", "adam", "nobody"])
def test_only_a_coordinator_files_for_a_caller(request, called, person):
    actor = None if person == "nobody" else request.getfixturevalue(person)
    visit = browser_of(actor)
    assert "channel" not in Page(visit.get(f"{URL}?caller=1")).names[URL]
    assert visit.post(f"{URL}?caller=1", called).status_code == 200
    case = Case.objects.get()
    assert (case.channel, case.reporter) == ("WEB", actor)


# ---- twice ----


def test_a_second_click_makes_no_second_case(as_rakel, whole):
    numbers = {Page(as_rakel.post(URL, whole)).html.split('case-number">')[1][:16] for _ in range(3)}
    assert len(numbers) == 1
    assert Case.objects.count() == 1


def test_going_back_and_writing_more_is_neither_filed_twice_nor_lost(as_rakel, whole):
    as_rakel.post(URL, whole)
    more = "Vi har nu skrivit fyra gånger, och fått svar på en av dem."
    again = Page(as_rakel.post(URL, {**whole, "happened": more}))
    case = Case.objects.get()
    assert case.happened == "Vi har skrivit tre gånger."
    assert "Rapporten är redan skickad. Lägg till uppgifter i ärendet i stället." in again.html
    assert more in again.html
    assert f"/arenden/{case.number}/" in again.links


def test_the_nonce_of_somebody_else_leads_to_a_case_of_ones_own(as_rakel, least, karl):
    as_rakel.post(URL, least)
    browser_of(karl).post(URL, least)
    assert set(Case.objects.values_list("reporter__name", flat=True)) == {"Rakel Påhittad", "Karl Påhittad"}


# ---- drafts ----


def draft_of(person) -> Draft:
    return Draft.objects.get(author=person)


def test_a_draft_keeps_every_field_and_fills_the_form_again(as_rakel, whole, rakel):
    assert as_rakel.post(DRAFT, {**whole, "agreement": "", "agreement_missing": "on"}).status_code == 302
    page = Page(as_rakel.get(URL, {"utkast": draft_of(rakel).key}))
    wanted = {**whole, "agreement": "", "agreement_missing": "on"}
    wanted = {name: value if isinstance(value, list) else [value] for name, value in wanted.items()}
    assert {name: page.forms[URL].get(name) for name in wanted} == wanted


def test_a_draft_may_lack_everything(as_rakel, rakel, forbund):
    assert as_rakel.post(DRAFT, {"nonce": str(uuid.uuid4())}).status_code == 302
    assert "Utkast utan rubrik" in html_of(as_rakel.get("/mina/"))


def test_a_draft_holds_the_forms_own_fields_and_no_others(as_rakel, whole, rakel):
    as_rakel.post(DRAFT, {**whole, **{f"x{n}": "skräp" for n in range(400)}, "csrfmiddlewaretoken": "x"})
    assert draft_of(rakel).fields.keys() == whole.keys() - {"nonce"}


def test_a_draft_with_ten_thousand_fields_is_refused(as_rakel, whole):
    assert as_rakel.post(DRAFT, {**whole, **{f"x{n}": "" for n in range(10_000)}}).status_code == 400
    assert nothing_stored()


def test_no_sign_breaks_a_draft(as_rakel, whole, rakel):
    odd = {"heading": "\x00<b>\u202e", "also": ["\x00", "member:\x00", "🙂"], "concerned": "\x00", "frequency": "\x00"}
    assert as_rakel.post(DRAFT, {**whole, **odd}).status_code == 302
    page = Page(as_rakel.get(URL, {"utkast": draft_of(rakel).key}))
    assert page.forms[URL]["heading"] == ["<b>"]
    assert "<b>" not in html_of(as_rakel.get("/mina/"))


@pytest.mark.parametrize("nonce", ["", "x", "\x00", "4b2f4c1c"])
def test_a_draft_without_a_key_does_not_exist(as_rakel, least, nonce):
    assert as_rakel.post(DRAFT, {**least, "nonce": nonce}).status_code == 404


@pytest.mark.parametrize("name", [*sorted(TEXTS), "also", "concerned"])
def test_a_personal_number_is_kept_in_no_draft(as_rakel, whole, name, caplog):
    with caplog.at_level(logging.DEBUG):
        refused = as_rakel.post(DRAFT, {**whole, name: NUMBER})
    page = Page(refused)
    assert refused.status_code == 422
    assert page.error_beside(name)
    assert nothing_stored()
    assert NUMBER not in caplog.text


def test_a_draft_that_is_saved_by_itself_tells_of_a_number_where_it_is_saved(as_rakel, whole):
    told = as_rakel.post(DRAFT, {**whole, "happened": NUMBER}, headers={"HX-Request": "true"})
    assert 'class="field-error"' in html_of(told)
    assert NUMBER not in html_of(told)
    assert nothing_stored()


def test_a_draft_that_is_saved_by_itself_says_when(as_rakel, whole, rakel):
    told = as_rakel.post(DRAFT, whole, headers={"HX-Request": "true"})
    assert "Utkastet sparades" in html_of(told)
    assert draft_of(rakel).fields["heading"] == "Ingen svarar"


def test_from_the_page_of_a_refused_draft_the_report_itself_is_sent(as_rakel, whole):
    page = Page(as_rakel.post(DRAFT, {**whole, "happened": NUMBER}))
    assert list(page.forms)[-1] == URL
    assert page.forms[URL]["heading"] == ["Ingen svarar"]


def test_saving_again_keeps_one_draft(as_rakel, whole, rakel):
    for heading in ("Ett", "Två"):
        as_rakel.post(DRAFT, {**whole, "heading": heading})
    assert draft_of(rakel).fields["heading"] == "Två"


def test_the_draft_of_somebody_else_is_out_of_reach(as_rakel, whole, rakel, karl, sanna, least):
    as_rakel.post(DRAFT, whole)
    key = draft_of(rakel).key
    for person in (karl, sanna):
        other = browser_of(person)
        assert "Ingen svarar" not in html_of(other.get(URL, {"utkast": key}))
        assert "Ingen svarar" not in html_of(other.get("/mina/"))
        assert other.post(f"/utkast/{key}/kasta/").status_code == 404
        refused = other.post(DRAFT, {**whole, "heading": "Kapat"})
        assert refused.status_code == 422
        assert "Utkastet kunde inte sparas" in html_of(refused)
    browser_of(karl).post(URL, least)
    assert draft_of(rakel).fields["heading"] == "Ingen svarar"


def test_a_draft_of_another_association_is_not_opened_here(as_rakel, whole, rakel, annat_forbund):
    draft = Draft.objects.create(author=rakel, association=annat_forbund, fields={"heading": "Till de andra"})
    assert "Till de andra" not in html_of(as_rakel.get(URL, {"utkast": draft.key}))


@pytest.mark.parametrize("key", ["x", "", "00000000-0000-0000-0000-000000000000", "' OR 1=1"])
def test_a_draft_that_is_not_there_gives_an_empty_form(as_rakel, forbund, key):
    assert as_rakel.get(URL, {"utkast": key}).status_code == 200


def test_a_draft_is_gone_after_thirty_days(as_rakel, whole, rakel, moved):
    as_rakel.post(DRAFT, whole)
    with moved(31):
        assert "Ingen svarar" not in html_of(as_rakel.get(URL, {"utkast": draft_of(rakel).key}))
        assert services.expire_drafts() == 1


def test_throwing_a_draft_away(as_rakel, whole, rakel):
    as_rakel.post(DRAFT, whole)
    as_rakel.post(f"/utkast/{draft_of(rakel).key}/kasta/")
    assert not Draft.objects.exists()


def test_without_account_there_are_no_drafts(client, whole):
    lost = client.post(DRAFT, whole)
    assert lost.status_code == 401
    assert "Vi har skrivit tre gånger." in html_of(lost)
    assert "utkast" not in html_of(client.get(URL)).lower().replace("utkast försvinner", "")


# ---- parts of forms ----


def test_a_choice_turns_back_into_party_member_and_unit(kommun, fk, enhet):
    assert concerned_from(f"member:{kommun.pk}", [kommun, fk], enhet).unit == enhet
    assert concerned_from(f"member:{fk.pk}", [kommun, fk], enhet).unit is None
    assert concerned_from("party:OTHER", []).party == Party.OTHER


def test_units_stand_under_their_member(kommun, fk, enhet):
    assert unit_choices([kommun, fk]) == [(kommun.name, [(str(enhet.pk), enhet.name)])]


def test_every_field_of_the_report_stands_in_one_part_of_the_page(forbund, kommun):
    form = ReportForm(association=forbund, actor=NOBODY)
    shown = [field.name for field in [*form.caller_part, *form.required_part, *form.optional_part]]
    assert sorted(shown) == sorted(form.fields.keys() - {"nonce"})
