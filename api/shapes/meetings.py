"""A meeting as it goes out, with its agenda, pack and minutes; and what the acts on one take."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from api.shapes.acts import ActShape
from api.shapes.base import AssociationCode, Shape, YesOrNo, code, code_of, day, key, text, wrong
from api.shapes.moves import DutyShape, long, maybe_long
from api.shapes.reports import DocumentShape
from cases import clocks, services
from cases.agendas import AgendaRow, MinuteRow
from cases.codes import Lifted, Why
from cases.models import AgendaItem, Assignment, Association, Meeting
from cases.models.meeting import HEADING_LENGTH
from cases.services import Duty

KINDS = (("case", "Ärende"), ("late", "Svar som dröjer"), ("pattern", "Systemfel"), ("free", "Egen punkt"))
URI = {"type": "string", "format": "uri"}
MAYBE_URI = {**URI, "nullable": True}


class AssignmentShape(Shape):
    """Who does what until when, as a meeting said."""

    id = serializers.IntegerField(help_text="Names the assignment in the act that finishes it.")
    meeting = serializers.IntegerField(source="meeting_id", allow_null=True)
    who = serializers.CharField(help_text="By function or role; never a name.")
    what = serializers.CharField()
    due_on = serializers.DateField()
    done_on = serializers.DateField(allow_null=True)
    is_late = serializers.BooleanField()


class AgendaShape(Shape):
    """An item of an agenda. Of a case that the reader may not open only the number is there."""

    id = serializers.IntegerField(source="item.pk", help_text="Names the item in acts on it.")
    number = serializers.IntegerField(help_text="Its place on the agenda, from 1.")
    kind = serializers.ChoiceField(KINDS, help_text="What it is about.")
    title = serializers.CharField()
    why = code(Why, source="item.why", help_text="How it came onto the agenda.")
    why_text = serializers.CharField(source="why", help_text="The same, in Swedish.")
    text = serializers.CharField(help_text="What the kansli proposes, or the words of an item of its own.")
    case = serializers.CharField(source="case_number", help_text="The case's number; empty where it is about none.")
    case_url = serializers.SerializerMethodField(help_text="Where the case is, if the reader may open it.")
    pattern = serializers.IntegerField(source="item.pattern_id", allow_null=True, help_text="The systemfel, by its id.")
    function = serializers.CharField(help_text="Whose answer is late; empty else.")
    days_late = serializers.IntegerField()
    waited = serializers.IntegerField(help_text="How many meetings have let it wait.")
    recommended_at = serializers.DateTimeField(source="item.recommended_at", allow_null=True)
    recommendation = serializers.CharField(source="said", help_text="Empty while nothing is recommended.")
    assignments = AssignmentShape(many=True)

    @extend_schema_field(MAYBE_URI)
    def get_case_url(self, row: AgendaRow) -> str | None:
        """Name where the case is, for who may open it."""
        if not (row.case_number and row.opens):
            return None
        return reverse("api:case", args=[row.case_number], request=self.context["request"])


class MeetingRow(Shape):
    """A meeting in a list."""

    id = serializers.IntegerField(help_text="Names the meeting in acts.")
    url = serializers.SerializerMethodField(help_text="Where the meeting is, whole.")
    association = serializers.CharField(source="association.code", help_text="The förbund's code.")
    body = code(Lifted, help_text="Who meets.")
    held_on = serializers.DateField()
    cut_off = serializers.DateField(help_text="The last day for what goes into its pack.")
    cancelled_at = serializers.DateTimeField(allow_null=True)
    approved_at = serializers.DateTimeField(allow_null=True, help_text="When its minutes were approved.")
    approved_by = serializers.CharField(source="approved_by.name", default=None, allow_null=True)
    items = serializers.IntegerField(source="points", help_text="How many items its agenda has.")
    pack_locked_at = serializers.DateTimeField(source="locked_at", allow_null=True)

    @extend_schema_field(URI)
    def get_url(self, meeting: Meeting) -> str:
        """Name where the meeting is, whole."""
        return reverse("api:meeting", args=[meeting.pk], request=self.context["request"])


class MeetingShape(MeetingRow):
    """One meeting with its agenda, and what this and the meeting before asked somebody to do."""

    takes_items = serializers.SerializerMethodField(help_text="Whether its pack still takes in what comes.")
    pack_url = serializers.SerializerMethodField(help_text="Where its pack is; null until it is locked.")
    minutes_url = serializers.SerializerMethodField(help_text="Where its minutes are.")
    agenda = serializers.SerializerMethodField()
    assignments = serializers.SerializerMethodField()

    def get_takes_items(self, meeting: Meeting) -> bool:
        """Tell whether its pack takes in more."""
        return meeting.is_live and meeting.cut_off >= clocks.today()

    @extend_schema_field(MAYBE_URI)
    def get_pack_url(self, meeting: Any) -> str | None:
        """Name where its pack is."""
        if meeting.locked_at is None:
            return None
        return reverse("api:pack", args=[meeting.pk], request=self.context["request"])

    @extend_schema_field(URI)
    def get_minutes_url(self, meeting: Meeting) -> str:
        """Name where its minutes are."""
        return reverse("api:minutes", args=[meeting.pk], request=self.context["request"])

    @extend_schema_field(AgendaShape(many=True))
    def get_agenda(self, meeting: Meeting) -> Any:
        """List the items in their order."""
        return AgendaShape(self.context["agenda"], many=True, context=self.inner).data

    @extend_schema_field(AssignmentShape(many=True))
    def get_assignments(self, meeting: Meeting) -> Any:
        """List what the meeting goes through of what was asked for."""
        return AssignmentShape(self.context["assignments"], many=True).data


class WaitingShape(Shape):
    """What waits for a meeting to be planned."""

    results = AgendaShape(many=True)


class PackShape(Shape):
    """A meeting's pack, as it was locked. Of a case that the group may not open only the number is there."""

    meeting = serializers.IntegerField(source="pack.meeting_id")
    first = serializers.DateField(source="pack.first", help_text="The first day that the figures are of.")
    last = serializers.DateField(source="pack.last", help_text="The last day that the figures are of.")
    locked_at = serializers.DateTimeField(source="pack.frozen_at")
    by_hand = serializers.SerializerMethodField(help_text="Whether the kansli locked it before its last day.")
    document = DocumentShape()
    later = AgendaShape(many=True, help_text="What has come to the agenda since.")

    def get_by_hand(self, told: dict[str, Any]) -> bool:
        """Tell whether somebody locked it."""
        return told["pack"].frozen_by_id is not None


