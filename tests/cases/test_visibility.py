"""Who may open which case, whose figures count it, and what each sees of events and texts."""

import datetime as dt
import random

import pytest
from django.db import transaction

from cases import clocks, services, shown
from cases.codes import Audience, Cause, ConcernState, Lifted, Party, Role, Status, TextKind
from cases.models import Association, Case, Concern, FunctionPerson, Grant, Measure, Text, User
from cases.querysets import ReceiptHolder, roles_of
from cases.services import Concerned
from tests.cases.conftest import PEOPLE, actor_of
from tests.people import LONG_AGO, make_function, make_report, make_user

pytestmark = pytest.mark.usefixtures("db")

YESTERDAY, TOMORROW = dt.timedelta(days=-1), dt.timedelta(days=1)


def sees(actor, case: Case) -> bool:
    return Case.objects.visible_to(actor).filter(pk=case.pk).exists()


# ---- a rule written twice: lists and one case ----


def random_world(rng: random.Random) -> tuple[list, list[Case]]:
    """Make some förbund, functions, people and cases with everything that decides who sees what left to chance."""
    today = clocks.today()
    associations = [Association.objects.create(name=f"Förbund {n}", code=f"F{'ABC'[n]}") for n in range(3)]
    for association in associations:
        association.successor = rng.choice([None, None, *associations])
    Association.objects.bulk_update(associations, ["successor"])
    functions = [
        make_function(a.members.create(party=Party.KOMMUN, name=f"Kommun {n}", from_on=LONG_AGO), f"Funktion {n}")
        for a in associations
        for n in range(2)
    ]
    users = User.objects.bulk_create(User(email=f"p{n}@example.org", name=f"Påhittad {n}") for n in range(8))

    def dates() -> dict:
        return rng.choice(
            [
                {"from_on": LONG_AGO},
                {"from_on": today, "to_on": today},
                {"from_on": LONG_AGO, "to_on": today + YESTERDAY},
                {"from_on": today + TOMORROW},
            ]
        )

    roles = [r for r in Role if r not in (Role.CONTACT, Role.SUCCESSOR)]
    picked = [(user, rng.choice(associations), rng.choice(roles)) for user in users for _ in range(2)]
    Grant.objects.bulk_create(Grant(user=u, association=a, role=r, **dates()) for u, a, r in dict.fromkeys(picked))
    places = {(rng.choice(functions), user) for user in users for _ in range(2)}
    FunctionPerson.objects.bulk_create(
        FunctionPerson(function=f, user=u, is_deputy=rng.random() < 0.3, **dates())
        for f, u in sorted(places, key=lambda place: (place[0].pk, place[1].pk))
    )
    cases = []
    for n in range(15):
        ending = rng.choice(["", "", Status.CLOSED, Status.DISMISSED, Status.REFERRED])
        case = Case.objects.create(
            association=rng.choice(associations),
            number=f"N{n}",
            heading="Prov",
            happened="Prov",
            reporter=rng.choice([None, *users]),
            lifted=rng.choice(["", Lifted.PREPARATORY, Lifted.BOARD]),
            ending=ending,
            status=ending or Status.RECEIVED,
            ended_at=clocks.now() if ending else None,
            received_on=today,
            triage_from=today,
            triage_due=today,
            handle_by=today,
        )
        for place in range(rng.randint(1, 3)):
            function = rng.choice([None, *functions])
            Concern.objects.create(
                case=case,
                party=Party.KOMMUN,
                member=function and function.member,
                function=function,
                state=rng.choice(list(ConcernState)),
                is_primary=place == 0,
                sent_at=clocks.now(),
                answer_due=today,
                shared_at=rng.choice([None, clocks.now()]),
            )
        cases.append(case)
    holders = [ReceiptHolder(frozenset(case.pk for case in rng.sample(cases, 2))), ReceiptHolder()]
    return [*users, *holders], cases


