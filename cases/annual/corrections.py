"""What would come out otherwise if a summary's figures were counted from the cases as they are today.

Each figure has the name that the cases behind it are found by. What was open on the data day is left out: it cannot be
counted afterwards, and that a case has been closed since is no correction.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from cases import swedish
from cases.annual.behind import ALL, NONE
from cases.annual.sections import BALANCE, ENDED
from cases.annual.words import name_of
from cases.codes import Cause, GapType, Helped, MeasureState, Outcome, Party
from cases.models import AnnualSummary
from cases.periods import Period
from cases.statistics import TYPE_NOT_SET, Annual, Balance, Days, Kept, Measures, Said, Stretch

Value = int | float | None
Named = tuple[str, str, Value]

BALANCE_LABELS = dict((*BALANCE, *ENDED))
NOT_TOLD = "inte angivet"


@dataclass(frozen=True)
class Correction:
    """A figure that has changed: what the frozen rows say, and what the cases say today."""

    name: str
    label: str
    frozen: Value
    now: Value


def corrections(summary: AnnualSummary, figures: Annual, today: Annual) -> tuple[Correction, ...]:
    """Return every figure that differs between the frozen ones and those counted today, in the summary's order."""
    before, after = dict(_by_name(summary, figures)), dict(_by_name(summary, today))
    found = []
    for name, (label, _) in (before | after).items():
        was, now = (values.get(name, ("", 0))[1] for values in (before, after))
        if was != now:
            found.append(Correction(name, label, was, now))
    return tuple(found)


def _by_name(summary: AnnualSummary, figures: Annual) -> Iterator[tuple[str, tuple[str, Value]]]:
    named = _Named(summary)
    for stretch in reversed(figures.trend):
        own = stretch.period == summary.period
        after, said = ("", "") if own else (f".{stretch.period.last.year}", f", {name_of(stretch.period)}")
        for name, label, value in named.stretch(stretch):
            yield f"{name}{after}", (f"{label}{said}", value)
    for name, label, value in named.months(figures.this):
        yield name, (label, value)
    for name, label, value in named.of_the_period(figures):
        yield name, (label, value)


@dataclass(frozen=True)
class _Named:
    """Gives each figure its name and what it is called."""

    summary: AnnualSummary

    def stretch(self, found: Stretch) -> Iterator[Named]:
        """Name the figures that are counted of every year of the trend."""
        for kind, value in _balance(found.balance):
            yield f"balance.{kind}", BALANCE_LABELS[kind], value
        for (party, gap_type), cell in found.parts.cells.items():
            kind = GapType(gap_type).label if gap_type != TYPE_NOT_SET else "typ ej satt"
            yield f"part.{party}.{gap_type or NONE}", f"{Party(party).label}, {kind.lower()}", cell
        times = found.times
        yield from _time("handling", "Första hantering", times.handling, times.handling_kept)
        yield from _time("answer", "Svar", times.answer, times.answer_kept)
        yield from _time("closing", "Avslut", times.close, None)
        for outcome in Outcome:
            number = sum(n for (code, _), n in found.outcomes.items() if code == outcome)
            yield f"outcome.{outcome.value}", f"Utfall: {outcome.label.lower()}", number
        for cause in Cause:
            number = sum(n for (_, code), n in found.outcomes.items() if code == cause)
            yield f"cause.{cause.value}", f"Orsak: {cause.label.lower()}", number
        yield from _measures(found.measures)
        yield from _said("helped", "Hjälpte det?", found.helped)
        yield from _said("back", "Kom det tillbaka?", found.came_back)
        yield from self._reporting(found)

    def _reporting(self, found: Stretch) -> Iterator[Named]:
        places = found.reporting
        for key, number in places.initiatives.items():
            yield f"place.{key}", f"Sett i {self._called('initiatives', key, 'insats')}", number
        yield f"place.{NONE}", "Sett i ordinarie verksamhet", places.without_initiative
        for key, number in places.members.items():
            yield f"organisation.{key}", f"Rapporterat av {self._called('members', key, 'medlem')}", number
        yield f"organisation.{NONE}", "Rapportörens organisation inte angiven", places.without_organisation

    def months(self, this: Stretch) -> Iterator[Named]:
        """Name what came and went in each month of the period."""
        for month, balance in zip(this.period.months(), this.months, strict=True):
            for key, value in _balance(balance):
                yield f"balance.{key}.{month.first:%Y-%m}", f"{BALANCE_LABELS[key]}, {_month(month)}", value

    def of_the_period(self, figures: Annual) -> Iterator[Named]:
        """Name what is counted of the period alone."""
        for key, one in figures.answering.items():
            member = self._called("members", key, "medlem")
            yield f"member.{key}.asked", f"{member}: skulle svara", one.asked
            yield f"member.{key}.answered", f"{member}: har svarat", one.answered
            yield f"member.{key}.never", f"{member}: svaret uteblev", one.never
        views = figures.type_views
        yield "views.REPORTER.KANSLI", "Rapportören och kansliet såg typen olika", views.reporter_and_kansli.part
        yield "views.KANSLI.MEMBER", "Kansliet och medlemmen såg typen olika", views.kansli_and_member.part
        yield "views.REPORTER.MEMBER", "Rapportören och medlemmen såg typen olika", views.reporter_and_member.part
        yield "views.REPORTER.NONE", "Rapportören visste inte typen", views.reporter_did_not_know.part
        for ((own, own_key), (party, member_key)), number in figures.directions.items():
            name = f"direction.{own_key or own or NONE}.{member_key or party}"
            towards = self._organisation(party, member_key)
            yield name, f"Från {self._organisation(own, own_key)} mot {towards}", number

    def _organisation(self, party: str, key: int | None) -> str:
        if key is not None:
            return self._called("members", key, "medlem")
        return Party(party).label if party else NOT_TOLD

    def _called(self, kind: str, key: int, otherwise: str) -> str:
        return str(self.summary.labels[kind].get(str(key), f"{otherwise} {key}"))


def _balance(balance: Balance) -> Iterator[tuple[str, int]]:
    for field in dataclasses.fields(Balance):
        yield field.name, getattr(balance, field.name)
    yield "closing", balance.closing


def _time(kind: str, label: str, days: Days, kept: Kept | None) -> Iterator[Named]:
    yield f"{kind}.done", f"{label}: antal", days.count
    yield f"{kind}.median", f"{label}: hälften inom dagar", days.median
    yield f"{kind}.ninetieth", f"{label}: nio av tio inom dagar", days.ninetieth
    if kept:
        yield f"{kind}.settled", f"{label}: skulle vara klara", kept.settled
        yield f"{kind}.kept", f"{label}: i tid", kept.kept


def _measures(found: Measures) -> Iterator[Named]:
    yield f"measure.{ALL}", "Åtgärder: alla", found.planned
    for state in MeasureState:
        yield f"measure.{state.value}", f"Åtgärder: {state.label.lower()}", getattr(found, state.value.lower())
    yield "measure.LATE", "Åtgärder: efter sin dag", found.late


def _said(kind: str, label: str, found: Said) -> Iterator[Named]:
    for value, number in ((Helped.YES, found.yes), (Helped.PARTLY, found.partly), (Helped.NO, found.no)):
        yield f"{kind}.{value.value}", f"{label} {value.label}", number


def _month(month: Period) -> str:
    return f"{swedish.MONTHS[month.first.month - 1]} {month.first.year}"
