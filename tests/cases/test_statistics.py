"""Figures: known cases by hand, random histories through the services, and a recount in plain Python."""

import datetime as dt
import statistics as plain
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cases import clocks, services
from cases import statistics as figures
from cases.clocks import STOCKHOLM
from cases.codes import DismissReason, GapType, Party, Status
from cases.errors import DomainError
from cases.models import Case, Concern, Question
from cases.services import Concerned
from cases.statistics import Balance, Days, Kept, Period, live
from tests.recounting import (
    recounted_answers,
    recounted_cells,
    recounted_closings,
    recounted_handling,
    recounted_open,
    spread_of,
)
from tests.sharing import shared, tool

YEAR = Period.year(2026)


def noon(month: int, day: int, year: int = 2026, hour: int = 12, minute: int = 0) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=STOCKHOLM)


@contextmanager
def on(month: int, day: int, **fields: int) -> Iterator[None]:
    with clocks.at(noon(month, day, **fields)):
        yield


def one(work: Callable, cases: object, period: Period) -> object:
    """Count for one period, of the cases as they are now."""
    [found] = work(live(cases), [period])
    return found


@tool
def cases(forbund, sanna) -> Callable[[], object]:
    """Return a function that gives the cases that Sanna counts."""
    return lambda: Case.objects.countable_by(sanna).filter(association=forbund)


def close_on(case: Case, flow: SimpleNamespace, month: int, day: int) -> Case:
    with on(month, day):
        return flow.to_closed(case)


# ---- periods ----


def test_a_year_has_its_first_and_last_day():
    assert Period.year(2024) == Period(dt.date(2024, 1, 1), dt.date(2024, 12, 31))


def test_three_tertials_make_a_year_with_its_leap_day():
    days = [(p.last - p.first).days + 1 for p in (Period.tertial(2024, n) for n in (1, 2, 3))]
    assert days == [31 + 29 + 31 + 30, 31 + 30 + 31 + 31, 30 + 31 + 30 + 31]


def test_a_period_begins_and_ends_at_swedish_midnight():
    summer = Period(dt.date(2026, 7, 1), dt.date(2026, 7, 31))
    assert summer.start.astimezone(clocks.UTC).hour == 22
    assert YEAR.end.astimezone(clocks.UTC) == dt.datetime(2026, 12, 31, 23, tzinfo=clocks.UTC)


# ---- balance ----


def test_an_empty_year_is_all_zeros(cases):
    with on(6, 1):
        found = figures.summary(live(cases()), Period.year(2025))
    assert found.balance == Balance(0, 0, 0, 0, 0, 0, 0, 0)
    assert (found.times.handling.median, found.times.answer.ninetieth, found.times.close.count) == (None, None, 0)
    assert found.times.answer_kept.share is None
    assert found.parts.cases == found.parts.concerns == found.now.total == 0


def test_the_year_changes_at_swedish_midnight(cases, file_case):
    with on(12, 31, year=2025, hour=23, minute=30):
        file_case()
    with on(1, 1, minute=15, hour=0):
        file_case()
    assert one(figures.balances, cases(), Period.year(2025)).new == 1
    assert one(figures.balances, cases(), YEAR) == Balance(1, 1, 0, 0, 0, 0, 0, 0)


def test_a_case_over_new_year_opens_the_next_one(cases, file_case, flow):
    with on(12, 1, year=2025):
        case = file_case()
    close_on(case, flow, 1, 20)
    assert one(figures.balances, cases(), Period.year(2025)).closing == 1
    assert one(figures.balances, cases(), YEAR) == Balance(1, 0, 0, 1, 0, 0, 0, 0)


def test_a_reopened_case_is_new_once_and_ends_twice(cases, file_case, flow, sanna):
    with on(2, 1):
        case = file_case()
    case = close_on(case, flow, 3, 1)
    with on(3, 10):
        services.reopen(case, actor=sanna, reason="Det blev inte bra.")
    with on(4, 1):
        flow.close(flow.again(case))
    assert one(figures.balances, cases(), YEAR) == Balance(0, 1, 1, 2, 0, 0, 0, 0)


