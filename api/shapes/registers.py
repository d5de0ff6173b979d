"""A förbund and its registers as they go out, and what its administrator changes in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar

from django.core.validators import RegexValidator
from django.db import transaction
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.reverse import reverse

from api.shapes.acts import ActShape
from api.shapes.base import Address, Shape, Whole, YesOrNo, code, code_of, day, key, text, wrong
from cases import services
from cases.clocks import DayKind
from cases.codes import MEMBER_PARTIES, GapType, Party, Role
from cases.ladder import AGENDA_DAYS
from cases.models import (
    Association,
    ContactFunction,
    FunctionPerson,
    Initiative,
    Member,
    RoutingRule,
    Unit,
    User,
)
from cases.routing import RoutingWarning

NAME_LENGTH = 120
CODE = RegexValidator(r"^[A-ZÅÄÖ]{2,6}$", "Skriv två till sex stora bokstäver, till exempel SVB.")
URI = {"type": "string", "format": "uri"}
PARTIES = [(party.value, party.label) for party in Party if party in MEMBER_PARTIES]
LAST_DAY = "The last day that it holds; null: until further notice."


# ---- what goes out ----


class ClocksShape(Shape):
    """How many days things may take in a förbund, and which days are counted."""

    day_kind = code(DayKind)
    triage_days = serializers.IntegerField()
    acknowledge_days = serializers.IntegerField()
    answer_days = serializers.IntegerField()
    question_days = serializers.IntegerField(help_text="How long a question stops its clock at most.")
    pack_days = serializers.IntegerField(help_text="How long before a meeting its pack is locked.")
    agenda_overdue_days = serializers.IntegerField(help_text="How late an answer is when the next meeting takes it up.")
    reopen_days = serializers.IntegerField(help_text="How long the reporter may open a closed case again.")
    effect_days = serializers.IntegerField(help_text="When everybody is asked whether it came back.")


class WordsShape(Shape):
    """What a förbund calls things."""

    report = serializers.CharField(source="report_word")
    reporter = serializers.CharField(source="reporter_word")
    group = serializers.CharField(source="group_word")


class AssociationShape(Shape):
    """A förbund. Its clocks are for those who have to do with it; null for others, who may report to it."""

    code = serializers.CharField(help_text="Names the förbund everywhere.")
    url = serializers.SerializerMethodField()
    name = serializers.CharField()
    region = serializers.CharField(help_text="The län.")
    words = WordsShape(source="*")
    form_intro = serializers.CharField(help_text="What stands on top of the form.")
    open_to_all = serializers.BooleanField(help_text="Whether everybody may report.")
    ended_on = serializers.DateField(allow_null=True)
    successor = serializers.CharField(source="successor.code", default=None, allow_null=True)
    is_demo = serializers.BooleanField(help_text="Whether its cases and people are made up.")
    clocks = serializers.SerializerMethodField()

    @extend_schema_field(URI)
    def get_url(self, association: Association) -> str:
        """Name where the förbund is."""
        return reverse("api:association", args=[association.code], request=self.context["request"])

    @extend_schema_field(ClocksShape(allow_null=True))
    def get_clocks(self, association: Association) -> Any:
        """Tell the clocks to those who have to do with it."""
        standing = self.context["actor"].standing()
        mine = association.pk in standing.everywhere | standing.inherited
        return ClocksShape(association).data if mine else None


class Row(Shape):
    """A row of a förbund's registers."""

    id = serializers.IntegerField()
    url = serializers.SerializerMethodField()
    address: ClassVar[str]

    @extend_schema_field(URI)
    def get_url(self, row: Any) -> str:
        """Name where the row is."""
        code = self.context["association"].code
        return reverse(f"api:{self.address}", args=[code, row.pk], request=self.context["request"])


class DatedRow(Row):
    """A row that holds from one day to another, both included."""

    from_on = serializers.DateField()
    to_on = serializers.DateField(allow_null=True, help_text=LAST_DAY)


class MemberShape(DatedRow):
    """An owner of the förbund."""

    address = "member"
    party = code(Party)
    name = serializers.CharField(help_text="Names the member in reports.")


