"""The one place where text from a person is cleaned and held back if it names somebody by number."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Field, Model

from cases import clocks
from cases.errors import Incomplete, PersonalDataFound
from cases.models import AgendaItem, Assignment, Case, Concern, Measure, Pattern
from cases.models.case import LINE_LENGTH, TEXT_LENGTH
from cases.personal_data import Finding, scan
from cases.text import clean, one_line


def _room(model: type[Model], name: str) -> int:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    return field.max_length or TEXT_LENGTH


# What a text's own column holds; all others go into rows of TEXT_LENGTH.
_LONGEST = {
    **{name: _room(Case, name) for name in (*Case.TEXT_FIELDS, "reporter_email", "reporter_reference")},
    "elsewhere": _room(Case, "referred_to"),
    "own_reference": _room(Concern, "own_reference"),
    "owner": _room(Measure, "owner"),
    "new_title": _room(Pattern, "title"),
    "title": _room(Pattern, "title"),
    "description": _room(Pattern, "description"),
    "item_heading": _room(AgendaItem, "heading"),
    "who": _room(Assignment, "who"),
}
# A page's field for these takes no line break; a program's text may have one.
_LINES = frozenset(field for field, room in _LONGEST.items() if room <= LINE_LENGTH)


def guarded(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the texts cleaned, ready to store.

    Raises PersonalDataFound, with rule, field and offset but never the text, if any holds a personal number.
    """
    cleaned = {field: one_line(text) if field in _LINES else clean(text) for field, text in texts.items()}
    today = clocks.today()
    found: dict[str, tuple[Finding, ...]] = {}
    for field, text in cleaned.items():
        if findings := scan(text, today=today):
            found[field] = findings
    if found:
        raise PersonalDataFound(found)
    return cleaned


def fits(texts: Mapping[str, str], *, longest: Mapping[str, int] | None = None) -> None:
    """Raise Incomplete if a text is longer than its place; `longest` sets other lengths by field.

    A form counts before cleaning, which may make a text longer, and PostgreSQL refuses what does not fit.
    """
    places = {**_LONGEST, **(longest or {})}
    too_long = {}
    for field, text in texts.items():
        # Fields that come in numbers are named owner_1, owner_2 and so on.
        most = places.get(field, places.get(field.rstrip("_0123456789"), TEXT_LENGTH))
        if len(text) > most:
            too_long[field] = f"Texten är {len(text) - most} tecken för lång. Högst {most} tecken får plats."
    if too_long:
        raise Incomplete(too_long)
