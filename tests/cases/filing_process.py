"""A program of its own that files cases: `python -m tests.cases.filing_process ASSOCIATION PROCESSES COUNT`.

Each of its processes files COUNT cases, or goes on until it is killed when COUNT is 0. The number of a case is printed
once it is stored.
"""

import itertools
import os
import sys

import django

if __name__ == "__main__":
    django.setup()

from cases import services
from cases.codes import Party
from cases.models import Association
from cases.querysets import NOBODY
from cases.services import Concerned, Report


def file_many(association: int, count: int) -> None:
    """File so many cases one after the other."""
    here = Association.objects.get(pk=association)
    report = Report("Ingen svarar", "Vi har ringt tre gånger.", [Concerned(Party.OTHER)], None)
    for _ in range(count) if count else itertools.count():
        # In one write, so that the lines of several processes cannot run into one another.
        sys.stdout.write(f"{services.file(here, report, actor=NOBODY).case.number}\n")
        sys.stdout.flush()


def main(association: int, processes: int, count: int) -> int:
    """Split into processes before anything is asked of the database, and wait for them all."""
    children = []
    for _ in range(processes - 1):
        child = os.fork()
        if child == 0:
            file_many(association, count)
            return 0
        children.append(child)
    file_many(association, count)
    return max((os.waitpid(child, 0)[1] for child in children), default=0)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
