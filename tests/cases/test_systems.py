"""Systems: accounts of programs, which do what their roles say and are nobody all the same."""

import datetime as dt
import re

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from zeal import zeal_ignore

from cases import clocks, services, workflow
from cases.codes import Cause, ConcernState, GapType, Party, ReadAction, ReleaseAudience, Role
from cases.errors import Incomplete, MoveNotAllowed
from cases.filters import CaseFilter
from cases.forms.registers import PlaceForm
from cases.forms.steps import Assign
from cases.models import AgendaItem, Case, ContactFunction, FunctionPerson, Grant, Member, ReadLog, User
from cases.models.people import Via
from cases.periods import Period
from cases.querysets import roles_of
from cases.routing import Router, Why
from cases.services import Concerned
from notifications.filling import tell
from notifications.models import Delivery
from notifications.proof import words_about
from tests.people import LONG_AGO, PASSWORD, grant, make_function, make_report, make_user
from tests.sharing import shared

# ---- the account ----


@pytest.mark.parametrize("change", [{"is_active": True}, {"is_staff": True}, {"is_superuser": True}])
def test_the_database_lets_no_system_be_somebody(kansliets_system, change):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=kansliets_system.pk).update(**change)


def test_whose_a_members_system_is_needs_a_forbund(rakel, kommun):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=rakel.pk).update(system_member=kommun)


@shared
def with_address(kansliets_system) -> User:
    """A system that somebody has given an address and a password all the same."""
    kansliets_system.email = "system@example.org"
    kansliets_system.set_password(PASSWORD)
    kansliets_system.save()
    EmailAddress.objects.create(user=kansliets_system, email=kansliets_system.email, verified=True, primary=True)
    return kansliets_system


def test_a_system_gets_no_code_to_log_in_with(client, with_address, mailoutbox):
    client.post(reverse("account_request_login_code"), {"email": with_address.email})
    assert mailoutbox == []


def test_a_system_gets_no_new_password(client, with_address, mailoutbox):
    client.post(reverse("account_reset_password"), {"email": with_address.email})
    assert mailoutbox == []


def test_a_system_does_not_log_in_by_password(client, with_address):
    client.post(reverse("account_login"), {"login": with_address.email, "password": PASSWORD})
    assert "_auth_user_id" not in client.session
    assert client.get("/nycklar/").status_code == 302


def test_a_session_of_a_system_is_nobodys(client, with_address):
    client.force_login(with_address)
    assert client.get("/nycklar/").status_code == 302
    assert client.get("/api/v1/me/").status_code == 401


def test_no_form_takes_the_name_that_a_system_has_for_an_address(client, kansliets_system, mailoutbox):
    page = client.post(reverse("account_request_login_code"), {"email": kansliets_system.email})
    assert "E-postadress" in page.content.decode()
    assert not kansliets_system.has_usable_password()
    assert mailoutbox == []


def test_nobody_is_invited_as_a_system(forbund, adam, kansliets_system):
    with pytest.raises(Incomplete, match="avstängt"):
        services.invite(forbund, actor=adam, email=kansliets_system.email, name="Nora", roles=[Role.REPORTER])


def test_the_operator_looks_at_a_system_and_changes_nothing(client, kansliets_system):
    client.force_login(make_user("Drift", is_staff=True, is_superuser=True))
    path = f"/drift/cases/user/{kansliets_system.pk}"
    # The operator and the system are two rows, not a loop.
    with zeal_ignore():
        assert client.post(f"{path}/change/", {"name": "Annat", "is_active": "on"}).status_code == 403
        assert client.post(f"{path}/password/", {"password1": PASSWORD, "password2": PASSWORD}).status_code == 403


# ---- what it may be ----


def test_a_system_reads_and_answers_as_its_places_say(case, flow, kommunens_system):
    sent = flow.send(case)
    assert list(Case.objects.visible_to(kommunens_system)) == [sent]
    assert roles_of(sent, kommunens_system) == {Role.CONTACT}
    services.acknowledge(sent, actor=kommunens_system, concern=sent.concerns.get())
    assert sent.concerns.get().state == ConcernState.ACKNOWLEDGED


