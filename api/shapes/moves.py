"""One shape for each step of the table of moves: what it needs, and the service that it is handed to.

The names are those of the services, so that a refusal points at the field that it is about.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from rest_framework import serializers

from api.shapes.base import (
    Address,
    AssociationCode,
    Shape,
    StrictShape,
    Text,
    YesOrNo,
    code,
    code_of,
    day,
    key,
    text,
    wrong,
)
from api.shapes.filing import concerned_of, members_by_name, named
from cases import models, services
from cases.codes import (
    MEMBER_PARTIES,
    Cause,
    DismissReason,
    GapType,
    Helped,
    Lifted,
    Outcome,
    Party,
    Role,
    Source,
    Status,
    Track,
)
from cases.models import AgendaItem, Association, Case, Concern, ContactFunction, Measure, Pattern, Question, User
from cases.models.case import LINE_LENGTH, TEXT_LENGTH
from cases.models.meeting import WHO_LENGTH
from cases.models.pattern import TITLE_LENGTH
from cases.querysets import concerns_shown
from cases.services import Basis, Duty, OnBehalf, Plan
from cases.workflow import MOVES

CHOOSE_CONCERN = "Välj en berörd part i ärendet."


@dataclass(frozen=True)
class Taking:
    """Who takes a step, on what, in which role, and on what they knew."""

    case: Case
    actor: User
    role: Role
    concern: Concern | None
    basis: Basis

    @property
    def mine(self) -> dict[str, Any]:
        """Return what every service takes by keyword."""
        return {"actor": self.actor, "basis": self.basis}

    @property
    def on_it(self) -> dict[str, Any]:
        """Return the same, and the concern, for a step on one."""
        return {**self.mine, "concern": self.concern}


class MoveShape(StrictShape):
    """What a step needs. `concern` names the berörd part of a step on one."""

    verb: ClassVar[str]
    # What the description shows.
    example: ClassVar[dict[str, Any]]

    def take(self, taking: Taking) -> Any:
        """Call the service; return what was made, if it was something new."""
        raise NotImplementedError

    @property
    def got(self) -> dict[str, Any]:
        """Return what came in, checked, without what the frame around every step takes care of."""
        frame = ("concern", "source", "received_on")
        return {name: value for name, value in self.validated_data.items() if name not in frame}

    def on_behalf(self, taking: Taking) -> OnBehalf | None:
        """Return how word reached the kansli. Raises ValidationError when it is not the kansli that says so."""
        source, received_on = (self.validated_data.get(name) for name in ("source", "received_on"))
        if taking.role != Role.COORDINATOR and (source or received_on):
            raise wrong("Bara kansliet skriver hur ett besked kom.", "source")
        if source and not received_on:
            raise wrong("Skriv dagen då beskedet kom.", "received_on")
        return OnBehalf(Source(source), received_on) if source else None


class MadeShape(Shape):
    """Something new that a step made."""

    type = serializers.CharField()
    id = serializers.IntegerField()


class TakenShape(Shape):
    """What came of a step. No free text: the case is at `url`, if whoever took the step may still open it."""

    number = serializers.CharField()
    url = serializers.URLField()
    verb = serializers.CharField()
    status = code(Status, help_text="The case's status now.")
    made = MadeShape(allow_null=True)


SHAPES: dict[str, type[MoveShape]] = {}


def shape_of(verb: str) -> Any:
    """Enter a shape under its verb, with the fields that the table of moves says it needs."""

    def enter(cls: type[MoveShape]) -> type[MoveShape]:
        move = MOVES[verb]
        fields: dict[str, Any] = {}
        if move.states is not None:
            fields["concern"] = key(help_text="The berörd part, by its id.")
        if move.on_behalf:
            fields["source"] = code_of(
                Source, required=False, help_text="How word reached the kansli, when it takes the step for another."
            )
            fields["received_on"] = day(required=False, help_text="The day on which it did.")
        name = "".join(part.title() for part in verb.split("_"))
        made = type(f"{name}Shape", (cls,), {**fields, "verb": verb, "__doc__": cls.__doc__, "__module__": __name__})
        SHAPES[verb] = made
        return made

    return enter


def concern_of(case: Case, actor: User, asked: object) -> Concern | None:
    """Return the concern of this id that the actor may see, if there is one."""
    return next((concern for concern in concerns_shown(case, actor) if concern.pk == asked), None)


def long(**options: Any) -> Text:
    return text(TEXT_LENGTH, **options)


def maybe_long(**options: Any) -> Text:
    return text(TEXT_LENGTH, required=False, allow_blank=True, default="", **options)


class PlanShape(StrictShape):
    """A planned measure."""

    what = long()
    cause = code_of(Cause, help_text="The cause that it is to take away.")
    owner = text(120, help_text="The function that is responsible; not a name.")
    due_on = day(help_text="The last day for it (ISO 8601: `2027-03-01`); today or later.")


def plans_of(data: list[Mapping[str, Any]]) -> list[Plan]:
    """Return measures as the services take them."""
    return [Plan(one["what"], Cause(one["cause"]), one["owner"], one["due_on"]) for one in data]


# ---- the reporter ----


@shape_of("add")
class _Add(MoveShape):
    """Add to the report, for everyone on the case to read."""

    example: ClassVar = {"body": "Det har hänt tre gånger till sedan dess."}

    body = long()

    def take(self, taking: Taking) -> Any:
        services.add(taking.case, **self.got, **taking.mine)


@shape_of("reply")
class _Reply(MoveShape):
    """Reply to an open question; the clock that it stopped runs again.

    Without a reply it runs again after the förbund's `question_days`.
    """

    example: ClassVar = {"question": 17, "body": "Det gäller funktionsbrevlådan på försörjningsenheten."}

    question = key(help_text="The question, by its id.")
    body = long()

    def take(self, taking: Taking) -> Any:
        asked = _on_case(Question.objects.filter(case=taking.case), self.got["question"], "question", "Frågan")
        services.reply(
            taking.case, question=asked, body=self.got["body"], on_behalf=self.on_behalf(taking), **taking.mine
        )


@shape_of("withdraw")
class _Withdraw(MoveShape):
    """Take the report back before it has been sent to anybody."""

    example: ClassVar = {}

    def take(self, taking: Taking) -> Any:
        services.withdraw(taking.case, **taking.mine)


@shape_of("reopen")
class _Reopen(MoveShape):
    """Open an ended case again: the reporter within the förbund's days, the coordinator at any time.

    The days are the förbund's `reopen_days`, from the ending.
    """

    example: ClassVar = {"reason": "Det hände igen i förra veckan."}

    reason = long()

    def take(self, taking: Taking) -> Any:
        services.reopen(taking.case, **self.got, **taking.mine)


@shape_of("feedback")
class _Feedback(MoveShape):
    """Say whether it helped; the last word counts."""

    example: ClassVar = {"helped": "PARTLY", "comment": "Vi får svar nu, men sent."}

    helped = code_of(Helped)
    comment = maybe_long()

    def take(self, taking: Taking) -> Any:
        services.feedback(taking.case, helped=Helped(self.got["helped"]), comment=self.got["comment"], **taking.mine)


@shape_of("effect")
class _Effect(MoveShape):
    """Say, some months after closing, whether the brist came back.

    It is asked when the förbund's `effect_days` from closing have passed.
    """

    example: ClassVar = {"came_back": "NO"}

    came_back = code_of(Helped)
    comment = maybe_long()

    def take(self, taking: Taking) -> Any:
        services.effect(
            taking.case, came_back=Helped(self.got["came_back"]), comment=self.got["comment"], **taking.mine
        )


# ---- the kansli, before and beside sending ----


@shape_of("ask")
class _Ask(MoveShape):
    """Put the kansli's question to the reporter; triage stands still until the reply.

    It does so for the förbund's `question_days` at most.
    """

    example: ClassVar = {"body": "Vilken brevlåda gäller det?", "part_of_report": True}

    body = long()
    part_of_report = YesOrNo(
        default=True, help_text="Whether question and reply join the report, for the member to read too."
    )

    def take(self, taking: Taking) -> Any:
        return services.ask(taking.case, **self.got, **taking.mine)


@shape_of("ask_as_function")
class _AskAsFunction(MoveShape):
    """Put a function's question to the reporter, without names; the clock of its concern stands still.

    It does so for the förbund's `question_days` at most.
    """

    example: ClassVar = {"concern": 31, "body": "Ungefär när skrev ni senast?"}

    body = long()

    def take(self, taking: Taking) -> Any:
        return services.ask(taking.case, body=self.got["body"], **taking.on_it)


@shape_of("mask")
class _Mask(MoveShape):
    """Cover a phrase wherever it stands in a text; the original is kept for a coordinator alone.

    A text that was filed is a public record, which may not simply be erased (arkivlagen).
    """

    example: ClassVar = {"phrase": "Exempel Exempelsson", "reason": "Pekar ut en person.", "field": "happened"}

    phrase = Text(max_length=1000, trim_whitespace=False, help_text="The words just as they stand.")
    reason = text(LINE_LENGTH)
    field = text(60, required=False, help_text="A field of the case, such as `happened`. This or `text`.")
    text = key(required=False, help_text="A text of the case's story, by its id. This or `field`.")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("field" in data) == ("text" in data):
            raise wrong("Skriv antingen field eller text.", "field")
        return data

    def place(self, name: str) -> tuple[str | int, ...]:
        """Return the path of what the service calls by this name; the text that is meant has one of two."""
        if name == "target":
            return ("text",) if "text" in self.validated_data else ("field",)
        return super().place(name)

    def take(self, taking: Taking) -> Any:
        where = self.got.get("text")
        found = _on_case(models.Text.objects.filter(case=taking.case), where, "text", "Texten") if where else None
        services.mask(
            taking.case,
            phrase=self.got["phrase"],
            reason=self.got["reason"],
            field=self.got.get("field", ""),
            text=found,
            **taking.mine,
        )


@shape_of("note")
class _Note(MoveShape):
    """Keep a note that only the kansli sees."""

    example: ClassVar = {"body": "Ring enhetschefens funktion på måndag."}

    body = long()

    def take(self, taking: Taking) -> Any:
        services.note(taking.case, **self.got, **taking.mine)


@shape_of("assign")
class _Assign(MoveShape):
    """Make a coordinator of the förbund responsible for the case."""

    example: ClassVar = {"responsible": "samordnare@example.org"}

    responsible = Address(max_length=254, help_text="The coordinator, by the address they log in with.")

    def take(self, taking: Taking) -> Any:
        wanted = self.got["responsible"].lower()
        grants = taking.case.association.grants.in_force().filter(role=Role.COORDINATOR, user__email=wanted)
        grant = grants.select_related("user").first()
        if grant is None:
            raise wrong("Välj en samordnare i förbundet.", "responsible")
        services.assign(taking.case, responsible=grant.user, **taking.mine)


class TypeShape(StrictShape):
    """The type of one concern."""

    concern = key()
    gap_type = code_of(GapType)


@shape_of("classify")
class _Classify(MoveShape):
    """Set the type of concerns that have not been sent, the track and the insats. What is left out stays."""

    example: ClassVar = {
        "types": [{"concern": 31, "gap_type": "ORGANISATION"}],
        "track": "QUICK",
        "initiative": "Stegen",
    }

    types = serializers.ListField(child=TypeShape(), required=False, max_length=50)
    track = code_of(Track, required=False, allow_null=True)
    initiative = text(120, required=False, allow_null=True, help_text="By name; null: ordinary service.")

    def take(self, taking: Taking) -> Any:
        case, got = taking.case, self.got
        for index, one in enumerate(got.get("types", [])):
            if concern_of(case, taking.actor, one["concern"]) is None:
                raise wrong(CHOOSE_CONCERN, "types", index, "concern")
        track, initiative = case.track, case.initiative
        if "track" in got:
            track = got["track"] or ""
        if "initiative" in got:
            there = {one.name: one for one in case.association.initiatives.in_force()}
            initiative = named(got["initiative"], there, "insats", "initiative")
        services.classify(
            case,
            types={one["concern"]: GapType(one["gap_type"]) for one in got.get("types", [])},
            track=Track(track) if track else None,
            initiative=initiative,
            **taking.mine,
        )


@shape_of("add_concern")
class _AddConcern(MoveShape):
    """Add a berörd part to the case; member and unit by their names in the registers."""

    example: ClassVar = {
        "party": "REGION",
        "member": "Region Exempel",
        "unit": "Vårdcentralen",
        "gap_type": "STRUKTUR",
        "primary": False,
    }

    party = code_of(Party)
    member = text(120, required=False, allow_null=True)
    unit = text(120, required=False, allow_null=True)
    gap_type = code_of(GapType)
    primary = YesOrNo(default=False, help_text="Whether the case is above all about this part.")

    def place(self, name: str) -> tuple[str | int, ...]:
        """Return the path of what the service calls by this name; the form's one choice is party and member here."""
        if name == "concerned":
            return ("member",) if self.validated_data["party"] in MEMBER_PARTIES else ("party",)
        return super().place(name)

    def take(self, taking: Taking) -> Any:
        return services.add_concern(
            taking.case,
            concerned=concerned_of(self.got, taking.case.association, members_by_name(taking.case.association)),
            gap_type=GapType(self.got["gap_type"]),
            primary=self.got["primary"],
            **taking.mine,
        )


