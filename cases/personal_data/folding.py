"""Makes every way of writing a character alike, and remembers where each one stood."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# Marks that stand for a plainer sign but are not decomposed to it by Unicode, nor filed under its dashes.
_LOOKALIKES = {
    "\u02d7": "-",  # modifier letter minus
    "\u2043": "-",  # hyphen bullet
    "\u2212": "-",  # minus sign
    "\u2796": "-",  # heavy minus sign
    "\u2795": "+",  # heavy plus sign
    "\u2044": "/",  # fraction slash
    "\u2215": "/",  # division slash
    "\u2219": "\u00b7",  # bullet operator
    "\u22c5": "\u00b7",  # dot operator
    "\u30fb": "\u00b7",  # katakana middle dot
    "\u2800": " ",  # blank braille pattern
    "\u115f": "",  # Hangul fillers show as nothing
    "\u1160": "",
}


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and for each of its characters the offset of the original one."""

    text: str
    origins: tuple[int, ...]


def fold(text: str) -> Folded:
    """Return `text` with ASCII digits, dashes and spaces, without accents and invisible characters.

    Runs of whitespace become one space, or one newline if they hold one, and runs of dashes one dash. The
    patterns rely on that: with every gap one character wide they need no unbounded repetition.
    """
    folded: list[str] = []
    origins: list[int] = []
    for offset, original in enumerate(text):
        for char in original if original.isascii() and original.isprintable() else _folded(original):
            last = folded[-1] if folded else ""
            if char in " \n" and last in (" ", "\n"):
                if char == "\n":
                    folded[-1] = char
            elif char != "-" or last != "-":
                folded.append(char)
                origins.append(offset)
    return Folded("".join(folded), tuple(origins))


@lru_cache(maxsize=4096)
def _folded(original: str) -> str:
    return "".join(_folded_part(char) for char in unicodedata.normalize("NFKD", original))


def _folded_part(char: str) -> str:
    if char in _LOOKALIKES:
        return _LOOKALIKES[char]
    if char in "\n\r\v\f\x85\u2028\u2029":
        return "\n"
    if char.isspace():
        return " "
    category = unicodedata.category(char)
    # Combining marks, zero-width and other control characters: what no one sees must not hide a number.
    if category in {"Mn", "Me", "Cf", "Cc"}:
        return ""
    if category == "Pd":
        return "-"
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)
