"""Every example in docs/api.md, run as it stands against a running program."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from api import tokens
from api.scopes import Scope
from cases import clocks
from cases.codes import Role
from cases.models import FunctionPerson
from tests.cases.conftest import DAY
from tests.people import LONG_AGO, grant, make_user

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]

TEXT = (Path(settings.BASE_DIR) / "docs" / "api.md").read_text(encoding="utf-8")
# An example, and the answer that is shown below it.
EXAMPLES = re.findall(r"```(sh|python)\n(.*?)```\n(?:\n```json\n(.*?)```)?", TEXT, re.DOTALL)


def run(language: str, code: str, environment: dict[str, str]) -> str:
    command = ["bash", "-euo", "pipefail", "-c", code] if language == "sh" else [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"{code}\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.fixture
def environment(live_server, forbund, kommun, enhet, funktion, file_case, flow) -> dict[str, str]:
    """What the examples take for granted: a key of somebody who reports and answers, and a case that waits for it."""
    owner = make_user("System")
    grant(owner, forbund, Role.REPORTER)
    FunctionPerson.objects.create(function=funktion, user=owner, from_on=LONG_AGO)
    last_day = clocks.today() + 30 * DAY
    key = tokens.issue(owner, actor=owner, name="Prov", scopes=list(Scope), last_day=last_day).plain
    case = flow.send(file_case())
    named = {"KEY": key, "CASE": case.number, "FUNCTION": str(funktion.pk)}
    return {**os.environ, "LEX": f"{live_server.url}/api/v1", **named}


def test_the_examples_do_what_they_say(environment):
    assert len(EXAMPLES) >= 7
    for language, code, shown in EXAMPLES:
        said = run(language, code, environment)
        assert said, code
        if shown:
            assert alike(json.loads(said), json.loads(shown)), f"{code}\n{said}"


def alike(said: object, shown: object) -> bool:
    """Tell whether an answer has the fields that are shown, all the way down."""
    if isinstance(shown, dict):
        return isinstance(said, dict) and said.keys() == shown.keys() and all(alike(said[k], shown[k]) for k in shown)
    if isinstance(shown, list):
        return isinstance(said, list) and (not shown or (bool(said) and alike(said[0], shown[0])))
    return True
