"""Who is logged in."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.response import Response

from api.base import Endpoint
from api.shapes.me import MeShape


class Me(Endpoint):
    """Who is logged in."""

    gives = {"GET": MeShape}

    def get(self, request: Request) -> Response:
        """Show one's roles and functions of today."""
        return Response(MeShape(self.actor).data)
