"""The outbox is drained and letters leave: all, once, whatever fails."""

import datetime as dt
import smtplib
import threading
from collections import Counter

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet

from cases import clocks, services
from cases.codes import Helped
from cases.models import Absence, ContactFunction, Outbox
from notifications import delivery, filling
from notifications.delivery import ATTEMPTS_MOST, BATCH, WORD_LEASES_MOST, lease, sweep
from notifications.filling import slot_of
from notifications.models import Cadence, Channel, Delivery, Kind, Preference, State
from tests.people import make_function


def addresses() -> list[str]:
    return sorted(message.to[0] for message in mail.outbox)


def letters():
    return Delivery.objects.filter(channel=Channel.MAIL)


class Faulty(EmailBackend):
    """A mail server that refuses some."""

    refuses = "karl@example.org"
    error: OSError = smtplib.SMTPRecipientsRefused({refuses: (450, b"karl@example.org: mailbox busy")})
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
    assert len(mail.outbox) == letters().filter(state=State.SENT).count() == 2


def test_an_event_that_concerns_nobody_is_only_drained(case, sanna):
    sweep()
    services.note(case, actor=sanna, body="Ring på måndag.")
    assert sweep().drained == 1
    assert not Outbox.objects.filter(drained_at=None).exists()


def test_the_whole_flow_tells_those_it_should(case, flow, rakel):
    flow.to_closed(case)
    sweep()
    assert Counter(addresses()) == {"rakel@example.org": 2, "sanna@example.org": 2, "karl@example.org": 1}


def test_whoever_has_an_account_is_told_in_the_program_too(case, sanna, by_code):
    sweep()
    told = Delivery.objects.filter(channel=Channel.APP)
    assert set(told.values_list("address", "state")) == {
        ("rakel@example.org", State.SENT),
        ("sanna@example.org", State.SENT),
    }


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
    assert list(letters().filter(user=karl).values_list("state", "why")) == [(State.SUPPRESSED, "no_access")]


# ---- faults ----


def test_an_address_that_is_refused_does_not_stop_the_others(case, flow, faulty):
    flow.send(case)
    swept = sweep()
    assert (swept.sent, swept.failed) == (2, 1)
    assert addresses() == ["rakel@example.org", "sanna@example.org"]


def test_a_refused_letter_says_why_without_quoting_and_is_tried_later(case, flow, faulty):
    flow.send(case)
    sweep()
    refused = letters().get(address=faulty.refuses)
    assert (refused.state, refused.attempts, refused.why) == (State.RETRYING, 1, "SMTPRecipientsRefused 450")
    assert refused.not_before > clocks.now()


def test_an_address_that_does_not_exist_is_given_up_at_once_and_noted(case, flow, faulty, monkeypatch, karl):
    nobody = smtplib.SMTPRecipientsRefused({faulty.refuses: (550, b"karl@example.org: no such user")})
    monkeypatch.setattr(faulty, "error", nobody)
    flow.send(case)
    sweep()
    refused = letters().get(address=faulty.refuses)
    karl.refresh_from_db()
    assert (refused.state, refused.attempts, refused.why) == (State.FAILED, 1, "SMTPRecipientsRefused 550")
    assert karl.bounced_on == clocks.today()


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
    refused = letters().get(address=faulty.refuses)
    assert (refused.state, refused.attempts) == (State.FAILED, ATTEMPTS_MOST)
    call_command("sweep")
    assert "given up 1" in capsys.readouterr().out


def test_a_hosts_own_scheduler_gives_the_reminders_too(case, flow, capsys):
    flow.send(case)
    noon = dt.datetime.combine(clocks.today(), dt.time(12), clocks.STOCKHOLM)
    with clocks.at(noon + dt.timedelta(days=11)):
        call_command("sweep", "--hourly")
    assert letters().filter(kind=Kind.UNREAD, state=State.SENT).exists()


def test_a_mail_server_out_of_reach_costs_no_letter_an_attempt(case, sanna, faulty, monkeypatch):
    monkeypatch.setattr(Faulty, "hangs_up", True)
    assert sweep().sent == 0
    assert set(letters().values_list("state", "attempts")) == {(State.WAITING, 0)}
    monkeypatch.setattr(Faulty, "hangs_up", False)
    assert sweep().sent == 2


class Killed(BaseException):
    """The process ends here."""


def test_what_a_crash_left_is_sent_when_its_lease_has_ended(case, sanna, monkeypatch):
    monkeypatch.setattr(delivery, "_send", killed)
    with pytest.raises(Killed):
        sweep()
    monkeypatch.undo()
    assert sweep().sent == 0
    with clocks.at(clocks.now() + lease()):
        assert sweep().sent == 2
    assert addresses() == ["rakel@example.org", "sanna@example.org"]


