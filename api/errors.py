"""What a refusal looks like to a program: application/problem+json (RFC 9457) with a stable code.

The sentences are our own: the library's repeat what was sent, and that may be what the guard holds back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import JsonResponse
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from api.etags import Outdated
from cases.errors import ChangedMeanwhile, DomainError, Incomplete, PersonalDataFound, ReferenceTaken

CONTENT_TYPE = "application/problem+json"

SENTENCES = {
    "invalid": "Något i det som skickades är fel. Se errors.",
    "parse_error": "Innehållet går inte att läsa som JSON.",
    "name_twice": "Ett fält kommer två gånger i samma objekt. Skicka det en gång.",
    "not_authenticated": "Skicka en nyckel (Authorization: Bearer ...), eller logga in i webbläsaren.",
    "token_unknown": "Nyckeln finns inte. Se efter att hela nyckeln kom med.",
    "token_revoked": "Nyckeln är återkallad. Gör en ny.",
    "token_expired": "Nyckelns sista dag har passerat. Gör en ny.",
    "account_inactive": "Kontot som nyckeln hör till är avstängt.",
    "permission_denied": "Du har inte rätt att göra det här.",
    "csrf_failed": "Begäran saknar CSRF-token. Program använder en nyckel i stället för webbläsarens inloggning.",
    "too_many_requests": "Det blev för många anrop på kort tid. Vänta så många sekunder som Retry-After säger.",
    "out_of_scope": "Nyckeln är inte gjord för det här. Gör en nyckel med rätt omfattning: {scopes}.",
    "not_found": "Det finns inget här, eller så har du inte tillgång till det.",
    "method_not_allowed": "Adressen tar inte emot den metoden.",
    "not_acceptable": "Svaret finns bara som JSON.",
    "unsupported_media_type": "Skicka JSON, med Content-Type: application/json.",
    "too_large": "Innehållet är för stort.",
    "bad_request": "Begäran går inte att läsa.",
    "not_your_step": "Det steget är inte ditt i det här ärendet. I steps står vad du kan göra.",
    "if_match_invalid": "If-Match är det ETag som ärendet lästes med, med sina citattecken.",
    "changed_meanwhile": "Ärendet har ändrats sedan du läste det. Läs det igen, och skicka med dess nya ETag.",
    "idempotency_key_invalid": "Idempotency-Key är 1 till 255 tecken ur ASCII, utan mellanslag.",
    "idempotency_key_reused": "Samma Idempotency-Key kom med något annat förut. Ta en ny nyckel.",
    "export_running": "En export av förbundet pågår redan. Försök igen när den är klar.",
    "exports_running": "Så många förbund som kan exporterar just nu. Försök igen om en stund.",
    "server_error": "Något gick fel hos oss. Försök igen om en stund.",
}


# The domain's refusals that are about who asks, whatever the thing is like.
NOT_YOURS = frozenset({"not_a_person", "not_admin", "not_approver", "not_coordinator", "not_for_you", "not_your_step"})


class TooLarge(exceptions.APIException):
    """The body is bigger than any report, and was not read."""

    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_code = "too_large"


class BadParameter(exceptions.ValidationError):
    """A query parameter is unknown or has a value that it cannot have."""


def problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """Answer an error with its code and sentence; nothing for a fault of our own."""
    if isinstance(error, RequestDataTooBig):
        error = TooLarge()
    if isinstance(error, ChangedMeanwhile):
        # Nobody asks for that but by If-Match.
        error = Outdated()
    if isinstance(error, DomainError):
        set_rollback()
        found = error.fields if isinstance(error, (Incomplete, PersonalDataFound)) else {}
        fields: Any = _placed(found, context["view"])
        code, sentence = error.code, error.message
        response = Response(status=_status_of(code, fields))
    elif handled := exception_handler(error, dict(context)):
        fields = error.detail if isinstance(error, exceptions.ValidationError) else {}
        code = _code(error)
        sentence, response = SENTENCES[code].format_map(getattr(error, "words", {})), handled
    else:
        return None
    where = "parameter" if isinstance(error, BadParameter) or context["request"].method == "GET" else "pointer"
    status = HTTPStatus(response.status_code)
    response.data = {"title": status.phrase, "status": status.value, "code": code, "detail": sentence}
    if isinstance(error, ReferenceTaken):
        response.data["number"] = error.case.number
    if errors := [{where: path if where == "pointer" else path[2:], "detail": said} for path, said in _said(fields)]:
        response.data["errors"] = errors
    response.content_type = CONTENT_TYPE
    return response


def _status_of(code: str, fields: Any) -> HTTPStatus:
    if code in NOT_YOURS:
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.BAD_REQUEST if fields else HTTPStatus.CONFLICT


def _placed(fields: Mapping[str, str], view: Any) -> dict[Any, Any]:
    """Put each sentence at the path in the body of what the service calls by that name."""
    placed: dict[Any, Any] = {}
    for name, sentence in fields.items():
        *above, last = view.place(name) if hasattr(view, "place") else (name,)
        inner = placed
        for step in above:
            inner = inner.setdefault(step, {})
        inner[last] = sentence
    return placed


def plain_problem(status: HTTPStatus, code: str) -> JsonResponse:
    """Answer what is refused before or outside any view of the API."""
    told = {"title": status.phrase, "status": status.value, "code": code, "detail": SENTENCES[code]}
    return JsonResponse(told, status=status, content_type=CONTENT_TYPE)


def _code(error: Exception) -> str:
    if isinstance(error, exceptions.APIException):
        return error.default_code
    # Django's own two, which the library turns into answers.
    return "permission_denied" if type(error).__name__ == "PermissionDenied" else "not_found"


def _said(detail: Any, path: str = "#") -> Iterator[tuple[str, str]]:
    """Yield each sentence with the JSON pointer of the field that it is about."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            # What concerns the object as a whole points to the object.
            step = "" if name == "non_field_errors" else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from _said(inner, path + step)
    elif isinstance(detail, list):
        for index, inner in enumerate(detail):
            yield from _said(inner, path if isinstance(inner, str) else f"{path}/{index}")
    else:
        yield path, str(detail)
