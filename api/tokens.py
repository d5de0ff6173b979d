"""Making, finding and revoking keys.

A key is `lexheller_<prefix>_<secret><checksum>`. The word in front lets secret scanners find one that has leaked; the
checksum tells a key that was typed or cut wrong without a look in the database.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import string
import zlib
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import transaction
from django.db.models import Q
from rest_framework.exceptions import AuthenticationFailed

from api.models import NAME_LENGTH, PREFIX_LENGTH, Token, TokenQuerySet
from api.scopes import Scope
from cases import clocks
from cases.codes import Role
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Association, User
from cases.services import current_people_of, guarded
from cases.services.acting import only_once
from cases.services.registers import changing

log = structlog.get_logger("api.keys")

_DIGITS = string.digits + string.ascii_letters
# 43 of 62 signs are more than 256 bits.
_SECRET_LENGTH, _CHECKSUM_LENGTH = 43, 6
_FORM = re.compile(
    rf"lexheller_([0-9a-z]{{{PREFIX_LENGTH}}})_([0-9A-Za-z]{{{_SECRET_LENGTH}}})([0-9A-Za-z]{{{_CHECKSUM_LENGTH}}})"
)

DEFAULT_DAYS, MOST_DAYS = 365, 730
# Nobody keeps an eye on more.
MOST_KEYS = 20
# A key's last use is written when the one that stands there is older.
USE_STEP = dt.timedelta(minutes=5)


class TokenUnknown(AuthenticationFailed):
    """There is no such key, or it was cut or typed wrong."""

    default_code = "token_unknown"


class TokenRevoked(AuthenticationFailed):
    """The key was revoked."""

    default_code = "token_revoked"


class TokenExpired(AuthenticationFailed):
    """The key's last day has passed."""

    default_code = "token_expired"


class AccountInactive(AuthenticationFailed):
    """The key's owner may not log in either."""

    default_code = "account_inactive"


@dataclass(frozen=True)
class Issued:
    """A new key. `plain` is the key itself, to be shown once and kept nowhere."""

    token: Token
    plain: str = field(repr=False)


def issue(owner: User, *, actor: User, name: str, scopes: Collection[str], last_day: dt.date, key: str = "") -> Issued:
    """Make a key: for oneself, or for a system of a förbund that one administers. It works to the end of the last day.

    The same `key` of a form makes one and no more: raises AlreadyDone, Incomplete, PersonalDataFound or
    MoveNotAllowed before anything is stored.
    """
    name = " ".join(guarded({"name": name})["name"].split())
    if wrong := _wrong(name, scopes, last_day):
        raise Incomplete(wrong)
    with transaction.atomic(), _allowed(owner, actor):
        only_once(key, "key", owner.pk, actor.pk)
        # One at a time, so that the number holds.
        User.objects.select_for_update(no_key=True).get(pk=owner.pk)
        if owner.tokens.working().count() >= MOST_KEYS:
            raise MoveNotAllowed(f"Det finns redan {MOST_KEYS} nycklar. Återkalla någon först.", code="too_many_keys")
        secret = _random(_DIGITS, _SECRET_LENGTH)
        token = Token.objects.create(
            user=owner,
            name=name,
            scopes=[scope.value for scope in Scope if scope in scopes],
            prefix=_random(string.digits + string.ascii_lowercase, PREFIX_LENGTH),
            secret_hash=_hash(secret),
            created_by=actor,
            expires_at=clocks.end_of(last_day),
        )
    log.info("key_made", by=actor.pk, user=owner.pk, key=token.prefix)
    return Issued(token, f"lexheller_{token.prefix}_{secret}{_checksum(token.prefix, secret)}")


def revoke(token: Token, *, actor: User) -> None:
    """Make a key stop working at once and for good: one's own, or one of a förbund that one administers."""
    if token.user_id != actor.pk and not any(
        kept_in(association).filter(pk=token.pk).exists() for association in _administered(actor)
    ):
        raise MoveNotAllowed("Det här kan bara nyckelns ägare eller förbundets administratör göra.", code="not_yours")
    revoked = Token.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=clocks.now(), revoked_by=actor)
    if revoked:
        log.info("key_revoked", by=actor.pk, user=token.user_id, key=token.prefix)


def kept_in(association: Association) -> TokenQuerySet:
    """Return the keys of the förbund's systems, and of the people who are something there today or later."""
    people = current_people_of(association).order_by().values("pk")
    return Token.objects.filter(Q(user__system_of=association) | Q(user__in=people))


def find(plain: str) -> Token:
    """Return a key that works, with its owner, by one question to the database.

    Raises TokenUnknown; and for who holds the secret TokenRevoked, TokenExpired or AccountInactive.
    """
    found = _FORM.fullmatch(plain)
    if found is None or not secrets.compare_digest(found[3], _checksum(found[1], found[2])):
        raise TokenUnknown
    token = Token.objects.select_related("user").filter(prefix=found[1]).first()
    if token is None or not secrets.compare_digest(token.secret_hash, _hash(found[2])):
        raise TokenUnknown
    if token.revoked_at is not None:
        raise TokenRevoked
    if not token.works:
        raise TokenExpired
    if not token.user.may_act:
        raise AccountInactive
    return token


def note_use(token: Token) -> None:
    """Note when a key was used last, to some minutes."""
    now = clocks.now()
    if token.last_used_at is None or now - token.last_used_at >= USE_STEP:
        older = Q(last_used_at=None) | Q(last_used_at__lt=now)
        Token.objects.filter(older, pk=token.pk).update(last_used_at=now)


def _allowed(owner: User, actor: User) -> AbstractContextManager[Any]:
    """Hold what a key is made in: a system's förbund for its administrator, nothing for oneself."""
    if owner.system_of is not None:
        return changing(owner.system_of, actor=actor)
    if owner.pk != actor.pk or not actor.is_active:
        raise MoveNotAllowed("En nyckel gör man bara åt sig själv.", code="not_yours")
    return nullcontext()


def _administered(actor: User) -> list[Association]:
    return list(Association.objects.filter(pk__in=actor.standing().associations(Role.ADMIN)))


def _wrong(name: str, scopes: Collection[str], last_day: dt.date) -> dict[str, str]:
    """Return, by field, what is wrong with what a key is to be."""
    wrong, today = {}, clocks.today()
    if not name:
        wrong["name"] = "Skriv vad nyckeln är till för."
    elif len(name) > NAME_LENGTH:
        wrong["name"] = f"Skriv högst {NAME_LENGTH} tecken."
    if not scopes or not set(scopes) <= set(Scope.values):
        wrong["scopes"] = "Välj minst en sak som nyckeln får användas till."
    if not today <= last_day <= today + dt.timedelta(days=MOST_DAYS):
        wrong["last_day"] = "Välj en dag från i dag till om två år."
    return wrong


def _random(signs: str, length: int) -> str:
    return "".join(secrets.choice(signs) for _ in range(length))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(prefix: str, secret: str) -> str:
    """Return the CRC-32 of a key's parts, in base 62."""
    rest, signs = zlib.crc32(f"{prefix}_{secret}".encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        rest, digit = divmod(rest, len(_DIGITS))
        signs = _DIGITS[digit] + signs
    return signs
