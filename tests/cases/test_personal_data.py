"""The guard.

The numbers are the authorities' own examples or lie in the series that Skatteverket keeps for tests, 980-999.
"""

import re
import re._parser as regex_parser
from collections.abc import Iterator
from dataclasses import fields
from datetime import date, timedelta
from typing import Any

import personnummer.personnummer as oracle
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cases.personal_data import Finding, Rule, identity_numbers, scan
from cases.personal_data.folding import fold

pytestmark = pytest.mark.once

TODAY = date(2026, 11, 22)


def found(text: str, today: date = TODAY) -> list[tuple[Rule, str]]:
    return [(one.rule, text[one.start : one.start + one.length]) for one in scan(text, today=today)]


def check_digit(digits: str) -> str:
    """Work it out another way than the guard does: from the left, by summing the digits of the products."""
    products = "".join(str(int(digit) * (2 - place % 2)) for place, digit in enumerate(digits))
    return str(-sum(map(int, products)) % 10)


def with_check_digit(born: date, serial: int, raised: int = 0) -> str:
    """Return twelve digits."""
    digits = f"{born:%Y%m}{born.day + raised:02}{serial:03}"
    return digits + check_digit(digits[2:])


births = st.dates(date(1900, 1, 1), date(2020, 12, 31))
test_series = st.integers(980, 999)
test_numbers = st.builds(with_check_digit, births, test_series, st.sampled_from([0, 60]))


# ---- what is stopped ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "640823-3234",
        "640823+3234",
        "640823 3234",
        "640823–3234",
        "640823—3234",
        "640823−3234",
        "640823\u20113234",
        "640823 - 3234",
        "640823 -3234",
        "640823--3234",
        "6408233234",
        "196408233234",
        "19640823-3234",
        "1964 08 23 3234",
        "1964 0823-3234",
        "64 08 23-3234",
        "64.08.23-3234",
        "1964.08.23 3234",
        "1964-08-23-3234",
        "1964/08/23-3234",
        "640823\n3234",
        "640823\t3234",
    ],
)
def test_a_personnummer_is_found_however_it_is_written(text: str) -> None:
    assert found(f"Deltagaren ({text}) fick vänta.") == [(Rule.PERSONNUMMER, text)]


@pytest.mark.parametrize(
    "text",
    [
        *(f"640823{joint}3234" for joint in "/_:;,·~=|\\⋅："),
        "640823 / 3234",
        "640823 = 3234",
        "19640823/3234",
        "1964/08/23/3234",
        "64.08.23_3234",
        "640823-32 34",
        "640823 - 32 34",
        "19640823+32 34",
        "6 4 0 8 2 3 3 2 3 4",
        "6 4 0 8 2 3 - 3 2 3 4",
        "6 4 0 8 2 3/3 2 3 4",
        "1 9 6 4 0 8 2 3 3 2 3 4",
        "6.4.0.8.2.3.3.2.3.4",
        "6-4-0-8-2-3-3-2-3-4",
        "6  4  0  8  2  3  3  2  3  4",
    ],
)
def test_a_right_check_digit_gives_a_number_away_however_oddly_it_is_written(text: str) -> None:
    assert found(f"Deltagaren ({text}) fick vänta.") == [(Rule.PERSONNUMMER, text)]


@pytest.mark.parametrize("text", ["701063/2391", "701063-23 91", "7 0 1 0 6 3 2 3 9 1"])
def test_a_samordningsnummer_is_found_however_oddly_it_is_written(text: str) -> None:
    assert found(f"Hen har {text}.") == [(Rule.SAMORDNINGSNUMMER, text)]


@pytest.mark.parametrize("text", ["701063-2391", "197010632391", "1970 10 63-2391", "70 10 63 2391", "701063+2391"])
def test_a_samordningsnummer_is_found_by_its_raised_day(text: str) -> None:
    assert found(f"Hen har {text}.") == [(Rule.SAMORDNINGSNUMMER, text)]


