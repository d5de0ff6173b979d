"""`manage.py demo`: the demo, with word of its latest events as if it had been sent."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from cases import clocks
from cases.demo import Who
from cases.management.commands import demo
from notifications.backfill import tell_as_sent


class Command(demo.Command):
    """Makes the demo with its letters. This app stands first in INSTALLED_APPS, so that this command is the one."""

    def make(self, *, small: bool, today: dt.date | None) -> Who:
        with transaction.atomic():
            made = super().make(small=small, today=today)
            day = today or clocks.today()
            tell_as_sent(dt.datetime(day.year, day.month, day.day, tzinfo=clocks.STOCKHOLM))
        return made
