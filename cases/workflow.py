"""The one table of moves: which step, from which status, by whom, on a concern in which state.

The status that a move leads to is not in the table: `derive_status` works it out from the concerns, so that it
cannot disagree with them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cases import clocks
from cases.codes import (
    ENDINGS,
    OPEN_STATUSES,
    UNSENT,
    WITH_FUNCTION,
    ConcernState,
    MeasureState,
    Outcome,
    Party,
    Role,
    Status,
)
from cases.errors import MoveNotAllowed
from cases.ladder import AGENDA_DAYS
from cases.querysets import SHOWN_TO_FUNCTION, Actor, roles_of
from cases.swedish import joined

if TYPE_CHECKING:
    from cases.models import Case, Concern, Measure

# Time to chase an answer, as far as the beredningsgrupp's agenda: only after that is silence a state.
SILENCE_DAYS = AGENDA_DAYS

REPORTER, CONTACT, COORDINATOR, PREPARATORY = Role.REPORTER, Role.CONTACT, Role.COORDINATOR, Role.PREPARATORY
BEFORE_SENDING = frozenset({Status.RECEIVED, Status.CLARIFYING})
ALL_STATUSES = OPEN_STATUSES | ENDINGS

_ONLY = {
    REPORTER: "rapportören",
    CONTACT: "den funktion som ärendet är skickat till",
    COORDINATOR: "samordnaren",
    PREPARATORY: "beredningsgruppen",
}

Need = Callable[["Case", Actor], str]
ConcernNeed = Callable[["Concern", Actor], str]


@dataclass(frozen=True)
class Move:
    """One step: its button, where it may start, who may take it.

    `states` makes it a step on one concern. `needs` and `concern_needs` return a sentence when something else
    stands in the way, or nothing. With `on_behalf` a coordinator may record the step for a member or
    reporter, and must say how the word came in.
    """

    label: str
    from_: Collection[str]
    roles: frozenset[Role]
    states: Collection[str] | None = None
    needs: Need | None = None
    concern_needs: ConcernNeed | None = None
    on_behalf: bool = False


def _never_sent(case: Case, actor: Actor) -> str:
    if any(concern.sent_at for concern in case.concerns.all()):
        return "Rapporten har redan skickats till en part. Be samordnaren att avsluta ärendet i stället."
    return ""


def _open_question(case: Case, actor: Actor) -> str:
    if not any(question.is_open for question in case.questions.all()):
        return "Det finns ingen obesvarad fråga."
    return ""


def _not_own_answer(case: Case, actor: Actor) -> str:
    """Refuse closing to whoever answered for the förbund itself; a lone coordinator needs the group's word first.

    A system is nobody's second pair of eyes, since the same person may stand behind it.
    """
    answered = [
        concern
        for concern in case.concerns.all()
        if concern.party == Party.FORBUND and concern.state != ConcernState.WITHDRAWN and concern.answered_by_id
    ]
    if answered and actor.standing().is_system:
        return "Förbundet har svarat i det här ärendet. En person på kansliet behöver avsluta det."
    if not any(concern.answered_by_id == actor.pk for concern in answered):
        return ""
    coordinators = case.association.grants.in_force().filter(role=COORDINATOR, user__is_active=True)
    if coordinators.exclude(user=actor.pk).exists():
        return "Du svarade för förbundet i det här ärendet. En annan samordnare behöver avsluta det."
    last = max(concern.answered_at for concern in answered if concern.answered_at)
    if case.agenda_items.filter(recommended_at__gte=last).exclude(recommended_by=actor.pk).exists():
        return ""
    return (
        "Du svarade för förbundet och är ensam samordnare. Lyft ärendet till beredningsgruppen. "
        "När gruppen har skrivit en rekommendation kan du avsluta."
    )


def _may_end(case: Case, actor: Actor) -> str:
    if any(measure.state == MeasureState.OPEN for measure in case.measures.all()):
        return "En åtgärd pågår. Gör den klar, avbryt den eller flytta den till ett systemfel först."
    return _not_own_answer(case, actor)


def _within_reopening(case: Case, actor: Actor) -> str:
    if COORDINATOR in roles_of(case, actor):
        return ""
    days = case.association.reopen_days
    if case.ended_at is None or clocks.today() > clocks.local_date(case.ended_at) + dt.timedelta(days=days):
        return f"Det har gått mer än {days} dagar. Skriv en ny rapport, eller be samordnaren att öppna ärendet igen."
    return ""


def _sendable(case: Case, actor: Actor) -> str:
    if not any(concern.state != ConcernState.WITHDRAWN for concern in case.concerns.all()):
        return "Ärendet har ingen berörd part att skicka till."
    return ""


def _on_agenda(case: Case, actor: Actor) -> str:
    if actor.standing().is_system:
        return "Gruppens rekommendation behöver en person skriva."
    if not any(item.recommended_at is None for item in case.agenda_items.all()):
        return "Ärendet står inte på något möte som väntar på en rekommendation."
    return ""


def open_measures_of(case: Case, actor: Actor) -> list[Measure]:
    """Return the open measures that the actor may end: all for the kansli, those of their function for a contact."""
    if COORDINATOR in roles_of(case, actor):
        return [measure for measure in case.measures.all() if measure.state == MeasureState.OPEN]
    functions = actor.standing().functions
    concerns = {concern.pk for concern in case.concerns.all() if concern.function_id in functions}
    return [m for m in case.measures.all() if m.state == MeasureState.OPEN and m.concern_id in concerns]


def _has_open_measure(case: Case, actor: Actor) -> str:
    return "" if open_measures_of(case, actor) else "Det finns ingen pågående åtgärd."


def _has_movable_measure(case: Case, actor: Actor) -> str:
    if case.pattern_id is None:
        return "För först ärendet till ett systemfel. Flytta sedan åtgärden dit."
    return _has_open_measure(case, actor)


def _may_leave(case: Case, actor: Actor) -> str:
    if case.pattern_id is None:
        return "Ärendet hör inte till något systemfel."
    if case.status == Status.CLOSED and case.outcome == Outcome.REMAINS_SYSTEM:
        return "Ärendet avslutades som systemfel. Öppna det igen först, eller för det till ett annat systemfel."
    return ""


def _others_remain(case: Case, actor: Actor) -> str:
    if sum(concern.state != ConcernState.WITHDRAWN for concern in case.concerns.all()) < 2:
        return "Minst en berörd part måste vara kvar. Lägg till den rätta parten först."
    return ""


def _by_a_person_of_ours(concern: Concern, actor: Actor) -> str:
    if concern.party == Party.FORBUND and actor.standing().is_system:
        return "Förbundets eget svar behöver en person på kansliet skriva."
    return ""


def _silent_long_enough(concern: Concern, actor: Actor) -> str:
    if concern.answer_due is None or clocks.today() <= concern.answer_due + dt.timedelta(days=SILENCE_DAYS):
        return f"Du kan markera det tidigast {SILENCE_DAYS} dagar efter svarsdagen."
    return ""


def _unshared(concern: Concern, actor: Actor) -> str:
    return "Svaret är redan delat med rapportören." if concern.shared_at else ""


def _effect_time(case: Case, actor: Actor) -> str:
    days = case.association.effect_days
    if case.ended_at is None or clocks.today() < clocks.local_date(case.ended_at) + dt.timedelta(days=days):
        return f"Den frågan ställs {days} dagar efter att ärendet avslutades."
    return ""


def _only(*roles: Role) -> frozenset[Role]:
    return frozenset(roles)


# Keyed by verb. `file` is not here: it makes the case, and `services.filing` says who may.
MOVES: dict[str, Move] = {
    "add": Move("Lägg till uppgifter", OPEN_STATUSES, _only(REPORTER)),
    "ask": Move("Fråga rapportören", OPEN_STATUSES, _only(COORDINATOR)),
    "ask_as_function": Move("Fråga rapportören", OPEN_STATUSES, _only(CONTACT), states=WITH_FUNCTION),
    "reply": Move("Svara på frågan", OPEN_STATUSES, _only(REPORTER, COORDINATOR), needs=_open_question, on_behalf=True),
    "mask": Move("Maskera text", ALL_STATUSES, _only(COORDINATOR)),
    "note": Move("Skriv en anteckning", ALL_STATUSES, _only(COORDINATOR)),
    "assign": Move("Utse ansvarig", OPEN_STATUSES, _only(COORDINATOR)),
    "classify": Move("Klassa ärendet", OPEN_STATUSES, _only(COORDINATOR)),
    "add_concern": Move("Lägg till en berörd part", OPEN_STATUSES, _only(COORDINATOR)),
    "withdraw_concern": Move(
        "Stryk parten",
        OPEN_STATUSES,
        _only(COORDINATOR),
        states=UNSENT | WITH_FUNCTION,
        needs=_others_remain,
    ),
    "send": Move("Skicka till parten", OPEN_STATUSES, _only(COORDINATOR), needs=_sendable),
    "return": Move("Lämna tillbaka", OPEN_STATUSES, _only(CONTACT, COORDINATOR), states=WITH_FUNCTION, on_behalf=True),
    "acknowledge": Move(
        "Bekräfta mottaget",
        OPEN_STATUSES,
        _only(CONTACT, COORDINATOR),
        states={ConcernState.SENT},
        on_behalf=True,
    ),
    "answer": Move(
        "Svara",
        OPEN_STATUSES,
        _only(CONTACT, COORDINATOR),
        states=WITH_FUNCTION,
        concern_needs=_by_a_person_of_ours,
        on_behalf=True,
    ),
    "share": Move(
        "Dela svaret med rapportören",
        OPEN_STATUSES,
        _only(COORDINATOR),
        states={ConcernState.ANSWERED},
        concern_needs=_unshared,
    ),
    "mark_unanswered": Move(
        "Markera att svaret uteblev",
        OPEN_STATUSES,
        _only(COORDINATOR),
        states=WITH_FUNCTION,
        concern_needs=_silent_long_enough,
    ),
    "add_measure": Move(
        "Lägg till en åtgärd",
        {Status.WITH_PARTY, Status.IN_PROGRESS, Status.ANSWERED},
        _only(CONTACT, COORDINATOR),
        states=WITH_FUNCTION | {ConcernState.ANSWERED, ConcernState.UNANSWERED},
    ),
    "finish_measure": Move("Åtgärden är klar", OPEN_STATUSES, _only(CONTACT, COORDINATOR), needs=_has_open_measure),
    "drop_measure": Move("Avbryt åtgärden", OPEN_STATUSES, _only(CONTACT, COORDINATOR), needs=_has_open_measure),
    "move_measure": Move(
        "Flytta åtgärden till systemfelet", OPEN_STATUSES, _only(COORDINATOR), needs=_has_movable_measure
    ),
    "lift": Move("Lyft till möte", OPEN_STATUSES, _only(COORDINATOR)),
    "recommend": Move("Skriv rekommendation", ALL_STATUSES, _only(PREPARATORY, COORDINATOR), needs=_on_agenda),
    "join": Move("För till systemfel", ALL_STATUSES, _only(COORDINATOR)),
    "leave": Move("Ta bort från systemfelet", ALL_STATUSES, _only(COORDINATOR), needs=_may_leave),
    # The party's answer and the ending are two acts: no one ends a case against themselves, in whatever way.
    "close": Move("Avsluta ärendet", {Status.ANSWERED}, _only(COORDINATOR), needs=_not_own_answer),
    "dismiss": Move("Skriv av ärendet", BEFORE_SENDING | {Status.ANSWERED}, _only(COORDINATOR), needs=_may_end),
    "refer": Move("Hänvisa vidare", BEFORE_SENDING | {Status.ANSWERED}, _only(COORDINATOR), needs=_may_end),
    "withdraw": Move("Ta tillbaka rapporten", BEFORE_SENDING, _only(REPORTER), needs=_never_sent),
    "reopen": Move(
        "Öppna igen",
        {Status.CLOSED, Status.DISMISSED},
        _only(REPORTER, COORDINATOR),
        needs=_within_reopening,
    ),
    "feedback": Move("Hjälpte det?", {Status.CLOSED}, _only(REPORTER)),
    "effect": Move("Kom det tillbaka?", {Status.CLOSED}, _only(REPORTER, CONTACT), needs=_effect_time),
}


def derive_status(
    *, ending: str, concern_states: Iterable[str], open_kansli_question: bool, open_measures: bool
) -> Status:
    """Work out a case's status from its ending, its concerns' states and what is open on it."""
    states = set(concern_states)
    if ending:
        return Status(ending)
    if states & WITH_FUNCTION:
        return Status.WITH_PARTY
    if states & UNSENT:
        return Status.CLARIFYING if open_kansli_question else Status.RECEIVED
    return Status.IN_PROGRESS if open_measures else Status.ANSWERED


def check(case: Case, verb: str, actor: Actor, concern: Concern | None = None) -> Role:
    """Return the role in which the actor may take the step now.

    Raises MoveNotAllowed, with a sentence that says why, when they may not.
    """
    role, why = _judge(case, verb, actor, roles_of(case, actor), concern)
    if role is None:
        raise MoveNotAllowed(why, code=f"{verb}_not_allowed")
    return role


def acting_role(case: Case, verb: str, actor: Actor, concern: Concern | None = None) -> Role | None:
    """Return the role in which the actor would take the step if it could be taken now; none if it is never theirs."""
    return _acting_role(MOVES[verb], actor, roles_of(case, actor), concern)


def reported_by_themselves(case: Case, verb: str, actor: Actor) -> str:
    """Say why somebody who reported the case cannot take a step of the function that they have a place in."""
    shown = {concern.function_id for concern in case.concerns.all() if concern.state in SHOWN_TO_FUNCTION}
    if shown & actor.standing().functions and Role.REPORTER in roles_of(case, actor) and CONTACT in MOVES[verb].roles:
        return "Du har själv rapporterat ärendet. Någon annan i funktionen behöver göra det här."
    return ""


@dataclass(frozen=True)
class Step:
    """A step that somebody may take now, as a button: on the case, or on one of its concerns."""

    verb: str
    label: str
    role: Role
    concern: Concern | None = None

    @property
    def on_behalf(self) -> bool:
        """Tell whether the kansli would record this for somebody else."""
        return MOVES[self.verb].on_behalf and self.role == COORDINATOR


def next_steps(case: Case, actor: Actor) -> list[Step]:
    """List the steps that the actor may take now, in the table's order."""
    roles = roles_of(case, actor)
    steps = []
    for verb, move in MOVES.items():
        for concern in [None] if move.states is None else list(case.concerns.all()):
            role, _ = _judge(case, verb, actor, roles, concern)
            if role is not None:
                steps.append(Step(verb, move.label, role, concern))
    return steps


