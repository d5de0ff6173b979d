"""Handing a förbund all that it owns, with a line in the read log for each case before it leaves."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from cases.codes import Role
from cases.errors import MoveNotAllowed
from cases.export import stream
from cases.models import Association, User
from cases.services.reading import log_whole_export

# What the read log calls the operator, who is nobody in the förbund.
BY_OPERATOR = "manage.py export"


def export_association(association: Association, *, actor: User) -> Iterator[bytes]:
    """Yield everything of the förbund to its coordinator, as lines of JSON; people too if they administer it.

    Raises MoveNotAllowed before anything is yielded.
    """
    standing = actor.standing()
    if not standing.holds(Role.COORDINATOR, association.pk):
        raise MoveNotAllowed("Bara samordnaren kan hämta allt som förbundet har.", code="not_coordinator")
    people = standing.holds(Role.ADMIN, association.pk)

    def leaving(cases: Sequence[int]) -> None:
        log_whole_export(cases, actor=actor)

    return stream(association, people=people, by=actor.pk, leaving=leaving)


def export_for_operator(association: Association, *, people: bool) -> Iterator[bytes]:
    """Yield everything of the förbund to whoever runs the installation, who has the database as well."""

    def leaving(cases: Sequence[int]) -> None:
        log_whole_export(cases, actor=None, via=BY_OPERATOR)

    return stream(association, people=people, by=None, leaving=leaving)
