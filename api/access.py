"""Who comes in through the door for programs, and with which scope.

A program has a key, a browser its session. Whoever comes in is counted at once, so that what is refused further on is
counted too.
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import structlog
from allauth.account.adapter import get_adapter
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.permissions import SAFE_METHODS, IsAuthenticated
from rest_framework.request import Request

from api import limits, tokens
from api.models import Token
from api.scopes import Scope
from cases.models import User
from cases.models.people import Via

if TYPE_CHECKING:
    # The library imports this file while it reads its settings, before its views are there.
    from rest_framework.views import APIView

__all__ = ["ByKey", "BySession", "CsrfFailed", "OutOfScope", "Scope", "WithinScope", "require"]

log = structlog.get_logger("api.keys")

REALM = 'Bearer realm="Lex Heller"'


class OutOfScope(exceptions.APIException):
    """The key was not made for this."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "out_of_scope"

    def __init__(self, *scopes: Scope) -> None:
        super().__init__()
        self.words = {"scopes": " eller ".join(scope.value for scope in scopes)}
        # RFC 6750, section 3.1.
        wanted = " ".join(scope.value for scope in scopes)
        self.auth_header = f'{REALM}, error="insufficient_scope", scope="{wanted}"'


class CsrfFailed(exceptions.APIException):
    """A browser that is logged in sent something without its token."""

    status_code = HTTPStatus.FORBIDDEN
    default_code = "csrf_failed"


class ByKey(BaseAuthentication):
    """Lets in who holds a key, as its owner."""

    def authenticate(self, request: Request) -> tuple[User, Token] | None:
        """Find the key's owner; nothing where no key came. Raises AuthenticationFailed or TooManyRequests."""
        scheme, _, plain = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        try:
            token = tokens.find(plain.strip())
        except exceptions.AuthenticationFailed as error:
            log.info("key_refused", why=error.default_code)
            # Only what is refused counts here: a kommun's programs may share one address, and one may hold an old key.
            limits.spend(request._request, limits.REFUSED, get_adapter().get_client_ip(request._request))
            raise
        structlog.contextvars.bind_contextvars(key=token.prefix)
        _count(request, f"key:{token.pk}")
        tokens.note_use(token)
        token.user.via = Via(str(token))
        request._request.token = token  # type: ignore[attr-defined]
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Say how to come in, and that a key which was shown does not work (RFC 6750)."""
        return f'{REALM}, error="invalid_token"' if "Authorization" in request.headers else REALM


class BySession(SessionAuthentication):
    """Lets in the person who is logged in, in their own browser."""

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        """Find who is logged in; nothing where nobody is. Raises CsrfFailed or TooManyRequests."""
        found = super().authenticate(request)
        if found is not None:
            _count(request, f"user:{found[0].pk}")
        return found

    def enforce_csrf(self, request: Request) -> None:
        """Refuse what another site may have had the browser send. Raises CsrfFailed."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as error:
            raise CsrfFailed from error


def _count(request: Request, who: str) -> None:
    limits.spend(request._request, limits.READ if request.method in SAFE_METHODS else limits.WRITE, who)


def require(request: Request, *scopes: Scope) -> None:
    """Refuse a request by a key that has none of the scopes; a session has them all. Raises OutOfScope."""
    if isinstance(request.auth, Token) and not set(scopes) & set(request.auth.scopes):
        raise OutOfScope(*scopes)


class WithinScope(IsAuthenticated):
    """Lets in whoever is known, with the scope that the view names for the method in `scopes`."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether somebody is known. Raises OutOfScope."""
        scopes: Mapping[str, Scope] = getattr(view, "scopes", {})
        known = super().has_permission(request, view)
        # Asking for the headers alone is asking all the same.
        method = "GET" if request.method == "HEAD" else request.method or ""
        if known and (scope := scopes.get(method)):
            require(request, scope)
        return known
