"""The demo as its command makes it: what that prints, and letters as if they had been sent, without one leaving."""

import datetime as dt
import io

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from cases import clocks, demo
from cases.models import Event, Outbox, ReadLog, User
from notifications.backfill import DAYS, tell_as_sent
from notifications.delivery import sweep
from notifications.management.commands.demo import Command
from notifications.models import Channel, Delivery, Kind, State
from notifications.news import unread_count

pytestmark = pytest.mark.once

TODAY = dt.date(2026, 11, 20)
MORNING = dt.datetime(2026, 11, 20, tzinfo=clocks.STOCKHOLM)


def run(*args: str) -> str:
    """Return what the command printed."""
    out = io.StringIO()
    call_command("demo", *args, stdout=out)
    return out.getvalue()


@pytest.fixture(scope="module")
def first_start(django_db_setup, django_db_blocker):
    """What the first start of a program prints: the small demo is made once for this file and rolled back after it."""
    with django_db_blocker.unblock(), clocks.at(MORNING), transaction.atomic():
        yield run("--if-empty", "--who", "--small", "--today", TODAY.isoformat())
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _on_that_morning(first_start):
    with clocks.at(MORNING):
        yield


# ---- the command ----


def test_the_first_start_tells_who_is_who_once(first_start):
    assert first_start.count(demo.PASSWORD) == 1
    assert "Klart på" in first_start


@pytest.mark.usefixtures("db")
def test_once_made_it_is_left_alone():
    assert run("--if-empty") == ""
    assert demo.PASSWORD in run("--who")
    assert run("--if-empty", "--who") == run("--who")
    with pytest.raises(CommandError, match="finns redan"):
        run()


@pytest.mark.usefixtures("db")
def test_who_is_who_is_told_unasked_when_it_was_made(monkeypatch):
    made = demo.who()
    monkeypatch.setattr(Command, "make", lambda *_, **__: made)
    monkeypatch.setattr(Command, "_refuse_double", lambda _: None)
    told = run("--small", "--today", "2025-03-03")
    assert told.count(demo.PASSWORD) == 1
    assert "Demodata: rapporter och personer är påhittade" in told
    assert "sanna.samordnare@example.se" in told


# ---- the letters ----


def letters():
    return Delivery.objects.filter(channel=Channel.MAIL)


def test_the_latest_word_has_been_sent_at_the_time_of_what_it_tells():
    assert letters().exists()
    assert set(letters().values_list("state", flat=True)) == {State.SENT}
    for delivery in letters().select_related("event"):
        assert delivery.sent_at == delivery.event.at
    oldest = Delivery.objects.earliest("created_at").created_at
    assert MORNING - dt.timedelta(days=DAYS) <= oldest < MORNING


def test_nothing_leaves_and_nothing_waits(mailoutbox):
    assert not Outbox.objects.filter(drained_at=None).exists()
    assert sweep().sent == 0
    assert mailoutbox == []


def test_some_have_news_and_others_have_read_theirs():
    unread = {user.name: unread_count(user) for user in User.objects.all()}
    assert unread["Sanna Samordnare"]
    assert unread["Solveig Styrelse"] == ""
    assert any(Delivery.objects.unread_by(user).filter(kind=Kind.SENT).exists() for user in User.objects.all())
    assert Delivery.objects.filter(channel=Channel.APP).opened().exists()


def test_nobody_has_opened_a_case_before_they_were_told_or_in_a_time_to_come():
    assert not ReadLog.objects.filter(at__gte=MORNING).exists()
    for read in ReadLog.objects.select_related("user"):
        told = Delivery.objects.filter(user=read.user, event__case=read.case, created_at__lte=read.at)
        assert told.exists()


def test_whoever_acted_had_opened_the_case():
    for event in Event.objects.filter(verb="acknowledge", at__gte=MORNING - dt.timedelta(days=DAYS)):
        word = Delivery.objects.filter(user=event.actor, event__case=event.case, kind=Kind.SENT).first()
        if word is not None:
            assert ReadLog.objects.filter(user=event.actor, case=event.case, at__lte=event.at).exists()


def test_telling_again_tells_nothing_twice():
    before = Delivery.objects.count(), ReadLog.objects.count()
    told_nobody = tell_as_sent(MORNING)
    assert (Delivery.objects.count(), ReadLog.objects.count()) == before
    assert told_nobody == Event.objects.filter(
        at__gte=MORNING - dt.timedelta(days=DAYS), deliveries__isnull=True
    ).count()  # fmt: skip


def test_what_is_no_demo_is_left_alone(case, sanna):
    tell_as_sent(clocks.now() + dt.timedelta(days=1))
    assert not Delivery.objects.filter(event__case=case).exists()
