"""What is done to text before it is stored."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.text import clean

pytestmark = pytest.mark.once


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028", "\u2029", "\v", "\f"])
def test_every_line_end_becomes_a_newline(end: str) -> None:
    assert clean(f"ett{end}två") == "ett\ntvå"


def test_blank_lines_between_paragraphs_stay() -> None:
    assert clean("ett\r\n\r\ntvå") == "ett\n\ntvå"


@pytest.mark.parametrize("control", ["\x00", "\x01", "\x08", "\x1b", "\x1f", "\x7f", "\x80", "\x9f"])
def test_control_characters_go(control: str) -> None:
    assert clean(f"vård{control}plan") == "vårdplan"


def test_tabs_stay() -> None:
    assert clean("a\tb") == "a\tb"


@pytest.mark.parametrize(
    "control", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"]
)
def test_characters_that_turn_the_direction_of_a_line_go(control: str) -> None:
    assert clean(f"a{control}b") == "ab"


def test_half_surrogates_go_since_they_cannot_be_stored() -> None:
    assert clean("a\ud800b") == "ab"


@pytest.mark.parametrize("text", ["👩‍⚕️🇸🇪", "שלום", "مرحبا", "می‌خواهم", "vård – 50 %", "a\u200fb"])
def test_emoji_joiners_and_right_to_left_letters_stay(text: str) -> None:
    assert clean(text) == text


def test_letters_are_composed() -> None:
    assert clean("Va\u030ard\x00") == "Vård"


def test_outer_whitespace_goes_and_inner_stays() -> None:
    assert clean(" \n\t ett  två\u00a0 \n") == "ett  två"


@given(st.text(st.characters()))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.text(st.characters()))
def test_cleaned_text_can_be_stored(text: str) -> None:
    cleaned = clean(text)
    assert cleaned.encode().decode() == cleaned
    assert "\x00" not in cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
