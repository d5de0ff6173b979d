"""A förbund's own words in the program's sentences."""

import pytest

from cases.words import definite, said
from tests.sharing import shared


@shared
def anmalande(forbund):
    forbund.report_word, forbund.reporter_word, forbund.group_word = "anmälan", "anmälare", "chefsgruppen"
    return forbund


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Rapporten kom in", "Anmälan kom in"),
        ("rapportörens förslag", "anmälarens förslag"),
        ("Svar till rapportören", "Svar till anmälaren"),
        ("Lyft till beredningsgruppen", "Lyft till chefsgruppen"),
        ("Rapportera en brist", "Rapportera en brist"),
    ],
)
def test_our_sentences_take_the_associations_words(anmalande, ours, theirs):
    assert said(ours, anmalande) == theirs


def test_an_association_with_our_words_keeps_them(forbund):
    assert said("Rapporten till rapportören", forbund) == "Rapporten till rapportören"


@pytest.mark.parametrize(
    ("word", "form"), [("avvikelse", "avvikelsen"), ("anmälan", "anmälan"), ("rapport", "rapporten")]
)
def test_the_definite_form_follows_the_word(word, form):
    assert definite(word) == form
