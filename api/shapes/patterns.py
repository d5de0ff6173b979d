"""A systemfel as it goes out, and what the acts on one take."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from api.shapes.acts import ActShape
from api.shapes.base import Address, AssociationCode, Shape, code, code_of, day, key, text, wrong
from api.shapes.meetings import AssignmentShape
from api.shapes.moves import maybe_long, plans_of
from cases import services
from cases.codes import Cause, Lifted, MeasureState, PatternStatus
from cases.models import Association, Pattern, PatternMeasure, User
from cases.models.meeting import WHO_LENGTH
from cases.models.pattern import DESCRIPTION_LENGTH, TITLE_LENGTH
from cases.services.pattern_log import hold_pattern


class CountsShape(Shape):
    """How often a systemfel was met, as the reader's figures count it."""

    cases = serializers.IntegerField()
    open_cases = serializers.IntegerField()
    tallies = serializers.IntegerField(help_text="How many have said that they met it too, without a case.")
    first = serializers.DateField(allow_null=True, help_text="The first day that it was met.")
    last = serializers.DateField(allow_null=True, help_text="The last day that it was met.")


class AroundShape(Shape):
    """New cases in the months before and after the first measure was done; it says nothing of what caused what."""

    done_on = serializers.DateField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    until = serializers.DateField(help_text="When the time after is over.")
    is_over = serializers.BooleanField()


class FiguresShape(CountsShape):
    """What is known of one systemfel."""

    members = serializers.ListField(child=serializers.CharField(), help_text="The members that it touches, by name.")
    initiatives = serializers.ListField(child=serializers.CharField(), help_text="The insatser, by name.")
    around = AroundShape(allow_null=True, help_text="Null until a measure is done.")


class PatternRow(Shape):
    """A systemfel in a list. Figures, owner and day are for kansli and beredningsgrupp; null for others."""

    id = serializers.IntegerField(source="pattern.pk", help_text="Names the systemfel in steps and acts.")
    url = serializers.SerializerMethodField(help_text="Where the systemfel is, whole.")
    association = serializers.CharField(source="pattern.association.code", help_text="The förbund's code.")
    title = serializers.CharField(source="pattern.title")
    description = serializers.CharField(source="pattern.description")
    status = code(PatternStatus, source="pattern.status")
    followed = serializers.BooleanField(source="pattern.followed", help_text="Whether the reader follows it.")
    has_news = serializers.BooleanField(
        source="pattern.news", help_text="Whether something came since the follower marked it as seen."
    )
    tallied_today = serializers.BooleanField(
        source="pattern.tallied", help_text="Whether the reader has said today that they met it."
    )
    owner = serializers.CharField(source="owner.name", default=None, allow_null=True, help_text="The coordinator.")
    review_on = serializers.DateField(allow_null=True, help_text="The day to look at it again.")
    counts = CountsShape(allow_null=True)

    @extend_schema_field({"type": "string", "format": "uri"})
    def get_url(self, row: Any) -> str:
        """Name where the systemfel is, whole."""
        return reverse("api:pattern", args=[row.pattern.pk], request=self.context["request"])


class PatternMeasureShape(Shape):
    """A measure against the whole systemfel."""

    id = serializers.IntegerField(help_text="Names the measure in acts that end it.")
    what = serializers.CharField(source="words")
    cause = code(Cause)
    owner = serializers.CharField(source="who", help_text="The function that is responsible; never a name.")
    due_on = serializers.DateField()
    state = code(MeasureState)
    ended_on = serializers.DateField(allow_null=True)
    how = serializers.CharField(help_text="How it went, or why it was dropped.")
    is_late = serializers.BooleanField()
    from_case = serializers.SerializerMethodField(help_text="Whether a case handed it over.")

    def get_from_case(self, measure: PatternMeasure) -> bool:
        """Tell whether a case handed it over."""
        return measure.moved_from_id is not None


class PatternItemShape(Shape):
    """A systemfel on a meeting's agenda, and what the meeting recommended."""

    id = serializers.IntegerField()
    meeting = serializers.IntegerField(source="meeting_id", allow_null=True, help_text="Null: the next one planned.")
    held_on = serializers.DateField(source="meeting.held_on", default=None, allow_null=True)
    body = code(Lifted, source="meeting.body", default=None, allow_null=True)
    recommended_at = serializers.DateTimeField(allow_null=True)
    recommendation = serializers.CharField(source="said", help_text="Empty while nothing is recommended.")


class PatternEventShape(Shape):
    """One line of what has happened to a systemfel."""

    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    verb = serializers.CharField()
    what = serializers.CharField(help_text="What happened, in a Swedish sentence.")
    who = serializers.CharField()


class PatternShape(PatternRow):
    """One systemfel: the whole of it for kansli and beredningsgrupp; for others what it is called and its status."""

    counts = None  # type: ignore[assignment]  # figures hold them
    merged_into = serializers.IntegerField(
        source="pattern.merged_into_id", allow_null=True, help_text="The systemfel that it has become a part of."
    )
    figures = FiguresShape(source="whole.figures", allow_null=True)
    cases_url = serializers.SerializerMethodField(help_text="The list of its cases that the reader may open.")
    measures = PatternMeasureShape(source="whole.measures", many=True, allow_null=True)
    agenda_items = PatternItemShape(source="whole.items", many=True, allow_null=True)
    assignments = AssignmentShape(source="whole.assignments", many=True, allow_null=True)
    events = PatternEventShape(source="whole.story", many=True, allow_null=True, help_text="The newest first.")

    @extend_schema_field({"type": "string", "format": "uri", "nullable": True})
    def get_cases_url(self, row: Any) -> str | None:
        """Name the list of its cases, for who may know which they are."""
        if not row.known:
            return None
        cases: str = reverse("api:cases", request=self.context["request"])
        return f"{cases}?systemfel={row.pattern.pk}"


