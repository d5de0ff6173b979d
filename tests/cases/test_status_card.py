"""The status card: late answers that the ladder has brought to the beredningsgrupp, and nothing of their case."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import services
from cases.codes import Party, Role
from cases.models import Association, Case, Concern, Event, ReadLog, User
from cases.services import Concerned
from notifications.access import may_open
from tests.cases.conftest import DAY, START
from tests.cases.test_chasing import around, chase_on, later
from tests.pages import browser_of, html_of
from tests.people import grant, make_function, make_user
from tests.sharing import shared

pytestmark = [pytest.mark.clock(START), pytest.mark.usefixtures("db"), pytest.mark.once]


@shared
def sent(case, flow) -> Case:
    return flow.send(case)


@shared
def acknowledged(sent, flow) -> Case:
    """A case that the kommun got on the first day and has acknowledged: to answer on day 60."""
    return flow.acknowledge(sent)


@shared
def kerstin(forbund, kommun) -> User:
    """The kommun's person in the beredningsgrupp."""
    user = make_user("Kerstin")
    grant(user, forbund, Role.PREPARATORY, member=kommun)
    return user


@shared
def fredrik(forbund, fk) -> User:
    """FK's person in the beredningsgrupp."""
    user = make_user("Fredrik")
    grant(user, forbund, Role.PREPARATORY, member=fk)
    return user


def opens(case: Case, *people: User, on: int) -> list[int]:
    """Return what each person gets on a day, counted from the start."""
    with later(on):
        return [browser_of(person).get(f"/arenden/{case.number}/status/").status_code for person in people]


# ---- who, and from when ----


def test_a_members_person_has_the_card_from_the_reminder_to_them_on(acknowledged, kerstin):
    chase_on(*around(67))
    assert opens(acknowledged, kerstin, on=73) == [404]
    chase_on(74)
    assert opens(acknowledged, kerstin, on=74) == [200]


def test_the_group_has_it_from_the_agenda_on(acknowledged, kerstin, fredrik, bea):
    chase_on(74)
    assert opens(acknowledged, kerstin, fredrik, bea, on=80) == [200, 404, 404]
    chase_on(81)
    assert opens(acknowledged, kerstin, fredrik, bea, on=81) == [200, 200, 200]


def test_the_kansli_has_it_when_somebody_else_has(acknowledged, sanna, kerstin):
    assert opens(acknowledged, sanna, on=73) == [404]
    chase_on(74)
    assert opens(acknowledged, sanna, on=74) == [200]


def test_nobody_else_has_it(acknowledged, karl, frida, rakel, berit, adam, olle, kerstin):
    chase_on(74, 81)
    others = (karl, frida, rakel, berit, adam, olle, make_user("Operator", is_superuser=True, is_staff=True))
    assert set(opens(acknowledged, *others, on=81)) == {404}


def test_a_person_in_another_forbunds_group_does_not_have_it(acknowledged, annat_forbund):
    stranger = make_user("Annika")
    grant(stranger, annat_forbund, Role.PREPARATORY)
    chase_on(74, 81)
    assert opens(acknowledged, stranger, on=81) == [404]


def test_whoever_has_left_the_group_no_longer_has_it(acknowledged, kerstin):
    chase_on(74)
    kerstin.grants.update(to_on=(START + 74 * DAY).date())
    assert opens(acknowledged, kerstin, on=74) == [200]
    assert opens(acknowledged, kerstin, on=75) == [404]


def test_an_unread_case_is_brought_to_the_members_person_too(sent, kerstin):
    chase_on(23)
    assert opens(sent, kerstin, on=23) == [404]
    chase_on(24)
    assert opens(sent, kerstin, on=24) == [200]


