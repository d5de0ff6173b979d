"""The last of `make bench`: a summary over 10,000 cases on SQLite, in a file of its own that is gone afterwards."""

from __future__ import annotations

import os
import random
import secrets
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = tempfile.TemporaryDirectory(prefix="lexheller-bench-")
# Set before anything reads a setting.
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "lexheller.settings",
    "DATABASE_URL": f"sqlite:///{Path(FOLDER.name) / 'bench.sqlite3'}",
    "SITE_URL": "https://lexheller.example.se",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DELIVERY": "off",
    "EMAIL_URL": "dummymail://",
    "DEFAULT_FROM_EMAIL": "Lex Heller <lexheller@example.se>",
    "LOG_LEVEL": "ERROR",
}
for name in ("LOCAL", "DEBUG", "REDIS_URL"):
    os.environ.pop(name, None)

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from cases import clocks, services  # noqa: E402
from cases.models import AnnualSummary  # noqa: E402
from cases.statistics import Period, frozen  # noqa: E402
from tests import loader  # noqa: E402

CASES, MOST_MS, TIMES = 10_000, 300, 5


def main() -> None:
    call_command("migrate", verbosity=0)
    place = loader.place("BAA", random.Random(1))
    loader.grow([place], CASES, seed=1)
    connection.cursor().execute("ANALYZE")
    period = Period.year(clocks.today().year - 1)
    services.begin_summary(place.association, actor=place.coordinator, period=period)
    summary = AnnualSummary.objects.get()
    tell(f"{CASES:,} cases on SQLite, of which {frozen(summary).cases.count():,} frozen")
    kept = milliseconds("the figures, from the frozen rows", lambda: services.figures_of(summary))
    milliseconds("the figures, from the cases as they are", lambda: services.figures_today(summary))
    tell(f"a summary of {CASES:,} cases on SQLite under {MOST_MS} ms: {'yes' if kept < MOST_MS else 'NO'}")


def milliseconds(what: str, work: Callable[[], object]) -> float:
    """Do something some times, and tell and return the middle time."""
    took = []
    for _ in range(TIMES):
        began = time.perf_counter()
        work()
        took.append((time.perf_counter() - began) * 1000)
    tell(f"  {what:<46}{statistics.median(took):>8.0f} ms  least {min(took):.0f}")
    return statistics.median(took)


def tell(line: str) -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    with FOLDER:
        main()
        connection.close()
