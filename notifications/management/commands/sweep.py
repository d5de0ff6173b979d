"""Send what waits, once: for a host's own scheduler, and to see what is stuck."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from notifications import delivery, health, tasks
from notifications.hooks import sending
from notifications.models import UNSENT, State


class Command(BaseCommand):
    help = "Send the letters that wait, tell the systems outside, and tell what remains."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--hourly", action="store_true", help="first give the reminders whose day has come")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["hourly"]:
                tasks.hourly()
        finally:
            self.send()
            self.call()

    def send(self) -> None:
        """Send what is due, and print what remains."""
        sent = failed = 0
        while True:
            swept = delivery.sweep()
            sent, failed = sent + swept.sent, failed + swept.failed
            if not swept.more:
                break
        left = health.state()
        self.stdout.write(
            f"sent {sent}, not sent {failed}; still in the outbox {left.outbox} (stuck {left.outbox_stuck}), "
            f"letters waiting {sum(left.letters[state] for state in UNSENT)}, given up {left.letters[State.FAILED]}"
        )

    def call(self) -> None:
        """Tell the systems outside what is due, and print how it went."""
        sent = failed = 0
        while True:
            called = sending.call_due()
            sent, failed = sent + called.sent, failed + called.failed
            if not called.more:
                break
        self.stdout.write(f"webhooks: told {sent}, not told {failed}")
