"""Every list and page of REST on a full database, on SQLite and on PostgreSQL, beside health.

``BENCH_RUNS=100000`` for the long form: 10,000 instances, 100,000 runs, a run of 1,000,000 log
lines and 100,000 results. ``BENCH_KEEP=FOLDER`` keeps the project with its database there and takes
it up again, deleting nothing; ``BENCH_DATABASE_URL`` names a PostgreSQL database to use instead of
one made for it.
"""

from __future__ import annotations

import gc
import http.client
import json
import os
import re
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import psutil

from athanor import settings
from athanor.domain.moment import now
from athanor.settings import Settings
from athanor.store import instances, schema
from athanor.store.database import Database
from benchmarks.figure import Figure, percentile, spread
from benchmarks.seeding import COMMON, RARE, Seeded, Size, seed
from benchmarks.serving import served

LIMIT_MS = 30
WRITER_MS = 50
MEMORY_MB = 120
CPU_PERCENT = 1.0
ROUNDS = 100
RUNS = int(os.environ.get("BENCH_RUNS", "10000"))
KEEP = os.environ.get("BENCH_KEEP", "")
URL = os.environ.get("BENCH_DATABASE_URL", "")
IDLE_S = 30 if RUNS >= 100_000 else 5
ALONE_S = 20 if RUNS >= 100_000 else 3
"""A disk that is shared stalls now and then without anybody's doing."""
_SIZE = Size(runs=RUNS, lines=RUNS * 10, results=RUNS)
Ask = Callable[[str], Any]


def figures() -> Iterator[Figure]:
    """Each database with the same rows."""
    yield from _on("SQLite", "")
    with _postgresql() as url:
        yield from _on("PostgreSQL", url)


def _on(name: str, url: str) -> Iterator[Figure]:
    with _folder(name) as project:
        found = settings.load(project, {"ATHANOR_DATABASE_URL": url})
        seeded, took_s = _seeded(found)
        if took_s:
            yield Figure(f"{name}: {RUNS:,} runs seeded", f"{took_s:.0f} s")
        with served(project, **({"ATHANOR_DATABASE_URL": url} if url else {})) as server:
            yield from _idle(name, server.process)
            yield from _lists(name, server.url, server.process, seeded)
            if not KEEP:
                yield from _deleting(name, server.url, found, seeded)


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    with TemporaryDirectory() as made:
        project = (Path(KEEP) / name.lower()) if KEEP else Path(made)
        (project / "experiments").mkdir(parents=True, exist_ok=True)
        (project / "pyproject.toml").touch()
        yield project.absolute()


@contextmanager
def _postgresql() -> Iterator[str]:
    if URL:
        yield URL
        return
    sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))
    from postgresql_server import Server

    server = Server(quick=False)
    try:
        yield server.url(server.new_database())
    finally:
        server.close()


def _seeded(found: Settings) -> tuple[Seeded, float]:
    """What is there, or is made now; and how long that took."""
    note = found.project / "seeded.json"
    if note.exists():
        return Seeded(**json.loads(note.read_text())), 0
    bare = Database.as_it_is(found)
    schema.upgrade(bare)
    bare.close()
    database = Database.open(found)
    begun_s = time.perf_counter()
    made = seed(database, _SIZE)
    if found.database_url:
        _vacuum(found.database_url)
    took_s = time.perf_counter() - begun_s
    database.close()
    note.write_text(json.dumps(asdict(made)))
    return made, took_s


