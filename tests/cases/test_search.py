"""Text search, alike on both databases."""

import pytest

from cases import search, services
from cases.models import Case
from tests.sharing import tool

pytestmark = pytest.mark.usefixtures("db")


@tool
def found(file_case):
    """File a case with a text and return a function that tells whether a search finds it."""
    filed = {}

    def find(text: str, query: str) -> bool:
        if text not in filed:
            filed[text] = file_case(heading="Rubrik", happened=text)
        return Case.objects.filter(pk=filed[text].pk, search__stems=query).exists()

    return find


TEXT = "Läkaren skickade ärendet till fel vårdcentral, och mötet ställdes in. Får patienten veta?"


@pytest.mark.parametrize(
    "query",
    [
        "läkare", "läkarens", "LÄKAREN", "möte", "möten", "ärende", "ärenden", "vårdcentralen", "läkare möte",
        "möte läkare", "vårdc", "skicka", "  läkare  ", "läkare, möte!", "”läkare”", "rubrik",
    ],
)  # fmt: skip
def test_a_word_is_found_in_its_other_forms_and_by_its_beginning(found, query):
    assert found(TEXT, query)


@pytest.mark.parametrize("query", ["lakare", "mote", "far", "tandläkare", "läkare xyz", "xyz läkare", "entral"])
def test_what_does_not_stand_there_is_not_found(found, query):
    assert not found(TEXT, query)


@pytest.mark.parametrize("query", ["", " ", "!?", "%", "\\", "'", "-", "()", "&|!", "\x00", "🙂"])
def test_a_search_for_no_word_finds_nothing_and_breaks_nothing(found, query):
    assert not found(TEXT, query)


@pytest.mark.parametrize(
    "query",
    [
        "läkare%", "läkare' OR '1'='1", "läkare\\", "läkare:*", "läkare & möte", "!läkare", "läkare<->möte", "(läkare",
        "läkare\x00möte", "läkare🙂",
    ],
)  # fmt: skip
def test_signs_in_a_search_are_only_signs(found, query):
    found(TEXT, query)


def test_an_underscore_is_no_wildcard(found):
    assert not found("abc", "a_c")
    assert found("Filen a_c saknas", "a_c")


def test_a_percent_sign_is_no_wildcard(found):
    assert not found("abc", "a%c")


@pytest.mark.parametrize("part", ["{}", "{} ", "LH-PRO", "lh-pro", "0001", "pro"])
def test_a_case_is_found_by_its_number_and_parts_of_it(case, part):
    query = part.format(case.number)
    assert list(Case.objects.filter(search__stems=query)) == [case]


def test_a_case_is_found_by_the_beginning_of_its_number(case):
    assert list(Case.objects.filter(search__stems=case.number[:-2])) == [case]


def test_another_number_does_not_find_it(case):
    assert not Case.objects.filter(search__stems=case.number.replace("0001", "0002")).exists()


def test_a_very_long_word_is_found_by_its_beginning(found):
    word = "x" * 10_000
    assert found(word, word)
    assert found(word, "x" * 20)


def test_a_very_long_search_breaks_nothing(found):
    assert not found(TEXT, "saknas " * 5_000 + "a'b%c_d\\" * 500)


def test_many_words_are_looked_for_up_to_a_limit(found):
    assert found(TEXT, "läkare skickade ärendet till fel vårdcentral och möte sedanfölj ord")


@pytest.mark.parametrize("field", Case.TEXT_FIELDS)
def test_every_text_of_the_report_is_searched(file_case, field):
    case = file_case(**{field: "Kvastskaft"})
    assert list(Case.objects.filter(search__stems="kvastskaft")) == [case]


def test_a_word_in_another_script_is_found(found):
    assert found("تقرير جديد", "تقرير")
    assert found("Встреча отменена", "встреча")


def test_what_was_written_in_capitals_is_found(found):
    assert found("ÅTGÄRD SAKNAS", "åtgärd")


def test_each_stem_is_kept_once():
    assert search.stems("möte mötet möten").split().count("möt") == 1


def test_no_text_gives_no_stems():
    assert search.stems("!!") == ""


def test_the_search_follows_who_may_see(case, olle):
    assert not Case.objects.visible_to(olle).filter(search__stems="rubrik").exists()


def test_a_step_keeps_the_search(case, sanna):
    services.note(case, actor=sanna, body="Kvastskaft")
    assert not Case.objects.filter(search__stems="kvastskaft").exists()
    assert Case.objects.filter(search__stems="funktionsbrevlåda").exists()