def test_a_system_stands_in_the_story_by_its_name(client, case, flow, sanna, kommunens_system):
    sent = flow.send(case)
    services.acknowledge(sent, actor=kommunens_system, concern=sent.concerns.get())
    client.force_login(sanna)
    assert kommunens_system.name in client.get(f"/arenden/{sent.number}/").content.decode()


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PREPARATORY, Role.BOARD, Role.ADMIN])
def test_a_members_system_is_nothing_but_reporter(forbund, adam, kommunens_system, role):
    with pytest.raises(Incomplete, match="Provköpings kommun"):
        services.grant(forbund, actor=adam, person=kommunens_system, role=role, from_on=clocks.today())


def test_no_system_keeps_the_registers(forbund, adam, kansliets_system):
    with pytest.raises(Incomplete, match="en person"):
        services.grant(forbund, actor=adam, person=kansliets_system, role=Role.ADMIN, from_on=clocks.today())
    grant(kansliets_system, forbund, Role.ADMIN)
    assert not User.objects.get(pk=kansliets_system.pk).standing().associations(Role.ADMIN)


def test_a_members_system_sits_in_no_others_function(forbund, adam, kommunens_system, frida):
    function = ContactFunction.objects.get(people__user=frida)
    with pytest.raises(Incomplete, match="Provköpings kommun"):
        services.save_place(forbund, actor=adam, function=function, person=kommunens_system, from_on=clocks.today())


def test_a_system_is_nothing_in_another_forbund(annat_forbund, kansliets_system):
    olof = make_user("Olof")
    grant(olof, annat_forbund, Role.ADMIN)
    with pytest.raises(Incomplete):
        services.grant(annat_forbund, actor=olof, person=kansliets_system, role=Role.BOARD, from_on=clocks.today())


@pytest.mark.parametrize("role", [Role.ADMIN, Role.BOARD])
def test_the_operators_forms_hold_systems_to_the_same(annat_forbund, kansliets_system, role, forbund):
    association = forbund if role == Role.ADMIN else annat_forbund
    row = Grant(user=kansliets_system, association=association, role=role, from_on=LONG_AGO)
    with pytest.raises(ValidationError):
        row.full_clean()


def test_the_operators_forms_hold_a_place_to_the_same(kommunens_system, frida):
    function = ContactFunction.objects.get(people__user=frida)
    with pytest.raises(ValidationError, match="Provköpings kommun"):
        FunctionPerson(user=kommunens_system, function=function, from_on=LONG_AGO).full_clean()


# ---- where it is nobody ----


@shared
def lonely_function(fk, forbund) -> ContactFunction:
    """FK's function, with a system in it and no person."""
    system = User.objects.create_system(forbund, name="FK:s program", member=fk)
    return make_function(fk, "Försäkringskassan, samverkan", system, is_general=True)


def test_a_function_with_a_system_alone_has_nobody_present(forbund, fk, lonely_function, rakel):
    case = services.file(forbund, make_report(Concerned(Party.FORSAKRINGSKASSAN, fk)), actor=rakel).case
    route = Router(forbund).route(case.concerns.get(), gap_type="STRUKTUR")
    assert (route.function, route.why) == (None, Why.NOBODY)
    assert any("Ingen är på plats" in warning.in_full for warning in Router(forbund).warnings())


def test_no_word_goes_to_a_system(case, flow, kommunens_system, kansliets_system):
    sent = flow.send(case)
    for event in sent.events.all():
        tell(event)
    told = set(Delivery.objects.values_list("user__name", flat=True))
    assert {"Karl Påhittad", "Sanna Påhittad"} <= told
    assert not told & {kommunens_system.name, kansliets_system.name}
    assert not Delivery.objects.filter(address__contains="system:").exists()


def test_a_system_that_reports_gets_no_receipt_and_no_question(forbund, kommun, flow, kommunens_system, moved):
    report = make_report(Concerned(Party.KOMMUN, kommun))
    case = flow.to_closed(services.file(forbund, report, actor=kommunens_system).case)
    for event in case.events.all():
        tell(event)
    assert not Delivery.objects.filter(address=kommunens_system.email).exists()
    with moved(30):
        services.chase()
    asked = [event.data["to"] for event in Case.objects.get(pk=case.pk).events.filter(verb="remind")]
    assert "REPORTER" not in asked


def test_a_system_cannot_say_who_is_still_there(funktion, karl, kommunens_system):
    places = list(funktion.people.values_list("pk", flat=True))
    with pytest.raises(MoveNotAllowed):
        services.confirm_function(funktion, actor=kommunens_system, remaining=places)
    assert not ContactFunction.objects.confirmable_by(kommunens_system).exists()


