"""The bell in the program: what a person has been told, what of it is still news, and putting it away."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Q
from django.urls import reverse

from cases import clocks
from cases.models import Association, User
from notifications.access import may_open
from notifications.kinds import KINDS
from notifications.models import UNREAD_DAYS, Channel, Delivery, DeliveryQuerySet, Kind, unread
from notifications.paths import page_of

READ_DAYS = 30
COUNT_MOST = 99
BATCH = 1000


@dataclass(frozen=True)
class Item:
    """A line of the news: what it says, where it leads; the case's heading, where that may be read."""

    url: str
    what: str
    at: dt.datetime
    is_unread: bool
    association: Association | None
    heading: str


def unread_count(user: User) -> str:
    """Count what is news to the person, up to 99+; empty when nothing is."""
    # On most pages nothing waits; what the person may open is then not even worked out.
    if not Delivery.objects.in_app_of(user).filter(seen_at__isnull=True).exists():
        return ""
    # A list's order would only cost.
    count = Delivery.objects.unread_by(user).order_by()[: COUNT_MOST + 1].count()
    return f"{COUNT_MOST}+" if count > COUNT_MOST else str(count or "")


def news_of(user: User) -> DeliveryQuerySet:
    """List the person's news first, then what they have read in the last month, each newest first."""
    recent = Q(created_at__gte=clocks.now() - dt.timedelta(days=READ_DAYS))
    rows = Delivery.objects.in_app_of(user).open_to(user).annotate(is_unread=unread(user))
    return (
        rows.filter(Q(is_unread=True) | recent)
        .select_related("event__case__association", "association")
        .order_by("-is_unread", "-created_at", "-id")
    )


def item(delivery: Delivery) -> Item:
    """Put a row of `news_of` in words."""
    case = delivery.event.case if delivery.event else None
    # A card shows nothing of what its case says.
    is_card = delivery.kind == Kind.STATUS
    return Item(
        url=_url(delivery),
        what=KINDS[Kind(delivery.kind)].subject.format(nummer=case.number if case else ""),
        at=delivery.created_at,
        is_unread=delivery.is_unread,  # type: ignore[attr-defined]
        association=case.association if case else delivery.association,
        heading=case.heading if case and not is_card else "",
    )


def _url(delivery: Delivery) -> str:
    """Lead to the case, which notes who opens it, or by way of a page that marks the word as read."""
    if delivery.event is None or delivery.kind == Kind.STATUS:
        return reverse("news_open", args=[delivery.pk])
    return reverse("case", args=[delivery.event.case.number])


def leads_to(delivery: Delivery, user: User) -> str:
    """Return the page that word is about: the card of a case while there is one, else the case."""
    event = delivery.event
    if event is not None and not may_open(delivery.kind, event, user):
        return reverse("case", args=[event.case.number])
    return page_of(delivery)


def opened(user: User, key: int) -> Delivery | None:
    """Mark a word to the person as read and return it; nothing if they were told no such thing."""
    delivery = Delivery.objects.in_app_of(user).filter(pk=key).open_to(user).select_related("event__case").first()
    if delivery is not None and delivery.seen_at is None:
        delivery.seen_at = clocks.now()
        delivery.save(update_fields=["seen_at"])
    return delivery


def last_seen(user: User) -> int:
    """Return the key of the newest word to the person: what comes after it, they have not seen on this page."""
    waiting = Delivery.objects.filter(channel=Channel.APP, user=user, seen_at__isnull=True)
    newest: int = waiting.aggregate(newest=Max("pk"))["newest"] or 0
    return newest


def put_away(user: User, *, upto: int) -> None:
    """Mark what the person has been told as read, as far as the row that they saw last."""
    rows = Delivery.objects.filter(channel=Channel.APP, user=user, seen_at__isnull=True, pk__lte=upto)
    rows.update(seen_at=clocks.now())


def put_away_opened() -> int:
    """Mark as read what its reader has opened since, or what is too old to be news; return how many rows.

    The index that the bell is counted by holds only what is not marked, and stays small.
    """
    waiting = Delivery.objects.filter(channel=Channel.APP, seen_at__isnull=True)
    old = waiting.filter(created_at__lt=clocks.now() - dt.timedelta(days=UNREAD_DAYS))
    return sum(_put_away(rows) for rows in (old, waiting.opened()))


def _put_away(rows: DeliveryQuerySet) -> int:
    """Mark the rows in batches, so that no update holds many of them for long."""
    count = 0
    while keys := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        count += Delivery.objects.filter(pk__in=keys).update(seen_at=clocks.now())
    return count