# ---- acts ----


class MakePatternShape(ActShape):
    """Enter a systemfel that has no case yet; whoever does so owns and follows it."""

    example: ClassVar = {
        "association": "SVB",
        "title": "Brevlådor utan bemanning",
        "description": "Funktionsbrevlådor som ingen läser.",
        "review_on": "2027-03-01",
    }

    association = AssociationCode(Association.objects.all(), help_text="The förbund's code, such as SVB.")
    title = text(TITLE_LENGTH, help_text="Short, so that it is known again.")
    description = text(DESCRIPTION_LENGTH, required=False, allow_blank=True, help_text="Read by all who take part.")
    review_on = day(required=False, allow_null=True, help_text="The day to look at it again.")

    def act(self, subject: None, actor: User) -> Pattern:
        return services.make_pattern(actor=actor, **self.got)


class ChangePatternShape(ActShape):
    """Rename or describe a systemfel, give it to another coordinator, or set the day to look at it again.

    What is left out stays.
    """

    example: ClassVar = {"owner": "samordnare@example.org", "review_on": "2027-03-01"}

    title = text(TITLE_LENGTH, required=False)
    description = text(DESCRIPTION_LENGTH, required=False, allow_blank=True)
    owner = Address(
        max_length=254,
        required=False,
        allow_null=True,
        help_text="A coordinator of the förbund, by the address they log in with; null: nobody.",
    )
    review_on = day(required=False, allow_null=True)

    def act(self, subject: Pattern, actor: User) -> None:
        got = self.got
        if got.get("owner"):
            got["owner"] = services.coordinators_of(subject.association).filter(email=got["owner"].lower()).first()
            if got["owner"] is None:
                raise wrong("Välj en samordnare i förbundet.", "owner")
        with transaction.atomic():
            held = hold_pattern(subject)
            kept = {name: getattr(held, name) for name in ("title", "description", "owner", "review_on")}
            services.change_pattern(held, actor=actor, **kept | got)


class SetPatternStatusShape(ActShape):
    """Say where work on a systemfel stands; solved or remaining ends it, and its cases go on as they are."""

    example: ClassVar = {"status": "ANALYSIS"}

    status = code_of(PatternStatus)

    def act(self, subject: Pattern, actor: User) -> None:
        services.set_pattern_status(subject, actor=actor, status=PatternStatus(self.got["status"]))


class PlanPatternMeasureShape(ActShape):
    """Plan a measure against the whole systemfel."""

    example: ClassVar = {
        "what": "Bemanna brevlådorna även i juli.",
        "cause": "RESOURCES",
        "owner": "Enhetschefens funktion",
        "due_on": "2027-06-15",
    }
    makes = "measure"

    what = text(10_000)
    cause = code_of(Cause, help_text="The cause that it is to take away.")
    owner = text(WHO_LENGTH, help_text="The function that is responsible; not a name.")
    due_on = day()

    def act(self, subject: Pattern, actor: User) -> PatternMeasure:
        [plan] = plans_of([self.got])
        return services.plan_pattern_measure(subject, actor=actor, plan=plan)


class MergePatternsShape(ActShape):
    """Make a systemfel a part of another: cases, measures and tallies move there. It cannot be taken back."""

    example: ClassVar = {"into": 7}

    into = key(help_text="The other systemfel, by its id.")

    def act(self, subject: Pattern, actor: User) -> None:
        into = subject.association.patterns.filter(pk=self.got["into"]).first()
        if into is None:
            raise wrong("Välj ett annat systemfel i samma förbund.", "into")
        services.merge_patterns(subject, actor=actor, into=into)


class TallyShape(ActShape):
    """Say that one has met it too, without a case: counted once for a person and day."""

    example: ClassVar = {}

    def act(self, subject: Pattern, actor: User) -> None:
        services.tally(subject, actor=actor)


class FollowShape(ActShape):
    """Follow a systemfel: what is new is marked in the list."""

    example: ClassVar = {}

    def act(self, subject: Pattern, actor: User) -> None:
        services.follow(subject, actor=actor)


class UnfollowShape(ActShape):
    """Cease to follow a systemfel."""

    example: ClassVar = {}

    def act(self, subject: Pattern, actor: User) -> None:
        services.follow(subject, actor=actor, on=False)


class SeenShape(ActShape):
    """Mark a systemfel as seen as it stands, for who follows it. Reading it does not."""

    example: ClassVar = {}

    def act(self, subject: Pattern, actor: User) -> None:
        services.note_seen(subject, actor=actor)


class FinishPatternMeasureShape(ActShape):
    """Note that a measure against a systemfel is done."""

    example: ClassVar = {"how": "Alla brevlådor har nu två läsare."}

    how = maybe_long(help_text="How it went.")

    def act(self, subject: PatternMeasure, actor: User) -> None:
        services.end_pattern_measure(subject, actor=actor, state=MeasureState.DONE, how=self.got["how"])


class DropPatternMeasureShape(ActShape):
    """Give a measure against a systemfel up, and say why."""

    example: ClassVar = {"how": "En annan åtgärd gjorde den onödig."}

    how = text(10_000, help_text="Why it is given up.")

    def act(self, subject: PatternMeasure, actor: User) -> None:
        services.end_pattern_measure(subject, actor=actor, state=MeasureState.DROPPED, how=self.got["how"])
