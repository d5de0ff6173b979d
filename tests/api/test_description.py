"""The description of the API: in step with the code, whole, and readable as a page."""

import json
import re
from html import unescape

import jsonschema_rs
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from api.errors import CONTENT_TYPE
from api.samples import OWN, SAMPLES, draw
from api.scopes import BY_ROLE, Scope
from api.shapes.filing import ReportShape
from api.shapes.moves import SHAPES
from api.steps import AS
from api.viewer import FILE, _words, described
from api.words import OWN_FIELDS
from cases import clocks
from cases.codes import Status
from cases.workflow import ALL_STATUSES, MOVES
from tests.api.asking import browser_of
from tests.api.conftest import body_of
from tests.cases.conftest import DAY, START
from tests.cases.test_moves import DAYS, MAY, target

pytestmark = pytest.mark.once

TOLD = json.loads(FILE.read_text(encoding="utf-8"))
OPERATIONS = [
    pytest.param(operation, id=operation["operationId"])
    for methods in TOLD["paths"].values()
    for operation in methods.values()
]
# What comes back as JSON: of each operation what is its own, and what many share.
ANSWERS = [
    pytest.param(content, id=f"{name}-{status}")
    for name, answers in [
        *((operation.id, operation.values[0]["responses"]) for operation in OPERATIONS),
        ("shared", TOLD["components"]["responses"]),
    ]
    for status, answer in answers.items()
    for media, content in answer.get("content", {}).items()
    if media in ("application/json", CONTENT_TYPE) and content["schema"].get("format") != "binary"
]


def as_json_schema(told):
    """Say `nullable` as JSON Schema does."""
    if isinstance(told, list):
        return [as_json_schema(one) for one in told]
    if not isinstance(told, dict):
        return told
    plain = {key: as_json_schema(one) for key, one in told.items() if key != "nullable"}
    return {"anyOf": [plain, {"type": "null"}]} if told.get("nullable") else plain


COMPONENTS = {"components": {"schemas": as_json_schema(TOLD["components"]["schemas"])}}


def test_the_file_is_what_the_code_says(tmp_path):
    anew = tmp_path / "openapi.json"
    call_command("spectacular", format="openapi-json", validate=True, fail_on_warn=True, file=str(anew))
    assert json.loads(anew.read_text(encoding="utf-8")) == TOLD, "Run `make openapi`."


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_says_what_it_does_and_what_may_come_back(operation):
    assert operation["summary"].endswith(".")
    assert {"400", "401", "403", "429"} <= set(operation["responses"])


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_says_at_its_end_which_scope_a_key_needs(operation):
    said = operation["description"].splitlines()[-1]
    assert said.startswith("A key needs the scope ")
    assert set(re.findall(r"`(\w+)`", said)) - {"for_caller"} <= set(Scope)


@pytest.mark.parametrize("verb", MOVES)
def test_a_step_names_the_scope_of_each_role_that_may_take_it(verb):
    [said] = [one.values[0]["description"] for one in OPERATIONS if one.id == f"cases_{verb}"]
    named = re.findall(r"`(\w+)`", said.splitlines()[-1])
    assert sorted(named) == sorted({BY_ROLE[role] for role in MOVES[verb].roles})


def step_of(verb: str) -> list[str]:
    """Return the paragraphs that a step's description has."""
    [said] = [one.values[0]["description"] for one in OPERATIONS if one.id == f"cases_{verb}"]
    return said.split("\n\n")


@pytest.mark.parametrize("verb", MOVES)
def test_a_step_says_who_takes_it_in_which_status_and_on_a_concern_in_which_state(verb):
    [taken] = [part for part in step_of(verb) if part.startswith("Taken by ")]
    who, _, where = taken.partition(", in whatever" if ", in whatever" in taken else ", when")
    statuses, _, states = where.partition("; the state")
    move = MOVES[verb]
    assert {role for role, whom in AS.items() if whom in who} == move.roles
    assert (set(re.findall(r"`(\w+)`", statuses)) or ALL_STATUSES) == set(move.from_)
    assert set(re.findall(r"`(\w+)`", states)) == set(move.states or ())
    assert ("records it for" in who) == move.on_behalf


