"""A function's people confirm themselves twice a year; what makes a function doubtful, and where that is said."""

import datetime as dt

import pytest
from django.urls import reverse
from structlog.testing import capture_logs

from cases import clocks, services
from cases.errors import Incomplete, MoveNotAllowed
from cases.ladder import CONFIRM_DAYS
from cases.models import Absence, Association, ContactFunction, FunctionPerson
from cases.routing import Router
from cases.views.registers.base import routing_warnings_count
from tests.pages import Page, browser_of, html_of
from tests.people import LONG_AGO, make_function, make_user
from tests.sharing import shared, tool

DAY = dt.timedelta(days=1)
BOUNCED = "Brev till adressen har kommit tillbaka"


def today() -> dt.date:
    return clocks.today()


def change(row, **fields):
    """Store columns that only the program itself sets."""
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()
    return row


@shared
def due(funktion, karl, kim) -> ContactFunction:
    """Karl's function, where Kim is the deputy; it was confirmed half a year ago."""
    return change(funktion, confirmed_on=today() - CONFIRM_DAYS * DAY)


def places(function: ContactFunction) -> dict[str, int]:
    """Return the id of each place, by the person's first name."""
    return {place.user.name.split()[0]: place.pk for place in function.people.select_related("user")}


def confirm(function, actor, *gone: str):
    named = places(function)
    out = {named.pop(name) for name in gone}
    return services.confirm_function(function, actor=actor, remaining=set(named.values()), gone=out)


# ---- when it is time ----


@pytest.mark.parametrize(("days", "is_due"), [(CONFIRM_DAYS - 1, False), (CONFIRM_DAYS, True)])
def test_it_is_time_half_a_year_after_the_last_time(funktion, days, is_due):
    change(funktion, confirmed_on=today() - days * DAY)
    assert (funktion in ContactFunction.objects.confirm_due(today())) is is_due
    assert (funktion.confirm_due_on <= today()) is is_due


@pytest.mark.parametrize(("days", "is_due"), [(CONFIRM_DAYS - 1, False), (CONFIRM_DAYS, True)])
def test_a_new_function_is_confirmed_half_a_year_after_it_began(funktion, days, is_due):
    change(funktion, confirmed_on=None, from_on=today() - days * DAY)
    assert (funktion in ContactFunction.objects.confirm_due(today())) is is_due
    assert (funktion.confirm_due_on <= today()) is is_due


def test_a_function_that_began_again_counts_from_then(funktion):
    change(funktion, confirmed_on=today() - 400 * DAY, from_on=today() - 10 * DAY)
    assert not ContactFunction.objects.confirm_due(today()).exists()
    assert funktion.confirm_due_on == today() + (CONFIRM_DAYS - 10) * DAY


def test_a_function_that_has_ended_is_not_due(due):
    change(due, to_on=today() - DAY)
    assert not ContactFunction.objects.confirm_due(today()).exists()


def test_a_forbund_that_has_ended_has_nothing_due(due, forbund):
    change(forbund, ended_on=today())
    assert not ContactFunction.objects.confirm_due(today()).exists()


# ---- the service ----


def test_confirming_notes_who_and_when(due, karl):
    confirm(due, karl)
    due.refresh_from_db()
    assert (due.confirmed_on, due.confirmed_by) == (today(), karl)
    assert due.people.in_force().count() == 2


def test_a_deputy_and_the_administrator_may_confirm_too(due, kim, adam):
    assert confirm(due, kim).confirmed_by == kim
    assert confirm(due, adam).confirmed_by == adam


@pytest.mark.parametrize("name", ["sanna", "rakel", "bea", "frida", "olle"])
def test_nobody_else_may_confirm(due, name, request):
    actor = request.getfixturevalue(name)
    with pytest.raises(MoveNotAllowed) as refused:
        confirm(due, actor)
    assert refused.value.code == "not_in_function"


def test_who_sat_there_once_may_not_confirm(due, karl):
    due.people.filter(user=karl).update(to_on=today() - DAY)
    with pytest.raises(MoveNotAllowed):
        services.confirm_function(due, actor=karl, remaining=places(due).values())


