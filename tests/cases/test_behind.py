"""Every figure of an annual summary leads to exactly its cases, and an independent count agrees with them."""

import datetime as dt
from collections import Counter
from types import SimpleNamespace

import pytest
from django.urls import reverse

from cases import clocks, services
from cases.annual import UnknownFigure, cases_behind, corrections, report_of
from cases.clocks import STOCKHOLM
from cases.codes import Cause, ConcernState, DismissReason, GapType, Party
from cases.documents.shape import Figure, Table
from cases.models import Case, Concern, Event
from cases.services import Concerned, Plan
from cases.statistics import Period
from tests.pages import browser_of
from tests.sharing import shared

YEAR = Period.year(2025)
FEBRUARY = dt.datetime(2026, 2, 2, 12, tzinfo=STOCKHOLM)
DAY = dt.timedelta(days=1)


def on(month: int, day: int, year: int = 2025):
    """Move the program's clock to noon of a day."""
    return clocks.at(dt.datetime(year, month, day, 12, tzinfo=STOCKHOLM))


@shared
def year(forbund, annat_forbund, file_case, flow, sanna, karl, rakel, kommun, fk, frida, insats):
    """A year with one of everything, frozen in February after it: the summary and its cases."""
    both = [Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)]
    with on(12, 20, 2024):
        over_new_year = file_case()
    with on(1, 10):
        flow.to_closed(over_new_year)
        answered, late, gone = file_case(concerned=both), file_case(), file_case(initiative=insats)
    with on(2, 3):
        reopened = flow.to_closed(file_case())
        services.classify(
            gone, actor=sanna, types={c.pk: GapType.RELATION for c in gone.concerns.all()}, initiative=insats
        )
        services.dismiss(gone, actor=sanna, reason=DismissReason.TOO_LITTLE, reply="Vi förstår inte.")
        doubled = file_case()
        services.dismiss(
            doubled, actor=sanna, reason=DismissReason.DUPLICATE, duplicate_of=answered.number, reply="Samma."
        )
        referred = file_case()
        services.refer(referred, actor=sanna, reply="Vänd dig dit.", elsewhere="Socialstyrelsen")
        taken_back = file_case()
        services.withdraw(taken_back, actor=rakel)
        flow.send(late)
    with on(2, 10):
        services.reopen(reopened, actor=sanna, reason="Det hände igen.")
        services.join(late, actor=sanna, new_title="Brevlådor utan bemanning")
        flow.send(answered)
    with on(3, 5):
        plan = Plan("Bemanna brevlådan.", Cause.RESOURCES, "Enhetschefens funktion", dt.date(2025, 5, 1))
        services.answer(
            Case.objects.get(pk=answered.pk),
            actor=karl,
            concern=answered.concerns.get(member=kommun),
            finding="Ingen läser den.",
            gap_type=GapType.STRUKTUR,
            cause=Cause.RESOURCES,
            plans=[plan],
        )
    with on(12, 31):
        last_day = file_case(gap_type=None)
    with on(1, 1, 2026):
        file_case()
    with clocks.at(FEBRUARY):
        summary = services.begin_summary(forbund, actor=sanna, period=YEAR)
    return SimpleNamespace(summary=summary, reopened=reopened, late=late, answered=answered, last_day=last_day)


def tables_of(summary) -> list[Table]:
    """Return every table of the report, with a link that is the figure's name."""
    blocks = [block for section in report_of(summary, link=lambda name: name).sections for block in section.blocks]
    found = [block.table if isinstance(block, Figure) else block for block in blocks]
    return [table for table in found if isinstance(table, Table)]


def linked(summary) -> list[tuple[str, int]]:
    """Return each figure's name and what stands in its cell."""
    cells = []
    for table in tables_of(summary):
        columns = [column.key for column in table.columns]
        cells += [(name, table.rows[row][columns.index(key)]) for (row, key), name in table.links.items()]
    return cells


