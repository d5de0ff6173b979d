"""Annual summaries: frozen, written in, assessed and fixed; and what the trend needs from outside the program."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from cases import clocks, freezing, pattern_figures
from cases.annual.beside import to_keep
from cases.codes import BreakKind, Role
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import (
    AnnualSummary,
    Association,
    Case,
    EarlierTotal,
    FrozenCase,
    FrozenPattern,
    Initiative,
    Member,
    Pattern,
    PatternTally,
    SeriesBreak,
    SummaryText,
    User,
)
from cases.models.summary import LINE_LENGTH, TEXT_LENGTH
from cases.services.acting import by_a_person, payload_key
from cases.services.guarding import fits, guarded
from cases.statistics import TREND_MOST, Annual, Period, annual, frozen, hash_of, live

# What the beredningsgrupp writes; the rest is the kansli's.
ASSESSMENT, GROUNDS = "bedomning", "grunder"
GROUPS_TEXTS = frozenset({ASSESSMENT, GROUNDS})

ONLY_KANSLI = "Det här kan bara samordnaren göra."
ONLY_GROUP = "Bedömningen skrivs av beredningsgruppen eller samordnaren."
IS_FIXED = "Sammanställningen är fastställd och kan inte ändras. Gör en ny version om något måste rättas."
WRITTEN_MEANWHILE = (
    "Någon annan har skrivit här sedan du öppnade sidan. Läs det som står nu. Din text finns kvar: spara igen om den "
    "ska ersätta det."
)
FIRST_YEAR = 1990
FROZEN_EARLY = "Hämta uppgifterna på nytt först: de är från mitt i perioden."
PARTS_OF_A_YEAR = "Välj ett helt år eller en tertial."


def begin_summary(
    association: Association, *, actor: User, period: Period, trend_from: int | None = None
) -> AnnualSummary:
    """Make the draft of a period's summary, or freeze the one there is anew, with the rows as they are now."""
    with transaction.atomic():
        # One at a time for each förbund: two clicks give one draft.
        held = Association.objects.select_for_update(no_key=True).get(pk=association.pk)
        _must_keep(held, actor)
        _check_period(period)
        versions = AnnualSummary.objects.filter(association=held, first=period.first, last=period.last)
        summary = versions.filter(fixed_at__isnull=True).first() or AnnualSummary(
            association=held, first=period.first, last=period.last, version=versions.count() + 1
        )
        earliest = period.last.year - TREND_MOST + 1
        summary.trend_from = max(trend_from or earliest, earliest)
        summary.data_on = clocks.today()
        summary.frozen_at = clocks.now()
        summary.frozen_by = actor
        summary.labels, summary.terms = _labels(held), _terms(held, period)
        is_new = summary.pk is None
        summary.save()
        if is_new and summary.version > 1:
            _carry_on(summary)
        freezing.freeze_rows(summary)
        _freeze_patterns(summary, actor)
        summary.figures_hash = hash_of(figures_of(summary))
        summary.save(update_fields=["figures_hash", "assessed_on"])
    return summary


def _carry_on(summary: AnnualSummary) -> None:
    """Begin a new version with the words of the one before."""
    same = AnnualSummary.objects.filter(association=summary.association_id, first=summary.first, last=summary.last)
    before = same.get(version=summary.version - 1)
    SummaryText.objects.bulk_create(
        SummaryText(summary=summary, key=t.key, body=t.body, written_by=t.written_by, written_at=t.written_at)
        for t in before.texts.select_related("written_by")
    )
    summary.assessed_on = before.assessed_on


def figures_of(summary: AnnualSummary) -> Annual:
    """Count a summary's figures, from its frozen rows."""
    return annual(frozen(summary), summary.period, trend_from=summary.trend_from)


def seen_of(summary: AnnualSummary, *keys: str) -> str:
    """Return a mark of what is written in some blocks, for a form to bring back: it changes when they do."""
    written = summary.texts.filter(key__in=keys).values_list("key", "body")
    return payload_key(*(part for pair in written for part in pair))


def _check_seen(held: AnnualSummary, seen: str | None, *keys: str) -> None:
    if seen is not None and seen != seen_of(held, *keys):
        raise MoveNotAllowed(WRITTEN_MEANWHILE, code="changed_meanwhile")


def write_text(summary: AnnualSummary, *, actor: User, key: str, body: str, seen: str | None = None) -> None:
    """Write a block of a draft's text in place of the rules'; an empty text gives the rules' back.

    With `seen`, what somebody else has written there meanwhile is not overwritten.
    """
    fits({"body": body}, longest={"body": TEXT_LENGTH})
    text = guarded({"body": body})["body"]
    with _changing(summary, actor, for_group=key in GROUPS_TEXTS) as held:
        _check_seen(held, seen, key)
        _put(held, {key: text}, actor)