def test_a_word_that_makes_the_program_fail_does_not_hold_up_the_others(file_case, sanna, monkeypatch):
    first = file_case()
    file_case()
    monkeypatch.setattr(delivery, "tell", lambda event: killed() if event.case == first else tell(event))
    with pytest.raises(Killed):
        sweep()
    assert sweep().sent == 2
    monkeypatch.undo()
    with clocks.at(clocks.now() + lease()):
        assert sweep().sent == 2


def test_a_word_that_failed_many_times_is_tried_again_every_hour(case, sanna, monkeypatch):
    Outbox.objects.update(attempts=ATTEMPTS_MOST)
    monkeypatch.setattr(delivery, "tell", killed)
    with pytest.raises(Killed):
        sweep()
    monkeypatch.undo()
    assert sweep().sent == 0
    with clocks.at(clocks.now() + WORD_LEASES_MOST * lease()):
        assert sweep().sent == 2


tell = filling.tell


def killed(*_args: object) -> None:
    raise Killed


def test_a_letter_that_ends_the_process_every_time_is_given_up(case, sanna, monkeypatch):
    sweep()
    letters().update(state=State.CLAIMED, sent_at=None, attempts=ATTEMPTS_MOST, not_before=clocks.now())
    assert sweep().sent == 0
    assert set(letters().values_list("state", "why")) == {(State.FAILED, "crashed")}


def test_a_server_that_fails_again_and_again_is_left_alone(file_case, sanna, failing):
    for _ in range(5):
        file_case()
    swept = sweep()
    assert (swept.sent, swept.failed) == (0, delivery.FAULTS_MOST)
    assert letters().filter(state=State.WAITING, attempts=0).count() == 10 - delivery.FAULTS_MOST


@pytest.fixture
def failing(faulty, monkeypatch):
    """A mail server that lets one in, and then hangs up."""
    monkeypatch.setattr(Faulty, "send_messages", lambda *_: (_ for _ in ()).throw(smtplib.SMTPServerDisconnected))


def how(delivery: Delivery) -> tuple[str, int, str]:
    delivery.refresh_from_db()
    return delivery.state, delivery.attempts, delivery.why


def test_a_server_that_fails_for_days_costs_no_letter_an_attempt(case, failing, moved, monkeypatch):
    for hours in range(0, 24 * 6, 8):
        with clocks.at(clocks.now() + dt.timedelta(hours=hours)):
            sweep()
    assert how(letters().get()) == (State.RETRYING, 0, "SMTPServerDisconnected")
    monkeypatch.undo()
    with moved(6):
        assert sweep().sent == 1


def test_the_longer_a_server_has_failed_the_longer_a_letter_waits(case, failing):
    waits = []
    for minutes in (0, 5, 60):
        now = letters().get().created_at + dt.timedelta(minutes=minutes) if minutes else clocks.now()
        with clocks.at(now):
            sweep()
            waits.append(letters().get().not_before - now)
    assert waits == [dt.timedelta(minutes=minutes) for minutes in (1, 5, 15)]


def test_a_server_that_fails_for_more_than_a_week_is_given_up(case, failing, moved):
    sweep()
    with moved(8):
        sweep()
    assert how(letters().get()) == (State.FAILED, 1, "SMTPServerDisconnected")


def test_a_letter_that_had_to_wait_for_us_is_not_given_up_at_its_first_fault(case, failing, moved):
    delivery._drain(Outbox.objects.get())
    with moved(30):
        sweep()
    assert how(letters().get()) == (State.RETRYING, 0, "SMTPServerDisconnected")


def test_a_digest_may_have_been_made_long_before_the_server_failed(case, sanna, failing):
    collected(sanna, Kind.NEW, cadence=Cadence.WEEKLY)
    sweep()
    digest = letters().filter(kind=Kind.DIGEST)
    digest.update(created_at=clocks.now() - dt.timedelta(days=7))
    for minutes in (0, 10):
        with clocks.at(slot_of(digest.get().about) + dt.timedelta(minutes=minutes)):
            sweep()
    assert how(digest.get()) == (State.RETRYING, 0, "SMTPServerDisconnected")


