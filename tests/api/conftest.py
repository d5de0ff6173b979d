"""One case in every status, as the domain's own tests have it, and bodies for every step."""

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIRequestFactory, force_authenticate

from api.views.moves import VIEWS
from cases.models import Case, Concern, User
from tests.cases.conftest import DAY, PLAN, START, _built, world  # noqa: F401

BY_PHONE = {"source": "PHONE", "received_on": START.date().isoformat()}


def body_of(there: Any, verb: str, case: Case, actor: User, concern: Concern) -> dict[str, Any]:
    """Return what the step needs, as a program sends it."""
    on_it = {"concern": concern.pk}
    word = BY_PHONE if actor == there.people["sanna"] else {}
    question = next((q.pk for q in case.questions.all() if q.is_open), None) or first_of(there, "questions")
    measure = next((m.pk for m in case.measures.all() if m.state == "OPEN"), None) or first_of(there, "measures")
    plan = {"what": PLAN.what, "cause": PLAN.cause, "owner": PLAN.owner, "due_on": PLAN.due_on.isoformat()}
    other = next(one.pk for one in case.concerns.all() if not one.is_primary)
    bodies: dict[str, dict[str, Any]] = {
        "add": {"body": "Det händer än."},
        "ask": {"body": "När var det?"},
        "ask_as_function": {**on_it, "body": "När var det?"},
        "reply": {"question": question, "body": "I går.", **word},
        "mask": {"phrase": "tre gånger", "reason": "Prov", "field": "happened"},
        "note": {"body": "Ring chefen."},
        "assign": {"responsible": there.people["stina"].email},
        "classify": {"types": [{"concern": concern.pk, "gap_type": "RELATION"}]},
        "add_concern": {"party": "REGION", "member": there.region.name, "gap_type": "STRUKTUR"},
        "withdraw_concern": {**on_it, "reason": "Fel."},
        "send": {"concerns": [{"concern": other, "function": there.fk_function.pk}]},
        "return": {**on_it, "reason": "Inte vår.", **word},
        "acknowledge": {**on_it, **word},
        "answer": {
            **on_it, "finding": "Vi hade fel nummer.", "gap_type": None, "cause": "ROUTINES", "no_measure": "Rättat.",
            **word,
        },
        "share": on_it,
        "mark_unanswered": {**on_it, "reason": "Ringt."},
        "add_measure": {**on_it, **plan},
        "finish_measure": {"measure": measure},
        "drop_measure": {"measure": measure, "how": "Behövs ej."},
        "move_measure": {"measure": measure},
        "lift": {"held_on": (START.date() + 200 * DAY).isoformat(), "proposal": "Ta upp."},
        "recommend": {"item": case.agenda_items.all()[0].pk, "body": "Gör så."},
        "join": {"new_title": "Ett annat systemfel"},
        "leave": {},
        "close": {"outcome": "RESOLVED", "cause": "OTHER", "reply": "Klart.", "no_measure": "Rättat."},
        "dismiss": {"reason": "OTHER", "reply": "Inget mer."},
        "refer": {"to": there.annat.code, "reply": "Vänd dig dit."},
        "withdraw": {},
        "reopen": {"reason": "Det hände igen."},
        "feedback": {"helped": "PARTLY"},
        "effect": {"came_back": "NO"},
    }  # fmt: skip
    return bodies[verb]


def first_of(there: Any, rows: str) -> int:
    """Return the id of a row on some other case."""
    return next(row.pk for case in there.cases.values() for row in getattr(case, rows).all())


@pytest.fixture
def post() -> Callable[..., Any]:
    """Return a function that takes a step as somebody: the view alone, without what is in front of all of them."""
    requests = APIRequestFactory()

    def take(verb: str, case: Case, actor: User, body: Any, **headers: str):
        request = requests.post("/", body, format="json", headers=headers)
        force_authenticate(request, actor)
        return VIEWS[verb].as_view()(request, number=case.number)

    return take
