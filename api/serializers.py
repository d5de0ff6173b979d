"""The shapes that go in and out. They check form only; what is allowed, the services say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from cases import shown
from cases.codes import Frequency, GapType, Party, Role
from cases.models import Association, Case, Concern, Member, User
from cases.models.case import HEADING_LENGTH, LINE_LENGTH, TEXT_LENGTH
from cases.querysets import roles_of
from cases.services import Concerned, Report

# ---- out ----

# Who may know who reported, and from where.
KNOWS_REPORTER = frozenset({Role.COORDINATOR, Role.SUCCESSOR, Role.REPORTER})


class ConcernSerializer(serializers.ModelSerializer[Concern]):
    """A berörd part, as everybody may know it who may see it at all."""

    member = serializers.CharField(source="member.name", default=None)
    unit = serializers.CharField(source="unit.name", default=None)
    function = serializers.CharField(source="function.name", default=None)
    gap_type = serializers.CharField(source="type_set")

    class Meta:
        model = Concern
        fields = ["party", "member", "unit", "is_primary", "gap_type", "state", "function", "answer_due"]


class CaseRowSerializer(serializers.ModelSerializer[Case]):
    """A case in a list."""

    association = serializers.CharField(source="association.code")
    initiative = serializers.CharField(source="initiative.name", default=None)
    concerns = serializers.SerializerMethodField()
    next_due = serializers.SerializerMethodField()
    is_late = serializers.SerializerMethodField()

    class Meta:
        model = Case
        fields = [
            "number", "association", "heading", "status", "received_on", "filed_at", "next_due", "is_late",
            "initiative", "concerns",
        ]  # fmt: skip

    def get_concerns(self, case: Case) -> Any:
        """List the concerns that the reader may see."""
        return ConcernSerializer(self._row(case).concerns, many=True).data

    def get_next_due(self, case: Case) -> dt.date | None:
        """Tell the next day to keep, as it concerns the reader."""
        return self._row(case).next_due

    def get_is_late(self, case: Case) -> bool:
        """Tell whether that day has passed."""
        return self._row(case).is_late

    def _row(self, case: Case) -> shown.ShownRow:
        return shown.row(case, self.context["actor"])


class CaseSerializer(CaseRowSerializer):
    """One case: what was reported, and where it stands."""

    reporter = serializers.SerializerMethodField()
    own_party = serializers.SerializerMethodField()

    class Meta(CaseRowSerializer.Meta):
        fields = [
            *CaseRowSerializer.Meta.fields,
            *Case.TEXT_FIELDS[1:], "agreement_missing", "frequency", "reporter", "own_party", "lifted", "ended_at",
            "outcome", "cause",
        ]  # fmt: skip

    def get_reporter(self, case: Case) -> str | None:
        """Name the reporter to the kansli and to themselves."""
        return case.reporter.name if case.reporter and self._knows_reporter(case) else None

    def get_own_party(self, case: Case) -> str | None:
        """Tell the reporter's own organisation to the same."""
        return case.own_party if self._knows_reporter(case) else None

    def _knows_reporter(self, case: Case) -> bool:
        return bool(KNOWS_REPORTER & roles_of(case, self.context["actor"]))


class MeSerializer(serializers.ModelSerializer[User]):
    """Who is logged in, and what they are where."""

    roles = serializers.SerializerMethodField()
    functions = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ["email", "name", "roles", "functions"]

    def get_roles(self, user: User) -> list[dict[str, str]]:
        """List the roles that are held today."""
        grants = user.grants.in_force().select_related("association").order_by("association__code", "role")
        return [{"association": grant.association.code, "role": grant.role} for grant in grants]

    def get_functions(self, user: User) -> list[dict[str, str]]:
        """List the functions that the person answers for today."""
        places = user.function_places.in_force().select_related("function__member__association")
        return [
            {
                "association": place.function.member.association.code,
                "member": place.function.member.name,
                "function": place.function.name,
            }
            for place in places.order_by("function__name")
        ]


