"""What the web server loads: the application, warmed up, and the thread that gets letters on their way."""

import os
import threading

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import resolve
from django.utils.module_loading import import_string

from lexheller import logs
from lexheller.bodies import measured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lexheller.settings")

application = measured(get_wsgi_application())
threading.excepthook = logs.thread_ended

# Loads every view now; else the first visitor waits for it.
resolve("/")

if settings.DELIVERY != "off":
    # Imported only now: the models are not to be had before the application is set up.
    import_string("notifications.bell.start")()
