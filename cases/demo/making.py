"""Making the demo: which text is filed when, and every step of every case in the order of time.

All steps of both förbund run in one queue on a moved clock, so that numbers follow the days of filing and one case can
point to another. The same day gives the same demo: chance is seeded, and each case has its own.
"""

from __future__ import annotations

import datetime as dt
import heapq
import random
import uuid
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import F

from cases import clocks, data, services
from cases.codes import Outcome, Party, Role
from cases.data import KnownReport
from cases.demo import summaries
from cases.demo.gatherings import gather
from cases.demo.people import GBG, OPERATOR, PASSWORD, SVB, Registers, email_of
from cases.demo.scene import Scene, World, receipt_key
from cases.demo.stories import Story, story
from cases.models import Association, FunctionPerson, Grant, Outbox, Submission, User
from cases.querysets import NOBODY
from cases.services import Concerned, Report

__all__ = ["PASSWORD", "Person", "Receipt", "Who", "make", "who"]

A_YEAR = {SVB: 40, GBG: 100}
A_YEAR_SMALL = {SVB: 3, GBG: 5}
YEARS = 3
# How many of a year's reports come each month: few in July, many when autumn begins.
MONTHS = (9, 9, 10, 9, 10, 7, 2, 6, 11, 11, 10, 6)


@dataclass(frozen=True)
class Person:
    """Somebody to log in as, and what they are, by the förbund's code; the operator has none."""

    name: str
    email: str
    does: dict[str, str]


@dataclass(frozen=True)
class Receipt:
    """A case filed without account, and the code that opens it."""

    number: str
    code: str


@dataclass(frozen=True)
class Who:
    """Who is who in the demo. Everyone has the same password."""

    people: tuple[Person, ...]
    receipts: tuple[Receipt, ...]
    password: str = PASSWORD

    def by_name(self, name: str) -> Person:
        """Return the person of that name. Raises StopIteration when the demo has nobody by it."""
        return next(person for person in self.people if person.name == name)


@dataclass(frozen=True)
class _Part:
    """A story that the demo must have, wherever chance leads the others."""

    pace: dict[str, int]
    wants: Callable[[KnownReport], bool] = lambda text: len(text.parties) == 1
    outcome: Outcome | None = None
    measure_due: int | None = None
    only: str = ""
    as_before: bool = False


def _about(party: Party, unit: str = "") -> Callable[[KnownReport], bool]:
    return lambda text: text.parties == (party,) and unit.lower() in text.unit.lower()


def _about_two(text: KnownReport) -> bool:
    return len(text.parties) == 2 and not {Party.OTHER, Party.FORBUND} & set(text.parties)


def _sent(filed: int, **later: int) -> dict[str, int]:
    """Return the pace of a report that was filed, sorted and sent in the days after."""
    return {"file": filed, "triage": filed - 2, "assign": 0, "send": filed - 3, **later}


def _of_a_common_theme(text: KnownReport) -> bool:
    return sum(_like(text)(other) for other in data.reports()) >= 5


