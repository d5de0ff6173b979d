"""An annual summary as a report: the frozen figures, the words that rules write about them, and those of people.

`report_of` makes it; `cases_behind` finds the cases of a figure, `corrections` what has changed since.
"""

from cases.annual.behind import UnknownFigure, cases_behind
from cases.annual.corrections import Correction, corrections
from cases.annual.release import release_report
from cases.annual.report import EDITABLE, report_of
from cases.annual.starting import rules_text

__all__ = [
    "EDITABLE",
    "Correction",
    "UnknownFigure",
    "cases_behind",
    "corrections",
    "release_report",
    "report_of",
    "rules_text",
]