@pytest.mark.parametrize("step", ["acknowledge", "answer", "return", "send"])
def test_a_step_of_the_functions_takes_the_card_away(sent, flow, karl, sanna, kommun, kerstin, step):
    chase_on(24)
    concern = sent.concerns.get()
    other = make_function(kommun, "Soc", make_user("Frans"))
    steps = {
        "acknowledge": lambda: flow.acknowledge(sent),
        "answer": lambda: flow.answer(sent),
        "return": lambda: services.return_(sent, actor=karl, concern=concern, reason="Inte vår."),
        "send": lambda: services.send(sent, actor=sanna, concerns={concern.pk: other}),
    }
    with later(25):
        steps[step]()
    assert opens(sent, kerstin, sanna, on=25) == [404, 404]


@pytest.mark.parametrize("step", ["answer", "return", "merge"])
def test_what_is_no_longer_waited_for_has_no_card(acknowledged, flow, karl, adam, annat_forbund, kerstin, bea, step):
    chase_on(74, 81)
    steps = {
        "answer": lambda: flow.answer(acknowledged),
        "return": lambda: services.return_(
            acknowledged, actor=karl, concern=acknowledged.concerns.get(), reason="Inte vår."
        ),
        "merge": lambda: services.merge(acknowledged.association, into=annat_forbund, actor=adam),
    }
    with later(82):
        steps[step]()
    assert opens(acknowledged, kerstin, bea, on=82) == [404, 404]


def test_a_case_whose_day_is_no_longer_past_is_not_late(acknowledged, kerstin, forbund):
    chase_on(74)
    Association.objects.filter(pk=forbund.pk).update(answer_days=100)
    chase_on(75)
    assert opens(acknowledged, kerstin, on=75) == [404]
    assert opens(acknowledged, kerstin, on=110) == [404]
    chase_on(114)
    assert opens(acknowledged, kerstin, on=114) == [200]


def test_a_recommendation_takes_the_card_from_the_others_in_the_group(acknowledged, sanna, kerstin, fredrik):
    chase_on(74, 81)
    with later(85):
        item = acknowledged.agenda_items.get()
        services.recommend(acknowledged, actor=sanna, item=item, body="Ring chefen.")
    assert opens(acknowledged, kerstin, fredrik, on=85) == [200, 404]


def test_a_part_that_the_kansli_answers_for_is_not_laid_at_the_members_door(
    acknowledged, kommun, kerstin, fredrik, adam
):
    services.end_member(kommun, actor=adam, last_day=START.date())
    chase_on(74)
    assert opens(acknowledged, kerstin, on=74) == [404]
    chase_on(81)
    assert opens(acknowledged, kerstin, fredrik, on=81) == [200, 200]


def test_each_part_of_a_case_is_brought_to_its_own_member(file_case, flow, kommun, fk, frida, kerstin, fredrik):
    both = flow.send(file_case(concerned=[Concerned(Party.KOMMUN, kommun), Concerned(Party.FORSAKRINGSKASSAN, fk)]))
    chase_on(24)
    with later(24):
        seen = {name: [c.member for c in Concern.objects.brought_to(who)] for name, who in
                {"kerstin": kerstin, "fredrik": fredrik}.items()}  # fmt: skip
    assert seen == {"kerstin": [kommun], "fredrik": [fk]}
    assert both.concerns.count() == 2


# ---- what stands on it ----


def shown(case: Case, person: User, on: int) -> str:
    with later(on):
        html = html_of(browser_of(person).get(f"/arenden/{case.number}/status/"))
    main = re.search(r"<main.*?</main>", html, re.DOTALL)
    assert main
    return " ".join(re.sub(r"<[^>]*>", " ", main[0]).split())


def test_the_card_says_how_late_what_has_been_acknowledged_is_and_who_was_reminded_when(acknowledged, kerstin):
    chase_on(53, 60, 67, 74)
    text = shown(acknowledged, kerstin, on=75)
    assert acknowledged.number in text
    assert "Kommunens samverkansfunktion" in text
    assert "Svaret skulle ha kommit 1 maj 2026, 15 dagar sedan" in text
    assert "Bekräftat som mottaget Ja" in text
    assert (
        "24 april 2026 Kontaktfunktionen 1 maj 2026 Kontaktfunktionen 8 maj 2026 Kontaktfunktionen och ersättarna "
        "15 maj 2026 Medlemmens person i beredningsgruppen"
    ) in text


