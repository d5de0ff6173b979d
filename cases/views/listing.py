"""The case list: search, filters, pages, and a file of exactly what is listed."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cases import clocks, services, shown
from cases.codes import Cause, GapType, Outcome, Role, Status
from cases.errors import PersonalDataFound
from cases.filters import CaseFilter
from cases.models import Association, Case, User
from cases.querysets import Actor
from cases.routing import unassigned as unassigned_concerns
from cases.text import harmless
from cases.views.base import members_only, user_of

PAGE = 25
COUNT_MOST = 1000
CHUNK = 500
DEMO_NOTE = "Demodata: rapporter och personer är påhittade"


class Page:
    """One page of a list, cut by number; it knows whether more follow without counting them."""

    def __init__(self, request: HttpRequest, rows: QuerySet[Any]) -> None:
        self.number = _page_number(request.GET.get("sida"))
        start = (self.number - 1) * PAGE
        found = list(rows[start : start + PAGE + 1])
        self.rows, self.more = found[:PAGE], len(found) > PAGE
        self._query = request.GET.copy()
        count = start + len(self.rows) if not self.more else rows.order_by()[: COUNT_MOST + 1].count()
        self.count = count
        self.count_label = f"över {COUNT_MOST}" if count > COUNT_MOST else str(count)
        self.summary = f"{start + 1}–{start + len(self.rows)} av {self.count_label}" if self.rows else ""

    @property
    def previous_url(self) -> str:
        return self._url(self.number - 1) if self.number > 1 else ""

    @property
    def next_url(self) -> str:
        return self._url(self.number + 1) if self.more else ""

    def _url(self, number: int) -> str:
        self._query["sida"] = str(number)
        return f"?{self._query.urlencode()}"


@require_safe
@members_only
def case_list(request: HttpRequest) -> HttpResponse:
    """List the cases that one may open, narrowed by the filters."""
    actor = user_of(request)
    return _page(request, actor, *_chosen(request, actor))


def _page(request: HttpRequest, actor: User, chosen: CaseFilter, rows: QuerySet[Case]) -> HttpResponse:
    page = Page(request, shown.for_rows(rows, actor))
    listed = [shown.row(case, actor) for case in page.rows]
    context = {"filter": chosen, "form": chosen.form, "page": page, "rows": listed, "query": request.GET.urlencode()}
    return render(request, "cases/list.html", context, status=200 if chosen.form.is_valid() else 422)


@require_safe
@members_only
def case_csv(request: HttpRequest) -> HttpResponseBase:
    """Send the filtered list as a file, and note each case in the read log."""
    actor = user_of(request)
    chosen, rows = _chosen(request, actor)
    if not chosen.form.is_valid():
        return _page(request, actor, chosen, rows)
    lines = _lines(shown.for_rows(rows, actor), actor)
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="arenden-{clocks.today()}.csv"'
    return response


@require_safe
@members_only
def unassigned(request: HttpRequest) -> HttpResponse:
    """List concerns that no function has, with why, for the coordinators of each förbund."""
    coordinated = user_of(request).standing().associations(Role.COORDINATOR)
    if not coordinated:
        raise Http404
    associations = Association.objects.filter(pk__in=coordinated)
    groups = [(association, unassigned_concerns(association)) for association in associations]
    return render(request, "cases/unassigned.html", {"groups": groups, "any": any(found for _, found in groups)})


def _chosen(request: HttpRequest, actor: Actor) -> tuple[CaseFilter, QuerySet[Case]]:
    visible = Case.objects.visible_to(actor)
    chosen = CaseFilter(request.GET, visible, actor=actor)
    try:
        rows = chosen.qs if chosen.form.is_valid() else visible.none()
    except PersonalDataFound as error:
        chosen.form.add_error("q", "Sök inte på personnummer. " + error.message.split(". ")[0] + ".")
        rows = visible.none()
    return chosen, rows.order_by(*chosen.ordering)


def _page_number(value: str | None) -> int:
    return min(max(int(value), 1), 100_000) if value and value.isascii() and value.isdigit() and len(value) < 7 else 1


HEADINGS = [
    "Ärende", "Förbund", "Kom in", "Läge", "Försenat", "Rubrik", "Part", "Enhet", "Typ", "Insats",
    "Nästa datum", "Avslutat", "Utfall", "Orsak", "Anmärkning",
]  # fmt: skip


class _Echo:
    """A file that hands back each line."""

    def write(self, value: str) -> str:
        return value


def _lines(rows: QuerySet[Case], actor: Actor) -> Iterator[str]:
    """Yield the file in pieces, so that memory does not grow with the list; each piece is logged before it leaves."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff" + writer.writerow(HEADINGS)
    cases = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(cases, CHUNK)):
        services.log_export(chunk, actor=actor)
        yield "".join(writer.writerow([harmless(cell) for cell in _cells(shown.row(case, actor))]) for case in chunk)


def _cells(row: shown.ShownRow) -> list[object]:
    case, concerns = row.case, row.concerns
    return [
        case.number,
        case.association.name,
        clocks.local_date(case.filed_at),
        Status(case.status).label,
        "ja" if row.is_late else "nej",
        case.heading,
        ", ".join(c.member.name if c.member else c.get_party_display() for c in concerns),
        ", ".join(c.unit.name for c in concerns if c.unit),
        ", ".join(GapType(c.type_set).label if c.type_set else "Ej satt" for c in concerns),
        case.initiative.name if case.initiative else "Ordinarie verksamhet",
        row.next_due or "",
        clocks.local_date(case.ended_at) if case.ended_at else "",
        Outcome(case.outcome).label if case.outcome else "",
        Cause(case.cause).label if case.cause else "",
        DEMO_NOTE if case.association.is_demo else "",
    ]
