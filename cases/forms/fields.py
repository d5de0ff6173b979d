"""Form parts that several pages share."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict

from cases import clocks
from cases.codes import GAP_TYPE_DEFINITIONS, UNKNOWN_TYPE_LABEL, GapType, Party, Source
from cases.errors import DomainError, Incomplete, PersonalDataFound
from cases.models import Association, ContactFunction, Member, Unit
from cases.models.case import TEXT_LENGTH
from cases.routing import Doubt
from cases.services import Concerned, OnBehalf, payload_key
from cases.swedish import A_DAY
from cases.words import said

# Either "member:12" or "party:FORBUND".
Choice = tuple[str, Any]


@dataclass(frozen=True)
class Part:
    """Fields that stand together, under a legend if they have one, folded away if they are seldom needed."""

    fields: list[forms.BoundField]
    legend: str = ""
    folded: bool = False
    # What to know about a function that is chosen here, before something is sent to it.
    about: ContactFunction | None = None
    doubts: Sequence[Doubt] = ()


def _plausible(value: dt.date) -> None:
    if not 2000 <= value.year <= 2099:
        raise forms.ValidationError("Skriv ett år mellan 2000 och 2099.")


def long_text(
    label: str, *, required: bool = True, rows: int = 5, help_text: str = "", **kwargs: Any
) -> forms.CharField:
    """Make a field for a text of several lines."""
    return forms.CharField(
        label=label,
        required=required,
        max_length=TEXT_LENGTH,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
        **kwargs,
    )


class OneClick(forms.RadioSelect):
    """Shows each choice as a button that sends the form."""

    template_name = "django/forms/widgets/one_click.html"


def one_click(label: str, choices: Iterable[Choice]) -> forms.ChoiceField:
    """Make a question that is answered by a click on one of its answers."""
    return forms.ChoiceField(label=label, choices=choices, widget=OneClick)


def opening(text: str, length: int = 40) -> str:
    """Return how a text begins, on one line, to tell it from others in a list."""
    plain = " ".join(text.split())
    return plain if len(plain) <= length else f"{plain[:length].rstrip()} …"


def line(label: str, length: int, *, required: bool = True, help_text: str = "", **kwargs: Any) -> forms.CharField:
    """Make a field for a text of one line."""
    return forms.CharField(label=label, required=required, max_length=length, help_text=help_text, **kwargs)


def day(label: str, *, required: bool = True, help_text: str = "", **kwargs: Any) -> forms.DateField:
    """Make a field for a day between 2000 and 2100."""
    widget = forms.DateInput(attrs={"type": "date", "min": "2000-01-01", "max": "2099-12-31"}, format="%Y-%m-%d")
    return forms.DateField(
        label=label, required=required, help_text=help_text, widget=widget, validators=[_plausible], **kwargs
    )


def one_of(label: str, choices: Iterable[Choice], *, required: bool = True, **kwargs: Any) -> forms.ChoiceField:
    """Make a drop-down with an empty first line, so that nothing is chosen by mistake."""
    return forms.ChoiceField(label=label, required=required, choices=[("", "Välj"), *choices], **kwargs)


class Defined(str):
    """A choice label that brings its definition; the widget shows it and has it read out."""

    definition: str = ""

    @classmethod
    def of(cls, label: str, definition: str) -> Defined:
        """Return the label with its definition. Not a constructor: choices are copied with the label alone."""
        defined = cls(label)
        defined.definition = definition
        return defined


def gap_types(*, unknown: bool) -> list[Choice]:
    """List the types with their definitions, shown wherever one is chosen."""
    choices: list[Choice] = [(gap.value, Defined.of(gap.label, GAP_TYPE_DEFINITIONS[gap])) for gap in GapType]
    return [*choices, ("UNKNOWN", UNKNOWN_TYPE_LABEL)] if unknown else choices


def concerned_choices(members: Sequence[Member], *, unknown_member: bool) -> list[Choice]:
    """List whom a brist may be about: the members, and the two that need none.

    With `unknown_member` a reporter may name a kommun or region without knowing which.
    """
    choices: list[Choice] = [(f"member:{member.pk}", member.name) for member in members]
    parties = [Party(member.party) for member in members]
    if unknown_member:
        choices += [
            (f"party:{party}", f"{party.label}, vet inte vilken")
            for party in (Party.KOMMUN, Party.REGION)
            if parties.count(party) > 1
        ]
    return [
        *choices,
        (f"party:{Party.FORBUND}", "Samordningsförbundet självt"),
        (f"party:{Party.OTHER}", "Någon annan, till exempel frivården eller en arbetsgivare"),
    ]


def concerned_from(value: str, members: Sequence[Member], unit: Unit | None = None) -> Concerned:
    """Turn a choice back into party and member; the unit goes along when it belongs to the member."""
    kind, _, key = value.partition(":")
    if kind == "party":
        return Concerned(Party(key))
    member = next(member for member in members if str(member.pk) == key)
    return Concerned(Party(member.party), member, unit if unit and unit.member_id == member.pk else None)


def unit_choices(members: Sequence[Member]) -> list[Choice]:
    """List the units in force, grouped by member."""
    units: dict[int, list[Choice]] = {}
    for unit in Unit.objects.in_force().filter(member__in=[member.pk for member in members]):
        units.setdefault(unit.member_id, []).append((str(unit.pk), unit.name))
    return [(member.name, units[member.pk]) for member in members if member.pk in units]


def members_of(association: Association) -> list[Member]:
    """Return the members of today, the state's two first."""
    members = list(association.members.in_force())
    return sorted(members, key=lambda m: (list(Party.values).index(m.party), m.name))


