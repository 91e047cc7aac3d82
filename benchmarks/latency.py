"""From the call in the experiment to the row in the database, at a steady pace.

Beside a floor of the same minute: a process that inserts and commits each line by itself. Who
looks is another process in either case. PostgreSQL is a real server of this machine that waits
for its disk.
"""

from __future__ import annotations

from benchmarks import bare
from benchmarks.bench_project import harness
from benchmarks.figure import Figure, percentile, spread
from tests.postgresql_server import Server, upgrade

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
        return _alone(pace, lines, url, server.url(server.new_database()))
    finally:
        server.close()


def _alone(pace: int, lines: int, url: str = "", of_floor: str = "") -> Figure:
    given = {"lines": lines, "per_second": pace}
    with harness("steady", database_url=url, **given) as (opened, instance), bare.eyes() as seen:
        run = opened.start_run(instance.id)
        delays = seen(opened.settings, run.id, lines)
        opened.wait(run.id)
    name = "PostgreSQL" if url else "database"
    return _figure(f"call to {name}, {pace:,} lines/s", delays, bare.delays(pace, lines, of_floor))


def _beside_a_flood(pace: int, lines: int) -> list[Figure]:
    """The steady run's delays, and how long after its last call all of the flood is stored."""
    given = {"lines": lines, "per_second": pace}
    with harness("steady", **given) as (opened, instance), bare.eyes() as seen:
        flood = opened.create_instance(
            experiment_module="flooding", name="flood", configuration={"seconds": FLOOD_S}
        )
        noisy = opened.start_run(flood.id)
        run = opened.start_run(instance.id)
        delays = seen(opened.settings, run.id, lines)
        opened.wait(run.id)
        ended = opened.wait(noisy.id)
        (last,) = opened.list_results(noisy.id)
        said = last.value
        if ended.log_counts.total != said:
            raise SystemExit(f"the flood said {said:,} lines, stored {ended.log_counts.total:,}")
    with bare.a_flood():
        floor = bare.delays(pace, lines)
    behind_s = (last.inserted_at - last.timestamp).total_seconds()
    return [
        _figure(f"the same, {pace:,} lines/s beside a flood", delays, floor),
        Figure(
            f"a flood of {said / FLOOD_S:,.0f} lines/s", f"stored {behind_s:.1f} s after its end"
        ),
    ]


def _figure(name: str, delays: list[float], floor: list[float]) -> Figure:
    return Figure(
        name,
        spread(delays, "ms", 1e3),
        f"a commit a line p99 {percentile(floor, 99) * 1e3:.2f} ms",
        percentile(delays, 99) / percentile(floor, 99),
        limit=f"p99 <= {LIMIT_S * 1e3:g} ms",
        met=percentile(delays, 99) <= LIMIT_S,
    )
