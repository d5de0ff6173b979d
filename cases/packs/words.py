"""Sentences that rules write in a pack. They tell what was counted and never why, and set no member against another."""

from __future__ import annotations

from collections.abc import Iterator

from cases import swedish
from cases.packs.figures import Figures
from cases.periods import Period


def since_last(figures: Figures, period: Period) -> tuple[str, ...]:
    """Say what came, what was answered and ended, and what was open and late when the period ended."""
    return tuple(_lines(figures, period))


def _lines(figures: Figures, period: Period) -> Iterator[str]:
    balance = figures.balance
    again = f" och {cases(balance.reopened)} öppnades igen" if balance.reopened else ""
    yield f"{cases(balance.new)} kom in{again}." if balance.new else f"Inget ärende kom in{again}."
    yield f"{_answers(figures.answered)} kom från parterna." if figures.answered else "Inget svar kom från parterna."
    yield f"{cases(balance.ended)} avslutades." if balance.ended else "Inget ärende avslutades."
    yield _open(figures, period)


def _open(figures: Figures, period: Period) -> str:
    closing, late = figures.balance.closing, figures.late
    if not closing:
        return f"När den {swedish.day(period.last)} var slut var inget ärende öppet."
    said = f"När den {swedish.day(period.last)} var slut var {cases(closing)} {_form(closing, 'öppet', 'öppna')}"
    if not late:
        return f"{said}. Inget av dem var försenat." if closing > 1 else f"{said}. Det var inte försenat."
    return f"{said}, {swedish.number(late)} av dem {_form(late, 'försenat', 'försenade')}."


def measures(figures: Figures) -> str:
    """Say how many measures were done, and how many were open and late."""
    told = figures.measures
    done = f"{_measures(told.done)} blev {_form(told.done, 'klar', 'klara')}" if told.done else "Ingen åtgärd blev klar"
    if not told.open:
        return f"{done}. Ingen pågick när perioden slutade."
    going = f"{_measures(told.open)} pågick när perioden slutade"
    if not told.late:
        return f"{done}. {going}, {'alla ' if told.open > 1 else ''}i tid."
    return f"{done}. {going}, {swedish.number(told.late)} av dem {_form(told.late, 'försenad', 'försenade')}."


def more(shown: int, everything: int) -> str:
    """Say that a table shows the first rows of many; nothing where it shows them all."""
    left = everything - shown
    return f"Tabellen visar de {swedish.number(shown)} första. {swedish.number(left)} till finns." if left > 0 else ""


def cases(count: int) -> str:
    return swedish.counted(count, "ärende", "ärenden")


def _answers(count: int) -> str:
    return swedish.counted(count, "svar", "svar")


def _measures(count: int) -> str:
    return swedish.counted(count, "åtgärd", "åtgärder")


def _form(count: int, one: str, many: str) -> str:
    return one if count == 1 else many
