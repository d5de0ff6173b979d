"""Lists: pages that hold still, the fields and values that are asked for, and what is refused."""

import base64
import json

import pytest

from api.filters import A_MOMENT
from cases import clocks
from cases.models import Case
from cases.swedish import A_DAY
from tests.api.asking import browser_of, listed, refused
from tests.api.test_cases import CASES
from tests.cases.conftest import DAY


def numbers(person, **query: object) -> list[str]:
    return [row["number"] for row in listed(person, "cases/", **query)]


def walk(person, between=lambda: None, **query: object) -> list[str]:
    """Return the numbers on all pages; something happens between each and the next."""
    client, address, found = browser_of(person), CASES, []
    while address:
        page = client.get(address, query).json()
        found += [row["number"] for row in page["results"]]
        address, query = page["next"], {}
        between()
    return found


# ---- pages ----


@pytest.mark.parametrize("order", ["nyast", "aldst"])
def test_cases_of_the_same_moment_come_once_each(sanna, file_case, order):
    with clocks.at(clocks.now()):
        filed = [file_case().number for _ in range(7)]
    found = walk(sanna, limit=2, ordning=order)
    assert found == (filed if order == "aldst" else filed[::-1])


def test_new_cases_neither_shift_a_page_nor_come_twice(sanna, file_case):
    before = [file_case().number for _ in range(5)]
    assert walk(sanna, between=file_case, limit=2) == before[::-1]


def test_a_case_that_one_may_no_longer_open_leaves_the_rest_in_place(sanna, file_case, forbund, annat_forbund):
    filed = [file_case() for _ in range(5)]
    gone = Case.objects.filter(pk=filed[2].pk)
    found = walk(sanna, between=lambda: gone.update(association=annat_forbund), limit=2)
    assert found == [case.number for case in reversed(filed) if case != filed[2]]


def test_the_next_page_keeps_filters_fields_and_length(sanna, file_case):
    for _ in range(3):
        file_case()
    page = browser_of(sanna).get(CASES, {"limit": 1, "fields": "number", "oppna": "ja"}).json()
    assert all(f"{name}=" in page["next"] for name in ("limit", "fields", "oppna", "cursor"))
    assert list(browser_of(sanna).get(page["next"]).json()["results"][0]) == ["number"]


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "made",
    [
        "x", "å", "a" * 5000, cursor(), cursor("2026-01-01T00:00:00+00:00"), cursor("2026-01-01", 1), cursor(1, 1),
        cursor("0001-01-01T00:00:00+00:00", 1), cursor("9999-12-31T23:59:59+00:00", 1), cursor(None, None),
        cursor("2026-01-01T00:00:00+00:00", "\0"), cursor("2026-01-01T00:00:00+00:00", 2**64),
        cursor("2026-01-01T00:00:00+00:00", True), cursor("2026-01-01T00:00:00+00:00", [1]),
    ],
)  # fmt: skip
def test_a_cursor_made_by_hand_is_refused(sanna, case, made):
    assert refused(browser_of(sanna).get(CASES, {"cursor": made}), 400) == ("invalid", ["cursor"])


@pytest.mark.parametrize("limit", ["0", "101", "-1", "1.5", "många", "1" * 400, "١"])
def test_a_page_holds_from_one_to_a_hundred(sanna, case, limit):
    assert refused(browser_of(sanna).get(CASES, {"limit": limit}), 400) == ("invalid", ["limit"])


# ---- fields and values ----


def test_only_the_fields_that_are_wished_for_come(sanna, case):
    assert listed(sanna, "cases/", fields="number,status") == [{"number": case.number, "status": "RECEIVED"}]
    assert set(browser_of(sanna).get(f"{CASES}{case.number}/?fields=happened").json()) == {"happened"}


@pytest.mark.parametrize("fields", ["", "nonsense", "number,", "number;status", "__class__"])
def test_a_field_that_there_is_not_is_refused(sanna, case, fields):
    assert refused(browser_of(sanna).get(CASES, {"fields": fields}), 400)[1] == ["fields"]


