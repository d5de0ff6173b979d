"""Sentences that rules write about figures. They tell what was counted, never why.

Counts show reporting, not causes: *fler rapporter*, never *sämre samverkan*. No member is set against another.
"""

from __future__ import annotations

from collections.abc import Iterator

from cases import swedish
from cases.codes import GapType, Party
from cases.periods import Period
from cases.statistics import Annual, Days, Kept, Share, Stretch

# A difference of so few says nothing about more or fewer.
ALIKE = 2


TERTIALS = ("första", "andra", "tredje")


def name_of(period: Period) -> str:
    """Return what people call a period: 2025, or the second tertial of 2025."""
    if period.is_year:
        return str(period.first.year)
    return f"{TERTIALS[(period.first.month - 1) // 4]} tertialen {period.first.year}"


def reports(count: int) -> str:
    return swedish.counted(count, "rapport", "rapporter")


def in_five_lines(figures: Annual) -> tuple[str, ...]:
    """Write the summary: reports, what they concern, answers, endings, what is open."""
    return tuple(line for line in _lines(figures) if line)


def _lines(figures: Annual) -> Iterator[str]:
    this, before = figures.this, figures.before
    yield compared(this, before)
    yield _most_common(this)
    yield _answers(this.times.answer_kept, this.times.answer)
    yield _endings(this)
    yield _open(figures)


def _open(figures: Annual) -> str:
    """Say how many were open when the period ended, and how many of all its cases still are."""
    closing = figures.this.balance.closing
    said = (
        f"När perioden slutade var {swedish.counted(closing, 'ärende', 'ärenden')} {_form(closing, 'öppet', 'öppna')}"
    )
    left = figures.now.total
    if not left:
        return f"{said}. Alla är avslutade nu."
    late = f", varav {swedish.number(figures.now.late)} {_form(figures.now.late, 'försenat', 'försenade')}"
    still = f"{swedish.number(left)} {_form(left, 'är öppet', 'är öppna')} den {swedish.day(figures.day)}"
    return f"{said}. Av de ärenden som kommit in till och med då {still}{late if figures.now.late else ''}."


def through_the_year(this: Stretch) -> tuple[str, ...]:
    """Say in which month most and fewest reports came in."""
    months = [(balance.new, month) for balance, month in zip(this.months, this.period.months(), strict=True)]
    if not this.balance.new:
        return ("Inga rapporter kom in.",)
    most, fewest = max(new for new, _ in months), min(new for new, _ in months)
    if most == fewest:
        return ("Lika många rapporter kom in varje månad.",)
    high = f"Flest rapporter kom in i {_in(months, most)} ({swedish.number(most)})"
    return (f"{high}, minst i {_in(months, fewest)} ({swedish.number(fewest)}).",)


def _in(months: list[tuple[int, Period]], count: int) -> str:
    return swedish.joined([swedish.MONTHS[month.first.month - 1] for new, month in months if new == count])


def _form(count: int, one: str, many: str) -> str:
    return one if count == 1 else many


def compared(this: Stretch, before: Stretch | None) -> str:
    """Say how many reports there were, against the period before, and from how many places."""
    count = this.balance.new
    if before is None or not (before.balance.new or count):
        return f"{_cap(reports(count))} kom in {name_of(this.period)}."
    earlier = f"{name_of(before.period)} ({swedish.number(before.balance.new)})"
    much = _more_or_fewer(count, before.balance.new)
    places = _more_or_fewer(this.reporting.places, before.reporting.places)
    sentence = f"{_cap(reports(count))} kom in {name_of(this.period)}, {much} {earlier}"
    if "lika" in much or "ungefär" in much:
        return f"{sentence}."
    return f"{sentence}, från {places.replace(' än', '').replace(' som', '')} insatser och organisationer."


def _more_or_fewer(now: int, then: int) -> str:
    if now == then:
        return "lika många som"
    if abs(now - then) <= ALIKE:
        return "ungefär lika många som"
    return "fler än" if now > then else "färre än"


def _most_common(this: Stretch) -> str:
    total = this.parts.concerns
    if not total:
        return ""
    by_party = [(this.parts.of_party(party), party.label) for party in Party]
    by_type = [(this.parts.of_type(gap), gap.label.lower()) for gap in GapType]
    most_party, most_type = max(by_party), max(by_type)
    said = f"Oftast gäller det {_inside(most_party[1])} ({_of(most_party[0], total)} berörda parter)"
    return f"{said}, och oftast typen {most_type[1]} ({swedish.number(most_type[0])})." if most_type[0] else f"{said}."


def _answers(kept: Kept, days: Days) -> str:
    if not kept.settled:
        return "Inget svar skulle ha kommit under perioden."
    said = f"{_cap(_of(kept.kept, kept.settled))} svar kom i tid ({swedish.share(kept.kept / kept.settled)})"
    return f"{said}. Hälften av svaren kom inom {days_said(days.median)}." if days.median is not None else f"{said}."


def _endings(this: Stretch) -> str:
    ended, helped = this.balance.ended, this.helped
    if not ended:
        return "Inget ärende avslutades."
    with_answer = f"varav {swedish.number(this.balance.closed)} med svar"
    said = f"{_cap(swedish.counted(ended, 'ärende', 'ärenden'))} avslutades, {with_answer}."
    if not helped.count:
        return said
    return f"{said} Enligt {_of(helped.yes + helped.partly, helped.count)} som svarade hjälpte det, helt eller delvis."


SILENCE = (
    "Att någon inte rapporterar betyder inte att allt fungerar. Det kan betyda att de behöver stöd för att berätta."
)


def never_came(count: int) -> str:
    return f"I {swedish.number(count)} fall uteblev partens svar, trots påminnelser. Det räknas som att svaret är sent."


def did_not_know(share: Share) -> str:
    return f"I {_of(share.part, share.of)} fall visste rapportören inte vilken typ det var."


def days_said(days: float) -> str:
    return swedish.counted(days, "dag", "dagar")


def _of(part: int, whole: int) -> str:
    return f"{swedish.number(part)} av {swedish.number(whole)}"


def _inside(label: str) -> str:
    return label if label in ("Arbetsförmedlingen", "Försäkringskassan") else label.lower()


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