@shape_of("withdraw_concern")
class _WithdrawConcern(MoveShape):
    """Strike a berörd part that was wrong. One must remain."""

    example: ClassVar = {"concern": 32, "reason": "Det gällde inte regionen."}

    reason = long()

    def take(self, taking: Taking) -> Any:
        services.withdraw_concern(taking.case, reason=self.got["reason"], **taking.on_it)


class SendingShape(StrictShape):
    """Where one concern goes."""

    concern = key()
    function = key(allow_null=True, help_text="The function, by its id in the registers; null: the kansli keeps it.")


@shape_of("send")
class _Send(MoveShape):
    """Send concerns to the functions that answer for them; their clocks start. Sending anew restarts them.

    The clocks are the förbund's `acknowledge_days` and `answer_days`, in the kind of days that its `day_kind` says.
    """

    example: ClassVar = {"concerns": [{"concern": 31, "function": 8}]}

    concerns = serializers.ListField(
        child=SendingShape(),
        required=False,
        max_length=50,
        help_text="Left out, every concern that has not been sent goes where the routing rules say.",
    )

    def take(self, taking: Taking) -> Any:
        if "concerns" not in self.got:
            services.send(taking.case, **taking.mine)
            return
        asked = self.got["concerns"]
        functions = ContactFunction.objects.filter(member__association=taking.case.association)
        there = functions.in_bulk([one["function"] for one in asked if one["function"]])
        for index, one in enumerate(asked):
            if concern_of(taking.case, taking.actor, one["concern"]) is None:
                raise wrong(CHOOSE_CONCERN, "concerns", index, "concern")
            if one["function"] and one["function"] not in there:
                raise wrong("Välj en av förbundets kontaktfunktioner.", "concerns", index, "function")
        chosen = {one["concern"]: there[one["function"]] if one["function"] else None for one in asked}
        services.send(taking.case, concerns=chosen, **taking.mine)


