"""A case as it goes out: in a list, whole, its concerns, measures, questions and story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from api.shapes.base import Shape, code
from cases.codes import (
    Audience,
    Cause,
    Channel,
    ConcernState,
    DismissReason,
    Frequency,
    GapType,
    Helped,
    Lifted,
    MeasureState,
    Outcome,
    Party,
    Role,
    Status,
    TextKind,
    Track,
    Why,
)
from cases.models import Case
from cases.shown import ShownCase, ShownConcern, ShownRow
from cases.workflow import Step, next_steps


class ConcernInRow(Shape):
    """A berörd part in a list of cases, as everybody may know it who may see it at all."""

    id = serializers.IntegerField(help_text="Names the concern in steps on it.")
    party = code(Party, help_text="Which of the parter it is.")
    member = serializers.CharField(source="member.name", default=None, allow_null=True)
    unit = serializers.CharField(source="unit.name", default=None, allow_null=True)
    is_primary = serializers.BooleanField(help_text="The part that the case is above all about; one in each case.")
    gap_type = code(GapType, source="type_set", help_text="As the kansli set it; empty until then. This one counts.")
    state = code(ConcernState)
    function = serializers.CharField(source="function.name", default=None, allow_null=True)
    answer_due = serializers.DateField(allow_null=True, help_text="The last day to answer; null when not sent.")


class CaseRow(Shape):
    """A case in a list."""

    number = serializers.CharField(source="case.number")
    url = serializers.SerializerMethodField(help_text="Where the case is, whole.")
    association = serializers.CharField(source="case.association.code", help_text="The förbund's code.")
    heading = serializers.CharField(source="case.heading")
    status = code(Status, source="case.status")
    received_on = serializers.DateField(source="case.received_on")
    filed_at = serializers.DateTimeField(source="case.filed_at")
    ended_at = serializers.DateTimeField(source="case.ended_at", allow_null=True)
    next_due = serializers.DateField(allow_null=True, help_text="The next day to keep, as it concerns the reader.")
    is_late = serializers.BooleanField(help_text="Whether that day has passed.")
    lifted = code(Lifted, source="case.lifted", help_text="Whom the case is lifted to; empty if to nobody.")
    initiative = serializers.CharField(
        source="case.initiative.name", default=None, allow_null=True, help_text="The insats; null: ordinary service."
    )
    concerns = ConcernInRow(many=True)

    def get_url(self, row: ShownRow) -> str:
        """Name where the case is, whole."""
        return address_of(row.case, self.context)


class ConcernShape(Shape):
    """A berörd part of one case. What it answered is there when the reader may read it."""

    id = serializers.IntegerField(source="concern.id", help_text="Names the concern in steps on it.")
    party = code(Party, source="concern.party")
    member = serializers.CharField(source="concern.member.name", default=None, allow_null=True)
    unit = serializers.CharField(source="concern.unit.name", default=None, allow_null=True)
    is_primary = serializers.BooleanField(source="concern.is_primary")
    state = code(ConcernState, source="concern.state")
    gap_type = code(GapType, source="concern.type_set", help_text="As the kansli set it. This one counts.")
    gap_type_reported = code(GapType, source="concern.type_reported", help_text="As the reporter proposed it.")
    gap_type_answered = serializers.SerializerMethodField(help_text="As the member sees it; for the kansli alone.")
    cause_seen = serializers.SerializerMethodField(help_text="The cause as the member sees it.")
    own_reference = serializers.SerializerMethodField(help_text="The member's own number; for the kansli alone.")
    function = serializers.CharField(source="concern.function.name", default=None, allow_null=True)
    sent_at = serializers.DateTimeField(source="concern.sent_at", allow_null=True)
    acknowledge_due = serializers.DateField(source="concern.acknowledge_due", allow_null=True)
    acknowledged_at = serializers.DateTimeField(source="concern.acknowledged_at", allow_null=True)
    answer_due = serializers.DateField(source="concern.answer_due", allow_null=True)
    answered_at = serializers.DateTimeField(source="concern.answered_at", allow_null=True)
    shared_at = serializers.DateTimeField(source="concern.shared_at", allow_null=True)
    paused_until = serializers.DateField(
        allow_null=True, help_text="Until when a question to the reporter stops its clock; null when none does."
    )
    is_late = serializers.BooleanField(source="concern.is_late")

    @extend_schema_field(code(GapType, allow_null=True))
    def get_gap_type_answered(self, shown: ShownConcern) -> str | None:
        """Tell the kansli how the member sees the type."""
        return shown.concern.type_answered if shown.to_kansli else None

    @extend_schema_field(code(Cause, allow_null=True))
    def get_cause_seen(self, shown: ShownConcern) -> str | None:
        """Tell the cause that the member gave, once its answer may be read."""
        return shown.concern.cause_seen if shown.shows_answer else None

    def get_own_reference(self, shown: ShownConcern) -> str | None:
        """Tell the kansli the member's own number."""
        return shown.concern.own_reference if shown.to_kansli else None