@pytest.mark.parametrize("text", ["000101-T220", "000101T220", "20000101-T220", "000101 t220"])
def test_an_interim_number_is_found_by_its_letter(text: str) -> None:
    assert found(f"Nummer {text} i registret.") == [(Rule.INTERIM, text)]


def reservnummer(start: str, counted: str, written: str, rest: str) -> str:
    return start[:2] + start[2:] + written + rest + check_digit(start[2:] + counted + rest)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(reservnummer("19640823", "5", "K", "98"), id="västra-götaland-k"),
        pytest.param(reservnummer("19640823", "7", "M", "98"), id="västra-götaland-m"),
        pytest.param(reservnummer("19640823", "8", "X", "98"), id="västra-götaland-x"),
        pytest.param("19640823SF1A", id="värmland"),
        pytest.param("19640823-SP12", id="värmland-dash"),
        pytest.param("19640845980" + check_digit("640845980"), id="inera"),
        pytest.param("99196412345" + check_digit("6412345"), id="stockholm"),
        pytest.param("99196412-345" + check_digit("6412345"), id="stockholm-dash"),
        pytest.param("19640823-A12B", id="general"),
        pytest.param("640823-12C4", id="general-short"),
    ],
)
def test_a_reservnummer_is_found(text: str) -> None:
    assert found(f"Reservnummer {text}, säger vården.") == [(Rule.RESERV, text)]


@pytest.mark.parametrize(
    "text",
    [
        "850709-XXXX",
        "850709-xxxx",
        "850709-****",
        "850709-????",
        "850709–XXXX",
        "850709-98XX",
        "19850709-**98",
        "850709XXXX",
        "850709 XXXX",
        "1985-07-09-XXXX",
        "850769-XXXX",
        "XXXXXX-9805",
        "********-9805",
        "slutar på 9805",
        "slutar med 9805",
        "slutsiffror 9805",
        "slutsiffrorna är 9805",
        "sista siffrorna 9805",
        "sista siffror: 9805",
        "fyra sista 9805",
        "fyra sista är 9805",
        "4 sista siffror 9805",
        "sista fyra siffrorna är: 9805",
    ],
)
def test_a_masked_number_is_found(text: str) -> None:
    assert found(f"Deltagaren {text}.") == [(Rule.MASKED, text)]


@pytest.mark.parametrize("text", ["640823-3233", "640823+3233", "640823 – 3233", "19640823-3233", "64 08 23-3233"])
def test_a_wrong_check_digit_after_a_dash_is_a_slip_that_still_points_someone_out(text: str) -> None:
    assert found(f"Han ({text}) ringde.") == [(Rule.PERSONNUMMER, text)]


def test_a_wrong_check_digit_on_a_raised_day_is_a_samordningsnummer() -> None:
    assert found("701063-2392") == [(Rule.SAMORDNINGSNUMMER, "701063-2392")]


def test_a_wrong_check_digit_in_an_interim_number_is_found_after_a_dash() -> None:
    assert found("000101-T221") == [(Rule.INTERIM, "000101-T221")]


@pytest.mark.parametrize(
    "text",
    [
        "６４０８２３－３２３４",
        "٦٤٠٨٢٣-٣٢٣٤",
        "𝟔𝟒𝟎𝟖𝟐𝟑-𝟑𝟐𝟑𝟒",
        "⑥④0823-3234",
        "❻❹0823-3234",
        "6\u200b4\u200b0823-3234",
        "64\u00ad0823\u2060-\ufeff3234",
        "640823\u00a03234",
        "640823\u202f-\u20073234",
        "6\ufe0f\u20e340823-3234",
        "640823\x003234",
        "6\u03364\u03360823-3234",
        "640823\u2800\u28003234",
    ],
)
def test_unicode_hides_no_number_and_the_offsets_are_those_of_the_original(text: str) -> None:
    assert found(f"ﬁka med A\u030ake: {text}") == [(Rule.PERSONNUMMER, text)]


