"""A förbund's webhooks: adding, changing, trying out, a new secret, on and off. All of it is its administrator's.

A hook is never removed, since the proof points at it.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import structlog
from django.db.models import QuerySet
from django.utils.formats import date_format

from cases import clocks
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Association, ContactFunction, User
from cases.services import guarded
from cases.services.guarding import fits
from cases.services.registers import changing
from notifications.hooks.addresses import BadAddress, checked
from notifications.hooks.sending import switch_off
from notifications.hooks.signing import OVERLAP
from notifications.models import TRIAL, UNSENT, Delivery, Hook, Kind, OffWhy, new_key
from notifications.preferences import KANSLI_LABELS, told_to_function, told_to_kansli

log = structlog.get_logger("notifications")

NAME_LENGTH = 80
# For so long the same form, sent again by the same person, shows the same secret: a double click must not leave them
# without it.
AGAIN = dt.timedelta(minutes=10)

ALREADY = "Det går redan en webhook till den adressen härifrån."
NOT_HERE = "Välj en funktion som hör till förbundet."
NOTHING_CHOSEN = "Välj minst en sak som systemet ska få veta."
ON_ITS_WAY = "Ett prov är redan på väg. Ladda om sidan om en stund."
RENEWED = "Någon har redan gjort en ny hemlighet. Ladda om sidan."

# What people read about their own function, said of another's.
FUNCTION_LABELS = {Kind.SENT: "Något nytt att svara på", Kind.REPLIED: "Svar på funktionens fråga"}

_KEY = re.compile(r"[0-9a-f]{32}")


def kinds_of(function: ContactFunction | int | None) -> Sequence[Kind]:
    """List what a function is told of, or without one the kansli."""
    return told_to_kansli() if function is None else told_to_function()


def label_of(kind: Kind, function: int | None) -> str:
    """Say what a kind tells, of a function, or without one of the kansli."""
    return (KANSLI_LABELS if function is None else FUNCTION_LABELS).get(kind, kind.label)


def add_hook(
    association: Association,
    *,
    actor: User,
    name: str,
    address: str,
    function: ContactFunction | None = None,
    key: str = "",
) -> Hook:
    """Add a system that is told all that the kansli is told, or the function.

    The form's key makes one of a double click. Raises Incomplete with a sentence for each field that is wrong.
    """
    texts = _texts(name, address)
    with changing(association, actor=actor) as held:
        mine = held.hooks.filter(key=key, made_by=actor, version=1)
        if again := mine.filter(made_at__gt=clocks.now() - AGAIN).first():
            return again
        if function is not None and function.member.association_id != held.pk:
            raise Incomplete({"function": NOT_HERE})
        _free(held.hooks.filter(function=function), texts["address"])
        fresh = _KEY.fullmatch(key) and not Hook.objects.filter(key=key).exists()
        hook = Hook.objects.create(
            association=held,
            function=function,
            kinds=list(kinds_of(function)),
            key=key if fresh else new_key(),
            made_by=actor,
            **texts,
        )
    log.info("hook made", hook=hook.pk, actor=actor.pk)
    return hook


def change_hook(hook: Hook, *, actor: User, name: str, address: str, kinds: Collection[str]) -> Hook:
    """Change what a system is called, where it is, and what it is told from now on. A new place begins as well."""
    texts = _texts(name, address)
    chosen = [kind for kind in kinds_of(hook.function_id) if kind in kinds]
    if not chosen:
        raise Incomplete({"kinds": NOTHING_CHOSEN})
    with _held(hook, actor) as fresh:
        same_desk = fresh.association.hooks.filter(function=fresh.function_id)
        _free(same_desk.exclude(pk=fresh.pk), texts["address"])
        if fresh.address != texts["address"]:
            _be_well(fresh)
        fresh.name, fresh.address, fresh.host, fresh.kinds = texts["name"], texts["address"], texts["host"], chosen
        fresh.save()
    log.info("hook changed", hook=hook.pk, actor=actor.pk)
    return fresh


def renew_secret(hook: Hook, *, actor: User, version: int, at_once: bool = False) -> Hook:
    """Make a new secret after that of the version; the old one is used too for a day, or no more with `at_once`."""
    with _held(hook, actor) as fresh:
        now = clocks.now()
        is_mine = fresh.version_by_id == actor.pk and fresh.version_at > now - AGAIN
        if fresh.version == version + 1 and is_mine:
            return fresh
        if fresh.version != version:
            raise MoveNotAllowed(RENEWED, code="renewed")
        if not at_once and fresh.old_secret_until is not None and fresh.old_secret_until > now:
            raise Incomplete({"at_once": _both_in_use(fresh.old_secret_until)})
        fresh.version, fresh.version_at, fresh.version_by = version + 1, now, actor
        fresh.old_secret_until = None if at_once else now + OVERLAP
        fresh.save(update_fields=["version", "version_at", "version_by", "old_secret_until"])
    log.info("hook secret renewed", hook=hook.pk, actor=actor.pk, at_once=at_once)
    return fresh


def try_out(hook: Hook, *, actor: User) -> Delivery:
    """Send something to the system to see if it gets there, also when it is off. Once at a time."""
    with _held(hook, actor) as fresh:
        if fresh.deliveries.filter(kind=TRIAL, state__in=UNSENT).exists():
            raise MoveNotAllowed(ON_ITS_WAY, code="on_its_way")
        about = f"trial:{fresh.pk}:{uuid.uuid4().hex}"
        word = fresh.word(about=about, association=fresh.association, kind=TRIAL)
        word.save()
    return word


def turn_off(hook: Hook, *, actor: User) -> None:
    """Tell the system nothing more, nor what it has not been told yet."""
    with _held(hook, actor) as fresh:
        switch_off(fresh, OffWhy.BY_HAND)


def turn_on(hook: Hook, *, actor: User) -> None:
    """Tell the system what happens from now on."""
    with _held(hook, actor) as fresh:
        fresh.is_on, fresh.off_why, fresh.off_at = True, "", None
        _be_well(fresh)
        fresh.save()
    log.info("hook switched on", hook=hook.pk, actor=actor.pk)


@contextmanager
def _held(hook: Hook, actor: User) -> Iterator[Hook]:
    """Hold a hook, and its förbund's registers, for the administrator."""
    with changing(hook.association, actor=actor) as association:
        fresh = Hook.objects.select_for_update().get(pk=hook.pk)
        fresh.association = association
        yield fresh


def _be_well(hook: Hook) -> None:
    hook.failures, hook.failing_since, hook.paused_until = 0, None, None


def _texts(name: str, address: str) -> dict[str, str]:
    """Return name, address and host, ready to keep; raises Incomplete."""
    texts = guarded({"name": name, "address": address})
    texts["name"] = " ".join(texts["name"].split())
    fits({"name": texts["name"]}, longest={"name": NAME_LENGTH})
    wrong = {} if texts["name"] else {"name": "Skriv vad systemet heter."}
    try:
        texts["host"] = checked(texts["address"]).authority
    except BadAddress as error:
        wrong["address"] = str(error)
    if wrong:
        raise Incomplete(wrong)
    return texts


def _free(others: QuerySet[Hook], address: str) -> None:
    if others.filter(address=address).exists():
        raise Incomplete({"address": ALREADY})


def _both_in_use(until: dt.datetime) -> str:
    when = date_format(until.astimezone(clocks.STOCKHOLM), "j F H.i")
    return f"Hemligheten före den här gäller till {when}. Vänta tills dess, eller låt den nuvarande sluta gälla genast."
