"""Every address of the API with a key that lacks what it takes: nothing is told, and nothing is changed."""

import re

import pytest
from django.test import Client

from api.models import Token
from api.scopes import Scope
from api.urls import urlpatterns
from cases import clocks, services
from cases.models import Event, PatternEvent, Submission
from tests.people import by_key, make_key

ROUTES = [str(pattern.pattern) for pattern in urlpatterns]
# Refused by scope, not there for the owner, no such method, or never the owner's step.
REFUSED = {403, 404, 405}


@pytest.fixture
def path_to(case, forbund, sanna):
    """Return a function that fills in an address with what Sanna may see."""
    pattern = services.make_pattern(forbund, actor=sanna, title="Brevlådor utan bemanning")

    def path(route: str) -> str:
        filled = route.replace("<str:number>", case.number)
        return "/api/v1/" + re.sub(r"<int:\w+>", str(pattern.pk), filled)

    return path


def changes() -> tuple[int, int, int]:
    return Event.objects.count(), PatternEvent.objects.count(), Submission.objects.count()


@pytest.fixture
def powerless(sanna, adam) -> dict[str, str]:
    """A key of Sanna's whose scopes have been taken away."""
    issued = make_key(sanna)
    Token.objects.update(scopes=[])
    return by_key(issued.plain)


@pytest.mark.once
@pytest.mark.parametrize("method", ["get", "head", "post", "put", "patch", "delete"])
def test_a_key_without_scope_gets_nothing_anywhere(path_to, powerless, settings, method):
    settings.API_READS = settings.API_WRITES = 10_000
    before, program = changes(), Client()
    ask = getattr(program, method)
    got = {route: ask(path_to(route), content_type="application/json", **powerless).status_code for route in ROUTES}
    assert {route: status for route, status in got.items() if status not in REFUSED} == {}
    assert changes() == before


@pytest.mark.once
@pytest.mark.parametrize("scope", [Scope.READ, Scope.SUMMARIES])
def test_no_key_that_only_reads_changes_anything(path_to, sanna, settings, scope):
    settings.API_WRITES = 10_000
    header, before, program = by_key(make_key(sanna, scope).plain), changes(), Client()
    got = {
        route: program.post(path_to(route), "{}", content_type="application/json", **header).status_code
        for route in ROUTES
    }
    assert {route: status for route, status in got.items() if status not in REFUSED} == {}
    assert changes() == before


def test_asking_for_headers_alone_takes_the_same_scope(path_to, sanna):
    header = by_key(make_key(sanna, Scope.FILE).plain)
    assert Client().head(path_to("cases/<str:number>/"), **header).status_code == 403


def test_no_answer_is_kept_on_the_way(path_to, sanna):
    header = by_key(make_key(sanna).plain)
    assert Client().get(path_to("cases/"), **header).headers["Cache-Control"] == "no-store"


def test_taking_a_report_down_for_a_caller_takes_what_the_kansli_has(sanna, forbund, kommun):
    body = {
        "association": "PRO", "heading": "Ingen svarar", "happened": "Vi har väntat.", "gap_type": None,
        "concerned": [{"party": "KOMMUN", "member": kommun.name}],
        "for_caller": {"channel": "PHONE", "received_on": clocks.today().isoformat()},
    }  # fmt: skip
    for scopes, status in (((Scope.FILE,), 403), ((Scope.FILE, Scope.HANDLE), 201)):
        header = by_key(make_key(sanna, *scopes).plain)
        assert Client().post("/api/v1/cases/", body, content_type="application/json", **header).status_code == status
