"""What the suite needs besides Python: which of it answers here.

As a program, `python -m tests.servers postgres` ends with 0 if it answers, with 3 if it is missing and may
be, and with 1 if it is missing under CI=true, where everything must be there.
"""

import os
import pwd
import random
import shutil
import socket
import sys
from pathlib import Path
from typing import NoReturn

import psycopg
import pytest
import redis
from django.db import connection

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
CHROMIUM = os.environ.get("CHROMIUM") or next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)

# Debian keeps PostgreSQL's own programs off the PATH, in a folder for each version.
_POSTGRES_FOLDERS = sorted(
    (found.parent for found in Path("/usr/lib/postgresql").glob("*/bin/initdb")),
    key=lambda folder: [int(part) for part in folder.parent.name.split(".") if part.isdecimal()],
)
_INITDB = shutil.which("initdb")
POSTGRES_BIN = _POSTGRES_FOLDERS[-1] if _POSTGRES_FOLDERS else Path(_INITDB).resolve().parent if _INITDB else None
SOFFICE = shutil.which("soffice") or ""
REDIS_SERVER = shutil.which("redis-server") or ""

MISSING_MAY_BE = 3


def under_ci() -> bool:
    """Tell whether a missing server is a failure."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


def skip_or_fail(reason: str) -> NoReturn:
    """End a test that cannot run here: skipped, or failed where everything must be there."""
    (pytest.fail if under_ci() else pytest.skip)(reason)


def missing_postgres() -> str:
    """Return why PostgreSQL cannot be used, or nothing."""
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.Error:
        return "no PostgreSQL answers at TEST_POSTGRES_URL"
    return ""


def missing_redis() -> str:
    """Return why Redis cannot be used, or nothing."""
    client = redis.Redis.from_url(REDIS_URL, socket_connect_timeout=2)
    try:
        client.ping()
    except redis.RedisError:
        return "no Redis answers at TEST_REDIS_URL"
    finally:
        client.close()
    return ""


def missing_browser() -> str:
    """Return why no browser can be started, or nothing."""
    return "" if CHROMIUM else "no Chromium on this machine (Debian: apt-get install chromium)"


def missing_postgres_programs() -> str:
    """Return why no cluster of a test's own can be made, or nothing."""
    if POSTGRES_BIN is None:
        return "no PostgreSQL server programs on this machine (Debian: apt-get install postgresql)"
    if os.geteuid() == 0 and not postgres_account():
        return "PostgreSQL does not run as root, and this machine has no user postgres"
    return ""


def missing_redis_program() -> str:
    """Return why no Redis of a test's own can be started, or nothing."""
    return "" if REDIS_SERVER else "no redis-server on this machine (Debian: apt-get install redis-server)"


def postgres_account() -> pwd.struct_passwd | None:
    """Return the account that PostgreSQL runs as on this machine, if there is one."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return None


def free_port() -> int:
    """Return a port of 127.0.0.1 where nobody listens.

    It lies below those that outgoing connections are given, so that a server that was stopped finds it free again.
    """
    while True:
        # Not from the generator that a test may have seeded: two workers would try the same ports.
        port = random.SystemRandom().randint(15_000, 32_000)
        with socket.socket() as tried:
            try:
                tried.bind(("127.0.0.1", port))
            except OSError:
                continue
        return port


def url_of_database() -> str:
    """Name the test's database for a program or a connection of its own."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    secret = f":{database['PASSWORD']}" if database["PASSWORD"] else ""
    return f"postgresql://{database['USER']}{secret}@{database['HOST']}:{database['PORT']}/{database['NAME']}"


MISSING = {"postgres": missing_postgres, "redis": missing_redis, "browser": missing_browser}

if __name__ == "__main__":
    reason = MISSING[sys.argv[1]]()
    if reason:
        print(f"SKIPPED: every test that needs {sys.argv[1]}: {reason}")  # noqa: T201
        sys.exit(1 if under_ci() else MISSING_MAY_BE)
