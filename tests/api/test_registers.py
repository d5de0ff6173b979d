"""The registers through the API: what one needs to report and to send, and for the administrator all of it."""

import datetime as dt

import pytest

from cases import clocks, services
from cases.codes import Party, Role
from cases.models import Association, ContactFunction, Initiative, Member, RoutingRule, Unit
from cases.routing import Router
from tests.api.asking import MOST_QUESTIONS, browser_of, listed, questions, refused, shown
from tests.people import LONG_AGO, grant, make_function, make_user

ONE = "associations/PRO/"
YESTERDAY = clocks.today() - dt.timedelta(days=1)


@pytest.fixture
def gone(forbund, kommun) -> tuple[Member, Unit, Initiative]:
    """A member, a unit and an insats that have ended."""
    ended = {"from_on": LONG_AGO, "to_on": YESTERDAY}
    return (
        Member.objects.create(association=forbund, party=Party.REGION, name="Region Förr", **ended),
        Unit.objects.create(member=kommun, name="Gamla enheten", **ended),
        Initiative.objects.create(association=forbund, name="Gamla insatsen", **ended),
    )


def post(actor, address: str, **body: object):
    return browser_of(actor).post(f"/api/v1/{address}", body, content_type="application/json")


# ---- who ----


def test_a_program_that_reports_gets_the_names_that_the_form_shows(forbund, kommun, enhet, insats, gone, rakel):
    assert [row["name"] for row in listed(rakel, f"{ONE}members/")] == [kommun.name]
    [unit] = listed(rakel, f"{ONE}units/")
    assert (unit["name"], unit["member"], unit["member_name"]) == (enhet.name, kommun.pk, kommun.name)
    assert [row["name"] for row in listed(rakel, f"{ONE}initiatives/")] == [insats.name]


@pytest.mark.parametrize("name", ["sanna", "adam"])
def test_kansli_and_administrator_see_what_has_ended_too(forbund, kommun, enhet, insats, gone, name, request):
    person = request.getfixturevalue(name)
    for register, row in zip(("members", "units", "initiatives"), gone, strict=True):
        assert row.name in {one["name"] for one in listed(person, f"{ONE}{register}/")}
        assert row.name not in {one["name"] for one in listed(person, f"{ONE}{register}/", in_force="true")}
        assert [one["name"] for one in listed(person, f"{ONE}{register}/", in_force="false")] == [row.name]


def test_a_forbund_that_takes_reports_from_its_own_alone_is_unknown_to_others(forbund, kommun, enhet, olle, rakel):
    assert browser_of(olle).get(f"/api/v1/{ONE}").status_code == 200
    Association.objects.filter(pk=forbund.pk).update(open_to_all=False)
    for address in (ONE, f"{ONE}members/", f"{ONE}members/{kommun.pk}/", f"{ONE}units/", f"{ONE}functions/"):
        assert browser_of(olle).get(f"/api/v1/{address}").status_code == 404
    assert "PRO" not in [row["code"] for row in listed(olle, "associations/")]
    assert "PRO" in [row["code"] for row in listed(rakel, "associations/")]


def test_clocks_and_words_of_ones_own(forbund, annat_forbund, rakel):
    Association.objects.filter(pk=forbund.pk).update(report_word="anmälan", answer_days=45)
    told = {row["code"]: row for row in listed(rakel, "associations/")}
    assert (told["PRO"]["words"]["report"], told["PRO"]["clocks"]["answer_days"]) == ("anmälan", 45)
    assert told["ANN"]["clocks"] is None


def test_functions_and_their_people_show_to_whom_the_page_does(funktion, karl, kim, frida, sanna, rakel, adam):
    assert {row["name"] for row in listed(sanna, f"{ONE}functions/")} == {
        funktion.name, "Försäkringskassan, samverkan"
    }  # fmt: skip
    assert [row["id"] for row in listed(karl, f"{ONE}functions/")] == [funktion.pk]
    [own] = listed(karl, f"{ONE}functions/")
    assert [(one["name"], one["is_deputy"]) for one in own["people"]] == [(karl.name, False), (kim.name, True)]
    assert listed(rakel, f"{ONE}functions/") == []
    ContactFunction.objects.filter(pk=funktion.pk).update(to_on=YESTERDAY)
    assert funktion.pk not in {row["id"] for row in listed(sanna, f"{ONE}functions/")}
    assert funktion.pk in {row["id"] for row in listed(adam, f"{ONE}functions/")}


def test_rules_people_and_warnings_are_the_administrators(funktion, adam, sanna, rakel):
    RoutingRule.objects.create(member=funktion.member, function=funktion, gap_type="STRUKTUR")
    [rule] = listed(adam, f"{ONE}rules/", funktion=funktion.pk, medlem=funktion.member_id)
    assert (rule["function"], rule["gap_type"], rule["unit"]) == (funktion.pk, "STRUKTUR", None)
    told = shown(adam, f"{ONE}warnings/")["results"]
    assert [one["sentence"] for one in told] == [one.in_full for one in Router(funktion.member.association).warnings()]
    for person in (sanna, rakel):
        for register in ("rules", "people", "warnings"):
            assert browser_of(person).get(f"/api/v1/{ONE}{register}/").status_code == 404


