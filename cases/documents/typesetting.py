"""The door to Typst: its templates lie beside this file, its fonts come with it, and text enters as data only."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

import typst

# The same on every machine: no font of the system, and no package from anywhere.
_FONTS = typst.Fonts(include_system_fonts=False)
_HERE = Path(__file__).resolve().parent
_NO_GLYPH = re.compile(r'the text `"(.+?)"` could not be displayed')
_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
# Joiners and variants of emoji, which have no shape of their own.
_SHAPELESS = re.compile("[\u200d\ufe0e\ufe0f\U000e0020-\U000e007f\U0001f3fb-\U0001f3ff]")
STAND_IN = "□"


def pdf(template: str, name: str, data: str) -> bytes:
    """Set a template as PDF/UA-1. Raise `typst.TypstError` where that cannot be, as for a picture without words."""
    return _compiled(template, "pdf", {name: data}, standards=["ua-1"])


def png(template: str, name: str, data: str, *, ppi: int) -> bytes:
    """Set a template as a picture."""
    return _compiled(template, "png", {name: data}, ppi=ppi)


def _compiled(
    template: str,
    form: Literal["pdf", "png"],
    inputs: dict[str, str],
    *,
    standards: list[typst.PDFStandard] | None = None,
    ppi: int | None = None,
) -> bytes:
    return typst.compile(
        _HERE / template,
        root=_HERE,
        font_paths=_FONTS,
        ignore_system_fonts=True,
        format=form,
        sys_inputs=inputs,
        pdf_standards=standards or [],
        ppi=ppi,
    )


def without_shape(fault: typst.TypstError) -> set[str]:
    """Return the characters that no font has, out of what Typst says; empty where it complains of something else."""
    said = f"{fault.message}\n{fault.diagnostic}"
    found = {_ESCAPE.sub(lambda code: chr(int(code[1], 16)), text) for text in _NO_GLYPH.findall(said)}
    return {character for text in found for character in text}


def stood_in(text: str, characters: set[str]) -> str:
    """Replace what cannot be shown: each run of it by one stand-in."""
    if not characters:
        return text
    run = "[" + "".join(re.escape(character) for character in sorted(characters)) + "]+"
    return re.sub(run, STAND_IN, _SHAPELESS.sub("", text))
