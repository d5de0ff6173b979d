"""A program of its own that files cases: `python -m tests.notifications.reporting_process FIRST LAST DAYS_AGO PAUSE`.

It fills an empty database with tables and people first. The number of a case is printed once it is stored. A case that
the database did not take, or whose commit it did not confirm, is filed again under the same key.
"""

import datetime as dt
import sys
import time

import django

if __name__ == "__main__":
    django.setup()

from django.core.management import call_command
from django.db import InterfaceError, OperationalError, connection

from cases import clocks, services
from cases.codes import Party, Role
from cases.models import Association, User
from cases.services import Concerned
from tests.people import grant, make_report, make_user

# Of fifty cases Olle and Bea report one each, so that a test can let the mail server refuse them.
OTHERS = {1: "olle", 2: "bea"}
OF = 50


def make() -> None:
    """Make the tables, the förbund, its coordinator and those who report."""
    call_command("migrate", verbosity=0)
    association = Association.objects.create(name="Samordningsförbundet Prov", code="PRO")
    grant(make_user("Sanna"), association, Role.COORDINATOR)
    for name in ("Rakel", "Olle", "Bea"):
        grant(make_user(name), association, Role.REPORTER)


def file(number: int, *, association: Association, by: dict[str, User]) -> str:
    """File a case, however often that takes, and return its number."""
    actor = by[OTHERS.get(number % OF, "rakel")]
    while True:
        try:
            return services.file(association, REPORT, actor=actor, key=str(number)).case.number
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(0.1)


REPORT = make_report(Concerned(Party.OTHER))


def main(first: int, last: int, days_ago: int, pause: float) -> None:
    """File the cases with these numbers, dated so many days back, with a pause of some seconds after each."""
    if "cases_association" not in connection.introspection.table_names():
        make()
    association = Association.objects.get()
    by = {user.email.split("@")[0]: user for user in User.objects.all()}
    for number in range(first, last):
        # In one write, so that a reader never meets half a number.
        with clocks.at(clocks.now() - dt.timedelta(days=days_ago)):
            stored = file(number, association=association, by=by)
        sys.stdout.write(f"{stored}\n")
        sys.stdout.flush()
        time.sleep(pause)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), float(sys.argv[4]))
