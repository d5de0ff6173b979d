"""Loads any number of made-up cases in one go, for the benchmark.

Rows go in by COPY on PostgreSQL, as the services would have left them: numbers without gaps, chained event hashes, due
days from the förbund's clocks, statuses that agree with the concerns. What is random comes from a seed, so that two
runs load the same. Letters are not queued: an outbox row is written by a service, for somebody to send.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction

from cases import clocks
from cases.codes import (
    Audience,
    Cause,
    Channel,
    ConcernState,
    DismissReason,
    GapType,
    MeasureState,
    Outcome,
    Party,
    Role,
    Status,
    TextKind,
)
from cases.models import (
    Association,
    Case,
    Concern,
    ContactFunction,
    Event,
    FunctionPerson,
    Grant,
    Initiative,
    Measure,
    Member,
    NumberSeries,
    Text,
    Unit,
    User,
)
from cases.search import stems

LONG_AGO = dt.date(2010, 1, 1)
YEARS = 10
DAYS = YEARS * 365
BATCH = 5000
ON_POSTGRESQL = connection.vendor == "postgresql"

# The first förbund has half of all cases: the one that a page is slow in.
WEIGHTS = [9, 1, 1, 1, 1, 1, 1, 1, 1, 1]
CODES = ["BAA", "BAB", "BAC", "BAD", "BAE", "BAF", "BAG", "BAH", "BAI", "BAJ"]
PARTIES = [
    (Party.ARBETSFORMEDLINGEN, "Arbetsförmedlingen"),
    (Party.FORSAKRINGSKASSAN, "Försäkringskassan"),
    (Party.REGION, "Region Mätbygden"),
    (Party.KOMMUN, "Norra kommunen"),
    (Party.KOMMUN, "Södra kommunen"),
]
TYPES, OUTCOMES, CAUSES = GapType.values, Outcome.values, Cause.values
UNITS = ["Första enheten", "Andra enheten"]
INITIATIVES = ["Stegen", "Bron", "Spåret"]
WHAT = [
    "Planeringsmötet ställdes in",
    "Ingen tog emot remissen",
    "Beslutet kom för sent",
    "Två planer sade emot varandra",
]
WHERE = [
    "vid övergången",
    "efter sjukskrivningen",
    "inför praktiken",
    "i den gemensamma kartläggningen",
    "på vårdcentralen",
    "när insatsen tog slut",
    "i väntan på beslut",
    "vid byte av handläggare",
    "inför trepartsmötet",
    "under sommaren",
]
WHY = ["kontaktvägen saknades", "uppdragen skiljer sig", "ingen visste vem som ansvarar", "samtycket räckte inte"]


@dataclass
class Place:
    """A förbund with what its cases point to."""

    association: Association
    members: list[Member]
    functions: dict[int, ContactFunction]
    units: dict[int, list[Unit]]
    initiatives: list[Initiative]
    coordinator: User
    reporters: list[User]
    contact: User
    numbers: Counter[int] = field(default_factory=Counter)


@dataclass
class Rows:
    """Rows that wait to be copied, by table."""

    waiting: dict[type, list[Any]] = field(
        default_factory=lambda: {m: [] for m in (Case, Event, Concern, Text, Measure)}
    )

    def add(self, row: Any) -> None:
        self.waiting[type(row)].append(row)

    def copy(self) -> None:
        """Write what waits, in an order in which every row finds the ones that it points to."""
        for model in (Case, Concern, Event, Text, Measure):
            _copy(model, self.waiting[model])
            self.waiting[model].clear()


def load(number: int, *, seed: int = 1) -> list[Place]:
    """Fill an empty database with this many cases over ten förbund and ten years, and return the förbund."""
    chance = random.Random(seed)
    places = [place(code, chance) for code in CODES]
    grow(places, number, seed=seed)
    return places


def grow(places: list[Place], number: int, *, seed: int, days: int = DAYS) -> None:
    """Add cases filed in the last `days`, after those that are there."""
    chance = random.Random(seed)
    now = clocks.now()
    for place in places:
        series = NumberSeries.objects.filter(association=place.association)
        place.numbers = Counter(dict(series.values_list("year", "last")))
    keys = {model: _last_key(model) for model in (Case, Event, Concern, Text, Measure)}
    rows = Rows()
    with transaction.atomic(), connection.cursor() as cursor:
        if ON_POSTGRESQL:
            cursor.execute("SET LOCAL synchronous_commit = off")
        moments = sorted(now - dt.timedelta(days=chance.uniform(0, days)) for _ in range(number))
        for index, filed_at in enumerate(moments, 1):
            place = chance.choices(places, WEIGHTS[: len(places)])[0]
            _History(place, filed_at, now, chance, rows, keys).live()
            if index % BATCH == 0:
                rows.copy()
        rows.copy()
        for model, key in keys.items() if ON_POSTGRESQL else ():
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), %s)", [key])
    _keep_numbers(places)


def place(code: str, chance: random.Random) -> Place:
    """Make a förbund with its registers and people."""
    association = Association.objects.create(name=f"Samordningsförbundet {code}", code=code)
    members = [
        Member.objects.create(association=association, party=party, name=name, from_on=LONG_AGO)
        for party, name in PARTIES
    ]
    contact = _user(f"kontakt-{code}")
    functions = {}
    for member in members:
        functions[member.pk] = ContactFunction.objects.create(
            member=member, name=f"{member.name}, samverkan", is_general=True, from_on=LONG_AGO
        )
    FunctionPerson.objects.create(function=functions[members[0].pk], user=contact, from_on=LONG_AGO)
    return Place(
        association=association,
        members=members,
        functions=functions,
        units={m.pk: [Unit.objects.create(member=m, name=n, from_on=LONG_AGO) for n in UNITS] for m in members},
        initiatives=[
            Initiative.objects.create(association=association, name=name, from_on=LONG_AGO) for name in INITIATIVES
        ],
        coordinator=_user(f"samordnare-{code}", association, Role.COORDINATOR),
        reporters=[_user(f"rapportor-{code}-{number}", association, Role.REPORTER) for number in range(20)],
        contact=contact,
    )


def _user(name: str, association: Association | None = None, role: Role | None = None) -> User:
    user = User.objects.create_user(f"{name.lower()}@example.org", name=name.capitalize())
    if association and role:
        Grant.objects.create(user=user, association=association, role=role, from_on=LONG_AGO)
    return user


class _History:
    """One case, from filing to where it has come by now."""

    def __init__(
        self,
        place: Place,
        filed_at: dt.datetime,
        now: dt.datetime,
        chance: random.Random,
        rows: Rows,
        keys: dict[type, int],
    ) -> None:
        self.place, self.now, self.chance, self.rows, self.keys = place, now, chance, rows, keys
        self.at = filed_at
        self.case = self._case()
        self.concerns = self._concerns()

    def live(self) -> None:
        """Let the case go as far as time has let it, and keep its rows."""
        kind = self.chance.random()
        self._event("file", Role.REPORTER, Status.RECEIVED, data={"channel": "WEB"})
        if kind < 0.04 and self._wait(0, 4):
            self._dismiss("withdraw", Role.REPORTER, DismissReason.WITHDRAWN)
        elif self._wait(0, 9):
            self._triaged(kind)
        self._finish()

    def _triaged(self, kind: float) -> None:
        case, association = self.case, self.place.association
        case.first_handled_at = self.at
        if kind < 0.09:
            return self._dismiss("dismiss", Role.COORDINATOR, DismissReason.DUPLICATE)
        if kind < 0.15:
            return self._dismiss("dismiss", Role.COORDINATOR, DismissReason.TOO_LITTLE)
        if kind < 0.18:
            case.referred_to = "Ett annat förbund"
            return self._end("refer", Role.COORDINATOR, Status.REFERRED, {"to": None})
        case.track = self.chance.choice(["QUICK", "ANALYSIS"])
        for concern in self.concerns:
            concern.type_set = self.chance.choice(TYPES)
        data = {
            "types": {str(concern.pk): concern.type_set for concern in self.concerns},
            "track": case.track,
            "initiative": case.initiative_id,
        }
        self._event("classify", Role.COORDINATOR, Status.RECEIVED, audience=Audience.KANSLI, data=data)
        if not self._wait(0, 3):
            return None
        for concern in self.concerns:
            concern.state, concern.sent_at, concern.routed_by = ConcernState.SENT, self.at, "GENERAL"
            day = clocks.local_date(self.at)
            concern.acknowledge_due = day + dt.timedelta(days=association.acknowledge_days)
            concern.answer_due = day + dt.timedelta(days=association.answer_days)
            if concern.member_id:
                concern.function_id = self.place.functions[concern.member_id].pk
            data = {"why": "GENERAL", "again": False, "answer_due": concern.answer_due.isoformat()}
            self._event("send", Role.COORDINATOR, Status.WITH_PARTY, concern=concern, data=data)
        return self._with_party(kind)

    def _with_party(self, kind: float) -> None:
        for concern in self.concerns:
            if not self._wait(0, 14):
                return None
            concern.state, concern.acknowledged_at = ConcernState.ACKNOWLEDGED, self.at
            self._event("acknowledge", Role.CONTACT, Status.WITH_PARTY, concern=concern)
        if kind > 0.998:
            return None  # nobody answers, and nobody does anything about it
        if kind > 0.985:
            return self._unanswered(kind)
        for last, concern in zip([*[False] * (len(self.concerns) - 1), True], self.concerns, strict=True):
            if not self._wait(5, 60):
                return None
            concern.state, concern.answered_at, concern.answered_by = ConcernState.ANSWERED, self.at, self.place.contact
            concern.type_answered, concern.cause_seen = self.chance.choice(TYPES), Cause.ROUTINES
            status = Status.ANSWERED if last else Status.WITH_PARTY
            data = {"cause": "ROUTINES", "type": concern.type_answered, "measures": []}
            event = self._event("answer", Role.CONTACT, status, concern=concern, data=data)
            self._text(TextKind.ANSWER, Audience.FUNCTION, event, concern)
        return self._answered(kind)

    def _unanswered(self, kind: float) -> None:
        if not self._wait(85, 130):
            return None
        for last, concern in zip([*[False] * (len(self.concerns) - 1), True], self.concerns, strict=True):
            concern.state = ConcernState.UNANSWERED
            status = Status.ANSWERED if last else Status.WITH_PARTY
            self._event("mark_unanswered", Role.COORDINATOR, status, concern=concern, data={"days_late": 30})
        return self._answered(0.5)

    def _answered(self, kind: float) -> None:
        if 0.9 < kind <= 0.97 and not self._measure():
            return
        if not self._wait(1, 30):
            return
        self._close()
        if kind > 0.94 and self._wait(2, 25):
            self.case.ending, self.case.ended_at, self.case.outcome, self.case.cause = "", None, "", ""
            self._event("reopen", Role.REPORTER, Status.ANSWERED)
            if self._wait(1, 20):
                self._close()

    def _measure(self) -> bool:
        """Plan a measure, and tell whether it has been done by now."""
        concern, due_on = self.concerns[0], clocks.local_date(self.at) + dt.timedelta(days=90)
        data = {"measure": self._key(Measure), "due_on": due_on.isoformat()}
        event = self._event("add_measure", Role.CONTACT, Status.IN_PROGRESS, concern=concern, data=data)
        measure = Measure(
            pk=data["measure"],
            case=self.case,
            concern=concern,
            what=self._text(TextKind.MEASURE, Audience.FUNCTION, event, concern),
            cause=Cause.ROUTINES,
            owner="Enhetschefen",
            due_on=due_on,
            created_at=self.at,
        )
        self.rows.add(measure)
        if not self._wait(10, 120):
            self.case.next_due = due_on
            return False
        measure.state, measure.ended_on = MeasureState.DONE, clocks.local_date(self.at)
        data = {"measure": measure.pk}
        self._event("finish_measure", Role.CONTACT, Status.ANSWERED, concern=concern, data=data)
        return True

    def _close(self) -> None:
        self.case.outcome, self.case.cause = self.chance.choice(OUTCOMES), self.chance.choice(CAUSES)
        for concern in self.concerns:
            concern.shared_at = concern.shared_at or self.at
        self._end("close", Role.COORDINATOR, Status.CLOSED, {"outcome": self.case.outcome, "cause": self.case.cause})

    def _dismiss(self, verb: str, role: Role, reason: DismissReason) -> None:
        self.case.dismiss_reason = reason
        self._end(verb, role, Status.DISMISSED, {"reason": reason.value, "duplicate": None})

    def _end(self, verb: str, role: Role, ending: Status, data: dict[str, Any]) -> None:
        self.case.ending, self.case.ended_at = ending, self.at
        event = self._event(verb, role, ending, data=data)
        if role == Role.COORDINATOR:
            self._text(TextKind.CLOSING, Audience.REPORTER, event)

    def _case(self) -> Case:
        place, day = self.place, clocks.local_date(self.at)
        place.numbers[day.year] += 1
        code = place.association.code
        due = day + dt.timedelta(days=place.association.triage_days)
        what, where, why = self.chance.choice(WHAT), self.chance.choice(WHERE), self.chance.choice(WHY)
        return Case(
            pk=self._key(Case),
            association=place.association,
            number=f"LH-{code}-{day.year}-{place.numbers[day.year]:04d}",
            heading=f"{what} {where}",
            happened=f"{what} {where}. Som vi förstår det beror det på att {why}. " * 4,
            initiative=self.chance.choice([*place.initiatives, None]),
            reporter=(reporter := self.chance.choice(place.reporters)),
            filed_by=reporter,
            channel=Channel.WEB,
            received_on=day,
            filed_at=self.at,
            handle_by=due,
            triage_from=day,
            triage_due=due,
            search=_stems(
                f"{what} {where}. Som vi förstår det beror det på att {why}.", f"LH-{code}-{day.year}", place, day.year
            ),
        )

    def _concerns(self) -> list[Concern]:
        place = self.place
        members = self.chance.sample(place.members, self.chance.choices([1, 2, 3], [74, 22, 4])[0])
        reported = self.chance.choice([*TYPES, ""])
        return [
            Concern(
                pk=self._key(Concern),
                case=self.case,
                party=member.party,
                member=member,
                unit=self.chance.choice([*place.units[member.pk], None]),
                is_primary=index == 0,
                type_reported=reported,
            )
            for index, member in enumerate(members)
        ]

    def _wait(self, least: float, most: float) -> bool:
        """Let some days pass; tell whether that day has come."""
        self.at += dt.timedelta(days=self.chance.triangular(least, most * 1.4, least + (most - least) / 3), seconds=1)
        return self.at <= self.now

    def _event(
        self,
        verb: str,
        role: Role,
        to: Status,
        *,
        concern: Concern | None = None,
        audience: Audience = Audience.EVERYONE,
        data: dict[str, Any] | None = None,
    ) -> Event:
        case = self.case
        case.last_seq += 1
        actor = {Role.REPORTER: case.reporter, Role.CONTACT: self.place.contact}.get(role, self.place.coordinator)
        event = Event(
            pk=self._key(Event),
            case=case,
            seq=case.last_seq,
            verb=verb,
            at=self.at,
            actor=actor,
            actor_role=role,
            from_status="" if verb == "file" else case.status,
            to_status=to,
            audience=audience,
            concern=concern,
            function_id=concern.function_id if concern else None,
            data=data or {},
            previous_hash=case.last_hash,
        )
        event.hash = case.last_hash = event.make_hash()
        case.status = to
        self.rows.add(event)
        return event

    def _text(self, kind: TextKind, audience: Audience, event: Event, concern: Concern | None = None) -> Text:
        text = Text(
            pk=self._key(Text),
            case=self.case,
            event=event,
            concern=concern,
            kind=kind,
            audience=audience,
            body="Vi har gått igenom det som hände och kommit överens om hur vi gör nästa gång.",
            created_at=self.at,
        )
        self.rows.add(text)
        return text

    def _finish(self) -> None:
        case = self.case
        if not case.ending:
            days = [case.next_due] if case.next_due else []
            for concern in self.concerns:
                if concern.state == ConcernState.PENDING:
                    days.append(case.triage_due)
                elif concern.state in (ConcernState.SENT, ConcernState.ACKNOWLEDGED):
                    days.append(concern.answer_due)
                    days += [concern.acknowledge_due] if concern.state == ConcernState.SENT else []
            case.next_due = min(days, default=None)
        else:
            case.next_due = None
        self.rows.add(case)
        for concern in self.concerns:
            self.rows.add(concern)

    def _key(self, model: type) -> int:
        self.keys[model] += 1
        return self.keys[model]


_STEMS: dict[str, str] = {}


def _stems(text: str, prefix: str, place: Place, year: int) -> str:
    """Return what the text search looks in; stemming the same words anew would take most of the time."""
    if text not in _STEMS:
        _STEMS[text] = stems(text)
    return f"{stems(f'{prefix}-{place.numbers[year]:04d}').rstrip()}{_STEMS[text]}"


def _last_key(model: Any) -> int:
    last = model.objects.order_by("-pk").values_list("pk", flat=True).first()
    return last or 0


def _keep_numbers(places: list[Place]) -> None:
    for place in places:
        for year, last in place.numbers.items():
            NumberSeries.objects.update_or_create(association=place.association, year=year, defaults={"last": last})


def _copy(model: Any, rows: list[Any]) -> None:
    if not ON_POSTGRESQL:
        model.objects.bulk_create(rows)
        return
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{one.column}"' for one in fields)
    names = [one.attname for one in fields]
    documents = {one.attname for one in fields if one.get_internal_type() == "JSONField"}
    with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN') as copy:
        for values in _values(rows, names, documents):
            copy.write_row(values)


def _values(rows: list[Any], names: list[str], documents: set[str]) -> Iterator[list[Any]]:
    for row in rows:
        values = row.__dict__
        yield [json.dumps(values[name]) if name in documents else values[name] for name in names]
