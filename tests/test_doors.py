"""Every address × every person: what they get there. An address without a row fails."""

import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cases import clocks, services
from cases.codes import BreakKind, Cause, Party, ReleaseAudience, Role
from cases.models import Absence, AgendaItem, Case, Draft, ReadLog, Release, RoutingRule, User
from cases.periods import Period
from cases.services import Concerned, Plan
from notifications.models import Channel, Delivery, Kind, State
from notifications.unsubscribe import token_for
from tests.pages import browser_of
from tests.people import grant, make_key, make_report, make_user
from tests.sharing import shared, tool

# Rakel filed the case; Karl's function has it, Frida's has not. Before and after it was lifted Bea is two persons here.
OUT = ("nobody", "code")
PEOPLE = (
    *OUT, "rakel", "ronja", "karl", "frida", "sanna", "bea", "bea_lifted", "berit", "adam", "olle", "operator",
)  # fmt: skip

# Whether a page can ask PostgreSQL what it asks SQLite, those see who see the most, where they are let in.
ON_POSTGRES = ("code", "rakel", "karl", "sanna", "bea_lifted", "adam")
LET_IN = (200, 302, 422)

Answers = dict[str, int]


def everybody(status: int, **others: int) -> Answers:
    return {**dict.fromkeys(PEOPLE, status), **others}


def members(status: int, *, out: int = 302, **others: int) -> Answers:
    """Answer those who are not logged in with `out`: a redirect to the log-in, or 401 with the text kept."""
    return {**everybody(status), **dict.fromkeys(OUT, out), **others}


def only(*names: str, status: int = 200, out: int = 302) -> Answers:
    """Let these people in; for everybody else who is logged in the page does not exist."""
    return {**members(404, out=out), **dict.fromkeys(names, status)}


NO_PAGE = everybody(405)
NO_BUTTON = everybody(405)
OPENS = ("rakel", "karl", "sanna", "bea_lifted")
# Who may say that they have met a systemfel.
TAKE_PART = ("rakel", "ronja", "karl", "frida", "sanna", "bea", "bea_lifted")
READ_RELEASES = ("sanna", "bea", "bea_lifted", "berit")
SENT_EMPTY = 422
# Mail programs post here, from nowhere.
WITHOUT_TOKEN = {"nytt/av/<str:token>/"}

