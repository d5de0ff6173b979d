"""The meetings and their agendas: who finds them, and what of a case they show."""

import pytest
from django.urls import reverse

from cases import clocks, services
from cases.codes import Lifted, Role
from cases.models import AgendaItem, Case, Meeting
from tests.cases.conftest import DAY, START
from tests.pages import Page, browser_of, html_of
from tests.people import grant
from tests.sharing import shared

HELD_ON = START.date() + 30 * DAY
PROPOSAL = "Ta upp frågan om brevlådan."


pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


@shared
def item(case, sanna) -> AgendaItem:
    """Rakel's case, lifted to the beredningsgrupp."""
    return services.lift(case, actor=sanna, held_on=HELD_ON, proposal=PROPOSAL)


@shared
def late(file_case, flow, item) -> AgendaItem:
    """Another case on the same agenda, because Karl's function has let the answer wait."""
    case = flow.send(file_case(heading="Hemlig rubrik"))
    return AgendaItem.objects.create(meeting=item.meeting, case=case, late=case.concerns.get())


def agenda(meeting: Meeting, user) -> Page:
    return Page(browser_of(user).get(reverse("agenda", args=[meeting.pk])))


def meetings(user):
    return browser_of(user).get(reverse("meetings"))


# ---- who ----


@pytest.mark.parametrize("name", ["rakel", "karl", "berit", "adam", "olle"])
def test_nobody_but_the_kansli_and_the_group_finds_an_agenda(item, name, request, funktion):
    visit = browser_of(request.getfixturevalue(name))
    assert visit.get(reverse("agenda", args=[item.meeting_id])).status_code == 404


@pytest.mark.parametrize(("name", "shown"), [("sanna", True), ("bea", True), ("karl", False), ("berit", False)])
def test_the_menu_leads_to_the_meetings_of_those_who_have_any(name, shown, request, funktion):
    page = Page(browser_of(request.getfixturevalue(name)).get("/"))
    assert (reverse("meetings") in page.links) is shown


# ---- what is lifted ----


def test_a_lifted_case_shows_its_number_heading_and_proposal(item, bea):
    page = agenda(item.meeting, bea)
    assert reverse("case", args=[item.case.number]) in page.links
    assert all(words in page.html for words in (item.case.number, item.case.heading, PROPOSAL))


def test_a_recommendation_is_shown_when_it_is_written(item, bea):
    assert "Rekommendation</p>" not in agenda(item.meeting, bea).html
    services.recommend(item.case, actor=bea, item=item, body="Bemanna den tillsammans.")
    assert "Bemanna den tillsammans." in agenda(item.meeting, bea).html


def test_of_a_case_that_may_not_be_opened_only_the_number_is_shown(item, bea):
    Case.objects.update(lifted="")
    page = agenda(item.meeting, bea)
    assert item.case.number in page.html
    assert item.case.heading not in page.html
    assert PROPOSAL not in page.html


@pytest.mark.parametrize(("days", "words"), [
    (16, "Underlaget tar emot ärenden till och med 18 mars 2026."),
    (17, "Underlaget är klart. Sista dagen var 18 mars 2026."),
])  # fmt: skip
def test_the_page_says_how_long_the_pack_takes_things_in(item, bea, days, words):
    with clocks.at(START + days * DAY):
        assert words in agenda(item.meeting, bea).html


def test_an_empty_agenda_says_so(forbund, bea):
    assert "Inget står på dagordningen än" in agenda(forbund.meetings.create(held_on=HELD_ON), bea).html


def test_the_forbunds_own_word_for_the_group_is_used(item, forbund, bea):
    forbund.group_word = "samverkansgruppen"
    forbund.save()
    assert "Samverkansgruppen 1 april 2026" in agenda(item.meeting, bea).html


# ---- answers that are late ----


def test_a_late_answer_shows_number_function_and_days_and_nothing_of_the_case(late, bea, funktion):
    with clocks.at(START + 82 * DAY):
        page = agenda(late.meeting, bea)
    assert reverse("case_status", args=[late.case.number]) in page.links
    assert all(words in page.html for words in (late.case.number, funktion.name, "22 dagar"))
    assert late.case.heading not in page.html
    assert reverse("case", args=[late.case.number]) not in page.links


def test_an_answer_that_came_after_all_is_not_late(late, flow, bea):
    flow.answer(late.case)
    with clocks.at(START + 82 * DAY):
        page = agenda(late.meeting, bea)
    assert "Försenat" not in page.html
    assert "Inget svar är försenat nu." in page.html
    assert reverse("case_status", args=[late.case.number]) not in page.links


