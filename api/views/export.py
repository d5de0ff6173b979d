"""All that a förbund owns, as one stream."""

from __future__ import annotations

import time
import uuid
from collections.abc import Generator, Iterator
from http import HTTPStatus

from django.core.cache import cache
from django.http import StreamingHttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from rest_framework.exceptions import APIException
from rest_framework.request import Request

from api.base import Endpoint
from api.views.files import WhateverIsAccepted
from cases import export, services
from cases.codes import Role
from cases.models import Association

# For so long a stream holds back the next after its last block, if it is never ended.
LONGEST_SECONDS = 600
# Seconds between two renewals, so that not every block costs a question.
RENEWAL_SECONDS = 60
# A stream holds a thread and a connection for as long as its reader takes: half of one web process's may be lent out.
MOST_AT_ONCE = 2


class AlreadyRunning(APIException):
    """The förbund is being exported: the second gets the same a little later."""

    status_code = HTTPStatus.CONFLICT
    default_code = "export_running"


class TooManyRunning(APIException):
    """Others are exporting: what is left is for those who work."""

    status_code = HTTPStatus.CONFLICT
    default_code = "exports_running"


class Export(Endpoint):
    """Everything that a förbund owns, for its coordinators."""

    content_negotiation_class = WhateverIsAccepted
    gives = {"GET": OpenApiTypes.BINARY}
    media = {"GET": [export.MEDIA_TYPE]}
    refuses = (HTTPStatus.CONFLICT,)
    words = {"GET": "One JSON object a line, each with its `type`; the last counts the others."}

    def get(self, request: Request, code: str) -> StreamingHttpResponse:
        """Send everything that the förbund owns, a JSON object a line, as of one moment.

        Each case is noted in the read log before anything of it leaves. Names and addresses of people, and the read
        log, are there for a coordinator who administers the förbund too. A file without the last line was cut off.
        """
        mine = Association.objects.filter(pk__in=self.actor.standing().associations(Role.COORDINATOR))
        association = get_object_or_404(mine, code=code)
        blocks = services.export_association(association, actor=self.actor)
        response = StreamingHttpResponse(Alone(association.pk, blocks), content_type=export.MEDIA_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{export.file_name(association)}"'
        # A proxy would lay it on its disk, and read on behind a reader that has left.
        response["X-Accel-Buffering"] = "no"
        return response


class Alone:
    """A stream of which one förbund has one at a time, and all together a few, from when it is offered until its end.

    Raises AlreadyRunning and TooManyRunning.
    """

    def __init__(self, association: int, blocks: Iterator[bytes]) -> None:
        self._blocks = blocks
        # What this stream holds says so: another may hold the same once this has been silent for too long.
        self._token = uuid.uuid4().hex
        self._held: list[str] = []
        self._renewed = time.time()
        if not self._take(f"export:{association}"):
            raise AlreadyRunning
        if not any(self._take(f"export-place:{place}") for place in range(MOST_AT_ONCE)):
            self.close()
            raise TooManyRunning

    def _take(self, key: str) -> bool:
        """Hold what nobody else holds."""
        if free := cache.add(key, self._token, LONGEST_SECONDS):
            self._held.append(key)
        return free

    def _renew(self) -> None:
        """Go on holding what is still this stream's."""
        now = time.time()
        if now - self._renewed < RENEWAL_SECONDS:
            return
        self._renewed = now
        for key in self._held:
            if cache.get(key) == self._token:
                cache.touch(key, LONGEST_SECONDS)

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self._renew()
            yield block

    def close(self) -> None:
        """Let the next begin, also when nothing of this one was read."""
        if isinstance(self._blocks, Generator):
            self._blocks.close()
        # Where nothing is found it may still stand in the memory that is used while Redis is away.
        cache.delete_many([key for key in self._held if cache.get(key) in (None, self._token)])
