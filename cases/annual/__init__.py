"""An annual summary as a report: the frozen figures, the words that rules write about them, and those of people.

`report_of` is all that pages, files and commands need.
"""

from cases.annual.release import release_report
from cases.annual.report import EDITABLE, report_of

__all__ = ["EDITABLE", "release_report", "report_of"]
