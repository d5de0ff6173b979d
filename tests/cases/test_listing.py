"""The case list and its file: what each filter finds, what it refuses, what leaves the house and is noted."""

import csv
import io
import logging

import pytest
from django.urls import reverse

from cases import clocks, services, shown
from cases.codes import GapType, Party, ReadAction, Role
from cases.models import Case, Pattern, ReadLog
from cases.services import Concerned
from cases.text import harmless
from cases.views import listing
from tests.pages import Page, browser_of, html_of
from tests.people import grant, make_report
from tests.sharing import shared, tool

# From Skatteverket's series of made-up numbers for tests.
NUMBER = "640823-3234"
LIST, FILE = "/arenden/", "/arenden/lista.csv"


@shared
def cases(forbund, kommun, fk, enhet, insats, funktion, frida, rakel, sanna, flow, moved) -> dict[str, Case]:
    """Three cases, unlike in all that can be filtered: new about FK, late with the kommun, closed about both."""

    def filed(*concerned: Concerned, **fields) -> Case:
        return services.file(forbund, make_report(*concerned, **fields), actor=rakel).case

    with moved(-90):
        closed = flow.to_closed(filed(Concerned(Party.KOMMUN, kommun), heading="Mötet blev aldrig av"))
    with moved(-70):
        late = filed(Concerned(Party.KOMMUN, kommun, enhet), heading="Läkarintyget fastnade", gap_type=None)
        services.classify(
            late, actor=sanna, types={late.concerns.get().pk: GapType.STRUKTUR}, initiative=insats, track=None
        )
        services.send(late, actor=sanna)
    services.assign(late, actor=sanna, responsible=sanna)
    new = filed(Concerned(Party.FORSAKRINGSKASSAN, fk), heading="Beslutet kom för sent", agreement="Lokal rutin 100%")
    return {"new": new, "late": flow.again(late), "closed": closed}


@tool
def as_sanna(sanna):
    return browser_of(sanna)


def rows_of(response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(html_of(response).removeprefix("\ufeff")), delimiter=";"))[1:]


def found(client, cases, **filters) -> set[str]:
    """Return which cases the list shows, having seen that the file holds the same."""
    page = client.get(LIST, filters)
    numbers = [row.number for row in page.context["page"].rows]
    assert [row[0] for row in rows_of(client.get(FILE, filters))] == numbers
    return {name for name, case in cases.items() if case.number in numbers}


# ---- filters ----

FILTERS = [
    ({}, {"new", "late", "closed"}),
    ({"q": "möte"}, {"closed"}),
    ({"q": "läkarintyg fastna"}, {"late"}),
    ({"q": "finns inte"}, set()),
    ({"status": "RECEIVED"}, {"new"}),
    ({"status": "CLOSED"}, {"closed"}),
    ({"oppna": "ja"}, {"new", "late"}),
    ({"oppna": "nej"}, {"closed"}),
    ({"sent": "1"}, {"late"}),
    ({"part": "KOMMUN"}, {"late", "closed"}),
    ({"part": "KOMMUN", "typ": "STRUKTUR"}, {"late"}),
    ({"part": "FORSAKRINGSKASSAN", "typ": "STRUKTUR"}, set()),
    ({"typ": "ingen"}, {"new"}),
    ({"typ": "ORGANISATION"}, {"closed"}),
    ({"part": "REGION"}, set()),
]


def test_a_filter_finds_these_cases_and_the_file_holds_the_same(as_sanna, cases):
    assert [(filters, found(as_sanna, cases, **filters)) for filters, _ in FILTERS] == FILTERS


def test_the_filters_that_name_a_row_find_its_cases(as_sanna, cases, kommun, fk, insats, sanna, stina):
    assert found(as_sanna, cases, medlem=kommun.pk) == {"late", "closed"}
    assert found(as_sanna, cases, medlem=fk.pk) == {"new"}
    assert found(as_sanna, cases, insats=insats.pk) == {"late"}
    assert found(as_sanna, cases, ansvarig=sanna.pk) == {"late"}
    assert found(as_sanna, cases, ansvarig=stina.pk) == set()


def test_the_days_filter_by_when_a_case_came_in(as_sanna, cases):
    today = clocks.today().isoformat()
    assert found(as_sanna, cases, fran=today) == {"new"}
    assert found(as_sanna, cases, till=clocks.local_date(cases["late"].filed_at).isoformat()) == {"late", "closed"}
    assert found(as_sanna, cases, fran=today, till=today) == {"new"}


