"""Systems: programs of a förbund, or of one of its members, that come in by a key.

Roles and places in functions they get as people do, so that who sees what is told in one way for both.
"""

from __future__ import annotations

import structlog
from django.db.models import QuerySet

from cases.errors import Incomplete
from cases.models import Association, Member, User
from cases.services.registers import changing, named, own_member

log = structlog.get_logger("cases.people")


def systems_of(association: Association) -> QuerySet[User]:
    """Return the förbund's systems, its members' own among them."""
    return User.objects.filter(system_of=association).select_related("system_member")


def save_system(
    association: Association, *, actor: User, name: str, member: Member | None = None, system: User | None = None
) -> User:
    """Add a system, or rename one. Whose it is cannot change: what it may be given follows from that."""
    name = named(name)
    with changing(association, actor=actor) as held:
        systems = systems_of(held)
        if name.casefold() in {other.name.casefold() for other in systems if other != system}:
            raise Incomplete({"name": "Ett annat system heter redan så."})
        if system is None:
            row = User.objects.create_system(
                held, name=name, member=None if member is None else own_member(held, member)
            )
            log.info("system", by=actor.pk, user=row.pk, association=held.pk)
            return row
        row = systems.get(pk=system.pk)
        row.name = name
        row.save(update_fields=["name"])
    return row
