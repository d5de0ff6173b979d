"""Bad input made up from the description: what no program should be able to do to the API.

Half of what is made up follows the description, half breaks it on purpose; whatever comes back must be described, and
nothing may fail on our side.
"""

from collections.abc import Iterator
from typing import Any

import hypothesis
import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from api import tokens
from api.scopes import Scope
from api.viewer import FILE
from cases import clocks
from lexheller.wsgi import application
from tests.cases.conftest import DAY

# A body, a filter or an id can be of the described form and still name nothing that there is: these say so.
REFUSED_FOR_A_REASON = ["2xx", "400", "403", "404", "409", "412", "422"]
HEALTH = list(hypothesis.HealthCheck)


def described(*, edges: bool = True) -> Any:
    """Return the description, to be tried against the program in this process; with all `edges` it takes long."""
    schema = schemathesis.openapi.from_path(str(FILE))
    schema.app = application
    schema.config.checks.positive_data_acceptance.expected_statuses = REFUSED_FOR_A_REASON
    schema.config.phases.coverage.enabled = edges
    schema.hook(map_path_parameters)
    return schema


def machine_of(header: dict[str, str]) -> Any:
    """Return a machine that makes up rows of requests, each from what those before it gave, as one person."""
    schema = described(edges=False)

    @schema.auth()
    class AsPerson:
        def get(self, case: Any, context: Any) -> str:
            return header["Authorization"]

        def set(self, case: Any, data: str, context: Any) -> None:
            case.headers = {**(case.headers or {}), "Authorization": data}

    return schema.as_state_machine()


def map_path_parameters(context: Any, path_parameters: Any) -> Any:
    """Have most of what is made up meet a row that there is: a number alone would find one hardly ever."""
    for name, value in (path_parameters or {}).items():
        made_up = len(str(value))
        if made_up % 3 and name == "number":
            path_parameters[name] = f"LH-ALLT-2026-000{1 + made_up % 8}"
        elif made_up % 3 and name == "code":
            path_parameters[name] = "ALLT"
        elif made_up % 3 and isinstance(value, int):
            path_parameters[name] = 1 + abs(value) % 4
    return path_parameters


@pytest.fixture
def keys(world, settings) -> Iterator[dict[str, dict[str, str]]]:
    """Return the header that lets in, by whose key it is; the program keeps the test's connection."""
    settings.API_READS = settings.API_WRITES = 10**9
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield {name: _header(world.people[name]) for name in ("sanna", "karl", "rakel", "adam", "bea", "olle")}
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def _header(person: Any) -> dict[str, str]:
    last_day = clocks.today() + 300 * DAY
    made = tokens.issue(person, actor=person, name="Prov", scopes=list(Scope), last_day=last_day)
    return {"Authorization": f"Bearer {made.plain}"}
