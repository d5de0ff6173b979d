"""The suite's databases: migrated once for a state of the code, copied for every worker, emptied between tests."""

import datetime as dt
import fcntl
import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase

from cases import triggers
from notifications.models import HourlyRound

BASE = Path(settings.BASE_DIR)
VAR = BASE / "var"
CODE = ("lexheller", "cases", "notifications", "api", "requirements", "tests/settings.py", "tests/databases.py")
# What migrations fill and no test changes; without them a flush would have to make all permissions again.
KEPT = {"django_migrations", "django_content_type", "auth_permission"}


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_modify_db_settings, django_db_blocker) -> Iterator[None]:
    """Give the process a copy of the migrated database, and take it away at the end.

    The migrations take as long as hundreds of tests. Whoever comes first runs them, and the result is kept until a
    file of the program changes.
    """
    own = connection.settings_dict["TEST"]["NAME"]
    copies = _Files() if connection.vendor == "sqlite" else _Postgres()
    with django_db_blocker.unblock():
        with _alone():
            copies.copy(copies.template(fingerprint()), own)
        _use(own)
        begin_the_hours()
    yield
    with django_db_blocker.unblock():
        _leave()
        copies.drop(own)


def fingerprint() -> str:
    """Return a short name for the state of all code that migrations may use."""
    seen = hashlib.sha256()
    for path in sorted(found for part in CODE for found in ([BASE / part, *(BASE / part).rglob("*")])):
        if path.suffix in {".py", ".txt"}:
            seen.update(f"{path.relative_to(BASE)}\0".encode() + path.read_bytes())
    return seen.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the other workers off."""
    with (VAR / "test-databases.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _use(name: str) -> None:
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name


def _leave() -> None:
    """Close what would hold a database open, also the connections that wait in the pool."""
    connection.close()
    if connection.vendor == "postgresql":
        connection.close_pool()


def _migrate(name: str) -> None:
    before, connection.settings_dict["TEST"]["NAME"] = connection.settings_dict["TEST"]["NAME"], name
    usual = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    _leave()
    connection.settings_dict["TEST"]["NAME"] = before
    _use(usual)


class _Files:
    def template(self, state: str) -> str:
        path = VAR / f"test-template-{state}.sqlite3"
        if not path.exists():
            for old in VAR.glob("test-template-*"):
                old.unlink()
            half = VAR / "test-half-made.sqlite3"
            _migrate(str(half))
            half.rename(path)
        return str(path)

    def copy(self, template: str, own: str) -> None:
        with sqlite3.connect(template) as source, sqlite3.connect(own) as target:
            source.backup(target)
        source.close()
        target.close()

    def drop(self, own: str) -> None:
        for path in Path(own).parent.glob(f"{Path(own).name}*"):
            path.unlink()


class _Postgres:
    """The template is a database beside the workers' own; its comment says which state it has."""

    def __init__(self) -> None:
        self.quoted = connection.ops.quote_name

    def template(self, state: str) -> str:
        name = settings.TEST_TEMPLATE
        if self._ask("SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", name) != state:
            _migrate(name)
            self._do(f"COMMENT ON DATABASE {self.quoted(name)} IS '{state}'")
        return name

    def copy(self, template: str, own: str) -> None:
        self.drop(own)
        self._do(f"CREATE DATABASE {self.quoted(own)} TEMPLATE {self.quoted(template)}")

    def drop(self, own: str) -> None:
        self._do(f"DROP DATABASE IF EXISTS {self.quoted(own)}")

    def _do(self, statement: str) -> None:
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(statement)

    def _ask(self, question: str, *values: str) -> str | None:
        with connection.creation._nodb_cursor() as cursor:
            cursor.execute(question, values)
            return next((found for (found,) in cursor.fetchall()), None)


def flush() -> None:
    """Delete every row that a test committed, through the triggers that guard the events.

    Django's own flush truncates each table, which for nearly empty ones takes a hundred times as long, and then makes
    every permission anew. This is the only switch for the triggers, and it stands in the tests: no setting of the
    program turns them off.
    """
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    with transaction.atomic():
        triggers.remove(connection)
        with connection.cursor() as cursor:
            for table in sorted(tables):
                cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        # PostgreSQL makes no trigger on a table whose references are still to be checked.
        connection.check_constraints()
        triggers.install(connection)
        begin_the_hours()


def begin_the_hours() -> None:
    """Let the hourly round have ended just now, as the migration does: by the real clock, wherever a test's stands."""
    HourlyRound.objects.update_or_create(pk=1, defaults={"ended_at": dt.datetime.now(dt.UTC)})


@pytest.fixture(autouse=True, scope="session")
def _own_flush() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _: flush())
        yield
