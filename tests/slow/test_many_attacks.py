"""The attack on published tables again, on many more made-up förbund."""

import pytest
from hypothesis import given, settings

from tests.cases import test_releasing
from tests.cases.disclosure import test_attack
from tests.cases.disclosure.test_attack import THREE, THRESHOLDS, TWO, counts_of

pytestmark = [pytest.mark.once, pytest.mark.slow]

MANY = settings(max_examples=40, deadline=None)


@pytest.mark.parametrize(
    ("attacked", "worlds"),
    [
        (test_attack.test_one_release_gives_nothing_away, {"counts": counts_of(TWO), "threshold": THRESHOLDS}),
        (test_attack.test_three_years_of_releases_give_nothing_away, {"counts": counts_of(THREE)}),
        (
            test_attack.test_a_year_that_grew_between_two_releases_gives_nothing_away,
            {"counts": counts_of(TWO), "later": counts_of(["2025"])},
        ),
        (
            test_releasing.test_two_years_of_releases_give_no_hidden_number_away,
            {"trend": test_releasing.stretches()},
        ),
    ],
)
def test_many_releases_give_nothing_away(attacked, worlds):
    MANY(given(**worlds)(attacked.hypothesis.inner_test))()
