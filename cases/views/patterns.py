"""The register of systemfel, and a page for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from cases import clocks, pattern_shown, services
from cases.codes import PATTERN_ENDED, Role
from cases.forms.acts import MEASURE_FORMS, PATTERN_FORMS, MakePattern, Tally
from cases.models import Association, Pattern, PatternMeasure, User
from cases.pattern_figures import Figures, figures
from cases.views.acts import offered, take_act
from cases.views.base import members_only, user_of
from cases.views.listing import Page

READ_OR_SEND = ["GET", "HEAD", "POST"]
# Its own buttons stand at the top of the page.
BUTTONS = {"mott", "folj", "folj-inte"}


@dataclass(frozen=True)
class Row:
    """A pattern in the register; figures only for who knows the whole of it."""

    pattern: Any
    figures: Figures | None


@require_safe
@members_only
def patterns(request: HttpRequest) -> HttpResponse:
    """List the systemfel of one's förbund: those that are worked on, or those that have ended."""
    actor = user_of(request)
    visible = _visible(actor).current()
    ended = request.GET.get("lage") == "avslutade"
    rows = visible.filter(status__in=PATTERN_ENDED) if ended else visible.open()
    page = Page(request, pattern_shown.with_news(rows, actor).select_related("owner").order_by("title", "pk"))
    known = [row for row in page.rows if pattern_shown.knows(row, actor)]
    found = figures(known, actor) if known else {}
    context = {
        "page": page,
        "rows": [Row(row, found.get(row.pk)) for row in page.rows],
        "ended": ended,
        "kept": Association.objects.filter(pk__in=actor.standing().associations(Role.COORDINATOR), ended_on=None),
        "many": len(actor.standing().everywhere) > 1,
        "today": clocks.today(),
    }
    return render(request, "cases/patterns.html", context)


@require_safe
@members_only
def pattern(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a systemfel: name and status to all who take part, the whole of it to kansli and beredningsgrupp."""
    actor = user_of(request)
    found = _pattern_or_404(actor, pk)
    if found.merged_into_id is not None:
        return redirect("pattern", found.merged_into_id)
    context = {
        "pattern": found,
        "association": found.association,
        "follows": found.followed,
        "tallied": found.tallied,
        "tally": Tally,
        "acts": [form for form in offered(PATTERN_FORMS, found, actor) if form.slug not in BUTTONS],
    }
    if pattern_shown.knows(found, actor):
        context |= _whole(request, found, actor)
    services.note_seen(found, actor=actor)
    return render(request, "cases/pattern.html", context)


@require_http_methods(READ_OR_SEND)
@members_only
def pattern_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a systemfel that has no case yet."""
    association = get_object_or_404(Association, code=code.upper())
    return take_act(
        request, {"nytt": MakePattern}, "nytt", subject=association, actor=user_of(request),
        back=reverse("patterns"), about=association.name, goes_on=True,
    )  # fmt: skip


@require_http_methods(READ_OR_SEND)
@members_only
def pattern_act(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Change a systemfel, tell that one has met it, or follow it."""
    actor = user_of(request)
    found = _pattern_or_404(actor, pk)
    back = reverse("pattern", args=[found.pk])
    return take_act(request, PATTERN_FORMS, slug, subject=found, actor=actor, back=back, about=found.title)


@require_http_methods(READ_OR_SEND)
@members_only
def measure_act(request: HttpRequest, pk: int, measure: int, slug: str) -> HttpResponse:
    """Finish or drop a measure of a systemfel."""
    actor = user_of(request)
    found = _pattern_or_404(actor, pk)
    rows = PatternMeasure.objects.select_related("pattern__association", "moved_from__what")
    own = get_object_or_404(rows, pk=measure, pattern=found)
    back = reverse("pattern", args=[found.pk])
    return take_act(request, MEASURE_FORMS, slug, subject=own, actor=actor, back=back, about=own.words)


def _visible(actor: User) -> Any:
    standing = actor.standing()
    taking_part = standing.associations(Role.REPORTER, Role.COORDINATOR, Role.PREPARATORY)
    if not (taking_part or standing.functions or standing.inherited):
        raise Http404
    return Pattern.objects.visible_to(actor)


def _pattern_or_404(actor: User, pk: int) -> Any:
    return get_object_or_404(pattern_shown.with_news(_visible(actor), actor).select_related("owner"), pk=pk)


def _whole(request: HttpRequest, found: Pattern, actor: User) -> dict[str, Any]:
    known = pattern_shown.whole(found, actor)
    return {
        "figures": known.figures,
        "measures": known.measures,
        "keeps": actor.standing().holds(Role.COORDINATOR, found.association_id),
        "page": Page(request, known.cases.order_by("-filed_at", "-pk")),
        "items": known.items,
        "assignments": known.assignments,
        "story": known.story,
        "whole": True,
    }
