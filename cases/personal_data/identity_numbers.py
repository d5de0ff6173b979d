"""The forms of Swedish identity numbers, in a text that has been folded.

Every pattern is of bounded length and tried once from each character, so the work grows in step with the
text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from enum import Enum

from cases.personal_data.findings import Rule

_SPACE = "[ \n]"
_MASK = r"[xX*#_?\u2022]"
# Joints that no authority writes. A comma, semicolon or colon with a space is prose: "240501, 1430".
_ODD_JOINT = rf"{_SPACE}?[/_\u00b7~=|\\]{_SPACE}?|[,;:]"

# A date of two-digit parts, a joint, and the last four.
_DATED_FORM = rf"""
    (?<![0-9])
    (?P<century>CENTURY)?
    (?P<year>[0-9]{{2}})
    (?P<gap1>{_SPACE}?[-./]{_SPACE}?|{_SPACE})?
    (?P<month>[0-9]{{2}})
    (?P<gap2>{_SPACE}?[-./]{_SPACE}?|{_SPACE})?
    (?P<day>[0-9]{{2}})
    (?P<joint>{_SPACE}?[-+]{_SPACE}?|\.|{_ODD_JOINT}|{_SPACE})?
    (?:
        # The next four may be the year of a second date: 2024-05-01 - 2024-06-30.
        (?P<digits>(?!(?:18|19|20)[0-9]{{2}}[-./\ ][0-9]{{2}}[-./\ ][0-9]{{2}}(?![0-9])) [0-9]{{4}}) (?![0-9])
      | (?P<pairs>[0-9]{{2}}\ [0-9]{{2}}) (?![0-9]|\ [0-9])
      | (?P<masked>(?![xX][0-9]{{3}}) (?=[0-9]{{0,3}}{_MASK}) (?:[0-9]|{_MASK}){{4}}) (?![0-9A-Za-z]|{_MASK})
      | (?P<letters>(?=[0-9]{{0,3}}[A-Za-z]) [0-9A-Za-z]{{4}}) (?![0-9A-Za-z])
    )
    """
_DATED = re.compile(_DATED_FORM.replace("CENTURY", "18|19|20"), re.VERBOSE)
# The same with a year of two digits, whatever these are: 18 may be a century or the year 2018.
_DATED_SHORT = re.compile(_DATED_FORM.replace("CENTURY", "(?!)"), re.VERBOSE)

# Every digit for itself, with one and the same sign between them, and perhaps a joint before the last four.
_SPREAD = re.compile(
    rf"""
    (?<![0-9]) (?<![0-9][ .-])
    (?P<birth>[0-9](?P<sign>[ .-])[0-9](?:(?P=sign)[0-9]){{4}}(?:(?P=sign)[0-9]){{0,2}})
    (?:(?P=sign)|{_SPACE}?[-+]{_SPACE}?|{_ODD_JOINT})
    (?P<serial>[0-9](?:(?P=sign)[0-9]){{3}})
    (?![0-9]|[ .-][0-9])
    """,
    re.VERBOSE,
)

# Region Stockholm's reservnummer: 99, the year of birth, five digits and a check digit.
_STOCKHOLM = re.compile(
    rf"(?<![0-9])99(?P<year>(?:18|19|20)[0-9]{{2}})(?P<more>[0-9]{{2}})(?:{_SPACE}?-{_SPACE}?|{_SPACE})?"
    r"(?P<digits>[0-9]{4})(?![0-9])"
)

_HIDDEN_DATE = re.compile(rf"(?<![0-9A-Za-z])(?:{_MASK}{{8}}|{_MASK}{{6}})(?: ?[-+] ?)[0-9]{{4}}(?![0-9])")

_LAST_FOUR = re.compile(
    r"\b(?:(?:som )?slutar (?:pa|med)|(?:(?:fyra|4) sista|sista (?:fyra|4))(?: siffror(?:na)?)?(?: ar)?"
    r"|(?:sista |slut)siffror(?:na)?(?: ar)?) ?:? ?"
    r"(?P<digits>[0-9]{4})(?![0-9]|[ .,][0-9]| ?(?:(?:kr|kronor|tkr|mkr|sek|euro|procent)\b|:-|%))",
    re.IGNORECASE,
)

# What may stand before a number that is no person's. The folded text has no accents: "arende" is ärende.
# "Journal" and "akt" are not here, since those are often kept by personnummer.
_MARK = re.compile(
    r"(?i:arende|dnr|diarie|\b(?:mal|ref|referens|protokoll|faktura|order|avtal|avvikelse|lop))"
    r"(?i:n|t|s|et|en)?(?i:[ -]?(?:nr|nummer|numret|id))?"
    r" ?[.:#]? ?(?:[A-Z]{1,4}[ /-])?$"
)
_MARK_REACH = 40

# Letters that stand first in the last four of an interim number. All count as 1 in the check digit.
_INTERIM_LETTERS = "TRSUWXJKLMN"
# Västra Götaland's letters, and what they count as.
_VASTRA_GOTALAND = {"K": "5", "M": "7", "X": "8"}
_VARMLAND = re.compile(r"S[FULXP][0-9][0-9A-Z]")


class _Day(Enum):
    """How the day of birth is written."""

    PLAIN = "1-31"
    RAISED = "61-91"
    RESERV = "32-59, Inera's reservnummer, with a four-digit year"


_DIGIT_RULES = {
    _Day.PLAIN: Rule.PERSONNUMMER,
    _Day.RAISED: Rule.SAMORDNINGSNUMMER,
    _Day.RESERV: Rule.RESERV,
}


def find(text: str, *, today: date) -> Iterator[tuple[Rule, int, int]]:
    """Yield rule, start and end of each number in the folded `text`, in order and without overlap."""
    spans = [
        *_dated(text, today),
        *_spread(text, today),
        *_stockholm(text, today),
        *((Rule.MASKED, match.start(), match.end()) for match in _HIDDEN_DATE.finditer(text)),
        *_last_four(text),
    ]
    reached = 0
    for rule, start, end in sorted(spans, key=lambda span: (span[1], -span[2])):
        if start >= reached:
            yield rule, start, end
            reached = end


def _dated(text: str, today: date) -> Iterator[tuple[Rule, int, int]]:
    position = 0
    while match := _DATED.search(text, position):
        rule = _rule(match, today)
        if not rule and match["century"] and (short := _DATED_SHORT.match(text, match.start())):
            match, rule = short, _rule(short, today)
        if rule:
            yield rule, match.start(), match.end()
        # A number may begin inside what was no number: "20 640823-3234".
        position = match.end() if rule else match.start() + 1


def _spread(text: str, today: date) -> Iterator[tuple[Rule, int, int]]:
    for match in _SPREAD.finditer(text):
        whole = _DATED.fullmatch("".join(filter(str.isdigit, match[0])))
        if whole and (rule := _rule(whole, today)):
            yield rule, match.start(), match.end()


def _rule(match: re.Match[str], today: date) -> Rule | None:
    gaps = {(match["gap1"] or "").strip(), (match["gap2"] or "").strip()}
    split_by_sign = bool(gaps & {"-", "/"})
    if split_by_sign and len(gaps) > 1:
        return None  # 08-12 10 1234 is a telephone number
    day = _day(match, today)
    if day is None:
        return None
    joint = match["joint"] or ""
    dashed = "-" in joint or "+" in joint
    odd = not dashed and joint.strip() not in ("", ".")
    if match["pairs"] or odd:
        return _oddly_written_rule(match, day, odd=odd)
    if match["masked"]:
        return Rule.MASKED if dashed or _all_hidden(match["masked"]) else None
    return _written_rule(match, day, joint, explicit=dashed and not split_by_sign)


def _written_rule(match: re.Match[str], day: _Day, joint: str, *, explicit: bool) -> Rule | None:
    """Return the rule of digits that are written as people do; a slip is forgiven where they are `explicit`."""
    serial = match["digits"] or match["letters"]
    if serial.startswith("000"):
        return None
    checked = _checked_rule(match, serial.upper(), day)
    clear = explicit and "\n" not in joint and day is not _Day.RESERV
    if checked or not clear or _is_marked(match.string, match.start()):
        return checked
    return _unchecked_rule(serial, day)


def _oddly_written_rule(match: re.Match[str], day: _Day, *, odd: bool) -> Rule | None:
    """Return the rule of digits that are written as no authority does: only a real date and its check digit tell."""
    serial = match["digits"] or match["pairs"]
    if not serial or day is _Day.RESERV:
        return None
    if match["pairs"] and (odd or match["gap1"] or match["gap2"] or not (match["joint"] or "").strip(" \n.")):
        return None  # 0501 12 34 56 is a telephone number
    serial = serial.replace(" ", "")
    return None if serial.startswith("000") else _checked_rule(match, serial, day)


def _checked_rule(match: re.Match[str], serial: str, day: _Day) -> Rule | None:
    """Return the rule whose check digit is right."""
    birth = match["year"] + match["month"] + match["day"]
    if serial.isdigit():
        return _DIGIT_RULES[day] if _luhn(birth + serial) else None
    letter, rest = serial[0], serial[1:]
    if rest.isdigit() and letter in _INTERIM_LETTERS and _luhn(birth + "1" + rest):
        return Rule.INTERIM
    if not match["century"]:
        return None
    if rest.isdigit() and letter in _VASTRA_GOTALAND and _luhn(birth + _VASTRA_GOTALAND[letter] + rest):
        return Rule.RESERV
    return Rule.RESERV if _VARMLAND.fullmatch(serial) else None


def _unchecked_rule(serial: str, day: _Day) -> Rule | None:
    """Return the rule of a date, a dash and `serial`, whose check digit is wrong or unknown."""
    if serial.isdigit():
        return _DIGIT_RULES[day]
    # Four characters with a letter are a reservnummer in most regions; capitals and digits keep out words.
    if serial != serial.upper() or sum(char.isdigit() for char in serial) < 2:
        return None
    return Rule.INTERIM if serial[0] in _INTERIM_LETTERS and serial[1:].isdigit() else Rule.RESERV


def _all_hidden(masked: str) -> bool:
    # Without a dash, "möte 240501 ????" is only someone wondering.
    return "?" not in masked and not any(char.isdigit() for char in masked)


def _day(match: re.Match[str], today: date) -> _Day | None:
    """Tell how the day is written; None if it is no real day, or a day after `today`."""
    written = int(match["day"])
    if written <= 31:
        day, number = _Day.PLAIN, written
    elif written <= 59:
        day, number = _Day.RESERV, 1  # no day of the month: only year and month can be tried
    else:
        day, number = _Day.RAISED, written - 60
    if day is _Day.RESERV and not (match["century"] and match["digits"]):
        return None
    centuries = [match["century"]] if match["century"] else ["18", "19", "20"]
    return day if any(_is_past(century, match, number, today) for century in centuries) else None


def _is_past(century: str, match: re.Match[str], day: int, today: date) -> bool:
    try:
        return date(int(century + match["year"]), int(match["month"]), day) <= today
    except ValueError:
        return False


def _stockholm(text: str, today: date) -> Iterator[tuple[Rule, int, int]]:
    for match in _STOCKHOLM.finditer(text):
        if int(match["year"]) <= today.year and _luhn(match["year"][2:] + match["more"] + match["digits"]):
            yield Rule.RESERV, match.start(), match.end()


def _last_four(text: str) -> Iterator[tuple[Rule, int, int]]:
    for match in _LAST_FOUR.finditer(text):
        # "Avtalet slutar på 2025" is a year.
        if match["digits"][:2] not in {"19", "20"} and not _is_marked(text, match.start()):
            yield Rule.MASKED, match.start(), match.end()


def _is_marked(text: str, start: int) -> bool:
    """Tell whether the word before `start` says that the number is that of a case, a journal or the like."""
    return bool(_MARK.search(text[max(0, start - _MARK_REACH) : start]))


def _luhn(digits: str) -> bool:
    """Check the last of `digits`, modulus 10, by weights 2 and 1 from the digit before it."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
