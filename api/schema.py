"""The API's description (OpenAPI): drawn from what the views say of themselves.

A view names what it takes and gives by method; lists know their filters; errors look the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import django_filters
from django.core.validators import MaxLengthValidator
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from api import answers, samples
from api.errors import CONTENT_TYPE, SENTENCES
from api.filters import MOST_AT_ONCE
from api.paging import DEFAULT, MOST
from api.shapes.acts import DoneShape
from api.shapes.base import Shape, StrictShape
from api.shapes.moves import TakenShape
from api.steps import of_step
from api.words import NEEDS, PLACES, REFUSED, field_words, words_of

Schema = dict[str, Any]


class KeyScheme(OpenApiAuthenticationExtension):
    """A program's key."""

    target_class = "api.access.ByKey"
    name = "key"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        words = (
            "A key (a bearer token, RFC 6750), made on the page Nycklar or for a system in the register; it narrows "
            "what its owner may do."
        )
        return {"type": "http", "scheme": "bearer", "description": words}


# As it is named in production; a machine that is tried out on without TLS calls it `session`.
COOKIE = "__Host-session"


class SessionScheme(OpenApiAuthenticationExtension):
    """A browser that is logged in."""

    target_class = "api.access.BySession"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> Schema:
        words = "The session of a browser that is logged in; what changes something also needs `X-CSRFToken`."
        return {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": words}


class ProblemPlace(serializers.Serializer[Any]):
    """Something that is wrong, and where: a JSON pointer into the body, or the name of a parameter."""

    pointer = serializers.CharField(required=False, help_text="A JSON pointer (RFC 6901), as a fragment: `#/heading`.")
    parameter = serializers.CharField(required=False, help_text="The name of a query parameter.")
    detail = serializers.CharField(help_text="What is wrong with it, in Swedish. Never repeats what was sent.")


class Problem(serializers.Serializer[Any]):
    """A refusal (RFC 9457). Nothing was changed.

    `type` is left out and so is `about:blank`; `code`, `number` and `errors` are members of our own (section 3.2).
    """

    title = serializers.CharField(help_text="The status in words.")
    status = serializers.IntegerField()
    code = serializers.CharField(help_text="What is wrong, for programs. It stays the same over time.")
    detail = serializers.CharField(help_text="What is wrong and what to do, in Swedish, for people.")
    number = serializers.CharField(required=False, help_text="With `reference_taken`: the case that has the reference.")
    errors = ProblemPlace(many=True, required=False)  # type: ignore[assignment]  # a field, to whoever reads it


SAID: dict[HTTPStatus, str] = {
    HTTPStatus.BAD_REQUEST: "Something in the body, a parameter or a header is wrong; `errors` says where.",
    HTTPStatus.UNAUTHORIZED: "Nobody is logged in, or the key is unknown, has run out or was revoked.",
    HTTPStatus.FORBIDDEN: "The key lacks the scope, the step is never this person's, or the CSRF token is missing.",
    HTTPStatus.NOT_FOUND: "There is nothing here, or it is not for whoever asks: the two look the same.",
    HTTPStatus.NOT_ACCEPTABLE: "`Accept` leaves out what there is (RFC 9110, section 12.5.1).",
    HTTPStatus.CONFLICT: "It cannot be done now; `detail` says why.",
    HTTPStatus.PRECONDITION_FAILED: "The case has changed since the version in `If-Match` (RFC 9110, section 13.1.1).",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is bigger than any report.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not JSON.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "The `Idempotency-Key` came with something else before (as in the IETF's draft).",
    HTTPStatus.TOO_MANY_REQUESTS: "Too many requests (RFC 6585, section 4); `Retry-After` says when to come again.",
}
ALWAYS = (
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.FORBIDDEN,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.TOO_MANY_REQUESTS,
)
WITH_BODY = (
    HTTPStatus.CONFLICT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
)
# What an example of an answer is called.
ANSWER = "Answer"
# What an example of a refusal shows.
SHOWN_CODES = {
    HTTPStatus.BAD_REQUEST: "invalid",
    HTTPStatus.UNAUTHORIZED: "not_authenticated",
    HTTPStatus.FORBIDDEN: "permission_denied",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.NOT_ACCEPTABLE: "not_acceptable",
    HTTPStatus.CONFLICT: "close_not_allowed",
    HTTPStatus.PRECONDITION_FAILED: "changed_meanwhile",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
    HTTPStatus.UNPROCESSABLE_ENTITY: "idempotency_key_reused",
    HTTPStatus.TOO_MANY_REQUESTS: "too_many_requests",
}
# What stands in the way is the domain's to say, and it says it of each case.
SHOWN_SENTENCES = {
    **SENTENCES,
    "close_not_allowed": "Det går inte nu: ärendet ligger hos parten. Steget går att ta när det är besvarat.",
}


# What an example of a refusal names besides.
SHOWN_PLACES = {"invalid": [{"pointer": "#/heading", "detail": "Det här fältet är obligatoriskt."}]}


def header(name: str, words: str, **options: Any) -> OpenApiParameter:
    """Describe a header of the request; with `response`, of the answers of those statuses."""
    return OpenApiParameter(name, str, OpenApiParameter.HEADER, description=words, **options)


def query(name: str, schema: Schema, words: str) -> OpenApiParameter:
    """Describe a query parameter."""
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=words, explode=False, style="form")


