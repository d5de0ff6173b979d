"""Losing Redis costs nothing: pages answer, rate limits count, and no request waits for it."""

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import redis
import structlog
from django.core.cache import cache
from django.core.cache.backends.redis import RedisCacheClient
from django.urls import reverse

from lexheller import cache as cache_module
from lexheller import environment

pytestmark = pytest.mark.once

# What no wait may come near: without a timeout of ours, Redis is waited for five seconds at a time.
TOO_LONG = 4


@pytest.fixture(autouse=True)
def server(redis_server, settings, monkeypatch):
    """Have the cache in a Redis of the test's own, as in service."""
    monkeypatch.setattr(cache_module, "_outages", {})
    settings.CACHES = {"default": environment.cache(redis_server.url)}
    cache.clear()
    return redis_server


@pytest.fixture
def asked_by(monkeypatch) -> list[str]:
    """List the thread of each question that is put to Redis."""
    threads: list[str] = []
    get_client = RedisCacheClient.get_client

    def noting(*args: object, **named: object) -> object:
        threads.append(threading.current_thread().name)
        return get_client(*args, **named)

    monkeypatch.setattr(RedisCacheClient, "get_client", noting)
    return threads


@pytest.fixture(params=["stopped", "hanging"])
def lose(request, server):
    """Return a function that takes Redis away."""
    return {"stopped": server.stop, "hanging": server.pause}[request.param]


@pytest.fixture
def give_back(server):
    """Return a function that brings Redis back, and waits until the cache has noticed."""

    def back() -> None:
        if server.is_paused:
            server.resume()
        else:
            server.start()
        wait_until(lambda: not cache.is_away())

    return back


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not true():
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.02)


@pytest.fixture
def impatient(monkeypatch) -> None:
    """Have Redis asked again soon."""
    monkeypatch.setattr(cache_module, "PAUSE_SECONDS", 0.05)


# ---- the cache ----


def use_everything() -> list[object]:
    """Call each method, and list what it says."""
    said = [
        cache.set("a", 1), cache.get("a"), cache.get("b", "nothing"), cache.add("a", 2), cache.add("b", [2]),
        cache.incr("a"), cache.decr("a", 5), cache.touch("a", 60), cache.touch("c", 60), cache.has_key("a"),
        "c" in cache, cache.set_many({"d": 4, "e": 5}), cache.get_many(iter(["a", "b", "c", "d"])),
        cache.get_or_set("f", 6), cache.delete("a"), cache.delete("a"),
        cache.delete_many(iter(["b", "d"])), cache.get_many(["b", "d", "e"]),
        cache.set("e", 1, timeout=0), cache.get("e"), cache.clear(), cache.get("f"),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="not found"):
        cache.incr("c")
    return said


def test_each_method_says_the_same_without_redis(lose):
    with_redis = use_everything()
    assert not cache.is_away()
    lose()
    assert use_everything() == with_redis
    assert cache.is_away()


@pytest.mark.parametrize(
    ("method", "what"),
    [
        ("get", ["a"]), ("set", ["a", 1]), ("add", ["a", 1]), ("touch", ["a"]), ("has_key", ["a"]), ("delete", ["a"]),
        ("get_many", [["a"]]), ("set_many", [{"a": 1}]), ("delete_many", [["a"]]), ("clear", []),
    ],
)  # fmt: skip
def test_any_method_may_be_the_first_to_meet_the_outage(server, method, what):
    server.stop()
    getattr(cache, method)(*what)
    assert cache.is_away()


def test_a_number_that_only_redis_had_is_not_there(server):
    cache.set("a", 1)
    server.stop()
    with pytest.raises(ValueError, match="not found"):
        cache.incr("a")


def test_redis_is_asked_once_and_then_left_alone(lose, asked_by):
    lose()
    for _ in range(50):
        cache.get("a")
    assert len(asked_by) == 1


def test_a_redis_that_hangs_is_not_waited_for(server):
    server.pause()
    began = time.monotonic()
    cache.get("a")
    assert time.monotonic() - began < TOO_LONG


def test_a_network_that_swallows_everything_is_not_waited_for(settings):
    # Where one line waits to be let in already, the kernel leaves the next without an answer.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.create_connection(full.getsockname()):
        settings.CACHES = {"default": environment.cache(f"redis://127.0.0.1:{full.getsockname()[1]}/0")}
        began = time.monotonic()
        cache.get("a")
        assert time.monotonic() - began < TOO_LONG
    assert cache.is_away()


def in_another_thread(do: Callable[[], object]) -> object:
    """Do it where Django has not made a cache yet; `cache.get` itself would be this thread's."""
    with ThreadPoolExecutor(1, thread_name_prefix="another") as threads:
        return threads.submit(do).result()


