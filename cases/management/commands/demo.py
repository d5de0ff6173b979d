"""`manage.py demo`: two förbund with made-up people and three years of cases.

`make run` calls `demo --ready --if-empty --who`: one process for all there is to do before the server starts.
"""

from __future__ import annotations

import datetime as dt
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from cases import clocks
from cases.demo import Person, Who, make, who
from cases.models import Association

NOTICE = "Demodata: rapporter och personer är påhittade."


class Command(BaseCommand):
    """Makes the demo, or tells whom to log in as."""

    help = "Gör två samordningsförbund med påhittade personer och tre års ärenden."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--if-empty", action="store_true", help="gör inget om det redan finns ett förbund")
        parser.add_argument("--who", action="store_true", help="visa vem man kan logga in som; ensamt görs inget mer")
        parser.add_argument(
            "--ready", action="store_true", help="gör först databasen och de statiska filerna i ordning"
        )
        parser.add_argument("--small", action="store_true", help="gör bara några tiotal ärenden")
        parser.add_argument(
            "--today", type=dt.date.fromisoformat, metavar="ÅÅÅÅ-MM-DD", help="dagen som demot ska se ut att göras på"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the demo unless told otherwise, and print who is who: once, however much was asked for."""
        if options["ready"]:
            call_command("migrate", verbosity=0)
            call_command("collectstatic", interactive=False, verbosity=0)
        exists = Association.objects.exists()
        if options["who"] and (exists or not options["if_empty"]):
            self._tell(who())
            return
        if exists and options["if_empty"]:
            return
        if exists:
            self._refuse_double()
        if options["today"] and options["today"] > clocks.today():
            raise CommandError("Välj en dag som har varit, eller i dag.")
        self.stdout.write("Gör demodata. Det tar en stund ...")
        started = time.monotonic()
        made = self.make(small=options["small"], today=options["today"])
        seconds = time.monotonic() - started
        for association in Association.objects.filter(is_demo=True):
            self.stdout.write(f"  {association.name}: {association.cases.count()} ärenden")
        self.stdout.write(f"  Klart på {seconds:.0f} sekunder.")
        self._tell(made)

    def make(self, *, small: bool, today: dt.date | None) -> Who:
        """Make the demo; whoever knows more of it adds to this."""
        return make(small=small, today=today)

    def _refuse_double(self) -> None:
        taken = Association.objects.filter(code__in=["SVB", "GBG"]).first()
        if taken is not None:
            raise CommandError(f"{taken.name} finns redan. Ta en tom databas för att göra demot på nytt.")

    def _tell(self, found: Who) -> None:
        if not found.people:
            self.stdout.write("Här finns ingen demodata. Gör den med: manage.py demo")
            return
        name = max(len(person.name) for person in found.people)
        email = max(len(person.email) for person in found.people)
        self.stdout.write(f"\n{NOTICE}\nAlla loggar in med lösenordet: {found.password}")
        for heading, people in _groups(found):
            self.stdout.write(f"\n{heading}")
            for person in people:
                for index, (code, what) in enumerate(person.does.items()):
                    who_is = (person.name, person.email) if index == 0 else ("", "")
                    where = f"{code}: " if len(person.does) > 1 else ""
                    self.stdout.write(f"  {who_is[0]:<{name}}  {who_is[1]:<{email}}  {where}{what}")
        self.stdout.write("\nUtan konto (Följ en rapport)")
        for receipt in found.receipts:
            self.stdout.write(f"  {receipt.number}  kvittokod {receipt.code}")


def _groups(found: Who) -> Iterator[tuple[str, list[Person]]]:
    """Yield the people by förbund, then those of several, then the operator."""
    for association in Association.objects.filter(is_demo=True).order_by("-code"):
        only = [person for person in found.people if set(person.does) == {association.code}]
        yield f"{association.name} ({association.code})", only
    yield "I båda förbunden", [person for person in found.people if len(person.does) > 1]
    yield "Hela installationen", [person for person in found.people if "" in person.does]
