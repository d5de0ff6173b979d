"""A short run of made-up input against every operation; the long one is in tests/slow."""

import hypothesis
import pytest

from tests.api.fuzzing import HEALTH, described, keys  # noqa: F401  # a fixture

schema = described(edges=False)
pytestmark = pytest.mark.once


@schema.parametrize()
@hypothesis.settings(max_examples=3, suppress_health_check=HEALTH, deadline=None, database=None, derandomize=True)
def test_no_input_makes_the_api_fail_or_answer_what_is_not_described(case, keys):  # noqa: F811
    case.call_and_validate(headers=keys["sanna"])