@pytest.mark.parametrize("text", ["1801019801ab", "180101-9801ab", "20180101-9801ab"])
def test_a_year_that_could_be_a_century_hides_no_number_before_two_letters(text: str) -> None:
    assert [one for _, one in found(text)] == [text[:-2]]


@pytest.mark.parametrize("text", ["pnr640823-3234", "640823-3234s", "_640823-3234_", "(640823-3234)", "12 640823-3234"])
def test_what_stands_close_to_a_number_does_not_hide_it(text: str) -> None:
    assert found(text) == [(Rule.PERSONNUMMER, "640823-3234")]


def test_a_number_is_found_after_digits_that_were_none() -> None:
    assert found("rum 20 640823-3234") == [(Rule.PERSONNUMMER, "640823-3234")]


def test_a_number_is_found_that_begins_inside_what_was_none() -> None:
    assert found("99 02 30 6408 23-3234") == [(Rule.PERSONNUMMER, "6408 23-3234")]


def test_what_two_rules_find_in_one_place_counts_once() -> None:
    assert found("slutar på 6408\n23-3234") == [(Rule.MASKED, "slutar på 6408")]


def test_every_number_is_found_in_the_order_they_stand() -> None:
    text = "640823-3234, 701063-2391 och 850709-XXXX"
    assert [rule for rule, _ in found(text)] == [Rule.PERSONNUMMER, Rule.SAMORDNINGSNUMMER, Rule.MASKED]


def test_a_right_check_digit_is_stopped_even_when_it_is_called_a_case() -> None:
    assert found("Ärende 640823-3234") == [(Rule.PERSONNUMMER, "640823-3234")]


@pytest.mark.parametrize("word", ["målsägande", "målsman", "Malin", "aktuell", "journal", "rapportören", "normal"])
def test_a_word_that_only_looks_like_a_mark_lets_nothing_through(word: str) -> None:
    assert found(f"{word} 640823-3233") == [(Rule.PERSONNUMMER, "640823-3233")]


# ---- what passes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Dnr 2021/123456",
        "212000-0142",
        "16212000-0142",
        "2024-05-01 14:30",
        "20240501 1430",
        "20240501T1430",
        "2024-05-01 - 2024-06-30",
        "2024.05.01-2024.06.30",
        "20240501-20240630",
        "2024-05-01/2024-06-30",
        "2010-11 2012-13",
        "Ärende 20240311-1187",
        "ärendet 20240311-1187",
        "A\u0308rendenummer: 20240311-1187",
        "Dnr 20240311-1187",
        "dnr. FK 20240311-1187",
        "Diarienummer 20240311-1187",
        "mål nr 20240311-1187",
        "faktura 20240311-1187",
        "Dnr 20240311-A123",
        "ärende som slutar på 1187",
        "08-508 29 000",
        "070-123 45 67",
        "08-12 10 1234",
        "0611-12 12 34",
        "kl 08.15-16.30",
        "12 500 000 kr",
        "640823 kronor",
        "SFS 2003:1210",
        "7 § lagen (2003:1210)",
        "prop. 2017/18:151",
        "(EU) 2016/679",
        "åren 2019 2020 2021 2022",
        "LH-SVB-2026-0042",
        "ÅÅMMDD-XXXX",
        "ÅÅÅÅMMDD-NNNN",
        "XXXXXXXXXX-9805",
        "möte 240501 ????",
        "20240501-MÖTE",
        "20240501-rev2",
        "20240501-12ab",
        "640823SF1A",
        "19640845-XXXX",
        "19640845-9801",
        "19640845-12A4",
        "640845980" + check_digit("640845980"),
        "19640845T80" + check_digit("640845180"),
        "99209912345" + check_digit("9912345"),
        "08-12 10 980" + check_digit("081210980"),
        "projektet slutar på 2025",
        "budgeten slutar på 9805 kr",
        "summan slutar på 9805 000",
        "64082332341",
        "1640823-3234",
        "640823-32345",
        "640823",
    ],
)
def test_what_is_no_ones_number_passes(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "640823/3233",
        "640823-32 33",
        "6 4 0 8 2 3 3 2 3 3",
        "6 4 1 3 2 3 3 2 3 " + check_digit("641323323"),
        "641323/323" + check_digit("641323323"),
        "2 6 4 0 8 2 3 3 2 3 4",
        "6 4 0 8 2 3 3 2 3 4 1",
        "6 4 0-8 2 3 3 2 3 4",
        "640823, 3234",
        "640823: 3234",
        "640823-32 34 1",
        "6408 23 32 34",
        "640823/32 34",
        "64 08 23-32 34",
        "640823/XXXX",
        "20240501/SF12",
        "640823/A12B",
        "19640845/980" + check_digit("640845980"),
        "640823/000" + check_digit("640823000"),
        "640823-00 0" + check_digit("640823000"),
        "slutsiffror 9805 kr",
        "slutsiffrorna 2025",
        "ärendets slutsiffror 98051",
    ],
)
def test_an_odd_form_passes_unless_its_date_and_check_digit_both_hold(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["640823 3233", "6408233233", "196408233233", "640823\n- 3233", "640823 \n- 3233", "1964-08-23-3233"]
)
def test_a_wrong_check_digit_without_a_clear_dash_passes(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text", ["640230-3234", "641323-3234", "640800-3234", "640892-3234", "640860-3234", "640231-XXXX"]
)
def test_a_date_that_is_not_in_the_calendar_passes(text: str) -> None:
    assert found(text) == []


