"""The API's description, for programs as a file and for people as a page that needs no script."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, wraps
from http import HTTPStatus
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt

from api.errors import plain_problem

# What the library names the absence of a code.
EMPTY = ("BlankEnum", "NullEnum")
READING = ("GET", "HEAD")
# Written by `make openapi`; a test keeps it in step with the code.
FILE = Path(__file__).with_name("openapi.json")


@dataclass(frozen=True)
class Property:
    """A parameter or a field, in words."""

    name: str
    kind: str
    refers: str
    place: str
    required: bool
    words: str


@dataclass(frozen=True)
class Answer:
    """What may come back."""

    status: str
    words: str
    refers: str
    example: str
    # What many share is told once, under this name.
    shared: str


@dataclass(frozen=True)
class Operation:
    """One method of one address."""

    key: str
    method: str
    path: str
    summary: str
    words: str
    parameters: list[Property]
    body: str
    example: str
    answers: list[Answer]


@dataclass(frozen=True)
class Component:
    """A shape that goes in or out."""

    name: str
    words: str
    properties: list[Property]
    values: list[str]


def only_read(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse other methods than GET and HEAD as the API does: whoever uses them here is a program."""

    # Nothing is changed here, and a program without a CSRF token shall be told what is wrong.
    @csrf_exempt
    @wraps(view)
    def method(request: HttpRequest) -> HttpResponse:
        if request.method in READING:
            return view(request)
        response = plain_problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed")
        response.headers["Allow"] = ", ".join(READING)
        return response

    return method


@only_read
@cache_control(max_age=300)
def openapi(request: HttpRequest) -> HttpResponse:
    """Send the description as a file."""
    return HttpResponse(FILE.read_bytes(), content_type="application/json")


@only_read
def reference(request: HttpRequest) -> HttpResponse:
    """Show the description as a page."""
    groups, refusals, components = described()
    return render(request, "api/reference.html", {"groups": groups, "refusals": refusals, "components": components})


@cache
def described() -> tuple[dict[str, list[Operation]], list[Answer], list[Component]]:
    """Return the operations by what they are about, the refusals that they share, and the shapes, in words."""
    told = json.loads(FILE.read_text(encoding="utf-8"))
    shared = told["components"]
    groups: dict[str, list[Operation]] = {}
    refusals: dict[str, Answer] = {}
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            operation["parameters"] = [_whole(one, shared["parameters"]) for one in operation["parameters"]]
            answers = [_answer(status, one, shared["responses"]) for status, one in operation["responses"].items()]
            refusals.update({one.status: one for one in answers if one.shared})
            groups.setdefault(operation["tags"][0], []).append(_operation(path, method, operation, answers))
    schemas = told["components"]["schemas"].items()
    components = [_component(name, schema) for name, schema in schemas if name not in EMPTY]
    return groups, [refusals[status] for status in sorted(refusals)], components


def _whole(told: dict[str, Any], shared: dict[str, Any]) -> dict[str, Any]:
    """Return what is referred to where it is written once for many."""
    name = _named(told)
    return shared[name] if name else told


def _named(told: dict[str, Any]) -> str:
    ref: str = told.get("$ref", "")
    return ref.rpartition("/")[2]


def _operation(path: str, method: str, told: dict[str, Any], answers: list[Answer]) -> Operation:
    body = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    summary, words = told.get("summary", ""), told.get("description", "")
    return Operation(
        key=told["operationId"],
        method=method.upper(),
        path=path,
        summary=_words(summary),
        words=_paragraphs(words.removeprefix(summary)),
        parameters=[_parameter(one) for one in told.get("parameters", [])],
        body=_kind(body.get("schema", {}))[1],
        example=_example(body),
        answers=answers,
    )


def _words(text: str) -> SafeString:
    """Return words with the code in them (between backticks, as Markdown has it) set as code."""
    parts = enumerate(text.split("`"))
    return format_html_join(
        "", "{}", ((format_html("<code>{}</code>", part) if at % 2 else part,) for at, part in parts)
    )


def _paragraphs(text: str) -> SafeString:
    """Return words as the paragraphs that blank lines part them into."""
    parts = (part for part in text.strip().split("\n\n") if part)
    return format_html_join("", "<p>{}</p>", ((_words(part),) for part in parts))


def _example(content: dict[str, Any]) -> str:
    """Return the example of a body or an answer as it is to be read; nothing where there is none."""
    [example] = [one.get("value") for one in content.get("examples", {}).values()] or [None]
    return json.dumps(example, ensure_ascii=False, indent=2) if example is not None else ""


def _parameter(told: dict[str, Any]) -> Property:
    kind, refers = _kind(told["schema"])
    return Property(
        told["name"], kind, refers, told["in"], told.get("required", False), _words(told.get("description", ""))
    )


def _answer(status: str, told: dict[str, Any], shared: dict[str, Any]) -> Answer:
    whole = _whole(told, shared)
    # A file may be of several kinds, which all look the same here.
    content: dict[str, Any] = next(iter(whole.get("content", {}).values()), {})
    refers = _kind(content.get("schema", {}))[1]
    return Answer(status, _words(whole["description"]), refers, _example(content), _named(told))


def _component(name: str, schema: dict[str, Any]) -> Component:
    required = set(schema.get("required", ()))
    properties = [
        Property(field, *_kind(one), "", field in required, _words(one.get("description", "").partition("\n")[0]))
        for field, one in schema.get("properties", {}).items()
    ]
    words = schema.get("description", "")
    # A list of codes: each with its Swedish label.
    values = [line.strip("* ") for line in words.splitlines()] if "enum" in schema else []
    return Component(name, _paragraphs("" if values else words), properties, values)


def _kind(schema: dict[str, Any]) -> tuple[str, str]:
    """Say in words what values a schema allows, and which shape it refers to."""
    if ref := schema.get("$ref"):
        return "", ref.rpartition("/")[2]
    for several in ("allOf", "oneOf"):
        if several in schema:
            refs = [name for one in schema[several] if (name := _kind(one)[1])]
            named = [name for name in refs if name not in EMPTY]
            empty = "or null" if "NullEnum" in refs or schema.get("nullable") else ""
            empty = "or empty" if "BlankEnum" in refs and not empty else empty
            return empty, named[0] if named else ""
    if schema.get("type") == "array":
        kind, refers = _kind(schema["items"])
        return f"list of {kind}".strip() if kind else "list of", refers
    if "enum" in schema:
        return "one of " + ", ".join(map(str, schema["enum"])), ""
    kind = " ".join(filter(None, [schema.get("format") or schema.get("type", ""), _limits(schema)]))
    return kind + (" or null" if schema.get("nullable") else ""), ""


def _limits(schema: dict[str, Any]) -> str:
    if "maxLength" in schema:
        return f"of at most {schema['maxLength']} characters"
    if "minimum" in schema and schema.get("maximum", 2**63) < 2**31:
        return f"from {schema['minimum']} to {schema['maximum']}"
    return ""
