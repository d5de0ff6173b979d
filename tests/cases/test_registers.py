"""The register pages: who reaches them, what they store, what they refuse."""

import datetime as dt

import pytest
from django.urls import reverse

from cases import clocks, services
from cases.codes import GapType, Party, ReadAction, Role
from cases.errors import Incomplete, MoveNotAllowed, PersonalDataFound
from cases.models import (
    Absence,
    Association,
    Concern,
    ContactFunction,
    FunctionPerson,
    Grant,
    Initiative,
    Invitation,
    Member,
    ReadLog,
    RoutingRule,
    Unit,
    User,
)
from cases.urls_registers import urlpatterns
from cases.views.registers.base import routing_warnings_count
from tests.people import LONG_AGO, grant, make_function, make_user
from tests.sharing import shared, tool

# Skatteverket's published test number.
NUMBER = "640823-3234"
TODAY = {"from_on": "2026-01-01"}


@shared
def rows(forbund, kommun, enhet, insats, funktion, karl, rakel, adam) -> dict[str, int]:
    """One row of each register, by the part of the address that names it."""
    rule = RoutingRule.objects.create(member=kommun, function=funktion, unit=enhet)
    absence = Absence.objects.create(user=karl, from_on=clocks.today() + dt.timedelta(days=1))
    return {
        "member": kommun.pk,
        "unit": enhet.pk,
        "initiative": insats.pk,
        "function": funktion.pk,
        "place": funktion.people.get().pk,
        "rule": rule.pk,
        "absence": absence.pk,
        "person": rakel.pk,
        "grant": rakel.grants.get().pk,
        "system": User.objects.create_system(forbund, name="Provsystemet").pk,
    }


# Every address of one förbund: its name, and which rows it names.
PAGES = {
    "register": {},
    "association": {},
    "read_log": {},
    "members": {},
    "member_add": {},
    "member_edit": {"pk": "member"},
    "member_end": {"pk": "member"},
    "units": {},
    "unit_add": {},
    "unit_edit": {"pk": "unit"},
    "initiatives": {},
    "initiative_add": {},
    "initiative_edit": {"pk": "initiative"},
    "functions": {},
    "function_add": {},
    "function_edit": {"pk": "function"},
    "place_add": {"pk": "function"},
    "place_edit": {"pk": "function", "place": "place"},
    "rules": {},
    "rule_add": {},
    "rule_edit": {"pk": "rule"},
    "absences": {},
    "absence_add": {},
    "absence_edit": {"pk": "absence"},
    "people": {},
    "invite": {},
    "person": {"pk": "person"},
    "person_edit": {"pk": "person"},
    "grant_add": {"pk": "person"},
    "grant_end": {"pk": "grant"},
    "systems": {},
    "system_add": {},
    "system": {"pk": "system"},
    "system_edit": {"pk": "system"},
    "system_grant": {"pk": "system"},
    "system_place": {"pk": "system"},
}
BUTTONS = {
    "member_resume": {"pk": "member"},
    "rule_remove": {"pk": "rule"},
    "absence_remove": {"pk": "absence"},
    "invitation_resend": {"pk": "person"},
}
OWN = {"registers", "my_absence", "my_absence_remove", "function_confirm"}


@shared
def olle_as_admin(annat_forbund) -> User:
    user = make_user("Olof")
    grant(user, annat_forbund, Role.ADMIN)
    return user


@tool
def as_adam(client, adam):
    client.force_login(adam)
    return client


def address(name: str, parts: dict[str, str], rows: dict[str, int], code: str = "PRO") -> str:
    return reverse(name, kwargs={"code": code, **{part: rows[row] for part, row in parts.items()}})


# ---- who ----


def test_every_address_of_the_registers_stands_in_the_table():
    assert {pattern.name for pattern in urlpatterns} == {*PAGES, *BUTTONS, *OWN}