def test_somebody_has_to_remain_besides_the_system(funktion, karl, kommunens_system):
    places = {place.user_id: place.pk for place in funktion.people.all()}
    with pytest.raises(Incomplete, match="Minst en person"):
        services.confirm_function(funktion, actor=karl, remaining=[places[kommunens_system.pk]], gone=[places[karl.pk]])


def test_the_functions_people_can_put_the_system_out(funktion, karl, kommunens_system):
    places = {place.user_id: place.pk for place in funktion.people.all()}
    services.confirm_function(funktion, actor=karl, remaining=[places[karl.pk]], gone=[places[kommunens_system.pk]])
    assert [place.user for place in funktion.people.in_force()] == [karl]


def test_a_system_is_not_chosen_as_responsible(case, sanna, kansliets_system):
    [step] = [step for step in workflow.next_steps(case, sanna) if step.verb == "assign"]
    form = Assign(case=case, actor=sanna, step=step)
    assert str(kansliets_system.pk) not in dict(form.fields["responsible"].choices)
    with pytest.raises(Incomplete):
        services.assign(case, actor=sanna, responsible=kansliets_system)
    chosen = CaseFilter({}, Case.objects.all(), actor=sanna)
    assert "Kansliets program" not in str(chosen.form["ansvarig"])


def test_a_system_owns_no_pattern(forbund, sanna, kansliets_system):
    assert kansliets_system not in services.coordinators_of(forbund)


def test_a_system_is_not_the_last_administrator(forbund, adam, kansliets_system):
    grant(kansliets_system, forbund, Role.ADMIN)
    with pytest.raises(MoveNotAllowed, match="ensam"):
        services.end_grant(adam.grants.get(), actor=adam, last_day=clocks.today())


def test_a_system_is_no_name_in_the_list_of_people(client, forbund, adam, kommunens_system):
    assert kommunens_system not in services.people_of(forbund)
    client.force_login(adam)
    assert kommunens_system.name not in client.get("/register/PRO/personer/?alla=on").content.decode()
    assert client.get(f"/register/PRO/personer/{kommunens_system.pk}/").status_code == 404
    form = PlaceForm(association=forbund)
    assert kommunens_system.name not in str(form["person"])


# ---- no second pair of eyes ----


@shared
def own_answer(forbund, rakel, sanna) -> Case:
    """A case about the förbund itself, which Sanna has answered."""
    case = services.file(forbund, make_report(Concerned(Party.FORBUND)), actor=rakel).case
    services.classify(case, actor=sanna, types={case.concerns.get().pk: GapType.ORGANISATION})
    services.send(case, actor=sanna)
    return answered(case, sanna)


def answered(case: Case, actor: User) -> Case:
    services.answer(
        case, actor=actor, concern=case.concerns.get(), finding="Vi var för få.", gap_type=None,
        cause=Cause.RESOURCES, no_measure="Det är rättat.",
    )  # fmt: skip
    return Case.objects.get(pk=case.pk)


def test_a_system_is_no_other_coordinator_who_could_close(own_answer, sanna, kansliets_system):
    with pytest.raises(MoveNotAllowed, match="ensam samordnare"):
        workflow.check(own_answer, "close", sanna)


@pytest.mark.parametrize("verb", ["close", "dismiss", "refer"])
def test_a_system_ends_nothing_that_the_forbund_has_answered(own_answer, sanna, kansliets_system, verb):
    with pytest.raises(MoveNotAllowed, match="En person på kansliet"):
        workflow.check(own_answer, verb, kansliets_system)


def test_a_system_does_not_answer_for_the_forbund(forbund, rakel, sanna, kansliets_system):
    case = services.file(forbund, make_report(Concerned(Party.FORBUND)), actor=rakel).case
    services.classify(case, actor=sanna, types={case.concerns.get().pk: GapType.ORGANISATION})
    services.send(case, actor=sanna)
    with pytest.raises(MoveNotAllowed, match="en person på kansliet"):
        answered(case, kansliets_system)


def test_a_system_writes_no_recommendation(own_answer, forbund, kansliets_system):
    meeting = forbund.meetings.create(held_on=clocks.today() + dt.timedelta(days=7))
    item = AgendaItem.objects.create(meeting=meeting, case=own_answer, late=own_answer.concerns.get())
    with pytest.raises(MoveNotAllowed, match="person"):
        services.recommend(own_answer, actor=kansliets_system, item=item, body="Avsluta.")