class HouseSchema(AutoSchema):
    """Describes an address from its view."""

    @property
    def told(self) -> Any:
        """Return the view, which tells of itself."""
        return self.view

    def get_tags(self) -> list[str]:
        """Put what hangs together under the first word of its address."""
        return [self._tokenize_path()[0]]

    def get_operation_id(self) -> str:
        named = "_".join(self._tokenize_path()).replace("-", "_")
        several = "{" not in self.path.rstrip("/").rpartition("/")[2]
        if self.method != "GET":
            return f"{named}_post" if several and not hasattr(self.told, "verb") else named
        return f"{named}_list" if hasattr(self.told, "keyset") else f"{named}_get"

    def get_summary(self) -> str | None:
        """Say the effect in a line: what the docstring of the method, or of a step, begins with."""
        return self._words().partition("\n")[0]

    def get_description(self) -> str:  # type: ignore[override]
        refused = REFUSED.get(self.get_operation_id())
        return "\n\n".join(part for part in (self._words(), refused, self._scopes()) if part)

    def _scopes(self) -> str:
        """Say which scope a key needs, after what else there is to say of a step.

        Raises KeyError where the view asks for itself, and no words say for what.
        """
        if self.told.gives.get(self.method) is TakenShape:
            return of_step(self.told.verb)
        if words := NEEDS.get(self.get_operation_id()):
            return words
        return f"A key needs the scope `{self.told.scopes[self.method]}`."

    def _words(self) -> str:
        if self.method == "GET" and (lists := getattr(self.told, "lists", "")):
            return str(lists)
        own = type(self.told).__dict__.get(self.method.lower())
        said = (own.__doc__ if own else None) or type(self.told).__doc__ or ""
        lines = [line.strip() for line in said.strip().splitlines()]
        return "\n".join(lines)

    def get_request_serializer(self) -> Any:
        return self.told.takes.get(self.method)

    def get_response_serializers(self) -> Any:
        good = self._good()
        refusals = [*ALWAYS, *self._also_refused()]
        return {**good, **{(int(status), CONTENT_TYPE): refusal(status) for status in sorted(set(refusals))}}

    def _good(self) -> dict[Any, Any]:
        status = self.told.statuses.get(self.method, HTTPStatus.OK)
        gives = self.told.gives.get(self.method)
        if self.method == "GET" and gives is None and hasattr(self.told, "shape"):
            gives = page_of(self.told.shape, getattr(self.told, "beside", {}))
        media = self.told.media.get(self.method) or [None]
        said = OpenApiResponse(gives, description=self.told.words.get(self.method, status.phrase))
        return {(int(status), kind) if kind else int(status): said for kind in media}

    def _also_refused(self) -> list[HTTPStatus]:
        found = [HTTPStatus.NOT_FOUND] if "{" in self.path else []
        if self.method == "GET":
            found += self.told.refuses
        if self.method == "POST":
            found += WITH_BODY
            if self._knows_versions:
                found.append(HTTPStatus.PRECONDITION_FAILED)
        return found

    @property
    def _knows_versions(self) -> bool:
        return bool(self.told.has_versions)

    def get_override_parameters(self) -> list[Any]:
        asked = [*self._in_the_query(), *self._in_headers()]
        return [*asked, *self._in_answers(), *super().get_override_parameters()]

    def _resolve_path_parameters(self, variables: list[str]) -> list[Schema]:
        """Describe what the address names. Raises KeyError for a name that has no words yet."""
        found: list[Schema] = super()._resolve_path_parameters(variables)
        return [{**one, "description": PLACES[one["name"]]} for one in found]

    def _in_the_query(self) -> list[OpenApiParameter]:
        if self.method != "GET":
            return []
        asked = list(getattr(self.told, "asked", {}).values())
        if hasattr(self.told, "keyset"):
            limit = {"type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}
            asked += [
                query("limit", limit, "How many rows a page has."),
                query("cursor", {"type": "string", "minLength": 1}, "Where the page begins: as it stands in `next`."),
                *(
                    query(name, _filtered(one), _meant(name, one))
                    for name, one in self.told.filters.base_filters.items()
                ),
            ]
        if shape := getattr(self.told, "sparse", None):
            names = {"type": "array", "items": {"type": "string", "enum": list(shape().fields)}, "minItems": 1}
            asked.append(query("fields", names, "The fields that are wished for; left out: all."))
        return asked

    def _in_headers(self) -> list[OpenApiParameter]:
        if self.method != "POST":
            return []
        key = {"type": "string", "pattern": "^[!-~]{1,255}$"}
        once = (
            "The same key gives the same answer, and changes something once; kept for two days. After the IETF's draft "
            "The Idempotency-Key HTTP Header Field; quotes around it are not needed."
        )
        asked = [OpenApiParameter(answers.HEADER, key, OpenApiParameter.HEADER, description=once)]
        if self._knows_versions:
            asked.append(
                header(
                    "If-Match",
                    "The ETag that the case was read with; refused when it has changed since (RFC 9110, 13.1.1).",
                )
            )
        return asked

    def _in_answers(self) -> list[OpenApiParameter]:
        status = int(self.told.statuses.get(self.method, HTTPStatus.OK))
        told = []
        if self._knows_versions:
            told.append(
                header(
                    "ETag",
                    "The case's version, as the reader may know it (RFC 9110, section 8.8.3).",
                    response=[status],
                )
            )
        if status == HTTPStatus.CREATED:
            told.append(header("Location", "Where it is.", response=[status]))
        return told

    def get_serializer_name(self, serializer: Any, direction: str) -> str:
        return type(serializer).__name__.removesuffix("Shape")

    def _map_basic_serializer(self, serializer: Any, direction: str) -> Schema:
        schema: Schema = super()._map_basic_serializer(serializer, direction)
        if isinstance(serializer, StrictShape):
            # What is not known is refused.
            schema["additionalProperties"] = False
        if direction == "response" and type(serializer) is getattr(self.told, "sparse", None):
            # With `fields`, any of them may be left out.
            schema.pop("required", None)
        return schema

    def get_examples(self) -> list[OpenApiExample]:
        """Show what goes in, and what comes of a step or an act; other answers are drawn when all shapes are known."""
        takes, gives = (of.get(self.method) for of in (self.told.takes, self.told.gives))
        shown = []
        if (sent := getattr(takes, "example", None)) is not None:
            shown.append(OpenApiExample("Request", value=sent, request_only=True))
        if gives is TakenShape:
            came = samples.of_step(self.told.verb)
            shown.append(OpenApiExample(ANSWER, value=came, response_only=True))
        if gives is DoneShape:
            came = samples.of_act(self.told.does, self.path, address=self.told.address, made=self.told.made)
            shown.append(OpenApiExample(ANSWER, value=came, response_only=True))
        return shown


def refusal(status: HTTPStatus) -> OpenApiResponse:
    """Describe a refusal, with an example."""
    code = SHOWN_CODES[status]
    told: Schema = {"title": status.phrase, "status": status.value, "code": code, "detail": SHOWN_SENTENCES[code]}
    if places := SHOWN_PLACES.get(code):
        told["errors"] = places
    example = OpenApiExample(code, value=told, media_type=CONTENT_TYPE, status_codes=[str(int(status))])
    return OpenApiResponse(Problem, description=SAID[status], examples=[example])


def page_of(shape: type[Shape], beside: Mapping[str, serializers.Field[Any, Any, Any, Any]]) -> type[Shape]:
    """Return the shape of a page of a list, with what stands beside its rows."""
    fields = {
        "results": shape(many=True),
        "next": serializers.URLField(allow_null=True, help_text="The address of the next page; null on the last."),
        **beside,
        "__doc__": "A page of a list.",
    }
    return type(f"{shape.__name__.removesuffix('Shape')}Page", (serializers.Serializer,), fields)


def _filtered(one: django_filters.Filter) -> Schema:
    """Describe the values that a filter takes."""
    if isinstance(one, django_filters.BaseInFilter):
        return {"type": "array", "items": _single(one), "minItems": 1, "maxItems": MOST_AT_ONCE}
    return _single(one)


def _meant(name: str, one: django_filters.Filter) -> str:
    """Say what a filter keeps, and how its value is read where that is not plain."""
    if isinstance(one, django_filters.IsoDateTimeFilter):
        return f"{words_of(name)} Without a zone it is Swedish time; in an address `+` is written `%2B`."
    return words_of(name)


def _single(one: django_filters.Filter) -> Schema:
    if isinstance(one, django_filters.ModelChoiceFilter):
        named = one.extra.get("to_field_name")
        return {"type": "string", "minLength": 1} if named else {"type": "integer", "minimum": 1}
    if isinstance(one, django_filters.ChoiceFilter):
        choices = one.extra.get("choices")
        return {"type": "string", "enum": [value for value, _ in choices]} if choices else {"type": "integer"}
    if isinstance(one, django_filters.IsoDateTimeFilter):
        return {"type": "string", "format": "date-time"}
    if isinstance(one, django_filters.DateFilter):
        return {"type": "string", "format": "date"}
    if isinstance(one, django_filters.NumberFilter):
        return {"type": "integer"}
    longest = [v.limit_value for v in one.extra.get("validators", []) if isinstance(v, MaxLengthValidator)]
    most = one.extra.get("max_length") or min(longest, default=None)
    return {"type": "string", "minLength": 1, **({"maxLength": most} if most else {})}


# What answers carry whatever the address; and what a refusal to whoever asked too much carries besides.
QUOTA = {
    "RateLimit": "To whoever came in: what is left of the quota that this was taken from, and in how many seconds it "
    'begins anew, as `"read";r=597;t=42` (the IETF\'s draft *RateLimit header fields for HTTP*).',
    "RateLimit-Policy": 'How large the quotas are, for how many seconds: `"read";q=600;w=60, "write";q=60;w=60`.',
}
LATER = {"Retry-After": "For how many seconds to wait (RFC 9110, section 10.2.3)."}
REPLAYED = {
    "Idempotency-Replayed": "`true` where the `Idempotency-Key` came before: this is the answer of the first time. "
    "Else it is not there."
}
# RFC 9110, section 11.6.1, and RFC 6750, section 3.
CHALLENGE = {
    "WWW-Authenticate": 'How to come in (RFC 6750): `Bearer realm="Lex Heller"`; with `error="invalid_token"` where a '
    'key came that does not work, with `error="insufficient_scope"` and `scope` where it lacks the scope.'
}


def _carried(method: str, status: int) -> dict[str, str]:
    """Return the headers of an answer to the method, in words."""
    carried = dict(QUOTA)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        carried |= LATER
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        carried |= CHALLENGE
    if method == "post" and status < HTTPStatus.BAD_REQUEST:
        carried |= REPLAYED
    return carried


def share(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Write what many addresses have alike once, and have them refer to it: refusals, parameters and headers."""
    shared: dict[str, Schema] = {"responses": {}, "parameters": {}, "headers": {}}
    for name, words in {**QUOTA, **LATER, **REPLAYED, **CHALLENGE}.items():
        kind = "integer" if name in LATER else "string"
        shared["headers"][name] = {"schema": {"type": kind}, "description": words}
    for methods in result["paths"].values():
        for method, operation in methods.items():
            for status, told in operation["responses"].items():
                carried = {name: {"$ref": f"#/components/headers/{name}"} for name in _carried(method, int(status))}
                told.setdefault("headers", {}).update(carried)
                if CONTENT_TYPE in told.get("content", {}):
                    name = HTTPStatus(int(status)).phrase.title().replace(" ", "")
                    operation["responses"][status] = _shared(shared["responses"], "responses", name, told)
            operation["parameters"] = [
                _shared(shared["parameters"], "parameters", one["name"], one) if one["name"] in COMMON else one
                for one in operation.get("parameters", [])
            ]
    result["components"].update({kind: dict(sorted(told.items())) for kind, told in shared.items()})
    return result


COMMON = frozenset({answers.HEADER, "If-Match", "cursor", "limit"})


def _shared(there: Schema, kind: str, name: str, told: Schema) -> Schema:
    assert there.setdefault(name, told) == told, f"{name} is not the same everywhere"
    return {"$ref": f"#/components/{kind}/{name}"}


def show_answers(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Draw an example for each JSON answer that has none. Raises KeyError for a field without a sample."""
    schemas = result["components"]["schemas"]
    for methods in result["paths"].values():
        for operation in methods.values():
            for told in operation["responses"].values():
                content = told.get("content", {}).get("application/json", {})
                ref = content.get("schema", {}).get("$ref")
                if ref and "examples" not in content:
                    content["examples"] = {ANSWER: {"value": samples.draw(schemas, ref.rpartition("/")[2])}}
    return result


def say_what_fields_are(result: Schema, generator: Any, request: Any, public: bool) -> Schema:
    """Give each field that says nothing of itself its words, or those of its name. Raises KeyError for none."""
    for component, schema in result["components"]["schemas"].items():
        for name, field in schema.get("properties", {}).items():
            if "description" in field:
                continue
            if "$ref" in field:
                # Beside a reference nothing counts.
                schema["properties"][name] = {"allOf": [field], "description": field_words(component, name)}
            else:
                field["description"] = field_words(component, name)
    return result
