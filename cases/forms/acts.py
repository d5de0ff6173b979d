"""The small forms on a systemfel, a meeting or an item of its agenda: each hands what it got to its service.

A form without fields is a button; its own page asks once more, for whoever comes there by the address.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, ClassVar, cast

from django import forms
from django.http import QueryDict

from cases import clocks, services
from cases.codes import Cause, Lifted, MeasureState, PatternStatus, Role
from cases.errors import DomainError
from cases.forms.fields import Part, day, filled_key, line, long_text, one_of, plain_words, put_beside
from cases.models import AgendaItem, Association, Case, Meeting, Pack, Pattern, PatternMeasure, User
from cases.models.meeting import HEADING_LENGTH, WHO_LENGTH
from cases.models.pattern import DESCRIPTION_LENGTH, TITLE_LENGTH
from cases.services import Duty, Plan

# How many people a meeting may give something to do in one form; there is always the next.
DUTIES = 3


class ActForm(forms.Form):
    """A form on one thing: its place in the address, its words, whom it is for, and the service that it calls."""

    nonce = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    slug: ClassVar[str]
    button: ClassVar[str]
    done: ClassVar[str] = "Sparat."
    hint: str = ""
    asked: ClassVar[str] = ""
    danger: ClassVar[bool] = False
    by_one_click: ClassVar[bool] = False
    # Pages name these forms as buttons; a template would otherwise make one of whatever it meets.
    do_not_call_in_templates: ClassVar[bool] = True

    def __init__(self, *args: Any, subject: Any, actor: User, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{self.slug}_%s")
        kwargs.setdefault("initial", {}).update(nonce=uuid.uuid4().hex)
        super().__init__(*args, **kwargs)
        self.subject, self.actor = subject, actor
        self.build()
        plain_words(self, self.association)

    @property
    def association(self) -> Association:
        """Return whose förbund it is about."""
        return cast("Association", self.subject.association)

    @property
    def parts(self) -> list[Part]:
        """Lay the fields out."""
        return [Part(self.visible_fields())]

    @classmethod
    def offered(cls, subject: Any, actor: User) -> bool:
        """Tell whether it makes sense to show the way to this form now; the service has the last word."""
        return actor.standing().holds(Role.COORDINATOR, _association_of(subject))

    @classmethod
    def exists_for(cls, subject: Any, actor: User) -> bool:
        """Tell whether there is such a page for the actor at all."""
        return actor.standing().holds(Role.COORDINATOR, _association_of(subject))

    def build(self) -> None:
        """Fill in what depends on the subject."""

    def perform(self, key: str) -> Any:
        """Call the service; each form says which."""

    def key(self) -> str:
        """Return a key for this very form; none for a bare button, which may be pressed again."""
        return filled_key(cast("QueryDict", self.data)) if self.cleaned_data.get("nonce") else ""

    def show(self, error: DomainError) -> None:
        """Put a refusal beside the field that it is about, or on top."""
        put_beside(self, error)

    def _choose(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = [("", "Välj"), *choices]


def _association_of(subject: Any) -> int:
    return subject.pk if isinstance(subject, Association) else subject.association_id


def _slugs(*forms_: type[ActForm]) -> dict[str, type[ActForm]]:
    return {form.slug: form for form in forms_}


# ---- a systemfel ----

READ_BY_ALL = "Alla som rapporterar eller svarar i förbundet kan läsa det. Skriv inget som pekar ut en person."


class PatternFields(forms.Form):
    title = line("Namn", TITLE_LENGTH, help_text="Kort, så att det känns igen.")
    description = forms.CharField(
        label="Beskrivning",
        required=False,
        max_length=DESCRIPTION_LENGTH,
        help_text=READ_BY_ALL,
        widget=forms.Textarea(attrs={"rows": 5, "dir": "auto"}),
    )
    review_on = day("Följ upp senast", required=False, help_text="Då kommer det upp på beredningsgruppens möte.")


class MakePattern(ActForm, PatternFields):
    slug, button, done = "nytt", "Lägg till systemfel", "Systemfelet är tillagt."

    @property
    def association(self) -> Association:
        return cast("Association", self.subject)

    def perform(self, key: str) -> Pattern:
        return services.make_pattern(self.subject, actor=self.actor, key=key, **_given(self))


class ChangePattern(ActForm, PatternFields):
    slug, button = "andra", "Ändra"
    owner = one_of("Ansvarig samordnare", [], required=False)
    field_order = ("title", "description", "owner", "review_on")

    def build(self) -> None:
        row: Pattern = self.subject
        self.people = {str(person.pk): person for person in services.coordinators_of(row.association)}
        self._choose("owner", [(pk, person.name) for pk, person in self.people.items()])
        given = {name: getattr(row, name) for name in ("title", "description", "review_on")}
        self.initial.update(given, owner=str(row.owner_id))

    def perform(self, key: str) -> Pattern:
        data = _given(self)
        data["owner"] = self.people.get(data["owner"])
        return services.change_pattern(self.subject, actor=self.actor, key=key, **data)


class SetStatus(ActForm):
    slug, button = "lage", "Ändra läge"
    hint = "Löst eller kvarstår betyder att ni inte arbetar med det längre. Ärendena påverkas inte."
    status = one_of("Läge", PatternStatus.choices)

    def build(self) -> None:
        self.initial["status"] = self.subject.status

    def perform(self, key: str) -> Pattern:
        status = PatternStatus(self.cleaned_data["status"])
        return services.set_pattern_status(self.subject, actor=self.actor, status=status, key=key)


class PlanMeasure(ActForm):
    slug, button, done = "atgard", "Lägg till en åtgärd", "Åtgärden är tillagd."
    what = long_text("Vad ska göras?", rows=3)
    cause = one_of("Vilken orsak möter det?", Cause.choices)
    owner = line("Vilken funktion ansvarar?", WHO_LENGTH, help_text="En funktion, inte ett namn.")
    due_on = day("Klart senast")

    def perform(self, key: str) -> PatternMeasure:
        data = self.cleaned_data
        plan = Plan(data["what"], Cause(data["cause"]), data["owner"], data["due_on"])
        return services.plan_pattern_measure(self.subject, actor=self.actor, plan=plan, key=key)


class AddCase(ActForm):
    slug, button, done = "arende", "För ett ärende hit", "Ärendet hör nu till systemfelet."
    number = line("Ärendets nummer", 24, help_text="Till exempel LH-SVB-2026-0042.")

    def clean_number(self) -> Case:
        return _own_case(self)

    def perform(self, key: str) -> Pattern:
        basis = services.Basis(key=key)
        return services.join(self.cleaned_data["number"], actor=self.actor, pattern=self.subject, basis=basis)


class Merge(ActForm):
    slug, button, done = "sla-ihop", "Slå ihop med ett annat", "Systemfelen är sammanslagna."
    hint = "Ärenden, åtgärder och de som har mött det flyttas till det andra. Det går inte att ta tillbaka."
    danger = True
    into = one_of("Vilket ska det bli en del av?", [])

    def build(self) -> None:
        others = self.subject.association.patterns.filter(merged_into__isnull=True).exclude(pk=self.subject.pk)
        self.others = {str(row.pk): row for row in others}
        self._choose("into", [(pk, row.title) for pk, row in self.others.items()])

    def perform(self, key: str) -> Pattern:
        into = self.others[self.cleaned_data["into"]]
        return services.merge_patterns(self.subject, actor=self.actor, into=into, key=key)


class _Reader(ActForm):
    """A button for everybody who may read the pattern."""

    @classmethod
    def offered(cls, subject: Any, actor: User) -> bool:
        return subject.merged_into_id is None

    @classmethod
    def exists_for(cls, subject: Any, actor: User) -> bool:
        return True


class Tally(_Reader):
    slug, button, done = "mott", "Jag har mött detta också", "Tack. Det är räknat i dag."
    hint = "Det räknas en gång om dagen. Har du mer att berätta kan du skriva en rapport."

    def perform(self, key: str) -> bool:
        return services.tally(self.subject, actor=self.actor)


class Follow(_Reader):
    slug, button, done = "folj", "Följ", "Du följer systemfelet. Det som är nytt märks i listan."

    def perform(self, key: str) -> None:
        services.follow(self.subject, actor=self.actor)


class Unfollow(_Reader):
    slug, button, done = "folj-inte", "Sluta följa", "Du följer det inte längre."

    def perform(self, key: str) -> None:
        services.follow(self.subject, actor=self.actor, on=False)


PATTERN_FORMS = _slugs(ChangePattern, SetStatus, PlanMeasure, AddCase, Merge, Tally, Follow, Unfollow)


class _MeasureEnd(ActForm):
    state: ClassVar[MeasureState]

    @property
    def association(self) -> Association:
        return cast("Association", self.subject.pattern.association)

    @classmethod
    def exists_for(cls, subject: PatternMeasure, actor: User) -> bool:
        return actor.standing().holds(Role.COORDINATOR, subject.pattern.association_id)

    def perform(self, key: str) -> PatternMeasure:
        how = self.cleaned_data["how"]
        return services.end_pattern_measure(self.subject, actor=self.actor, state=self.state, how=how, key=key)


class FinishPatternMeasure(_MeasureEnd):
    slug, button, done, state = "klar", "Åtgärden är klar", "Åtgärden är klar.", MeasureState.DONE
    how = long_text("Hur gick det?", required=False, rows=3)


class DropPatternMeasure(_MeasureEnd):
    slug, button, done, state = "avbryt", "Avbryt åtgärden", "Åtgärden är avbruten.", MeasureState.DROPPED
    danger = True
    how = long_text("Varför avbryts den?", rows=3)


MEASURE_FORMS = _slugs(FinishPatternMeasure, DropPatternMeasure)


# ---- a meeting ----


class PlanMeeting(ActForm):
    slug, button, done = "nytt", "Planera ett möte", "Mötet är planerat."
    held_on = day("Datum")
    body = one_of("Vem möts?", Lifted.choices)

    def build(self) -> None:
        self.initial["body"] = Lifted.PREPARATORY

    @property
    def association(self) -> Association:
        return cast("Association", self.subject)

    def perform(self, key: str) -> Meeting:
        data = _given(self)
        return services.plan_meeting(
            self.subject, actor=self.actor, held_on=data["held_on"], body=Lifted(data["body"]), key=key
        )


class _MeetingForm(ActForm):
    """A form on a meeting that may still change."""

    @classmethod
    def offered(cls, subject: Meeting, actor: User) -> bool:
        return subject.is_live and super().offered(subject, actor)


class MoveMeeting(_MeetingForm):
    slug, button, done = "flytta", "Ändra datum", "Mötet har fått en ny dag."
    held_on = day("Nytt datum")

    def build(self) -> None:
        self.initial["held_on"] = self.subject.held_on

    def perform(self, key: str) -> Meeting:
        held_on = self.cleaned_data["held_on"]
        return services.move_meeting(self.subject, actor=self.actor, held_on=held_on, key=key)


class CancelMeeting(_MeetingForm):
    slug, button, done = "stall-in", "Ställ in mötet", "Mötet är inställt. Punkterna väntar på nästa möte."
    hint = "Det som står på dagordningen väntar på nästa möte."
    danger = True

    def perform(self, key: str) -> Meeting:
        return services.cancel_meeting(self.subject, actor=self.actor, key=key)


class Fill(_MeetingForm):
    slug, button, done = "hamta", "Hämta nya punkter", "Dagordningen är uppdaterad."
    hint = "Det som har bordlagts, svar som dröjer och systemfel som ska följas upp kommer med."

    @classmethod
    def offered(cls, subject: Meeting, actor: User) -> bool:
        return subject.cut_off >= clocks.today() and super().offered(subject, actor)

    def perform(self, key: str) -> int:
        return services.fill_by_hand(self.subject, actor=self.actor)


class FreezePack(_MeetingForm):
    slug, button, done = "las", "Lås underlaget nu", "Underlaget är låst."
    hint = "Det som kommer till senare hör inte till underlaget. Du kan låsa det på nytt fram till sista dagen."

    @classmethod
    def offered(cls, subject: Meeting, actor: User) -> bool:
        return subject.cut_off >= clocks.today() and super().offered(subject, actor)

    def perform(self, key: str) -> Pack:
        return services.freeze_pack(self.subject, actor=self.actor, key=key)


class AddItem(_MeetingForm):
    slug, button, done = "punkt", "Lägg till en egen punkt", "Punkten är tillagd."
    item_heading = line("Rubrik", HEADING_LENGTH)
    body = long_text("Text", required=False, rows=3)

    def perform(self, key: str) -> AgendaItem:
        return services.add_item(self.subject, actor=self.actor, key=key, **_given(self))


class AddPatternItem(_MeetingForm):
    slug, button, done = "systemfel", "Lägg till ett systemfel", "Systemfelet står på dagordningen."
    pattern = one_of("Systemfel", [])
    body = long_text("Vad föreslår kansliet?", required=False, rows=3)

    def build(self) -> None:
        there = self.subject.items.filter(pattern__isnull=False).values("pattern")
        rows = self.subject.association.patterns.filter(merged_into__isnull=True).exclude(pk__in=there)
        self.patterns = {str(row.pk): row for row in rows}
        self._choose("pattern", [(pk, row.title) for pk, row in self.patterns.items()])

    def perform(self, key: str) -> AgendaItem:
        pattern, body = self.patterns[self.cleaned_data["pattern"]], self.cleaned_data["body"]
        return services.add_pattern_item(self.subject, actor=self.actor, pattern=pattern, body=body, key=key)


class AddCaseItem(_MeetingForm):
    slug, button, done = "arende", "Lyft ett ärende hit", "Ärendet står på dagordningen."
    number = line("Ärendets nummer", 24, help_text="Till exempel LH-SVB-2026-0042.")
    proposal = long_text("Vad föreslår kansliet?", rows=3)

    def clean_number(self) -> Case:
        return _own_case(self)

    def perform(self, key: str) -> AgendaItem:
        return services.lift(
            self.cleaned_data["number"],
            actor=self.actor,
            held_on=self.subject.held_on,
            body=Lifted(self.subject.body),
            proposal=self.cleaned_data["proposal"],
            basis=services.Basis(key=key),
        )


class Approve(_MeetingForm):
    slug, button, done = "justera", "Justera protokollet", "Protokollet är justerat."
    hint = "Efter det går inget på mötet att ändra."

    @classmethod
    def offered(cls, subject: Meeting, actor: User) -> bool:
        return subject.held_on <= clocks.today() and super().offered(subject, actor)

    def perform(self, key: str) -> Meeting:
        return services.approve_minutes(self.subject, actor=self.actor, key=key)


MEETING_FORMS = _slugs(AddCaseItem, AddPatternItem, AddItem, Fill, FreezePack, MoveMeeting, CancelMeeting, Approve)


# ---- an item on an agenda ----


class _ItemForm(ActForm):
    @property
    def association(self) -> Association:
        return cast("Association", self.subject.meeting.association)

    @classmethod
    def offered(cls, subject: AgendaItem, actor: User) -> bool:
        return bool(subject.meeting and subject.meeting.is_live and subject.waits and cls.exists_for(subject, actor))

    @classmethod
    def exists_for(cls, subject: AgendaItem, actor: User) -> bool:
        return bool(subject.meeting) and actor.standing().holds(Role.COORDINATOR, _meeting(subject).association_id)


class _SitsForm(_ItemForm):
    """A form that the group's people may use too."""

    @classmethod
    def exists_for(cls, subject: AgendaItem, actor: User) -> bool:
        sits = actor.standing().associations(Role.COORDINATOR, Role.PREPARATORY)
        return bool(subject.meeting) and _meeting(subject).association_id in sits


