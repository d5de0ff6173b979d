"""Settings of the benchmark's two web processes: those of the service, with a stopwatch outermost.

BENCH_BARE=1 leaves the stopwatch alone, around pages that do next to nothing: what Django itself takes.
"""

import os

from lexheller.settings import *  # noqa: F403
from lexheller.settings import MIDDLEWARE

STOPWATCH = "tests.bench_pages.stopwatch"
if os.environ.get("BENCH_BARE") == "1":
    MIDDLEWARE = [STOPWATCH]
    INSTALLED_APPS = ["cases", "django.contrib.auth", "django.contrib.contenttypes"]
    ROOT_URLCONF = "tests.bench_pages"
else:
    MIDDLEWARE = [STOPWATCH, *MIDDLEWARE]
