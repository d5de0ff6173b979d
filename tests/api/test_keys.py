"""Keys: how they are made and found, what they let in, and that they leave no trace of their secret."""

import datetime as dt
import json
import re
import statistics
import threading
import time

import pytest
import structlog
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from zeal import zeal_ignore

from api import tokens
from api.models import Token
from api.scopes import Scope
from api.tokens import AccountInactive, TokenExpired, TokenRevoked, TokenUnknown
from cases import clocks
from cases.codes import Role
from cases.errors import AlreadyDone, Incomplete, MoveNotAllowed, PersonalDataFound
from cases.models import User
from tests.people import by_key, grant, make_key, make_user

ME, CASES = "/api/v1/me/", "/api/v1/cases/"
# Skatteverket's published test number.
NUMBER = "640823-3234"
TOMORROW = {"last_day": clocks.today() + dt.timedelta(days=1)}
WANTED = {"name": "Prov", "scopes": ["read"], **TOMORROW}


def asked(plain: str, path: str = ME, **more: object):
    """Ask as a program does: without a session."""
    return Client().get(path, **by_key(plain), **more)


# ---- what a key is ----


def test_a_key_has_the_form_that_scanners_look_for(rakel):
    issued = make_key(rakel)
    assert re.fullmatch(rf"lexheller_{issued.token.prefix}_[0-9A-Za-z]{{49}}", issued.plain)


def test_the_secret_is_stored_nowhere(rakel):
    issued = make_key(rakel)
    secret = issued.plain.rpartition("_")[2]
    stored = json.dumps(list(Token.objects.values()), default=str)
    assert secret[:43] not in stored
    assert secret not in repr(issued)


def test_a_found_key_costs_one_question(rakel, django_assert_num_queries):
    plain = make_key(rakel).plain
    with django_assert_num_queries(1):
        assert tokens.find(plain).user == rakel


def mistyped(key: str) -> str:
    """Change one letter of the secret."""
    return f"{key[:30]}{'b' if key[30] == 'a' else 'a'}{key[31:]}"


@pytest.mark.parametrize(
    "change", [mistyped, str.upper, lambda key: key[:-1], lambda key: f"{key}a", lambda key: f"{key} {key}"]
)
def test_a_key_that_was_cut_or_typed_wrong_is_not_even_looked_for(rakel, django_assert_num_queries, change):
    plain = make_key(rakel).plain
    with django_assert_num_queries(0), pytest.raises(TokenUnknown):
        tokens.find(change(plain))


def test_another_secret_behind_the_same_prefix_opens_nothing(rakel):
    mine, other = make_key(rakel), make_key(rakel).plain
    secret = other.rpartition("_")[2][:43]
    forged = f"lexheller_{mine.token.prefix}_{secret}{tokens._checksum(mine.token.prefix, secret)}"
    with pytest.raises(TokenUnknown):
        tokens.find(forged)


def test_a_key_ends_with_its_last_day(rakel, moved):
    plain = make_key(rakel, **TOMORROW).plain
    with moved(1):
        assert tokens.find(plain)
    with moved(2), pytest.raises(TokenExpired):
        tokens.find(plain)


def test_a_revoked_key_stops_at_once_and_stays_so(rakel, adam):
    issued = make_key(rakel)
    tokens.revoke(issued.token, actor=rakel)
    tokens.revoke(issued.token, actor=adam)
    with pytest.raises(TokenRevoked):
        tokens.find(issued.plain)
    assert Token.objects.get().revoked_by == rakel


def test_the_key_of_an_account_that_is_shut_does_not_work(rakel):
    plain = make_key(rakel).plain
    User.objects.filter(pk=rakel.pk).update(is_active=False)
    with pytest.raises(AccountInactive):
        tokens.find(plain)


def test_who_does_not_hold_the_secret_is_not_told_how_a_key_ended(rakel):
    mine = make_key(rakel)
    tokens.revoke(mine.token, actor=rakel)
    secret = "a" * 43
    with pytest.raises(TokenUnknown):
        tokens.find(f"lexheller_{mine.token.prefix}_{secret}{tokens._checksum(mine.token.prefix, secret)}")


@pytest.mark.once
def test_a_wrong_secret_takes_as_long_however_much_of_its_hash_is_right(rakel):
    token = make_key(rakel).token
    secret = "a" * 43
    plain = f"lexheller_{token.prefix}_{secret}{tokens._checksum(token.prefix, secret)}"
    right = tokens._hash(secret)
    seen: dict[str, list[float]] = {"0" * 64: [], right[:-1] + ("0" if right[-1] != "0" else "1"): []}
    for _ in range(150):
        for stored, times in seen.items():
            Token.objects.filter(pk=token.pk).update(secret_hash=stored)
            began = time.perf_counter()
            with pytest.raises(TokenUnknown):
                tokens.find(plain)
            times.append(time.perf_counter() - began)
    far, near = (statistics.median(times) for times in seen.values())
    assert 0.5 < near / far < 2


