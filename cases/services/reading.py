"""The log of who read what: opened, printed, exported, or looked under a mask; and of what was done by a key."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db import connection, transaction

from cases import clocks
from cases.codes import ReadAction, Role
from cases.errors import MoveNotAllowed
from cases.models import Case, MaskedOriginal, ReadLog, User
from cases.querysets import Actor, roles_of

# The widest role is the one that let somebody in.
_ORDER = (Role.COORDINATOR, Role.SUCCESSOR, Role.PREPARATORY, Role.CONTACT, Role.REPORTER)


def log_read(case: Case, *, actor: Actor, action: ReadAction) -> None:
    """Note that somebody opened or printed a case."""
    _log([case], actor, action)


def log_export(cases: Iterable[Case], *, actor: Actor) -> None:
    """Note that cases left in a file, one row for each."""
    _log(cases, actor, ReadAction.EXPORTED)


def log_export_of(keys: Collection[int], *, actor: Actor) -> None:
    """Note that something of these cases left in a document."""
    # A role is read from the case's concerns.
    log_export(Case.objects.filter(pk__in=keys).prefetch_related("concerns"), actor=actor)


def log_whole_export(cases: Collection[int], *, actor: User | None, via: str = "") -> None:
    """Note that cases, by their keys, left with all that their förbund has: to its coordinator, or the operator."""
    role = Role.COORDINATOR if actor is not None else ""
    if actor is not None and actor.via is not None:
        actor.via.noted, via = True, actor.via.key
    names = ["at", "user_id", "role", "action", "via", "address"]
    values: list[Any] = [clocks.now(), actor.pk if actor is not None else None, role, ReadAction.EXPORTED, via, ""]
    # One statement for some hundred cases, without an object for each.
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO cases_readlog ({', '.join(names)}, case_id, association_id) "  # noqa: S608 # nosec B608 (our own names)
            f"SELECT {', '.join(['%s'] * len(names))}, id, association_id FROM cases_case "
            f"WHERE id IN ({', '.join(['%s'] * len(cases))})",
            [*values, *cases],
        )


def log_use(user: User, *, address: str, rows: int, changes: bool) -> None:
    """Note what a program did by a key, unless the cases that it opened say so already.

    A step stands with its case; anything else with each förbund whose things the key's owner sees, since one list may
    hold rows of them all. `address` is a pattern, with no number in it and nothing that was searched for. Who only
    reports stands there as a reporter, whom the log does not name: what they fetched in the same moment would.
    """
    via = user.via
    if via is None or via.noted:
        return
    common = {
        "at": clocks.now(),
        "user": user,
        "action": ReadAction.SENT if changes else ReadAction.FETCHED,
        "via": via.key,
        "address": address,
        "rows": rows,
    }
    if via.changed is not None:
        case = via.changed
        ReadLog.objects.create(**common, association_id=case.association_id, case=case, role=via.role)
        return
    ReadLog.objects.bulk_create(
        ReadLog(**common, association_id=key, role=Role.REPORTER if only_reports else "")
        for key, only_reports in sorted(_concerned(user).items())
    )


def _concerned(user: User) -> dict[int, bool]:
    """Return each förbund whose things somebody sees, and whether they only report there.

    Of somebody whose last role has ended, those where they had one: that their key is still tried is worth knowing.
    """
    standing = user.standing()
    seen = standing.everywhere | standing.inherited
    if user.system_of_id is not None:
        seen |= {user.system_of_id}
    if seen:
        return {key: _only_reports(user, key) for key in seen}
    places = set(user.function_places.values_list("function__member__association", flat=True))
    had = {*user.grants.values_list("association", "role"), *((key, "") for key in places)}
    return {key: {role for where, role in had if where == key} == {Role.REPORTER} for key, _ in had}


def _only_reports(user: User, association_id: int) -> bool:
    standing = user.standing()
    roles = {role for role in standing.grants if standing.holds(role, association_id)}
    return not user.is_system and roles == {Role.REPORTER} and association_id not in standing.function_associations


def original(case: Case, *, actor: Actor, masked: MaskedOriginal) -> str:
    """Return what stood under a mask, for a coordinator alone, and note that it was read."""
    with transaction.atomic():
        if Role.COORDINATOR not in roles_of(case, actor) or masked.case_id != case.pk:
            raise MoveNotAllowed("Bara samordnaren kan läsa det som är maskerat.", code="original_not_allowed")
        log_read(case, actor=actor, action=ReadAction.ORIGINAL)
        return masked.body


def _log(cases: Iterable[Case], actor: Actor, action: ReadAction) -> None:
    user = actor if isinstance(actor, User) else None
    via = user.via if user else None
    if via is not None:
        via.noted = True
    at = clocks.now()
    ReadLog.objects.bulk_create(
        (
            ReadLog(
                at=at,
                user=user,
                role=role_read_in(case, actor),
                action=action,
                association_id=case.association_id,
                case=case,
                via=via.key if via else "",
            )
            for case in cases
        ),
        batch_size=1000,
    )


def role_read_in(case: Case, actor: Actor) -> Role:
    """Return the role that lets the actor read the case."""
    roles = roles_of(case, actor)
    return next(role for role in _ORDER if role in roles)
