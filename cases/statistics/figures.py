"""The figures themselves, as plain objects that every page, file and chart takes. Nothing here is rounded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import accumulate

from cases.periods import Period

TYPE_NOT_SET = ""


@dataclass(frozen=True)
class Balance:
    """What came and went: opening + new + reopened - ended = closing, whatever the period.

    Counted from the events, so it holds for any day in the past. A case that ended, was reopened and ended again in
    the period counts twice in ended and once in reopened; it counts once in new.
    """

    opening: int
    new: int
    reopened: int
    closed: int
    dismissed: int
    duplicates: int
    withdrawn: int
    referred: int

    @property
    def ended(self) -> int:
        return self.closed + self.dismissed + self.duplicates + self.withdrawn + self.referred

    @property
    def closing(self) -> int:
        return self.opening + self.new + self.reopened - self.ended


@dataclass(frozen=True)
class PartTable:
    """Concerns by party and type, of the cases filed in a period, as those cases stand now.

    A struck concern is left out; the type is the one that the kansli set, or `TYPE_NOT_SET`. A case with two concerns
    stands in two cells, so the cells do not add up to `cases`, where each case counts once.
    """

    cells: Mapping[tuple[str, str], int]
    cases: int

    def cell(self, party: str, gap_type: str) -> int:
        return self.cells.get((party, gap_type), 0)

    def of_party(self, party: str) -> int:
        return sum(number for (mine, _), number in self.cells.items() if mine == party)

    def of_type(self, gap_type: str) -> int:
        return sum(number for (_, mine), number in self.cells.items() if mine == gap_type)

    @property
    def concerns(self) -> int:
        return sum(self.cells.values())


@dataclass(frozen=True)
class OpenNow:
    """Cases that are open on the day that the rows tell of, and how many have a clock that has passed its day.

    A case with two late clocks counts in both kinds, and once in `late`.
    """

    day: dt.date
    by_status: Mapping[str, int]
    late: int
    late_triage: int
    late_acknowledge: int
    late_answer: int
    late_measure: int

    @property
    def total(self) -> int:
        return sum(self.by_status.values())


@dataclass(frozen=True)
class Days:
    """How many days something took, as pairs of days and how many took so long, the fewest days first."""

    spread: tuple[tuple[int, int], ...] = ()

    @property
    def count(self) -> int:
        return sum(number for _, number in self.spread)

    @property
    def median(self) -> float | None:
        return percentile(self.spread, 0.5)

    @property
    def ninetieth(self) -> float | None:
        return percentile(self.spread, 0.9)


@dataclass(frozen=True)
class Kept:
    """How many kept their day, of all that were settled.

    Each is settled once, on one day: the day it was done, if that was its due day or earlier; else the day after the
    due day, whether it has been done since or is still open. So months add up to their year, and waiting longer
    cannot make a share look better. What ended for another reason on or before its due day is left out.
    """

    kept: int = 0
    settled: int = 0

    @property
    def share(self) -> float | None:
        return self.kept / self.settled if self.settled else None


@dataclass(frozen=True)
class Share:
    """How many of some, where the rest is of no interest."""

    part: int = 0
    of: int = 0

    @property
    def share(self) -> float | None:
        return self.part / self.of if self.of else None


@dataclass(frozen=True)
class Times:
    """How long things took in a period, and how many kept their day. Closing has no due day, and so no share."""

    handling: Days
    handling_kept: Kept
    answer: Days
    answer_kept: Kept
    close: Days


@dataclass(frozen=True)
class Summary:
    """The figures of one period that the page about it shows."""

    period: Period
    balance: Balance
    parts: PartTable
    now: OpenNow
    times: Times


@dataclass(frozen=True)
class Measures:
    """What came of the measures whose day was in a period; `late` were done after their day, or not yet."""

    planned: int = 0
    done: int = 0
    dropped: int = 0
    moved: int = 0
    open: int = 0
    late: int = 0


@dataclass(frozen=True)
class Said:
    """What reporters and members answered when they were asked afterwards."""

    yes: int = 0
    partly: int = 0
    no: int = 0

    @property
    def count(self) -> int:
        return self.yes + self.partly + self.no


@dataclass(frozen=True)
class TypeViews:
    """How often the type was seen differently, of those where both have one."""

    reporter_and_kansli: Share
    kansli_and_member: Share
    reporter_and_member: Share
    reporter_did_not_know: Share


@dataclass(frozen=True)
class Reporting:
    """Who reports and who is silent, by the keys of insatser and members; a need for support, no mark."""

    initiatives: Mapping[int, int]
    members: Mapping[int, int]
    # Where only the part was told, and not which of its members.
    parties: Mapping[str, int]
    without_initiative: int
    without_organisation: int

    @property
    def places(self) -> int:
        """Return how many insatser and organisations somebody has reported from."""
        return len(self.initiatives) + len(self.members) + len(self.parties)


@dataclass(frozen=True)
class Answering:
    """What a member was sent and what it answered, of the concerns whose answer day came in the period."""

    asked: int = 0
    answered: int = 0
    never: int = 0

    @property
    def waits(self) -> int:
        return self.asked - self.answered - self.never


def percentile(spread: Iterable[tuple[int, int]], share: float) -> float | None:
    """Return the value under which the share lies, between neighbours in proportion, as SQL's percentile_cont does.

    `spread` is pairs of value and count, the lowest value first. Nothing comes of nothing.
    """
    pairs = [pair for pair in spread if pair[1]]
    if not pairs:
        return None
    upto = list(accumulate(number for _, number in pairs))
    place = share * (upto[-1] - 1)
    below = int(place)
    low = next(value for (value, _), end in zip(pairs, upto, strict=True) if below < end)
    high = next((value for (value, _), end in zip(pairs, upto, strict=True) if below + 1 < end), low)
    return low + (high - low) * (place - below)
