"""Very many rows, put straight into the database: what lists have to find their way in."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from athanor.domain.attempt import Attempt
from athanor.domain.identifier import first_id_at
from athanor.domain.moment import to_us
from athanor.domain.run import Run, RunStatus
from athanor.journal import format as said
from athanor.journal.reader import Chunk
from athanor.store import attempts, runs
from athanor.store.columns import moment_text
from athanor.store.database import Database
from athanor.store.ingest import ingest
from athanor.store.tables import experiment_instances, experiment_runs

BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
RARE = "experiments.rare:rare"
COMMON = "experiments.common:common"
_RUNS_OF_ONE = 10
_RARE_ONES = 10
_NEEDLE_EVERY = 1000
_LINES_AT_ONCE = 5000
_NODES = 100_000
_LEVELS = ("debug", *["info"] * 96, "warn", "warn", "error")
_STATUSES = (*["completed"] * 90, *["failed"] * 8, *["cancelled"] * 2)


@dataclass(frozen=True, kw_only=True)
class Size:
    """How much there shall be; ten runs an instance."""

    runs: int
    lines: int
    results: int


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """What was made: the runs that stand out, to be asked for by id."""

    run: str
    """With many log lines and results, and one large value."""
    doomed: str
    """With as many log lines, to be deleted."""
    instance: str


def seed(database: Database, size: Size) -> Seeded:
    """Fill an empty database."""
    dice = random.Random(7)
    kept = list(_instances(size, dice))
    with database.write() as c:
        for table, rows in (
            (experiment_instances, kept),
            (experiment_runs, list(_runs(kept, size, database.home, dice))),
        ):
            names = list(rows[0])
            cells = [tuple(row.values()) for row in rows]
            database.flavour.bulk_insert(c, table, names, cells)
    talker = kept[0]["id"]
    return Seeded(
        run=_talkative(database, talker, size.lines, size.results),
        doomed=_talkative(database, talker, size.lines, 0),
        instance=talker,
    )


def _id(at: datetime, dice: random.Random) -> str:
    return f"{first_id_at(at)[:-12]}{dice.randrange(1 << 48):012x}"


def _instances(size: Size, dice: random.Random) -> Iterator[dict[str, Any]]:
    """The first few of an experiment that ran long ago; every thousandth has a rare name."""
    for number in range(size.runs // _RUNS_OF_ONE):
        at = BEGIN + timedelta(seconds=number)
        name = "needle" if number % _NEEDLE_EVERY == 5 else "baseline"
        yield {
            "id": _id(at, dice),
            "experiment_module": RARE if number < _RARE_ONES else COMMON,
            "name": f"{name} {dice.randrange(size.runs):06d}",
            "configuration": '{"rate": 0.01, "layers": [64, 64, 10], "data": "digits"}',
            "inserted_at": moment_text(at),
            "updated_at": moment_text(at),
            "run_count": 0,
            "last_run_at": None,
            "last_run_id": None,
            "last_run_status": None,
        }


def _runs(
    kept: list[dict[str, Any]], size: Size, home: str, dice: random.Random
) -> Iterator[dict[str, Any]]:
    begin = BEGIN + timedelta(days=1)
    for number in range(size.runs):
        # The rare experiment first, then the others in turns of no order.
        rare = number < _RARE_ONES * _RUNS_OF_ONE
        place = number // _RUNS_OF_ONE if rare else dice.randrange(_RARE_ONES, len(kept))
        instance, at = kept[place], moment_text(begin + timedelta(seconds=number))
        run_id = _id(begin + timedelta(seconds=number), dice)
        status = dice.choice(_STATUSES)
        instance["run_count"] += 1
        instance |= {"last_run_at": at, "last_run_id": run_id, "last_run_status": status}
        yield {
            "id": run_id,
            "instance_id": instance["id"],
            "experiment_module": instance["experiment_module"],
            "status": status,
            **dict.fromkeys(("queued_at", "started_at", "completed_at"), at),
            **dict.fromkeys(("inserted_at", "updated_at"), at),
            "error": "ValueError: no data" if status == "failed" else None,
            "metadata": json.dumps({"host": "lab-3", "python": "3.12.1", "packages": ["a"] * 40}),
            "configuration": instance["configuration"],
            "project": "/project",
            "home": home,
            "machine_id": "machine",
            "info_count": 3,
            "result_count": 1,
        }


def _talkative(database: Database, instance_id: str, lines: int, results: int) -> str:
    """A run that was told as runs are: by chunks of a journal."""
    at = datetime.now(UTC)
    run = Run(
        id=_id(at, random.Random(lines + results)),
        instance_id=instance_id,
        status=RunStatus.PENDING,
        configuration={},
        inserted_at=at,
        updated_at=at,
        queued_at=at,
    )
    attempt = Attempt(
        run_id=run.id,
        attempt=1,
        status=run.status,
        executor="local",
        claimed_at=at,
        machine_id="machine",
        home=database.home,
    )
    with database.write() as c:
        runs.insert(c, run, project="/project", home=database.home)
        attempts.claim(c, attempt)
    for chunk in _chunks(lines, results, to_us(at)):
        attempt = ingest(database, attempt, chunk).attempt
    with database.write() as c:
        runs.finish(c, run.id, 1, RunStatus.COMPLETED, None, datetime.now(UTC))
    return run.id


def _chunks(lines: int, results: int, at_us: int) -> Iterator[Chunk]:
    start = 0
    batch: list[tuple[int, said.Line]] = []
    for line in _said(lines, results, at_us):
        batch.append((start + len(batch) * 100, line))
        if len(batch) == _LINES_AT_ONCE:
            yield Chunk(start, start + 100 * len(batch), batch, 0)
            start, batch = start + 100 * len(batch), []
    if batch:
        yield Chunk(start, start + 100 * len(batch), batch, 0)


def _said(lines: int, results: int, at_us: int) -> Iterator[said.Line]:
    yield said.Started(at_us, 42, 1, "boot", "machine", "host", "3.12.1", "0")
    dice = random.Random(7)
    metadata = said.raw({"step": 12, "rate": 0.01})
    for number in range(lines):
        message = f"step {number}: a message of some fifty characters or so"
        yield said.Log(at_us + number, dice.choice(_LEVELS), message, metadata)
    for number in range(results):
        yield said.Result(at_us + number, f"loss_{number % 50}", said.raw({"value": number}))
    if results:
        large = {"layers": [{"weights": list(range(100))} for _ in range(_NODES // 100)]}
        yield said.Result(at_us + lines, "large", said.raw(large))
