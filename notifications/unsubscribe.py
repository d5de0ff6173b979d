"""A link that lets whoever holds it stop collected letters to one person, without logging in."""

from __future__ import annotations

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from cases.models import User

_SIGNER = Signer(salt="notifications.off")


def token_for(user: User) -> str:
    """Return the person's token, the same each time."""
    return _SIGNER.sign(str(user.pk))


def user_of(token: str) -> User | None:
    """Return whose token it is; nobody when it is forged or the account is gone."""
    try:
        return User.objects.filter(pk=_SIGNER.unsign(token)).first()
    except BadSignature:
        return None


def unsubscribe_url(user: User) -> str:
    """Return the whole address, for a letter's header."""
    return settings.SITE_URL + reverse("letters_off", args=[token_for(user)])
