"""What the demo holds: every state, true timelines, and people who can go on from there."""

import datetime as dt
from collections import Counter
from itertools import pairwise

import pytest
from django.contrib.auth import authenticate
from django.db import transaction

from api.models import Token
from cases import clocks, data, demo, services
from cases.codes import GRANTED_ROLES, Channel, ConcernState, FeedbackKind, MeasureState, Status
from cases.demo import phrases
from cases.demo.themes import THEMES
from cases.models import (
    AnnualSummary,
    Association,
    Case,
    Concern,
    ContactFunction,
    Draft,
    Event,
    Feedback,
    Grant,
    MaskedOriginal,
    Measure,
    Meeting,
    Outbox,
    PatternMeasure,
    SummaryText,
    Text,
    User,
)
from cases.personal_data import scan
from cases.routing import Router, unassigned
from cases.services import receipt_hash
from cases.workflow import next_steps

# On PostgreSQL the whole demo is made among the slow tests.
pytestmark = pytest.mark.once

TODAY = dt.date(2026, 11, 20)
MORNING = dt.datetime(2026, 11, 20, tzinfo=clocks.STOCKHOLM)


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """The small demo, made once for this file, on its own morning, and rolled back after it."""
    with django_db_blocker.unblock(), clocks.at(MORNING), transaction.atomic():
        yield demo.make(small=True, today=TODAY)
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _on_that_morning(made):
    with clocks.at(MORNING):
        yield


def forbund(code: str) -> Association:
    return Association.objects.get(code=code)


def test_every_status_and_every_concern_state_is_there():
    assert set(Case.objects.values_list("status", flat=True)) == set(Status)
    assert set(Concern.objects.values_list("state", flat=True)) == set(ConcernState)
    assert set(Measure.objects.values_list("state", flat=True)) >= {MeasureState.OPEN, MeasureState.DONE}


@pytest.mark.parametrize(
    "verb",
    [
        "add", "ask", "ask_as_function", "reply", "mask", "note", "assign", "return", "share", "mark_unanswered",
        "withdraw_concern", "add_concern", "finish_measure", "lift", "close", "dismiss", "refer", "withdraw", "reopen",
        "feedback", "effect",
    ],
)  # fmt: skip
def test_every_kind_of_step_has_been_taken(verb):
    assert Event.objects.filter(verb=verb).exists()


def test_the_coordinator_of_sodra_vatterbygden_has_something_of_everything():
    statuses = set(forbund("SVB").cases.values_list("status", flat=True))
    assert statuses >= {Status.RECEIVED, Status.CLARIFYING, Status.WITH_PARTY, Status.IN_PROGRESS, Status.ANSWERED}
    assert forbund("SVB").cases.late().exists()


def test_no_text_comes_twice_in_a_forbund_and_year():
    seen = Counter(
        (case.association_id, case.filed_at.astimezone(clocks.STOCKHOLM).year, case.happened)
        for case in Case.objects.all()
    )
    assert max(seen.values()) == 1


def test_numbers_follow_the_days_of_filing():
    for association in Association.objects.all():
        filed = list(association.cases.order_by("number").values_list("filed_at", flat=True))
        assert filed == sorted(filed)


def test_nothing_has_happened_that_has_not_happened_yet():
    assert not Event.objects.filter(at__gte=MORNING).exists()


def test_a_timeline_runs_one_way_and_its_chain_of_hashes_holds():
    for case in Case.objects.prefetch_related("events"):
        events = list(case.events.all())
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        assert all(earlier.at <= later.at for earlier, later in pairwise(events))
        assert [event.previous_hash for event in events] == ["", *(event.hash for event in events[:-1])]
        assert all(event.hash == event.make_hash() for event in events)


def test_a_due_day_comes_after_the_day_that_it_runs_from():
    for concern in Concern.objects.exclude(sent_at=None):
        assert clocks.local_date(concern.sent_at) < concern.acknowledge_due < concern.answer_due
        if concern.answered_at and concern.acknowledged_at:
            assert concern.sent_at <= concern.acknowledged_at <= concern.answered_at


def test_members_and_the_kansli_work_in_office_hours():
    for event in Event.objects.exclude(verb="original_closed"):
        local = event.at.astimezone(clocks.STOCKHOLM)
        assert clocks.is_working_day(local.date())
        assert 8 <= local.hour < 19


def test_nothing_of_the_past_waits_to_be_mailed():
    assert Outbox.objects.count() == Event.objects.count()
    assert not Outbox.objects.filter(drained_at=None).exists()


def test_there_are_made_up_people_in_every_role_of_each_forbund():
    for association in Association.objects.all():
        roles = set(Grant.objects.filter(association=association).values_list("role", flat=True))
        assert roles == set(GRANTED_ROLES)
        assert User.objects.filter(function_places__function__member__association=association).exists()


def test_the_demo_has_systems_and_no_key_to_any():
    assert User.objects.exclude(system_of=None).count() == 2
    assert not Token.objects.exists()


def test_everyone_printed_can_log_in(made, rf):
    people = User.objects.filter(system_of=None)
    assert {person.email for person in made.people} == set(people.values_list("email", flat=True))
    # One hash for all of them, so that one log-in speaks for everybody: hashing is meant to be slow.
    assert len(set(people.values_list("password", flat=True))) == 1
    assert not people.filter(is_active=False).exists()
    assert authenticate(rf.post("/"), email=made.people[0].email, password=made.password)


def test_some_people_have_something_to_do_in_both_forbund(made):
    both = {person.name for person in made.people if len(person.does) > 1}
    assert {"Disa Dubbel", "Folke Försäkring", "Pia Processledare"} <= both


