"""Who comes in through the door for programs, and with which scope."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from rest_framework import exceptions
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

if TYPE_CHECKING:
    # The library imports this file while it reads its settings, before its views are there.
    from rest_framework.views import APIView


class Scope(TextChoices):
    """What a key is made for. It narrows what its owner may do, and never widens it."""

    READ = "read", "läsa ärenden, register och händelser"
    FILE = "file", "lämna rapporter och följa upp dem som rapportör"
    ANSWER = "answer", "ta emot och besvara för en funktion"
    HANDLE = "handle", "handlägga för kansliet och beredningsgruppen"
    SUMMARIES = "summaries", "läsa siffror och sammanställningar"


class OutOfScope(exceptions.APIException):
    """The key was not made for this."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "out_of_scope"


def require(request: Request, scope: Scope) -> None:
    """Refuse a request by a key that lacks the scope; a session has them all. Raises OutOfScope."""
    held = getattr(request.auth, "scopes", None)
    if held is not None and scope not in held:
        raise OutOfScope


class WithinScope(IsAuthenticated):
    """Lets in whoever is known, with the scope that the view names for the method in `scopes`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether somebody is known. Raises OutOfScope."""
        scopes: Mapping[str, Scope] = getattr(view, "scopes", {})
        known = super().has_permission(request, view)
        if known and (scope := scopes.get(request.method or "")):
            require(request, scope)
        return known