class UnitShape(DatedRow):
    """A part of a member."""

    address = "unit"
    member = serializers.IntegerField(source="member_id", help_text="The member, by its id.")
    member_name = serializers.CharField(source="member.name")
    name = serializers.CharField(help_text="Names the unit in reports, with its member.")


class InitiativeShape(DatedRow):
    """An insats that the förbund finances."""

    address = "initiative"
    name = serializers.CharField(help_text="Names the insats in reports.")


class PlaceShape(Shape):
    """Somebody in a function."""

    id = serializers.IntegerField(help_text="Names the place in acts on it.")
    person = serializers.IntegerField(source="user_id")
    name = serializers.CharField(source="user.name")
    is_deputy = serializers.BooleanField(help_text="Gets what is sent there when the others are away.")
    from_on = serializers.DateField()
    to_on = serializers.DateField(allow_null=True, help_text=LAST_DAY)


class FunctionShape(DatedRow):
    """A contact function: where a member's concerns are sent."""

    address = "function"
    member = serializers.IntegerField(source="member_id", help_text="The member, by its id.")
    member_name = serializers.CharField(source="member.name")
    name = serializers.CharField()
    mailbox = serializers.CharField()
    is_general = serializers.BooleanField(help_text="Gets what no rule points out.")
    confirmed_on = serializers.DateField(allow_null=True, help_text="When its people were last confirmed.")
    confirm_due_on = serializers.DateField(help_text="When they are next to be.")
    bounced_on = serializers.DateField(allow_null=True, help_text="When a letter to its mailbox last came back.")
    people = PlaceShape(many=True)


class RuleShape(Row):
    """A routing rule; what it leaves empty means any."""

    address = "rule"
    member = serializers.IntegerField(source="member_id")
    member_name = serializers.CharField(source="member.name")
    unit = serializers.IntegerField(source="unit_id", allow_null=True)
    gap_type = code(GapType)
    initiative = serializers.IntegerField(source="initiative_id", allow_null=True)
    function = serializers.IntegerField(source="function_id", help_text="Where it goes.")
    function_name = serializers.CharField(source="function.name")
    conditions = serializers.CharField(help_text="When the rule holds, in words.")


class PersonRoleShape(Shape):
    """A role that somebody has, had or will have."""

    id = serializers.IntegerField()
    role = code(Role)
    member = serializers.CharField(source="member.name", default=None, allow_null=True)
    from_on = serializers.DateField()
    to_on = serializers.DateField(allow_null=True, help_text=LAST_DAY)


class PersonRow(Row):
    """Somebody with a role or a place in a function, as far as this förbund goes."""

    address = "person"
    name = serializers.CharField()
    email = serializers.EmailField()
    is_active = serializers.BooleanField()
    bounced_on = serializers.DateField(allow_null=True, help_text="When a letter to the address last came back.")
    roles = PersonRoleShape(source="grants_here", many=True)


class PersonPlaceShape(Shape):
    """A function that somebody is in."""

    function = serializers.IntegerField(source="function_id")
    function_name = serializers.CharField(source="function.name")
    member_name = serializers.CharField(source="function.member.name")
    is_deputy = serializers.BooleanField()
    from_on = serializers.DateField()
    to_on = serializers.DateField(allow_null=True, help_text=LAST_DAY)


class PersonShape(PersonRow):
    """One person: roles, functions, and whether they have logged in since they were invited."""

    places = PersonPlaceShape(source="places_here", many=True)
    waits = serializers.SerializerMethodField(help_text="Whether an invitation waits for their first log-in.")

    def get_waits(self, person: Any) -> bool:
        """Tell whether an invitation waits."""
        return bool(person.waiting_here)


class WarningShape(Shape):
    """A rule or function that does not do what somebody believes it does."""

    subject = serializers.SerializerMethodField(help_text="What it is about: `rule` or `function`.")
    id = serializers.IntegerField(source="subject.pk")
    sentence = serializers.CharField(source="in_full")

    @extend_schema_field({"type": "string", "enum": ["function", "rule"]})
    def get_subject(self, warning: RoutingWarning) -> str:
        """Name what it is about."""
        return "rule" if isinstance(warning.subject, RoutingRule) else "function"


