"""One call to a system outside, and nothing that it could make us do.

The name is looked up once, every address that it leads to is looked at, and one of those very addresses is called: a
name that leads elsewhere a moment later changes nothing. No redirect is followed, no proxy used, and of the answer only
its status counts. The database is not touched, so that calls may run in threads of their own.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from ipaddress import ip_address
from typing import Any

from django.conf import settings

from notifications.hooks.addresses import BadAddress, Target, may_reach, target_of

# Of the answer's body, so that a receiver that writes a line is not cut off; it is thrown away.
BODY_MOST = 512
BODY_SECONDS = 1
# Of all the addresses that a name may have.
TRIES_MOST = 3
SHORT = 64


class NotTaken(Exception):
    """The call did not come to an answer; its words are a code."""


@dataclass(frozen=True)
class Answer:
    """What a receiver said: its status, and its Retry-After as it stands."""

    status: int
    retry_after: str = ""


@dataclass(frozen=True)
class Patience:
    """Until when a call may go on, by the clock that nobody sets, and until when it may still be connecting."""

    connected: float
    over: float

    @classmethod
    def from_now(cls) -> Patience:
        began = time.monotonic()
        return cls(began + settings.WEBHOOK_CONNECT_SECONDS, began + settings.WEBHOOK_SECONDS)


def call(address: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Post a body to an address and return what was answered; raises NotTaken.

    Looking a name up cannot be hurried: it may take longer than the rest may, and then nothing is sent.
    """
    patience = Patience.from_now()
    try:
        target = target_of(address)
    except BadAddress as error:
        raise NotTaken("hook_address") from error
    with closing(_connected(target, patience)) as plain:
        line = _secured(plain, target, patience) if target.scheme == "https" else plain
        with closing(line), _named(_TALKING):
            return _ask(line, target, body, headers, patience)


def _ask(line: socket.socket, target: Target, body: bytes, headers: Mapping[str, str], patience: Patience) -> Answer:
    talk = http.client.HTTPConnection(target.host, target.port)
    timed = _Timed(line, patience.over)
    talk.sock = timed  # all that is asked of a socket
    talk.auto_open = 0
    own = {"Host": target.authority, "Content-Type": "application/json", "Connection": "close"}
    talk.request("POST", target.path, body=body, headers={**own, "User-Agent": "LexHeller", **headers})
    answer = talk.getresponse()
    timed.hurry(BODY_SECONDS)
    with suppress(OSError, http.client.HTTPException):
        answer.read(BODY_MOST)
    return Answer(answer.status, (answer.getheader("Retry-After") or "")[:SHORT])


# ---- the line ----


def _connected(target: Target, patience: Patience) -> socket.socket:
    """Open a line to one of the machines that the host leads to, all of which may be called."""
    failed: Exception = TimeoutError()
    for family, place in _places(target)[:TRIES_MOST]:
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            with _named(_CONNECTING):
                line.settimeout(_left(patience.connected))
                line.connect(place)
        except NotTaken as error:
            line.close()
            failed = error
        else:
            return line
    raise failed


def _places(target: Target) -> list[tuple[socket.AddressFamily, Any]]:
    """Look the host up; raises NotTaken if it is not found, or if one of its addresses may not be called."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise NotTaken("hook_name") from error
    for *_, place in found:
        # A zone, which only local addresses have, would not be read as part of one.
        if not may_reach(target, ip_address(str(place[0]).partition("%")[0])):
            raise NotTaken("hook_address")
    return [(family, place) for family, *_, place in found]


def _secured(line: socket.socket, target: Target, patience: Patience) -> ssl.SSLSocket:
    """Begin TLS with the host that was named, whose certificate must be its own and trusted."""
    with _named(_SECURING):
        line.settimeout(_left(patience.connected))
        return trust().wrap_socket(line, server_hostname=target.host)


@cache
def trust() -> ssl.SSLContext:
    """Return what certificates are held against: the system's own list, read once."""
    return ssl.create_default_context()


class _Timed:
    """A line for the library, on which reading and writing end at a time, however slowly the other side goes on."""

    def __init__(self, line: socket.socket, over: float) -> None:
        self._line, self._over = line, over

    def hurry(self, seconds: float) -> None:
        """End sooner."""
        self._over = min(self._over, time.monotonic() + seconds)

    def sendall(self, data: bytes) -> None:
        self._line.settimeout(_left(self._over))
        self._line.sendall(data)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reading(self), BODY_MOST)

    def recv_into(self, buffer: memoryview) -> int:
        self._line.settimeout(_left(self._over))
        return self._line.recv_into(buffer)

    def close(self) -> None:
        """Leave the line open: it is closed where it was opened."""


class _Reading(io.RawIOBase):
    def __init__(self, line: _Timed) -> None:
        self._line = line

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # any buffer, says the library
        return self._line.recv_into(buffer)


def _left(until: float) -> float:
    """Return the seconds that are left; raises TimeoutError when none are."""
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


# ---- what went wrong ----

Faults = tuple[tuple[type[Exception], str], ...]

# The first that fits.
_CONNECTING: Faults = ((TimeoutError, "hook_timeout"), (OSError, "hook_refused"))
_SECURING: Faults = (
    (TimeoutError, "hook_timeout"),
    (ssl.SSLCertVerificationError, "hook_certificate"),
    (ssl.SSLError, "hook_tls"),
    (OSError, "hook_dropped"),
)
_TALKING: Faults = (
    (TimeoutError, "hook_timeout"),
    (OSError, "hook_dropped"),
    (http.client.HTTPException, "hook_nonsense"),
)


@contextmanager
def _named(faults: Faults) -> Iterator[None]:
    """Turn a fault into its code."""
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        raise NotTaken(next(code for kind, code in faults if isinstance(error, kind))) from error
