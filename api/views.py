"""The doors for programs: they find what may be seen, hand clean data to a service, and show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any, cast

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.dateparse import parse_datetime
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from api.errors import BadParameter
from api.serializers import CaseRowSerializer, CaseSerializer, MeSerializer, ReportSerializer
from cases import services
from cases.codes import ReadAction
from cases.filters import CaseFilter
from cases.models import Case, User
from cases.shown import for_rows


class NewestFirst(CursorPagination):
    """Pages that neither skip nor repeat a case while new ones come in."""

    page_size = 25
    ordering = ("-filed_at", "-id")
    cursor_query_param = "cursor"

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Read the cursor; one that was made by hand is refused here, and not by the database."""
        cursor = super().decode_cursor(request)
        if cursor is not None and cursor.position is not None and not _is_moment(str(cursor.position)):
            raise BadParameter({self.cursor_query_param: "Använd adressen i next eller previous."})
        return cursor


class CaseList(APIView):
    """The cases that one may open, and the way to file a report."""

    # The order is the cursor's.
    not_offered = frozenset({"ordning"})

    def get(self, request: Request) -> Response:
        """List cases, narrowed by the filters of the page."""
        actor = actor_of(request)
        chosen = CaseFilter(request.query_params, visible_rows(actor), actor=actor)
        refuse_unknown(request, {NewestFirst.cursor_query_param, *chosen.filters} - self.not_offered)
        if not chosen.form.is_valid():
            raise BadParameter(chosen.form.errors)
        pages = NewestFirst()
        page: Any = pages.paginate_queryset(chosen.qs, request, view=self)
        return pages.get_paginated_response(CaseRowSerializer(page, many=True, context={"actor": actor}).data)

    def post(self, request: Request) -> Response:
        """File a report."""
        refuse_unknown(request)
        shape = ReportSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        association, report = shape.report()
        case = services.file(association, report, actor=actor_of(request)).case
        address = reverse("api:case", args=[case.number], request=request)
        return Response(shown(request, case.number), status=201, headers={"Location": address})


class CaseDetail(APIView):
    """One case."""

    def get(self, request: Request, number: str) -> Response:
        """Show a case, and note in the read log that it was opened."""
        refuse_unknown(request)
        return Response(shown(request, number))


class Me(APIView):
    """Who is logged in."""

    def get(self, request: Request) -> Response:
        """Show one's roles and functions of today."""
        refuse_unknown(request)
        return Response(MeSerializer(actor_of(request)).data)


def actor_of(request: Request) -> User:
    """Return who is logged in; nobody else comes this far."""
    return cast("User", request.user)


def visible_rows(actor: User) -> QuerySet[Case]:
    """Return the cases that the actor may open, each with what its row shows."""
    return for_rows(Case.objects.visible_to(actor).select_related("reporter"), actor)


def shown(request: Request, number: str) -> dict[str, Any]:
    """Return one case as its reader may know it, noted in the read log."""
    actor = actor_of(request)
    case = get_object_or_404(visible_rows(actor), number=number)
    services.log_read(case, actor=actor, action=ReadAction.OPENED)
    return dict(CaseSerializer(case, context={"actor": actor}).data)


def refuse_unknown(request: Request, known: Collection[str] = ()) -> None:
    """Refuse query parameters that would be ignored, by name."""
    if unknown := set(request.query_params) - set(known):
        raise BadParameter(dict.fromkeys(sorted(unknown), "Parametern finns inte."))


def _is_moment(text: str) -> bool:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return False
    return moment is not None and moment.tzinfo is not None and dt.MINYEAR + 1 < moment.year < dt.MAXYEAR
