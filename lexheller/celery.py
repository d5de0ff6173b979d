"""Celery carries only the wake-up.

What is to be sent stands in the database, and a sweep finds what no one rang for.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lexheller.settings")

app = Celery("lexheller")
# Read when first needed: the settings module lies in the package that imports this one.
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
