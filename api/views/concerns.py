"""Berörda parter across cases: a function's work list, and the kansli's."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from api.base import Listing
from api.filters import ConcernFilters
from api.shapes.concerns import ConcernRow
from cases import shown
from cases.models import Concern


class Concerns(Listing):
    """The berörda parter that one may see, the newest first: for a function, what is sent to it."""

    lists = "List the berörda parter that one may see, the newest first; to a function, what is sent to it."
    shape = ConcernRow
    filters = ConcernFilters

    def rows(self, **where: Any) -> QuerySet[Concern]:
        return shown.for_concerns(Concern.objects.shown_to(self.actor))

    def shown(self, request: Request, rows: list[Any]) -> list[dict[str, Any]]:
        return super().shown(request, [shown.concern(row, self.actor) for row in rows])
