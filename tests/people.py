"""The same made-up people in every test, in a made-up förbund.

Sanna and Stina coordinate, Rakel reports, Karl answers for the kommun (Kim is his deputy), Frida for FK, Bea sits in
the beredningsgrupp, Berit in the styrelse, Adam administers; Olle coordinates another förbund. A receipt holder has
no account.
"""

import datetime as dt
from collections.abc import Callable
from types import SimpleNamespace

from api import tokens
from api.scopes import Scope
from api.tokens import Issued
from cases import clocks, services
from cases.codes import Cause, GapType, Outcome, Party, Role
from cases.models import (
    Association,
    Case,
    ContactFunction,
    FunctionPerson,
    Grant,
    Initiative,
    Member,
    Unit,
    User,
)
from cases.querysets import ReceiptHolder
from cases.services import Concerned, Report
from cases.services.filing import Filed
from tests.sharing import shared, tool

LONG_AGO = dt.date(2020, 1, 1)
PASSWORD = "ett-langt-losenord-for-prov"


def make_user(name: str, **fields: object) -> User:
    return User.objects.create_user(f"{name.lower()}@example.org", PASSWORD, name=f"{name} Påhittad", **fields)


def grant(user: User, association: Association, role: Role, **fields: object) -> Grant:
    user.__dict__.pop("_standing", None)
    return Grant.objects.create(user=user, association=association, role=role, **{"from_on": LONG_AGO, **fields})


def make_function(member: Member, name: str, *people: User, is_general: bool = False) -> ContactFunction:
    function = ContactFunction.objects.create(
        member=member,
        name=name,
        mailbox="funktion@example.org",
        is_general=is_general,
        from_on=LONG_AGO,
        confirmed_on=clocks.today(),
    )
    for person in people:
        FunctionPerson.objects.create(function=function, user=person, from_on=LONG_AGO)
    return function


def make_key(owner: User, *scopes: Scope, actor: User | None = None, **fields: object) -> Issued:
    """Make a key that may do everything unless scopes are named; a system's by its administrator."""
    wanted = {"name": "Provprogrammet", "last_day": clocks.today(), "scopes": scopes or tuple(Scope), **fields}
    return tokens.issue(owner, actor=actor or owner, **wanted)


def by_key(plain: str) -> dict[str, str]:
    """Return the header that a program shows its key in, as the test client takes it."""
    return {"HTTP_AUTHORIZATION": f"Bearer {plain}"}


@shared
def forbund(db) -> Association:
    return Association.objects.create(name="Samordningsförbundet Prov", code="PRO")


@shared
def annat_forbund(db) -> Association:
    return Association.objects.create(name="Samordningsförbundet Annat", code="ANN")


@shared
def kommun(forbund) -> Member:
    return Member.objects.create(association=forbund, party=Party.KOMMUN, name="Provköpings kommun", from_on=LONG_AGO)


@shared
def fk(forbund) -> Member:
    return Member.objects.create(
        association=forbund, party=Party.FORSAKRINGSKASSAN, name="Försäkringskassan", from_on=LONG_AGO
    )


@shared
def enhet(kommun) -> Unit:
    return Unit.objects.create(member=kommun, name="Ekonomiskt bistånd", from_on=LONG_AGO)


@shared
def insats(forbund) -> Initiative:
    return Initiative.objects.create(association=forbund, name="Stegen", from_on=LONG_AGO)


@shared
def sanna(forbund) -> User:
    user = make_user("Sanna")
    grant(user, forbund, Role.COORDINATOR)
    return user


@shared
def stina(forbund) -> User:
    user = make_user("Stina")
    grant(user, forbund, Role.COORDINATOR)
    return user


@shared
def rakel(forbund) -> User:
    user = make_user("Rakel")
    grant(user, forbund, Role.REPORTER)
    return user


@shared
def karl(db) -> User:
    return make_user("Karl")


@shared
def kim(funktion) -> User:
    user = make_user("Kim")
    FunctionPerson.objects.create(function=funktion, user=user, is_deputy=True, from_on=LONG_AGO)
    return user


@shared
def frida(fk) -> User:
    user = make_user("Frida")
    make_function(fk, "Försäkringskassan, samverkan", user, is_general=True)
    return user