@pytest.mark.parametrize(
    ("code", "words", "end"),
    [
        (550, b"5.1.1 no such user", (State.FAILED, 1, "SMTPRecipientsRefused 550")),
        (550, b"no such user", (State.FAILED, 1, "SMTPRecipientsRefused 550")),
        (554, b"5.7.1 relay access denied", (State.RETRYING, 0, "SMTPResponseException 554")),
        (451, b"4.3.0 lookup failed", (State.RETRYING, 0, "SMTPResponseException 451")),
        (421, b"going down", (State.RETRYING, 0, "SMTPResponseException 421")),
        (452, b"4.2.2 mailbox full", (State.RETRYING, 1, "SMTPRecipientsRefused 452")),
    ],
)
def test_what_a_server_says_of_itself_is_not_held_against_the_address(case, faulty, monkeypatch, code, words, end):
    monkeypatch.setattr(faulty, "refuses", "rakel@example.org")
    monkeypatch.setattr(faulty, "error", smtplib.SMTPRecipientsRefused({"rakel@example.org": (code, words)}))
    sweep()
    assert how(letters().get()) == end


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (smtplib.SMTPDataError(552, b"5.3.4 too big"), 1),
        (smtplib.SMTPDataError(451, b"4.3.0 no room"), 0),
        (smtplib.SMTPSenderRefused(530, b"5.7.0 log in first", "lexheller@example.org"), 0),
        (TimeoutError(), 0),
    ],
)
def test_a_letter_that_is_refused_for_what_it_is_is_tried_ten_times(case, faulty, monkeypatch, error, attempts):
    monkeypatch.setattr(faulty, "refuses", "rakel@example.org")
    monkeypatch.setattr(faulty, "error", error)
    sweep()
    assert how(letters().get())[:2] == (State.RETRYING, attempts)


def test_a_claim_that_ran_out_is_not_sent_by_its_old_holder(case, sanna, monkeypatch):
    real = delivery._claim

    def overtaken(*args):
        rows = real(*args)
        letters().update(claim="somebody else's")
        return rows

    monkeypatch.setattr(delivery, "_claim", overtaken)
    assert sweep().sent == 0
    assert set(letters().values_list("state", "claim")) == {(State.CLAIMED, "somebody else's")}