def test_whoever_is_left_out_has_no_place_there_from_today(due, karl, kim):
    confirm(due, karl, "Kim")
    assert due.people.get(user=kim).to_on == today() - DAY
    assert [place.user for place in due.people.in_force()] == [karl]


def test_a_place_that_began_today_ends_with_the_day(due, karl, kim):
    due.people.filter(user=kim).update(from_on=today())
    confirm(due, karl, "Kim")
    assert due.people.get(user=kim).to_on == today()


def test_a_place_that_has_not_begun_is_left_alone(due, karl, frida):
    coming = FunctionPerson.objects.create(function=due, user=frida, from_on=today() + DAY)
    services.confirm_function(due, actor=karl, remaining=due.people.in_force().values_list("pk", flat=True))
    coming.refresh_from_db()
    assert coming.to_on is None


def test_a_function_is_never_left_without_anybody(due, karl):
    with pytest.raises(Incomplete) as refused:
        confirm(due, karl, "Karl", "Kim")
    assert "administratör" in refused.value.fields["remaining"]
    assert due.people.in_force().count() == 2


def test_somebody_who_cannot_log_in_is_not_enough(due, karl, kim):
    change(kim, is_active=False)
    with pytest.raises(Incomplete):
        confirm(due, karl, "Karl")


def test_somebody_who_was_added_meanwhile_is_not_taken_out(due, karl, frida):
    named = places(due).values()
    FunctionPerson.objects.create(function=due, user=frida, from_on=today())
    with pytest.raises(MoveNotAllowed) as refused:
        services.confirm_function(due, actor=karl, remaining=named)
    assert refused.value.code == "changed"
    due.refresh_from_db()
    assert due.confirmed_by is None


def test_a_function_that_has_ended_is_not_confirmed(due, adam):
    change(due, to_on=today() - DAY)
    with pytest.raises(MoveNotAllowed):
        confirm(due, adam)


def test_the_registers_of_a_forbund_that_has_ended_stay(due, forbund, adam):
    change(forbund, ended_on=today())
    with pytest.raises(MoveNotAllowed) as refused:
        confirm(due, adam)
    assert refused.value.code == "ended"


def test_the_log_tells_who_confirmed_what_by_numbers_alone(due, karl):
    gone = places(due)["Kim"]
    with capture_logs() as lines:
        confirm(due, karl, "Kim")
    [line] = [line for line in lines if line["event"] == "function_confirmed"]
    assert (line["by"], line["function"], line["ended"]) == (karl.pk, due.pk, [gone])


# ---- the page ----


def url_of(function: ContactFunction) -> str:
    return reverse("function_confirm", args=[function.pk])


class Opened:
    """The page as somebody has it before them, ready to be sent."""

    def __init__(self, function, user) -> None:
        self.visit, self.url = browser_of(user), url_of(function)
        self.page = Page(self.visit.get(self.url))
        self.sent = self.page.hidden("")

    def send(self, **changes):
        return self.visit.post(self.url, {**self.sent, **changes})


def test_everybody_is_ticked_from_the_start(due, karl):
    opened = Opened(due, karl)
    assert sorted(opened.sent["remaining"]) == sorted(str(pk) for pk in places(due).values())


def test_the_page_shows_what_there_is_to_know(due, karl, kim):
    change(kim, bounced_on=today())
    change(due, bounced_on=today())
    Absence.objects.create(user=karl, from_on=today(), to_on=dt.date(2099, 3, 9))
    page = Opened(due, kim).page.html
    for words in (due.name, due.member.name, due.mailbox, "Ersättare", BOUNCED, "Tar inte emot brev",
                  "Borta till och med 9 mars 2099", "Hör av dig till förbundets administratör"):  # fmt: skip
        assert words in page, words


