"""Twice a year a function says who its people are, so that nothing goes to somebody who has left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

import structlog

from cases import clocks
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import ContactFunction, FunctionPerson, User
from cases.services.registers import holding

log = structlog.get_logger("cases.registers")

SOMEBODY = (
    "Minst en person måste vara kvar. Har alla slutat? Då behöver förbundets administratör först lägga till någon ny."
)
CHANGED = "Personerna i funktionen har ändrats sedan du öppnade sidan. Se efter igen."


def confirm_function(
    function: ContactFunction, *, actor: User, remaining: Collection[int], gone: Collection[int] = ()
) -> ContactFunction:
    """Note that a function's people have been gone through, and end the places of those who are gone.

    By somebody who sits there or the administrator. `remaining` and `gone` are places, by id. Together they name every
    place of today: somebody who was added after the page was opened is neither confirmed nor taken out.
    """
    with holding(function.member.association):
        row: ContactFunction | None = ContactFunction.objects.confirmable_by(actor).filter(pk=function.pk).first()
        if row is None:
            sentence = "Det här kan bara funktionens egna personer eller förbundets administratör göra."
            raise MoveNotAllowed(sentence, code="not_in_function")
        places = list(row.people.in_force().select_related("user"))
        if any(place.pk not in {*remaining, *gone} for place in places):
            raise MoveNotAllowed(CHANGED, code="changed")
        leaving = [place for place in places if place.pk not in remaining]
        if not any(place.user.is_active for place in places if place.pk in remaining):
            raise Incomplete({"remaining": SOMEBODY})
        _end(leaving)
        row.confirmed_on, row.confirmed_by = clocks.today(), actor
        row.save(update_fields=["confirmed_on", "confirmed_by"])
        log.info("function_confirmed", by=actor.pk, function=row.pk, ended=[place.pk for place in leaving])
    return row


def _end(places: list[FunctionPerson]) -> None:
    """End places after yesterday; one that began today, after today, since no place ends before it begins."""
    yesterday = clocks.today() - dt.timedelta(days=1)
    for place in places:
        place.to_on = max(place.from_on, yesterday)
    FunctionPerson.objects.bulk_update(places, ["to_on"])
