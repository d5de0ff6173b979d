"""What the suite needs besides Python: which of it answers here.

As a program, `python -m tests.servers postgres` ends with 0 if it answers, with 3 if it is missing and may
be, and with 1 if it is missing under CI=true, where everything must be there.
"""

import os
import shutil
import sys

import psycopg
import redis

POSTGRES_URL = os.environ.get("TEST_POSTGRES_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS_URL = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/15")
CHROMIUM = os.environ.get("CHROMIUM") or next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), ""
)

MISSING_MAY_BE = 3


def under_ci() -> bool:
    """Tell whether a missing server is a failure."""
    return os.environ.get("CI", "").lower() in {"1", "true"}


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


MISSING = {"postgres": missing_postgres, "redis": missing_redis, "browser": missing_browser}

if __name__ == "__main__":
    reason = MISSING[sys.argv[1]]()
    if reason:
        print(f"SKIPPED: every test that needs {sys.argv[1]}: {reason}")  # noqa: T201
        sys.exit(1 if under_ci() else MISSING_MAY_BE)
