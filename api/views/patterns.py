"""Systemfel: the list, one, and what may be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import Scope, require
from api.base import Endpoint, Listing, wanted_fields
from api.filters import PatternFilters
from api.shapes import patterns as shapes
from api.shapes.acts import DoneShape
from api.views.acts import Acting, Making, act_views, roles_in
from cases import pattern_shown
from cases.models import Pattern, PatternMeasure, User
from cases.pattern_figures import Counts, counts


@dataclass(frozen=True)
class Row:
    """A systemfel in a list; the rest is there for who knows the whole of it."""

    pattern: Any
    known: bool
    counts: Counts | None

    @property
    def owner(self) -> User | None:
        return self.pattern.owner if self.known else None

    @property
    def review_on(self) -> Any:
        return self.pattern.review_on if self.known else None


@dataclass(frozen=True)
class One(Row):
    """One systemfel, with the whole of it for who knows that."""

    whole: pattern_shown.Whole | None


class Patterns(Making, Listing):
    """Enter a systemfel that has no case yet; whoever does so owns and follows it."""

    lists = "List the systemfel of one's förbund, the newest first; figures only for kansli and beredningsgrupp."

    shape = shapes.PatternRow
    filters = PatternFilters
    scopes = {"GET": Scope.READ, "POST": Scope.HANDLE}
    address, made = "pattern", "pattern"
    act = shapes.MakePatternShape
    takes = {"POST": shapes.MakePatternShape}
    gives = {"POST": DoneShape}

    def rows(self, **where: Any) -> QuerySet[Pattern]:
        return visible(self.actor).current()

    def shown(self, request: Request, rows: list[Any]) -> list[dict[str, Any]]:
        known = [row for row in rows if pattern_shown.knows(row, self.actor)]
        counted = counts(known, self.actor) if known else {}
        told = [Row(row, pattern_shown.knows(row, self.actor), counted.get(row.pk)) for row in rows]
        return super().shown(request, told)

    def subject(self, **where: Any) -> None:
        return None


class OnePattern(Endpoint):
    """One systemfel."""

    sparse = shapes.PatternShape
    gives = {"GET": shapes.PatternShape}

    def get(self, request: Request, pk: int) -> Response:
        """Show a systemfel, as much of it as the reader may know."""
        wanted = wanted_fields(request, shapes.PatternShape)
        found = get_object_or_404(visible(self.actor), pk=pk)
        known = pattern_shown.knows(found, self.actor)
        one = One(found, known, None, pattern_shown.whole(found, self.actor) if known else None)
        return Response(shapes.PatternShape(one, context={"request": request, "fields": wanted}).data)


class OnPattern(Acting):
    """An act of the kansli on a systemfel."""

    address = "pattern"

    def subject(self, **where: Any) -> Pattern:
        return get_object_or_404(visible(self.actor), pk=where["pk"])


class ForAll(OnPattern):
    """An act of whoever takes part in the förbund, as what they are there."""

    scopes = {}

    def allow(self, request: Request, subject: Pattern) -> None:
        require(request, *roles_in(self.actor.standing(), subject.association_id))


class OnMeasure(Acting):
    """An act of the kansli on a measure of a systemfel."""

    address = "pattern"

    def subject(self, **where: Any) -> PatternMeasure:
        rows = PatternMeasure.objects.filter(pattern__in=Pattern.objects.known_to(self.actor))
        return get_object_or_404(rows.select_related("pattern"), pk=where["measure"], pattern__pk=where["pk"])

    def told(self, request: Request, subject: PatternMeasure, made: Any) -> Response:
        return super().told(request, subject.pattern, made)


def visible(actor: User) -> Any:
    """Return the systemfel that the actor may know of, with what each is to them."""
    return pattern_shown.with_news(Pattern.objects.visible_to(actor), actor).select_related("owner")


ACTS = {
    **act_views(
        OnPattern,
        change=shapes.ChangePatternShape,
        set_status=shapes.SetPatternStatusShape,
        plan_measure=shapes.PlanPatternMeasureShape,
        merge=shapes.MergePatternsShape,
    ),
    **act_views(
        ForAll,
        tally=shapes.TallyShape,
        follow=shapes.FollowShape,
        unfollow=shapes.UnfollowShape,
        seen=shapes.SeenShape,
    ),
}
MEASURE_ACTS = act_views(OnMeasure, finish=shapes.FinishPatternMeasureShape, drop=shapes.DropPatternMeasureShape)