def _put(held: AnnualSummary, texts: Mapping[str, str], actor: User) -> None:
    """Store texts in place of those that the blocks had; an empty one leaves its block to the rules."""
    held.texts.filter(key__in=texts).delete()
    SummaryText.objects.bulk_create(
        SummaryText(summary=held, key=key, body=text, written_by=actor) for key, text in texts.items() if text
    )


def assess(
    summary: AnnualSummary, *, actor: User, body: str, grounds: str, on: dt.date, seen: str | None = None
) -> None:
    """Write the beredningsgrupp's bedömning, with its day and what it rests on; `seen` as for `write_text`."""
    written = {"body": body, "grounds": grounds}
    if empty := {name: says for name, says in ASSESSMENT_NEEDS.items() if not written[name].strip()}:
        raise Incomplete(empty)
    if on > clocks.today():
        raise Incomplete({"on": "Välj en dag som har varit."})
    fits(written, longest=dict.fromkeys(written, TEXT_LENGTH))
    texts = guarded(written)
    with _changing(summary, actor, for_group=True) as held:
        by_a_person(actor)
        _check_seen(held, seen, ASSESSMENT, GROUNDS)
        _put(held, {ASSESSMENT: texts["body"], GROUNDS: texts["grounds"]}, actor)
        held.assessed_on = on
        held.save(update_fields=["assessed_on"])


ASSESSMENT_NEEDS = {
    "body": "Skriv hur gruppen bedömer samverkan.",
    "grounds": "Skriv vad bedömningen bygger på.",
}


def fix_summary(summary: AnnualSummary, *, actor: User) -> AnnualSummary:
    """Fix a draft: from here on nothing in it changes."""
    with _changing(summary, actor) as held:
        by_a_person(actor)
        if held.last >= clocks.today():
            raise MoveNotAllowed("Perioden är inte slut. Vänta till dagen efter.", code="period_goes_on")
        if held.last >= held.data_on:
            raise MoveNotAllowed(FROZEN_EARLY, code="frozen_too_early")
        held.fixed_at, held.fixed_by = clocks.now(), actor
        held.terms |= to_keep(held)
        held.save(update_fields=["fixed_at", "fixed_by", "terms"])
    return held


def still_the_same(summary: AnnualSummary, figures: Annual) -> bool:
    """Tell whether figures counted now from the frozen rows are those that were counted then."""
    return hash_of(figures) == summary.figures_hash


def figures_today(summary: AnnualSummary) -> Annual:
    """Count the same period from the cases as they are now, for what has been corrected since."""
    cases = Case.objects.filter(association=summary.association_id, filed_at__lt=summary.period.end)
    return annual(live(cases, day=summary.data_on), summary.period, trend_from=summary.trend_from)


# ---- what the program does not know ----


def note_total(
    association: Association, *, actor: User, year: int, reports: int, is_rough: bool, origin: str
) -> EarlierTotal:
    """Note how many reports there were in a year before the program; another number for the same year replaces it."""
    fits({"origin": origin}, longest={"origin": LINE_LENGTH})
    text = guarded({"origin": origin})["origin"]
    if not text:
        raise Incomplete({"origin": "Skriv var uppgiften kommer från."})
    if not FIRST_YEAR <= year < clocks.today().year:
        raise Incomplete({"year": f"Välj ett år från {FIRST_YEAR} som har varit."})
    _must_keep(association, actor)
    total, _ = EarlierTotal.objects.update_or_create(
        association=association,
        year=year,
        defaults={
            "reports": reports,
            "is_rough": is_rough,
            "origin": text,
            "noted_by": actor,
            "noted_at": clocks.now(),
        },
    )
    return total


def drop_total(total: EarlierTotal, *, actor: User) -> None:
    """Take a typed-in total away."""
    _must_keep(total.association, actor)
    total.delete()


def note_break(association: Association, *, actor: User, on: dt.date, kind: BreakKind, note: str) -> SeriesBreak:
    """Note a day from which figures are not quite comparable with those before."""
    fits({"note": note}, longest={"note": LINE_LENGTH})
    text = guarded({"note": note})["note"]
    if not text:
        raise Incomplete({"note": "Skriv hur ändringen påverkar siffrorna."})
    _must_keep(association, actor)
    return SeriesBreak.objects.create(association=association, on=on, kind=kind, note=text, noted_by=actor)


def drop_break(found: SeriesBreak, *, actor: User) -> None:
    """Take a break in the series away."""
    _must_keep(found.association, actor)
    found.delete()


