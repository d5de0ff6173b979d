"""The meetings of the beredningsgrupp and the styrelse: what stands on their agendas, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cases import agendas, clocks, packs, services
from cases.agendas import AgendaRow
from cases.codes import Role
from cases.documents import FORMATS
from cases.downloads import format_or_404, sent
from cases.errors import AlreadyDone, DomainError
from cases.forms.acts import ITEM_FORMS, MEETING_FORMS, ActForm, PlanMeeting
from cases.models import AgendaItem, Assignment, Association, Meeting, Pack, User
from cases.views.acts import offered, take_act
from cases.views.base import members_only, user_of
from cases.views.case import ALREADY_DONE
from cases.views.listing import Page

READ_OR_SEND = ["GET", "HEAD", "POST"]


@dataclass(frozen=True)
class ShownRow:
    """An item with what the reader may do about it: pages to open, and buttons to press."""

    row: AgendaRow
    links: list[type[ActForm]]
    buttons: list[type[ActForm]]


@require_safe
@members_only
def meetings(request: HttpRequest) -> HttpResponse:
    """List the meetings of one's förbund, the next first, and what waits for a meeting to be planned."""
    actor = user_of(request)
    planned = _meetings_of(actor).annotate(points=Count("items"))
    today = clocks.today()
    points = agendas.waiting(actor)
    context = {
        "coming": planned.filter(held_on__gte=today).order_by("held_on", "pk"),
        "page": Page(request, planned.filter(held_on__lt=today).order_by("-held_on", "pk")),
        "waiting": [point for point in points if point.days_late and not point.waited],
        "deferred": [point for point in points if point.waited],
        "kept": Association.objects.filter(pk__in=actor.standing().associations(Role.COORDINATOR), ended_on=None),
        "many": len(actor.standing().meets) > 1,
        "today": today,
    }
    return render(request, "cases/meetings.html", context)


@require_safe
@members_only
def agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a meeting's day, the last day for its pack, its items, and what the last meeting asked for."""
    actor = user_of(request)
    meeting = get_object_or_404(_meetings_of(actor).select_related("association", "pack"), pk=pk)
    rows = agendas.agenda(meeting, actor)
    acts = offered(MEETING_FORMS, meeting, actor)
    context = {
        "meeting": meeting,
        "association": meeting.association,
        "is_ready": meeting.cut_off < clocks.today(),
        "pack": getattr(meeting, "pack", None),
        "has_been": meeting.held_on <= clocks.today(),
        "points": [_with_acts(row, actor) for row in rows],
        "assignments": agendas.recent(meeting, actor),
        "keeps": actor.standing().holds(Role.COORDINATOR, meeting.association_id),
        "acts": acts,
    }
    return render(request, "cases/agenda.html", context)


@require_safe
@members_only
def minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a meeting recommended, what it let wait, and who does what until when: for paper too."""
    actor = user_of(request)
    meeting = _meeting_or_404(actor, pk)
    report, _ = packs.minutes_of(meeting, actor)
    formats = [FORMATS[key] for key in packs.MINUTES_FORMATS]
    context = {"meeting": meeting, "association": meeting.association, "report": report, "formats": formats}
    return render(request, "cases/minutes.html", context)


@require_safe
@members_only
def minutes_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send a meeting's minutes as a file, and note the cases of which words are in it."""
    actor = user_of(request)
    meeting, chosen = _meeting_or_404(actor, pk), format_or_404(form, among=packs.MINUTES_FORMATS)
    report, told = packs.minutes_of(meeting, actor)
    services.log_export_of(told, actor=actor)
    return sent(report, chosen)


@require_safe
@members_only
def pack(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a meeting's pack as it was locked, and beside it what has come to the agenda since."""
    actor = user_of(request)
    found = _pack_or_404(actor, pk)
    context = {
        "meeting": found.meeting,
        "association": found.meeting.association,
        "pack": found,
        "report": packs.report_of(packs.material_of(found, actor)),
        "later": packs.later_rows(found, actor),
        "formats": FORMATS.values(),
    }
    return render(request, "cases/pack.html", context)


@require_safe
@members_only
def pack_file(request: HttpRequest, pk: int, form: str) -> HttpResponse:
    """Send a pack as a file, and note the cases of which words are in it."""
    actor = user_of(request)
    found, chosen = _pack_or_404(actor, pk), format_or_404(form)
    material = packs.material_of(found, actor)
    services.log_export_of(material.told, actor=actor)
    return sent(packs.report_of(material), chosen)


@require_http_methods(READ_OR_SEND)
@members_only
def meeting_new(request: HttpRequest, code: str) -> HttpResponse:
    """Plan a meeting."""
    association = get_object_or_404(Association, code=code.upper())
    return take_act(
        request, {"nytt": PlanMeeting}, "nytt", subject=association, actor=user_of(request),
        back=reverse("meetings"), about=association.name, goes_on=True,
    )  # fmt: skip


@require_http_methods(READ_OR_SEND)
@members_only
def meeting_act(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    """Change a meeting, or put something on its agenda."""
    actor = user_of(request)
    meeting = _meeting_or_404(actor, pk)
    back = reverse("agenda", args=[meeting.pk])
    return take_act(request, MEETING_FORMS, slug, subject=meeting, actor=actor, back=back, about=str(meeting))


@require_http_methods(READ_OR_SEND)
@members_only
def item_act(request: HttpRequest, pk: int, item: int, slug: str) -> HttpResponse:
    """Move, remove, defer or settle an item."""
    actor = user_of(request)
    meeting = _meeting_or_404(actor, pk)
    rows = AgendaItem.objects.select_related("meeting__association", "case__association", "pattern")
    own = get_object_or_404(rows, pk=item, meeting=meeting)
    [row] = agendas.shown(AgendaItem.objects.filter(pk=own.pk), actor)
    back = f"{reverse('agenda', args=[meeting.pk])}#punkt-{own.pk}"
    return take_act(request, ITEM_FORMS, slug, subject=own, actor=actor, back=back, about=row.title)


@require_POST
@members_only
def assignment_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that what a meeting asked for is done."""
    actor = user_of(request)
    kept = actor.standing().associations(Role.COORDINATOR)
    rows = Assignment.objects.select_related("meeting__association", "item__case", "item__pattern")
    own = get_object_or_404(rows, pk=pk, meeting__association__in=kept)
    try:
        services.finish_assignment(own, actor=actor)
    except AlreadyDone:
        messages.info(request, ALREADY_DONE)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, "Uppdraget är klart.")
    return redirect("agenda", own.meeting_id)


def _with_acts(row: AgendaRow, actor: User) -> ShownRow:
    forms = offered(ITEM_FORMS, row.item, actor)
    buttons = [form for form in forms if form.slug != "rekommendera"]
    return ShownRow(row, [form for form in forms if form not in buttons], buttons)


def _meetings_of(actor: User) -> QuerySet[Meeting]:
    if not actor.standing().meets:
        raise Http404
    return Meeting.objects.readable_by(actor).select_related("association", "approved_by")


def _pack_or_404(actor: User, pk: int) -> Pack:
    return get_object_or_404(Pack.objects.select_related("meeting__association"), meeting=_meeting_or_404(actor, pk))


def _meeting_or_404(actor: User, pk: int) -> Meeting:
    return get_object_or_404(_meetings_of(actor), pk=pk)
