"""The bell and its page: what is news to whom, and how it stops being so."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import services
from cases.codes import ReadAction, Role
from cases.models import Case, User
from notifications import news, tasks
from notifications.delivery import sweep
from notifications.filling import announce
from notifications.kinds import KINDS
from notifications.models import UNREAD_DAYS, Channel, Delivery, Kind
from notifications.news import READ_DAYS, item, leads_to, news_of, put_away, put_away_opened, unread_count
from notifications.recipients import Recipient
from tests.pages import Page, browser_of, html_of
from tests.people import grant
from tests.sharing import shared

pytestmark = pytest.mark.django_db


def kinds(user: User) -> list[str]:
    return list(Delivery.objects.unread_by(user).values_list("kind", flat=True))


@shared
def told(case, sanna) -> Case:
    """Rakel's case, of which Sanna and Rakel have been told."""
    sweep()
    return case


def test_what_somebody_is_told_is_unread(told, sanna):
    assert kinds(sanna) == [Kind.NEW]


def test_what_one_did_oneself_is_no_news(told, rakel):
    assert Delivery.objects.filter(user=rakel, kind=Kind.RECEIPT, channel=Channel.APP).exists()
    assert kinds(rakel) == []


def test_word_is_read_once_its_reader_opens_the_case(told, sanna):
    browser_of(sanna).get(reverse("case", args=[told.number]))
    assert kinds(sanna) == []


def test_word_that_comes_after_the_case_was_opened_is_unread(case, flow, sanna):
    flow.send(case)
    sweep()
    services.log_read(case, actor=sanna, action=ReadAction.OPENED)
    flow.answer(case)
    sweep()
    assert kinds(sanna) == [Kind.ANSWERED]


@pytest.mark.parametrize("action", [action for action in ReadAction if action != ReadAction.OPENED])
def test_only_opening_the_case_reads_its_word(told, sanna, action):
    services.log_read(told, actor=sanna, action=action)
    assert kinds(sanna) == [Kind.NEW]


def test_somebody_elses_opening_reads_nothing(told, sanna, stina):
    services.log_read(told, actor=stina, action=ReadAction.OPENED)
    assert kinds(sanna) == [Kind.NEW]


def test_word_of_a_case_that_one_may_no_longer_open_is_gone(case, flow, karl):
    flow.send(case)
    sweep()
    assert kinds(karl) == [Kind.SENT]
    services.return_(case, actor=karl, concern=case.concerns.get(), reason="Hör till en annan enhet.")
    assert kinds(karl) == []
    assert list(news_of(karl)) == []


def test_a_card_is_news_to_the_group_for_as_long_as_it_is_brought_to_them(case, flow, forbund, kommun, bea, moved):
    bea.grants.update(member=kommun)
    flow.send(case)
    with moved(75):
        services.chase()
        sweep()
        assert not Case.objects.visible_to(bea).exists()
        assert kinds(bea) == [Kind.STATUS]
        flow.answer(case)
        assert kinds(User.objects.get(pk=bea.pk)) == []


def test_word_is_no_news_for_ever(told, sanna, moved):
    with moved(UNREAD_DAYS - 1):
        assert kinds(sanna) == [Kind.NEW]
    with moved(UNREAD_DAYS + 1):
        assert kinds(sanna) == []


def test_letters_do_not_count_twice(told, sanna):
    assert Delivery.objects.filter(user=sanna).count() == 2
    assert unread_count(sanna) == "1"


def test_word_without_a_case_counts_too(forbund, bea):
    announce(Kind.PACK, about="agenda:1", to=[Recipient(bea.email, bea)], association=forbund)
    assert kinds(bea) == [Kind.PACK]
    assert item(news_of(bea).get()).what == KINDS[Kind.PACK].subject


def test_the_number_goes_to_99_and_then_says_more(forbund, bea):
    for number in range(101):
        announce(Kind.PACK, about=f"agenda:{number}", to=[Recipient(bea.email, bea)], association=forbund)
        if number in (0, 98, 99):
            assert unread_count(bea) == {0: "1", 98: "99", 99: "99+"}[number]
    assert unread_count(bea) == "99+"


