"""The process that sets one document with Typst and then ends, taking Typst's memory with it.

Started by `typesetting`, as a file: it knows neither Django nor the rest of the house, and no secret of theirs. It
reads one JSON object from its input and answers with another.
"""

from __future__ import annotations

import base64
import json
import re
import sys
from pathlib import Path
from typing import Any

import typst

_HERE = Path(__file__).resolve().parent
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
# Joiners and variants of emoji, which have no shape of their own.
_SHAPELESS = re.compile("[\u200d\ufe0e\ufe0f\U000e0020-\U000e007f\U0001f3fb-\U0001f3ff]")
STAND_IN = "□"
# Typst names all the characters it cannot show, but those in drawings only after those in texts.
ROUNDS = 4


def main() -> None:
    """Set what the input asks for."""
    asked = json.load(sys.stdin)
    try:
        answer: dict[str, Any] = {"pages": [base64.b64encode(page).decode() for page in _pages(asked)]}
    except typst.TypstError as fault:
        answer = {"fault": fault.message}
    json.dump(answer, sys.stdout)


def _pages(asked: dict[str, Any]) -> list[bytes]:
    """Set the document, and again with □ for what no font has; PDF/UA refuses a text that cannot be seen."""
    missing: set[str] = set()
    for _ in range(ROUNDS):
        try:
            return _set(asked, missing)
        except typst.TypstError as fault:
            found = _without_shape(fault)
            if not found - missing:
                raise
            missing |= found
    return _set(asked, missing)


def _set(asked: dict[str, Any], missing: set[str]) -> list[bytes]:
    pages = typst.compile(
        _HERE / asked["template"],
        root=_HERE,
        # The same on every machine: no font of the system, and no package from anywhere.
        ignore_system_fonts=True,
        format=asked["format"],
        sys_inputs={"data": _stood_in(asked["data"], missing), "missing": "yes" if missing else ""},
        pdf_standards=["ua-1"] if asked["format"] == "pdf" else [],
        ppi=asked["ppi"],
    )
    return pages if isinstance(pages, list) else [pages]


def _without_shape(fault: typst.TypstError) -> set[str]:
    """Return the characters that no font has, out of what Typst says; empty where it complains of something else."""
    said = f"{fault.message}\n{fault.diagnostic}"
    found = {_ESCAPE.sub(lambda code: chr(int(code[1], 16)), text) for text in _NO_GLYPH.findall(said)}
    # Never a letter of JSON itself, whatever Typst may say one day.
    return {character for text in found for character in text if not character.isascii()}


def _stood_in(text: str, characters: set[str]) -> str:
    """Replace what cannot be shown: each run of it by one stand-in."""
    if not characters:
        return text
    run = "[" + "".join(re.escape(character) for character in sorted(characters)) + "]+"
    return re.sub(run, STAND_IN, _SHAPELESS.sub("", text))


if __name__ == "__main__":
    main()
