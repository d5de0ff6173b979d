"""The door to Typst: text goes in as data only, and each document is set by a process of its own.

Typst keeps what it has set for the next time: in the web process that was 170 MB more after ten reports, 400 MB after a
long one. A process that ends gives it back, and one that hangs can be stopped.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

_TYPESETTER = Path(__file__).resolve().with_name("typesetter.py")
SECONDS = 120


class SettingFault(Exception):
    """A document that could not be set; a picture without words is one."""


def pdf(template: str, data: Any) -> bytes:
    """Set a template as PDF/UA-1. A character that no font has becomes □. Raise SettingFault where it cannot be."""
    return _set(template, "pdf", data)[0]


def pictures(template: str, data: Any, *, ppi: int) -> list[bytes]:
    """Set a template as PNG, one for each page."""
    return _set(template, "png", data, ppi=ppi)


def _set(template: str, form: Literal["pdf", "png"], data: Any, *, ppi: int | None = None) -> list[bytes]:
    asked = {"template": template, "format": form, "data": json.dumps(data, ensure_ascii=False), "ppi": ppi}
    try:
        # Isolated and without our variables: nothing of this process but the data.
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-I", str(_TYPESETTER)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=True,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise SettingFault(f"{template} was not set in {SECONDS} seconds") from None
    except subprocess.CalledProcessError as fault:
        raise SettingFault(f"{template}: the typesetter ended with {fault.returncode}") from None
    answer = json.loads(done.stdout)
    if "fault" in answer:
        raise SettingFault(f"{template}: {answer['fault']}")
    return [base64.b64decode(page) for page in answer["pages"]]