# ---- the function, or the kansli for it ----


@shape_of("acknowledge")
class _Acknowledge(MoveShape):
    """Confirm that the function has the concern; the clock to the answer goes on.

    To be done within the förbund's `acknowledge_days` from sending.
    """

    example: ClassVar = {"concern": 31}

    def take(self, taking: Taking) -> Any:
        services.acknowledge(taking.case, on_behalf=self.on_behalf(taking), **taking.on_it)


@shape_of("return")
class _Return(MoveShape):
    """Give a concern back to the kansli because it is not this function's."""

    example: ClassVar = {"concern": 31, "reason": "Det hör till arbetsmarknadsenheten."}

    reason = long()

    def take(self, taking: Taking) -> Any:
        services.return_(taking.case, reason=self.got["reason"], on_behalf=self.on_behalf(taking), **taking.on_it)


@shape_of("answer")
class _Answer(MoveShape):
    """Give the member's answer: what it found, how it sees the type, the cause, and measures or why there are none.

    To be done within the förbund's `answer_days` from sending; 60, unless it says otherwise, after the routine between
    Västra Götalandsregionen and the kommuner around Göteborg.
    """

    example: ClassVar = {
        "concern": 31,
        "finding": "Brevlådan saknade bemanning under sommaren.",
        "gap_type": "ORGANISATION",
        "cause": "RESOURCES",
        "plans": [
            {
                "what": "Bemanna brevlådan varje vardag.",
                "cause": "RESOURCES",
                "owner": "Enhetschefens funktion",
                "due_on": "2027-03-01",
            }
        ],
        "own_reference": "AVV-2026-118",
    }

    finding = long()
    gap_type = code_of(GapType, allow_null=True, help_text="As the member sees it; null: does not know.")
    cause = code_of(Cause)
    plans = serializers.ListField(child=PlanShape(), required=False, max_length=20)
    no_measure = maybe_long(help_text="Why there is no measure, when there is none.")
    own_reference = text(
        60, required=False, allow_blank=True, default="", help_text="The member's own number; for the kansli alone."
    )

    def take(self, taking: Taking) -> Any:
        got = self.got
        services.answer(
            taking.case,
            finding=got["finding"],
            gap_type=GapType(got["gap_type"]) if got["gap_type"] else None,
            cause=Cause(got["cause"]),
            plans=plans_of(got.get("plans", [])),
            no_measure=got["no_measure"],
            own_reference=got["own_reference"],
            on_behalf=self.on_behalf(taking),
            **taking.on_it,
        )


