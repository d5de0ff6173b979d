"""Annual summaries: the rows that are frozen, the figures that come out of them, and who may do what when."""

import datetime as dt
from types import SimpleNamespace

import pytest

from cases import clocks, freezing, services, statistics
from cases.annual import report_of
from cases.clocks import STOCKHOLM
from cases.codes import BreakKind
from cases.documents import FORMATS
from cases.errors import Incomplete, MoveNotAllowed, PersonalDataFound
from cases.models import AnnualSummary, Case, FrozenCase, FrozenPattern
from cases.statistics import Period, annual, canonical, live
from tests.cases.test_races import anew, at_once
from tests.sharing import shared

YEAR = Period.year(2025)
FEBRUARY = dt.datetime(2026, 2, 2, 12, tzinfo=STOCKHOLM)


@shared
def history(file_case, flow) -> SimpleNamespace:
    """Two cases of 2025, one of them closed, and one of 2026."""
    with clocks.at(dt.datetime(2025, 3, 1, 12, tzinfo=STOCKHOLM)):
        closed, open_one = file_case(), file_case()
    with clocks.at(dt.datetime(2025, 4, 10, 12, tzinfo=STOCKHOLM)):
        closed = flow.to_closed(closed)
    with clocks.at(dt.datetime(2026, 1, 7, 12, tzinfo=STOCKHOLM)):
        return SimpleNamespace(closed=closed, open=open_one, later=file_case())


@shared
def summary(forbund, sanna, history) -> AnnualSummary:
    with clocks.at(FEBRUARY):
        return services.begin_summary(forbund, actor=sanna, period=YEAR)


def test_frozen_rows_give_the_figures_that_the_cases_gave(summary, forbund):
    cases = Case.objects.filter(association=forbund, filed_at__lt=YEAR.end)
    with clocks.at(FEBRUARY):
        lived = annual(live(cases), YEAR, trend_from=summary.trend_from)
    assert canonical(services.figures_of(summary)) == canonical(lived)
    assert lived.this.balance == statistics.Balance(0, 2, 0, 1, 0, 0, 0, 0)


def test_what_happens_later_does_not_reach_a_frozen_year(summary, history, flow):
    with clocks.at(FEBRUARY):
        flow.to_closed(history.open)
        assert services.still_the_same(summary, services.figures_of(summary))
        assert services.figures_today(summary) != services.figures_of(summary)


def test_a_case_of_the_next_year_is_not_frozen(summary, history):
    assert not FrozenCase.objects.filter(summary=summary, case_key=history.later.pk).exists()


def test_a_pattern_is_counted_as_far_as_the_period_goes(forbund, sanna, rakel, history):
    with clocks.at(dt.datetime(2025, 5, 1, 12, tzinfo=STOCKHOLM)):
        pattern = services.join(history.open, actor=sanna, new_title="Brevlådor utan bemanning")
    pattern.tallies.create(user=rakel, met_on=dt.date(2025, 12, 31))
    pattern.tallies.create(user=rakel, met_on=dt.date(2026, 1, 1))
    with clocks.at(dt.datetime(2026, 1, 8, 12, tzinfo=STOCKHOLM)):
        services.join(history.later, actor=sanna, pattern=pattern)
        services.make_pattern(forbund, actor=sanna, title="Kom sedan", description="")
        summary = services.begin_summary(forbund, actor=sanna, period=YEAR)
    frozen = summary.frozen_patterns.get()
    assert (frozen.cases, frozen.new_cases, frozen.tallies) == (1, 1, 1)


# ---- who ----


@pytest.mark.parametrize(
    ("who", "drafts", "fixed"),
    [("sanna", 1, 1), ("bea", 1, 1), ("berit", 0, 1), ("rakel", 0, 0), ("olle", 0, 0), ("adam", 0, 0)],
)
def test_kansli_and_group_read_drafts_and_the_styrelse_what_is_fixed(summary, sanna, who, drafts, fixed, request):
    person = request.getfixturevalue(who)
    assert AnnualSummary.objects.readable_by(person).count() == drafts
    with clocks.at(FEBRUARY):
        services.fix_summary(summary, actor=sanna)
    assert AnnualSummary.objects.readable_by(person).count() == fixed


CHANGES = {
    "begin": lambda s, who: services.begin_summary(s.association, actor=who, period=YEAR),
    "write": lambda s, who: services.write_text(s, actor=who, key="lardomar", body="Vi lärde oss."),
    "fix": lambda s, who: services.fix_summary(s, actor=who),
    "total": lambda s, who: services.note_total(
        s.association, actor=who, year=2023, reports=100, is_rough=True, origin="Prov"
    ),
    "break": lambda s, who: services.note_break(
        s.association, actor=who, on=dt.date(2025, 1, 1), kind=BreakKind.FORM, note="Prov"
    ),
}


