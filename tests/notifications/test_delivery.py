"""The outbox is drained and letters leave: all, once, whatever fails."""

import smtplib
import threading
from collections import Counter

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection

from cases import clocks, services
from cases.models import Outbox
from notifications import delivery, recipients
from notifications.delivery import ATTEMPTS_MOST, LEASE, sweep
from notifications.models import Delivery, State


def addresses() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


class Faulty(EmailBackend):
    """A mail server that refuses some."""

    refuses = "karl@example.org"
    error: OSError = smtplib.SMTPRecipientsRefused({refuses: (550, b"karl@example.org: no such user")})
    hangs_up = False

    def open(self):
        if self.hangs_up:
            raise ConnectionRefusedError

    def send_messages(self, messages):
        if self.refuses in messages[0].to:
            raise self.error
        return super().send_messages(messages)


@pytest.fixture
def faulty(settings, monkeypatch):
    settings.EMAIL_BACKEND = f"{__name__}.Faulty"
    return Faulty


def test_a_sweep_sends_one_letter_to_each(case, sanna):
    swept = sweep()
    assert (swept.drained, swept.sent, swept.failed, swept.more) == (1, 2, 0, False)
    assert addresses() == ["rakel@example.org", "sanna@example.org"]


def test_sweeping_again_sends_nothing(case, sanna, moved):
    sweep()
    with moved(400):
        assert sweep().sent == 0
    assert len(mail.outbox) == Delivery.objects.filter(state=State.SENT).count() == 2


def test_an_event_that_concerns_nobody_is_only_drained(case, sanna):
    sweep()
    services.note(case, actor=sanna, body="Ring på måndag.")
    assert sweep().drained == 1
    assert not Outbox.objects.filter(drained_at=None).exists()


def test_the_whole_flow_tells_those_it_should(case, flow, rakel):
    flow.to_closed(case)
    sweep()
    assert Counter(addresses()) == {"rakel@example.org": 2, "sanna@example.org": 2, "karl@example.org": 1}


def test_a_sweep_takes_no_more_than_it_is_told(file_case, sanna):
    file_case(), file_case()
    assert sweep(limit=1).more
    assert sweep(limit=1).more
    assert Outbox.objects.filter(drained_at=None).count() == 0


# ---- who may no longer read ----


def test_nobody_is_led_to_a_case_that_they_may_no_longer_open(case, flow, karl):
    flow.send(case)
    services.return_(case, actor=karl, concern=case.concerns.get(), reason="Hör till en annan enhet.")
    sweep()
    assert "karl@example.org" not in addresses()
    assert Delivery.objects.get(user=karl).state == State.SUPPRESSED


# ---- faults ----


def test_an_address_that_is_refused_does_not_stop_the_others(case, flow, faulty):
    flow.send(case)
    swept = sweep()
    assert (swept.sent, swept.failed) == (2, 1)
    assert addresses() == ["rakel@example.org", "sanna@example.org"]


def test_a_refused_letter_says_why_without_quoting_and_is_tried_later(case, flow, faulty):
    flow.send(case)
    sweep()
    refused = Delivery.objects.get(address=faulty.refuses)
    assert (refused.state, refused.attempts, refused.why) == (State.WAITING, 1, "SMTPRecipientsRefused 550")
    assert refused.not_before > clocks.now()


def test_a_letter_leaves_when_its_server_takes_it_again(case, flow, faulty, monkeypatch, moved):
    flow.send(case)
    sweep()
    monkeypatch.setattr(Faulty, "refuses", "")
    assert sweep().sent == 0
    with moved(1):
        assert sweep().sent == 1
    assert addresses()[0] == "karl@example.org"


def test_a_letter_that_never_leaves_is_given_up_and_shown(case, flow, faulty, moved, capsys):
    flow.send(case)
    for day in range(ATTEMPTS_MOST + 2):
        with moved(day):
            sweep()
    refused = Delivery.objects.get(address=faulty.refuses)
    assert (refused.state, refused.attempts) == (State.FAILED, ATTEMPTS_MOST)
    call_command("sweep")
    assert "given up 1" in capsys.readouterr().out


def test_a_mail_server_out_of_reach_costs_no_letter_an_attempt(case, sanna, faulty, monkeypatch):
    monkeypatch.setattr(Faulty, "hangs_up", True)
    assert sweep().sent == 0
    assert set(Delivery.objects.values_list("state", "attempts")) == {(State.WAITING, 0)}
    monkeypatch.setattr(Faulty, "hangs_up", False)
    assert sweep().sent == 2


class Killed(BaseException):
    """The process ends here."""


def test_what_a_crash_left_is_sent_when_its_lease_has_ended(case, sanna, monkeypatch):
    monkeypatch.setattr(delivery, "_send", killed)
    with pytest.raises(Killed):
        sweep()
    monkeypatch.undo()
    assert sweep().sent == 1
    with clocks.at(clocks.now() + LEASE):
        assert sweep().sent == 1
    assert addresses() == ["rakel@example.org", "sanna@example.org"]


def test_a_word_that_makes_the_program_fail_does_not_hold_up_the_others(file_case, sanna, monkeypatch):
    first = file_case()
    file_case()
    monkeypatch.setattr(delivery, "told_of", lambda event: killed() if event.case == first else told(event))
    with pytest.raises(Killed):
        sweep()
    assert sweep().sent == 2
    monkeypatch.undo()
    with clocks.at(clocks.now() + LEASE):
        assert sweep().sent == 2


told = recipients.told_of


def killed(*_args: object) -> None:
    raise Killed


def test_a_letter_that_ends_the_process_every_time_is_given_up(case, sanna, monkeypatch):
    sweep()
    Delivery.objects.update(state=State.WAITING, sent_at=None, attempts=ATTEMPTS_MOST, not_before=clocks.now())
    assert sweep().sent == 0
    assert set(Delivery.objects.values_list("state", "why")) == {(State.FAILED, "crashed")}


# ---- side by side ----


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_sweepers_at_once_send_each_letter_once(file_case, sanna):
    for _ in range(20):
        file_case()
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            sweep()
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert addresses() == ["rakel@example.org"] * 20 + ["sanna@example.org"] * 20
    assert len({message.extra_headers["Message-ID"] for message in mail.outbox}) == 40