@shape_of("share")
class _Share(MoveShape):
    """Let the reporter read a member's answer before the case is closed."""

    example: ClassVar = {"concern": 31}

    def take(self, taking: Taking) -> Any:
        services.share(taking.case, **taking.on_it)


@shape_of("mark_unanswered")
class _MarkUnanswered(MoveShape):
    """Note that the answer never came, after the due day and the reminders. Shown in every summary.

    It takes more than 21 days after the answer's day, when the reminders have reached the next agenda.
    """

    example: ClassVar = {"concern": 31, "reason": "Påmint fyra gånger och ringt två."}

    reason = long(help_text="What was done to get an answer.")

    def take(self, taking: Taking) -> Any:
        services.mark_unanswered(taking.case, reason=self.got["reason"], **taking.on_it)


@shape_of("add_measure")
class _AddMeasure(MoveShape):
    """Plan a measure for a concern."""

    example: ClassVar = {
        "concern": 31,
        "what": "Ta fram en gemensam rutin.",
        "cause": "ROUTINES",
        "owner": "Enhetschefens funktion",
        "due_on": "2027-03-01",
    }

    what = long()
    cause = code_of(Cause, help_text="The cause that it is to take away.")
    owner = text(120, help_text="The function that is responsible; not a name.")
    due_on = day()

    def take(self, taking: Taking) -> Any:
        [plan] = plans_of([self.got])
        return services.add_measure(taking.case, plan=plan, **taking.on_it)


