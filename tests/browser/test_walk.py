"""The whole flow in a real Chromium, as the demo's people walk it; axe looks at every page, and a picture is kept.

The pictures lie in var/screenshots, at 1280 px in light and at 390 px in dark.
"""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import Page, expect

from cases.models import Case, ContactFunction
from tests.browser.walker import SIZES, Walker
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

HEADING = "Ingen från vårdcentralen svarar i telefon"


def fill_in_report(page: Page) -> None:
    page.get_by_label("Rubrik").fill(HEADING)
    page.get_by_label("Vad hände?").fill("Vi har ringt varje vecka sedan i september. Ingen ringer tillbaka.")
    page.get_by_label("Vem gäller det?").select_option(label="Region Jönköpings län")
    page.get_by_label("Var såg du det?").select_option(index=1)
    page.get_by_label("Organisation", exact=True).check()


def file_without_account(walker: Walker) -> SimpleNamespace:
    """File in Södra Vätterbygden, by the way that somebody without account finds."""
    page = walker.page
    walker.look("valkommen")
    page.get_by_role("link", name="Rapportera en brist").click()
    walker.look("valj-forbund")
    page.get_by_role("link", name=re.compile("Södra Vätterbygden")).click()
    page.get_by_role("button", name="Skicka rapporten").click()
    walker.look("rapportera-fel")
    fill_in_report(page)
    page.locator("summary", has_text="Berätta mer om du vill").click()
    walker.look("rapportera")
    page.get_by_role("button", name="Skicka rapporten").click()
    walker.look("kvitto")
    number = page.locator(".case-number").first.inner_text()
    return SimpleNamespace(number=number, code=page.locator(".stat-value").inner_text())


def triage_and_send(walker: Walker, number: str) -> None:
    page = walker.log_in("Sanna Samordnare")
    walker.look("start-samordnare")
    page.goto(f"/arenden/{number}/")
    walker.look("arende-inkommet")
    walker.open_step("Klassa ärendet")
    page.get_by_role("button", name="Klassa ärendet").click()
    walker.done("Klassningen är sparad")
    walker.open_step("Skicka till parten")
    expect(page.get_by_text(re.compile("^Går till .*, eftersom "))).to_be_visible()
    walker.look("skicka")
    page.get_by_role("button", name="Skicka till parten").click()
    walker.done("Ärendet är skickat")


def answer(walker: Walker, number: str) -> None:
    """Answer as somebody in the function that got the case."""
    function = ContactFunction.objects.get(concerns__case__number=number)
    person = function.people.in_force().filter(is_deputy=False).first().user
    page = walker.log_in(person.name)
    walker.look("start-partskontakt")
    page.goto(f"/arenden/{number}/")
    walker.look("arende-hos-parten")
    walker.open_step("Bekräfta mottaget")
    page.get_by_role("button", name="Bekräfta mottaget").click()
    walker.done("mottaget")
    walker.open_step("Svara")
    walker.look("svara")
    page.get_by_label("Vad kom ni fram till?").fill("Telefontiden låg när alla hade möte.")
    page.get_by_label("Organisation", exact=True).check()
    page.get_by_label("Vilken är orsaken?").select_option(label="Rutiner och kontaktvägar")
    page.get_by_label("Varför planerar ni ingen åtgärd?").fill("Telefontiden är redan flyttad.")
    page.get_by_role("button", name="Svara", exact=True).click()
    walker.done("Svaret är skickat")


def close(walker: Walker, number: str) -> None:
    page = walker.log_in("Sanna Samordnare")
    page.goto(f"/arenden/{number}/")
    walker.look("arende-besvarat")
    walker.open_step("Avsluta ärendet")
    page.get_by_label("Hur blev det?").select_option(label="Åtgärdad")
    page.get_by_label("Varför finns ingen åtgärd?").fill("Telefontiden är redan flyttad.")
    page.get_by_label("Svar till rapportören").fill(
        "Vårdcentralen har flyttat sin telefontid. Hör av dig om det inte hjälper."
    )
    walker.look("avsluta")
    page.get_by_role("button", name="Avsluta ärendet").click()
    walker.done("Ärendet är avslutat")
    walker.look("arende-avslutat")


