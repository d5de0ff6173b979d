"""Times and memory of the pages at 1,000, 10,000 and 100,000 cases on PostgreSQL: `make bench`.

Makes a database of its own, fills it, starts one web process as in service (granian, one worker, four threads) and
asks it for each page over one connection. Beside it stands a process that does next to nothing. CONTRIBUTING.md says
how to read the table. Not a test: nothing fails here.
"""

from __future__ import annotations

import http.client
import os
import secrets
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

import django
import psycopg

from tests.servers import POSTGRES_URL, free_port, missing_postgres

ROOT = Path(__file__).resolve().parent.parent
DATABASE = os.environ.get("BENCH_DATABASE", "lexheller_bench")
SITE = "https://lexheller.example.se"

# As in service, but for mail and the bell. Set before anything reads a setting.
os.environ |= {
    "DJANGO_SETTINGS_MODULE": "tests.bench_settings",
    "DATABASE_URL": urlunsplit(urlsplit(POSTGRES_URL)._replace(path=f"/{DATABASE}")),
    "SITE_URL": SITE,
    "SECRET_KEY": secrets.token_urlsafe(50),
    "DELIVERY": "off",
    "EMAIL_URL": "dummymail://",
    "DEFAULT_FROM_EMAIL": "Lex Heller <lexheller@example.se>",
    "LOG_LEVEL": "ERROR",
}
for name in ("LOCAL", "DEBUG", "REDIS_URL"):
    os.environ.pop(name, None)
django.setup()

from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection  # noqa: E402

from cases import clocks  # noqa: E402
from cases.models import Case, User  # noqa: E402
from tests import loader  # noqa: E402

SIZES = (1_000, 10_000, 100_000)
WARM_UP, REQUESTS = 10, 60
CASES = 20
# What every page must keep at 10,000 cases, and how much it may grow from there to 100,000.
SIZE, MOST_MS, MOST_MB, MOST_GROWTH = 10_000, 100, 150, 2
MAY_GROW = "summary"
BARE_VIEW, BARE_LIST = "bare view", "bare list of 25 rows"


@dataclass(frozen=True)
class Ask:
    """One request: its address, or also what is posted."""

    path: str
    form: dict[str, str] | None = None


@dataclass(frozen=True)
class Measured:
    """What a page took: milliseconds at the server, questions to the database, the process's most megabytes."""

    least: float
    median: float
    ninetieth: float
    questions: int
    megabytes: float


class Visitor:
    """One connection to a web process, with somebody's session."""

    def __init__(self, port: int, session: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.token = secrets.token_hex(16)
        cookies = f"__Host-csrf={self.token}; __Host-session={session}"
        # The proxy in front ends TLS and says so.
        self.headers = {
            "Host": urlsplit(SITE).netloc,
            "X-Forwarded-Proto": "https",
            "X-Forwarded-For": "127.0.0.1",
            "Origin": SITE,
            "Cookie": cookies,
        }

    def ask(self, what: Ask) -> tuple[float, int, int]:
        """Return the milliseconds, questions and kilobytes that the server tells of."""
        if what.form is None:
            self.connection.request("GET", what.path, headers=self.headers)
        else:
            body = urlencode({**what.form, "nonce": str(uuid.uuid4()), "csrfmiddlewaretoken": self.token})
            kind = {"Content-Type": "application/x-www-form-urlencoded"}
            self.connection.request("POST", what.path, body=body, headers={**self.headers, **kind})
        answer = self.connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{what.path} answered {answer.status}: {content[:300]!r}")
        took, questions, kilobytes = answer.headers["X-Bench"].split()
        return float(took), int(questions), int(kilobytes)

    def measure(self, asks: list[Ask]) -> Measured:
        """Ask many times, in turn for each address, and keep what the middle ones took."""
        every = cycle(asks)
        for one in islice(every, WARM_UP):
            self.ask(one)
        found = [self.ask(one) for one in islice(every, REQUESTS)]
        times = sorted(took for took, _, _ in found)
        return Measured(
            times[0],
            statistics.median(times),
            statistics.quantiles(times, n=10, method="inclusive")[8],
            round(statistics.median(questions for _, questions, _ in found)),
            max(kilobytes for _, _, kilobytes in found) / (1024 if sys.platform != "darwin" else 1024**2),
        )


@contextmanager
def web(*, bare: bool = False) -> Iterator[int]:
    """Run a web process, and give its port."""
    port = free_port()
    command = [
        *(str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "error"),
        "lexheller.wsgi:application",
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"BENCH_BARE": "1" if bare else "0"})
    try:
        _wait_for(port, "/" if bare else "/healthz")
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait_for(port: int, path: str) -> None:
    for _ in range(120):
        try:
            Visitor(port).ask(Ask(path))
        except OSError:
            time.sleep(0.25)
        else:
            return
    raise SystemExit("the web process does not answer")


@contextmanager
def database() -> Iterator[None]:
    """Make the benchmark's database, and drop it in the end."""
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")
        server.execute(f"CREATE DATABASE {DATABASE}")
        try:
            yield
        finally:
            connection.close()
            connection.close_pool()
            server.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


def manage(*arguments: str) -> None:
    """Run one of the program's commands, quietly."""
    subprocess.run([sys.executable, "manage.py", *arguments, "--verbosity", "0"], cwd=ROOT, check=True)


