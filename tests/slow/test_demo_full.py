"""The whole demo: as many reports a year as the two förbund have; and that a demo comes out the same each time."""

import datetime as dt
from collections import Counter

import pytest
from django.db import transaction

from cases import clocks, demo
from cases.models import Case, Event, Text

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


def make_and_read() -> list[object]:
    """Make the small demo, read all that happened in it, and roll it back."""
    with transaction.atomic():
        who = demo.make(small=True, today=dt.date(2025, 3, 3))
        cases = Case.objects.order_by("number").values_list("number", "status", "heading", "filed_at", "next_due")
        events = Event.objects.order_by("at", "case__number", "seq").values_list(
            "case__number", "verb", "at", "actor__email"
        )
        texts = Text.objects.order_by("created_at", "case__number", "pk").values_list("case__number", "kind", "body")
        # A receipt's code covers the key of its förbund, which PostgreSQL gives to nobody again.
        receipts = [receipt.number for receipt in who.receipts]
        found = [who.people, receipts, list(cases), list(events), list(texts)]
        transaction.set_rollback(True)
    return found


def test_it_comes_out_the_same_each_time():
    assert make_and_read() == make_and_read()