# Everybody else is refused by the table of all addresses in tests/test_doors.py.
@pytest.mark.once
@pytest.mark.parametrize("name", [*PAGES, *BUTTONS])
def test_another_associations_administrator_finds_no_page(client, olle_as_admin, rows, name):
    url = address(name, {**PAGES, **BUTTONS}[name], rows)
    client.force_login(olle_as_admin)
    assert (client.get(url).status_code, client.post(url).status_code) == (404, 404)


@pytest.mark.once
@pytest.mark.parametrize("name", [*PAGES, *BUTTONS])
def test_who_is_not_logged_in_is_asked_to(client, rows, name):
    url = address(name, {**PAGES, **BUTTONS}[name], rows)
    assert client.get(url).headers["Location"].startswith("/konto/login/")
    assert client.post(url, {"name": "Det jag skrev"}).status_code == 401


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_is_no_page(as_adam, rows, name):
    assert as_adam.get(address(name, BUTTONS[name], rows)).status_code == 405


@pytest.mark.parametrize("name", [name for name, parts in {**PAGES, **BUTTONS}.items() if parts])
def test_the_rows_of_another_association_do_not_exist(client, olle_as_admin, rows, name):
    client.force_login(olle_as_admin)
    url = address(name, {**PAGES, **BUTTONS}[name], rows, code="ANN")
    # A page without a form, or a form without a page, says so before it looks for the row.
    assert {client.get(url).status_code, client.post(url).status_code} <= {404, 405}


def test_one_association_needs_no_choosing(as_adam):
    assert as_adam.get("/register/").headers["Location"] == "/register/PRO/"


def test_several_associations_are_shown_by_name(as_adam, adam, annat_forbund):
    grant(adam, annat_forbund, Role.ADMIN)
    page = as_adam.get("/register/").content.decode()
    assert "Samordningsförbundet Prov" in page
    assert "Samordningsförbundet Annat" in page


def test_who_keeps_no_registers_has_no_such_page(client, sanna):
    client.force_login(sanna)
    assert client.get("/register/").status_code == 404


@pytest.mark.once
def test_no_page_shows_a_word_of_a_case(as_adam, case, rows):
    shown = "".join(as_adam.get(address(name, parts, rows)).content.decode() for name, parts in PAGES.items())
    assert case.heading not in shown
    assert case.happened not in shown


# ---- what is stored ----


def post(client, name, rows, data, **parts):
    return client.post(address(name, PAGES[name], rows), data)


def test_a_member_is_added(as_adam, forbund, rows):
    post(as_adam, "member_add", rows, {"party": "REGION", "name": "Region Prov", **TODAY})
    assert forbund.members.get(name="Region Prov").party == Party.REGION


def test_a_member_is_renamed(as_adam, kommun, rows):
    post(as_adam, "member_edit", rows, {"party": "KOMMUN", "name": "Nya kommunen", **TODAY})
    kommun.refresh_from_db()
    assert kommun.name == "Nya kommunen"


def test_the_party_of_a_member_that_is_in_cases_stays(as_adam, case, kommun, rows):
    answer = post(as_adam, "member_edit", rows, {"party": "REGION", "name": kommun.name, **TODAY})
    assert "Parten kan därför inte ändras" in answer.content.decode()
    kommun.refresh_from_db()
    assert kommun.party == Party.KOMMUN


def test_ending_a_member_says_how_many_cases_go_back(as_adam, file_case, flow, rows):
    flow.send(file_case())
    flow.send(file_case(heading="En till"))
    page = as_adam.get(address("member_end", PAGES["member_end"], rows)).content.decode()
    assert "2 ärenden går tillbaka till kansliet" in page


def test_ending_a_member_moves_its_cases_to_the_kansli(as_adam, case, flow, kommun, rows):
    flow.send(case)
    answer = as_adam.post(
        address("member_end", PAGES["member_end"], rows), {"last_day": clocks.today().isoformat()}, follow=True
    )
    assert "Ett ärende gick tillbaka till kansliet" in answer.content.decode()
    assert Concern.objects.get(case=case).function is None


