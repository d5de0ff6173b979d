"""Systemfel: who sees and keeps them, cases that come and go, tallies, measures, merging, the log and the figures."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from cases import clocks, pattern_story, services
from cases.codes import Cause, MeasureState, Outcome, PatternStatus, Role
from cases.errors import AlreadyDone, Incomplete, MoveNotAllowed, PersonalDataFound
from cases.models import Case, Pattern, PatternEvent, PatternFollower, PatternMeasure, PatternTally
from cases.pattern_figures import figures, months_from
from cases.services import Plan
from tests.cases.conftest import DAY, START
from tests.pages import Page, browser_of, html_of
from tests.people import grant
from tests.sharing import shared

NUMBER = "19850709-9805"
PLAN = Plan("Bemanna brevlådan.", Cause.RESOURCES, "Enhetschefens funktion", START.date() + 30 * DAY)
DONE, DROPPED = MeasureState.DONE, MeasureState.DROPPED


pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


@shared
def pattern(forbund, sanna) -> Pattern:
    return services.make_pattern(forbund, actor=sanna, title="Brevlådor utan bemanning", description="Ingen läser.")


def verbs(pattern: Pattern) -> list[str]:
    return list(pattern.events.values_list("verb", flat=True))


def page(user: Any, pattern: Pattern) -> Page:
    return Page(browser_of(user).get(pattern.get_absolute_url()))


# ---- who ----


@pytest.mark.parametrize("name", ["sanna", "bea", "rakel", "karl"])
def test_whoever_takes_part_reads_name_description_and_status(pattern, name, request, funktion):
    shown = page(request.getfixturevalue(name), pattern).html
    assert all(
        words in shown for words in (pattern.title, pattern.description, "Iakttaget", "Jag har mött detta också")
    )


@pytest.mark.parametrize("name", ["berit", "adam", "olle"])
def test_to_everybody_else_it_does_not_exist(pattern, name, request):
    visit = browser_of(request.getfixturevalue(name))
    assert visit.get(pattern.get_absolute_url()).status_code == 404
    assert visit.post(reverse("pattern_act", args=[pattern.pk, "mott"])).status_code == 404


@pytest.mark.parametrize("name", ["rakel", "karl"])
def test_reporters_and_contacts_see_no_case_figure_measure_or_name(pattern, case, sanna, name, request, funktion):
    services.join(case, actor=sanna, pattern=pattern)
    services.plan_pattern_measure(pattern, actor=sanna, plan=PLAN)
    shown = page(request.getfixturevalue(name), pattern).html
    hidden = (case.number, case.heading, PLAN.what, "Vad som har hänt", "Hur ofta", "Ansvarig")
    assert [words for words in hidden if words in shown] == []


def test_the_group_counts_all_cases_and_opens_only_those_it_may(pattern, case, file_case, flow, sanna, bea):
    other = file_case(heading="Ett lyft ärende")
    for one in (case, other):
        services.join(one, actor=sanna, pattern=pattern)
    services.lift(other, actor=sanna, held_on=START.date() + 30 * DAY, proposal="Ta upp.")
    shown = page(bea, pattern)
    assert reverse("case", args=[other.number]) in shown.links
    assert case.number not in shown.html
    assert figures([pattern], bea)[pattern.pk].cases == 2


CHANGES: dict[str, Callable[..., Any]] = {
    "change": lambda p, who: services.change_pattern(
        p, actor=who, title="Nytt", description="", owner=None, review_on=None
    ),
    "status": lambda p, who: services.set_pattern_status(p, actor=who, status=PatternStatus.ANALYSIS),
    "plan": lambda p, who: services.plan_pattern_measure(p, actor=who, plan=PLAN),
    "merge": lambda p, who: services.merge_patterns(p, actor=who, into=other_of(p)),
    "finish": lambda p, who: services.end_pattern_measure(measure_of(p), actor=who, state=DONE),
    "drop": lambda p, who: services.end_pattern_measure(measure_of(p), actor=who, state=DROPPED, how="Behövs ej."),
}  # fmt: skip


def other_of(pattern: Pattern) -> Pattern:
    return Pattern.objects.get_or_create(association=pattern.association, title="Ett annat")[0]


def measure_of(pattern: Pattern) -> PatternMeasure:
    return pattern.own_measures.first() or PatternMeasure.objects.create(
        pattern=pattern, what="Se över.", owner="Chefen", cause=Cause.OTHER, due_on=START.date() + DAY
    )


@pytest.mark.parametrize("verb", CHANGES)
@pytest.mark.parametrize("name", ["bea", "rakel", "karl", "adam", "berit", "olle"])
def test_nobody_but_a_coordinator_changes_one(pattern, verb, name, request, funktion):
    with pytest.raises(MoveNotAllowed, match="bara samordnaren"):
        CHANGES[verb](pattern, request.getfixturevalue(name))
    assert verbs(pattern) == ["make"]


@pytest.mark.parametrize("verb", CHANGES)
def test_each_change_leaves_one_event_in_its_own_words(pattern, verb, stina):
    CHANGES[verb](pattern, stina)
    assert verbs(pattern) == ["make", verb]
    [line, _] = pattern_story.story(pattern)
    assert line.what
    assert line.who == f"{stina.name}, samordnare"


def test_every_verb_that_is_written_has_its_sentence():
    elsewhere = {"make", "join", "leave", "take_over", "recommend", "defer", "unlift", "finish_assignment"}
    assert pattern_story.SENTENCES.keys() == CHANGES.keys() | elsewhere


def test_nothing_changes_in_a_forbund_that_has_ended(pattern, forbund, sanna):
    forbund.ended_on = START.date()
    forbund.save()
    for change in CHANGES.values():
        with pytest.raises(MoveNotAllowed, match="upphört"):
            change(pattern, sanna)
    with pytest.raises(MoveNotAllowed):
        services.tally(pattern, actor=sanna)


# ---- texts ----

TEXTS: dict[str, Callable[[Pattern, Any, str], Any]] = {
    "title": lambda p, who, text: services.make_pattern(p.association, actor=who, title=text),
    "description": lambda p, who, text: services.make_pattern(
        p.association, actor=who, title="Nytt", description=text
    ),
    "new title": lambda p, who, text: services.change_pattern(
        p, actor=who, title=text, description="", owner=None, review_on=None
    ),
    "new description": lambda p, who, text: services.change_pattern(
        p, actor=who, title="Nytt", description=text, owner=None, review_on=None
    ),
    "what": lambda p, who, text: services.plan_pattern_measure(
        p, actor=who, plan=Plan(text, Cause.OTHER, "Chefen", PLAN.due_on)
    ),
    "owner": lambda p, who, text: services.plan_pattern_measure(
        p, actor=who, plan=Plan("Se över.", Cause.OTHER, text, PLAN.due_on)
    ),
    "how": lambda p, who, text: services.end_pattern_measure(measure_of(p), actor=who, state=DONE, how=text),
}  # fmt: skip


@pytest.mark.parametrize("field", TEXTS)
def test_a_personal_number_in_any_text_stops_the_change(pattern, sanna, field):
    with pytest.raises(PersonalDataFound):
        TEXTS[field](pattern, sanna, f"Gäller {NUMBER}.")
    assert (verbs(pattern), Pattern.objects.count()) == (["make"], 1)


@pytest.mark.parametrize("field", TEXTS)
def test_a_text_that_does_not_fit_is_refused_beside_its_field(pattern, sanna, field):
    with pytest.raises(Incomplete, match="för lång"):
        TEXTS[field](pattern, sanna, "x" * 10_001)


def test_a_name_that_is_taken_is_refused(pattern, forbund, sanna):
    with pytest.raises(Incomplete, match="redan så"):
        services.make_pattern(forbund, actor=sanna, title=pattern.title)


def test_only_a_coordinator_of_the_forbund_may_own_one(pattern, sanna, stina, olle):
    given = {"actor": sanna, "title": pattern.title, "description": "", "review_on": None}
    with pytest.raises(Incomplete, match="samordnare i förbundet"):
        services.change_pattern(pattern, owner=olle, **given)
    services.change_pattern(pattern, owner=stina, **given)
    assert pattern.followers.filter(user=stina).exists()


def test_the_very_same_form_makes_one(forbund, sanna):
    services.make_pattern(forbund, actor=sanna, title="Ett", key="samma")
    with pytest.raises(AlreadyDone):
        services.make_pattern(forbund, actor=sanna, title="Ett", key="samma")


# ---- cases ----


def test_joining_and_leaving_stand_on_the_case_and_on_the_pattern(pattern, case, flow, sanna):
    services.join(case, actor=sanna, pattern=pattern)
    services.leave(case, actor=sanna)
    assert verbs(pattern) == ["make", "join", "leave"]
    assert [event.verb for event in case.events.all()][-2:] == ["join", "leave"]
    assert flow.again(case).pattern is None


def test_a_case_that_goes_to_another_pattern_leaves_the_first(pattern, case, sanna):
    services.join(case, actor=sanna, pattern=pattern)
    services.join(case, actor=sanna, pattern=other_of(pattern))
    assert (verbs(pattern), verbs(other_of(pattern))) == (["make", "join", "leave"], ["join"])


def test_a_case_without_a_pattern_cannot_leave_one(case, sanna):
    with pytest.raises(MoveNotAllowed, match="inte till något systemfel"):
        services.leave(case, actor=sanna)


def test_a_case_that_was_closed_as_a_systemfel_stays_in_one(pattern, case, flow, sanna):
    services.join(case, actor=sanna, pattern=pattern)
    Case.objects.filter(pk=flow.to_closed(case).pk).update(outcome=Outcome.REMAINS_SYSTEM)
    with pytest.raises(MoveNotAllowed, match="avslutades som systemfel"):
        services.leave(case, actor=sanna)


def test_a_case_may_close_while_its_pattern_stays_open(pattern, case, flow, sanna):
    services.join(case, actor=sanna, pattern=pattern)
    flow.to_closed(case)
    pattern.refresh_from_db()
    assert pattern.is_open


def test_a_measure_that_is_moved_goes_on_with_the_pattern_and_is_masked_with_the_case(case, flow, sanna, karl, pattern):
    sent = flow.send(case)
    measure = services.add_measure(sent, actor=karl, concern=sent.concerns.get(), plan=PLAN)
    services.join(sent, actor=sanna, pattern=pattern)
    services.move_measure(sent, actor=sanna, measure=measure)
    services.mask(sent, actor=sanna, phrase="brevlådan", reason="Prov", text=measure.what)
    own = pattern.own_measures.get()
    assert (own.state, own.who, "brevlådan" in own.words) == (MeasureState.OPEN, PLAN.owner, False)


# ---- tallies and followers ----


def test_a_tally_counts_once_a_day_for_each_person(pattern, rakel, karl, funktion):
    assert [services.tally(pattern, actor=who) for who in (rakel, rakel, karl)] == [True, False, True]
    with clocks.at(START + DAY):
        assert services.tally(pattern, actor=rakel)
    assert PatternTally.objects.count() == 3


def test_the_button_is_one_click_and_says_when_it_has_been_pressed(pattern, rakel):
    visit = browser_of(rakel)
    visit.post(reverse("pattern_act", args=[pattern.pk, "mott"]))
    assert "Du har sagt i dag att du har mött det." in html_of(visit.get(pattern.get_absolute_url()))
    assert PatternTally.objects.get().user == rakel


def news(user: Any) -> bool:
    rows = browser_of(user).get(reverse("patterns")).context["rows"]
    return bool(rows[0].pattern.news)


def test_a_follower_is_told_of_what_is_new_until_they_have_looked(pattern, sanna, rakel):
    services.follow(pattern, actor=rakel)
    assert not news(rakel)
    services.set_pattern_status(pattern, actor=sanna, status=PatternStatus.ANALYSIS)
    assert news(rakel)
    page(rakel, pattern)
    assert not news(rakel)


def test_ones_own_step_is_no_news_and_a_reporter_is_told_of_no_case(pattern, case, sanna, stina, rakel):
    for who in (rakel, stina):
        services.follow(pattern, actor=who)
    services.join(case, actor=sanna, pattern=pattern)
    assert [news(who) for who in (sanna, stina, rakel)] == [False, True, False]


def test_whoever_does_not_follow_is_told_nothing(pattern, sanna, stina):
    services.set_pattern_status(pattern, actor=sanna, status=PatternStatus.ANALYSIS)
    services.follow(pattern, actor=sanna, on=False)
    assert not news(stina)
    assert not PatternFollower.objects.exists()


# ---- status and measures ----


def test_what_is_solved_has_no_measure_left_and_no_day_to_be_looked_at(pattern, sanna):
    measure = services.plan_pattern_measure(pattern, actor=sanna, plan=PLAN)
    Pattern.objects.update(review_on=START.date())
    with pytest.raises(Incomplete, match="En åtgärd pågår"):
        services.set_pattern_status(pattern, actor=sanna, status=PatternStatus.SOLVED)
    services.end_pattern_measure(measure, actor=sanna, state=DONE)
    solved = services.set_pattern_status(pattern, actor=sanna, status=PatternStatus.SOLVED)
    assert (solved.is_open, solved.review_on) == (False, None)


def test_a_measure_ends_once_and_is_dropped_with_a_reason(pattern, sanna):
    measure = services.plan_pattern_measure(pattern, actor=sanna, plan=PLAN)
    with pytest.raises(Incomplete, match="varför"):
        services.end_pattern_measure(measure, actor=sanna, state=DROPPED)
    services.end_pattern_measure(measure, actor=sanna, state=DROPPED, how="Behövs ej.")
    with pytest.raises(MoveNotAllowed, match="redan avslutad"):
        services.end_pattern_measure(measure, actor=sanna, state=DONE)


# ---- merging ----


def test_merging_moves_all_that_hangs_on_it_and_leaves_a_way_there(pattern, case, sanna, rakel):
    other = other_of(pattern)
    services.join(case, actor=sanna, pattern=pattern)
    services.tally(pattern, actor=rakel)
    services.plan_pattern_measure(pattern, actor=sanna, plan=PLAN)
    services.merge_patterns(pattern, actor=sanna, into=other)
    assert (other.cases.get(), other.tallies.get().user, other.own_measures.count()) == (case, rakel, 1)
    assert case.events.last().data == {"pattern": other.pk, "merged_from": pattern.pk}
    assert not list(case.events.broken())
    assert browser_of(rakel).get(pattern.get_absolute_url()).url == other.get_absolute_url()


def test_what_was_merged_is_in_no_list_and_takes_nothing(pattern, case, sanna):
    services.merge_patterns(pattern, actor=sanna, into=other_of(pattern))
    with pytest.raises(MoveNotAllowed, match="sammanslaget"):
        services.join(case, actor=sanna, pattern=pattern)
    with pytest.raises(MoveNotAllowed):
        services.tally(pattern, actor=sanna)
    assert [row.pattern.title for row in browser_of(sanna).get(reverse("patterns")).context["rows"]] == ["Ett annat"]


def test_one_is_merged_into_another_of_the_same_forbund(pattern, annat_forbund, sanna):
    theirs = annat_forbund.patterns.create(title="Deras")
    for wrong in (pattern, theirs):
        with pytest.raises(Incomplete, match="samma förbund"):
            services.merge_patterns(pattern, actor=sanna, into=wrong)


# ---- the log ----


@pytest.mark.parametrize("sql", ["UPDATE cases_patternevent SET verb = 'x'", "DELETE FROM cases_patternevent"])
def test_the_database_refuses_to_change_or_delete_a_patterns_event(pattern, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verbs(pattern) == ["make"]


@pytest.mark.once
def test_sqlite_refuses_to_replace_a_patterns_event(pattern):
    columns = [field.column for field in PatternEvent._meta.fields]
    copied = ["'x'" if name == "verb" else name for name in columns]
    table = PatternEvent._meta.db_table
    sql = f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) SELECT {', '.join(copied)} FROM {table}"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert verbs(pattern) == ["make"]


def test_an_event_holds_no_word_that_somebody_wrote(pattern, sanna):
    services.change_pattern(
        pattern, actor=sanna, title="Hemlig", description="Hemligt", owner=None, review_on=START.date()
    )
    assert "emlig" not in str(list(pattern.events.values_list("data", flat=True)))


# ---- figures ----


def test_cases_and_tallies_are_counted_apart_with_members_and_days(pattern, file_case, sanna, rakel, kommun, insats):
    for days in (0, 10):
        with clocks.at(START + days * DAY):
            case = file_case(initiative=insats)
            services.join(case, actor=sanna, pattern=pattern)
    with clocks.at(START + 20 * DAY):
        services.tally(pattern, actor=rakel)
        found = figures([pattern], sanna)[pattern.pk]
    assert (found.cases, found.tallies, found.evidence, found.open_cases) == (2, 1, 3, 2)
    assert (found.members, found.initiatives) == ((kommun.name,), (insats.name,))
    assert (found.first, found.last) == (START.date(), START.date() + 20 * DAY)


def test_new_cases_are_counted_six_months_before_and_after_the_first_finished_measure(pattern, file_case, sanna):
    for days in (0, 3, 100):
        with clocks.at(START + days * DAY):
            services.join(file_case(), actor=sanna, pattern=pattern)
    measure = services.plan_pattern_measure(pattern, actor=sanna, plan=PLAN)
    with clocks.at(START + 5 * DAY):
        services.end_pattern_measure(measure, actor=sanna, state=DONE)
        around = figures([pattern], sanna)[pattern.pk].around
    assert (around.before, around.after, around.done_on) == (2, 1, START.date() + 5 * DAY)
    assert not around.is_over
    with clocks.at(START + 200 * DAY):
        assert around.is_over


@pytest.mark.parametrize(
    ("day", "months", "there"),
    [((2026, 8, 31), -6, (2026, 2, 28)), ((2026, 1, 15), -6, (2025, 7, 15)), ((2027, 8, 31), 6, (2028, 2, 29))],
)
def test_six_months_from_a_day_is_the_same_day_or_the_months_last(day, months, there):
    assert months_from(dt.date(*day), months) == dt.date(*there)


def test_a_pattern_without_anything_has_nothing_to_count(pattern, sanna):
    found = figures([pattern], sanna)[pattern.pk]
    assert (found.evidence, found.first, found.around) == (0, None, None)


@pytest.mark.once
@pytest.mark.parametrize("name", ["sanna", "bea", "rakel"])
def test_the_register_and_a_page_ask_as_often_for_thirty_as_for_three(
    forbund, file_case, sanna, name, request, django_assert_max_num_queries
):
    visit = browser_of(request.getfixturevalue(name))

    def grow(numbers):
        for n in numbers:
            one = services.make_pattern(forbund, actor=sanna, title=f"Systemfel {n}", review_on=START.date())
            measure = services.plan_pattern_measure(one, actor=sanna, plan=PLAN)
            services.end_pattern_measure(measure, actor=sanna, state=DONE)
            services.plan_pattern_measure(first(), actor=sanna, plan=PLAN)
            services.join(file_case(), actor=sanna, pattern=first())
            services.tally(one, actor=sanna)

    def first():
        return Pattern.objects.order_by("pk").first()

    grow(range(3))
    urls = [reverse("patterns"), first().get_absolute_url()]
    for url in urls:
        visit.get(url)
    few = []
    for url in urls:
        with django_assert_max_num_queries(22) as asked:
            visit.get(url)
        few.append(len(asked.captured_queries))
    grow(range(3, 30))
    for url, count in zip(urls, few, strict=True):
        # A list that goes on over a page counts how far, once.
        with django_assert_max_num_queries(count + 1):
            visit.get(url)


# ---- pages ----


def test_a_coordinator_makes_and_changes_one_by_its_pages(forbund, sanna, stina):
    visit = browser_of(sanna)
    made = visit.post(reverse("pattern_new", args=["pro"]), {"title": "Ett nytt", "description": ""})
    pattern = Pattern.objects.get()
    assert made.url == pattern.get_absolute_url()
    url = reverse("pattern_act", args=[pattern.pk, "andra"])
    assert 'value="Ett nytt"' in html_of(visit.get(url))
    visit.post(url, {"title": "Ett annat", "owner": stina.pk, "review_on": "2026-06-01"})
    pattern.refresh_from_db()
    assert (pattern.title, pattern.owner, pattern.review_on) == ("Ett annat", stina, dt.date(2026, 6, 1))


def test_a_refused_form_keeps_what_was_written_and_says_why(pattern, sanna):
    answer = browser_of(sanna).post(
        reverse("pattern_act", args=[pattern.pk, "andra"]), {"title": f"Om {NUMBER}", "description": "Kvar."}
    )
    shown = Page(answer)
    assert answer.status_code == 422
    assert "personnummer" in shown.error_beside("title")
    assert "Kvar." in shown.html


@pytest.mark.once
@pytest.mark.parametrize("slug", ["andra", "lage", "atgard", "arende", "sla-ihop"])
def test_what_changes_one_is_no_page_for_others(pattern, bea, rakel, slug):
    for who in (bea, rakel):
        assert browser_of(who).get(reverse("pattern_act", args=[pattern.pk, slug])).status_code == 404


def test_a_case_is_brought_by_its_number_and_another_forbunds_number_is_unknown(pattern, case, flow, sanna):
    visit, url = browser_of(sanna), reverse("pattern_act", args=[pattern.pk, "arende"])
    assert "inget sådant ärende" in Page(visit.post(url, {"number": "LH-ANN-2026-0001"})).error_beside("number")
    visit.post(url, {"number": case.number.lower()})
    assert flow.again(case).pattern == pattern


def test_a_measure_is_planned_finished_and_merged_by_its_pages(pattern, sanna):
    visit, other = browser_of(sanna), other_of(pattern)
    data = {"what": "Bemanna.", "cause": "OTHER", "owner": "Chefen", "due_on": "2026-06-01"}
    visit.post(reverse("pattern_act", args=[pattern.pk, "atgard"]), data)
    own = pattern.own_measures.get()
    visit.post(reverse("measure_act", args=[pattern.pk, own.pk, "klar"]), {"how": "Bra."})
    visit.post(reverse("pattern_act", args=[pattern.pk, "lage"]), {"status": "SOLVED"})
    visit.post(reverse("pattern_act", args=[pattern.pk, "sla-ihop"]), {"into": other.pk})
    pattern.refresh_from_db()
    assert (pattern.merged_into, other.own_measures.get().state) == (other, MeasureState.DONE)


def test_a_form_that_is_sent_twice_counts_once(pattern, sanna):
    visit, url = browser_of(sanna), reverse("pattern_act", args=[pattern.pk, "atgard"])
    data = {"what": "Bemanna.", "cause": "OTHER", "owner": "Chefen", "due_on": "2026-06-01", "nonce": "en"}
    for _ in range(2):
        answer = visit.post(url, data, follow=True)
    assert pattern.own_measures.count() == 1
    assert "redan gjort" in html_of(answer)


def test_a_person_in_several_forbund_sees_whose_a_pattern_is(pattern, annat_forbund, rakel):
    own = pattern.association.name
    assert f">{own}</p>" not in html_of(browser_of(rakel).get(reverse("patterns")))
    grant(rakel, annat_forbund, Role.REPORTER)
    assert f">{own}</p>" in html_of(browser_of(rakel).get(reverse("patterns")))
