"""`manage.py network`: several förbund's network files side by side, as documents."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases import clocks
from cases.documents import FORMATS, file_name
from cases.network import MOST_FILES, NetworkFile, NotANetworkFile, comparison, read_network_file


class Command(BaseCommand):
    help = "Jämför flera förbunds nätverksfiler, och skriver jämförelsen som dokument."
    # Reads files and nothing else.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FIL", help="nätverksfiler (JSON)")
        parser.add_argument("--out", type=Path, required=True, metavar="MAPP", help="där dokumenten ska ligga")

    def handle(self, *args: Any, **options: Any) -> None:
        paths: list[Path] = options["files"]
        if len(paths) > MOST_FILES:
            raise CommandError(f"Högst {MOST_FILES} filer kan jämföras.")
        try:
            report = comparison([_read(path) for path in paths], made_at=clocks.now())
        except NotANetworkFile as error:
            raise CommandError(str(error)) from error
        options["out"].mkdir(parents=True, exist_ok=True)
        for form in FORMATS.values():
            target = options["out"] / file_name(report, form)
            target.write_bytes(form.render(report))
            self.stdout.write(str(target))


def _read(path: Path) -> NetworkFile:
    try:
        return read_network_file(path.read_bytes())
    except NotANetworkFile as error:
        raise NotANetworkFile(f"{path.name}: {error}") from error
    except OSError as error:
        raise NotANetworkFile(f"{path.name}: filen går inte att läsa.") from error