class WarningsShape(Shape):
    """What to look at in rules and functions."""

    results = WarningShape(many=True)


# ---- what comes in ----


@dataclass(frozen=True)
class InRegister:
    """What an address in a förbund's registers names: the förbund, and a row of it unless one is added."""

    association: Association
    row: Any = None

    @property
    def pk(self) -> int:
        return int(self.row.pk if self.row else self.association.pk)


class RegisterAct(ActShape):
    """An act on a register; each service asks for the förbund's administrator."""

    # What the service takes, for an act that changes some of it.
    whole: ClassVar[tuple[str, ...]] = ()

    @contextmanager
    def held(self, subject: InRegister) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Hold the registers; yield the row as it is now, and all its fields with those that came in."""
        with transaction.atomic():
            # As the service holds them: what is left out of a change is as it is when it is stored.
            Association.objects.select_for_update(no_key=True).filter(pk=subject.association.pk).first()
            row = type(subject.row)._default_manager.get(pk=subject.row.pk)
            yield row, {name: getattr(row, name) for name in self.whole} | self.got

    def one_of(self, rows: Any, name: str, sentence: str) -> Any:
        """Return the row that a field names by its id; nothing where it is null. Raises ValidationError."""
        asked = self.got.get(name)
        if asked is None:
            return None
        found = rows.filter(pk=asked).first()
        if found is None:
            raise wrong(sentence, name)
        return found


CHOOSE_MEMBER, CHOOSE_UNIT = "Välj en av förbundets medlemmar.", "Välj en av förbundets enheter."
CHOOSE_INITIATIVE, CHOOSE_FUNCTION = "Välj en av förbundets insatser.", "Välj en av förbundets kontaktfunktioner."


def days(most: int = 365) -> Whole:
    return Whole(required=False, min_value=1, max_value=most)


class ChangeAssociationShape(RegisterAct):
    """Change a förbund's words, clocks and settings; open cases get their new dates within the hour.

    What is left out stays.
    """

    example: ClassVar = {"report_word": "anmälan", "answer_days": 45}

    name = text(NAME_LENGTH, required=False)
    code = text(6, required=False, validators=[CODE], help_text="Until it stands in a case number.")
    region = text(80, required=False, allow_blank=True)
    report_word = text(20, required=False)
    reporter_word = text(20, required=False)
    group_word = text(40, required=False)
    day_kind = code_of(DayKind, required=False)
    triage_days = days()
    acknowledge_days = days()
    answer_days = days()
    question_days = days()
    pack_days = days()
    agenda_overdue_days = days(AGENDA_DAYS)
    reopen_days = days()
    effect_days = days()
    open_to_all = YesOrNo(required=False)
    threshold = Whole(required=False, min_value=3, max_value=10)
    form_intro = text(2000, required=False, allow_blank=True)

    def act(self, subject: InRegister, actor: User) -> Association:
        return services.save_association(subject.association, actor=actor, **self.got)


class AddMemberShape(RegisterAct):
    """Add a member to the förbund."""

    example: ClassVar = {"party": "KOMMUN", "name": "Provköpings kommun", "from_on": "2027-01-01"}

    party = serializers.ChoiceField(PARTIES, error_messages={"invalid_choice": "Välj en av de fyra parterna."})
    name = text(NAME_LENGTH)
    from_on = day()

    def act(self, subject: InRegister, actor: User) -> Member:
        return services.save_member(subject.association, actor=actor, **{**self.got, "party": Party(self.got["party"])})


class ChangeMemberShape(RegisterAct):
    """Rename a member, or correct its party or first day. What is left out stays."""

    example: ClassVar = {"name": "Provköpings kommun"}
    whole = ("party", "name", "from_on")

    party = serializers.ChoiceField(
        PARTIES, required=False, error_messages={"invalid_choice": "Välj en av de fyra parterna."}
    )
    name = text(NAME_LENGTH, required=False)
    from_on = day(required=False)

    def act(self, subject: InRegister, actor: User) -> None:
        with self.held(subject) as (row, fields):
            fields["party"] = Party(fields["party"])
            services.save_member(subject.association, actor=actor, member=row, **fields)


class EndMemberShape(RegisterAct):
    """End a membership and its functions; what lies with them falls back to the kansli."""

    example: ClassVar = {"last_day": "2026-12-31"}

    last_day = day(help_text="Today or earlier.")

    def act(self, subject: InRegister, actor: User) -> None:
        services.end_member(subject.row, actor=actor, last_day=self.got["last_day"])


class ResumeMemberShape(RegisterAct):
    """Take back that a membership ended. Its functions stay ended until each is opened."""

    example: ClassVar = {}

    def act(self, subject: InRegister, actor: User) -> None:
        services.resume_member(subject.row, actor=actor)


class AddUnitShape(RegisterAct):
    """Add a unit to a member."""

    example: ClassVar = {"member": 3, "name": "Ekonomiskt bistånd", "from_on": "2027-01-01"}

    member = key(help_text="The member, by its id.")
    name = text(NAME_LENGTH)
    from_on = day()
    to_on = day(required=False, allow_null=True)

    def act(self, subject: InRegister, actor: User) -> Unit:
        member = self.one_of(subject.association.members.all(), "member", CHOOSE_MEMBER)
        return services.save_unit(subject.association, actor=actor, **{**self.got, "member": member})


class ChangeUnitShape(RegisterAct):
    """Rename or end a unit; it is never removed, since old cases may name it. What is left out stays."""

    example: ClassVar = {"to_on": "2026-12-31"}
    whole = ("name", "from_on", "to_on")

    name = text(NAME_LENGTH, required=False)
    from_on = day(required=False)
    to_on = day(required=False, allow_null=True)

    def act(self, subject: InRegister, actor: User) -> None:
        with self.held(subject) as (row, fields):
            services.save_unit(subject.association, actor=actor, member=row.member, unit=row, **fields)


class AddInitiativeShape(RegisterAct):
    """Add an insats."""

    example: ClassVar = {"name": "Stegen", "from_on": "2027-01-01"}

    name = text(NAME_LENGTH)
    from_on = day()
    to_on = day(required=False, allow_null=True)

    def act(self, subject: InRegister, actor: User) -> Initiative:
        return services.save_initiative(subject.association, actor=actor, **self.got)


class ChangeInitiativeShape(RegisterAct):
    """Rename or end an insats; it is never removed, since old cases may name it. What is left out stays."""

    example: ClassVar = {"to_on": "2026-12-31"}
    whole = ("name", "from_on", "to_on")

    name = text(NAME_LENGTH, required=False)
    from_on = day(required=False)
    to_on = day(required=False, allow_null=True)

    def act(self, subject: InRegister, actor: User) -> None:
        with self.held(subject) as (row, fields):
            services.save_initiative(subject.association, actor=actor, initiative=row, **fields)


class AddFunctionShape(RegisterAct):
    """Add a contact function to a member."""

    example: ClassVar = {
        "member": 3,
        "name": "Kommunens samverkansfunktion",
        "mailbox": "samverkan@example.org",
        "is_general": True,
        "from_on": "2027-01-01",
    }

    member = key(help_text="The member, by its id.")
    name = text(NAME_LENGTH)
    mailbox = Address(max_length=254, required=False, allow_blank=True, help_text="Read by several; nobody's own.")
    is_general = YesOrNo(required=False, help_text="Gets what no rule points out; a member has one at most.")
    from_on = day()
    to_on = day(required=False, allow_null=True)

    def act(self, subject: InRegister, actor: User) -> ContactFunction:
        member = self.one_of(subject.association.members.all(), "member", CHOOSE_MEMBER)
        return services.save_function(subject.association, actor=actor, **{**self.got, "member": member})


class ChangeFunctionShape(RegisterAct):
    """Change or end a contact function; what lies there already stays with its people. What is left out stays."""

    example: ClassVar = {"mailbox": "samverkan@example.org"}
    whole = ("name", "mailbox", "is_general", "from_on", "to_on")

    name = text(NAME_LENGTH, required=False)
    mailbox = Address(max_length=254, required=False, allow_blank=True)
    is_general = YesOrNo(required=False)
    from_on = day(required=False)
    to_on = day(required=False, allow_null=True)

    def act(self, subject: InRegister, actor: User) -> None:
        with self.held(subject) as (row, fields):
            services.save_function(subject.association, actor=actor, member=row.member, function=row, **fields)


class AddPlaceShape(RegisterAct):
    """Put somebody who is known in the förbund into a function."""

    example: ClassVar = {"person": 12, "is_deputy": False, "from_on": "2027-01-01"}
    makes = "place"

    person = key(help_text="The person, by its id.")
    is_deputy = YesOrNo(default=False, help_text="Gets what is sent there when the others are away.")
    from_on = day()
    to_on = day(required=False, allow_null=True)

    def act(self, subject: InRegister, actor: User) -> FunctionPerson:
        people = services.people_of(subject.association).filter(is_active=True)
        person = self.one_of(people, "person", "Välj någon som hör till förbundet.")
        fields = {**self.got, "person": person}
        return services.save_place(subject.association, actor=actor, function=subject.row, **fields)


class ChangePlaceShape(RegisterAct):
    """Change or end somebody's place in a function. What is left out stays."""

    example: ClassVar = {"to_on": "2026-12-31"}
    whole = ("is_deputy", "from_on", "to_on")

    is_deputy = YesOrNo(required=False)
    from_on = day(required=False)
    to_on = day(required=False, allow_null=True)

    def act(self, subject: InRegister, actor: User) -> None:
        with self.held(subject) as (row, fields):
            services.save_place(
                subject.association, actor=actor, function=row.function, person=row.user, place=row, **fields
            )


