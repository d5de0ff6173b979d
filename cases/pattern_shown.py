"""A systemfel as one reader may know it: what is new to them, and the whole of it for who knows the whole.

Pages and the API show these; `querysets` decides who sees what.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cases import clocks
from cases.models import (
    AgendaItem,
    Assignment,
    Case,
    Pattern,
    PatternEvent,
    PatternFollower,
    PatternMeasure,
    PatternTally,
    User,
)
from cases.pattern_figures import Figures, figures
from cases.pattern_story import TOLD_TO_ALL, Line, story
from cases.querysets import CaseQuerySet


def with_news(rows: QuerySet[Pattern], actor: User) -> QuerySet[Any]:
    """Read with each pattern its förbund, and what it is to the actor.

    `followed`; `news`, whether something came since they looked that they may know of; `tallied`, whether they have
    said today that they met it.
    """
    own = {"pattern": OuterRef("pk"), "user": actor}
    later = PatternEvent.objects.filter(
        Q(actor__isnull=True) | ~Q(actor=actor),
        pattern=OuterRef("pk"),
        pattern__followers__user=actor,
        seq__gt=F("pattern__followers__seen"),
    )
    told = later.filter(Q(verb__in=TOLD_TO_ALL) | Q(pattern__association__in=actor.standing().knows_patterns))
    return rows.select_related("association").annotate(
        followed=Exists(PatternFollower.objects.filter(**own)),
        news=Exists(told),
        tallied=Exists(PatternTally.objects.filter(**own, met_on=clocks.today())),
    )


def knows(pattern: Pattern, actor: User) -> bool:
    """Tell whether the actor knows the whole of a pattern, as `known_to` does for many."""
    return pattern.association_id in actor.standing().knows_patterns


@dataclass(frozen=True)
class Whole:
    """The whole of a pattern; `cases` are those that the reader may open."""

    figures: Figures
    measures: QuerySet[PatternMeasure]
    cases: CaseQuerySet
    items: QuerySet[AgendaItem]
    assignments: QuerySet[Assignment]
    story: list[Line]


def whole(pattern: Pattern, actor: User) -> Whole:
    """Read the whole of a pattern for somebody who knows it."""
    return Whole(
        figures=figures([pattern], actor)[pattern.pk],
        measures=pattern.own_measures.select_related("moved_from__what", "moved_from__case"),
        cases=Case.objects.visible_to(actor).filter(pattern=pattern),
        items=AgendaItem.objects.filter(pattern=pattern).select_related("meeting__association"),
        assignments=Assignment.objects.filter(item__pattern=pattern).select_related("text"),
        story=story(pattern),
    )
