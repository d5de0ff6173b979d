"""The meetings of the beredningsgrupp and the styrelse, and what stands on their agendas."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cases import clocks
from cases.codes import Role
from cases.models import AgendaItem, Case, Concern, Meeting, User
from cases.views.base import members_only, user_of
from cases.views.listing import Page


@dataclass(frozen=True)
class ShownItem:
    """A point on an agenda: whether the reader may open its case and its status card, and how many days it is late."""

    item: AgendaItem
    opens: bool
    has_card: bool
    days_late: int


@require_safe
@members_only
def meetings(request: HttpRequest) -> HttpResponse:
    """List the meetings of one's förbund, the next first, and what waits for a meeting to be planned."""
    actor = user_of(request)
    planned = _meetings_of(actor).annotate(points=Count("items"))
    today = clocks.today()
    waiting = AgendaItem.objects.filter(meeting=None, case__association__in=_prepared(actor))
    context = {
        "coming": planned.filter(held_on__gte=today).order_by("held_on", "pk"),
        "page": Page(request, planned.filter(held_on__lt=today).order_by("-held_on", "pk")),
        "waiting": [point for point in _shown(waiting, actor) if point.days_late],
        "many": len(_prepared(actor)) > 1,
        "today": today,
    }
    return render(request, "cases/meetings.html", context)


@require_safe
@members_only
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a meeting's day, the last day for its pack, and its points."""
    actor = user_of(request)
    meeting = get_object_or_404(_meetings_of(actor), pk=pk)
    points = _shown(meeting.items.all(), actor)
    context = {
        "meeting": meeting,
        "is_ready": meeting.cut_off < clocks.today(),
        "lifted": [point for point in points if point.item.proposal],
        "late": [point for point in points if not point.item.proposal],
    }
    return render(request, "cases/agenda.html", context)


def _prepared(actor: User) -> frozenset[int]:
    """Return the förbund whose meetings the person prepares or sits in."""
    return actor.standing().associations(Role.COORDINATOR, Role.PREPARATORY)


def _meetings_of(actor: User) -> QuerySet[Meeting]:
    if not _prepared(actor):
        raise Http404
    return Meeting.objects.filter(association__in=_prepared(actor)).select_related("association")


def _shown(items: QuerySet[AgendaItem], actor: User) -> list[ShownItem]:
    read = items.select_related("case__association", "proposal", "recommendation", "late__function")
    listed = list(read)
    opens = set(Case.objects.visible_to(actor).filter(agenda_items__in=listed).values_list("pk", flat=True))
    cards = set(Concern.objects.brought_to(actor).filter(agenda_items__in=listed).values_list("pk", flat=True))
    return [ShownItem(one, one.case_id in opens, one.late_id in cards, _days_late(one)) for one in listed]


def _days_late(item: AgendaItem) -> int:
    """Count the days since an answer that is still waited for was due."""
    return item.late.days_late if item.late and item.case.is_open else 0
