"""Whether mail leaves: what counts as standing still, who is told, and what operators see."""

import datetime as dt
import io
import re

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from cases import clocks
from cases.models import Case, ContactFunction, Outbox, User
from notifications import delivery, health, rounds, tasks
from notifications.delivery import ATTEMPTS_MOST, sweep
from notifications.health import PATIENCE, ROUND_PATIENCE, does_not_leave, no_round_since, state, stopped_since
from notifications.models import Cadence, Channel, Delivery, HourlyRound, Kind, State
from notifications.preferences import set_preferences
from tests.notifications.test_delivery import Faulty
from tests.pages import browser_of, html_of
from tests.people import make_user
from tests.sharing import shared

SENTENCE = "Brev går inte iväg just nu"
# A Wednesday at noon, far from night and holidays.
NOON = dt.datetime(2026, 3, 4, 11, 0, tzinfo=dt.UTC)
LATER = PATIENCE + dt.timedelta(minutes=1)


pytestmark = [pytest.mark.clock(NOON), pytest.mark.usefixtures("db")]


def later(by: dt.timedelta = LATER):
    return clocks.at(NOON + by)


@shared
def operator(db) -> User:
    return make_user("Drift", is_staff=True, is_superuser=True)


@pytest.fixture
def down(settings, monkeypatch):
    """A mail server that does not answer."""
    settings.EMAIL_BACKEND = "tests.notifications.test_delivery.Faulty"
    monkeypatch.setattr(Faulty, "hangs_up", True)


# ---- standing still ----


def test_mail_leaves_where_nothing_waits(case, sanna):
    sweep()
    with later():
        assert not does_not_leave()


def test_word_that_nobody_drains_stands_still(case):
    with later(PATIENCE):
        assert not does_not_leave()
    with later():
        assert stopped_since() == NOON


def test_letters_stand_still_while_the_server_is_down_however_often_one_tries(case, sanna, down):
    for minutes in range(0, 17, 4):
        with later(dt.timedelta(minutes=minutes)):
            sweep()
    with later():
        assert stopped_since() == NOON
        assert set(Delivery.objects.filter(channel=Channel.MAIL).values_list("state", flat=True)) == {State.WAITING}


def test_a_letter_that_the_server_fails_stands_still_until_its_next_attempt_too(case, flow, settings, monkeypatch):
    settings.EMAIL_BACKEND = "tests.notifications.test_delivery.Faulty"
    monkeypatch.setattr(Faulty, "error", ConnectionResetError())
    flow.send(case)
    for minutes in (0, 2, 8):
        with later(dt.timedelta(minutes=minutes)):
            sweep()
    held = Delivery.objects.get(address=Faulty.refuses, channel=Channel.MAIL)
    assert (held.state, held.why) == (State.RETRYING, "ConnectionResetError")
    with later():
        assert stopped_since() == NOON


def test_a_recipients_full_mailbox_stops_nothing(case, flow, settings, monkeypatch):
    settings.EMAIL_BACKEND = "tests.notifications.test_delivery.Faulty"
    flow.send(case)
    sweep()
    Delivery.objects.filter(address=Faulty.refuses, channel=Channel.MAIL).update(
        state=State.RETRYING, why="SMTPRecipientsRefused 452"
    )
    with later():
        assert not does_not_leave()


@pytest.mark.parametrize("state", [State.FAILED, State.BOUNCED, State.SUPPRESSED])
def test_what_is_over_stops_nothing(case, sanna, state):
    sweep()
    at = NOON if state == State.BOUNCED else None
    Delivery.objects.filter(channel=Channel.MAIL).update(state=state, sent_at=at)
    with later():
        assert not does_not_leave()


def test_a_letter_that_waits_for_the_morning_is_not_late(case, sanna):
    set_preferences(sanna, cadences={Kind.NEW: Cadence.DAILY})
    sweep()
    with later(dt.timedelta(hours=10)):
        assert not does_not_leave()


def test_a_collected_letter_is_late_from_its_own_time(case, sanna, down):
    set_preferences(sanna, cadences={Kind.NEW: Cadence.DAILY})
    sweep()
    Delivery.objects.filter(user__email="rakel@example.org").delete()
    slot = Delivery.objects.get(kind=Kind.DIGEST).not_before
    with clocks.at(slot + LATER):
        sweep()
        assert stopped_since() == slot


def test_a_letter_of_the_night_is_late_from_the_morning(case, sanna):
    night, morning = (dt.datetime(2026, 3, 4, hour, tzinfo=clocks.STOCKHOLM) for hour in (2, 7))
    sweep()
    Delivery.objects.filter(user=sanna, channel=Channel.MAIL).update(
        kind=Kind.TRIAGE, state=State.WAITING, sent_at=None, created_at=night, not_before=morning
    )
    with clocks.at(morning + PATIENCE):
        assert not does_not_leave()
    with clocks.at(morning + LATER):
        assert stopped_since() == morning


