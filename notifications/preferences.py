"""What letters a person wants, and when: the bell in the program shows everything all the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from django.db import transaction

from cases.codes import Role
from cases.errors import Incomplete
from cases.models import User
from notifications.kinds import KINDS, Reader, cadences
from notifications.models import Cadence, Channel, Delivery, Kind, Preference, State

COLLECTED = (Cadence.DAILY, Cadence.WEEKLY)


class Section(NamedTuple):
    """The kinds that a person gets for one of the things that they are."""

    title: str
    kinds: Sequence[Kind]
    labels: dict[Kind, str]


# What the kansli is told where nobody else is there to be told, and what that is called then.
KANSLI_TOO = (Kind.PACK, Kind.STATUS, Kind.CONFIRM)
KANSLI_LABELS = {
    Kind.SENT: "Något nytt att svara på",
    Kind.REPLIED: "Svar på kansliets fråga",
    Kind.CONFIRM: "En funktion som ingen bekräftar",
}


def sections_of(user: User) -> list[Section]:
    """Sort the kinds that concern the person by why they do, each kind once."""
    taken: set[Kind] = set()
    sections = []
    for section in _concerning(user):
        own = [kind for kind in section.kinds if kind not in taken]
        taken.update(own)
        if own:
            sections.append(section._replace(kinds=own))
    return sections


def told_to_function() -> list[Kind]:
    """List what a function is told of."""
    return [*_read_by(Reader.FUNCTION), Kind.CAME_BACK]


def told_to_kansli() -> list[Kind]:
    """List what a kansli is told of; what no function has lies there, and it is then told what a function would be."""
    return list(dict.fromkeys([*_read_by(Reader.KANSLI), *KANSLI_TOO, *_read_by(Reader.FUNCTION)]))


def _concerning(user: User) -> Iterator[Section]:
    standing = user.standing()
    if standing.associations(Role.REPORTER) or user.reported.exists():
        yield Section("Dina rapporter", [*_read_by(Reader.REPORTER), Kind.CAME_BACK], {})
    if standing.functions:
        yield Section("Ärenden hos din funktion", told_to_function(), {})
    if standing.associations(Role.COORDINATOR):
        yield Section("Kansliet", [*_read_by(Reader.KANSLI), *KANSLI_TOO], KANSLI_LABELS)
        yield Section("Det som kansliet självt ska svara på", _read_by(Reader.FUNCTION), KANSLI_LABELS)
    if standing.associations(Role.PREPARATORY):
        yield Section("Beredningsgruppen", _read_by(Reader.GROUP), {})


def _read_by(reader: Reader) -> list[Kind]:
    return [kind for kind, row in KINDS.items() if row.reader == reader]


def cadences_of(user: User) -> dict[str, str]:
    """Return what the person has chosen, by kind; a kind without choice is not there."""
    return dict(user.letter_preferences.values_list("kind", "cadence"))


def set_preferences(user: User, *, cadences: Mapping[str, str]) -> None:
    """Store when the person wants letters of these kinds; the others stay as they are.

    Raises Incomplete, with nothing stored, for a kind that nobody chooses about, and for what a kind does not allow.
    """
    if wrong := {kind: why for kind, cadence in cadences.items() if (why := _refusal(kind, cadence))}:
        raise Incomplete(wrong)
    rows = [Preference(user=user, kind=kind, cadence=cadence) for kind, cadence in cadences.items()]
    with transaction.atomic():
        Preference.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["user", "kind"], update_fields=["cadence"]
        )


def _refusal(kind: str, cadence: str) -> str:
    if kind not in Kind or kind == Kind.DIGEST:
        return "Det finns inga sådana brev att välja om."
    if cadence in cadences(Kind(kind)):
        return ""
    return "Det brevet går inte att stänga av, eftersom någon väntar på dig." if KINDS[Kind(kind)].duty else "Välj när."


def stop_collected(user: User) -> None:
    """Switch off every letter that the person gets collected and may do without; those that wait are not sent."""
    with transaction.atomic():
        collected = user.letter_preferences.filter(cadence__in=COLLECTED, kind__in=_may_be_off())
        kinds = list(collected.values_list("kind", flat=True))
        collected.update(cadence=Cadence.OFF)
        waiting = Delivery.objects.filter(user=user, channel=Channel.MAIL, state=State.WAITING, kind__in=kinds)
        waiting.filter(carried_by__isnull=False).update(state=State.SUPPRESSED, why="off")


def _may_be_off() -> list[Kind]:
    return [kind for kind in Kind if Cadence.OFF in cadences(kind)]
