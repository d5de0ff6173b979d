"""The report form: five required fields, the rest by choice."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, cast

from django import forms
from django.http import QueryDict

from cases.codes import CALLER_CHANNELS, Channel, Frequency, GapType, Role
from cases.forms.fields import (
    concerned_choices,
    concerned_from,
    day,
    filled_key,
    gap_types,
    line,
    long_text,
    members_of,
    mend,
    not_in_future,
    one_of,
    plain_words,
    unit_choices,
)
from cases.models import Association, ContactFunction, Unit
from cases.models.case import HEADING_LENGTH, LINE_LENGTH
from cases.querysets import Actor
from cases.services import ForCaller, Report

ORDINARY = "ordinary"


class ReportForm(forms.Form):
    """A report to one förbund, by a person with or without account, or by the kansli for a caller."""

    nonce = forms.UUIDField(widget=forms.HiddenInput)
    heading = line(
        "Rubrik",
        HEADING_LENGTH,
        help_text="En mening som säger vad det handlar om.",
        widget=forms.TextInput({"dir": "auto"}),
    )
    happened = long_text(
        "Vad hände?", rows=8, help_text="Skriv kort. Nämn funktioner, till exempel ”handläggaren”, men inga personer."
    )
    concerned = one_of("Vem gäller det?", [])
    initiative = one_of("Var såg du det?", [])
    gap_type = forms.ChoiceField(
        label="Vilken typ av brist är det?", choices=gap_types(unknown=True), widget=forms.RadioSelect
    )

    also = forms.MultipleChoiceField(label="Fler som berörs", required=False, widget=forms.CheckboxSelectMultiple)
    unit = one_of("Enhet", [], required=False)
    consequence = long_text("Vad blev följden?", required=False, rows=4)
    occurred = line(
        "När hände det?", LINE_LENGTH, required=False, help_text="Till exempel ”i mars” eller ”hela hösten”."
    )
    frequency = one_of("Hur ofta händer det?", Frequency.choices, required=False)
    tried = long_text("Vad har ni redan prövat?", required=False, rows=4)
    suggestion = long_text("Vad skulle kunna hjälpa?", required=False, rows=4)
    agreement = line("Vilken överenskommelse eller rutin gäller det?", LINE_LENGTH, required=False)
    agreement_missing = forms.BooleanField(label="Det finns ingen överenskommelse eller rutin", required=False)
    own = one_of("Var arbetar du?", [], required=False)
    reporter_email = forms.EmailField(
        label="Din e-postadress",
        required=False,
        help_text="Frivillig. Du får ett meddelande när något händer. Parten ser den inte.",
    )

    channel = one_of("Hur kom rapporten in?", [(c.value, c.label) for c in CALLER_CHANNELS])
    received_on = day("När kom den in?")

    REQUIRED_PART = ("heading", "happened", "concerned", "initiative", "gap_type")
    MISSING: ClassVar = {
        "heading": "Skriv en kort rubrik.",
        "happened": "Beskriv vad som hände.",
        "concerned": "Välj vem det gäller.",
        "initiative": "Välj var du såg det.",
        "gap_type": "Välj en typ, eller ”Vet inte”.",
    }
    CALLER_PART = ("channel", "received_on")

    def __init__(
        self, *args: Any, association: Association, actor: Actor, for_caller: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {})
        kwargs["initial"].setdefault("nonce", uuid.uuid4())
        super().__init__(*args, **kwargs)
        self.association, self.actor, self.for_caller = association, actor, for_caller
        self.members = members_of(association)
        initiatives = [(str(i.pk), i.name) for i in association.initiatives.in_force()]
        names = concerned_choices(self.members, unknown_member=True)
        self._choose("concerned", [("", "Välj"), *names])
        self._choose("also", names)
        self._choose("initiative", [("", "Välj"), (ORDINARY, "I det vanliga arbetet, inte i en insats"), *initiatives])
        self._choose("unit", [("", "Vet inte, eller ingen särskild"), *unit_choices(self.members)])
        self._choose("own", [("", "Vill inte säga"), *concerned_choices(self.members, unknown_member=False)])
        if actor.pk is not None and not for_caller:
            del self.fields["reporter_email"]
            self._prefill_own_organisation()
        if not for_caller:
            for name in self.CALLER_PART:
                del self.fields[name]
        plain_words(self, association)
        for name, sentence in self.MISSING.items():
            self.fields[name].error_messages["required"] = sentence

    @property
    def required_part(self) -> list[forms.BoundField]:
        return [self[name] for name in self.REQUIRED_PART]

    @property
    def caller_part(self) -> list[forms.BoundField]:
        return [self[name] for name in self.CALLER_PART if name in self.fields]

    @property
    def optional_part(self) -> list[forms.BoundField]:
        shown = {"nonce", *self.REQUIRED_PART, *self.CALLER_PART}
        return [self[name] for name in self.fields if name not in shown]

    @property
    def optional_is_open(self) -> bool:
        """Tell whether the folded part holds something to look at: an error, or text from before."""
        return any(field.errors or (field.name != "own" and field.value()) for field in self.optional_part)

    def clean_received_on(self) -> Any:
        return not_in_future(self.cleaned_data.get("received_on"))

    def report(self) -> Report:
        """Return what was filled in, as the service takes it."""
        data = self.cleaned_data
        named = dict.fromkeys([data["concerned"], *data["also"]])
        own = concerned_from(data["own"], self.members) if data["own"] else None
        initiatives = {str(i.pk): i for i in self.association.initiatives.all()}
        return Report(
            heading=data["heading"],
            happened=data["happened"],
            concerned=[concerned_from(value, self.members, self.chosen_unit) for value in named],
            gap_type=None if data["gap_type"] == "UNKNOWN" else GapType(data["gap_type"]),
            initiative=initiatives.get(data["initiative"]),
            frequency=Frequency(data["frequency"]) if data["frequency"] else None,
            own_party=own.party if own else None,
            own_member=own.member if own else None,
            reporter_email=data.get("reporter_email", ""),
            agreement_missing=data["agreement_missing"],
            **{name: data[name] for name in ("consequence", "occurred", "tried", "suggestion", "agreement")},
        )

    def caller(self) -> ForCaller | None:
        """Return how a caller's report came in, or nothing when the reporter writes."""
        if not self.for_caller:
            return None
        return ForCaller(Channel(self.cleaned_data["channel"]), self.cleaned_data["received_on"])

    def key(self) -> str:
        """Return the key of this very form: its nonce and all that was filled in."""
        return filled_key(cast("QueryDict", self.data))

    def _choose(self, name: str, choices: list[Any]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices

    def _prefill_own_organisation(self) -> None:
        grants = self.association.grants.in_force().filter(user=self.actor.pk, member__isnull=False)
        member_id = grants.values_list("member_id", flat=True).first()
        if member_id is None:
            own = ContactFunction.objects.filter(pk__in=self.actor.standing().functions, member__in=self.members)
            member_id = own.values_list("member_id", flat=True).first()
        if member_id is not None:
            self.initial.setdefault("own", f"member:{member_id}")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        mend(self, nonce=uuid.uuid4())
        chosen = {data.get("concerned"), *data.get("also", [])}
        key = data.get("unit")
        self.chosen_unit = unit = Unit.objects.select_related("member").get(pk=key) if key else None
        if unit is not None and f"member:{unit.member_id}" not in chosen:
            self.add_error("unit", f"Enheten hör till {unit.member.name}. Välj den medlemmen, eller en annan enhet.")
        if data.get("agreement") and data.get("agreement_missing"):
            self.add_error(
                "agreement_missing", "Skriv vilken överenskommelse det gäller, eller kryssa i att den saknas."
            )
        return data


def may_file_for_caller(association: Association, actor: Actor) -> bool:
    """Tell whether the actor may take down a report for somebody else."""
    return actor.standing().holds(Role.COORDINATOR, association.pk)


class ReceiptCodeForm(forms.Form):
    """Where somebody without account types the code from their receipt."""

    code = forms.CharField(
        label="Kvittokod",
        max_length=40,
        help_text="Koden fick du när du skickade rapporten, till exempel 4KQ7-9MPD-X2RT-8HJW.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
