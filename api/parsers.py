"""Reading what a program sends."""

from __future__ import annotations

import codecs
import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework import parsers
from rest_framework.exceptions import ParseError
from rest_framework.utils.json import strict_constant


class NameTwice(ParseError):
    """An object names a field twice: which of the two is meant, nobody knows (RFC 8259, section 4)."""

    default_code = "name_twice"


class JSONParser(parsers.JSONParser):
    """Reads JSON that is no deeper than Python can follow, says each thing once, and can be written as UTF-8 again.

    Half a surrogate pair (`"\\ud800"`) is no character: no database takes it, and no answer could name it (RFC 8259,
    section 8.2). How long a body may be, Django's setting says.
    """

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return what was sent. Raises ParseError and NameTwice."""
        encoding = parsers.get_encoding(parser_context or {})  # type: ignore[attr-defined]  # the stubs lack it
        try:
            text = codecs.getreader(encoding)(stream).read()
            data = json.loads(text, parse_constant=strict_constant, object_pairs_hook=_each_once)
            json.dumps(data, ensure_ascii=False).encode()
        except (RecursionError, ValueError) as error:
            # What of the text it was would stand in the library's own sentence.
            raise ParseError from error
        return data


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Make an object. Raises NameTwice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NameTwice
    return found
