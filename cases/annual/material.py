"""Everything that a summary's sections are made of, read once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cases import swedish
from cases.annual.beside import beside
from cases.codes import Party
from cases.documents import Block, Bullets, Paragraph
from cases.models import AnnualSummary, EarlierTotal, FrozenCase, FrozenPattern, SeriesBreak
from cases.periods import Period
from cases.statistics import Annual, annual, frozen

NOT_TOLD = "Inte angivet"

Link = Callable[[str], str]


@dataclass(frozen=True)
class Material:
    """The figures, and what stands beside them."""

    summary: AnnualSummary
    figures: Annual
    name: str
    written: Mapping[str, str]
    totals: tuple[EarlierTotal, ...]
    breaks: tuple[SeriesBreak, ...]
    patterns: tuple[FrozenPattern, ...]
    # The days that each pattern's cases were filed, by its key.
    met: Mapping[int, list[dt.date]] = field(default_factory=dict)
    link: Link | None = None

    @property
    def period(self) -> Period:
        return self.summary.period

    def words(self, key: str, rules: tuple[str, ...]) -> tuple[Block, ...]:
        """Return what somebody has written in place of the rules' lines, else those."""
        if text := self.written.get(key):
            return (Paragraph(text, editable_key=key),)
        return (Bullets(rules),) if rules else ()

    def text(self, key: str, otherwise: str = "") -> tuple[Block, ...]:
        """Return what somebody has written under a key, else a sentence of ours; nothing where there is neither."""
        text = self.written.get(key) or otherwise
        return (Paragraph(text, editable_key=key),) if text else ()

    def member(self, key: int | None, party: str) -> str:
        """Name a member as it was called then, else the party."""
        if key is not None:
            return str(self.summary.labels["members"].get(str(key), f"Medlem {key}"))
        return Party(party).label if party else NOT_TOLD

    def initiative(self, key: int) -> str:
        return str(self.summary.labels["initiatives"].get(str(key), f"Insats {key}"))

    def pattern(self, key: int) -> str:
        return str(self.summary.labels["patterns"].get(str(key), f"Systemfel {key}"))

    def links(self, places: Mapping[tuple[int, str], str]) -> dict[tuple[int, str], str]:
        """Return addresses for cells, by the names of their figures; none where the reader opens no cases."""
        return {place: self.link(name) for place, name in places.items()} if self.link else {}

    def days(self, name: str) -> str:
        """Say how many days the förbund allowed."""
        kind = ("arbetsdag", "arbetsdagar") if self.summary.terms["day_kind"] == "WORKING" else ("dag", "dagar")
        return swedish.counted(self.summary.terms[name], *kind)


def material_of(summary: AnnualSummary, *, figures: Annual | None = None, link: Link | None = None) -> Material:
    """Read a summary's rows and words; its figures too, unless somebody has just counted them."""
    rows = FrozenCase.objects.filter(summary=summary, pattern_id__isnull=False).order_by("filed_on", "pk")
    met: dict[int, list[dt.date]] = {}
    for pattern, day in rows.values_list("pattern_id", "filed_on"):
        if pattern is not None:
            met.setdefault(pattern, []).append(day)
    known = beside(summary)
    return Material(
        summary=summary,
        figures=figures or annual(frozen(summary), summary.period, trend_from=summary.trend_from),
        name=known.name,
        written=dict(summary.texts.values_list("key", "body")),
        totals=known.totals,
        breaks=known.breaks,
        patterns=tuple(summary.frozen_patterns.all()),
        met=met,
        link=link,
    )
