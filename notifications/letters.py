"""What leaves by mail: a letter holds the case number and a link, and nothing of what the case is about.

It is written from the event, so that it says the same whenever it leaves. Of the case only the number is read.
"""

from __future__ import annotations

from collections.abc import Collection
from email.charset import QP, Charset
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import Prefetch, prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse

from notifications.bounces import return_address
from notifications.kinds import KINDS
from notifications.letter_guard import PLACEHOLDER
from notifications.letter_texts import own_words
from notifications.models import Delivery, Kind, State
from notifications.paths import by_login, by_receipt, link_of, number_of
from notifications.unsubscribe import unsubscribe_url

BY_LOGIN = "Öppna sidan här. Är du inte inloggad får du en engångskod till din e-post:"
BY_CODE = "Skriv in din kvittokod på den här sidan:"

# Some relays still take no 8-bit text.
QUOTED = Charset("utf-8")
QUOTED.body_encoding = QP


class Words(Protocol):
    """The words of a letter: our own for the kind, or a förbund's."""

    @property
    def subject(self) -> str: ...

    @property
    def says(self) -> str: ...


def compose(
    delivery: Delivery, connection: BaseEmailBackend | None = None, *, words: Words | None = None
) -> EmailMessage:
    """Write the letter; the same delivery gives the same letter, under the same Message-ID.

    `words` are used instead of those that the database holds for it.
    """
    words = words or words_of([delivery])[delivery.pk]
    number = number_of(delivery)
    # One line, whatever is stored.
    subject = " ".join(words.subject.replace(PLACEHOLDER, number).split())
    context = {
        "subject": subject,
        "says": words.says.replace(PLACEHOLDER, number),
        "items": _items(delivery) if delivery.kind == Kind.DIGEST else [],
        "how": BY_CODE if by_receipt(delivery) else BY_LOGIN,
        "link": link_of(delivery),
        "link_text": f"Öppna {number}" if number else Kind(delivery.kind).label,
        "choose": by_login(reverse("letter_settings")) if delivery.user_id else "",
    }
    message = EmailMultiAlternatives(
        subject=subject,
        body=render_to_string("notifications/letter.txt", context).strip() + "\n",
        from_email=return_address(delivery),
        to=[delivery.address],
        headers=_headers(delivery),
        connection=connection,
    )
    message.attach_alternative(render_to_string("notifications/letter.html", context), "text/html")
    message.encoding = QUOTED
    return message


def words_of(deliveries: Collection[Delivery]) -> dict[int | None, Words]:
    """Return for each letter, by its key, the förbund's own words for the kind where they may be used, else ours."""
    keys = {one.pk: (association, one.kind) for one in deliveries if (association := _association_of(one))}
    own = own_words(set(keys.values())) if keys else {}
    return {one.pk: own.get(keys.get(one.pk, (0, ""))) or KINDS[Kind(one.kind)] for one in deliveries}


def _association_of(delivery: Delivery) -> int | None:
    return delivery.event.case.association_id if delivery.event else delivery.association_id


def _headers(delivery: Delivery) -> dict[str, str]:
    headers = {
        # Whatever the envelope says.
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": delivery.message_id,
        # Asks machines not to answer: the first is the standard, the second Microsoft's.
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    if thread := delivery.thread_id:
        headers |= {"In-Reply-To": thread, "References": thread}
    if delivery.kind == Kind.DIGEST and delivery.user:
        # RFC 8058: the mail program's own button.
        headers["List-Unsubscribe"] = f"<{unsubscribe_url(delivery.user)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _items(digest: Delivery) -> list[dict[str, Any]]:
    """List what a digest carries, the newest last; what was taken out of it since is left out."""
    prefetch_related_objects([digest], Prefetch("carries", Delivery.objects.select_related("event__case")))
    kept = [one for one in digest.carries.all() if one.state != State.SUPPRESSED]
    return [
        {"label": Kind(one.kind).label, "number": number_of(one), "link": link_of(one)}
        for one in sorted(kept, key=lambda one: (one.created_at, one.pk))
    ]
