"""Webhooks of the made-up förbund, for the tests of them."""

from collections.abc import Callable

import pytest

from notifications.delivery import sweep
from notifications.hooks import keeping, sending
from notifications.hooks.sending import Called
from notifications.models import Channel, Delivery, Hook
from tests.own_receiver import Receiver

ADDRESS = "https://system.example.org/lexheller"


def words(**fields: object):
    """Return word to systems, the oldest first."""
    return Delivery.objects.filter(channel=Channel.HOOK, **fields).order_by("pk")


def tell() -> Called:
    """Make word of what has happened, and call the systems that are to know."""
    sweep()
    return sending.call_due()


@pytest.fixture
def hook_to(forbund, adam) -> Callable[..., Hook]:
    """Return a function that adds a webhook, the kansli's unless told otherwise."""

    def add(address: str = ADDRESS, name: str = "Diariet", **fields: object) -> Hook:
        return keeping.add_hook(forbund, actor=adam, name=name, address=address, **fields)

    return add


@pytest.fixture
def hook(hook_to, receiver: Receiver) -> Hook:
    """A webhook of the kansli's, to a system on this machine."""
    return hook_to(receiver.url)


@pytest.fixture
def functions_hook(hook_to, receiver: Receiver, funktion) -> Hook:
    """A webhook of Karl's function, to the same system."""
    return hook_to(receiver.url + "/kommun", "Kommunens ärendesystem", function=funktion)


def again(hook: Hook) -> Hook:
    return Hook.objects.get(pk=hook.pk)
