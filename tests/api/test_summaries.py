"""Figures through the API: the very ones of the pages, to the same people, protected where they leave."""

import json
from typing import Any

import pytest
from django.urls import reverse

from api.shapes import summaries as shapes
from api.views.summaries import NO_SUCH_PERIOD
from cases import services
from cases.annual import release_report
from cases.codes import GapType, Party, ReleaseAudience, Status
from cases.documents import FORMATS, Figure, Table
from cases.documents.cells import plain
from cases.models import AnnualSummary, Concern, Release
from cases.swedish import A_DAY
from tests.api.asking import MOST_QUESTIONS, browser_of, listed, questions, refused, shown
from tests.cases.test_summaries import FEBRUARY, history, summary  # noqa: F401
from tests.sharing import shared

SUMMARIES, RELEASES, CURRENT = "summaries/", "releases/", "summaries/current/"


pytestmark = pytest.mark.clock(FEBRUARY)


@shared
def fixed(summary, sanna) -> AnnualSummary:  # noqa: F811
    return services.fix_summary(summary, actor=sanna)


@shared
def release(fixed, sanna) -> Release:
    return services.make_release(fixed, actor=sanna, audience=ReleaseAudience.NETWORK)


@shared
def out(release, sanna, bea) -> Release:
    for person in (sanna, bea):
        release = services.approve_release(release, actor=person, seen=release.fingerprint)
    return release


def tables_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    blocks = [block for section in document["sections"] for block in section["blocks"]]
    return [block["table"] for block in blocks if "table" in block]


def values_of(report: Any) -> list[list[list[Any]]]:
    """Return every cell of a page's report, table by table, as a program would want it."""
    blocks = [block for section in report.sections for block in section.blocks]
    tables = [block.table if isinstance(block, Figure) else block for block in blocks]
    return [
        [
            [None if value is None else plain(value, column) for value, column in zip(row, one.columns, strict=True)]
            for row in one.rows
        ]
        for one in tables
        if isinstance(one, Table)
    ]


# ---- the annual summary ----


@pytest.mark.once
@pytest.mark.parametrize("name", ["sanna", "bea", "berit"])
def test_the_tables_are_those_of_the_page_cell_by_cell(fixed, name, request):
    person = request.getfixturevalue(name)
    page = browser_of(person).get(fixed.get_absolute_url()).context["report"]
    told = shown(person, f"{SUMMARIES}{fixed.pk}/")["document"]
    assert [table["rows"] for table in tables_of(told)] == values_of(page)
    assert [section["title"] for section in told["sections"]] == [section.title for section in page.sections]
    assert (told["title"], told["draft"], told["scope"]) == (page.title, False, "INTERNAL")


def test_the_words_of_the_group_stand_in_it(summary, sanna):  # noqa: F811
    services.write_text(summary, actor=sanna, key="lardomar", body="Vi lärde oss ett och annat.")
    services.assess(summary, actor=sanna, body="Det går framåt.", grounds="Två möten.", on=FEBRUARY.date())
    told = shown(sanna, f"{SUMMARIES}{summary.pk}/")
    assert {text["key"]: text["body"] for text in told["texts"]}["lardomar"] == "Vi lärde oss ett och annat."
    assert told["assessed_on"] == FEBRUARY.date().isoformat()
    assert "Det går framåt." in json.dumps(told["document"], ensure_ascii=False)


def test_what_has_changed_since_stands_beside_it(fixed, sanna):
    assert shown(sanna, f"{SUMMARIES}{fixed.pk}/")["corrections"] == []
    Concern.objects.filter(type_set=GapType.ORGANISATION).update(type_set=GapType.RELATION)
    page = browser_of(sanna).get(fixed.get_absolute_url()).context["changed"]
    told = shown(sanna, f"{SUMMARIES}{fixed.pk}/")
    assert [(c["name"], c["frozen"], c["now"]) for c in told["corrections"]] == [
        (c.name, c.frozen, c.now) for c in page
    ]
    assert told["corrections"]
    assert told["is_same"]


def test_from_a_figure_the_kansli_comes_to_its_cases(fixed, sanna, history):  # noqa: F811
    [balance] = [t for t in tables_of(shown(sanna, f"{SUMMARIES}{fixed.pk}/")["document"]) if t["key"] == "avslut"]
    columns = [column["key"] for column in balance["columns"]]
    for link in balance["links"]:
        found = browser_of(sanna).get(link["url"]).json()["results"]
        assert len(found) == balance["rows"][link["row"]][columns.index(link["column"])]
    assert balance["links"]
    # Nothing stands behind a zero.
    assert all(balance["rows"][link["row"]][columns.index(link["column"])] for link in balance["links"])