def test_the_page_tells_who_cannot_log_in_who_leaves_and_who_comes(due, karl, kim, frida):
    change(kim, is_active=False)
    due.people.filter(user=karl).update(to_on=dt.date(2099, 3, 9))
    FunctionPerson.objects.create(function=due, user=frida, is_deputy=True, from_on=dt.date(2099, 3, 10))
    page = Opened(due, karl).page.html
    for words in ("Kontot är avstängt", "Till och med 9 mars 2099", "Kommer 10 mars 2099", f"{frida} (ersättare)"):
        assert words in page, words


def test_the_page_says_when_it_was_last_done_and_by_whom(due, karl, kim):
    assert "Aldrig" in Opened(change(due, confirmed_on=None), kim).page.html
    change(due, confirmed_on=dt.date(2025, 3, 9), confirmed_by=karl)
    assert f"9 mars 2025 av {karl}" in Opened(due, kim).page.html


def test_it_stamps_the_function_and_leads_to_the_start(due, karl):
    answer = Opened(due, karl).send()
    assert answer.headers["Location"] == "/"
    due.refresh_from_db()
    assert (due.confirmed_on, due.confirmed_by) == (today(), karl)


def test_the_administrator_is_led_to_the_register(due, adam):
    opened = Opened(due, adam)
    register = reverse("function_edit", kwargs={"code": "PRO", "pk": due.pk})
    assert register in opened.page.links
    assert opened.send().headers["Location"] == register


def test_without_a_tick_a_person_is_out(due, karl, kim):
    Opened(due, karl).send(remaining=[places(due)["Karl"]])
    assert [place.user for place in due.people.in_force()] == [karl]


def test_sending_twice_changes_nothing_more(due, karl, kim):
    opened = Opened(due, karl)
    first, second = (opened.send(remaining=[places(due)["Karl"]]) for _ in range(2))
    assert (first.status_code, second.status_code) == (302, 302)
    assert due.people.get(user=kim).to_on == today() - DAY


def test_whoever_takes_themselves_out_with_two_clicks_is_told_that_it_is_done(due, karl, kim):
    opened = Opened(due, karl)
    opened.send(remaining=[places(due)["Kim"]])
    answer = opened.visit.post(opened.url, opened.sent, follow=True)
    assert "Det här var redan gjort." in html_of(answer)
    assert opened.visit.get(opened.url).status_code == 404


def test_leaving_nobody_is_refused_beside_the_names(due, karl):
    answer = Opened(due, karl).send(remaining=[])
    assert answer.status_code == 422
    assert "Minst en person måste vara kvar" in Page(answer).error_beside("remaining")


def test_somebody_added_meanwhile_is_shown_ticked_and_the_page_can_be_sent_again(due, karl, frida):
    opened = Opened(due, karl)
    new = FunctionPerson.objects.create(function=due, user=frida, from_on=today())
    answer = opened.send(remaining=[places(due)["Karl"]])
    assert answer.status_code == 422
    assert "har ändrats sedan du öppnade sidan" in html_of(answer)
    again = Page(answer).hidden("")
    assert set(again["remaining"]) == {str(places(due)["Karl"]), str(new.pk)}
    assert opened.visit.post(opened.url, again).status_code == 302
    assert due.people.in_force().filter(user=frida).exists()


def test_a_tick_for_somebody_who_was_taken_out_meanwhile_is_refused_beside_the_names(due, karl, kim):
    opened = Opened(due, karl)
    due.people.filter(user=kim).update(to_on=today() - DAY)
    answer = opened.send()
    assert answer.status_code == 422
    assert "har ändrats sedan du öppnade sidan" in Page(answer).error_beside("remaining")


def test_the_kansli_reads_and_does_not_confirm(due, sanna, kim):
    page = Page(browser_of(sanna).get(url_of(due)))
    assert kim.name in page.html
    assert "Det stämmer" not in page.html
    assert browser_of(sanna).post(url_of(due), {}).status_code == 404


def test_an_empty_function_says_so(kommun, adam):
    page = Page(browser_of(adam).get(url_of(make_function(kommun, "Tom"))))
    assert "Ingen sitter i funktionen" in page.html
    assert "Det stämmer" not in page.html