def _vacuum(url: str) -> None:
    """What the server does by itself within a minute of so many new rows."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


# --- pages ---------------------------------------------------------------------------------------


def _lists(name: str, address: str, process: psutil.Process, seeded: Seeded) -> Iterator[Figure]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc)

    def ask(path: str) -> Any:
        connection.request("GET", f"/api{path}")
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != http.client.OK:
            raise SystemExit(f"{path}: {body.decode()}")
        return json.loads(body)

    for path in _paths(ask, seeded):
        taken, floor = _times(ask, path)
        cpu_s = _cpu_s(ask, path, process)
        is_search = "name=" in path or "/search" in path
        yield Figure(
            f"{name}: {_shown(path)}",
            f"{spread(taken, 'ms', 1000)}, {cpu_s * 1000:.1f} ms of CPU",
            f"health {spread(floor, 'ms', 1000)}",
            percentile(taken, 50) / percentile(floor, 50),
            "(a search)" if is_search else f"p99 at most {LIMIT_MS} ms",
            None if is_search else percentile(taken, 99) * 1000 <= LIMIT_MS,
        )


def _shown(path: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", re.sub(r"cursor=[^&]*", "cursor=…", path))


def _paths(ask: Ask, seeded: Seeded) -> Iterator[str]:
    yield from _paths_of_runs(ask, seeded)
    yield from _paths_of_instances(ask, seeded)
    yield from _paths_of_output(ask, seeded)


def _further(ask: Ask, path: str, pages: int) -> str:
    """The same list, some thousands of entries further on."""
    join, there = "&" if "?" in path else "?", path
    for _ in range(pages):
        page = ask(f"{there}{'&' if '?' in there else '?'}limit=1000")
        if page["next"] is None:
            break
        there = f"{path}{join}cursor={page['next']}"
    return there


def _paths_of_runs(ask: Ask, seeded: Seeded) -> Iterator[str]:
    for query in (
        "",
        "status=failed",
        "status=failed&status=cancelled",
        "status=pending",
        f"experiment={COMMON}",
        f"experiment={RARE}",
        f"experiment={RARE}&status=failed",
        f"instance_id={seeded.instance}",
        f"instance_id={seeded.instance}&status=failed",
        "since=2026-01-02&until=2026-01-02T01:00:00Z",
        "name=needle",
        "name=baseline",
        "name=nothing",
        "name=needle&status=failed",
    ):
        yield f"/runs?{query}"
    yield _further(ask, "/runs", 5)
    yield _further(ask, f"/runs?experiment={COMMON}&status=failed", 2)
    for query in ("", f"?experiment={COMMON}", f"?instance_id={seeded.instance}", "?name=needle"):
        yield f"/runs/counts{query}"


def _paths_of_instances(ask: Ask, seeded: Seeded) -> Iterator[str]:
    for sort in ("last_run", "name", "created"):
        yield f"/instances?sort={sort}"
        yield f"/instances?sort={sort}&experiment={RARE}"
        yield f"/instances?sort={sort}&status=failed"
        yield f"/instances?sort={sort}&status=running"
        yield f"/instances?sort={sort}&experiment={COMMON}&status=failed&status=cancelled"
        yield _further(ask, f"/instances?sort={sort}", 4)
        yield f"/instances?sort={sort}&name=needle"
    yield f"/instances/{seeded.instance}"
    yield f"/instances/{seeded.instance[-8:]}"


def _paths_of_output(ask: Ask, seeded: Seeded) -> Iterator[str]:
    run, lines = f"/runs/{seeded.run}", _SIZE.lines
    yield run
    yield f"/runs/{seeded.run[-8:]}"
    for query in (
        "",
        "order=newest",
        f"after_line={lines // 2}",
        f"before_line={lines // 2}&order=newest",
        f"after_line={lines // 2}&level=error",
        "order=newest&level=warn&level=error",
        f"after_line={lines // 2}&level=debug&level=warn&level=error",
        f"first_row={lines - 1000}",
        f"first_row={lines // 110}&level=error",
        f"first_row={lines // 2}&level=info",
        f"first_row={lines * 95 // 100}&level=info&level=warn",
    ):
        yield f"{run}/logs?{query}"
    yield f"{run}/logs/search?text=zzz"
    yield f"{run}/results"
    yield f"{run}/results?order=key"
    yield f"{run}/results?order=key&key_prefix=loss_4"
    yield f"{run}/results?descending=true"
    yield _further(ask, f"{run}/results?order=key", 5)
    large = ask(f"{run}/results?key_prefix=large")["items"][0]["id"]
    yield f"{run}/results/{large}?path=layers.7"
    yield f"{run}/results/{large}"
    yield f"{run}/usage"


def _times(ask: Ask, path: str) -> tuple[list[float], list[float]]:
    """How long an answer took, and health in turns with it, so that both meet the same load."""
    ask(path)
    taken: dict[str, list[float]] = {path: [], "/health": []}
    for _ in range(ROUNDS):
        for asked, found in taken.items():
            begun_s = time.perf_counter()
            ask(asked)
            found.append(time.perf_counter() - begun_s)
    return taken[path], taken["/health"]


def _cpu_s(ask: Ask, path: str, process: psutil.Process) -> float:
    """What one answer costs the server, however busy the machine is."""
    before = process.cpu_times()
    for _ in range(ROUNDS):
        ask(path)
    after = process.cpu_times()
    return (after.user + after.system - before.user - before.system) / ROUNDS


# --- deleting, and doing nothing -----------------------------------------------------------------


def _deleting(name: str, address: str, found: Settings, seeded: Seeded) -> Iterator[Figure]:
    """A writer of another process, first alone, then beside the removal of a very long run."""
    database = Database.open(found)
    gc.collect()
    gc.freeze()  # what was seeded is still here: a pass over it would be taken for a delay
    alone = _written(database, seeded.instance, lambda: time.monotonic() > alone_until_s)
    alone_until_s = time.monotonic() + ALONE_S
    alone_s = list(alone)
    begun_s = time.perf_counter()
    connection = http.client.HTTPConnection(urlsplit(address).netloc)
    connection.request("DELETE", f"/api/runs/{seeded.doomed}")
    connection.getresponse().read()
    answered_s = time.perf_counter() - begun_s
    beside_s = list(_written(database, seeded.instance, lambda: _is_gone(database, seeded.doomed)))
    took_s = time.perf_counter() - begun_s
    database.close()
    yield Figure(
        f"{name}: DELETE of a run of {_SIZE.lines:,} lines",
        f"answered in {answered_s * 1000:.1f} ms",
        f"gone in {took_s:.1f} s",
        limit=f"at most {LIMIT_MS} ms",
        met=answered_s * 1000 <= LIMIT_MS,
    )
    yield Figure(
        f"{name}: a writer meanwhile",
        f"{spread(beside_s, 'ms', 1000)}, most {max(beside_s) * 1000:.1f} ms",
        f"alone {spread(alone_s, 'ms', 1000)}, most {max(alone_s) * 1000:.1f} ms",
        limit=f"delayed by at most {WRITER_MS} ms",
        met=max(beside_s) * 1000 <= WRITER_MS + max(alone_s) * 1000,
    )


def _written(database: Database, instance_id: str, over: Callable[[], bool]) -> Iterator[float]:
    """How long each of many small transactions took, one every few milliseconds."""
    while not over():
        begun_s = time.perf_counter()
        with database.write() as c:
            instances.update(c, instance_id, description=now().isoformat())
        yield time.perf_counter() - begun_s
        time.sleep(0.005)


def _is_gone(database: Database, run_id: str) -> bool:
    with database.read() as c:
        query = f"SELECT 1 FROM experiment_runs WHERE id = '{run_id}'"
        return c.exec_driver_sql(query).first() is None


def _idle(name: str, process: psutil.Process) -> Iterator[Figure]:
    time.sleep(2)
    before = process.cpu_times()
    time.sleep(IDLE_S)
    after = process.cpu_times()
    used = (after.user + after.system - before.user - before.system) / IDLE_S * 100
    memory = process.memory_full_info()
    yield Figure(
        f"{name}: the idle server",
        f"RSS {memory.rss / 1e6:.0f} MB, PSS {memory.pss / 1e6:.0f} MB",
        f"{used:.2f} % of a core in {IDLE_S} s",
        limit=f"at most {MEMORY_MB} MB, {CPU_PERCENT:g} %",
        met=memory.rss <= MEMORY_MB * 1e6 and used <= CPU_PERCENT,
    )
