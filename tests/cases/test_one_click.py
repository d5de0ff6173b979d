"""Afterwards: whether it helped and whether it came back, each answered by one click."""

import re

import pytest

from cases import clocks, services
from cases.codes import Helped, TextKind
from cases.models import Case
from tests.cases.conftest import DAY, START
from tests.pages import Page, browser_of, html_of
from tests.sharing import shared

pytestmark = [pytest.mark.clock(START + 90 * DAY), pytest.mark.usefixtures("closed"), pytest.mark.once]

STEPS = {"hjalpte-det": "helped", "kom-det-tillbaka": "came_back"}


@shared
def closed(case, flow) -> Case:
    """A case that was closed so long ago that both questions are asked."""
    with clocks.at(START):
        return flow.to_closed(case)


class Asked:
    """Somebody who has a closed case before them: on its page, or on a step's own."""

    def __init__(self, case: Case, person, where: str) -> None:
        self.case, self.where, self.by_code = case, where, person == "code"
        self.visit = browser_of(codes=[case.pk]) if self.by_code else browser_of(person)

    def address(self, slug: str = "") -> str:
        base = "/folj/arende/" if self.by_code else f"/arenden/{self.case.number}/"
        return f"{base}{slug}/" if slug else base

    def page(self, slug: str) -> Page:
        return Page(self.visit.get(self.address("" if self.where == "case" else slug)))

    def filled(self, slug: str) -> dict[str, str]:
        """Return what the form holds as it came."""
        return {name: values[0] for name, values in self.page(slug).hidden(self.address(slug)).items()}

    def click(self, slug: str, value: str, **written: str):
        """Send the form by the button with this value."""
        sent = {**self.filled(slug), **written, STEPS[slug]: value}
        return self.visit.post(self.address(slug), sent, follow=True)


@pytest.fixture(params=["account", "code"])
def who(request, rakel) -> object:
    return rakel if request.param == "account" else "code"


@pytest.fixture(params=["case", "step"])
def asked(request, closed, who) -> Asked:
    return Asked(closed, who, request.param)


def buttons(html: str, name: str) -> list[tuple[str, str]]:
    """Return the buttons of a name: what each sends, and what it says."""
    return re.findall(rf'<button[^>]*type="submit" name="{name}" value="(\w+)">([^<]*)</button>', html)


@pytest.mark.parametrize(("slug", "question"), [*zip(STEPS, ["Hjälpte det?", "Kom det tillbaka?"], strict=True)])
def test_each_answer_is_a_button_under_the_question(asked, slug, question):
    html = asked.page(slug).html
    assert buttons(html, STEPS[slug]) == [("YES", "Ja"), ("PARTLY", "Delvis"), ("NO", "Nej")]
    assert re.search(rf"<legend>{re.escape(question)}\s*</legend>", html)
    assert 'type="radio"' not in html


@pytest.mark.parametrize("value", Helped)
def test_one_click_says_whether_it_helped(asked, flow, value):
    page = asked.click("hjalpte-det", value)
    assert "Tack för att du berättade" in html_of(page)
    assert flow.again(asked.case).helped == value


@pytest.mark.parametrize("value", Helped)
def test_one_click_says_whether_it_came_back(asked, value):
    asked.click("kom-det-tillbaka", value)
    assert asked.case.feedback.get().value == value


@pytest.mark.parametrize("slug", STEPS)
def test_what_was_written_first_goes_along_with_the_click(asked, slug):
    asked.click(slug, "NO", comment="Brevlådan är tom igen.")
    assert asked.case.texts.get(kind=TextKind.FEEDBACK).body == "Brevlådan är tom igen."


@pytest.mark.parametrize("slug", STEPS)
def test_without_a_click_on_an_answer_nothing_is_said_and_nothing_lost(asked, slug):
    sent = asked.filled(slug) | {"comment": "Brevlådan är tom igen."}
    refused = asked.visit.post(asked.address(slug), sent)
    page = Page(refused)
    assert (refused.status_code, asked.case.feedback.count()) == (422, 0)
    assert page.error_beside(STEPS[slug])
    assert page.forms[asked.address(slug)]["comment"] == ["Brevlådan är tom igen."]


def stands_open(page: Page, slug: str) -> bool:
    details = re.search(rf'<details class="step" id="steg-{slug}"[^>]*>', page.html)
    assert details
    return details[0].endswith(" open>")


@pytest.mark.parametrize("slug", STEPS)
def test_the_question_stands_open_on_the_case_until_it_has_an_answer(closed, who, slug):
    asked = Asked(closed, who, "case")
    assert stands_open(asked.page(slug), slug)
    asked.click(slug, "YES")
    assert not stands_open(asked.page(slug), slug)


def test_what_the_reporter_said_leaves_the_question_open_to_the_function(closed, rakel, karl):
    services.effect(closed, actor=rakel, came_back=Helped.NO)
    asked = Asked(closed, karl, "case")
    assert stands_open(asked.page("kom-det-tillbaka"), "kom-det-tillbaka")
    asked.click("kom-det-tillbaka", "YES")
    assert not stands_open(asked.page("kom-det-tillbaka"), "kom-det-tillbaka")


def test_a_case_that_was_closed_again_asks_anew(closed, rakel, sanna, flow):
    services.effect(closed, actor=rakel, came_back=Helped.YES)
    services.reopen(closed, actor=sanna, reason="Det hände igen.")
    with clocks.at(START + 100 * DAY):
        flow.close(flow.again(closed))
    with clocks.at(START + 190 * DAY):
        assert stands_open(Asked(closed, rakel, "case").page("kom-det-tillbaka"), "kom-det-tillbaka")


def test_a_double_click_counts_once(closed, rakel):
    asked = Asked(closed, rakel, "step")
    sent = asked.filled("hjalpte-det") | {"helped": "YES"}
    for _ in range(2):
        asked.visit.post(asked.address("hjalpte-det"), sent)
    assert closed.feedback.count() == 1