# ---- in ----


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses fields that it does not know, by name: a misspelt one would else be lost without a word."""

    default_error_messages = {"invalid": "Skicka ett objekt."}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := set(data) - set(self.fields)):
            raise serializers.ValidationError({name: ["Fältet finns inte."] for name in sorted(unknown)})
        return super().to_internal_value(data)


def _one_of(choices: type[Party | GapType | Frequency], **options: Any) -> serializers.ChoiceField:
    sentence = f"Välj ett av {', '.join(choices.values)}."
    return serializers.ChoiceField(choices.choices, error_messages={"invalid_choice": sentence}, **options)


def _text(length: int, **options: Any) -> serializers.CharField:
    return serializers.CharField(max_length=length, **options)


class ConcernedSerializer(StrictSerializer):
    """Who a report is about; member and unit by their names in the registers."""

    party = _one_of(Party)
    member = _text(120, required=False, allow_null=True)
    unit = _text(120, required=False, allow_null=True)


class ReportSerializer(StrictSerializer):
    """A report, as the form takes it."""

    association = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Association.objects.all(),
        error_messages={"does_not_exist": "Det finns inget förbund med den koden.", "invalid": "Skriv förbundets kod."},
    )
    heading = _text(HEADING_LENGTH)
    happened = _text(TEXT_LENGTH)
    concerned = serializers.ListField(child=ConcernedSerializer(), allow_empty=False, max_length=20)
    gap_type = _one_of(GapType, allow_null=True)
    initiative = _text(120, required=False, allow_null=True)
    consequence = _text(TEXT_LENGTH, required=False, allow_blank=True)
    occurred = _text(LINE_LENGTH, required=False, allow_blank=True)
    frequency = _one_of(Frequency, required=False, allow_null=True)
    tried = _text(TEXT_LENGTH, required=False, allow_blank=True)
    suggestion = _text(TEXT_LENGTH, required=False, allow_blank=True)
    agreement = _text(LINE_LENGTH, required=False, allow_blank=True)
    agreement_missing = serializers.BooleanField(required=False)
    own_party = _one_of(Party, required=False, allow_null=True)
    own_member = _text(120, required=False, allow_null=True)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Find what the names stand for in the förbund."""
        association = data["association"]
        members = {member.name: member for member in association.members.in_force().prefetch_related("units")}
        data["concerned"] = [_concerned(one, members, index) for index, one in enumerate(data["concerned"])]
        data["own_member"] = _named(data.get("own_member"), members, "medlem", "own_member")
        initiatives = {initiative.name: initiative for initiative in association.initiatives.in_force()}
        data["initiative"] = _named(data.get("initiative"), initiatives, "insats", "initiative")
        return data

    def report(self) -> tuple[Association, Report]:
        """Return the förbund, and the report as the service takes it."""
        data = dict(self.validated_data)
        association = data.pop("association")
        for name, choices in (("gap_type", GapType), ("frequency", Frequency), ("own_party", Party)):
            data[name] = choices(data[name]) if data.get(name) else None
        return association, Report(**data)


def _concerned(one: Mapping[str, Any], members: Mapping[str, Member], index: int) -> Concerned:
    member = _named(one.get("member"), members, "medlem", "concerned", index, "member")
    units = {unit.name: unit for unit in member.units.all()} if member else {}
    return Concerned(Party(one["party"]), member, _named(one.get("unit"), units, "enhet", "concerned", index, "unit"))


def _named(name: str | None, found: Mapping[str, Any], what: str, *path: str | int) -> Any:
    """Return what bears the name. Raises ValidationError for the field at the path."""
    if not name:
        return None
    if name in found:
        return found[name]
    error: Any = f"Det finns ingen sådan {what}."
    for step in reversed(path):
        error = {step: error}
    raise serializers.ValidationError(error)
