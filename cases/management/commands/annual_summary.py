"""`manage.py annual_summary --association GBG --year 2025 --out DIR`: make every file of an annual summary."""

from __future__ import annotations

import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cases import services
from cases.annual import report_of
from cases.annual.words import name_of
from cases.documents import FORMATS, file_name
from cases.errors import DomainError
from cases.models import AnnualSummary, Association, User
from cases.periods import Period


class Command(BaseCommand):
    """Makes the files of a förbund's summary: the newest fixed version, else the draft."""

    help = "Gör årssammanställningens filer: PDF, Word, Excel och CSV."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--association", required=True, metavar="KOD", help="förbundets kod, till exempel GBG")
        parser.add_argument("--year", required=True, type=int, metavar="ÅR")
        parser.add_argument("--tertial", type=int, choices=(1, 2, 3), help="bara en tertial av året")
        parser.add_argument("--out", required=True, type=Path, metavar="MAPP", help="dit filerna läggs")
        parser.add_argument(
            "--freeze-as",
            default="",
            metavar="E-POST",
            help="hämta först uppgifterna på nytt, som den samordnare som har adressen",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Make the files, or say in a sentence why not."""
        association = _association(options["association"])
        period = _period(options["year"], options["tertial"])
        if email := options["freeze_as"]:
            summary = _begin(association, period, email)
        else:
            summary = _newest(association, period)
        report = report_of(summary)
        folder = _folder(options["out"])
        state = "fastställd" if summary.is_fixed else "utkast"
        self.stdout.write(f"{report.title}, {report.association}. Version {summary.version}, {state}.")
        for number, form in enumerate(FORMATS.values(), start=1):
            started = time.monotonic()
            self._tell(f"{number} av {len(FORMATS)}: {form.label} ...")
            path = folder / file_name(report, form)
            content = form.render(report)
            try:
                path.write_bytes(content)
            except OSError as error:
                raise CommandError(f"Det går inte att skriva {path}: {error.strerror}.") from error
            self._tell(f" {time.monotonic() - started:.1f} s\n")
            self.stdout.write(f"  {path}")

    def _tell(self, words: str) -> None:
        """Tell somebody who watches how far it has come; a log needs no such lines."""
        if self.stderr.isatty():
            self.stderr.write(words, ending="")
            self.stderr.flush()


def _association(code: str) -> Association:
    found = Association.objects.filter(code=code.strip().upper()).first()
    if found is None:
        codes = ", ".join(Association.objects.values_list("code", flat=True)) or "inget alls"
        raise CommandError(f"Här finns inget förbund med koden {code}. Här finns: {codes}.")
    return found


def _period(year: int, tertial: int | None) -> Period:
    if not 2000 <= year <= 2099:
        raise CommandError("Skriv ett år mellan 2000 och 2099.")
    return Period.tertial(year, tertial) if tertial else Period.year(year)


def _newest(association: Association, period: Period) -> AnnualSummary:
    """Return the newest fixed version of a period, else its draft."""
    versions = AnnualSummary.objects.filter(association=association, first=period.first, last=period.last)
    versions = versions.select_related("association").order_by("-version")
    found = versions.filter(fixed_at__isnull=False).first() or versions.first()
    if found is None:
        raise CommandError(
            f"{association.name} har ingen sammanställning av {name_of(period)}. "
            "Gör den på sidan Årssammanställningar, eller lägg till --freeze-as med en samordnares e-post."
        )
    return found


def _begin(association: Association, period: Period, email: str) -> AnnualSummary:
    person = User.objects.filter(email__iexact=email.strip()).first()
    if person is None:
        raise CommandError("Ingen här har den e-postadressen.")
    try:
        return services.begin_summary(association, actor=person, period=period)
    except DomainError as error:
        raise CommandError(error.message) from error


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CommandError(f"Det går inte att göra mappen {path}: {error.strerror}.") from error
    return path