@pytest.mark.parametrize("who", ["bea", "berit", "rakel", "adam", "olle"])
@pytest.mark.parametrize("change", CHANGES)
def test_only_the_kansli_makes_writes_and_fixes(summary, change, who, request):
    with clocks.at(FEBRUARY), pytest.raises(MoveNotAllowed, match="bara samordnaren"):
        CHANGES[change](summary, request.getfixturevalue(who))


def assess(summary, actor, **words):
    said = {"body": "Samverkan fungerar i stort.", "grounds": "Två möten.", "on": FEBRUARY.date(), **words}
    services.assess(summary, actor=actor, **said)


@pytest.mark.parametrize("who", ["sanna", "bea"])
def test_kansli_and_group_write_the_bedomning(summary, who, request):
    with clocks.at(FEBRUARY):
        assess(summary, request.getfixturevalue(who))
    summary.refresh_from_db()
    assert summary.assessed_on == FEBRUARY.date()
    assert summary.texts.count() == 2


@pytest.mark.parametrize("who", ["berit", "rakel", "olle"])
def test_nobody_else_writes_the_bedomning(summary, who, request):
    with clocks.at(FEBRUARY), pytest.raises(MoveNotAllowed):
        assess(summary, request.getfixturevalue(who))
    assert not summary.texts.exists()


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"body": " "}, "body"),
        ({"grounds": ""}, "grounds"),
        ({"on": dt.date(2026, 2, 3)}, "on"),
        ({"body": "x" * 10_001}, "body"),
    ],
)
def test_a_bedomning_without_words_grounds_or_a_day_that_has_been_is_refused(summary, bea, words, field):
    with clocks.at(FEBRUARY), pytest.raises(Incomplete) as refused:
        assess(summary, bea, **words)
    assert list(refused.value.fields) == [field]
    assert not summary.texts.exists()


def test_the_guard_finds_numbers_in_both_texts_of_a_bedomning_at_once(summary, bea):
    with clocks.at(FEBRUARY), pytest.raises(PersonalDataFound) as refused:
        assess(summary, bea, body="Gäller 640823-3234.", grounds="Se 640823-3234.")
    assert set(refused.value.fields) == {"body", "grounds"}
    assert not summary.texts.exists()


def test_the_guard_stops_a_number_in_a_text(summary, sanna):
    with clocks.at(FEBRUARY), pytest.raises(PersonalDataFound):
        services.write_text(summary, actor=sanna, key="lardomar", body="Ring 640823-3234.")
    assert not summary.texts.exists()


def test_an_empty_text_gives_the_rules_back(summary, sanna):
    with clocks.at(FEBRUARY):
        services.write_text(summary, actor=sanna, key="sammanfattning", body="Våra ord.")
        services.write_text(summary, actor=sanna, key="sammanfattning", body="  ")
    assert not summary.texts.exists()


# ---- when ----


def test_a_second_click_freezes_the_same_draft_anew(summary, sanna, history, flow):
    with clocks.at(FEBRUARY):
        flow.to_closed(history.open)
        again = services.begin_summary(summary.association, actor=sanna, period=YEAR)
    assert again == summary
    assert AnnualSummary.objects.count() == 1
    assert FrozenCase.objects.filter(case_key=history.open.pk).values_list("ending", flat=True).get() == "CLOSED"


@pytest.mark.parametrize(
    "period", [Period.year(2027), Period.tertial(2026, 2), Period(YEAR.first, dt.date(2025, 6, 30))]
)
def test_a_period_that_has_not_begun_or_is_no_year_or_tertial_is_refused(forbund, sanna, period):
    with clocks.at(FEBRUARY), pytest.raises(Incomplete):
        services.begin_summary(forbund, actor=sanna, period=period)


def test_a_year_that_goes_on_is_not_fixed(forbund, sanna):
    with clocks.at(FEBRUARY):
        draft = services.begin_summary(forbund, actor=sanna, period=Period.year(2026))
        with pytest.raises(MoveNotAllowed, match="inte slut"):
            services.fix_summary(draft, actor=sanna)


def test_a_year_frozen_before_its_end_is_frozen_anew_before_it_is_fixed(forbund, sanna, history):
    with clocks.at(dt.datetime(2025, 12, 31, 12, tzinfo=STOCKHOLM)):
        draft = services.begin_summary(forbund, actor=sanna, period=YEAR)
    with clocks.at(FEBRUARY):
        with pytest.raises(MoveNotAllowed, match="på nytt först"):
            services.fix_summary(draft, actor=sanna)
        services.fix_summary(services.begin_summary(forbund, actor=sanna, period=YEAR), actor=sanna)


