"""Versions: the ETag of a case, and a change that is refused when the case is another than its sender saw.

What somebody sees of a case may change by a step that they do not see: a mask, a class, another function's answer. So a
version is made of what is shown, not of the steps; and what is hidden, such as the kansli's notes, makes none.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.utils.encoders import JSONEncoder

from api.shapes.cases import CaseShape
from cases import shown, timeline
from cases.ladder import AUTOMATIC
from cases.models import Case
from cases.querysets import Actor
from cases.services import NOW, Basis
from cases.timeline import Entry

# A proxy that packs an answer marks its tag as weak; what it stands for is the same version (RFC 9110, section 8.8.3).
_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e]+")')
# What passes with the clock alone, or follows from the rest.
_PASSING = frozenset({"holder", "is_late", "next_due", "paused_until", "steps", "url"})


class NoTag(exceptions.APIException):
    """If-Match names no version of any case."""

    status_code = HTTPStatus.BAD_REQUEST
    default_code = "if_match_invalid"


class Outdated(exceptions.APIException):
    """The case has changed since the sender read it."""

    status_code = HTTPStatus.PRECONDITION_FAILED
    default_code = "changed_meanwhile"


def etag_of(case: Case, actor: Actor, story: Iterable[Entry] | None = None) -> str:
    """Return the version of a case that was read by `shown.for_one`, as the actor may know it.

    `story` is what `timeline.entries` tells of it, for whoever has asked already. What the clock did alone makes no new
    version.
    """
    told = [one for one in (timeline.entries(case, actor) if story is None else story) if one.verb not in AUTOMATIC]
    context = {"actor": actor, "request": None, "story": told}
    whole = CaseShape(shown.one(case, actor), context=context).data
    words = [[one.event.seq, [text.body for text in one.texts]] for one in told]
    content = json.dumps([_lasting(whole), words], sort_keys=True, cls=JSONEncoder)
    return f'"{hashlib.sha256(content.encode()).hexdigest()[:16]}"'


def etag_now(case: Case, actor: Actor) -> str:
    """Return the version of a case as it is stored by now."""
    [now] = shown.for_one(Case.objects.filter(pk=case.pk))
    return etag_of(now, actor)


def basis_of(request: Request, case: Case, actor: Actor) -> Basis:
    """Return what the sender knew, from If-Match; the service looks once more when it holds the case.

    Raises Outdated when the case has no version that is named, and NoTag for what is no list of ETags.
    """
    sent = request.headers.get("If-Match")
    if sent is None or sent.strip() == "*":
        return NOW
    tags = [_TAG.fullmatch(one.strip()) for one in sent.split(",")]
    named = {tag[1] for tag in tags if tag}
    if etag_of(case, actor) not in named:
        raise Outdated if all(tags) else NoTag
    return Basis(holds=lambda held: etag_now(held, actor) in named)


def _lasting(value: Any) -> Any:
    """Leave out what passes by itself, however deep it stands."""
    if isinstance(value, dict):
        return {name: _lasting(inner) for name, inner in value.items() if name not in _PASSING}
    return [_lasting(inner) for inner in value] if isinstance(value, list) else value
