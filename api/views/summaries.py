"""Figures: a period as it stands now, and annual summaries with the figures of the page."""

from __future__ import annotations

from functools import cache
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse

from api.access import Scope
from api.base import Endpoint, Listing, sentences, wanted_fields
from api.errors import BadParameter
from api.filters import SummaryFilters
from api.shapes import summaries as shapes
from api.views.files import File, kinds
from cases import current, services
from cases.annual import corrections, report_of
from cases.codes import GapType, Party, Role
from cases.downloads import format_or_404, sent
from cases.forms.summary import PeriodForm
from cases.models import AnnualSummary, Association, Release, User
from cases.statistics import TYPE_NOT_SET, Summary

READ = {"GET": Scope.SUMMARIES}
DAY = {"type": "string", "format": "date"}
# What the list's filter calls a type that is not set.
NOT_SET = "ingen"
PERIOD = (
    "A year or a tertial: 2026, or 2026-t1 for January to April, 2026-t2 for May to August, 2026-t3 for September to "
    "December. From the year of the förbund's first report to this year, a tertial once it has begun. Left out, with "
    "`fran` and `till` too: this year."
)

NO_SUCH_PERIOD = (
    "Skriv ett år eller en tertial så här: 2026 eller 2026-t1. Det första året är det då förbundet fick sin första "
    "rapport, och en tertial går att välja när den har börjat."
)


def _asked(name: str, schema: dict[str, Any], words: str) -> OpenApiParameter:
    return OpenApiParameter(name, schema, OpenApiParameter.QUERY, description=words)


class Current(Endpoint):
    """The figures of a förbund and period, as the cases are now."""

    scopes = READ
    gives = {"GET": shapes.CurrentShape}
    refuses = (HTTPStatus.NOT_FOUND,)
    asked = {
        "forbund": _asked("forbund", {"type": "string"}, "The förbund's code; left out, the first that one reads."),
        "period": _asked("period", {"type": "string", "pattern": "^[0-9]{4}(-t[123])?$"}, PERIOD),
        "fran": _asked("fran", DAY, "The first day, in place of a period."),
        "till": _asked("till", DAY, "The last day, in place of a period."),
    }

    def get(self, request: Request) -> Response:
        """Count the figures of a period as it stands now: this year's, unless told."""
        data, actor = request.query_params, self.actor
        among = current.associations_of(actor)
        chosen = current.association_named(data.get("forbund", ""), among, actor)
        form = PeriodForm(data, associations=among, chosen=chosen, first=current.begun_on(chosen, actor))
        if not form.is_valid():
            raise BadParameter(
                {name: list(sentences(errors, NO_SUCH_PERIOD)) for name, errors in form.errors.as_data().items()}
            )
        found = current.figures(chosen, form.chosen(), actor)
        link = _Links(request, chosen) if actor.standing().holds(Role.COORDINATOR, chosen.pk) else None
        return Response(shapes.CurrentShape(_told(chosen, found, link)).data)


class _Links:
    """Where the cases behind a figure are listed."""

    def __init__(self, request: Request, association: Association) -> None:
        self.base = reverse("api:cases", request=request)
        self.association = association

    def to(self, **filters: str) -> str:
        return f"{self.base}?{urlencode({'forbund': self.association.code, **filters})}"


def _told(association: Association, found: Summary, link: _Links | None) -> dict[str, Any]:
    filed = {"fran": found.period.first.isoformat(), "till": found.period.last.isoformat()}
    cells = [
        {
            "party": party,
            "gap_type": gap_type,
            "count": found.parts.cell(party, gap_type),
            "url": link.to(**filed, part=party.value, typ=gap_type or NOT_SET) if link else None,
        }
        for party in Party
        for gap_type in (*GapType.values, TYPE_NOT_SET)
    ]
    behind = {"new": filed, "open": {"oppna": "ja"}, "late": {"sent": "1"}}
    return {
        "association": association.code,
        "figures": found,
        "goes_on": found.period.last >= found.now.day,
        "parts": {"cases": found.parts.cases, "concerns": found.parts.concerns, "cells": cells},
        "goals": association,
        "cases": {name: link.to(**filters) for name, filters in behind.items()} if link else None,
    }


class Summaries(Listing):
    """The annual summaries that one may read."""

    lists = "List the annual summaries that one may read, the last made first; the styrelse reads what is fixed."
    scopes = READ
    shape = shapes.SummaryRow
    filters = SummaryFilters

    def rows(self, **where: Any) -> QuerySet[AnnualSummary]:
        return readable(self.actor).defer("labels", "terms")


class OneSummary(Endpoint):
    """One annual summary."""

    scopes = READ
    sparse = shapes.SummaryShape
    gives = {"GET": shapes.SummaryShape}

    def get(self, request: Request, pk: int) -> Response:
        """Show an annual summary: the figures of its frozen day, and what would be otherwise today."""
        wanted = wanted_fields(request, shapes.SummaryShape)
        summary = get_object_or_404(readable(self.actor), pk=pk)
        keeps = self.actor.standing().holds(Role.COORDINATOR, summary.association_id)
        # Counted once, and only for the fields that are wished for.
        figures = cache(lambda: services.figures_of(summary))
        context = {
            "request": request,
            "fields": wanted,
            "is_same": lambda: services.still_the_same(summary, figures()),
            "report": lambda: report_of(
                summary, figures=figures(), link=_figure_link(request, summary) if keeps else None
            ),
            "corrections": lambda: corrections(summary, figures(), services.figures_today(summary)),
            "versions": lambda: readable(self.actor).other_versions_of(summary).defer("labels", "terms"),
            "releases": lambda: Release.objects.readable_by(self.actor).filter(summary=summary),
        }
        return Response(shapes.SummaryShape(summary, context=context).data)


class SummaryFile(File):
    """An annual summary as a file."""

    scopes = READ
    media = kinds()

    def get(self, request: Request, pk: int, form: str) -> HttpResponse:
        """Send an annual summary as a file."""
        return sent(report_of(get_object_or_404(readable(self.actor), pk=pk)), format_or_404(form))


def readable(actor: User) -> Any:
    """Return the summaries that the actor may read."""
    return AnnualSummary.objects.readable_by(actor).select_related("association").prefetch_related("texts")


def _figure_link(request: Request, summary: AnnualSummary) -> Any:
    """Return a function that gives the list of the cases behind a figure, for those who may open them."""
    cases = reverse("api:cases", request=request)
    return lambda name: f"{cases}?{urlencode({'figur': f'{summary.pk}:{name}'})}"
