"""`make faults`: two thousand letters, and everything that can break under them at random points for a minute.

Two workers, two clocks, a program that files cases all the while, PostgreSQL, Redis, a mail server and a system that is
told by webhook, all of the test's own. FAULTS_SEED=7 plays a run again, as far as chance is all that there was to it.
"""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.own_receiver import Receiver
from tests.own_servers import Letter, OwnPostgres, OwnRedis, Smtp, Step, own_postgres, own_redis
from tests.own_service import Service

pytestmark = pytest.mark.once

CASES = 1000
PAUSE = 0.04
WORKERS, CLOCKS = ("worker-1", "worker-2"), ("clock-1", "clock-2")
# One address does not exist, and one is busy for a while now and then.
NOBODY, BUSY = "olle@example.org", "bea@example.org"
HEALED_WITHIN = 240
# Between a letter that the server has taken and the mark on it: how long before its fault it may have been taken.
MARKING = 12


class Chaos:
    """The faults, each for a moment, and what each may have cut off between the taking of a letter and its mark."""

    def __init__(
        self, service: Service, postgres: OwnPostgres, redis: OwnRedis, mail: Smtp, system: Receiver, seed: int
    ) -> None:
        self.service, self.postgres, self.redis, self.mail, self.system = service, postgres, redis, mail, system
        self.chance = random.Random(seed)
        self.done: Counter[str] = Counter()
        # When whose letters were cut off: a process group, or "" for everybody's.
        self.cuts: list[tuple[float, float, str]] = []

    def one(self) -> None:
        """Let one thing go wrong, and right again."""
        fault = self.chance.choice(self.faults())
        self.done[fault.__name__] += 1
        fault()
        self.keep_running()

    def faults(self) -> list[Callable[[], None]]:
        return [
            self.worker_killed, self.clock_killed, self.killed_before_taken, self.killed_after_taken,
            self.redis_flushed, self.redis_away, self.redis_hangs, self.database_restarted,
            self.mail_refuses, self.mail_away, self.mail_hangs, self.line_dropped, self.taken_and_dropped,
            self.one_busy, self.system_fails, self.system_hangs, self.system_drops,
        ]  # fmt: skip

    def keep_running(self) -> None:
        """Start again what was killed, as a supervisor does."""
        for name in (*WORKERS, *CLOCKS):
            program = self.service.programs.get(name)
            if program is None or program.poll() is not None:
                self.service.programs.pop(name, None)
                (self.service.worker if name in WORKERS else self.service.clock)(name)

    def well(self) -> None:
        """Take the servers' faults back, but for the address that does not exist."""
        self.system.behave()
        self.mail.behave()
        self.mail.on_data(lambda _letter: None)
        self.mail.after_accept(lambda _letter: None)
        self.mail.refuse_recipients({NOBODY: 550})

    @contextmanager
    def cutting(self, group: str = "") -> Iterator[None]:
        """Note that letters taken about now may come twice."""
        began = time.time()
        yield
        self.cuts.append((began - MARKING, time.time() + 1, group))

    def moment(self) -> None:
        time.sleep(self.chance.uniform(0.2, 1.5))

    # -- processes --

    def worker_killed(self) -> None:
        name = self.chance.choice(WORKERS)
        with self.cutting(str(self.service.programs[name].pid)):
            self.service.kill(name)

    def clock_killed(self) -> None:
        self.service.kill(self.chance.choice(CLOCKS))

    def kill_sender(self, letter: Letter) -> None:
        """Kill the process that is sending, or the whole worker."""
        process, group, _ = letter.client.split(".", 2)
        self.cuts.append((time.time() - MARKING, time.time() + 1, group))
        try:
            os.killpg(int(group), signal.SIGKILL) if self.chance.random() < 0.5 else os.kill(
                int(process), signal.SIGKILL
            )
        except ProcessLookupError:
            return  # gone already

    def killed_before_taken(self) -> None:
        self.mail.drop(at=Step.DATA)
        self.mail.on_data(self.kill_sender)
        self.moment()
        self.well()

    def killed_after_taken(self) -> None:
        self.mail.after_accept(self.kill_sender)
        self.moment()
        self.well()

    # -- Redis and the database --

    def redis_flushed(self) -> None:
        self.redis.flush()

    def redis_away(self) -> None:
        self.redis.stop()
        self.moment()
        self.redis.start()

    def redis_hangs(self) -> None:
        self.redis.pause()
        self.moment()
        self.redis.resume()

    def database_restarted(self) -> None:
        with self.cutting():
            self.postgres.restart()

    # -- the mail server --

    def mail_refuses(self) -> None:
        self.mail.refuse(self.chance.choice([421, 451]), at=self.chance.choice([Step.GREETING, Step.MAIL, Step.DATA]))
        self.moment()
        self.well()

    def mail_away(self) -> None:
        with self.cutting():
            self.mail.close_port()
            self.moment()
        self.well()

    def mail_hangs(self) -> None:
        with self.cutting():
            self.mail.hang(at=self.chance.choice([Step.GREETING, Step.DATA, Step.ACCEPTED]))
            self.moment()
        self.well()

    def line_dropped(self) -> None:
        self.mail.drop(at=self.chance.choice([Step.GREETING, Step.MAIL, Step.DATA]))
        self.moment()
        self.well()

    def taken_and_dropped(self) -> None:
        with self.cutting():
            self.mail.drop(at=self.chance.choice([Step.ACCEPTED, Step.ANSWERED]))
            self.moment()
        self.well()

    def one_busy(self) -> None:
        self.mail.refuse_recipients({NOBODY: 550, BUSY: 451})
        self.moment()
        self.well()

    # -- the system that is told by webhook --

    def system_fails(self) -> None:
        self.system.answer(self.chance.choice([404, 429, 500, 503]))
        self.moment()
        self.well()

    def system_hangs(self) -> None:
        self.system.hang()
        self.moment()
        self.well()

    def system_drops(self) -> None:
        self.system.drop()
        self.moment()
        self.well()

    def cut_off(self, letter: Letter) -> bool:
        """Tell whether a fault may have kept its sender from marking a letter that was taken."""
        group, at = letter.client.split(".")[1], letter.at.timestamp()
        return any(began <= at <= ended and who in ("", group) for began, ended, who in self.cuts)