def test_what_a_sender_holds_again_and_again_stands_still(case, sanna):
    sweep()
    with later():
        held = {"state": State.CLAIMED, "sent_at": None, "not_before": clocks.now() + delivery.lease()}
        Delivery.objects.filter(channel=Channel.MAIL).update(**held)
        assert stopped_since() == NOON


# ---- the banner ----


def told(user: User) -> bool:
    return SENTENCE in html_of(browser_of(user).get("/hjalp/"))


def test_the_kansli_and_the_operators_are_told_on_every_page(case, sanna, operator, rakel, karl, bea, adam):
    with later():
        assert [told(user) for user in (sanna, operator)] == [True, True]
        assert [told(user) for user in (rakel, karl, bea, adam)] == [False] * 4
        assert SENTENCE in html_of(browser_of(operator).get("/drift/"))


def test_the_banner_says_since_when_and_that_nothing_is_lost(case, sanna):
    with later():
        page = html_of(browser_of(sanna).get("/"))
    assert "sedan 4 mars kl. 12.00" in page
    assert "De skickas när felet är lagat, inget försvinner." in page


def test_nobody_is_told_while_mail_leaves(case, sanna, operator):
    sweep()
    with later():
        assert not told(sanna)
        assert not told(operator)


def test_the_answer_is_kept_a_while_so_that_a_page_costs_nothing(case, sanna, django_assert_num_queries):
    sweep()
    assert health.stopped_lately() == (None, None)
    with django_assert_num_queries(0):
        assert health.stopped_lately() == (None, None)
    cache.clear()
    Outbox.objects.update(drained_at=None)
    with later():
        assert health.stopped_lately() == (NOON, None)
        with django_assert_num_queries(0):
            assert health.stopped_lately() == (NOON, None)


# ---- the hourly round ----


@pytest.fixture
def last_round(db) -> dt.datetime:
    """A round that ended at noon."""
    rounds.note_round()
    return NOON


@pytest.mark.parametrize(("more", "missed"), [(0, None), (1, NOON)])
def test_a_round_is_missed_after_three_hours(last_round, more, missed):
    with later(ROUND_PATIENCE + dt.timedelta(seconds=more)):
        assert no_round_since() == missed


def test_a_whole_round_is_noted(last_round):
    with later():
        tasks.hourly()
    assert HourlyRound.objects.get().ended_at == NOON + LATER


def test_a_chore_that_fails_stops_no_other_and_leaves_the_round_unnoted(last_round, monkeypatch, caplog):
    done: list[str] = []

    def broken() -> None:
        raise DatabaseError

    def whole() -> None:
        done.append("whole")

    monkeypatch.setattr(tasks, "CHORES", (whole, broken, whole, broken, whole))
    with later(), pytest.raises(DatabaseError):
        tasks.hourly()
    assert done == ["whole"] * 3
    assert HourlyRound.objects.get().ended_at == NOON
    assert [record.msg["chore"] for record in caplog.records if record.msg["event"] == "chore failed"] == ["broken"] * 2


def test_a_program_that_is_told_to_end_begins_no_other_chore(last_round, monkeypatch):
    done: list[str] = []

    def told() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(tasks, "CHORES", (told, lambda: done.append("more")))
    with pytest.raises(KeyboardInterrupt):
        tasks.hourly()
    assert done == []


def test_letters_leave_though_a_chore_failed(case, sanna, monkeypatch, mailoutbox):
    def broken() -> None:
        raise DatabaseError

    monkeypatch.setattr(tasks, "CHORES", (broken,))
    with pytest.raises(DatabaseError):
        call_command("sweep", "--hourly")
    assert len(mailoutbox) == 2


def test_where_no_round_was_ever_noted_nobody_is_alarmed(db):
    HourlyRound.objects.all().delete()
    with later(ROUND_PATIENCE * 2):
        assert no_round_since() is None


def test_the_kansli_and_the_operators_are_told_that_reminders_stand_still(last_round, sanna, operator, karl):
    with later(ROUND_PATIENCE * 2):
        pages = [html_of(browser_of(user).get("/hjalp/")) for user in (sanna, operator, karl)]
        assert ["Påminnelserna står still" in page for page in pages] == [True, True, False]
        assert "Påminnelserna står still, sedan 4 mars kl. 12.00" in html_of(browser_of(operator).get("/drift/"))
        assert "har inte gått sedan 4 mars 2026 12.00" in html_of(browser_of(operator).get("/drift/brev/"))


def test_the_command_ends_with_an_error_when_no_round_is_made(last_round):
    with later(ROUND_PATIENCE * 2), pytest.raises(CommandError, match=r"sedan 4 mars 2026 12\.00"):
        told_by_command()


# ---- what operators see ----


def told_by_command(*options: str) -> str:
    out = io.StringIO()
    call_command("notifications", *options, stdout=out)
    return out.getvalue()


