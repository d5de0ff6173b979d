"""Cases: the list, one, its story, and filing."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django_filters import FilterSet
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api import answers
from api.access import Scope, require
from api.base import Endpoint, Listing, wanted_fields
from api.etags import etag_now, etag_of
from api.filters import CaseFilters
from api.paging import Keyset, Page, limit_of, same_address
from api.shapes.cases import CaseRow, CaseShape, StoryShape
from api.shapes.filing import FiledShape, ReportShape
from cases import services, shown, timeline
from cases.changes import news
from cases.codes import ReadAction
from cases.filters import SEARCHED
from cases.models import Case

NEWEST, OLDEST = Keyset("-filed_at", "-pk"), Keyset("filed_at", "pk")
# With a search, in an order that no index has: see `cases.filters`.
NEWEST_FOUND = Keyset("-filed_at", "-pk", by=SEARCHED["nyast"])
OLDEST_FOUND = Keyset("filed_at", "pk", by=SEARCHED["aldst"])

# So many of the first cases are looked through for a word, before all that have it are gathered and sorted.
NEAR = 500

SINCE = "updated_since"
# What only a list by day has: changes come in the order that they happened.
NOT_OF_CHANGES = frozenset({Keyset.CURSOR, "ordning"})


class Cases(Listing):
    """The cases that one may open, and the way to file a report."""

    lists = """List the cases that one may open, newest first unless told, narrowed by the filters of the page.

    With `updated_since`, list those that have changed, in the order that they did: begin with a moment, and go on with
    the `updated_since` of each answer, also when it had no rows. Every change comes, and none comes twice."""
    asked = {
        SINCE: OpenApiParameter(
            SINCE,
            {"type": "string"},
            description="Only what has changed since: a moment with its time zone (RFC 3339), or the `updated_since` "
            "of the answer before. Not together with `cursor` and `ordning`.",
        )
    }
    beside = {
        SINCE: serializers.CharField(
            required=False, help_text="Where to go on from; in the answer to `updated_since` alone."
        )
    }
    shape = CaseRow
    filters = CaseFilters
    scopes = {"GET": Scope.READ, "POST": Scope.FILE}
    takes = {"POST": ReportShape}
    gives = {"POST": FiledShape}
    statuses = {"POST": HTTPStatus.CREATED}

    def rows(self, **where: Any) -> QuerySet[Case]:
        return shown.for_rows(Case.objects.visible_to(self.actor), self.actor)

    def get(self, request: Request, **where: Any) -> Response:
        """List the cases, or what has changed."""
        if SINCE not in request.query_params:
            return super().get(request, **where)
        chosen = self.chosen(self.rows(**where))
        told = news(chosen.qs, request.query_params[SINCE], limit=limit_of(request))
        onwards = same_address(request, **{SINCE: told.mark}) if told.more else None
        return Response({"results": self.shown(request, list(told.cases)), "next": onwards, SINCE: told.mark})

    def known(self, request: Request) -> Collection[str]:
        known = super().known(request)
        return set(known) - NOT_OF_CHANGES if SINCE in request.query_params else known

    def page(self, chosen: FilterSet, request: Request) -> Page:
        """Cut the page that is asked for; of a word that many cases have, out of those that come first anyway."""
        plain, found = self._orders(chosen)
        if not chosen.form.cleaned_data.get("q"):
            return plain.page(chosen.qs, request)
        # A function's own are few, and gathered at once.
        if not self.actor.standing().functions:
            near = plain.nearest(Case.objects.visible_to(self.actor), request, NEAR)
            first = plain.nearest(chosen.qs.filter(pk__in=near), request, limit_of(request) + 1)
            keys = [row["pk"] for row in first]
            if len(keys) > limit_of(request):
                return plain.page(chosen.qs.filter(pk__in=keys), request)
        return found.page(chosen.qs, request)

    def _orders(self, chosen: FilterSet) -> tuple[Keyset, Keyset]:
        """Return the order that is asked for: as an index has it, and for what a search has gathered."""
        oldest = chosen.form.cleaned_data.get("ordning") == "aldst"
        return (OLDEST, OLDEST_FOUND) if oldest else (NEWEST, NEWEST_FOUND)

    def shown(self, request: Request, rows: list[Any]) -> list[dict[str, Any]]:
        return super().shown(request, [shown.row(case, self.actor) for case in rows])

    def post(self, request: Request) -> Response:
        """File a report."""
        shape = ReportShape(data=request.data, context={"actor": self.actor})
        for_caller = isinstance(request.data, dict) and bool(request.data.get("for_caller"))
        if for_caller:
            # To take a report down for somebody is the kansli's own work.
            require(request, Scope.HANDLE)

        key = answers.key_of(request)

        def act() -> Response:
            # Inside, so that a report that was taken gets its answer again, whatever the registers say by now.
            shape.is_valid(raise_exception=True)
            association, report, caller = shape.report()
            filed = services.file(association, report, actor=self.actor, for_caller=caller, key=key)
            case = filed.case
            address = reverse("api:case", args=[case.number], request=request)
            told = {"number": case.number, "url": address, "status": case.status, "filed_at": case.filed_at}
            body = FiledShape({**told, "receipt_code": filed.receipt_code or None}).data
            headers = {"Location": address, "ETag": etag_now(case, self.actor)}
            return Response(body, status=HTTPStatus.CREATED, headers=headers)

        def again(response: Response) -> None:
            # A receipt code is made from the key, and stored nowhere.
            case = Case.objects.get(number=response.data["number"])
            response.data["receipt_code"] = services.receipt_code_again(case, actor=self.actor, key=key) or None

        return answers.once(request, act, again)


class OneCase(Endpoint):
    """One case."""

    sparse = CaseShape
    gives = {"GET": CaseShape}
    has_versions = True

    def get(self, request: Request, number: str) -> Response:
        """Show a case, and note in the read log that it was opened."""
        case = find(self, number)
        services.log_read(case, actor=self.actor, action=ReadAction.OPENED)
        story = timeline.entries(case, self.actor)
        context = {
            "actor": self.actor,
            "request": request,
            "fields": wanted_fields(request, CaseShape),
            "story": story,
        }
        told = CaseShape(shown.one(case, self.actor), context=context)
        return Response(told.data, headers={"ETag": etag_of(case, self.actor, story)})


class Events(Endpoint):
    """The story of one case."""

    gives = {"GET": StoryShape}
    has_versions = True

    def get(self, request: Request, number: str) -> Response:
        """Tell what has happened, oldest first, as the reader may know it; noted in the read log as an opening."""
        case = find(self, number)
        services.log_read(case, actor=self.actor, action=ReadAction.OPENED)
        story = timeline.entries(case, self.actor)
        return Response(StoryShape({"results": story}).data, headers={"ETag": etag_of(case, self.actor, story)})


def find(endpoint: Endpoint, number: str) -> Case:
    """Return the case if the actor may open it; for everybody else it does not exist. Raises Http404."""
    rows = shown.for_one(Case.objects.visible_to(endpoint.actor))
    return get_object_or_404(rows, number=number)
