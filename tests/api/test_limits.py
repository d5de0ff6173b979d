"""How often one may ask: counted for each key and person, told in every answer, and none the worse without Redis."""

import re
import threading

import pytest
from django.core.cache import cache
from django.test import Client

from api import limits
from lexheller import cache as cache_module
from lexheller import environment
from tests.people import by_key, make_key

ME, CASES = "/api/v1/me/", "/api/v1/cases/"
WRONG = by_key("lexheller_abcdefgh_" + "a" * 49)


@pytest.fixture(autouse=True)
def small(settings, time_machine) -> None:
    """Two reads a minute, one write, one wrong key, at the beginning of a minute that stands still."""
    settings.API_READS, settings.API_WRITES, settings.API_REFUSED = 2, 1, 1
    time_machine.move_to("2026-03-02 09:00:00+01:00", tick=False)


def statuses(count: int, path: str = ME, **headers: str) -> list[int]:
    return [Client().get(path, **headers).status_code for _ in range(count)]


def test_every_answer_tells_what_is_left(rakel):
    answer = Client().get(ME, **by_key(make_key(rakel).plain))
    assert answer.headers["RateLimit-Policy"] == '"read";q=2;w=60, "write";q=1;w=60'
    assert answer.headers["RateLimit"] == '"read";r=1;t=60'


def test_too_many_requests_are_refused_with_the_time_to_wait(rakel, time_machine):
    header = by_key(make_key(rakel).plain)
    time_machine.shift(13)
    assert statuses(2, **header) == [200, 200]
    answer = Client().get(ME, **header)
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many_requests")
    assert (answer.headers["Retry-After"], answer.headers["RateLimit"]) == ("47", '"read";r=0;t=47')
    assert answer.headers["Content-Type"] == "application/problem+json"
    time_machine.shift(47)
    assert statuses(1, **header) == [200]


def test_each_key_has_a_quota_of_its_own(rakel):
    first, second = by_key(make_key(rakel).plain), by_key(make_key(rakel).plain)
    assert statuses(3, **first) == [200, 200, 429]
    assert statuses(1, **second) == [200]


def test_reading_and_changing_are_counted_apart(case, rakel):
    header, path = by_key(make_key(rakel).plain), f"{CASES}{case.number}/add/"
    assert statuses(3, **header) == [200, 200, 429]
    sent = [Client().post(path, {"body": "Mer."}, content_type="application/json", **header) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 429]
    assert case.events.count() == 2


def test_a_person_who_is_logged_in_has_a_quota_in_all_their_browsers(rakel):
    browsers = [Client(), Client()]
    for browser in browsers:
        browser.force_login(rakel)
    assert [browser.get(ME).status_code for browser in (*browsers, *browsers)] == [200, 200, 429, 429]


def test_what_is_refused_for_want_of_scope_is_counted_too(rakel):
    header = by_key(make_key(rakel, "file").plain)
    assert statuses(3, CASES, **header) == [403, 403, 429]


def test_wrong_keys_from_one_address_are_slowed_down(rakel):
    assert statuses(3, **WRONG) == [401, 429, 429]
    assert statuses(1, REMOTE_ADDR="192.0.2.7", **WRONG) == [401]


def test_a_key_that_works_comes_in_from_where_wrong_ones_came(rakel):
    statuses(3, **WRONG)
    assert statuses(1, **by_key(make_key(rakel).plain)) == [200]


def test_who_brings_no_key_is_asked_for_one_however_often(db):
    assert statuses(4) == [401] * 4


class Fickle:
    """A cache that forgets a number between two questions, and notes how long each was to be kept."""

    def __init__(self) -> None:
        self.kept: list[int] = []

    def incr(self, key: str) -> int:
        raise ValueError(key)

    def add(self, key: str, value: int, timeout: int) -> bool:
        self.kept.append(timeout)
        return False


@pytest.mark.once
def test_a_cache_that_forgets_in_between_costs_nobody_a_request(monkeypatch):
    monkeypatch.setattr(limits, "cache", Fickle())
    assert limits._count("api:prov") == 1


@pytest.mark.once
def test_no_count_outlives_the_minute_after(monkeypatch):
    fickle = Fickle()
    monkeypatch.setattr(limits, "cache", fickle)
    limits._count("api:prov")
    assert fickle.kept == [2 * limits.SECONDS]


def count_at_once(threads: int) -> list[int]:
    """Count in many threads together, and return what each was told."""
    told: list[int] = []
    ready = threading.Barrier(threads)

    def one() -> None:
        ready.wait()
        told.append(limits._count("api:prov"))

    crowd = [threading.Thread(target=one) for _ in range(threads)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join()
    return sorted(told)


@pytest.mark.once
def test_requests_at_once_are_each_counted():
    assert count_at_once(20) == list(range(1, 21))


@pytest.fixture
def server(redis_server, settings, monkeypatch):
    """Have the cache in a Redis of the test's own, as in service."""
    monkeypatch.setattr(cache_module, "_outages", {})
    settings.CACHES = {"default": environment.cache(redis_server.url)}
    cache.clear()
    return redis_server


@pytest.mark.once
def test_requests_at_once_are_each_counted_in_redis(server):
    assert count_at_once(20) == list(range(1, 21))


@pytest.mark.once
@pytest.mark.parametrize("lose", ["stop", "pause"])
def test_the_api_goes_on_without_redis_and_still_counts(server, rakel, lose):
    header = by_key(make_key(rakel).plain)
    assert statuses(1, **header) == [200]
    getattr(server, lose)()
    assert statuses(3, **header) == [200, 200, 429]
    if lose == "pause":
        server.resume()


def test_the_address_is_the_one_behind_the_proxies(rakel, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    first, second = ({"HTTP_X_FORWARDED_FOR": f"10.0.0.9, 192.0.2.{number}", **WRONG} for number in (1, 2))
    assert statuses(2, **first) == [401, 429]
    assert statuses(1, **second) == [401]
    assert re.fullmatch(r'"refused";r=\d;t=60', Client().get(ME, **second).headers["RateLimit"])