def test_a_number_finds_its_case(as_sanna, cases):
    assert found(as_sanna, cases, q=cases["late"].number) == {"late"}
    assert found(as_sanna, cases, q=cases["late"].number.lower()) == {"late"}


def test_what_is_due_first_stands_first_and_what_has_ended_last(as_sanna, cases):
    page = as_sanna.get(LIST, {"ordning": "forfaller"})
    wanted = [cases["late"].number, cases["new"].number, cases["closed"].number]
    assert [row.number for row in page.context["page"].rows] == wanted


def test_somebody_with_two_associations_chooses_between_them(cases, sanna, annat_forbund):
    grant(sanna, annat_forbund, Role.COORDINATOR)
    assert found(browser_of(sanna), cases, forbund="PRO") == {"new", "late", "closed"}
    assert found(browser_of(sanna), cases, forbund="ANN") == set()


# ---- bad input ----

GARBAGE = [
    {"status": "x"},
    {"oppna": "kanske"},
    {"part": "PRIVAT"},
    {"medlem": "abc"},
    {"medlem": "999999999999999999999999"},
    {"medlem": "-1"},
    {"typ": "'; DROP TABLE cases_case;--"},
    {"insats": "1.5"},
    {"insats": "0"},
    {"ansvarig": "999999"},
    {"fran": "i går"},
    {"fran": "0001-01-01"},
    {"fran": "2026-02-30"},
    {"till": "9999-12-31"},
    {"till": "0001-01-01"},
    {"ordning": "slump"},
    {"q": "x" * 201},
    {"q": f"gäller {NUMBER}"},
]


@pytest.mark.parametrize("address", [LIST, FILE])
def test_a_filter_that_makes_no_sense_is_refused_beside_it_and_finds_nothing(as_sanna, cases, address):
    for garbage in GARBAGE:
        [name] = garbage
        refused = as_sanna.get(address, garbage)
        page = Page(refused)
        assert (refused.status_code, garbage) == (422, garbage)
        assert page.error_beside(name)
        assert not any(case.number in page.html for case in cases.values())
    assert not ReadLog.objects.exists()


def test_the_filter_of_another_association_is_no_choice(as_sanna, annat_forbund):
    theirs = annat_forbund.members.create(party="KOMMUN", name="Deras kommun", from_on="2020-01-01")
    insats = annat_forbund.initiatives.create(name="Deras insats", from_on="2020-01-01")
    for filters in ({"medlem": theirs.pk}, {"insats": insats.pk}):
        assert as_sanna.get(LIST, filters).status_code == 422
    assert "Deras" not in html_of(as_sanna.get(LIST))


def test_a_search_for_a_personal_number_is_refused_in_words_and_put_in_no_link(as_sanna, cases, caplog):
    with caplog.at_level(logging.DEBUG):
        page = Page(as_sanna.get(LIST, {"q": NUMBER}))
    assert "Sök inte på personnummer" in page.error_beside("q")
    assert not any(NUMBER in link for link in page.links)
    assert page.html.count(NUMBER) == 1
    assert NUMBER not in caplog.text


SIGNS = [
    "%", "_", "%%%", "\\", "\\%", "'", "''", '"', "a'b", "';--", "& | ! ( ) : *", "!!", ":*", "<->", "a:*b", "((",
    "ä" * 200, "x" * 200, "🙂", "🙂🙂 möte", "\u202emöte", "سلام", "a-", "-a", "a--b", "0", "²", "_ _", "\t\n", "ﬁ",
]  # fmt: skip


def test_no_sign_in_a_search_means_anything_to_the_database(as_sanna, cases):
    for q in SIGNS:
        assert as_sanna.get(LIST, {"q": q}).status_code == 200
        assert as_sanna.get(FILE, {"q": q}).status_code == 200


def test_a_sign_alone_finds_nothing_rather_than_everything(as_sanna, cases):
    for q in ("%", "_", "\\", "'", "&", "*"):
        assert found(as_sanna, cases, q=q) == set()


@pytest.mark.parametrize(
    "q", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}", "{% now %}"]
)
def test_what_is_searched_for_is_shown_as_it_was_written(as_sanna, cases, q):
    page = Page(as_sanna.get(LIST, {"q": q}))
    assert page.forms[""]["q"] == [q]
    assert "<script>alert" not in page.html
    assert "onerror=alert" not in page.html.replace("&quot;&gt;&lt;img src=x onerror=alert", "")


