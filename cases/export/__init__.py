"""Everything that a förbund owns, as lines of JSON: see `docs/export.md`.

`tables` says which columns leave, `snapshot` lets all lines show the same moment, and `lines` makes them.
"""

from cases.export.lines import FORMAT, MEDIA_TYPE, VERSION, file_name, stream

__all__ = ["FORMAT", "MEDIA_TYPE", "VERSION", "file_name", "stream"]
