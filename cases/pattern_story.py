"""What has happened to a systemfel, in plain words: one sentence for each kind of event."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from cases.codes import PatternStatus, Role
from cases.models import Pattern, PatternEvent
from cases.swedish import joined
from cases.timeline import in_words

# What a reader who knows only name, description and status has to be told of.
TOLD_TO_ALL = frozenset({"change", "status", "merge", "take_over"})

_FIELDS = {"title": "namnet", "description": "beskrivningen", "owner_id": "ansvarig", "review_on": "uppföljningsdagen"}


def _changed(event: PatternEvent) -> str:
    listed = joined([_FIELDS[name] for name in event.data["fields"]])
    return f"{listed[:1].upper()}{listed[1:]} ändrades"


def _status(event: PatternEvent) -> str:
    before, after = (PatternStatus(event.data[name]).label.lower() for name in ("before", "after"))
    return f"Läget ändrades från {before} till {after}"


# Every verb of a pattern's log has its sentence here; a test keeps it whole.
SENTENCES: dict[str, Callable[[PatternEvent], str]] = {
    "make": lambda event: "Systemfelet lades till",
    "change": _changed,
    "status": _status,
    "join": lambda event: "Ett ärende fördes hit",
    "leave": lambda event: "Ett ärende togs bort",
    "plan": lambda event: f"En åtgärd planerades, klar senast {in_words(event.data['due_on'])}",
    "finish": lambda event: "En åtgärd blev klar",
    "drop": lambda event: "En åtgärd avbröts",
    "merge": lambda event: "Slogs ihop med ett annat systemfel",
    "take_over": lambda event: "Ett annat systemfel slogs ihop med det här",
    "recommend": lambda event: f"Rekommendation från mötet {in_words(event.data['held_on'])}",
    "defer": lambda event: f"Bordlades på mötet {in_words(event.data['held_on'])}",
    "unlift": lambda event: f"Togs bort från dagordningen för mötet {in_words(event.data['held_on'])}",
    "finish_assignment": lambda event: "Ett uppdrag från ett möte blev klart",
}


@dataclass(frozen=True)
class Line:
    """One line of the story: when, what, and who; `seq` is its place in the log, and `verb` the step by its code."""

    at: dt.datetime
    what: str
    who: str
    seq: int
    verb: str


def story(pattern: Pattern) -> list[Line]:
    """Tell what has happened, the newest first, in one query. For those who know the whole of the pattern."""
    events = pattern.events.select_related("actor").order_by("-seq")
    return [Line(event.at, SENTENCES[event.verb](event), _who(event), event.seq, event.verb) for event in events]


def _who(event: PatternEvent) -> str:
    role = Role(event.actor_role).label
    return f"{event.actor.name}, {role.lower()}" if event.actor else role
