"""`make bench`, the part about exports: all that a förbund with 100,000 cases owns, by the command and over the web.

The command runs in a process of its own, whose whole memory counts. Not a test: nothing fails here.
"""

from __future__ import annotations

import http.client
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

# Set before it is read: another benchmark may run beside this one.
os.environ.setdefault("BENCH_DATABASE", "lexheller_bench_export")

# isort: split
from tests import bench

# isort: split
# That one has set the program up.
from django.db import connection

from cases.models import ReadLog
from tests import loader
from tests.bench_letters import promise

say = bench.say

SIZE, CODE = 100_000, "BAA"
MOST_SECONDS, MOST_MB = 60, 200


def main(size: int) -> None:
    if reason := bench.missing_postgres():
        say(f"No benchmark: {reason}.")
        return
    with bench.database(), tempfile.TemporaryDirectory() as folder:
        bench.manage("migrate")
        began = time.perf_counter()
        place = loader.place(CODE, random.Random(1))
        loader.grow([place], size, seed=1)
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")  # what the server would do by itself within a minute
        say(f"{size:,} cases in one förbund, loaded in {time.perf_counter() - began:.0f} s")
        path = Path(folder) / "all.ndjson"
        seconds, megabytes = by_command(path)
        check(path)
        over_web(bench.session_of(place.coordinator))
        say(f"  lines in the read log: {ReadLog.objects.count():,}")
    promise(f"{size:,} cases in under {MOST_SECONDS} s ({seconds:.0f})", seconds < MOST_SECONDS)
    promise(f"in under {MOST_MB} MB ({megabytes:.0f})", megabytes < MOST_MB)


def by_command(path: Path) -> tuple[float, float]:
    """Export by `manage.py export`; return the seconds and the most megabytes of its process."""
    began, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "manage.py", "export", "--association", CODE, "--out", str(path)]
    with subprocess.Popen(command, cwd=bench.ROOT, stdout=subprocess.DEVNULL) as process:
        most = 0.0
        while process.poll() is None:
            most = max(most, megabytes_of(process.pid))
            time.sleep(0.1)
    took, used = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if process.returncode:
        raise SystemExit("the export failed")
    busy = used.ru_utime + used.ru_stime - before.ru_utime - before.ru_stime
    say(f"  manage.py export: {took:.1f} s, of which {busy:.1f} s of a processor in its own process; {most:.0f} MB")
    return took, most


def megabytes_of(pid: int) -> float:
    """Return the most memory that a process has had; what the system counts for a child includes its parent's."""
    try:
        status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    told = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")]
    return int(told[0]) / 1024 if told else 0


def check(path: Path) -> None:
    """Count the lines, and hold them against the last one."""
    counts: Counter[str] = Counter()
    last = {}
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            last = json.loads(line)
            counts[last["type"]] += 1
    if last.get("counts") != {kind: number for kind, number in counts.items() if kind not in ("export", "end")}:
        raise SystemExit("the last line does not count the others")
    size = path.stat().st_size / 1e6
    say(f"  {counts.total():,} lines, {size:,.0f} MB: " + ", ".join(f"{k} {n:,}" for k, n in counts.most_common(6)))


def over_web(session: str) -> None:
    """Fetch the same from a web process."""
    with bench.web() as port:
        visitor = bench.Visitor(port, session)
        began = time.perf_counter()
        web = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
        web.request("GET", f"/api/v1/associations/{CODE}/export/", headers=visitor.headers)
        answer, first, size, last = web.getresponse(), 0.0, 0, b""
        while block := answer.read(1 << 20):
            first = first or time.perf_counter() - began
            size, last = size + len(block), block
    if answer.status != 200 or json.loads(last.rsplit(b"\n", 2)[-2])["type"] != "end":
        raise SystemExit(f"the web process answered {answer.status}, and not to the end")
    took = time.perf_counter() - began
    say(f"  over the web: {took:.1f} s, {size / 1e6:,.0f} MB; the first of it after {first:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else SIZE)