def test_the_number_is_two_questions_to_the_database_and_one_where_nothing_waits(
    told, sanna, stina, django_assert_num_queries
):
    sanna.standing(), stina.standing()
    with django_assert_num_queries(2):
        unread_count(sanna)
    put_away(stina, upto=2**31)
    with django_assert_num_queries(1):
        unread_count(stina)


# ---- the header ----


def bell_of(user: User, path: str = "/hjalp/") -> str:
    found = re.search(r'<a class="bell".*?</a>', html_of(browser_of(user).get(path)), re.DOTALL)
    return re.sub(r"<[^>]*>", "", found[0])


def test_the_header_says_how_much_is_unread(file_case, sanna, rakel):
    assert bell_of(sanna).split() == ["Nytt"]
    file_case()
    sweep()
    assert bell_of(sanna).split() == ["Nytt", "1", "oläst"]
    file_case()
    sweep()
    assert bell_of(sanna).split() == ["Nytt", "2", "olästa"]
    assert bell_of(rakel).split() == ["Nytt"]


def test_the_bell_stands_before_the_menu_that_a_phone_folds(told, sanna):
    page = html_of(browser_of(sanna).get("/"))
    assert page.index('class="bell"') < page.index('id="meny"')


def test_whoever_is_not_logged_in_has_no_bell(client, told):
    assert 'class="bell"' not in html_of(client.get("/"))


# ---- the page ----


def test_the_page_says_what_when_and_of_which_case(told, sanna):
    page = html_of(browser_of(sanna).get("/nytt/"))
    assert f"Nytt ärende {told.number}" in page
    assert told.heading in page
    assert reverse("case", args=[told.number]) in page
    assert "Oläst" in page


def test_the_page_is_empty_in_words(sanna):
    page = html_of(browser_of(sanna).get("/nytt/"))
    assert "Inget nytt" in page
    assert "Markera allt som läst" not in page


def test_unread_stands_first_and_read_stays_a_month(file_case, sanna, moved):
    first, second = file_case(), file_case()
    sweep()
    services.log_read(second, actor=sanna, action=ReadAction.OPENED)
    assert [row.event.case for row in news_of(sanna)] == [first, second]
    with moved(READ_DAYS + 1):
        assert [row.event.case for row in news_of(sanna)] == [first]


@pytest.mark.once
def test_the_page_is_cut_and_asks_as_often_for_many_as_for_few(file_case, forbund, sanna):
    visit = browser_of(sanna)
    visit.get("/nytt/")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert visit.get("/nytt/").status_code == 200
        return len(queries)

    for _ in range(2):
        file_case()
    sweep()
    few = asked()
    for _ in range(26):
        file_case()
    sweep()
    # A list that goes on over a page counts how far, once.
    assert asked() <= few + 1 <= 12
    assert "1–25 av 28" in html_of(visit.get("/nytt/"))
    assert "26–28 av 28" in html_of(visit.get("/nytt/?sida=2"))


def test_one_button_marks_all_as_read(file_case, sanna, stina):
    file_case(), file_case()
    sweep()
    visit = browser_of(sanna)
    page = html_of(visit.get("/nytt/"))
    upto = re.search(r'name="upto" value="(\d+)"', page)[1]
    answer = visit.post("/nytt/", {"upto": upto}, follow=True)
    assert "Allt är markerat som läst." in html_of(answer)
    assert kinds(sanna) == []
    assert len(kinds(stina)) == 2


def test_word_without_a_case_leads_to_its_page_and_is_read_then(forbund, bea):
    meeting = forbund.meetings.create(held_on="2030-01-01")
    announce(Kind.PACK, about=f"pack:{meeting.pk}", to=[Recipient(bea.email, bea)], association=forbund)
    visit = browser_of(bea)
    (link,) = [link for link in Page(visit.get("/nytt/")).links if re.fullmatch(r"/nytt/\d+/", link)]
    answer = visit.get(link)
    assert answer["Location"] == reverse("agenda", args=[meeting.pk])
    assert visit.get(answer["Location"]).status_code == 200
    assert kinds(bea) == []