@pytest.mark.parametrize("name", ["bea", "berit"])
def test_others_get_no_way_to_the_cases(fixed, name, request):
    told = shown(request.getfixturevalue(name), f"{SUMMARIES}{fixed.pk}/")["document"]
    assert all(table["links"] == [] for table in tables_of(told))


def test_the_styrelse_reads_what_is_fixed(summary, sanna, berit):  # noqa: F811
    assert listed(berit, SUMMARIES) == []
    assert browser_of(berit).get(f"/api/v1/{SUMMARIES}{summary.pk}/").status_code == 404
    services.fix_summary(summary, actor=sanna)
    [row] = listed(berit, SUMMARIES)
    assert (row["id"], row["name"], row["is_fixed"]) == (summary.pk, "2025", True)


def test_a_new_version_is_named_by_the_one_before(fixed, sanna):
    again = services.begin_summary(fixed.association, actor=sanna, period=fixed.period)
    told = shown(sanna, f"{SUMMARIES}{fixed.pk}/", fields="id,versions")
    assert [(one["id"], one["version"], one["is_fixed"]) for one in told["versions"]] == [(again.pk, 2, False)]
    assert told.keys() == {"id", "versions"}


@pytest.mark.once
@pytest.mark.parametrize("form", FORMATS)
def test_every_kind_of_file_is_the_one_of_the_page(fixed, sanna, form):
    here = browser_of(sanna).get(f"/api/v1/{SUMMARIES}{fixed.pk}/files/{form}/")
    page = browser_of(sanna).get(reverse("annual_file", args=[fixed.pk, form]))
    assert here.headers["Content-Type"] == page.headers["Content-Type"] == FORMATS[form].media_type
    assert here.headers["Content-Disposition"] == page.headers["Content-Disposition"]
    assert here.content[:4] == page.content[:4]


def test_the_list_is_narrowed(fixed, sanna):
    draft = services.begin_summary(fixed.association, actor=sanna, period=fixed.period)
    for wish, wanted in (({"is_fixed": "true"}, fixed), ({"is_fixed": "false"}, draft)):
        assert [row["id"] for row in listed(sanna, SUMMARIES, forbund="PRO", **wish)] == [wanted.pk]
    assert listed(sanna, SUMMARIES, first__gte="2025-02-01") == []


@pytest.mark.once
def test_a_longer_list_puts_no_more_questions(fixed, sanna):
    few = questions(sanna, SUMMARIES)
    services.begin_summary(fixed.association, actor=sanna, period=fixed.period)
    assert questions(sanna, SUMMARIES) == few <= MOST_QUESTIONS


# ---- what leaves ----


def test_a_release_shows_marks_where_numbers_are_hidden(release, sanna, bea):
    for person in (sanna, bea):
        told = shown(person, f"{RELEASES}{release.pk}/")
        assert [table["rows"] for table in tables_of(told["document"])] == values_of(release_report(release))
        assert any(".." in row for table in tables_of(told["document"]) for row in table["rows"])
        assert (told["document"]["scope"], told["is_out"]) == ("PROTECTED", False)


def test_the_styrelse_and_the_network_get_what_is_out(release, sanna, bea, berit):
    assert listed(berit, RELEASES) == []
    assert browser_of(sanna).get(f"/api/v1/{RELEASES}{release.pk}/network/json/").status_code == 404
    for person in (sanna, bea):
        services.approve_release(release, actor=person, seen=release.fingerprint)
    assert [row["id"] for row in listed(berit, RELEASES, is_out="true", audience="NETWORK")] == [release.pk]
    here = browser_of(berit).get(f"/api/v1/{RELEASES}{release.pk}/network/json/")
    page = browser_of(berit).get(reverse("network_file", args=[release.pk, "json"]))
    assert here.content == page.content


def test_a_release_is_named_by_its_summary(out, sanna):
    [address] = shown(sanna, f"{SUMMARIES}{out.summary_id}/", fields="releases")["releases"]
    assert browser_of(sanna).get(address).json()["fingerprint"] == out.fingerprint
    assert [row["id"] for row in listed(sanna, RELEASES, summary=out.summary_id)] == [out.pk]


def test_nobody_finds_out_by_a_filter_which_summaries_there_are(summary, berit, olle):  # noqa: F811
    for person in (berit, olle):
        answer = browser_of(person).get(f"/api/v1/{RELEASES}", {"summary": summary.pk})
        assert refused(answer, 400) == ("invalid", ["summary"])


@pytest.mark.parametrize("name", ["rakel", "karl", "adam", "olle"])
def test_to_others_neither_exists(out, name, request):
    person = request.getfixturevalue(name)
    assert listed(person, SUMMARIES) == listed(person, RELEASES) == []
    for address in (f"{SUMMARIES}{out.summary_id}/", f"{RELEASES}{out.pk}/", f"{RELEASES}{out.pk}/files/pdf/"):
        assert browser_of(person).get(f"/api/v1/{address}").status_code == 404


