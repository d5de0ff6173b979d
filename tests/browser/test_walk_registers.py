"""Every page of the registers, one's absence and the admin's first page, looked at by axe and kept as pictures."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases import clocks
from cases.models import Absence, Event, FunctionPerson, RoutingRule, Unit
from notifications.models import Hook
from tests.browser.walker import SIZES
from tests.cases.test_registers import PAGES, address

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@SIZES
def test_every_register_page_and_the_admins_first_page(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    walker.log_in("Adam Administratör")
    walker.look("start-administrator")
    rows = registers_of("SVB")
    for name, parts in PAGES.items():
        walker.visit(address(name, parts, rows, code="SVB"), f"register-{name}")
    walker.visit(reverse("people", kwargs={"code": "SVB"}) + "?q=640823-3234", "register-people-fel")
    walker.visit(reverse("letter_texts", kwargs={"code": "SVB"}), "register-letter_texts")
    walker.visit(reverse("letter_text", kwargs={"code": "SVB", "kind": "SENT"}), "register-letter_text")
    walker.page.get_by_role("button", name="Förhandsgranska").click()
    walker.look("register-letter_text-granskad")
    walker.log_in("Dag Driftansvarig")
    walker.visit("/drift/", "drift")
    expect(walker.page.get_by_text("Demodata: rapporter och personer är påhittade")).to_be_visible()


@SIZES
def test_a_webhook_from_its_first_secret_to_its_end(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    page = walker.log_in("Adam Administratör")
    walker.visit("/register/SVB/webhookar/", "webhookar-tomt")
    page.get_by_role("link", name="Lägg till en webhook").click()
    page.get_by_label("Vad heter systemet?").fill("Ärendesystemet")
    page.get_by_label("Adress", exact=True).fill("http://system.example.se/")
    page.get_by_role("button", name="Lägg till").click()
    expect(page.get_by_text("Adressen ska börja med https://").first).to_be_visible()
    walker.look("webhook-fel")
    page.get_by_label("Adress", exact=True).fill(
        "https://system.example.se/en-lang-adress-som-inte-far-rum/" + "x" * 200
    )
    page.get_by_role("button", name="Lägg till").click()
    walker.look("webhook-hemlighet")
    page.get_by_role("link", name="Jag har sparat den").click()
    page.get_by_role("button", name="Skicka ett prov").click()
    walker.done("Ett prov är på väg")
    in_trouble(Hook.objects.get())
    walker.visit(page.url, "webhook-i-knipa")
    page.get_by_role("link", name="Ändra", exact=True).click()
    walker.look("webhook-andra")
    page.get_by_role("button", name="Spara").click()
    page.get_by_role("link", name="Ny hemlighet").click()
    walker.look("webhook-ny-hemlighet")
    page.get_by_role("button", name="Gör en ny hemlighet").click()
    walker.look("webhook-hemlighet-igen")
    page.get_by_role("link", name="Jag har sparat den").click()
    page.get_by_role("button", name="Stäng av").click()
    walker.done("Webhooken är avstängd")
    walker.look("webhook-avstangd")
    Hook.objects.update(off_why="FAILING")
    walker.visit("/register/SVB/webhookar/", "webhookar")
    walker.visit("/", "start-webhook-avstangd")
    walker.visit("/register/SVB/", "register-webhook-avstangd")


def in_trouble(hook: Hook) -> None:
    """Let the system refuse, and have been told something before."""
    now = clocks.now()
    Hook.objects.filter(pk=hook.pk).update(
        failing_since=now, last_failed_at=now, last_why="hook_answer 503", paused_until=now + timedelta(hours=1)
    )
    event = Event.objects.filter(case__association=hook.association, verb="file").last()
    hook.word(event=event, kind="NEW", state="RETRYING", why="hook_answer 503", attempts=3).save()


@SIZES
def test_the_absence_page_of_a_contact(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    place = FunctionPerson.objects.in_force().filter(function__member__association__code="SVB").first()
    walker.log_in(place.user.name)
    walker.visit("/register/min-franvaro/", "min-franvaro")


def registers_of(code: str) -> dict[str, int]:
    """Return a row of each register of the förbund, by the part of the address that names it."""
    place = FunctionPerson.objects.in_force().filter(function__member__association__code=code).first()
    function, member = place.function, place.function.member
    today = clocks.today()
    return {
        "member": member.pk,
        "unit": Unit.objects.filter(member__association__code=code).first().pk,
        "initiative": member.association.initiatives.first().pk,
        "function": function.pk,
        "place": place.pk,
        "rule": RoutingRule.objects.get_or_create(member=member, function=function, gap_type="RELATION")[0].pk,
        "absence": Absence.objects.create(user=place.user, from_on=today + timedelta(days=400)).pk,
        "person": place.user.pk,
        "grant": member.association.grants.in_force().first().pk,
        "system": member.association.systems.first().pk,
    }