# ---- who makes and revokes them ----


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "a" * 61),
        ("scopes", []),
        ("scopes", ["read", "admin"]),
        ("last_day", clocks.today() - dt.timedelta(days=1)),
        ("last_day", clocks.today() + dt.timedelta(days=731)),
    ],
)
def test_a_key_is_refused_beside_the_field_that_is_wrong(rakel, field, value):
    with pytest.raises(Incomplete) as refused:
        tokens.issue(rakel, actor=rakel, **{**WANTED, field: value})
    assert list(refused.value.fields) == [field]
    assert not Token.objects.exists()


def test_no_personal_number_is_the_name_of_a_key(rakel):
    with pytest.raises(PersonalDataFound):
        tokens.issue(rakel, actor=rakel, **{**WANTED, "name": f"För {NUMBER}"})


def test_one_form_makes_one_key(rakel):
    tokens.issue(rakel, actor=rakel, **WANTED, key="form")
    with pytest.raises(AlreadyDone):
        tokens.issue(rakel, actor=rakel, **{**WANTED, "name": "Annat"}, key="form")
    assert Token.objects.count() == 1


def test_nobody_makes_a_key_for_another_person(rakel, adam):
    with pytest.raises(MoveNotAllowed):
        tokens.issue(rakel, actor=adam, **WANTED)


@pytest.mark.parametrize("maker", ["sanna", "rakel", "olle_as_admin"])
def test_only_its_administrator_makes_a_key_for_a_system(kansliets_system, sanna, rakel, annat_forbund, maker):
    olle_as_admin = make_user("Olof")
    grant(olle_as_admin, annat_forbund, Role.ADMIN)
    people = {"sanna": sanna, "rakel": rakel, "olle_as_admin": olle_as_admin}
    with pytest.raises(MoveNotAllowed):
        make_key(kansliets_system, actor=people[maker])


def test_a_system_makes_no_key_for_itself(kansliets_system):
    with pytest.raises(MoveNotAllowed):
        make_key(kansliets_system)


def test_there_is_an_end_to_how_many_keys_somebody_has(rakel, monkeypatch):
    monkeypatch.setattr(tokens, "MOST_KEYS", 2)
    first = make_key(rakel)
    make_key(rakel)
    with pytest.raises(MoveNotAllowed, match="2 nycklar"):
        make_key(rakel)
    tokens.revoke(first.token, actor=rakel)
    assert make_key(rakel)


def test_the_administrator_takes_a_key_from_somebody_in_the_forbund(rakel, adam):
    token = make_key(rakel).token
    tokens.revoke(token, actor=adam)
    assert Token.objects.get().revoked_by == adam


@pytest.mark.parametrize("name", ["sanna", "karl", "olof"])
def test_nobody_else_revokes_anothers_key(rakel, sanna, karl, annat_forbund, name):
    olof = make_user("Olof")
    grant(olof, annat_forbund, Role.ADMIN)
    with pytest.raises(MoveNotAllowed):
        tokens.revoke(make_key(rakel).token, actor={"sanna": sanna, "karl": karl, "olof": olof}[name])
    assert Token.objects.working().exists()


def test_who_has_left_for_another_forbund_keeps_what_they_made_for_it(forbund, annat_forbund, rakel, adam):
    yesterday = clocks.today() - dt.timedelta(days=1)
    rakel.grants.update(to_on=yesterday)
    grant(rakel, annat_forbund, Role.REPORTER)
    with pytest.raises(MoveNotAllowed):
        tokens.revoke(make_key(rakel).token, actor=adam)


# ---- the door ----


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({}, "not_authenticated"),
        ({"HTTP_AUTHORIZATION": "Basic cmFrZWw6b3JkZXQ="}, "not_authenticated"),
        ({"HTTP_AUTHORIZATION": "Bearer"}, "token_unknown"),
        ({"HTTP_AUTHORIZATION": "Bearer lexheller_abcdefgh_" + "a" * 49}, "token_unknown"),
        ({"HTTP_AUTHORIZATION": "Bearer åäö"}, "token_unknown"),
    ],
)
def test_who_has_no_key_is_told_how_to_come_in(db, client, header, code):
    answer = client.get(ME, **header)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="Lex Heller"')
    assert ('error="invalid_token"' in answer.headers["WWW-Authenticate"]) == bool(header)


@pytest.mark.parametrize(
    ("end", "code"),
    [
        (lambda token: tokens.revoke(token, actor=token.user), "token_revoked"),
        (lambda token: Token.objects.update(expires_at=clocks.now()), "token_expired"),
        (lambda token: User.objects.filter(pk=token.user_id).update(is_active=False), "account_inactive"),
    ],
)
def test_a_key_that_no_longer_works_says_why(rakel, end, code):
    issued = make_key(rakel)
    end(issued.token)
    answer = asked(issued.plain)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_key_acts_as_its_owner(case, rakel, sanna):
    for owner in (rakel, sanna):
        answer = asked(make_key(owner).plain, f"{CASES}{case.number}/")
        assert answer.json()["number"] == case.number
    assert asked(make_key(rakel).plain).json()["email"] == rakel.email


