"""The house around the apps: settings, doors, log, health."""

# A task that is called before the app exists would go to a broker of its own.
from lexheller.celery import app as celery_app

__all__ = ["celery_app"]
