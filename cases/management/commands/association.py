"""`manage.py association "Namn"`: set up one of Sweden's samordningsförbund, ready to use."""

from __future__ import annotations

import difflib
import re
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from cases import clocks, services
from cases.codes import Role
from cases.data import KnownAssociation, associations
from cases.models import Association, ContactFunction, Grant, Member, User

# Words that some write and some leave out.
_FILLING = re.compile(r"\b(samordningsförbund(et)?|finsam|i|och|län)\b|\(.*?\)")


class Command(BaseCommand):
    """Sets up a real förbund with its members and a contact function for each."""

    help = "Lägger upp ett samordningsförbund med dess medlemmar, klart att använda."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="", metavar="NAMN", help='till exempel "Höglandet"')
        parser.add_argument("--code", default="", help="kod i ärendenumren, två till sex versaler")
        parser.add_argument("--admin", default="", metavar="E-POST", help="den som ska samordna och administrera")
        parser.add_argument("--list", action="store_true", help="visa alla förbund som går att lägga upp")

    def handle(self, *args: Any, **options: Any) -> None:
        """Set the förbund up, or say why not."""
        if options["list"]:
            for known in associations():
                self.stdout.write(f"{known.code:<7} {known.name}")
            return
        if not options["name"]:
            raise CommandError(
                'Skriv vilket förbund, till exempel: manage.py association "Höglandet". --list visar alla.'
            )
        known = _find(options["name"])
        there = _already(known)
        if there is not None:
            demo = " Det är demodata." if there.is_demo else ""
            self.stdout.write(f"{there.name} ({there.code}) finns redan. Inget är ändrat.{demo}")
            return
        email = options["admin"].strip().lower()
        if email:
            _check_email(email)
        with transaction.atomic():
            association = _set_up(known, options["code"].strip().upper() or _free_code(known))
            invited = _invite(association, email) if email else None
        self._tell(association, invited)

    def _tell(self, association: Association, invited: services.Invited | None) -> None:
        self.stdout.write(f"{association.name} ({association.code}) är upplagt. Medlemmar:")
        for function in ContactFunction.objects.filter(member__association=association).order_by("pk"):
            self.stdout.write(f"  {function.member.name}, med funktionen ”{function.name}”")
        if invited is not None:
            email = invited.invitation.user.email
            self.stdout.write(f"{email} samordnar och administrerar, och loggar in med engångskod.")
            if not invited.mailed:
                self.stdout.write("Brevet med inbjudan gick inte iväg. Skicka det igen från sidan Personer.")
            self.stdout.write("Lägg sedan till personer i varje kontaktfunktion, enheter och insatser.")
        else:
            self.stdout.write("Ingen har en roll i förbundet än. Ge någon rollen på driftens sidor,")
            self.stdout.write("eller bjud in någon redan när du lägger upp nästa: --admin namn@example.org")


def _find(name: str) -> KnownAssociation:
    """Return the förbund by that name, however it was written. Raises CommandError with those that are close."""
    wanted = _plain(name)
    for known in associations():
        if wanted and wanted in {_plain(known.name), known.code.lower()}:
            return known
    by_part = [known for known in associations() if wanted and f" {wanted} " in f" {_plain(known.name)} "]
    if len(by_part) == 1:
        return by_part[0]
    for known in associations():
        if wanted and wanted in {_plain(former) for former in known.formerly}:
            raise CommandError(f"{name.strip()} ingår numera i {known.name}. Lägg upp det i stället.")
    close = by_part or _close_to(wanted)
    if not close:
        raise CommandError(f"Hittar inget förbund som heter {name.strip()}. --list visar alla.")
    names = "\n".join(f"  {known.name}" for known in close)
    raise CommandError(f"Hittar inget förbund som heter just {name.strip()}. Menar du något av de här?\n{names}")


def _close_to(wanted: str) -> list[KnownAssociation]:
    by_name = {_plain(known.name): known for known in associations()}
    # Somebody may know the kommun and not what the förbund is called.
    by_kommun = [k for k in associations() if wanted in {_plain(place) for place in k.municipalities}]
    close = [by_name[name] for name in difflib.get_close_matches(wanted, by_name, n=5, cutoff=0.55)]
    return list(dict.fromkeys([*by_kommun, *close]))


def _plain(name: str) -> str:
    """Return a name without the words that all förbund share, and without a genitive: Höglandets, Höglandet."""
    words = re.findall(r"\w+", _FILLING.sub(" ", name.casefold()))
    return " ".join(word.removesuffix("s") if len(word) > 4 else word for word in words)


def _already(known: KnownAssociation) -> Association | None:
    for association in Association.objects.all():
        if _plain(association.name) == _plain(known.name):
            return association
    return None


def _free_code(known: KnownAssociation) -> str:
    """Return the förbund's own code, or the next free one if another has taken it."""
    taken = set(Association.objects.values_list("code", flat=True))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return next(code for code in [known.code, *(known.code[:5] + letter for letter in letters)] if code not in taken)


def _set_up(known: KnownAssociation, code: str) -> Association:
    association = Association(name=known.name, code=code, region=known.county_name)
    try:
        association.full_clean()
    except ValidationError as error:
        raise CommandError("\n".join(error.messages)) from error
    association.save()
    today = clocks.today()
    for party, name in known.members:
        member = Member.objects.create(association=association, party=party, name=name, from_on=today)
        ContactFunction.objects.create(member=member, name=f"{name}, samverkan", is_general=True, from_on=today)
    return association


def _check_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise CommandError(f"{email} är ingen e-postadress.") from error


def _invite(association: Association, email: str) -> services.Invited:
    """Let the person coordinate and administer, and mail them word of it; they log in by one-time code."""
    name = email.split("@", maxsplit=1)[0]
    operator = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if operator is not None:
        roles = (Role.COORDINATOR, Role.ADMIN)
        return services.invite(association, actor=operator, email=email, name=name, roles=roles)
    # Nobody is there yet who could invite them: the first administrator stands on their own.
    first = User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)
    Grant.objects.create(user=first, association=association, role=Role.ADMIN, from_on=clocks.today())
    return services.invite(association, actor=first, email=email, name=name, roles=(Role.COORDINATOR,))