def _judge(
    case: Case, verb: str, actor: Actor, roles: Collection[str], concern: Concern | None
) -> tuple[Role | None, str]:
    """Return the role that may take the step, or why nobody of these roles may."""
    move = MOVES[verb]
    if case.association.ended_on:
        return None, "Förbundet har upphört. Ärendet kan läsas men inte ändras."
    role = _acting_role(move, actor, roles, concern)
    if role is None:
        return None, reported_by_themselves(case, verb, actor) or _who_may(move)
    why = (
        _wrong_status(case, move)
        or _wrong_concern(case, move, concern, actor)
        or (move.needs(case, actor) if move.needs else "")
    )
    return (None, why) if why else (role, "")


def _acting_role(move: Move, actor: Actor, roles: Collection[str], concern: Concern | None) -> Role | None:
    """Choose the role to act in: one's own before the kansli's on behalf of somebody."""
    for role in (REPORTER, CONTACT, PREPARATORY, COORDINATOR):
        if role not in move.roles or role not in roles:
            continue
        if role == CONTACT and concern is not None and concern.function_id not in actor.standing().functions:
            continue
        return role
    return None


def _who_may(move: Move) -> str:
    names = [_ONLY[role] for role in _ONLY if role in move.roles]
    return f"Det här kan bara {' eller '.join(names)} göra."


