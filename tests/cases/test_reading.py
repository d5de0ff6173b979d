"""The log of who read what, in which role."""

import pytest

from cases import services
from cases.codes import ReadAction, Role
from cases.models import ReadLog
from cases.querysets import ReceiptHolder
from tests.cases.conftest import PEOPLE, actor_of

pytestmark = pytest.mark.usefixtures("db")

ROLE = {
    "sanna": Role.COORDINATOR,
    "rakel": Role.REPORTER,
    "code": Role.REPORTER,
    "karl": Role.CONTACT,
    "kim": Role.CONTACT,
    "frida": Role.CONTACT,
    "bea": Role.PREPARATORY,
}


@pytest.mark.parametrize("action", [ReadAction.OPENED, ReadAction.PRINTED])
@pytest.mark.parametrize("name", ROLE)
def test_reading_is_logged_with_the_role_that_opened_the_case(world, name, action):
    case = world.cases["WITH_PARTY"]
    services.log_read(case, actor=actor_of(world, name, case), action=action)
    log = ReadLog.objects.get()
    assert (log.case, log.association, log.action, log.role) == (case, case.association, action, ROLE[name])
    assert log.user == world.people.get(name)


def test_everybody_who_sees_a_case_has_a_row():
    assert ROLE.keys() == set(PEOPLE) - {"berit", "adam", "olle", "stranger", "other_code"}


def test_an_export_logs_each_case_that_left(world):
    cases = list(world.cases.values())
    services.log_export(cases, actor=world.people["sanna"])
    assert set(ReadLog.objects.values_list("case", "action")) == {(case.pk, "EXPORTED") for case in cases}


def test_the_widest_role_is_the_one_that_is_logged(world):
    case, sanna = world.cases["RECEIVED"], world.people["sanna"]
    case.reporter_id = sanna.pk
    services.log_read(case, actor=sanna, action=ReadAction.OPENED)
    assert ReadLog.objects.get().role == Role.COORDINATOR


def test_a_receipt_holder_is_logged_without_a_name(by_code):
    services.log_read(by_code.case, actor=ReceiptHolder(frozenset({by_code.case.pk})), action=ReadAction.OPENED)
    assert ReadLog.objects.get().user is None


def test_reading_is_no_event(case, sanna):
    services.log_read(case, actor=sanna, action=ReadAction.OPENED)
    assert case.events.count() == 1
