"""A report on a page: its order, its tables for the ear, and that nothing in it is markup."""

import dataclasses

import pytest
from django.template.loader import render_to_string

from cases.documents.shape import Scope
from tests.cases.documents import sample

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def page() -> str:
    return " ".join(render_to_string("documents/report.html", {"report": sample.report()}).split())


def test_a_table_has_a_caption_and_headings_in_both_directions(page):
    assert "<caption>Tabell 1. Rapporter per månad</caption>" in page
    assert '<th scope="col" class="num">Nya</th>' in page
    assert '<th scope="row"> <bdi>jan 2025</bdi>' in page


def test_a_part_of_a_section_has_a_heading_of_its_own(page):
    assert f"<h3><bdi>{sample.PART}</bdi></h3>" in page


def test_a_figure_leads_to_its_cases_and_a_chart_to_its_table(page):
    assert '<a href="/arenden/?manad=2025-01"><bdi>8</bdi></a>' in page
    assert '<a href="#tabell-4">Siffrorna står i tabell 4.</a>' in page


def test_a_marker_is_explained_to_the_ear(page):
    assert '<bdi>..</bdi> <span class="visually-hidden">(för litet tal' in page


def test_the_total_is_the_foot_of_its_table(page):
    assert page.count("<tfoot>") == 2


def test_a_page_says_whom_it_is_for(page):
    assert "<strong>Internt. Utkast, inte fastställd.</strong>" in page
    assert 'data-scope="INTERNAL" data-draft' in page


def test_a_settled_release_is_no_draft():
    report = dataclasses.replace(sample.report(sections=1), scope=Scope.PROTECTED, draft=False)
    page = render_to_string("documents/report.html", {"report": report})
    assert 'data-scope="PROTECTED"' in page
    assert "data-draft" not in page


def test_hostile_text_is_escaped(page):
    assert "<b>taggar" not in page
    assert "&lt;b&gt;taggar&lt;/b&gt; &amp;amp;" in page
    assert "{{ request.user }} {% debug %}" in page