# ---- a period as it stands now ----


@pytest.mark.once
@pytest.mark.parametrize("name", ["sanna", "bea", "berit"])
@pytest.mark.parametrize("query", [{}, {"period": "2025"}, {"fran": "2025-03-01", "till": "2025-03-31"}])
def test_the_figures_of_a_period_are_those_of_its_page(history, name, query, request):  # noqa: F811
    person = request.getfixturevalue(name)
    page = browser_of(person).get(reverse("summary"), query).context["summary"]
    told = shown(person, CURRENT, **query)
    assert (told["first"], told["last"]) == (page.period.first.isoformat(), page.period.last.isoformat())
    assert told["balance"] == {key: getattr(page.balance, key) for key in told["balance"]}
    assert {one["status"]: one["count"] for one in told["now"]["by_status"]} == dict(page.now.by_status)
    assert [told["now"][key] for key in ("total", "late", "late_triage")] == [
        page.now.total, page.now.late, page.now.late_triage
    ]  # fmt: skip
    assert all(cell["count"] == page.parts.cell(cell["party"], cell["gap_type"]) for cell in told["parts"]["cells"])
    assert len(told["parts"]["cells"]) == len(Party) * (len(GapType) + 1)
    assert (told["parts"]["cases"], told["parts"]["concerns"]) == (page.parts.cases, page.parts.concerns)
    for kind in ("handling", "answer", "close"):
        days = getattr(page.times, kind)
        assert told["times"][kind] == {"count": days.count, "median": days.median, "ninetieth": days.ninetieth}
    assert told["times"]["answer_kept"]["share"] == page.times.answer_kept.share


def test_the_kansli_comes_from_a_figure_to_its_cases(history, sanna, bea):  # noqa: F811
    told = shown(sanna, CURRENT, period="2025")
    counted = {"new": told["balance"]["new"], "open": told["now"]["total"], "late": told["now"]["late"]}
    for name, count in counted.items():
        assert len(browser_of(sanna).get(told["cases"][name]).json()["results"]) == count
    for cell in told["parts"]["cells"]:
        assert len(browser_of(sanna).get(cell["url"]).json()["results"]) == cell["count"]
    other = shown(bea, CURRENT, period="2025")
    assert other["cases"] is None
    assert {cell["url"] for cell in other["parts"]["cells"]} == {None}


@pytest.mark.parametrize("name", ["rakel", "karl", "adam"])
def test_figures_are_for_those_with_a_summary_role(history, name, request):  # noqa: F811
    answer = browser_of(request.getfixturevalue(name)).get(f"/api/v1/{CURRENT}", {"forbund": "PRO"})
    assert answer.status_code in (403, 404)


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ({"period": "1850"}, "period"), ({"period": "x"}, "period"), ({"fran": "2025-01-01"}, "till"),
        ({"fran": "2025-02-01", "till": "2025-01-01"}, "till"), ({"from": "2025-01-01"}, "from"),
        ({"fran": "i går", "till": "2025-01-01"}, "fran"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_for_is_refused_by_name(history, sanna, query, place):  # noqa: F811
    answer = browser_of(sanna).get(f"/api/v1/{CURRENT}", query)
    assert refused(answer, 400) == ("invalid", [place])


@pytest.mark.parametrize("period", ["1850", "x", "2026-t4"])
def test_a_period_that_is_none_is_told_how_one_is_written(history, sanna, period):  # noqa: F811
    told = browser_of(sanna).get(f"/api/v1/{CURRENT}", {"period": period}).json()
    assert [one["detail"] for one in told["errors"]] == [NO_SUCH_PERIOD]


def test_a_day_that_is_none_is_told_how_one_is_written(history, sanna):  # noqa: F811
    told = browser_of(sanna).get(f"/api/v1/{CURRENT}", {"fran": "i går", "till": "2025-01-01"}).json()
    assert [one["detail"] for one in told["errors"]] == [A_DAY]


def test_another_forbund_does_not_exist(history, sanna, olle):  # noqa: F811
    assert browser_of(sanna).get(f"/api/v1/{CURRENT}", {"forbund": "ANN"}).status_code == 404
    assert browser_of(olle).get(f"/api/v1/{CURRENT}", {"forbund": "PRO"}).status_code == 404
    assert shown(olle, CURRENT)["association"] == "ANN"


def test_every_status_that_is_counted_is_one_of_the_flow(history, sanna):  # noqa: F811
    assert {one["status"] for one in shown(sanna, CURRENT)["now"]["by_status"]} <= set(Status.values)


def test_a_figure_has_no_dust_of_binary_fractions():
    assert shapes.Figure().to_representation(4.300000000000004) == 4.3
