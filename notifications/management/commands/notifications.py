"""Tell whether letters leave, and what is stuck; for an operator, and for a monitor by its exit status."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.formats import date_format

from cases import clocks
from notifications import health
from notifications.health import RETRY_DAYS, Health, Hooks


class Command(BaseCommand):
    """Prints numbers and reasons, never to whom; ends with an error while mail or reminders stand still."""

    help = "Visar vad som väntar på att gå iväg och varför. Slutar med ett fel när brev eller påminnelser står still."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--retry-failed", action="store_true", help="låt brev som gavs upp försöka igen")
        parser.add_argument(
            "--days", type=int, default=RETRY_DAYS, metavar="N", help=f"hur gamla de högst får vara ({RETRY_DAYS})"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Try again what was given up if asked to, then tell how it stands."""
        if options["retry_failed"]:
            words, letters = health.retry_failed(days=options["days"])
            self.stdout.write(f"Får försöka igen: {letters} brev, {words} händelser i utkorgen.")
            if calls := health.retry_hooks(days=options["days"]):
                self.stdout.write(f"Får försöka igen: {calls} till andra system.")
        found, hooks = health.state(), health.hooks()
        for line in (*_lines(found), *_lines_of_hooks(hooks)):
            self.stdout.write(line)
        faults = [*_faults(found, hooks)]
        if faults:
            raise CommandError(" ".join(faults))


def _lines(found: Health) -> Iterator[str]:
    since = f", den äldsta från {_when(found.outbox_since)}" if found.outbox_since else ""
    yield f"I utkorgen: {found.outbox}{since}"
    if found.outbox_stuck:
        yield f"  varav fastnat: {found.outbox_stuck}, händelse {_numbers(found.stuck_events)}"
    since = f", det äldsta sedan {_when(found.due_since)}" if found.due_since else ""
    yield f"Brev som ska iväg nu: {found.due}{since}"
    counts = [f"{state.label.lower()} {count}" for state, count in found.letters.items() if count]
    yield f"Alla brev: {', '.join(counts) or 'inga'}"
    for stuck in found.stuck:
        yield (
            f"  {stuck.state.label}: {stuck.count}, {stuck.reason} ({stuck.why or '-'}), "
            f"det äldsta från {_when(stuck.since)}, brev {_numbers(stuck.oldest)}"
        )
    yield f"Senast skickat: {_when(found.last_sent) if found.last_sent else 'aldrig'}"
    yield f"Senaste hela timrunda: {_when(found.round_ended) if found.round_ended else 'ingen än'}"
    yield f"Adresser som brev har kommit tillbaka från: {found.bounced}"


def _lines_of_hooks(found: Hooks) -> Iterator[str]:
    yield f"Webhookar: {found.on} på, {found.switched_off} avstängda av programmet, {found.waiting} ska skickas"
    for failing in found.failing:
        since = _when(failing.since)
        yield f"  Webhook {failing.hook} tar inte emot sedan {since}: {failing.reason} ({failing.why})"


def _faults(found: Health, hooks: Hooks) -> Iterator[str]:
    if found.stopped_since:
        yield f"Brev går inte iväg, sedan {_when(found.stopped_since)}."
    if found.no_round_since:
        yield f"Påminnelserna står still: timrundan har inte gått sedan {_when(found.no_round_since)}."
    if hooks.stopped_since:
        yield f"Andra system får inte veta något, sedan {_when(hooks.stopped_since)}."


def _numbers(keys: list[int]) -> str:
    return ", ".join(map(str, keys))


def _when(moment: dt.datetime) -> str:
    return date_format(moment.astimezone(clocks.STOCKHOLM), "j F Y H.i")
