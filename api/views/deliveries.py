"""The proof across cases: who was told what, and how the letter fared."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from api.base import Listing
from api.filters import DeliveryFilters
from api.shapes.deliveries import DeliveryRow
from notifications.access import proven_to
from notifications.models import Delivery
from notifications.proof import for_lines, line


class Deliveries(Listing):
    """Word of the cases that one coordinates, the newest first."""

    lists = "List who was told what about the cases that one coordinates, and how it fared, the newest first."
    shape = DeliveryRow
    filters = DeliveryFilters

    def rows(self, **where: Any) -> QuerySet[Delivery]:
        return for_lines(Delivery.objects.filter(event__case__association__in=proven_to(self.actor)))

    def shown(self, request: Request, rows: list[Any]) -> list[dict[str, Any]]:
        return super().shown(request, [line(row) for row in rows])
