"""The talk with the reporter: additions, questions that stop a clock, and replies that start it."""

from __future__ import annotations

from cases import clocks
from cases.codes import WITH_FUNCTION, Audience, TextKind
from cases.errors import MoveNotAllowed
from cases.models import Case, Concern, Question
from cases.querysets import Actor
from cases.services.acting import NOW, Act, Basis, OnBehalf, acting, concern_days, says_how, triage_day


def add(case: Case, *, actor: Actor, body: str, basis: Basis = NOW) -> Case:
    """Add to the report, for everyone on the case to read."""
    with acting(
        case,
        "add",
        actor=actor,
        texts={"body": body},
        required={"body": "Skriv det du vill lägga till."},
        basis=basis,
    ) as act:
        act.write(TextKind.ADDITION, act.texts["body"], audience=Audience.EVERYONE)
        act.record(Audience.EVERYONE)
    return act.case


def ask(
    case: Case,
    *,
    actor: Actor,
    body: str,
    concern: Concern | None = None,
    part_of_report: bool = True,
    basis: Basis = NOW,
) -> Question:
    """Put a question to the reporter; its clock stands still until the reply, at most the förbund's question days.

    Without a concern it is the kansli's and stops triage; question and reply then join the report unless
    `part_of_report` is false. With one it comes from the function, is relayed without names, and stops that concern
    alone.
    """
    verb = "ask" if concern is None else "ask_as_function"
    with acting(
        case,
        verb,
        actor=actor,
        concern=concern,
        texts={"body": body},
        required={"body": "Skriv din fråga."},
        basis=basis,
    ) as act:
        association = act.case.association
        mine = act.concern(concern) if concern is not None else None
        audience = _audience(mine, part_of_report=part_of_report)
        text = act.write(TextKind.QUESTION, act.texts["body"], audience=audience, concern=mine)
        kind = clocks.DayKind(association.day_kind)
        question = Question.objects.create(
            case=act.case,
            concern=mine,
            text=text,
            part_of_report=part_of_report,
            asked_at=act.at,
            pauses_from=act.day,
            pauses_until=clocks.add_days(act.day, association.question_days, kind),
        )
        _set_clocks(act, mine)
        act.record(audience, concern=mine, question=question.pk, pauses_until=question.pauses_until.isoformat())
    return question


def reply(
    case: Case,
    *,
    actor: Actor,
    question: Question,
    body: str,
    on_behalf: OnBehalf | None = None,
    basis: Basis = NOW,
) -> Case:
    """Answer a question; the clock that it stopped runs again from today."""
    with acting(
        case,
        "reply",
        actor=actor,
        texts={"body": body},
        required={"body": "Skriv ditt svar."},
        on_behalf=on_behalf,
        basis=basis,
    ) as act:
        says_how(act.role, None, on_behalf)
        asked = Question.objects.filter(case=act.case, pk=question.pk, answered_at__isnull=True).first()
        if asked is None:
            raise MoveNotAllowed("Frågan är redan besvarad.", code="already_answered")
        mine = act.concern(asked.concern) if asked.concern is not None else None
        audience = _audience(mine, part_of_report=asked.part_of_report)
        asked.reply = act.write(TextKind.REPLY, act.texts["body"], audience=audience, concern=mine)
        asked.answered_at = act.at
        asked.pauses_until = min(asked.pauses_until, act.day)
        asked.save()
        _set_clocks(act, mine)
        act.record(audience, concern=mine, question=asked.pk)
    return act.case


def _audience(concern: Concern | None, *, part_of_report: bool) -> Audience:
    """Choose who reads a question and its reply: the same people, since neither says much without the other."""
    if concern is not None:
        return Audience.REPORTER_FUNCTION
    return Audience.EVERYONE if part_of_report else Audience.REPORTER


def _set_clocks(act: Act, concern: Concern | None) -> None:
    """Move the due days of the clock that a question belongs to."""
    questions = Question.objects.filter(case=act.case)
    if concern is None:
        act.case.triage_due = triage_day(act.case, questions)
    elif concern.state in WITH_FUNCTION:
        concern.acknowledge_due, concern.answer_due = concern_days(concern, act.case.association, questions)