# One of each that the lists shall show today, the same in every demo.
PARTS = (
    _Part({"file": 1}),
    _Part({"file": 2, "no_account": 0}),
    _Part({"file": 4, "unnamed": 0}, _about(Party.KOMMUN), only=SVB),
    _Part({"file": 5, "triage": 3, "assign": 0, "note": 0}, only=GBG),
    _Part({"file": 16}),
    _Part({"file": 9, "triage": 6, "assign": 0, "ask": 6}),
    _Part(_sent(7), _about(Party.ARBETSFORMEDLINGEN, "lokalt kontor"), only=SVB),
    _Part(_sent(12), _about(Party.KOMMUN)),
    _Part(_sent(14, caller=0, add=13), _about(Party.REGION), only=GBG),
    _Part(_sent(15, mask=0), only=GBG),
    _Part(_sent(27, note=0), _about(Party.FORSAKRINGSKASSAN)),
    _Part(_sent(33, ack=24), _about(Party.KOMMUN), only=SVB),
    _Part(_sent(30, ack=22), only=GBG),
    _Part(_sent(38, ack=28, fask=3), _about(Party.REGION)),
    _Part(_sent(21, **{"return": 3}), _about(Party.KOMMUN, "ekonomiskt bistånd"), only=GBG),
    _Part(_sent(21, **{"return": 3}), _about(Party.REGION, "vårdcentral"), only=SVB),
    _Part(_sent(50, ack=41, ack1=38, answer=10), _about_two),
    _Part(_sent(46, struck=0, ack=40), _about_two, only=GBG),
    _Part(_sent(88, ack=75), _about(Party.ARBETSFORMEDLINGEN), only=GBG),
    _Part(_sent(112, ack=101), _about(Party.REGION)),
    _Part(_sent(75, ack=66, answer=12), _about(Party.KOMMUN), Outcome.RESOLVED, 45),
    _Part(_sent(140, ack=131, answer=90), _about(Party.FORSAKRINGSKASSAN), Outcome.PARTLY, -11, only=GBG),
    _Part(_sent(60, ack=55, answer=4), _about(Party.KOMMUN), Outcome.REMAINS),
    _Part(_sent(64, ack=57, answer=9, share=7), _about(Party.REGION), Outcome.NO_GAP, only=GBG),
    _Part(_sent(72, ack=65, answer=6, on_behalf=0), _about(Party.REGION), Outcome.REMAINS, only=GBG),
    _Part(_sent(128, ack=110, unanswered=6), _about(Party.ARBETSFORMEDLINGEN)),
    _Part(_sent(80, ack=72, answer=30, lift=9), lambda text: text.type == "STRUKTUR", Outcome.REMAINS_SYSTEM),
    _Part(_sent(155, ack=147, answer=100, close=24, reopen=3), _about(Party.KOMMUN), Outcome.PARTLY, only=GBG),
    _Part(_sent(150, ack=147, answer=100, close=22, reopen=2), _about(Party.REGION), Outcome.RESOLVED, only=SVB),
    _Part(_sent(58, ack=52, answer=16, close=5), _about(Party.FORSAKRINGSKASSAN), Outcome.REMAINS, only=GBG),
    _Part(_sent(190, ack=182, answer=140, close=105, feedback=99), _about(Party.KOMMUN), Outcome.REMAINS, only=GBG),
    _Part(_sent(210, ack=202, answer=160, close=120, feedback=110, effect=20), _about(Party.REGION), Outcome.NO_GAP),
    _Part({"file": 13, "withdraw": 12}, only=GBG),
    _Part({"file": 18, "triage": 14, "dismiss": 0}),
    _Part({"file": 22, "triage": 18, "refer": 0}, _about(Party.FORSAKRINGSKASSAN)),
    _Part(_sent(34, ack=28), _of_a_common_theme),
    _Part({"file": 11, "triage": 9, "duplicate": 0}, as_before=True),
)


@dataclass
class _Casting:
    """Hands out the texts: none twice in a year, and as long as possible before one comes back."""

    order: list[KnownReport]
    taken: dict[int, set[str]] = field(default_factory=dict)
    times: Counter[tuple[str, str]] = field(default_factory=Counter)
    last: dict[str, int] = field(default_factory=dict)

    def pick(
        self, code: str, day: dt.date, wants: Callable[[KnownReport], bool] = lambda text: True
    ) -> KnownReport | None:
        """Return the text that suits the förbund, the month and the wish best."""
        taken = self.taken.setdefault(day.year, set())
        fitting = [
            text
            for text in self.order
            if text.id not in taken
            and text.only in ("", code)
            and (not text.months or day.month in text.months)
            and wants(text)
        ]
        if not fitting:
            return None
        best = min(fitting, key=lambda text: self._rank(text, code, day.year))
        taken.add(best.id)
        self.times[code, best.id] += 1
        self.last[best.id] = day.year
        return best

    def _rank(self, text: KnownReport, code: str, year: int) -> tuple[int, int, int]:
        away = text.insats and (text.insats in _SVB_INSATSER) != (code == SVB)
        # A text that only reads true in some months is used when it can be.
        return (self.times[code, text.id] * 4 + self._worn(text, year), 0 if text.months else 1, bool(away))

    def _worn(self, text: KnownReport, year: int) -> int:
        since = year - self.last.get(text.id, year - 9)
        return max(0, 3 - since)


