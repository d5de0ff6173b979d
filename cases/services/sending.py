"""Sending a case to the functions that answer for it, and getting it back."""

from __future__ import annotations

from collections.abc import Mapping

from cases import clocks
from cases.codes import MEMBER_PARTIES, WITH_FUNCTION, Audience, ConcernState, TextKind
from cases.errors import Incomplete
from cases.models import Case, Concern, ContactFunction
from cases.querysets import Actor
from cases.routing import Route, Router
from cases.services.acting import NOW, Act, Basis, OnBehalf, acting, says_how


def send(
    case: Case,
    *,
    actor: Actor,
    concerns: Mapping[int, ContactFunction | None] | None = None,
    basis: Basis = NOW,
) -> Case:
    """Send concerns to functions and start their clocks; sending anew, or elsewhere, restarts them.

    `concerns` maps a concern's id to the function that the coordinator chose; None leaves it with the kansli.
    Left out, every unsent concern goes where routing says. Raises Incomplete when a type or a member is missing.
    """
    with acting(case, "send", actor=actor, basis=basis) as act:
        router = Router(act.case.association, day=act.day)
        chosen = concerns if concerns is not None else _by_routing(act, router)
        going = [concern for concern in act.concerns if concern.pk in chosen]
        _ready(going)
        for concern in going:
            concern.case = act.case
            _takes(router, concern, chosen[concern.pk])
            _dispatch(act, concern, _route(router, concern, chosen[concern.pk]))
        act.case.reopened = False
    return act.case


def return_(
    case: Case,
    *,
    actor: Actor,
    concern: Concern,
    reason: str,
    on_behalf: OnBehalf | None = None,
    basis: Basis = NOW,
) -> Case:
    """Give a concern back to the kansli because it is not this function's."""
    with acting(
        case,
        "return",
        actor=actor,
        concern=concern,
        texts={"reason": reason},
        required={"reason": "Skriv varför ni lämnar tillbaka ärendet, och gärna vart det hör."},
        on_behalf=on_behalf,
        basis=basis,
    ) as act:
        mine = act.concern(concern)
        says_how(act.role, mine, on_behalf)
        mine.state = ConcernState.RETURNED
        act.write(TextKind.RETURN, act.texts["reason"], audience=Audience.FUNCTION, concern=mine)
        act.record(Audience.FUNCTION, concern=mine)
    return act.case


def _by_routing(act: Act, router: Router) -> dict[int, ContactFunction | None]:
    found: dict[int, ContactFunction | None] = {}
    for concern in act.concerns:
        if concern.state in (ConcernState.PENDING, ConcernState.RETURNED):
            concern.case = act.case
            found[concern.pk] = router.route(concern).function
    return found


def _ready(going: list[Concern]) -> None:
    if not going:
        raise Incomplete({"concerns": "Välj minst en berörd part att skicka till."})
    for concern in going:
        if concern.state == ConcernState.WITHDRAWN:
            raise Incomplete({"concerns": f"{concern.who} är struken. Lägg till parten igen först."})
        if concern.party in MEMBER_PARTIES and concern.member_id is None:
            raise Incomplete({"concerns": f"Välj vilken medlem som avses med {concern.who}, innan du skickar."})
        if not concern.type_set:
            raise Incomplete({"concerns": f"Sätt en typ för {concern.who} innan du skickar."})


def _takes(router: Router, concern: Concern, function: ContactFunction | None) -> None:
    """Refuse a function of another member, or one that has ended."""
    if function is not None and function not in router.choices(concern):
        raise Incomplete({"concerns": f"{function.name} tar inte emot det som gäller {concern.who}. Välj en annan."})


def _route(router: Router, concern: Concern, function: ContactFunction | None) -> Route:
    proposed = router.route(concern)
    if proposed.function == function:
        return proposed
    return router.choose(concern, function)


def _dispatch(act: Act, concern: Concern, route: Route) -> None:
    """Set the concern on its way and note it."""
    if concern.state in WITH_FUNCTION and concern.function == route.function:
        raise Incomplete({"concerns": f"{concern.who} har redan fått ärendet. Välj en annan funktion."})
    association = act.case.association
    kind = clocks.DayKind(association.day_kind)
    again = concern.sent_at is not None
    concern.state = ConcernState.SENT
    concern.function = route.function
    concern.routed_by = route.why
    concern.sent_at = act.at
    concern.acknowledged_at = concern.answered_at = concern.answered_by = concern.shared_at = None
    concern.acknowledge_due = clocks.add_days(act.day, association.acknowledge_days, kind)
    concern.answer_due = clocks.add_days(act.day, association.answer_days, kind)
    act.record(
        Audience.REPORTER_FUNCTION,
        concern=concern,
        function=route.function,
        why=route.why.value,
        again=again,
        answer_due=concern.answer_due.isoformat(),
    )