class MeasureShape(Shape):
    """What a member or the kansli does about the brist."""

    id = serializers.IntegerField(help_text="Names the measure in steps that end it.")
    concern = serializers.IntegerField(source="concern_id", allow_null=True, help_text="The concern it belongs to.")
    what = serializers.CharField(source="what.body")
    cause = code(Cause)
    owner = serializers.CharField(help_text="The function that is responsible; never a name.")
    due_on = serializers.DateField()
    state = code(MeasureState)
    ended_on = serializers.DateField(allow_null=True)


class QuestionShape(Shape):
    """A question to the reporter; while it is open its clock stands still."""

    id = serializers.IntegerField(help_text="Names the question in a reply.")
    concern = serializers.IntegerField(
        source="concern_id", allow_null=True, help_text="The function's concern; null: the kansli asks."
    )
    text = serializers.CharField(source="text.body")
    asked_at = serializers.DateTimeField()
    is_open = serializers.BooleanField()
    pauses_until = serializers.DateField(help_text="The clock runs again from this day at the latest.")


class AgendaItemShape(Shape):
    """An item on a meeting's agenda."""

    id = serializers.IntegerField(help_text="Names the item in a recommendation.")
    meeting = serializers.IntegerField(source="meeting_id", allow_null=True, help_text="Null: the next one planned.")
    held_on = serializers.DateField(source="meeting.held_on", default=None, allow_null=True)
    body = serializers.ChoiceField(Lifted.choices, source="meeting.body", default=None, allow_null=True)
    why = code(Why, help_text="How it came onto the agenda.")
    recommended_at = serializers.DateTimeField(allow_null=True)


class StepShape(Shape):
    """A step that the reader may take now."""

    verb = serializers.CharField()
    label = serializers.CharField(help_text="As the button says it, in Swedish.")  # type: ignore[assignment]
    role = code(Role, help_text="The role in which the reader would take it.")
    concern = serializers.IntegerField(source="concern.pk", default=None, allow_null=True)
    on_behalf = serializers.BooleanField(
        help_text="Whether the kansli would record word from somebody else; `source` and `received_on` are then needed."
    )
    url = serializers.SerializerMethodField(help_text="Where to POST it.")

    def get_url(self, step: Step) -> str:
        """Name where to post the step."""
        return reverse(f"api:move_{step.verb}", args=[self.context["number"]], request=self.context["request"])