class _RuleAct(RegisterAct):
    """An act on a rule, whose fields are rows of the förbund by their ids."""

    def named(self, association: Association) -> dict[str, Any]:
        """Return what the fields name, those that came in."""
        units = Unit.objects.filter(member__association=association)
        functions = ContactFunction.objects.filter(member__association=association).select_related("member")
        among = {
            "function": (functions, CHOOSE_FUNCTION),
            "unit": (units, CHOOSE_UNIT),
            "initiative": (association.initiatives.all(), CHOOSE_INITIATIVE),
        }
        found = {name: self.one_of(rows, name, said) for name, (rows, said) in among.items() if name in self.got}
        if "gap_type" in self.got:
            found["gap_type"] = GapType(self.got["gap_type"]) if self.got["gap_type"] else None
        return found


class AddRuleShape(_RuleAct):
    """Point some of a member's concerns to one of its functions; the function says which member."""

    example: ClassVar = {"function": 8, "unit": 5, "gap_type": "STRUKTUR", "initiative": None}

    function = key(help_text="Where it goes, by its id.")
    unit = key(required=False, allow_null=True, help_text="Null: any.")
    gap_type = code_of(GapType, required=False, allow_null=True, help_text="Null: any.")
    initiative = key(required=False, allow_null=True, help_text="Null: any.")

    def act(self, subject: InRegister, actor: User) -> RoutingRule:
        return services.save_rule(subject.association, actor=actor, **self.named(subject.association))


class ChangeRuleShape(_RuleAct):
    """Change a routing rule. What is left out stays."""

    example: ClassVar = {"function": 8}

    function = key(required=False)
    unit = key(required=False, allow_null=True, help_text="Null: any.")
    gap_type = code_of(GapType, required=False, allow_null=True, help_text="Null: any.")
    initiative = key(required=False, allow_null=True, help_text="Null: any.")

    def act(self, subject: InRegister, actor: User) -> None:
        with self.held(subject) as (row, _):
            kept = {
                "function": row.function,
                "unit": row.unit,
                "gap_type": GapType(row.gap_type) if row.gap_type else None,
                "initiative": row.initiative,
            }
            services.save_rule(
                subject.association, actor=actor, rule=row, **{**kept, **self.named(subject.association)}
            )


class RemoveRuleShape(RegisterAct):
    """Remove a routing rule. What it has already sent stays where it is."""

    example: ClassVar = {}

    def act(self, subject: InRegister, actor: User) -> None:
        services.remove_rule(subject.row, actor=actor)