@pytest.mark.parametrize("seed", range(12))
def test_the_list_and_the_roles_agree_in_any_world(seed):
    actors, cases = random_world(random.Random(seed))
    for actor in actors:
        listed = list(Case.objects.visible_to(actor).values_list("pk", flat=True))
        assert sorted(listed) == sorted(case.pk for case in cases if roles_of(case, actor))


@pytest.mark.parametrize("seed", range(12))
def test_the_concerns_and_measures_of_many_cases_are_those_of_each_in_any_world(seed):
    actors, cases = random_world(random.Random(seed))
    concerns = list(Concern.objects.all())
    words = [Text(case_id=c.case_id, kind=TextKind.MEASURE, audience=Audience.EVERYONE, body="Prov") for c in concerns]
    # The last has come loose from its concern.
    Measure.objects.bulk_create(
        Measure(
            case_id=c.case_id,
            concern=c if c != concerns[-1] else None,
            what=text,
            cause=Cause.OTHER,
            owner="Prov",
            due_on=clocks.today(),
        )
        for c, text in zip(concerns, Text.objects.bulk_create(words), strict=True)
    )
    cases = list(Case.objects.prefetch_related("concerns", "questions", "measures"))
    for actor in actors:
        told = {case: shown.concerns(case, actor) for case in cases}
        seen = [one.concern for each in told.values() for one in each]
        assert sorted(Concern.objects.shown_to(actor).values_list("pk", flat=True)) == sorted(one.pk for one in seen)
        read = [one.pk for case, each in told.items() for one in shown.measures(case, each)]
        assert sorted(Measure.objects.shown_to(actor).values_list("pk", flat=True)) == sorted(read)


def test_the_random_worlds_hold_every_way_in_and_many_closed_doors():
    met = set()
    for seed in range(3):
        with transaction.atomic():
            actors, cases = random_world(random.Random(seed))
            met |= {roles_of(case, actor) for actor in actors for case in cases}
            transaction.set_rollback(True)
    assert frozenset() in met
    assert set().union(*met) == {
        Role.COORDINATOR,
        Role.PREPARATORY,
        Role.SUCCESSOR,
        Role.REPORTER,
        Role.CONTACT,
    }


# ---- who sees what, by name ----

SEES = {
    "sanna": set(Status),
    "rakel": set(Status),
    "karl": {"WITH_PARTY", "IN_PROGRESS", "ANSWERED", "CLOSED"},
    "kim": {"WITH_PARTY", "IN_PROGRESS", "ANSWERED", "CLOSED"},
    "frida": {"WITH_PARTY", "IN_PROGRESS", "ANSWERED", "CLOSED"},
    "bea": set(Status),
    "berit": set(),
    "adam": set(),
    "olle": set(),
    "stranger": set(),
    "code": set(Status),
    "other_code": set(),
}


def test_everybody_has_a_row():
    assert SEES.keys() == set(PEOPLE)


@pytest.mark.parametrize("name", PEOPLE)
def test_each_person_sees_the_cases_in_their_row(world, name):
    seen = {status for status, case in world.cases.items() if sees(actor_of(world, name, case), case)}
    assert seen == SEES[name]


def test_the_group_sees_a_case_only_once_it_is_lifted(case, sanna, bea):
    assert not sees(bea, case)
    services.lift(case, actor=sanna, held_on=clocks.today(), proposal="Ta upp.")
    assert sees(bea, case)


def test_a_pending_concern_shows_to_nobody_in_the_function(case, karl):
    assert not sees(karl, case)


def test_a_returned_concern_disappears_from_the_function(case, flow, karl):
    sent = flow.send(case)
    assert sees(karl, sent)
    services.return_(sent, actor=karl, concern=sent.concerns.get(), reason="Inte vår.")
    assert not sees(karl, sent)
    assert roles_of(flow.again(case), karl) == frozenset()


