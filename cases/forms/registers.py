"""What an administrator types into the registers. Every choice is limited to one förbund."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.formats import date_format

from cases import clocks, services
from cases.clocks import DayKind
from cases.codes import GRANTED_ROLES, MEMBER_PARTIES, GapType, Party, Role
from cases.errors import PersonalDataFound
from cases.forms.fields import day, line
from cases.ladder import AGENDA_DAYS
from cases.models import (
    Absence,
    Association,
    ContactFunction,
    FunctionPerson,
    Initiative,
    Member,
    RoutingRule,
    Unit,
    User,
)
from cases.services import guarded
from cases.services.confirming import CHANGED, SOMEBODY
from cases.services.registers import ENDS_TOO_SOON

NAME_LENGTH = 120
NO_NUMBERS = "Sök inte på personnummer eller samordningsnummer. Skriv något annat."
UNTIL_FURTHER_NOTICE = "Lämna tomt om det gäller tills vidare."


class Defined(str):
    """A choice's label that brings its definition."""

    definition = ""


def _defined(label: str, definition: str) -> Defined:
    made = Defined(label)
    made.definition = definition
    return made


ROLE_DEFINITIONS = {
    Role.REPORTER: "Rapporterar och följer sina egna rapporter.",
    Role.COORDINATOR: "Arbetar på kansliet. Läser och handlägger alla ärenden i förbundet.",
    Role.PREPARATORY: "Läser lyfta ärenden och sammanställningar, och ger rekommendationer.",
    Role.BOARD: "Läser sammanställningar. För styrelse och revisorer.",
    Role.ADMIN: "Sköter registren. Ser inga ärenden.",
}
ROLES = [(role.value, _defined(role.label, ROLE_DEFINITIONS[role])) for role in GRANTED_ROLES]
PARTIES = [(party.value, party.label) for party in Party if party in MEMBER_PARTIES]


class OfMember(forms.ModelChoiceField):
    """A choice among rows of the members, each shown after its member's name."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.member.name}: {obj.name}"


def _standing(rows: QuerySet[Any], keep: int | None = None) -> QuerySet[Any]:
    """Keep rows that have not ended, and the one that is chosen already."""
    return rows.filter(Q(to_on__isnull=True) | Q(to_on__gte=clocks.today()) | Q(pk=keep))


def _members(association: Association, keep: int | None = None) -> QuerySet[Member]:
    return _standing(association.members.all(), keep)


def _functions(association: Association, keep: int | None = None) -> QuerySet[ContactFunction]:
    functions = ContactFunction.objects.filter(member__association=association)
    return _standing(functions, keep).select_related("member").order_by("member__name", "name")


def _choice(queryset: QuerySet[Any], **kwargs: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(queryset, **{"empty_label": "Välj", **kwargs})


def _email(**kwargs: Any) -> forms.EmailField:
    # As long as the column: the field's own limit is longer.
    return forms.EmailField(max_length=254, **kwargs)


class DatedForm(forms.Form):
    """A form that may hold a first and a last day."""

    def clean(self) -> dict[str, Any]:
        """Refuse a last day before the first."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = data.get("from_on"), data.get("to_on")
        if first and last and last < first:
            self.add_error("to_on", ENDS_TOO_SOON)
        return data


class RegisterForm(DatedForm):
    """A form for one row of a förbund's registers; `row` is the one that is changed, if any."""

    def __init__(self, *args: Any, association: Association, row: Any = None, **kwargs: Any) -> None:
        if row:
            kwargs["initial"] = {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}
        super().__init__(*args, **kwargs)
        self.association, self.row = association, row
        self.build()

    def build(self) -> None:
        """Give the fields what depends on the förbund and the row."""

    def among(self, name: str, rows: QuerySet[Any]) -> None:
        """Limit a choice to these rows."""
        field = self.fields[name]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = rows


