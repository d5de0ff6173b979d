"""What no program should send: each is refused in words, and nothing fails on our side."""

import json
from io import BytesIO

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory

from cases import clocks
from cases.swedish import A_DAY
from lexheller.bodies import measured
from tests.api.asking import browser_of, refused
from tests.api.test_cases import CASES, REPORT
from tests.cases.conftest import DAY
from tests.people import by_key, make_key

pytestmark = pytest.mark.once

# More than any database can count to.
HUGE = 10**30


def sent(person, address: str, body: str):
    return browser_of(person).post(address, body, content_type="application/json")


@pytest.mark.parametrize("body", ['{"\\ud800": 1}', '{"association": "\\ud800"}', '{"heading": "\\ud800"}'])
def test_half_a_character_is_no_json(rakel, forbund, body):
    assert refused(sent(rakel, CASES, body), 400) == ("parse_error", [])


@pytest.mark.parametrize("body", ['{"heading": 1, "heading": 2}', '{"a": [{"b": {}, "c": 0, "b": {}}]}'])
def test_what_is_said_twice_is_not_guessed_at(rakel, forbund, body):
    assert refused(sent(rakel, CASES, body), 400) == ("name_twice", [])


def test_no_body_at_all_is_refused_in_swedish(rakel):
    assert sent(rakel, CASES, "null").json()["errors"] == [{"pointer": "#", "detail": "Skicka ett objekt."}]


@pytest.mark.parametrize("address", [f"meetings/{HUGE}/pack/", f"meetings/{HUGE}/pack/files/pdf/"])
def test_an_id_beyond_all_ids_is_not_found(sanna, address):
    assert refused(browser_of(sanna).get(f"/api/v1/{address}"), 404)[0] == "not_found"


@pytest.mark.parametrize(
    "address",
    [
        f"patterns/{HUGE}/measures/1/finish/",
        f"meetings/{HUGE}/items/1/remove/",
        f"meetings/{HUGE}/assignments/1/finish/",
    ],
)
def test_an_act_beyond_all_ids_is_not_found(sanna, address):
    assert refused(sent(sanna, f"/api/v1/{address}", "{}"), 404)[0] == "not_found"


@pytest.mark.parametrize("name", ["status", "status__in", "ansvarig"])
def test_a_filter_does_not_repeat_what_it_was_sent(sanna, case, name):
    # Skatteverket's published test number.
    answer = browser_of(sanna).get(CASES, {name: "640823-3234"})
    assert refused(answer, 400)[1] == [name]
    assert "640823" not in answer.text


def test_a_mask_of_no_text_points_at_the_field(sanna, case):
    body = {"phrase": "tre", "reason": "Prov", "field": "number"}
    assert refused(sent(sanna, f"{CASES}{case.number}/mask/", json.dumps(body)), 400)[1] == ["#/field"]


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({"party": "KOMMUN"}, "#/member"),
        ({"party": "KOMMUN", "member": "Provköpings kommun"}, "#/member"),
        ({"party": "FORBUND"}, "#/party"),
    ],
)
def test_a_part_that_is_missing_or_there_already_is_said_at_a_field_of_the_body(sanna, case, body, place):
    body = {**body, "gap_type": "STRUKTUR"}
    address = f"{CASES}{case.number}/add-concern/"
    if body["party"] == "FORBUND":
        assert sent(sanna, address, json.dumps(body)).status_code == 200
    assert refused(sent(sanna, address, json.dumps(body)), 400) == ("incomplete", [place])


def test_a_case_goes_to_one_place_and_no_word_of_another_is_lost(sanna, case, annat_forbund):
    body = {"to": annat_forbund.code, "elsewhere": "Skolan", "reply": "Vänd dig dit."}
    answer = sent(sanna, f"{CASES}{case.number}/refer/", json.dumps(body))
    assert refused(answer, 400) == ("incomplete", ["#/elsewhere"])


def test_an_agreement_is_named_or_missing_but_not_both(rakel, forbund, enhet, insats):
    body = {**REPORT, "agreement": "Rutin för stöd i vardagen", "agreement_missing": True}
    assert refused(sent(rakel, CASES, json.dumps(body)), 400) == ("invalid", ["#/agreement_missing"])


