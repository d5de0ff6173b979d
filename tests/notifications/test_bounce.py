"""Letters that come back: what a mail server's report does, and all that does nothing."""

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import InterfaceError, OperationalError
from hypothesis import given
from hypothesis import strategies as st
from zeal import zeal_ignore

from cases import clocks, services
from cases.codes import Role
from cases.models import Event, User
from notifications import bounces
from notifications.bounces import Outcome, delivery_of, receive, return_address
from notifications.management.commands import bounce
from notifications.models import Channel, Delivery, Kind, State
from notifications.why import in_words
from tests.cases.test_accounts import ask_for_code, code_in, type_code
from tests.people import PASSWORD, grant, make_user
from tests.sharing import shared

ROOT = Path(__file__).resolve().parent.parent.parent
ADDRESS = "studs@lexheller.example.se"

# As mail servers write it: what people read, what machines read, and the letter that comes back.
REPORT = """\
From MAILER-DAEMON Mon Mar  2 09:00:00 2026
Return-Path: <>
Delivered-To: {to}
From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="9B095B5ADF/mail.example.org"

This is a MIME-encapsulated message.

--9B095B5ADF/mail.example.org
Content-Type: text/plain; charset=us-ascii

<sanna@example.org>: host mx.example.org said: 550 5.1.1 <sanna@example.org>: no such user

--9B095B5ADF/mail.example.org
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
X-Postfix-Queue-ID: 9B095B5ADF

Final-Recipient: rfc822; sanna@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 5.1.1 <sanna@example.org>: no such user

--9B095B5ADF/mail.example.org
Content-Type: message/rfc822

Subject: =?utf-8?q?Nytt_=C3=A4rende?=
To: sanna@example.org

Hej!

--9B095B5ADF/mail.example.org--
"""