@pytest.mark.parametrize("verb", MOVES)
def test_a_step_names_the_codes_that_it_may_be_refused_with(verb):
    [refused] = [part for part in step_of(verb) if part.startswith("The domain may refuse it ")]
    codes = set(re.findall(r"`(\w+)` \(", refused))
    assert codes - {"incomplete", "personal_data"} == {f"{verb}_not_allowed", "changed_meanwhile"}


# Words that a step takes and does not need.
BESIDES = {
    verb: {field: "Så här."}
    for verb, field in (("feedback", "comment"), ("effect", "comment"), ("finish_measure", "how"))
}


def numbered(body):
    """Put a personal number (one of the tax agency's published test numbers) where a body has words to be stored."""
    kept = {"party", "member", "gap_type", "cause", "source", "field", "outcome", "helped", "came_back", "to"}
    if isinstance(body, list):
        return [numbered(one) for one in body]
    if not isinstance(body, dict):
        return "640823-3234" if isinstance(body, str) and not re.fullmatch(r"[-\d]+|[A-Z_]+|\S+@\S+", body) else body
    return {name: one if name in kept else numbered(one) for name, one in body.items()}


@pytest.mark.parametrize("verb", MOVES)
def test_a_step_that_stores_words_says_that_the_guard_reads_them(verb, world, post):
    with clocks.at(START + DAYS.get(verb, 0) * DAY):
        name, statuses = next((name, statuses) for name, statuses in MAY[verb].items() if name in world.people)
        case, actor = world.cases[min(statuses)], world.people[name]
        body = body_of(world, verb, case, actor, target(case, verb)) | BESIDES.get(verb, {})
        with transaction.atomic():
            code = post(verb, case, actor, numbered(body)).data.get("code")
            transaction.set_rollback(True)
    assert (code == "personal_data") == ("`personal_data`" in " ".join(step_of(verb))), code


def test_filing_names_the_code_of_a_reference_that_is_taken():
    [filing] = [one.values[0]["description"] for one in OPERATIONS if one.id == "cases_post"]
    assert "`reference_taken` (409" in filing


def test_an_answer_says_when_it_was_given_before_and_a_refusal_how_to_come_in():
    posts = [methods["post"]["responses"] for methods in TOLD["paths"].values() if "post" in methods]
    good = [one for answers in posts for status, one in answers.items() if status.startswith("2")]
    assert [one for one in good if "Idempotency-Replayed" not in one["headers"]] == []
    shared = TOLD["components"]["responses"].items()
    assert {name for name, one in shared if "WWW-Authenticate" in one["headers"]} == {"Unauthorized", "Forbidden"}


def test_the_cookie_is_named_as_it_is_in_production():
    assert TOLD["components"]["securitySchemes"]["session"]["name"] == "__Host-session"
    assert settings.SESSION_COOKIE_NAME in ("session", "__Host-session")


def test_what_follows_a_standard_or_a_law_names_it():
    shared, shapes = TOLD["components"], TOLD["components"]["schemas"]
    assert "RFC 9457" in shapes["Problem"]["description"]
    assert "RFC 9110" in shared["parameters"]["If-Match"]["description"]
    assert "Idempotency-Key HTTP Header Field" in shared["parameters"]["Idempotency-Key"]["description"]
    assert "arkivlagen" in shapes["ReportRequest"]["properties"]["happened"]["description"]


def test_every_answer_tells_of_the_quota_and_a_refusal_for_asking_too_much_when_to_come_again():
    shared = TOLD["components"]["responses"]
    own = [one for op in OPERATIONS for one in op.values[0]["responses"].values() if "$ref" not in one]
    quota = {"RateLimit", "RateLimit-Policy"}
    assert [one for one in [*own, *shared.values()] if not quota <= set(one["headers"])] == []
    assert "Retry-After" in shared["TooManyRequests"]["headers"]


def test_every_parameter_and_part_of_an_address_says_what_it_is():
    told = [one for operation in OPERATIONS for one in operation.values[0]["parameters"] if "$ref" not in one]
    assert {one["in"] for one in told} == {"path", "query"}
    assert {one["name"] for one in told if not one.get("description")} == set()


def test_every_body_has_an_example():
    bodies = [op.values[0]["requestBody"] for op in OPERATIONS if "requestBody" in op.values[0]]
    assert bodies
    assert [body for body in bodies if not body["content"]["application/json"].get("examples")] == []