# Pattern: the address, what GET gives, what an empty POST gives.
ROWS: dict[str, tuple[str, Answers, Answers]] = {
    "": ("/", everybody(200), NO_BUTTON),
    "rapportera/": ("/rapportera/", everybody(302, nobody=200, code=200, operator=200), NO_BUTTON),
    "rapportera/<str:code>/": ("/rapportera/pro/", everybody(200), everybody(SENT_EMPTY)),
    "rapportera/<str:code>/utkast/": ("/rapportera/pro/utkast/", NO_PAGE, members(404, out=401)),
    "utkast/<uuid:key>/kasta/": ("/utkast/{draft}/kasta/", NO_PAGE, only("rakel", status=302, out=401)),
    "mina/": ("/mina/", members(200), NO_BUTTON),
    "folj/": ("/folj/", everybody(200), everybody(SENT_EMPTY)),
    "folj/arende/": ("/folj/arende/", everybody(302, code=200), NO_BUTTON),
    "folj/arende/<slug:slug>/": (
        "/folj/arende/komplettera/",
        everybody(302, code=200),
        everybody(401, code=SENT_EMPTY),
    ),
    "folj/klar/": ("/folj/klar/", NO_PAGE, everybody(302)),
    "arenden/": ("/arenden/", members(200), NO_BUTTON),
    "arenden/lista.csv": ("/arenden/lista.csv", members(200), NO_BUTTON),
    "arenden/<str:number>/": ("/arenden/{number}/", only(*OPENS), NO_BUTTON),
    "arenden/<str:number>/utskrift/": ("/arenden/{number}/utskrift/", only(*OPENS), NO_BUTTON),
    "arenden/<str:number>/status/": (
        "/arenden/{number}/status/",
        only("sanna", "bea", "bea_lifted"),
        NO_BUTTON,
    ),
    "arenden/<str:number>/original/<int:key>/": (
        "/arenden/{number}/original/{original}/",
        NO_PAGE,
        only("sanna", out=401),
    ),
    "arenden/<str:number>/<slug:slug>/": (
        "/arenden/{number}/anteckna/",
        only("sanna"),
        only("sanna", status=SENT_EMPTY, out=401),
    ),
    "arenden/<str:number>/<slug:slug>/<int:concern>/": (
        "/arenden/{number}/svara/{concern}/",
        only("sanna", "karl"),
        only("sanna", "karl", status=SENT_EMPTY, out=401),
    ),
    "ofordelat/": ("/ofordelat/", only("sanna", "olle"), NO_BUTTON),
    "moten/": ("/moten/", only("sanna", "bea", "bea_lifted", "olle"), NO_BUTTON),
    "moten/<int:pk>/": ("/moten/{meeting}/", only("sanna", "bea", "bea_lifted"), NO_BUTTON),
    "moten/nytt/<str:code>/": ("/moten/nytt/pro/", only("sanna"), only("sanna", status=SENT_EMPTY, out=401)),
    "moten/<int:pk>/protokoll/": (
        "/moten/{meeting}/protokoll/",
        only("sanna", "bea", "bea_lifted"),
        NO_BUTTON,
    ),
    "moten/<int:pk>/protokoll/fil/<slug:form>/": (
        "/moten/{meeting}/protokoll/fil/docx/",
        only("sanna", "bea", "bea_lifted"),
        NO_BUTTON,
    ),
    "moten/<int:pk>/underlag/": ("/moten/{meeting}/underlag/", only("sanna", "bea", "bea_lifted"), NO_BUTTON),
    "moten/<int:pk>/underlag/fil/<slug:form>/": (
        "/moten/{meeting}/underlag/fil/csv/",
        only("sanna", "bea", "bea_lifted"),
        NO_BUTTON,
    ),
    "moten/<int:pk>/<slug:slug>/": (
        "/moten/{meeting}/punkt/",
        only("sanna"),
        only("sanna", status=SENT_EMPTY, out=401),
    ),
    "moten/<int:pk>/punkt/<int:item>/<slug:slug>/": (
        "/moten/{meeting}/punkt/{item}/rekommendera/",
        only("sanna", "bea", "bea_lifted"),
        only("sanna", "bea", "bea_lifted", status=SENT_EMPTY, out=401),
    ),
    "uppdrag/<int:pk>/klart/": ("/uppdrag/{assignment}/klart/", NO_PAGE, only("sanna", status=302, out=401)),
    "systemfel/": ("/systemfel/", only(*TAKE_PART, "olle"), NO_BUTTON),
    "systemfel/nytt/<str:code>/": ("/systemfel/nytt/pro/", only("sanna"), only("sanna", status=SENT_EMPTY, out=401)),
    "systemfel/<int:pk>/": ("/systemfel/{pattern}/", only(*TAKE_PART), NO_BUTTON),
    "systemfel/<int:pk>/<slug:slug>/": (
        "/systemfel/{pattern}/mott/",
        only(*TAKE_PART),
        only(*TAKE_PART, status=302, out=401),
    ),
    "systemfel/<int:pk>/atgard/<int:measure>/<slug:slug>/": (
        "/systemfel/{pattern}/atgard/{measure}/avbryt/",
        only("sanna"),
        only("sanna", status=SENT_EMPTY, out=401),
    ),
    "sammanstallning/": (
        "/sammanstallning/",
        members(403, sanna=200, bea=200, bea_lifted=200, berit=200, olle=200),
        NO_BUTTON,
    ),
    "arssammanstallning/": (
        "/arssammanstallning/",
        only("sanna", "bea", "bea_lifted", "berit", "olle"),
        NO_BUTTON,
    ),
    # A draft, which the styrelse does not see yet.
    "arssammanstallning/<int:pk>/": ("/arssammanstallning/{summary}/", only("sanna", "bea", "bea_lifted"), NO_BUTTON),
    "arssammanstallning/<int:pk>/fil/<slug:form>": (
        "/arssammanstallning/{summary}/fil/csv",
        only("sanna", "bea", "bea_lifted"),
        NO_BUTTON,
    ),
    "arssammanstallning/<int:pk>/text/<slug:key>/": (
        "/arssammanstallning/{summary}/text/lardomar/",
        only("sanna"),
        only("sanna", status=SENT_EMPTY, out=401),
    ),
    "arssammanstallning/<int:pk>/bedomning/": (
        "/arssammanstallning/{summary}/bedomning/",
        only("sanna", "bea", "bea_lifted"),
        only("sanna", "bea", "bea_lifted", status=SENT_EMPTY, out=401),
    ),
    "arssammanstallning/<int:pk>/hamta/": (
        "/arssammanstallning/{summary}/hamta/",
        only("sanna", status=405),
        only("sanna", status=302, out=401),
    ),
    "arssammanstallning/<int:pk>/faststall/": (
        "/arssammanstallning/{summary}/faststall/",
        only("sanna"),
        only("sanna", status=302, out=401),
    ),
    # It asks for whom, and an empty form does not say.
    "arssammanstallning/<int:pk>/utgava/": (
        "/arssammanstallning/{summary}/utgava/",
        only("sanna", status=405),
        members(404, out=401),
    ),
    # One that is out.
    "arssammanstallning/utgavor/<int:pk>/": (
        "/arssammanstallning/utgavor/{release}/",
        only(*READ_RELEASES),
        NO_BUTTON,
    ),
    "arssammanstallning/utgavor/<int:pk>/godkann/": (
        "/arssammanstallning/utgavor/{release}/godkann/",
        only(*READ_RELEASES, status=405),
        only(*READ_RELEASES, status=302, out=401),
    ),
    "arssammanstallning/utgavor/<int:pk>/kasta/": (
        "/arssammanstallning/utgavor/{release}/kasta/",
        only(*READ_RELEASES, status=405),
        only(*READ_RELEASES, status=302, out=401),
    ),
    "arssammanstallning/utgavor/<int:pk>/fil/<slug:form>": (
        "/arssammanstallning/utgavor/{release}/fil/csv",
        only(*READ_RELEASES),
        NO_BUTTON,
    ),
    "arssammanstallning/utgavor/<int:pk>/natverk/<slug:form>": (
        "/arssammanstallning/utgavor/{release}/natverk/json",
        only(*READ_RELEASES),
        NO_BUTTON,
    ),
    "arssammanstallning/<code:code>/ny/": (
        "/arssammanstallning/PRO/ny/",
        only("sanna"),
        only("sanna", status=SENT_EMPTY, out=401),
    ),
    "arssammanstallning/<code:code>/serien/": (
        "/arssammanstallning/PRO/serien/",
        only("sanna"),
        only("sanna", status=405, out=401),
    ),
    "arssammanstallning/<code:code>/serien/ar/": (
        "/arssammanstallning/PRO/serien/ar/",
        only("sanna"),
        only("sanna", status=SENT_EMPTY, out=401),
    ),
    "arssammanstallning/<code:code>/serien/ar/<int:pk>/ta-bort/": (
        "/arssammanstallning/PRO/serien/ar/{total}/ta-bort/",
        only("sanna", status=405),
        only("sanna", status=302, out=401),
    ),
    "arssammanstallning/<code:code>/serien/brott/": (
        "/arssammanstallning/PRO/serien/brott/",
        only("sanna"),
        only("sanna", status=SENT_EMPTY, out=401),
    ),
    "arssammanstallning/<code:code>/serien/brott/<int:pk>/ta-bort/": (
        "/arssammanstallning/PRO/serien/brott/{break}/ta-bort/",
        only("sanna", status=405),
        only("sanna", status=302, out=401),
    ),
    "hjalp/": ("/hjalp/", everybody(200), NO_BUTTON),
    "tillganglighet/": ("/tillganglighet/", everybody(200), NO_BUTTON),
    "personuppgifter/": ("/personuppgifter/", everybody(200), NO_BUTTON),
    "register/": ("/register/", only("adam", status=302), NO_BUTTON),
    "register/min-franvaro/": (
        "/register/min-franvaro/",
        only("karl", "frida"),
        only("karl", "frida", status=SENT_EMPTY, out=401),
    ),
    "register/min-franvaro/<int:pk>/ta-bort/": (
        "/register/min-franvaro/{absence}/ta-bort/",
        only("karl", status=302),
        only("karl", status=302, out=401),
    ),
    "register/funktion/<int:pk>/bekrafta/": (
        "/register/funktion/{function}/bekrafta/",
        only("karl", "adam", "sanna"),
        only("karl", "adam", status=SENT_EMPTY, out=401),
    ),
    "nytt/": ("/nytt/", members(200), members(302, out=401)),
    "nytt/<int:pk>/": ("/nytt/{word}/", only("sanna", status=302), NO_BUTTON),
    "nytt/installningar/": (
        "/nytt/installningar/",
        members(200),
        # An empty form chooses nothing where there is something to choose about.
        members(SENT_EMPTY, out=401, berit=302, adam=302, operator=302),
    ),
    "nytt/av/<str:token>/": ("/nytt/av/{token}/", everybody(200), everybody(200)),
    "api/": ("/api/", everybody(200), NO_BUTTON),
    "api/openapi.json": ("/api/openapi.json", everybody(200), NO_BUTTON),
    "nycklar/": ("/nycklar/", members(200), NO_BUTTON),
    "nycklar/ny/": ("/nycklar/ny/", members(200), members(SENT_EMPTY, out=401)),
    "nycklar/<int:pk>/aterkalla/": (
        "/nycklar/{own_key}/aterkalla/",
        only("rakel"),
        only("rakel", status=302, out=401),
    ),
    "healthz": ("/healthz", everybody(200), NO_BUTTON),
    "readyz": ("/readyz", everybody(200), NO_BUTTON),
}