def test_a_card_of_what_nobody_has_acknowledged_says_so(sent, kerstin):
    chase_on(24)
    text = shown(sent, kerstin, on=25)
    assert "Bekräftelsen skulle ha kommit 12 mars 2026, 15 dagar sedan" in text
    assert "Bekräftat som mottaget Nej" in text


def test_the_card_holds_nothing_of_what_the_case_is_about(file_case, flow, kommun, enhet, rakel, kerstin, insats):
    case = file_case(concerned=[Concerned(Party.KOMMUN, kommun, enhet)], initiative=insats, suggestion="Ett förslag")
    flow.acknowledge(flow.send(case))
    chase_on(74, 81)
    with later(81):
        html = html_of(browser_of(kerstin).get(f"/arenden/{case.number}/status/"))
    hidden = [case.heading, case.happened, "Ett förslag", rakel.name, enhet.name, insats.name, "Organisation",
              "Karl", "kommun<", kommun.name]  # fmt: skip
    assert [word for word in hidden if word in html] == []


def test_reminders_from_before_it_was_sent_anew_are_another_story(acknowledged, sanna, kommun, kerstin):
    chase_on(53, 60)
    other = make_function(kommun, "Soc", make_user("Frans"))
    with later(61):
        services.send(acknowledged, actor=sanna, concerns={acknowledged.concerns.get().pk: other})
    chase_on(85)
    assert "24 april" not in shown(acknowledged, kerstin, on=85)


def test_the_kansli_finds_its_way_to_the_case_and_the_group_no_way_to_what_it_may_not_open(
    acknowledged, sanna, kerstin
):
    chase_on(74)
    with later(74):
        pages = [html_of(browser_of(who).get(f"/arenden/{acknowledged.number}/status/")) for who in (sanna, kerstin)]
    assert [f'href="/arenden/{acknowledged.number}/"' in page for page in pages] == [True, False]


def test_looking_at_a_card_is_no_reading_of_the_case(acknowledged, kerstin):
    chase_on(74)
    assert opens(acknowledged, kerstin, on=74) == [200]
    assert not ReadLog.objects.exists()


def test_a_card_asks_as_many_questions_for_many_reminders_as_for_one(acknowledged, kerstin):
    visit, url = browser_of(kerstin), f"/arenden/{acknowledged.number}/status/"

    def asked(on: int) -> int:
        with later(on):
            visit.get(url)  # saves the session
            with CaptureQueriesContext(connection) as queries:
                assert visit.get(url).status_code == 200
        return len(queries)

    chase_on(74)
    few = asked(75)
    chase_on(81, 88, 95, 102)
    assert asked(103) == few


# ---- the start page ----


def start(person: User, on: int) -> str:
    with later(on):
        return html_of(browser_of(person).get("/"))


def test_the_group_finds_its_cards_on_the_start_page(acknowledged, kerstin, fredrik):
    chase_on(74)
    page = start(kerstin, 75)
    assert f'<a href="/arenden/{acknowledged.number}/status/">{acknowledged.number}</a>' in page
    assert "Kommunens samverkansfunktion · 15 dagar försenat" in page
    assert acknowledged.number not in start(fredrik, 75)
    assert "Svar som dröjer" in start(fredrik, 75)


def test_others_have_no_such_list(acknowledged, sanna, karl, rakel):
    chase_on(74)
    assert [who for who in (sanna, karl, rakel) if "Svar som dröjer" in start(who, 75)] == []


# ---- letters ----


def test_word_leads_only_whom_its_page_opens_for(acknowledged, kerstin, karl):
    chase_on(74)
    event = Event.objects.get(verb="remind")
    with later(74):
        can = {(kind, who.name): may_open(kind, event, who) for kind in ("STATUS", "LATE") for who in (kerstin, karl)}
    assert [key for key, opened in can.items() if opened] == [("STATUS", kerstin.name), ("LATE", karl.name)]
