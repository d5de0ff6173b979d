"""What the description says of a step: who takes it, on what, and what it may be refused with, drawn from the table."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from rest_framework import serializers

from api.scopes import BY_ROLE
from api.shapes.base import Address, Text
from api.shapes.moves import SHAPES
from cases.codes import ConcernState, Role, Status
from cases.swedish import joined
from cases.workflow import ALL_STATUSES, MOVES

AS = {
    Role.REPORTER: "the reporter",
    Role.CONTACT: "the contact function",
    Role.COORDINATOR: "the kansli",
    Role.PREPARATORY: "the beredningsgrupp",
}
# Texts that name what is in the registers, and are stored nowhere.
NAMES = frozenset({"member", "unit", "initiative"})
# Ids of what the step is on: they are found or not, and lack nothing.
ON = frozenset({"concern", "measure"})


def of_step(verb: str) -> str:
    """Say who takes a step and on what, what it may be refused with, and which scope a key needs for it."""
    return "\n\n".join([_taken(verb), _refused(verb), _scopes(verb)])


def writes(verb: str) -> bool:
    """Tell whether a step takes words that are stored, which the guard reads first."""
    return any(_is_written(name, field) for name, field in SHAPES[verb]().fields.items())


def _is_written(name: str, field: Any) -> bool:
    if isinstance(field, serializers.ListField):
        return _is_written("", field.child)
    if isinstance(field, serializers.Serializer):
        return any(_is_written(inner, one) for inner, one in field.fields.items())
    return isinstance(field, Text) and not isinstance(field, Address) and name not in NAMES


def _taken(verb: str) -> str:
    move = MOVES[verb]
    who = [whom for role, whom in AS.items() if role in move.roles]
    others = [whom for role, whom in AS.items() if role in move.roles and role != Role.COORDINATOR]
    instead = f" (which then records it for {joined(others, 'or')})" if move.on_behalf else ""
    where = "in whatever status the case is"
    if set(move.from_) != ALL_STATUSES:
        where = f"when the case's status is {_one_of(Status, move.from_)}"
    if move.states is not None:
        where += f"; the state of the concern is then {_one_of(ConcernState, move.states)}"
    return f"Taken by {joined(who, 'or')}{instead}, {where}."


def _one_of(codes: Iterable[str], those: Collection[str]) -> str:
    return joined([f"`{code}`" for code in codes if code in those], "or")


def _refused(verb: str) -> str:
    wrong = []
    if set(SHAPES[verb]().fields) - ON:
        wrong.append("`incomplete` (400)")
    if writes(verb):
        wrong.append("`personal_data` (400)")
    codes = [*wrong, f"`{verb}_not_allowed` (409)", "`changed_meanwhile` (412)"]
    return f"The domain may refuse it with {joined(codes, 'or')}; `detail` says what stands in the way."


def _scopes(verb: str) -> str:
    """Say which scope a key needs for a step: that of what its owner is in it."""
    scopes: dict[str, list[str]] = {}
    for role, scope in BY_ROLE.items():
        if role in MOVES[verb].roles:
            scopes.setdefault(scope.value, []).append(AS[role])
    if len(scopes) == 1:
        return f"A key needs the scope `{next(iter(scopes))}`."
    by_role = ", ".join(f"`{scope}` as {' or '.join(whom)}" for scope, whom in scopes.items())
    return f"A key needs the scope that follows from what its owner is to the case: {by_role}."
