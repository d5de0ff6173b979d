"""The forms about what is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms import BoundField

from cases.forms.fields import Defined, line
from cases.forms.registers import OfMember, RegisterForm
from cases.models import ContactFunction, User
from notifications.hooks.addresses import LENGTH
from notifications.hooks.keeping import NAME_LENGTH, kinds_of, label_of
from notifications.kinds import KINDS, cadences
from notifications.letter_texts import SAYS_LENGTH, SUBJECT_LENGTH, has_number
from notifications.models import Cadence, Kind
from notifications.preferences import cadences_of, sections_of
from notifications.schedule import MORNING

AT = f"kl. {MORNING.hour}"
WORDS = {
    Cadence.AT_ONCE: "Genast",
    Cadence.DAILY: f"Samlat varje arbetsdag {AT}",
    Cadence.WEEKLY: f"Samlat varje måndag {AT}",
    Cadence.OFF: "Inget brev",
}


class PutAwayForm(forms.Form):
    """How far down its reader had seen the news."""

    upto = forms.IntegerField(min_value=0, max_value=2**63 - 1)


class PreferencesForm(forms.Form):
    """A choice for each kind of letter that concerns the person."""

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data)
        chosen = cadences_of(user)
        self._sections = sections_of(user)
        for section in self._sections:
            for kind in section.kinds:
                self.fields[kind] = forms.ChoiceField(
                    label=section.labels.get(kind, kind.label),
                    choices=[(cadence, WORDS[cadence]) for cadence in cadences(kind)],
                    initial=chosen.get(kind, Cadence.AT_ONCE),
                    help_text="Kan inte stängas av." if KINDS[kind].duty else "",
                )

    def sections(self) -> Iterator[tuple[str, list[BoundField]]]:
        """Yield each part of the page with its fields."""
        for section in self._sections:
            yield section.title, [self[kind] for kind in section.kinds]

    def cadences(self) -> dict[str, str]:
        """Return what was chosen, by kind."""
        return dict(self.cleaned_data)


class LetterTextForm(RegisterForm):
    """A förbund's own words for a kind of letter."""

    subject = line("Ämnesrad", SUBJECT_LENGTH)
    says = forms.CharField(
        label="Text", max_length=SAYS_LENGTH, widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"})
    )

    def build(self) -> None:
        number = "Skriv {nummer} där ärendets nummer ska stå. " if has_number(Kind(self.row.kind)) else ""
        self.fields["says"].help_text = f"{number}Hälsning och länk sätts dit av sig själva."


class HookBase(RegisterForm):
    """What every webhook has."""

    name = line("Vad heter systemet?", NAME_LENGTH, help_text="Så att ni känner igen det, till exempel Diariet.")
    address = line(
        "Adress",
        LENGTH,
        help_text="Får du av den som sköter systemet. Den börjar med https://.",
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "none", "spellcheck": "false"}),
    )


class HookAddForm(HookBase):
    """A new webhook, which is told all that there is to tell."""

    function = OfMember(
        ContactFunction.objects.none(),
        label="Vems system är det?",
        required=False,
        empty_label="Kansliets",
        help_text="Systemet får veta det som kansliet eller funktionen får veta. Sedan kan du välja bort en del.",
    )
    key = forms.CharField(required=False, max_length=32, widget=forms.HiddenInput)

    field_order = ["name", "function", "address"]

    def build(self) -> None:
        functions = ContactFunction.objects.in_force().filter(member__association=self.association)
        self.among("function", functions.select_related("member").order_by("member__name", "name"))


class HookForm(HookBase):
    """A webhook, and what it is told."""

    kinds = forms.MultipleChoiceField(label="Vad ska systemet få veta?", widget=forms.CheckboxSelectMultiple)

    def build(self) -> None:
        function = self.row.function_id
        field = self.fields["kinds"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [
            (kind.value, Defined.of(label_of(kind, function), f"Heter {kind.value} i det som skickas."))
            for kind in kinds_of(function)
        ]
        field.error_messages["required"] = "Välj minst en sak som systemet ska få veta."


class HookSecretForm(RegisterForm):
    """Which secret the new one comes after, and whether that one ends at once."""

    version = forms.IntegerField(min_value=1, max_value=32_000, widget=forms.HiddenInput)
    at_once = forms.BooleanField(
        label="Den nuvarande hemligheten slutar gälla genast",
        required=False,
        help_text="Annars gäller båda i ett dygn, så att systemet hinner byta utan att missa något.",
    )