def test_each_way_to_end_has_its_own_figure(cases, file_case, flow, sanna, rakel):
    with on(2, 1):
        closed, thin, double, back, away = (file_case() for _ in range(5))
        flow.to_closed(closed)
        services.dismiss(thin, actor=sanna, reason=DismissReason.TOO_LITTLE, reply="Vi vet för lite.")
        services.dismiss(
            double,
            actor=sanna,
            reason=DismissReason.DUPLICATE,
            reply="Samma som ett annat.",
            duplicate_of=closed.number,
        )
        services.withdraw(back, actor=rakel)
        services.refer(away, actor=sanna, reply="Det hör till regionen.", elsewhere="Regionen")
    found = one(figures.balances, cases(), YEAR)
    assert found == Balance(opening=0, new=5, reopened=0, closed=1, dismissed=1, duplicates=1, withdrawn=1, referred=1)
    assert (found.ended, found.closing) == (5, 0)


def test_a_referred_case_ends_here_and_is_new_there(cases, file_case, sanna, annat_forbund, olle):
    with on(2, 1):
        services.refer(file_case(), actor=sanna, reply="Det hör dit.", to=annat_forbund)
    there = Case.objects.countable_by(olle)
    assert one(figures.balances, cases(), YEAR).referred == 1
    assert one(figures.balances, there, YEAR) == Balance(0, 1, 0, 0, 0, 0, 0, 0)


def test_a_merged_forbund_hands_its_open_cases_over(cases, file_case, adam, annat_forbund):
    with on(2, 1):
        file_case()
        services.merge(Case.objects.get().association, into=annat_forbund, actor=adam)
    assert one(figures.balances, cases(), YEAR).referred == 1


def test_another_forbunds_cases_are_not_counted(file_case, olle):
    with on(2, 1):
        file_case()
    assert one(figures.balances, Case.objects.countable_by(olle), YEAR).new == 0


def test_a_board_member_counts_cases_that_they_may_not_open(file_case, berit):
    with on(2, 1):
        file_case()
    assert one(figures.balances, Case.objects.countable_by(berit), YEAR).new == 1
    assert not Case.objects.visible_to(berit).exists()


# ---- part and type ----


def test_a_case_with_two_concerns_stands_in_two_cells_and_counts_once(cases, file_case, kommun, fk):
    with on(2, 1):
        file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)])
    found = one(figures.part_tables, cases(), YEAR)
    assert found.cell(Party.KOMMUN, figures.TYPE_NOT_SET) == 1
    assert (found.of_party(Party.FORSAKRINGSKASSAN), found.of_type(""), found.concerns, found.cases) == (1, 2, 2, 1)


def test_two_units_of_one_party_are_two_concerns_in_one_case(cases, file_case, kommun, enhet):
    with on(2, 1):
        file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.KOMMUN, kommun, enhet)])
    assert one(figures.part_tables, cases(), YEAR).cell(Party.KOMMUN, "") == 2


def test_the_type_that_the_kansli_set_counts(cases, file_case, flow):
    with on(2, 1):
        flow.send(file_case(gap_type=GapType.RELATION))
    found = one(figures.part_tables, cases(), YEAR)
    assert list(found.cells) == [(Party.KOMMUN, GapType.ORGANISATION)]


def test_a_struck_concern_is_not_in_the_table(cases, file_case, kommun, fk, sanna):
    with on(2, 1):
        case = file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)])
        services.withdraw_concern(case, actor=sanna, concern=case.concerns.last(), reason="Fel part.")
    assert one(figures.part_tables, cases(), YEAR).concerns == 1


# ---- open and late ----


def test_each_late_clock_has_its_kind(cases, file_case, flow, sanna, forbund):
    with on(2, 1):
        file_case()
        flow.send(file_case())
        flow.acknowledge(flow.send(file_case()))
    with on(2, 5):
        assert figures.open_now(live(cases())).late == 0
    with on(2, 13):
        found = figures.open_now(live(cases()))
    assert (found.total, found.late, found.late_triage, found.late_acknowledge) == (3, 2, 1, 1)
    with on(4, 20):
        found = figures.open_now(live(cases()))
    assert (found.late, found.late_acknowledge, found.late_answer) == (3, 1, 2)


def test_a_late_measure_is_late(cases, file_case, flow, karl):
    plan = services.Plan("Bemanna brevlådan", "RESOURCES", "Enhetschefen", dt.date(2026, 3, 1))
    with on(2, 1):
        case = flow.answer(flow.send(file_case()))
        services.add_measure(case, actor=karl, concern=case.concerns.get(), plan=plan)
    with on(3, 2):
        found = figures.open_now(live(cases()))
    assert (found.by_status, found.late, found.late_measure) == ({Status.IN_PROGRESS: 1}, 1, 1)


