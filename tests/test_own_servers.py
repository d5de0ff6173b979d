"""The servers of a test's own: each fault that they can show, seen from the other side."""

import gc
import os
import signal
import smtplib
import subprocess
import sys
from email.message import EmailMessage

import psycopg
import pytest
import redis

from tests import servers
from tests.own_servers import Smtp, Step, own_postgres, own_redis

pytestmark = pytest.mark.once

# How long to wait for what must come, however busy the machine is, and for what must not.
PATIENCE, MOMENT = 20, 0.3


@pytest.mark.parametrize(("ci", "outcome"), [("", pytest.skip.Exception), ("true", pytest.fail.Exception)])
@pytest.mark.parametrize(
    ("own", "program", "nothing"), [(own_postgres, "POSTGRES_BIN", None), (own_redis, "REDIS_SERVER", "")]
)
def test_a_program_that_is_missing_skips_and_fails_under_ci(monkeypatch, own, program, nothing, ci, outcome):
    monkeypatch.setattr(servers, program, nothing)
    monkeypatch.setenv("CI", ci)
    with pytest.raises(outcome, match="Debian: apt-get install"):
        own().__enter__()


# ---- PostgreSQL ----


def test_a_commit_outlives_a_crash_of_the_cluster(postgres_cluster):
    url = postgres_cluster.create("prov")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE note AS SELECT 7 AS number")
    postgres_cluster.restart()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT number FROM note").fetchall() == [(7,)]


def test_a_crash_of_the_cluster_breaks_a_line_that_is_open(postgres_cluster):
    with psycopg.connect(postgres_cluster.url(), autocommit=True) as connection:
        postgres_cluster.restart()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_nobody_answers_while_the_cluster_is_stopped(postgres_cluster):
    postgres_cluster.stop()
    assert not postgres_cluster.answers()
    postgres_cluster.start()
    assert postgres_cluster.answers()


def test_the_cluster_is_not_the_machines(postgres_cluster):
    with psycopg.connect(postgres_cluster.url()) as connection:
        (folder,) = connection.execute("SHOW data_directory").fetchone()
    assert folder == str(postgres_cluster.data)
    assert str(postgres_cluster.port) not in servers.POSTGRES_URL


# ---- Redis ----


def test_redis_comes_back_empty_on_the_same_port(redis_server):
    url = redis_server.url
    keep(redis_server)
    redis_server.restart()
    assert (redis_server.url, kept(redis_server)) == (url, None)


def test_redis_can_be_emptied(redis_server):
    keep(redis_server)
    redis_server.flush()
    assert kept(redis_server) is None


def test_a_redis_that_is_stopped_refuses(redis_server):
    redis_server.stop()
    with pytest.raises(redis.ConnectionError):
        kept(redis_server)


def test_a_redis_that_hangs_goes_on_where_it_hung(redis_server):
    keep(redis_server)
    redis_server.pause()
    with pytest.raises(redis.TimeoutError):
        kept(redis_server, timeout=MOMENT)
    redis_server.resume()
    assert kept(redis_server) == b"1"


def keep(server) -> None:
    with redis.Redis.from_url(server.url) as client:
        client.set("key", 1)


def kept(server, *, timeout: float = PATIENCE) -> bytes | None:
    with redis.Redis.from_url(server.url, socket_timeout=timeout) as client:
        return client.get("key")


# ---- mail ----


def line_to(server: Smtp, *, timeout: float = PATIENCE) -> smtplib.SMTP:
    return smtplib.SMTP("127.0.0.1", server.port, local_hostname="localhost", timeout=timeout)


def letter(message_id: str = "<1@example.org>") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "lexheller@example.org"
    message["To"] = "rakel@example.org"
    message["Message-ID"] = message_id
    message.set_content("Rad ett.\n.\nRad tre.")
    return message


def send(server: Smtp, *, timeout: float = PATIENCE, **how: object) -> dict:
    """Send one letter over a line of its own, and hang up."""
    with line_to(server, timeout=timeout) as line:
        return line.send_message(letter(), **how)


def test_a_letter_is_kept_as_it_came(mail_server):
    assert send(mail_server) == {}
    (kept,) = mail_server.wait_for(1)
    assert (kept.number, kept.sender, kept.recipient) == (1, "lexheller@example.org", "rakel@example.org")
    assert kept.message_id == "<1@example.org>"
    assert b"\r\nRad ett.\r\n.\r\nRad tre.\r\n" in kept.raw


def test_letters_are_counted_in_the_order_they_were_taken(mail_server):
    with line_to(mail_server) as line:
        for number in (1, 2, 3):
            line.send_message(letter(f"<{number}@example.org>"))
    assert [(kept.number, kept.message_id[1]) for kept in mail_server.accepted] == [(1, "1"), (2, "2"), (3, "3")]


def test_waiting_for_a_letter_that_does_not_come_fails(mail_server):
    with pytest.raises(AssertionError, match="0 letters of 1"):
        mail_server.wait_for(1, timeout=0.01)


def test_a_closed_port_refuses_and_opens_again(mail_server):
    mail_server.close_port()
    with pytest.raises(ConnectionRefusedError):
        line_to(mail_server)
    mail_server.behave()
    send(mail_server)


def test_a_closed_port_drops_the_lines_that_are_open(mail_server):
    with line_to(mail_server) as line:
        mail_server.close_port()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            line.send_message(letter())


@pytest.mark.parametrize("code", [421, 451])
def test_a_greeting_can_refuse_everything(mail_server, code):
    mail_server.refuse(code)
    with pytest.raises(smtplib.SMTPConnectError) as refused:
        line_to(mail_server)
    assert refused.value.smtp_code == code


