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
from cases.models.change import Change, ChangeNote
from cases.models.draft import Draft
from cases.models.event import Event, Outbox, ReadLog, Submission
from cases.models.meeting import AgendaItem, Assignment, Deferral, Meeting, Removal
from cases.models.pack import Pack
from cases.models.pattern import Pattern, PatternEvent, PatternFollower, PatternTally
from cases.models.people import Absence, Grant, Invitation, User
from cases.models.reminder import Reminder
from cases.models.summary import (
    AnnualSummary,
    EarlierTotal,
    FrozenCase,
    FrozenConcern,
    FrozenFeedback,
    FrozenMeasure,
    FrozenPattern,
    FrozenStep,
    Release,
    SeriesBreak,
    SummaryText,
)

__all__ = [
    "Absence",
    "AgendaItem",
    "AnnualSummary",
    "Assignment",
    "Association",
    "Case",
    "Change",
    "ChangeNote",
    "Concern",
    "ContactFunction",
    "Deferral",
    "Draft",
    "EarlierTotal",
    "Event",
    "Feedback",
    "FrozenCase",
    "FrozenConcern",
    "FrozenFeedback",
    "FrozenMeasure",
    "FrozenPattern",
    "FrozenStep",
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
    "Pack",
    "Pattern",
    "PatternEvent",
    "PatternFollower",
    "PatternMeasure",
    "PatternTally",
    "Question",
    "ReadLog",
    "Release",
    "Reminder",
    "Removal",
    "RoutingRule",
    "SeriesBreak",
    "Submission",
    "SummaryText",
    "Text",
    "Unit",
    "User",
]
