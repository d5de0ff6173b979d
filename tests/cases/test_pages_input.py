"""What comes over the wire: sessions that ended, tokens that are stale, bodies that are huge, broken or hostile."""

import re

import pytest
from django.test import Client

from cases.models import Case, Draft, Event, Submission, Text
from tests.cases.test_forms import TEXTS_AS_THEY_ARE
from tests.pages import Page, browser_of, html_of
from tests.people import PASSWORD
from tests.sharing import tool

pytestmark = pytest.mark.once

LONG = "Jag har skrivit länge på det här, och vill inte skriva om det. " * 20
NONCE = "4b2f4c1c-5d1f-4d3f-9a59-94a0f2b1f7de"


@tool
def forms(case, sanna, forbund) -> dict[str, str]:
    """Each address that takes a text, and the page that one comes back to it from."""
    draft = Draft.objects.create(author=sanna, association=forbund)
    return {
        f"/arenden/{case.number}/anteckna/": f"/arenden/{case.number}/anteckna/",
        "/rapportera/pro/utkast/": "/rapportera/pro/",
        f"/utkast/{draft.key}/kasta/": "/mina/",
        f"/arenden/{case.number}/original/1/": f"/arenden/{case.number}/",
    }


def stored() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Case, Text, Event, Submission))


# ---- a session that ended, a token that is stale ----


def test_whoever_is_logged_out_meanwhile_keeps_the_text_and_finds_the_way_back(client, forms, sanna):
    before = stored()
    for url, page_of_it in forms.items():
        lost = client.post(url, {"body": LONG, "nonce": NONCE})
        page = Page(lost)
        assert lost.status_code == 401
        assert LONG in page.html
        [login] = [link for link in page.links if "?next=" in link]
        assert login == f"/konto/login/?next={page_of_it}"
        assert browser_of(sanna).get(page_of_it).status_code == 200
    assert stored() == before


def test_logging_in_from_there_leads_back_to_the_page(client, forms, sanna):
    url = next(iter(forms))
    [login] = [link for link in Page(client.post(url, {"body": LONG})).links if "?next=" in link]
    back = client.post(login, {"login": sanna.email, "password": PASSWORD})
    assert back.headers["Location"] == url


def test_a_stale_token_keeps_the_text_and_stores_nothing(forms, sanna):
    before = stored()
    client = Client(enforce_csrf_checks=True)
    client.force_login(sanna)
    for url, page_of_it in {**forms, "/rapportera/pro/": "/rapportera/pro/"}.items():
        stale = client.post(url, {"body": LONG, "csrfmiddlewaretoken": "x" * 64})
        page = Page(stale)
        assert stale.status_code == 403
        assert LONG in page.html
        assert page_of_it in page.links
    assert stored() == before


def test_a_stale_token_of_somebody_without_account_keeps_the_text(forbund):
    stale = Client(enforce_csrf_checks=True).post("/rapportera/pro/", {"happened": LONG})
    assert stale.status_code == 403
    assert LONG in html_of(stale)


def test_a_report_of_the_right_token_is_taken(forbund, kommun, funktion):
    client = Client(enforce_csrf_checks=True)
    page = Page(client.get("/rapportera/pro/"))
    fields = {"heading": "Ett", "happened": "Två", "concerned": f"member:{kommun.pk}", "initiative": "ordinary"}
    token = page.forms["/rapportera/pro/"]["csrfmiddlewaretoken"][0]
    sent = {**fields, "gap_type": "STRUKTUR", "nonce": NONCE, "csrfmiddlewaretoken": token}
    assert client.post("/rapportera/pro/", sent).status_code == 200


def test_what_is_kept_is_text_and_cannot_be_sent_on_from_there(client, forms):
    hostile = "</textarea><script>alert(1)</script><form action='https://elsewhere.example'>" + LONG
    page = Page(client.post(next(iter(forms)), {"body": hostile, "x": "<img src=x onerror=alert(1)>"}))
    assert page.tags.count("script") == 2
    assert "img" not in page.tags
    assert "form" not in page.tags
    assert hostile in page.ids.values() or "&lt;/textarea&gt;" in page.html


@pytest.mark.parametrize("secret", ["password", "password1", "oldpassword", "code", "login"])
def test_what_is_secret_is_not_shown_again(client, forms, secret):
    assert "hemligt-värde" not in html_of(client.post(next(iter(forms)), {secret: "hemligt-värde"}))
    stale = Client(enforce_csrf_checks=True).post("/konto/login/", {secret: "hemligt-värde"})
    assert stale.status_code == 403
    assert "hemligt-värde" not in html_of(stale)


def test_a_personal_number_on_a_kept_page_stays_in_its_field(client, forms):
    page = Page(client.post(next(iter(forms)), {"body": f"{LONG} 640823-3234"}))
    assert page.html.count("640823-3234") == 1
    assert not any("640823" in link for link in page.links)


# ---- bodies ----


def places(case) -> list[str]:
    return [
        "/rapportera/pro/",
        "/rapportera/pro/utkast/",
        f"/arenden/{case.number}/anteckna/",
        "/folj/",
        "/konto/login/",
        "/konto/password/reset/",
    ]