def report(to: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    return REPORT.format(to=to, action=action, status=status).replace("\n", "\r\n").encode()


@pytest.fixture(autouse=True)
def _set_aside(settings) -> None:
    settings.BOUNCE_ADDRESS = ADDRESS


@shared
def letter(case, sanna) -> Delivery:
    """A letter to Sanna that has left."""
    return sent(Event.objects.get(case=case), sanna)


def sent(event, user=None, address="", **fields) -> Delivery:
    return Delivery.objects.create(
        event=event,
        user=user,
        address=address or user.email,
        **{"kind": Kind.NEW, "state": State.SENT, "sent_at": clocks.now(), **fields},
    )


def ends(letter) -> tuple[str, str]:
    letter.refresh_from_db()
    return letter.state, letter.why


# ---- the address ----


def test_each_letter_has_a_return_address_of_its_own(letter):
    local, _, host = return_address(letter).partition("@")
    assert local.startswith(f"studs+{letter.pk}-")
    assert (host, len(local) <= 64) == ("lexheller.example.se", True)
    assert delivery_of(return_address(letter)) == letter.pk


def test_without_an_address_set_aside_letters_come_back_to_the_sender(letter, settings):
    settings.BOUNCE_ADDRESS = ""
    assert return_address(letter) == settings.DEFAULT_FROM_EMAIL


def test_a_server_may_change_the_case_of_the_address(letter):
    assert delivery_of(return_address(letter).upper()) == letter.pk


def test_an_address_that_another_installation_made_is_not_ours(letter, settings):
    settings.SECRET_KEY = "another-installation-0123456789-abcdefghijklmnopqrstuvwxyz"
    theirs = return_address(letter)
    settings.SECRET_KEY = "only-for-tests-0123456789-abcdefghijklmnopqrstuvwxyz"
    assert delivery_of(theirs) is None


# ---- what a report does ----


@pytest.mark.parametrize(("status", "why"), [("5.1.1", "5.1.1"), ("5.2.2 (full)", "5.2.2"), ("4.4.7", "4.4.7")])
def test_a_report_of_failure_marks_the_letter_with_its_code(letter, status, why):
    assert receive(report(return_address(letter), status=status)) == Outcome.BOUNCED
    assert ends(letter) == (State.BOUNCED, why)


def test_a_report_without_a_code_marks_it_all_the_same(letter):
    receive(report(return_address(letter), status="no such user"))
    assert ends(letter) == (State.BOUNCED, "failed")
    assert in_words("failed") == "mottagarens e-postserver lämnade tillbaka brevet"


@pytest.mark.parametrize("action", ["delayed", "relayed", "delivered", "expanded", "", "failed-not"])
def test_a_letter_that_may_still_come_there_has_not_come_back(letter, action):
    assert receive(report(return_address(letter), action=action)) == Outcome.IGNORED
    assert ends(letter) == (State.SENT, "")


def test_one_of_several_recipients_that_failed_is_enough(letter):
    mixed = report(return_address(letter)).replace(
        b"Final-Recipient", b"Final-Recipient: rfc822; a@example.org\r\nAction: relayed\r\n\r\nFinal-Recipient", 1
    )
    assert receive(mixed) == Outcome.BOUNCED


def test_a_second_report_changes_nothing(letter):
    receive(report(return_address(letter)))
    assert receive(report(return_address(letter), status="5.7.1")) == Outcome.IGNORED
    assert ends(letter) == (State.BOUNCED, "5.1.1")


def test_the_address_on_the_envelope_goes_before_what_the_headers_say(letter):
    raw = report("studs@lexheller.example.se")
    assert receive(raw) == Outcome.IGNORED
    assert receive(raw, to=return_address(letter)) == Outcome.BOUNCED


def test_an_envelope_that_names_no_letter_is_not_mended_by_the_headers(letter):
    assert receive(report(return_address(letter)), to="studs@lexheller.example.se") == Outcome.IGNORED


@pytest.mark.parametrize("header", ["X-Original-To", "Envelope-To", "To"])
def test_each_header_that_servers_use_is_read(letter, header):
    raw = report("x@example.org").replace(b"Delivered-To", header.encode(), 1)
    raw = raw.replace(f"{header}: x@example.org".encode(), f"{header}: {return_address(letter)}".encode(), 1)
    assert receive(raw) == Outcome.BOUNCED


def test_an_encoded_report_is_read_too(letter):
    raw = report(return_address(letter)).replace(
        b"message/delivery-status\r\n",
        b"message/global-delivery-status\r\nContent-Transfer-Encoding: quoted-printable\r\n",
    )
    assert receive(raw.replace(b"Action: failed", b"Action: =66ailed")) == Outcome.BOUNCED


@pytest.mark.parametrize("state", [State.WAITING, State.RETRYING, State.FAILED, State.SUPPRESSED])
def test_only_a_letter_that_has_left_can_come_back(letter, state):
    Delivery.objects.update(state=state, sent_at=None)
    assert receive(report(return_address(letter))) == Outcome.IGNORED
    assert ends(letter)[0] == state


def test_a_report_that_comes_before_the_letter_is_noted_as_sent_is_handed_in_again(letter):
    Delivery.objects.update(state=State.CLAIMED, sent_at=None)
    assert receive(report(return_address(letter))) == Outcome.TOO_EARLY


def test_what_a_digest_carried_comes_back_with_it(letter, sanna):
    digest = sent(None, sanna, about="digest:x", kind=Kind.DIGEST)
    Delivery.objects.filter(pk=letter.pk).update(carried_by=digest)
    receive(report(return_address(digest)))
    assert ends(letter) == ends(digest) == (State.BOUNCED, "5.1.1")


def test_word_in_the_program_does_not_come_back(letter):
    Delivery.objects.update(channel=Channel.APP)
    assert receive(report(return_address(letter))) == Outcome.IGNORED


# ---- what does nothing ----


def changed(old: bytes, new: bytes):
    return lambda raw: raw.replace(old, new)


NOTHING = {
    "a forged mark": lambda raw: raw.replace(b"-", b"-0"),
    "an answer by a machine": changed(b"multipart/report; report-type=delivery-status;", b"multipart/mixed;"),
    "an answer in plain text": lambda raw: raw.replace(b"multipart/report", b"text/plain"),
    "a read receipt": changed(b"message/delivery-status", b"message/disposition-notification"),
    "a complaint": changed(b"message/delivery-status", b"message/feedback-report"),
    "no boundary": changed(b"boundary=", b"bound="),
    "another boundary": changed(b'boundary="9B', b'boundary="9C'),
    "cut off": lambda raw: raw[: raw.index(b"Action")],
    "headers alone": lambda raw: raw[: raw.index(b"\r\n\r\n")],
    "nothing": lambda _raw: b"",
    "no headers": lambda raw: b"\r\n" + raw,
    "NULs": lambda raw: raw.replace(b"e", b"\0"),
    "UTF-16": lambda raw: raw.decode().encode("utf-16"),
    "a parameter that never ends": changed(b"report-type", b"report-type" + b";" * 2_000_000 + b"x"),
    "a parameter numbered beyond counting": changed(b"boundary=", b"boundary*" + b"9" * 5_000 + b"="),
    "a boundary in a charset of NULs": changed(b"boundary=", b"boundary*=\0'\0'"),
    "nested until Python gives up": lambda raw: raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" + nested(5_000),
    "a million recipients": changed(b"Action: failed", b"a\r\n\r\n" * 500_000),
    "a million parts": changed(b"This is", b"--9B095B5ADF/mail.example.org\r\n\r\n" * 60_000),
    "a million headers": lambda raw: b"X: y\r\n" * 300_000 + raw,
}


def nested(depth: int) -> bytes:
    part = b'--%d\r\nContent-Type: multipart/report; boundary="%d"\r\n\r\n'
    return b"".join(part % (level, level + 1) for level in range(depth))


@pytest.mark.parametrize("name", NOTHING)
def test_whatever_else_comes_there_does_nothing(letter, name):
    assert receive(NOTHING[name](report(return_address(letter)))) == Outcome.IGNORED
    assert ends(letter) == (State.SENT, "")


@pytest.mark.once
@given(
    st.lists(st.tuples(st.integers(0, 1400), st.binary(max_size=12)), min_size=1, max_size=8),
    st.binary(max_size=40),
)
def test_no_report_breaks_the_reader(changes, rest):
    raw = bytearray(report("studs+1-0123456789abcdef@lexheller.example.se"))
    for at, what in changes:
        raw[at : at + len(what)] = what
    message, body = bounces._opened(bytes(raw) + rest)
    assert re.fullmatch(r"failed|[45](\.\d{1,3}){2}", bounces._failure(message, body) or "failed")
    assert not any(map(delivery_of, bounces._addresses(message)))


def test_nothing_that_the_report_says_of_people_is_logged(letter, capsys):
    receive(report(return_address(letter)))
    out = capsys.readouterr()
    assert "sanna" not in out.out + out.err


# ---- what is known of the address ----


def test_an_address_that_a_letter_came_back_from_is_marked(letter, sanna):
    receive(report(return_address(letter)))
    sanna.refresh_from_db()
    assert sanna.bounced_on == clocks.today()


def test_a_mailbox_is_marked_in_every_function_that_has_it(case, funktion):
    receive(report(return_address(sent(Event.objects.get(case=case), address=funktion.mailbox))))
    funktion.refresh_from_db()
    assert funktion.bounced_on == clocks.today()


def test_an_address_that_was_changed_since_is_not_marked(letter, sanna):
    User.objects.filter(pk=sanna.pk).update(email="sanna.ny@example.org")
    receive(report(return_address(letter)))
    sanna.refresh_from_db()
    assert sanna.bounced_on is None


def bounced(row):
    type(row).objects.filter(pk=row.pk).update(bounced_on=clocks.today())
    row.refresh_from_db()
    return row


@pytest.mark.parametrize(("email", "kept"), [("nina@example.org", True), ("nina.ny@example.org", False)])
def test_a_person_with_a_new_address_is_no_longer_marked(forbund, adam, email, kept):
    nina = make_user("Nina")
    grant(nina, forbund, Role.REPORTER)
    services.save_person(forbund, actor=adam, person=bounced(nina), name="Nina Ny", email=email)
    nina.refresh_from_db()
    assert (nina.bounced_on is not None) == kept


@pytest.mark.parametrize(("mailbox", "kept"), [("Funktion@example.org", True), ("ny@example.org", False)])
def test_a_function_with_a_new_mailbox_is_no_longer_marked(forbund, adam, funktion, mailbox, kept):
    old = bounced(funktion)
    saved = services.save_function(
        forbund, actor=adam, member=old.member, function=old, name=old.name, from_on=old.from_on, mailbox=mailbox
    )
    assert (saved.bounced_on is not None) == kept


@pytest.mark.parametrize(("email", "kept"), [("sanna@example.org", True), ("sanna.ny@example.org", False)])
def test_the_operator_too_makes_an_address_good_by_changing_it(client, sanna, email, kept):
    client.force_login(make_user("Drift", is_staff=True, is_superuser=True))
    bounced(sanna)
    filled = {"email": email, "name": "Sanna Ny", "is_active": "on"}
    # The one who changes and the one who is changed are two users read in one request.
    with zeal_ignore():
        assert client.post(f"/drift/cases/user/{sanna.pk}/change/", filled).status_code == 302
    sanna.refresh_from_db()
    assert (sanna.bounced_on is not None) == kept


@pytest.mark.parametrize(("mailbox", "kept"), [("funktion@example.org", True), ("ny@example.org", False)])
def test_the_operator_too_makes_a_mailbox_good_by_changing_it(client, funktion, mailbox, kept):
    client.force_login(make_user("Drift", is_staff=True, is_superuser=True))
    row = bounced(funktion)
    filled = {"name": row.name, "member": row.member_id, "mailbox": mailbox, "from_on": "2020-01-01"}
    assert client.post(f"/drift/cases/contactfunction/{row.pk}/change/", filled).status_code == 302
    row.refresh_from_db()
    assert (row.bounced_on is not None) == kept


def test_a_code_that_came_to_the_address_shows_that_it_works(client, sanna, mailoutbox):
    bounced(sanna)
    page = ask_for_code(client, "/konto/login/code/", sanna)
    type_code(client, page, code_in(mailoutbox))
    sanna.refresh_from_db()
    assert sanna.bounced_on is None


def test_a_password_shows_nothing_of_the_address(client, sanna):
    bounced(sanna)
    client.post("/konto/login/", {"login": sanna.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(sanna.pk)
    sanna.refresh_from_db()
    assert sanna.bounced_on == clocks.today()


# ---- the command ----


class Pipe:
    """Standard input as a mail server gives it."""

    def __init__(self, raw: bytes) -> None:
        self.buffer = io.BytesIO(raw)


def test_the_command_reads_the_pipe(letter, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", Pipe(report(return_address(letter))))
    call_command("bounce")
    assert ends(letter) == (State.BOUNCED, "5.1.1")
    assert capsys.readouterr().out == "bounced\n"


def test_the_command_takes_the_envelopes_address(letter, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", Pipe(report("nagon@example.org")))
    call_command("bounce", "--to", return_address(letter))
    assert ends(letter)[0] == State.BOUNCED


def test_the_command_empties_a_pipe_that_is_too_full_and_keeps_the_beginning(letter, monkeypatch, capsys):
    monkeypatch.setattr(bounce, "MOST_BYTES", 3_000)
    pipe = Pipe(report(return_address(letter)) + b"x" * 10_000)
    monkeypatch.setattr(sys, "stdin", pipe)
    call_command("bounce")
    assert (pipe.buffer.read(), ends(letter)[0]) == (b"", State.BOUNCED)


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_database_that_is_away_makes_the_mail_server_try_again(letter, monkeypatch, capsys, error):
    monkeypatch.setattr(sys, "stdin", Pipe(report(return_address(letter))))
    monkeypatch.setattr(bounce, "receive", lambda *_, **__: (_ for _ in ()).throw(error("host 10.0.0.1")))
    with pytest.raises(SystemExit) as ended:
        call_command("bounce")
    assert ended.value.code == 75
    assert "10.0.0.1" not in capsys.readouterr().err


def test_a_letter_that_is_leaving_makes_the_mail_server_try_again(letter, monkeypatch, capsys):
    Delivery.objects.update(state=State.CLAIMED, sent_at=None)
    monkeypatch.setattr(sys, "stdin", Pipe(report(return_address(letter))))
    with pytest.raises(SystemExit) as ended:
        call_command("bounce")
    assert ended.value.code == 75


@pytest.mark.once
def test_the_mail_server_gets_75_from_a_process_without_database(settings):
    raw = report(return_address(Delivery(pk=1)))
    variables = {
        "PATH": os.environ["PATH"],
        "LOCAL": "1",
        "SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": "sqlite:////nowhere/here.sqlite3",
    }
    command = [sys.executable, "manage.py", "bounce"]
    done = subprocess.run(command, cwd=ROOT, env=variables, input=raw, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (75, b"", b"the database does not answer\n")