def pages(place: loader.Place, year: int) -> dict[str, tuple[str, list[Ask]]]:
    """Return each page by name: who asks, and for what."""
    code = place.association.code
    cases = Case.objects.filter(association=place.association).order_by("-pk")[:CASES]
    newest = [Ask(f"/arenden/{case.number}/") for case in cases]
    report = {
        "heading": "Ingen svarar på funktionsbrevlådan",
        "happened": "Vi har skrivit tre gånger utan att få svar. " * 10,
        "concerned": f"member:{place.members[0].pk}",
        "initiative": "ordinary",
        "gap_type": "ORGANISATION",
    }
    return {
        "start page": ("coordinator", [Ask("/")]),
        "list": ("coordinator", [Ask("/arenden/")]),
        "list, page 20": ("coordinator", [Ask("/arenden/?sida=20")]),
        "list, filters": ("coordinator", [Ask(f"/arenden/?part=KOMMUN&typ=STRUKTUR&status=CLOSED&fran={year}-01-01")]),
        "list, late": ("coordinator", [Ask("/arenden/?sent=1&ordning=forfaller")]),
        "list, search common": ("coordinator", [Ask("/arenden/?q=praktik")]),
        "list, search number": ("coordinator", [Ask(f"/arenden/?q={case.number}") for case in cases]),
        "list, search nothing": ("coordinator", [Ask("/arenden/?q=mammutben")]),
        "list, as contact": ("contact", [Ask("/arenden/")]),
        "start page, contact": ("contact", [Ask("/")]),
        "start page, reporter": ("reporter", [Ask("/")]),
        "case page": ("coordinator", newest),
        "report form": ("reporter", [Ask(f"/rapportera/{code.lower()}/")]),
        "filing": ("reporter", [Ask(f"/rapportera/{code.lower()}/", report)]),
        "summary, this year": ("coordinator", [Ask(f"/sammanstallning/?forbund={code}&period={year}")]),
        "summary, ten years": (
            "coordinator",
            [Ask(f"/sammanstallning/?forbund={code}&fran={year - 9}-01-01&till={year}-12-31")],
        ),
    }


def session_of(user: User) -> str:
    """Log somebody in, and return what their browser would send."""
    session = SessionStore()
    session["_auth_user_id"] = str(user.pk)
    session["_auth_user_backend"] = "allauth.account.auth_backends.AuthenticationBackend"
    session["_auth_user_hash"] = user.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def measure_all(place: loader.Place, ordinary: loader.Place) -> tuple[dict[str, Measured], float]:
    """Measure each page, the bare ones first; return them by name, and the most megabytes of the bare process.

    The contact answers for a function of an ordinary förbund: no function has a tenth of all cases.
    """
    people = {"coordinator": place.coordinator, "contact": ordinary.contact, "reporter": place.reporters[0]}
    found = {}
    with web(bare=True) as port:
        visitor = Visitor(port)
        found[BARE_VIEW] = visitor.measure([Ask("/")])
        found[BARE_LIST] = visitor.measure([Ask("/list/")])
    least = found[BARE_LIST].megabytes
    with web() as port:
        visitors = {who: Visitor(port, session_of(user)) for who, user in people.items()}
        for name, (who, asks) in pages(place, clocks.today().year).items():
            found[name] = visitors[who].measure(asks)
    return found, least


def main(sizes: tuple[int, ...]) -> None:
    if reason := missing_postgres():
        say(f"No benchmark: {reason}.")
        return
    with database():
        manage("migrate")
        manage("collectstatic", "--no-input")
        results: dict[int, dict[str, Measured]] = {}
        places: list[loader.Place] = []
        for size in sizes:
            began = time.perf_counter()
            have = Case.objects.count()
            if places:
                loader.grow(places, size - have, seed=size)
            else:
                places = loader.load(size)
            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")  # what the server would do by itself within a minute
            seen = Case.objects.filter(association=places[0].association).count()
            say(f"{size:,} cases, loaded in {time.perf_counter() - began:.0f} s; the coordinator sees {seen:,}")
            results[size], bare = measure_all(places[0], places[1])
            show(results[size], bare)
        judge(results)


def show(found: dict[str, Measured], bare: float) -> None:
    """Print one size's table."""
    beside = found[BARE_LIST].median
    say(f"{'page':<24}{'questions':>10}{'least ms':>10}{'median ms':>11}{'90 % ms':>9}{'x bare list':>13}")
    for name, one in found.items():
        times = f"{one.least:>10.2f}{one.median:>11.2f}{one.ninetieth:>9.2f}{one.median / beside:>13.1f}"
        say(f"{name:<24}{one.questions:>10}{times}")
    say(f"most memory of a web process: {most_megabytes(found):.0f} MB (bare: {bare:.0f} MB)")
    say()


def judge(results: dict[int, dict[str, Measured]]) -> None:
    """Say what holds of what was promised."""
    if SIZE in results:
        slow = [name for name, one in results[SIZE].items() if one.median >= MOST_MS]
        say(f"at {SIZE:,} cases every page under {MOST_MS} ms: {yes_or(slow)}")
        most = most_megabytes(results[SIZE])
        say(f"at {SIZE:,} cases a web process under {MOST_MB} MB: {yes_or([f'{most:.0f}'] if most >= MOST_MB else [])}")
    if SIZE in results and SIZE * 10 in results:
        grown = [
            f"{name} x {one.median / results[SIZE][name].median:.1f}"
            for name, one in results[SIZE * 10].items()
            if not name.startswith(MAY_GROW) and one.median >= MOST_GROWTH * results[SIZE][name].median
        ]
        say(f"none but the summary takes {MOST_GROWTH} times as long at {SIZE * 10:,}: {yes_or(grown)}")


def most_megabytes(found: dict[str, Measured]) -> float:
    return max(one.megabytes for one in found.values())


def yes_or(faults: list[str]) -> str:
    return f"NO ({', '.join(faults)})" if faults else "yes"


def say(line: str = "") -> None:
    print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main(tuple(int(word) for word in sys.argv[1:]) or SIZES)