def test_ending_a_member_can_be_taken_back(as_adam, adam, kommun, rows):
    services.end_member(kommun, actor=adam, last_day=clocks.today())
    as_adam.post(address("member_resume", BUTTONS["member_resume"], rows))
    kommun.refresh_from_db()
    assert kommun.to_on is None


def test_a_unit_is_added_and_ended(as_adam, kommun, rows):
    post(
        as_adam, "unit_add", rows, {"member": kommun.pk, "name": "  Arbets-\nmarknad ", **TODAY, "to_on": "2026-02-01"}
    )
    unit = Unit.objects.get(name="Arbets- marknad")
    assert (unit.member, unit.to_on) == (kommun, dt.date(2026, 2, 1))


def test_an_initiative_is_ended_not_removed(as_adam, insats, rows):
    post(as_adam, "initiative_edit", rows, {"name": "Stegen", **TODAY, "to_on": "2026-03-01"})
    insats.refresh_from_db()
    assert insats.to_on == dt.date(2026, 3, 1)


def test_a_function_is_added_with_a_person(as_adam, fk, rakel, rows):
    post(as_adam, "function_add", rows, {"member": fk.pk, "name": "FK samverkan", "mailbox": "Fk@Example.org", **TODAY})
    function = ContactFunction.objects.get(name="FK samverkan")
    url = reverse("place_add", kwargs={"code": "PRO", "pk": function.pk})
    as_adam.post(url, {"person": rakel.pk, "is_deputy": "on", **TODAY})
    assert function.mailbox == "fk@example.org"
    assert function.people.get().is_deputy


def test_a_place_is_ended(as_adam, funktion, rows):
    post(as_adam, "place_edit", rows, {"from_on": "2020-01-01", "to_on": "2026-04-01"})
    assert funktion.people.get().to_on == dt.date(2026, 4, 1)


def test_a_rule_takes_its_member_from_the_function(as_adam, funktion, kommun, insats, rows):
    post(as_adam, "rule_add", rows, {"function": funktion.pk, "initiative": insats.pk, "gap_type": "STRUKTUR"})
    rule = RoutingRule.objects.get(initiative=insats)
    assert (rule.member, rule.unit, rule.gap_type) == (kommun, None, GapType.STRUKTUR)


def test_a_rule_is_removed(as_adam, rows):
    as_adam.post(address("rule_remove", BUTTONS["rule_remove"], rows))
    assert not RoutingRule.objects.exists()


def test_the_associations_words_and_clocks_are_changed(as_adam, forbund, rows):
    post(as_adam, "association", rows, association_fields(answer_days=30, report_word="anmälan"))
    forbund.refresh_from_db()
    assert (forbund.answer_days, forbund.report_word, forbund.open_to_all) == (30, "anmälan", False)


def association_fields(**changed: object) -> dict[str, object]:
    return {
        "name": "Samordningsförbundet Prov",
        "code": "PRO",
        "report_word": "rapport",
        "reporter_word": "rapportör",
        "group_word": "beredningsgruppen",
        "day_kind": "CALENDAR",
        "triage_days": 5,
        "acknowledge_days": 10,
        "answer_days": 60,
        "question_days": 14,
        "pack_days": 14,
        "agenda_overdue_days": 21,
        "reopen_days": 30,
        "effect_days": 90,
        "threshold": 5,
        **changed,
    }


def test_the_page_about_clocks_says_what_a_change_reaches(as_adam, rows):
    page = as_adam.get("/register/PRO/forbundet/").content.decode()
    assert "Öppna ärenden får nya datum inom en timme" in page


def test_a_code_without_cases_may_change(as_adam, rows):
    assert post(as_adam, "association", rows, association_fields(code="NY")).headers["Location"] == "/register/NY/"


def test_a_code_that_stands_in_a_number_is_kept(as_adam, case, forbund, rows):
    post(as_adam, "association", rows, association_fields(code="NY"))
    forbund.refresh_from_db()
    assert forbund.code == "PRO"