@shared
def fixed(summary, sanna) -> AnnualSummary:
    with clocks.at(FEBRUARY):
        return services.fix_summary(summary, actor=sanna)


REFUSED_WHEN_FIXED = {
    "write": CHANGES["write"],
    "fix": CHANGES["fix"],
    "assess": assess,
}


@pytest.mark.parametrize("change", REFUSED_WHEN_FIXED)
def test_a_fixed_summary_refuses_every_change(fixed, sanna, change):
    with clocks.at(FEBRUARY), pytest.raises(MoveNotAllowed, match="fastställd"):
        REFUSED_WHEN_FIXED[change](fixed, sanna)


def made_of(summary: AnnualSummary) -> bytes:
    return FORMATS["csv"].render(report_of(AnnualSummary.objects.get(pk=summary.pk)))


def test_a_fixed_summary_stays_as_it_is_whatever_happens_around_it(fixed, forbund, sanna, history, flow, kommun):
    before = made_of(fixed)
    with clocks.at(FEBRUARY):
        flow.to_closed(history.open)
        CHANGES["total"](fixed, sanna)
        CHANGES["break"](fixed, sanna)
        type(kommun).objects.update(name="Nyköpings kommun")
        type(forbund).objects.update(name="Samordningsförbundet Nytt", answer_days=99)
    assert made_of(fixed) == before


def test_a_fixed_summary_is_followed_by_a_version_with_its_words(summary, forbund, sanna, bea):
    with clocks.at(FEBRUARY):
        assess(summary, bea)
        services.fix_summary(summary, actor=sanna)
        new = services.begin_summary(forbund, actor=sanna, period=YEAR)
    assert (new.version, new.is_fixed, new.assessed_on) == (2, False, FEBRUARY.date())
    assert set(new.texts.values_list("key", flat=True)) == {"bedomning", "grunder"}
    assert AnnualSummary.objects.get(pk=summary.pk).is_fixed


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"year": 2026}, "year"),
        ({"year": 1989}, "year"),
        ({"origin": " "}, "origin"),
        ({"origin": "x" * 301}, "origin"),
    ],
)
def test_an_earlier_total_is_of_a_year_that_has_been_and_comes_from_somewhere(forbund, sanna, change, field):
    said = {"year": 2023, "reports": 100, "is_rough": True, "origin": "Årsredovisningen", **change}
    with clocks.at(FEBRUARY), pytest.raises(Incomplete) as refused:
        services.note_total(forbund, actor=sanna, **said)
    assert list(refused.value.fields) == [field]


def test_another_number_for_the_same_year_replaces_the_first(summary, forbund, sanna):
    with clocks.at(FEBRUARY):
        CHANGES["total"](summary, sanna)
        services.note_total(forbund, actor=sanna, year=2023, reports=97, is_rough=False, origin="Räknat om")
    assert list(forbund.earlier_totals.values_list("reports", "is_rough")) == [(97, False)]


# ---- at once ----


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_freeze_at_once_get_one_draft(history, forbund, sanna):
    def freeze() -> AnnualSummary:
        with clocks.at(FEBRUARY):
            return services.begin_summary(forbund, actor=anew(sanna), period=YEAR)

    made = at_once(freeze, freeze)
    assert made[0] == made[1]
    assert AnnualSummary.objects.count() == 1
    assert FrozenCase.objects.count() == 2
    assert services.still_the_same(made[0], services.figures_of(AnnualSummary.objects.get()))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_text_and_a_fixing_at_once_leave_no_text_that_came_after(summary, sanna):
    def write() -> None:
        with clocks.at(FEBRUARY):
            services.write_text(summary, actor=anew(sanna), key="lardomar", body="Vi lärde oss.")

    def fix() -> AnnualSummary:
        with clocks.at(FEBRUARY):
            return services.fix_summary(summary, actor=anew(sanna))

    wrote, fixed = at_once(write, fix)
    assert fixed.is_fixed
    assert summary.texts.count() == (0 if isinstance(wrote, MoveNotAllowed) else 1)


@pytest.mark.once
@pytest.mark.parametrize("model", [*freezing.PARTS, FrozenPattern])
def test_frozen_rows_point_at_nothing_that_may_be_destroyed_later(model):
    assert [field.name for field in model._meta.get_fields() if field.is_relation] == ["summary"]


@pytest.mark.once
@pytest.mark.parametrize("model", freezing.PARTS)
def test_a_frozen_row_has_room_for_codes_and_days_alone(model):
    texts = [field for field in model._meta.get_fields() if field.get_internal_type() in ("CharField", "TextField")]
    assert all(field.max_length == 20 for field in texts)