def test_an_answer_to_a_case_that_has_gone_elsewhere_is_not_late(late, forbund, annat_forbund, adam, bea):
    services.merge(forbund, into=annat_forbund, actor=adam)
    with clocks.at(START + 82 * DAY):
        assert "Försenat" not in agenda(late.meeting, bea).html


def test_what_waits_for_a_meeting_stands_on_the_list(late, bea):
    with clocks.at(START + 82 * DAY):
        assert "Väntar på nästa möte" not in html_of(meetings(bea))
        AgendaItem.objects.filter(pk=late.pk).update(meeting=None)
        page = Page(meetings(bea))
    assert "Väntar på nästa möte" in page.html
    assert reverse("case_status", args=[late.case.number]) in page.links


def test_what_was_answered_meanwhile_waits_for_no_meeting(late, flow, bea):
    AgendaItem.objects.filter(pk=late.pk).update(meeting=None)
    flow.answer(late.case)
    with clocks.at(START + 82 * DAY):
        assert "Väntar på nästa möte" not in html_of(meetings(bea))


# ---- the list ----


def test_coming_meetings_stand_first_the_next_on_top(forbund, bea):
    for days in (60, -5, 30, -40):
        forbund.meetings.create(held_on=START.date() + days * DAY)
    found = meetings(bea).context
    assert [(one.held_on - START.date()).days for one in found["coming"]] == [30, 60]
    assert [(one.held_on - START.date()).days for one in found["page"].rows] == [-5, -40]


def test_a_meeting_is_to_come_until_its_day_has_passed(forbund, bea):
    held = forbund.meetings.create(held_on=START.date())
    assert list(meetings(bea).context["coming"]) == [held]
    with clocks.at(START + DAY):
        assert meetings(bea).context["page"].rows == [held]


def test_the_list_says_the_last_day_for_a_pack_or_that_it_is_ready(forbund, bea):
    for days in (-3, 3, 30):
        forbund.meetings.create(held_on=START.date() + days * DAY)
    html = html_of(meetings(bea))
    assert html.count("Sista dag för underlaget 18 mars 2026") == html.count("underlaget") == 1
    assert html.count("Underlaget är klart") == 1


def test_the_list_counts_the_points_and_names_both_bodies(item, sanna, case):
    services.lift(case, actor=sanna, held_on=HELD_ON, body=Lifted.BOARD, proposal=PROPOSAL)
    html = html_of(meetings(sanna))
    assert html.count("1 punkt<") == 2
    assert "Beredningsgruppen" in html
    assert "Styrelsen" in html


def test_the_meetings_of_other_forbund_are_not_listed(item, annat_forbund, olle, bea):
    other = annat_forbund.meetings.create(held_on=HELD_ON)
    assert list(meetings(olle).context["coming"]) == [other]
    assert list(meetings(bea).context["coming"]) == [item.meeting]


def test_who_has_meetings_in_several_forbund_sees_whose_they_are(item, annat_forbund, bea):
    own = "<span>Samordningsförbundet Prov</span>"
    assert own not in html_of(meetings(bea))
    grant(bea, annat_forbund, Role.PREPARATORY)
    assert own in html_of(meetings(bea))


def test_without_a_meeting_the_list_says_how_one_comes_about(bea):
    assert "Inget möte är planerat" in html_of(meetings(bea))


# ---- many rows ----


@pytest.mark.once
@pytest.mark.parametrize("name", ["sanna", "bea"])
def test_an_agenda_asks_as_often_for_thirty_points_as_for_two(
    item, late, file_case, flow, sanna, name, request, django_assert_max_num_queries
):
    visit, url = browser_of(request.getfixturevalue(name)), reverse("agenda", args=[item.meeting_id])
    visit.get(url)
    with django_assert_max_num_queries(16) as few:
        visit.get(url)
    for _ in range(15):
        services.lift(file_case(), actor=sanna, held_on=HELD_ON, proposal=PROPOSAL)
        case = flow.send(file_case())
        AgendaItem.objects.create(meeting=item.meeting, case=case, late=case.concerns.get())
    with django_assert_max_num_queries(len(few.captured_queries)):
        visit.get(url)


def test_a_late_answer_that_has_its_proposal_is_a_lifted_case(late, sanna, bea):
    services.lift(late.case, actor=sanna, held_on=HELD_ON, proposal="Ta upp varför svaret dröjer.")
    html = agenda(late.meeting, bea).html
    assert (html.count(f">{late.case.number}<"), "Svar som dröjer" in html) == (1, False)