def test_a_system_settles_no_item_and_approves_no_minutes(forbund, kansliets_system):
    meeting = forbund.meetings.create(held_on=clocks.today())
    item = meeting.items.create(heading="Årets bedömning")
    with pytest.raises(MoveNotAllowed, match="en person"):
        services.settle_item(item, actor=kansliets_system, body="Gör så.")
    AgendaItem.objects.all().delete()
    with pytest.raises(MoveNotAllowed, match="en person"):
        services.approve_minutes(meeting, actor=kansliets_system)


def test_a_system_neither_assesses_nor_fixes_a_year(forbund, sanna, kansliets_system):
    summary = services.begin_summary(forbund, actor=sanna, period=Period.year(2024))
    with pytest.raises(MoveNotAllowed, match="en person"):
        services.assess(summary, actor=kansliets_system, body="Bra.", grounds="Underlaget.", on=clocks.today())
    with pytest.raises(MoveNotAllowed, match="en person"):
        services.fix_summary(summary, actor=kansliets_system)


def test_a_system_is_neither_of_the_two_who_approve_a_release(forbund, sanna, kansliets_system):
    summary = services.begin_summary(forbund, actor=sanna, period=Period.year(2024))
    fixed = services.fix_summary(summary, actor=sanna)
    release = services.make_release(fixed, actor=sanna, audience=ReleaseAudience.NETWORK)
    with pytest.raises(MoveNotAllowed, match="en person"):
        services.approve_release(release, actor=kansliets_system, seen=release.fingerprint)


# ---- what is noted of it ----


@shared
def program(kommunens_system) -> User:
    """The kommun's system as a request by key has it."""
    kommunens_system.via = Via("Avvikelser (abcd1234)")
    return kommunens_system


def logged() -> list[tuple[object, ...]]:
    return list(ReadLog.objects.order_by("pk").values_list("action", "association__code", "via", "address", "rows"))


def test_a_case_that_a_program_opens_stands_there_with_its_key(case, flow, program):
    sent = flow.send(case)
    services.log_read(sent, actor=program, action=ReadAction.OPENED)
    services.log_use(program, address="/api/v1/cases/<number>/", rows=1, changes=False)
    row = ReadLog.objects.get()
    assert (row.case, row.user, row.via, row.role) == (sent, program, "Avvikelser (abcd1234)", Role.CONTACT)


def test_a_list_is_one_row_in_each_forbund_that_it_may_hold_rows_of(annat_forbund, program):
    services.log_use(program, address="/api/v1/cases/", rows=25, changes=False)
    assert logged() == [(ReadAction.FETCHED, "PRO", "Avvikelser (abcd1234)", "/api/v1/cases/", 25)]


def test_a_system_without_any_role_is_noted_all_the_same(forbund):
    system = User.objects.create_system(forbund, name="Intranätet")
    system.via = Via("Siffror (abcd1234)")
    services.log_use(system, address="/api/v1/me/", rows=1, changes=False)
    assert [row[1] for row in logged()] == ["PRO"]


def test_a_step_is_noted_on_its_case_with_the_role(case, flow, program):
    sent = flow.send(case)
    services.acknowledge(sent, actor=program, concern=sent.concerns.get())
    services.log_use(program, address="/api/v1/cases/<number>/acknowledge/", rows=1, changes=True)
    row = ReadLog.objects.get()
    assert (row.case, row.action, row.role) == (sent, ReadAction.SENT, Role.CONTACT)


def test_what_a_person_does_in_the_browser_leaves_no_row_of_a_key(case, rakel):
    services.log_use(rakel, address="/mina/", rows=1, changes=False)
    assert not ReadLog.objects.exists()


def opened_by(karl: User, case: Case) -> bool:
    """Tell whether the case's page says that Karl has opened it."""
    told = [told for word in words_about(case) for told in word.told if told.who == karl.name]
    return any(one.opened for one in told)


def test_a_program_that_fetches_a_case_has_not_read_it_for_its_owner(case, flow, karl):
    sent = flow.send(case)
    for event in sent.events.all():
        tell(event)
    karl.via = Via("Prov (abcd1234)")
    services.log_read(sent, actor=karl, action=ReadAction.OPENED)
    assert (Delivery.objects.unread_by(karl).exists(), opened_by(karl, sent)) == (True, False)
    karl.via = None
    services.log_read(sent, actor=karl, action=ReadAction.OPENED)
    assert (Delivery.objects.unread_by(karl).exists(), opened_by(karl, sent)) == (False, True)


