"""One case's way through the services: who acts, when, and with which words."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from cases import clocks, services
from cases.codes import (
    UNSENT,
    Cause,
    Channel,
    ConcernState,
    DismissReason,
    Frequency,
    GapType,
    Helped,
    Lifted,
    MeasureState,
    Outcome,
    Party,
    Source,
    Status,
    Track,
)
from cases.data import KnownReport
from cases.demo import phrases
from cases.demo.people import Forbund, Registers
from cases.demo.themes import THEMES, Theme
from cases.models import Case, Concern, ContactFunction, Initiative, Measure, Member, Pattern, Question, User
from cases.querysets import NOBODY, Actor, ReceiptHolder
from cases.services import Concerned, ForCaller, OnBehalf, Plan, Report

T = TypeVar("T")

MEETING_MONTHS = (3, 6, 9, 12)

# How often each thing happens to a case that nothing is decided about.
CHANCES = {
    "no_account": 0.1,
    "caller": 0.06,
    "withdraw": 0.02,
    "add": 0.12,
    "assign": 0.7,
    "note": 0.25,
    "mask": 0.02,
    "ask": 0.12,
    "struck": 0.12,
    "return": 0.07,
    "fask": 0.13,
    "on_behalf": 0.08,
    "unanswered": 0.05,
    "share": 0.25,
    "lift": 0.1,
    "feedback": 0.6,
    "reopen": 0.05,
    "effect": 0.4,
}

_OUTCOMES = {
    GapType.STRUKTUR: {
        Outcome.RESOLVED: 15,
        Outcome.PARTLY: 27,
        Outcome.REMAINS_SYSTEM: 40,
        Outcome.REMAINS: 15,
        Outcome.NO_GAP: 3,
    },
    GapType.ORGANISATION: {
        Outcome.RESOLVED: 52,
        Outcome.PARTLY: 25,
        Outcome.REMAINS_SYSTEM: 8,
        Outcome.REMAINS: 9,
        Outcome.NO_GAP: 6,
    },
    GapType.RELATION: {Outcome.RESOLVED: 55, Outcome.PARTLY: 30, Outcome.REMAINS: 10, Outcome.NO_GAP: 5},
}

_KOMMUN_ROLES = (
    "social",
    "boende",
    "arbetsmarknad",
    "arbetskonsulent",
    "kommun",
    "handledare",
    "studie",
    "skol",
    "kaa",
)
_REGION_ROLES = ("rehab", "kurator", "terapeut", "sjuk", "psyk", "läkare", "medicin", "vård", "skötare", "barnmorska")
_OUTSIDE_ROLES = ("arbetsgivare", "diakon", "kvinnojour", "läkare, företag", "näringsliv")


@dataclass
class World:
    """What all stories share: the registers, the day that the demo is made, and which cases are alike."""

    registers: Registers
    today: dt.date
    alike: dict[tuple[str, str], list[Case]] = field(default_factory=dict)
    patterns: dict[tuple[str, str], Pattern] = field(default_factory=dict)
    spawned: list[tuple[Scene, dt.datetime]] = field(default_factory=list)


@dataclass
class Scene:
    """One case: its report, its förbund, and its own chance, so that no story disturbs another.

    `pace` maps steps to how many days before today they are taken; a story with a pace stops at the first step that
    is not in it. Without one, chance decides.
    """

    world: World
    forbund: Forbund
    text: KnownReport
    seed: str
    pace: dict[str, int] | None = None
    outcome: Outcome | None = None
    measure_due: int | None = None
    now: dt.datetime = field(init=False)
    rng: random.Random = field(init=False)
    case: Case = field(init=False)
    actor: Actor = field(init=False)
    coordinator: User = field(init=False)
    caller: bool = field(default=False, init=False)
    masked: bool = field(default=False, init=False)
    unnamed: bool = field(default=False, init=False)
    done: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        # Chance here is for variety, never for secrets.
        self.rng = random.Random(self.seed)  # noqa: S311  # nosec B311
        if self.outcome is None:
            weights = _OUTCOMES[self.text.type]
            self.outcome = self.rng.choices(list(weights), list(weights.values()))[0]
        if self.outcome == Outcome.REMAINS_SYSTEM and not self.theme.pattern:
            self.outcome = self.rng.choice([Outcome.PARTLY, Outcome.REMAINS])
        coordinators = self.forbund.coordinators
        self.coordinator = self.rng.choices(coordinators, [8, 4, 1][: len(coordinators)])[0]

    # ---- time -------------------------------------------------------------------------------------------------

    def wait(self, step: str, least: int, most: int) -> dt.datetime | None:
        """Return when the step is taken, in office hours; nothing if the story stops before it."""
        if self.pace is None:
            return self.office_hour(clocks.local_date(self.now) + dt.timedelta(days=self.rng.randint(least, most)))
        if step not in self.pace:
            return None
        return self.office_hour(self.world.today - dt.timedelta(days=self.pace[step]), back=True)

    def soon(self) -> dt.datetime:
        """Return some minutes from now."""
        return self.now + dt.timedelta(minutes=self.rng.randint(3, 25), seconds=self.rng.randint(0, 59))

    def office_hour(self, day: dt.date, *, back: bool = False) -> dt.datetime:
        """Return a moment in working hours on the day, or the nearest working day, after the present one."""
        while not clocks.is_working_day(day):
            day += dt.timedelta(days=-1 if back else 1)
        minute, second = self.rng.randint(8 * 60 + 5, 16 * 60 + 40), self.rng.randint(0, 59)
        moment = dt.datetime(day.year, day.month, day.day, minute // 60, minute % 60, second, tzinfo=clocks.STOCKHOLM)
        return moment if not hasattr(self, "now") or moment > self.now else self.soon()

    def has(self, step: str) -> bool:
        """Tell whether this is one of the stories where the step is taken."""
        if self.pace is not None:
            return step in self.pace
        return self.rng.random() < CHANCES[step]

    def one_of(self, choices: Sequence[T]) -> T:
        return self.rng.choice(choices)

    # ---- the reporter -----------------------------------------------------------------------------------------

    def file(self) -> None:
        """File the report: with account, without, or taken down by the kansli."""
        forbund, text = self.forbund, self.text
        self.unnamed = self.pace is not None and "unnamed" in self.pace
        self.masked = self.has("mask")
        employer = self._employer_party()
        staff = forbund.reporters.get(employer, []) if employer else []
        caller = self.has("caller")
        without = not caller and (self.has("no_account") or not staff)
        reporter = None if caller or without else self.one_of(staff)
        member = forbund.employers.get(reporter.pk) if reporter else None
        occurred = self.one_of(phrases.OCCURRED) if self.rng.random() < 0.3 else ""
        frequency = self.rng.choices([None, *Frequency], [25, 25, 45, 5])[0]
        report = Report(
            heading=text.heading,
            happened=text.happened,
            concerned=self._concerned(),
            gap_type=self._reported_type(),
            initiative=self._initiative(),
            consequence=text.consequence,
            suggestion=text.suggestion,
            occurred=occurred,
            frequency=Frequency.RECURRING if frequency and occurred in phrases.OCCURRED[1:] else frequency,
            tried=self._tried(),
            agreement=self.one_of(phrases.AGREEMENTS) if self.rng.random() < 0.12 else "",
            agreement_missing=self.rng.random() < 0.1,
            own_party=Party(member.party) if member else employer,
            own_member=member,
            reporter_email="rapport.utan.konto@example.org" if without and self.rng.random() < 0.5 else "",
        )
        actor: Actor = self.coordinator if caller else reporter or NOBODY
        came = clocks.add_days(clocks.local_date(self.now), -self.rng.randint(0, 2), clocks.DayKind.WORKING)
        channel = self.one_of([Channel.PHONE, Channel.PHONE, Channel.EMAIL, Channel.MEETING])
        filed = services.file(
            forbund.association,
            report,
            actor=actor,
            for_caller=ForCaller(channel, came) if caller else None,
            key=receipt_key(self.seed),
        )
        self.case, self.caller = filed.case, caller
        self.actor = reporter or ReceiptHolder(frozenset({filed.case.pk}))
        self._note_alike()

    def take_over(self, case: Case, actor: Actor) -> None:
        """Begin with a case that another förbund referred here."""
        self.case = case
        self.actor = actor if isinstance(actor, User) else ReceiptHolder(frozenset({case.pk}))
        self._note_alike()

    def add(self) -> None:
        services.add(self.case, actor=self.actor, body=self.one_of(phrases.ADDITIONS))

    def withdraw(self) -> None:
        services.withdraw(self.case, actor=self.actor)

    def reply(self, question: Question, body: str) -> None:
        if self.caller:
            by_phone = OnBehalf(Source.PHONE, clocks.local_date(self.now))
            services.reply(self.case, actor=self.coordinator, question=question, body=body, on_behalf=by_phone)
        else:
            services.reply(self.case, actor=self.actor, question=question, body=body)

    def say_whether_it_helped(self) -> None:
        liked = {
            Outcome.RESOLVED: [70, 22, 8],
            Outcome.PARTLY: [35, 50, 15],
            Outcome.NO_GAP: [30, 40, 30],
        }.get(self.outcome or Outcome.PARTLY, [10, 45, 45])
        helped = self.rng.choices([Helped.YES, Helped.PARTLY, Helped.NO], liked)[0]
        solved = self.outcome in (Outcome.RESOLVED, Outcome.PARTLY)
        words = (phrases.FEEDBACK_SOLVED if solved else phrases.FEEDBACK_REMAINS)[helped]
        services.feedback(self.case, actor=self.actor, helped=helped, comment=self.one_of(words))

    def say_whether_it_came_back(self) -> None:
        weights = [10, 25, 65] if self.outcome == Outcome.RESOLVED else [45, 35, 20]
        came_back = self.rng.choices([Helped.YES, Helped.PARTLY, Helped.NO], weights)[0]
        actor = self.actor
        concern = self.concerns()[0]
        if self.rng.random() < 0.3 and concern.function_id and concern.state == ConcernState.ANSWERED:
            actor = self.contact(concern)
        services.effect(
            self.case, actor=actor, came_back=came_back, comment=self.one_of(phrases.CAME_BACK[came_back.value])
        )

    def reopen(self) -> None:
        if self.rng.random() < 0.25 and self.pace is None:
            services.reopen(self.case, actor=self.coordinator, reason=self.one_of(phrases.REOPENED_BY_KANSLI))
        else:
            services.reopen(self.case, actor=self.actor, reason=self.one_of(phrases.REOPENED_BY_REPORTER))

    # ---- the kansli -------------------------------------------------------------------------------------------

    def look_after(self) -> None:
        """Do what a coordinator does when the report has been read: take it on, note, mask."""
        if self.has("assign"):
            services.assign(self.case, actor=self.coordinator, responsible=self.coordinator)
        if self.masked:
            _, phrase, reason = phrases.MASKED
            services.mask(self.case, actor=self.coordinator, phrase=phrase, reason=reason, field="tried")
        if self.has("note"):
            notes = list(phrases.NOTES)
            notes += [phrases.NOTE_ON_SUGGESTION] * 2 if self.text.suggestion else []
            notes += [phrases.NOTE_ON_CALL] * 2 if isinstance(self.actor, User) else []
            services.note(self.case, actor=self.coordinator, body=self.one_of(notes))

    def ask(self) -> tuple[Question, str]:
        body, answer = self._question(phrases.KANSLI_QUESTIONS)
        return services.ask(self.case, actor=self.coordinator, body=body), answer

    def original(self) -> Case | None:
        """Find an open case of the förbund that says the same: same theme and part, filed lately."""
        since = self.now - dt.timedelta(days=60)
        for case in reversed(self.world.alike[self.forbund.association.code, self.text.theme]):
            same = Case.objects.filter(pk=case.pk, ending="", filed_at__gte=since, filed_at__lt=self.case.filed_at)
            if same.filter(concerns__is_primary=True, concerns__party=self.text.parties[0]).exists():
                return case
        return None

    def dismiss(self) -> None:
        """End what goes no further; how work is organised is always a matter for the förbund, but may be settled."""
        replies = phrases.NOT_COOPERATION.get(self.text.type)
        reason = DismissReason.NOT_COOPERATION if replies else DismissReason.OTHER
        services.dismiss(
            self.case, actor=self.coordinator, reason=reason, reply=self.one_of(replies or phrases.SETTLED)
        )

    def dismiss_for_want_of_words(self) -> None:
        reply = self.one_of(phrases.TOO_LITTLE)
        services.dismiss(self.case, actor=self.coordinator, reason=DismissReason.TOO_LITTLE, reply=reply)

    def dismiss_as_duplicate(self, original: Case) -> None:
        services.dismiss(
            self.case,
            actor=self.coordinator,
            reason=DismissReason.DUPLICATE,
            reply=self.one_of(phrases.DUPLICATE),
            duplicate_of=original.number,
        )

    def refer(self, other: Forbund | None) -> Case | None:
        if other is None:
            where, reply = self.one_of(phrases.REFERRED_ELSEWHERE)
            return services.refer(self.case, actor=self.coordinator, reply=reply, elsewhere=where)
        reply = self.one_of(phrases.REFERRED_HERE).format(name=other.association.name)
        return services.refer(self.case, actor=self.coordinator, reply=reply, to=other.association)

    def name_members(self) -> None:
        """Replace parts that the reporter could not place by the member that they mean."""
        for concern in self.concerns():
            if concern.member_id is None and (members := self.forbund.of_party(Party(concern.party))):
                services.add_concern(
                    self.case,
                    actor=self.coordinator,
                    concerned=Concerned(Party(concern.party), members[0]),
                    primary=concern.is_primary,
                )
                reason = "Rapporten sade inte vilken medlem. Vi har frågat och lagt till den rätta."
                services.withdraw_concern(self.case, actor=self.coordinator, concern=concern, reason=reason)

    def strike(self) -> None:
        extra = [concern for concern in self.concerns() if not concern.is_primary]
        if extra:
            services.withdraw_concern(
                self.case, actor=self.coordinator, concern=extra[-1], reason=self.one_of(phrases.STRUCK)
            )

    def classify(self) -> None:
        quick = self.text.type != GapType.STRUKTUR and self.rng.random() < 0.7
        services.classify(
            self.case,
            actor=self.coordinator,
            types={concern.pk: self.text.type for concern in self.concerns() if concern.state in UNSENT},
            track=Track.QUICK if quick else Track.ANALYSIS,
            initiative=Case.objects.get(pk=self.case.pk).initiative,
        )

    def send(self) -> None:
        services.send(self.case, actor=self.coordinator)

    def send_elsewhere(self, concern: Concern) -> None:
        others = self._other_functions(concern)
        services.send(self.case, actor=self.coordinator, concerns={concern.pk: others[0]})

    def send_again(self, concern: Concern) -> None:
        services.send(self.case, actor=self.coordinator, concerns={concern.pk: concern.function})

    def join(self) -> None:
        """Join the case, and those like it, to the theme's systemfel."""
        key = (self.forbund.association.code, self.text.theme)
        alike = Case.objects.filter(pk__in=[case.pk for case in self.world.alike[key]], pattern=None)
        for case in alike.filter(dismiss_reason__in=["", DismissReason.DUPLICATE]).order_by("pk"):
            pattern = services.join(
                case,
                actor=self.coordinator,
                pattern=self.world.patterns.get(key),
                new_title="" if key in self.world.patterns else self.theme.pattern,
            )
            self.world.patterns[key] = pattern

    def share(self, concern: Concern) -> None:
        services.share(self.case, actor=self.coordinator, concern=concern)

    def note_reminder(self) -> None:
        services.note(self.case, actor=self.coordinator, body=self.one_of(phrases.REMINDED_BY_PHONE))

    def mark_unanswered(self, concern: Concern) -> None:
        reason = self.one_of(phrases.UNANSWERED)
        services.mark_unanswered(self.case, actor=self.coordinator, concern=concern, reason=reason)

    def next_meeting(self) -> dt.date:
        """Return the beredningsgrupp's first meeting that is still open for new items."""
        first = clocks.local_date(self.now) + dt.timedelta(days=16)
        for year in (first.year, first.year + 1):
            for month in MEETING_MONTHS:
                day = meeting_day(self.forbund.association.code, year, month)
                if day >= first:
                    return day
        raise AssertionError("there are four meetings every year")

    def lift(self, held_on: dt.date, body: Lifted = Lifted.PREPARATORY) -> None:
        silent = self.concerns()[0].state == ConcernState.UNANSWERED
        proposal = phrases.LIFT_OF_SILENCE if silent else self.one_of(phrases.LIFTS)
        services.lift(self.case, actor=self.coordinator, held_on=held_on, body=body, proposal=proposal)

    def recommend(self) -> None:
        item = self.case.agenda_items.filter(recommended_at=None).first()
        if item is not None:
            who = self.one_of([*self.forbund.preparatory, self.coordinator, self.coordinator])
            silent = self.concerns()[0].state == ConcernState.UNANSWERED
            body = phrases.RECOMMENDATION_ON_SILENCE if silent else self.one_of(phrases.RECOMMENDATIONS)
            services.recommend(self.case, actor=who, item=item, body=body)

    def close(self, *, again: bool = False) -> None:
        """Close with an outcome, a cause and a reply that says what was done."""
        outcome = self.outcome or Outcome.PARTLY
        concerns = self.concerns()
        own = "Kansliet" if concerns[0].party == Party.FORBUND else "Verksamheten"
        who = concerns[0].member.name if concerns[0].member else own
        if again:
            words = self.one_of(phrases.CLOSED_AGAIN)
        elif concerns[0].state == ConcernState.UNANSWERED:
            words = f"{self.one_of(phrases.CLOSING_THANKS[:3])} {self.one_of(phrases.CLOSING_UNANSWERED)}"
        else:
            words = f"{self.one_of(phrases.CLOSING_THANKS)} {self.one_of(phrases.CLOSING[outcome])}"
        measured = Measure.objects.filter(case=self.case).exclude(state=MeasureState.DROPPED).exists()
        done = " ".join(self.done) or self._done_without_measure()
        if outcome == Outcome.REMAINS_SYSTEM:
            self.join()
        services.close(
            self.case,
            actor=self._closer(concerns),
            outcome=outcome,
            cause=self.theme.cause,
            reply=" ".join(words.format(who=who, done=done).split()),
            no_measure="" if measured else self.one_of(phrases.CLOSED_WITHOUT_MEASURE[outcome]),
        )

    # ---- the members ------------------------------------------------------------------------------------------

    def concerns(self) -> list[Concern]:
        """Read the concerns that are not struck, primary first."""
        rows = Concern.objects.filter(case=self.case).exclude(state=ConcernState.WITHDRAWN)
        return list(rows.select_related("member", "function").order_by("-is_primary", "pk"))

    def contact(self, concern: Concern) -> User:
        """Choose somebody of the function, as a rule not the deputy."""
        assert concern.function_id is not None
        people, deputies = self.forbund.functions[concern.function_id]
        return self.one_of(deputies) if deputies and self.rng.random() < 0.15 else self.one_of(people)

    def acknowledge(self, concern: Concern) -> None:
        actor, on_behalf = self._for_member(concern)
        services.acknowledge(self.case, actor=actor, concern=concern, on_behalf=on_behalf)

    def give_back(self, concern: Concern) -> None:
        services.return_(self.case, actor=self.contact(concern), concern=concern, reason=self.one_of(phrases.RETURNED))

    def can_be_returned(self, concern: Concern) -> bool:
        return concern.function_id is not None and bool(self._other_functions(concern))

    def ask_as_function(self, concern: Concern) -> tuple[Question, str]:
        body, answer = self._question(phrases.FUNCTION_QUESTIONS)
        return services.ask(self.case, actor=self.contact(concern), body=body, concern=concern), answer

    def answer(self, concern: Concern, *, first: bool, by_kansli: bool = False) -> None:
        """Give the member's answer, in words that fit the theme and the outcome."""
        outcome = self.outcome or Outcome.PARTLY
        actor, on_behalf = self._for_member(concern, by_kansli=by_kansli)
        seen = GapType(concern.type_set)
        if self.rng.random() < 0.15:
            seen = self.one_of([kind for kind in GapType if kind != seen])
        plans = self._plans(concern, outcome) if first else []
        no_measure = "" if plans else self.one_of(phrases.NO_MEASURE[self._without(outcome)])
        services.answer(
            self.case,
            actor=actor,
            concern=concern,
            finding=self._finding(concern, outcome, seen, first=first),
            gap_type=seen,
            cause=self.theme.cause if self.rng.random() < 0.8 else self.one_of(list(Cause)[:5]),
            plans=plans,
            no_measure=no_measure,
            own_reference=f"AVV-{self.rng.randint(100, 999)}" if self.rng.random() < 0.12 else "",
            on_behalf=on_behalf,
        )

    def answer_again(self, concern: Concern) -> None:
        actor, on_behalf = self._for_member(concern)
        services.answer(
            self.case,
            actor=actor,
            concern=concern,
            finding=self.one_of(phrases.ANSWERED_AGAIN),
            gap_type=GapType(concern.type_set),
            cause=self.theme.cause,
            no_measure="Det är gjort i samband med svaret.",
            on_behalf=on_behalf,
        )

    def open_measures(self) -> list[Measure]:
        rows = Measure.objects.filter(case=self.case, state="OPEN").select_related("concern", "what")
        return list(rows.order_by("due_on", "pk"))

    def finish(self, measure: Measure) -> None:
        told = dict(self.theme.measures)[measure.what.body]
        self.done.append(told)
        actor = self._owner_of(measure)
        services.finish_measure(self.case, actor=actor, measure=measure, how=told)

    def drop(self, measure: Measure) -> None:
        services.drop_measure(
            self.case, actor=self._owner_of(measure), measure=measure, why=self.one_of(phrases.DROPPED)
        )

    def move(self, measure: Measure) -> None:
        self.join()
        services.move_measure(self.case, actor=self.coordinator, measure=measure)

    # ---- choosing ---------------------------------------------------------------------------------------------

    @property
    def theme(self) -> Theme:
        return THEMES[self.text.theme]

    @property
    def ended(self) -> bool:
        return Case.objects.filter(pk=self.case.pk).exclude(ending="").exists()

    @property
    def status(self) -> Status:
        return Status(Case.objects.values_list("status", flat=True).get(pk=self.case.pk))

    def _note_alike(self) -> None:
        self.world.alike.setdefault((self.forbund.association.code, self.text.theme), []).append(self.case)

    def _employer_party(self) -> Party | None:
        """Guess who the writer of the text works for; nobody for an employer or another outsider."""
        role = self.text.role.lower()
        if any(word in role for word in _OUTSIDE_ROLES):
            return None
        if "försäkring" in role:
            return Party.FORSAKRINGSKASSAN
        if "arbetsförmedlare" in role:
            return Party.ARBETSFORMEDLINGEN
        if any(word in role for word in _KOMMUN_ROLES):
            return Party.KOMMUN
        if any(word in role for word in _REGION_ROLES):
            return Party.REGION
        return self.rng.choices([Party.KOMMUN, Party.ARBETSFORMEDLINGEN, Party.REGION], [6, 3, 1])[0]

    def _concerned(self) -> list[Concerned]:
        concerned: list[Concerned] = []
        placed = False
        for party in self.text.parties:
            member = None if self.unnamed and party == Party.KOMMUN else self._member(party)
            unit = self.forbund.unit_of(member, self.text.unit) if member and not placed else None
            placed = placed or unit is not None
            concerned.append(Concerned(party, member, unit))
        return concerned

    def _member(self, party: Party) -> Member | None:
        members = self.forbund.of_party(party)
        if not members:
            return None
        # The large kommun has most of the reports.
        weights = [6 if member.name == "Jönköpings kommun" else 1 for member in members]
        return self.rng.choices(members, weights)[0]

    def _initiative(self) -> Initiative | None:
        """Choose the insats that the text names, or one of the förbund's own in its place."""
        if not self.text.insats:
            return None
        today = clocks.local_date(self.now)
        open_now = {
            name: row
            for name, row in self.forbund.initiatives.items()
            if row.from_on <= today and (row.to_on is None or row.to_on >= today)
        }
        if self.text.insats in open_now:
            return open_now[self.text.insats]
        if self.text.insats == "VerkSam" and "Arenasamverkan" in open_now:
            return open_now["Arenasamverkan"]
        return self.one_of(list(open_now.values()))

    def _question(self, questions: Sequence[tuple[str, str, bool]]) -> tuple[str, str]:
        """Choose a question and a reply to it; some only make sense about how work is organised."""
        fitting = [(ask, say) for ask, say, of_work in questions if not of_work or self.text.type == "ORGANISATION"]
        return self.one_of(fitting)

    def _tried(self) -> str:
        if self.masked:
            return phrases.MASKED[0]
        return self.one_of(phrases.TRIED) if self.rng.random() < 0.25 else ""

    def _reported_type(self) -> GapType | None:
        if self.rng.random() < 0.12:
            return None
        if self.text.other_type and self.rng.random() < 0.5:
            return GapType(self.text.other_type)
        return self.text.type

    def _other_functions(self, concern: Concern) -> list[ContactFunction]:
        rows = ContactFunction.objects.filter(member=concern.member).exclude(pk=concern.function_id)
        return list(rows.order_by("-is_general", "pk"))

    def _for_member(self, concern: Concern, *, by_kansli: bool = False) -> tuple[User, OnBehalf | None]:
        """Choose who takes a member's step, and how its word came in when that is the kansli."""
        if concern.function_id is not None and not by_kansli:
            return self.contact(concern), None
        if concern.party == Party.FORBUND:
            return self.coordinator, None
        source = self.one_of([Source.PHONE, Source.EMAIL, Source.MEETING])
        return self.coordinator, OnBehalf(source, clocks.local_date(self.now))

    def _owner_of(self, measure: Measure) -> User:
        concern = measure.concern
        return self.contact(concern) if concern and concern.function_id else self.coordinator

    def _finding(self, concern: Concern, outcome: Outcome, seen: GapType, *, first: bool) -> str:
        if outcome == Outcome.NO_GAP:
            body = self.one_of(phrases.NO_GAP_ANSWERS[self.text.type])
        elif not first:
            body = self.one_of(phrases.SECOND_ANSWERS)
        elif outcome == Outcome.RESOLVED and self._at_once:
            body = self.one_of(phrases.RIGHTED_AT_ONCE)
        else:
            body = self.one_of(self.theme.findings)
        differs = phrases.TYPE_WORDS[seen] if seen != concern.type_set else ""
        parts = [self.one_of(phrases.ANSWER_OPENINGS[Party(concern.party)]), body, differs]
        endings = [*phrases.ANSWER_ENDINGS, *([phrases.ON_SUGGESTION] * 2 if self.text.suggestion and first else [])]
        return " ".join(part for part in (*parts, self.one_of(endings)) if part)

    @property
    def _at_once(self) -> bool:
        """Tell whether the member put it right without a plan. The same for the whole story."""
        own = random.Random(f"{self.seed} at once")  # noqa: S311  # nosec B311
        return self.measure_due is None and self.text.type != GapType.STRUKTUR and own.random() < 0.3

    def _without(self, outcome: Outcome) -> Outcome:
        return Outcome.REMAINS if outcome == Outcome.PARTLY else outcome

    def _plans(self, concern: Concern, outcome: Outcome) -> list[Plan]:
        many = {
            Outcome.RESOLVED: 0 if self._at_once else self.rng.choice([1, 1, 2]),
            Outcome.PARTLY: 2,
            Outcome.REMAINS_SYSTEM: self.rng.choice([0, 1]),
        }.get(outcome, 0)
        chosen = self.rng.sample(self.theme.measures, min(many, len(self.theme.measures)))
        owner = concern.function.name if concern.function else "Kansliet"
        today = clocks.local_date(self.now)
        plans = []
        for what, _ in chosen:
            ahead = self.rng.randint(30, 150)
            due = today + dt.timedelta(days=ahead)
            if self.measure_due is not None:
                due = max(today, self.world.today + dt.timedelta(days=self.measure_due))
            plans.append(Plan(what=what, cause=self.theme.cause, owner=owner, due_on=due))
        return plans

    def _done_without_measure(self) -> str:
        return "Felet är rättat i samtal mellan parterna."

    def _closer(self, concerns: list[Concern]) -> User:
        """Choose a coordinator who has not answered for the förbund itself."""
        own = {concern.answered_by_id for concern in concerns if concern.party == Party.FORBUND}
        if self.coordinator.pk not in own:
            return self.coordinator
        return next(user for user in self.forbund.coordinators if user.pk not in own)


def receipt_key(seed: str) -> str:
    """Return the form key that a demo case was filed with; filing with it again tells the receipt code."""
    return f"demo {seed}"


def meeting_day(code: str, year: int, month: int) -> dt.date:
    """Return when a förbund's beredningsgrupp meets that month: the second Thursday, or in Göteborg the Tuesday."""
    wanted = 1 if code == "GBG" else 3
    first = dt.date(year, month, 1)
    return first + dt.timedelta(days=(wanted - first.weekday()) % 7 + 7)
