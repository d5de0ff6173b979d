"""Holding word while it is sent: whoever claims a row holds it until a time, and alone says how it went.

A claim is an update that counts, under a token that is made anew each time, so that a row has one holder on every
database. What a crash leaves behind is free again when its time has passed.
"""

from __future__ import annotations

import datetime as dt
import time
import uuid
from collections.abc import Callable, Collection

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from cases import clocks
from notifications.models import Delivery, State

MARK_TRIES = 5
# Nothing is held, or tried again, so much later than now.
AHEAD_MOST = dt.timedelta(days=1)


def claim(free: QuerySet[Delivery], number: int, *, order: Collection[str], lease: dt.timedelta) -> QuerySet[Delivery]:
    """Take hold of some rows, the first in the order, and return those that are held now."""
    token = uuid.uuid4().hex
    with transaction.atomic():
        skips = connection.features.has_select_for_update_skip_locked
        rows = free.select_for_update(skip_locked=skips, of=("self",))
        keys = list(rows.order_by(*order).values_list("pk", flat=True)[:number])
        # Asked again: where rows cannot be locked, somebody else may have been quicker.
        free.filter(pk__in=keys).update(state=State.CLAIMED, claim=token, not_before=clocks.now() + lease)
    return Delivery.objects.filter(pk__in=keys, claim=token, state=State.CLAIMED)


def held(delivery: Delivery) -> QuerySet[Delivery]:
    """Keep the row if it is still held by the claim that it was read under."""
    return Delivery.objects.filter(pk=delivery.pk, state=State.CLAIMED, claim=delivery.claim)


def release(deliveries: Collection[Delivery]) -> None:
    """Let go what was claimed, under one token, and not tried."""
    claims = {delivery.claim for delivery in deliveries}
    mine = Delivery.objects.filter(pk__in=[d.pk for d in deliveries], state=State.CLAIMED, claim__in=claims)
    mine.filter(attempts=0).update(state=State.WAITING, claim="", not_before=clocks.now())
    mine.filter(attempts__gt=0).update(state=State.RETRYING, claim="", not_before=clocks.now())


def mark(parts: Collection[QuerySet[Delivery]], **fields: object) -> None:
    """Write how it went with all of the rows or none."""

    def write() -> None:
        for rows in parts:
            rows.update(**fields)

    surely(write)


def surely(write: Callable[[], None]) -> None:
    """Write also over a database that is just being restarted: what left shall not leave again.

    Inside a transaction there is nothing to try again.
    """
    for tried in range(1, MARK_TRIES + 1):
        try:
            with transaction.atomic():
                write()
        except (OperationalError, InterfaceError):
            if tried == MARK_TRIES or connection.in_atomic_block:
                raise
            connection.close()
            time.sleep(tried)
        else:
            return


def undo_a_clock_that_was_ahead(rows: QuerySet[Delivery]) -> int:
    """Let go what was put off by a clock that has been set back since, by a day or by years; return how many rows.

    Word that has not been tried may wait for its time for longer, if it was made in the past.
    """
    ahead = clocks.now() + AHEAD_MOST
    wrong = Q(state__in=[State.CLAIMED, State.RETRYING]) | Q(state=State.WAITING, created_at__gt=ahead)
    return rows.filter(wrong, not_before__gt=ahead).update(not_before=clocks.now())
