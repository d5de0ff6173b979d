"""Programs that are killed in the middle of filing: no gap, no double, nothing half stored."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time

import pytest
from django.conf import settings
from django.db import connection

from cases.models import Association, Case, Event, NumberSeries, Outbox
from tests.servers import url_of_database

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 6


def start(association: Association, processes: int, count: int, *, database: str) -> subprocess.Popen[str]:
    """Start the filing program in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.cases.filing_process", *map(str, (association.pk, processes, count))],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def check_whole(association: Association, told: set[str]) -> None:
    """Hold what is stored against what the programs had said before they died."""
    stored = set(association.cases.values_list("number", flat=True))
    assert told <= stored
    assert sorted(int(number[-4:]) for number in stored) == list(range(1, len(stored) + 1))
    assert NumberSeries.objects.get(association=association).last == len(stored)
    assert Event.objects.count() == Outbox.objects.count() == len(stored)
    assert not Case.objects.filter(concerns__isnull=True).exists()


def kill_in_the_middle(association: Association, database: str, *, rounds: int) -> set[str]:
    """Start and kill the filing program some times; return the numbers that it had told before it died."""
    told: set[str] = set()
    chance = random.Random(1)
    for _ in range(rounds):
        program = start(association, 3, 0, database=database)
        told.add(program.stdout.readline().strip())
        time.sleep(chance.uniform(0.1, 1.0))
        os.killpg(program.pid, signal.SIGKILL)
        out, errors = program.communicate(timeout=30)
        assert errors == ""
        # A line that was cut off by the kill was not told.
        told |= {line.strip() for line in out.splitlines(keepends=True) if line.endswith("\n")}
    assert len(told) > rounds
    return told


def test_programs_that_are_killed_while_they_file_leave_no_gap(forbund):
    connection.close()
    told = kill_in_the_middle(forbund, url_of_database(), rounds=ROUNDS)
    settle()
    check_whole(forbund, told)


def settle() -> None:
    """Wait until the server has noticed that its clients are gone, and rolled their work back."""
    if connection.vendor != "postgresql":
        return
    question = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in%'"
    for _ in range(100):
        with connection.cursor() as cursor:
            cursor.execute(question)
            if cursor.fetchone() == (0,):
                return
        time.sleep(0.1)
    pytest.fail("a killed program's transaction is still open")


def test_eight_processes_with_a_hundred_each_leave_no_gap(forbund):
    connection.close()
    program = start(forbund, 8, 100, database=url_of_database())
    out, errors = program.communicate(timeout=240)
    assert (program.returncode, errors) == (0, "")
    check_whole(forbund, set(out.split()))
    assert forbund.cases.count() == 800


def test_programs_that_are_killed_leave_an_sqlite_file_whole(tmp_path):
    path = tmp_path / "own.sqlite3"
    database = f"sqlite:///{path}"
    environment = {**os.environ, "DATABASE_URL": database, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    make = "from cases.models import Association; Association.objects.create(pk=1, name='Prov', code='PRO')"
    for command in (["migrate", "--verbosity", "0"], ["shell", "--verbosity", "0", "-c", make]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=settings.BASE_DIR, env=environment, check=True)
    told = kill_in_the_middle(Association(pk=1), database, rounds=4)
    with sqlite3.connect(path) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        stored = [number for (number,) in file.execute("SELECT number FROM cases_case ORDER BY number")]
        [(last,)] = file.execute("SELECT last FROM cases_numberseries")
        [(events,)] = file.execute("SELECT count(*) FROM cases_event JOIN cases_outbox ON event_id = cases_event.id")
    file.close()
    assert told <= set(stored)
    assert [int(number[-4:]) for number in stored] == list(range(1, last + 1))
    assert events == last
