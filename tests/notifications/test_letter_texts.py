"""A förbund's own words for its letters: who writes them, what they may say, and how the letter looks."""

import email
from email import policy

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import services
from cases.codes import GapType, Party, Role
from cases.errors import Incomplete, MoveNotAllowed, PersonalDataFound
from cases.models import Event, Initiative, Unit, User
from notifications.kinds import KINDS
from notifications.letter_texts import EDITABLE, has_number, reset_letter_text, save_letter_text
from notifications.letters import compose, words_of
from notifications.models import Delivery, Kind, LetterText
from tests.pages import Page, html_of
from tests.people import LONG_AGO, grant, make_user
from tests.sharing import tool

pytestmark = pytest.mark.once

# Skatteverket's published test number.
NUMBER = "640823-3234"
OWN = {"subject": "Nytt på ert bord: {nummer}", "says": "Hej igen.\n\nTitta på {nummer} när ni kan."}


@tool
def as_adam(client, adam):
    client.force_login(adam)
    return client


def page_of(kind=Kind.SENT, name="letter_text", code="PRO") -> str:
    return reverse(name, kwargs={"code": code, "kind": kind})


def refused(forbund, adam, kind=Kind.SENT, **texts) -> dict[str, str]:
    """Return the sentences beside the fields when the words are refused; nothing has been kept."""
    with pytest.raises(Incomplete) as error:
        save_letter_text(forbund, actor=adam, kind=kind, **{**OWN, **texts})
    assert not LetterText.objects.exists()
    return error.value.fields


# ---- keeping them ----


def test_the_administrators_words_are_those_of_the_next_letter(case, forbund, adam, karl):
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, **OWN)
    sent = Delivery(event=Event.objects.get(case=case), kind=Kind.SENT, user=karl, address=karl.email)
    letter = compose(sent)
    assert letter.subject == f"Nytt på ert bord: {case.number}"
    assert f"Titta på {case.number} när ni kan." in letter.body


def test_words_are_kept_once_for_each_kind_with_who_wrote_them(forbund, adam):
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, **OWN)
    again = save_letter_text(forbund, actor=adam, kind=Kind.SENT, **{**OWN, "subject": " Nytt \n"})
    assert list(LetterText.objects.values_list("subject", "changed_by")) == [("Nytt", adam.pk)]
    assert again.changed_at


def test_our_own_words_come_back(forbund, adam):
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, **OWN)
    save_letter_text(forbund, actor=adam, kind=Kind.NEW, **OWN)
    reset_letter_text(forbund, actor=adam, kind=Kind.SENT)
    assert list(LetterText.objects.values_list("kind", flat=True)) == [Kind.NEW]


@pytest.mark.parametrize("change", [save_letter_text, reset_letter_text])
def test_nobody_else_changes_the_words(forbund, sanna, change):
    words = OWN if change is save_letter_text else {}
    with pytest.raises(MoveNotAllowed):
        change(forbund, actor=sanna, kind=Kind.SENT, **words)


# ---- what they may say ----


@pytest.mark.parametrize("kind", EDITABLE)
def test_our_own_words_would_be_let_through(forbund, kommun, enhet, insats, funktion, adam, rakel, kind):
    row = KINDS[kind]
    assert save_letter_text(forbund, actor=adam, kind=kind, subject=row.subject, says=row.says)


