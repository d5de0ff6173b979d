"""Measures across cases."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from api.base import Listing
from api.filters import MeasureFilters
from api.shapes.measures import MeasureRow
from cases.models import Measure


class Measures(Listing):
    """The measures, open and ended, of the answers that one may read; the newest first."""

    lists = "List the measures, open and ended, of the answers that one may read, the newest first."
    shape = MeasureRow
    filters = MeasureFilters

    def rows(self, **where: Any) -> QuerySet[Measure]:
        read = Measure.objects.shown_to(self.actor)
        return read.select_related("case__association", "concern__member", "concern__function", "what")
