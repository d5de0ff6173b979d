"""Listing and filing through the API: the same rules as on the pages, and errors that a program can read."""

import base64
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases import clocks, services
from cases.codes import Channel, DismissReason, Party
from cases.models import Case, Event
from cases.services import Concerned, ForCaller
from tests.api.asking import shown
from tests.people import make_report
from tests.sharing import tool

CASES = "/api/v1/cases/"

REPORT = {
    "association": "PRO",
    "heading": "Ingen svarar på funktionsbrevlådan",
    "happened": "Vi har skrivit tre gånger utan att få svar.",
    "concerned": [{"party": "KOMMUN", "member": "Provköpings kommun", "unit": "Ekonomiskt bistånd"}],
    "gap_type": None,
    "initiative": "Stegen",
    "own_party": "FORSAKRINGSKASSAN",
}


@tool
def as_rakel(client, rakel) -> Client:
    client.force_login(rakel)
    return client


@tool
def as_sanna(client, sanna) -> Client:
    client.force_login(sanna)
    return client


@pytest.fixture
def file(as_rakel, forbund, enhet, insats):
    """Return a function that files a report by Rakel with some fields changed or, with ..., left out."""

    def send(**changes: object):
        body = {name: value for name, value in {**REPORT, **changes}.items() if value is not ...}
        return as_rakel.post(CASES, body, content_type="application/json")

    return send


def said(answer, status: int, code: str) -> dict[str, str]:
    """Check that an answer is a problem of this code; return its sentences by place."""
    told = answer.json()
    assert (answer.status_code, told["status"], told["code"]) == (status, status, code), told
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert told["detail"]
    return {one.get("pointer") or one["parameter"]: one["detail"] for one in told.get("errors", [])}


# ---- filing ----


def test_a_filed_report_becomes_a_case(file, rakel):
    answer = file()
    case = Case.objects.get()
    assert answer.status_code == 201
    assert answer.headers["Location"].endswith(f"{CASES}{case.number}/")
    assert (case.reporter, case.initiative.name, case.own_party) == (rakel, "Stegen", "FORSAKRINGSKASSAN")
    assert case.concerns.get().unit.name == "Ekonomiskt bistånd"


def test_filing_through_the_api_leaves_the_same_trace(file):
    file()
    assert Event.objects.get().verb == "file"


def test_the_same_reference_again_is_refused_with_the_number_that_it_led_to(file):
    first, again = (file(reporter_reference="AVV-1", heading=heading) for heading in ("En", "En annan"))
    told = again.json()
    assert (again.status_code, told["code"], told["number"]) == (409, "reference_taken", first.json()["number"])


def test_a_personal_number_is_refused_and_neither_stored_nor_repeated(file):
    answer = file(happened="Det gällde 19121212-1212 förra veckan.")
    assert "personnummer" in said(answer, 400, "personal_data")["#/happened"]
    assert "1212" not in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"heading": ...}, "#/heading"),
        ({"heading": "  "}, "#/heading"),
        ({"heading": "a" * 161}, "#/heading"),
        ({"happened": 7 * [1]}, "#/happened"),
        ({"happened": "nul\0"}, "#/happened"),
        ({"concerned": []}, "#/concerned"),
        ({"concerned": "KOMMUN"}, "#/concerned"),
        ({"concerned": [{"party": "19121212-1212"}]}, "#/concerned/0/party"),
        ({"concerned": [{"party": "KOMMUN", "member": "Någon annanstans"}]}, "#/concerned/0/member"),
        ({"concerned": [{"party": "KOMMUN", "unit": "Ekonomiskt bistånd"}]}, "#/concerned/0/unit"),
        ({"concerned": [{"party": "REGION", "member": "Provköpings kommun"}]}, "#/concerned/0/member"),
        ({"concerned": [{"party": "KOMMUN", "membre": "x"}]}, "#/concerned/0/membre"),
        ({"gap_type": "VET_INTE"}, "#/gap_type"),
        ({"initiative": "Någon annan"}, "#/initiative"),
        ({"association": "XXX"}, "#/association"),
        ({"frequenzy": "SINGLE"}, "#/frequenzy"),
        ({"agreement_missing": "kanske"}, "#/agreement_missing"),
    ],
)
def test_what_is_wrong_with_a_report_is_said_where_it_is(file, changes, place):
    answer = file(**changes)
    assert answer.status_code == 400
    assert list(said(answer, 400, answer.json()["code"])) == [place]
    assert "1212" not in answer.content.decode()
    assert not Case.objects.exists()