def test_a_struck_concern_disappears_from_the_function(case, flow, sanna, karl, fk):
    sent = flow.send(case)
    services.add_concern(sent, actor=sanna, concerned=Concerned(Party.FORSAKRINGSKASSAN, fk))
    services.withdraw_concern(sent, actor=sanna, concern=sent.concerns.get(is_primary=True), reason="Fel part.")
    assert not sees(karl, sent)


def test_a_concern_sent_elsewhere_moves_to_the_other_function(case, flow, sanna, karl, kommun):
    sent = flow.send(case)
    frans = make_user("Frans")
    services.send(sent, actor=sanna, concerns={sent.concerns.get().pk: make_function(kommun, "Soc", frans)})
    assert not sees(karl, sent)
    assert sees(frans, sent)


def test_a_role_that_has_ended_opens_nothing(case, sanna):
    sanna.grants.update(to_on=clocks.today() + YESTERDAY)
    sanna.refresh_from_db()
    assert not sees(sanna, case)


def test_a_role_opens_on_its_first_and_on_its_last_day(case, sanna):
    sanna.grants.update(from_on=clocks.today(), to_on=clocks.today())
    sanna.refresh_from_db()
    assert sees(sanna, case)


def test_a_standing_is_read_anew_the_next_day(case, sanna, moved):
    sanna.grants.update(to_on=clocks.today())
    sanna.refresh_from_db()
    assert sees(sanna, case)
    with moved(1):
        assert not sees(sanna, case)


def test_the_operator_sees_no_case(case):
    assert not sees(User.objects.create_superuser("drift@example.org", name="Drift"), case)


def test_the_successors_coordinator_reads_what_was_closed_and_nothing_open(case, flow, file_case, olle, annat_forbund):
    closed, open_case = flow.to_closed(case), file_case()
    Association.objects.filter(pk=case.association_id).update(successor=annat_forbund)
    olle.refresh_from_db()
    assert roles_of(closed, olle) == {Role.SUCCESSOR}
    assert list(Case.objects.visible_to(olle)) == [closed]
    assert roles_of(open_case, olle) == frozenset()


def test_a_successors_successor_reads_what_was_closed_too(case, flow, olle, annat_forbund):
    closed = flow.to_closed(case)
    between = Association.objects.create(name="Mellanförbundet", code="MEL", successor=annat_forbund)
    Association.objects.filter(pk=case.association_id).update(successor=between)
    olle.refresh_from_db()
    assert sees(olle, closed)


def test_two_forbund_that_name_each_other_as_successor_do_not_hang(olle, annat_forbund, forbund):
    Association.objects.filter(pk=forbund.pk).update(successor=annat_forbund)
    Association.objects.filter(pk=annat_forbund.pk).update(successor=forbund)
    assert olle.standing().inherited == {forbund.pk}


@pytest.mark.parametrize("name", PEOPLE)
def test_each_case_is_listed_once(world, name):
    actor = actor_of(world, name, world.cases["WITH_PARTY"])
    listed = [case.pk for case in Case.objects.visible_to(actor)]
    assert len(listed) == len(set(listed))


@pytest.mark.postgres
@pytest.mark.parametrize("name", PEOPLE)
def test_the_rows_that_somebody_sees_can_be_locked(world, name):
    actor = actor_of(world, name, world.cases["WITH_PARTY"])
    with transaction.atomic():
        assert len(Case.objects.visible_to(actor).select_for_update()) == Case.objects.visible_to(actor).count()


def test_the_question_needs_no_distinct(sanna, karl):
    for actor in (sanna, karl, ReceiptHolder(frozenset({1}))):
        assert "DISTINCT" not in str(Case.objects.visible_to(actor).query)


@pytest.mark.once
def test_a_standing_is_read_in_few_questions(sanna, django_assert_max_num_queries):
    sanna.refresh_from_db()
    with django_assert_max_num_queries(3):
        sanna.standing()


# ---- whose figures count ----

