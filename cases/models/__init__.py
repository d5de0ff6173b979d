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
from cases.models.case import Case, Concern, Feedback, MaskedOriginal, Measure, Question, Text
from cases.models.draft import Draft
from cases.models.event import Event, Outbox, ReadLog, Submission
from cases.models.meeting import AgendaItem, Meeting
from cases.models.pattern import Pattern
from cases.models.people import Absence, Grant, Invitation, User
from cases.models.reminder import Reminder

__all__ = [
    "Absence",
    "AgendaItem",
    "Association",
    "Case",
    "Concern",
    "ContactFunction",
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
    "Question",
    "ReadLog",
    "Reminder",
    "RoutingRule",
    "Submission",
    "Text",
    "Unit",
    "User",
]