def test_a_body_that_is_huge_is_refused_in_swedish(case, sanna):
    before = stored()
    for url in places(case):
        refused = browser_of(sanna).post(url, {"body": "x" * 2_600_000, "nonce": NONCE})
        assert refused.status_code == 400
        assert "Inget har sparats" in html_of(refused)
    assert stored() == before


def test_a_body_with_a_thousand_fields_is_refused(case, sanna):
    for url in places(case):
        assert browser_of(sanna).post(url, {f"x{n}": "1" for n in range(1000)}).status_code == 400
        assert browser_of(sanna).get(f"{url}?" + "&".join(f"x{n}=1" for n in range(1000))).status_code in (400, 405)


BROKEN = [
    ("multipart/form-data", b"x"),
    ("multipart/form-data; boundary=", b"x"),
    ("multipart/form-data; boundary=b", b"--b\r\nContent-Disposition: form-data; name=heading\r\n\r\nx"),
    ("multipart/form-data; boundary=b", b"--b\r\nnonsense"),
    ("application/x-www-form-urlencoded; charset=utf-16", "heading=ä".encode("utf-16")),
    ("application/x-www-form-urlencoded; charset=nonsense", b"heading=x"),
    ("application/x-www-form-urlencoded", b"heading=%ff%fe&happened=%00"),
    ("application/json", b'{"heading": 1}'),
    ("text/plain", b"heading"),
    ("", b"heading=x"),
]


@pytest.mark.parametrize(("kind", "sent"), BROKEN)
def test_a_body_that_is_broken_breaks_nothing(case, sanna, kind, sent):
    before = stored()
    for url in places(case)[:4]:
        answer = browser_of(sanna).generic("POST", url, sent, content_type=kind)
        assert answer.status_code in (400, 404, 422)
    assert stored() == before


def test_a_file_in_place_of_a_text_is_no_text(case, sanna, tmp_path):
    (tmp_path / "x.txt").write_text("Hemligt")
    with (tmp_path / "x.txt").open() as file:
        refused = browser_of(sanna).post(f"/arenden/{case.number}/anteckna/", {"body": file, "nonce": "x"})
    assert refused.status_code == 422
    assert "Hemligt" not in html_of(refused)


def test_several_values_for_one_field_are_one(case, sanna):
    browser_of(sanna).post(f"/arenden/{case.number}/anteckna/", {"body": ["Ett", "Två"], "nonce": "x"})
    assert list(case.texts.values_list("body", flat=True)) == ["Två"]


def test_an_address_that_is_very_long_breaks_nothing(case, sanna):
    queries = ("arenden/?q=", "arenden/?sida=", "arenden/?okand=", "rapportera/pro/?utkast=", "sammanstallning/?fran=")
    for path in (f"/{query}" for query in queries):
        assert browser_of(sanna).get(path + "x" * 100_000).status_code in (200, 422)


def test_asking_for_the_head_of_a_page_gives_no_body(case, sanna):
    for path in ("/", "/arenden/", f"/arenden/{case.number}/", "/rapportera/pro/", "/arenden/lista.csv"):
        answer = browser_of(sanna).head(path)
        assert (answer.status_code, html_of(answer)) == (200, "")


# ---- texts that people add to a case ----


def test_every_kind_of_text_on_a_case_is_shown_as_text_to_everybody(case, rakel, sanna, karl, flow):
    case = flow.send(case)
    url = f"/arenden/{case.number}/komplettera/"
    reporter = browser_of(rakel)
    for n, text in enumerate(TEXTS_AS_THEY_ARE):
        assert reporter.post(url, {"body": text, "nonce": str(n)}).status_code == 302
    assert list(case.texts.values_list("body", flat=True)) == TEXTS_AS_THEY_ARE
    for person in (rakel, sanna, karl):
        for path in (f"/arenden/{case.number}/", f"/arenden/{case.number}/utskrift/"):
            page = Page(browser_of(person).get(path))
            assert page.tags.count("script") == 2
            assert not {"img", "b"} & set(page.tags)
            assert page.html.count('dir="auto"') >= len(TEXTS_AS_THEY_ARE)


def test_names_from_the_registers_are_shown_as_text(case, sanna, karl, rakel, forbund, kommun, funktion, insats, flow):
    bad = "<script>alert(1)</script><b>"
    case = flow.send(case)
    Case.objects.filter(pk=case.pk).update(initiative=insats)
    for row in (forbund, kommun, funktion, insats, sanna, rakel):
        type(row).objects.filter(pk=row.pk).update(name=bad)
    type(forbund).objects.filter(pk=forbund.pk).update(report_word="<b>rapport", reporter_word="<b>rapportör")
    for person in (sanna, karl, rakel):
        visit = browser_of(person)
        steps = [url for url in Page(visit.get(f"/arenden/{case.number}/")).links if case.number in url]
        for path in {"/", "/arenden/", "/mina/", "/rapportera/pro/", "/ofordelat/", *steps}:
            page = Page(visit.get(path))
            assert page.tags.count("script") == 2, path
            assert "b" not in page.tags, path


def test_no_page_holds_style_or_script_of_its_own(case, sanna):
    for path in ("/", "/arenden/", f"/arenden/{case.number}/", f"/arenden/{case.number}/skicka/", "/rapportera/pro/"):
        html = html_of(browser_of(sanna).get(path))
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", html)
