"""What the web server loads: the application, warmed up, and the delivery thread where there is no worker."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import resolve
from django.utils.module_loading import import_string

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lexheller.settings")

application = get_wsgi_application()

# Loads every view now; else the first visitor waits for it.
resolve("/")

if settings.DELIVERY == "thread":
    import_string("notifications.embedded.start")()
