"""The solver comes with an extra; what needs it cannot be tried without."""

import pytest

from cases.disclosure import solver
from tests import servers


@pytest.fixture(autouse=True)
def _with_a_solver() -> None:
    if solver.highspy is None:
        servers.skip_or_fail("the solver highspy is not installed")