def test_people_are_listed_with_what_they_are_here_and_not_elsewhere(
    forbund, annat_forbund, rakel, karl, funktion, adam
):
    grant(rakel, annat_forbund, Role.BOARD)
    people = {row["email"]: row for row in listed(adam, f"{ONE}people/")}
    assert [role["role"] for role in people[rakel.email]["roles"]] == ["REPORTER"]
    one = shown(adam, f"{ONE}people/{karl.pk}/")
    assert [place["function"] for place in one["places"]] == [funktion.pk]
    assert (one["roles"], one["waits"]) == ([], False)


def test_people_are_searched_for_and_those_who_have_left_on_request(forbund, adam, rakel):
    left = make_user("Lars")
    grant(left, forbund, Role.REPORTER, to_on=YESTERDAY)
    services.invite(forbund, actor=adam, email="ny@example.org", name="Ny Påhittad", roles=[Role.REPORTER])
    assert [row["name"] for row in listed(adam, f"{ONE}people/", q="rakel")] == [rakel.name]
    assert [row["email"] for row in listed(adam, f"{ONE}people/", vantar="true")] == ["ny@example.org"]
    assert left.email not in {row["email"] for row in listed(adam, f"{ONE}people/")}
    assert [row["email"] for row in listed(adam, f"{ONE}people/", alla="ja", q="lars")] == [left.email]


def test_a_search_for_a_personal_number_is_refused(forbund, adam):
    answer = browser_of(adam).get(f"/api/v1/{ONE}people/", {"q": "19850709-9805"})
    assert refused(answer, 400) == ("personal_data", ["q"])
    assert "9805" not in answer.content.decode()


def test_a_row_of_another_forbund_is_not_here(annat_forbund, forbund, adam):
    other = Member.objects.create(association=annat_forbund, party=Party.KOMMUN, name="Annans", from_on=LONG_AGO)
    function = make_function(other, "Annans funktion")
    for address in (f"members/{other.pk}", f"functions/{function.pk}", "units/99999999999999999999", "people/0"):
        assert browser_of(adam).get(f"/api/v1/{ONE}{address}/").status_code == 404
    assert refused(browser_of(adam).get(f"/api/v1/{ONE}units/", {"medlem": other.pk}), 400) == ("invalid", ["medlem"])


@pytest.mark.parametrize(
    ("register", "query"),
    [("members", "part"), ("members", "q"), ("people", "vantar"), ("rules", "funktion"), ("functions", "is_general")],
)
def test_what_cannot_be_asked_for_is_refused_by_name(forbund, adam, register, query):
    answer = browser_of(adam).get(f"/api/v1/{ONE}{register}/", {query: "bogus"})
    assert refused(answer, 400) == ("invalid", [query])


# ---- what the administrator changes ----


def test_a_function_is_made_changed_and_peopled(kommun, adam, karl, rakel):
    made = post(adam, f"{ONE}functions/", member=kommun.pk, name="Ny funktion", from_on="2026-01-01")
    function = ContactFunction.objects.get(pk=made.json()["id"])
    assert (function.member, function.mailbox, function.is_general) == (kommun, "", False)
    post(adam, f"{ONE}functions/{function.pk}/change/", is_general=True)
    place = post(adam, f"{ONE}functions/{function.pk}/add-person/", person=rakel.pk, from_on="2026-01-01").json()[
        "made"
    ]
    post(adam, f"{ONE}functions/{function.pk}/people/{place['id']}/change/", is_deputy=True)
    function.refresh_from_db()
    assert (function.name, function.is_general, function.people.get().is_deputy) == ("Ny funktion", True, True)


def test_only_somebody_who_may_log_in_and_belongs_here_is_put_in_a_function(funktion, adam, rakel, olle):
    rakel.is_active = False
    rakel.save()
    for person in (rakel, olle):
        answer = post(adam, f"{ONE}functions/{funktion.pk}/add-person/", person=person.pk, from_on="2026-01-01")
        assert refused(answer, 400)[1] == ["#/person"]


def test_what_a_change_leaves_out_stays(forbund, enhet, insats, kommun, adam):
    post(adam, f"{ONE}units/{enhet.pk}/change/", to_on="2030-01-01")
    post(adam, f"{ONE}initiatives/{insats.pk}/change/", name="Trappan")
    post(adam, f"{ONE}members/{kommun.pk}/change/", name="Nyköpings kommun")
    post(adam, f"{ONE}change/", answer_days=45)
    for row in (enhet, insats, kommun, forbund):
        row.refresh_from_db()
    assert (enhet.name, enhet.from_on, enhet.to_on) == ("Ekonomiskt bistånd", LONG_AGO, dt.date(2030, 1, 1))
    assert (insats.name, insats.from_on, insats.to_on) == ("Trappan", LONG_AGO, None)
    assert (kommun.name, kommun.party, kommun.from_on) == ("Nyköpings kommun", Party.KOMMUN, LONG_AGO)
    assert (forbund.answer_days, forbund.report_word, forbund.form_intro) == (45, "rapport", "")


