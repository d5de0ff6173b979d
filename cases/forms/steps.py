"""One small form for each step of the table of moves; each hands what it got to its service."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django import forms
from django.db.models import Q
from django.http import QueryDict

from cases import clocks, services, workflow
from cases.codes import (
    MEMBER_PARTIES,
    UNSENT,
    Cause,
    ConcernState,
    DismissReason,
    FeedbackKind,
    GapType,
    Helped,
    Lifted,
    MeasureState,
    Outcome,
    Role,
    Status,
    TextKind,
    Track,
)
from cases.errors import DomainError, Incomplete
from cases.forms.fields import (
    OnBehalfFields,
    Part,
    concerned_choices,
    concerned_from,
    day,
    filled_key,
    gap_types,
    line,
    long_text,
    members_of,
    mend,
    one_click,
    one_of,
    opening,
    plain_words,
    put_beside,
    unit_choices,
)
from cases.models import AgendaItem, Association, Case, ContactFunction, Text, Unit, User
from cases.models.case import LINE_LENGTH
from cases.querysets import Actor
from cases.routing import Doubt, Route, Router
from cases.services import Basis, OnBehalf, Plan
from cases.workflow import Step


class StepForm(OnBehalfFields):
    """A step on a case: its fields, its place in the address, and the service that it calls."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    nonce = forms.CharField(widget=forms.HiddenInput, max_length=64)

    verb: ClassVar[str]
    slug: ClassVar[str]
    danger: ClassVar[bool] = False
    # The answers are the buttons.
    by_one_click: ClassVar[bool] = False
    done: str
    hint: str = ""
    # The same, and the labels by field, said to the kansli when it records word from somebody else.
    done_for_another: ClassVar[str] = ""
    hint_for_another: ClassVar[str] = ""
    words_for_another: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, case: Case, actor: Actor, step: Step, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", f"id_{step.verb}_{step.concern.pk if step.concern else 0}_%s")
        kwargs.setdefault("initial", {}).update(seen=case.last_seq, nonce=uuid.uuid4().hex)
        super().__init__(*args, **kwargs)
        self.case, self.actor, self.step = case, actor, step
        self.concern: Any = step.concern  # steps on a concern always carry one
        if not self._speaks_for_another():
            del self.fields["source"], self.fields["received_on"]
        else:
            self.order_fields(
                [n for n in self.fields if n not in ("source", "received_on")] + ["source", "received_on"]
            )
            self.initial["received_on"] = clocks.today()
        self.build()
        if self._speaks_for_another():
            self._speak_to_the_kansli()
        plain_words(self, case.association)

    @property
    def button(self) -> str:
        """Return what the button that sends the form says."""
        return self.step.label

    @property
    def asks(self) -> bool:
        """Tell whether the form is to stand open, because its answer is waited for."""
        return False

    @property
    def parts(self) -> list[Part]:
        """Lay the fields out; most forms are short enough for one part."""
        return [Part(self.visible_fields())]

    def build(self) -> None:
        """Fill in choices that depend on the case."""

    def perform(self, basis: Basis) -> Any:
        """Call the service; each form says which."""

    def basis(self) -> Basis:
        """Say which page this was filled in on, and which very form it is."""
        return Basis(seen=self.cleaned_data.get("seen"), key=filled_key(cast("QueryDict", self.data)))

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        mend(self, seen=self.case.last_seq, nonce=uuid.uuid4().hex)
        return data

    def start_from(self, seq: int) -> None:
        """Show the form again on what the person has now been told, with all that was filled in."""
        data = cast("QueryDict", self.data).copy()
        data["seen"] = str(seq)
        self.data = data

    def show(self, error: DomainError) -> None:
        """Put a refusal beside the field that it is about, or on top."""
        put_beside(self, error, self.place)

    def place(self, name: str) -> str:
        """Return the field that a service means by the name."""
        return name

    def for_another(self) -> OnBehalf | None:
        return self.on_behalf() if "source" in self.fields else None

    def _speaks_for_another(self) -> bool:
        return self.step.on_behalf and services.speaks_for_another(self.step.role, self.concern)

    def _speak_to_the_kansli(self) -> None:
        self.done, self.hint = self.done_for_another, self.hint_for_another
        for name, words in self.words_for_another.items():
            self.fields[name].label = words
            self.fields[name].help_text = ""

    def _choose(self, name: str, choices: list[Any]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices


STEP_FORMS: dict[str, type[StepForm]] = {}


def form_for(cls: type[StepForm]) -> type[StepForm]:
    """Enter a form under its verb."""
    STEP_FORMS[cls.verb] = cls
    return cls


# ---- the reporter ----


@form_for
class Add(StepForm):
    verb, slug, done = "add", "komplettera", "Tack. Dina uppgifter är tillagda."
    body = long_text("Vad vill du lägga till?", help_text="Alla som arbetar med ärendet kan läsa det.")

    def perform(self, basis: Basis) -> Any:
        return services.add(self.case, actor=self.actor, body=self.cleaned_data["body"], basis=basis)


@form_for
class Reply(StepForm):
    verb, slug, done = "reply", "svara-pa-fraga", "Tack. Ditt svar är skickat."
    done_for_another = "Rapportörens svar är antecknat."
    words_for_another: ClassVar = {"body": "Vad svarade rapportören?"}
    question = one_of("Fråga", [])
    body = long_text("Svar")

    def build(self) -> None:
        self.open = {str(q.pk): q for q in self.case.questions.all() if q.is_open}
        self._choose("question", [(pk, q.text.body[:200]) for pk, q in self.open.items()])
        if len(self.open) == 1:
            [(pk, only)] = self.open.items()
            self.fields["question"].widget = forms.HiddenInput()
            self.initial["question"] = pk
            self.fields["body"].label = "Ditt svar"
            self.asked = only.text.body

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if len(self.open) == 1:
            # It is hidden, so nobody could choose another one after somebody else has answered theirs.
            changed = "Frågan är en annan nu. Läs den, och skicka igen om ditt svar passar."
            mend(self, changed, question=next(iter(self.open)))
        return data

    def perform(self, basis: Basis) -> Any:
        question = self.open[self.cleaned_data["question"]]
        return services.reply(
            self.case,
            actor=self.actor,
            question=question,
            body=self.cleaned_data["body"],
            on_behalf=self.for_another(),
            basis=basis,
        )


@form_for
class Withdraw(StepForm):
    verb, slug, done = "withdraw", "ta-tillbaka", "Rapporten är tillbakatagen."
    hint = "Rapporten avslutas. Den finns kvar som allmän handling, men skickas inte vidare."
    danger = True

    def perform(self, basis: Basis) -> Any:
        return services.withdraw(self.case, actor=self.actor, basis=basis)


@form_for
class Reopen(StepForm):
    verb, slug, done = "reopen", "oppna-igen", "Ärendet är öppet igen."
    reason = long_text("Varför behöver ärendet öppnas igen?", help_text="Alla som arbetar med ärendet kan läsa det.")

    def perform(self, basis: Basis) -> Any:
        return services.reopen(self.case, actor=self.actor, reason=self.cleaned_data["reason"], basis=basis)


class _OneClick(StepForm):
    """A question that a click on an answer settles; whoever wants to say more writes that first."""

    by_one_click = True
    hint = "Ett klick på ditt svar räcker."
    comment = long_text(
        "Vill du säga något mer?",
        required=False,
        rows=2,
        help_text="Skriv det här innan du klickar på ditt svar. Kansliet läser det.",
    )


@form_for
class Feedback(_OneClick):
    verb, slug, done = "feedback", "hjalpte-det", "Tack för att du berättade."
    helped = one_click("Hjälpte det?", Helped.choices)

    @property
    def asks(self) -> bool:
        return not self.case.helped

    def perform(self, basis: Basis) -> Any:
        return services.feedback(
            self.case,
            actor=self.actor,
            helped=Helped(self.cleaned_data["helped"]),
            comment=self.cleaned_data["comment"],
            basis=basis,
        )


@form_for
class Effect(_OneClick):
    verb, slug, done = "effect", "kom-det-tillbaka", "Tack för att du berättade."
    came_back = one_click("Kom det tillbaka?", Helped.choices)

    @property
    def asks(self) -> bool:
        said = self.case.feedback.filter(kind=FeedbackKind.CAME_BACK)
        if self.step.role == Role.CONTACT:
            mine = said.filter(concern__function__in=self.actor.standing().functions)
        else:
            mine = said.filter(concern__isnull=True)
        return not mine.filter(given_on__gte=clocks.local_date(self.case.ended_at or clocks.now())).exists()

    def perform(self, basis: Basis) -> Any:
        return services.effect(
            self.case,
            actor=self.actor,
            came_back=Helped(self.cleaned_data["came_back"]),
            comment=self.cleaned_data["comment"],
            basis=basis,
        )


# ---- the kansli, before and beside sending ----


@form_for
class Ask(StepForm):
    verb, slug, done = "ask", "fraga", "Frågan är skickad till rapportören."
    body = long_text("Din fråga")
    part_of_report = forms.BooleanField(
        label="Svaret blir en del av rapporten",
        required=False,
        initial=True,
        help_text="Då kan även parten läsa det. Annars ser bara kansliet svaret.",
    )

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        return services.ask(
            self.case, actor=self.actor, body=data["body"], part_of_report=data["part_of_report"], basis=basis
        )


@form_for
class AskAsFunction(StepForm):
    verb, slug = "ask_as_function", "fraga-rapportoren"
    done = "Frågan är skickad. Klockan för ert svar står still tills rapportören svarar."
    hint = "Rapportören får frågan från kansliet, utan ditt namn. Klockan för ert svar står still så länge."
    body = long_text("Din fråga")

    def perform(self, basis: Basis) -> Any:
        return services.ask(
            self.case, actor=self.actor, body=self.cleaned_data["body"], concern=self.concern, basis=basis
        )


@form_for
class Mask(StepForm):
    verb, slug, done = "mask", "maskera", "Texten är maskerad."
    hint = (
        "Använd det här när något i texten kan peka ut en person. Originalet sparas, och bara samordnare kan läsa det."
    )
    target = one_of("I vilken text?", [])
    phrase = forms.CharField(
        label="Vad ska döljas?",
        max_length=1000,
        help_text="Kopiera orden precis som de står. De döljs överallt i den texten.",
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
        strip=False,
    )
    reason = line("Varför?", LINE_LENGTH)

    def build(self) -> None:
        fields = [
            (f"field:{key}", f"{place.label}: {opening(place.body)}")
            for key, place in services.maskable(self.case).items()
        ]
        texts = [
            (
                f"text:{text.pk}",
                f"{TextKind(text.kind).label} {clocks.local_date(text.created_at)}: {opening(text.body)}",
            )
            for text in self.case.texts.all()
        ]
        self._choose("target", [("", "Välj"), *fields, *texts])

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        kind, _, key = data["target"].partition(":")
        return services.mask(
            self.case,
            actor=self.actor,
            phrase=data["phrase"].replace("\r\n", "\n").strip("\n"),
            reason=data["reason"],
            field=key if kind == "field" else "",
            text=Text.objects.get(case=self.case, pk=key) if kind == "text" else None,
            basis=basis,
        )


@form_for
class Note(StepForm):
    verb, slug, done = "note", "anteckna", "Anteckningen är sparad."
    body = long_text("Anteckning", help_text="Bara kansliet ser den.")

    def perform(self, basis: Basis) -> Any:
        return services.note(self.case, actor=self.actor, body=self.cleaned_data["body"], basis=basis)


@form_for
class Assign(StepForm):
    verb, slug, done = "assign", "ansvarig", "Ansvarig samordnare är utsedd."
    responsible = one_of("Ansvarig samordnare", [])

    def build(self) -> None:
        self.people = {str(person.pk): person for person in services.coordinators_of(self.case.association)}
        self._choose("responsible", [("", "Välj"), *((pk, user.name) for pk, user in self.people.items())])
        self.initial["responsible"] = self.case.responsible_id or self.actor.pk

    def perform(self, basis: Basis) -> Any:
        responsible: User = self.people[self.cleaned_data["responsible"]]
        return services.assign(self.case, actor=self.actor, responsible=responsible, basis=basis)


@form_for
class Classify(StepForm):
    verb, slug, done = "classify", "klassa", "Klassningen är sparad."
    hint = "Typen som du sätter här är den som räknas i sammanställningarna."
    track = forms.ChoiceField(
        label="Spår",
        required=False,
        choices=[("", "Inte bestämt"), *Track.choices],
        help_text="Snabbspår: nå ansvarig chef och lös det. Analys: en strukturell fråga som medlemmen får utreda.",
    )
    initiative = forms.ChoiceField(label="Insats", required=False)

    def build(self) -> None:
        self.unsent = [c for c in self.case.concerns.all() if c.state in UNSENT]
        for concern in self.unsent:
            said = GapType(concern.type_reported).label if concern.type_reported else "vet inte"
            self.fields[f"type_{concern.pk}"] = forms.ChoiceField(
                label=f"Typ för {concern.who}",
                choices=gap_types(unknown=False),
                widget=forms.RadioSelect,
                initial=concern.type_set or concern.type_reported,
                help_text=f"Rapportörens förslag: {said.lower()}.",
            )
        initiatives = self.case.association.initiatives.filter(
            Q(pk__in=self.case.association.initiatives.in_force()) | Q(pk=self.case.initiative_id)
        )
        self._initiatives = {str(i.pk): i for i in initiatives}
        self._choose("initiative", [("", "Ordinarie verksamhet"), *((k, i.name) for k, i in self._initiatives.items())])
        self.initial.update(track=self.case.track, initiative=self.case.initiative_id)
        self.order_fields([f"type_{c.pk}" for c in self.unsent])

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        return services.classify(
            self.case,
            actor=self.actor,
            types={c.pk: GapType(data[f"type_{c.pk}"]) for c in self.unsent},
            track=Track(data["track"]) if data["track"] else None,
            initiative=self._initiatives.get(data["initiative"]),
            basis=basis,
        )


@form_for
class AddConcern(StepForm):
    verb, slug, done = "add_concern", "berord-part", "Parten är tillagd."
    concerned = one_of("Vem gäller det?", [])
    unit = one_of("Enhet", [], required=False)
    gap_type = forms.ChoiceField(label="Typ", choices=gap_types(unknown=False), widget=forms.RadioSelect)
    primary = forms.BooleanField(label="Det här är den part som det främst gäller", required=False)

    def build(self) -> None:
        self.members = members_of(self.case.association)
        self._choose("concerned", [("", "Välj"), *concerned_choices(self.members, unknown_member=False)])
        self._choose("unit", [("", "Ingen särskild"), *unit_choices(self.members)])

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        unit = Unit.objects.get(pk=data["unit"]) if data["unit"] else None
        concerned = concerned_from(data["concerned"], self.members, unit)
        if unit is not None and concerned.unit is None:
            raise Incomplete(
                {"unit": f"Enheten hör till {unit.member.name}. Välj den medlemmen, eller en annan enhet."}
            )
        return services.add_concern(
            self.case,
            actor=self.actor,
            concerned=concerned,
            gap_type=GapType(data["gap_type"]),
            primary=data["primary"],
            basis=basis,
        )


@form_for
class WithdrawConcern(StepForm):
    verb, slug, done = "withdraw_concern", "stryk-part", "Parten är struken."
    danger = True
    reason = long_text("Varför stryks parten?", rows=3)

    def perform(self, basis: Basis) -> Any:
        return services.withdraw_concern(
            self.case, actor=self.actor, concern=self.concern, reason=self.cleaned_data["reason"], basis=basis
        )


@form_for
class Send(StepForm):
    verb, slug, done = "send", "skicka", "Ärendet är skickat."
    KANSLI = "kansli"

    def build(self) -> None:
        router = Router(self.case.association)
        self.routes: dict[int, Route] = {}
        self.functions: dict[int, dict[str, ContactFunction | None]] = {}
        self.doubts: dict[int, list[Doubt]] = {}
        for concern in self.case.concerns.all():
            if concern.state == ConcernState.WITHDRAWN:
                continue
            concern.case = self.case
            route = self.routes[concern.pk] = router.route(concern)
            choices = {str(f.pk): f for f in router.choices(concern)}
            self.functions[concern.pk] = {**choices, self.KANSLI: None}
            self.doubts |= {f.pk: router.doubts(f, without=self.case.reporter_id) for f in choices.values()}
            named = [(key, self._name(function)) for key, function in choices.items()]
            self._add_row(concern, route, [*named, (self.KANSLI, "Kansliet")])

    def _name(self, function: ContactFunction) -> str:
        """Name a choice, and say in a few words what there is to know about it."""
        known = ", ".join(doubt.short for doubt in self.doubts[function.pk])
        return f"{function.name} – {known}" if known else function.name

    def _add_row(self, concern: Any, route: Route, choices: list[Any]) -> None:
        waits = concern.state in UNSENT
        label = f"Skicka till {concern.who}" if waits else f"Skicka om till {concern.who}"
        state = "" if waits else f" Läget nu: {ConcernState(concern.state).label.lower()}."
        missing = concern.party in MEMBER_PARTIES and concern.member_id is None
        self.fields[f"go_{concern.pk}"] = forms.BooleanField(
            label=label, required=False, initial=waits and not missing, help_text=state.strip()
        )
        self.fields[f"to_{concern.pk}"] = forms.ChoiceField(
            label=f"Mottagare för {concern.who}",
            choices=choices,
            initial=str(route.function.pk) if route.function else self.KANSLI,
            help_text=f"Går till {route.target}, eftersom {route.because}. Du kan välja något annat.",
        )

    @property
    def parts(self) -> list[Part]:
        """Lay out whether and where each concern goes, and what to know about the function that is chosen."""
        return [self._part(pk) for pk in self.routes]

    def _part(self, concern: int) -> Part:
        go, to = self[f"go_{concern}"], self[f"to_{concern}"]
        function = self.functions[concern].get(str(to.value()))
        return Part([go, to], about=function, doubts=self.doubts[function.pk] if function else ())

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        chosen = {
            pk: self.functions[pk][data[f"to_{pk}"]] for pk in self.routes if data[f"go_{pk}"] and data[f"to_{pk}"]
        }
        return services.send(self.case, actor=self.actor, concerns=chosen, basis=basis)


# ---- the function, or the kansli for it ----


class _ConcernStep(StepForm):
    """A step that a function takes, or the kansli on its behalf."""

    def common(self, basis: Basis) -> dict[str, Any]:
        return {
            "actor": self.actor,
            "concern": self.concern,
            "on_behalf": self.for_another(),
            "basis": basis,
        }


@form_for
class Acknowledge(_ConcernStep):
    verb, slug, done = "acknowledge", "mottaget", "Tack. Nu syns det att ärendet är mottaget."
    hint = "Rapportören och kansliet ser att ni har ärendet."
    done_for_another = "Det är antecknat att parten har tagit emot ärendet."
    hint_for_another = "Rapportören ser att parten har ärendet."

    def perform(self, basis: Basis) -> Any:
        return services.acknowledge(self.case, **self.common(basis))


@form_for
class Return(_ConcernStep):
    verb, slug, done = "return", "lamna-tillbaka", "Ärendet är återlämnat till kansliet."
    done_for_another = "Det är antecknat att parten har lämnat tillbaka ärendet."
    words_for_another: ClassVar = {"reason": "Varför lämnar parten tillbaka ärendet?"}
    reason = long_text("Varför lämnar ni tillbaka ärendet?", rows=3, help_text="Skriv gärna vart det hör i stället.")

    def perform(self, basis: Basis) -> Any:
        return services.return_(self.case, reason=self.cleaned_data["reason"], **self.common(basis))


class _MeasureFields(forms.Form):
    """The four fields of a planned measure, numbered."""

    def add_measure_fields(self, number: int, *, required: bool) -> None:
        self.fields[f"what_{number}"] = long_text("Vad ska göras?", required=required, rows=2)
        self.fields[f"cause_{number}"] = one_of("Vilken orsak ska åtgärden ta bort?", Cause.choices, required=required)
        self.fields[f"owner_{number}"] = line(
            "Vilken funktion ansvarar?", 120, required=required, help_text="En funktion, inte ett namn."
        )
        self.fields[f"due_{number}"] = day("När ska åtgärden vara klar?", required=required)

    def measure_part(self, legend: str, number: int, *, folded: bool) -> Part:
        fields = [self[f"{name}_{number}"] for name in ("what", "cause", "owner", "due")]
        return Part(fields, legend, folded=folded and not any(field.errors or field.value() for field in fields))

    def is_planned(self, number: int) -> bool:
        """Tell whether the measure is filled in; what a half-filled one lacks is said beside each field."""
        names = [f"{name}_{number}" for name in ("what", "cause", "owner", "due")]
        if not any(self.data.get(name, "").strip() for name in names):
            return False
        for name in names:
            if not self.cleaned_data.get(name) and name not in self.errors:
                self.add_error(name, "Fyll i det här också, eller töm åtgärden.")
        return True

    def plan(self, number: int) -> Plan:
        """Return the measure."""
        what, cause, owner, due = (self.cleaned_data[f"{name}_{number}"] for name in ("what", "cause", "owner", "due"))
        return Plan(what, Cause(cause), owner, due)


@form_for
class Answer(_ConcernStep, _MeasureFields):
    verb, slug, done = "answer", "svara", "Tack. Svaret är skickat till kansliet."
    hint = "Kansliet läser svaret och delar det med rapportören, senast när ärendet avslutas."
    done_for_another = "Partens svar är antecknat."
    hint_for_another = "Dela svaret med rapportören när du har läst det, senast när du avslutar ärendet."
    words_for_another: ClassVar = {
        "finding": "Vad kom parten fram till?",
        "gap_type": "Hur ser parten på typen av brist?",
        "no_measure": "Varför planerar parten ingen åtgärd?",
        "own_reference": "Partens eget ärendenummer",
    }
    PLANS = 2
    finding = long_text("Vad kom ni fram till?", rows=6)
    gap_type = forms.ChoiceField(
        label="Hur ser ni på typen av brist?", choices=gap_types(unknown=True), widget=forms.RadioSelect
    )
    cause = one_of("Vilken är orsaken?", Cause.choices)
    no_measure = long_text(
        "Varför planerar ni ingen åtgärd?",
        required=False,
        rows=3,
        help_text="Fyll i det här om ni inte lägger till någon åtgärd.",
    )
    own_reference = line("Ert eget ärendenummer", 60, required=False)

    def build(self) -> None:
        for number in range(1, self.PLANS + 1):
            self.add_measure_fields(number, required=False)

    @property
    def parts(self) -> list[Part]:
        names = ("no_measure", "own_reference", "source", "received_on")
        return [
            Part([self[name] for name in ("finding", "gap_type", "cause")]),
            self.measure_part("En åtgärd", 1, folded=False),
            self.measure_part("En åtgärd till", 2, folded=True),
            Part([self[name] for name in names if name in self.fields]),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.planned = [number for number in range(1, self.PLANS + 1) if self.is_planned(number)]
        return data

    def place(self, name: str) -> str:
        """Find the measure that a service numbers by those that are filled in."""
        stem, _, number = name.rpartition("_")
        return f"{stem}_{self.planned[int(number) - 1]}" if stem in ("what", "owner", "due") else name

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        return services.answer(
            self.case,
            finding=data["finding"],
            gap_type=None if data["gap_type"] == "UNKNOWN" else GapType(data["gap_type"]),
            cause=Cause(data["cause"]),
            plans=[self.plan(number) for number in self.planned],
            no_measure=data["no_measure"],
            own_reference=data["own_reference"],
            **self.common(basis),
        )


@form_for
class Share(StepForm):
    verb, slug, done = "share", "dela-svaret", "Rapportören kan nu läsa svaret."
    hint = "Rapportören får läsa svaret nu, innan ärendet avslutas."

    def perform(self, basis: Basis) -> Any:
        return services.share(self.case, actor=self.actor, concern=self.concern, basis=basis)


@form_for
class MarkUnanswered(StepForm):
    verb, slug, done = "mark_unanswered", "svar-uteblev", "Det är markerat att svaret uteblev."
    hint = "Det syns i alla sammanställningar att parten inte svarade."
    danger = True
    reason = long_text("Vad har ni gjort för att få ett svar?", rows=3)

    def perform(self, basis: Basis) -> Any:
        return services.mark_unanswered(
            self.case, actor=self.actor, concern=self.concern, reason=self.cleaned_data["reason"], basis=basis
        )


@form_for
class AddMeasure(StepForm, _MeasureFields):
    verb, slug, done = "add_measure", "atgard", "Åtgärden är tillagd."

    def build(self) -> None:
        self.add_measure_fields(1, required=True)

    def perform(self, basis: Basis) -> Any:
        return services.add_measure(self.case, actor=self.actor, concern=self.concern, plan=self.plan(1), basis=basis)


class _MeasureStep(StepForm):
    """Ends one of the open measures that the actor may end."""

    measure = one_of("Åtgärd", [])

    def build(self) -> None:
        self.open = {str(m.pk): m for m in workflow.open_measures_of(self.case, self.actor)}
        self._choose("measure", [("", "Välj"), *((pk, m.what.body[:120]) for pk, m in self.open.items())])
        if len(self.open) == 1:
            self.initial["measure"] = next(iter(self.open))

    def chosen(self) -> Any:
        return self.open[self.cleaned_data["measure"]]


@form_for
class FinishMeasure(_MeasureStep):
    verb, slug, done = "finish_measure", "atgard-klar", "Åtgärden är klar."
    how = long_text("Hur gick det?", required=False, rows=3)

    def perform(self, basis: Basis) -> Any:
        return services.finish_measure(
            self.case, actor=self.actor, measure=self.chosen(), how=self.cleaned_data["how"], basis=basis
        )


@form_for
class DropMeasure(_MeasureStep):
    verb, slug, done = "drop_measure", "avbryt-atgard", "Åtgärden är avbruten."
    danger = True
    how = long_text("Varför avbryts åtgärden?", rows=3)

    def perform(self, basis: Basis) -> Any:
        return services.drop_measure(
            self.case, actor=self.actor, measure=self.chosen(), why=self.cleaned_data["how"], basis=basis
        )


@form_for
class MoveMeasure(_MeasureStep):
    verb, slug, done = "move_measure", "flytta-atgard", "Åtgärden följer nu systemfelet."
    hint = "Då kan ärendet avslutas medan åtgärden fortsätter hos systemfelet."

    def perform(self, basis: Basis) -> Any:
        return services.move_measure(self.case, actor=self.actor, measure=self.chosen(), basis=basis)


# ---- meetings and patterns ----


@form_for
class Lift(StepForm):
    verb, slug, done = "lift", "lyft", "Ärendet är lyft till mötet."
    meeting = forms.ChoiceField(label="Till vilket möte?", widget=forms.RadioSelect)
    body = forms.ChoiceField(label="Till vem?", choices=Lifted.choices)
    held_on = day("Mötets datum")
    proposal = long_text("Vad föreslår kansliet?", rows=4)
    OTHER = "other"

    def build(self) -> None:
        """Offer the planned meetings; where there are none, a body and a date are all that is asked for."""
        coming = self.case.association.meetings.filter(held_on__gte=clocks.today())
        # Where the ladder has put the case there is no proposal yet.
        taken = {i.meeting_id for i in self.case.agenda_items.all() if i.proposal_id or i.recommended_at}
        self.planned = {str(m.pk): m for m in coming if m.pk not in taken}

        if not self.planned:
            del self.fields["meeting"]
            return
        self._choose("meeting", [*((pk, str(m)) for pk, m in self.planned.items()), (self.OTHER, "Annat datum")])
        self.initial["meeting"] = next(iter(self.planned))
        for name in ("body", "held_on"):
            self.fields[name].required = False
            self.fields[name].help_text = "Fyll i om du valde Annat datum."

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        self.chosen_meeting = self.planned.get(data.get("meeting", ""))
        if data.get("meeting") == self.OTHER:
            for name in ("body", "held_on"):
                if not data.get(name) and name not in self.errors:
                    self.add_error(name, "Fyll i det här också, eller välj ett planerat möte.")
        return data

    def place(self, name: str) -> str:
        return "meeting" if name == "held_on" and self.chosen_meeting else name

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        planned = self.chosen_meeting
        held_on, body = (planned.held_on, planned.body) if planned else (data["held_on"], data["body"])
        return services.lift(
            self.case,
            actor=self.actor,
            held_on=held_on,
            body=Lifted(body),
            proposal=data["proposal"],
            basis=basis,
        )


@form_for
class Recommend(StepForm):
    verb, slug, done = "recommend", "rekommendera", "Rekommendationen är sparad."
    item = one_of("Möte", [])
    body = long_text("Vad rekommenderar gruppen?", help_text="En rekommendation, inget beslut.")

    def build(self) -> None:
        self.items = {str(i.pk): i for i in self.case.agenda_items.all() if i.recommended_at is None}
        self._choose("item", [("", "Välj"), *((pk, self._which(i)) for pk, i in self.items.items())])
        if len(self.items) == 1:
            self.initial["item"] = next(iter(self.items))

    def _which(self, item: AgendaItem) -> str:
        meeting = str(item.meeting) if item.meeting else "Beredningsgruppens nästa möte, inte planerat än"
        return meeting if item.proposal_id else f"{meeting} (svaret dröjer)"

    def perform(self, basis: Basis) -> Any:
        item = self.items[self.cleaned_data["item"]]
        return services.recommend(self.case, actor=self.actor, item=item, body=self.cleaned_data["body"], basis=basis)


@form_for
class Join(StepForm):
    verb, slug, done = "join", "systemfel", "Ärendet hör nu till systemfelet."
    hint = "Ett systemfel samlar ärenden med samma orsak, även hos olika medlemmar."
    pattern = one_of("Systemfel", [], required=False)
    new_title = line("Eller ett nytt systemfel", 160, required=False, help_text="Ge det ett kort namn.")

    def build(self) -> None:
        self.patterns = {str(p.pk): p for p in self.case.association.patterns.filter(merged_into__isnull=True)}
        self._choose("pattern", [("", "Välj"), *((pk, p.title) for pk, p in self.patterns.items())])
        self.initial["pattern"] = self.case.pattern_id

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        if data["new_title"]:
            return services.join(self.case, actor=self.actor, new_title=data["new_title"], basis=basis)
        return services.join(self.case, actor=self.actor, pattern=self.patterns.get(data["pattern"]), basis=basis)


@form_for
class Leave(StepForm):
    verb, slug, done = "leave", "lamna-systemfel", "Ärendet hör inte längre till systemfelet."

    def build(self) -> None:
        if self.case.pattern:
            self.hint = f"Ärendet hör till ”{self.case.pattern.title}”. Åtgärder som har flyttats dit blir kvar där."

    def perform(self, basis: Basis) -> Any:
        return services.leave(self.case, actor=self.actor, basis=basis)


# ---- endings ----


@form_for
class Close(StepForm):
    verb, slug, done = "close", "avsluta", "Ärendet är avslutat, och rapportören kan läsa ditt svar."
    outcome = one_of("Hur blev det?", Outcome.choices)
    cause = one_of("Vilken var orsaken?", Cause.choices)
    no_measure = long_text("Varför finns ingen åtgärd?", rows=3)
    reply = long_text(
        "Svar till rapportören", rows=6, help_text="Kort och vanligt språk: vad kom fram, och vad händer nu?"
    )

    def build(self) -> None:
        if any(measure.state != MeasureState.DROPPED for measure in self.case.measures.all()):
            del self.fields["no_measure"]
        seen = {c.cause_seen for c in self.case.concerns.all() if c.cause_seen}
        if len(seen) == 1:
            self.initial["cause"] = next(iter(seen))

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        return services.close(
            self.case,
            actor=self.actor,
            outcome=Outcome(data["outcome"]),
            cause=Cause(data["cause"]),
            reply=data["reply"],
            no_measure=data.get("no_measure", ""),
            basis=basis,
        )


@form_for
class Dismiss(StepForm):
    verb, slug, done = "dismiss", "skriv-av", "Ärendet är avskrivet, och rapportören kan läsa ditt svar."
    danger = True
    reason = one_of("Varför?", [(r.value, r.label) for r in DismissReason if r != DismissReason.WITHDRAWN])
    duplicate_of = line(
        "Dubblett av ärende", 24, required=False, help_text="Ärendets nummer, till exempel LH-SVB-2026-0042."
    )
    reply = long_text("Svar till rapportören", rows=5)

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        return services.dismiss(
            self.case,
            actor=self.actor,
            reason=DismissReason(data["reason"]),
            duplicate_of=data["duplicate_of"],
            reply=data["reply"],
            basis=basis,
        )


@form_for
class Refer(StepForm):
    verb, slug, done = "refer", "hanvisa", "Ärendet är hänvisat vidare."
    danger = True
    hint = "Väljer du ett förbund blir det ett nytt ärende där, med eget nummer. Ni ser inte varandras ärenden."
    to = one_of("Till vilket förbund?", [], required=False)
    elsewhere = line(
        "Eller någon annanstans", 120, required=False, help_text="Till exempel regionens egen avvikelsehantering."
    )
    reply = long_text("Svar till rapportören", rows=5)

    def build(self) -> None:
        others = Association.objects.filter(ended_on__isnull=True).exclude(pk=self.case.association_id)
        self.others = {str(a.pk): a for a in others}
        self._choose("to", [("", "Välj"), *((pk, a.name) for pk, a in self.others.items())])

    def perform(self, basis: Basis) -> Any:
        data = self.cleaned_data
        return services.refer(
            self.case,
            actor=self.actor,
            to=self.others.get(data["to"]),
            elsewhere=data["elsewhere"],
            reply=data["reply"],
            basis=basis,
        )


SLUGS = {form.slug: verb for verb, form in STEP_FORMS.items()}

# What a person came to do, in this order; everything else is one click away.
FIRST = ("reply", "feedback", "effect", "classify", "send", "ask", "acknowledge", "answer", "finish_measure",
         "recommend", "share", "close", "add")  # fmt: skip
FIRST_FOR_KANSLI: dict[str, tuple[str, ...]] = {
    Status.RECEIVED: ("classify", "ask"),
    Status.CLARIFYING: ("classify",),
    Status.ANSWERED: ("share", "close"),
}


def is_first(step: Step, case: Case) -> bool:
    """Tell whether a step is one of the few that this page is about now."""
    if step.role != Role.COORDINATOR:
        return step.verb in FIRST
    if step.verb == "send" and case.reopened and case.status == Status.ANSWERED:
        return True
    unsent = [concern for concern in case.concerns.all() if concern.state in UNSENT]
    typed = bool(unsent) and all(concern.type_set for concern in unsent)
    if step.verb in ("send", "classify"):
        return bool(unsent) and typed == (step.verb == "send")
    return step.verb in FIRST_FOR_KANSLI.get(case.status, ())


def order(step: Step) -> int:
    """Place a first step among the others."""
    return FIRST.index(step.verb)
