"""A berörd part among those of many cases."""

from __future__ import annotations

from rest_framework import serializers

from api.shapes.cases import ConcernShape, address_of, code
from cases.codes import Status
from cases.shown import ShownConcern


class ConcernRow(ConcernShape):
    """A berörd part, with what names its case."""

    case = serializers.CharField(source="concern.case.number", help_text="The case's number.")
    url = serializers.SerializerMethodField(help_text="Where the case is, whole.")
    association = serializers.CharField(source="concern.case.association.code", help_text="The förbund's code.")
    heading = serializers.CharField(source="concern.case.heading", help_text="The case's heading.")
    status = code(Status, source="concern.case.status", help_text="Where the case stands.")
    function_id = serializers.IntegerField(source="concern.function_id", allow_null=True, help_text="Null: the kansli.")
    days_late = serializers.IntegerField(
        source="concern.days_late", help_text="Days since the function passed its day; 0 while it is in time."
    )

    def get_url(self, shown: ShownConcern) -> str:
        """Name where the case is, whole."""
        return address_of(shown.concern.case, self.context)