@pytest.mark.parametrize("field", ["subject", "says"])
@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("", "Skriv något"),
        (" \n\t", "Skriv något"),
        ("Nytt i {arende}", "Bara {nummer}"),
        ("Nytt i {nummer", "Bara {nummer}"),
        ("Nytt i {{nummer}}", "Bara {nummer}"),
        ("Nytt i { nummer }", "Bara {nummer}"),
        ("Nytt i {nummer!r:>9}", "Bara {nummer}"),
        ("Läs på https://example.org/x", "Ta bort webbadressen"),
        ("Läs på HTTP://example.org", "Ta bort webbadressen"),
        ("Läs på www.example.org", "Ta bort webbadressen"),
        ("Läs på forbundet.se", "Ta bort webbadressen"),
        ("Läs på bit.ly/abc", "Ta bort webbadressen"),
        ("Läs på t.ex/abc", "Ta bort webbadressen"),
        ("Läs på exempel.dev/x", "Ta bort webbadressen"),
        ("Läs på exempel.museum", "Ta bort webbadressen"),
        ("Läs på min-sida.förbund.example", "Ta bort webbadressen"),
        ("Läs på exempel\u3002se", "Ta bort webbadressen"),
        ("Läs på 192.0.2.7", "Ta bort webbadressen"),
        ("Öppna ftp:exempel", "Ta bort webbadressen"),
        ("Läs \u202eregionen", "Texten innehåller tecken som inte syns"),
        ("Läs reg\u200bion", "Texten innehåller tecken som inte syns"),
        ("Läs reg\u00adion", "Texten innehåller tecken som inte syns"),
        ("Skriv till kansliet@example.org", "Ta bort e-postadressen"),
    ],
)
def test_words_that_a_letter_may_not_hold_are_refused(forbund, adam, field, text, begins):
    sentence = refused(forbund, adam, **{field: text})
    assert sentence.keys() == {field}
    assert sentence[field].startswith(begins)


def test_a_subject_is_one_line(forbund, adam):
    assert refused(forbund, adam, subject="Nytt\r\nBcc: x")["subject"] == "Skriv ämnesraden på en enda rad."


def test_words_that_are_too_long_are_refused(forbund, adam):
    assert "för lång" in refused(forbund, adam, subject="x" * 121)["subject"]
    assert "för lång" in refused(forbund, adam, says="x" * 2001)["says"]


def test_a_letter_about_no_case_has_no_number(forbund, adam):
    assert "gäller inget ärende" in refused(forbund, adam, kind=Kind.PACK)["subject"]
    assert [kind for kind in EDITABLE if not has_number(kind)] == [Kind.CONFIRM, Kind.PACK]


def test_a_personal_number_is_refused(forbund, adam):
    with pytest.raises(PersonalDataFound):
        save_letter_text(forbund, actor=adam, kind=Kind.SENT, subject="Nytt", says=f"Om {NUMBER}.")


NAMES = {
    "Samordningsförbundet Prov": "förbundets namn",
    "provköpings KOMMUN": "en medlem",
    "Provköpings\nkommun": "en medlem",
    "Ekonomiskt bistånds": "en enhet",
    "Kommunens samverkansfunktion": "en kontaktfunktion",
    "Stegen": "en insats",
    "Rakel Påhittad": "en persons namn",
    "Rakels": "en persons namn",
    "Arbetsförmedlingen": "namnet på en part",
    "region": "namnet på en part",
    "regionens": "namnet på en part",
    "kommunerna": "namnet på en part",
    "FK": "namnet på en part",
    "AF": "namnet på en part",
    "Biståndet": "ett ord för en enhet",
    "struktur": "namnet på en typ",
    "Relation och bemötande": "namnet på en typ",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_refused_in_its_own_field_with_what_it_is(forbund, enhet, insats, funktion, rakel, adam, name):
    sentences = refused(forbund, adam, says=f"Det rör {name}, {{nummer}}.")
    assert sentences.keys() == {"says"}
    assert f"är {NAMES[name]}" in sentences["says"]
    assert "Ta bort det" in sentences["says"]


@pytest.mark.parametrize("label", [*Party.labels, *GapType.labels])
def test_no_party_and_no_type_is_named(forbund, adam, label):
    assert f"”{label}”" in refused(forbund, adam, subject=f"Om {label}")["subject"]


def test_every_name_in_a_text_is_pointed_out(forbund, insats, adam):
    sentence = refused(forbund, adam, says="Stegen och struktur")["says"]
    assert "”Stegen” är en insats. ”Struktur” är namnet på en typ." in sentence


def test_words_that_only_look_like_names_are_let_through(forbund, insats, adam):
    grant(make_user("Dag"), forbund, Role.REPORTER)
    says = "Nio trappstegen på en dag. Förbund kommunicerar. Ring t.ex. kl. 8.30, bl.a. onsdagar, tel. 08-123 45 67."
    assert save_letter_text(forbund, actor=adam, kind=Kind.SENT, subject="Nytt", says=says)


def test_a_name_that_our_own_words_use_may_stand(forbund, kommun, adam):
    Unit.objects.create(member=kommun, name="Kansliet", from_on=LONG_AGO)
    assert save_letter_text(forbund, actor=adam, kind=Kind.DUE, subject="Nytt", says="Ring kansliet.")
    with pytest.raises(Incomplete, match="Kansliet"):
        save_letter_text(forbund, actor=adam, kind=Kind.SHARED, subject="Nytt", says="Ring kansliet.")


# ---- names that come later ----


@tool
def letter(case, karl) -> Delivery:
    return Delivery(pk=1, event=Event(case=case), kind=Kind.SENT, user=karl, address=karl.email)


def test_words_that_have_come_to_hold_a_name_are_not_used(letter, forbund, adam):
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, subject="Nytt", says="Titta på Stegen i {nummer}.")
    assert words_of([letter])[1].subject == "Nytt"
    Initiative.objects.create(association=forbund, name="Stegen", from_on=LONG_AGO)
    assert words_of([letter])[1] == KINDS[Kind.SENT]
    assert "Stegen" not in compose(letter).body


