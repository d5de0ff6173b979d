"""One call to a system outside: what is sent, what counts as an answer, and what the system cannot make us do."""

import socket
import ssl
import time

import pytest

from notifications.hooks import calling
from notifications.hooks.calling import Answer, NotTaken, call
from tests.own_receiver import Receiver, serving

pytestmark = pytest.mark.once

BODY = b'{"id":"msg_1"}'
NAME = "system.example.org"


def not_taken(address: str) -> str:
    """Return the code of a call that comes to nothing."""
    with pytest.raises(NotTaken) as error:
        call(address, BODY, {})
    return str(error.value)


@pytest.fixture
def leading(monkeypatch):
    """Return a function that makes names lead to one list of numbers after the other, and lists who was asked for."""
    asked: list[str] = []

    def lead(*answers: list[str]) -> list[str]:
        def look_up(host, port, **_how):
            asked.append(host)
            numbers = answers[min(len(asked), len(answers)) - 1]
            kinds = [socket.AF_INET6 if ":" in number else socket.AF_INET for number in numbers]
            return [(kind, socket.SOCK_STREAM, 6, "", (n, port)) for kind, n in zip(kinds, numbers, strict=True)]

        monkeypatch.setattr(calling.socket, "getaddrinfo", look_up)
        return asked

    return lead


# ---- what is sent ----


def test_a_call_posts_the_body_with_its_headers_and_no_other_address(receiver):
    assert call(receiver.url + "?a=b", BODY, {"webhook-id": "msg_1"}) == Answer(204)
    (received,) = receiver.received
    assert (received.line, received.body) == ("POST /lexheller?a=b HTTP/1.1", BODY)
    assert received.headers == {
        "host": f"127.0.0.1:{receiver.port}",
        "accept-encoding": "identity",
        "content-length": str(len(BODY)),
        "content-type": "application/json",
        "connection": "close",
        "user-agent": "LexHeller",
        "webhook-id": "msg_1",
    }


def test_no_proxy_of_the_environment_is_used(receiver, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    assert call(receiver.url, BODY, {}).status == 204


# ---- what is answered ----


@pytest.mark.parametrize("status", [200, 202, 301, 410, 500])
def test_the_status_is_what_counts(receiver, status):
    receiver.answer(status)
    assert call(receiver.url, BODY, {}).status == status


def test_a_redirect_leads_nowhere(receiver):
    receiver.answer(307, Location=receiver.url)
    assert call(receiver.url, BODY, {}) == Answer(307)
    assert len(receiver.received) == 1


def test_what_a_receiver_asks_us_to_wait_is_told_in_short(receiver):
    receiver.answer(503, Retry_After="9" * 500)
    assert call(receiver.url, BODY, {}) == Answer(503, "9" * 64)


def test_a_giant_answer_is_not_read(receiver):
    receiver.pour()
    assert call(receiver.url, BODY, {}).status == 200
    receiver.close()
    # What the machine's own buffers swallowed before the line was closed.
    assert receiver.poured < 20_000_000


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"HTTP/1.0 200 OK\r\n\r\n",
    ],
)
def test_an_answer_that_breaks_off_after_its_status_has_been_given(receiver, raw):
    receiver.say(raw)
    assert call(receiver.url, BODY, {}).status == 200


# ---- what goes wrong ----


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "hook_dropped"),
        (b"HTTP/1.1 20", "hook_nonsense"),
        (b"SSH-2.0-OpenSSH\r\n", "hook_nonsense"),
        (b"HTTP/1.1 999999 No\r\n\r\n", "hook_nonsense"),
        (b"HTTP/1.1 200 OK\r\n" + b"X-Many: 1\r\n" * 200 + b"\r\n", "hook_nonsense"),
        (b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000, "hook_nonsense"),
    ],
)
def test_what_is_no_answer_is_none(receiver, raw, code):
    receiver.say(raw)
    assert not_taken(receiver.url) == code


def test_a_system_that_is_away_refuses(receiver):
    receiver.close()
    assert not_taken(receiver.url) == "hook_refused"


