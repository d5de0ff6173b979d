"""One case in every status, built once a file, with everybody around it."""

import datetime as dt
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connection, transaction

from cases import clocks, services, triggers
from cases.codes import Cause, DismissReason, GapType, Outcome, Party, Role, Source, Status
from cases.models import Association, Case, FunctionPerson, Initiative, Member, Unit
from cases.querysets import Actor, ReceiptHolder
from cases.services import Concerned, OnBehalf, Plan
from tests.people import LONG_AGO, grant, make_function, make_report, make_user

# A Monday, far from holidays and from midnight.
START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
BY_PHONE = OnBehalf(Source.PHONE, START.date())
PLAN = Plan("Bemanna brevlådan.", Cause.RESOURCES, "Enhetschefens funktion", START.date() + 30 * DAY)

PEOPLE = (
    "sanna", "rakel", "karl", "kim", "frida", "bea", "berit", "adam", "olle", "stranger", "code", "other_code",
)  # fmt: skip


@pytest.fixture(scope="module")
def _built(django_db_setup, django_db_blocker) -> Iterator[SimpleNamespace]:
    with django_db_blocker.unblock(), transaction.atomic():
        with clocks.at(START):
            built = _world()
        yield built
        transaction.set_rollback(True)


@pytest.fixture
def world(_built, db) -> Iterator[SimpleNamespace]:
    """A förbund with its people and one case in every status; the clock stands still at START.

    Each case is about the kommun (Karl, Kim his deputy) and FK (Frida), and lifted, so that Bea has it too. It is
    there for all tests of a file, beside the förbund of the other fixtures.
    """
    with clocks.at(START):
        yield _built


def _world() -> SimpleNamespace:
    w = SimpleNamespace()
    w.forbund = Association.objects.create(name="Samordningsförbundet Allt", code="ALLT")
    w.annat = Association.objects.create(name="Samordningsförbundet Bredvid", code="BRED")
    w.kommun = _member(w.forbund, Party.KOMMUN, "Provköpings kommun")
    w.fk = _member(w.forbund, Party.FORSAKRINGSKASSAN, "Försäkringskassan")
    w.region = _member(w.forbund, Party.REGION, "Region Prov")
    w.unit = Unit.objects.create(member=w.kommun, name="Ekonomiskt bistånd", from_on=LONG_AGO)
    w.insats = Initiative.objects.create(association=w.forbund, name="Stegen", from_on=LONG_AGO)
    names = [name for name in PEOPLE if "code" not in name]
    w.people = {name: make_user(f"{name}-i-allt") for name in [*names, "stina"]}
    w.function = make_function(w.kommun, "Kommunens samverkansfunktion", w.people["karl"], is_general=True)
    FunctionPerson.objects.create(function=w.function, user=w.people["kim"], is_deputy=True, from_on=LONG_AGO)
    w.fk_function = make_function(w.fk, "Försäkringskassan, samverkan", w.people["frida"], is_general=True)
    for name, role in {
        "sanna": Role.COORDINATOR, "stina": Role.COORDINATOR, "rakel": Role.REPORTER, "bea": Role.PREPARATORY,
        "berit": Role.BOARD, "adam": Role.ADMIN,
    }.items():  # fmt: skip
        grant(w.people[name], w.forbund, role)
    grant(w.people["olle"], w.annat, Role.COORDINATOR)
    w.cases = {status: _case_in(w, status) for status in Status}
    return w


def actor_of(world: SimpleNamespace, name: str, case: Case) -> Actor:
    """Return the person by name; the holder of a receipt code holds the one of the case, or of none."""
    if name == "code":
        return ReceiptHolder(frozenset({case.pk}))
    if name == "other_code":
        return ReceiptHolder(frozenset())
    return world.people[name]


def _member(association: Association, party: Party, name: str) -> Member:
    return Member.objects.create(association=association, party=party, name=name, from_on=LONG_AGO)


def _case_in(w: SimpleNamespace, status: Status) -> Case:
    """File a case and lead it to the status through the services."""
    sanna, karl, frida = w.people["sanna"], w.people["karl"], w.people["frida"]
    report = make_report(Concerned(Party.KOMMUN, w.kommun), Concerned(Party.FORSAKRINGSKASSAN, w.fk))
    case = services.file(w.forbund, report, actor=w.people["rakel"]).case
    kommun, fk = case.concerns.all()
    types = {kommun.pk: GapType.ORGANISATION, fk.pk: GapType.STRUKTUR}
    services.classify(case, actor=sanna, types=types, initiative=w.insats)
    services.lift(case, actor=sanna, held_on=START.date() + 30 * DAY, proposal="Ta upp frågan.")
    services.join(case, actor=sanna, new_title="Brevlådor utan bemanning")
    if status in (Status.WITH_PARTY, Status.IN_PROGRESS, Status.ANSWERED, Status.CLOSED):
        services.send(case, actor=sanna)
        _answer(case, frida, fk)
    if status == Status.WITH_PARTY:
        services.ask(case, actor=karl, concern=kommun, body="Vilken brevlåda gäller det?")
        services.add_measure(case, actor=karl, concern=kommun, plan=PLAN)
    if status == Status.IN_PROGRESS:
        _answer(case, karl, kommun, PLAN)
    if status in (Status.ANSWERED, Status.CLOSED):
        _answer(case, karl, kommun)
    if status in (Status.CLARIFYING, Status.IN_PROGRESS, Status.ANSWERED, Status.CLOSED):
        services.ask(case, actor=sanna, body="Gäller det fortfarande?")
    if status == Status.CLOSED:
        services.close(
            case, actor=sanna, outcome=Outcome.RESOLVED, cause=Cause.RESOURCES, reply="Klart.", no_measure="Rättat."
        )
    if status == Status.DISMISSED:
        services.dismiss(case, actor=sanna, reason=DismissReason.TOO_LITTLE, reply="Vi förstår inte.")
    if status == Status.REFERRED:
        services.refer(case, actor=sanna, reply="Vänd dig dit.", elsewhere="Socialstyrelsen")
    case = Case.objects.get(pk=case.pk)
    assert case.status == status
    return case


def _answer(case: Case, actor: Actor, concern, *plans: Plan) -> None:
    services.answer(
        case,
        actor=actor,
        concern=concern,
        finding="Brevlådan saknade bemanning.",
        cause=Cause.RESOURCES,
        plans=plans,
        no_measure="" if plans else "Det är rättat.",
    )


@pytest.fixture
def unguarded(db):
    """Take the triggers away, as somebody with the database's own keys could."""
    triggers.remove(connection)
    yield
    triggers.install(connection)
