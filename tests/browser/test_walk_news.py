"""The bell, the news, the choices about letters and the proof, looked at by axe and kept as pictures."""

import datetime as dt
import re

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from cases import clocks
from cases.models import Case, Outbox, User
from notifications.models import Channel, Delivery, State
from notifications.news import unread_count
from notifications.unsubscribe import token_for
from tests.browser.walker import SIZES
from tests.conftest import PHONE

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@SIZES
def test_the_news_the_choices_the_proof_and_the_operators_page(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    page = walker.log_in("Sanna Samordnare")
    mark_all_as_read(walker, page)
    choose(walker, page)
    read_the_proof(walker, page)
    walker.anew()
    walker.visit(f"/nytt/av/{token_for(User.objects.get(name='Sanna Samordnare'))}/", "samlade-brev")
    walker.page.get_by_role("button", name="Stäng av samlade brev").click()
    walker.look("samlade-brev-av")
    see_what_is_stuck(walker)


def mark_all_as_read(walker, page: Page) -> None:
    count = unread_count(User.objects.get(name="Sanna Samordnare"))
    assert count
    page.get_by_role("link", name=re.compile(f"^Nytt {count} oläst")).click()
    walker.look("nytt")
    page.get_by_role("button", name="Markera allt som läst").click()
    walker.done("Allt är markerat som läst.")
    expect(page.get_by_role("link", name="Nytt", exact=True)).to_be_visible()
    walker.look("nytt-last")


def choose(walker, page: Page) -> None:
    page.get_by_role("link", name="Så vill du få veta").click()
    walker.look("brev-val")
    page.get_by_label("Nytt ärende").select_option(label="Samlat varje måndag kl. 7")
    page.get_by_role("button", name="Spara").click()
    walker.done("Dina val är sparade.")
    expect(page.get_by_label("Nytt ärende")).to_have_value("WEEKLY")


def read_the_proof(walker, page: Page) -> None:
    """Look at a case with a letter of each fate, while mail does not leave."""
    told = Delivery.objects.filter(event__case__association__code="SVB", channel=Channel.MAIL).order_by("-pk")
    case = Case.objects.get(pk=told.filter(event__verb="lift").first().event.case_id)
    keys = list(told.filter(event__case=case, event__verb="lift").values_list("pk", flat=True))
    for key, state, why in zip(
        keys,
        (State.RETRYING, State.FAILED, State.SUPPRESSED),
        ("TimeoutError", "SMTPRecipientsRefused 550", "off"),
        strict=False,
    ):
        Delivery.objects.filter(pk=key).update(state=state, why=why, sent_at=None)
    Outbox.objects.filter(event__case=case).update(drained_at=None, created_at=clocks.now() - dt.timedelta(hours=1))
    cache.clear()
    page.goto(f"/arenden/{case.number}/")
    expect(page.get_by_text("Brev går inte iväg just nu")).to_be_visible()
    page.locator("summary", has_text="2 brev har inte kommit fram").click()
    expect(page.get_by_text("Adressen finns inte")).to_be_visible()
    walker.look("vem-har-fatt-veta")


def see_what_is_stuck(walker) -> None:
    page = walker.log_in("Dag Driftansvarig")
    page.goto("/drift/")
    page.get_by_role("link", name="Brev: vad som väntar och varför").click()
    expect(page.get_by_text("Adressen finns inte (SMTPRecipientsRefused 550)")).to_be_visible()
    walker.look("drift-brev")


def test_the_bell_stands_beside_the_menu_of_a_phone_and_is_reached_by_keyboard(walk, small_demo):
    walker = walk(size="klocka", viewport=PHONE)
    page = walker.log_in("Sanna Samordnare")
    for width in (360, PHONE["width"]):
        page.set_viewport_size({"width": width, "height": 800})
        boxes = [page.locator(what).first.bounding_box() for what in (".brand", ".bell", ".menu-button")]
        middles = [box["y"] + box["height"] / 2 for box in boxes]
        assert max(middles) - min(middles) < 10
        assert boxes[1]["height"] >= 44
    page.get_by_role("link", name="Lex Heller").focus()
    page.keyboard.press("Tab")
    expect(page.locator(".bell")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nytt")
