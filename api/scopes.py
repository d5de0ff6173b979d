"""What a key can be made for."""

from __future__ import annotations

from django.db.models import TextChoices

from cases.codes import Role


class Scope(TextChoices):
    """What a key is made for. It narrows what its owner may do, and never widens it."""

    READ = "read", "Läsa"
    FILE = "file", "Rapportera"
    ANSWER = "answer", "Svara för en kontaktfunktion"
    HANDLE = "handle", "Handlägga"
    SUMMARIES = "summaries", "Läsa siffror"


DEFINITIONS = {
    Scope.READ: "Ärenden, systemfel, möten och register.",
    Scope.FILE: "Lämna rapporter, och göra det som rapportören gör.",
    Scope.ANSWER: "Ta emot, fråga, svara och sköta åtgärder.",
    Scope.HANDLE: "Göra det som kansliet och beredningsgruppen gör.",
    Scope.SUMMARIES: "Sammanställningar och statistik.",
}

# What a key must be good for in a step on a case follows from what its owner is in the step.
BY_ROLE = {
    Role.REPORTER: Scope.FILE,
    Role.CONTACT: Scope.ANSWER,
    Role.COORDINATOR: Scope.HANDLE,
    Role.PREPARATORY: Scope.HANDLE,
}