@pytest.mark.once
def test_the_page_asks_as_often_for_thirty_people_as_for_one(due, karl, django_assert_max_num_queries):
    visit = browser_of(karl)
    visit.get(url_of(due))
    with django_assert_max_num_queries(15) as few:
        visit.get(url_of(due))
    for n in range(30):
        user = make_user(f"En{n}")
        FunctionPerson.objects.create(function=due, user=user, from_on=LONG_AGO)
        Absence.objects.create(user=user, from_on=LONG_AGO)
    with django_assert_max_num_queries(len(few.captured_queries)):
        visit.get(url_of(due))


# ---- the start page ----


def test_the_start_page_asks_those_whose_function_is_due(due, karl, kim):
    assert all(url_of(due) in Page(browser_of(user).get("/")).links for user in (karl, kim))
    confirm(due, karl)
    assert url_of(due) not in Page(browser_of(kim).get("/")).links


def test_the_start_page_asks_nobody_else(due, frida, sanna, adam):
    assert all(url_of(due) not in Page(browser_of(user).get("/")).links for user in (frida, sanna, adam))


# ---- doubts ----


def doubts(function) -> list[str]:
    return [doubt.sentence for doubt in Router(function.member.association).doubts(function)]


def test_a_function_that_works_leaves_no_doubt(funktion, kim):
    assert doubts(funktion) == []


@pytest.mark.parametrize(("confirmed_on", "words"), [
    (dt.date(2025, 3, 3), "Funktionens personer har inte bekräftats sedan 3 mars 2025."),
    (None, "Funktionens personer har aldrig bekräftats."),
])  # fmt: skip
def test_people_whom_nobody_has_confirmed_are_a_doubt(funktion, confirmed_on, words):
    assert doubts(change(funktion, confirmed_on=confirmed_on)) == [words]


def test_bouncing_people_are_counted_among_those_in_the_function(funktion, karl, kim):
    change(kim, bounced_on=today())
    assert doubts(funktion) == ["Brev till 1 av 2 i funktionen har kommit tillbaka."]


def test_a_bouncing_mailbox_is_a_doubt(funktion):
    assert doubts(change(funktion, bounced_on=today())) == ["Brevlådan tar inte emot brev."]
    assert doubts(change(funktion, mailbox="")) == []


def test_where_nobody_is_present_that_comes_first(due, karl, kim):
    for user in (karl, kim):
        Absence.objects.create(user=user, from_on=today())
    assert doubts(due)[0] == f"Ingen är på plats i {due.name}. Det som skickas dit går till kansliet."
    assert len(doubts(due)) == 2


def test_the_reporter_counts_as_absent_in_a_doubt(funktion, karl):
    router = Router(funktion.member.association)
    assert [doubt.short for doubt in router.doubts(funktion, without=karl.pk)] == ["ingen på plats"]


def test_a_function_that_has_ended_is_beyond_doubt(due):
    assert doubts(change(due, to_on=today() - DAY)) == []


def test_a_forbund_that_has_ended_confirms_nothing(due, forbund):
    change(forbund, ended_on=today())
    assert Router(forbund).doubts(due) == []


@pytest.mark.once
def test_doubts_ask_the_database_nothing(forbund, due, kim, django_assert_num_queries):
    change(kim, bounced_on=today())
    router = Router(forbund)
    with django_assert_num_queries(0):
        assert len(router.doubts(due)) == 2


# ---- what presses ----


def pressing(forbund: Association) -> list[str]:
    return [warning.in_full for warning in Router(forbund).warnings()]


def test_what_bounces_is_a_warning_that_names_the_function(forbund, funktion, karl):
    change(karl, bounced_on=today())
    change(funktion, bounced_on=today())
    assert pressing(forbund) == [
        f"Brev till 1 av 1 i {funktion.name} har kommit tillbaka.",
        f"Brevlådan för {funktion.name} tar inte emot brev.",
    ]


@pytest.mark.parametrize(("days", "count"), [(28, 0), (29, 1)])
def test_unconfirmed_people_are_a_warning_when_every_letter_about_it_was_in_vain(forbund, funktion, days, count):
    change(funktion, confirmed_on=today() - (CONFIRM_DAYS + days) * DAY)
    assert len(pressing(forbund)) == count