# ---- pages ----


NUMBERS = ["0", "-1", "abc", "1e9", "99999999999999999999", "²", "1.5", "", " 2", "100000", "999999", "1;2"]


@pytest.mark.once
def test_no_page_number_breaks_the_list(as_sanna, cases):
    assert {as_sanna.get(LIST, {"sida": number}).status_code for number in NUMBERS} == {200}


def test_the_list_is_cut_in_pages_that_keep_the_filters(as_sanna, file_case, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 2)
    numbers = [file_case().number for _ in range(5)]
    seen, address = [], f"{LIST}?oppna=ja&ordning=aldst"
    while address:
        page = as_sanna.get(address)
        seen += [row.number for row in page.context["page"].rows]
        following = page.context["page"].next_url
        assert not following or "oppna=ja" in following
        address = LIST + following if following else ""
    assert seen == numbers
    assert "1–2 av 5" in html_of(as_sanna.get(f"{LIST}?oppna=ja"))


def test_a_list_that_is_long_is_not_counted_to_its_end(as_sanna, file_case, monkeypatch):
    monkeypatch.setattr(listing, "PAGE", 1)
    monkeypatch.setattr(listing, "COUNT_MOST", 2)
    for _ in range(4):
        file_case()
    assert as_sanna.get(LIST).context["page"].count_label == "över 2"


def test_a_page_beyond_the_last_is_empty_and_leads_back(as_sanna, cases):
    page = Page(as_sanna.get(LIST, {"sida": "7"}))
    assert "Inget ärende passar" in page.html


# ---- the file ----

FORMULAS = [
    "=1+1",
    "+46",
    "-1",
    "@SUM(A1)",
    "=HYPERLINK(1)",
    "＝1+1",
    "\u200b=1+1",
    "\ufeff=1+1",
    "a;=1+1",
    'a";=1+1',
    "a,=1+1",
]


@pytest.mark.once
@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_the_file_is_a_formula(as_sanna, forbund, kommun, funktion, rakel, insats, formula):
    # The registers' names are written by hand too.
    type(insats).objects.filter(pk=insats.pk).update(name=f" \t{formula}")
    insats.refresh_from_db()
    report = make_report(Concerned(Party.KOMMUN, kommun), heading=formula, initiative=insats)
    services.file(forbund, report, actor=rakel)
    text = html_of(as_sanna.get(FILE)).removeprefix("\ufeff")
    for line in csv.reader(io.StringIO(text), delimiter=";"):
        assert not {"=", "+", "-", "@", "＝"} & {cell.strip(" \t\u200b\ufeff")[:1] for cell in line}
    [row] = rows_of(as_sanna.get(FILE))
    assert formula in row[5]
    assert formula in row[9]


@pytest.mark.parametrize("start", ["\t", "\r", "\n", " ="])
def test_a_cell_that_begins_with_a_control_sign_is_marked(start):
    assert harmless(f"{start}1") == f"'{start}1"


def test_a_cell_that_is_no_formula_is_left_alone():
    assert [harmless(cell) for cell in ("Mötet = inställt", 7, "", "a-b")] == [
        "Mötet = inställt",
        "7",
        "",
        "a-b",
    ]


def test_line_ends_quotes_and_emoji_stand_in_one_cell(as_sanna, file_case):
    heading = 'Två "rader"; en 🙂 och שלום'
    file_case(heading=heading)
    [row] = rows_of(as_sanna.get(FILE))
    assert row[5] == heading
    assert len(row) == len(listing.HEADINGS)


def test_each_case_in_the_file_is_noted_with_the_role_it_was_read_in(cases, karl, sanna):
    list(browser_of(sanna).get(FILE, {"oppna": "ja"}).streaming_content)
    list(browser_of(karl).get(FILE).streaming_content)
    logged = set(ReadLog.objects.values_list("user__name", "role", "action", "case__number"))
    wanted = {(sanna.name, Role.COORDINATOR, cases[name].number) for name in ("new", "late")}
    wanted |= {(karl.name, Role.CONTACT, cases[name].number) for name in ("late", "closed")}
    assert logged == {(name, role, ReadAction.EXPORTED, number) for name, role, number in wanted}


