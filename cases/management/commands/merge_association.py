"""`manage.py merge_association "A" --into "B"`: end a förbund that has joined another."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from cases import services
from cases.errors import DomainError
from cases.models import Association, Case, User


class Command(BaseCommand):
    help = "End a förbund that has joined another: its open cases are referred there, closed ones stay readable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the förbund that ends, by name or code")
        parser.add_argument("--into", required=True, help="the förbund that goes on, by name or code")
        parser.add_argument(
            "--operator", default="", help="e-mail of the operator who does it; needed if there are many"
        )
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, **options: Any) -> None:
        ending, into = _association(options["name"]), _association(options["into"])
        actor = _operator(options["operator"])
        count = Case.objects.filter(association=ending).open().count()
        self.stdout.write(f"{ending} upphör. {count} öppna ärenden går till {into}. Det går inte att ångra.")
        if not options["yes"] and input("Skriv ja för att fortsätta: ").strip().lower() != "ja":
            raise CommandError("Avbrutet. Ingenting har ändrats.")
        try:
            moved = services.merge(ending, into=into, actor=actor)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Klart. {moved} ärenden flyttades.")


def _association(name: str) -> Association:
    found = Association.objects.filter(name=name).first() or Association.objects.filter(code=name).first()
    if found is None:
        raise CommandError(f"Det finns inget förbund som heter {name}.")
    return found


def _operator(email: str) -> User:
    operators = User.objects.filter(is_superuser=True, is_active=True)
    if email:
        operators = operators.filter(email=email.strip().lower())
    found = list(operators[:2])
    if len(found) != 1:
        raise CommandError("Ange en driftansvarig med --operator, dennes e-postadress.")
    return found[0]
