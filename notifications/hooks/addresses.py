"""Where a webhook may lead: addresses that may be kept, and machines that may be called.

Whoever types an address makes this program call it from inside its own network. So it leads to the open internet and
nowhere else, unless the operator has allowed more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

LENGTH = 1000
DEFAULT_PORTS = {"https": 443, "http": 80}

INCOMPLETE = "Skriv hela adressen, till exempel https://system.example.se/lexheller."
UNSEALED = "Adressen ska börja med https://, så att ingen kan läsa eller ändra på vägen."
WITH_USER = "Ta bort användarnamnet och lösenordet ur adressen. Mottagaren känner igen oss på signaturen."
WITH_MARK = "Ta bort det som står från # och framåt. Det når aldrig mottagaren."
STRANGE = "I adressen står ett tecken som inte får stå där, till exempel ett mellanslag eller å, ä, ö efter värdnamnet."
TOO_LONG = f"Adressen får ha högst {LENGTH} tecken."
WRONG_PORT = "Adressen har en port som inte är tillåten. Den som driver programmet kan tillåta fler."
INSIDE = "Adressen leder till ett inre nät. Den som driver programmet kan tillåta det."

# What is set aside by IANA's registers of special addresses (RFC 6890): for one machine, a local network, a provider's
# own, groups of receivers, documents, measurements, and what is not given out.
_SPECIAL_4 = [
    ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
# All that is public lies in here. Outside it: one machine, a local network, groups, IPv4 in disguise (mapped, NAT64).
_PUBLIC_6 = ip_network("2000::/3")
# Tunnels that hide an IPv4 address (Teredo, 6to4), documents, and what belongs to protocols.
_SPECIAL_6 = [ip_network(network) for network in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")]

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_VISIBLE = re.compile(r"[!-\[\]-~]*")


class BadAddress(ValueError):
    """The address may not be called; its words are a sentence for whoever typed it."""


@dataclass(frozen=True)
class Target:
    """An address taken apart: how, which host, which port, and what is asked for there."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """Return host and port as a Host header has them, the port only where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"


def checked(address: str) -> Target:
    """Take apart an address that somebody typed; raises BadAddress if it can never be called."""
    target = target_of(address)
    try:
        number = ip_address(target.host)
    except ValueError:
        # A name: where it leads is asked each time that it is called.
        return target
    if not may_reach(target, number):
        raise BadAddress(INSIDE)
    return target


def target_of(address: str) -> Target:
    """Take an address apart; raises BadAddress if it breaks a rule that its letters alone show."""
    if len(address) > LENGTH:
        raise BadAddress(TOO_LONG)
    parts = _split(address)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise BadAddress(INCOMPLETE)
    if parts.scheme == "http" and not settings.WEBHOOK_ALLOWED_NETWORKS:
        raise BadAddress(UNSEALED)
    if "@" in parts.netloc:
        raise BadAddress(WITH_USER)
    if "#" in address:
        raise BadAddress(WITH_MARK)
    path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
    if not _VISIBLE.fullmatch(path):
        raise BadAddress(STRANGE)
    port = _port(parts)
    if port not in settings.WEBHOOK_PORTS:
        raise BadAddress(WRONG_PORT)
    return Target(parts.scheme, _host(parts.hostname), port, path)


def may_reach(target: Target, number: IPv4Address | IPv6Address) -> bool:
    """Tell whether a machine may be called: one on the open internet with TLS, or one that the operator allows."""
    if any(number in network for network in settings.WEBHOOK_ALLOWED_NETWORKS):
        return True
    return target.scheme == "https" and _is_public(number)


def _is_public(number: IPv4Address | IPv6Address) -> bool:
    if isinstance(number, IPv4Address):
        return not any(number in network for network in _SPECIAL_4)
    return number in _PUBLIC_6 and not any(number in network for network in _SPECIAL_6)


def _split(address: str) -> SplitResult:
    if any(ord(sign) <= 32 or ord(sign) == 127 or sign == "\\" for sign in address):
        # The library would leave some of them out without a word.
        raise BadAddress(STRANGE)
    try:
        return urlsplit(address)
    except ValueError as error:
        raise BadAddress(INCOMPLETE) from error


def _port(parts: SplitResult) -> int:
    try:
        port = parts.port
    except ValueError as error:
        raise BadAddress(WRONG_PORT) from error
    return DEFAULT_PORTS[parts.scheme] if port is None else port


def _host(said: str) -> str:
    """Return a host as it is looked up: a number, or a name in ASCII."""
    try:
        host = said if said.isascii() else said.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise BadAddress(INCOMPLETE) from error
    try:
        return str(ip_address(host))
    except ValueError:
        labels = host.split(".")
    # A host that ends in a number is an IPv4 address in a form that only some programs take for one.
    if len(host) > 253 or not all(map(_LABEL.fullmatch, labels)) or _NUMBER.fullmatch(labels[-1]):
        raise BadAddress(INCOMPLETE)
    return host
