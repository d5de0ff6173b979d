"""The whole demo: as many reports a year as the two förbund have."""

import datetime as dt
from collections import Counter

import pytest

from cases import clocks, demo
from cases.models import Case

pytestmark = pytest.mark.django_db


def test_the_years_have_as_many_reports_as_they_should_and_no_text_twice():
    demo.make(today=dt.date(2026, 11, 20))
    years = Counter()
    texts = Counter()
    for case in Case.objects.select_related("association"):
        year = case.filed_at.astimezone(clocks.STOCKHOLM).year
        years[case.association.code, year] += 1
        texts[case.association.code, year, case.happened] += 1
    for year, share in ((2024, 1), (2025, 1), (2026, 0.9)):
        assert years["GBG", year] == pytest.approx(100 * share, abs=6)
        assert years["SVB", year] == pytest.approx(40 * share, abs=6)
    assert max(texts.values()) == 1
