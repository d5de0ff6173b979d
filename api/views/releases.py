"""What leaves the förbund: protected tables, and their files."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Endpoint, Listing, wanted_fields
from api.filters import ReleaseFilters
from api.shapes import summaries as shapes
from api.views.files import File, kinds
from api.views.summaries import READ
from cases.annual import release_report
from cases.downloads import NETWORK, format_or_404, network_sent, sent
from cases.models import Release, User


class Releases(Listing):
    """The releases that one may read."""

    lists = "List the releases that one may read here, the last made first; the styrelse reads what is out."
    scopes = READ
    shape = shapes.ReleaseRow
    filters = ReleaseFilters

    def rows(self, **where: Any) -> QuerySet[Release]:
        return readable(self.actor).defer("content")


class OneRelease(Endpoint):
    """One release."""

    scopes = READ
    sparse = shapes.ReleaseShape
    gives = {"GET": shapes.ReleaseShape}

    def get(self, request: Request, pk: int) -> Response:
        """Show a release as its readers see it: small numbers are hidden."""
        wanted = wanted_fields(request, shapes.ReleaseShape)
        release = get_object_or_404(readable(self.actor), pk=pk)
        context = {"request": request, "fields": wanted, "report": lambda: release_report(release)}
        return Response(shapes.ReleaseShape(release, context=context).data)


class ReleaseFile(File):
    """A release as a file."""

    scopes = READ
    media = kinds()

    def get(self, request: Request, pk: int, form: str) -> HttpResponse:
        """Send a release as a file."""
        return sent(release_report(get_object_or_404(readable(self.actor), pk=pk)), format_or_404(form))


class NetworkFile(File):
    """What other förbund read of a release."""

    scopes = READ
    media = {"GET": [media_type for _, media_type in NETWORK.values()]}

    def get(self, request: Request, pk: int, form: str) -> HttpResponse:
        """Send the file that other förbund read; only what is out leaves."""
        return network_sent(get_object_or_404(readable(self.actor), pk=pk), form)


def readable(actor: User) -> QuerySet[Release]:
    """Return the releases that the actor may read."""
    return Release.objects.readable_by(actor).select_related("association", "summary")