class MinuteShape(Shape):
    """An item as the minutes have it: recommended on, or deferred."""

    number = serializers.IntegerField()
    title = serializers.CharField()
    case = serializers.CharField(source="case_number", help_text="The case's number; empty where it is about none.")
    case_url = serializers.SerializerMethodField(help_text="Where the case is, if the group may open it.")
    deferred = serializers.BooleanField(help_text="Whether the meeting let it wait (*bordlades*).")
    recommendation = serializers.CharField(source="said")
    assignments = AssignmentShape(many=True)

    @extend_schema_field(MAYBE_URI)
    def get_case_url(self, row: MinuteRow) -> str | None:
        """Name where the case is."""
        if not (row.case_number and row.opens):
            return None
        return reverse("api:case", args=[row.case_number], request=self.context["request"])


class MinutesShape(Shape):
    """A meeting's minutes; they may still change until they are approved."""

    meeting = serializers.IntegerField(source="meeting.pk")
    held_on = serializers.DateField(source="meeting.held_on")
    approved_at = serializers.DateTimeField(source="meeting.approved_at", allow_null=True)
    approved_by = serializers.CharField(source="meeting.approved_by.name", default=None, allow_null=True)
    waiting = serializers.IntegerField(help_text="How many items must be settled, deferred or removed before approval.")
    items = MinuteShape(many=True)


# ---- acts on a meeting ----


class PlanMeetingShape(ActShape):
    """Plan a meeting, or again one that was cancelled; the rules fill its agenda if it is the next."""

    example: ClassVar = {"association": "SVB", "held_on": "2027-02-10", "body": "PREPARATORY"}

    association = AssociationCode(Association.objects.all(), help_text="The förbund's code, such as SVB.")
    held_on = day()
    body = code_of(Lifted, default=Lifted.PREPARATORY, help_text="Who meets.")

    def act(self, subject: None, actor: Any) -> Meeting:
        return services.plan_meeting(actor=actor, **{**self.got, "body": Lifted(self.got["body"])})


class MoveMeetingShape(ActShape):
    """Give a meeting another day; its agenda goes with it."""

    example: ClassVar = {"held_on": "2027-02-17"}

    held_on = day()

    def act(self, subject: Meeting, actor: Any) -> None:
        services.move_meeting(subject, actor=actor, **self.got)


