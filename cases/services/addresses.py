"""Addresses that do not work: letters to them have come back."""

from __future__ import annotations

from cases import clocks
from cases.models import ContactFunction, User


def note_bounce(address: str) -> None:
    """Note that a letter to the address came back today, with whoever has it now."""
    User.objects.filter(email=address).update(bounced_on=clocks.today())
    ContactFunction.objects.filter(mailbox=address).update(bounced_on=clocks.today())


def note_working(person: User) -> None:
    """Note that the person's address works: they have just got a letter there."""
    User.objects.filter(pk=person.pk, bounced_on__isnull=False).update(bounced_on=None)
