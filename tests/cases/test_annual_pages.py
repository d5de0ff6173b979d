"""The annual summaries' pages: what they show to whom, their forms and files, how often they ask the database."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import clocks, services
from cases.annual import report_of, rules_text
from cases.clocks import STOCKHOLM
from cases.codes import BreakKind
from cases.documents import FORMATS
from cases.models import AnnualSummary, Concern, FrozenCase, ReadLog
from cases.statistics import Period
from tests.pages import Page, browser_of
from tests.sharing import shared

YEAR = Period.year(2025)
FEBRUARY = dt.datetime(2026, 2, 2, 12, tzinfo=STOCKHOLM)
LIST = "/arssammanstallning/"
# Session, person, what they are (3), förbund, their summaries, the names in the header, the bell.
QUESTIONS_LIST = 12
# The frozen figures and today's, the rows around them, and what every page asks.
QUESTIONS_PAGE = 75


pytestmark = pytest.mark.clock(FEBRUARY)


@shared
def summary(forbund, sanna, file_case, flow) -> AnnualSummary:
    with clocks.at(dt.datetime(2025, 3, 1, 12, tzinfo=STOCKHOLM)):
        flow.to_closed(file_case())
        flow.send(file_case())
    return services.begin_summary(forbund, actor=sanna, period=YEAR)


@shared
def fixed(summary, sanna) -> AnnualSummary:
    return services.fix_summary(summary, actor=sanna)


def at(summary: AnnualSummary, *more: str) -> str:
    return "/".join([f"/arssammanstallning/{summary.pk}", *more, ""])


def text_of(response) -> str:
    return response.content.decode()


# ---- the list ----


def test_the_kansli_makes_a_draft_from_the_list(forbund, sanna, case):
    browser = browser_of(sanna)
    assert "/arssammanstallning/PRO/ny/" in Page(browser.get(LIST)).links
    made = browser.post("/arssammanstallning/PRO/ny/", {"period": "2026-t1"})
    draft = AnnualSummary.objects.get()
    assert made.url == draft.get_absolute_url()
    assert draft.period == Period.tertial(2026, 1)
    assert "Utkast" in text_of(browser.get(LIST))


def test_the_period_that_is_chosen_first_is_the_year_that_is_over(summary, sanna):
    assert Page(browser_of(sanna).get("/arssammanstallning/PRO/ny/")).forms[""]["period"] == ["2025"]


@pytest.mark.parametrize("period", ["", "2027", "2025-t4", "1999", "x"])
def test_a_period_that_is_not_offered_is_refused(summary, sanna, period):
    assert browser_of(sanna).post("/arssammanstallning/PRO/ny/", {"period": period}).status_code == 422


def test_the_styrelse_sees_a_summary_once_it_is_fixed_and_no_buttons(summary, sanna, berit):
    browser = browser_of(berit)
    assert summary.get_absolute_url() not in Page(browser.get(LIST)).links
    assert browser.get(at(summary)).status_code == browser.get(at(summary, "fil/csv")[:-1]).status_code == 404
    services.fix_summary(summary, actor=sanna)
    assert summary.get_absolute_url() in Page(browser.get(LIST)).links
    page = Page(browser.get(at(summary)))
    assert not [form for form in page.forms if form.startswith("/arssammanstallning/")]
    assert not [link for link in page.links if "figur=" in link]


# ---- one summary ----


def test_figures_lead_to_the_list_for_the_kansli(summary, sanna):
    links = Page(browser_of(sanna).get(at(summary))).links
    assert f"{reverse('case_list')}?figur={summary.pk}%3Abalance.new" in links
    # Nothing stands behind a zero.
    assert f"{reverse('case_list')}?figur={summary.pk}%3Abalance.duplicates" not in links


def test_opening_and_downloading_leave_no_line_in_the_read_log(fixed, berit):
    browser = browser_of(berit)
    browser.get(at(fixed))
    browser.get(at(fixed, "fil/csv")[:-1])
    assert not ReadLog.objects.exists()


def test_a_file_says_what_it_is(fixed, berit):
    answer = browser_of(berit).get(at(fixed, "fil/csv")[:-1])
    assert answer["Content-Type"] == FORMATS["csv"].media_type
    assert answer["Content-Disposition"] == (
        'attachment; filename="arssammanstallning-2025-samordningsforbundet-prov-internt.zip"'
    )
    assert answer.content == FORMATS["csv"].render(report_of(fixed))
    assert browser_of(berit).get(at(fixed, "fil/exe")[:-1]).status_code == 404


def test_every_file_is_offered(fixed, berit):
    links = Page(browser_of(berit).get(at(fixed))).links
    assert [link for link in links if "/fil/" in link] == [at(fixed, "fil", key)[:-1] for key in FORMATS]


def test_a_change_since_is_shown_and_the_figures_stay(fixed, berit):
    before = text_of(browser_of(berit).get(at(fixed)))
    assert "Inget. Siffrorna skulle bli desamma i dag." in before
    Concern.objects.update(type_set="RELATION")
    after = text_of(browser_of(berit).get(at(fixed)))
    assert "siffror skulle bli annorlunda i dag" in after
    assert "Kommun, relation och bemötande" in after
    report = '<div class="report stack"'
    assert after[after.index(report) :] == before[before.index(report) :]


def test_frozen_rows_that_somebody_has_changed_are_told_of(fixed, berit):
    FrozenCase.objects.filter(summary=fixed).update(filed_on="2025-04-01")
    assert "Siffrorna stämmer inte med dem som hämtades" in text_of(browser_of(berit).get(at(fixed)))


# ---- writing ----


def test_a_text_begins_from_what_the_rules_wrote(summary, sanna):
    began = Page(browser_of(sanna).get(at(summary, "text", "sammanfattning"))).forms[""]["body"]
    assert began == [rules_text("sammanfattning", services.figures_of(summary))]


@pytest.mark.parametrize("key", ["sammanfattning", "balans"])
def test_the_rules_text_is_what_the_report_shows(summary, key):
    shown = [item for s in report_of(summary).sections for b in s.blocks for item in getattr(b, "items", ())]
    lines = rules_text(key, services.figures_of(summary)).split("\n\n")
    assert lines[0]
    assert set(lines) <= set(shown)


def sent(browser, address: str, **words: str):
    """Send a form as it was opened, with other words."""
    form = {name: values[-1] for name, values in Page(browser.get(address)).forms[""].items()}
    return lambda: browser.post(address, {**form, **words})


def test_what_is_written_stands_in_the_report(summary, sanna):
    browser = browser_of(sanna)
    assert sent(browser, at(summary, "text", "lardomar"), body="Vi frågar tidigare.")().url == at(summary)
    assert "Vi frågar tidigare." in text_of(browser.get(at(summary)))


def test_a_number_is_refused_and_the_words_stay_in_the_form(summary, sanna):
    answer = sent(browser_of(sanna), at(summary, "text", "lardomar"), body="Ring 640823-3234 om detta.")()
    page = Page(answer)
    assert answer.status_code == 422
    assert page.forms[""]["body"] == ["Ring 640823-3234 om detta."]
    assert "personnummer" in page.error_beside("body")


def test_what_a_colleague_wrote_meanwhile_is_shown_before_it_is_replaced(summary, sanna, bea):
    address = at(summary, "bedomning")
    words = {"body": "Mina ord.", "grounds": "Mina grunder.", "on": "2026-02-01"}
    send = sent(browser_of(sanna), address, **words)
    services.assess(summary, actor=bea, body="Beas ord.", grounds="Beas grunder.", on=dt.date(2026, 2, 1))
    refused = send()
    assert refused.status_code == 422
    assert "Beas ord." in text_of(refused)
    again = {name: values[-1] for name, values in Page(refused).forms[""].items()}
    assert again["body"] == "Mina ord."
    assert browser_of(sanna).post(address, again).status_code == 302
    assert summary.texts.get(key="bedomning").body == "Mina ord."


def test_the_group_writes_the_bedomning_and_nothing_else(summary, bea):
    links = Page(browser_of(bea).get(at(summary))).links
    assert at(summary, "bedomning") in links
    assert not [link for link in links if "/text/" in link or "/faststall/" in link]


def test_a_text_that_there_is_not_is_not_found(summary, sanna):
    assert browser_of(sanna).get(at(summary, "text", "bedomning")).status_code == 404


# ---- fixing ----


def test_fixing_asks_first_and_then_nothing_can_be_written(summary, sanna):
    browser = browser_of(sanna)
    assert "går inte att ändra efteråt" in text_of(browser.get(at(summary, "faststall")))
    late = sent(browser, at(summary, "text", "lardomar"), body="För sent.")
    assert browser.post(at(summary, "faststall")).url == at(summary)
    refused = late()
    assert refused.status_code == 422
    assert Page(refused).forms[""]["body"] == ["För sent."]
    assert browser.get(at(summary, "text", "lardomar")).url == at(summary)


def test_a_year_that_goes_on_says_why_it_cannot_be_fixed(forbund, sanna, case):
    draft = services.begin_summary(forbund, actor=sanna, period=Period.year(2026))
    answer = browser_of(sanna).post(at(draft, "faststall"))
    assert answer.status_code == 422
    assert "Perioden är inte slut" in text_of(answer)


def test_a_draft_is_frozen_anew_and_a_fixed_one_gets_a_new_version(summary, sanna):
    browser = browser_of(sanna)
    assert browser.post(at(summary, "hamta")).url == at(summary)
    services.fix_summary(summary, actor=sanna)
    assert browser.post(at(summary, "hamta")).url == at(AnnualSummary.objects.get(version=2))
    assert "Version 2" in text_of(browser.get(at(summary)))


# ---- the series ----


def test_totals_and_breaks_are_added_and_taken_away(forbund, sanna):
    browser, series = browser_of(sanna), "/arssammanstallning/PRO/serien/"
    total = {"year": "2023", "reports": "100", "is_rough": "on", "origin": "Verksamhetsberättelsen"}
    assert browser.post(f"{series}ar/", total).url == series
    gap = {"on": "2025-01-01", "kind": BreakKind.FORM.value, "note": "Nytt formulär."}
    assert browser.post(f"{series}brott/", gap).url == series
    assert "ca 100" in text_of(browser.get(series))
    browser.post(f"{series}ar/{forbund.earlier_totals.get().pk}/ta-bort/")
    browser.post(f"{series}brott/{forbund.series_breaks.get().pk}/ta-bort/")
    assert not forbund.earlier_totals.exists()
    assert not forbund.series_breaks.exists()


def test_a_year_that_has_not_been_is_refused_beside_its_field(sanna):
    total = {"year": "2026", "reports": "100", "origin": "Verksamhetsberättelsen"}
    assert "som har varit" in Page(browser_of(sanna).post("/arssammanstallning/PRO/serien/ar/", total)).error_beside(
        "year"
    )


# ---- questions ----


def asked(browser, address: str) -> int:
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as questions:
        assert browser.get(address).status_code == 200
    return len(questions)


@pytest.mark.once
def test_the_list_asks_no_more_for_many_summaries(forbund, summary, sanna):
    browser = browser_of(sanna)
    few = asked(browser, LIST)
    for number in (1, 2, 3):
        services.begin_summary(forbund, actor=sanna, period=Period.tertial(2025, number))
    assert asked(browser, LIST) == few <= QUESTIONS_LIST


@pytest.mark.once
def test_a_summary_asks_no_more_for_many_cases(forbund, sanna, file_case, flow, summary):
    browser = browser_of(sanna)
    few = asked(browser, at(summary))
    with clocks.at(dt.datetime(2025, 5, 1, 12, tzinfo=STOCKHOLM)):
        for _ in range(5):
            flow.to_closed(file_case())
    services.begin_summary(forbund, actor=sanna, period=YEAR)
    assert asked(browser, at(summary)) == few <= QUESTIONS_PAGE
