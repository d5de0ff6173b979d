"""`make bench`, the API's part: its lists at 10,000 and at a million cases, and beside a bare list of the library's.

The bare list serialises the same fields for anybody: no key, no roles, no read log, no quota. Both processes run at the
same time and are asked in turn, so that a busy machine slows both. Not a test: nothing fails here.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import os
import sys
import time
from urllib.parse import urlencode

# Set before it is read: another benchmark may run beside this one.
os.environ.setdefault("BENCH_DATABASE", "lexheller_bench_api")

# isort: split
from tests import bench

# isort: split
# That one has set the program up.

from api import tokens
from api.scopes import Scope
from cases import clocks
from cases.models import Case, User
from tests import loader_sql
from tests.bench import Ask, Measured, Visitor
from tests.bench_letters import promise
from tests.bench_summaries import vacuum
from tests.loader import Place

say = bench.say

SIZES, ASSOCIATIONS = (10_000, 1_000_000), 80
MOST_GROWTH, MOST_WORD_MS, LEAST_SHARE, MOST_QUESTIONS = 1.5, 500, 0.4, 6
ROUNDS = 300
CASES = "/api/v1/cases/"
KEPT = ("first page", "page far down", "filters", "search, 200 hits")
WORDS = ("search, 200 hits", "search, common word", "search, no hit", "search, two words")


class Program(Visitor):
    """One connection of a program with a key."""

    def __init__(self, port: int, key: str = "") -> None:
        super().__init__(port)
        del self.headers["Cookie"], self.headers["Origin"]
        if key:
            self.headers["Authorization"] = f"Bearer {key}"


def main(sizes: tuple[int, ...]) -> None:
    if reason := bench.missing_postgres():
        say(f"No benchmark: {reason}.")
        return
    found = {size: of_size(size) for size in sizes}
    judge(found)


def of_size(size: int) -> dict[str, Measured]:
    """Load so many cases, and ask for the lists."""
    with bench.database():
        bench.manage("migrate")
        bench.manage("collectstatic", "--no-input")
        began = time.perf_counter()
        place, ordinary, *_ = loader_sql.load(size, associations=ASSOCIATIONS)
        vacuum()
        seen = Case.objects.filter(association=place.association).count()
        took = time.perf_counter() - began
        say(f"{size:,} cases in {ASSOCIATIONS} förbund, loaded in {took:.0f} s; the coordinator sees {seen:,}")
        return measure_all(place, ordinary)


def measure_all(place: Place, ordinary: Place) -> dict[str, Measured]:
    """Measure each list as coordinator and as contact, then the first page beside the bare one.

    The contact answers for a function of an ordinary förbund: no function has a fiftieth of all cases of the country.
    """
    keys = {"coordinator": key_of(place.coordinator), "contact": key_of(ordinary.contact)}
    with bench.web() as port:
        programs = {who: Program(port, key) for who, key in keys.items()}
        found = {name: programs[who].measure(asks) for name, (who, asks) in lists(place).items()}
        say(f"{'list':<24}{'questions':>10}{'least ms':>10}{'median ms':>11}{'90 % ms':>9}")
        for name, one in found.items():
            say(f"{name:<24}{one.questions:>10}{one.least:>10.2f}{one.median:>11.2f}{one.ninetieth:>9.2f}")
        with bench.web(bare=True) as bare:
            share = beside(Program(port, keys["coordinator"]), Program(bare))
    promise(f"at least {LEAST_SHARE:.0%} of the requests a second of a bare list", share >= LEAST_SHARE)
    say()
    return found


def lists(place: Place) -> dict[str, tuple[str, list[Ask]]]:
    """Return each list by name: who asks, and for what."""
    own = Case.objects.filter(association=place.association).order_by("-filed_at", "-pk")
    far = own[own.count() * 3 // 5]
    cursor = base64.urlsafe_b64encode(json.dumps([far.filed_at.isoformat(), far.pk]).encode()).decode().rstrip("=")
    year = clocks.today().year
    shared = max(1, Case.objects.count() // loader_sql.SHARING)
    words = [f"ord{number}x" for number in range(min(shared, 20))]
    filters = {"part": "KOMMUN", "typ": "STRUKTUR", "status": "CLOSED", "fran": f"{year - 1}-01-01"}
    return {
        "first page": ("coordinator", [Ask(CASES)]),
        "page far down": ("coordinator", [Ask(f"{CASES}?cursor={cursor}")]),
        "filters": ("coordinator", [Ask(f"{CASES}?{urlencode(filters)}")]),
        "search, 200 hits": ("coordinator", [Ask(f"{CASES}?q={word}") for word in words]),
        "search, common word": ("coordinator", [Ask(f"{CASES}?{urlencode({'q': 'planeringsmötet'})}")]),
        "search, two words": ("coordinator", [Ask(f"{CASES}?{urlencode({'q': f'planeringsmötet {words[0]}'})}")]),
        "search, no hit": ("coordinator", [Ask(f"{CASES}?q=mammutben")]),
        "first page, contact": ("contact", [Ask(CASES)]),
        "concerns": ("coordinator", [Ask("/api/v1/concerns/")]),
        "concerns, contact": ("contact", [Ask("/api/v1/concerns/")]),
        "measures": ("coordinator", [Ask("/api/v1/measures/")]),
        "measures, contact": ("contact", [Ask("/api/v1/measures/")]),
    }


def key_of(person: User) -> str:
    """Make a key that is good for everything its owner may do."""
    last_day = clocks.today() + dt.timedelta(days=30)
    return tokens.issue(person, actor=person, name="Mätning", scopes=list(Scope), last_day=last_day).plain


def beside(ours: Program, bare: Program) -> float:
    """Ask for both first pages in turn; print the requests a second of each, and return our share."""
    took = {"ours": 0.0, "bare": 0.0}
    for _ in range(ROUNDS):
        for name, program, path in (("ours", ours, CASES), ("bare", bare, "/api/")):
            began = time.perf_counter()
            program.ask(Ask(path))
            took[name] += time.perf_counter() - began
    rates = {name: ROUNDS / seconds for name, seconds in took.items()}
    share = rates["ours"] / rates["bare"]
    say(f"requests a second: {rates['ours']:.0f}, a bare list of the same fields {rates['bare']:.0f} ({share:.0%})")
    return share


def judge(found: dict[int, dict[str, Measured]]) -> None:
    """Say what holds of what was promised."""
    small, large = min(found), max(found)
    for name in KEPT if small != large else ():
        times = found[large][name].median / found[small][name].median
        promise(f"{name}: under {MOST_GROWTH} times as long at {large:,} ({times:.2f})", times < MOST_GROWTH)
    slowest = max(found[large][name].median for name in WORDS)
    promise(f"any word under {MOST_WORD_MS} ms at {large:,} ({slowest:.0f})", slowest < MOST_WORD_MS)
    most = max(one.questions for one in found[large].values())
    promise(f"a list costs at most {MOST_QUESTIONS} questions ({most})", most <= MOST_QUESTIONS)


if __name__ == "__main__":
    main(tuple(int(word) for word in sys.argv[1:]) or SIZES)
