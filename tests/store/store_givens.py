"""What the tests of the store start from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text as sql

from athanor.domain.attempt import Attempt
from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance
from athanor.domain.run import Run, RunStatus
from athanor.journal import format as said
from athanor.journal.reader import Chunk
from athanor.store import attempts, instances, runs
from athanor.store.columns import Words
from athanor.store.postgres import Postgres

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
HOME = "/data/.athanor"
NOON = datetime(2026, 2, 18, 12, 0, 0, 123456, tzinfo=UTC)
NOON_US = 1_771_416_000_123_456
STEP = 100


def kept(database, text, kind=Words):
    """A text as this database keeps it."""
    return kind.in_postgresql(text) if isinstance(database.flavour, Postgres) else text


def ask(c, query, **parameters):
    """Plain SQL, the same for both databases."""
    return c.execute(sql(query), parameters)


def minutes(number):
    return NOON + timedelta(minutes=number)


def an_instance(**fields):
    given = {
        "id": new_id(),
        "experiment_module": "examples.minimal:Minimal",
        "name": "minimal",
        "configuration": {"iterations": 10},
        "inserted_at": NOON,
        "updated_at": NOON,
    }
    return Instance(**given | fields)


def a_run(instance, **fields):
    given = {
        "id": new_id(),
        "instance_id": instance.id,
        "status": RunStatus.PENDING,
        "configuration": instance.configuration,
        "inserted_at": NOON,
        "updated_at": NOON,
        "queued_at": NOON,
    }
    return Run(**given | fields)


def stored_instance(database, **fields):
    instance = an_instance(**fields)
    with database.write() as c:
        instances.insert(c, instance)
    return instance


def stored_run(database, instance=None, **fields):
    run = a_run(instance or stored_instance(database), **fields)
    with database.write() as c:
        runs.insert(c, run, project="/data", home=HOME)
    return run


def an_attempt(run, **fields):
    given = {
        "run_id": run.id,
        "attempt": 1,
        "status": run.status,
        "executor": "local",
        "claimed_at": NOON,
        "home": HOME,
        "machine_id": "machine",
    }
    return Attempt(**given | fields)


def claimed(database, run=None):
    attempt = an_attempt(run or stored_run(database))
    with database.write() as c:
        assert attempts.claim(c, attempt)
    return attempt


def set_status(database, run, status):
    with database.write() as c:
        c.exec_driver_sql(f"UPDATE experiment_runs SET status = '{status}' WHERE id = '{run.id}'")
        instances.note_status(c, run.id, status)


def fetched_run(database, run_id):
    with database.read() as c:
        return runs.get(c, run_id)


def chunk(*lines, start=0, skipped=0):
    """Lines that are ``STEP`` bytes each."""
    placed = [(start + index * STEP, line) for index, line in enumerate(lines)]
    return Chunk(start, start + STEP * len(lines), placed, skipped)


def a_log(message="hello", level="info", ts=NOON_US, metadata=None):
    raw = said.NULL if metadata is None else said.raw(metadata)
    return said.Log(ts, level, message, raw)


def a_result(key="accuracy", value=0.5, ts=NOON_US):
    return said.Result(ts, key, said.raw(value))


def a_start(ts=NOON_US):
    return said.Started(ts, 42, 1, "boot", "machine", "host", "3.11.7", "0.1.0")


def an_exit(code=0, signal=None):
    return said.Exited(NOON_US, code, signal, 1024, 0.5, 2.5, "")


def moved(attempt, chunk):
    return replace(attempt, journal_offset=chunk.end)
