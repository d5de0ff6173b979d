"""What people do together in the demo: systemfel that somebody drives, a meeting that has been, and one to come."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from cases import clocks, services
from cases.codes import PATTERN_ENDED, Cause, MeasureState, PatternStatus
from cases.demo import phrases
from cases.demo.people import SVB, Forbund
from cases.demo.scene import MEETING_MONTHS, World, meeting_day
from cases.models import AgendaItem, Meeting, Pattern, User
from cases.services import Duty, Plan

DAY = dt.timedelta(days=1)
USUAL = (PatternStatus.MEASURES, PatternStatus.ANALYSIS, PatternStatus.OBSERVED, PatternStatus.REMAINS)


def gather(world: World, end: dt.datetime) -> None:
    """Give each systemfel its text, tallies, measures and status, and let the groups meet, in office hours."""
    last = next(day for n in range(1, 15) if clocks.is_working_day(day := world.today - n * DAY))
    with clocks.at(dt.datetime.combine(last, dt.time(15), clocks.STOCKHOLM)):
        _gather(world, end)


def _gather(world: World, end: dt.datetime) -> None:
    for code, forbund in world.registers.forbund.items():
        patterns = [world.patterns[key] for key in sorted(world.patterns) if key[0] == code]
        if not patterns:
            patterns = [services.make_pattern(forbund.association, actor=_driver(forbund), title=phrases.PATTERN_TITLE)]
        for n, pattern in enumerate(patterns):
            is_solved = world.patterns.get((SVB, "overlamning")) == pattern
            status = PatternStatus.SOLVED if is_solved else USUAL[n % len(USUAL)]
            _drive(pattern, forbund, status, end, n)
        plan_meetings(world, code)
        _look_back(world, code, patterns[0])
        _look_ahead(forbund, patterns)


def plan_meetings(world: World, code: str) -> None:
    """Enter the beredningsgrupp's meetings of the coming year."""
    forbund = world.registers.forbund[code]
    for day in _days(world, code):
        if world.today <= day <= world.today + 365 * DAY:
            Meeting.objects.get_or_create(association=forbund.association, held_on=day)


def _days(world: World, code: str) -> list[dt.date]:
    years = (world.today.year - 1, world.today.year, world.today.year + 1)
    return [meeting_day(code, year, month) for year in years for month in MEETING_MONTHS]


def _driver(forbund: Forbund) -> User:
    return forbund.coordinators[0]


def _drive(pattern: Pattern, forbund: Forbund, status: PatternStatus, end: dt.datetime, n: int) -> None:
    who, day = _driver(forbund), clocks.local_date(end)
    reporters = [person for people in forbund.reporters.values() for person in people]
    for step, person in enumerate(dict.fromkeys(reporters)):
        if step < 5 - n:
            with clocks.at(end - dt.timedelta(days=9 * step + 3)):
                services.tally(pattern, actor=person)
    review_on = day + dt.timedelta(days=30 + 45 * n)
    services.change_pattern(
        pattern, actor=who, title=pattern.title, description=phrases.PATTERN_TEXT, owner=who, review_on=review_on
    )
    if status in (PatternStatus.MEASURES, PatternStatus.SOLVED):
        for words, owner, ahead in phrases.PATTERN_MEASURES:
            plan = Plan(words, Cause.ROUTINES, owner, day + dt.timedelta(days=ahead))
            measure = services.plan_pattern_measure(pattern, actor=who, plan=plan)
            if status == PatternStatus.SOLVED or words == phrases.PATTERN_MEASURES[0][0]:
                services.end_pattern_measure(measure, actor=who, state=MeasureState.DONE, how=phrases.MEASURE_WENT_WELL)
    if status in PATTERN_ENDED:
        # What cases have handed over to it ends with it.
        for measure in pattern.own_measures.filter(state=MeasureState.OPEN):
            services.end_pattern_measure(measure, actor=who, state=MeasureState.DONE, how=phrases.MEASURE_WENT_WELL)
    services.set_pattern_status(pattern, actor=who, status=status)


def _look_back(world: World, code: str, pattern: Pattern) -> None:
    """Let the last meeting have said something of everything, and have its minutes approved."""
    forbund = world.registers.forbund[code]
    who, held_on = _driver(forbund), max(day for day in _days(world, code) if day < world.today)
    meeting, _ = Meeting.objects.get_or_create(association=forbund.association, held_on=held_on)
    with _on_last_day(meeting):
        about, free = _prepare(meeting, who, pattern)
    duties = [Duty(owner, what, world.today + dt.timedelta(days=ahead)) for what, owner, ahead in phrases.ASSIGNMENTS]
    services.settle_item(about, actor=who, body=phrases.RECOMMENDATIONS[0], duties=duties, review_on=_later(world))
    with clocks.at(dt.datetime.combine(held_on, dt.time(15), clocks.STOCKHOLM)):
        services.settle_item(free, actor=who, body=phrases.FREE_ITEM_SAID)
    # A case whose story goes on has its own time to be recommended on.
    if not meeting.items.filter(recommended_at__isnull=True).exists():
        services.approve_minutes(meeting, actor=who)


def _later(world: World) -> dt.date:
    return world.today + 90 * DAY


def _look_ahead(forbund: Forbund, patterns: list[Pattern]) -> None:
    """Let the next meeting have an item of the kansli's own and a systemfel; the rules bring the rest."""
    coming = forbund.association.meetings.filter(held_on__gte=clocks.today(), body="PREPARATORY")
    meeting = coming.select_related("association").order_by("held_on").first()
    if meeting is None:
        return
    who = _driver(forbund)
    with _on_last_day(meeting):
        services.add_item(meeting, actor=who, item_heading=phrases.COMING_ITEM, body=phrases.COMING_ITEM_TEXT)
        if not meeting.items.filter(pattern=patterns[-1]).exists():
            services.add_pattern_item(meeting, actor=who, pattern=patterns[-1], body=phrases.PATTERN_PROPOSAL)
        services.freeze_pack(meeting, actor=who)


@contextmanager
def _on_last_day(meeting: Meeting) -> Iterator[None]:
    """Act on the last day for a meeting's pack, or now if that is still to come."""
    last = dt.datetime.combine(meeting.cut_off, dt.time(14), clocks.STOCKHOLM)
    with clocks.at(min(clocks.now(), last)):
        yield


def _prepare(meeting: Meeting, who: User, pattern: Pattern) -> tuple[AgendaItem, AgendaItem]:
    """Put a systemfel and words of the kansli's own on an agenda, and lock its pack."""
    free = services.add_item(meeting, actor=who, item_heading=phrases.FREE_ITEM, body=phrases.FREE_ITEM_TEXT)
    about = services.add_pattern_item(meeting, actor=who, pattern=pattern, body=phrases.PATTERN_PROPOSAL)
    services.freeze_pack(meeting, actor=who)
    return about, free
