"""Word is never lost, and doubled only where the mail server had taken it: one fault at a time, on real servers.

The programs are those of the service, on PostgreSQL and Redis of the test's own: in `make slow`, since they take long
to start. What has to do with the mail server, the clock or the disk alone is tried in this process. `make faults` lets
all of it happen at random.
"""

import datetime as dt
import http.client
import os
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psycopg
import pytest
import structlog
from django.db import DatabaseError, connection

from cases import clocks
from cases.models import Outbox
from notifications import bell, delivery
from notifications.delivery import lease, sweep
from notifications.models import Channel, Delivery, State
from tests.own_receiver import Received, Receiver
from tests.own_servers import Letter, Smtp, Step
from tests.own_service import HOST, Service
from tests.servers import free_port

pytestmark = pytest.mark.once

CASES = 5
LEASE_SECONDS = 2
PATIENCE = 60


@pytest.fixture(scope="module")
def filed(postgres_cluster, tmp_path_factory) -> str:
    """Name a database where cases are filed and nobody has been told."""
    url = postgres_cluster.create("filed")
    service = Service(tmp_path_factory.mktemp("filed"), database=url, mail="smtp://127.0.0.1:1")
    # Late enough for a reminder.
    service.report(0, CASES, days_ago=10)
    assert service.finish("report") == 0, service.said("report")
    return "filed"


@pytest.fixture
def service(request, postgres_cluster, redis_server, mail_server, filed, tmp_path) -> Iterator[Service]:
    """Give the test its own copy of that database, and the programs of the service on it."""
    service = Service(
        tmp_path,
        database=postgres_cluster.create(f"copy_{free_port()}", like=filed),
        mail=mail_server.url,
        redis=redis_server.url,
        LETTER_LEASE_SECONDS=str(LEASE_SECONDS),
    )
    yield service
    service.end()


@pytest.fixture
def calling(service, receiver) -> Service:
    """Let the service tell a system of the kansli's what the kansli is told."""
    service.environment |= {"WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8", "WEBHOOK_PORTS": str(receiver.port)}
    service.hook_to(receiver.url)
    return service


def wait_until(true: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.1)


def nth(number: int, act: Callable[[Letter], object]) -> Callable[[Letter], None]:
    """Make a callback that acts on one of the letters that it meets."""
    met: list[Letter] = []

    def callback(letter: Letter) -> None:
        met.append(letter)
        if len(met) == number:
            act(letter)

    return callback


def kill_sender(letter: Letter) -> None:
    os.kill(int(letter.client.split(".")[0]), signal.SIGKILL)


def taken(server: Smtp) -> Counter[str]:
    """Count how often each letter was taken, by its Message-ID."""
    return Counter(letter.message_id for letter in server.accepted)


def all_sent(service: Service) -> dict[str, int]:
    """Wait until every letter is there and marked as sent; return them as if each had been taken once."""
    wait_until(lambda: not service.undrained() and {word.state for word in service.words()} == {"SENT"})
    words = service.words()
    assert Counter(word.number for word in words) == dict.fromkeys({word.number for word in words}, 2)
    return dict.fromkeys([word.message_id for word in words], 1)


# ---- the sender is killed ----


@pytest.mark.slow
def test_a_letter_whose_sender_is_killed_before_it_is_taken_leaves_once(service, mail_server):
    def kill_and_drop(letter: Letter) -> None:
        kill_sender(letter)
        mail_server.drop(at=Step.DATA)

    mail_server.on_data(nth(4, kill_and_drop))
    service.sweep()
    assert service.finish("sweep") == -signal.SIGKILL
    assert len(mail_server.accepted) == 3
    mail_server.behave()
    sweep_after_lease(service)
    assert taken(mail_server) == all_sent(service)


@pytest.mark.slow
def test_a_letter_whose_sender_is_killed_after_it_is_taken_leaves_again_under_its_message_id(service, mail_server):
    mail_server.after_accept(nth(4, kill_sender))
    service.sweep()
    assert service.finish("sweep") == -signal.SIGKILL
    cut = mail_server.accepted[-1].message_id
    sweep_after_lease(service)
    assert taken(mail_server) == all_sent(service) | {cut: 2}


def sweep_after_lease(service: Service) -> None:
    time.sleep(LEASE_SECONDS)
    service.sweep()
    assert service.finish("sweep") == 0, service.said("sweep")


def named(receiver: Receiver) -> Counter[str]:
    """Count how often each word came to the system, by its name."""
    return Counter(received.id for received in receiver.received)


def all_told(service: Service) -> dict[str, int]:
    """Wait until the system has been told all; return it as if each had come once."""
    wait_until(lambda: not service.undrained() and {*service.calls().values()} == {"SENT"})
    return dict.fromkeys(service.calls(), 1)


