"""The attack on published tables again, on many more made-up förbund."""

import pytest
from hypothesis import settings

from tests.cases.disclosure import test_attack

pytestmark = [pytest.mark.once, pytest.mark.slow]

MANY = settings(max_examples=40)


@pytest.mark.parametrize(
    "attacked",
    [
        test_attack.test_one_release_gives_nothing_away,
        test_attack.test_three_years_of_releases_give_nothing_away,
        test_attack.test_a_year_that_grew_between_two_releases_gives_nothing_away,
    ],
)
def test_many_releases_give_nothing_away(attacked):
    MANY(attacked)()
