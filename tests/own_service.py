"""The programs of the service in processes of a test's own: filing, sweeps, workers, clocks, the web.

They run under `tests/fault_settings.py`, on the servers that they are given. Each leads a process group, so that a test
can kill it with its children, as a power cut would.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.test import override_settings

from cases.models import Event
from notifications.hooks.message import message_id
from notifications.models import Delivery, Hook
from tests import servers

ENDS_WITHIN = 60
HOST = "lexheller.example.se"
# Where nobody listens, for a program that needs no Redis but an address of one.
NOWHERE = "redis://127.0.0.1:1/0"
_KEY = "0" * 32
_HOOK = """
    INSERT INTO notifications_hook (association_id, name, address, host, kinds, key, version, version_at, is_on,
        off_why, made_by_id, made_at, last_why, failures)
    SELECT cases_association.id, 'Diariet', %(address)s, %(host)s, '["NEW", "TRIAGE"]', %(key)s, 1, now(), true,
        '', (SELECT min(id) FROM cases_user), now(), '', 0
    FROM cases_association
"""


@dataclass(frozen=True)
class Word:
    """A letter as the database has it."""

    number: str
    address: str
    message_id: str
    state: str
    attempts: int
    why: str


class Service:
    """The programs, by the name they were started under; `database` and the others are addresses."""

    def __init__(self, folder: Path, *, database: str, mail: str, redis: str = NOWHERE, **environment: str) -> None:
        self.folder, self.database = folder, database
        self.environment = {
            "DJANGO_SETTINGS_MODULE": "tests.fault_settings",
            "PATH": os.environ["PATH"],
            "SECRET_KEY": "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz",
            "SITE_URL": f"https://{HOST}",
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "EMAIL_URL": mail,
            "DEFAULT_FROM_EMAIL": "lexheller@example.org",
            "DELIVERY": "celery",
            **environment,
        }
        self.programs: dict[str, subprocess.Popen[bytes]] = {}

    # -- programs --

    def start(self, name: str, *command: str) -> subprocess.Popen[bytes]:
        """Start a program under a name of its own; what it says is added to a file of that name."""
        with (self.folder / f"{name}.log").open("ab") as log:
            program = subprocess.Popen(
                [sys.executable, *command],
                cwd=settings.BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.programs[name] = program
        return program

    def worker(self, name: str) -> None:
        self.start(name, "-m", "celery", "--app", "lexheller", "worker", "--concurrency", "2", "--hostname", name)

    def clock(self, name: str) -> None:
        schedule = self.folder / f"{name}-schedule"
        self.start(name, "-m", "celery", "--app", "lexheller", "beat", "--schedule", str(schedule))

    def sweep(self, name: str = "sweep") -> subprocess.Popen[bytes]:
        return self.start(name, "manage.py", "sweep")

    def web(self, name: str) -> int:
        """Start a web process, and return its port."""
        port = servers.free_port()
        address = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--no-ws"]
        self.start(name, "-m", "granian", *address, "--blocking-threads", "4", "lexheller.wsgi:application")
        return port

    def report(self, first: int, last: int, *, days_ago: int = 0, pause: float = 0) -> subprocess.Popen[bytes]:
        """File the cases with these numbers; `reported` lists what has been stored."""
        how = (str(word) for word in (first, last, days_ago, pause))
        return self.start("report", "-m", "tests.notifications.reporting_process", *how)

    def finish(self, name: str) -> int:
        """Wait for a program to end, and return how it did: a signal as a negative number."""
        return self.programs.pop(name).wait(ENDS_WITHIN)

    def kill(self, name: str) -> None:
        """End a program and its children at once."""
        program = self.programs.pop(name)
        os.killpg(program.pid, signal.SIGKILL)
        program.wait(ENDS_WITHIN)

    def end(self) -> None:
        for name in [*self.programs]:
            self.kill(name)

    def said(self, name: str) -> str:
        """Return what the programs of this name have said."""
        return (self.folder / f"{name}.log").read_text()

    # -- what they have done --

    def reported(self) -> list[str]:
        """List the numbers of the cases that were told to be stored."""
        return [line for line in self.said("report").splitlines() if line.startswith("LH-")]

    def words(self) -> list[Word]:
        """List the letters, and under which Message-ID each leaves."""
        rows = self.ask(
            "SELECT number, address, hash, state, attempts, why FROM notifications_delivery "
            "JOIN cases_event ON event_id = cases_event.id JOIN cases_case ON case_id = cases_case.id "
            "WHERE notifications_delivery.channel = 'MAIL' ORDER BY notifications_delivery.id"
        )
        return [Word(number, address, _message_id(cause, address), *how) for number, address, cause, *how in rows]

    def hook_to(self, address: str) -> None:
        """Let a system be told what the kansli of the one förbund is told, from now on."""
        with psycopg.connect(self.database) as connection:
            connection.execute(_HOOK, {"address": address, "host": urlsplit(address).netloc, "key": _KEY})

    def calls(self) -> dict[str, str]:
        """Return how each word to that system stands, by the name that it leaves under."""
        rows = self.ask(
            "SELECT hash, state FROM notifications_delivery JOIN cases_event ON event_id = cases_event.id "
            "WHERE channel = 'HOOK'"
        )
        hook = Hook(key=_KEY)
        return {message_id(Delivery(event=Event(hash=cause)), hook): state for cause, state in rows}

    def undrained(self) -> int:
        [(count,)] = self.ask("SELECT count(*) FROM cases_outbox WHERE drained_at IS NULL")
        return count

    def ask(self, statement: str) -> list[tuple]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement).fetchall()


def _message_id(cause: str, address: str) -> str:
    with override_settings(SITE_HOST=HOST):
        return Delivery(event=Event(hash=cause), address=address).message_id
