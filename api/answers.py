"""A request that may come twice: the same Idempotency-Key gives the same answer, and changes something once.

The row that remembers is stored in the transaction of what it remembers: a second request with the key waits for the
first, and a crash leaves neither. What was refused changed nothing, and is not remembered. Answers hold numbers, codes
and addresses alone, so that none keeps a text that is masked later.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Callable
from http import HTTPStatus

from django.db import connection, transaction
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.encoders import JSONEncoder

from api.models import Answer
from cases import clocks
from cases.services import payload_key

HEADER = "Idempotency-Key"
KEPT = dt.timedelta(days=2)
# What is thrown away with each new answer: more than one, so that what has run out never piles up.
SWEPT = 20
_HEADERS = ("Location", "ETag")
_FORM = re.compile(r"[\x21-\x7e]{1,255}")


class BadKey(exceptions.APIException):
    """The key is no line of at most 255 visible ASCII characters."""

    status_code = HTTPStatus.BAD_REQUEST
    default_code = "idempotency_key_invalid"


class KeyReused(exceptions.APIException):
    """The key came with something else before."""

    status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    default_code = "idempotency_key_reused"


def key_of(request: Request) -> str:
    """Return the request's key, that of this session or key to the door alone, or nothing. Raises BadKey.

    Another door of the same person may have other scopes, and gets no answer that it could not have had itself.
    """
    sent = request.headers.get(HEADER)
    if sent is None:
        return ""
    if not _FORM.fullmatch(sent):
        raise BadKey
    return payload_key("idempotency", request.user.pk, getattr(request.auth, "pk", ""), sent)


def once(request: Request, act: Callable[[], Response], again: Callable[[Response], None] | None = None) -> Response:
    """Act, or give the answer that was given to the same request; `again` adds to it what is stored nowhere.

    Raises BadKey, KeyReused, and what `act` raises.
    """
    key = key_of(request)
    if not key:
        return act()
    with transaction.atomic():
        # Waits for another request with the key; what that one stored then stands here, with a status.
        Answer.objects.bulk_create([Answer(key=key, request=_digest(request))], ignore_conflicts=True)
        row = Answer.objects.get(key=key)
        if row.status:
            response = _given(row, request)
            if again:
                again(response)
            return response
        response = act()
        row.status = response.status_code
        row.headers = {name: response.headers[name] for name in _HEADERS if name in response.headers}
        row.body = json.dumps({k: v for k, v in response.data.items() if k not in SECRETS}, cls=JSONEncoder)
        row.save()
        _forget()
    return response


# What is given and never stored.
SECRETS = frozenset({"receipt_code"})


def _given(row: Answer, request: Request) -> Response:
    if row.request != _digest(request):
        raise KeyReused
    return Response(json.loads(row.body), status=row.status, headers={**row.headers, "Idempotency-Replayed": "true"})


def _digest(request: Request) -> str:
    """Return what tells a request from another: where it went, and what was in it, however it was spaced."""
    body = json.dumps(request.data, sort_keys=True, cls=JSONEncoder)
    about = "\x1f".join([str(request.method), request.path, request.headers.get("If-Match", ""), body])
    return hashlib.sha256(about.encode()).hexdigest()


def _forget() -> None:
    """Throw away some of what has run out; what another request is just throwing away is left to it."""
    old = Answer.objects.filter(created_at__lt=clocks.now() - KEPT)
    if connection.features.has_select_for_update_skip_locked:
        old = old.select_for_update(skip_locked=True)
    Answer.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:SWEPT])).delete()
