"""Every page of the registers, one's absence and the admin's first page, looked at by axe and kept as pictures."""

from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from cases import clocks
from cases.models import Absence, FunctionPerson, RoutingRule, Unit
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
