"""``python -m chaos [--seed N] [--kills N] [--runs N] [--minutes M]``: a storm and its verdict.

With ``--postgresql`` on a real PostgreSQL server, started for it, that waits for its disk.
"""

from __future__ import annotations

import argparse
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from chaos.stage import OnServer
from chaos.storm import Verdict, storm
from tests.postgresql_server import Server, upgrade


def main() -> int:
    """Exit 1 when a promise was not kept."""
    parser = argparse.ArgumentParser(prog="python -m chaos")
    parser.add_argument("--seed", type=int, default=random.randrange(1_000_000))
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=20, help="how many work at once")
    parser.add_argument(
        "--minutes", type=float, default=11.0, help="over which the kills are spread"
    )
    parser.add_argument("--keep", action="store_true", help="keep the directory in any case")
    parser.add_argument("--postgresql", action="store_true", help="on a PostgreSQL server")
    asked = parser.parse_args()
    print(
        f"seed {asked.seed}: {asked.kills} kills over {asked.minutes:g} minutes, "
        f"{asked.runs} runs at once, on {'PostgreSQL' if asked.postgresql else 'SQLite'}",
        flush=True,
    )
    with _database(asked.postgresql) as database:
        verdict = storm(
            asked.seed, asked.kills, asked.runs, asked.minutes, database=database, tell=_tell
        )
        if database is not None and (verdict.faults or asked.keep):
            database.server.dump(database.url, verdict.folder / "database.sql")
    _show(verdict, asked)
    if not (verdict.faults or asked.keep):
        shutil.rmtree(verdict.folder)
    return int(bool(verdict.faults))


@contextmanager
def _database(postgresql: bool) -> Iterator[OnServer | None]:
    if not postgresql:
        yield None
        return
    server = Server(quick=False)
    try:
        url = server.url(server.new_database())
        upgrade(url)
        yield OnServer(server, url)
    finally:
        server.close()


def _tell(text: str) -> None:
    print(text, flush=True)


def _show(verdict: Verdict, asked: argparse.Namespace) -> None:
    found = verdict.findings
    print(f"after {verdict.seconds:.0f} s")
    print("  kills:  ", ", ".join(f"{role} {n}" for role, n in verdict.hits.most_common()))
    print("  runs:   ", ", ".join(f"{status} {n}" for status, n in found.statuses.most_common()))
    print(f"           {found.untouched} untouched, {found.never_begun} never begun")
    print(f"  events:  {found.returned} returned, {found.stored} stored; {found.torn} lines torn")
    if not verdict.faults:
        print(f"VERDICT: held. Nothing lost, doubled, untrue or left behind (seed {verdict.seed}).")
        return
    for fault in verdict.faults:
        print(fault)
    print(
        f"VERDICT: {len(verdict.faults)} faults. Everything is in {verdict.folder}; again with: "
        f"{_again(asked)}"
    )


def _again(asked: argparse.Namespace) -> str:
    return (
        f"python -m chaos --seed {asked.seed} --kills {asked.kills} --runs {asked.runs} "
        f"--minutes {asked.minutes:g}{' --postgresql' if asked.postgresql else ''}"
    )


if __name__ == "__main__":
    raise SystemExit(main())
