"""Made-up input against every operation, one by one and in a row, with every check: as several people."""

import hypothesis
import pytest
from hypothesis.stateful import run_state_machine_as_test

from tests.api.fuzzing import HEALTH, described, keys, machine_of  # noqa: F401  # a fixture
from tests.cases.conftest import _built, world  # noqa: F401  # fixtures

schema = described()
PROFILE = hypothesis.settings(suppress_health_check=HEALTH, deadline=None, database=None)


@schema.parametrize()
@hypothesis.settings(PROFILE, max_examples=20)
def test_no_input_makes_the_api_fail_or_answer_what_is_not_described(case, keys):  # noqa: F811
    case.call_and_validate(headers=keys["sanna"])


@pytest.mark.parametrize("name", ["karl", "rakel", "adam", "olle"])
def test_nothing_that_others_make_up_fails_either(name, keys):  # noqa: F811
    run_state_machine_as_test(
        machine_of(keys[name]), settings=hypothesis.settings(PROFILE, max_examples=20, stateful_step_count=8)
    )


def test_no_row_of_requests_makes_the_api_fail(keys):  # noqa: F811
    run_state_machine_as_test(
        machine_of(keys["sanna"]), settings=hypothesis.settings(PROFILE, max_examples=60, stateful_step_count=10)
    )
