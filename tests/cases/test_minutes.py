"""Meetings as living things: planned, filled by rule and by hand, gone through, deferred, approved."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from cases import agendas, clocks, services
from cases.codes import Lifted, Role, TextKind, Why
from cases.errors import AlreadyDone, Incomplete, MoveNotAllowed, PersonalDataFound
from cases.models import AgendaItem, Assignment, Case, Meeting, Pattern, Reminder
from cases.services import Duty
from tests.cases.conftest import DAY, START
from tests.pages import Page, browser_of, html_of
from tests.sharing import shared

NUMBER = "19850709-9805"
HELD_ON = START.date() + 30 * DAY
NEXT = HELD_ON + 60 * DAY
DUTY = Duty("Enhetschefens funktion", "Bemanna brevlådan.", HELD_ON + 30 * DAY)


pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db")]


@shared
def meeting(forbund, sanna) -> Meeting:
    return services.plan_meeting(forbund, actor=sanna, held_on=HELD_ON)


@shared
def pattern(forbund, sanna) -> Pattern:
    return services.make_pattern(forbund, actor=sanna, title="Brevlådor utan bemanning")


@shared
def item(meeting, case, sanna) -> AgendaItem:
    """Rakel's case, lifted to the meeting."""
    return services.lift(case, actor=sanna, held_on=HELD_ON, proposal="Ta upp frågan.")


@shared
def free(meeting, sanna) -> AgendaItem:
    return services.add_item(meeting, actor=sanna, item_heading="Årets bedömning", body="Ett utkast finns.")


def again(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)


def titles(meeting: Meeting, user: Any) -> list[str]:
    return [row.title for row in agendas.agenda(meeting, user)]


def settle(item: AgendaItem, actor: Any, **fields: Any) -> AgendaItem:
    return services.settle_item(again(item), actor=actor, **{"body": "Gör så.", **fields})


# ---- who ----

