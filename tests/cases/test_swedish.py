"""Numbers, days and lists in Swedish."""

import datetime as dt

import pytest

from cases import swedish

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("value", "written"),
    [(0, "0"), (1234, "1\u202f234"), (1_234_567, "1\u202f234\u202f567"), (12.5, "12,5"), (3.04, "3"), (-2, "\u22122")],
)
def test_numbers_have_thin_spaces_and_a_decimal_comma(value, written):
    assert swedish.number(value) == written


def test_decimals_are_as_many_as_asked_for():
    assert [swedish.number(3, decimals=1), swedish.number(2.25, decimals=2)] == ["3,0", "2,25"]


@pytest.mark.parametrize(
    ("value", "written"), [(0.62, "62"), (0.999, "99"), (0.001, "1"), (0, "0"), (1, "100"), (0.995, "99")]
)
def test_a_share_is_never_rounded_to_all_or_none(value, written):
    assert swedish.share(value) == f"{written}\u00a0%"


def test_a_day_has_its_month_in_words():
    assert swedish.day(dt.date(2026, 5, 3)) == "3\u00a0maj 2026"


def test_short_months_are_three_letters_or_whole():
    short = [swedish.month(number) for number in range(1, 13)]
    assert short == ["jan", "feb", "mars", "apr", "maj", "juni", "juli", "aug", "sep", "okt", "nov", "dec"]


@pytest.mark.parametrize(
    ("parts", "written"), [([], ""), (["a"], "a"), (["a", "b"], "a och b"), (["a", "b", "c"], "a, b och c")]
)
def test_a_list_is_joined_as_it_is_spoken(parts, written):
    assert swedish.joined(parts) == written


@pytest.mark.parametrize(("count", "written"), [(0, "0\u00a0dagar"), (1, "1\u00a0dag"), (2.5, "2,5\u00a0dagar")])
def test_a_number_and_its_word_stay_together(count, written):
    assert swedish.counted(count, "dag", "dagar") == written
