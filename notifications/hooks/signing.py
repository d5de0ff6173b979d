"""How a system knows that word is ours: signed as "Standard Webhooks" has it.

A secret is reckoned from the installation's own and from what tells the hook and its version apart. No table, backup or
log holds it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac

from django.utils.crypto import salted_hmac

from cases import clocks
from notifications.models import Hook

PREFIX = "whsec_"
# For so long the secret before the newest is used too, so that a system can change without missing anything.
OVERLAP = dt.timedelta(days=1)


def secret_of(hook: Hook) -> str:
    """Return the hook's newest secret as its receiver writes it down: whsec_ and 32 bytes in base64."""
    return PREFIX + base64.b64encode(_key(hook, hook.version)).decode("ascii")


def signature_headers(hook: Hook, message_id: str, body: bytes) -> dict[str, str]:
    """Sign a body as of now, by every secret that may be in use."""
    timestamp = str(int(clocks.now().timestamp()))
    signed = b".".join([message_id.encode(), timestamp.encode(), body])
    signatures = [_signature(_key(hook, version), signed) for version in _versions(hook)]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": " ".join(signatures),
    }


def _versions(hook: Hook) -> list[int]:
    """List the versions of the secret that are in use, the newest first."""
    old = hook.old_secret_until is not None and hook.old_secret_until > clocks.now()
    return [hook.version, hook.version - 1] if old else [hook.version]


def _key(hook: Hook, version: int) -> bytes:
    return salted_hmac("notifications.hooks", f"{hook.key}:{version}", algorithm="sha256").digest()


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode("ascii")
