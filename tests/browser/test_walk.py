"""The whole flow in a real Chromium, as the demo's people walk it; axe looks at every page, and a picture is kept.

The pictures lie in var/screenshots, at 1280 px in light and at 390 px in dark.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import Page, expect

from cases import clocks, demo
from cases.models import Absence, Case, ContactFunction, FunctionPerson, RoutingRule, Unit
from tests.cases.test_registers import PAGES, address
from tests.conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SIZES = pytest.mark.parametrize(
    ("size", "viewport", "scheme"), [("1280", DESKTOP, "light"), ("390", PHONE, "dark")], ids=["desktop", "phone"]
)

HEADING = "Ingen från vårdcentralen svarar i telefon"


@pytest.fixture
def small_demo() -> demo.Who:
    return demo.make(small=True)


class Walker:
    """Somebody at a browser: logs in, opens pages, has each looked at."""

    def __init__(self, open_page: Callable[..., Page], screenshot: Callable, *, size: str, **options) -> None:
        self._open, self._keep, self.size, self.options = open_page, screenshot, size, options
        self.seen: list[str] = []
        self.axe = Axe() if options.get("java_script", True) else None
        self.page = self._open("/", **options)

    def anew(self) -> Page:
        """Start over in a browser that knows nothing."""
        self.page.context.close()
        self.page = self._open("/", **self.options)
        return self.page

    def log_in(self, name: str) -> Page:
        page = self.anew()
        page.goto("/konto/login/")
        email = demo.who().by_name(name).email
        page.get_by_label("E-post").fill(email)
        page.get_by_label("Lösenord").fill(demo.PASSWORD)
        page.get_by_role("button", name="Logga in").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Hej")
        return page

    def look(self, name: str) -> None:
        """Keep a picture of the page, and have axe find nothing on it."""
        self.seen.append(name)
        self._keep(self.page, f"{self.size}-{name}")
        if self.axe:
            found = self.axe.run(self.page)
            assert found.violations_count == 0, f"{name}: {found.generate_report()}"
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"

    def visit(self, path: str, name: str) -> Page:
        self.page.goto(path)
        self.look(name)
        return self.page

    def open_step(self, label: str) -> Page:
        """Unfold a step on the case page, or go to its own page."""
        page = self.page
        folded = page.locator("details.step > summary").filter(has_text=re.compile(f"^{label}"))
        if folded.count():
            folded.first.click()
            return page
        page.locator("details.step > summary").filter(has_text=re.compile("^(Fler steg|Välj ett steg)")).click()
        page.get_by_role("link", name=re.compile(f"^{label}")).first.click()
        return page

    def done(self, words: str) -> None:
        expect(self.page.get_by_role("status").first).to_contain_text(words)


@pytest.fixture
def walk(open_page, screenshot) -> Callable[..., Walker]:
    return lambda **options: Walker(open_page, screenshot, **options)


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
    walker.open_step("Hjälpte det?")
    page.get_by_label("Ja", exact=True).check()
    page.get_by_role("button", name="Hjälpte det?").click()
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
    walk_the_other_pages(walker, receipt.number)


def walk_the_other_pages(walker: Walker, number: str) -> None:
    """Look at what the flow does not lead over."""
    walker.anew()
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


@SIZES
def test_every_register_page_and_the_admins_first_page(walk, small_demo, size, viewport, scheme):
    walker = walk(size=size, viewport=viewport, color_scheme=scheme)
    walker.log_in("Adam Administratör")
    walker.look("start-administrator")
    rows = registers_of("SVB")
    for name, parts in PAGES.items():
        walker.visit(address(name, parts, rows, code="SVB"), f"register-{name}")
    walker.visit(reverse("people", kwargs={"code": "SVB"}) + "?q=640823-3234", "register-people-fel")
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
    }


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