@pytest.mark.parametrize("fault", ["hang", "drip"])
def test_a_slow_system_is_waited_for_no_longer_than_it_may_take(receiver, settings, fault):
    settings.WEBHOOK_SECONDS = 0.4
    getattr(receiver, fault)()
    began = time.monotonic()
    assert not_taken(receiver.url) == "hook_timeout"
    assert time.monotonic() - began < 1


def test_an_endless_row_of_go_on_ends_too(receiver, settings):
    settings.WEBHOOK_SECONDS = 0.4
    receiver.say(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
    assert not_taken(receiver.url) == "hook_dropped"


def test_a_name_that_nobody_knows_is_told_apart(receiver, monkeypatch):
    def unknown(*_asked, **_how):
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(calling.socket, "getaddrinfo", unknown)
    assert not_taken(f"http://{NAME}:{receiver.port}/") == "hook_name"


def test_nothing_is_sent_when_looking_the_name_up_took_all_the_time(receiver, settings, monkeypatch):
    settings.WEBHOOK_CONNECT_SECONDS = 0.1
    look_up = socket.getaddrinfo
    monkeypatch.setattr(calling.socket, "getaddrinfo", lambda *a, **k: time.sleep(0.2) or look_up(*a, **k))
    assert not_taken(receiver.url) == "hook_timeout"
    assert receiver.received == []


# ---- where a name leads ----


@pytest.mark.parametrize(
    "numbers",
    [
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["169.254.169.254"],
        ["::1"],
        ["fe80::1%lo"],
        ["::ffff:127.0.0.1"],
        ["93.184.216.34", "127.0.0.1"],
    ],
)
def test_a_name_that_leads_inside_is_not_called(leading, monkeypatch, numbers):
    leading(numbers)
    monkeypatch.setattr(calling.socket, "socket", lambda *_: pytest.fail("a line was opened"))
    assert not_taken(f"https://{NAME}/") == "hook_address"


def test_an_address_that_may_no_longer_be_called_is_not(receiver, settings):
    settings.WEBHOOK_PORTS = [443]
    assert not_taken(receiver.url) == "hook_address"
    assert receiver.received == []


def test_a_name_that_leads_elsewhere_a_moment_later_changes_nothing(receiver, leading):
    with Receiver(host="127.0.0.2", port=receiver.port) as other:
        asked = leading(["127.0.0.1"], ["127.0.0.2"])
        assert call(f"http://{NAME}:{receiver.port}/", BODY, {}).status == 204
        assert (asked, len(receiver.received), other.received) == ([NAME], 1, [])


def test_the_next_of_several_addresses_is_called_when_the_first_is_away(receiver, leading):
    leading(["127.0.0.3", "127.0.0.1"])
    assert call(f"http://{NAME}:{receiver.port}/", BODY, {}).status == 204
    assert receiver.received[0].headers["host"] == f"{NAME}:{receiver.port}"


# ---- TLS ----


@pytest.fixture
def sealed(receiver, certificate, settings, leading):
    """A system with TLS, at the name that its certificate is for."""
    with Receiver(tls=serving(certificate)) as system:
        settings.WEBHOOK_PORTS = [system.port]
        leading(["127.0.0.1"])
        yield system


@pytest.fixture
def trusted(certificate, monkeypatch):
    context = ssl.create_default_context(cafile=certificate)
    monkeypatch.setattr(calling, "trust", lambda: context)


def test_a_certificate_of_the_hosts_own_is_taken(sealed, trusted):
    assert call(f"https://{NAME}:{sealed.port}/", BODY, {}).status == 204


def test_a_certificate_that_nobody_vouches_for_is_not(sealed):
    assert not_taken(f"https://{NAME}:{sealed.port}/") == "hook_certificate"
    assert sealed.received == []


def test_a_certificate_of_another_host_is_not(sealed, trusted):
    assert not_taken(f"https://other.example.org:{sealed.port}/") == "hook_certificate"
    assert sealed.received == []


def test_a_host_that_speaks_no_tls_is_told_apart(receiver):
    assert not_taken(f"https://127.0.0.1:{receiver.port}/") in ("hook_tls", "hook_dropped", "hook_timeout")