def test_a_reopened_case_that_the_kansli_has_not_taken_up_is_late(cases, case, flow, rakel, moved):
    services.reopen(flow.to_closed(case), actor=rakel, reason="Det hände igen.")
    with moved(6):
        found = figures.open_now(live(cases()))
    assert (found.late, found.late_triage) == (1, 1)


def test_a_case_that_has_ended_is_never_late(cases, file_case, flow):
    with on(2, 1):
        flow.to_closed(file_case())
    with on(12, 1):
        found = figures.open_now(live(cases()))
    assert (found.total, found.late) == (0, 0)


# ---- days ----


def test_days_are_counted_from_filing_sending_and_filing(cases, file_case, flow):
    with on(2, 1):
        case = file_case()
    with on(2, 4):
        case = flow.send(case)
    with on(2, 24):
        case = flow.answer(case)
    with on(3, 3):
        flow.close(case)
        found = figures.summary(live(cases()), YEAR)
    assert (found.times.handling, found.times.answer, found.times.close) == (
        Days(((3, 1),)),
        Days(((20, 1),)),
        Days(((30, 1),)),
    )
    assert (found.times.handling_kept, found.times.answer_kept) == (Kept(1, 1), Kept(1, 1))


def test_days_are_swedish_days_also_over_summer_time(cases, file_case, flow):
    with on(3, 28, hour=23, minute=30):
        case = file_case()
    with on(3, 30, hour=0, minute=30):
        flow.to_closed(case)
        assert one(figures.days_to_close, cases(), YEAR) == Days(((2, 1),))


def test_the_leap_day_is_a_day(cases, file_case, flow):
    with on(2, 28, year=2024):
        case = file_case()
    with on(3, 1, year=2024):
        flow.to_closed(case)
        assert one(figures.days_to_close, cases(), Period.year(2024)) == Days(((2, 1),))


def test_days_run_to_the_last_closing(cases, file_case, flow, sanna):
    with on(2, 1):
        case = file_case()
    case = close_on(case, flow, 2, 11)
    with on(2, 20):
        case = services.reopen(case, actor=sanna, reason="Det blev inte bra.")
        assert one(figures.days_to_close, cases(), YEAR).count == 0
    with on(3, 1):
        flow.close(flow.again(case))
        assert one(figures.days_to_close, cases(), YEAR) == Days(((28, 1),))


# ---- within target ----


def test_an_open_case_counts_against_the_target_from_the_day_after(cases, file_case):
    with on(2, 1):
        file_case()
    with on(2, 6):
        assert one(figures.handling_kept, cases(), YEAR) == Kept(0, 0)
    with on(2, 7):
        assert one(figures.handling_kept, cases(), YEAR) == Kept(0, 1)


def test_a_late_start_stays_late_when_the_case_comes_back(cases, file_case, flow, karl):
    with on(2, 1):
        case = file_case()
    with on(2, 20):
        case = flow.send(case)
    with on(2, 25):
        services.return_(case, actor=karl, concern=case.concerns.get(), reason="Hör till regionen.")
        assert one(figures.handling_kept, cases(), YEAR) == Kept(0, 1)


def test_a_report_taken_back_in_time_is_not_counted(cases, file_case, rakel):
    with on(2, 1):
        early, late = file_case(), file_case()
    with on(2, 3):
        services.withdraw(early, actor=rakel)
    with on(2, 12):
        services.withdraw(late, actor=rakel)
        assert one(figures.handling_kept, cases(), YEAR) == Kept(0, 1)


def test_a_note_on_a_report_that_was_taken_back_is_no_handling(cases, file_case, rakel, sanna):
    with on(2, 1):
        case = file_case()
    with on(2, 3):
        services.withdraw(case, actor=rakel)
    with on(2, 20):
        services.note(case, actor=sanna, body="Ringde och tackade.")
        assert one(figures.handling_kept, cases(), YEAR) == Kept(0, 0)
        assert one(figures.days_to_handling, cases(), YEAR).count == 0


def test_each_is_settled_in_one_month(cases, file_case, flow):
    with on(2, 25):
        case = file_case()
    with on(3, 10):
        flow.send(case)
    with on(12, 1):
        months = [one(figures.handling_kept, cases(), Period.month(2026, number)) for number in (2, 3)]
    assert months == [Kept(0, 0), Kept(0, 1)]