def test_the_serial_000_passes() -> None:
    assert found("640823-000" + check_digit("640823000")) == []


def test_the_leap_day_is_real_in_leap_years_alone() -> None:
    assert found("20000229-9812")
    assert not found("19000229-9812")


def test_no_one_is_born_after_today() -> None:
    number = with_check_digit(date(2026, 11, 23), 980)
    assert found(number, today=date(2026, 11, 22)) == []
    assert found(number, today=date(2026, 11, 23)) == [(Rule.PERSONNUMMER, number)]


def test_a_two_digit_year_to_come_is_that_of_the_century_before() -> None:
    number = with_check_digit(date(1931, 5, 1), 980)[2:]
    assert found(number) == [(Rule.PERSONNUMMER, number)]


# ---- properties --------------------------------------------------------------------------------------------


@given(test_numbers)
def test_the_guard_and_the_oracle_agree_on_valid_numbers(number: str) -> None:
    assert oracle.valid(number)
    assert [text for _, text in found(number)] == [number]


@given(
    born=births,
    raised=st.sampled_from([0, 60]),
    last_four=st.integers(0, 9999),
    month=st.integers(0, 13),
)
@example(born=date(1964, 8, 23), raised=0, last_four=3234, month=8)
def test_the_guard_and_the_oracle_agree_on_any_twelve_digits(
    born: date, raised: int, last_four: int, month: int
) -> None:
    number = f"{born:%Y}{month:02}{born.day + raised:02}{last_four:04}"
    assert bool(found(number)) == oracle.valid(number)


@given(
    number=test_numbers,
    short=st.booleans(),
    gap=st.sampled_from(["", " ", ".", "\u00a0", " . "]),
    joint=st.sampled_from(["", " ", "-", "+", " - ", "–", "\u2009—\u2009", "\u2212", "－", "   "]),
    before=st.text("abcåäö ,:(\n🙂ש", max_size=10),
    after=st.text("abcåäö ,;)\n🙂ש", max_size=10),
)
def test_every_way_to_join_the_parts_is_found_at_its_own_place(
    number: str, short: bool, gap: str, joint: str, before: str, after: str
) -> None:
    year = number[2:4] if short else number[:4]
    text = gap.join([year, number[4:6], number[6:8]]) + joint + number[8:]
    (finding,) = scan(before + text + after, today=TODAY)
    assert (finding.start, finding.length) == (len(before), len(text))


