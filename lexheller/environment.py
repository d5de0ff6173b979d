"""Read settings from the environment; a bad value raises one plain sentence that names the variable."""

import os
import re
import secrets
from collections.abc import Collection
from email.utils import parseaddr
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

_YES = {"1", "true", "yes", "on"}
_NO = {"0", "false", "no", "off", ""}


def text(name: str, *, default: str | None = None, why: str = "") -> str:
    """Return the variable, or the default; without either the start stops."""
    value = os.environ.get(name, "").strip() or default
    if value is None:
        raise ImproperlyConfigured(f"Set the environment variable {name}{': ' + why if why else ''}.")
    return value


def flag(name: str, *, default: bool = False) -> bool:
    """Return a yes or no; anything else stops the start, since a typo must not switch a guard off."""
    value = os.environ.get(name, "1" if default else "0").strip().lower()
    if value not in _YES | _NO:
        raise ImproperlyConfigured(f"{name} must be 1 or 0.")
    return value in _YES


def number(name: str, *, default: int, least: int, most: int) -> int:
    """Return a whole number within its bounds."""
    value = os.environ.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdigit() or not least <= int(value) <= most:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}.")
    return int(value)


def choice(name: str, *, among: Collection[str], default: str) -> str:
    """Return one of the allowed words."""
    value = os.environ.get(name, "").strip() or default
    if value not in among:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(sorted(among))}.")
    return value


def words(name: str, *, default: list[str]) -> list[str]:
    """Return a list that is written with commas."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()] or default


def hosts(name: str, *, default: list[str]) -> list[str]:
    """Return host names; the star, which would let any name in, is refused."""
    names = words(name, default=default)
    if any("*" in host or "/" in host or " " in host for host in names):
        raise ImproperlyConfigured(f"{name} must list host names with commas between, without star or address.")
    return names


def networks(name: str) -> list[IPv4Network | IPv6Network]:
    """Return networks such as 10.20.0.0/16; one that holds every address is refused."""
    said = words(name, default=[])
    found = [network for word in said if (network := _network(word)) and network.prefixlen]
    if len(found) < len(said):
        raise ImproperlyConfigured(f"{name} must list networks such as 10.20.0.0/16, with commas between.")
    return found


def _network(word: str) -> IPv4Network | IPv6Network | None:
    try:
        return ip_network(word)
    except ValueError:
        return None


def ports(name: str, *, default: list[int]) -> list[int]:
    """Return port numbers."""
    found = words(name, default=[str(port) for port in default])
    if not all(word.isascii() and word.isdigit() and 1 <= int(word) <= 65_535 for word in found):
        raise ImproperlyConfigured(f"{name} must list ports from 1 to 65535, with commas between.")
    return [int(word) for word in found]


def origin(name: str, *, default: str | None, secure: bool) -> str:
    """Return an address without a path, such as https://lexheller.example.se."""
    value = text(name, default=default, why="the address that people type, such as https://lexheller.example.se")
    parts = urlsplit(value)
    schemes = {"https"} if secure else {"https", "http"}
    if parts.scheme not in schemes or not parts.hostname or parts.path not in {"", "/"} or parts.query:
        raise ImproperlyConfigured(
            f"{name} must be an address without path that starts with {min(schemes, key=len)}://."
        )
    return f"{parts.scheme}://{parts.netloc}"


def address(name: str, *, default: str | None) -> str:
    """Return a mail address, with or without a name before it."""
    value = text(name, default=default, why="the address that letters come from")
    mailbox = parseaddr(value)[1]
    if mailbox.count("@") != 1 or mailbox.startswith("@") or mailbox.endswith("@"):
        raise ImproperlyConfigured(f"{name} must be a mail address, such as Lex Heller <lexheller@example.se>.")
    return value


