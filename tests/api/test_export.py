"""Everything of a förbund through the programs' door."""

import json

import pytest
from django.test import Client

from api.views import export
from api.views.export import LONGEST_SECONDS, MOST_AT_ONCE, RENEWAL_SECONDS, Alone, AlreadyRunning
from cases import clocks
from cases.codes import Role
from cases.models import ReadLog
from tests.api.asking import browser_of, refused
from tests.cases.conftest import START
from tests.people import grant, make_key

EXPORT = "/api/v1/associations/PRO/export/"


def lines(answer) -> list[dict]:
    assert answer.status_code == 200, answer.content
    return [json.loads(line) for line in b"".join(answer).decode().splitlines()]


def test_a_coordinator_gets_a_line_for_each_thing_as_a_file(sanna, case):
    answer = browser_of(sanna).get(EXPORT)
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    assert f"pro-export-{clocks.today()}.ndjson" in answer.headers["Content-Disposition"]
    first, *between, last = lines(answer)
    assert (first["association"], first["people"], last["type"]) == ("PRO", False, "end")
    assert [line["number"] for line in between if line["type"] == "case"] == [case.number]


def test_the_answer_is_what_it_is_whatever_is_accepted(sanna, case):
    answer = browser_of(sanna).get(EXPORT, headers={"Accept": "application/json"})
    assert lines(answer)[-1]["counts"]["case"] == 1


@pytest.mark.parametrize("address", ["", "export/", "members/"])
def test_the_code_in_small_letters_names_no_forbund(sanna, case, address):
    assert refused(browser_of(sanna).get(f"/api/v1/associations/pro/{address}"), 404) == ("not_found", [])


def test_people_are_there_for_who_administers_too(sanna, case, forbund, rakel):
    grant(sanna, forbund, Role.ADMIN)
    people = {line["email"] for line in lines(browser_of(sanna).get(EXPORT)) if line["type"] == "person"}
    assert people >= {sanna.email, rakel.email}


def test_each_case_is_noted_as_exported(sanna, case):
    b"".join(browser_of(sanna).get(EXPORT))
    assert ReadLog.objects.values_list("user", "action", "case").get() == (sanna.pk, "EXPORTED", case.pk)


@pytest.mark.parametrize(("scope", "status"), [("read", 200), ("file", 403)])
def test_a_key_needs_to_be_good_for_reading(sanna, case, scope, status):
    key = make_key(sanna, scope)
    answer = Client().get(EXPORT, headers={"Authorization": f"Bearer {key.plain}"})
    assert answer.status_code == status
    if status == 200:
        b"".join(answer)
        via = set(ReadLog.objects.filter(action="EXPORTED").values_list("case", "via"))
        assert via == {(case.pk, str(key.token))}


def test_another_forbunds_coordinator_finds_nothing(olle, case):
    assert refused(browser_of(olle).get(EXPORT), 404) == ("not_found", [])


def test_a_forbund_is_exported_once_at_a_time(sanna, case):
    first = browser_of(sanna).get(EXPORT)
    assert refused(browser_of(sanna).get(EXPORT), 409) == ("export_running", [])
    assert lines(first)
    assert lines(browser_of(sanna).get(EXPORT))


def test_a_few_are_exported_at_once_and_the_next_when_one_is_done(sanna, case):
    others = [Alone(-number, iter([])) for number in range(MOST_AT_ONCE)]
    for _ in range(2):
        assert refused(browser_of(sanna).get(EXPORT), 409) == ("exports_running", [])
    others[0].close()
    assert lines(browser_of(sanna).get(EXPORT))
    others[1].close()


def test_a_stream_that_nobody_reads_lets_the_next_begin_once_it_is_closed():
    Alone(1, iter([b"line"])).close()
    assert list(Alone(1, iter([b"line"]))) == [b"line"]


def test_a_stream_that_is_read_for_long_holds_back_the_next_all_the_while(time_machine):
    time_machine.move_to(START, tick=False)
    stream = Alone(1, iter([b"line"] * 20))
    for _ in stream:
        with pytest.raises(AlreadyRunning):
            Alone(1, iter([]))
        time_machine.shift(RENEWAL_SECONDS + 1)
    stream.close()


def test_a_stream_that_was_silent_for_too_long_does_not_end_the_others_turn(time_machine):
    time_machine.move_to(START, tick=False)
    silent = Alone(1, iter([b"line"]))
    time_machine.shift(LONGEST_SECONDS + 1)
    other = Alone(1, iter([b"line"]))
    assert list(silent) == [b"line"]
    silent.close()
    with pytest.raises(AlreadyRunning):
        Alone(1, iter([]))
    other.close()


def test_not_every_block_renews(time_machine, monkeypatch):
    time_machine.move_to(START, tick=False)
    renewed = []
    monkeypatch.setattr(export.cache, "touch", lambda key, seconds: renewed.append(key))
    stream = Alone(1, iter([b"line"] * 10))
    for _ in stream:
        time_machine.shift(RENEWAL_SECONDS / 4)
    stream.close()
    assert renewed == ["export:1", "export-place:0"] * 2