def test_several_values_find_what_has_one_of_them(sanna, file_case, flow):
    file_case()
    sent, answered = flow.send(file_case()), flow.send(file_case())
    assert numbers(sanna, status__in="WITH_PARTY,CLOSED") == [answered.number, sent.number]
    assert numbers(sanna, number__in=f"{sent.number},LH-PRO-1999-0001") == [sent.number]


def test_wishes_about_parts_meet_in_one_concern(sanna, flow, file_case):
    sent = flow.send(file_case())
    assert numbers(sanna, part__in="KOMMUN,REGION", typ__in="ORGANISATION") == [sent.number]
    assert numbers(sanna, part__in="REGION", typ__in="ORGANISATION") == []


@pytest.mark.parametrize("name", ["status__in", "part__in", "typ__in", "medlem__in", "insats__in", "outcome__in"])
@pytest.mark.parametrize("value", ["NONSENSE", "CLOSED,NONSENSE", ",", "9" * 40])
def test_one_wrong_value_among_several_is_refused(sanna, case, name, value):
    assert refused(browser_of(sanna).get(CASES, {name: value}), 400) == ("invalid", [name])


def test_more_values_than_anybody_writes_are_refused(sanna, case):
    answer = browser_of(sanna).get(CASES, {"number__in": ",".join(["x"] * 101)})
    assert refused(answer, 400) == ("invalid", ["number__in"])


def test_a_range_begins_with_its_first_moment_and_ends_before_its_last(sanna, file_case):
    with clocks.at(clocks.now() - DAY) as moment:
        old = file_case()
    new = file_case()
    assert numbers(sanna, filed_at__lt=new.filed_at.isoformat()) == [old.number]
    assert numbers(sanna, filed_at__gte=new.filed_at.isoformat()) == [new.number]
    assert moment is None or numbers(sanna, filed_at__gte=moment.isoformat())


@pytest.mark.parametrize("value", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "nyss", "2026-13-01T00:00:00Z"])
def test_a_moment_that_cannot_be_is_refused(sanna, case, value):
    assert refused(browser_of(sanna).get(CASES, {"filed_at__gte": value}), 400) == ("invalid", ["filed_at__gte"])


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("fran", "30/11", A_DAY),
        ("till", "2026-02-30", A_DAY),
        ("received_on__gte", "i går", A_DAY),
        ("filed_at__gte", "nyss", A_MOMENT),
        # As a plus that was not written %2B arrives.
        ("filed_at__lt", "2026-11-30T09:00:00 01:00", A_MOMENT),
        ("filed_at__lt", "2026-13-01T00:00:00Z", A_MOMENT),
    ],
)
def test_a_day_and_a_moment_that_are_none_are_told_how_one_is_written(sanna, case, name, value, said):
    told = browser_of(sanna).get(CASES, {name: value}).json()
    assert told["errors"] == [{"parameter": name, "detail": said}]


@pytest.mark.parametrize("query", ["status=CLOSED&status=RECEIVED", "q=", "fran=", "cursor=", "sent=ja", "oppna=true"])
def test_what_comes_twice_is_empty_or_means_nothing_is_refused(sanna, case, query):
    assert refused(browser_of(sanna).get(f"{CASES}?{query}"), 400)[1] == [query.partition("=")[0]]


@pytest.mark.parametrize(
    "word", ["'; DROP TABLE cases_case; --", "{{ 7*7 }}", "%", "_", "\\", "../../etc", "<b>", "🐑"]
)
def test_a_search_for_what_is_no_word_finds_nothing_and_breaks_nothing(sanna, case, word):
    assert numbers(sanna, q=word) == []


@pytest.mark.parametrize("order", ["nyast", "aldst"])
@pytest.mark.parametrize("near", [1, 4, 500])
def test_a_word_finds_the_same_cases_however_many_have_it(sanna, file_case, monkeypatch, near, order):
    monkeypatch.setattr("api.views.cases.NEAR", near)
    filed = [file_case(heading="Ärlig fråga" if nr % 3 else "Ett annat ord") for nr in range(8)]
    with_it = [case.number for case in filed if case.heading == "Ärlig fråga"]
    assert walk(sanna, q="ärlig", limit=2, ordning=order) == (with_it if order == "aldst" else with_it[::-1])