def test_somebody_who_changed_their_name_is_named_in_no_letter(letter, forbund, adam, karl, funktion):
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, subject="Kära Asta", says="Läs {nummer}.")
    User.objects.filter(pk=karl.pk).update(name="Asta Ny")
    assert "Asta" not in compose(letter).subject


def test_the_pages_say_which_words_are_not_used_and_why(as_adam, forbund, adam):
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, subject="Nytt", says="Titta på Stegen i {nummer}.")
    listed = reverse("letter_texts", args=["PRO"])
    assert "används inte" not in html_of(as_adam.get(listed)) + html_of(as_adam.get(page_of(Kind.SENT)))
    Initiative.objects.create(association=forbund, name="Stegen", from_on=LONG_AGO)
    assert "En egen text används inte" in html_of(as_adam.get(listed))
    assert "”Stegen” är en insats" in html_of(as_adam.get(page_of(Kind.SENT)))


def test_words_are_asked_for_once_for_many_letters(letter, forbund, adam, django_assert_num_queries):
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, **OWN)
    with CaptureQueriesContext(connection) as alone:
        words_of([letter])
    many = [Delivery(pk=pk, event=letter.event, kind=Kind.SENT) for pk in range(25)]
    with django_assert_num_queries(len(alone)):
        assert {words.subject for words in words_of(many).values()} == {OWN["subject"]}


# ---- the pages ----


def test_the_list_shows_every_kind_but_the_digest_and_whose_words_it_has(as_adam, forbund, adam):
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, **OWN)
    page = as_adam.get(reverse("letter_texts", args=["PRO"]))
    assert [link for link in Page(page).links if "/brev/" in link] == [page_of(kind) for kind in EDITABLE]
    assert html_of(page).count("Egen text") == 1
    assert set(KINDS) - set(EDITABLE) == {Kind.DIGEST}


def test_the_list_uses_the_associations_own_words(as_adam, forbund):
    forbund.reporter_word = "anmälare"
    forbund.save()
    assert "Anmälaren" in html_of(as_adam.get(reverse("letter_texts", args=["PRO"])))


def test_the_list_costs_the_same_however_many_words_are_own(as_adam, forbund, adam, django_assert_num_queries):
    url = reverse("letter_texts", args=["PRO"])
    as_adam.get(url)
    for kind in EDITABLE[:9]:
        LetterText.objects.create(association=forbund, kind=kind, changed_by=adam, **OWN)
    with django_assert_num_queries(12):
        as_adam.get(url)


@pytest.mark.parametrize("kind", EDITABLE)
def test_a_page_begins_with_the_words_in_use_and_shows_the_letter(as_adam, kind):
    page = as_adam.get(page_of(kind))
    filled = Page(page).forms[""]
    assert (filled["subject"], filled["says"]) == ([KINDS[kind].subject], [KINDS[kind].says])
    assert KINDS[kind].says.replace("{nummer}", "LH-XXX-0000-0000") in html_of(page)


@pytest.mark.parametrize("kind", ["DIGEST", "NONSENSE", "sent"])
def test_what_is_no_kind_of_letter_has_no_page(as_adam, kind):
    assert as_adam.get(page_of(kind)).status_code == 404
    assert as_adam.post(page_of(kind, "letter_text_reset")).status_code == 404