# ---- within ----


def _must_keep(association: Association, actor: User) -> None:
    if not actor.standing().holds(Role.COORDINATOR, association.pk):
        raise MoveNotAllowed(ONLY_KANSLI, code="not_coordinator")


@contextmanager
def _changing(summary: AnnualSummary, actor: User, *, for_group: bool = False) -> Iterator[AnnualSummary]:
    """Hold a draft while somebody who may changes it."""
    with transaction.atomic():
        held = AnnualSummary.objects.select_for_update(no_key=True).get(pk=summary.pk)
        if not (for_group and actor.standing().holds(Role.PREPARATORY, held.association_id)):
            _must_keep(held.association, actor)
        if held.is_fixed:
            raise MoveNotAllowed(IS_FIXED, code="fixed")
        yield held


def _check_period(period: Period) -> None:
    year = period.first.year
    if period != Period.year(year) and period not in [Period.tertial(year, number) for number in (1, 2, 3)]:
        raise Incomplete({"period": PARTS_OF_A_YEAR})
    if period.first > clocks.today():
        raise Incomplete({"period": "Perioden har inte börjat."})


def _labels(association: Association) -> dict[str, dict[str, str]]:
    """Return what keys are called today: a closed year keeps its names."""
    return {
        "members": _names(Member.objects.filter(association=association)),
        "parties": {str(pk): party for pk, party in association.members.values_list("pk", "party")},
        "initiatives": _names(Initiative.objects.filter(association=association)),
        "patterns": {str(pk): title for pk, title in association.patterns.values_list("pk", "title")},
    }


def _names(rows: QuerySet[Any]) -> dict[str, str]:
    return {str(pk): name for pk, name in rows.values_list("pk", "name")}


# What a reader has to know of the förbund's settings to understand the figures.
TERMS = (
    "triage_days",
    "acknowledge_days",
    "answer_days",
    "effect_days",
    "day_kind",
    "threshold",
    "report_word",
    "reporter_word",
    "group_word",
)


def _terms(association: Association, period: Period) -> dict[str, Any]:
    """Return the settings, and who could have reported in the period."""
    there = Q(from_on__lte=period.last) & (Q(to_on__isnull=True) | Q(to_on__gte=period.first))
    return {
        **{name: getattr(association, name) for name in TERMS},
        "members_then": [str(pk) for pk in association.members.filter(there).values_list("pk", flat=True)],
        "initiatives_then": [str(pk) for pk in association.initiatives.filter(there).values_list("pk", flat=True)],
    }


def _freeze_patterns(summary: AnnualSummary, actor: User) -> None:
    """Store what is known of each pattern that there was in the period, or that has a case from it."""
    summary.frozen_patterns.all().delete()
    cases = _counted_cases(summary)
    there = Q(created_at__lt=summary.period.end) | Q(pk__in=cases)
    current = Pattern.objects.filter(association=summary.association_id).current()
    patterns = list(current.filter(there).order_by("pk"))
    figures = pattern_figures.figures(patterns, actor)
    met = PatternTally.objects.filter(pattern__in=patterns, met_on__lte=summary.last).order_by()
    tallies = dict(met.values_list("pattern").annotate(number=Count("pk")))
    FrozenPattern.objects.bulk_create(
        _frozen_pattern(
            summary, pattern, figures[pattern.pk], cases.get(pattern.pk, (0, 0)), tallies.get(pattern.pk, 0)
        )
        for pattern in patterns
    )


def _counted_cases(summary: AnnualSummary) -> dict[int, tuple[int, int]]:
    """Count each pattern's cases from the frozen rows: all of them, and those of the period."""
    rows = FrozenCase.objects.filter(summary=summary, pattern_id__isnull=False).order_by().values("pattern_id")
    in_period = Q(filed_on__gte=summary.first, filed_on__lte=summary.last)
    each = rows.annotate(cases=Count("pk"), new=Count("pk", filter=in_period))
    return {key: (cases, new) for key, cases, new in each.values_list("pattern_id", "cases", "new") if key is not None}


def _frozen_pattern(
    summary: AnnualSummary, pattern: Pattern, found: pattern_figures.Figures, cases: tuple[int, int], tallies: int
) -> FrozenPattern:
    row = FrozenPattern(
        summary=summary,
        pattern_id=pattern.pk,
        status=pattern.status,
        cases=cases[0],
        new_cases=cases[1],
        tallies=tallies,
        members=len(found.members),
        first_on=found.first,
        last_on=found.last,
    )
    if around := found.around:
        row.measure_done_on, row.after_until = around.done_on, around.until
        row.before, row.after = around.before, around.after
    return row