class _MeasureMove(MoveShape):
    """Ends a measure."""

    measure = key(help_text="The measure, by its id.")

    def found(self, taking: Taking) -> Measure:
        """Return the measure. Raises ValidationError when the case has none of this id."""
        measures = Measure.objects.filter(case=taking.case)
        return _on_case(measures, self.got["measure"], "measure", "Åtgärden")


@shape_of("finish_measure")
class _FinishMeasure(_MeasureMove):
    """Note that a measure is done."""

    example: ClassVar = {"measure": 12, "how": "Brevlådan är bemannad sedan i mars."}

    how = maybe_long()

    def take(self, taking: Taking) -> Any:
        services.finish_measure(taking.case, measure=self.found(taking), how=self.got["how"], **taking.mine)


@shape_of("drop_measure")
class _DropMeasure(_MeasureMove):
    """Give a measure up, and say why."""

    example: ClassVar = {"measure": 12, "how": "En ny lokal gjorde den onödig."}

    how = long(help_text="Why it is given up.")

    def take(self, taking: Taking) -> Any:
        services.drop_measure(taking.case, measure=self.found(taking), why=self.got["how"], **taking.mine)


@shape_of("move_measure")
class _MoveMeasure(_MeasureMove):
    """Hand a measure over to the case's systemfel, so that the case can close while it goes on."""

    example: ClassVar = {"measure": 12}

    def take(self, taking: Taking) -> Any:
        services.move_measure(taking.case, measure=self.found(taking), **taking.mine)


# ---- meetings and patterns ----


@shape_of("lift")
class _Lift(MoveShape):
    """Put the case on the agenda of the meeting held that day, with the kansli's proposal."""

    example: ClassVar = {
        "held_on": "2027-02-10",
        "body": "PREPARATORY",
        "proposal": "Ta ställning till en gemensam funktionsbrevlåda.",
    }

    held_on = day()
    body = code_of(Lifted, default=Lifted.PREPARATORY)
    proposal = long()

    def take(self, taking: Taking) -> Any:
        return services.lift(
            taking.case,
            held_on=self.got["held_on"],
            body=Lifted(self.got["body"]),
            proposal=self.got["proposal"],
            **taking.mine,
        )


class DutyShape(StrictShape):
    """Who does what until when."""

    who = text(WHO_LENGTH, help_text="By function or role; never a name.")
    what = long()
    due_on = day()


@shape_of("recommend")
class _Recommend(MoveShape):
    """Write back the group's recommendation, and who does what until when; it is no decision."""

    example: ClassVar = {
        "item": 5,
        "body": "Parterna utser varsin funktion.",
        "duties": [{"who": "Kommunens samverkansfunktion", "what": "Ta fram ett förslag.", "due_on": "2027-04-01"}],
    }

    item = key(help_text="The agenda item, by its id.")
    body = long()
    duties = serializers.ListField(child=DutyShape(), required=False, max_length=20)

    def take(self, taking: Taking) -> Any:
        items = AgendaItem.objects.filter(case=taking.case)
        services.recommend(
            taking.case,
            item=_on_case(items, self.got["item"], "item", "Punkten"),
            body=self.got["body"],
            duties=[Duty(one["who"], one["what"], one["due_on"]) for one in self.got.get("duties", [])],
            **taking.mine,
        )


