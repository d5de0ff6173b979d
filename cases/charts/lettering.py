"""How wide words are, and how they fit: wrapped at spaces, shortened where nothing else helps."""

from __future__ import annotations

SIZE = 13
LINE = 16
_NARROW, _WIDE = set("fijlrtI.,:;'|!()[] \u202f\u00a0-–"), set("mwMWÅÄÖ%@")


def width(text: str, size: float = SIZE) -> float:
    """Estimate how wide a text is set in a broad sans serif; rather too wide than too narrow."""
    return size * sum(_share(character) for character in text)


def _share(character: str) -> float:
    if character in _NARROW:
        return 0.4
    if character in _WIDE:
        return 0.95
    return 0.74 if character.isupper() or ord(character) > 0x2FF else 0.64


def shortened(text: str, room: float) -> str:
    """Cut a text to the room it has, with an ellipsis where something is left out."""
    if width(text) <= room:
        return text
    while text and width(text + "…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def wrapped(text: str, room: float, lines: int = 2) -> list[str]:
    """Break a text at its spaces into at most so many lines; the last is shortened, and a word that is too long."""
    rows: list[str] = []
    words = text.split(" ")
    while words and len(rows) < lines - 1:
        row = words.pop(0)
        while words and width(f"{row} {words[0]}") <= room:
            row += f" {words.pop(0)}"
        rows.append(row)
    if words:
        rows.append(" ".join(words))
    return [shortened(row, room) for row in rows]


def fits(text: str, room: float, lines: int = 2) -> bool:
    """Tell whether a text goes into the room unshortened."""
    return " ".join(wrapped(text, room, lines)) == text