def test_the_count_on_the_start_page_is_that_of_the_register(funktion, karl, adam):
    change(karl, bounced_on=today())
    change(funktion, bounced_on=today(), confirmed_on=None)
    assert routing_warnings_count(adam) == 3
    visit = browser_of(adam)
    assert "3 varningar om regler och funktioner" in html_of(visit.get("/"))
    assert len(visit.get("/register/PRO/").context["warnings"]) == 3


def test_the_registers_show_every_doubt(due, karl, adam):
    change(karl, bounced_on=today())
    visit = browser_of(adam)
    for url in ("/register/PRO/funktioner/", f"/register/PRO/funktioner/{due.pk}/"):
        page = html_of(visit.get(url))
        assert "Funktionens personer har inte bekräftats sedan" in page
        assert "Brev till 1 av 2 i funktionen har kommit tillbaka." in page
    assert page.count("Brev har kommit tillbaka") == 1


def test_the_register_leads_to_confirming_a_function_that_goes_on(due, karl, adam):
    edit = f"/register/PRO/funktioner/{due.pk}/"
    confirm(due, karl)
    page = Page(browser_of(adam).get(edit))
    assert url_of(due) in page.links
    assert f"av {karl}" in page.html
    change(due, to_on=today() - DAY)
    assert url_of(due) not in Page(browser_of(adam).get(edit)).links


# ---- before sending ----


@tool
def send_page(case, sanna):
    """Return a function that opens the page to send Rakel's case on, as Sanna has it."""
    visit = browser_of(sanna)
    return lambda: Page(visit.get(reverse("case_step", args=[case.number, "skicka"])))


def test_before_sending_nothing_is_said_of_a_function_that_works(send_page, funktion):
    html = send_page().html
    assert f"Innan du skickar till {funktion.name}" not in html
    assert f"{funktion.name} –" not in html


def test_before_sending_one_is_told_about_the_function_that_is_proposed(send_page, due, karl):
    change(karl, bounced_on=today())
    html = send_page().html
    notice, button = html.index(f"Innan du skickar till {due.name}"), html.rindex('<button class="button"')
    assert notice < html.index("Funktionens personer har inte bekräftats sedan") < button
    assert notice < html.index("Brev till 1 av 2 i funktionen har kommit tillbaka.") < button


def test_a_choice_says_shortly_what_is_in_its_way(send_page, due, karl, kommun):
    change(karl, bounced_on=today())
    make_function(kommun, "Tom")
    html = send_page().html
    assert f"{due.name} – brev har kommit tillbaka, inte bekräftad</option>" in html
    assert "Tom – ingen på plats</option>" in html


def test_a_choice_where_only_the_reporter_is_present_says_so(file_case, funktion, karl, sanna):
    url = reverse("case_step", args=[file_case(actor=karl).number, "skicka"])
    assert f"{funktion.name} – ingen på plats</option>" in html_of(browser_of(sanna).get(url))


def test_a_refused_form_tells_about_the_function_that_was_chosen(case, sanna, kommun, funktion, frida):
    other = change(make_function(kommun, "Annan", frida), confirmed_on=None)
    concern = case.concerns.get()
    url = reverse("case_step", args=[case.number, "skicka"])
    answer = browser_of(sanna).post(url, {f"to_{concern.pk}": str(other.pk), "nonce": "prov", "seen": case.last_seq})
    assert answer.status_code == 422
    assert "Innan du skickar till Annan" in html_of(answer)


@pytest.mark.once
def test_the_page_to_send_asks_as_often_for_many_functions_as_for_one(
    send_page, kommun, due, django_assert_max_num_queries
):
    send_page()
    with django_assert_max_num_queries(20) as few:
        send_page()
    for n in range(20):
        change(make_function(kommun, f"F{n}", make_user(f"N{n}", bounced_on=today())), confirmed_on=None)
    with django_assert_max_num_queries(len(few.captured_queries)):
        send_page()