def test_a_code_that_stands_in_a_number_is_kept_by_the_service_too(case, forbund, adam):
    with pytest.raises(Incomplete, match="kan inte ändras"):
        services.save_association(forbund, actor=adam, code="NY")


# ---- what is refused ----

TYPED = {
    "member_add": ({"party": "KOMMUN", **TODAY}, "name"),
    "unit_add": ({"member": "member", **TODAY}, "name"),
    "initiative_add": (TODAY, "name"),
    "function_add": ({"member": "member", **TODAY}, "name"),
    "invite": ({"email": "ny@example.org", "roles": "REPORTER"}, "name"),
    "association": (association_fields(), "form_intro"),
}


@pytest.mark.parametrize("name", TYPED)
def test_the_guard_stops_a_number_in_every_text(as_adam, rows, name):
    fields, text = TYPED[name]
    before = stored()
    typed = {key: rows.get(value, value) if isinstance(value, str) else value for key, value in fields.items()}
    answer = post(as_adam, name, rows, {**typed, text: f"Enheten {NUMBER}"})
    assert answer.status_code == 422
    assert "personnummer" in answer.context["form"].errors[text][0]
    assert stored() == before


def stored() -> list[object]:
    models = (Association, Member, Unit, Initiative, ContactFunction, Grant, Invitation, User)
    return [list(model.objects.order_by("pk").values()) for model in models]


@pytest.mark.parametrize("field", ["name", "email"])
def test_the_guard_reads_an_address_too(forbund, adam, field):
    typed = {"name": "Ny", "email": "ny@example.org", field: "6408233234@example.org"}
    with pytest.raises(PersonalDataFound):
        services.invite(forbund, actor=adam, roles=[Role.REPORTER], **typed)


@pytest.mark.parametrize(
    ("name", "taken"),
    [("member_add", "provköpings KOMMUN"), ("unit_add", "ekonomiskt bistånd"), ("initiative_add", "STEGEN")],
)
def test_a_name_is_taken_however_it_is_spelt(as_adam, rows, name, taken):
    answer = post(as_adam, name, rows, {"party": "KOMMUN", "member": rows["member"], "name": taken, **TODAY})
    assert answer.status_code == 422
    assert "heter" in answer.context["form"].errors["name"][0]


@pytest.mark.parametrize("name", ["unit_edit", "initiative_edit", "function_edit", "place_edit", "absence_edit"])
def test_a_last_day_before_the_first_is_refused_beside_its_field(as_adam, rows, name):
    typed = {"name": "Något", "from_on": "2026-05-02", "to_on": "2026-05-01"}
    answer = post(as_adam, name, rows, typed)
    assert answer.context["form"].errors["to_on"] == ["Sista dagen kan inte ligga före första dagen."]


@pytest.mark.parametrize("name", ["unit_add", "function_add"])
def test_the_member_of_another_association_cannot_be_chosen(as_adam, annat_forbund, rows, name):
    foreign = Member.objects.create(association=annat_forbund, party="KOMMUN", name="Fjärran", from_on=LONG_AGO)
    answer = post(as_adam, name, rows, {"member": foreign.pk, "name": "Ny", **TODAY})
    assert "member" in answer.context["form"].errors


@shared
def foreign(annat_forbund) -> dict[str, int]:
    """Rows of another förbund."""
    member = Member.objects.create(association=annat_forbund, party="KOMMUN", name="Fjärran", from_on=LONG_AGO)
    return {
        "member": member.pk,
        "function": make_function(member, "Fjärrfunktionen").pk,
        "unit": Unit.objects.create(member=member, name="Fjärrenheten", from_on=LONG_AGO).pk,
        "initiative": Initiative.objects.create(association=annat_forbund, name="Fjärrinsatsen", from_on=LONG_AGO).pk,
        "person": make_user("Fjärde").pk,
    }


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("rule_add", "function"),
        ("rule_add", "unit"),
        ("rule_add", "initiative"),
        ("place_add", "person"),
        ("absence_add", "person"),
        ("grant_add", "member"),
        ("invite", "member"),
        ("invite", "function"),
    ],
)
def test_what_belongs_to_another_association_is_no_choice(as_adam, rows, foreign, name, field):
    typed = {"function": rows["function"], "person": rows["person"], "role": "BOARD", **TODAY}
    typed |= {"email": "ny@example.org", "name": "Ny", "roles": "REPORTER", field: foreign[field]}
    answer = post(as_adam, name, rows, typed)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors


