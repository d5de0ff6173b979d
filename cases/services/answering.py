"""What a function does with a concern: acknowledge, answer; and what the kansli does with the answer or its absence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from cases.codes import Audience, Cause, ConcernState, GapType, TextKind
from cases.errors import Incomplete
from cases.models import Case, Concern, Text
from cases.querysets import Actor
from cases.services.acting import NOW, Act, Basis, OnBehalf, acting, says_how
from cases.services.measures import Plan, plan_texts, store_plans

# What a member says about a concern, which the reporter may read once it is shared.
ANSWER_KINDS = (TextKind.ANSWER, TextKind.NO_MEASURE, TextKind.MEASURE, TextKind.MEASURE_END)


def acknowledge(
    case: Case, *, actor: Actor, concern: Concern, on_behalf: OnBehalf | None = None, basis: Basis = NOW
) -> Case:
    """Confirm that the function has the concern; the clock to the answer goes on."""
    with acting(case, "acknowledge", actor=actor, concern=concern, on_behalf=on_behalf, basis=basis) as act:
        mine = act.concern(concern)
        says_how(act.role, mine, on_behalf)
        mine.state = ConcernState.ACKNOWLEDGED
        mine.acknowledged_at = act.at
        act.record(Audience.REPORTER_FUNCTION, concern=mine)
    return act.case


def answer(
    case: Case,
    *,
    actor: Actor,
    concern: Concern,
    finding: str,
    gap_type: GapType | None = None,
    cause: Cause | None = None,
    plans: Sequence[Plan] = (),
    no_measure: str = "",
    own_reference: str = "",
    on_behalf: OnBehalf | None = None,
    basis: Basis = NOW,
) -> Case:
    """Give the member's answer: what it found, how it sees the type, the cause, and measures or why there are none.

    The coordinator may record it on the member's behalf, with the source. The reporter reads it when it is
    shared, at latest at closing.
    """
    required = {"finding": "Skriv vad ni kom fram till."}
    if not plans:
        required["no_measure"] = "Lägg till en åtgärd, eller skriv varför ni inte planerar någon."
    with acting(
        case,
        "answer",
        actor=actor,
        concern=concern,
        texts={
            "finding": finding,
            "no_measure": no_measure,
            "own_reference": own_reference,
            **plan_texts(plans),
        },
        required=required,
        on_behalf=on_behalf,
        basis=basis,
    ) as act:
        mine = act.concern(concern)
        says_how(act.role, mine, on_behalf)
        if cause is None:
            raise Incomplete({"cause": "Välj den orsak som passar bäst."})
        mine.state = ConcernState.ANSWERED
        mine.answered_at = act.at
        mine.acknowledged_at = mine.acknowledged_at or act.at
        mine.answered_by = act.user
        mine.type_answered = gap_type or ""
        mine.cause_seen = cause
        mine.own_reference = act.texts["own_reference"]
        act.write(TextKind.ANSWER, act.texts["finding"], audience=Audience.FUNCTION, concern=mine)
        act.write_if_any(TextKind.NO_MEASURE, act.texts["no_measure"], audience=Audience.FUNCTION, concern=mine)
        measures = store_plans(act, plans, concern=mine)
        act.record(
            Audience.REPORTER_FUNCTION,
            concern=mine,
            cause=cause.value,
            type=mine.type_answered,
            measures=[measure.pk for measure in measures],
        )
    return act.case


def share(case: Case, *, actor: Actor, concern: Concern, basis: Basis = NOW) -> Case:
    """Let the reporter read a member's answer before the case is closed."""
    with acting(case, "share", actor=actor, concern=concern, basis=basis) as act:
        mine = act.concern(concern)
        show_to_reporter(act, mine)
        act.record(Audience.REPORTER_FUNCTION, concern=mine)
    return act.case


def mark_unanswered(case: Case, *, actor: Actor, concern: Concern, reason: str, basis: Basis = NOW) -> Case:
    """Note that the answer never came, after the due day and the reminders. Shown in every summary."""
    with acting(
        case,
        "mark_unanswered",
        actor=actor,
        concern=concern,
        texts={"reason": reason},
        required={"reason": "Skriv vad ni har gjort för att få ett svar."},
        basis=basis,
    ) as act:
        mine = act.concern(concern)
        mine.state = ConcernState.UNANSWERED
        act.write(TextKind.REASON, act.texts["reason"], audience=Audience.FUNCTION, concern=mine)
        act.record(Audience.REPORTER_FUNCTION, concern=mine, days_late=_days_late(mine, act.day))
    return act.case


def show_to_reporter(act: Act, concern: Concern) -> None:
    """Open what the member has said about a concern to the reporter."""
    concern.shared_at = act.at
    Text.objects.filter(concern=concern, kind__in=ANSWER_KINDS, audience=Audience.FUNCTION).update(
        audience=Audience.REPORTER_FUNCTION
    )


def _days_late(concern: Concern, day: dt.date) -> int:
    return (day - concern.answer_due).days if concern.answer_due else 0
