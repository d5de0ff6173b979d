"""A page with made-up reports says so, wherever one looks."""

import csv
import io

import pytest

from cases import services
from cases.models import Association
from tests.pages import browser_of, html_of

pytestmark = pytest.mark.once

SENTENCE = "Demodata: rapporter och personer är påhittade"
OPEN = ["/", "/rapportera/", "/rapportera/pro/", "/folj/", "/hjalp/", "/tillganglighet/", "/personuppgifter/",
        "/konto/login/", "/konto/password/reset/", "/finns-inte/"]  # fmt: skip
KANSLI = ["/", "/arenden/", "/arenden/?q=finns%20inte", "/arenden/?status=x", "/ofordelat/", "/sammanstallning/",
          "/mina/", "/rapportera/pro/?caller=1", "/arenden/{number}/", "/arenden/{number}/utskrift/",
          "/arenden/{number}/klassa/", "/arenden/LH-PRO-2026-9999/", "/konto/password/change/"]  # fmt: skip
REGISTERS = ["/register/PRO/", "/register/PRO/medlemmar/", "/register/PRO/personer/", "/register/PRO/laslogg/"]


@pytest.fixture
def demo(forbund) -> Association:
    forbund.is_demo = True
    forbund.save()
    return forbund


def said(page: str) -> bool:
    """Tell whether the sentence stands on the screen and again at the foot of the paper."""
    return page.count(SENTENCE) >= 2


def test_pages_without_log_in_say_it(client, demo):
    assert [path for path in OPEN if not said(html_of(client.get(path, follow=True)))] == []


def test_the_kanslis_pages_say_it(demo, sanna, case):
    visit = browser_of(sanna)
    assert [path for path in KANSLI if not said(html_of(visit.get(path.format(number=case.number))))] == []


def test_the_registers_say_it(demo, adam):
    visit = browser_of(adam)
    assert [path for path in REGISTERS if not said(html_of(visit.get(path)))] == []


def test_the_pages_of_a_code_and_its_receipt_say_it(demo, by_code):
    visit = browser_of(codes=[by_code.case.pk])
    assert said(html_of(visit.get("/folj/arende/")))
    assert said(html_of(visit.get("/folj/arende/komplettera/")))


@pytest.mark.parametrize(
    ("path", "status"),
    [("/arenden/{number}/anteckna/", 422), ("/arenden/{number}/original/{original}/", 200), ("/rapportera/pro/", 422)],
)
def test_pages_that_answer_a_form_say_it(demo, sanna, case, path, status):
    services.mask(case, actor=sanna, phrase="tre gånger", reason="Prov", field="happened")
    answer = browser_of(sanna).post(path.format(number=case.number, original=case.masked_originals.get().pk))
    assert answer.status_code == status
    assert said(html_of(answer))


def test_pages_for_an_ended_session_say_it(client, demo, case):
    answer = client.post(f"/arenden/{case.number}/anteckna/", {"body": "x"})
    assert answer.status_code == 401
    assert said(html_of(answer))


def test_every_row_of_the_file_says_it(demo, sanna, file_case):
    for _ in range(2):
        file_case()
    text = html_of(browser_of(sanna).get("/arenden/lista.csv")).removeprefix("\ufeff")
    head, *rows = csv.reader(io.StringIO(text), delimiter=";")
    assert [row[head.index("Anmärkning")] for row in rows] == [SENTENCE] * 2


def test_where_nothing_is_made_up_nothing_says_so(client, forbund, sanna, case):
    assert SENTENCE not in html_of(client.get("/"))
    visit = browser_of(sanna)
    assert SENTENCE not in html_of(visit.get(f"/arenden/{case.number}/"))
    assert SENTENCE not in html_of(visit.get("/arenden/lista.csv"))
