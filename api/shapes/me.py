"""Who is logged in, and what they are where."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.shapes.base import Shape, code
from cases.codes import Role
from cases.models import User


class HeldRole(Shape):
    """A role that is held today."""

    association = serializers.CharField(source="association.code", help_text="The förbund's code.")
    role = code(Role)


class HeldFunction(Shape):
    """A contact function that the person answers for today."""

    id = serializers.IntegerField(source="function.pk")
    association = serializers.CharField(source="function.member.association.code", help_text="The förbund's code.")
    member = serializers.CharField(source="function.member.name")
    function = serializers.CharField(source="function.name")


class MeShape(Shape):
    """Who is logged in, and what they are where."""

    email = serializers.SerializerMethodField(help_text="None for a system, which has no address.")
    name = serializers.CharField()
    roles = serializers.SerializerMethodField()
    functions = serializers.SerializerMethodField()

    @extend_schema_field(serializers.EmailField(allow_null=True))
    def get_email(self, user: User) -> str | None:
        """Tell the person's address."""
        return None if user.is_system else user.email

    @extend_schema_field(HeldRole(many=True))
    def get_roles(self, user: User) -> Any:
        """List the roles that are held today."""
        grants = user.grants.in_force().select_related("association").order_by("association__code", "role")
        return HeldRole(grants, many=True).data

    @extend_schema_field(HeldFunction(many=True))
    def get_functions(self, user: User) -> Any:
        """List the functions that the person answers for today."""
        places = user.function_places.in_force().select_related("function__member__association")
        return HeldFunction(places.order_by("function__name"), many=True).data