@pytest.mark.slow
def test_a_call_whose_sender_is_killed_before_it_knows_is_made_again_under_its_name(calling, receiver):
    def kill(_received: Received) -> None:
        if len(receiver.received) == 3:
            sweeping.kill()

    receiver.on_request(kill)
    sweeping = calling.sweep()
    assert calling.finish("sweep") == -signal.SIGKILL
    receiver.on_request(lambda _received: None)
    cut = receiver.received[-1].id
    sweep_after_lease(calling)
    assert all_told(calling) | {cut: 2} == named(receiver)


@pytest.mark.slow
def test_workers_tell_a_system_that_comes_and_goes_while_letters_leave(calling, receiver, mail_server):
    receiver.hang()
    for number in (1, 2):
        calling.worker(f"worker-{number}")
    calling.clock("clock")
    # None of them waits for it.
    mail_server.wait_for(2 * CASES, PATIENCE)
    receiver.wait_for(1, PATIENCE)
    receiver.behave()
    assert all_told(calling).keys() == named(receiver).keys()
    assert taken(mail_server) == all_sent(calling)


# ---- the database and Redis ----


@pytest.mark.slow
def test_a_sweep_goes_on_over_a_restart_of_the_database(service, mail_server, postgres_cluster):
    def restart(_letter: Letter) -> None:
        # Gone when the letter is to be marked, and back while the sender tries again.
        postgres_cluster.stop()
        starting.start()

    starting = threading.Thread(target=postgres_cluster.start)
    mail_server.after_accept(nth(4, restart))
    service.sweep()
    assert service.finish("sweep") == 0, service.said("sweep")
    starting.join()
    assert taken(mail_server) == all_sent(service)


@pytest.mark.slow
def test_a_page_is_answered_right_after_a_restart_of_the_database(service, postgres_cluster):
    port = service.web("web")
    wait_until(lambda: ready(port) == 200)
    postgres_cluster.restart()
    assert ready(port) == 200


def ready(port: int) -> int:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        line.request("GET", "/readyz", headers={"Host": HOST})
        return line.getresponse().status
    except ConnectionRefusedError:
        return 0
    finally:
        line.close()


@pytest.mark.slow
def test_two_workers_and_two_clocks_send_each_letter_once_whatever_happens_to_redis(service, mail_server, redis_server):
    def lose_redis(_letter: Letter) -> None:
        redis_server.stop()
        # A worker notices, and must not end its sweeps for that.
        time.sleep(0.5)

    mail_server.after_accept(nth(3, lose_redis))
    for number in (1, 2):
        service.worker(f"worker-{number}")
        service.clock(f"clock-{number}")
    mail_server.wait_for(2 * CASES, PATIENCE)
    service.report(CASES, 2 * CASES)
    assert service.finish("report") == 0
    redis_server.start()
    redis_server.flush()
    mail_server.wait_for(4 * CASES, PATIENCE)
    assert taken(mail_server) == all_sent(service)


@pytest.mark.slow
def test_two_clocks_that_strike_the_hour_at_once_remind_once(service):
    strike = "import django; django.setup(); from notifications.tasks import hourly; hourly()"
    with psycopg.connect(service.database) as holding:
        holding.execute("LOCK TABLE cases_case IN ACCESS EXCLUSIVE MODE")
        for number in (1, 2):
            service.start(f"hour-{number}", "-c", strike)
        wait_until(lambda: service.ask("SELECT count(*) FROM pg_locks WHERE NOT granted")[0][0] == 2)
    for number in (1, 2):
        assert service.finish(f"hour-{number}") == 0, service.said(f"hour-{number}")
    reminded = service.ask("SELECT case_id, count(*) FROM cases_event WHERE verb = 'remind' GROUP BY case_id")
    assert Counter(count for _, count in reminded) == {1: CASES}


# ---- the mail server ----