def test_every_link_of_the_report_leads_to_as_many_as_the_figure_says(year):
    found = linked(year.summary)
    assert len(found) > 50
    # One row for each concern, step or case; a case that came back and ended twice is two steps.
    assert {name: rows for name, value in found if (rows := cases_behind(year.summary, name).count()) != value} == {}


@pytest.mark.once
def test_the_list_shows_each_of_those_cases_once(year, sanna):
    browser = browser_of(sanna)
    for name, value in linked(year.summary):
        if value:
            shown = browser.get(reverse("case_list"), {"figur": f"{year.summary.pk}:{name}"})
            cases = set(cases_behind(year.summary, name).values_list("case_key", flat=True))
            assert {row.case.pk for row in shown.context["rows"]} == cases


def test_every_figure_that_can_be_corrected_is_found_by_its_name(year, annat_forbund, olle):
    with clocks.at(FEBRUARY):
        nothing = services.figures_of(services.begin_summary(annat_forbund, actor=olle, period=YEAR))
    told = corrections(year.summary, services.figures_of(year.summary), nothing)
    counts = {one.name: one.frozen for one in told if not one.name.endswith(("median", "ninetieth"))}
    assert {name.split(".")[0] for name in counts} >= {"balance", "part", "answer", "outcome", "place", "direction"}
    assert {n: rows for n, value in counts.items() if (rows := cases_behind(year.summary, n).count()) != value} == {}


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("balance.opening", 1),
        ("balance.new", 8),
        ("balance.new.2025-12", 1),
        ("balance.new.2024", 1),
        ("balance.ended", 6),
        ("balance.closed", 2),
        ("balance.reopened", 1),
        ("balance.duplicates", 1),
        ("balance.closing.2025-01", 3),
        ("open.ALL", 4),
        ("part.ALL.ALL", 9),
        ("part.FORSAKRINGSKASSAN.ALL", 1),
        ("part.KOMMUN.NONE", 4),
        ("place.NONE", 7),
        ("answer.done", 3),
        ("measure.ALL", 1),
        ("measure.LATE", 1),
        ("views.KANSLI.MEMBER", 1),
        ("helped.ALL", 0),
    ],
)
def test_a_name_finds_its_cases(year, name, count):
    assert cases_behind(year.summary, name).count() == count


@pytest.mark.parametrize(
    "name",
    [
        "", "balance", "balance.", "balance.all", "balance.new.2026-01", "balance.new.2025-13", "balance.new.1999",
        "balance.new.2025-03.2025-04", "part.KOMMUN", "part.KOMMUNEN.ALL", "part.KOMMUN.x", "outcome.x", "cause.x",
        "member.x.never", "member.1.x", "place.x", "place.-1", "views.REPORTER.x", "views.x.REPORTER", "helped.x",
        "handling.x", "answer.x", "closing.kept", "measure.x", "direction.x.y", "pattern.1.x", "open.x", "x.y", "%00",
        "member.9999999999999999999.never",
    ],
)  # fmt: skip
def test_a_name_that_no_figure_has_is_refused(year, name):
    with pytest.raises(UnknownFigure):
        cases_behind(year.summary, name)


# ---- the list ----


@pytest.mark.parametrize("asked", ["x", "1", ":balance.new", "{pk}", "{pk}:", "{pk}:balance.x", "999999:balance.new"])
def test_the_list_refuses_a_figure_that_is_not_there(year, sanna, asked):
    answer = browser_of(sanna).get(reverse("case_list"), {"figur": asked.format(pk=year.summary.pk)})
    assert answer.status_code == 422
    assert "Siffran finns inte" in answer.content.decode()
    assert not answer.context["rows"]


@pytest.mark.parametrize("who", ["bea", "berit", "olle", "karl", "rakel"])
def test_whoever_knows_only_a_part_of_the_cases_cannot_ask_by_figure(year, who, request):
    answer = browser_of(request.getfixturevalue(who)).get(
        reverse("case_list"), {"figur": f"{year.summary.pk}:part.FORSAKRINGSKASSAN.ALL"}
    )
    assert answer.status_code == 422


