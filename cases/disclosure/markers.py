"""What stands in a cell in place of a number."""

from enum import Enum


class Marker(Enum):
    """A sign in place of a number; zero is a number, and shown as one."""

    HIDDEN = ".."
    MISSING = "-"
    NOT_APPLICABLE = "."

    @property
    def symbol(self) -> str:
        return self.value

    def __repr__(self) -> str:
        return self.name


HIDDEN = Marker.HIDDEN
MISSING = Marker.MISSING
NOT_APPLICABLE = Marker.NOT_APPLICABLE

# What a cell may hold.
Value = int | Marker
