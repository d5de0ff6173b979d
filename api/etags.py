"""Versions: the ETag of a case, and a change that is refused when the case is another than its sender saw."""

from __future__ import annotations

import re
from http import HTTPStatus

from rest_framework import exceptions
from rest_framework.request import Request

from cases import services
from cases.models import Case
from cases.querysets import Actor
from cases.services import NOW, Basis

# A proxy that packs an answer marks its tag as weak; what it stands for is the same version (RFC 9110, section 8.8.3).
_TAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')


class NoTag(exceptions.APIException):
    """If-Match names no version of any case."""

    status_code = HTTPStatus.BAD_REQUEST
    default_code = "if_match_invalid"


class Outdated(exceptions.APIException):
    """The case has changed since the sender read it."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_code = "changed_meanwhile"


def etag_of(case: Case, actor: Actor) -> str:
    """Return the case's version, as the actor may know it. What the clock did alone makes no new one."""
    return f'"{services.version(case, actor)}"'


def basis_of(request: Request, case: Case, actor: Actor) -> Basis:
    """Return what the sender knew, from If-Match; the service looks once more when it holds the case.

    Raises Outdated when the case has no version that is named, and NoTag for what is no list of ETags.
    """
    sent = request.headers.get("If-Match")
    if sent is None or sent.strip() == "*":
        return NOW
    tags = [_TAG.fullmatch(one.strip()) for one in sent.split(",")]
    now = services.version(case, actor)
    if now not in {int(tag[1]) for tag in tags if tag}:
        raise Outdated if all(tags) else NoTag
    return Basis(seen=now)