def test_two_thousand_letters_survive_whatever_breaks(tmp_path, capsys):
    seed = int(os.environ.get("FAULTS_SEED", "0")) or random.SystemRandom().randrange(1, 10_000)
    with capsys.disabled():
        print(f"FAULTS_SEED={seed}", end=" ", flush=True)  # noqa: T201
    with own_postgres() as postgres, own_redis() as redis, Smtp() as mail, Receiver() as system:
        service = Service(
            tmp_path,
            database=postgres.create("faults"),
            mail=mail.url,
            redis=redis.url,
            LETTER_LEASE_SECONDS="4",
            WEBHOOK_ALLOWED_NETWORKS="127.0.0.0/8",
            WEBHOOK_PORTS=str(system.port),
        )
        try:
            chaos = Chaos(service, postgres, redis, mail, system, seed)
            play(service, chaos)
            heal(service)
        finally:
            service.end()
        twice = check(service, chaos, mail.accepted)
        again = check_calls(service, system)
    with capsys.disabled():
        faults = ", ".join(f"{name} {times}" for name, times in sorted(chaos.done.items()))
        told = f"2 x {CASES} letters, {twice} of them twice; {CASES} words to a system, {again} again"
        print(f"{told}; {chaos.done.total()} faults ({faults})", end=" ")  # noqa: T201


def play(service: Service, chaos: Chaos) -> None:
    """File the cases while one thing after another goes wrong."""
    reporting = service.report(0, CASES, pause=PAUSE)
    while not service.reported():
        assert reporting.poll() is None, service.said("report")
        time.sleep(0.2)
    chaos.well()
    service.hook_to(chaos.system.url)
    chaos.keep_running()
    while reporting.poll() is None:
        time.sleep(chaos.chance.uniform(0.1, 1))
        chaos.one()
    assert service.finish("report") == 0, service.said("report")


def heal(service: Service) -> None:
    """Wait until nothing waits any more; everything is well by now."""
    until = time.monotonic() + HEALED_WITHIN
    while (
        service.undrained()
        or {word.state for word in service.words()} - {"SENT", "FAILED"}
        or {*service.calls().values()} - {"SENT"}
    ):
        waiting = Counter((word.state, word.why) for word in service.words() if word.state != "SENT")
        assert time.monotonic() < until, f"{service.undrained()} undrained, {waiting}"
        time.sleep(0.5)


def check(service: Service, chaos: Chaos, taken: list[Letter]) -> int:
    """Hold what was taken against what was told, and return how many came twice."""
    words = service.words()
    reported = service.reported()
    assert len(set(reported)) == len(reported) == CASES
    # Each case has told two: whoever filed it, and the kansli.
    assert Counter(word.number for word in words) == dict.fromkeys(reported, 2)
    assert {word.address for word in words if word.state == "FAILED"} == {NOBODY}
    expected = {word.message_id for word in words if word.address != NOBODY}
    times = Counter(letter.message_id for letter in taken)
    assert set(times) == expected  # none is lost, and none is strange
    doubles = [letter for letter in earlier_copies(taken) if not chaos.cut_off(letter)]
    assert doubles == [], f"{len(doubles)} came twice though nothing had cut them off"
    return sum(times.values()) - len(times)


def check_calls(service: Service, system: Receiver) -> int:
    """Hold what the system was told against what it should be, and return how often it was told again.

    It may have taken what it did not answer, so that only it can tell a double: by the name.
    """
    times = Counter(received.id for received in system.received)
    assert len(times) == CASES
    assert set(times) == set(service.calls())
    return sum(times.values()) - len(times)


def earlier_copies(taken: list[Letter]) -> Iterator[Letter]:
    """Yield what was taken and came again later under the same Message-ID, with the same recipient."""
    last: dict[str, Letter] = {}
    for letter in taken:
        if before := last.get(letter.message_id):
            assert before.recipients == letter.recipients
            yield before
        last[letter.message_id] = letter
