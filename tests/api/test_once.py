"""A request that comes twice, and a change to a case that is no longer what its sender saw."""

from unittest import mock

import pytest
from django.db import OperationalError
from django.test import Client

from api.models import Answer
from cases import clocks, services
from cases.codes import Party
from cases.models import Case, Event, Initiative
from tests.api.asking import browser_of, refused
from tests.api.test_cases import CASES, REPORT
from tests.cases.conftest import DAY
from tests.cases.test_races import at_once
from tests.people import make_report


def post(client: Client, address: str, body: object, **headers: str):
    return client.post(
        address, body, content_type="application/json", headers={k.replace("_", "-"): v for k, v in headers.items()}
    )


@pytest.fixture
def as_rakel(rakel, forbund, enhet, insats) -> Client:
    return browser_of(rakel)


@pytest.fixture
def note(sanna, case):
    """Return a function that notes something on the case, as Sanna."""
    client = browser_of(sanna)
    return lambda body="Ring chefen.", **headers: post(client, f"{CASES}{case.number}/note/", {"body": body}, **headers)


# ---- the same key ----


def test_the_same_key_files_once_and_gives_the_same_answer(as_rakel):
    first, second = (post(as_rakel, CASES, REPORT, Idempotency_Key="a1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert (second.content, second.headers["Location"]) == (first.content, first.headers["Location"])
    assert second.headers["Idempotency-Replayed"] == "true"
    assert Case.objects.count() == 1


def test_without_a_key_the_same_report_is_two(as_rakel):
    for _ in range(2):
        post(as_rakel, CASES, REPORT)
    assert Case.objects.count() == 2


def test_another_body_under_the_same_key_is_refused(as_rakel):
    post(as_rakel, CASES, REPORT, Idempotency_Key="a1")
    answer = post(as_rakel, CASES, {**REPORT, "heading": "Något annat"}, Idempotency_Key="a1")
    assert refused(answer, 422) == ("idempotency_key_reused", [])
    assert Case.objects.count() == 1


def test_another_address_under_the_same_key_is_refused(note, case, sanna):
    note(Idempotency_Key="a1")
    answer = post(browser_of(sanna), f"{CASES}{case.number}/ask/", {"body": "Ring chefen."}, Idempotency_Key="a1")
    assert refused(answer, 422)[0] == "idempotency_key_reused"


def test_the_same_key_of_somebody_else_is_another_key(as_rakel, sanna):
    numbers = {post(who, CASES, REPORT, Idempotency_Key="a1").json()["number"] for who in (as_rakel, browser_of(sanna))}
    assert len(numbers) == Case.objects.count() == 2


def test_a_step_is_taken_once_however_its_body_is_spaced(note, case, sanna):
    note(Idempotency_Key="a1")
    again = post(browser_of(sanna), f"{CASES}{case.number}/note/", b'{ "body":"Ring chefen."\n}', Idempotency_Key="a1")
    assert again.status_code == 200
    assert case.events.filter(verb="note").count() == 1


def test_what_was_refused_is_tried_anew(as_rakel):
    personal = {**REPORT, "happened": "Det gällde 19121212-1212."}
    assert refused(post(as_rakel, CASES, personal, Idempotency_Key="a1"), 400)[0] == "personal_data"
    assert not Answer.objects.exists()
    assert post(as_rakel, CASES, REPORT, Idempotency_Key="a1").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "å", "a" * 256])
def test_a_key_that_is_none_is_refused(as_rakel, key):
    assert refused(post(as_rakel, CASES, REPORT, Idempotency_Key=key), 400) == ("idempotency_key_invalid", [])


def test_the_answer_that_is_kept_has_no_word_of_the_report_and_no_key(as_rakel):
    post(as_rakel, CASES, REPORT, Idempotency_Key="only-mine")
    kept = str(Answer.objects.values().get())
    assert not any(word in kept for word in ("Ingen svarar", "tre gånger", "only-mine"))


def test_a_callers_code_comes_again_and_is_kept_nowhere(sanna, forbund, enhet, insats):
    body = {**REPORT, "for_caller": {"channel": "PHONE", "received_on": clocks.today().isoformat()}}
    first = post(browser_of(sanna), CASES, body, Idempotency_Key="a1").json()
    Initiative.objects.update(name="Har bytt namn")
    assert post(browser_of(sanna), CASES, body, Idempotency_Key="a1").json() == first
    assert services.receipt_hash(first["receipt_code"]) == Case.objects.get().receipt_hash
    assert first["receipt_code"] not in str(Answer.objects.values().get())