def test_the_services_refuse_what_belongs_to_another_association(forbund, adam, foreign, rows):
    member, function = Member.objects.get(pk=foreign["member"]), ContactFunction.objects.get(pk=foreign["function"])
    person = User.objects.get(pk=foreign["person"])
    own = ContactFunction.objects.get(pk=rows["function"])
    tries = [
        lambda: services.save_unit(forbund, actor=adam, member=member, name="X", from_on=LONG_AGO),
        lambda: services.save_function(forbund, actor=adam, member=member, name="X", from_on=LONG_AGO),
        lambda: services.save_rule(forbund, actor=adam, function=function),
        lambda: services.save_place(forbund, actor=adam, function=own, person=person, from_on=LONG_AGO),
        lambda: services.grant(forbund, actor=adam, person=person, role=Role.BOARD, from_on=LONG_AGO),
    ]
    for attempt in tries:
        with pytest.raises(Incomplete):
            attempt()


def test_a_unit_of_another_member_makes_no_rule(as_adam, fk, rows):
    other = make_function(fk, "FK samverkan")
    answer = post(as_adam, "rule_add", rows, {"function": other.pk, "unit": rows["unit"]})
    assert "olika medlemmar" in answer.context["form"].errors["unit"][0]


def test_the_same_rule_twice_is_refused(as_adam, rows):
    answer = post(as_adam, "rule_add", rows, {"function": rows["function"], "unit": rows["unit"]})
    assert "finns redan" in answer.context["form"].errors["function"][0]


def test_a_member_has_one_general_function(as_adam, kommun, funktion, rows):
    typed = {"member": kommun.pk, "name": "En till", "is_general": "on", **TODAY}
    answer = post(as_adam, "function_add", rows, typed)
    assert funktion.name in answer.context["form"].errors["is_general"][0]


def test_a_general_function_that_ended_gives_up_its_mark(as_adam, kommun, funktion, rows):
    ContactFunction.objects.filter(pk=funktion.pk).update(to_on=dt.date(2021, 1, 1))
    post(as_adam, "function_add", rows, {"member": kommun.pk, "name": "En till", "is_general": "on", **TODAY})
    assert ContactFunction.objects.get(member=kommun, is_general=True).name == "En till"


def test_one_person_has_one_place_at_a_time(as_adam, karl, rows):
    answer = post(as_adam, "place_add", rows, {"person": karl.pk, **TODAY})
    assert "redan en plats" in answer.context["form"].errors["from_on"][0]


def test_what_the_database_refuses_is_told_beside_the_field(forbund, adam, kommun, enhet, monkeypatch):
    # As if another door had stored the same name after it was looked up.
    monkeypatch.setattr("cases.services.registers._free", lambda *args: None)
    with pytest.raises(Incomplete) as refused:
        services.save_unit(forbund, actor=adam, member=kommun, name=enhet.name, from_on=LONG_AGO)
    assert "name" in refused.value.fields


def test_the_registers_of_an_association_that_ended_are_only_read(as_adam, forbund, rows):
    Association.objects.filter(pk=forbund.pk).update(ended_on=clocks.today())
    assert as_adam.get("/register/PRO/medlemmar/").status_code == 200
    answer = post(as_adam, "initiative_add", rows, {"name": "Ny insats", **TODAY})
    assert "har upphört" in answer.content.decode()
    assert Initiative.objects.count() == 1


def test_only_the_administrator_changes_through_the_service(forbund, sanna):
    with pytest.raises(MoveNotAllowed, match="administratör"):
        services.save_initiative(forbund, actor=sanna, name="Ny", from_on=LONG_AGO)


