"""The description of the API: in step with the code, whole, and readable as a page."""

import json

import pytest
from django.core.management import call_command
from django.test import Client

from api.shapes.moves import SHAPES
from api.viewer import FILE, described

pytestmark = pytest.mark.once

TOLD = json.loads(FILE.read_text(encoding="utf-8"))
OPERATIONS = [
    pytest.param(operation, id=operation["operationId"])
    for methods in TOLD["paths"].values()
    for operation in methods.values()
]


def test_the_file_is_what_the_code_says(tmp_path):
    anew = tmp_path / "openapi.json"
    call_command("spectacular", format="openapi-json", validate=True, fail_on_warn=True, file=str(anew))
    assert json.loads(anew.read_text(encoding="utf-8")) == TOLD, "Run `make openapi`."


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_says_what_it_does_and_what_may_come_back(operation):
    assert operation["summary"].endswith(".")
    assert {"400", "401", "403", "429"} <= set(operation["responses"])


def test_every_parameter_and_part_of_an_address_says_what_it_is():
    told = [one for operation in OPERATIONS for one in operation.values[0]["parameters"] if "$ref" not in one]
    assert {one["in"] for one in told} == {"path", "query"}
    assert {one["name"] for one in told if not one.get("description")} == set()


def test_every_body_has_an_example():
    bodies = [op.values[0]["requestBody"] for op in OPERATIONS if "requestBody" in op.values[0]]
    assert bodies
    assert [body for body in bodies if not body["content"]["application/json"].get("examples")] == []


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
    groups, components = described()
    missing = [one.key for group in groups.values() for one in group if f'id="{one.key}"' not in page]
    assert missing + [one.name for one in components if f'id="shape-{one.name}"' not in page] == []


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
