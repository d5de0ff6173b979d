"""Systemfel and meetings in a browser: met with a click, put on an agenda, recommended on, approved."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases import clocks
from cases.models import Meeting, Pattern
from tests.browser.walker import SIZES, Walker

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def meet_it_too(walker: Walker) -> None:
    """Say as a reporter that one has met a systemfel, with one click."""
    page = walker.log_in("Rakel Rapportör")
    walker.visit("/systemfel/", "systemfel-rapportor")
    page.locator(".work-item-title a").first.click()
    page.get_by_role("button", name="Jag har mött detta också").click()
    walker.done("Tack. Det är räknat i dag.")
    walker.look("systemfel-sida-rapportor")


def keep_a_pattern(walker: Walker, pattern: Pattern) -> None:
    walker.log_in("Sanna Samordnare")
    page = walker.visit("/systemfel/", "systemfel-lista")
    page.get_by_role("link", name=pattern.title).first.click()
    walker.look("systemfel-sida")
    page.get_by_role("link", name="Lägg till en åtgärd").click()
    walker.look("systemfel-atgard")
    page.get_by_role("button", name="Lägg till en åtgärd").click()
    walker.look("systemfel-atgard-fel")


def hold_a_meeting(walker: Walker, meeting: Meeting) -> None:
    walker.visit("/moten/", "moten")
    page = walker.visit(meeting.get_absolute_url(), "mote-dagordning")
    page.get_by_role("link", name="Lägg till en egen punkt").click()
    page.get_by_label("Rubrik").fill("Uppföljning av förra mötet")
    page.get_by_role("button", name="Lägg till en egen punkt").click()
    walker.done("Punkten är tillagd.")
    page.get_by_role("button", name="Flytta upp Uppföljning av förra mötet").click()
    page.get_by_role("link", name="Skriv rekommendation Uppföljning av förra mötet").click()
    walker.look("mote-rekommendera")
    page.get_by_label("Vad rekommenderar gruppen?").fill("Kansliet följer upp till nästa möte.")
    page.locator("summary", has_text="Uppdrag 1").click()
    page.get_by_label("Vem? (funktion)").first.fill("Kansliet")
    page.get_by_role("button", name="Skriv rekommendation").click()
    walker.look("mote-rekommendera-fel")
    page.get_by_label("Vad?").first.fill("Ringa runt till enhetscheferna.")
    page.get_by_label("Klart senast").first.fill("2030-01-15")
    page.get_by_role("button", name="Skriv rekommendation").click()
    walker.done("Rekommendationen är sparad.")
    expect(page.get_by_text("Ringa runt till enhetscheferna.").first).to_be_visible()
    walker.look("mote-efter")


def read_the_pack(walker: Walker, been: Meeting, coming: Meeting) -> None:
    """Come to the pack from its meeting, see what was added to the agenda since, and take it along."""
    page = walker.visit(coming.get_absolute_url(), "mote-kommande")
    page.get_by_role("link", name="Läs underlaget").click()
    expect(page.get_by_text("Tillkommit efter att underlaget låstes")).to_be_visible()
    walker.look("underlag-kommande")
    with page.expect_download() as taken:
        page.get_by_role("link", name="PDF").click()
    assert taken.value.suggested_filename.startswith("underlag-till-motet-")
    walker.visit(reverse("pack", args=[been.pk]), "underlag-forra")


@SIZES
def test_systemfel_and_meetings_are_worked_with(walk, small_demo, size, viewport, scheme):
    pattern = Pattern.objects.filter(association__code="SVB", owner__isnull=False).first()
    coming = Meeting.objects.filter(association__code="SVB", held_on__gte=clocks.today()).order_by("held_on").first()
    been = Meeting.objects.filter(association__code="SVB", held_on__lt=clocks.today()).order_by("held_on").last()
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    meet_it_too(walker)
    keep_a_pattern(walker, pattern)
    hold_a_meeting(walker, coming)
    walker.visit(reverse("minutes", args=[been.pk]), "mote-protokoll")
    read_the_pack(walker, been, coming)
