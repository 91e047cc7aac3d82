"""From the call in the experiment to the row in the database, at a steady pace.

PostgreSQL is a real server of this machine that waits for its disk.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import select

from athanor.domain.moment import to_us
from athanor.store.columns import KeyOf
from athanor.store.database import Database
from athanor.store.tables import log_lines
from benchmarks.bench_project import harness
from benchmarks.figure import Figure, percentile, spread
from tests.postgresql_server import Server, upgrade

if TYPE_CHECKING:
    from athanor.harness import Harness

PACES = ((1000, 5000), (10_000, 50_000))
"""Lines a second, and how many."""
LIMIT_S = 0.040
FLOOD_S = 20


def figures() -> list[Figure]:
    """At two paces alone, and at the slower one beside a run that writes as fast as it can."""
    alone = [_alone(pace, lines) for pace, lines in PACES]
    return [*alone, *_beside_a_flood(*PACES[0]), _on_postgresql(*PACES[0])]


def _on_postgresql(pace: int, lines: int) -> Figure:
    server = Server(quick=False)
    url = server.url(server.new_database())
    try:
        upgrade(url)
        return _alone(pace, lines, url)
    finally:
        server.close()


def _alone(pace: int, lines: int, url: str = "") -> Figure:
    given = {"lines": lines, "per_second": pace}
    with harness("steady", database_url=url, **given) as (opened, instance):
        run = opened.start_run(instance.id)
        delays = _delays(opened, run.id, lines)
        opened.wait(run.id)
    name = "PostgreSQL" if url else "database"
    return _figure(f"call to {name}, {pace:,} lines/s", delays)


def _beside_a_flood(pace: int, lines: int) -> list[Figure]:
    """The steady run's delays, and how long after its last call all of the flood is stored."""
    with harness("steady", lines=lines, per_second=pace) as (opened, instance):
        flood = opened.create_instance(
            experiment_module="flooding", name="flood", configuration={"seconds": FLOOD_S}
        )
        noisy = opened.start_run(flood.id)
        run = opened.start_run(instance.id)
        delays = _delays(opened, run.id, lines)
        opened.wait(run.id)
        ended = opened.wait(noisy.id)
        (last,) = opened.list_results(noisy.id)
        said = last.value
        if ended.log_counts.total != said:
            raise SystemExit(f"the flood said {said:,} lines, stored {ended.log_counts.total:,}")
    behind_s = (last.inserted_at - last.timestamp).total_seconds()
    return [
        _figure(f"the same, {pace:,} lines/s beside a flood", delays),
        Figure(
            f"a flood of {said / FLOOD_S:,.0f} lines/s", f"stored {behind_s:.1f} s after its end"
        ),
    ]


def _figure(name: str, delays: list[float]) -> Figure:
    return Figure(
        name,
        spread(delays, "ms", 1e3),
        limit=f"p99 <= {LIMIT_S * 1e3:g} ms",
        met=percentile(delays, 99) <= LIMIT_S,
    )


def _delays(opened: Harness, run_id: str, lines: int) -> list[float]:
    """Seconds from each call until its row could be read by a connection of our own."""
    database = Database.as_it_is(opened.settings)
    seen: list[tuple[int, int]] = []
    while len(seen) < lines:
        seen += _new_rows(database, run_id, len(seen))
        time.sleep(0.0005)
    database.close()
    return [(seen_us - said_us) / 1e6 for said_us, seen_us in seen]


def _new_rows(database: Database, run_id: str, known: int) -> list[tuple[int, int]]:
    """``(said, seen)`` in microseconds of the rows beyond the first ``known``."""
    query = select(log_lines.c.timestamp).where(log_lines.c.run == KeyOf(run_id))
    with database.read() as c:
        found = c.scalars(query.where(log_lines.c.line > known).order_by(log_lines.c.line)).all()
    now_us = time.time_ns() // 1000
    return [(to_us(at), now_us) for at in found]
