"""What a förbund's own words for its letters may not say.

A letter leaves the house. The guard looks for what would tell its reader's neighbour what a case is about or whom it
concerns: every name in the registers, every party and type, and every address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cached_property

from cases.codes import GapType, Party
from cases.models import Association, ContactFunction, Unit
from cases.services import people_of
from notifications.kinds import KINDS
from notifications.models import Kind

PLACEHOLDER = "{nummer}"
ONLY_NUMBER = f"Bara {PLACEHOLDER} kan stå inom klamrar. Ta bort andra klamrar."
NO_NUMBER = "Det här brevet gäller inget ärende och har inget nummer. Ta bort klamrarna."
UNSEEN = "Texten innehåller tecken som inte syns. Skriv om den för hand."
ADDRESS = "Ta bort webbadressen, eller sätt mellanslag efter punkten. Brevet har redan en länk, till rätt sida."

_DOT = r"[.\u3002\uff0e\uff61]"
# Whatever a mail program could make a link of: a scheme, a host with a path, a host by itself, a number for a host.
_LINK = re.compile(
    rf"""
    ://  |  \b(?:https?|mailto|ftp|javascript):  |  \b(?:tel|sms|data):\S  |  \bwww{_DOT}
    |  \w{_DOT}[^\W\d_]{{2,}} (?::\d+)? [/?\#] \w
    |  (?<![\w]) (?!(?:t|bl|m|o|e|d|dvs){_DOT}) [\w-]+ {_DOT} [^\W\d_]{{2,}} \b
    |  (?<![\w]) \w {_DOT} (?:se|nu|co|com|org|net|eu|info|io|me|ly|gl) \b
    |  \b\d{{1,3}}(?:\.\d{{1,3}}){{3}}\b
    """,
    re.IGNORECASE | re.VERBOSE,
)

# What people call the parties.
_CALLED = ("AF", "FK")
# A name's form: definite, plural, genitive.
_ENDING = r"(?:e|a|o)?(?:n|t|r|rna|na)?s?"
_DEFINITE = re.compile(r"(?:ens|ets|ns|en|et|n|s)$", re.IGNORECASE)
# A shorter word, or one that begins so, says nothing by itself.
_LEAST_WORD = 6
_EVERYDAY = re.compile(
    r"ekonomisk|gemensam|samverkan|samordning|kontakt|funktion|kansli|ärende|svar|enhet", re.IGNORECASE
)


class LetterGuard:
    """The guard of one förbund's letters; its names are read once."""

    def __init__(self, association: Association) -> None:
        self.association = association

    def faults(self, kind: Kind, texts: Mapping[str, str]) -> dict[str, str]:
        """Say what is wrong with the words of a letter, by field: subject or says; nothing if all is well."""
        found = {
            field: _ill_formed(text, kind, one_line=field == "subject") or self._revealing(text, kind)
            for field, text in texts.items()
        }
        return {field: sentence for field, sentence in found.items() if sentence}

    def _revealing(self, text: str, kind: Kind) -> str:
        """Say which words in a text would tell what a case is about or whom it concerns; nothing if none does."""
        row = KINDS[kind]
        line = " ".join(text.split())
        ours = f"{row.subject} {row.says}"
        # Where a function is called Kansliet, our own words may stand all the same.
        told = {word: what for word, pattern, what in self._names if pattern.search(line) and not pattern.search(ours)}
        if not told:
            return ""
        words = ". ".join(f"”{word}” är {what}" for word, what in told.items())
        return f"{words}. Ta bort det. Ett brev får inte visa vad ett ärende gäller eller vem det berör."

    @cached_property
    def _names(self) -> list[tuple[str, re.Pattern[str], str]]:
        return list(_names(self.association))


def _ill_formed(text: str, kind: Kind, *, one_line: bool) -> str:
    """Say what is wrong with the form of a text; nothing if all is well."""
    about_case = PLACEHOLDER in KINDS[kind].says
    left = text.replace(PLACEHOLDER, "") if about_case else text
    rules = [
        (not text, "Skriv något här."),
        (unseen(text), UNSEEN),
        (one_line and "\n" in text, "Skriv ämnesraden på en enda rad."),
        ("{" in left or "}" in left, ONLY_NUMBER if about_case else NO_NUMBER),
        ("@" in text or "\uff20" in text, "Ta bort e-postadressen. Ett brev får inte visa någons adress."),
        (_LINK.search(text), ADDRESS),
    ]
    return next((sentence for broken, sentence in rules if broken), "")


def unseen(text: str) -> bool:
    """Tell whether a text holds a character that formats it and is not seen: it can hide a name, or turn a line."""
    return any(unicodedata.category(sign) == "Cf" for sign in text)


def _names(association: Association) -> Iterator[tuple[str, re.Pattern[str], str]]:
    """Yield every name that a letter may not hold: itself, how it is found, and what it is."""
    of_members = {"member__association": association}
    units = list(Unit.objects.filter(**of_members).values_list("name", flat=True))
    functions = list(ContactFunction.objects.filter(**of_members).values_list("name", flat=True))
    rows = [
        ("förbundets namn", [association.name]),
        ("en medlem", association.members.values_list("name", flat=True)),
        ("en enhet", units),
        ("en kontaktfunktion", functions),
        ("en insats", association.initiatives.values_list("name", flat=True)),
        ("namnet på en typ", GapType.labels),
    ]
    for what, names in rows:
        for name in names:
            yield name, _whole(name, re.IGNORECASE), what
    for name in Party.labels:
        yield name, _inflected(name), "namnet på en part"
    for name in _CALLED:
        yield name, _whole(name, re.IGNORECASE), "namnet på en part"
    for what, names in (("ett ord för en enhet", units), ("ett ord för en kontaktfunktion", functions)):
        for word in {word for name in names for word in re.findall(r"[^\W\d_]+", name)}:
            if len(word) >= _LEAST_WORD and not _EVERYDAY.match(word):
                yield word, _inflected(word), what
    for name in people_of(association).values_list("name", flat=True):
        yield name, _whole(name, re.IGNORECASE), "en persons namn"
        # Dag and Per are names, but dag and per are words.
        for part in name.split():
            yield part, _whole(part), "en persons namn"


def _whole(name: str, flags: int = 0) -> re.Pattern[str]:
    """Match a name as whole words, also in the genitive."""
    return re.compile(rf"(?<!\w){re.escape(' '.join(name.split()))}s?(?!\w)", flags)


def _inflected(word: str) -> re.Pattern[str]:
    """Match a word in any form: psykiatri, psykiatrin, psykiatrins."""
    stems = "|".join(re.escape(stem) for stem in {word, _DEFINITE.sub("", word)})
    return re.compile(rf"(?<!\w)(?:{stems}){_ENDING}(?!\w)", re.IGNORECASE)
