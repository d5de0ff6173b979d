"""Word of what has happened in the demo of late, as if it had been sent at the time; nothing leaves."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F

from cases import clocks, services
from cases.codes import ReadAction
from cases.models import Event
from cases.querysets import roles_of
from notifications.filling import tell
from notifications.models import Channel, Delivery, Kind, State

DAYS = 45
# What is newer has not been read yet, nor has what somebody waits for its reader to act on.
READ_AFTER = dt.timedelta(days=4)
WAITED_FOR = frozenset({Kind.SENT, Kind.QUESTION})
BEFORE_ACTING = dt.timedelta(minutes=10)


@transaction.atomic
def tell_as_sent(until: dt.datetime) -> int:
    """Make word of the demo's latest events, sent and partly read by then; return how many events.

    In one transaction, so that no sweep ever sees a letter that waits. What has been told is not told again.
    """
    latest = Event.objects.filter(
        case__association__is_demo=True, at__gte=until - dt.timedelta(days=DAYS), at__lt=until
    )
    related = ("case__association", "case__reporter", "function__member", "concern__member")
    untold = latest.filter(deliveries__isnull=True).select_related(*related)
    events = list(untold.prefetch_related("case__association__hooks").order_by("at", "pk"))
    for event in events:
        with clocks.at(event.at):
            tell(event)
    told = Delivery.objects.filter(event__in=events)
    told.filter(state=State.WAITING).update(state=State.SENT, sent_at=F("not_before"))
    for delivery in told.filter(channel=Channel.APP).select_related("event__case", "user"):
        _read(delivery, until)
    return len(events)


def _read(delivery: Delivery, until: dt.datetime) -> None:
    """Have somebody open the case of word that is not quite new, or before the step that they took next."""
    event, user = delivery.event, delivery.user
    assert event is not None
    assert user is not None
    step = event.case.events.filter(actor=user, seq__gt=event.seq).order_by("seq").first()
    if step is not None:
        at = max(step.at - BEFORE_ACTING, event.at)
    elif event.at < until - READ_AFTER and delivery.kind not in WAITED_FOR:
        at = event.at + dt.timedelta(hours=1 + event.seq % 5, minutes=7 * (user.pk % 8))
    else:
        return
    with clocks.at(at):
        if roles_of(event.case, user):
            services.log_read(event.case, actor=user, action=ReadAction.OPENED)
