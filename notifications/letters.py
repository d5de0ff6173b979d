"""What a letter says: one row for each kind.

A letter leaves the house: it holds the case number and a link, and nothing of what the case is about or whom it
concerns.
"""

from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.urls import reverse

from notifications.models import Delivery, Kind


class Wording(NamedTuple):
    subject: str
    says: str


WORDINGS: dict[str, Wording] = {
    Kind.RECEIPT: Wording(
        "Vi har tagit emot {number}",
        "Tack! Din rapport har kommit in och har fått nummer {number}.",
    ),
    Kind.NEW: Wording("Nytt ärende {number}", "Ärende {number} har kommit in till kansliet."),
    Kind.QUESTION: Wording(
        "Fråga om {number}",
        "Det finns en fråga till dig i ärende {number}. Ärendet väntar på ditt svar.",
    ),
    Kind.REPLIED: Wording("Svar på frågan i {number}", "Frågan i ärende {number} har fått ett svar."),
    Kind.SENT: Wording(
        "Ärende {number} har skickats till er",
        "Ärende {number} har skickats till er. Bekräfta att ni har tagit emot det.",
    ),
    Kind.RETURNED: Wording(
        "Ärende {number} har lämnats tillbaka",
        "Ärende {number} har lämnats tillbaka till kansliet och behöver skickas om.",
    ),
    Kind.ANSWERED: Wording("Ärende {number} har fått ett svar", "En part har svarat i ärende {number}."),
    Kind.SHARED: Wording("Svar i {number}", "En part har svarat i ditt ärende {number}. Nu kan du läsa svaret."),
    Kind.ENDED: Wording("Svar i {number}", "Det finns ett svar till dig i ärende {number}."),
    Kind.REOPENED: Wording("Ärende {number} är öppnat igen", "Ärende {number} är öppnat igen."),
}

# The others go to the kansli or to a function.
TO_REPORTER = frozenset({Kind.RECEIPT, Kind.QUESTION, Kind.SHARED, Kind.ENDED})

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
    number = delivery.event.case.number
    wording = WORDINGS[delivery.kind]
    without_account = delivery.user_id is None and delivery.kind in TO_REPORTER
    path = reverse("follow") if without_account else reverse("case", args=[number])
    return EmailMessage(
        subject=wording.subject.format(number=number),
        body=BODY.format(
            says=wording.says.format(number=number),
            how=BY_CODE if without_account else BY_ACCOUNT,
            link=settings.SITE_URL + path,
        ),
        to=[delivery.address],
        headers={"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"},
        connection=connection,
    )