COUNTS = {
    "sanna": set(Status),
    "bea": set(Status),
    "berit": set(Status),
    "rakel": SEES["rakel"],
    "karl": SEES["karl"],
    "kim": SEES["kim"],
    "frida": SEES["frida"],
    "adam": set(),
    "olle": set(),
    "stranger": set(),
    "code": SEES["code"],
    "other_code": set(),
}


def test_everybody_has_a_row_among_those_who_count():
    assert COUNTS.keys() == set(PEOPLE)


@pytest.mark.parametrize("name", PEOPLE)
def test_a_summary_role_counts_the_whole_forbund_and_others_what_they_see(world, name):
    counted = {
        status
        for status, case in world.cases.items()
        if Case.objects.countable_by(actor_of(world, name, case)).filter(pk=case.pk).exists()
    }
    assert counted == COUNTS[name]


def test_a_board_member_counts_but_does_not_read(case, berit):
    assert Case.objects.countable_by(berit).count() == 1
    assert not Case.objects.visible_to(berit).exists()


def test_nobody_counts_another_forbund(case, olle):
    assert not Case.objects.countable_by(olle).exists()


# ---- what each sees on a case ----

# Every audience, and who of those on a case may see it. Frida sits in another function than the one concerned.
AUDIENCES = {
    Audience.EVERYONE: {"sanna", "rakel", "code", "karl", "kim", "frida", "bea"},
    Audience.KANSLI: {"sanna"},
    Audience.REPORTER: {"sanna", "rakel", "code"},
    Audience.FUNCTION: {"sanna", "karl", "kim", "bea"},
    Audience.REPORTER_FUNCTION: {"sanna", "rakel", "code", "karl", "kim", "bea"},
}


def test_every_audience_has_a_row():
    assert AUDIENCES.keys() == set(Audience)


@pytest.mark.parametrize("audience", Audience)
def test_an_audience_is_who_it_says(world, audience):
    case = world.cases["WITH_PARTY"]
    asked = case.events.get(verb="ask_as_function")
    text = Text.objects.create(case=case, event=asked, kind=TextKind.NOTE, audience=audience, body="Prov")
    seen = set()
    for name in PEOPLE:
        actor = actor_of(world, name, case)
        if roles_of(case, actor):
            shown = case.texts.for_roles(roles_of(case, actor), actor.standing().functions)
            seen |= {name} if text in shown else set()
    assert seen == AUDIENCES[audience]


def verbs_seen(world, name: str, status: str) -> set[str]:
    case = world.cases[status]
    actor = actor_of(world, name, case)
    return {event.verb for event in case.events.for_roles(roles_of(case, actor), actor.standing().functions)}


def test_a_contact_does_not_see_what_another_function_answered(world):
    case, karl = world.cases["WITH_PARTY"], world.people["karl"]
    texts = case.texts.for_roles(roles_of(case, karl), karl.standing().functions)
    assert not texts.filter(kind=TextKind.ANSWER).exists()
    assert "answer" not in verbs_seen(world, "karl", "WITH_PARTY")
    assert "answer" in verbs_seen(world, "frida", "WITH_PARTY")


def test_a_contact_sees_none_of_the_kanslis_own_steps(world):
    assert not {"classify", "join", "note"} & verbs_seen(world, "karl", "ANSWERED")


def test_a_contact_sees_the_kanslis_questions_to_the_reporter_that_are_part_of_the_report(world):
    case, sanna = world.cases["WITH_PARTY"], world.people["sanna"]
    services.ask(case, actor=sanna, body="Vem kan vi ringa?", part_of_report=False)
    assert "ask" not in verbs_seen(world, "karl", "WITH_PARTY")
    services.ask(case, actor=sanna, body="Vilken månad?")
    assert "ask" in verbs_seen(world, "karl", "WITH_PARTY")
    assert "ask" in verbs_seen(world, "rakel", "WITH_PARTY")


