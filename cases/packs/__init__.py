"""A meeting's pack (*underlag*) and minutes as reports: what was frozen, with the words that the reader may see."""

from cases.packs.counting import count, standing_items
from cases.packs.figures import Figures
from cases.packs.material import Material, later_rows, material_of
from cases.packs.minutes import MINUTES_FORMATS, minutes_of
from cases.packs.report import report_of

__all__ = [
    "MINUTES_FORMATS",
    "Figures",
    "Material",
    "count",
    "later_rows",
    "material_of",
    "minutes_of",
    "report_of",
    "standing_items",
]