def test_the_list_keeps_the_figure_when_it_is_narrowed_and_exported(year, sanna):
    figure = f"{year.summary.pk}:balance.new"
    page = browser_of(sanna).get(reverse("case_list"), {"figur": figure, "part": "FORSAKRINGSKASSAN"})
    assert page.context["form"]["figur"].value() == figure
    assert len(page.context["rows"]) == 1
    export = browser_of(sanna).get(reverse("case_csv"), {"figur": figure})
    assert b"".join(export.streaming_content).count(b"LH-PRO-2025") == 8


# ---- an independent count ----


def test_plain_python_counts_the_same_balance(year, forbund):
    """Count anew from the model's rows, step by step, without any of the program's counting."""
    state, new, ended, reopened = Counter(), 0, 0, 0
    for event in Event.objects.filter(case__association=forbund).order_by("at", "pk"):
        day, verb = clocks.local_date(event.at), event.verb
        within = day.year == 2025
        if verb == "file":
            state["open"] += day.year < 2025
            new += within
        elif verb in ("close", "dismiss", "withdraw", "refer"):
            state["open"] -= day.year < 2025
            ended += within
        elif verb == "reopen":
            reopened += within
    balance = services.figures_of(year.summary).this.balance
    assert (balance.opening, balance.new, balance.ended, balance.reopened) == (state["open"], new, ended, reopened)
    assert balance.closing == state["open"] + new + reopened - ended


def test_plain_python_counts_the_same_parts_and_types(year, forbund):
    rows = Concern.objects.filter(case__association=forbund).exclude(state=ConcernState.WITHDRAWN)
    mine = Counter(
        (row.party, row.type_set) for row in rows.select_related("case") if row.case.received_on.year == 2025
    )
    cells = services.figures_of(year.summary).this.parts.cells
    assert cells == dict(mine)


def test_plain_python_counts_the_same_share_of_answers_in_time(year, forbund):
    kept = settled = 0
    for row in Concern.objects.filter(case__association=forbund, answer_due__isnull=False).select_related("case"):
        if row.state in (ConcernState.PENDING, ConcernState.RETURNED, ConcernState.WITHDRAWN):
            continue
        answered = clocks.local_date(row.answered_at) if row.answered_at else None
        ended = clocks.local_date(row.case.ended_at) if row.case.ended_at else None
        in_time = answered is not None and answered <= row.answer_due
        if in_time and answered.year == 2025:
            kept, settled = kept + 1, settled + 1
        elif not in_time and (ended is None or ended > row.answer_due):
            late_on = row.answer_due + DAY
            settled += late_on.year == 2025 and late_on <= FEBRUARY.date()
    found = services.figures_of(year.summary).this.times.answer_kept
    assert (found.kept, found.settled) == (kept, settled)
    assert settled > kept > 0


# ---- what has changed since ----


def changed(summary) -> dict[str, tuple[object, object]]:
    found = corrections(summary, services.figures_of(summary), services.figures_today(summary))
    return {one.name: (one.frozen, one.now) for one in found}


def test_nothing_has_changed_at_first(year):
    with clocks.at(FEBRUARY):
        assert changed(year.summary) == {}


def test_a_type_that_is_set_otherwise_is_told_by_name(year, sanna):
    with clocks.at(FEBRUARY):
        Concern.objects.filter(case=year.late).update(type_set=GapType.RELATION)
        found = changed(year.summary)
    assert found["part.KOMMUN.RELATION"] == (1, 2)
    assert found["part.KOMMUN.ORGANISATION"][1] == found["part.KOMMUN.ORGANISATION"][0] - 1


def test_a_closing_after_the_period_is_no_correction_of_its_balance(year, flow):
    with clocks.at(FEBRUARY):
        flow.to_closed(year.last_day)
        assert not [name for name in changed(year.summary) if name.startswith(("balance", "outcome"))]
