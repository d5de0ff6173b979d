"""Meetings: the list, one with its agenda, its pack and minutes, and what may be done about them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.access import Scope
from api.base import Endpoint, Listing, wanted_fields
from api.filters import MeetingFilters
from api.shapes import meetings as shapes
from api.shapes.acts import DoneShape
from api.views.acts import Acting, Making, act_views
from api.views.files import File, kinds
from cases import agendas, packs, services
from cases.downloads import format_or_404, sent
from cases.models import AgendaItem, Assignment, Meeting, Pack, User


class Meetings(Making, Listing):
    """Plan a meeting, or again one that was cancelled; the rules fill its agenda if it is the next."""

    lists = "List the meetings that one prepares or sits in, the last planned first."
    shape = shapes.MeetingRow
    filters = MeetingFilters
    scopes = {"GET": Scope.READ, "POST": Scope.HANDLE}
    address, made = "meeting", "meeting"
    act = shapes.PlanMeetingShape
    takes = {"POST": shapes.PlanMeetingShape}
    gives = {"POST": DoneShape}

    def rows(self, **where: Any) -> QuerySet[Meeting]:
        return readable(self.actor)

    def subject(self, **where: Any) -> None:
        return None


class Waiting(Endpoint):
    """What waits for a meeting to be planned."""

    gives = {"GET": shapes.WaitingShape}

    def get(self, request: Request) -> Response:
        """List late answers and deferred items that no meeting has yet; all of them."""
        told = shapes.WaitingShape({"results": agendas.waiting(self.actor)}, context={"request": request})
        return Response(told.data)


class OneMeeting(Endpoint):
    """One meeting."""

    sparse = shapes.MeetingShape
    gives = {"GET": shapes.MeetingShape}

    def get(self, request: Request, pk: int) -> Response:
        """Show a meeting with its agenda; of a case that one may not open only the number."""
        wanted = wanted_fields(request, shapes.MeetingShape)
        meeting = get_object_or_404(readable(self.actor), pk=pk)
        context = {
            "request": request,
            "fields": wanted,
            "agenda": agendas.agenda(meeting, self.actor),
            "assignments": agendas.recent(meeting, self.actor),
        }
        return Response(shapes.MeetingShape(meeting, context=context).data)


class OnePack(Endpoint):
    """A meeting's pack."""

    gives = {"GET": shapes.PackShape}

    def get(self, request: Request, pk: int) -> Response:
        """Show a meeting's pack as it was locked, and beside it what has come to the agenda since."""
        pack = pack_or_404(self.actor, pk)
        report = packs.report_of(packs.material_of(pack, self.actor))
        told = {"pack": pack, "document": report, "later": packs.later_rows(pack, self.actor)}
        return Response(shapes.PackShape(told, context={"request": request}).data)


class PackFile(File):
    """A meeting's pack as a file."""

    media = kinds()

    def get(self, request: Request, pk: int, form: str) -> HttpResponse:
        """Send a meeting's pack as a file, and note the cases of which words are in it."""
        pack, chosen = pack_or_404(self.actor, pk), format_or_404(form)
        material = packs.material_of(pack, self.actor)
        services.log_export_of(material.told, actor=self.actor)
        return sent(packs.report_of(material), chosen)


class Minutes(Endpoint):
    """A meeting's minutes."""

    gives = {"GET": shapes.MinutesShape}

    def get(self, request: Request, pk: int) -> Response:
        """Show what a meeting recommended, what it let wait, and who does what until when."""
        meeting = get_object_or_404(readable(self.actor), pk=pk)
        told = {
            "meeting": meeting,
            "waiting": meeting.items.filter(recommended_at__isnull=True).count(),
            "items": agendas.minutes(meeting, self.actor, shared=True),
        }
        return Response(shapes.MinutesShape(told, context={"request": request}).data)


class MinutesFile(File):
    """A meeting's minutes as a file."""

    media = kinds(*packs.MINUTES_FORMATS)

    def get(self, request: Request, pk: int, form: str) -> HttpResponse:
        """Send a meeting's minutes as a file, and note the cases of which words are in it."""
        meeting = get_object_or_404(readable(self.actor), pk=pk)
        chosen = format_or_404(form, among=packs.MINUTES_FORMATS)
        report, told = packs.minutes_of(meeting, self.actor)
        services.log_export_of(told, actor=self.actor)
        return sent(report, chosen)


class OnMeeting(Acting):
    """An act on a meeting."""

    address = "meeting"

    def subject(self, **where: Any) -> Any:
        return get_object_or_404(readable(self.actor), pk=where["pk"])


class OnItem(OnMeeting):
    """An act on an item of a meeting's agenda."""

    def subject(self, **where: Any) -> Any:
        rows = AgendaItem.objects.filter(meeting__in=Meeting.objects.readable_by(self.actor))
        rows = rows.select_related("meeting__association", "case__association", "pattern")
        return get_object_or_404(rows, pk=where["item"], meeting__pk=where["pk"])

    def told(self, request: Request, subject: Any, made: Any) -> Response:
        # A deferred item has gone on; the answer is about the meeting that the address names.
        return super().told(request, Meeting(pk=self.kwargs["pk"]), made)


class OnAssignment(OnMeeting):
    """An act on what a meeting asked for."""

    def subject(self, **where: Any) -> Any:
        rows = Assignment.objects.filter(meeting__in=Meeting.objects.readable_by(self.actor))
        rows = rows.select_related("meeting__association", "item__case", "item__pattern")
        return get_object_or_404(rows, pk=where["assignment"], meeting__pk=where["pk"])

    def told(self, request: Request, subject: Any, made: Any) -> Response:
        return super().told(request, subject.meeting, made)


def readable(actor: User) -> QuerySet[Any]:
    """Return the meetings that the actor prepares or sits in, each with what its shape shows."""
    rows = Meeting.objects.readable_by(actor).select_related("association", "approved_by")
    return rows.annotate(points=Count("items"), locked_at=F("pack__frozen_at"))


def pack_or_404(actor: User, pk: int) -> Pack:
    """Return a meeting's pack, if the actor may read it. Raises Http404."""
    read = Meeting.objects.readable_by(actor)
    packs_read = Pack.objects.filter(meeting__in=read).select_related("meeting__association")
    return get_object_or_404(packs_read, meeting__pk=pk)


ACTS = act_views(
    OnMeeting,
    move=shapes.MoveMeetingShape,
    cancel=shapes.CancelMeetingShape,
    fill=shapes.FillMeetingShape,
    freeze_pack=shapes.FreezePackShape,
    add_item=shapes.AddItemShape,
    add_pattern=shapes.AddPatternItemShape,
    approve=shapes.ApproveMinutesShape,
)
ITEM_ACTS = act_views(
    OnItem,
    place=shapes.PlaceItemShape,
    remove=shapes.RemoveItemShape,
    defer=shapes.DeferItemShape,
    settle=shapes.SettleItemShape,
)
ASSIGNMENT_ACTS = act_views(OnAssignment, finish=shapes.FinishAssignmentShape)