def test_the_receipt_codes_open_their_cases(made):
    assert len(made.receipts) == 2
    for receipt in made.receipts:
        assert Case.objects.get(number=receipt.number).receipt_hash == receipt_hash(receipt.code)


def test_telling_who_is_who_makes_nothing(made):
    before = Case.objects.count()
    assert demo.who() == made
    assert Case.objects.count() == before


def test_the_operator_is_in_no_forbund(made):
    operator = User.objects.get(is_superuser=True)
    assert made.by_name(operator.name).does.keys() == {""}
    assert not operator.standing().everywhere


def test_every_open_case_has_somebody_who_can_go_on():
    for case in Case.objects.open().select_related("association"):
        coordinators = User.objects.filter(grants__association=case.association, grants__role="COORDINATOR")
        assert len(next_steps(case, coordinators.first())) > 3
    for concern in Concern.objects.filter(state=ConcernState.SENT, function__isnull=False).select_related("case"):
        person = concern.function.people.first().user
        assert "answer" in {step.verb for step in next_steps(concern.case, person)}


def test_the_warnings_and_the_unassigned_are_where_they_should_be():
    told = " ".join(warning.in_full for warning in Router(forbund("SVB")).warnings())
    assert "används aldrig" in told
    assert "Ingen är på plats i Lokala kontoret" in told
    assert "Brev till 1 av 2 i Habo kommun, samverkan har kommit tillbaka" in told
    assert Router(forbund("GBG")).warnings() == []
    assert len(unassigned(forbund("SVB"))) >= 2


def test_one_function_has_let_half_a_year_pass():
    assert [function.name for function in ContactFunction.objects.confirm_due()] == ["Jönköpings kommun, samverkan"]
    assert ContactFunction.objects.exclude(confirmed_by=None).count() == ContactFunction.objects.count()


def test_a_referred_case_goes_on_in_the_other_forbund():
    there = Case.objects.filter(referral_of__isnull=False)
    assert {case.association.code for case in there} == {"SVB", "GBG"}
    assert all(case.channel == Channel.REFERRAL for case in there)


def test_a_duplicate_points_to_a_case_of_the_same_theme():
    themes = {text.happened: text.theme for text in data.reports()}
    pairs = Case.objects.filter(duplicate_of__isnull=False).select_related("duplicate_of")
    assert pairs
    assert all(themes[case.happened] == themes[case.duplicate_of.happened] for case in pairs)


def test_reporters_have_begun_reports():
    assert {draft.author.name for draft in Draft.objects.all()} == {"Rakel Rapportör", "Greta Rapportör"}


def test_what_was_masked_stands_nowhere():
    original = MaskedOriginal.objects.first()
    assert phrases.MASKED[1] in original.body
    assert phrases.MASKED[1] not in original.case.tried


def test_both_questions_afterwards_have_been_answered():
    assert set(Feedback.objects.values_list("kind", flat=True)) == set(FeedbackKind)


def test_no_text_holds_anything_like_a_personal_number():
    texts = [*Text.objects.values_list("body", flat=True), *(case.happened for case in Case.objects.all())]
    assert not any(scan(text, today=TODAY) for text in texts)


def test_no_sentence_is_left_with_a_hole_in_it():
    assert not Text.objects.filter(body__contains="{").exists()


def test_every_theme_in_the_reports_has_words_of_its_own():
    assert {text.theme for text in data.reports()} == set(THEMES)


def test_the_months_of_a_text_are_those_it_was_filed_in():
    months = {text.happened: text.months for text in data.reports() if text.months}
    for case in Case.objects.filter(happened__in=months, referral_of=None):
        assert case.filed_at.astimezone(clocks.STOCKHOLM).month in months[case.happened]


def test_every_forbund_has_systemfel_that_somebody_drives_and_others_have_met():
    for code in ("SVB", "GBG"):
        patterns = forbund(code).patterns.current()
        assert patterns.filter(owner__isnull=False, tallies__isnull=False).exists()
        assert not patterns.filter(description="").exists()
    assert PatternMeasure.objects.filter(state=MeasureState.DONE).exists()


def test_a_meeting_that_has_been_said_something_and_the_next_has_items_of_every_kind():
    assert Meeting.objects.filter(held_on__lt=TODAY, approved_at__isnull=False).exists()
    for code in ("SVB", "GBG"):
        been = forbund(code).meetings.filter(held_on__lt=TODAY).last()
        assert been.assignments.exists()
        coming = forbund(code).meetings.filter(held_on__gte=TODAY).first()
        assert coming.items.filter(pattern__isnull=False).exists()
        assert coming.items.exclude(heading="").exists()


@pytest.mark.parametrize(("code", "before"), [("SVB", 35), ("GBG", 100)])
def test_each_year_that_is_over_has_a_fixed_summary_with_a_bedomning(code, before):
    found = AnnualSummary.objects.filter(association__code=code)
    assert {one.last.year for one in found} == {2024, 2025}
    assert all(one.is_fixed and one.assessed_on and one.data_on == dt.date(one.last.year + 1, 2, 3) for one in found)
    assert forbund(code).earlier_totals.get().reports == before
    assert forbund(code).series_breaks.count() == 1


def test_what_is_written_in_the_summaries_holds_no_personal_number():
    texts = SummaryText.objects.values_list("body", flat=True)
    assert texts
    assert not [text for text in texts if scan(text, today=TODAY)]


def test_the_demos_frozen_figures_are_those_that_its_cases_gave_on_that_day():
    """Frozen while the years go by, so nothing of what came later is in them."""
    for summary in AnnualSummary.objects.all():
        figures = services.figures_of(summary)
        assert services.still_the_same(summary, figures)
        assert figures.this.balance == services.figures_today(summary).this.balance