def test_every_json_answer_has_an_example():
    assert [answer.id for answer in ANSWERS if not answer.values[0].get("examples")] == []


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_example_of_an_answer_fits_its_schema(answer):
    fits = jsonschema_rs.Draft7Validator(answer["schema"] | COMPONENTS, validate_formats=True)
    for example in answer["examples"].values():
        assert [(error.instance_path, error.message) for error in fits.iter_errors(example["value"])] == []


def test_a_field_without_a_sample_stops_the_description():
    with pytest.raises(KeyError, match=r"Thing\.unheard_of"):
        draw({"Thing": {"properties": {"unheard_of": {"type": "string"}}}}, "Thing")


def test_no_sample_is_of_a_field_that_is_gone():
    known = {
        (name.removesuffix("Row"), field)
        for name, shape in TOLD["components"]["schemas"].items()
        for field in shape.get("properties", {})
    }
    assert {(name, field) for name, own in OWN.items() for field in own} - known == set()
    assert set(SAMPLES) - {field for _, field in known} == set()


def test_no_words_are_of_a_field_that_is_gone():
    schemas = TOLD["components"]["schemas"].items()
    known = {f"{name.removesuffix('Row')}.{field}" for name, one in schemas for field in one.get("properties", {})}
    assert set(OWN_FIELDS) - known == set()


def test_the_conflict_that_is_shown_is_one_that_happens(world, post):
    [shown] = TOLD["components"]["responses"]["Conflict"]["content"][CONTENT_TYPE]["examples"].values()
    answer = post("close", world.cases[Status.WITH_PARTY], world.people["sanna"], SHAPES["close"].example)
    assert answer.data == shown["value"]


def test_the_mistake_that_is_shown_is_one_that_is_made(rakel, forbund):
    [shown] = TOLD["components"]["responses"]["BadRequest"]["content"][CONTENT_TYPE]["examples"].values()
    body = {**ReportShape.example, "association": forbund.code}
    del body["heading"]
    assert browser_of(rakel).post("/api/v1/cases/", body, content_type="application/json").json() == shown["value"]


def test_no_two_operations_share_a_name():
    names = [operation.id for operation in OPERATIONS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("verb", SHAPES)
def test_the_example_of_a_step_is_one_that_fits(verb, db):
    shape = SHAPES[verb](data=SHAPES[verb].example)
    assert shape.is_valid(), shape.errors


def test_every_field_that_comes_in_refuses_what_it_does_not_know():
    shapes = TOLD["components"]["schemas"]
    assert [
        name for name in shapes if name.endswith("Request") and shapes[name]["additionalProperties"] is not False
    ] == []


def test_the_description_is_there_for_tools(db):
    answer = Client().get("/api/openapi.json")
    assert (answer.headers["Content-Type"], answer.json()) == ("application/json", TOLD)


def test_the_page_shows_every_operation_and_every_shape(db):
    page = Client().get("/api/").content.decode()
    groups, _, components = described()
    missing = [one.key for group in groups.values() for one in group if f'id="{one.key}"' not in page]
    assert missing + [one.name for one in components if f'id="shape-{one.name}"' not in page] == []


def test_the_page_shows_every_example(db):
    page = unescape(Client().get("/api/").content.decode())
    groups, refusals, _ = described()
    operations = [one for group in groups.values() for one in group]
    bodies = [one.example for one in operations if one.body]
    answers = [answer.example for one in operations for answer in one.answers if answer.refers]
    shown = [*bodies, *answers, *(one.example for one in refusals)]
    assert [
        example for example in shown if not example or f'<pre class="code" tabindex="0">{example}</pre>' not in page
    ] == []


def test_what_is_code_is_set_as_code_and_the_rest_as_text():
    assert _words("`a<b` & `c`") == "<code>a&lt;b</code> &amp; <code>c</code>"
    assert "`" not in "".join(one.words for group in described()[0].values() for one in group)


def test_no_link_on_the_page_leads_nowhere(db):
    page = Client().get("/api/").content.decode()
    linked = {part.partition('"')[0] for part in page.split('href="#')[1:]}
    assert {name for name in linked if f'id="{name}"' not in page} == set()


def test_every_field_says_what_it_is():
    shapes = TOLD["components"]["schemas"].items()
    assert [
        f"{name}.{field}"
        for name, shape in shapes
        for field, one in shape.get("properties", {}).items()
        if not one.get("description")
    ] == []
