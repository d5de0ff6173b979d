"""Periods: days from one to another, as figures are counted for."""

from __future__ import annotations

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass

from cases import clocks

MONTHS_OF_A_TERTIAL = 4


@dataclass(frozen=True, order=True)
class Period:
    """The days from one to another, both included."""

    first: dt.date
    last: dt.date

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(dt.date(year, 1, 1), dt.date(year, 12, 31))

    @classmethod
    def tertial(cls, year: int, number: int) -> Period:
        """Return four months: 1 is January to April, 3 is September to December."""
        last = number * MONTHS_OF_A_TERTIAL
        return cls(dt.date(year, last - MONTHS_OF_A_TERTIAL + 1, 1), cls.month(year, last).last)

    @classmethod
    def month(cls, year: int, number: int) -> Period:
        return cls(dt.date(year, number, 1), dt.date(year, number, monthrange(year, number)[1]))

    @property
    def start(self) -> dt.datetime:
        """Return the first moment of the period."""
        return clocks.start_of(self.first)

    @property
    def end(self) -> dt.datetime:
        """Return the first moment after the period."""
        return clocks.end_of(self.last)

    @property
    def after(self) -> dt.date:
        """Return the first day after the period."""
        return self.last + dt.timedelta(days=1)

    @property
    def is_year(self) -> bool:
        return self == Period.year(self.first.year)

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    def earlier(self, years: int) -> Period:
        """Return the same months so many years before."""
        first = self.first.replace(year=self.first.year - years)
        return Period(first, Period.month(self.last.year - years, self.last.month).last)

    def months(self) -> list[Period]:
        """Return the months of a period that begins and ends with a month."""
        number = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        firsts = [divmod(self.first.month - 1 + step, 12) for step in range(number)]
        return [Period.month(self.first.year + years, month + 1) for years, month in firsts]