def test_more_than_a_batch_leaves_in_one_sweep(file_case, sanna):
    for _ in range(BATCH // 2 + 2):
        file_case()
    assert sweep().sent == 2 * (BATCH // 2 + 2)


# ---- digests ----


def collected(user, *kinds, cadence=Cadence.DAILY):
    for kind in kinds:
        Preference.objects.create(user=user, kind=kind, cadence=cadence)


def slot() -> object:
    return clocks.at(Delivery.objects.get(kind=Kind.DIGEST).not_before)


def test_what_is_collected_leaves_in_one_letter_in_the_morning(file_case, sanna):
    collected(sanna, Kind.NEW)
    file_case(), file_case()
    sweep()
    assert addresses() == ["rakel@example.org"] * 2
    with slot():
        assert sweep().sent == 1
    assert set(letters().values_list("state", flat=True)) == {State.SENT}


def test_nobody_gets_an_empty_digest(case, sanna):
    collected(sanna, Kind.NEW)
    sweep()
    sanna.grants.all().delete()
    with slot():
        assert sweep().sent == 0
    told = letters().filter(user=sanna).values_list("kind", "state", "why")
    assert set(told) == {(Kind.DIGEST, State.SUPPRESSED, "empty"), (Kind.NEW, State.SUPPRESSED, "no_access")}


def test_what_a_digest_carries_shares_its_fate(case, sanna, faulty, monkeypatch):
    monkeypatch.setattr(faulty, "refuses", "sanna@example.org")
    monkeypatch.setattr(faulty, "error", smtplib.SMTPRecipientsRefused({"sanna@example.org": (550, b"gone")}))
    collected(sanna, Kind.NEW)
    sweep()
    with slot():
        sweep()
    assert set(letters().filter(user=sanna).values_list("state", flat=True)) == {State.FAILED}


def test_a_crash_never_tells_by_itself_what_a_digest_has_told(case, sanna, monkeypatch):
    collected(sanna, Kind.NEW)
    sweep()
    with slot():
        monkeypatch.setattr(QuerySet, "update", killed_at_the_second_end())
        with pytest.raises(Killed):
            sweep()
        monkeypatch.undo()
        assert set(letters().filter(user=sanna).values_list("kind", "state")) == {
            (Kind.DIGEST, State.CLAIMED), (Kind.NEW, State.WAITING),
        }  # fmt: skip


def killed_at_the_second_end():
    """Make an update that ends the process when a second row is to be marked as sent."""
    real, ends = QuerySet.update, []

    def update(rows: QuerySet, **fields: object) -> int:
        if fields.get("state") == State.SENT:
            ends.append(rows)
            if len(ends) > 1:
                raise Killed
        return real(rows, **fields)

    return update


def test_what_comes_to_a_digest_that_has_left_is_sent_by_itself(file_case, sanna):
    collected(sanna, Kind.NEW)
    file_case()
    sweep()
    digest = Delivery.objects.get(kind=Kind.DIGEST)
    with slot():
        sweep()
    late = Delivery.objects.get(kind=Kind.NEW, channel=Channel.MAIL)
    Delivery.objects.filter(pk=late.pk).update(state=State.WAITING, sent_at=None, carried_by=digest)
    with clocks.at(digest.not_before):
        assert sweep().sent == 1


def test_a_kind_that_was_switched_off_sends_no_letter_and_says_so(case, sanna):
    collected(sanna, Kind.NEW, cadence=Cadence.OFF)
    sweep()
    assert addresses() == ["rakel@example.org"]
    assert list(letters().filter(user=sanna).values_list("state", "why")) == [(State.SUPPRESSED, "off")]


def test_a_duty_cannot_be_switched_off(case, flow, karl):
    collected(karl, Kind.SENT, cadence=Cadence.OFF)
    flow.send(case)
    sweep()
    assert "karl@example.org" in addresses()


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


# ---- reminders that had to wait ----


@pytest.fixture
def reminded(case, flow, moved):
    """A sent case whose answer is a week late, with the reminder waiting for the mail server."""
    sent = flow.send(case)
    with moved(67):
        sweep()
        services.chase()
        for row in Outbox.objects.filter(drained_at=None):
            delivery._drain(row)
    return sent


def reminders():
    return letters().filter(event__verb="remind", user__name__startswith="Karl")


def test_a_reminder_leaves_while_the_answer_is_still_late(reminded, moved):
    with moved(68):
        sweep()
    assert list(reminders().values_list("kind", "state")) == [(Kind.LATE, State.SENT)]


@pytest.mark.parametrize("step", ["answer", "return", "ask", "send_elsewhere"])
def test_a_reminder_is_held_back_once_the_concern_has_moved(reminded, flow, moved, step, karl, sanna, frida, kommun):
    concern = reminded.concerns.get()
    steps = {
        "answer": lambda: flow.answer(reminded),
        "return": lambda: services.return_(reminded, actor=karl, concern=concern, reason="Hör till en annan enhet."),
        "ask": lambda: services.ask(reminded, actor=karl, concern=concern, body="Vilken brevlåda?"),
        "send_elsewhere": lambda: services.send(
            reminded, actor=sanna, concerns={concern.pk: make_function(kommun, "En annan funktion", frida)}
        ),
    }
    with moved(68):
        steps[step]()
        sweep()
    assert list(reminders().values_list("state", flat=True)) == [State.SUPPRESSED]


# ---- an effect check ----


@pytest.fixture
def effect_asked(case, flow, moved):
    """A case whose sides have been asked whether it came back, with the letters waiting for the mail server."""
    closed = flow.to_closed(case)
    with moved(90):
        sweep()
        services.chase()
        for row in Outbox.objects.filter(drained_at=None):
            delivery._drain(row)
    return closed


def sent_of(kind: Kind) -> list[str]:
    return sorted(letters().filter(kind=kind, state=State.SENT).values_list("address", flat=True))


@pytest.mark.parametrize(("by", "left"), [("rakel", "karl"), ("karl", "rakel")])
def test_only_who_has_not_said_gets_the_letter_about_it(effect_asked, moved, rakel, karl, by, left):
    with moved(91):
        services.effect(effect_asked, actor={"rakel": rakel, "karl": karl}[by], came_back=Helped.NO)
        sweep()
    assert sent_of(Kind.CAME_BACK) == [f"{left}@example.org"]
    assert letters().get(kind=Kind.CAME_BACK, state=State.SUPPRESSED).why == "overtaken"


def test_where_nobody_can_be_asked_whether_it_came_back_the_kansli_is_told(case, flow, moved, karl, sanna):
    closed = flow.to_closed(case)
    with moved(90):
        sweep()
        Absence.objects.create(user=karl, from_on=clocks.today())
        ContactFunction.objects.update(mailbox="")
        services.chase()
        sweep()
    with moved(91):
        sweep()
    assert (sent_of(Kind.UNASKED), sent_of(Kind.CAME_BACK)) == (["sanna@example.org"], ["rakel@example.org"])
    assert closed.reminders.filter(clock="EFFECT").count() == 1