@pytest.mark.parametrize("body", ["", "{", "null", "[]", "7", '"text"', "[" * 100_000, b"\xff\xfe", "NaN", "1" * 9999])
def test_what_is_no_report_is_refused_in_words(as_rakel, forbund, body):
    answer = as_rakel.post(CASES, body, content_type="application/json")
    assert answer.json()["code"] in {"invalid", "parse_error"}
    assert answer.status_code == 400


def test_a_body_that_no_report_can_fill_is_not_read(as_rakel, forbund):
    said(as_rakel.post(CASES, b" " * 3_000_000, content_type="application/json"), 413, "too_large")


def test_somebody_without_role_cannot_file_where_reporting_is_closed(client, forbund, olle):
    forbund.open_to_all = False
    forbund.save()
    client.force_login(olle)
    body = REPORT | {"concerned": [{"party": "OTHER"}], "initiative": None}
    said(client.post(CASES, body, content_type="application/json"), 409, "no_role")


@pytest.mark.parametrize("name", ["Provköpings kommun", "Finns inte"])
def test_whoever_may_not_report_somewhere_does_not_learn_what_is_there(client, forbund, kommun, olle, name):
    forbund.open_to_all = False
    forbund.save()
    client.force_login(olle)
    body = REPORT | {"concerned": [{"party": "KOMMUN", "member": name}], "initiative": None}
    said(client.post(CASES, body, content_type="application/json"), 409, "no_role")


def test_filing_needs_the_token_of_the_page(rakel, forbund):
    client = Client(enforce_csrf_checks=True)
    client.force_login(rakel)
    said(client.post(CASES, REPORT, content_type="application/json"), 403, "csrf_failed")


@pytest.mark.parametrize(
    ("ask", "status", "code"),
    [
        (lambda client: client.delete(CASES), 405, "method_not_allowed"),
        (lambda client: client.post(CASES, {"a": 1}), 415, "unsupported_media_type"),
        (lambda client: client.get(CASES, headers={"Accept": "text/html"}), 406, "not_acceptable"),
        (lambda client: client.get(f"{CASES}LH-PRO-1999-0001/"), 404, "not_found"),
        (lambda client: Client().get(CASES), 401, "not_authenticated"),
    ],
)
def test_every_refusal_is_a_problem_with_a_code(as_rakel, ask, status, code):
    said(ask(as_rakel), status, code)


# ---- listing ----


def numbers(answer) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


def test_the_list_goes_on_page_by_page_while_new_cases_come_in(as_sanna, file_case):
    before = [file_case().number for _ in range(30)]
    first = as_sanna.get(CASES).json()
    file_case()
    second = as_sanna.get(first["next"]).json()
    assert [row["number"] for row in first["results"] + second["results"]] == before[::-1]
    assert second["next"] is None


def test_the_filters_of_the_page_hold_here_too(as_sanna, file_case, flow):
    file_case()
    sent = flow.send(file_case(heading="Alla hänvisar vidare"))
    for query in ({"status": "WITH_PARTY"}, {"q": "hänvisar"}, {"typ": "ORGANISATION", "part": "KOMMUN"}):
        assert numbers(as_sanna.get(CASES, query)) == [sent.number]


def test_the_forbund_may_be_named_also_by_who_has_only_one(as_sanna, case):
    assert numbers(as_sanna.get(CASES, {"forbund": "PRO"})) == [case.number]
    assert numbers(as_sanna.get(CASES, {"forbund__in": "PRO"})) == [case.number]


@pytest.mark.parametrize("name", ["bogus", "sida", "format", "status__not"])
@pytest.mark.parametrize("address", [CASES, "/api/v1/me/"])
def test_an_unknown_parameter_is_refused_by_name(as_sanna, address, name):
    assert list(said(as_sanna.get(address, {name: "1"}), 400, "invalid")) == [name]


