"""Which function gets a concern, and why.

The most specific rule wins; without a rule it is the member's general function, then the kansli. A function where
nobody is present falls back to the kansli, and says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import product

from django.db.models import Q
from django.utils.formats import date_format

from cases import clocks
from cases.codes import MEMBER_PARTIES, UNSENT, WITH_FUNCTION, ConcernState, GapType, Party
from cases.ladder import CONFIRM_STEPS
from cases.models import (
    Absence,
    Association,
    Concern,
    ContactFunction,
    FunctionPerson,
    RoutingRule,
    User,
)


class Why(StrEnum):
    """Why a concern goes where it goes."""

    RULE = "RULE"
    GENERAL = "GENERAL"
    CHOSEN = "CHOSEN"
    NOBODY = "NOBODY"
    NO_MATCH = "NO_MATCH"
    NO_MEMBER = "NO_MEMBER"
    KANSLI = "KANSLI"
    MEMBER_ENDED = "MEMBER_ENDED"
    RETURNED = "RETURNED"


# The concern has nowhere to go: somebody at the kansli must choose.
UNASSIGNED = frozenset({Why.NOBODY, Why.NO_MATCH, Why.NO_MEMBER, Why.MEMBER_ENDED, Why.RETURNED})


@dataclass(frozen=True)
class Route:
    """Where a concern goes (no function means the kansli) and the sentence that explains it."""

    function: ContactFunction | None
    why: Why
    because: str

    @property
    def is_unassigned(self) -> bool:
        return self.why in UNASSIGNED

    @property
    def target(self) -> str:
        return self.function.name if self.function else "kansliet"


@dataclass(frozen=True)
class RoutingWarning:
    """A rule or function that does not do what somebody believes it does.

    The `sentence` is for where the subject stands beside it; `in_full` names it, for a list of many.
    """

    subject: RoutingRule | ContactFunction
    sentence: str
    in_full: str


@dataclass(frozen=True)
class Doubt:
    """Why what is sent to a function may not reach anybody.

    In two or three words, in a sentence for where the function stands beside it, and in one that names it. With
    `is_pressing` the administrator has to do something about it.
    """

    short: str
    sentence: str
    in_full: str
    is_pressing: bool = True

    def __str__(self) -> str:
        return self.sentence


def _about_rule(rule: RoutingRule, says: str) -> RoutingWarning:
    return RoutingWarning(rule, f"Regeln {says}", f"Regeln för ”{rule.conditions}” {says}")


@dataclass(frozen=True)
class _Place:
    """What a rule is held against."""

    member: int
    unit: int | None
    gap_type: str
    initiative: int | None


def _matches(rule: RoutingRule, place: _Place) -> bool:
    return (
        rule.member_id == place.member
        and (rule.unit_id is None or rule.unit_id == place.unit)
        and (not rule.gap_type or rule.gap_type == place.gap_type)
        and (rule.initiative_id is None or rule.initiative_id == place.initiative)
    )


def _weight(rule: RoutingRule) -> tuple[int, int]:
    """Order rules by how much they say: a unit weighs most, then insats, then type; the older wins a tie."""
    said = 4 * bool(rule.unit_id) + 2 * bool(rule.initiative_id) + bool(rule.gap_type)
    return (-said, rule.pk or 0)


class Router:
    """The rules, functions and people of one förbund on one day, read once."""

    def __init__(self, association: Association, *, day: dt.date | None = None) -> None:
        self.association = association
        self.day = day or clocks.today()
        functions = ContactFunction.objects.filter(member__association=association).select_related("member")
        self.functions = {function.pk: function for function in functions}
        rules = RoutingRule.objects.filter(member__association=association).select_related(
            "member", "unit", "initiative", "function__member"
        )
        self.rules = sorted(rules, key=_weight)
        self._people: dict[int, list[FunctionPerson]] = {}
        places = FunctionPerson.objects.filter(
            function__member__association=association, user__is_active=True
        ).in_force(self.day)
        for place in places.select_related("user"):
            self._people.setdefault(place.function_id, []).append(place)
        self._away = frozenset(
            Absence.objects.in_force(self.day)
            .filter(user__function_places__function__member__association=association)
            .values_list("user_id", flat=True)
        )

    def present(
        self, function: ContactFunction, *, without: int | None = None, deputies_too: bool = False
    ) -> list[User]:
        """Return who gets what is sent to the function today: its people who are here, else the deputies."""
        here = [
            place
            for place in self._people.get(function.pk, [])
            if place.user_id not in self._away and place.user_id != without
        ]
        ordinary = [place.user for place in here if deputies_too or not place.is_deputy]
        return ordinary or [place.user for place in here]

    def route(self, concern: Concern, *, gap_type: str = "", initiative: int | None = None) -> Route:
        """Say where the concern goes and why. The case's reporter counts as absent."""
        if concern.party not in MEMBER_PARTIES:
            return Route(None, Why.KANSLI, f"{Party(concern.party).label} besvaras genom kansliet")
        member = concern.member
        if member is None:
            return Route(None, Why.NO_MEMBER, "rapporten säger inte vilken medlem det gäller")
        if member.to_on and member.to_on < self.day:
            return Route(None, Why.MEMBER_ENDED, f"{member.name} är inte längre medlem")
        place = _Place(
            member=member.pk,
            unit=concern.unit_id,
            gap_type=gap_type or concern.type_set or concern.type_reported,
            initiative=initiative or concern.case.initiative_id,
        )
        for rule in self.rules:
            if _matches(rule, place) and self._usable(rule):
                because = f"en regel pekar dit för {rule.conditions}"
                return self._proposed(concern, rule.function, Why.RULE, because)
        for function in self.functions.values():
            if function.member_id == member.pk and function.is_general and function.holds_on(self.day):
                because = f"ingen regel passar, och det är den allmänna funktionen hos {member.name}"
                return self._proposed(concern, function, Why.GENERAL, because)
        return Route(None, Why.NO_MATCH, f"{member.name} har varken en regel som passar eller en allmän funktion")

    def choose(self, concern: Concern, function: ContactFunction | None) -> Route:
        """Say why a concern goes where the coordinator chose."""
        if function is None:
            return Route(None, Why.KANSLI, "du valde att kansliet tar hand om det")
        return self._to(function, Why.CHOSEN, "du valde den", concern.case.reporter_id)

    def choices(self, concern: Concern) -> list[ContactFunction]:
        """Return the functions that a coordinator may send the concern to: those of its member, in force."""
        return [f for f in self.functions.values() if f.member_id == concern.member_id and f.holds_on(self.day)]

    def doubts(self, function: ContactFunction, *, without: int | None = None) -> list[Doubt]:
        """List why what is sent to a function in force may not reach anybody; the gravest first."""
        if not function.holds_on(self.day):
            return []
        return [*self._nobody_there(function, without), *self._bouncing(function), *self._unconfirmed(function)]

    def warnings(self) -> list[RoutingWarning]:
        """List rules that never match or are shadowed, and functions that may not be reached.

        A rule that points to such a function is not listed for that: the function tells it once, for all its rules.
        """
        found = list(self._rule_warnings())
        for function in self.functions.values():
            pressing = [doubt for doubt in self.doubts(function) if doubt.is_pressing]
            found += [RoutingWarning(function, doubt.sentence, doubt.in_full) for doubt in pressing]
        return found

    def _nobody_there(self, function: ContactFunction, without: int | None) -> Iterator[Doubt]:
        if not self.present(function, without=without):
            sentence = f"Ingen är på plats i {function.name}. Det som skickas dit går till kansliet."
            yield Doubt("ingen på plats", sentence, sentence)

    def _bouncing(self, function: ContactFunction) -> Iterator[Doubt]:
        people = self._people.get(function.pk, [])
        if count := sum(place.user.bounced_on is not None for place in people):
            back = f"Brev till {count} av {len(people)} i {{}} har kommit tillbaka."
            yield Doubt("brev har kommit tillbaka", back.format("funktionen"), back.format(function.name))
        if function.mailbox and function.bounced_on:
            yield Doubt(
                "brevlådan tar inte emot brev",
                "Brevlådan tar inte emot brev.",
                f"Brevlådan för {function.name} tar inte emot brev.",
            )

    def _unconfirmed(self, function: ContactFunction) -> Iterator[Doubt]:
        """Doubt people whom nobody has confirmed in time; it presses when all letters about it were in vain."""
        late = (self.day - function.confirm_due_on).days
        if late < 0 or self.association.ended_on:
            return
        since = function.confirmed_on and date_format(function.confirmed_on, "j F Y")
        said = f"har inte bekräftats sedan {since}." if since else "har aldrig bekräftats."
        yield Doubt(
            "inte bekräftad",
            f"Funktionens personer {said}",
            f"Personerna i {function.name} {said}",
            is_pressing=late > CONFIRM_STEPS[-1],
        )

    def _proposed(self, concern: Concern, function: ContactFunction, why: Why, because: str) -> Route:
        """Return the way there, but never back to the function that has just said that it is the wrong one."""
        if concern.state == ConcernState.RETURNED and concern.function_id == function.pk:
            return Route(None, Why.RETURNED, f"{function.name} har lämnat tillbaka det")
        return self._to(function, why, because, concern.case.reporter_id)

    def _to(self, function: ContactFunction, why: Why, because: str, reporter: int | None) -> Route:
        if self.present(function, without=reporter):
            return Route(function, why, because)
        return Route(None, Why.NOBODY, f"{because}, men ingen är på plats i {function.name}")

    def _usable(self, rule: RoutingRule) -> bool:
        return rule.function.holds_on(self.day) and rule.function.member_id == rule.member_id

    def _rule_warnings(self) -> Iterator[RoutingWarning]:
        """Try every kind of concern that could come in, and see which rules never get one."""
        wins: dict[int, bool] = {rule.pk: False for rule in self.rules}
        meets: dict[int, RoutingRule] = {}
        for place in self._possible_places():
            matching = [rule for rule in self.rules if _matches(rule, place) and self._usable(rule)]
            if matching:
                wins[matching[0].pk] = True
            for loser in matching[1:]:
                meets.setdefault(loser.pk, matching[0])
        for rule in self.rules:
            if not rule.function.holds_on(self.day):
                yield _about_rule(rule, f"pekar på {rule.function.name}, som har upphört. Den används inte.")
            elif not self._usable(rule):
                says = f"pekar på {rule.function.name}, som hör till en annan medlem. Den används inte."
                yield _about_rule(rule, says)
            elif not wins[rule.pk] and rule.pk in meets:
                yield _about_rule(rule, f"används aldrig: regeln för ”{meets[rule.pk].conditions}” går alltid före.")
            elif not wins[rule.pk]:
                yield _about_rule(rule, f"kan aldrig passa: {self._why_never(rule)}.")

    def _why_never(self, rule: RoutingRule) -> str:
        for part, what in ((rule.member, "medlemmen"), (rule.unit, "enheten"), (rule.initiative, "insatsen")):
            if part is not None and not part.holds_on(self.day):
                return f"{what} {part.name} gäller inte i dag"
        return "enheten hör till en annan medlem"

    def _possible_places(self) -> Iterator[_Place]:
        """Yield every combination of member, unit, type and insats that can come in today.

        Of units and insatser, those that no rule names behave alike: one "none of them" stands for all.
        """
        initiatives = {rule.initiative for rule in self.rules if rule.initiative}
        units = {rule.unit for rule in self.rules if rule.unit}
        for member in self.association.members.in_force(self.day):
            own = [None, *(unit.pk for unit in units if unit.member_id == member.pk and unit.holds_on(self.day))]
            which = [None, *(initiative.pk for initiative in initiatives if initiative.holds_on(self.day))]
            for unit, gap_type, initiative in product(own, GapType.values, which):
                yield _Place(member.pk, unit, gap_type, initiative)


def unassigned(association: Association) -> list[tuple[Concern, Route]]:
    """List open concerns that no function has and nobody has decided on, with why.

    Those that nothing matches, came back, fell back to the kansli, or lie with a function that has ended; not those
    that a coordinator chose to keep.
    """
    router = Router(association)
    nobody_has = Q(function__isnull=True) | Q(function__to_on__lt=router.day)
    open_ones = (
        Concern.objects.filter(case__association=association, case__ending="", party__in=MEMBER_PARTIES)
        .filter(Q(state__in=UNSENT) | (Q(state__in=WITH_FUNCTION) & nobody_has))
        .exclude(state__in=WITH_FUNCTION, routed_by=Why.KANSLI)
        .select_related("case", "member", "unit", "function")
        .order_by("case__filed_at", "pk")
    )
    routed = [(concern, router.route(concern)) for concern in open_ones]
    return [(c, r) for c, r in routed if r.is_unassigned or c.state in WITH_FUNCTION]
