"""A system outside, of a test's own: takes what a webhook posts to it, and misbehaves when it is told to.

It listens on a free port of 127.0.0.1, in threads of its own, and works on bare lines, so that it can break off or go
on for ever wherever a test wants it to.
"""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from tests import servers

ENDS_WITHIN = 10
# What is written in one go where a test wants an answer without end.
CHUNK = 65_536


@dataclass(frozen=True)
class Received:
    """A request as it came in; the names of its headers in small letters."""

    line: str
    headers: dict[str, str]
    body: bytes = field(repr=False)

    @property
    def json(self) -> dict[str, Any]:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


Answering = Callable[[socket.socket], None]


class Receiver:
    """The system. It answers 204 until `answer`, `hang`, `drop`, `break_off`, `drip` or `pour` says otherwise."""

    def __init__(self, *, tls: ssl.SSLContext | None = None, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host, self.port = host, port or servers.free_port()
        self.received: list[Received] = []
        self.poured = 0
        self._tls = tls
        self._answering: Answering = _saying(204)
        self._changed = threading.Condition()
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []
        self._door: socket.socket | None = None
        self._callback: Callable[[Received], object] = lambda _received: None

    @property
    def url(self) -> str:
        """Return an address that leads to it."""
        return f"{'https' if self._tls else 'http'}://{self.host}:{self.port}/lexheller"

    def __enter__(self) -> Receiver:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.close()
        for thread in self._threads:
            thread.join(ENDS_WITHIN)

    # -- what a test sets --

    def open(self) -> None:
        """Listen."""
        self._door = socket.create_server((self.host, self.port))
        self._start(self._take, self._door)

    def close(self) -> None:
        """Go away: refuse every line."""
        if self._door is not None:
            with contextlib.suppress(OSError):
                self._door.shutdown(socket.SHUT_RDWR)
            self._door.close()
            self._door = None

    def behave(self) -> None:
        self._answering = _saying(204)

    def answer(self, status: int, **headers: str) -> None:
        """Answer with a status; `Retry_After="60"` is a header."""
        self._answering = _saying(status, **headers)

    def answer_in_turn(self, *statuses: int) -> None:
        """Answer with one status after the other, and the last for ever after."""
        left = list(statuses)

        def answer(line: socket.socket) -> None:
            _saying(left.pop(0) if len(left) > 1 else left[0])(line)

        self._answering = answer

    def say(self, raw: bytes) -> None:
        """Answer with these very bytes, and hang up."""
        self._answering = lambda line: line.sendall(raw)

    def hang(self) -> None:
        """Take what comes, and say nothing."""
        self._answering = lambda _line: self._ended.wait() and None

    def drop(self) -> None:
        """Hang up once all has come."""
        self._answering = lambda _line: None

    def drip(self) -> None:
        """Say one letter of the answer at a time, and never come to its end."""

        def answer(line: socket.socket) -> None:
            line.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not self._ended.wait(0.05):
                line.sendall(b"x")

        self._answering = answer

    def pour(self) -> None:
        """Answer well, and then go on for ever."""

        def answer(line: socket.socket) -> None:
            line.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while not self._ended.is_set():
                line.sendall(b"x" * CHUNK)
                self.poured += CHUNK

        self._answering = answer

    def on_request(self, callback: Callable[[Received], object]) -> None:
        """Call this with all that comes, before it is answered."""
        self._callback = callback

    def wait_for(self, count: int, timeout: float = ENDS_WITHIN) -> list[Received]:
        """Wait until so many requests have come, and list them."""
        with self._changed:
            there = self._changed.wait_for(lambda: len(self.received) >= count, timeout)
            assert there, f"{len(self.received)} of {count} within {timeout} seconds"
            return [*self.received]

    # -- in its threads --

    def _start(self, work: Callable[..., None], *args: object) -> None:
        thread = threading.Thread(target=work, args=args, name="receiver", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _take(self, door: socket.socket) -> None:
        while True:
            try:
                line, _ = door.accept()
            except OSError:
                return
            self._start(self._meet, line)

    def _meet(self, line: socket.socket) -> None:
        with contextlib.suppress(OSError), contextlib.closing(line):
            line.settimeout(ENDS_WITHIN)
            if self._tls is None:
                self._talk(line)
            else:
                with self._tls.wrap_socket(line, server_side=True) as sealed:
                    self._talk(sealed)

    def _talk(self, line: socket.socket) -> None:
        with line.makefile("rb") as stream:
            first = stream.readline().decode("latin-1").strip()
            if not first:
                return
            headers = {}
            while said := stream.readline().decode("latin-1").strip():
                name, _, value = said.partition(": ")
                headers[name.lower()] = value
            received = Received(first, headers, stream.read(int(headers.get("content-length", "0"))))
        with self._changed:
            self.received.append(received)
            self._changed.notify_all()
        self._callback(received)
        self._answering(line)


def _saying(status: int, **headers: str) -> Answering:
    lines = [f"HTTP/1.1 {status} So", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    raw = ("\r\n".join([*lines, "Content-Length: 0", "Connection: close"]) + "\r\n\r\n").encode()
    return lambda line: line.sendall(raw)


# ---- fixtures ----


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """Give the test a system on this machine, which webhooks may lead to, and little patience."""
    with Receiver() as system:
        settings.WEBHOOK_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
        settings.WEBHOOK_PORTS = [443, system.port]
        settings.WEBHOOK_CONNECT_SECONDS, settings.WEBHOOK_SECONDS = 1, 1
        yield system


@pytest.fixture(scope="session")
def certificate(tmp_path_factory) -> Path:
    """Make a certificate for system.example.org that only its own file vouches for, with its key beside it."""
    folder = tmp_path_factory.mktemp("certificate")
    name = ["-subj", "/CN=system.example.org", "-addext", "subjectAltName=DNS:system.example.org"]
    kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    command = ["openssl", "req", *kind, *name, "-keyout", "key.pem", "-out", "certificate.pem"]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    except FileNotFoundError:
        servers.skip_or_fail("no openssl on this machine (Debian: apt-get install openssl)")
    assert done.returncode == 0, done.stderr
    return folder / "certificate.pem"


def serving(certificate: Path) -> ssl.SSLContext:
    """Return what a server seals its lines with."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, certificate.with_name("key.pem"))
    return context


def until(true: Callable[[], object], seconds: float = ENDS_WITHIN) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.01)