def test_a_key_loses_what_its_owner_loses(case, rakel, sanna):
    plain = make_key(sanna).plain
    assert asked(plain, f"{CASES}{case.number}/").status_code == 200
    sanna.grants.update(to_on=clocks.today() - dt.timedelta(days=1))
    assert asked(plain, f"{CASES}{case.number}/").status_code == 404


def test_a_key_goes_before_a_session(client, rakel, sanna):
    client.force_login(sanna)
    assert client.get(ME, **by_key(make_key(rakel).plain)).json()["email"] == rakel.email


def test_a_key_that_does_not_work_is_not_saved_by_a_session(client, sanna):
    client.force_login(sanna)
    assert client.get(ME, **by_key("lexheller_x")).status_code == 401


def test_a_program_needs_no_csrf_token_and_a_browser_does(case, rakel):
    program, browser = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    browser.force_login(rakel)
    path, body = f"{CASES}{case.number}/add/", {"body": "Det händer än."}
    asking = {"path": path, "data": body, "content_type": "application/json"}
    assert program.post(**asking, **by_key(make_key(rakel).plain)).status_code == 200
    refused = browser.post(**asking)
    assert (refused.status_code, refused.json()["code"]) == (403, "csrf_failed")


def test_a_key_opens_no_page_and_makes_no_key(rakel):
    header = by_key(make_key(rakel).plain)
    program = Client()
    assert program.get("/nycklar/", **header).status_code == 302
    assert program.post("/nycklar/ny/", {"nonce": "a", "name": "Till"}, **header).status_code == 401
    assert Token.objects.count() == 1


# ---- scopes ----


def test_a_key_without_the_scope_is_refused_with_its_name(case, rakel):
    answer = asked(make_key(rakel, Scope.FILE).plain, f"{CASES}{case.number}/")
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
    assert 'error="insufficient_scope", scope="read"' in answer.headers["WWW-Authenticate"]


def test_a_key_that_reads_changes_nothing(case, rakel):
    path, header = f"{CASES}{case.number}/add/", by_key(make_key(rakel, Scope.READ).plain)
    answer = Client().post(path, {"body": "Mer."}, content_type="application/json", **header)
    assert (answer.status_code, answer.json()["code"]) == (403, "out_of_scope")
    assert case.events.count() == 1


def test_a_scope_gives_nothing_that_its_owner_lacks(case, rakel):
    path, header = f"{CASES}{case.number}/note/", by_key(make_key(rakel).plain)
    answer = Client().post(path, {"body": "Mer."}, content_type="application/json", **header)
    assert answer.status_code == 403
    assert answer.json()["code"] != "out_of_scope"


# ---- traces ----


def test_the_last_use_is_written_once_in_some_minutes(rakel, moved):
    plain = make_key(rakel).plain
    asked(plain)
    first = Token.objects.get().last_used_at
    assert first is not None
    with CaptureQueriesContext(
        connection,
    ) as told:
        asked(plain)
    assert not [query for query in told if query["sql"].startswith("UPDATE")]
    with clocks.at(first + tokens.USE_STEP):
        asked(plain)
    assert Token.objects.get().last_used_at == first + tokens.USE_STEP


def test_no_secret_is_logged(rakel, sanna):
    with structlog.testing.capture_logs() as lines:
        issued = make_key(rakel)
        asked(issued.plain)
        tokens.revoke(issued.token, actor=rakel)
        asked(issued.plain)
    told = json.dumps(lines)
    assert issued.plain.rpartition("_")[2] not in told
    assert [line["event"] for line in lines if line["event"].startswith("key_")] == [
        "key_made", "key_revoked", "key_refused",
    ]  # fmt: skip
    assert issued.token.prefix in told


def test_the_operators_admin_knows_no_keys(client, rakel):
    make_key(rakel)
    client.force_login(make_user("Drift", is_staff=True, is_superuser=True))
    assert client.get("/drift/api/token/").status_code == 404
    # The operator and the person are two rows, not a loop.
    with zeal_ignore():
        page = client.get(f"/drift/cases/user/{rakel.pk}/change/").content.decode()
    assert Token.objects.get().secret_hash not in page


# ---- at once ----


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_one_form_sent_twice_at_once_makes_one_key(rakel):
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def send() -> None:
        ready.wait()
        try:
            tokens.issue(User.objects.get(pk=rakel.pk), actor=User.objects.get(pk=rakel.pk), **WANTED, key="form")
            outcomes.append("made")
        except AlreadyDone:
            outcomes.append("refused")
        finally:
            connection.close()

    both = [threading.Thread(target=send) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    assert sorted(outcomes) == ["made", "refused"]
    assert Token.objects.count() == 1