_SVB_INSATSER = frozenset({"Enter", "NOVA", "FIA", "IT-spåret", "VerkSam"})


def make(*, small: bool = False, today: dt.date | None = None) -> Who:
    """Make the demo as it looks on the morning of the day, in one transaction: all of it or nothing.

    `small` makes a few dozen cases, in every state all the same. Nothing in it waits to be mailed: the outbox rows of
    three years are marked as drained.
    """
    day = today or clocks.today()
    end = dt.datetime(day.year, day.month, day.day, tzinfo=clocks.STOCKHOLM)
    first_year = day.year - YEARS + 1
    with transaction.atomic():
        with clocks.at(dt.datetime(first_year - 1, 12, 1, 9, tzinfo=clocks.STOCKHOLM)):
            world = World(Registers(first_year=first_year, today=day), day)
        yearly = deque(summaries.acts(world.registers, day.year))
        _play(world, list(_scenes(world, A_YEAR_SMALL if small else A_YEAR)), yearly, end)
        with clocks.at(end):
            gather(world, end)
        _leave_drafts(world, end)
        waiting = Outbox.objects.filter(event__case__association__is_demo=True, drained_at__isnull=True)
        waiting.update(drained_at=F("created_at"))
    return who()


def who() -> Who:
    """Read who is who from the database, without making anything."""
    does: dict[int, dict[str, str]] = {}

    def tell(user: int, code: str, what: str) -> None:
        said = does.setdefault(user, {})
        said[code] = f"{said[code]}, {what}" if code in said else what

    grants = Grant.objects.filter(association__is_demo=True).in_force().select_related("association")
    for grant in grants.order_by("pk"):
        tell(grant.user_id, grant.association.code, Role(grant.role).label.lower())
    places = FunctionPerson.objects.filter(function__member__association__is_demo=True).in_force()
    seats: dict[tuple[bool, int, str], list[str]] = {}
    for place in places.select_related("function__member__association").order_by("is_deputy", "pk"):
        seat = (place.is_deputy, place.user_id, place.function.member.association.code)
        seats.setdefault(seat, []).append(place.function.name)
    for (is_deputy, user, code), functions in seats.items():
        tell(user, code, f"{'ersättare' if is_deputy else 'partskontakt'} ({'; '.join(functions)})")
    found = User.objects.filter(system_of=None).in_bulk(does)
    people = [Person(found[pk].name, found[pk].email, held) for pk, held in does.items() if pk in found]
    if people:
        operators = User.objects.filter(email=email_of(OPERATOR), is_superuser=True)
        people += [Person(user.name, user.email, {"": "driften (/drift/), inga ärenden"}) for user in operators]
    return Who(tuple(people), tuple(_receipts()))


def _receipts() -> Iterator[Receipt]:
    """Yield the newest case filed without account in each förbund, with its code."""
    for association in Association.objects.filter(is_demo=True).order_by("-code"):
        for index, part in enumerate(PARTS):
            if "no_account" in part.pace and part.only in ("", association.code):
                again = Report("Kvitto", "Kvitto", [Concerned(Party.OTHER)], None)
                # The same key stores nothing anew: it gives the case and the code of the first time.
                key = receipt_key(f"{association.code} part {index}")
                known = services.payload_key("file", association.pk, key, NOBODY.pk)
                if association.open_to_all and Submission.objects.filter(key=known).exists():
                    filed = services.file(association, again, actor=NOBODY, key=key)
                    yield Receipt(filed.case.number, filed.receipt_code)


def _play(world: World, scenes: list[Scene], yearly: deque[summaries.Act], end: dt.datetime) -> None:
    """Run every story's steps, and what is done once a year, in the order of time, up to the end."""
    queue: list[tuple[dt.datetime, int, Scene, Story]] = []
    for number, scene in enumerate(scenes):
        heapq.heappush(queue, (scene.now, number, scene, story(scene)))
    while queue:
        moment, number, scene, told = heapq.heappop(queue)
        _do(yearly, until=moment)
        scene.now = moment
        with clocks.at(moment):
            following = next(told, None)
        if following is not None and following < end:
            heapq.heappush(queue, (following, number, scene, told))
        for there, first in world.spawned:
            if first < end:
                number_there = len(scenes) + number
                heapq.heappush(queue, (first, number_there, there, story(there, referred=there.case)))
        world.spawned.clear()
    _do(yearly, until=end)


