"""Every address of the API × every person: what they get there."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client

from api.urls import urlpatterns
from cases import clocks, services
from cases.codes import Party
from cases.models import ContactFunction, ReadLog, RoutingRule, Unit
from cases.periods import Period
from cases.workflow import MOVES
from tests.api.test_acts import ACTS, of_api
from tests.people import make_report
from tests.sharing import shared
from tests.test_doors import released

PEOPLE = ("nobody", "rakel", "sanna", "stina", "karl", "kim", "frida", "bea", "berit", "adam", "olle")

# Of a case that Rakel filed and that lies with Karl's function. Whom it does not say: 404 for one case, 200 else.
SEES_THE_CASE = {"rakel", "sanna", "stina", "karl", "kim"}


def only(*names: str) -> dict[str, int]:
    """Let these people in; for everybody else it does not exist."""
    return {person: 200 if person in names else 404 for person in PEOPLE}


# A förbund that everybody may report to; its functions are the kansli's to know and their own people's.
ONE = "associations/<str:code>/"
KNOWS_FUNCTION = only("sanna", "stina", "karl", "kim", "adam")

ANSWERS = {
    "associations/": dict.fromkeys(PEOPLE, 200),
    ONE: dict.fromkeys(PEOPLE, 200),
    f"{ONE}members/": dict.fromkeys(PEOPLE, 200),
    f"{ONE}members/<int:pk>/": dict.fromkeys(PEOPLE, 200),
    f"{ONE}units/": dict.fromkeys(PEOPLE, 200),
    f"{ONE}units/<int:pk>/": dict.fromkeys(PEOPLE, 200),
    f"{ONE}initiatives/": dict.fromkeys(PEOPLE, 200),
    f"{ONE}initiatives/<int:pk>/": dict.fromkeys(PEOPLE, 200),
    f"{ONE}functions/": dict.fromkeys(PEOPLE, 200),
    f"{ONE}functions/<int:pk>/": KNOWS_FUNCTION,
    f"{ONE}rules/": only("adam"),
    f"{ONE}rules/<int:pk>/": only("adam"),
    f"{ONE}people/": only("adam"),
    f"{ONE}people/<int:pk>/": only("adam"),
    f"{ONE}warnings/": only("adam"),
    f"{ONE}export/": only("sanna", "stina"),
    "cases/": dict.fromkeys(PEOPLE, 200),
    "cases/<str:number>/": only(*SEES_THE_CASE),
    "cases/<str:number>/events/": only(*SEES_THE_CASE),
    "concerns/": dict.fromkeys(PEOPLE, 200),
    "deliveries/": dict.fromkeys(PEOPLE, 200),
    "me/": dict.fromkeys(PEOPLE, 200),
    "measures/": dict.fromkeys(PEOPLE, 200),
    "meetings/": dict.fromkeys(PEOPLE, 200),
    "meetings/waiting/": dict.fromkeys(PEOPLE, 200),
    "meetings/<int:pk>/": only("sanna", "stina", "bea"),
    "meetings/<int:pk>/pack/": only("sanna", "stina", "bea"),
    "meetings/<int:pk>/pack/files/<slug:form>/": only("sanna", "stina", "bea"),
    "meetings/<int:pk>/minutes/": only("sanna", "stina", "bea"),
    "meetings/<int:pk>/minutes/files/<slug:form>/": only("sanna", "stina", "bea"),
    "patterns/": dict.fromkeys(PEOPLE, 200),
    # One that is out, for other förbund.
    "releases/": dict.fromkeys(PEOPLE, 200),
    "releases/<int:pk>/": only("sanna", "stina", "bea", "berit"),
    "releases/<int:pk>/files/<slug:form>/": only("sanna", "stina", "bea", "berit"),
    "releases/<int:pk>/network/<slug:form>/": only("sanna", "stina", "bea", "berit"),
    # A draft, which the styrelse does not see yet.
    "summaries/": dict.fromkeys(PEOPLE, 200),
    "summaries/current/": {
        **dict.fromkeys(PEOPLE, 403),
        **dict.fromkeys(("sanna", "stina", "bea", "berit", "olle"), 200),
    },
    "summaries/<int:pk>/": only("sanna", "stina", "bea"),
    "summaries/<int:pk>/files/<slug:form>/": only("sanna", "stina", "bea"),
    "patterns/<int:pk>/": only("rakel", "sanna", "stina", "karl", "kim", "frida", "bea"),
}
# Steps are tried one by one beside the table of moves; here, that nobody gets one by asking.
STEPS = {f"cases/<str:number>/{verb.replace('_', '-')}/" for verb in MOVES}
for row in ANSWERS.values():
    row["nobody"] = 401


@shared
def people(rakel, sanna, stina, karl, kim, frida, bea, berit, adam, olle) -> dict:
    found = (rakel, sanna, stina, karl, kim, frida, bea, berit, adam, olle)
    return {"nobody": None, **{user.email.partition("@")[0]: user for user in found}}


@shared
def sent(case, flow, forbund, sanna, bea, enhet, insats, funktion):
    RoutingRule.objects.create(member=funktion.member, function=funktion, unit=enhet)
    services.join(case, actor=sanna, new_title="Brevlådor utan bemanning")
    meeting = services.plan_meeting(forbund, actor=sanna, held_on=clocks.today() + dt.timedelta(days=30))
    services.freeze_pack(meeting, actor=sanna)
    services.begin_summary(forbund, actor=sanna, period=Period.year(clocks.today().year))
    released(forbund, sanna, bea)
    return flow.send(case)


def registers_of(forbund) -> dict:
    """Return a row of each register."""
    function = ContactFunction.objects.filter(member__association=forbund).order_by("pk").first()
    return {
        "members": forbund.members.first(),
        "units": Unit.objects.filter(member__association=forbund).first(),
        "initiatives": forbund.initiatives.first(),
        "functions": function,
        "rules": RoutingRule.objects.filter(function=function).first(),
        "people": forbund.grants.order_by("pk")[0].user,
    }


def address(route: str, case) -> str:
    meeting, draft = case.association.meetings.first(), case.association.summaries.filter(fixed_at=None).first()
    release = case.association.releases.first()
    rows = registers_of(case.association)
    named = {
        **{f"{name}/<int:pk>": f"{name}/{row.pk if row else 0}" for name, row in rows.items()},
        "<str:code>": case.association.code,
        "<str:number>": case.number,
        "patterns/<int:pk>": f"patterns/{case.pattern_id}",
        "meetings/<int:pk>": f"meetings/{meeting.pk if meeting else 0}",
        "summaries/<int:pk>": f"summaries/{draft.pk if draft else 0}",
        "releases/<int:pk>": f"releases/{release.pk if release else 0}",
        "network/<slug:form>": "network/json",
        # The one kind of file that everything else can become.
        "<slug:form>": "docx",
    }
    for name, value in named.items():
        route = route.replace(name, value)
    return f"/api/v1/{route}"


def test_every_address_and_every_person_has_its_row():
    assert set(ANSWERS) | STEPS | {of_api(route) for route in ACTS} == {str(pattern.pattern) for pattern in urlpatterns}
    assert all(set(row) == set(PEOPLE) for row in ANSWERS.values())


def those_here(row: dict[str, int]) -> list[str]:
    """Return everybody; on PostgreSQL, a few who are let in, since a refusal is the same there."""
    if connection.vendor != "postgresql":
        return list(PEOPLE)
    return [name for name in ("rakel", "karl", "sanna", "bea", "adam") if row[name] == 200]


@pytest.mark.parametrize("name", ANSWERS)
def test_each_person_gets_what_the_table_says(sent, people, name):
    got, url = {}, address(name, sent)
    for person in those_here(ANSWERS[name]):
        client = Client()
        if people[person]:
            client.force_login(people[person])
        answer = client.get(url)
        # A stream is read, as whoever asked for it would.
        got[person] = answer.status_code if answer.getvalue() is not None else None
    assert got == {person: ANSWERS[name][person] for person in those_here(ANSWERS[name])}


SPARSE = {str(pattern.pattern) for pattern in urlpatterns if getattr(pattern.callback.view_class, "sparse", None)}
# Of these there is no row here, and what they show has nothing inside.
SPARSE -= {"deliveries/", "measures/"}


@pytest.mark.once
@pytest.mark.parametrize("name", sorted(SPARSE))
def test_a_field_that_is_wished_for_alone_is_the_same_as_among_all(client, sent, people, name):
    client.force_login(people["sanna" if ANSWERS[name]["sanna"] == 200 else "adam"])
    url = address(name, sent)
    [whole, *_] = rows_of(client.get(url))
    alone = {field: rows_of(client.get(url, {"fields": field}))[0] for field in whole}
    assert alone == {field: {field: value} for field, value in whole.items()}


def rows_of(answer) -> list[dict]:
    """Return the rows of a list, or the one thing that the address is about."""
    told = answer.json()
    return told.get("results", [told])


def test_no_step_is_taken_by_asking_for_it(client, sent, sanna):
    client.force_login(sanna)
    assert {route: s for route in STEPS if (s := client.get(address(route, sent)).status_code) != 405} == {}


def test_no_step_exists_on_a_case_that_one_may_not_open(client, sent, olle):
    client.force_login(olle)
    asked = {route: client.post(address(route, sent), {}, content_type="application/json") for route in STEPS}
    assert {route: answer.status_code for route, answer in asked.items() if answer.status_code != 404} == {}


@pytest.mark.parametrize("person", PEOPLE[1:])
def test_the_list_holds_the_cases_that_one_may_open(client, sent, people, person):
    client.force_login(people[person])
    numbers = [row["number"] for row in client.get("/api/v1/cases/").json()["results"]]
    assert numbers == ([sent.number] if person in SEES_THE_CASE else [])


@pytest.mark.parametrize("person", sorted(SEES_THE_CASE))
def test_the_reporter_is_named_to_the_kansli_and_to_themselves(client, sent, people, person):
    client.force_login(people[person])
    told = client.get(address("cases/<str:number>/", sent))
    knows = person in {"rakel", "sanna", "stina"}
    assert ("Rakel Påhittad" in told.content.decode()) == knows
    assert told.json()["reporter"] == ("Rakel Påhittad" if knows else None)


def test_a_function_sees_no_other_concern_than_its_own(client, forbund, kommun, fk, funktion, rakel, karl, frida, flow):
    both = [services.Concerned(Party.KOMMUN, kommun), services.Concerned(Party.FORSAKRINGSKASSAN, fk)]
    case = flow.send(services.file(forbund, make_report(*both), actor=rakel).case)
    for person, members in [(karl, [kommun.name]), (frida, [fk.name]), (rakel, [kommun.name, fk.name])]:
        client.force_login(person)
        told = client.get(address("cases/<str:number>/", case)).json()
        assert [concern["member"] for concern in told["concerns"]] == members


def test_opening_a_case_is_noted_and_listing_is_not(client, sent, karl):
    client.force_login(karl)
    client.get("/api/v1/cases/")
    assert not ReadLog.objects.exists()
    client.get(address("cases/<str:number>/", sent))
    assert ReadLog.objects.values_list("user__email", "role", "action").get() == (karl.email, "CONTACT", "OPENED")


def test_what_one_is_stands_under_me(client, karl, sanna, funktion):
    client.force_login(sanna)
    assert client.get("/api/v1/me/").json()["roles"] == [{"association": "PRO", "role": "COORDINATOR"}]
    client.force_login(karl)
    [place] = client.get("/api/v1/me/").json()["functions"]
    assert place["function"] == funktion.name
