"""What the filters of lists do, in the words of the description: one line for each name, whatever list it is on."""

from __future__ import annotations

STEMS = {
    "acknowledge_due": "the last day to acknowledge",
    "answer_due": "the last day to answer",
    "audience": "whom it is for",
    "body": "who meets",
    "cause": "the cause",
    "channel": "how word goes",
    "created_at": "when it was made",
    "due_on": "the day it is to be done by",
    "ended_at": "when it ended",
    "ended_on": "the day it ended",
    "filed_at": "when it was filed",
    "first": "the first day of the period",
    "forbund": "the förbund, by its code",
    "from_on": "the first day that it holds",
    "funktion": "the contact function, by its id",
    "held_on": "the day of the meeting",
    "insats": "the insats, by its id; `ordinarie` where it takes that: ordinary service",
    "kind": "what the word is about",
    "medlem": "the member, by its id",
    "number": "the case's number",
    "outcome": "the outcome",
    "part": "the party",
    "received_on": "the day it came in",
    "review_on": "the day it is looked at again",
    "sent_at": "when it was sent",
    "state": "its state",
    "status": "the case's or the systemfel's status",
    "systemfel": "the systemfel, by its id",
    "summary": "the annual summary, by its id",
    "to_on": "the last day that it holds",
    "last": "the last day of the period",
    "typ": "the type; `ingen`: none yet",
}
WHOLE = {
    "alla": "`ja`: also those whose roles have ended.",
    "ansvarig": "Cases of this coordinator, by id; for the kansli.",
    "figur": "The cases behind a figure of an annual summary, as its page links to them; for the kansli.",
    "foljer": "Those that one follows oneself, or does not.",
    "fran": "What was filed on this day or later.",
    "has_ended": "Whether it has ended.",
    "in_force": "Whether it holds today.",
    "is_approved": "Whether the minutes are approved (*justerade*).",
    "is_cancelled": "Whether it was cancelled.",
    "is_fixed": "Whether it is fixed, and its figures stand for good.",
    "is_general": "Whether it is its member's general function.",
    "is_out": "Whether it has left the förbund.",
    "open_to_all": "Whether everybody may report to it.",
    "oppna": "`ja`: what is open; `nej`: what has ended.",
    "ordning": "`nyast`: newest first; `aldst`: oldest first.",
    "q": "Words to look for. Of reports by their stems, the last one also as a beginning, and a number finds its case; "
    "of people in name and address.",
    "sent": "What has passed a day to keep, as it concerns the reader.",
    "till": "What was filed on this day or earlier.",
    "vantar": "Whether an invitation waits for their first log-in.",
}
ENDS = {
    "": "Keep those with this: {}.",
    "in": "Keep those with one of several: {}.",
    "gte": "Keep those from this on: {}.",
    "gt": "Keep those after this: {}.",
    "lte": "Keep those up to this: {}.",
    "lt": "Keep those before this: {}.",
}


def words_of(name: str) -> str:
    """Say what a filter of this name does. Raises KeyError for one that has no words yet."""
    if name in WHOLE:
        return WHOLE[name]
    stem, _, end = name.partition("__")
    return ENDS[end].format(STEMS[stem])
