"""Reading what a program sends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """Reads JSON that is no deeper than Python can follow, and text that can be written as UTF-8 again.

    Half a surrogate pair (`"\\ud800"`) is no character: no database takes it, and no answer could name it (RFC 8259,
    section 8.2). How long a body may be, Django's setting says.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what was sent. Raises ParseError."""
        try:
            data = super().parse(stream, media_type, parser_context)
            json.dumps(data, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError) as error:
            raise ParseError from error
        return data
