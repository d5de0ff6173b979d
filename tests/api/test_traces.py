"""What a request by key leaves in the read log: one line, with the key and the kind, and nothing that was asked for."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api import tokens
from cases import clocks, services
from cases.codes import ReadAction, Role
from cases.models import ReadLog
from tests.people import by_key, grant, make_key
from tests.sharing import shared, tool

CASES = "/api/v1/cases/"


@shared
def key(sanna):
    return make_key(sanna)


@tool
def program(key):
    """Return a function that asks with Sanna's key."""
    return lambda path, **query: Client().get(path, query, **by_key(key.plain))


def line() -> dict[str, object]:
    """Return the only line of the log."""
    return ReadLog.objects.values("action", "via", "address", "rows", "case", "role", "user__email").get()


def test_a_list_is_one_line_with_how_many_rows_it_had(file_case, program, key, sanna):
    for _ in range(3):
        file_case()
    program(CASES, q="gånger", status="RECEIVED")
    assert line() == {
        "action": "FETCHED", "via": f"Provprogrammet ({key.token.prefix})", "address": "/api/v1/cases/", "rows": 3,
        "case": None, "role": "", "user__email": sanna.email,
    }  # fmt: skip


def test_no_word_that_was_searched_for_is_kept(case, program):
    program(CASES, q="hemligtord")
    program(f"{CASES}hemligtnummer/")
    assert "hemligt" not in str(list(ReadLog.objects.values()))
    assert [row.address for row in ReadLog.objects.order_by("pk")] == [CASES, "/api/v1/cases/<number>/"]


def test_a_case_that_is_opened_is_one_line_with_the_key(case, program, key):
    program(f"{CASES}{case.number}/")
    told = line()
    assert (told["action"], told["case"], told["via"]) == ("OPENED", case.pk, str(key.token))


def test_a_step_is_one_line_on_its_case(case, program, key):
    body = {"body": "Ring chefen."}
    Client().post(f"{CASES}{case.number}/note/", body, content_type="application/json", **by_key(key.plain))
    told = line()
    assert (told["action"], told["case"], told["role"]) == ("SENT", case.pk, Role.COORDINATOR)
    assert told["address"] == "/api/v1/cases/<number>/note/"


def test_what_is_refused_to_a_key_is_noted_without_rows(case, sanna):
    header = by_key(make_key(sanna, "file").plain)
    Client().get(f"{CASES}{case.number}/", **header)
    assert (line()["action"], line()["rows"]) == ("FETCHED", 0)


def test_what_is_refused_for_coming_too_often_is_not_noted(program, settings):
    settings.API_READS = 1
    assert [program("/api/v1/me/").status_code for _ in range(3)] == [200, 429, 429]
    assert ReadLog.objects.count() == 1


def test_a_request_inserts_once(file_case, program):
    for _ in range(3):
        file_case()
    program(CASES)
    with CaptureQueriesContext(connection) as asked:
        program(CASES)
    assert sum(query["sql"].startswith("INSERT") for query in asked) == 1


def test_each_forbund_of_the_owner_sees_the_use(annat_forbund, program, sanna):
    grant(sanna, annat_forbund, Role.BOARD)
    program(CASES)
    assert sorted(ReadLog.objects.values_list("association__code", flat=True)) == ["ANN", "PRO"]


@pytest.mark.parametrize(("name", "role"), [("sanna", ""), ("rakel", Role.REPORTER)])
def test_a_key_whose_owner_has_no_role_any_more_is_noted_where_they_had_one(request, name, role):
    owner = request.getfixturevalue(name)
    issued = make_key(owner)
    owner.grants.update(to_on=clocks.today() - dt.timedelta(days=1))
    Client().get(CASES, **by_key(issued.plain))
    assert [(row.association.code, row.rows, row.role) for row in ReadLog.objects.all()] == [("PRO", 0, role)]


def test_nothing_leaves_that_cannot_be_noted(case, program, monkeypatch):
    def fail(*args: object, **named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "log_use", fail)
    with pytest.raises(RuntimeError):
        program(CASES)


def test_a_session_lists_without_a_line(client, case, sanna):
    client.force_login(sanna)
    client.get(CASES)
    assert not ReadLog.objects.exists()


# ---- the administrator's page ----


def read_log(client, adam, **query: str) -> str:
    client.force_login(adam)
    return client.get("/register/PRO/laslogg/", query).content.decode()


def test_the_administrator_sees_what_a_key_fetched(client, case, program, key, adam):
    program(CASES)
    page = read_log(client, adam)
    assert "Hämtade 1 rad" in page
    assert "/api/v1/cases/" in page
    assert f"genom nyckeln Provprogrammet ({key.token.prefix})" in page


def test_the_log_is_searched_by_key(client, case, program, key, adam):
    program(f"{CASES}{case.number}/")
    assert case.number in read_log(client, adam, nyckel=key.token.prefix)
    assert case.number not in read_log(client, adam, nyckel="abcd1234")


def test_a_reporters_key_does_not_tell_who_reported(client, case, rakel, adam):
    issued = make_key(rakel, name="Rakels program")
    for path in (CASES, f"{CASES}{case.number}/"):
        Client().get(path, **by_key(issued.plain))
    page = read_log(client, adam)
    assert case.number in page
    assert [words for words in ("Rakels program", "Rakel Påhittad", issued.token.prefix) if words in page] == []
    for query in ({"nyckel": issued.token.prefix}, {"nyckel": "Rakels"}, {"person": "Rakel"}):
        assert "Ingenting i loggen passar" in read_log(client, adam, **query)


def test_the_list_of_keys_does_not_tell_the_minute_of_a_person(client, case, rakel, kommunens_system, adam):
    for owner, maker in ((rakel, rakel), (kommunens_system, adam)):
        Client().get(CASES, **by_key(make_key(owner, actor=maker).plain))
    client.force_login(adam)
    page = client.get("/register/PRO/nycklar/").content.decode()
    assert re.findall(r"Användes senast [\d-]+( \d\d\.\d\d)?<", page).count("") == 1
    client.force_login(rakel)
    assert re.search(r"Användes senast [\d-]+ \d\d\.\d\d", client.get("/nycklar/").content.decode())


def test_a_revoked_key_still_stands_with_what_it_did(client, case, program, key, sanna, adam):
    program(f"{CASES}{case.number}/")
    tokens.revoke(key.token, actor=sanna)
    assert str(key.token) in read_log(client, adam)
    assert ReadLog.objects.get().action == ReadAction.OPENED
