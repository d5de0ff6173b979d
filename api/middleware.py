"""What follows every answer of the API: what is left of the quota, that nobody keeps it, a line in the read log."""

from __future__ import annotations

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse
from rest_framework.permissions import SAFE_METHODS

from cases import services

ADDRESS_LENGTH = 120
_CONVERTER = re.compile(r"<(?:\w+:)?(\w+)>")


def account(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Tell what is left of the quota, and note what was done by a key.

    Nothing leaves that cannot be noted: where the log fails, so does the request.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if (spent := getattr(request, "spent", None)) is not None:
            for name, value in spent.headers().items():
                response.headers[name] = value
            response.headers.setdefault("Cache-Control", "no-store")
        if (token := getattr(request, "token", None)) is not None:
            services.log_use(
                token.user, address=_pattern(request), rows=_rows(response), changes=request.method not in SAFE_METHODS
            )
        return response

    return middleware


def _pattern(request: HttpRequest) -> str:
    """Return the address with names in the place of numbers: /api/v1/cases/<number>/."""
    match = request.resolver_match
    if match is None:
        return ""
    return ("/" + _CONVERTER.sub(r"<\1>", match.route))[:ADDRESS_LENGTH]


def _rows(response: HttpResponse) -> int:
    """Count what was handed out: the rows of a list, or one thing."""
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        return 0
    data: Any = getattr(response, "data", None)
    listed = data.get("results") if isinstance(data, dict) else data
    return len(listed) if isinstance(listed, list) else 1