class AssociationForm(RegisterForm):
    name = line("Namn", NAME_LENGTH)
    code = forms.RegexField(
        label="Kod",
        regex=r"^[A-ZÅÄÖ]{2,6}$",
        help_text="Står i ärendenumren (LH-SVB-2026-0042). Kan ändras tills det första ärendet har kommit in.",
        error_messages={"invalid": "Skriv två till sex stora bokstäver, till exempel SVB."},
    )
    region = line("Län", 80, required=False)
    report_word = line("Ert ord för rapport", 20, help_text="Till exempel rapport eller anmälan.")
    reporter_word = line("Ert ord för rapportör", 20, help_text="Till exempel rapportör eller anmälare.")
    group_word = line("Ert ord för beredningsgruppen", 40, help_text="Till exempel beredningsgruppen.")
    day_kind = forms.ChoiceField(label="Vilka dagar räknas?", choices=DayKind.choices, widget=forms.RadioSelect)
    triage_days = forms.IntegerField(label="Dagar till första hantering", min_value=1, max_value=365)
    acknowledge_days = forms.IntegerField(label="Dagar tills parten ska ha tagit emot", min_value=1, max_value=365)
    answer_days = forms.IntegerField(label="Dagar till partens svar", min_value=1, max_value=365)
    question_days = forms.IntegerField(label="Dagar som en fråga stoppar klockan", min_value=1, max_value=365)
    pack_days = forms.IntegerField(label="Dagar före mötet då underlaget låses", min_value=1, max_value=365)
    agenda_overdue_days = forms.IntegerField(
        label="Dagar efter svarsdagen då ett svar tas upp på nästa möte",
        min_value=1,
        max_value=AGENDA_DAYS,
        help_text=f"Efter {AGENDA_DAYS} dagar kommer det upp i alla fall.",
    )
    reopen_days = forms.IntegerField(label="Dagar då rapportören kan öppna igen", min_value=1, max_value=365)
    effect_days = forms.IntegerField(label="Dagar till effektkontroll", min_value=1, max_value=365)
    open_to_all = forms.BooleanField(
        label="Ta emot rapporter utan konto",
        required=False,
        help_text="Den som saknar konto kan rapportera och får en kvittokod.",
    )
    threshold = forms.IntegerField(
        label="Minsta antal i öppna tabeller",
        min_value=3,
        max_value=10,
        help_text="Mindre antal döljs i det som lämnar förbundet. Mellan 3 och 10.",
    )
    form_intro = forms.CharField(
        label="Text överst på formuläret",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
    )

    WORDS = ("name", "code", "region", "report_word", "reporter_word", "group_word")
    CLOCKS = (
        "day_kind",
        "triage_days",
        "acknowledge_days",
        "answer_days",
        "question_days",
        "pack_days",
        "agenda_overdue_days",
        "reopen_days",
        "effect_days",
    )

    def build(self) -> None:
        if services.code_is_kept(self.association):
            self.fields["code"].disabled = True
            self.fields["code"].help_text = "Står redan i ärendenummer och kan inte ändras."

    @property
    def words(self) -> list[forms.BoundField]:
        return [self[name] for name in self.WORDS]

    @property
    def clocks(self) -> list[forms.BoundField]:
        return [self[name] for name in self.CLOCKS]

    @property
    def rest(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in {*self.WORDS, *self.CLOCKS}]


class MemberForm(RegisterForm):
    party = forms.ChoiceField(label="Part", choices=[("", "Välj"), *PARTIES])
    name = line("Namn", NAME_LENGTH, help_text="Till exempel Habo kommun.")
    from_on = day("Medlem från och med", initial=clocks.today)


class EndMemberForm(RegisterForm):
    last_day = day("Sista dag som medlem", help_text="I dag eller tidigare.", initial=clocks.today)


class UnitForm(RegisterForm):
    member = _choice(Member.objects.none(), label="Medlem")
    name = line("Namn", NAME_LENGTH, help_text="Till exempel Ekonomiskt bistånd.")
    from_on = day("Första dag", initial=clocks.today)
    to_on = day("Sista dag", required=False, help_text=UNTIL_FURTHER_NOTICE)

    def build(self) -> None:
        if self.row:
            del self.fields["member"]
        else:
            self.among("member", _members(self.association))


class InitiativeForm(RegisterForm):
    name = line("Namn", NAME_LENGTH)
    from_on = day("Första dag", initial=clocks.today)
    to_on = day("Sista dag", required=False, help_text=UNTIL_FURTHER_NOTICE)


class FunctionForm(UnitForm):
    name = line("Namn", NAME_LENGTH, help_text="Till exempel Samverkansfunktionen.")
    mailbox = _email(label="Funktionsbrevlåda", required=False, help_text="En adress som flera läser, inte en persons.")
    is_general = forms.BooleanField(
        label="Allmän funktion", required=False, help_text="Får det som ingen regel pekar ut. En medlem har högst en."
    )
    field_order = ("member", "name", "mailbox", "is_general", "from_on", "to_on")


class PlaceForm(RegisterForm):
    person = _choice(User.objects.none(), label="Person")
    is_deputy = forms.BooleanField(
        label="Ersättare", required=False, help_text="Får det som skickas hit när de andra är borta."
    )
    from_on = day("Första dag", initial=clocks.today)
    to_on = day("Sista dag", required=False, help_text=UNTIL_FURTHER_NOTICE)

    def build(self) -> None:
        if self.row:
            del self.fields["person"]
            if self.row.user.is_system:
                del self.fields["is_deputy"]
        else:
            people = services.people_of(self.association).filter(is_active=True)
            self.among("person", people)


