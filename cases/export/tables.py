"""Which rows and columns leave in an export, and which are kept back: the one place that says so.

A test fails when a model or a column of this app stands in neither.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any, cast

from django.db import models
from django.db.models import Q, QuerySet

from cases.models import (
    Absence,
    AgendaItem,
    AnnualSummary,
    Assignment,
    Association,
    Case,
    Change,
    ChangeNote,
    Concern,
    ContactFunction,
    Deferral,
    Draft,
    EarlierTotal,
    Event,
    Feedback,
    FrozenCase,
    FrozenConcern,
    FrozenFeedback,
    FrozenMeasure,
    FrozenPattern,
    FrozenStep,
    FunctionPerson,
    Grant,
    Initiative,
    Invitation,
    MaskedOriginal,
    Measure,
    Meeting,
    Member,
    NumberSeries,
    Outbox,
    Pack,
    Pattern,
    PatternEvent,
    PatternFollower,
    PatternMeasure,
    PatternTally,
    Question,
    ReadLog,
    Release,
    Reminder,
    Removal,
    RoutingRule,
    SeriesBreak,
    Submission,
    SummaryText,
    Text,
    Unit,
    User,
)


@dataclass(frozen=True)
class Table:
    """One type of line: whose rows it has, and which of their columns.

    A row belongs to the förbund that any of the paths in `owned` leads to. `named` gives a column another key in the
    line; `kept` are the columns that stay here.
    """

    kind: str
    model: type[models.Model]
    owned: tuple[str, ...]
    columns: tuple[str, ...]
    kept: tuple[str, ...] = ()
    named: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def keys(self) -> tuple[str, ...]:
        """Return what the columns are called in a line."""
        return tuple(self.named.get(column, column) for column in self.columns)

    def rows(self, association: Association, using: str) -> QuerySet[Any]:
        """Return the förbund's rows, each once, in the order of their keys."""
        rows = self._all(using)
        mine = rows.filter(reduce(or_, (Q(**{path: association.pk}) for path in self.owned)))
        # Several paths may lead to the förbund from the same row.
        return mine if len(self.owned) == 1 else rows.filter(pk__in=mine.order_by().values("pk"))

    def rows_on(self, cases: Collection[int], using: str) -> QuerySet[Any]:
        """Return the rows on some of the förbund's cases, without asking for each whose case it is."""
        return self._all(using).filter(case__in=cases)

    def _all(self, using: str) -> QuerySet[Any]:
        manager: Any = self.model._default_manager
        return cast("QuerySet[Any]", manager.using(using).order_by("pk"))


def _table(
    kind: str,
    model: type[models.Model],
    owned: str,
    columns: str,
    *,
    kept: str = "",
    named: Mapping[str, str] = MappingProxyType({}),
) -> Table:
    return Table(kind, model, tuple(owned.split()), tuple(columns.split()), tuple(kept.split()), named)


# ---- the förbund and its registers ----

REGISTERS = (
    _table(
        "association",
        Association,
        "pk",
        "id name code region report_word reporter_word group_word day_kind triage_days acknowledge_days answer_days "
        "question_days pack_days agenda_overdue_days reopen_days effect_days open_to_all threshold form_intro is_demo "
        "ended_on successor",
        kept="clocks_applied",
    ),
    _table("member", Member, "association", "id party name from_on to_on", kept="association"),
    _table("unit", Unit, "member__association", "id member name from_on to_on"),
    _table("initiative", Initiative, "association", "id name from_on to_on", kept="association"),
    _table(
        "function",
        ContactFunction,
        "member__association",
        "id member name mailbox is_general confirmed_on confirmed_by bounced_on from_on to_on",
    ),
    _table("place", FunctionPerson, "function__member__association", "id function user is_deputy from_on to_on"),
    _table("rule", RoutingRule, "member__association", "id member unit gap_type initiative function"),
    _table("number_series", NumberSeries, "association", "id year last", kept="association"),
    _table(
        "pattern",
        Pattern,
        "association",
        "id title description status owner review_on merged_into last_seq created_at",
        kept="association",
    ),
    _table(
        "meeting",
        Meeting,
        "association",
        "id body held_on cancelled_at approved_at approved_by",
        kept="association",
    ),
)

# ---- people, who are told of to the administrator alone ----

PEOPLE = (
    _table(
        "person",
        User,
        "grants__association function_places__function__member__association system_of",
        "id name email is_active system_member created_at bounced_on",
        kept="password last_login is_superuser is_staff system_of",
    ),
    _table("grant", Grant, "association", "id user role member from_on to_on", kept="association"),
    _table("read", ReadLog, "association", "id at user role action case via address rows", kept="association"),
)

# ---- cases, and what hangs on them ----

CASE = _table(
    "case",
    Case,
    "association",
    "id number heading happened consequence occurred frequency tried suggestion agreement agreement_missing initiative "
    "own_party own_member reporter reporter_email reporter_reference filed_by channel received_on filed_at status "
    "ending ended_at reopened first_handled_at handle_by triage_from triage_due next_due track responsible lifted "
    "pattern outcome cause dismiss_reason duplicate_of referred_to helped last_seq last_hash",
    # A case that was referred here points at another förbund's; the hash opens it, and the search is our own words.
    kept="association receipt_hash referral_of search",
)