# What the program puts before the @ of a return address: +, the letter's number, - and a mark of 16 characters.
_MARK_LENGTH = 1 + 19 + 1 + 16
_MAILBOX = re.compile(r"[a-z0-9._-]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.IGNORECASE)


def mailbox(name: str) -> str:
    """Return a bare mail address that has room for a mark before its @, or nothing."""
    value = os.environ.get(name, "").strip()
    if value and (not _MAILBOX.fullmatch(value) or len(value.split("@")[0]) + _MARK_LENGTH > 64):
        raise ImproperlyConfigured(f"{name} must be a short bare mail address, such as studs@lexheller.example.se.")
    return value


def database(name: str, *, default: str | None) -> dict[str, Any]:
    """Return Django's settings for a postgresql:// or sqlite:/// address, with this project's options."""
    value = text(name, default=default, why="postgresql://user:password@host:5432/name")
    if value.startswith(("postgresql://", "postgres://")) and urlsplit(value).path.strip("/"):
        return {**environ.Env.db_url_config(value), **POSTGRES}
    if value.startswith("sqlite:///") and len(value) > len("sqlite:///"):
        return {**environ.Env.db_url_config(value), "OPTIONS": SQLITE}
    raise ImproperlyConfigured(f"{name} must be postgresql://user:password@host:5432/name or sqlite:////path/to/file.")


# As many connections as a web process has threads; the pool triples what a page with questions can serve. A connection
# is tried before it is lent, since a restart of the database breaks them all. While the database is away, the pool
# tries again no longer than somebody waits: else its next try may be minutes after the database is back.
POSTGRES = {
    "CONN_MAX_AGE": 0,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {"pool": {"min_size": 1, "max_size": 4, "timeout": 10, "reconnect_timeout": 10}},
}

# IMMEDIATE: a transaction that reads and then writes takes the lock at once, and waits its turn instead of
# failing with "database is locked". WAL with FULL keeps a commit through a power cut.
SQLITE = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA temp_store=MEMORY;"
        "PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364"
    ),
}


def redis(name: str) -> str:
    """Return a redis:// or rediss:// address, or nothing."""
    value = os.environ.get(name, "").strip()
    if value and (urlsplit(value).scheme not in {"redis", "rediss"} or not urlsplit(value).hostname):
        raise ImproperlyConfigured(f"{name} must be an address such as redis://127.0.0.1:6379/0.")
    return value


# Seconds. Pages wait that long for a Redis that hangs, once: lexheller/cache.py.
REDIS_PATIENCE = {"socket_connect_timeout": 0.25, "socket_timeout": 0.25}


def cache(url: str) -> dict[str, Any]:
    """Return Django's settings for a cache in Redis, or in this process where there is none."""
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {
        "BACKEND": "lexheller.cache.Cache",
        "LOCATION": url,
        "KEY_PREFIX": "lexheller",
        "OPTIONS": REDIS_PATIENCE,
    }


def mail(name: str, *, default: str | None) -> dict[str, Any]:
    """Return Django's EMAIL_ settings for an address such as smtp+tls://user:password@host:587."""
    value = text(name, default=default, why="smtp+tls://user:password@host:587")
    scheme = value.split(":", 1)[0]
    if scheme not in environ.Env.EMAIL_SCHEMES:
        known = ", ".join(sorted(environ.Env.EMAIL_SCHEMES))
        raise ImproperlyConfigured(f"{name} must be an address that starts with one of {known}.")
    return environ.Env.email_url_config(value)


def secret(name: str, *, made_in: Path | None) -> str:
    """Return the secret key; where a file may hold it, make it there once."""
    value = os.environ.get(name, "").strip()
    if not value and made_in is not None:
        if not made_in.exists():
            made_in.parent.mkdir(parents=True, exist_ok=True)
            made_in.touch(mode=0o600)
            made_in.write_text(secrets.token_urlsafe(50), encoding="utf-8")
        value = made_in.read_text(encoding="utf-8").strip()
    if len(value) < 50 or len(set(value)) < 5:
        raise ImproperlyConfigured(f"Set the environment variable {name}: at least 50 random characters.")
    return value
