"""Every step through the API: the same table as everywhere, and what its answers say."""

import pytest
from django.db import transaction

from api.samples import STEPS
from api.shapes.moves import SHAPES
from api.views.moves import VIEWS
from cases import clocks
from cases.codes import Status
from cases.models import Case
from cases.workflow import MOVES
from tests.api.conftest import body_of
from tests.cases.conftest import DAY, PEOPLE, START
from tests.cases.test_moves import DAYS, MAY, snapshot, target

NAMES = [name for name in PEOPLE if "code" not in name]


def unseen(answer) -> bool:
    """Tell whether the step was refused because it named a concern that the person does not see."""
    return answer.status_code == 400 and [one["pointer"] for one in answer.data["errors"]] == ["#/concern"]


def test_every_step_has_a_shape_and_an_address():
    assert SHAPES.keys() == MOVES.keys() == VIEWS.keys()


def refused(verb: str) -> list[tuple[str, str]]:
    """Return whom to refuse and in which status: everybody where somebody may, and one who may in every status.

    The domain's own table tries everybody in all of them, through the same service.
    """
    may = {name: statuses for name, statuses in MAY[verb].items() if name in NAMES}
    somebody = next(iter(may))
    where = min(may[somebody])
    tried = [(where, name) for name in NAMES] + [(status, somebody) for status in Status]
    return [(status, name) for status, name in tried if status not in may.get(name, ())]


@pytest.mark.once
@pytest.mark.parametrize("verb", MOVES)
def test_only_those_who_may_take_a_step_and_a_refused_one_changes_nothing(world, post, verb):
    let_in = {}
    with clocks.at(START + DAYS.get(verb, 0) * DAY):
        before = snapshot()
        for status, name in refused(verb):
            case, actor = world.cases[status], world.people[name]
            answer = post(verb, case, actor, body_of(world, verb, case, actor, target(case, verb)))
            if answer.status_code not in (403, 404, 409) and not unseen(answer):
                let_in[status, name] = answer.status_code, answer.data
        assert let_in == {}
        assert snapshot() == before


@pytest.mark.once
@pytest.mark.parametrize("verb", MOVES)
def test_those_who_may_take_a_step_can(world, post, verb):
    refused, came_of_it = {}, set()
    with clocks.at(START + DAYS.get(verb, 0) * DAY):
        for name, statuses in MAY[verb].items():
            for status in statuses if name in NAMES else ():
                case, actor = world.cases[status], world.people[name]
                with transaction.atomic():
                    answer = post(verb, case, actor, body_of(world, verb, case, actor, target(case, verb)))
                    if answer.status_code != 200 or case.events.last().verb != verb:
                        refused[status, name] = answer.status_code, answer.data
                    else:
                        came_of_it.add((answer.data["status"], (answer.data["made"] or {"type": ""})["type"]))
                    transaction.set_rollback(True)
    assert refused == {}
    # The description's example of an answer is one of them.
    assert STEPS[verb] in came_of_it
    assert Case.objects.filter(status=Status.RECEIVED).exists()