# ---- the administrator's pages ----


@pytest.fixture
def as_adam(client, adam):
    client.force_login(adam)
    return client


def test_a_system_is_added_for_a_member(as_adam, forbund, kommun):
    answer = as_adam.post("/register/PRO/system/nytt/", {"name": "Avvikelser", "member": kommun.pk})
    system = forbund.systems.get()
    assert answer.url == f"/register/PRO/system/{system.pk}/"
    assert (system.name, system.system_member, system.is_active) == ("Avvikelser", kommun, False)


@pytest.mark.parametrize("name", ["", "kansliets PROGRAM", "För 640823-3234"])
def test_a_name_that_does_not_do_is_refused(as_adam, kansliets_system, forbund, name):
    assert as_adam.post("/register/PRO/system/nytt/", {"name": name}).status_code == 422
    assert forbund.systems.count() == 1


def test_a_member_of_another_forbund_gets_no_system_here(as_adam, annat_forbund):
    other = Member.objects.create(association=annat_forbund, party=Party.KOMMUN, name="Annan", from_on=LONG_AGO)
    answer = as_adam.post("/register/PRO/system/nytt/", {"name": "Avvikelser", "member": other.pk})
    assert answer.status_code == 422


def test_a_system_gets_a_new_name_and_keeps_its_owner(as_adam, kommunens_system, fk, kommun):
    path = f"/register/PRO/system/{kommunens_system.pk}/namn/"
    as_adam.post(path, {"name": "Avvikelser 2", "member": fk.pk})
    kommunens_system.refresh_from_db()
    assert (kommunens_system.name, kommunens_system.system_member) == ("Avvikelser 2", kommun)


def test_the_form_offers_a_members_system_nothing_but_reporting(as_adam, kommunens_system, kansliets_system):
    def offered(system: User) -> list[str]:
        page = as_adam.get(f"/register/PRO/system/{system.pk}/roll/").content.decode()
        return re.findall(r'name="role" value="(\w+)"', page)

    assert offered(kommunens_system) == ["REPORTER"]
    assert offered(kansliets_system) == ["REPORTER", "COORDINATOR", "PREPARATORY", "BOARD"]


def test_a_role_is_given_and_ended_from_the_systems_page(as_adam, forbund, kommun):
    system = User.objects.create_system(forbund, name="Avvikelser", member=kommun)
    own = f"/register/PRO/system/{system.pk}/"
    as_adam.post(f"{own}roll/", {"role": "REPORTER", "from_on": clocks.today()})
    role = system.grants.get()
    assert (role.role, role.member) == (Role.REPORTER, kommun)
    ended = as_adam.post(f"/register/PRO/roller/{role.pk}/avsluta/", {"last_day": clocks.today()})
    assert ended.url == own
    assert "Rapportör" in as_adam.get(own).content.decode()


def test_a_system_is_put_in_a_function_and_shown_there(as_adam, forbund, kommun, funktion, frida):
    system = User.objects.create_system(forbund, name="Avvikelser", member=kommun)
    path = f"/register/PRO/system/{system.pk}/funktion/"
    assert "Försäkringskassan" not in as_adam.get(path).content.decode()
    as_adam.post(path, {"function": funktion.pk, "from_on": clocks.today()})
    assert system.function_places.get().function == funktion
    for shown in (f"/register/PRO/funktioner/{funktion.pk}/", "/register/PRO/funktioner/", "/register/PRO/system/"):
        assert "Avvikelser" in as_adam.get(shown).content.decode()
    place = funktion.people.get(user=system)
    assert "Ersättare" not in as_adam.get(f"/register/PRO/funktioner/{funktion.pk}/person/{place.pk}/").content.decode()


def test_a_system_is_marked_where_the_functions_people_are_confirmed(client, funktion, karl, kommunens_system):
    client.force_login(karl)
    page = client.get(f"/register/funktion/{funktion.pk}/bekrafta/").content.decode()
    assert kommunens_system.name in page
    assert "System." in page
    assert "avstängt" not in page


def test_only_the_administrator_adds_a_system(forbund, sanna):
    with pytest.raises(MoveNotAllowed):
        services.save_system(forbund, actor=sanna, name="Avvikelser")
