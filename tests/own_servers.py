"""Servers of a test's own, which it may stop, kill, hang and start again: PostgreSQL, Redis, and one that takes mail.

None of them is the machine's. Each listens on a free port of 127.0.0.1, keeps what it has in a folder that goes when
it goes, and has the same port when it is started again. A test that uses one does not touch the suite's database by
that, so that it is marked `once`; it is skipped (or fails, under CI) where the programs are missing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import email
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from aiosmtpd.smtp import SMTP, Envelope, Session
from psycopg import sql

from tests import servers

STARTS_WITHIN = 30
ENDS_WITHIN = 30

# ---- fixtures ----


@pytest.fixture(scope="module")
def postgres_cluster() -> Iterator[OwnPostgres]:
    """Give the tests of one file a PostgreSQL cluster; whoever stops it starts it again."""
    with own_postgres() as cluster:
        yield cluster


@pytest.fixture
def redis_server() -> Iterator[OwnRedis]:
    """Give the test a Redis."""
    with own_redis() as server:
        yield server


@pytest.fixture
def mail_server() -> Iterator[Smtp]:
    """Give the test a mail server that takes everything until it is told otherwise."""
    with Smtp() as server:
        yield server


@contextmanager
def own_postgres() -> Iterator[OwnPostgres]:
    """Make a cluster, start it, and throw it away afterwards."""
    if reason := servers.missing_postgres_programs():
        servers.skip_or_fail(reason)
    with tempfile.TemporaryDirectory(prefix="lexheller-postgres-") as folder:
        cluster = OwnPostgres(Path(folder))
        cluster.make()
        with cluster.running():
            yield cluster


@contextmanager
def own_redis() -> Iterator[OwnRedis]:
    """Start a Redis that keeps nothing on disk, and end it afterwards."""
    if reason := servers.missing_redis_program():
        servers.skip_or_fail(reason)
    with tempfile.TemporaryDirectory(prefix="lexheller-redis-") as folder:
        server = OwnRedis(Path(folder))
        with server.running():
            yield server


# ---- PostgreSQL and Redis ----


class Program:
    """A server program in the foreground, in a folder of its own."""

    ended_by = signal.SIGKILL
    # Who the program runs as, where it may not be us.
    account: dict[str, Any] = {}

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = servers.free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        raise NotImplementedError

    @contextmanager
    def running(self) -> Iterator[None]:
        self.start()
        try:
            yield
        finally:
            self.stop()

    def start(self) -> None:
        """Start the program, and return when it answers."""
        assert self._process is None, "it runs already"
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self.command(), cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self.account
            )
        until = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                pytest.fail(f"does not start: {(self.folder / 'log').read_text()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """End the program without letting it tidy up, if it runs."""
        if self._process is not None:
            self._process.send_signal(self.ended_by)
            self._process.wait(ENDS_WITHIN)
            self._process = None

    def restart(self) -> None:
        """End the program as by a crash, and start it again."""
        self.stop()
        self.start()


class OwnPostgres(Program):
    """A cluster where everybody on 127.0.0.1 may do everything.

    A commit outlives `stop` and `restart`, as it does a crash of the server; only the wait for the disk is off.
    """

    # The "immediate" shutdown: what was open is rolled back when it starts the next time.
    ended_by = signal.SIGQUIT

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.data = folder / "data"
        user = servers.postgres_account() if os.geteuid() == 0 else None
        if user:
            os.chown(folder, user.pw_uid, user.pw_gid)
            self.account = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}

    def make(self) -> None:
        """Lay out the files of the cluster."""
        options = ["--username", "postgres", "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"]
        done = subprocess.run(
            [servers.POSTGRES_BIN / "initdb", "--pgdata", self.data, "--no-sync", *options],
            cwd=self.folder, capture_output=True, text=True, **self.account,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "max_connections": 50,
            "shared_buffers": "16MB",
        }
        switches = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(servers.POSTGRES_BIN / "postgres"), "-D", str(self.data), *switches]

    def answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def url(self, dbname: str = "postgres") -> str:
        """Return the address of one of its databases."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/{dbname}"

    def create(self, dbname: str, *, like: str = "template1") -> str:
        """Make a database, empty or a copy of another that nobody uses, and return its address."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(dbname), sql.Identifier(like))
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement)
        return self.url(dbname)


class OwnRedis(Program):
    """A Redis that keeps nothing: what is in it is gone after `stop`."""

    is_paused = False

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        options = {"--bind": "127.0.0.1", "--port": self.port, "--save": "", "--appendonly": "no"}
        return [servers.REDIS_SERVER, *(str(word) for option in options.items() for word in option)]

    def answers(self) -> bool:
        try:
            return self._ask("ping")
        except redis.RedisError:
            return False

    def stop(self) -> None:
        super().stop()
        self.is_paused = False

    def flush(self) -> None:
        """Empty it."""
        self._ask("flushall")

    def pause(self) -> None:
        """Let it hang: lines are taken by the kernel, and nothing is answered."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED | os.WNOWAIT)
        self.is_paused = True

    def resume(self) -> None:
        """Let it go on where it hung."""
        self._process.send_signal(signal.SIGCONT)
        self.is_paused = False

    def _ask(self, command: str) -> bool:
        with redis.Redis.from_url(self.url, socket_timeout=5) as client:
            return bool(client.execute_command(command))


