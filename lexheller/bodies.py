"""Bodies whose length nobody said before: HTTP's chunked coding (RFC 9112, section 7.1), which many programs use.

Django reads as much as Content-Length says, and nothing where that is missing: a step would be taken as if its sender
had left everything out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.conf import settings

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def measured(application: Application) -> Application:
    """Read a chunked body ahead and say how long it is; of one that is too large no more than shows that."""

    def call(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        # The server says with the second that it ends the body itself; reading on would else wait for ever.
        if environ.get("HTTP_TRANSFER_ENCODING") and environ.get("wsgi.input_terminated"):
            body = _read(environ["wsgi.input"], settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 1)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return application(environ, start_response)

    return call


def _read(stream: Any, most: int) -> bytes:
    body = bytearray()
    while len(body) < most and (part := stream.read(min(most - len(body), 65536))):
        body += part
    return bytes(body)