class CancelMeetingShape(ActShape):
    """Call a meeting off. What stood on its agenda waits for the next."""

    example: ClassVar = {}

    def act(self, subject: Meeting, actor: Any) -> None:
        services.cancel_meeting(subject, actor=actor)


class FillMeetingShape(ActShape):
    """Let the rules fill an agenda: what was deferred, late answers, and systemfel to look at again."""

    example: ClassVar = {}

    def act(self, subject: Meeting, actor: Any) -> None:
        services.fill_by_hand(subject, actor=actor)


class FreezePackShape(ActShape):
    """Lock a meeting's pack before its last day has passed, or lock it anew."""

    example: ClassVar = {}

    def act(self, subject: Meeting, actor: Any) -> None:
        services.freeze_pack(subject, actor=actor)


class AddItemShape(ActShape):
    """Put words of the kansli's own on an agenda. A case is lifted to it by a step on the case."""

    example: ClassVar = {"heading": "Genomgång av höstens rapporter", "body": "Kansliet berättar."}
    makes = "agenda_item"
    places = {"item_heading": "heading"}

    heading = text(HEADING_LENGTH)
    body = maybe_long()

    def act(self, subject: Meeting, actor: Any) -> AgendaItem:
        return services.add_item(subject, actor=actor, item_heading=self.got["heading"], body=self.got["body"])


class AddPatternItemShape(ActShape):
    """Put a systemfel on an agenda, with what the kansli proposes if it does."""

    example: ClassVar = {"pattern": 4, "body": "Ta fram en gemensam rutin."}
    makes = "agenda_item"

    pattern = key(help_text="The systemfel, by its id.")
    body = maybe_long(help_text="What the kansli proposes.")

    def act(self, subject: Meeting, actor: Any) -> AgendaItem:
        pattern = subject.association.patterns.filter(pk=self.got["pattern"]).first()
        if pattern is None:
            raise wrong("Välj ett av förbundets systemfel.", "pattern")
        return services.add_pattern_item(subject, actor=actor, pattern=pattern, body=self.got["body"])


class ApproveMinutesShape(ActShape):
    """Approve a meeting's minutes (*justera*): nothing on it changes after that."""

    example: ClassVar = {}

    def act(self, subject: Meeting, actor: Any) -> None:
        services.approve_minutes(subject, actor=actor)


# ---- acts on an item, and on what was asked for ----


class PlaceItemShape(ActShape):
    """Move an item one step up or down on its agenda."""

    example: ClassVar = {"up": True}

    up = YesOrNo(help_text="Up, or else down.")

    def act(self, subject: AgendaItem, actor: Any) -> None:
        services.place_item(subject, actor=actor, up=self.got["up"])


class RemoveItemShape(ActShape):
    """Take an item off an agenda; no rule puts it on the same one again."""

    example: ClassVar = {}

    def act(self, subject: AgendaItem, actor: Any) -> None:
        services.remove_item(subject, actor=actor)


class DeferItemShape(ActShape):
    """Let an item wait (*bordlägga*) for the same body's next meeting, or for one to be planned."""

    example: ClassVar = {}

    def act(self, subject: AgendaItem, actor: Any) -> None:
        services.defer_item(subject, actor=actor)


class SettleItemShape(ActShape):
    """Write what the meeting recommends on an item, and who does what until when; it is no decision."""

    example: ClassVar = {
        "body": "Bemanna brevlådorna tillsammans.",
        "duties": [{"who": "Enhetschefens funktion", "what": "Ta fram ett schema.", "due_on": "2027-03-31"}],
    }

    body = long(help_text="What the group recommends. On a case or systemfel it is written there too.")
    duties = serializers.ListField(child=DutyShape(), required=False, max_length=20)
    review_on = day(required=False, allow_null=True, help_text="When to look at the systemfel again.")

    def act(self, subject: AgendaItem, actor: Any) -> None:
        got = self.got
        duties = [Duty(one["who"], one["what"], one["due_on"]) for one in got.get("duties", [])]
        if got.get("review_on") and subject.pattern_id is None:
            raise wrong("Bara ett systemfel följs upp igen.", "review_on")
        services.settle_item(subject, actor=actor, body=got["body"], duties=duties, review_on=got.get("review_on"))


class FinishAssignmentShape(ActShape):
    """Note that what a meeting asked for is done."""

    example: ClassVar = {}

    def act(self, subject: Assignment, actor: Any) -> None:
        services.finish_assignment(subject, actor=actor)