def test_an_answer_that_never_came_counts_as_late(cases, file_case, flow, sanna):
    with on(2, 1):
        case = flow.send(file_case())
    with on(6, 1):
        services.mark_unanswered(case, actor=sanna, concern=case.concerns.get(), reason="Påmind åtta gånger.")
        assert one(figures.answer_kept, cases(), YEAR) == Kept(0, 1)
        assert one(figures.days_to_answer, cases(), YEAR).count == 0


def test_a_question_to_the_reporter_moves_the_day(cases, file_case, flow, karl, rakel):
    with on(2, 1):
        case = flow.send(file_case())
    with on(3, 1):
        services.ask(case, actor=karl, body="Vilken enhet?", concern=case.concerns.get())
    with on(3, 11):
        services.reply(flow.again(case), actor=rakel, question=Question.objects.get(), body="Den på torget.")
    with on(4, 10):
        flow.answer(flow.again(case))
        assert one(figures.answer_kept, cases(), YEAR) == Kept(1, 1)


def test_what_was_given_back_has_no_answer_day(cases, file_case, flow, karl):
    with on(2, 1):
        case = flow.send(file_case())
    with on(2, 2):
        services.return_(case, actor=karl, concern=case.concerns.get(), reason="Hör till regionen.")
    with on(12, 1):
        assert one(figures.answer_kept, cases(), YEAR) == Kept(0, 0)


# ---- percentiles ----

LENGTHS = st.lists(st.integers(0, 400), min_size=2, max_size=60)


@pytest.mark.once
@given(LENGTHS)
def test_percentiles_agree_with_pythons(days):
    found = Days(spread_of(days))
    assert found.median == pytest.approx(plain.median(days))
    assert found.ninetieth == pytest.approx(plain.quantiles(days, n=10, method="inclusive")[8])


@pytest.mark.once
def test_one_case_is_its_own_median():
    assert (Days(((7, 1),)).median, Days(((7, 1),)).ninetieth, Days(()).median) == (7, 7, None)


@pytest.mark.postgres
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(days=LENGTHS)
def test_percentiles_agree_with_postgresqls(db, days):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY d), percentile_cont(0.9) WITHIN GROUP (ORDER BY d) "
            "FROM unnest(%s::int[]) AS d",
            [days],
        )
        middle, ninetieth = cursor.fetchone()
    found = Days(spread_of(days))
    assert (found.median, found.ninetieth) == (pytest.approx(middle), pytest.approx(ninetieth))


# ---- how much it asks ----


@pytest.mark.once
def test_a_summary_asks_fourteen_questions_however_many_cases(cases, file_case, flow, sanna, django_assert_num_queries):
    with on(2, 1):
        file_case()
    counted = cases()  # knowing who Sanna is costs its own
    with on(3, 1), django_assert_num_queries(14):
        figures.summary(live(counted), YEAR)
    with on(3, 1):
        for _ in range(5):
            flow.to_closed(file_case())
    with on(4, 1), django_assert_num_queries(14):
        figures.summary(live(counted), YEAR)


# ---- random histories ----

BEGIN = noon(11, 20, year=2025)
STEPS = st.sampled_from(
    ["file", "send", "answer", "close"] * 2
    + ["acknowledge", "return", "unanswered", "dismiss", "duplicate", "withdraw", "refer", "hand_over", "reopen"]
    + ["strike", "add_concern"]
)
HISTORY = st.lists(st.tuples(STEPS, st.integers(0, 3), st.integers(0, 45)), min_size=6, max_size=22)
MONTHS = [Period.month(2025, 11), Period.month(2025, 12), *(Period.month(2026, m) for m in range(1, 13))]
RANDOM = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=12)


@shared
def world(forbund, annat_forbund, file_case, flow, sanna, karl, rakel, kommun, fk, frida) -> SimpleNamespace:
    """The steps of a random history, each on one case."""

    def concern(case: Case) -> Concern:
        return case.concerns.order_by("pk").last()

    steps = {
        "send": flow.send,
        "acknowledge": flow.acknowledge,
        "answer": flow.answer,
        "close": flow.close,
        "return": lambda case: services.return_(case, actor=karl, concern=concern(case), reason="Inte vårt."),
        "unanswered": lambda case: services.mark_unanswered(
            case, actor=sanna, concern=concern(case), reason="Ingen svarar."
        ),
        "dismiss": lambda case: services.dismiss(
            case, actor=sanna, reason=DismissReason.OTHER, reply="Vi går inte vidare."
        ),
        "duplicate": lambda case: services.dismiss(
            case,
            actor=sanna,
            reason=DismissReason.DUPLICATE,
            reply="Samma som ett annat.",
            duplicate_of=Case.objects.filter(association=forbund).order_by("pk").first().number,
        ),
        "withdraw": lambda case: services.withdraw(case, actor=rakel),
        "refer": lambda case: services.refer(case, actor=sanna, reply="Hör dit.", elsewhere="Regionen"),
        "hand_over": lambda case: services.refer(case, actor=sanna, reply="Hör dit.", to=annat_forbund),
        "reopen": lambda case: services.reopen(case, actor=sanna, reason="Det kom tillbaka."),
        "strike": lambda case: services.withdraw_concern(case, actor=sanna, concern=concern(case), reason="Fel part."),
        "add_concern": lambda case: services.add_concern(
            case, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk)
        ),
    }
    return SimpleNamespace(forbund=forbund, sanna=sanna, file=file_case, steps=steps)


