"""Settings of the programs that meet faults in the tests: those of the service, with short patience.

Who sends a letter tells the mail server its process and process group, so that a test knows whom to kill.
"""

import os

from django.core.mail.utils import DNS_NAME

from lexheller.settings import *  # noqa: F403
from lexheller.settings import CELERY_BEAT_SCHEDULE

EMAIL_TIMEOUT = 1
# Tried again so often that an address which is busy for a minute uses none of it up.
LETTER_RETRY_SECONDS = [2] * 60
LETTER_SERVER_RETRY_SECONDS = (1, 4)
LETTER_LEASE_SECONDS = WEBHOOK_LEASE_SECONDS = int(os.environ.get("LETTER_LEASE_SECONDS", "5"))
WEBHOOK_CONNECT_SECONDS, WEBHOOK_SECONDS = 1, 1
WEBHOOK_RETRY_SECONDS = [1] * 60
WEBHOOK_PAUSE_SECONDS = [1]

CELERY_BEAT_SCHEDULE = {
    **CELERY_BEAT_SCHEDULE,
    "sweep": {"task": "notifications.tasks.sweep", "schedule": 1.0, "options": {"expires": 5}},
    "hooks": {"task": "notifications.tasks.call_hooks", "schedule": 1.0, "options": {"expires": 5}},
}

DNS_NAME.get_fqdn = lambda: f"{os.getpid()}.{os.getpgrp()}.localhost"