def say_whether_it_helped(walker: Walker, receipt: SimpleNamespace) -> None:
    page = walker.anew()
    page.get_by_role("link", name="Följ din rapport med kvittokod").click()
    walker.look("folj")
    page.get_by_label("Kvittokod").fill(receipt.code.lower())
    page.get_by_role("button", name="Visa rapporten").click()
    expect(page.get_by_text("Vårdcentralen har flyttat sin telefontid.").first).to_be_visible()
    walker.look("folj-arende")
    page.get_by_role("button", name="Ja", exact=True).click()
    walker.done("Tack för att du berättade")


@SIZES
def test_the_whole_flow_from_filing_to_whether_it_helped(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    receipt = file_without_account(walker)
    triage_and_send(walker, receipt.number)
    answer(walker, receipt.number)
    close(walker, receipt.number)
    say_whether_it_helped(walker, receipt)
    assert Case.objects.get(number=receipt.number).helped == "YES"


@pytest.mark.slow
@SIZES
def test_the_pages_that_the_flow_does_not_lead_over(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    number = Case.objects.filter(association__code="SVB").earliest("pk").number
    for path in ("hjalp", "tillganglighet", "personuppgifter"):
        walker.visit(f"/{path}/", path)
    walker.visit("/konto/login/", "logga-in")
    walker.visit("/konto/login/code/", "engangskod")
    walker.visit("/konto/password/reset/", "nytt-losenord")
    walker.visit("/finns-inte/", "404")
    walker.log_in("Sanna Samordnare")
    for path, name in (
        ("/arenden/", "arenden"),
        ("/arenden/?q=läkare&oppna=ja", "arenden-sokta"),
        ("/arenden/?fran=fel", "arenden-fel"),
        ("/ofordelat/", "ofordelat"),
        ("/sammanstallning/", "sammanstallning"),
        (f"/arenden/{number}/utskrift/", "utskrift"),
        (f"/arenden/{number}/maskera/", "maskera"),
        ("/rapportera/svb/?caller=1", "rapportera-at-annan"),
        ("/konto/password/change/", "mitt-konto"),
    ):
        walker.visit(path, name)
    for name, tag in (
        ("Bodil Beredning", "beredning"),
        ("Solveig Styrelse", "styrelse"),
        ("Greta Rapportör", "rapportor"),
    ):
        walker.log_in(name)
        walker.look(f"start-{tag}")
    walker.visit("/mina/", "mina-rapporter")
    walker.visit("/rapportera/gbg/", "rapportera-inloggad")


@pytest.mark.slow
def test_the_flow_works_without_script(walk, small_demo):
    walker = walk(size="utan-skript", viewport=PHONE, java_script=False)
    receipt = file_without_account(walker)
    triage_and_send(walker, receipt.number)
    answer(walker, receipt.number)
    close(walker, receipt.number)
    say_whether_it_helped(walker, receipt)
    assert Case.objects.get(number=receipt.number).helped == "YES"


def test_the_report_can_be_written_and_sent_by_keyboard_alone(walk, small_demo):
    walker = walk(size="tangentbord", viewport=DESKTOP)
    page = walker.page
    page.goto("/rapportera/svb/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Hoppa till innehållet")).to_be_focused()
    page.get_by_label("Rubrik").focus()
    page.keyboard.type(HEADING)
    page.keyboard.press("Tab")
    page.keyboard.type("Vi har ringt varje vecka.")
    page.keyboard.press("Tab")
    page.keyboard.type("Region")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tack för din rapport")


def test_a_draft_is_kept_while_one_writes(walk, small_demo):
    walker = walk(size="utkast", viewport=DESKTOP)
    page = walker.log_in("Greta Rapportör")
    page.goto("/rapportera/gbg/")
    page.get_by_label("Rubrik").press_sequentially("Halvfärdig rubrik")
    expect(page.locator("#utkast")).to_contain_text("Utkastet sparades", timeout=10_000)
    page.goto("/mina/")
    expect(page.get_by_role("link", name="Halvfärdig rubrik")).to_be_visible()


def test_a_double_click_files_one_report(walk, small_demo):
    walker = walk(size="dubbelklick", viewport=DESKTOP, java_script=False)
    page = walker.page
    page.goto("/rapportera/svb/")
    fill_in_report(page)
    page.get_by_role("button", name="Skicka rapporten").dblclick()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Tack för din rapport")
    assert Case.objects.filter(heading=HEADING).count() == 1
