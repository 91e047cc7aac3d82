"""Cursors of a run's events, and the order in which they tell what was said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pytest

from athanor.domain.attempt import Attempt
from athanor.domain.events import LogsAdded, ResultsAdded
from athanor.domain.instance import Instance
from athanor.domain.run import Run, RunStatus
from athanor.errors import InvalidInput
from athanor.harness import following
from athanor.journal import format as said
from athanor.journal.reader import Chunk
from athanor.settings import Settings
from athanor.store import attempts, instances, runs
from athanor.store.database import Database
from athanor.store.ingest import ingest

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database.open(Settings(project=tmp_path, home=tmp_path / ".athanor"))
    yield opened
    opened.close()


def _ended_run(database: Database, lines: list[said.Line]) -> str:
    """A run that has said ``lines``, each at ten bytes from the last, and is over."""
    instance = Instance(
        id="instance",
        experiment_module="m:e",
        name="n",
        configuration={},
        inserted_at=AT,
        updated_at=AT,
    )
    run = Run(
        id="run",
        instance_id="instance",
        status=RunStatus.PENDING,
        configuration={},
        inserted_at=AT,
        updated_at=AT,
    )
    attempt = Attempt(
        run_id="run",
        attempt=1,
        status=RunStatus.PENDING,
        executor="local",
        claimed_at=AT,
        machine_id="m",
        home="h",
    )
    with database.write() as c:
        instances.insert(c, instance)
        runs.insert(c, run, project="p", home="h")
        attempts.claim(c, attempt)
    placed = [(10 * position, line) for position, line in enumerate(lines)]
    ingest(database, attempt, Chunk(0, 10 * len(lines), placed, 0))
    with database.write() as c:
        runs.finish(c, "run", 1, RunStatus.FAILED, "over", AT)
    return "run"


def _log(number: int) -> said.Log:
    return said.Log(1, "info", str(number))


def _result(number: int) -> said.Result:
    return said.Result(1, str(number), said.raw(number))


def _events(database: Database, run: str, after: str | None = None) -> list[following.Event]:
    return list(following.follow(database, run, after, lambda: None))


def _told(events: list[following.Event]) -> list[int]:
    return [
        entry.seq // 10
        for event in events
        for entry in (*getattr(event, "logs", ()), *getattr(event, "results", ()))
    ]


def test_logs_and_results_are_told_in_the_order_they_were_said(database: Database) -> None:
    run = _ended_run(database, [_log(0), _result(1), _result(2), _log(3), _log(4), _result(5)])

    events = _events(database, run)

    assert _told(events) == list(range(6))
    kinds = [type(event) for event in events[:4]]
    assert kinds == [LogsAdded, ResultsAdded, LogsAdded, ResultsAdded]


@pytest.mark.parametrize("kept", range(1, 6))
def test_going_on_from_any_cursor_leaves_no_gap_and_repeats_nothing(
    database: Database, kept: int
) -> None:
    run = _ended_run(
        database, [_log(0), _result(1), _log(2), _result(3), _log(4), _log(5), _result(6)]
    )
    first = list(islice(following.follow(database, run, None, lambda: None), kept))

    rest = _events(database, run, first[-1].cursor)  # type: ignore[union-attr]

    assert _told(first) + _told(rest) == list(range(7))


def test_more_than_a_batch_of_both_kinds_is_told_whole_and_in_order(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "BATCH", 3)
    lines = [_log(n) if n % 5 else _result(n) for n in range(40)]

    assert _told(_events(database, _ended_run(database, lines))) == list(range(40))


def test_a_cursor_at_the_end_tells_only_how_the_run_stands(database: Database) -> None:
    run = _ended_run(database, [_log(0), _log(1)])

    events = _events(database, run, "1:10")

    assert _told(events) == []
    assert events[-1].run.error == "over"  # type: ignore[union-attr]


def test_the_database_is_made_true_before_each_look(database: Database) -> None:
    run = _ended_run(database, [_log(0)])
    looks = []

    list(following.follow(database, run, None, lambda: looks.append(1)))

    assert looks == [1]


@pytest.mark.parametrize("cursor", ["", "1", ":", "1:", ":1", "1:2:3", "a:b", "1:-1", "9" * 40])
def test_a_cursor_of_another_form_is_refused_naming_the_form(
    database: Database, cursor: str
) -> None:
    run = _ended_run(database, [_log(0)])

    with pytest.raises(InvalidInput, match="a cursor like 1:4096, got"):
        _events(database, run, cursor)