# ---- mail ----


class Step(Enum):
    """The points on a letter's way where something can be made to happen."""

    # Also holds for a line that is open already, at its next command of a letter.
    GREETING = "the line is open, nothing said"
    MAIL = "the sender is named"
    RCPT = "a recipient is named"
    DATA = "the whole letter is here, and not taken"
    ACCEPTED = "the letter is taken, and the sender does not know"
    ANSWERED = "the 250 has left"


class Fault(Enum):
    HANG = "say nothing more"
    DROP = "close the line"


@dataclass(frozen=True)
class Letter:
    """A message as it came in; `number` counts those that were taken, from 1, and is 0 before that.

    `client` is what the program that sent it called itself.
    """

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    raw: bytes = field(repr=False)
    at: dt.datetime
    client: str
    number: int = 0

    @property
    def recipient(self) -> str:
        """Return the one recipient; a ValueError where there are several."""
        (only,) = self.recipients
        return only


class Smtp:
    """A mail server in a thread of its own, whose faults a test can switch at any moment.

    `refuse(451)`, `refuse(550, at=Step.MAIL)` (the sender), `refuse_recipients({...})`, `hang(at=...)`, `drop(at=...)`
    and `close_port()` hold until `behave()` takes them all back. Faults at several steps may stand side by side. A
    letter that hung at Step.DATA is never taken; one that hung or was dropped at Step.ACCEPTED was. What hangs does so
    until its client leaves or the server is closed.
    """

    def __init__(self) -> None:
        self.port = servers.free_port()
        self._changed = threading.Condition()
        self._accepted: list[Letter] = []
        self._faults: dict[Step, Fault | int] = {}
        self._recipients: dict[str, int] = {}
        self._callbacks: dict[Step, Callable[[Letter], object]] = {}
        self._errors: list[Exception] = []
        self._lines: set[_Line] = set()
        self._door: socket.socket | None = None
        self._ready = threading.Event()
        # Nothing waits for it at the end, should a test be interrupted.
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="smtp", daemon=True)

    @property
    def url(self) -> str:
        """Return the address as EMAIL_URL takes it."""
        return f"smtp://127.0.0.1:{self.port}"

    def __enter__(self) -> Smtp:
        self._thread.start()
        assert self._ready.wait(STARTS_WITHIN), "the mail server does not start"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(ENDS_WITHIN)
        assert not self._thread.is_alive(), "the mail server does not end"
        if self._errors:
            raise self._errors[0]

    # -- what a test reads --

    @property
    def accepted(self) -> list[Letter]:
        """List the letters that were taken so far."""
        with self._changed:
            return [*self._accepted]

    def wait_for(self, count: int, timeout: float = 10) -> list[Letter]:
        """Wait until so many letters were taken, and list them; an AssertionError after `timeout` seconds."""
        with self._changed:
            there = self._changed.wait_for(lambda: len(self._accepted) >= count, timeout)
            assert there, f"{len(self._accepted)} letters of {count} within {timeout} seconds"
            return [*self._accepted]

    # -- what a test sets --

    def behave(self) -> None:
        """Take every fault back, and listen."""
        self._faults.clear()
        self._recipients = {}
        self.open_port()

    def refuse(self, code: int, at: Step = Step.GREETING) -> None:
        """Answer with the code at the step; the line is closed after a greeting that refuses, and after any 421."""
        assert at is not Step.ANSWERED, "it has been answered"
        self._faults[at] = code

    def refuse_recipients(self, codes: dict[str, int]) -> None:
        """Answer each of these addresses with its code, and take the others."""
        self._recipients = dict(codes)

    def hang(self, at: Step = Step.GREETING) -> None:
        """Say nothing more from the step on."""
        self._faults[at] = Fault.HANG

    def drop(self, at: Step = Step.GREETING) -> None:
        """Close the line at the step, without another word."""
        self._faults[at] = Fault.DROP

    def close_port(self) -> None:
        """Go away: drop every line, and refuse new ones."""
        asyncio.run_coroutine_threadsafe(self._unlisten(), self._loop).result(ENDS_WITHIN)

    def open_port(self) -> None:
        """Listen again, if the port was closed."""
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result(STARTS_WITHIN)

    def on_data(self, callback: Callable[[Letter], object]) -> None:
        """Call this with every letter that has come whole, before it is taken or meets a fault set for Step.DATA."""
        self._callbacks[Step.DATA] = callback

    def after_accept(self, callback: Callable[[Letter], object], *, answered: bool = False) -> None:
        """Call this with every letter that was taken: before the 250 is written, or (`answered`) just after it.

        A sender that is killed by the first never learns of it. One that is killed by the second may or may not have
        read the 250.
        """
        self._callbacks[Step.ANSWERED if answered else Step.ACCEPTED] = callback

    # -- in the thread --

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._ended = asyncio.Event()
        await self._listen()
        self._ready.set()
        await self._ended.wait()
        await self._unlisten()

    async def _listen(self) -> None:
        if self._door is None:
            self._door = socket.create_server(("127.0.0.1", self.port))
            self._door.setblocking(False)
            self._loop.add_reader(self._door, self._let_in)

    def _let_in(self) -> None:
        # asyncio's own server forgets a connection that comes just as it closes.
        try:
            taken, _ = self._door.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        line = _Line(self, self._loop)
        self._lines.add(line)
        line.opening = self._loop.create_task(self._loop.connect_accepted_socket(lambda: line, taken))

    async def _unlisten(self) -> None:
        if self._door is not None:
            self._loop.remove_reader(self._door)
            self._door.close()
            self._door = None
            while self._lines:
                for line in self._lines:
                    if line.transport is not None:
                        line.transport.abort()
                await asyncio.sleep(0)

    async def meet(self, step: Step, line: _Line, letter: Letter | None = None) -> str:
        """Let happen what was set for the step; return the answer that refuses, or nothing."""
        if letter is not None and (callback := self._callbacks.get(step)):
            callback(letter)
        fault = self._faults.get(step)
        if fault is None and step not in {Step.ACCEPTED, Step.ANSWERED}:
            fault = self._faults.get(Step.GREETING)
        if fault is None:
            return ""
        if fault is Fault.HANG:
            await line.stand_still()
        if isinstance(fault, int):
            answer = f"{fault} as the test wants it"
            if fault != 421 and step is not Step.GREETING:
                return answer
            await line.push(answer)
        line.transport.close()
        return await line.stand_still()

    # What follows is called by aiosmtpd, by name.

    async def handle_MAIL(self, line, _session, envelope: Envelope, address: str, _options) -> str:  # noqa: N802
        if refusal := await self.meet(Step.MAIL, line):
            return refusal
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, line, _session, envelope: Envelope, address: str, _options) -> str:  # noqa: N802
        if refusal := await self.meet(Step.RCPT, line):
            return refusal
        if code := self._recipients.get(address):
            return f"{code} not this one"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, line, session: Session, envelope: Envelope) -> str:  # noqa: N802
        letter = Letter(
            envelope.mail_from,
            tuple(envelope.rcpt_tos),
            email.message_from_bytes(envelope.content).get("Message-ID", ""),
            envelope.content,
            dt.datetime.now(dt.UTC),
            session.host_name,
        )
        if refusal := await self.meet(Step.DATA, line, letter):
            return refusal
        with self._changed:
            letter = replace(letter, number=len(self._accepted) + 1)
            self._accepted.append(letter)
            self._changed.notify_all()
        if refusal := await self.meet(Step.ACCEPTED, line, letter):
            return refusal
        await line.push("250 OK")
        return await self.meet(Step.ANSWERED, line, letter)

    async def handle_exception(self, error: Exception) -> str:
        """Keep what went wrong in a callback; leaving the context raises it in the test."""
        self._errors.append(error)
        return "451 a fault of the test"


class _Line(SMTP):
    """One connection."""

    def __init__(self, owner: Smtp, loop: asyncio.AbstractEventLoop) -> None:
        # Without a host name of ours it would look one up.
        super().__init__(owner, hostname="localhost", loop=loop)
        self.owner = owner
        self.opening: asyncio.Task | None = None

    def connection_lost(self, error: Exception | None) -> None:
        self.owner._lines.discard(self)
        super().connection_lost(error)

    async def _handle_client(self) -> None:
        await self.owner.meet(Step.GREETING, self)
        await super()._handle_client()

    async def push(self, status: str) -> None:
        """Write the answer; nothing, where it was written already."""
        if status:
            await super().push(status)

    async def stand_still(self) -> str:
        """Do nothing until the line is gone, which ends this by a CancelledError."""
        try:
            await asyncio.Event().wait()
        finally:
            if self.transport is not None:
                self.transport.close()
        return ""