@given(
    number=test_numbers,
    hidden=st.lists(st.sampled_from("\u200b\u200c\u200d\u2060\ufeff\u00ad\u034f\x00"), min_size=11),
)
def test_invisible_characters_between_the_digits_hide_nothing(number: str, hidden: list[str]) -> None:
    text = "".join(digit + hidden[place] for place, digit in enumerate(number[:11])) + number[11]
    assert [one for _, one in found(text)] == [text]


@given(st.text(max_size=200) | st.text("0123456789-+./ \nXx*?ärend slutpå", max_size=200))
def test_any_text_gives_findings_inside_it_in_order_and_apart(text: str) -> None:
    reached = 0
    for finding in scan(text, today=TODAY):
        assert finding.start >= reached
        reached = finding.start + finding.length
        assert reached <= len(text)


@given(st.text(max_size=100))
def test_folding_is_done_after_one_time(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


# ---- cost --------------------------------------------------------------------------------------------------

HOSTILE = [
    "6",
    "19",
    "64 ",
    "6 ",
    "6 4 0 8 2 3 ",
    "6-4.",
    "640823-",
    "640823/",
    "640823-32 ",
    "640823 \n - ",
    "1964-08-23 ",
    "850709-X",
    "*",
    "slutar på ",
    "ärende ",
    " ",
    "\u200b",
]


def repeats(tree: Any) -> Iterator[int]:
    """Yield the upper bound of every repetition in a parsed pattern, those in look-arounds too."""
    if isinstance(tree, regex_parser.SubPattern | list | tuple):
        items = list(tree)
        if items and items[0] in (regex_parser.MAX_REPEAT, regex_parser.MIN_REPEAT):
            yield int(items[1][1])
        for item in items:
            yield from repeats(item)


PATTERNS = ["_DATED", "_DATED_SHORT", "_SPREAD", "_STOCKHOLM", "_HIDDEN_DATE", "_LAST_FOUR", "_MARK", "_VARMLAND"]


@pytest.mark.parametrize("name", PATTERNS)
def test_no_pattern_repeats_without_a_small_bound(name: str) -> None:
    pattern: re.Pattern[str] = getattr(identity_numbers, name)
    assert max(repeats(regex_parser.parse(pattern.pattern, pattern.flags)), default=1) <= 12


def test_every_pattern_is_among_those_whose_bounds_are_checked() -> None:
    patterns = {name for name, value in vars(identity_numbers).items() if isinstance(value, re.Pattern)}
    assert patterns == set(PATTERNS)


@pytest.mark.parametrize("seed", HOSTILE)
def test_a_hostile_text_is_judged_at_most_once_a_character(seed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[int] = []
    judge = identity_numbers._rule
    monkeypatch.setattr(identity_numbers, "_rule", lambda match, today: judged.append(1) or judge(match, today))
    scan((seed * 10_000)[:10_000], today=TODAY)
    assert len(judged) <= 10_000


@pytest.mark.parametrize("seed", HOSTILE)
def test_a_number_after_a_hundred_thousand_hostile_characters_is_found(seed: str) -> None:
    text = (seed * 100_000)[:100_000] + "; 640823-3234"
    assert found(text)[-1] == (Rule.PERSONNUMMER, "640823-3234")


# ---- what comes out ----------------------------------------------------------------------------------------


def test_a_finding_has_no_room_for_what_was_found() -> None:
    assert [field.name for field in fields(Finding)] == ["rule", "start", "length"]
    (finding,) = scan("Ring 640823-3234", today=TODAY)
    assert "640823" not in repr(finding)


@pytest.mark.parametrize("rule", Rule)
def test_every_rule_has_a_swedish_name_without_digits(rule: Rule) -> None:
    assert "nummer" in rule.label
    assert not re.search(r"[0-9]", rule.label)


def test_the_offset_counts_characters_also_after_emoji() -> None:
    assert scan("👩‍⚕️ 640823-3234", today=TODAY) == (Finding(Rule.PERSONNUMMER, 5, 11),)


def test_yesterdays_child_is_stopped() -> None:
    number = with_check_digit(TODAY - timedelta(days=1), 980)
    assert found(number) == [(Rule.PERSONNUMMER, number)]
