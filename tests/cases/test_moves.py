"""Every step, by everybody, from every status and on a concern in every state."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from cases import clocks, services, workflow
from cases.changes import news
from cases.codes import (
    Cause,
    ConcernState,
    DismissReason,
    GapType,
    Helped,
    Outcome,
    Party,
    Role,
    Status,
)
from cases.errors import MoveNotAllowed
from cases.models import (
    AgendaItem,
    Case,
    Concern,
    Event,
    Feedback,
    Measure,
    Outbox,
    PatternEvent,
    Question,
    Submission,
    Text,
)
from cases.services import Concerned
from cases.workflow import MOVES
from tests.cases.conftest import BY_PHONE, DAY, PEOPLE, PLAN, START, actor_of

pytestmark = pytest.mark.usefixtures("db")

RECEIVED, CLARIFYING, WITH_PARTY, IN_PROGRESS = "RECEIVED", "CLARIFYING", "WITH_PARTY", "IN_PROGRESS"
ANSWERED, CLOSED, DISMISSED, REFERRED = "ANSWERED", "CLOSED", "DISMISSED", "REFERRED"
BEFORE = {RECEIVED, CLARIFYING}
OPEN = BEFORE | {WITH_PARTY, IN_PROGRESS, ANSWERED}
ALL = OPEN | {CLOSED, DISMISSED, REFERRED}


def reporters(statuses: set[str]) -> dict[str, set[str]]:
    return {"rakel": statuses, "code": statuses}


def contacts(statuses: set[str]) -> dict[str, set[str]]:
    """Karl and his deputy; Frida answers for another party of the same case."""
    return {"karl": statuses, "kim": statuses}


# Who may take a step, from which statuses. Whoever is not named may never.
MAY: dict[str, dict[str, set[str]]] = {
    "add": reporters(OPEN),
    "ask": {"sanna": OPEN},
    "ask_as_function": contacts({WITH_PARTY}),
    "reply": {**reporters(OPEN - {RECEIVED}), "sanna": OPEN - {RECEIVED}},
    "mask": {"sanna": ALL},
    "note": {"sanna": ALL},
    "assign": {"sanna": OPEN},
    "classify": {"sanna": OPEN},
    "add_concern": {"sanna": OPEN},
    "withdraw_concern": {"sanna": {RECEIVED, CLARIFYING, WITH_PARTY}},
    "send": {"sanna": OPEN},
    "return": {**contacts({WITH_PARTY}), "sanna": {WITH_PARTY}},
    "acknowledge": {**contacts({WITH_PARTY}), "sanna": {WITH_PARTY}},
    "answer": {**contacts({WITH_PARTY}), "sanna": {WITH_PARTY}},
    "share": {"sanna": {WITH_PARTY, IN_PROGRESS, ANSWERED}},
    "mark_unanswered": {"sanna": {WITH_PARTY}},
    "add_measure": {
        **contacts({WITH_PARTY, IN_PROGRESS, ANSWERED}),
        "sanna": {WITH_PARTY, IN_PROGRESS, ANSWERED},
    },
    "finish_measure": {**contacts({WITH_PARTY, IN_PROGRESS}), "sanna": {WITH_PARTY, IN_PROGRESS}},
    "drop_measure": {**contacts({WITH_PARTY, IN_PROGRESS}), "sanna": {WITH_PARTY, IN_PROGRESS}},
    "move_measure": {"sanna": {WITH_PARTY, IN_PROGRESS}},
    "lift": {"sanna": OPEN},
    "recommend": {"bea": ALL, "sanna": ALL},
    "join": {"sanna": ALL},
    "leave": {"sanna": ALL},
    "close": {"sanna": {ANSWERED}},
    "dismiss": {"sanna": {RECEIVED, CLARIFYING, ANSWERED}},
    "refer": {"sanna": {RECEIVED, CLARIFYING, ANSWERED}},
    "withdraw": reporters(BEFORE),
    "reopen": {**reporters({CLOSED, DISMISSED}), "sanna": {CLOSED, DISMISSED}},
    "feedback": reporters({CLOSED}),
    "effect": {**reporters({CLOSED}), **contacts({CLOSED}), "frida": {CLOSED}},
}

# When a step is tried, in days from START; it is the same day where nothing is said.
DAYS = {"mark_unanswered": 120, "effect": 90}

# The states of a concern that a step on it may start from.
FROM_STATES: dict[str, set[str]] = {
    "ask_as_function": {"SENT", "ACKNOWLEDGED"},
    "withdraw_concern": {"PENDING", "RETURNED", "SENT", "ACKNOWLEDGED"},
    "return": {"SENT", "ACKNOWLEDGED"},
    "acknowledge": {"SENT"},
    "answer": {"SENT", "ACKNOWLEDGED"},
    "share": {"ANSWERED"},
    "mark_unanswered": {"SENT", "ACKNOWLEDGED"},
    "add_measure": {"SENT", "ACKNOWLEDGED", "ANSWERED", "UNANSWERED"},
}


def on_behalf(world, actor):
    return BY_PHONE if actor == world.people["sanna"] else None


def take(world, verb: str, case: Case, actor: Any, concern: Concern) -> None:
    """Take the step with all that it needs."""
    calls: dict[str, Callable[[], Any]] = {
        "add": lambda: services.add(case, actor=actor, body="Det händer än."),
        "ask": lambda: services.ask(case, actor=actor, body="När var det?"),
        "ask_as_function": lambda: services.ask(case, actor=actor, body="När var det?", concern=concern),
        "reply": lambda: services.reply(
            case,
            actor=actor,
            question=case.questions.filter(answered_at=None).first() or Question.objects.first(),
            body="I går.",
            on_behalf=on_behalf(world, actor),
        ),
        "mask": lambda: services.mask(case, actor=actor, phrase="tre gånger", reason="Prov", field="happened"),
        "note": lambda: services.note(case, actor=actor, body="Ring chefen."),
        "assign": lambda: services.assign(case, actor=actor, responsible=world.people["stina"]),
        "classify": lambda: services.classify(case, actor=actor, types={concern.pk: GapType.RELATION}),
        "add_concern": lambda: services.add_concern(
            case, actor=actor, concerned=Concerned(Party.REGION, world.region), gap_type=GapType.STRUKTUR
        ),
        "withdraw_concern": lambda: services.withdraw_concern(case, actor=actor, concern=concern, reason="Fel."),
        "send": lambda: services.send(
            case, actor=actor, concerns={case.concerns.get(is_primary=False).pk: world.fk_function}
        ),
        "return": lambda: services.return_(
            case, actor=actor, concern=concern, reason="Inte vår.", on_behalf=on_behalf(world, actor)
        ),
        "acknowledge": lambda: services.acknowledge(
            case, actor=actor, concern=concern, on_behalf=on_behalf(world, actor)
        ),
        "answer": lambda: services.answer(
            case,
            actor=actor,
            concern=concern,
            finding="Vi hade fel nummer.",
            cause=Cause.ROUTINES,
            no_measure="Rättat.",
            on_behalf=on_behalf(world, actor),
        ),
        "share": lambda: services.share(case, actor=actor, concern=concern),
        "mark_unanswered": lambda: services.mark_unanswered(case, actor=actor, concern=concern, reason="Ringt."),
        "add_measure": lambda: services.add_measure(case, actor=actor, concern=concern, plan=PLAN),
        "finish_measure": lambda: services.finish_measure(case, actor=actor, measure=measure_of(case)),
        "drop_measure": lambda: services.drop_measure(case, actor=actor, measure=measure_of(case), why="Behövs ej."),
        "move_measure": lambda: services.move_measure(case, actor=actor, measure=measure_of(case)),
        "lift": lambda: services.lift(case, actor=actor, held_on=START.date() + 200 * DAY, proposal="Ta upp."),
        "recommend": lambda: services.recommend(case, actor=actor, item=case.agenda_items.get(), body="Gör så."),
        "join": lambda: services.join(case, actor=actor, new_title="Ett annat systemfel"),
        "leave": lambda: services.leave(case, actor=actor),
        "close": lambda: services.close(
            case, actor=actor, outcome=Outcome.RESOLVED, cause=Cause.OTHER, reply="Klart.", no_measure="Rättat."
        ),
        "dismiss": lambda: services.dismiss(case, actor=actor, reason=DismissReason.OTHER, reply="Inget mer."),
        "refer": lambda: services.refer(case, actor=actor, reply="Vänd dig dit.", to=world.annat),
        "withdraw": lambda: services.withdraw(case, actor=actor),
        "reopen": lambda: services.reopen(case, actor=actor, reason="Det hände igen."),
        "feedback": lambda: services.feedback(case, actor=actor, helped=Helped.PARTLY),
        "effect": lambda: services.effect(case, actor=actor, came_back=Helped.NO),
    }
    assert calls.keys() == MOVES.keys()
    calls[verb]()


def measure_of(case: Case) -> Measure:
    return case.measures.filter(state="OPEN").first() or Measure.objects.first()


def target(case: Case, verb: str) -> Concern:
    """Return a concern that the step may be taken on, if the case has one; the kommun's before FK's."""
    concerns = list(case.concerns.all())
    return next((c for c in concerns if c.state in FROM_STATES.get(verb, ())), concerns[0])


def snapshot() -> list[Any]:
    """Return all that a step could have changed."""
    counted = (Event, PatternEvent, Outbox, Text, Question, Measure, Feedback, AgendaItem, Submission)
    rows = (Case, Concern)
    return [*(model.objects.count() for model in counted), *(list(m.objects.order_by("pk").values()) for m in rows)]


def test_the_tables_have_a_row_for_every_step():
    assert MAY.keys() == MOVES.keys()
    assert FROM_STATES.keys() == {verb for verb, move in MOVES.items() if move.states is not None}


def test_the_table_names_only_people_and_statuses_that_there_are():
    assert {name for row in MAY.values() for name in row} <= set(PEOPLE)
    assert set().union(*(statuses for row in MAY.values() for statuses in row.values())) <= ALL == set(Status)


@pytest.mark.once
@pytest.mark.parametrize("verb", MOVES)
def test_only_those_who_may_take_a_step_and_a_refused_one_changes_nothing(world, verb):
    with clocks.at(START + DAYS.get(verb, 0) * DAY):
        before = snapshot()
        for status, case in world.cases.items():
            concern = target(case, verb)
            for name in PEOPLE:
                if status not in MAY[verb].get(name, ()):
                    with pytest.raises(MoveNotAllowed):
                        take(world, verb, case, actor_of(world, name, case), concern)
        assert snapshot() == before


@pytest.mark.parametrize("verb", MOVES)
def test_those_who_may_take_a_step_can_and_it_leaves_an_event(world, verb):
    with clocks.at(START + DAYS.get(verb, 0) * DAY):
        for name, statuses in MAY[verb].items():
            for status in statuses:
                case = world.cases[status]
                with transaction.atomic():
                    take(world, verb, case, actor_of(world, name, case), target(case, verb))
                    event = case.events.last()
                    assert (event.verb, event.seq) == (verb, case.last_seq + 1)
                    transaction.set_rollback(True)


@pytest.mark.parametrize("verb", MOVES)
def test_every_step_is_news_to_a_program_that_keeps_a_copy(world, verb):
    name, statuses = next(iter(MAY[verb].items()))
    case = world.cases[sorted(statuses)[0]]
    mark = news(Case.objects.all(), START.isoformat(), limit=1000).mark
    with clocks.at(START + DAYS.get(verb, 0) * DAY):
        take(world, verb, case, actor_of(world, name, case), target(case, verb))
    assert case in news(Case.objects.all(), mark, limit=1000).cases


@pytest.mark.once
@pytest.mark.parametrize("days", [0, 90, 120])
@pytest.mark.parametrize("status", Status)
def test_the_buttons_are_exactly_the_steps_that_are_not_refused(world, status, days):
    prefetched = Case.objects.prefetch_related("concerns__member", "questions", "measures", "agenda_items")
    case = prefetched.select_related("association").get(pk=world.cases[status].pk)
    with clocks.at(START + days * DAY):
        for name in PEOPLE:
            actor = actor_of(world, name, case)
            shown = {(step.verb, step.concern and step.concern.pk) for step in workflow.next_steps(case, actor)}
            assert shown == set(not_refused(case, actor))


def not_refused(case, actor):
    for verb, move in MOVES.items():
        for concern in [None] if move.states is None else case.concerns.all():
            try:
                workflow.check(case, verb, actor, concern)
            except MoveNotAllowed:
                continue
            yield verb, concern and concern.pk


@pytest.mark.parametrize("state", ConcernState)
@pytest.mark.parametrize("verb", FROM_STATES)
def test_a_step_on_a_concern_starts_from_its_own_states_alone(world, verb, state):
    case = world.cases[WITH_PARTY]
    concern = case.concerns.get(is_primary=True)
    other = case.concerns.get(is_primary=False)
    # The row is set by hand: the way to each state has tests of its own.
    Concern.objects.filter(pk=other.pk).update(state="SENT")
    Concern.objects.filter(pk=concern.pk).update(state=state)
    concern.refresh_from_db()
    name = "karl" if Role.CONTACT in MOVES[verb].roles and state in ("SENT", "ACKNOWLEDGED", "ANSWERED") else "sanna"
    if verb == "ask_as_function":
        name = "karl"
    actor = world.people[name]
    with clocks.at(START + DAYS.get(verb, 0) * DAY):
        if state in FROM_STATES[verb]:
            take(world, verb, case, actor, concern)
        else:
            with pytest.raises(MoveNotAllowed):
                take(world, verb, case, actor, concern)


def test_a_concern_of_another_case_is_refused(world):
    case, other = world.cases[WITH_PARTY], world.cases[IN_PROGRESS]
    with pytest.raises(MoveNotAllowed, match="hör inte till ärendet"):
        take(world, "answer", case, world.people["karl"], other.concerns.first())


def test_a_step_on_a_concern_needs_one(world):
    with pytest.raises(MoveNotAllowed, match="Välj vilken berörd part"):
        workflow.check(world.cases[WITH_PARTY], "share", world.people["sanna"])


def test_a_refusal_says_who_may(world):
    with pytest.raises(MoveNotAllowed, match="Det här kan bara samordnaren göra"):
        take(world, "send", world.cases[RECEIVED], world.people["rakel"], None)


def test_a_refusal_says_what_the_case_needs_to_be(world):
    with pytest.raises(MoveNotAllowed, match=r"ärendet ligger hos parten\. Steget går att ta när det är besvarat"):
        take(world, "close", world.cases[WITH_PARTY], world.people["sanna"], None)


@pytest.mark.parametrize(
    ("status", "said"), [(CLOSED, "avslutat. Rapportören eller kansliet kan öppna"), (REFERRED, "öppnas inte igen")]
)
def test_a_refusal_on_an_ended_case_says_who_may_open_it(world, status, said):
    with pytest.raises(MoveNotAllowed, match=re.escape(said)):
        take(world, "send", world.cases[status], world.people["sanna"], None)


def test_a_refusal_names_several_statuses_as_speech_does(world):
    with pytest.raises(MoveNotAllowed, match="när det är inkommet, väntar på komplettering eller är besvarat"):
        take(world, "dismiss", world.cases[WITH_PARTY], world.people["sanna"], None)


def test_a_refusal_names_its_step_in_the_code(world):
    with pytest.raises(MoveNotAllowed) as refused:
        take(world, "close", world.cases[WITH_PARTY], world.people["sanna"], None)
    assert refused.value.code == "close_not_allowed"


def test_a_coordinator_who_also_reported_acts_as_reporter(world):
    case, sanna = world.cases[RECEIVED], world.people["sanna"]
    Case.objects.filter(pk=case.pk).update(reporter=sanna)
    services.add(case, actor=sanna, body="Mer.")
    assert case.events.last().actor_role == Role.REPORTER


def test_whoever_reported_may_not_answer_in_the_function(world):
    case, karl = world.cases[WITH_PARTY], world.people["karl"]
    Case.objects.filter(pk=case.pk).update(reporter=karl)
    with pytest.raises(MoveNotAllowed, match="Du har själv rapporterat ärendet"):
        take(world, "answer", case, karl, case.concerns.get(is_primary=True))


def test_a_coordinator_who_sits_in_the_function_answers_as_contact(world):
    case, sanna = world.cases[WITH_PARTY], world.people["sanna"]
    world.function.people.create(user=sanna, from_on="2020-01-01")
    sanna.refresh_from_db()
    try:
        services.acknowledge(case, actor=sanna, concern=case.concerns.get(is_primary=True))
        assert case.events.last().actor_role == Role.CONTACT
    finally:
        sanna.__dict__.pop("_standing", None)


@pytest.mark.once
@pytest.mark.parametrize("verb", MOVES)
def test_nothing_can_be_done_in_a_forbund_that_has_ended(world, verb):
    world.forbund.ended_on = START.date()
    world.forbund.save()
    with clocks.at(START + DAYS.get(verb, 0) * DAY):
        for name, statuses in MAY[verb].items():
            case = world.cases[sorted(statuses)[0]]
            with pytest.raises(MoveNotAllowed, match="Förbundet har upphört"):
                take(world, verb, case, actor_of(world, name, case), target(case, verb))
    world.forbund.ended_on = None
