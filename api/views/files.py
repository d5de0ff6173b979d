"""Files to download: the same as the pages give."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request

from api.base import Endpoint
from cases.documents import FORMATS


class WhateverIsAccepted(DefaultContentNegotiation):
    """Leaves it to the address which kind of file there is; a refusal is JSON."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:
        """Choose the first, whatever the request accepts."""
        return renderers[0], renderers[0].media_type


class File(Endpoint):
    """A file, whose kind the address names."""

    content_negotiation_class = WhateverIsAccepted
    gives = {"GET": OpenApiTypes.BINARY}
    words = {"GET": "The file, as an attachment with a name."}

    def get(self, request: Request, pk: int, form: str) -> HttpResponse:
        """Send the file; each kind of file says what is in it."""
        raise NotImplementedError


def kinds(*keys: str) -> dict[str, Collection[str]]:
    """Return what the description says of the media types of these kinds of file; all when none is named."""
    return {"GET": [FORMATS[key].media_type for key in keys or FORMATS]}