@pytest.mark.parametrize(
    "query", [{"status": "LOST"}, {"fran": "9999-99-99"}, {"medlem": "x"}, {"typ": "X"}, {"q": "a" * 201}]
)
def test_a_value_that_cannot_be_is_refused_at_its_parameter(as_sanna, query):
    assert list(said(as_sanna.get(CASES, query), 400, "invalid")) == list(query)


def test_a_search_for_a_personal_number_is_refused(as_sanna):
    assert list(said(as_sanna.get(CASES, {"q": "19121212-1212"}), 400, "personal_data")) == ["q"]


@pytest.mark.parametrize(
    "position", ["x", "\0", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01"]
)
def test_a_cursor_made_by_hand_is_refused(as_sanna, case, position):
    cursor = base64.b64encode(urlencode({"p": position}).encode()).decode()
    said(as_sanna.get(CASES, {"cursor": cursor}), 400, "invalid")


@pytest.mark.once
@pytest.mark.parametrize("query", [{}, {"q": "ingen"}, {"q": "ingen", "limit": 2}])
def test_a_longer_list_puts_no_more_questions(as_sanna, file_case, flow, karl, query):
    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert numbers(as_sanna.get(CASES, query))
        return len(asked)

    flow.send(file_case())
    questions()  # also stores the session
    few = questions()
    for _ in range(20):
        flow.send(file_case())
    assert questions() == few <= 6


@pytest.mark.once
def test_one_case_is_shown_in_a_fixed_number_of_questions(as_sanna, case, django_assert_num_queries):
    as_sanna.get(f"{CASES}{case.number}/")  # also stores the session
    with django_assert_num_queries(11):
        as_sanna.get(f"{CASES}{case.number}/")


def seen_of(case, *people, fields: tuple[str, ...]) -> list[list[object]]:
    """Return what each of these people gets of a case's fields."""
    return [[shown(person, f"cases/{case.number}/")[name] for name in fields] for person in people]


def test_where_the_reporter_works_and_how_the_report_came_is_not_for_the_function(
    file_case, flow, fk, sanna, rakel, karl
):
    case = flow.send(file_case(own_member=fk))
    names = ("own_member", "own_party", "channel", "filed_by", "reporter_email")
    assert seen_of(case, sanna, rakel, karl, fields=names) == [
        ["Försäkringskassan", "FORSAKRINGSKASSAN", "WEB", None, None],
        ["Försäkringskassan", "FORSAKRINGSKASSAN", None, None, None],
        [None, None, None, None, None],
    ]


def test_who_took_a_report_down_and_the_callers_address_are_for_the_kansli(
    forbund, kommun, funktion, flow, sanna, karl
):
    report = make_report(Concerned(Party.KOMMUN, kommun), reporter_email="uppringare@example.org")
    caller = ForCaller(Channel.PHONE, clocks.today())
    case = flow.send(services.file(forbund, report, actor=sanna, for_caller=caller).case)
    assert seen_of(case, sanna, karl, fields=("reporter", "reporter_email", "filed_by", "channel")) == [
        [None, "uppringare@example.org", sanna.name, "PHONE"],
        [None, None, None, None],
    ]


def test_the_original_of_a_duplicate_is_for_the_kansli(file_case, sanna, rakel):
    original, again = file_case(), file_case()
    reason = DismissReason.DUPLICATE
    services.dismiss(again, actor=sanna, reason=reason, duplicate_of=original.number, reply="Vi har det redan.")
    assert seen_of(again, sanna, rakel, fields=("duplicate_of",)) == [[original.number], [None]]


def test_an_address_that_is_not_there_is_a_problem_too(as_sanna):
    assert said(as_sanna.get("/api/v1/nonsense/"), 404, "not_found") == {}


def test_a_nul_in_the_query_is_a_problem_too(as_sanna):
    assert said(as_sanna.get(CASES, {"typ": "\0"}), 400, "bad_request") == {}


def test_a_fault_of_our_own_is_a_problem_too(as_sanna, monkeypatch):
    monkeypatch.setattr("api.views.cases.Cases.rows", None)
    as_sanna.raise_request_exception = False
    assert said(as_sanna.get(CASES), 500, "server_error") == {}
