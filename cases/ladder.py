"""The ladders: when a clock nears its day or has passed it, who is reminded, and in which order.

A rung is taken once for each due day. A reminder that was missed is not made up for once a later rung is reached, so
that nobody gets two at once. An escalation is: whoever it brings the matter to would else never hear of it.
`services.chasing` climbs, and what is said and to whom stands in the event that it writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import NamedTuple

from django.db.models import TextChoices


class Clock(TextChoices):
    """What a ladder belongs to: a clock of the case, of a concern or of a measure."""

    TRIAGE = "TRIAGE", "Första hantering"
    ACKNOWLEDGE = "ACKNOWLEDGE", "Bekräftelse"
    ANSWER = "ANSWER", "Svar"
    MEASURE = "MEASURE", "Åtgärd"
    HELPED = "HELPED", "Hjälpte det?"
    EFFECT = "EFFECT", "Kom det tillbaka?"


class To(TextChoices):
    """Who is reminded at a rung."""

    FUNCTION = "FUNCTION", "Kontaktfunktionen"
    DEPUTIES = "DEPUTIES", "Kontaktfunktionen och ersättarna"
    GROUP = "GROUP", "Medlemmens person i beredningsgruppen"
    AGENDA = "AGENDA", "Beredningsgruppens nästa möte"
    KANSLI = "KANSLI", "Kansliet"
    REPORTER = "REPORTER", "Rapportören"
    BOTH = "BOTH", "Rapportören och de som svarade"


# Who is told besides those who are late.
ESCALATES_TO = frozenset({To.GROUP, To.AGENDA})


class Rung(NamedTuple):
    """A step: how many days after the due day (before it, if negative), and who is told."""

    days: int
    to: To


class Window(NamedTuple):
    """A rung with the due days that have reached it on a day: after the first, up to the second."""

    rung: Rung
    after: dt.date
    until: dt.date


WEEKLY = 8
AGENDA_DAYS = 21

LADDERS: dict[Clock, tuple[Rung, ...]] = {
    Clock.ANSWER: (
        Rung(-7, To.FUNCTION),
        Rung(0, To.FUNCTION),
        Rung(7, To.DEPUTIES),
        Rung(14, To.GROUP),
        Rung(AGENDA_DAYS, To.AGENDA),
        *(Rung(AGENDA_DAYS + 7 * week, To.FUNCTION) for week in range(1, WEEKLY + 1)),
    ),
    # Shorter: the answer's own ladder takes over where it begins.
    Clock.ACKNOWLEDGE: (Rung(0, To.FUNCTION), Rung(7, To.DEPUTIES), Rung(14, To.GROUP)),
    Clock.TRIAGE: (Rung(0, To.KANSLI), Rung(3, To.KANSLI), Rung(7, To.KANSLI)),
    Clock.MEASURE: (Rung(-7, To.FUNCTION), Rung(0, To.FUNCTION), Rung(7, To.DEPUTIES), Rung(14, To.KANSLI)),
    # Counted from the closing, when the reporter was asked for the first time.
    Clock.HELPED: (Rung(7, To.REPORTER),),
    # Counted from the day of the effect check.
    Clock.EFFECT: (Rung(0, To.BOTH), Rung(14, To.BOTH)),
}

# A function's people are confirmed this often. They are asked so many days after the day came, by the same rule.
CONFIRM_DAYS = 183
CONFIRM_STEPS = (0, 14, 28)


# The day after the due day on which the last rung's time is over too: an installation that is new to the ladders, or
# that was away for long, does not write to everybody about what is long past.
OVER: dict[Clock, int] = {
    **{clock: rungs[-1].days + 7 for clock, rungs in LADDERS.items()},
    # As long as the answer's, which takes over before: a clock that stood still may begin to run again late.
    Clock.ACKNOWLEDGE: LADDERS[Clock.ANSWER][-1].days + 7,
    Clock.HELPED: 31,
    Clock.EFFECT: 61,
}

# The verbs of the events that the clock writes, and no person.
AUTOMATIC = frozenset({"remind", "move_clock"})


def days_of(clock: Clock, to: To) -> int:
    """Return on which day after the due day a ladder first reaches somebody. Raises StopIteration if it never does."""
    return next(rung.days for rung in LADDERS[clock] if rung.to == to)


def climbs(clock: Clock, day: dt.date) -> Iterator[list[Window]]:
    """Yield what is looked for together on a day: each escalation by itself, then the reminders.

    A due day is in the windows of every escalation that it has passed, and of the last reminder alone; of none where
    an escalation has come after that.
    """
    rungs = LADDERS[clock]
    ends = [*(rung.days for rung in rungs[1:]), OVER[clock]]
    reminders = []
    for rung, end in zip(rungs, ends, strict=True):
        until = day - dt.timedelta(days=rung.days)
        if rung.to in ESCALATES_TO:
            yield [Window(rung, day - dt.timedelta(days=OVER[clock]), until)]
        else:
            reminders.append(Window(rung, day - dt.timedelta(days=end), until))
    yield reminders