@shared
def stuck(file_case, flow, sanna) -> Case:
    """A letter that was given up for its address, one that is tried again, and an event that nobody can drain."""
    flow.send(file_case())
    sweep()
    letters = Delivery.objects.filter(channel=Channel.MAIL)
    letters.filter(kind=Kind.SENT).update(state=State.FAILED, sent_at=None, why="SMTPRecipientsRefused 550")
    letters.filter(kind=Kind.NEW).update(state=State.RETRYING, sent_at=None, why="SMTPRecipientsRefused 450")
    User.objects.filter(pk=sanna.pk).update(bounced_on=NOON.date())
    ContactFunction.objects.update(bounced_on=NOON.date())
    word = file_case()
    Outbox.objects.filter(event__case=word).update(attempts=ATTEMPTS_MOST)
    return word


def test_the_state_counts_what_waits_and_why(stuck):
    with later():
        found = state()
    assert (found.outbox, found.outbox_since, found.outbox_stuck) == (1, NOON, 1)
    assert found.stuck_events == [stuck.events.get().pk]
    assert found.letters == {
        **dict.fromkeys(State, 0), State.SENT: 1, State.FAILED: 1, State.RETRYING: 1,
    }  # fmt: skip
    assert {(one.state, one.reason, one.count) for one in found.stuck} == {
        (State.FAILED, "adressen finns inte", 1),
        (State.RETRYING, "e-postservern tar inte emot just nu", 1),
    }
    assert (found.last_sent, found.bounced, found.leaves) == (NOON, 2, False)


def test_only_the_oldest_are_named_by_number(file_case, sanna):
    for _ in range(7):
        file_case()
    sweep()
    Delivery.objects.filter(channel=Channel.MAIL).update(state=State.FAILED, sent_at=None, why="crashed")
    (one,) = state().stuck
    keys = Delivery.objects.filter(channel=Channel.MAIL).order_by("pk").values_list("pk", flat=True)
    assert (one.count, one.oldest) == (14, list(keys[:5]))


@pytest.mark.once
def test_the_state_of_a_thousand_letters_takes_as_many_questions_as_of_few(
    file_case, sanna, django_assert_max_num_queries
):
    for _ in range(20):
        file_case()
    sweep()
    with django_assert_max_num_queries(13):
        state()


def test_neither_page_nor_command_names_an_address_or_a_person(stuck, operator):
    page = html_of(browser_of(operator).get("/drift/brev/"))
    # Django's own head greets the operator.
    said = page[page.index('id="content-main"') :] + told_by_command()
    assert "Adressen finns inte" in said
    assert "SMTPRecipientsRefused 550" in said
    assert re.search(r"\w@\w|påhittad|sanna|karl|rakel", said, re.IGNORECASE) is None


def test_the_command_ends_well_while_mail_leaves(case, sanna):
    sweep()
    assert "Senast skickat: 4 mars 2026 12.00" in told_by_command()


def test_the_command_ends_with_an_error_that_a_monitor_sees(case):
    with later(), pytest.raises(CommandError, match=r"sedan 4 mars 2026 12\.00") as raised:
        told_by_command()
    assert raised.value.returncode == 1


def test_the_command_says_when_nothing_has_ever_been_sent(db):
    said = told_by_command()
    assert "Alla brev: inga" in said
    assert "Senast skickat: aldrig" in said


def test_what_was_given_up_may_be_tried_again(stuck, mailoutbox):
    before = len(mailoutbox)
    assert "Får försöka igen: 1 brev, 1 händelser" in told_by_command("--retry-failed")
    sweep()
    assert not Outbox.objects.filter(drained_at=None).exists()
    assert Delivery.objects.get(kind=Kind.SENT, channel=Channel.MAIL).state == State.SENT
    # And the two of the word that was stuck.
    assert len(mailoutbox) == before + 3


def test_what_was_given_up_long_ago_is_left(stuck):
    with clocks.at(NOON + dt.timedelta(days=8)), pytest.raises(CommandError):
        told_by_command("--retry-failed")
    assert Delivery.objects.filter(state=State.FAILED).count() == 1
    with clocks.at(NOON + dt.timedelta(days=8)):
        assert health.retry_failed(days=9) == (1, 1)


def test_what_bounced_is_not_sent_again(case, sanna):
    sweep()
    Delivery.objects.filter(channel=Channel.MAIL).update(state=State.BOUNCED, why="5.1.1")
    assert health.retry_failed(days=7) == (0, 0)


def test_a_collected_letter_is_tried_again_with_what_it_carries(case, sanna, mailoutbox):
    set_preferences(sanna, cadences={Kind.NEW: Cadence.DAILY})
    sweep()
    Delivery.objects.filter(user=sanna, channel=Channel.MAIL).update(state=State.FAILED, why="crashed")
    assert health.retry_failed(days=7) == (0, 1)
    sweep()
    assert ["sanna@example.org"] in [message.to for message in mailoutbox]
    assert set(Delivery.objects.filter(user=sanna).values_list("state", flat=True)) == {State.SENT}


def test_only_operators_see_the_page(case, sanna, adam, operator):
    assert browser_of(operator).get("/drift/brev/").status_code == 200
    for user in (sanna, adam):
        assert browser_of(user).get("/drift/brev/").status_code == 302


def test_the_operators_first_page_leads_there(operator):
    assert 'href="/drift/brev/"' in html_of(browser_of(operator).get("/drift/"))
