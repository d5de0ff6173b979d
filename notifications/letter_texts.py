"""A förbund's own words for its letters: what they may say, and keeping them.

A letter leaves the house. The guard looks for what would tell its reader's neighbour what a case is about or whom it
concerns: every name in the registers, every party and type, and every address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cases import clocks
from cases.codes import GapType, Party
from cases.errors import Incomplete
from cases.models import Association, ContactFunction, Unit, User
from cases.services import guarded, people_of
from cases.services.guarding import fits
from cases.services.registers import changing
from notifications.kinds import KINDS
from notifications.letters import PLACEHOLDER
from notifications.models import Kind, LetterText

# A digest collects what a person gets from several förbund: it has no words of one of them.
EDITABLE = tuple(kind for kind in KINDS if kind != Kind.DIGEST)
SUBJECT_LENGTH, SAYS_LENGTH = 120, 2000

ONLY_NUMBER = f"Bara {PLACEHOLDER} kan stå inom klamrar. Ta bort andra klamrar."
NO_NUMBER = "Det här brevet gäller inget ärende och har inget nummer. Ta bort klamrarna."

_LINK = re.compile(r"https?:|://|\bwww\.|\w\.(?:se|nu|com|org|net|eu|info|io)\b", re.IGNORECASE)


def save_letter_text(association: Association, *, actor: User, kind: Kind, subject: str, says: str) -> LetterText:
    """Keep a förbund's own words for a kind of letter, from the next letter on."""
    with changing(association, actor=actor) as held:
        texts = checked(held, kind=kind, subject=subject, says=says)
        row, _ = LetterText.objects.update_or_create(
            association=held, kind=kind, defaults={**texts, "changed_by": actor, "changed_at": clocks.now()}
        )
    return row


def reset_letter_text(association: Association, *, actor: User, kind: Kind) -> None:
    """Go back to our own words for a kind of letter."""
    with changing(association, actor=actor) as held:
        LetterText.objects.filter(association=held, kind=kind).delete()


def has_number(kind: Kind) -> bool:
    """Tell whether letters of a kind are about a case, whose number the words may hold."""
    return PLACEHOLDER in KINDS[kind].says


def checked(association: Association, *, kind: Kind, subject: str, says: str) -> dict[str, str]:
    """Return the words cleaned, ready to keep.

    Raises Incomplete, with a sentence for each field, or PersonalDataFound, if a letter may not say so.
    """
    texts = guarded({"subject": subject, "says": says})
    fits(texts, longest={"subject": SUBJECT_LENGTH, "says": SAYS_LENGTH})
    found = {field: _wrong(text, kind, one_line=field == "subject") for field, text in texts.items()}
    for field, text in texts.items():
        found[field] = found[field] or _revealing(text, kind, association)
    if wrong := {field: sentence for field, sentence in found.items() if sentence}:
        raise Incomplete(wrong)
    return texts


def _wrong(text: str, kind: Kind, *, one_line: bool) -> str:
    """Say what is wrong with the form of a text; nothing if all is well."""
    about_case = has_number(kind)
    left = text.replace(PLACEHOLDER, "") if about_case else text
    rules = [
        (not text, "Skriv något här."),
        (one_line and "\n" in text, "Skriv ämnesraden på en enda rad."),
        ("{" in left or "}" in left, ONLY_NUMBER if about_case else NO_NUMBER),
        ("@" in text, "Ta bort e-postadressen. Ett brev får inte visa någons adress."),
        (_LINK.search(text), "Ta bort webbadressen. Brevet har redan en länk, som leder till rätt sida."),
    ]
    return next((sentence for broken, sentence in rules if broken), "")


# ---- words that would tell too much ----


def _revealing(text: str, kind: Kind, association: Association) -> str:
    """Say which words in a text would tell what a case is about or whom it concerns; nothing if none does."""
    row = KINDS[kind]
    line = " ".join(text.split())
    ours = f"{row.subject} {row.says}"
    # Where a function is called Kansliet, our own words may stand all the same.
    told = {
        word: what for word, pattern, what in _names(association) if pattern.search(line) and not pattern.search(ours)
    }
    if not told:
        return ""
    words = ". ".join(f"”{word}” är {what}" for word, what in told.items())
    return f"{words}. Ta bort det. Ett brev får inte visa vad ett ärende gäller eller vem det berör."


def _names(association: Association) -> Iterator[tuple[str, re.Pattern[str], str]]:
    """Yield every name that a letter may not hold: itself, how it is found, and what it is."""
    of_members = {"member__association": association}
    rows = [
        ("förbundets namn", [association.name]),
        ("en medlem", association.members.values_list("name", flat=True)),
        ("en enhet", Unit.objects.filter(**of_members).values_list("name", flat=True)),
        ("en kontaktfunktion", ContactFunction.objects.filter(**of_members).values_list("name", flat=True)),
        ("en insats", association.initiatives.values_list("name", flat=True)),
        ("namnet på en part", Party.labels),
        ("namnet på en typ", GapType.labels),
    ]
    for what, names in rows:
        for name in names:
            yield name, _whole(name, re.IGNORECASE), what
    for name in people_of(association).values_list("name", flat=True):
        yield name, _whole(name, re.IGNORECASE), "en persons namn"
        # Dag and Per are names, but dag and per are words.
        for part in name.split():
            yield part, _whole(part), "en persons namn"


def _whole(name: str, flags: int = 0) -> re.Pattern[str]:
    """Match a name as whole words, also in the genitive."""
    return re.compile(rf"(?<!\w){re.escape(' '.join(name.split()))}s?(?!\w)", flags)
