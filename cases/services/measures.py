"""Measures: planned, finished, dropped, or moved to the pattern that they belong to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from cases import workflow
from cases.codes import Audience, Cause, MeasureState, TextKind
from cases.errors import Incomplete, MoveNotAllowed
from cases.models import Case, Concern, Measure, PatternMeasure
from cases.querysets import Actor
from cases.services.acting import NOW, Act, Basis, acting
from cases.services.pattern_log import hold_pattern, record


@dataclass(frozen=True)
class Plan:
    """A measure to be: what, against which cause, which function owns it (never a person), and by when."""

    what: str
    cause: Cause
    owner: str
    due_on: dt.date


def add_measure(case: Case, *, actor: Actor, concern: Concern, plan: Plan, basis: Basis = NOW) -> Measure:
    """Plan a measure for a concern."""
    with acting(case, "add_measure", actor=actor, concern=concern, texts=plan_texts([plan]), basis=basis) as act:
        mine = act.concern(concern)
        [measure] = store_plans(act, [plan], concern=mine)
        act.record(audience_of(mine), concern=mine, measure=measure.pk, due_on=plan.due_on.isoformat())
    return measure


def finish_measure(case: Case, *, actor: Actor, measure: Measure, how: str = "", basis: Basis = NOW) -> Case:
    """Note that a measure is done."""
    return _end(case, "finish_measure", MeasureState.DONE, actor, measure, how, {}, basis)


def drop_measure(case: Case, *, actor: Actor, measure: Measure, why: str, basis: Basis = NOW) -> Case:
    """Give a measure up, and say why."""
    required = {"how": "Skriv varför åtgärden avbryts."}
    return _end(case, "drop_measure", MeasureState.DROPPED, actor, measure, why, required, basis)


def move_measure(case: Case, *, actor: Actor, measure: Measure, basis: Basis = NOW) -> Case:
    """Hand a measure over to the case's pattern, so that the case can close while it goes on."""
    return _end(case, "move_measure", MeasureState.MOVED, actor, measure, "", {}, basis)


def audience_of(concern: Concern) -> Audience:
    """Choose who reads of a measure: the reporter too, once the answer is shared."""
    return Audience.REPORTER_FUNCTION if concern.shared_at else Audience.FUNCTION


def plan_texts(plans: Sequence[Plan]) -> dict[str, str]:
    """Return the free texts of plans by field, for the guard."""
    return {f"{name}_{index}": getattr(plan, name) for index, plan in enumerate(plans, 1) for name in ("what", "owner")}


def store_plans(act: Act, plans: Sequence[Plan], *, concern: Concern) -> list[Measure]:
    """Store planned measures on the act's case, with their guarded texts."""
    measures = []
    for index, plan in enumerate(plans, 1):
        what, owner = act.texts[f"what_{index}"], act.texts[f"owner_{index}"]
        if not what or not owner:
            empty = "what" if not what else "owner"
            sentence = "Skriv vad ni ska göra." if not what else "Skriv vilken funktion som ansvarar."
            raise Incomplete({f"{empty}_{index}": sentence})
        if plan.due_on < act.day:
            raise Incomplete({f"due_{index}": "Välj en dag som inte har varit."})
        text = act.write(TextKind.MEASURE, what, audience=audience_of(concern), concern=concern)
        measures.append(
            Measure.objects.create(
                case=act.case,
                concern=concern,
                what=text,
                cause=plan.cause,
                owner=owner,
                due_on=plan.due_on,
                created_at=act.at,
            )
        )
    return measures


def _end(
    case: Case,
    verb: str,
    state: MeasureState,
    actor: Actor,
    measure: Measure,
    how: str,
    required: dict[str, str],
    basis: Basis,
) -> Case:
    with acting(case, verb, actor=actor, texts={"how": how}, required=required, basis=basis) as act:
        # The table says who may end a measure at all; which ones, a contact's function says.
        ours = {m.pk: m for m in workflow.open_measures_of(act.case, actor)}
        if measure.pk not in ours:
            raise MoveNotAllowed("Åtgärden är redan avslutad, eller hör till en annan part.", code="wrong_measure")
        own = ours[measure.pk]
        if state == MeasureState.MOVED:
            _hand_over(act, own)
        own.state = state
        own.ended_on = act.day
        own.save()
        mine = next((concern for concern in act.concerns if concern.pk == own.concern_id), None)
        audience = audience_of(mine) if mine else Audience.KANSLI
        act.write_if_any(TextKind.MEASURE_END, act.texts["how"], audience=audience, concern=mine)
        act.record(audience, concern=mine, measure=own.pk)
    return act.case


def _hand_over(act: Act, measure: Measure) -> None:
    """Let a measure go on with the case's pattern; its words stay where they were written."""
    assert act.case.pattern is not None  # the table of moves says so
    pattern = hold_pattern(act.case.pattern)
    measure.pattern = pattern
    own = PatternMeasure.objects.create(
        pattern=pattern, moved_from=measure, cause=measure.cause, due_on=measure.due_on, created_at=act.at
    )
    due_on = measure.due_on.isoformat()
    record(pattern, "plan", actor=act.actor, role=act.role, at=act.at, measure=own.pk, case=act.case.pk, due_on=due_on)
