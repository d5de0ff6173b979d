"""Following a report by its code: what opens it, what does not, and where the code never stands."""

import logging

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from cases import services
from cases.codes import Party, ReadAction, Role
from cases.models import Association, Case, ReadLog, User
from cases.querysets import ReceiptHolder
from cases.services import Concerned
from tests.pages import Page, browser_of, html_of
from tests.people import make_report
from tests.sharing import tool

pytestmark = pytest.mark.once

FOLLOW, CASE = "/folj/", "/folj/arende/"


@tool
def holder(by_code) -> Client:
    """The browser of somebody who has typed the code."""
    client = Client()
    client.post(FOLLOW, {"code": by_code.receipt_code})
    return client


# ---- the code ----


@pytest.mark.parametrize(
    "typed",
    [
        lambda code: code,
        lambda code: code.lower(),
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: f"  {code} ",
        lambda code: code.replace("-", "–"),
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
)
def test_a_code_opens_its_report_however_it_is_typed(client, by_code, typed):
    opened = client.post(FOLLOW, {"code": typed(by_code.receipt_code)}, follow=True)
    assert opened.redirect_chain == [(CASE, 302)]
    assert by_code.case.number in html_of(opened)


@pytest.mark.parametrize(
    "code",
    ["", " ", "ABCD-EFGH-JKMN-PQRS", "x" * 41, "x" * 10_000, "\x00", "🙂🙂🙂🙂", "' OR 1=1 --", "\u202e", "----"],
)
def test_what_is_no_code_is_refused_beside_its_field(client, by_code, code):
    refused = client.post(FOLLOW, {"code": code})
    assert refused.status_code == 422
    assert Page(refused).error_beside("code")
    assert client.get(CASE).status_code == 302


def test_a_report_by_somebody_with_account_has_no_code_that_opens_it(client, case):
    assert client.post(FOLLOW, {"code": ""}).status_code == 422
    assert not case.receipt_hash


def test_after_ten_tries_even_the_right_code_has_to_wait(client, by_code):
    for _ in range(10):
        assert client.post(FOLLOW, {"code": "ABCD-EFGH-JKMN-PQRS"}).status_code == 422
    late = client.post(FOLLOW, {"code": by_code.receipt_code})
    assert late.status_code == 429
    assert "Vänta några minuter" in Page(late).error_beside("code")
    assert client.get(CASE).status_code == 302


def test_right_codes_never_have_to_wait(client, by_code):
    opened = {client.post(FOLLOW, {"code": by_code.receipt_code}).status_code for _ in range(12)}
    assert opened == {302}


def test_the_tries_of_one_address_do_not_stop_another(client, by_code):
    for _ in range(11):
        client.post(FOLLOW, {"code": "ABCD-EFGH-JKMN-PQRS"}, REMOTE_ADDR="192.0.2.1")
    assert client.post(FOLLOW, {"code": by_code.receipt_code}, REMOTE_ADDR="192.0.2.2").status_code == 302


def test_a_code_stands_in_no_address_log_session_cookie_or_row(client, by_code, caplog):
    with caplog.at_level(logging.DEBUG):
        opened = client.post(FOLLOW, {"code": by_code.receipt_code}, follow=True)
    code, plain = by_code.receipt_code, by_code.receipt_code.replace("-", "")
    sessions = [str(session.get_decoded()) for session in Session.objects.all()]
    rows = [str(row) for row in Case.objects.values()]
    places = [
        caplog.text,
        html_of(opened),
        *sessions,
        *rows,
        str(client.cookies),
        *[url for url, _ in opened.redirect_chain],
    ]
    assert not [place for place in places if code in place or plain in place]


def test_typing_a_code_gives_the_browser_a_new_session(client, by_code):
    client.get(FOLLOW)
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["session"] = before = session.session_key
    client.post(FOLLOW, {"code": by_code.receipt_code})
    assert client.cookies["session"].value != before


def test_the_pages_of_a_code_are_kept_in_no_cache(holder, by_code):
    for page in (holder.get(FOLLOW), holder.get(CASE), holder.get(f"{CASE}komplettera/")):
        assert "no-store" in page.headers["Cache-Control"]


def test_closing_the_report_forgets_it(holder):
    assert holder.get(CASE).status_code == 200
    assert holder.post("/folj/klar/").status_code == 302
    assert holder.get(CASE).status_code == 302


# ---- what it opens ----


def test_the_holder_sees_that_report_alone(holder, by_code, case):
    page = html_of(holder.get(CASE))
    assert by_code.case.number in page
    assert case.number not in page
    for path in (f"/arenden/{by_code.case.number}/", f"/arenden/{case.number}/", "/arenden/", "/mina/"):
        assert holder.get(path).status_code == 302


def test_no_address_on_the_page_names_the_case(holder, by_code):
    page = Page(holder.get(CASE))
    assert not [url for url in [*page.links, *page.forms] if by_code.case.number in url]


def test_a_session_that_names_a_case_of_another_reporter_opens_it_for_no_step_of_others(by_code, case, sanna):
    # Only the program writes the session; what it names is a report and never more.
    visit = browser_of(codes=[by_code.case.pk])
    assert visit.get(f"{CASE}anteckna/").status_code == 404
    assert visit.post(f"{CASE}anteckna/", {"body": "x", "nonce": "1"}).status_code == 404
    assert visit.get(f"{CASE}finns-inte/").status_code == 404


def test_the_holder_adds_to_the_report(holder, by_code):
    url = f"{CASE}komplettera/"
    hidden = {name: values[0] for name, values in Page(holder.get(url)).hidden(url).items()}
    done = holder.post(url, {**hidden, "body": "Det hände igen."}, follow=True)
    assert done.redirect_chain == [(CASE, 302)]
    assert "Det hände igen." in html_of(done)


def test_the_holder_whose_session_ended_keeps_the_text(by_code):
    lost = Client().post(f"{CASE}komplettera/", {"body": "Lång text som jag skrev länge på. " * 5})
    assert lost.status_code == 401
    assert "Lång text som jag skrev länge på." in html_of(lost)


def test_opening_by_code_is_noted_without_a_person(holder, by_code):
    holder.get(CASE)
    assert ReadLog.objects.values_list("user", "role", "action", "case").get() == (
        None, Role.REPORTER, ReadAction.OPENED, by_code.case.pk,
    )  # fmt: skip


def test_a_report_that_was_referred_goes_on_where_it_is_now(client, by_code, annat_forbund, sanna):
    new = services.refer(by_code.case, actor=sanna, to=annat_forbund, reply="Det hör till ett annat förbund.")
    client.post(FOLLOW, {"code": by_code.receipt_code})
    page = html_of(client.get(CASE))
    assert f"<title>{new.number}" in page
    assert "Det hör till ett annat förbund." in page
    assert set(ReadLog.objects.values_list("case", flat=True)) == {new.pk, by_code.case.pk}


def test_a_report_that_is_referred_is_followed_there_at_once(holder, by_code, annat_forbund, sanna):
    assert holder.get(CASE).status_code == 200
    new = services.refer(by_code.case, actor=sanna, to=annat_forbund, reply="Det hör till ett annat förbund.")
    assert f"<title>{new.number}" in html_of(holder.get(CASE))


def test_a_session_from_before_opens_nothing(client, case):
    session = client.session
    session["receipt"] = ""
    session.save()
    client.cookies["session"] = session.session_key
    assert client.get(CASE).status_code == 302


# ---- the receipt ----


@tool
def report_of(forbund, kommun, funktion):
    def fields(**more: object) -> dict[str, object]:
        return {
            "nonce": "4b2f4c1c-5d1f-4d3f-9a59-94a0f2b1f7de",
            "heading": "Ingen svarar",
            "happened": "Vi har skrivit tre gånger.",
            "concerned": f"member:{kommun.pk}",
            "initiative": "ordinary",
            "gap_type": "ORGANISATION",
            **more,
        }

    return fields


def code_on(response) -> str:
    page = html_of(response)
    return page.split('class="stat-value">')[1].split("<")[0]


def test_a_report_without_account_gets_a_code_that_opens_it(client, report_of):
    code = code_on(client.post("/rapportera/pro/", report_of()))
    assert client.post(FOLLOW, {"code": code}, follow=True).redirect_chain == [(CASE, 302)]


def test_a_second_click_shows_the_same_code_and_makes_no_second_case(client, report_of):
    codes = {code_on(client.post("/rapportera/pro/", report_of())) for _ in range(2)}
    assert len(codes) == 1
    assert Case.objects.count() == 1


def test_the_receipt_is_kept_in_no_cache(client, report_of):
    assert "no-store" in client.post("/rapportera/pro/", report_of()).headers["Cache-Control"]


def test_somebody_elses_nonce_shows_neither_their_code_nor_their_case(client, report_of):
    code = code_on(client.post("/rapportera/pro/", report_of()))
    other = Client().post("/rapportera/pro/", report_of(heading="Något annat"))
    page = Page(other)
    assert other.status_code == 409
    assert code not in page.html
    assert Case.objects.get().number not in page.html
    assert FOLLOW in page.links


def test_going_back_without_account_and_writing_more_keeps_the_text(client, report_of):
    client.post("/rapportera/pro/", report_of())
    more = "Vi har skrivit tre gånger, och nu har vi ringt också."
    again = client.post("/rapportera/pro/", report_of(happened=more))
    assert more in html_of(again)
    assert "no-store" in again.headers["Cache-Control"]
    assert Case.objects.get().happened == "Vi har skrivit tre gånger."


def test_a_report_for_a_caller_has_a_code_to_read_out(client, report_of, sanna):
    client.force_login(sanna)
    filed = client.post(
        "/rapportera/pro/?caller=1", report_of(channel="PHONE", received_on="2026-01-02", reporter_email="")
    )
    assert "Läs upp kvittokoden" in html_of(filed)
    case = Case.objects.get()
    assert (case.reporter, case.filed_by, case.receipt_hash) == (None, sanna, services.receipt_hash(code_on(filed)))


def test_a_report_with_account_has_no_code(client, report_of, rakel):
    client.force_login(rakel)
    assert "kvittokod" not in html_of(client.post("/rapportera/pro/", report_of())).lower()


def test_logging_in_on_the_same_computer_leaves_no_report_open_for_the_one_before(holder, rakel):
    holder.force_login(rakel)
    holder.post("/konto/logout/")
    assert holder.get(CASE).status_code == 302


def test_a_receipt_is_hard_to_guess_and_easy_to_read(forbund, kommun):
    codes = set()
    for n in range(20):
        filed = services.file(forbund, make_report(Concerned(Party.KOMMUN, kommun)), actor=ReceiptHolder(), key=str(n))
        codes.add(filed.receipt_code)
    assert len(codes) == 20
    assert not set("".join(codes)) & set("ILOU")


def test_only_open_associations_take_reports_without_account(client, forbund, report_of):
    Association.objects.filter(pk=forbund.pk).update(open_to_all=False)
    assert client.post("/rapportera/pro/", report_of()).status_code == 404
    assert client.get("/rapportera/pro/").status_code == 404
    assert not User.objects.filter(email="").exists()