def test_what_has_run_out_is_thrown_away_with_the_next(as_rakel):
    with clocks.at(clocks.now() - 3 * DAY):
        post(as_rakel, CASES, REPORT, Idempotency_Key="old")
    post(as_rakel, CASES, REPORT, Idempotency_Key="new")
    assert Answer.objects.count() == 1


def test_a_crash_after_the_change_leaves_neither_the_change_nor_the_answer(note, case):
    with mock.patch("api.answers.Answer.save", side_effect=OperationalError), pytest.raises(OperationalError):
        note(Idempotency_Key="a1")
    assert (Answer.objects.count(), case.events.filter(verb="note").count()) == (0, 0)
    assert note(Idempotency_Key="a1").status_code == 200


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_many_at_once_with_one_key_file_once(rakel, forbund, enhet, insats):
    said = at_once(*[lambda: post(browser_of(rakel), CASES, REPORT, Idempotency_Key="a1")] * 8)
    assert {answer.status_code for answer in said} == {201}
    assert len({answer.content for answer in said}) == Case.objects.count() == Event.objects.count() == 1


# ---- versions ----


def tag(person, case) -> str:
    return browser_of(person).get(f"{CASES}{case.number}/").headers["ETag"]


def test_a_change_to_what_one_saw_goes_through_and_makes_a_new_version(note, sanna, case):
    seen = tag(sanna, case)
    answer = note(If_Match=seen)
    assert answer.status_code == 200
    assert answer.headers["ETag"] == tag(sanna, case) != seen


def test_a_change_to_what_has_changed_since_is_refused(note, sanna, rakel, case):
    seen = tag(sanna, case)
    services.add(case, actor=rakel, body="Det hände igen.")
    assert refused(note(If_Match=seen), 412) == ("changed_meanwhile", [])
    assert not case.events.filter(verb="note").exists()


@pytest.mark.parametrize("sent", ['"999"', 'W/"999"', '"998", "999"'])
def test_a_version_that_there_is_not_is_refused(note, sent):
    assert refused(note(If_Match=sent), 412)[0] == "changed_meanwhile"


@pytest.mark.parametrize("sent", ["", "999", '""', "nonsense", '"1', "'1'", '"1" "2"', 'w/"1"', '"999", 1'])
def test_what_is_no_version_at_all_is_not_said_to_be_old(note, sent):
    assert refused(note(If_Match=sent), 400)[0] == "if_match_invalid"


@pytest.mark.parametrize("sent", ["*", '"77", {}', "W/{}"])
def test_any_of_several_versions_will_do_also_one_that_a_proxy_has_weakened(note, sanna, case, sent):
    assert note(If_Match=sent.format(tag(sanna, case))).status_code == 200


def test_what_one_may_not_know_makes_no_new_version(sanna, rakel, case):
    seen = tag(rakel, case)
    services.note(case, actor=sanna, body="Ring chefen.")
    assert tag(rakel, case) == seen


HIDDEN = {
    "mask": lambda case, sanna: services.mask(case, actor=sanna, phrase="skrivit", reason="Prov", field="happened"),
    "classify": lambda case, sanna: services.classify(case, actor=sanna, types={case.concerns.get().pk: "RELATION"}),
}


@pytest.mark.parametrize("step", HIDDEN)
def test_a_step_that_one_does_not_see_makes_a_new_version_where_it_changes_what_one_sees(sanna, rakel, case, step):
    seen = tag(rakel, case)
    HIDDEN[step](case, sanna)
    assert tag(rakel, case) != seen
    address = f"{CASES}{case.number}/add/"
    assert refused(post(browser_of(rakel), address, {"body": "Mer."}, If_Match=seen), 412)[0] == "changed_meanwhile"


def test_time_alone_makes_no_new_version(flow, sanna, karl, case):
    seen = tag(karl, flow.send(case))
    with clocks.at(clocks.now() + 100 * DAY):
        assert browser_of(karl).get(f"{CASES}{case.number}/").json()["is_late"]
        assert tag(karl, case) == seen


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_with_the_same_version_one_is_refused(sanna, rakel, forbund, kommun):
    case = services.file(forbund, make_report(services.Concerned(Party.KOMMUN, kommun)), actor=rakel).case
    seen = tag(sanna, case)
    address = f"{CASES}{case.number}/note/"
    said = at_once(
        *[
            lambda body=body: post(browser_of(sanna), address, {"body": body}, If_Match=seen)
            for body in ("Ring chefen.", "Skriv till chefen.")
        ]
    )
    assert sorted(answer.status_code for answer in said) == [200, 412]