class CaseShape(CaseRow):
    """One case, whole: what was reported, where it stands, and what the reader may do."""

    happened = serializers.CharField(source="case.happened")
    consequence = serializers.CharField(source="case.consequence")
    occurred = serializers.CharField(source="case.occurred")
    tried = serializers.CharField(source="case.tried")
    suggestion = serializers.CharField(source="case.suggestion")
    agreement = serializers.CharField(source="case.agreement")
    agreement_missing = serializers.BooleanField(source="case.agreement_missing")
    frequency = code(Frequency, source="case.frequency")
    reporter = serializers.SerializerMethodField(help_text="For the kansli and the reporter; else null.")
    reporter_email = serializers.CharField(
        allow_null=True,
        help_text="The address that a reporter without account left, or empty; for the kansli. Null: has an account.",
    )
    own_party = serializers.SerializerMethodField(
        help_text="The reporter's organisation; for the kansli and the reporter."
    )
    own_member = serializers.CharField(
        source="own_member.name",
        default=None,
        allow_null=True,
        help_text="The member that the reporter works for, by name; for the same two.",
    )
    reporter_reference = serializers.SerializerMethodField(help_text="The reporter's own id; for the same two.")
    channel = serializers.ChoiceField(
        Channel.choices, allow_null=True, help_text="How the report came in; for the kansli; else null."
    )
    filed_by = serializers.CharField(
        source="filed_by.name",
        default=None,
        allow_null=True,
        help_text="Who took the report down for somebody else; for the kansli; else null.",
    )
    track = serializers.SerializerMethodField(help_text="For the kansli; else null.")
    responsible = serializers.SerializerMethodField(help_text="The coordinator; for the kansli; else null.")
    pattern = serializers.SerializerMethodField(help_text="The systemfel's id; for the kansli; else null.")
    outcome = code(Outcome, source="case.outcome")
    cause = code(Cause, source="case.cause")
    dismiss_reason = code(DismissReason, source="case.dismiss_reason")
    duplicate_of = serializers.CharField(
        source="duplicate_of.number",
        default=None,
        allow_null=True,
        help_text="The number of the case that it is a duplicate of; for the kansli; else null.",
    )
    referred_to = serializers.CharField(source="case.referred_to")
    helped = code(Helped, source="case.helped")
    holder = serializers.CharField(help_text="Who has the case now and by when, in a Swedish sentence.")
    concerns = ConcernShape(many=True)  # type: ignore[assignment]  # more of each than in a list
    measures = MeasureShape(many=True)
    questions = serializers.SerializerMethodField(help_text="The questions to the reporter that the reader may know.")
    agenda_items = serializers.SerializerMethodField(help_text="For kansli and beredningsgrupp; else empty.")
    steps = serializers.SerializerMethodField(help_text="The steps that the reader may take now.")

    def get_reporter(self, whole: ShownCase) -> str | None:
        """Name the reporter to the kansli and to themselves."""
        case = whole.case
        return case.reporter.name if case.reporter and whole.knows_reporter else None

    @extend_schema_field(code(Party, allow_null=True))
    def get_own_party(self, whole: ShownCase) -> str | None:
        """Tell the reporter's own organisation to the same."""
        return whole.case.own_party if whole.knows_reporter else None

    def get_reporter_reference(self, whole: ShownCase) -> str | None:
        """Tell the reporter's own avvikelse-id to the same."""
        return whole.case.reporter_reference if whole.knows_reporter else None

    @extend_schema_field(code(Track, allow_null=True))
    def get_track(self, whole: ShownCase) -> str | None:
        """Tell the kansli its track."""
        return whole.case.track if whole.kansli else None

    def get_responsible(self, whole: ShownCase) -> str | None:
        """Name the responsible coordinator to the kansli."""
        return whole.case.responsible.name if whole.kansli and whole.case.responsible else None

    def get_pattern(self, whole: ShownCase) -> int | None:
        """Name the systemfel to the kansli."""
        return whole.case.pattern_id if whole.kansli else None

    @extend_schema_field(QuestionShape(many=True))
    def get_questions(self, whole: ShownCase) -> Any:
        """List the questions whose words the reader may read."""
        readable = {text.pk for entry in self.context["story"] for text in entry.texts}
        return QuestionShape([q for q in whole.case.questions.all() if q.text_id in readable], many=True).data

    @extend_schema_field(AgendaItemShape(many=True))
    def get_agenda_items(self, whole: ShownCase) -> Any:
        """List the meetings that it stands on."""
        may = whole.kansli or Role.PREPARATORY in whole.roles
        return AgendaItemShape(whole.case.agenda_items.all() if may else [], many=True).data

    @extend_schema_field(StepShape(many=True))
    def get_steps(self, whole: ShownCase) -> Any:
        """List the steps, each with where to post it."""
        steps = next_steps(whole.case, self.context["actor"])
        return StepShape(steps, many=True, context={**self.inner, "number": whole.case.number}).data


class EventText(Shape):
    """Something that was written with an event; a mask reaches it."""

    id = serializers.IntegerField(help_text="Names the text in a mask.")
    kind = code(TextKind)
    text = serializers.CharField(source="body")


class EventShape(Shape):
    """One line of a case's story, as the reader may know it."""

    seq = serializers.IntegerField(
        source="event.seq", help_text="Its place in the whole story; what the reader may not know is left out."
    )
    at = serializers.DateTimeField()
    verb = serializers.CharField()
    what = serializers.CharField(help_text="What happened, in a Swedish sentence.")
    who = serializers.CharField(help_text="Who did it: people by name for the kansli alone, else by what they are.")
    role = code(Role, source="event.actor_role")
    audience = code(Audience, source="event.audience", help_text="Who may know of it.")
    concern = serializers.IntegerField(source="event.concern_id", allow_null=True)
    texts = EventText(many=True)


class StoryShape(Shape):
    """A case's story, oldest first, all of it."""

    results = EventShape(many=True)


def address_of(case: Case, context: Mapping[str, Any]) -> str:
    """Return where the case is in the API."""
    return reverse("api:case", args=[case.number], request=context["request"])