@shared
def bea(forbund) -> User:
    user = make_user("Bea")
    grant(user, forbund, Role.PREPARATORY)
    return user


@shared
def berit(forbund) -> User:
    user = make_user("Berit")
    grant(user, forbund, Role.BOARD)
    return user


@shared
def adam(forbund) -> User:
    user = make_user("Adam")
    grant(user, forbund, Role.ADMIN)
    return user


@shared
def olle(annat_forbund) -> User:
    user = make_user("Olle")
    grant(user, annat_forbund, Role.COORDINATOR)
    return user


@shared
def funktion(kommun, karl) -> ContactFunction:
    """The kommun's general function, where Karl answers."""
    return make_function(kommun, "Kommunens samverkansfunktion", karl, is_general=True)


@shared
def kommunens_system(forbund, kommun, funktion) -> User:
    """The kommun's own program: it reports, and sits in the kommun's function beside Karl."""
    system = User.objects.create_system(forbund, name="Kommunens avvikelsesystem", member=kommun)
    grant(system, forbund, Role.REPORTER, member=kommun)
    FunctionPerson.objects.create(function=funktion, user=system, from_on=LONG_AGO)
    return system


@shared
def kansliets_system(forbund) -> User:
    """The förbund's own program, which coordinates."""
    system = User.objects.create_system(forbund, name="Kansliets program")
    grant(system, forbund, Role.COORDINATOR)
    return system


def make_report(*concerned: Concerned, **fields: object) -> Report:
    """A made-up report without anybody in it."""
    return Report(
        **{
            "heading": "Ingen svarar på funktionsbrevlådan",
            "happened": "Vi har skrivit tre gånger utan att få svar.",
            "concerned": list(concerned),
            "gap_type": GapType.ORGANISATION,
            **fields,
        }
    )


@tool
def file_case(forbund, rakel, kommun, funktion) -> Callable[..., Case]:
    """Return a function that files one more case about the kommun, by Rakel unless told otherwise."""

    def file(actor=rakel, concerned=(), **fields: object) -> Case:
        report = make_report(*(concerned or [Concerned(Party.KOMMUN, kommun)]), **fields)
        return services.file(forbund, report, actor=actor).case

    return file


@shared
def case(file_case) -> Case:
    """A newly filed case by Rakel about the kommun."""
    return file_case()


@shared
def by_code(forbund, kommun, funktion) -> Filed:
    """A case filed without account, with its receipt code."""
    return services.file(forbund, make_report(Concerned(Party.KOMMUN, kommun)), actor=ReceiptHolder(), key="prov")


@tool
def flow(sanna, karl) -> SimpleNamespace:
    """The flow's steps with nothing but what they need: `flow.send(case)`, `flow.answer(case)` and so on.

    Each returns the case read anew.
    """

    def again(case: Case) -> Case:
        return Case.objects.get(pk=case.pk)

    def send(case: Case) -> Case:
        types = {concern.pk: GapType.ORGANISATION for concern in case.concerns.all()}
        services.classify(case, actor=sanna, types=types)
        services.send(case, actor=sanna)
        return again(case)

    def acknowledge(case: Case) -> Case:
        services.acknowledge(case, actor=karl, concern=case.concerns.get(is_primary=True))
        return again(case)

    def answer(case: Case) -> Case:
        services.answer(
            case,
            actor=karl,
            concern=case.concerns.get(is_primary=True),
            finding="Brevlådan saknade bemanning.",
            gap_type=GapType.ORGANISATION,
            cause=Cause.RESOURCES,
            no_measure="Det är redan rättat.",
        )
        return again(case)

    def close(case: Case) -> Case:
        services.close(
            case,
            actor=sanna,
            outcome=Outcome.RESOLVED,
            cause=Cause.RESOURCES,
            reply="Brevlådan är bemannad igen.",
            no_measure="Det är redan rättat.",
        )
        return again(case)

    def to_closed(case: Case) -> Case:
        return close(answer(send(case)))

    return SimpleNamespace(
        again=again, send=send, acknowledge=acknowledge, answer=answer, close=close, to_closed=to_closed
    )


@tool
def moved() -> Callable[[int], object]:
    """Return a function that moves the program's clock some days from now: `with moved(61): ...`."""
    return lambda days: clocks.at(clocks.now() + dt.timedelta(days=days))
