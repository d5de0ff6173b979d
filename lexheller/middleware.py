"""What surrounds every request: its id and its line in the log, the security headers, what no
database takes, the sliding session.
"""

import re
import time
import uuid
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import structlog
from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

GetResponse = Callable[[HttpRequest], HttpResponse]

log = structlog.get_logger("lexheller.request")

# As proxies make them, in hexadecimal: what is freer could be somebody's number or name.
REQUEST_ID = re.compile(r"[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# What the log repeats of an address: a case's number, and a row's, which is too short to be a personal number.
CASE_NUMBER = re.compile(r"LH-[A-ZÅÄÖ]{2,6}-20[0-9]{2}-[0-9]{4,6}")
ROW = re.compile(r"[0-9]{1,9}")
# A part of an address, as its route has it: <int:pk>.
_PART = re.compile(r"<(\w+):(\w+)>")
# Seconds between two writes of a session: reading a page must not take the database's write lock each time.
SESSION_STEP = 300


def request_log(get_response: GetResponse) -> GetResponse:
    """Give each request an id, and log one line: method, route with numbers, status, time, user id."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()
        response = get_response(request)
        log.info(
            "request",
            method=request.method,
            path=_path(request),
            status=response.status_code,
            ms=round((time.perf_counter() - began) * 1000),
            user=_user_id(request),
        )
        response.headers["X-Request-ID"] = request_id
        structlog.contextvars.clear_contextvars()
        return response

    return middleware


def _path(request: HttpRequest) -> str:
    match = request.resolver_match
    # An address that leads nowhere may hold anything that someone pasted.
    if match is None:
        return "(unknown)"
    # And so may one that leads somewhere, whatever the answer: who is not logged in is led on before anybody looks.
    return f"/{_PART.sub(lambda part: _told(part, match.kwargs), match.route)}"


def _told(part: re.Match[str], values: Mapping[str, Any]) -> str:
    """Return what stood in the address where it is a number of ours, else the part's name in the route."""
    kind, name = part.groups()
    value = str(values.get(name, ""))
    known = ROW if kind == "int" else CASE_NUMBER
    return value if known.fullmatch(value) else part[0]


def _user_id(request: HttpRequest) -> int | None:
    user = getattr(request, "user", None)
    # Asking who it is reads the database; only a request that asked already has the answer.
    known = not isinstance(user, SimpleLazyObject) or hasattr(request, "_cached_user")
    return user.pk if user is not None and known else None


def security_headers(get_response: GetResponse) -> GetResponse:
    """Say on every answer, static files and errors too, what the browser may load and do."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response

    return middleware


def same_method(get_response: GetResponse) -> GetResponse:
    """Lead on what was posted without its last slash as what it is: after a 301 most programs ask with GET instead."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code == HTTPStatus.MOVED_PERMANENTLY and request.method not in ("GET", "HEAD"):
            response.status_code = HTTPStatus.PERMANENT_REDIRECT
        return response

    return middleware


def no_nul(get_response: GetResponse) -> GetResponse:
    """Refuse an address or a cookie with a NUL character, which PostgreSQL cannot even look for."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path:
            raise Http404
        asked = (value for name in request.GET for value in (name, *request.GET.getlist(name)))
        if any("\0" in value for value in (*asked, *request.COOKIES.values())):
            raise BadRequest("NUL in the query or a cookie")
        return get_response(request)

    return middleware


def sliding_session(get_response: GetResponse) -> GetResponse:
    """Let a session live on while its owner works, with a write at most every five minutes."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.session.is_empty():
            now = int(time.time())
            if now - request.session.get("seen", 0) >= SESSION_STEP:
                request.session["seen"] = now
        return get_response(request)

    return middleware
