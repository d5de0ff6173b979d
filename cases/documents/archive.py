"""Zip files that come out the same each time: the report's own moment instead of the clock's."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable

from cases import clocks

# What Unix writes, whatever machine this is; and a plain file that everybody may read.
_UNIX, _READABLE = 3, 0o644 << 16


def zipped(entries: Iterable[tuple[str, bytes]], *, made_at: dt.datetime) -> bytes:
    """Pack names and contents in the given order."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries:
            info = zipfile.ZipInfo(name, date_time=made_at.astimezone(clocks.STOCKHOLM).timetuple()[:6])
            info.create_system, info.external_attr = _UNIX, _READABLE
            archive.writestr(info, content, compress_type=zipfile.ZIP_DEFLATED)
    return out.getvalue()


def rezipped(packed: bytes, *, made_at: dt.datetime) -> bytes:
    """Pack a zip file anew, so that only its contents decide what it looks like."""
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        entries = [(name, archive.read(name)) for name in archive.namelist()]
    return zipped(entries, made_at=made_at)
