"""Who does what until when, as packs and minutes show it."""

from __future__ import annotations

from collections.abc import Sequence

from cases.documents import Column, Table
from cases.models import Assignment


def duty_table(
    key: str, title: str, assignments: Sequence[Assignment], *, state: Sequence[str] = (), note: str = ""
) -> Table:
    """List assignments; with `state`, how each stands."""
    columns = (
        Column("who", "Vem"),
        Column("what", "Vad"),
        Column("due", "Klart senast", "date"),
        *((Column("state", "Läge"),) if state else ()),
    )
    rows = tuple(
        (one.who, one.what, one.due_on, *((state[place],) if state else ())) for place, one in enumerate(assignments)
    )
    return Table(key, title, columns, rows, note=note)
