"""Settings of the suite: the real ones for one machine, with quick passwords and mail in memory.

DATABASE_URL chooses the database (SQLite without it). TEST_DATABASE names the test database, so that two runs
on one PostgreSQL do not meet.
"""

import os

os.environ.setdefault("LOCAL", "1")
os.environ.setdefault("SECRET_KEY", "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz")
os.environ["DELIVERY"] = "off"
os.environ["EMAIL_URL"] = "memorymail://"

from lexheller.settings import *  # noqa: F403
from lexheller.settings import DATABASES, INSTALLED_APPS, MIDDLEWARE, STORAGES, VAR_DIR

VAR_DIR.mkdir(exist_ok=True)
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file of this process, since browser and thread tests need connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test-{os.getpid()}.sqlite3")}
    # Raises where a page asks the database once per row. PostgreSQL would be asked the same.
    INSTALLED_APPS = [*INSTALLED_APPS, "zeal"]
    MIDDLEWARE = [*MIDDLEWARE, "zeal.middleware.zeal_middleware"]
else:
    DATABASES["default"]["TEST"] = {"NAME": os.environ.get("TEST_DATABASE", "test_lexheller")}
TEST_TEMPLATE = f"{os.environ.get('TEST_DATABASE', 'test_lexheller')}_template"


PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