class Up(_ItemForm):
    slug, button, done = "upp", "Flytta upp", "Punkten är flyttad."

    def perform(self, key: str) -> None:
        services.place_item(self.subject, actor=self.actor, up=True)


class Down(_ItemForm):
    slug, button, done = "ned", "Flytta ned", "Punkten är flyttad."

    def perform(self, key: str) -> None:
        services.place_item(self.subject, actor=self.actor, up=False)


class Remove(_ItemForm):
    slug, button, done = "ta-bort", "Ta bort", "Punkten är borttagen."
    danger = True

    @classmethod
    def offered(cls, subject: AgendaItem, actor: User) -> bool:
        return super().offered(subject, actor) and not subject.deferrals.all()

    def perform(self, key: str) -> None:
        services.remove_item(self.subject, actor=self.actor)


class Defer(_SitsForm):
    slug, button, done = "bordlagg", "Bordlägg", "Punkten är bordlagd till nästa möte."
    hint = "Punkten väntar på nästa möte."

    def perform(self, key: str) -> AgendaItem:
        return services.defer_item(self.subject, actor=self.actor)


class Settle(_SitsForm):
    slug, button, done = "rekommendera", "Skriv rekommendation", "Rekommendationen är sparad."
    hint = "En rekommendation är inget beslut. Den skrivs också i ärendet eller systemfelet."
    body = long_text("Vad rekommenderar gruppen?")
    review_on = day("Följ upp systemfelet igen senast", required=False)
    who_1 = line("Vem? (funktion)", WHO_LENGTH, required=False, help_text="En funktion eller roll, inte ett namn.")
    what_1 = long_text("Vad?", required=False, rows=2)
    due_1 = day("Klart senast", required=False)

    @classmethod
    def offered(cls, subject: AgendaItem, actor: User) -> bool:
        return super().offered(subject, actor) and _may_recommend(subject, actor)

    def build(self) -> None:
        for n in range(2, DUTIES + 1):
            self.fields[f"who_{n}"] = line("Vem? (funktion)", WHO_LENGTH, required=False)
            self.fields[f"what_{n}"] = long_text("Vad?", required=False, rows=2)
            self.fields[f"due_{n}"] = day("Klart senast", required=False)
        if not self.subject.pattern_id:
            del self.fields["review_on"]

    @property
    def parts(self) -> list[Part]:
        first = [self[name] for name in ("body", "review_on") if name in self.fields]
        duties = [
            Part(
                [self[f"{name}_{n}"] for name in ("who", "what", "due")],
                f"Uppdrag {n}: vem gör vad till när?",
                folded=not any(self[f"{name}_{n}"].errors or self[f"{name}_{n}"].value() for name in ("who", "what")),
            )
            for n in range(1, DUTIES + 1)
        ]
        return [Part(first), *duties]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self.duties = []
        for n in range(1, DUTIES + 1):
            given = {name: data.get(f"{name}_{n}") for name in ("who", "what", "due")}
            if not any(given.values()):
                continue
            for name, value in given.items():
                if not value and f"{name}_{n}" not in self.errors:
                    self.add_error(f"{name}_{n}", "Fyll i det här också, eller töm uppdraget.")
            self.duties.append(Duty(str(given["who"]), str(given["what"]), cast("Any", given["due"])))
        return data

    def perform(self, key: str) -> AgendaItem:
        return services.settle_item(
            self.subject,
            actor=self.actor,
            body=self.cleaned_data["body"],
            duties=self.duties,
            review_on=self.cleaned_data.get("review_on"),
            key=key,
        )


ITEM_FORMS = _slugs(Settle, Defer, Up, Down, Remove)


def _meeting(item: AgendaItem) -> Meeting:
    assert item.meeting is not None
    return item.meeting


def _may_recommend(item: AgendaItem, actor: User) -> bool:
    """Tell whether the actor has the case, as the table of moves wants it; without a question for each item."""
    kansli = actor.standing().holds(Role.COORDINATOR, _meeting(item).association_id)
    return kansli or item.case is None or bool(item.case.lifted)


# ---- shared ----


def _given(form: ActForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name != "nonce"}


def _own_case(form: ActForm) -> Case:
    number = form.cleaned_data["number"].strip().upper()
    found = Case.objects.visible_to(form.actor).filter(association=form.association, number=number).first()
    if found is None:
        raise forms.ValidationError("Det finns inget sådant ärende i förbundet.")
    return found