# ---- rules and their warnings ----


def test_a_rule_that_never_matches_is_marked(as_adam, rows):
    Unit.objects.update(to_on=dt.date(2021, 1, 1))
    page = as_adam.get("/register/PRO/regler/").content.decode()
    assert page.count("kan aldrig passa") == 2
    assert "Regeln för ”Provköpings kommun, Ekonomiskt bistånd” kan aldrig passa" in page  # on top
    assert "Regeln kan aldrig passa" in page  # at the rule


def test_a_rule_to_where_nobody_is_is_marked_and_told_once_on_top(as_adam, rows):
    FunctionPerson.objects.update(to_on=dt.date(2021, 1, 1))
    answer = as_adam.get("/register/PRO/regler/")
    assert len(answer.context["warnings"]) == 1
    assert "Ingen är på plats i funktionen." in answer.content.decode()


def test_an_administrator_has_the_warnings_counted_for_their_own_forbund(adam, sanna, rows):
    FunctionPerson.objects.update(to_on=dt.date(2021, 1, 1))
    assert routing_warnings_count(adam) == 1
    assert routing_warnings_count(sanna) == 0


def test_a_function_without_people_is_marked(as_adam, rows):
    FunctionPerson.objects.update(to_on=dt.date(2021, 1, 1))
    for url in ("/register/PRO/", "/register/PRO/funktioner/"):
        assert "Ingen är på plats" in as_adam.get(url).content.decode()


# ---- absence ----


def test_a_contact_notes_an_absence_and_takes_it_back(client, karl, funktion):
    client.force_login(karl)
    client.post("/register/min-franvaro/", {"from_on": clocks.today().isoformat()})
    absence = karl.absences.get()
    client.post(reverse("my_absence_remove", args=[absence.pk]))
    assert not karl.absences.exists()


def test_absence_that_has_begun_is_ended_and_stays_noted(karl, funktion):
    absence = services.save_absence(karl, actor=karl, from_on=dt.date(2026, 1, 1))
    services.remove_absence(absence, actor=karl)
    assert karl.absences.get().to_on == clocks.today() - dt.timedelta(days=1)


def test_absences_do_not_overlap(client, karl, funktion):
    services.save_absence(karl, actor=karl, from_on=dt.date(2026, 1, 1))
    client.force_login(karl)
    answer = client.post("/register/min-franvaro/", {"from_on": clocks.today().isoformat()})
    assert "finns redan frånvaro" in answer.context["form"].errors["from_on"][0]


def test_only_who_sits_in_a_function_has_such_a_page(client, rakel):
    client.force_login(rakel)
    assert client.get("/register/min-franvaro/").status_code == 404


def test_nobody_takes_back_the_absence_of_another(client, karl, frida, funktion):
    absence = services.save_absence(karl, actor=karl, from_on=clocks.today())
    client.force_login(frida)
    assert client.post(reverse("my_absence_remove", args=[absence.pk])).status_code == 404


def test_the_administrator_of_another_association_sets_no_absence(olle_as_admin, karl, funktion):
    with pytest.raises(MoveNotAllowed):
        services.save_absence(karl, actor=olle_as_admin, from_on=clocks.today())


# ---- the read log ----


@pytest.fixture
def read(case, sanna, rakel):
    """Sanna and Rakel have opened the case."""
    for who in (sanna, rakel):
        services.log_read(case, actor=who, action=ReadAction.OPENED)


def test_the_read_log_tells_who_opened_what(as_adam, read, case, sanna):
    page = as_adam.get("/register/PRO/laslogg/").content.decode()
    assert all(word in page for word in (case.number, sanna.name, "Öppnade", "Samordnare"))


def test_the_read_log_does_not_tell_who_reported(as_adam, read, rakel):
    assert rakel.name not in as_adam.get("/register/PRO/laslogg/").content.decode()
    assert as_adam.get("/register/PRO/laslogg/?person=rakel").context["page"].rows == []