# The log-in's own pages. Nobody signs up, and nobody changes their address.
HOME = members(302, out=200)
ROWS |= {
    f"konto/{name}": (f"/konto/{address or name}", get, post)
    for name, address, get, post in [
        ("signup/", "", everybody(404), everybody(404)),
        ("email/", "", everybody(404), everybody(404)),
        ("confirm-email/", "", everybody(404), everybody(404)),
        ("confirm-email/<str:key>/", "confirm-email/abc/", everybody(404), everybody(404)),
        ("^confirm-email/(?P<key>[-:\\w]+)/$", "confirm-email/abc/", everybody(404), everybody(404)),
        ("login/", "", HOME, HOME),
        ("logout/", "", members(200), everybody(302)),
        ("inactive/", "", everybody(200), NO_BUTTON),
        ("reauthenticate/", "", members(200), members(200)),
        ("password/change/", "", members(200), members(200)),
        ("password/set/", "", members(302), members(302)),
        ("password/reset/", "", everybody(200), everybody(200)),
        ("password/reset/done/", "", everybody(200), NO_BUTTON),
        ("password/reset/key/done/", "", everybody(200), NO_BUTTON),
        ("login/code/", "", everybody(302, nobody=200, code=200), everybody(302, nobody=200, code=200)),
        ("login/code/confirm/", "", everybody(302), everybody(302)),
        (
            "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
            "password/reset/key/1-abc/",
            everybody(200),
            everybody(200),
        ),
    ]
}

