"""Take in a report from the mail server's pipe: which letter came back."""

import sys
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError

from notifications.bounces import Outcome, receive

# A report stands before the letter that it brings back; what comes after this is not read.
MOST_BYTES = 2_000_000
# sysexits.h: the mail server keeps the report and hands it in again.
EX_TEMPFAIL = 75


class Command(BaseCommand):
    help = "Read a mail server's report from standard input, and mark the letter that came back."
    # Run once for each message: the checks would take longer than the work.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", default="", help="the address that the report came to, from the envelope")

    def handle(self, *args: Any, **options: Any) -> None:
        raw = _read(sys.stdin.buffer)
        try:
            outcome = receive(raw, to=options["to"])
        except (OperationalError, InterfaceError):
            self.stderr.write("the database does not answer")
            sys.exit(EX_TEMPFAIL)
        self.stdout.write(outcome.value)
        if outcome == Outcome.TOO_EARLY:
            sys.exit(EX_TEMPFAIL)


def _read(pipe: BinaryIO) -> bytes:
    """Read the pipe to its end, which some mail servers insist on, and keep what a report can fill."""
    kept = pipe.read(MOST_BYTES)
    while pipe.read(MOST_BYTES):
        pass
    return kept
