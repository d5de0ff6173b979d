"""Letters that come back: an address of its own for each letter, and what a mail server's report says.

A report is whatever somebody sent to an open address. It counts only if it came to an address that this installation
made for the letter, and nothing of it is kept but a code of three numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from enum import Enum
from itertools import islice

import structlog
from django.conf import settings
from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from cases.services import note_bounce
from notifications.models import Channel, Delivery, State

log = structlog.get_logger("notifications")

_MARK_LENGTH = 16
_MARKED = re.compile(rf"\+(\d{{1,18}})-([0-9a-f]{{{_MARK_LENGTH}}})@", re.IGNORECASE)


# ---- the address ----


def return_address(delivery: Delivery) -> str:
    """Return where the letter comes back if it cannot be delivered; the sender where no address is set aside."""
    if not settings.BOUNCE_ADDRESS or delivery.pk is None:
        return settings.DEFAULT_FROM_EMAIL
    box, _, host = settings.BOUNCE_ADDRESS.partition("@")
    return f"{box}+{delivery.pk}-{_mark(delivery.pk)}@{host}"


def delivery_of(address: str) -> int | None:
    """Return the key of the letter that a return address was made for; nothing if we did not make it."""
    found = _MARKED.search(address)
    if found is None:
        return None
    key = int(found[1])
    return key if constant_time_compare(_mark(key), found[2].lower()) else None


def _mark(key: int) -> str:
    """Sign the key: whoever has not got the letter cannot say that it came back."""
    return salted_hmac("notifications.bounces", str(key), algorithm="sha256").hexdigest()[:_MARK_LENGTH]


# ---- the report ----

# Where mail servers write to whom a letter really came; people may have written the last themselves.
_TO_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To")
_REPORT_TYPES = ("message/delivery-status", "message/global-delivery-status")
_CODE = re.compile(r"\s*([45]\.\d{1,3}\.\d{1,3})\b")
_FAILED = re.compile(r"\s*failed(?![\w-])", re.IGNORECASE)
# What stands instead of a code where the report has none.
NO_CODE = "failed"

# No report needs more; what a stranger writes beyond it is not even looked at.
_HEADERS_LENGTH = 65_536
_TYPE_LENGTH = 1_000
_ADDRESSES_MOST = _PARTS_MOST = _RECIPIENTS_MOST = 20


class Outcome(Enum):
    """What came of a report."""

    BOUNCED = "bounced"
    IGNORED = "ignored"
    # The letter is being sent this very moment: the report is to be handed in once more.
    TOO_EARLY = "too early"


def receive(raw: bytes, *, to: str = "") -> Outcome:
    """Note what a report says of one of our letters; whatever else it is, nothing happens.

    `to` is the address that it came to; without it the message's own headers say so.
    """
    message, body = _opened(raw.replace(b"\r\n", b"\n"))
    key = next(filter(None, map(delivery_of, [to] if to else _addresses(message))), None)
    code = _failure(message, body) if key else None
    if key is None or code is None:
        return Outcome.IGNORED
    outcome = _come_back(key, code)
    log.info("report of a letter", delivery=key, why=code, outcome=outcome.value)
    return outcome


def _come_back(key: int, code: str) -> Outcome:
    """Mark a letter that had left, with what it carried, and note that its address does not work."""
    letter = Delivery.objects.filter(pk=key, channel=Channel.MAIL)
    with transaction.atomic():
        if letter.filter(state=State.SENT).update(state=State.BOUNCED, why=code):
            Delivery.objects.filter(carried_by=key, state=State.SENT).update(state=State.BOUNCED, why=code)
            note_bounce(letter.get().address)
            return Outcome.BOUNCED
    return Outcome.TOO_EARLY if letter.filter(state=State.CLAIMED).exists() else Outcome.IGNORED


def _addresses(message: Message) -> list[str]:
    """List the return addresses that a message says it came to."""
    said = " ".join(str(value) for name in _TO_HEADERS for value in message.get_all(name, []))
    return [found[0] for found in islice(_MARKED.finditer(said), _ADDRESSES_MOST)]


def _failure(message: Message, body: bytes) -> str | None:
    """Return the code of the first recipient that a report gives up, nothing if it gives up none.

    A letter that is late, or has been handed on, has not come back. One that was tried for days and given up has,
    though its code then begins with 4.
    """
    for recipient in _recipients(message, body):
        if _FAILED.match(str(recipient.get("Action", ""))):
            found = _CODE.match(str(recipient.get("Status", "")))
            return found[1] if found else NO_CODE
    return None


def _recipients(message: Message, body: bytes) -> Iterator[Message]:
    """Yield what a report says: a block for the whole of it, and one for each recipient."""
    for part in _parts(message, body):
        report, text = _opened(part)
        if report.get_content_type() in _REPORT_TYPES:
            report.set_payload(text.decode("ascii", "surrogateescape"))
            decoded = report.get_payload(decode=True)
            assert isinstance(decoded, bytes)
            blocks = re.split(rb"\n[ \t]*\n", decoded.strip(), maxsplit=_RECIPIENTS_MOST)
            yield from (_opened(block)[0] for block in blocks[:_RECIPIENTS_MOST])
            return


def _parts(message: Message, body: bytes) -> list[bytes]:
    """Return the parts of a report; of anything else none.

    They are told apart by hand: the library's parser goes as deep as a message is nested, and a stranger may nest it
    until Python gives up.
    """
    if message.get_content_type() != "multipart/report" or len(str(message["Content-Type"])) > _TYPE_LENGTH:
        return []
    try:
        boundary = message.get_boundary()
    except ValueError:
        # The library stumbles over some broken parameters.
        return []
    if not boundary:
        return []
    line = rb"^--" + re.escape(boundary.encode("utf-8", "replace")) + rb"(?:--)?[ \t]*\n"
    return re.split(line, body, maxsplit=_PARTS_MOST, flags=re.MULTILINE)[1 : _PARTS_MOST + 1]


def _opened(raw: bytes) -> tuple[Message, bytes]:
    """Return a message's headers, and what comes after them."""
    head, _, body = raw.partition(b"\n\n") if not raw.startswith(b"\n") else (b"", b"", raw[1:])
    return BytesHeaderParser().parsebytes(head[:_HEADERS_LENGTH]), body
