"""`make bench`, second half: how quickly word gets there.

Ten thousand letters through two sweepers to a mail server on this machine; the hourly round over a hundred thousand
open cases, as it is when nothing is due, on an ordinary day, and the first time of all; and what a step on a case gains
from telling of it. Not a test: nothing fails here.
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from tests import bench

# isort: split
# That one has set the program up, for a database of its own.
from django.db import connection

from cases import clocks, services
from cases.codes import ConcernState, Source
from cases.models import Case, Concern, Event, Outbox, Reminder
from notifications.models import Channel, Delivery, State
from tests import loader
from tests.own_servers import Smtp

say = bench.say

LETTERS, SWEEPERS, MOST_LETTER_SECONDS = 10_000, 2, 180
OPEN_CASES, MOST_ROUND_SECONDS = 100_000, 30
STEPS, MOST_GAIN_MS = 300, 10
# Cases filed within so many days are mostly open.
OPEN_DAYS = 62


def main() -> None:
    if reason := bench.missing_postgres():
        say(f"No benchmark: {reason}.")
        return
    with bench.database():
        bench.manage("migrate")
        places = loader.load(LETTERS // 2)
        letters()
        gain(places[0])
        loader.grow(places, OPEN_CASES * 3 // 2, seed=2, days=OPEN_DAYS)
        rounds()


# ---- ten thousand letters ----


def letters() -> None:
    """Queue a receipt and a word to the kansli for each case, and let two processes send them."""
    filed = Event.objects.filter(verb="file").values_list("pk", flat=True)
    Outbox.objects.bulk_create([Outbox(event_id=pk) for pk in filed.iterator()], batch_size=2000)
    with Smtp() as server:
        began = time.perf_counter()
        command = [sys.executable, "manage.py", "sweep"]
        env = os.environ | {"EMAIL_URL": server.url}
        sweepers = [subprocess.Popen(command, cwd=bench.ROOT, env=env) for _ in range(SWEEPERS)]
        for sweeper in sweepers:
            sweeper.wait()
        took = time.perf_counter() - began
        taken = server.accepted
    sent = Delivery.objects.filter(channel=Channel.MAIL, state=State.SENT).count()
    ids = len({letter.message_id for letter in taken})
    speed = f"{took:.0f} s ({sent / took:.0f} a second)"
    say(f"{sent:,} letters by {SWEEPERS} sweepers in {speed}, {len(taken) - ids} of them twice")
    promise(f"{LETTERS:,} letters within {MOST_LETTER_SECONDS} s", took <= MOST_LETTER_SECONDS and ids >= LETTERS)
    say()


# ---- what a step gains ----


def gain(place: loader.Place) -> None:
    """Take the same step on as many cases with the outbox row and the bell, and without, in turn."""
    waiting = Concern.objects.filter(case__association=place.association, state=ConcernState.SENT, case__ending="")
    concerns = list(waiting.select_related("case").order_by("pk")[:STEPS])
    if len(concerns) < STEPS:
        concerns = _made_waiting(place)
    times: dict[bool, list[float]] = {True: [], False: []}
    for number, concern in enumerate(concerns):
        telling = number % 2 == 0
        with telling_or_not(telling):
            began = time.perf_counter()
            services.acknowledge(concern.case, actor=place.coordinator, concern=concern, on_behalf=BY_PHONE)
            times[telling].append((time.perf_counter() - began) * 1000)
    told, silent = (statistics.median(times[telling]) for telling in (True, False))
    say(f"a step on a case: {told:.1f} ms, of which telling of it {told - silent:.1f} ms")
    promise(f"telling of a step under {MOST_GAIN_MS} ms", told - silent < MOST_GAIN_MS)
    say()


BY_PHONE = services.OnBehalf(source=Source.PHONE, received_on=clocks.today())


def _made_waiting(place: loader.Place) -> list[Concern]:
    """Send some answered concerns anew, as a coordinator would."""
    open_ones = Concern.objects.filter(case__association=place.association, state=ConcernState.ACKNOWLEDGED)
    keys = list(open_ones.values_list("pk", flat=True)[:STEPS])
    Concern.objects.filter(pk__in=keys).update(state=ConcernState.SENT)
    return list(Concern.objects.filter(pk__in=keys).select_related("case").order_by("pk"))


@contextmanager
def telling_or_not(telling: bool) -> Iterator[None]:
    """Leave everything as it is, or write no outbox row."""
    if telling:
        yield
        return
    with mock.patch.object(Outbox.objects, "bulk_create"), mock.patch.object(Outbox.objects, "create"):
        yield


# ---- the hourly round ----


def rounds() -> None:
    """Chase three times over: the first round of all, one more, and that of the next morning."""
    open_cases = Case.objects.filter(ending="").count()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    say(f"the hourly round over {open_cases:,} open cases")
    took = [round_of("the first of all", services.chase), round_of("nothing due", services.chase)]
    took.append(round_of("the next morning", next_morning))
    promise(f"every round under {MOST_ROUND_SECONDS} s", max(took) < MOST_ROUND_SECONDS)


def next_morning() -> Any:
    with clocks.at(clocks.now() + dt.timedelta(days=1)):
        return services.chase()


def round_of(what: str, work: Callable[[], Any]) -> float:
    """Run a round in this process, and tell what it took."""
    given, before = Reminder.objects.count(), megabytes()
    began = time.perf_counter()
    work()
    took = time.perf_counter() - began
    more = Reminder.objects.count() - given
    say(f"  {what:<18}{took:>7.1f} s  {more:>7,} reminders  memory {before:.0f} -> {megabytes():.0f} MB")
    return took


def megabytes() -> float:
    """Return the most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform != "darwin" else 1024**2)


def promise(what: str, holds: bool) -> None:
    say(f"{what}: {'yes' if holds else 'NO'}")


if __name__ == "__main__":
    main()