def test_a_rule_is_made_narrowed_and_removed(funktion, enhet, adam):
    made = post(adam, f"{ONE}rules/", function=funktion.pk, unit=enhet.pk).json()
    post(adam, f"{ONE}rules/{made['id']}/change/", gap_type="RELATION")
    rule = RoutingRule.objects.get()
    assert (rule.unit, rule.gap_type, rule.member) == (enhet, "RELATION", funktion.member)
    gone = post(adam, f"{ONE}rules/{rule.pk}/remove/").json()
    assert browser_of(adam).get(gone["url"]).json()["results"] == []


def test_a_membership_ends_and_is_taken_back(kommun, funktion, adam):
    post(adam, f"{ONE}members/{kommun.pk}/end/", last_day=clocks.today().isoformat())
    kommun.refresh_from_db()
    funktion.refresh_from_db()
    assert kommun.to_on == funktion.to_on == clocks.today()
    post(adam, f"{ONE}members/{kommun.pk}/resume/")
    kommun.refresh_from_db()
    assert kommun.to_on is None


@pytest.mark.parametrize(
    ("then", "body", "place"),
    [
        ("members/", {"party": "FORBUND", "name": "X", "from_on": "2026-01-01"}, "#/party"),
        ("members/", {"party": "KOMMUN", "name": "provköpings KOMMUN", "from_on": "2026-01-01"}, "#/name"),
        ("members/", {"party": "KOMMUN", "name": "19850709-9805", "from_on": "2026-01-01"}, "#/name"),
        ("units/", {"member": 10**18, "name": "X", "from_on": "2026-01-01"}, "#/member"),
        ("units/", {"member": "1", "name": "X", "from_on": "2026-01-01"}, "#/member"),
        ("initiatives/", {"name": "X", "from_on": "2026-01-02", "to_on": "2026-01-01"}, "#/to_on"),
        ("change/", {"code": "prov"}, "#/code"),
        ("change/", {"threshold": 2}, "#/threshold"),
        ("change/", {"answer_days": 0}, "#/answer_days"),
        ("change/", {"day_kind": "NIGHTS"}, "#/day_kind"),
        ("functions/{function}/add-person/", {"person": 10**18, "from_on": "2026-01-01"}, "#/person"),
        ("functions/{function}/change/", {"mailbox": "ingen adress"}, "#/mailbox"),
        ("rules/", {"function": 10**18}, "#/function"),
    ],
)
def test_what_is_wrong_is_said_where_it_is(funktion, adam, then, body, place):
    answer = post(adam, f"{ONE}{then.format(function=funktion.pk)}", **body)
    assert refused(answer, 400)[1] == [place]
    assert "9805" not in answer.content.decode()


def test_the_code_stays_once_it_stands_in_a_number(case, adam):
    assert refused(post(adam, f"{ONE}change/", code="NYTT"), 400)[1] == ["#/code"]


def test_nothing_changes_in_a_forbund_that_has_ended(forbund, enhet, adam):
    Association.objects.filter(pk=forbund.pk).update(ended_on=clocks.today())
    assert refused(post(adam, f"{ONE}units/{enhet.pk}/change/", name="Ny"), 409)[0] == "ended"


@pytest.mark.parametrize("register", ["members", "units", "initiatives", "functions", "rules", "people"])
def test_a_longer_list_puts_no_more_questions(forbund, kommun, enhet, insats, funktion, adam, register):
    def more(number: int) -> None:
        member = Member.objects.create(association=forbund, party=Party.REGION, name=f"M{number}", from_on=LONG_AGO)
        unit = Unit.objects.create(member=member, name="Enhet", from_on=LONG_AGO)
        Initiative.objects.create(association=forbund, name=f"Insats {number}", from_on=LONG_AGO)
        function = make_function(member, "Funktion", adam)
        RoutingRule.objects.create(member=member, function=function, unit=unit)
        grant(make_user(f"Person{number}"), forbund, Role.REPORTER, member=member)

    more(0)
    few = questions(adam, f"{ONE}{register}/")
    for number in range(1, 5):
        more(number)
    assert questions(adam, f"{ONE}{register}/") == few <= MOST_QUESTIONS


def test_the_list_of_forbund_puts_no_more_questions(forbund, rakel):
    few = questions(rakel, "associations/")
    for code in ("EN", "TVA", "TRE"):
        Association.objects.create(name=f"Förbund {code}", code=code)
    assert questions(rakel, "associations/") == few <= MOST_QUESTIONS
