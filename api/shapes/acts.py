"""What an act on something else than a case takes and gives."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from api.shapes.base import Shape, StrictShape
from api.shapes.moves import MadeShape
from cases.models import User


class ActShape(StrictShape):
    """What an act needs; `act` hands it to its service. Field names are those of the service."""

    # What it makes, if that is something new.
    makes: ClassVar[str] = ""
    # Where the service has another name for a field.
    places: ClassVar[dict[str, str]] = {}
    # A body that fits, for the description.
    example: ClassVar[dict[str, Any]]

    def act(self, subject: Any, actor: User) -> Any:
        """Call the service; return what was made, if it was something new."""
        raise NotImplementedError

    def place(self, name: str) -> tuple[str | int, ...]:
        """Return the path in the body of what the service calls by this name."""
        return super().place(self.places.get(name, name))

    @property
    def got(self) -> dict[str, Any]:
        """Return what came in, checked; what was left out is not there."""
        return dict(self.validated_data)


class DoneShape(Shape):
    """What came of an act. No free text: what it was done to is at `url`."""

    id = serializers.IntegerField()
    url = serializers.URLField()
    verb = serializers.CharField()
    made = MadeShape(allow_null=True, help_text="Something new that came of it.")