@pytest.fixture
def mailing(settings, mail_server) -> Smtp:
    """Have this process send to the mail server, with little patience."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mail_server.port, 0.3
    return mail_server


def letters():
    return Delivery.objects.filter(channel=Channel.MAIL)


def once_each() -> dict[str, int]:
    return {letter.message_id: 1 for letter in letters().select_related("event")}


@pytest.mark.parametrize(
    ("fault", "how"),
    [
        ("close_port", []),
        ("refuse", [421]),
        *(("refuse", [451, step]) for step in (Step.GREETING, Step.MAIL, Step.RCPT, Step.DATA)),
        ("refuse_recipients", [{"rakel@example.org": 451}]),
        *(("hang", [step]) for step in (Step.GREETING, Step.DATA)),
        *(("drop", [step]) for step in (Step.GREETING, Step.DATA, Step.ANSWERED)),
    ],
)
def test_every_letter_leaves_once_when_the_mail_server_is_well_again(case, sanna, mailing, moved, fault, how):
    getattr(mailing, fault)(*how)
    sweep()
    mailing.behave()
    with moved(1):
        sweep()
    assert taken(mailing) == once_each()
    assert set(letters().values_list("state", flat=True)) == {State.SENT}


@pytest.mark.parametrize("fault", ["hang", "drop"])
def test_a_letter_whose_line_is_cut_after_it_was_taken_leaves_again(case, sanna, mailing, moved, fault):
    getattr(mailing, fault)(Step.ACCEPTED)
    sweep()
    cut = taken(mailing)
    assert set(cut.values()) == {1}
    mailing.behave()
    with moved(1):
        sweep()
    assert taken(mailing) == {message: 1 + cut[message] for message in once_each()}


# ---- the clock ----


class Killed(BaseException):
    """The process ends here."""


def killed(*_args: object) -> None:
    raise Killed


def crash_while_sending(monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(delivery, "_send", killed)
        with pytest.raises(Killed):
            sweep()


def test_what_a_crash_left_waits_as_long_as_the_clock_was_set_back(case, sanna, mailoutbox, monkeypatch):
    now = clocks.now()
    with clocks.at(now + dt.timedelta(hours=1)):
        crash_while_sending(monkeypatch)
    with clocks.at(now + lease()):
        assert sweep().sent == 0
    with clocks.at(now + dt.timedelta(hours=1) + lease()):
        assert sweep().sent == len(mailoutbox) == 2


@pytest.mark.parametrize("days", [2, 4000])
def test_what_a_clock_that_was_days_ahead_put_off_leaves_at_once(file_case, sanna, mailoutbox, monkeypatch, days):
    file_case()
    with clocks.at(clocks.now() + dt.timedelta(days=days)):
        crash_while_sending(monkeypatch)
        file_case()
        delivery._drain(Outbox.objects.get(drained_at=None))
        file_case()
        monkeypatch.setattr(delivery, "tell", killed)
        with pytest.raises(Killed):
            sweep()
    monkeypatch.undo()
    assert sweep().sent == len(mailoutbox) == 6


def test_a_clock_that_jumps_ahead_hands_no_letter_to_two(file_case, sanna, mailoutbox, monkeypatch):
    send, jumped = delivery._send, []

    def jump_before(*letter: object) -> State:
        if not jumped:
            jumped.append(letter)
            end = send(*letter)
            with clocks.at(clocks.now() + dt.timedelta(hours=1)):
                sweep()
            return end
        return send(*letter)

    for _ in range(3):
        file_case()
    monkeypatch.setattr(delivery, "_send", jump_before)
    assert sweep().sent == 1
    assert len(mailoutbox) == len({message.extra_headers["Message-ID"] for message in mailoutbox}) == 6


# ---- a full disk ----


@pytest.fixture
def disk(transactional_db, monkeypatch) -> Iterator[Callable[[bool], None]]:
    """Return a function that fills the disk under SQLite, and makes room again: no page can be added to the file."""
    options, usual = connection.settings_dict["OPTIONS"], connection.settings_dict["OPTIONS"]["init_command"]

    def fill(full: bool) -> None:
        with connection.cursor() as cursor:
            # No page of the file may be free.
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA page_count")
            (pages,) = cursor.fetchone()
        options["init_command"] = f"{usual};PRAGMA max_page_count={pages}" if full else usual
        connection.close()

    yield fill
    options["init_command"] = usual
    connection.close()


def test_a_sweep_on_a_full_disk_fails_and_the_next_with_room_sends_everything(file_case, sanna, mailing, disk):
    for _ in range(20):
        file_case()
    disk(True)
    with pytest.raises(DatabaseError, match="full"):
        sweep()
    assert Outbox.objects.filter(drained_at=None).exists()
    disk(False)
    with clocks.at(clocks.now() + lease()):
        sweep()
    assert taken(mailing) == once_each()
    assert letters().filter(state=State.SENT).count() == 40


def test_the_thread_of_the_web_process_survives_a_full_disk(file_case, sanna, mailing, disk, settings, monkeypatch):
    for _ in range(20):
        file_case()
    settings.DELIVERY, settings.LETTER_LEASE_SECONDS = "thread", 1
    monkeypatch.setattr(bell, "_listener", None)
    monkeypatch.setattr(bell, "POLL_SECONDS", 0.1)
    disk(True)
    with structlog.testing.capture_logs() as lines:
        bell.start()
        wait_until(lambda: lines)
    disk(False)
    mailing.wait_for(40, PATIENCE)
    end_the_thread(monkeypatch)
    assert lines[0]["event"] == "no delivery now"
    assert taken(mailing) == once_each()


def end_the_thread(monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(threading, "excepthook", lambda _ended: None)
        patch.setattr(delivery, "sweep", killed)
        bell.ring()
        bell._listener.join(PATIENCE)