def test_a_caller_has_not_called_tomorrow(sanna, forbund, enhet, insats):
    tomorrow = (clocks.today() + DAY).isoformat()
    body = {**REPORT, "for_caller": {"channel": "PHONE", "received_on": tomorrow}}
    assert refused(sent(sanna, CASES, json.dumps(body)), 400) == ("invalid", ["#/for_caller/received_on"])


def test_a_report_that_was_taken_gets_its_answer_whatever_the_registers_say_by_now(rakel, enhet, insats):
    key = {"HTTP_IDEMPOTENCY_KEY": "a1", "content_type": "application/json"}
    first = browser_of(rakel).post(CASES, REPORT, **key)
    insats.name = "Ett annat namn"
    insats.save()
    second = browser_of(rakel).post(CASES, REPORT, **key)
    assert (second.status_code, second.content) == (201, first.content)


def test_without_its_last_slash_what_is_posted_stays_posted(rakel):
    answer = Client().post(
        CASES.removesuffix("/"), "{}", content_type="application/json", **by_key(make_key(rakel).plain)
    )
    assert (answer.status_code, answer.headers["Location"]) == (308, CASES)


# ---- beside the API ----


@pytest.mark.parametrize("method", ["get", "post", "options"])
@pytest.mark.parametrize("address", ["nothing", "nothing/", "v1/nothing/", "v2/cases/", "openapi.json/", "%00"])
def test_what_is_nowhere_below_the_api_is_not_found_as_a_program_reads_it(db, address, method):
    answer = getattr(Client(enforce_csrf_checks=True), method)(f"/api/{address}")
    assert refused(answer, 404) == ("not_found", [])


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("address", ["/api/", "/api/openapi.json"])
def test_the_description_is_read_and_nothing_else(db, address, method):
    answer = getattr(Client(enforce_csrf_checks=True), method)(address)
    assert refused(answer, 405) == ("method_not_allowed", [])
    assert answer.headers["Allow"] == "GET, HEAD"


def test_a_query_that_no_database_takes_is_refused_as_who_asks_reads_it(db):
    assert refused(Client().get("/api/openapi.json?a=%00"), 400) == ("bad_request", [])
    assert Client().get("/api/?a=%00").headers["Content-Type"].startswith("text/html")


# ---- a length that nobody said ----


def arrived(**environ: object) -> WSGIRequest:
    """Return the request that Django makes of a body with no length."""
    told = RequestFactory().post("/").environ | environ
    del told["CONTENT_LENGTH"]
    return measured(lambda got, _: [WSGIRequest(got)])(told, None)[0]  # type: ignore[list-item, return-value]


CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


def test_a_body_in_chunks_arrives_whole():
    assert arrived(**CHUNKED, **{"wsgi.input": BytesIO(b"x" * 100_000)}).body == b"x" * 100_000


def test_no_more_of_a_body_in_chunks_is_read_than_shows_that_it_is_too_large():
    stream = BytesIO(b"x" * 2 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    request = arrived(**CHUNKED, **{"wsgi.input": stream})
    assert int(request.META["CONTENT_LENGTH"]) == stream.tell() == settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1


def test_a_server_that_does_not_say_where_a_body_ends_is_not_waited_for():
    stream = BytesIO(b"x")
    assert arrived(**{**CHUNKED, "wsgi.input_terminated": False, "wsgi.input": stream}).body == b""
    assert stream.tell() == 0


# ---- days ----


@pytest.mark.parametrize("value", ["i går", "2026-02-30", "2026-11-30T09:00:00Z", 20261130, ["2026-11-30"]])
def test_a_day_that_is_none_is_told_how_one_is_written(adam, forbund, value):
    body = {"name": "Trappan", "from_on": value}
    answer = sent(adam, "/api/v1/associations/PRO/initiatives/", json.dumps(body))
    assert refused(answer, 400) == ("invalid", ["#/from_on"])
    assert answer.json()["errors"][0]["detail"] == A_DAY