class OnBehalfFields(forms.Form):
    """How word reached the kansli, when it is recorded for somebody else."""

    source = one_of("Hur kom beskedet?", Source.choices)
    received_on = day("När kom det?")

    def on_behalf(self) -> OnBehalf:
        return OnBehalf(Source(self.cleaned_data["source"]), self.cleaned_data["received_on"])


def plain_words(form: forms.Form, association: Association) -> None:
    """Use the förbund's words, and say what to do where the library says that a field is obligatory or invalid."""
    for field in form.fields.values():
        field.label = said(str(field.label or ""), association) or None
        field.help_text = said(str(field.help_text), association)
        if isinstance(field, forms.ChoiceField):
            words = {"required": "Välj ett alternativ.", "invalid_choice": "Välj ett av alternativen i listan."}
        elif isinstance(field, forms.DateField):
            words = {"required": "Välj en dag.", "invalid": A_DAY}
        else:
            words = {"required": "Skriv något här."}
        field.error_messages.update(words)


NOT_WHOLE = "Sidan kom inte fram hel. Se efter att allt stämmer och skicka igen."


def mend(form: forms.Form, why: str = NOT_WHOLE, **fresh: object) -> None:
    """Give hidden fields that came broken a fresh value and say why, so that the page can be sent again as it is."""
    broken = [name for name in fresh if name in form.errors]
    if not broken:
        return
    data = cast("QueryDict", form.data).copy()
    for name in broken:
        del form.errors[name]
        data[name] = str(fresh[name])
    form.data = data
    form.add_error(None, why)


def as_it_came(name: str) -> str:
    return name


def put_beside(form: forms.Form, error: DomainError, place: Callable[[str], str] = as_it_came) -> None:
    """Show what a service refused: beside the field it is about, or on top. `place` finds the form's own name."""
    fields = error.fields if isinstance(error, Incomplete | PersonalDataFound) else {}
    for named, sentence in fields.items():
        name = place(named)
        form.add_error(name if name in form.fields else None, sentence)
    if not fields:
        form.add_error(None, error.message)


def filled_key(data: QueryDict) -> str:
    """Return a key for all that was sent in: the form's nonce makes it new for every page that was opened.

    It covers what came, not what the form has fields for now, so that it is the same after the case has moved on.
    """
    return payload_key(*(f"{name}={data.getlist(name)}" for name in sorted(data) if name not in _NOT_FILLED_IN))


_NOT_FILLED_IN = {"csrfmiddlewaretoken", "seen"}


def not_in_future(value: dt.date | None) -> dt.date | None:
    """Refuse a day that has not been."""
    if value and value > clocks.today():
        raise forms.ValidationError("Datumet kan inte ligga i framtiden.")
    return value