@pytest.mark.parametrize(("query", "count"), [("arende=lh-pro", 0), ("person=sanna", 1), ("", 2)])
def test_the_read_log_is_searched_by_number_and_person(as_adam, read, query, count):
    assert len(as_adam.get(f"/register/PRO/laslogg/?{query}").context["page"].rows) == count


def test_the_read_log_is_found_by_number(as_adam, read, case):
    assert len(as_adam.get(f"/register/PRO/laslogg/?arende={case.number.lower()}").context["page"].rows) == 2


@pytest.mark.parametrize("address", ["personer/?q=", "laslogg/?person=", "laslogg/?arende="])
def test_nobody_is_searched_for_by_a_personal_number(as_adam, rows, address):
    answer = as_adam.get(f"/register/PRO/{address}{NUMBER}")
    assert answer.status_code == 422
    assert answer.context["page"].rows == []
    assert "Sök inte på personnummer" in answer.content.decode()
    assert NUMBER not in answer.content.decode()


def test_people_are_found_by_name_and_by_not_having_logged_in(as_adam, rows, rakel):
    assert as_adam.get(f"/register/PRO/personer/?q={rakel.name[:5]}").context["page"].rows == [rakel]
    assert as_adam.get("/register/PRO/personer/?vantar=1").context["page"].rows == []


def test_a_person_without_a_role_now_sees_nothing_and_the_page_says_so(as_adam, rows, rakel):
    url = f"/register/PRO/personer/{rakel.pk}/"
    assert "ser ingenting" not in as_adam.get(url).content.decode()
    Grant.objects.filter(user=rakel).update(to_on=dt.date(2021, 1, 1))
    assert "Personen har ingen roll här nu och ser ingenting." in as_adam.get(url).content.decode()


def test_the_read_log_of_another_association_is_not_shown(client, olle_as_admin, read):
    client.force_login(olle_as_admin)
    assert client.get("/register/ANN/laslogg/").context["page"].rows == []


# ---- many rows ----


def fill(forbund, count: int, start: int = 0) -> None:
    """Add rows of every kind."""
    for n in range(start, start + count):
        member = Member.objects.create(association=forbund, party="KOMMUN", name=f"Kommun {n}", from_on=LONG_AGO)
        unit = Unit.objects.create(member=member, name="Enhet", from_on=LONG_AGO)
        initiative = Initiative.objects.create(association=forbund, name=f"Insats {n}", from_on=LONG_AGO)
        user = make_user(f"Person{n}")
        function = make_function(member, "Funktion", user, is_general=True)
        RoutingRule.objects.create(member=member, function=function, unit=unit, initiative=initiative)
        Absence.objects.create(user=user, from_on=LONG_AGO)
        grant(user, forbund, Role.REPORTER, member=member)
        Invitation.objects.create(user=user, association=forbund, invited_by=user)


LISTS = ["register", "members", "units", "initiatives", "functions", "rules", "absences", "people", "read_log"]


@pytest.mark.once
@pytest.mark.parametrize("name", [*LISTS, "rule_add", "invite", "place_add"])
def test_a_page_asks_the_database_as_often_for_thirty_rows_as_for_three(
    as_adam, adam, case, rows, forbund, name, django_assert_max_num_queries
):
    url = address(name, PAGES[name], rows)
    fill(forbund, 3)
    ReadLog.objects.bulk_create(read_by(adam, case, 3))
    as_adam.get(url)
    with django_assert_max_num_queries(40) as few:
        as_adam.get(url)
    fill(forbund, 27, start=3)
    ReadLog.objects.bulk_create(read_by(adam, case, 27))
    with django_assert_max_num_queries(len(few.captured_queries) + (name in {"people", "read_log"})):
        # One more where a page is full and the rest is counted.
        as_adam.get(url)


def read_by(user: User, case, count: int) -> list[ReadLog]:
    row = {"user": user, "case": case, "role": Role.COORDINATOR, "action": ReadAction.OPENED}
    return [ReadLog(association=case.association, **row) for _ in range(count)]