# How a sentence says where a case stands.
_STANDS = {
    Status.RECEIVED: "är inkommet",
    Status.CLARIFYING: "väntar på komplettering",
    Status.WITH_PARTY: "ligger hos parten",
    Status.IN_PROGRESS: "har en åtgärd på gång",
    Status.ANSWERED: "är besvarat",
    Status.CLOSED: "är avslutat",
    Status.DISMISSED: "är avskrivet",
    Status.REFERRED: "är hänvisat vidare",
}


def _wrong_status(case: Case, move: Move) -> str:
    if case.status in move.from_:
        return ""
    now = _STANDS[Status(case.status)]
    if case.status in MOVES["reopen"].from_:
        return f"Det går inte nu: ärendet {now}. Rapportören eller kansliet kan öppna det igen."
    if case.status in ENDINGS:
        return f"Det går inte: ärendet {now}, och öppnas inte igen."
    wanted = joined([_STANDS[status] for status in Status if status in move.from_], "eller")
    return f"Det går inte nu: ärendet {now}. Steget går att ta när det {wanted}."


def _wrong_concern(case: Case, move: Move, concern: Concern | None, actor: Actor) -> str:
    if move.states is None:
        return ""
    if concern is None or concern.case_id != case.pk:
        return "Välj vilken berörd part det gäller."
    if concern.state not in move.states:
        return f"Det går inte nu: {concern.who} är i läget ”{ConcernState(concern.state).label.lower()}”."
    return move.concern_needs(concern, actor) if move.concern_needs else ""