def test_a_refusal_reaches_a_line_that_is_open(mail_server):
    with line_to(mail_server) as line:
        mail_server.refuse(451)
        with pytest.raises(smtplib.SMTPSenderRefused):
            line.send_message(letter())
        mail_server.behave()
        line.send_message(letter())


def test_after_a_421_the_line_is_closed(mail_server):
    with line_to(mail_server) as line:
        mail_server.refuse(421)
        line.ehlo()
        assert line.mail("lexheller@example.org")[0] == 421
        with pytest.raises(smtplib.SMTPServerDisconnected):
            line.noop()


@pytest.mark.parametrize(
    ("step", "error"),
    [
        (Step.MAIL, smtplib.SMTPSenderRefused),
        (Step.RCPT, smtplib.SMTPRecipientsRefused),
        (Step.DATA, smtplib.SMTPDataError),
    ],
)
def test_a_letter_can_be_refused_at_each_step(mail_server, step, error):
    mail_server.refuse(550, at=step)
    with pytest.raises(error):
        send(mail_server)
    assert mail_server.accepted == []


def test_some_recipients_of_many_can_be_refused(mail_server):
    mail_server.refuse_recipients({"karl@example.org": 550, "kim@example.org": 451})
    refused = send(mail_server, to_addrs=["karl@example.org", "rakel@example.org", "kim@example.org"])
    assert {address: code for address, (code, _) in refused.items()} == {
        "karl@example.org": 550,
        "kim@example.org": 451,
    }
    assert mail_server.accepted[0].recipients == ("rakel@example.org",)


@pytest.mark.parametrize(
    ("step", "taken"), [(Step.GREETING, 0), (Step.MAIL, 0), (Step.RCPT, 0), (Step.DATA, 0), (Step.ACCEPTED, 1)]
)
def test_a_line_can_be_dropped_at_each_step(mail_server, step, taken):
    mail_server.drop(at=step)
    with pytest.raises(smtplib.SMTPServerDisconnected):
        send(mail_server)
    assert len(mail_server.accepted) == taken


# What a client says, and the step that its words lead to.
CONVERSATION = {
    "ehlo localhost": None,
    "mail from:<lexheller@example.org>": Step.MAIL,
    "rcpt to:<rakel@example.org>": Step.RCPT,
    "data": None,
    "Subject: x\r\n\r\nx\r\n.": Step.DATA,
}


@pytest.mark.parametrize(("step", "taken"), [(Step.MAIL, 0), (Step.RCPT, 0), (Step.DATA, 0), (Step.ACCEPTED, 1)])
def test_the_server_can_fall_silent_at_each_step(mail_server, step, taken):
    mail_server.hang(at=step)
    with line_to(mail_server) as line:
        for words, leads_to in CONVERSATION.items():
            line.send(f"{words}\r\n")
            if leads_to in {step, Step.DATA}:
                break
            line.getreply()
        assert_silent(line)
    assert len(mail_server.wait_for(taken)) == taken


def assert_silent(line: smtplib.SMTP) -> None:
    line.sock.settimeout(MOMENT)
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        line.getreply()


def test_the_server_can_be_silent_from_the_start_and_speak_again(mail_server):
    mail_server.hang()
    with pytest.raises(smtplib.SMTPServerDisconnected, match="timed out"):
        line_to(mail_server, timeout=MOMENT)
    mail_server.behave()
    send(mail_server)
    assert len(mail_server.accepted) == 1


def test_a_line_can_be_dropped_after_the_250(mail_server):
    mail_server.drop(at=Step.ANSWERED)
    with line_to(mail_server) as line:
        assert line.send_message(letter()) == {}
        with pytest.raises(smtplib.SMTPServerDisconnected):
            line.noop()
    assert len(mail_server.accepted) == 1


def test_the_callbacks_come_before_and_after_a_letter_is_taken(mail_server):
    came: list[tuple[str, int, int]] = []

    def note(what: str):
        return lambda letter: came.append((what, letter.number, len(mail_server.accepted)))

    mail_server.on_data(note("data"))
    mail_server.after_accept(note("accepted"))
    mail_server.after_accept(note("answered"), answered=True)
    send(mail_server)
    assert came == [("data", 0, 0), ("accepted", 1, 1), ("answered", 1, 1)]


SENDER = """
import smtplib, sys
with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), local_hostname="localhost", timeout=20) as line:
    line.sendmail("lexheller@example.org", ["rakel@example.org"], b"Subject: x\\r\\n\\r\\nx")
    print("told", flush=True)
"""


@pytest.mark.parametrize(("way", "taken"), [("on_data", 1), ("after_accept", 1)])
def test_a_sender_can_be_killed_before_it_learns_of_the_250(mail_server, way, taken):
    started = subprocess.Popen([sys.executable, "-c", SENDER, str(mail_server.port)], stdout=subprocess.PIPE)
    getattr(mail_server, way)(lambda _letter: os.kill(started.pid, signal.SIGKILL))
    out, _ = started.communicate(timeout=20)
    assert (started.returncode, out) == (-signal.SIGKILL, b"")
    assert len(mail_server.wait_for(taken)) == taken


def send_refused_through(server: Smtp) -> None:
    with server, pytest.raises(smtplib.SMTPDataError):
        send(server)


def test_a_callback_that_fails_fails_the_test():
    server = Smtp()
    server.on_data(lambda _letter: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        send_refused_through(server)


def test_the_server_ends_with_lines_open_and_leaves_nothing_behind():
    with Smtp() as server:
        silent, hanging = line_to(server), line_to(server)
        hanging.ehlo()
        server.hang()
        hanging.putcmd("mail", "from:<lexheller@example.org>")
    for line in (silent, hanging):
        with pytest.raises(smtplib.SMTPServerDisconnected):
            line.getreply()
    # What was not closed warns when it is collected, and a warning is an error.
    gc.collect()
