"""What leaves by mail: a letter holds the case number and a link, and nothing of what the case is about."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse

from notifications.access import page_of
from notifications.kinds import KINDS, Reader
from notifications.models import Delivery, Kind

BY_ACCOUNT = "Logga in för att läsa:"
BY_CODE = "Skriv in din kvittokod på den här sidan för att läsa:"

BODY = """Hej!

{says}

{how}
{link}

Lex Heller
Brevet skickades automatiskt och går inte att svara på.
"""


def compose(delivery: Delivery, connection: BaseEmailBackend | None = None) -> EmailMessage:
    """Write the letter; the same delivery gives the same letter, under the same Message-ID."""
    row = KINDS[Kind(delivery.kind)]
    case = delivery.event.case if delivery.event else None
    number = case.number if case else ""
    by_code = case is not None and (row.reader == Reader.REPORTER or delivery.address == case.reporter_email)
    without_account = delivery.user_id is None and by_code
    path = reverse("follow") if without_account else page_of(delivery.kind, number) if number else reverse("start")
    return EmailMessage(
        subject=row.subject.format(nummer=number),
        body=BODY.format(
            says=row.says.format(nummer=number),
            how=BY_CODE if without_account else BY_ACCOUNT,
            link=settings.SITE_URL + path,
        ),
        to=[delivery.address],
        headers={"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