def test_a_text_is_saved_and_brought_back_on_the_page(as_adam):
    answer = as_adam.post(page_of(), OWN, follow=True)
    assert "Texten är sparad." in html_of(answer)
    assert "Återställ standardtexten" in html_of(as_adam.get(page_of()))
    answer = as_adam.post(page_of(name="letter_text_reset"), follow=True)
    assert "Standardtexten gäller igen." in html_of(answer)
    assert "Återställ standardtexten" not in html_of(answer)
    assert not LetterText.objects.exists()


def test_a_refused_text_keeps_what_was_written_and_says_why_beside_it(as_adam, insats):
    answer = as_adam.post(page_of(), {**OWN, "says": "Om Stegen"})
    page = Page(answer)
    assert answer.status_code == 422
    assert "”Stegen” är en insats" in page.error_beside("says")
    assert "Stegen" not in page.error_beside("subject")
    assert page.forms[""]["says"] == ["Om Stegen"]


def test_a_preview_shows_the_letter_as_it_leaves_and_keeps_nothing(as_adam, adam):
    own = {"subject": "Nytt <b>bord</b>", "says": "1 < 2\n\n<script>alert({nummer})</script>".replace("({nummer})", "")}
    answer = as_adam.post(page_of(), {**own, "preview": "1"})
    page = html_of(answer)
    assert (answer.status_code, LetterText.objects.count()) == (200, 0)
    assert "Ämnesrad: <strong>Nytt &lt;b&gt;bord&lt;/b&gt;</strong>" in page
    assert "<p>&lt;script&gt;alert&lt;/script&gt;</p>" in page
    assert "<script>alert" not in page
    assert Page(answer).forms[""]["subject"] == ["Nytt <b>bord</b>"]


def test_a_preview_is_the_very_letter(as_adam, forbund, adam, case):
    shown = html_of(as_adam.post(page_of(), {**OWN, "preview": "1"}))
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, **OWN)
    real = compose(Delivery(event=Event.objects.get(case=case), kind=Kind.SENT, user=adam, address=adam.email))
    received = email.message_from_bytes(real.message().as_bytes(), policy=policy.default)
    said = received.get_body(["html"]).get_content().partition("<body>")[2].partition("</body>")[0]
    assert said.replace(case.number, "LH-XXX-0000-0000").replace("\r\n", "\n") in shown


def test_a_preview_refuses_what_saving_refuses(as_adam, insats):
    answer = as_adam.post(page_of(), {**OWN, "says": "Om Stegen", "preview": "1"})
    assert answer.status_code == 422
    assert "”Stegen” är en insats" in Page(answer).error_beside("says")
    assert "Så ser brevet ut" not in html_of(answer)


def test_a_preview_of_words_in_use_leaves_them_as_they_are(as_adam, forbund, adam):
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, **OWN)
    as_adam.post(page_of(), {**OWN, "subject": "Något annat", "preview": "1"})
    assert LetterText.objects.get().subject == OWN["subject"]


def test_words_of_an_association_that_has_ended_stay_as_they_are(as_adam, forbund):
    forbund.ended_on = LONG_AGO
    forbund.save()
    assert as_adam.post(page_of(), OWN).status_code == 422
    assert "Registren kan läsas" in html_of(as_adam.post(page_of(name="letter_text_reset"), follow=True))


def test_the_registers_first_page_leads_to_the_letters(as_adam, forbund, adam):
    save_letter_text(forbund, actor=adam, kind=Kind.SENT, **OWN)
    page = as_adam.get(reverse("register", args=["PRO"]))
    assert reverse("letter_texts", args=["PRO"]) in Page(page).links
    assert "1 med egen text" in " ".join(html_of(page).split())


def test_what_is_written_is_guarded_on_the_page_too(as_adam):
    answer = as_adam.post(page_of(), {**OWN, "says": f"Om {NUMBER}."})
    assert answer.status_code == 422
    assert "personnummer" in Page(answer).error_beside("says")


def test_a_person_without_a_place_any_longer_is_still_somebody(forbund, rakel, adam):
    services.end_grant(rakel.grants.get(), actor=adam, last_day=LONG_AGO)
    assert "en persons namn" in refused(forbund, adam, says="Tack Rakel")["says"]