def test_one_threads_outage_is_known_to_all(server, asked_by):
    server.stop()
    cache.get("a")
    in_another_thread(lambda: cache.get("a"))
    assert len(asked_by) == 1


def test_what_one_thread_keeps_here_another_finds(server):
    server.stop()
    cache.set("a", 1)
    assert in_another_thread(lambda: cache.get("a")) == 1


def test_threads_that_fail_together_log_one_line(server):
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            cache.outage.begin(redis.ConnectionError(server.url))
    assert lines == [{"log_level": "warning", "event": "redis away", "why": "ConnectionError"}]


def test_names_from_a_generator_outlive_the_first_failure(server):
    server.stop()
    cache.set("a", 1)
    cache.outage.end()
    assert cache.get_many(iter(["a"])) == {"a": 1}


def test_redis_is_not_asked_before_the_pause_has_passed(server, asked_by):
    server.stop()
    cache.get("a")
    server.start()
    cache.get("a")
    assert (cache.is_away(), len(asked_by)) == (True, 1)


@pytest.mark.usefixtures("impatient")
def test_a_redis_that_comes_back_is_used_again(lose, give_back, server):
    lose()
    cache.get("a")
    give_back()
    cache.set("a", 1)
    with redis.Redis.from_url(server.url) as client:
        assert client.get("lexheller:1:a") == b"1"


@pytest.mark.usefixtures("impatient")
def test_a_thread_of_its_own_asks_again_and_no_request_does(server, asked_by):
    server.pause()
    cache.get("a")
    wait_until(lambda: cache.get("a") is None and "redis" in asked_by)
    assert asked_by.count(threading.current_thread().name) == 1


@pytest.mark.usefixtures("impatient")
def test_a_redis_that_answers_but_stores_nothing_is_still_away(server, asked_by):
    with redis.Redis.from_url(server.url) as client:
        client.config_set("maxmemory", 1)
    cache.set("a", 1)
    wait_until(lambda: cache.get("a") == 1 and asked_by.count("redis") > 1)
    assert cache.is_away()


@pytest.mark.usefixtures("impatient")
def test_an_outage_is_logged_once_without_an_address(lose, give_back):
    with structlog.testing.capture_logs() as lines:
        lose()
        for _ in range(20):
            cache.get("a")
            time.sleep(0.01)
        give_back()
    assert [line["event"] for line in lines] == ["redis away", "redis back"]
    assert "127.0.0.1" not in str(lines)


@pytest.mark.usefixtures("impatient")
def test_a_lock_that_a_hanging_redis_took_is_free_when_it_goes_on(server, give_back):
    cache.get("a")  # a line is open, into which the next words go
    server.pause()
    assert cache.add("lock", 1, 60)
    cache.delete("lock")
    give_back()
    assert cache.add("lock", 1, 60)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("method", "what"), [("delete", ["lock"]), ("delete_many", [["lock"]]), ("clear", [])])
def test_a_lock_of_one_outage_is_free_in_the_next(server, give_back, method, what):
    server.stop()
    assert cache.add("lock", 1, 60)
    give_back()
    getattr(cache, method)(*what)
    server.stop()
    assert cache.add("lock", 1, 60)


def test_many_names_do_not_push_the_first_count_out(server):
    server.stop()
    cache.set("first", 1)
    for number in range(1000):
        cache.set(f"name-{number}", 1)
    assert cache.get("first") == 1


# ---- the pages ----


@pytest.mark.usefixtures("db")
def test_guessing_a_password_is_slowed_down_without_redis(lose, client):
    lose()
    guess = {"login": "sanna@example.se", "password": "fel"}
    for _ in range(6):
        answer = client.post(reverse("account_login"), guess)
    assert "för många" in answer.content.decode().lower()


@pytest.mark.usefixtures("db")
def test_the_pages_answer_without_redis_and_ask_it_once(lose, client, asked_by):
    lose()
    assert [client.get(reverse("account_login")).status_code for _ in range(5)] == [200] * 5
    assert len(asked_by) == 1


@pytest.mark.usefixtures("db")
def test_the_web_stays_in_traffic_without_redis_and_says_so(lose, client):
    assert client.get("/readyz").json() == {"status": "ok"}
    lose()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"status": "degraded", "redis": "away"})


@pytest.mark.usefixtures("db", "impatient")
def test_the_web_says_when_redis_is_back(lose, give_back, client):
    lose()
    client.get("/readyz")
    give_back()
    assert client.get("/readyz").json() == {"status": "ok"}