def _do(yearly: deque[summaries.Act], *, until: dt.datetime) -> None:
    while yearly and yearly[0][0] < until:
        moment, act = yearly.popleft()
        with clocks.at(moment):
            act()


def _scenes(world: World, a_year: dict[str, int]) -> Iterator[Scene]:
    """Cast every case: first the parts that must be there, then what chance fills the years with."""
    chance = random.Random("Lex Heller")  # noqa: S311  # nosec B311
    order = sorted(data.reports(), key=lambda text: text.id)
    chance.shuffle(order)
    casting = _Casting(order)
    filed: Counter[tuple[str, int]] = Counter()
    for code, forbund in world.registers.forbund.items():
        before: KnownReport | None = None
        for index, part in enumerate(PARTS):
            if part.only not in ("", code):
                continue
            scene_day = world.today - dt.timedelta(days=part.pace["file"])
            wants = _like(before) if part.as_before and before else part.wants
            text = casting.pick(code, scene_day, lambda text, wants=wants: wants(text) and not text.months)  # type: ignore[misc]
            if text is None:
                continue
            before = text
            scene = Scene(
                world, forbund, text, f"{code} part {index}", part.pace, part.outcome, measure_due=part.measure_due
            )
            scene.now = scene.office_hour(scene_day, back=True)
            filed[code, clocks.local_date(scene.now).year] += 1
            yield scene
    for year in range(world.today.year - YEARS + 1, world.today.year + 1):
        for code, day in _days(world, a_year, filed, year, chance):
            text = casting.pick(code, day)
            if text is not None:
                scene = Scene(world, world.registers.forbund[code], text, f"{code} {day} {text.id}")
                scene.now = scene.office_hour(day)
                yield scene


def _like(other: KnownReport) -> Callable[[KnownReport], bool]:
    return lambda text: text.theme == other.theme and text.parties[0] == other.parties[0]


def _days(
    world: World, a_year: dict[str, int], filed: Counter[tuple[str, int]], year: int, chance: random.Random
) -> list[tuple[str, dt.date]]:
    """Return the year's days of filing for both förbund, in order; as many as the part of the year that has been."""
    first = dt.date(year, 1, 1)
    span = (dt.date(year, 12, 31) - first).days + 1
    days = [day for n in range(span) if clocks.is_working_day(day := first + dt.timedelta(days=n))]
    weights = {day: MONTHS[day.month - 1] for day in days}
    been = [day for day in days if day < world.today]
    share = sum(weights[day] for day in been) / sum(weights.values())
    drawn: list[tuple[str, dt.date]] = []
    for code in world.registers.forbund:
        wanted = max(0, round(a_year[code] * share) - filed[code, year])
        if been:
            drawn += [(code, day) for day in chance.choices(been, [weights[day] for day in been], k=wanted)]
    return sorted(drawn, key=lambda one: (one[1], one[0]))


def _leave_drafts(world: World, end: dt.datetime) -> None:
    """Leave a begun report with a reporter of each förbund."""
    begun = (
        (SVB, "Rakel Rapportör", 2, "Mötet flyttades utan att någon sade till", "Vi satt tre stycken och väntade."),
        (SVB, "Rakel Rapportör", 6, "Två planer för samma person", ""),
        (GBG, "Greta Rapportör", 1, "Fel blankett igen", "Blanketten på webben är en annan än den som gäller."),
    )
    for code, name, days, heading, happened in begun:
        author = world.registers.users[name]
        with clocks.at(end - dt.timedelta(days=days, hours=-15)):
            services.save_draft(
                world.registers.forbund[code].association,
                author=author,
                key=uuid.uuid5(uuid.NAMESPACE_URL, f"lexheller demo draft {code} {heading}"),
                fields={"heading": heading, "happened": happened},
            )
