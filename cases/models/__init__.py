"""The tables of the domain."""

from cases.models.association import (
    Association,
    ContactFunction,
    FunctionPerson,
    Initiative,
    Member,
    NumberSeries,
    RoutingRule,
    Unit,
)
from cases.models.case import Case, Concern, Feedback, MaskedOriginal, Measure, PatternMeasure, Question, Text
from cases.models.draft import Draft
from cases.models.event import Event, Outbox, ReadLog, Submission
from cases.models.meeting import AgendaItem, Assignment, Deferral, Meeting, Removal
from cases.models.pattern import Pattern, PatternEvent, PatternFollower, PatternTally
from cases.models.people import Absence, Grant, Invitation, User
from cases.models.reminder import Reminder

__all__ = [
    "Absence",
    "AgendaItem",
    "Assignment",
    "Association",
    "Case",
    "Concern",
    "ContactFunction",
    "Deferral",
    "Draft",
    "Event",
    "Feedback",
    "FunctionPerson",
    "Grant",
    "Initiative",
    "Invitation",
    "MaskedOriginal",
    "Measure",
    "Meeting",
    "Member",
    "NumberSeries",
    "Outbox",
    "Pattern",
    "PatternEvent",
    "PatternFollower",
    "PatternMeasure",
    "PatternTally",
    "Question",
    "ReadLog",
    "Reminder",
    "Removal",
    "RoutingRule",
    "Submission",
    "Text",
    "Unit",
    "User",
]