@contextmanager
def lived_through(world: SimpleNamespace, history) -> Iterator[list[tuple[dt.date, str]]]:
    """Live a history, keep a plain diary of what became open and what ended, and undo it all afterwards."""
    diary, moment = [], BEGIN
    with transaction.atomic():
        for step, which, days in history:
            moment += dt.timedelta(days=days % 9 if step == "file" else days / 2)
            with clocks.at(moment):
                _take(world, step, which, diary)
        with clocks.at(moment):
            yield diary
        transaction.set_rollback(True)


def _take(world: SimpleNamespace, step: str, which: int, diary: list) -> None:
    here = list(Case.objects.filter(association=world.forbund).order_by("pk"))
    if step == "file" or not here:
        world.file()
        diary.append((clocks.today(), "new"))
        return
    case = here[which % len(here)]
    try:
        world.steps[step](case)
    except DomainError:
        return
    after = Case.objects.get(pk=case.pk)
    if case.ending != after.ending:
        diary.append((clocks.today(), _ending(after)))


def _ending(case: Case) -> str:
    if case.dismiss_reason == DismissReason.DUPLICATE:
        return "duplicates"
    if case.dismiss_reason == DismissReason.WITHDRAWN:
        return "withdrawn"
    return {"": "reopened"}.get(case.ending, case.ending.lower())


def diary_balance(diary, period: Period) -> Balance:
    """Count the diary in plain Python."""
    within = Counter(what for day, what in diary if period.first <= day <= period.last)
    before = [what for day, what in diary if day < period.first]
    opening = sum(1 if what in ("new", "reopened") else -1 for what in before)
    kinds = ("new", "reopened", "closed", "dismissed", "duplicates", "withdrawn", "referred")
    return Balance(opening, *(within[kind] for kind in kinds))


@RANDOM
@given(history=HISTORY)
def test_the_balance_holds_for_every_month_of_every_history(world, history):
    with lived_through(world, history) as diary:
        cases = Case.objects.countable_by(world.sanna).filter(association=world.forbund)
        found = figures.balances(live(cases), MONTHS)
        assert found == [diary_balance(diary, month) for month in MONTHS]
        for before, after in pairwise(found):
            assert before.closing == after.opening
        assert one(figures.balances, cases, Period.year(clocks.today().year)).closing == cases.open().count()
        assert sum(month.new for month in found) == cases.count()


@RANDOM
@given(history=HISTORY)
def test_the_other_figures_agree_with_a_recount(world, history):
    with lived_through(world, history):
        cases = Case.objects.countable_by(world.sanna).filter(association=world.forbund)
        rows, concerns = list(cases), list(Concern.objects.filter(case__in=cases).select_related("case"))
        for period in (Period.year(2025), Period.year(2026), Period.tertial(2026, 1), MONTHS[1]):
            found = figures.summary(live(cases), period)
            assert found.parts.cells == recounted_cells(concerns, period)
            assert found.parts.cases == found.balance.new
            assert (found.times.handling, found.times.handling_kept) == recounted_handling(rows, period)
            assert (found.times.answer, found.times.answer_kept) == recounted_answers(concerns, period)
            assert found.times.close == recounted_closings(rows, period)
        assert figures.open_now(live(cases)) == recounted_open(rows, concerns)
        months = figures.answer_kept(live(cases), MONTHS)
        both = figures.answer_kept(live(cases), [Period.year(2025), Period.year(2026)])
        assert (sum(m.kept for m in months), sum(m.settled for m in months)) == (
            sum(y.kept for y in both),
            sum(y.settled for y in both),
        )
