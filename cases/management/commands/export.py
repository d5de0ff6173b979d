"""`manage.py export --association GBG --out FILE`: everything that a förbund owns, in one file."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases import services
from cases.models import Association


class Command(BaseCommand):
    """Writes everything that a förbund owns as lines of JSON; each case is noted in the read log."""

    # They import every page, which takes longer than a small förbund's export, and more memory.
    requires_system_checks = ()
    help = "Skriver allt som ett förbund har till en fil: en rad JSON för varje sak. Se docs/export.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--association", required=True, metavar="KOD", help="förbundets kod, till exempel GBG")
        parser.add_argument("--out", required=True, type=Path, metavar="FIL", help="filen som skrivs; får inte finnas")
        parser.add_argument("--people", action="store_true", help="också personerna i registret, och läsloggen")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file, or say in a sentence why not. A file that was broken off is taken away."""
        association = Association.objects.filter(code=options["association"].strip().upper()).first()
        if association is None:
            raise CommandError(f"Här finns inget förbund med koden {options['association']}.")
        path: Path = options["out"]
        try:
            # Readable by its owner alone: it holds all that the förbund's people have written.
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"Det går inte att skriva {path}: {error.strerror}.") from error
        whole = False
        try:
            with os.fdopen(file, "wb") as out:
                lines = 0
                for block in services.export_for_operator(association, people=options["people"]):
                    out.write(block)
                    lines += block.count(b"\n")
            whole = True
        except OSError as error:
            raise CommandError(f"Det går inte att skriva {path}: {error.strerror}.") from error
        finally:
            if not whole:
                path.unlink()
        self.stdout.write(f"{lines} rader om {association.name} i {path}.")