# Each has a column `case`, by which it goes with its case.
ON_CASES = (
    _table(
        "concern",
        Concern,
        "case__association",
        "id case party member unit is_primary state type_reported type_set type_answered function routed_by sent_at "
        "acknowledge_due acknowledged_at answer_due answered_at answered_by cause_seen own_reference shared_at",
    ),
    _table(
        "event",
        Event,
        "case__association",
        "id case seq verb at actor actor_role from_status to_status audience concern function data previous_hash hash",
        # As `Event.content` calls them, so that a line can be hashed as it is.
        named={"from_status": "from", "to_status": "to", "previous_hash": "previous"},
    ),
    _table("text", Text, "case__association", "id case event concern kind audience body created_at"),
    _table(
        "mask",
        MaskedOriginal,
        "case__association",
        "id case field text reason masked_by masked_at",
        kept="body",
    ),
    _table(
        "question",
        Question,
        "case__association",
        "id case concern text reply part_of_report asked_at answered_at pauses_from pauses_until",
    ),
    _table(
        "measure",
        Measure,
        "case__association",
        "id case concern pattern what cause owner due_on state ended_on created_at",
    ),
    _table("feedback", Feedback, "case__association", "id case concern kind value given_on"),
    _table("reminder", Reminder, "case__association", "id case event clock subject due_on days"),
)

# ---- what is told of several cases: patterns, meetings, summaries ----

_ON_AGENDAS = "meeting__association case__association pattern__association"

BEYOND = (
    _table("pattern_event", PatternEvent, "pattern__association", "id pattern seq verb at actor actor_role data"),
    _table(
        "pattern_measure",
        PatternMeasure,
        "pattern__association",
        "id pattern moved_from what cause owner due_on state ended_on how created_at",
    ),
    _table("pattern_tally", PatternTally, "pattern__association", "id pattern user met_on"),
    _table(
        "agenda_item",
        AgendaItem,
        _ON_AGENDAS,
        "id meeting case pattern heading body why position proposal late recommendation own_recommendation "
        "recommended_by recommended_at created_at",
    ),
    _table(
        "assignment",
        Assignment,
        " ".join(f"item__{path}" for path in _ON_AGENDAS.split()),
        "id item meeting who text own_text due_on done_on",
    ),
    _table("deferral", Deferral, "meeting__association", "id item meeting position by at"),
    _table("removal", Removal, "meeting__association", "id meeting pattern"),
    _table("pack", Pack, "meeting__association", "id meeting first last figures items frozen_at frozen_by"),
    _table(
        "summary",
        AnnualSummary,
        "association",
        "id first last version trend_from data_on frozen_at frozen_by labels terms figures_hash assessed_on fixed_at "
        "fixed_by",
        kept="association",
    ),
    _table("summary_text", SummaryText, "summary__association", "id summary key body written_by written_at"),
    _table(
        "frozen_case",
        FrozenCase,
        "summary__association",
        "id summary case_key filed_on handled_on handle_by ended_on ending status reopened triage_due next_due outcome "
        "cause own_party own_member_id initiative_id pattern_id",
        kept="association_id",
    ),
    _table(
        "frozen_concern",
        FrozenConcern,
        "summary__association",
        "id summary case_key party member_id is_primary state type_reported type_set type_answered sent_on "
        "acknowledge_due answer_due answered_on cause_seen filed_on case_ended_on case_ending case_triage_due "
        "own_party own_member_id",
    ),
    _table("frozen_step", FrozenStep, "summary__association", "id summary case_key verb on reason"),
    _table(
        "frozen_measure",
        FrozenMeasure,
        "summary__association",
        "id summary case_key cause due_on state ended_on case_ending",
    ),
    _table(
        "frozen_feedback",
        FrozenFeedback,
        "summary__association",
        "id summary case_key kind value given_on by_reporter",
    ),
    _table(
        "frozen_pattern",
        FrozenPattern,
        "summary__association",
        "id summary pattern_id status cases new_cases tallies members first_on last_on measure_done_on before after "
        "after_until",
    ),
    _table(
        "release",
        Release,
        "association",
        "id summary audience threshold content made_by made_at first_by first_at second_by released_at",
        kept="association",
    ),
    _table(
        "earlier_total",
        EarlierTotal,
        "association",
        "id year reports is_rough origin noted_by noted_at",
        kept="association",
    ),
    _table("series_break", SeriesBreak, "association", "id on kind note noted_by noted_at", kept="association"),
)

# Whole tables that stay, and why.
KEPT_BACK: dict[type[models.Model], str] = {
    Absence: "a person's own, whatever förbund",
    Change: "for programs that poll this installation",
    ChangeNote: "for programs that poll this installation",
    Draft: "the author's own",
    Invitation: "letters that have been answered, or will be sent again elsewhere",
    Outbox: "word on its way out of this installation",
    PatternFollower: "a person's own",
    Submission: "which forms have been acted on here",
}
