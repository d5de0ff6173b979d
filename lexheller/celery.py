"""Celery carries only the wake-up: what is to be sent stands in the database, and a sweep finds what no one rang for."""

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lexheller.settings")

app = Celery("lexheller")
app.conf.update(
    broker_url=settings.REDIS_URL or "memory://",
    broker_connection_retry_on_startup=True,
    # No retries while publishing: a web thread must not wait for a Redis that is down. The sweep sends later.
    broker_transport_options={
        "visibility_timeout": 600,
        "socket_connect_timeout": 0.5,
        "socket_timeout": 5,
        "max_retries": 0,
    },
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=60,
    task_soft_time_limit=45,
    task_ignore_result=True,
    result_backend=None,
    timezone=settings.TIME_ZONE,
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=10,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    worker_hijack_root_logger=False,
    # A wake-up that waited longer than its interval says nothing that the next one does not.
    beat_schedule={
        "sweep": {"task": "notifications.tasks.sweep", "schedule": 30.0, "options": {"expires": 25}},
        "hourly": {"task": "notifications.tasks.hourly", "schedule": 3600.0, "options": {"expires": 3000}},
    },
)
app.autodiscover_tasks()