def test_a_reporter_does_not_see_an_answer_that_is_not_shared(world):
    case, rakel = world.cases["ANSWERED"], world.people["rakel"]
    assert not case.texts.for_roles(roles_of(case, rakel), []).filter(kind=TextKind.ANSWER).exists()


def test_a_reporter_sees_an_answer_once_it_is_shared(world):
    case, rakel = world.cases["ANSWERED"], world.people["rakel"]
    services.share(case, actor=world.people["sanna"], concern=case.concerns.first())
    [shown] = case.texts.for_roles(roles_of(case, rakel), []).filter(kind=TextKind.ANSWER)
    assert shown.concern == case.concerns.first()


def test_a_reporter_sees_every_answer_at_the_closing(world):
    case, rakel = world.cases["CLOSED"], world.people["rakel"]
    assert case.texts.for_roles(roles_of(case, rakel), []).filter(kind=TextKind.ANSWER).count() == 2


def test_a_contact_does_not_read_the_reply_to_the_reporter(world):
    case, karl = world.cases["CLOSED"], world.people["karl"]
    shown = case.texts.for_roles(roles_of(case, karl), karl.standing().functions)
    assert not shown.filter(kind=TextKind.CLOSING).exists()


def test_the_group_reads_the_kanslis_proposal_and_no_note(world):
    case, bea = world.cases["ANSWERED"], world.people["bea"]
    services.note(case, actor=world.people["sanna"], body="Ring chefen.")
    kinds = set(case.texts.for_roles(roles_of(case, bea), []).values_list("kind", flat=True))
    assert TextKind.LIFT in kinds
    assert not {TextKind.NOTE, TextKind.CLOSING} & kinds


def test_a_function_that_lost_the_concern_keeps_none_of_its_texts(case, flow, karl, sanna, kommun):
    answered = flow.answer(flow.send(case))
    services.send(answered, actor=sanna, concerns={answered.concerns.get().pk: make_function(kommun, "Soc", karl)})
    frans = make_user("Frans")
    FunctionPerson.objects.create(function=kommun.functions.get(name="Soc"), user=frans, from_on=LONG_AGO)
    shown = answered.texts.for_roles(roles_of(flow.again(case), frans), frans.standing().functions)
    assert not shown.filter(kind=TextKind.ANSWER).exists()


# ---- a function's own list ----


def test_a_function_lists_the_concerns_that_lie_with_it(case, flow, karl):
    assert not Concern.objects.answerable_by(karl).exists()
    flow.send(case)
    assert Concern.objects.answerable_by(karl).count() == 1


def test_a_reporter_does_not_find_their_own_case_in_their_functions_list(forbund, kommun, funktion, karl, sanna):
    case = services.file(forbund, make_report(Concerned(Party.KOMMUN, kommun)), actor=karl).case
    case.concerns.update(state="SENT", function=funktion, sent_at=clocks.now(), answer_due=clocks.today())
    assert not Concern.objects.answerable_by(karl).exists()
    assert sees(karl, case)


def test_a_receipt_holder_has_no_functions_list(by_code):
    assert not Concern.objects.answerable_by(ReceiptHolder(frozenset({by_code.case.pk}))).exists()


def test_a_case_waits_for_the_kansli_while_something_is_to_be_sent(world):
    waiting = set(Case.objects.to_handle().values_list("status", flat=True))
    assert waiting == {"RECEIVED", "ANSWERED"}


def test_every_open_case_is_either_the_kanslis_or_waits(world):
    handle, waits = set(Case.objects.to_handle()), set(Case.objects.waiting())
    assert handle | waits == set(Case.objects.open())
    assert handle & waits == set()


def test_a_case_with_one_part_back_waits_for_the_kansli_too(world):
    case = world.cases["WITH_PARTY"]
    services.add_concern(case, actor=world.people["sanna"], concerned=Concerned(Party.REGION, world.region))
    assert case in Case.objects.to_handle()
