"""The kansli makes an annual summary, writes, assesses and fixes it; the styrelse reads it. Each page is looked at."""

import pytest
from playwright.sync_api import expect

from cases import clocks
from cases.models import AnnualSummary
from tests.browser.walker import SIZES

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@SIZES
def test_from_figures_to_a_fixed_summary(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    page = walker.log_in("Sanna Samordnare")
    walker.visit("/arssammanstallning/", "ar-lista")
    walker.visit("/arssammanstallning/SVB/serien/", "ar-serien")
    walker.visit("/arssammanstallning/SVB/serien/ar/", "ar-tidigare")
    walker.visit("/arssammanstallning/SVB/serien/brott/", "ar-brott")
    walker.visit("/arssammanstallning/SVB/ny/", "ar-ny")
    page.get_by_label("Period").select_option(label=f"{clocks.today().year - 1}, maj–augusti")
    page.get_by_role("button", name="Hämta uppgifterna").click()
    walker.done("Här är utkastet")
    walker.look("ar-utkast")
    page.get_by_role("link", name="Sammanfattning", exact=True).click()
    walker.look("ar-text")
    page.get_by_label("Text").fill("Våra ord. Ring 640823-3234.")
    page.get_by_role("button", name="Spara").click()
    expect(page.get_by_role("alert")).to_contain_text("personnummer")
    walker.look("ar-text-fel")
    page.get_by_label("Text").fill("Våra egna ord om tertialen.")
    page.get_by_role("button", name="Spara").click()
    page.get_by_role("link", name="Bedömning", exact=True).click()
    page.get_by_label("Bedömning").fill("Samverkan fungerar i stort.")
    page.get_by_label("Grunder").fill("Tertialens rapporter.")
    walker.look("ar-bedomning")
    page.get_by_role("button", name="Spara").click()
    page.get_by_role("link", name="Fastställ").click()
    walker.look("ar-faststall")
    page.get_by_role("button", name="Fastställ").click()
    walker.done("fastställd")
    walker.look("ar-faststalld")
    walker.visit(AnnualSummary.objects.filter(association__code="SVB").earliest("first").get_absolute_url(), "ar-hel")


@SIZES
def test_a_figure_leads_to_its_cases(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    page = walker.log_in("Sanna Samordnare")
    summary = AnnualSummary.objects.filter(association__code="SVB").first()
    walker.visit(f"/arenden/?figur={summary.pk}:balance.new", "ar-arenden")
    expect(page.get_by_text("Ärendena bakom en siffra")).to_be_visible()