class ConfirmForm(forms.Form):
    """Who is still in a function: each who sits there today, ticked from the start."""

    remaining = forms.MultipleChoiceField(
        label="Vilka är kvar?",
        help_text="Ta bort bocken för den som har slutat.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": SOMEBODY, "invalid_choice": CHANGED},
    )
    # The places that the page showed: who was added later is neither confirmed nor taken out.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None = None, *, function: ContactFunction) -> None:
        self.places = list(function.people.in_force().select_related("user"))
        self.coming = list(function.people.filter(from_on__gt=clocks.today()).select_related("user"))
        ids = [str(place.pk) for place in self.places]
        super().__init__(data, initial={"remaining": ids, "seen": ",".join(ids)})
        away = Absence.objects.in_force().filter(user__in=[place.user_id for place in self.places])
        until = dict(away.values_list("user", "to_on"))
        remaining = cast("forms.MultipleChoiceField", self.fields["remaining"])
        remaining.choices = [(str(place.pk), _seat(place, until)) for place in self.places]

    def clean(self) -> dict[str, Any]:
        """Refuse a page that shows fewer people than there are by now, and show the others too, ticked."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        new = [str(place.pk) for place in self.places if str(place.pk) not in data.get("seen", "").split(",")]
        if new:
            self.add_error(None, CHANGED)
            self.data = cast("QueryDict", self.data).copy()
            self.data.setlist("remaining", [*self.data.getlist("remaining"), *new])
            self.data["seen"] = self.initial["seen"]
        return data

    def named(self) -> dict[str, set[int]]:
        """Return which places remain, and which that the page showed do not."""
        remaining = {int(key) for key in self.cleaned_data["remaining"]}
        return {"remaining": remaining, "gone": {place.pk for place in self.places} - remaining}


def _seat(place: FunctionPerson, until: dict[int, dt.date | None]) -> Defined:
    """Name somebody in a function, and say below what there is to know."""
    said = [place.task]
    if place.to_on:
        said.append(f"Till och med {date_format(place.to_on, 'j F Y')}")
    if not place.user.may_act:
        said.append("Kontot är avstängt")
    if place.user_id in until:
        last = until[place.user_id]
        said.append(f"Borta till och med {date_format(last, 'j F Y')}" if last else "Borta tills vidare")
    if place.user.bounced_on:
        said.append("Brev till adressen har kommit tillbaka")
    return _defined(place.user.name, ". ".join(said) + ".")


class RuleForm(RegisterForm):
    function = OfMember(
        ContactFunction.objects.none(),
        label="Går till",
        empty_label="Välj",
        help_text="Funktionen säger vilken medlem.",
    )
    unit = OfMember(Unit.objects.none(), label="Bara för enheten", required=False, empty_label="Alla enheter")
    initiative = _choice(
        Initiative.objects.none(), label="Bara för insatsen", required=False, empty_label="Alla insatser"
    )
    gap_type = forms.ChoiceField(label="Bara för typen", required=False, choices=[("", "Alla typer"), *GapType.choices])

    def build(self) -> None:
        rule: RoutingRule | None = self.row
        units = _standing(Unit.objects.filter(member__association=self.association), rule.unit_id if rule else None)
        initiatives = _standing(self.association.initiatives.all(), rule.initiative_id if rule else None)
        self.among("function", _functions(self.association, rule.function_id if rule else None))
        self.among("unit", units.select_related("member").order_by("member__name", "name"))
        self.among("initiative", initiatives)


class OwnAbsenceForm(DatedForm):
    from_on = day("Borta från och med", initial=clocks.today)
    to_on = day("Till och med", required=False, help_text="Lämna tomt om du inte vet.")


class AbsenceForm(RegisterForm):
    person = _choice(User.objects.none(), label="Person")
    from_on = day("Borta från och med", initial=clocks.today)
    to_on = day("Till och med", required=False, help_text=UNTIL_FURTHER_NOTICE)

    def build(self) -> None:
        absence: Absence | None = self.row
        if absence:
            del self.fields["person"]
            return
        places = _standing(FunctionPerson.objects.filter(function__member__association=self.association))
        people = services.people_of(self.association).filter(pk__in=places.order_by().values("user"))
        self.among("person", people)


class InviteForm(RegisterForm):
    email = _email(label="E-postadress", help_text="Personens egen. Den loggar man in med.")
    name = line("Namn", NAME_LENGTH)
    roles = forms.MultipleChoiceField(
        label="Roller", choices=ROLES, required=False, widget=forms.CheckboxSelectMultiple
    )
    member = _choice(
        Member.objects.none(),
        label="Medlem",
        required=False,
        empty_label="Ingen",
        help_text="Där personen arbetar, eller medlemmen som hen företräder i beredningsgruppen.",
    )
    function = OfMember(
        ContactFunction.objects.none(),
        label="Kontaktfunktion",
        required=False,
        empty_label="Ingen",
        help_text="För den som ska svara för en medlem.",
    )
    is_deputy = forms.BooleanField(
        label="Ersättare i kontaktfunktionen",
        required=False,
        help_text="Får det som skickas dit när de andra är borta.",
    )

    def build(self) -> None:
        self.among("member", _members(self.association))
        self.among("function", _functions(self.association))


class PersonForm(RegisterForm):
    name = line("Namn", NAME_LENGTH)
    email = _email(label="E-postadress")


class GrantForm(RegisterForm):
    role = forms.ChoiceField(label="Roll", choices=ROLES, widget=forms.RadioSelect)
    member = _choice(
        Member.objects.none(),
        label="Medlem",
        required=False,
        empty_label="Ingen",
        help_text="Där personen arbetar, eller medlemmen som hen företräder i beredningsgruppen.",
    )
    from_on = day("Första dag", initial=clocks.today)
    to_on = day("Sista dag", required=False, help_text=UNTIL_FURTHER_NOTICE)

    def build(self) -> None:
        self.among("member", _members(self.association))


class SystemForm(RegisterForm):
    name = line("Namn", NAME_LENGTH, help_text="Till exempel Habo kommuns avvikelsesystem.")
    member = _choice(
        Member.objects.none(),
        label="Medlem",
        required=False,
        empty_label="Ingen, det är förbundets",
        help_text="Vems systemet är. En medlems system kan bara rapportera, och svara för medlemmens funktioner.",
    )

    def build(self) -> None:
        if self.row:
            del self.fields["member"]
        else:
            self.among("member", _members(self.association))


class OfSystemForm(RegisterForm):
    """What a system is given; it decides the choices."""

    def __init__(self, *args: Any, system: User, **kwargs: Any) -> None:
        self.system = system
        super().__init__(*args, **kwargs)


class SystemGrantForm(OfSystemForm):
    role = forms.ChoiceField(label="Roll", widget=forms.RadioSelect)
    from_on = day("Första dag", initial=clocks.today)
    to_on = day("Sista dag", required=False, help_text=UNTIL_FURTHER_NOTICE)

    def build(self) -> None:
        role = cast("forms.ChoiceField", self.fields["role"])
        role.choices = [(value, label) for value, label in ROLES if value in self.system.system_roles]


class SystemPlaceForm(OfSystemForm):
    function = OfMember(ContactFunction.objects.none(), label="Kontaktfunktion", empty_label="Välj")
    from_on = day("Första dag", initial=clocks.today)
    to_on = day("Sista dag", required=False, help_text=UNTIL_FURTHER_NOTICE)

    def build(self) -> None:
        functions = _functions(self.association)
        member = self.system.system_member_id
        self.among("function", functions.filter(member=member) if member else functions)


class EndGrantForm(RegisterForm):
    last_day = day(
        "Sista dag", help_text="Rollen gäller den dagen ut. Välj gårdagen för att avsluta direkt.", initial=clocks.today
    )


class Search(forms.Form):
    """What to look for in a register. A personal number is refused and not shown again."""

    def clean(self) -> dict[str, Any]:
        """Hold the guard before what somebody searches for."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        texts = {name: value for name, value in data.items() if isinstance(value, str)}
        try:
            guarded(texts)
        except PersonalDataFound as error:
            self.data = {**self.data, **dict.fromkeys(error.fields, "")}
            for name in error.fields:
                self.add_error(name, NO_NUMBERS)
        return data


class PeopleFilter(Search):
    """Which people to show."""

    q = forms.CharField(label="Namn eller e-postadress", required=False, max_length=NAME_LENGTH)
    vantar = forms.BooleanField(label="Har inte loggat in än", required=False)
    alla = forms.BooleanField(label="Visa även tidigare", required=False)


class ReadLogFilter(Search):
    """What to look for in the read log."""

    arende = forms.CharField(label="Ärendenummer", required=False, max_length=24)
    person = forms.CharField(label="Namn eller e-postadress", required=False, max_length=254)
    nyckel = forms.CharField(label="Nyckel", required=False, max_length=80)