def test_a_function_to_confirm_leads_to_its_page(funktion, karl, forbund):
    about = f"confirm:{funktion.pk}:2026-03-02:0"
    announce(Kind.CONFIRM, about=about, to=[Recipient(karl.email, karl)], association=forbund)
    assert leads_to(news_of(karl).get(), karl) == reverse("function_confirm", args=[funktion.pk])


def test_a_card_leads_to_the_card_and_shows_nothing_of_the_case(case, flow, kommun, bea, moved):
    bea.grants.update(member=kommun)
    flow.send(case)
    with moved(75):
        services.chase()
        sweep()
        visit = browser_of(bea)
        page = visit.get("/nytt/")
        assert case.heading not in html_of(page)
        (link,) = [link for link in Page(page).links if re.fullmatch(r"/nytt/\d+/", link)]
        answer = visit.get(link)
        assert answer["Location"] == reverse("case_status", args=[case.number])
        assert visit.get(answer["Location"]).status_code == 200


def test_a_card_that_is_gone_leads_to_the_case_for_whoever_may_open_it(case, flow, sanna, moved):
    flow.send(case)
    with moved(75):
        services.chase()
        sweep()
        word = news_of(sanna).get(kind=Kind.STATUS)
        assert leads_to(word, sanna) == reverse("case_status", args=[case.number])
        flow.answer(case)
        assert leads_to(word, User.objects.get(pk=sanna.pk)) == reverse("case", args=[case.number])


def test_somebody_elses_word_cannot_be_opened(told, sanna, stina):
    own = Delivery.objects.get(user=sanna, channel=Channel.APP)
    letter = Delivery.objects.get(user=sanna, channel=Channel.MAIL)
    assert browser_of(stina).get(reverse("news_open", args=[own.pk])).status_code == 404
    assert browser_of(sanna).get(reverse("news_open", args=[letter.pk])).status_code == 404
    assert kinds(sanna) == [Kind.NEW]


def test_what_came_after_the_page_was_opened_stays_unread(file_case, sanna):
    file_case()
    sweep()
    upto = Delivery.objects.filter(channel=Channel.APP, user=sanna).get().pk
    later = file_case()
    sweep()
    put_away(sanna, upto=upto)
    assert [row.event.case for row in Delivery.objects.unread_by(sanna)] == [later]


@pytest.mark.parametrize("upto", ["", "-1", "allt", str(2**63)])
def test_a_button_that_names_nothing_marks_nothing(told, sanna, upto):
    assert browser_of(sanna).post("/nytt/", {"upto": upto}).status_code == 302
    assert kinds(sanna) == [Kind.NEW]


def test_the_forbund_is_named_to_whoever_has_several(told, sanna, annat_forbund):
    name = f"· {told.association.name}"
    assert name not in html_of(browser_of(sanna).get("/nytt/"))
    grant(sanna, annat_forbund, Role.COORDINATOR)
    assert name in html_of(browser_of(sanna).get("/nytt/"))


# ---- the chores ----


def unseen() -> set[str]:
    return set(Delivery.objects.filter(channel=Channel.APP, seen_at=None).values_list("user__email", flat=True))


def test_the_chores_put_away_what_has_been_opened(told, sanna, stina):
    services.log_read(told, actor=sanna, action=ReadAction.OPENED)
    assert put_away_opened() == 1
    assert "sanna@example.org" not in unseen()
    assert put_away_opened() == 0


def test_the_chores_put_away_what_is_too_old_to_be_news(told, moved):
    with moved(UNREAD_DAYS + 1):
        tasks.hourly()
    assert unseen() == set()


def test_the_chores_put_away_more_than_one_batch(file_case, sanna, monkeypatch):
    monkeypatch.setattr(news, "BATCH", 2)
    for _ in range(5):
        services.log_read(file_case(), actor=sanna, action=ReadAction.OPENED)
    sweep()
    for case in Case.objects.all():
        services.log_read(case, actor=sanna, action=ReadAction.OPENED)
    assert put_away_opened() == 5