@shape_of("join")
class _Join(MoveShape):
    """Join the case to a systemfel of the förbund, or to a new one by a name."""

    example: ClassVar = {"new_title": "Brevlådor utan bemanning"}

    pattern = key(required=False, help_text="The systemfel, by its id. This or `new_title`.")
    new_title = text(TITLE_LENGTH, required=False, help_text="The name of a new one. This or `pattern`.")

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if ("pattern" in data) == ("new_title" in data):
            raise wrong("Skriv antingen pattern eller new_title.", "pattern")
        return data

    def take(self, taking: Taking) -> Any:
        patterns, asked = taking.case.association.patterns.all(), self.got.get("pattern")
        found: Pattern | None = _on_case(patterns, asked, "pattern", "Systemfelet") if asked else None
        return services.join(taking.case, pattern=found, new_title=self.got.get("new_title", ""), **taking.mine)


@shape_of("leave")
class _Leave(MoveShape):
    """Take the case out of its systemfel; what it handed over stays there."""

    example: ClassVar = {}

    def take(self, taking: Taking) -> Any:
        services.leave(taking.case, **taking.mine)


# ---- endings ----


@shape_of("close")
class _Close(MoveShape):
    """End an answered case with outcome, cause and a plain reply; the reporter may then read the answers.

    It takes a measure, or why there is none: the National Audit Office found Lex Sarah and Lex Maria cases that were
    closed with measures not done (RiR 2023:4).
    """

    example: ClassVar = {
        "outcome": "RESOLVED",
        "cause": "RESOURCES",
        "reply": "Brevlådan är bemannad igen. Tack för att du berättade.",
    }

    outcome = code_of(Outcome)
    cause = code_of(Cause)
    reply = long(help_text="To the reporter, in plain words.")
    no_measure = maybe_long(help_text="Why there is no measure, when there is none.")

    def take(self, taking: Taking) -> Any:
        services.close(
            taking.case,
            outcome=Outcome(self.got["outcome"]),
            cause=Cause(self.got["cause"]),
            reply=self.got["reply"],
            no_measure=self.got["no_measure"],
            **taking.mine,
        )


REASONS = [reason for reason in DismissReason if reason != DismissReason.WITHDRAWN]


@shape_of("dismiss")
class _Dismiss(MoveShape):
    """End a case that goes no further, with a reason and a reply."""

    example: ClassVar = {"reason": "TOO_LITTLE", "reply": "Vi förstår inte vad som hände. Skriv gärna igen."}

    reason = serializers.ChoiceField(
        [(reason.value, reason.label) for reason in REASONS],
        error_messages={"invalid_choice": f"Välj ett av {', '.join(REASONS)}."},
    )
    duplicate_of = text(
        24, required=False, allow_blank=True, default="", help_text="The original's number, for a duplicate."
    )
    reply = long(help_text="To the reporter, in plain words.")

    def take(self, taking: Taking) -> Any:
        services.dismiss(
            taking.case,
            reason=DismissReason(self.got["reason"]),
            duplicate_of=self.got["duplicate_of"],
            reply=self.got["reply"],
            **taking.mine,
        )


@shape_of("refer")
class _Refer(MoveShape):
    """End the case and hand it over: to another förbund here, where it becomes a case of its own, or elsewhere."""

    example: ClassVar = {
        "elsewhere": "Regionens egen avvikelsehantering",
        "reply": "Det här hör till vården. Vi har skickat det vidare.",
    }

    to = AssociationCode(
        Association.objects.filter(ended_on__isnull=True),
        required=False,
        help_text="Another förbund here, by its code. This or `elsewhere`.",
    )
    elsewhere = text(120, required=False, help_text="In words. This or `to`.")
    reply = long(help_text="To the reporter, in plain words.")

    def take(self, taking: Taking) -> Any:
        services.refer(
            taking.case,
            to=self.got.get("to"),
            elsewhere=self.got.get("elsewhere", ""),
            reply=self.got["reply"],
            **taking.mine,
        )


def _on_case(rows: Any, pk: int, field: str, what: str) -> Any:
    """Return the row of this id. Raises ValidationError when there is none."""
    found = rows.filter(pk=pk).first()
    if found is None:
        raise wrong(f"{what} finns inte.", field)
    return found