STEPS: dict[str, tuple[Callable[..., Any], set[str]]] = {
    "plan": (lambda m, i, who: services.plan_meeting(m.association, actor=who, held_on=NEXT), {"sanna"}),
    "move": (lambda m, i, who: services.move_meeting(m, actor=who, held_on=NEXT), {"sanna"}),
    "cancel": (lambda m, i, who: services.cancel_meeting(m, actor=who), {"sanna"}),
    "add": (lambda m, i, who: services.add_item(m, actor=who, item_heading="Nytt"), {"sanna"}),
    "place": (lambda m, i, who: services.place_item(i, actor=who, up=True), {"sanna"}),
    "remove": (lambda m, i, who: services.remove_item(i, actor=who), {"sanna"}),
    "defer": (lambda m, i, who: services.defer_item(i, actor=who), {"sanna", "bea"}),
    "settle": (lambda m, i, who: services.settle_item(i, actor=who, body="Gör så."), {"sanna", "bea"}),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_for_the_kansli_and_some_for_the_group_too(meeting, free, step, request, funktion):
    take, may = STEPS[step]
    for name in ("bea", "rakel", "karl", "berit", "adam", "olle"):
        if name not in may:
            with pytest.raises(MoveNotAllowed, match="bara samordnaren"):
                take(meeting, again(free), request.getfixturevalue(name))
    take(meeting, again(free), request.getfixturevalue("bea" if "bea" in may else "sanna"))


@pytest.mark.parametrize("name", ["rakel", "karl", "berit", "adam", "olle"])
def test_agenda_and_minutes_have_no_rows_for_others(meeting, item, free, name, request, funktion):
    user = request.getfixturevalue(name)
    assert (agendas.agenda(meeting, user), agendas.minutes(meeting, user)) == ([], [])


@pytest.mark.parametrize("step", [step for step in STEPS if step != "plan"])
def test_nothing_on_a_meeting_changes_when_its_minutes_are_approved(meeting, free, step, sanna):
    settle(free, sanna)
    with clocks.at(START + 30 * DAY):
        services.approve_minutes(meeting, actor=sanna)
        with pytest.raises(MoveNotAllowed, match="justerat"):
            STEPS[step][0](meeting, again(free), sanna)


def test_nothing_is_lifted_to_or_recommended_at_an_approved_meeting(meeting, item, file_case, sanna):
    Meeting.objects.update(approved_at=START)
    with pytest.raises(Incomplete, match="justerat"):
        services.lift(file_case(), actor=sanna, held_on=HELD_ON, proposal="Ta upp.")
    with pytest.raises(MoveNotAllowed, match="justerat"):
        services.recommend(item.case, actor=sanna, item=item, body="Gör så.")


# ---- planning ----


def test_there_is_one_meeting_a_day_and_not_in_the_past_or_far_ahead(meeting, forbund, sanna):
    for day, why in ((HELD_ON, "redan ett möte"), (START.date() - DAY, "inte har varit"), (HELD_ON + 600 * DAY, "18")):
        with pytest.raises(Incomplete, match=why):
            services.plan_meeting(forbund, actor=sanna, held_on=day)


def test_a_meeting_moves_with_its_agenda_but_not_onto_another(meeting, free, forbund, sanna):
    services.plan_meeting(forbund, actor=sanna, held_on=NEXT)
    with pytest.raises(Incomplete, match="redan ett möte"):
        services.move_meeting(meeting, actor=sanna, held_on=NEXT)
    moved = services.move_meeting(meeting, actor=sanna, held_on=NEXT + DAY)
    assert (moved.held_on, moved.items.get()) == (NEXT + DAY, free)


def test_what_stood_on_a_cancelled_meeting_waits_for_the_next_and_its_case_tells(meeting, item, free, forbund, sanna):
    services.cancel_meeting(meeting, actor=sanna)
    assert set(AgendaItem.objects.values_list("meeting", flat=True)) == {None}
    assert (item.case.events.last().verb, list(item.case.events.broken())) == ("defer", [])
    following = services.plan_meeting(forbund, actor=sanna, held_on=NEXT)
    assert following.items.count() == 2


def test_a_cancelled_meeting_is_planned_anew(meeting, forbund, case, sanna):
    services.cancel_meeting(meeting, actor=sanna)
    assert services.plan_meeting(forbund, actor=sanna, held_on=HELD_ON).is_live
    services.cancel_meeting(meeting, actor=sanna)
    assert services.lift(case, actor=sanna, held_on=HELD_ON, proposal="Ta upp.").meeting.is_live


def test_a_meeting_that_has_recommended_is_not_cancelled(meeting, free, sanna):
    settle(free, sanna)
    with pytest.raises(MoveNotAllowed, match="redan lämnat"):
        services.cancel_meeting(meeting, actor=sanna)


# ---- by rule ----


def test_a_pattern_comes_to_the_meeting_that_its_day_falls_by_once_and_says_why(meeting, pattern, sanna):
    Pattern.objects.update(review_on=HELD_ON)
    assert [services.fill_agenda(meeting), services.fill_agenda(meeting)] == [1, 0]
    [row] = agendas.agenda(meeting, sanna)
    assert (row.kind, row.title, row.why) == ("pattern", pattern.title, "Ska följas upp senast 1 april 2026")


@pytest.mark.parametrize("fields", [{"review_on": HELD_ON + DAY}, {"review_on": HELD_ON, "status": "SOLVED"}])
def test_a_pattern_whose_day_is_later_or_that_is_solved_does_not_come(meeting, pattern, fields):
    Pattern.objects.update(**fields)
    assert services.fill_agenda(meeting) == 0


def test_what_somebody_took_off_no_rule_puts_back(meeting, pattern, sanna):
    Pattern.objects.update(review_on=HELD_ON)
    services.fill_agenda(meeting)
    services.remove_item(meeting.items.get(), actor=sanna)
    assert services.fill_agenda(meeting) == 0


def test_the_rules_fill_the_next_meeting_alone_while_its_pack_takes_items(meeting, pattern, forbund, sanna):
    later = services.plan_meeting(forbund, actor=sanna, held_on=NEXT)
    Pattern.objects.update(review_on=HELD_ON)
    assert services.fill_agenda(later) == 0
    with clocks.at(START + 17 * DAY):
        assert services.fill_agenda(meeting) == 0
    assert services.fill_coming() == 1


@shared
def late(case, flow, forbund) -> Case:
    """A case whose answer was due on day 60, in a förbund that takes such up after a week."""
    forbund.agenda_overdue_days = 7
    forbund.save()
    return flow.send(case)


def test_an_answer_comes_to_the_agenda_when_it_is_later_than_the_forbund_wants_to_wait(late, forbund, sanna):
    with clocks.at(START + 61 * DAY):
        meeting = services.plan_meeting(forbund, actor=sanna, held_on=START.date() + 100 * DAY)
    for days, came in ((67, 0), (68, 1), (69, 0)):
        with clocks.at(START + days * DAY):
            assert services.fill_agenda(meeting) == came
    item = meeting.items.get()
    assert (item.why, item.late, late.events.last().verb) == (Why.LATE, late.concerns.get(), "remind")


def test_the_ladder_does_not_say_again_what_came_early(late, forbund, sanna):
    with clocks.at(START + 70 * DAY):
        services.plan_meeting(forbund, actor=sanna, held_on=START.date() + 100 * DAY)
    with clocks.at(START + 82 * DAY):
        services.chase()
    assert AgendaItem.objects.count() == Reminder.objects.filter(days=21).count() == 1
    assert not list(late.events.broken())


# ---- by hand ----


def test_an_agenda_holds_cases_patterns_and_words_in_an_order_of_its_own(meeting, item, free, pattern, sanna):
    services.add_pattern_item(meeting, actor=sanna, pattern=pattern)
    assert titles(meeting, sanna) == [item.case.heading, "Årets bedömning", pattern.title]
    services.place_item(again(free), actor=sanna, up=True)
    assert titles(meeting, sanna) == ["Årets bedömning", item.case.heading, pattern.title]
    services.place_item(again(free), actor=sanna, up=True)
    services.place_item(again(free), actor=sanna, up=False)
    assert titles(meeting, sanna)[:2] == [item.case.heading, "Årets bedömning"]


def test_a_new_item_stands_last_after_the_order_was_changed(meeting, free, sanna, pattern):
    services.place_item(again(free), actor=sanna, up=True)
    services.add_pattern_item(meeting, actor=sanna, pattern=pattern)
    assert titles(meeting, sanna)[-1] == pattern.title


def test_a_pattern_stands_once_on_an_agenda_and_only_on_its_own_forbunds(meeting, pattern, annat_forbund, sanna):
    services.add_pattern_item(meeting, actor=sanna, pattern=pattern)
    with pytest.raises(Incomplete, match="redan på dagordningen"):
        services.add_pattern_item(meeting, actor=sanna, pattern=pattern)
    with pytest.raises(Incomplete, match="förbundets"):
        services.add_pattern_item(meeting, actor=sanna, pattern=annat_forbund.patterns.create(title="Deras"))


def test_a_case_that_is_taken_off_is_no_longer_lifted_and_says_so(item, flow, sanna):
    services.remove_item(item, actor=sanna)
    case = flow.again(item.case)
    assert (case.lifted, case.events.last().verb, case.agenda_items.count()) == ("", "unlift", 0)


TEXTS: dict[str, Callable[..., Any]] = {
    "item_heading": lambda m, i, who, text: services.add_item(m, actor=who, item_heading=text),
    "body": lambda m, i, who, text: services.add_item(m, actor=who, item_heading="Nytt", body=text),
    "proposal": lambda m, i, who, text: services.add_pattern_item(
        m, actor=who, pattern=m.association.patterns.create(title="Ett"), body=text
    ),
    "recommendation": lambda m, i, who, text: services.settle_item(i, actor=who, body=text),
    "who": lambda m, i, who, text: settle(i, who, duties=[Duty(text, "Bemanna.", HELD_ON)]),
    "what": lambda m, i, who, text: settle(i, who, duties=[Duty("Chefen", text, HELD_ON)]),
}


@pytest.mark.parametrize("field", TEXTS)
def test_a_personal_number_in_any_text_stops_the_step(meeting, free, field, sanna):
    with pytest.raises(PersonalDataFound):
        TEXTS[field](meeting, again(free), sanna, f"Gäller {NUMBER}.")
    assert (meeting.items.count(), again(free).said, Assignment.objects.count()) == (1, "", 0)


@pytest.mark.parametrize("field", TEXTS)
def test_a_text_that_does_not_fit_is_refused(meeting, free, field, sanna):
    with pytest.raises(Incomplete, match="för lång"):
        TEXTS[field](meeting, again(free), sanna, "x" * 10_001)


def test_the_very_same_form_counts_once(meeting, sanna):
    services.add_item(meeting, actor=sanna, item_heading="En gång", key="samma")
    with pytest.raises(AlreadyDone):
        services.add_item(meeting, actor=sanna, item_heading="En gång", key="samma")
    assert meeting.items.count() == 1


# ---- in the meeting ----


def test_what_is_said_of_a_case_lies_on_the_case_where_a_mask_reaches_it(item, flow, sanna, bea):
    settle(item, bea, duties=[DUTY])
    given = Assignment.objects.get()
    assert (given.what, given.text.case, given.own_text) == (DUTY.what, item.case, "")
    kinds = list(item.case.events.last().texts.values_list("kind", flat=True))
    assert kinds == [TextKind.RECOMMENDATION, TextKind.ASSIGNMENT]
    assert f"assignment:{given.pk}:who" in services.maskable(item.case)


def test_what_is_said_of_a_pattern_stands_on_it_and_sets_its_next_day(meeting, pattern, sanna, bea):
    Pattern.objects.update(review_on=HELD_ON)
    services.fill_agenda(meeting)
    settle(meeting.items.get(), bea, duties=[DUTY], review_on=NEXT)
    assert (again(pattern).review_on, pattern.events.last().verb) == (NEXT, "recommend")
    html = html_of(browser_of(sanna).get(pattern.get_absolute_url()))
    assert all(words in html for words in ("Gör så.", DUTY.what, DUTY.who))


def test_a_day_that_the_meeting_has_met_is_cleared(meeting, pattern, bea):
    Pattern.objects.update(review_on=HELD_ON)
    services.fill_agenda(meeting)
    settle(meeting.items.get(), bea)
    assert again(pattern).review_on is None


@pytest.mark.parametrize(("fields", "field"), [
    ({"body": ""}, "body"),
    ({"duties": [Duty("", "Bemanna.", HELD_ON)]}, "who_1"),
    ({"duties": [Duty("Chefen", " ", HELD_ON)]}, "what_1"),
    ({"duties": [Duty("Chefen", "Bemanna.", START.date() - DAY)]}, "due_1"),
])  # fmt: skip
def test_a_recommendation_that_is_not_whole_is_refused_beside_its_field(item, free, bea, fields, field):
    for one in (item, free):
        with pytest.raises(Incomplete) as refused:
            settle(one, bea, **fields)
        assert field in refused.value.fields
        assert again(one).waits


def test_an_item_is_settled_once(free, item, bea):
    for one in (free, item):
        settle(one, bea)
        with pytest.raises(MoveNotAllowed):
            settle(one, bea)


def test_an_assignment_is_done_once_and_its_case_tells(item, sanna, bea):
    settle(item, bea, duties=[DUTY])
    given = services.finish_assignment(Assignment.objects.get(), actor=sanna)
    assert (given.done_on, item.case.events.last().verb) == (START.date(), "finish_assignment")
    with pytest.raises(AlreadyDone):
        services.finish_assignment(given, actor=sanna)
    with pytest.raises(MoveNotAllowed):
        services.finish_assignment(given, actor=bea)


# ---- deferred ----


def test_what_is_deferred_stands_on_the_next_meeting_and_counts_how_often(meeting, item, free, forbund, sanna, bea):
    following = services.plan_meeting(forbund, actor=sanna, held_on=NEXT)
    for one in (item, free):
        services.defer_item(again(one), actor=bea)
    assert [(row.title, row.waited) for row in agendas.agenda(following, bea)] == [
        (item.case.heading, 1), ("Årets bedömning", 1),
    ]  # fmt: skip
    assert item.case.events.last().data["held_on"] == HELD_ON.isoformat()
    services.defer_item(again(free), actor=bea)
    assert again(free).deferrals.count() == 2


def test_the_minutes_say_what_was_recommended_and_what_was_deferred_also_when_it_has_moved_on(
    meeting, item, free, forbund, sanna, bea
):
    services.plan_meeting(forbund, actor=sanna, held_on=NEXT)
    settle(item, bea, duties=[DUTY])
    services.defer_item(again(free), actor=bea)
    settle(free, bea, body="Senare sagt.")
    rows = [(row.title, row.deferred, row.said, len(row.assignments)) for row in agendas.minutes(meeting, bea)]
    assert rows == [(item.case.heading, False, "Gör så.", 1), ("Årets bedömning", True, "", 0)]


def test_what_is_deferred_is_not_taken_off(meeting, free, forbund, sanna):
    services.plan_meeting(forbund, actor=sanna, held_on=NEXT)
    services.defer_item(free, actor=sanna)
    with pytest.raises(MoveNotAllowed, match="bordlagd"):
        services.remove_item(again(free), actor=sanna)


def test_what_waits_for_a_meeting_of_the_styrelse_does_not_come_to_the_group(forbund, case, sanna):
    item = services.lift(case, actor=sanna, held_on=HELD_ON, body=Lifted.BOARD, proposal="Ta upp.")
    services.defer_item(item, actor=sanna)
    services.plan_meeting(forbund, actor=sanna, held_on=NEXT)
    assert again(item).meeting is None
    assert services.plan_meeting(forbund, actor=sanna, held_on=NEXT, body=Lifted.BOARD).items.get() == item


# ---- approved ----


def test_minutes_are_approved_when_the_meeting_has_been_and_nothing_waits(meeting, free, sanna):
    with pytest.raises(MoveNotAllowed, match="inte varit"):
        services.approve_minutes(meeting, actor=sanna)
    with clocks.at(START + 30 * DAY):
        with pytest.raises(MoveNotAllowed, match="En punkt saknar rekommendation"):
            services.approve_minutes(meeting, actor=sanna)
        settle(free, sanna)
        approved = services.approve_minutes(meeting, actor=sanna)
    assert (approved.approved_by, approved.is_live) == (sanna, False)


# ---- pages ----


def test_a_meeting_goes_from_planned_to_approved_by_its_pages(forbund, case, pattern, sanna, bea):
    visit = browser_of(sanna)
    made = visit.post(reverse("meeting_new", args=["pro"]), {"held_on": HELD_ON.isoformat(), "body": "PREPARATORY"})
    meeting = Meeting.objects.get()
    assert made.url == meeting.get_absolute_url()

    def act(slug: str, **data: Any) -> None:
        assert visit.post(reverse("meeting_act", args=[meeting.pk, slug]), data).status_code == 302

    act("arende", number=case.number, proposal="Ta upp frågan.")
    act("systemfel", pattern=pattern.pk)
    act("punkt", item_heading="Årets bedömning")
    act("hamta")
    lifted, systemfel, free = meeting.items.all()
    visit.post(reverse("item_act", args=[meeting.pk, free.pk, "upp"]))
    visit.post(reverse("item_act", args=[meeting.pk, free.pk, "bordlagg"]))
    group = browser_of(bea)
    data = {"body": "Gör så.", "who_1": DUTY.who, "what_1": DUTY.what, "due_1": DUTY.due_on.isoformat()}
    for item in (lifted, systemfel):
        group.post(reverse("item_act", args=[meeting.pk, item.pk, "rekommendera"]), data)
    with clocks.at(START + 30 * DAY):
        act("justera")
        html = html_of(group.get(reverse("minutes", args=[meeting.pk])))
    assert all(words in html for words in ("Justerat 1\xa0april 2026", "Gör så.", DUTY.who, "Bordlades", pattern.title))


def test_half_an_assignment_says_what_is_missing_and_keeps_the_rest(free, bea):
    url = reverse("item_act", args=[free.meeting_id, free.pk, "rekommendera"])
    answer = browser_of(bea).post(url, {"body": "Gör så.", "who_1": "Chefen"})
    shown = Page(answer)
    assert (answer.status_code, 'value="Chefen"' in shown.html) == (422, True)
    assert (
        shown.error_beside("what_1")
        == shown.error_beside("due_1")
        == ("Fel: Fyll i det här också, eller töm uppdraget.")
    )


@pytest.mark.parametrize("name", ["sanna", "bea"])
def test_buttons_are_those_that_the_person_may_press(meeting, free, name, request):
    page = Page(browser_of(request.getfixturevalue(name)).get(meeting.get_absolute_url()))
    kansli = {f"/moten/{meeting.pk}/punkt/{free.pk}/{slug}/" for slug in ("upp", "ned", "ta-bort")}
    both = {f"/moten/{meeting.pk}/punkt/{free.pk}/bordlagg/"}
    shown = {url for url in page.forms if "/punkt/" in url}
    assert shown == (kansli | both if name == "sanna" else both)


def test_an_approved_meeting_shows_no_button(meeting, free, sanna):
    Meeting.objects.update(approved_at=START)
    page = Page(browser_of(sanna).get(meeting.get_absolute_url()))
    assert [url for url in page.forms if "/moten/" in url] == []


def test_what_the_last_meeting_asked_for_is_gone_through_at_the_next(meeting, free, forbund, sanna):
    settle(free, sanna, duties=[DUTY])
    following = services.plan_meeting(forbund, actor=sanna, held_on=NEXT)
    visit = browser_of(sanna)
    assert DUTY.what in html_of(visit.get(following.get_absolute_url()))
    visit.post(reverse("assignment_done", args=[Assignment.objects.get().pk]))
    assert "Klart 2 mars 2026" in html_of(visit.get(following.get_absolute_url()))


def test_of_a_case_that_may_not_be_opened_nothing_is_said_in_the_minutes(item, bea, sanna):
    settle(item, sanna, duties=[DUTY])
    Case.objects.update(lifted="")
    [row] = agendas.minutes(item.meeting, bea)
    assert (row.title, row.said, row.assignments) == (item.case.number, "", ())


@pytest.mark.once
@pytest.mark.parametrize("name", ["sanna", "bea"])
def test_agenda_and_minutes_ask_as_often_for_thirty_items_as_for_three(
    meeting, forbund, file_case, sanna, name, request, django_assert_max_num_queries
):
    visit = browser_of(request.getfixturevalue(name))

    def grow(numbers: range) -> None:
        for n in numbers:
            lifted = services.lift(file_case(), actor=sanna, held_on=HELD_ON, proposal="Ta upp.")
            free = services.add_item(meeting, actor=sanna, item_heading=f"Punkt {n}")
            one = services.make_pattern(forbund, actor=sanna, title=f"Systemfel {n}")
            services.add_pattern_item(meeting, actor=sanna, pattern=one)
            for item in (lifted, free):
                settle(item, sanna, duties=[DUTY])

    grow(range(3))
    few = []
    urls = [meeting.get_absolute_url(), reverse("minutes", args=[meeting.pk])]
    for url in urls:
        visit.get(url)
    for url in urls:
        with django_assert_max_num_queries(24) as asked:
            visit.get(url)
        few.append(len(asked.captured_queries))
    grow(range(3, 15))
    for url, count in zip(urls, few, strict=True):
        with django_assert_max_num_queries(count):
            visit.get(url)


def test_a_coordinator_keeps_the_meetings_of_their_own_forbund(meeting, olle, annat_forbund):
    assert browser_of(olle).post(reverse("meeting_act", args=[meeting.pk, "stall-in"])).status_code == 404
    assert browser_of(olle).get(reverse("meeting_new", args=["pro"])).status_code == 404
    assert Role.COORDINATOR in olle.standing().grants