def test_a_long_file_is_written_and_noted_piece_by_piece(as_sanna, file_case, monkeypatch):
    monkeypatch.setattr(listing, "CHUNK", 2)
    numbers = {file_case().number for _ in range(5)}
    assert {row[0] for row in rows_of(as_sanna.get(FILE))} == numbers
    assert ReadLog.objects.count() == 5


def test_a_file_that_is_broken_off_has_noted_what_left(sanna, file_case, monkeypatch):
    monkeypatch.setattr(listing, "CHUNK", 1)
    for _ in range(3):
        file_case()
    lines = listing._lines(shown.for_rows(Case.objects.visible_to(sanna), sanna), sanna)
    next(lines), next(lines)
    lines.close()
    assert ReadLog.objects.count() == 1


def test_looking_at_the_list_is_not_noted(as_sanna, cases):
    as_sanna.get(LIST)
    assert not ReadLog.objects.exists()


def test_the_file_has_its_own_name_and_kind(as_sanna, cases):
    response = as_sanna.get(FILE)
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="arenden-{clocks.today()}.csv"'


# ---- what a function may find out ----


@shared
def split_case(forbund, kommun, fk, funktion, frida, rakel, sanna) -> Case:
    """A case that Karl's function and Frida's both answer for."""
    report = make_report(Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk))
    case = services.file(forbund, report, actor=rakel).case
    first, second = case.concerns.all()
    services.classify(case, actor=sanna, types={first.pk: GapType.STRUKTUR, second.pk: GapType.RELATION})
    services.send(case, actor=sanna)
    return case


@pytest.mark.parametrize("filters", [{"part": "FORSAKRINGSKASSAN"}, {"typ": "RELATION"}])
def test_a_filter_does_not_tell_a_function_who_else_is_concerned(split_case, karl, filters):
    assert not browser_of(karl).get(LIST, filters).context["page"].rows
    assert rows_of(browser_of(karl).get(FILE, filters)) == []


def test_a_filter_finds_what_the_function_itself_is_concerned_by(split_case, karl, frida):
    assert browser_of(karl).get(LIST, {"part": "KOMMUN", "typ": "STRUKTUR"}).context["page"].rows
    assert browser_of(frida).get(LIST, {"part": "FORSAKRINGSKASSAN"}).context["page"].rows


def test_a_function_sees_only_its_own_part_in_list_and_file(split_case, karl, fk, kommun):
    for text in (html_of(browser_of(karl).get(LIST)), str(rows_of(browser_of(karl).get(FILE)))):
        rows = text.split("<table", 1)[-1]
        assert kommun.name in rows
        assert fk.name not in rows


def test_the_person_responsible_is_the_kanslis_own_filter(split_case, karl, sanna):
    assert "ansvarig" not in browser_of(karl).get(LIST).context["form"].fields
    assert "Sanna" not in html_of(browser_of(karl).get(LIST))


# ---- without a receiver ----


def test_what_no_function_has_is_listed_with_why(as_sanna, forbund, fk, rakel):
    case = services.file(forbund, make_report(Concerned(Party.FORSAKRINGSKASSAN, fk)), actor=rakel).case
    page = html_of(as_sanna.get(reverse("unassigned")))
    assert case.number in page
    assert "har varken en regel som passar eller en allmän funktion" in page
    assert "1 ärende utan mottagare" in html_of(as_sanna.get("/"))


def test_what_no_function_has_is_the_coordinators_alone(karl, frida, bea, berit, adam, olle, forbund, fk, rakel):
    fk.functions.update(is_general=False)
    case = services.file(forbund, make_report(Concerned(Party.FORSAKRINGSKASSAN, fk)), actor=rakel).case
    for person in (karl, frida, bea, berit, adam, olle, rakel):
        assert case.number not in html_of(browser_of(person).get(reverse("unassigned")))


def test_the_search_finds_nothing_in_the_cases_of_others(split_case, olle, berit, adam):
    for person in (olle, berit, adam):
        shown = browser_of(person).get(LIST, {"q": "brevlådan"})
        assert not shown.context["page"].rows
        assert rows_of(browser_of(person).get(FILE, {"q": "brevlådan"})) == []


def test_a_pattern_is_nobodys_filter(as_sanna, forbund):
    Pattern.objects.create(association=forbund, title="Brevlådor")
    assert "Brevlådor" not in html_of(as_sanna.get(LIST))