# The registers are their administrator's alone; what each page does is tried where the registers are.
REGISTER_ROWS = {"medlemmar": "member", "enheter": "unit", "insatser": "initiative", "funktioner": "function",
                 "regler": "rule", "franvaro": "absence", "personer": "person", "roller": "grant", "system": "system",
                 "nycklar": "system_key", "webhookar": "hook"}  # fmt: skip
BUTTONS = ("ateruppta/", "ta-bort/", "inbjudan/", "aterstall/", "prova/", "stang-av/", "satt-pa/")


def patterns(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        route = before + str(entry.pattern)
        yield from [route] if isinstance(entry, URLPattern) else patterns(entry, route)


# The API has a table of its own, beside its tests.
ALL = [route for route in dict.fromkeys(patterns(get_resolver())) if not route.startswith("api/v1/")]
REGISTERS = [route for route in ALL if route.startswith("register/<code:code>/")]
ADMIN = [route for route in ALL if route.startswith("drift/")]


@shared
def ronja(forbund) -> User:
    user = make_user("Ronja")
    grant(user, forbund, Role.REPORTER)
    return user


@shared
def operator(db) -> User:
    return make_user("Drift", is_staff=True, is_superuser=True)


@shared
def found(
    forbund, kommun, fk, enhet, insats, funktion, case, flow, by_code, rakel, sanna, karl, bea, adam
) -> dict[str, object]:
    """What the addresses name: a case with Karl's function, its concern, a mask, a draft, rows of the registers."""
    sent = flow.send(case)
    services.mask(sent, actor=sanna, phrase="tre gånger", reason="Prov", field="happened")
    # So late that the ladder has put it on the group's agenda.
    sent.concerns.update(answer_due="2020-01-01")
    AgendaItem.objects.create(case=sent, late=sent.concerns.get())
    meeting = forbund.meetings.create(held_on="2030-01-01")
    item = meeting.items.create(heading="Årets bedömning")
    services.freeze_pack(meeting, actor=sanna)
    pattern = services.make_pattern(forbund, actor=sanna, title="Brevlådor utan bemanning")
    plan = Plan("Bemanna brevlådan.", Cause.RESOURCES, "Chefen", clocks.today())
    system = User.objects.create_system(forbund, name="Provsystemet")
    return {
        "item": item.pk,
        "assignment": item.assignments.create(meeting=meeting, who="Chefen", own_text="Ring.", due_on="2030-02-01").pk,
        "pattern": pattern.pk,
        "measure": services.plan_pattern_measure(pattern, actor=sanna, plan=plan).pk,
        "number": sent.number,
        "concern": sent.concerns.get().pk,
        "original": sent.masked_originals.get().pk,
        "draft": Draft.objects.create(author=rakel, association=forbund).key,
        "code_case": by_code.case.pk,
        "member": kommun.pk,
        "unit": enhet.pk,
        "initiative": insats.pk,
        "function": funktion.pk,
        "place": funktion.people.get().pk,
        "rule": RoutingRule.objects.create(member=kommun, function=funktion, unit=enhet).pk,
        "absence": Absence.objects.create(user=karl, from_on="2030-01-01").pk,
        "person": rakel.pk,
        "grant": rakel.grants.get().pk,
        "token": token_for(rakel),
        "own_key": make_key(rakel).token.pk,
        "system": system.pk,
        "system_key": make_key(system, actor=adam).token.pk,
        "word": told_in_app(sanna, sent).pk,
        "summary": services.begin_summary(forbund, actor=sanna, period=Period.year(2025)).pk,
        "release": released(forbund, sanna, bea).pk,
        "total": forbund.earlier_totals.create(year=2019, reports=7, origin="Prov").pk,
        "break": forbund.series_breaks.create(on="2024-01-01", kind=BreakKind.FORM, note="Prov").pk,
        "meeting": meeting.pk,
        "hook": forbund.hooks.create(name="Prov", address="https://a.example.se/", made_by=sanna).pk,
    }


def told_in_app(user: User, case: Case) -> Delivery:
    return Delivery.objects.create(
        event=case.events.first(), kind=Kind.NEW, channel=Channel.APP, user=user, address=user.email,
        state=State.SENT, sent_at=clocks.now(),
    )  # fmt: skip


def released(forbund, sanna: User, bea: User) -> Release:
    """Return what has left the förbund for the network, of a year without cases."""
    summary = services.begin_summary(forbund, actor=sanna, period=Period.year(2024))
    fixed = services.fix_summary(summary, actor=sanna)
    release = services.make_release(fixed, actor=sanna, audience=ReleaseAudience.NETWORK)
    for person in (sanna, bea):
        release = services.approve_release(release, actor=person, seen=release.fingerprint)
    return release


@shared
def people(by_code, rakel, ronja, karl, frida, sanna, bea, berit, adam, olle, operator) -> SimpleNamespace:
    """Everybody, and the session of each, as long as they have been logged in."""
    them = {**locals(), "bea_lifted": bea}
    browsers = {name: browser_of(them[name]) for name in PEOPLE if name not in OUT}
    browsers["code"] = browser_of(codes=[by_code.case.pk])
    sessions = {name: browser.cookies["session"].value for name, browser in browsers.items()}
    return SimpleNamespace(**them, sessions=sessions)


@tool
def without_pages(monkeypatch) -> None:
    """Say that a page is not there without the page that says so: that is read elsewhere, and takes its time."""
    monkeypatch.setattr("lexheller.urls.handler404", "tests.test_doors.not_there")


def not_there(request: HttpRequest, exception: Exception) -> HttpResponse:
    return HttpResponseNotFound()


def visitor(name: str, people) -> Client:
    """Return a browser with the person in it."""
    client = Client()
    if name in people.sessions:
        client.cookies["session"] = people.sessions[name]
    return client


def everybody_here(row: Answers) -> list[str]:
    if connection.vendor == "postgresql":
        return [name for name in ON_POSTGRES if row[name] in LET_IN]
    return list(PEOPLE)


def wrong(path: str, people, found, **rows: Answers) -> list[tuple[str, str, int, int]]:
    """Return who gets another answer than the row says, by which method: Bea before and after the case was lifted."""
    got = []
    for name in PEOPLE:
        visit = visitor(name, people)
        Case.objects.filter(number=found["number"]).update(lifted="PREPARATORY" if name == "bea_lifted" else "")
        for method, row in rows.items():
            if name in everybody_here(row) and (status := getattr(visit, method)(path).status_code) != row[name]:
                got.append((name, method, status, row[name]))
    return got


def test_every_address_has_a_row():
    assert [route for route in ALL if route not in (*ROWS, *REGISTERS, *ADMIN)] == []
    assert [route for route in ROWS if route not in ALL] == []
    assert REGISTERS
    assert ADMIN


@pytest.mark.usefixtures("without_pages")
@pytest.mark.parametrize("route", ROWS)
def test_an_address_opens_for_whom_the_table_says(found, people, route):
    path, read, sent = ROWS[route]
    assert wrong(path.format(**found), people, found, get=read, post=sent) == []


def register_path(route: str, found) -> str:
    row = REGISTER_ROWS.get(route.removeprefix("register/<code:code>/").split("/")[0], "")
    path = route.replace("<code:code>", "PRO").replace("<int:place>", str(found["place"]))
    path = path.replace("<str:kind>", "SENT")
    return "/" + path.replace("<int:pk>", str(found.get(row)))


@pytest.mark.once
@pytest.mark.usefixtures("without_pages")
@pytest.mark.parametrize("name", [name for name in PEOPLE if name != "adam"])
def test_the_registers_are_there_for_their_administrator_alone(found, people, name):
    visit = visitor(name, people)
    out = name in OUT
    paths = [register_path(route, found) for route in REGISTERS]
    assert {path: s for path in paths if (s := visit.get(path).status_code) != (302 if out else 404)} == {}
    assert {path: s for path in paths if (s := visit.post(path).status_code) != (401 if out else 404)} == {}


def test_the_administrator_opens_every_register(found, people):
    visit = visitor("adam", people)
    got = {route: visit.get(register_path(route, found)).status_code for route in REGISTERS}
    assert got == {route: 405 if route.endswith(BUTTONS) else 200 for route in REGISTERS}


def admin_path(route: str, found) -> str:
    return "/" + re.sub(r"<[^>]*>", "1", re.sub(r"\(\?P<url>\.\*\)\$", "finns-inte/", re.sub(
        r"\^\(\?P<app_label>[^)]*\)/\$", "cases/", route)))  # fmt: skip


@pytest.mark.once
@pytest.mark.usefixtures("without_pages")
def test_the_operators_admin_refuses_everybody_else(found, people):
    paths = [admin_path(route, found) for route in ADMIN]
    for name in PEOPLE:
        if name != "operator":
            visit = visitor(name, people)
            assert {path: s for path in paths if (s := visit.get(path).status_code) not in (302, 403, 404, 405)} == {}
            assert visit.get("/drift/", follow=True).redirect_chain[0][0] == "/drift/login/?next=/drift/"


def test_the_operator_gets_in_and_finds_no_case_draft_or_event(found, people):
    operator = visitor("operator", people)
    page = operator.get("/drift/").content.decode()
    assert "/drift/cases/association/" in page
    hidden = ("case", "concern", "text", "draft", "event", "readlog", "maskedoriginal", "question", "submission")
    assert [name for name in hidden if operator.get(f"/drift/cases/{name}/").status_code != 404] == []


# ---- cases of others ----

CASE_PATHS = [row[0] for route, row in ROWS.items() if "<str:number>" in route]


def body(response) -> str:
    """Return the page without its masked tokens, which differ every time."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", response.content.decode())


@pytest.mark.once
@pytest.mark.parametrize("path", CASE_PATHS)
def test_another_associations_case_looks_like_one_that_never_was(found, people, path):
    olle = visitor("olle", people)
    method = "post" if "original" in path else "get"
    theirs = getattr(olle, method)(path.format(**found))
    unknown = getattr(olle, method)(path.format(**{**found, "number": "LH-PRO-2026-9999"}))
    assert (theirs.status_code, body(theirs)) == (404, body(unknown))
    assert unknown.status_code == 404


@pytest.mark.parametrize("number", ["%00", "LH-PRO%00", "x" * 5000, "%F0%9F%98%80", "'%20OR%201=1--", "..%2f"])
def test_no_number_breaks_a_page(found, people, number):
    sanna = visitor("sanna", people)
    for path in CASE_PATHS:
        method = "post" if "original" in path else "get"
        assert getattr(sanna, method)(path.format(**{**found, "number": number})).status_code == 404


def test_no_nul_reaches_the_database(found, people):
    sanna = visitor("sanna", people)
    asked = {path: sanna.get(path).status_code for path in NULS}
    assert asked == NULS
    assert Client().get("/arenden/", HTTP_COOKIE='session="\\000bcdefgh"').status_code == 400


NULS = {
    "/rapportera/%00/": 404,
    "/rapportera/pro%00/": 404,
    "/arenden/?q=%00": 400,
    "/arenden/?forbund=%00": 400,
    "/sammanstallning/?forbund=%00": 400,
    "/folj/?%00=1": 400,
}


def test_a_refused_page_leaves_no_line_in_the_read_log(found, people):
    for name in ("nobody", "code", "ronja", "frida", "bea", "berit", "adam", "olle", "operator"):
        visit = visitor(name, people)
        visit.get(f"/arenden/{found['number']}/")
        visit.get(f"/arenden/{found['number']}/utskrift/")
    assert not ReadLog.objects.exists()


# ---- methods and tokens ----


@pytest.mark.once
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_a_page_does_not_have_is_refused(found, people, method):
    visit = visitor("sanna", people)
    own = [row[0].format(**found) for r, row in ROWS.items() if not r.startswith(("konto/", "register/"))]
    assert {path: s for path in own if (s := getattr(visit, method)(path).status_code) != 405} == {}


@pytest.mark.once
def test_every_form_needs_its_token(found, people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.sanna)
    forms = {r: row for r, row in ROWS.items() if row[2] is not NO_BUTTON and r not in WITHOUT_TOKEN}
    posts = [row[0] for row in forms.values()]
    paths = [path.format(**found) for path in posts] + [register_path(route, found) for route in REGISTERS]
    assert {path: s for path in paths if (s := client.post(path).status_code) not in (403, 404)} == {}
    assert client.post("/folj/").status_code == 403


def test_a_code_opens_its_own_case_alone(found, people, file_case):
    visit = visitor("code", people)
    page = visit.get("/folj/arende/").content.decode()
    numbers = set(re.findall(r"LH-PRO-\d{4}-\d{4}", page))
    assert numbers == {Case.objects.get(pk=found["code_case"]).number}
    assert visit.get(f"/arenden/{Case.objects.get(pk=found['code_case']).number}/").status_code == 302


def test_a_function_that_a_concern_is_taken_from_loses_the_case(found, people, forbund, kommun, fk):
    both = make_report(Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk))
    case = services.file(forbund, both, actor=people.rakel).case
    types = dict.fromkeys(case.concerns.values_list("pk", flat=True), "STRUKTUR")
    services.classify(case, actor=people.sanna, types=types)
    services.send(case, actor=people.sanna)
    frida = visitor("frida", people)
    assert frida.get(f"/arenden/{case.number}/").status_code == 200
    own = case.concerns.get(member=fk)
    services.withdraw_concern(case, actor=people.sanna, concern=own, reason="Fel part.")
    assert frida.get(f"/arenden/{case.number}/").status_code == 404
