"""Protects small numbers in what leaves the förbund. Pure Python, usable alone, with a solver that may be left out.

    release = Release("Året 2026", counts, tables)
    published = protect(release, threshold=5, earlier=[Published.from_json(text) for text in kept])
    audit(published, earlier)   # [] is the only answer that may leave
    published.table("part_typ").cells[("2026", "Kommun")]   # 12, or HIDDEN, MISSING, NOT_APPLICABLE

The rule. A number under the threshold is hidden, and so are as many others as it takes, all looking alike: nobody who
holds every table of this release and of those before it may work out a hidden number to an interval whose ends are
less than the threshold apart. Zero is shown as zero, unless it has to be hidden for another's sake.

The method. `tables` says what there is: the finest counts (*atoms*), tables whose cells are sums of them, each with
coarser ways of laying it out, and relations that everybody knows. `protecting` takes the finest layout that does not
lose too many cells, hides the small cells, and then the cheapest cells by which some other truth comes near the true
one. `outsider` writes down what an outsider knows of the unknown counts, from the published tables alone. `auditing`
finds for each hidden sum its least and greatest possible value, in whole numbers; it uses nothing that was not
published, and its word is the last. Counts that no table shows but that follow from several are guarded in the same
way, and so is what came in between two releases.

Once out, always out: a number that an earlier release showed is known, and shown again as it is. What was hidden once
stays hidden, also if a lower threshold would show it now.

Figures. A share is shown only when both its numbers are, in whole percent, a half rounded up. A median or another
quantile is shown only when its base is, is no smaller than the threshold, and has at least one beyond the quantile on
either side; in whole numbers, a half rounded up.

Known limits. The outsider is one who reads. One who knows a count from elsewhere (a reporter knows of their own report,
a member of those sent to it) may take it from a total and come nearer to the rest. The rules are public, and from
which cells are hidden something can be guessed: that at least one of them was small. Not looked for: what follows
from quantiles, from the order in which things are listed, or from a revised count being near the old one.
"""

from cases.disclosure.auditing import Exposure, audit
from cases.disclosure.errors import CannotProtect, Contradiction, SolverMissing
from cases.disclosure.markers import HIDDEN, MISSING, NOT_APPLICABLE, Marker, Value
from cases.disclosure.protecting import THRESHOLDS, protect
from cases.disclosure.published import Published, PublishedTable
from cases.disclosure.tables import (
    Atom,
    Axis,
    Key,
    Level,
    Quantile,
    Relation,
    Release,
    Share,
    Table,
    at_most,
    crossed,
    equal,
)

__all__ = [
    "HIDDEN",
    "MISSING",
    "NOT_APPLICABLE",
    "THRESHOLDS",
    "Atom",
    "Axis",
    "CannotProtect",
    "Contradiction",
    "Exposure",
    "Key",
    "Level",
    "Marker",
    "Published",
    "PublishedTable",
    "Quantile",
    "Relation",
    "Release",
    "Share",
    "SolverMissing",
    "Table",
    "Value",
    "at_most",
    "audit",
    "crossed",
    "equal",
    "protect",
]
