"""A report as it comes in, with members, units and insatser by their names in the registers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from api.shapes.base import AssociationCode, Shape, StrictShape, YesOrNo, code, code_of, day, text, wrong
from cases import services
from cases.codes import CALLER_CHANNELS, Channel, Frequency, GapType, Party, Status
from cases.models import Association, Member
from cases.models.case import HEADING_LENGTH, LINE_LENGTH, TEXT_LENGTH
from cases.services import Concerned, ForCaller, Report


class ConcernedShape(StrictShape):
    """Who a report is about; member and unit by their names in the registers."""

    party = code_of(Party)
    member = text(120, required=False, allow_null=True)
    unit = text(120, required=False, allow_null=True)


class CallerShape(StrictShape):
    """How and when a report came in that the kansli takes down for somebody."""

    channel = serializers.ChoiceField(
        [(channel.value, channel.label) for channel in CALLER_CHANNELS],
        error_messages={"invalid_choice": f"Välj ett av {', '.join(CALLER_CHANNELS)}."},
    )
    received_on = day(help_text="The day it came in (ISO 8601: `2026-11-30`); today or earlier.")

    def validate_received_on(self, day: dt.date) -> dt.date:
        """Refuse a day to come here, where the place in the body is known."""
        if said := services.misdated(day):
            raise serializers.ValidationError(said)
        return day


class ReportShape(StrictShape):
    """A report, as the form takes it.

    It is about a brist, never a person, and is no complaint or appeal: a samordningsförbund decides nothing about an
    individual (7 § lag 2003:1210).
    """

    example: ClassVar = {
        "association": "SVB",
        "heading": "Ingen svarar på funktionsbrevlådan",
        "happened": "Vi har skrivit tre gånger utan att få svar. Personen har väntat i fem veckor.",
        "concerned": [{"party": "KOMMUN", "member": "Jönköpings kommun", "unit": "Ekonomiskt bistånd"}],
        "gap_type": "ORGANISATION",
        "initiative": None,
        "frequency": "RECURRING",
        "suggestion": "En reserv som läser brevlådan när någon är borta.",
        "reporter_reference": "AVV-2026-0417",
    }

    association = AssociationCode(Association.objects.all(), help_text="The förbund's code, such as SVB.")
    heading = text(HEADING_LENGTH)
    happened = text(
        TEXT_LENGTH,
        help_text="What happened. Name functions, not people. No personal number: what is filed is a public record, "
        "which may not simply be erased (arkivlagen).",
    )
    concerned = serializers.ListField(
        child=ConcernedShape(), allow_empty=False, max_length=20, help_text="Who it is about; the first above all."
    )
    gap_type = code_of(GapType, allow_null=True, help_text="The reporter's proposal; null: does not know.")
    initiative = text(120, required=False, allow_null=True, help_text="The insats by name; null: ordinary service.")
    consequence = text(TEXT_LENGTH, required=False, allow_blank=True)
    occurred = text(LINE_LENGTH, required=False, allow_blank=True, help_text="When it happened, in words.")
    frequency = code_of(Frequency, required=False, allow_null=True)
    tried = text(TEXT_LENGTH, required=False, allow_blank=True)
    suggestion = text(TEXT_LENGTH, required=False, allow_blank=True)
    agreement = text(LINE_LENGTH, required=False, allow_blank=True, help_text="The överenskommelse it concerns.")
    agreement_missing = YesOrNo(required=False, help_text="That there is none.")
    own_party = code_of(Party, required=False, allow_null=True, help_text="The reporter's own organisation.")
    own_member = text(120, required=False, allow_null=True)
    reporter_reference = text(
        60,
        required=False,
        allow_blank=True,
        help_text="The reporter's own avvikelse-id, for kansli and reporter. The same reporter can file it once; "
        "capital and small letters are not the same.",
    )
    for_caller = CallerShape(
        required=False, allow_null=True, help_text="For the kansli, which takes a report down for somebody else."
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        """Find what the names stand for in the förbund. Raises MoveNotAllowed before, for who may not report there."""
        association = data["association"]
        # Whoever may not report there must not learn what there is.
        services.may_file(association, self.context["actor"], _caller(data.get("for_caller")))
        members = members_by_name(association)
        data["concerned"] = [
            concerned_of(one, association, members, "concerned", index) for index, one in enumerate(data["concerned"])
        ]
        if data.get("agreement") and data.get("agreement_missing"):
            raise wrong("Skriv vilken överenskommelse det gäller, eller att den saknas.", "agreement_missing")
        data["own_member"] = named(data.get("own_member"), members, "medlem", "own_member")
        initiatives = {initiative.name: initiative for initiative in association.initiatives.in_force()}
        data["initiative"] = named(data.get("initiative"), initiatives, "insats", "initiative")
        return data

    def report(self) -> tuple[Association, Report, ForCaller | None]:
        """Return the förbund, the report as the service takes it, and how it came in if it was taken down."""
        data = dict(self.validated_data)
        association, caller = data.pop("association"), data.pop("for_caller", None)
        for name, choices in (("gap_type", GapType), ("frequency", Frequency), ("own_party", Party)):
            data[name] = choices(data[name]) if data.get(name) else None
        return association, Report(**data), _caller(caller)


def _caller(told: Mapping[str, Any] | None) -> ForCaller | None:
    return ForCaller(Channel(told["channel"]), told["received_on"]) if told else None


class FiledShape(Shape):
    """What came of a report. No free text: the case is at `url`."""

    number = serializers.CharField(help_text="The case's number, such as LH-SVB-2026-0042.")
    url = serializers.URLField()
    status = code(Status)
    filed_at = serializers.DateTimeField(help_text="When it was filed (ISO 8601, with the offset of Swedish time).")
    receipt_code = serializers.CharField(
        allow_null=True, help_text="For a caller without account, to follow the case by; shown here alone."
    )


def members_by_name(association: Association) -> dict[str, Member]:
    """Return the members of today with their units, by name."""
    return {member.name: member for member in association.members.in_force().prefetch_related("units")}


def concerned_of(
    one: Mapping[str, Any], association: Association, members: Mapping[str, Member], *path: str | int
) -> Concerned:
    """Return who is meant. Raises ValidationError for the field, below the path, that names nobody or another's."""
    member = named(one.get("member"), members, "medlem", *path, "member")
    units = {unit.name: unit for unit in member.units.all()} if member else {}
    meant = Concerned(Party(one["party"]), member, named(one.get("unit"), units, "enhet", *path, "unit"))
    for field, sentence in services.misplaced(association, meant).items():
        # What the form asks for in one choice, a program says in two.
        raise wrong(sentence, *path, "member" if field == "concerned" else field)
    return meant


def named(name: str | None, found: Mapping[str, Any], what: str, *path: str | int) -> Any:
    """Return what bears the name. Raises ValidationError for the field at the path."""
    if not name:
        return None
    if name in found:
        return found[name]
    raise wrong(f"Det finns ingen sådan {what}.", *path)
