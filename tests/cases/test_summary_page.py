"""The summary page: who reads it, which period, what its figures lead to, how they are written."""

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from cases import clocks, services
from cases.clocks import STOCKHOLM
from cases.codes import DismissReason, GapType, Party, Role
from cases.models import Case, User
from cases.services import Concerned
from cases.templatetags.figures import number, percent
from tests.people import grant
from tests.sharing import tool

pytestmark = pytest.mark.once

URL = "/sammanstallning/"
# Session, person, what they are, their förbund, its first report, ten figures, the names in the header, the bell.
QUESTIONS = 21
MAY = dt.datetime(2026, 5, 4, 12, tzinfo=STOCKHOLM)


@pytest.fixture
def page(client, monkeypatch):
    """Return a function that opens the page as somebody, on 4 May 2026."""

    def opened(user: User | None, **query: str):
        if user is not None:
            client.force_login(user)
        with clocks.at(MAY):
            return client.get(URL, query)

    return opened


@tool
def filed(file_case):
    """Return a function that files a case on a day of 2026."""

    def on(month: int, day: int, **fields) -> Case:
        with clocks.at(dt.datetime(2026, month, day, 12, tzinfo=STOCKHOLM)):
            return file_case(**fields)

    return on


class Links(HTMLParser):
    """Collects the addresses of the case list that a page leads to, with the number that each stands on."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self._open = ""
        self.feed(html[html.index("<main") : html.index("</main>")])

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self._open = dict(attrs)["href"]

    def handle_data(self, data):
        if self._open.startswith(reverse("case_list")) and data.strip():
            self.found.append((self._open, data.strip()))
            self._open = ""


# ---- who ----


@pytest.mark.parametrize("who", ["sanna", "bea", "berit"])
def test_summary_roles_read_it(page, who, request, forbund):
    answer = page(request.getfixturevalue(who))
    assert answer.status_code == 200
    assert "<strong>Internt.</strong>" in answer.content.decode()


@pytest.mark.parametrize("who", ["rakel", "adam", "karl"])
@pytest.mark.parametrize("query", [{}, {"forbund": "PRO"}])
def test_others_in_the_forbund_read_why_not(page, who, query, request, funktion):
    answer = page(request.getfixturevalue(who), **query)
    assert answer.status_code == 403
    assert "är för samordnare, beredningsgrupp och styrelse" in answer.content.decode()


def test_another_forbund_does_not_exist(page, sanna, annat_forbund):
    assert page(sanna, forbund="ANN").status_code == 404
    assert page(sanna, forbund="FINNS-INTE").status_code == 404


def test_who_is_not_logged_in_is_asked_to(page, forbund):
    assert page(None).url.startswith(reverse("account_login"))


def test_with_two_forbund_one_chooses(page, sanna, annat_forbund, filed):
    grant(sanna, annat_forbund, Role.COORDINATOR)
    filed(2, 1)
    assert 'name="forbund"' in page(sanna).content.decode()
    assert page(sanna, forbund="PRO").context["summary"].balance.new == 1
    assert page(sanna, forbund="ANN").context["summary"].balance.new == 0


# ---- when ----


@pytest.mark.parametrize(
    ("query", "first", "last"),
    [
        ({}, "2026-01-01", "2026-12-31"),
        ({"period": "2026-t1"}, "2026-01-01", "2026-04-30"),
        ({"fran": "2026-02-10", "till": "2026-02-12"}, "2026-02-10", "2026-02-12"),
        ({"period": "2026", "fran": "2026-02-10", "till": "2026-02-12"}, "2026-02-10", "2026-02-12"),
    ],
)
def test_a_period_is_chosen(page, sanna, query, first, last):
    period = page(sanna, **query).context["period"]
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"period": "1999"}, "period"),
        ({"period": "2026-t3"}, "period"),
        ({"fran": "2026-02-10"}, "till"),
        ({"till": "2026-02-10"}, "fran"),
        ({"fran": "i går", "till": "2026-02-10"}, "fran"),
        ({"fran": "2026-02-10", "till": "2026-02-01"}, "till"),
        ({"fran": "0001-01-01", "till": "9999-12-31"}, "fran"),
        ({"fran": "2026-02-10", "till": "x" * 5000}, "till"),
    ],
)
def test_a_period_that_cannot_be_says_so_beside_its_field(page, sanna, query, field):
    answer = page(sanna, **query)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert "summary" not in answer.context
    assert f'id="id_{field}_error"' in answer.content.decode()


def test_the_years_go_back_to_the_first_report(page, sanna, file_case):
    with clocks.at(dt.datetime(2024, 2, 29, 12, tzinfo=STOCKHOLM)):
        file_case()
    answer = page(sanna, period="2024-t1")
    assert [year for year, _ in answer.context["form"].fields["period"].choices] == ["2026", "2025", "2024"]
    assert answer.context["summary"].balance.new == 1


# ---- what ----


def test_every_linked_figure_leads_to_exactly_its_cases(page, client, sanna, filed, flow, kommun, fk, enhet):
    filed(1, 5, concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)])
    filed(2, 5, concerned=[Concerned(Party.OTHER)], gap_type=None)
    with clocks.at(MAY):
        flow.answer(flow.send(filed(3, 5)))
        services.dismiss(filed(3, 6), actor=sanna, reason=DismissReason.OTHER, reply="Vi går inte vidare.")
    filed(4, 29)
    links = Links(page(sanna, forbund="PRO", fran="2026-01-10", till="2026-04-30").content.decode()).found
    assert len(links) > 10
    for address, figure in links:
        with clocks.at(MAY):
            found = client.get(address).context["page"].count
        assert (address, str(found)) == (address, figure)


def test_a_link_to_a_cell_asks_for_party_and_type_of_the_same_concern(page, client, sanna, filed, kommun, fk):
    case = filed(2, 1, concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)])
    types = dict(zip(case.concerns.values_list("pk", flat=True), [GapType.STRUKTUR, GapType.RELATION], strict=True))
    services.classify(case, actor=sanna, types=types)
    links = dict(Links(page(sanna).content.decode()).found)
    crossed = [address for address in links if "part=KOMMUN" in address and "typ=RELATION" in address]
    assert not crossed
    assert any("part=KOMMUN" in address and "typ=STRUKTUR" in address for address in links)


@pytest.mark.parametrize("who", ["bea", "berit"])
def test_who_may_not_open_the_cases_gets_no_links(page, filed, who, request):
    filed(2, 1)
    answer = page(request.getfixturevalue(who))
    assert answer.context["summary"].balance.new == 1
    assert Links(answer.content.decode()).found == []


def test_an_empty_forbund_gives_a_whole_page(page, sanna):
    html = page(sanna).content.decode()
    assert "Inget ärende är öppet." in html
    assert len(re.findall("<table", html)) == len(re.findall("<caption>", html)) == 5


def test_the_reading_notes_stand_on_the_page(page, sanna):
    assert "Fler rapporter betyder inte sämre samverkan." in page(sanna).content.decode()


def test_the_page_asks_the_same_however_many_cases(page, client, sanna, filed, flow, django_assert_num_queries):
    filed(2, 1)
    page(sanna)  # the first page of a session writes it
    with clocks.at(MAY), django_assert_num_queries(QUESTIONS):
        client.get(URL)
    for day in range(1, 9):
        flow.to_closed(filed(2, day))
    with clocks.at(MAY), django_assert_num_queries(QUESTIONS):
        client.get(URL)


# ---- numbers ----


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"),
        (7, "7"),
        (12.5, "12,5"),
        (12.04, "12"),
        (1234, "1\u202f234"),
        (1234567.25, "1\u202f234\u202f567,2"),
        (None, "–"),
    ],
)
def test_numbers_are_written_the_swedish_way(value, written):
    assert number(value) == written


@pytest.mark.parametrize(
    ("share", "written"),
    [(None, "–"), (0, "0\u00a0%"), (0.5, "50\u00a0%"), (1, "100\u00a0%"), (0.999, "99\u00a0%"), (0.001, "1\u00a0%")],
)
def test_a_share_is_not_rounded_to_all_or_nothing(share, written):
    assert percent(share) == written
