"""Making, seeing and revoking keys in a browser: one's own and a system's, looked at by axe and kept as pictures."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from api.models import Token
from cases.models import ReadLog, User
from tests.browser.walker import SIZES
from tests.people import make_key

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

PLAIN = re.compile(r"^lexheller_[0-9a-z]{8}_[0-9A-Za-z]{49}$")


@SIZES
def test_a_key_of_ones_own_from_form_to_revoking(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    page = walker.log_in("Rakel Rapportör")
    walker.visit("/nycklar/", "nycklar-inga")
    walker.visit("/nycklar/ny/", "nyckel-ny")
    page.get_by_role("button", name="Gör nyckeln").click()
    walker.look("nyckel-ny-fel")
    page.get_by_label("Vad är nyckeln till för?").fill("Siffror till intranätet")
    page.get_by_role("button", name="Gör nyckeln").click()
    expect(page.get_by_text(PLAIN)).to_be_visible()
    walker.look("nyckel-klar")
    page.reload()
    expect(page.get_by_text(PLAIN)).to_have_count(0)
    walker.look("nyckel-redan-gjord")
    walker.visit("/nycklar/", "nycklar")
    page.get_by_role("link", name="Återkalla").click()
    walker.look("nyckel-aterkalla")
    page.get_by_role("button", name="Återkalla nyckeln").click()
    walker.done("Nyckeln är återkallad")
    walker.look("nyckel-aterkallad")
    assert not Token.objects.working().exists()


@SIZES
def test_the_administrators_pages_about_keys(walk, small_demo, size, viewport, scheme):
    rakel, system = User.objects.get(name="Rakel Rapportör"), User.objects.filter(system_of__code="SVB").first()
    token = make_key(rakel, name="Mitt eget program").token
    log = {"user": system, "association": system.system_of, "action": "FETCHED", "via": "Avvikelser (abcd1234)"}
    ReadLog.objects.create(**log, address="/api/v1/cases/<number>/events/", rows=25)
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    page = walker.log_in("Adam Administratör")
    walker.visit(reverse("association_keys", kwargs={"code": "SVB"}), "register-nycklar")
    walker.visit(reverse("association_key_revoke", kwargs={"code": "SVB", "pk": token.pk}), "register-nyckel-aterkalla")
    walker.visit(reverse("read_log", kwargs={"code": "SVB"}), "register-laslogg-nycklar")
    walker.visit(reverse("system_key", kwargs={"code": "SVB", "pk": system.pk}), "register-nyckel-ny")
    page.get_by_label("Vad är nyckeln till för?").fill("Avvikelser")
    page.get_by_role("button", name="Gör nyckeln").click()
    expect(page.get_by_text(PLAIN)).to_be_visible()
    walker.look("register-nyckel-klar")


def test_a_key_without_script(walk, small_demo):
    walker = walk(size="1280", java_script=False)
    page = walker.log_in("Rakel Rapportör")
    page.goto("/nycklar/ny/")
    page.get_by_label("Vad är nyckeln till för?").fill("Siffror till intranätet")
    page.get_by_role("button", name="Gör nyckeln").click()
    expect(page.get_by_text(PLAIN)).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Vad är nyckeln till för?")).to_have_value("")
    expect(page.get_by_text(PLAIN)).to_have_count(0)
    assert Token.objects.count() == 1
