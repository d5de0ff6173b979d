"""A förbund's own words for its letters: keeping them, and those that may still be used."""

from __future__ import annotations

from collections.abc import Collection

from cases import clocks
from cases.errors import Incomplete
from cases.models import Association, User
from cases.services import guarded
from cases.services.guarding import fits
from cases.services.registers import changing
from notifications.kinds import KINDS
from notifications.letter_guard import PLACEHOLDER, UNSEEN, LetterGuard, unseen
from notifications.models import Kind, LetterText

# A digest collects what a person gets from several förbund: it has no words of one of them.
EDITABLE = tuple(kind for kind in KINDS if kind != Kind.DIGEST)
SUBJECT_LENGTH, SAYS_LENGTH = 120, 2000


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
    # Cleaning takes some of them out without a word.
    if hidden := {field: UNSEEN for field, text in (("subject", subject), ("says", says)) if unseen(text)}:
        raise Incomplete(hidden)
    texts = guarded({"subject": subject, "says": says})
    fits(texts, longest={"subject": SUBJECT_LENGTH, "says": SAYS_LENGTH})
    if wrong := LetterGuard(association).faults(kind, texts):
        raise Incomplete(wrong)
    return texts


def unfit(association: Association, rows: Collection[LetterText]) -> dict[Kind, str]:
    """Say of kept words which can no longer be used, and why: a name may have come to the registers since."""
    guard = LetterGuard(association)
    found = {row: guard.faults(Kind(row.kind), {"subject": row.subject, "says": row.says}) for row in rows}
    return {Kind(row.kind): " ".join(faults.values()) for row, faults in found.items() if faults}


def own_words(wanted: Collection[tuple[int, str]]) -> dict[tuple[int, str], LetterText]:
    """Return the own words that may be used, by förbund and kind, of those that are asked for."""
    associations, kinds = {association for association, _ in wanted}, {kind for _, kind in wanted}
    kept = LetterText.objects.filter(association__in=associations, kind__in=kinds).select_related("association")
    rows = [row for row in kept if (row.association_id, row.kind) in wanted]
    by_association: dict[Association, list[LetterText]] = {}
    for row in rows:
        by_association.setdefault(row.association, []).append(row)
    bad = {(one.pk, kind) for one, own in by_association.items() for kind in unfit(one, own)}
    return {key: row for row in rows if (key := (row.association_id, row.kind)) not in bad}
