"""What a person typed, made fit to store and show: the same text, without what no one can see, store or want run."""

from __future__ import annotations

import re
import string
import unicodedata

# A carriage return, and what else ends a line: vertical tab, form feed, NEL, line and paragraph separator.
_LINE_ENDS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

# C0 and C1 controls but newline and tab: PostgreSQL refuses NUL, and spreadsheets and PDF writers the rest.
# Half surrogates come in through JSON escapes and cannot be stored as UTF-8. Bidirectional overrides,
# embeddings and isolates can make a line read as something else than it says; the letters of right-to-left
# scripts need none of them. The last two are no characters at all, and no XML file may hold them.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069\ufffe\uffff]")

_BREAKS = re.compile(r"\s*\n\s*")

# The wide ones are read as formulas by East Asian programs; the unseen ones hide what a cell begins with.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_UNSEEN = string.whitespace + "\u00a0\u200b\u2060\ufeff\x1c\x1d\x1e\x1f\x85"


def clean(text: str) -> str:
    """Return `text` in NFC with plain newlines, without control and bidi characters and outer whitespace.

    Emoji, their joiners and right-to-left letters stay. Cleaning twice changes nothing more.
    """
    visible = _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", visible).strip()


def one_line(text: str) -> str:
    """Return `text` cleaned, with a blank in the place of line breaks and what stands around them."""
    return _BREAKS.sub(" ", clean(text))


def harmless(cell: object) -> str:
    """Keep a spreadsheet from running a text as a formula."""
    text = str(cell)
    starts = text.startswith(("\t", "\r", "\n")) or text.lstrip(_UNSEEN).startswith(_FORMULA)
    return f"'{text}" if starts else text
