"""The sample report as files, each made once a run."""

from collections.abc import Callable
from functools import cache

import pytest

from cases.documents import FORMATS
from tests.cases.documents import sample


@pytest.fixture(scope="session")
def made() -> Callable[[str], bytes]:
    """Return a function that gives the sample report as one kind of file."""
    return cache(lambda key: FORMATS[key].render(sample.report()))
