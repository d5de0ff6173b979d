"""Settings of the benchmark's two web processes: those of the service, with a stopwatch outermost.

BENCH_BARE=1 leaves the stopwatch alone, around pages that do next to nothing: what Django itself takes.
"""

import os

from lexheller.settings import *  # noqa: F403
from lexheller.settings import MIDDLEWARE

STOPWATCH = "tests.bench_pages.stopwatch"
if os.environ.get("BENCH_BARE") == "1":
    MIDDLEWARE = [STOPWATCH]
    INSTALLED_APPS = ["cases", "django.contrib.auth", "django.contrib.contenttypes", "rest_framework"]
    ROOT_URLCONF = "tests.bench_pages"
    REST_FRAMEWORK = {
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "UNAUTHENTICATED_USER": None,
    }
else:
    # Nobody is held back here.
    API_READS = API_WRITES = 10**9
    MIDDLEWARE = [STOPWATCH, *MIDDLEWARE]
