"""A measure among those of many cases."""

from __future__ import annotations

from rest_framework import serializers

from api.shapes.cases import MeasureShape, address_of, code
from cases.codes import Party
from cases.models import Measure


class MeasureRow(MeasureShape):
    """A measure, with what names its case and who is to mend it."""

    case = serializers.CharField(source="case.number", help_text="The case's number.")
    url = serializers.SerializerMethodField(help_text="Where the case is, whole.")
    association = serializers.CharField(source="case.association.code", help_text="The förbund's code.")
    party = code(Party, source="concern.party", help_text="Whose measure it is.")
    member = serializers.CharField(source="concern.member.name", default=None, allow_null=True)
    function = serializers.CharField(source="concern.function.name", default=None, allow_null=True)
    is_late = serializers.BooleanField(help_text="Whether it is not done though its day has passed.")

    def get_url(self, measure: Measure) -> str:
        """Name where the case is, whole."""
        return address_of(measure.case, self.context)
