"""A run that writes faster than can be stored delays nobody but itself."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection
from supervision_givens import Project

from athanor.domain.attempt import Attempt
from athanor.domain.moment import now, now_us
from athanor.domain.run import Run
from athanor.execution import lock, machine
from athanor.execution.start import started_line
from athanor.harness import Harness
from athanor.journal import format as kinds
from athanor.journal.reader import Chunk
from athanor.journal.writer import JournalWriter
from athanor.store import attempts
from athanor.store import ingest as ingest_file
from athanor.store.database import Database
from athanor.store.fold import Fold
from athanor.store.ingest import Heard, Ingested, ingest_together
from athanor.supervision import supervisor as supervisor_file
from athanor.supervision.executors.local import LocalExecutor
from athanor.supervision.supervisor import TURN_BYTES, Supervisor

FLOOD_LINES = 10_000


class Living:
    """A run whose lock this test holds, and whose journal it writes."""

    def __init__(self, project: Project, door: Harness) -> None:
        self.door = door
        self.run: Run = door.start_run(project.instance(door).id, wait=False)
        directory = door.home.attempt(self.run.id, 1)
        directory.path.mkdir(parents=True)
        self._held = lock.hold(directory.lock)
        self._journal = JournalWriter(directory.journal)
        self._journal.write(started_line())
        claim = Attempt(
            run_id=self.run.id,
            attempt=1,
            status=self.run.status,
            executor="local",
            claimed_at=now(),
            machine_id=machine.machine_id(),
            home=door._database.home,
        )
        with door._database.write() as c:
            assert attempts.claim(c, claim)

    def say(self, lines: int = 1) -> None:
        self._journal.write_many(
            kinds.Log(now_us(), "info", f"line {number} of {lines}", kinds.NULL)
            for number in range(lines)
        )

    def close(self) -> None:
        self._journal.close()
        if self._held is not None:
            os.close(self._held)


@pytest.fixture
def living(project: Project) -> Iterator[list[Living]]:
    door = project.harness()
    made = [Living(project, door) for _ in range(3)]
    yield made
    for one in made:
        one.close()


def test_a_quiet_run_is_stored_between_any_two_turns_of_the_floods(
    living: list[Living],
) -> None:
    quiet, *floods = living
    for flood in floods:
        flood.say(FLOOD_LINES)
    door, stored = quiet.door, list[Ingested]()
    supervisor = a_supervisor(door, stored)
    supervisor.step(start=False)  # finds out who is behind
    assert {x.run_id for x in stored} == {one.run.id for one in living}
    more, turns = True, 0
    while more:
        stored.clear()
        quiet.say()
        more = supervisor.step(start=False)
        assert [x.run_id for x in stored].count(quiet.run.id) == 1
        others = [x for x in stored if x.run_id != quiet.run.id]
        assert len(others) <= 1
        assert all(x.end - x.start <= TURN_BYTES for x in others)
        turns += len(others)
    supervisor.close()
    assert turns > 2
    for flood in floods:
        assert door.get_run(flood.run.id).log_counts.info == FLOOD_LINES


def a_supervisor(door: Harness, told: list[Ingested]) -> Supervisor:
    executor = LocalExecutor(door.home, door._database.home, {})
    return Supervisor(door._database, door.settings, executor, told.append)


def test_those_that_keep_up_share_a_commit(
    living: list[Living], monkeypatch: pytest.MonkeyPatch
) -> None:
    door, told, commits = living[0].door, list[Ingested](), list[int]()
    supervisor = a_supervisor(door, told)
    supervisor.step(start=False)

    def counted(database: Database, heard: list[Heard]) -> list[Ingested]:
        commits.append(len(heard))
        return ingest_together(database, heard)

    monkeypatch.setattr(supervisor_file, "ingest_together", counted)
    for one in living:
        one.say()
    told.clear()
    supervisor.step(start=False)
    supervisor.close()
    assert commits == [3]
    assert {x.run_id for x in told} == {one.run.id for one in living}
    assert [door.get_run(one.run.id).log_counts.info for one in living] == [1, 1, 1]


@pytest.mark.parametrize("trouble", ["_move", "published"])
def test_trouble_with_one_run_keeps_no_line_of_the_others(
    living: list[Living], monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """RUN-13."""
    bad, *good = living
    door, told = bad.door, list[Ingested]()
    supervisor = a_supervisor(door, told)
    supervisor.step(start=False)
    told.clear()
    move = ingest_file._move

    def refused(c: Connection, attempt: Attempt, chunk: Chunk, folded: Fold) -> None:
        if attempt.run_id == bad.run.id:
            raise ValueError("a line that nobody can store")
        move(c, attempt, chunk, folded)

    def spoiled(done: Ingested) -> None:
        if done.run_id == bad.run.id:
            raise ValueError("nobody can be told")
        told.append(done)

    if trouble == "_move":
        monkeypatch.setattr(ingest_file, "_move", refused)
    else:
        monkeypatch.setattr(supervisor, "_published", spoiled)
    for _ in range(2):
        for one in living:
            one.say()
        supervisor.step(start=False)
    assert [door.get_run(one.run.id).log_counts.info for one in good] == [2, 2]
    assert [x.run_id for x in told].count(good[0].run.id) == 2

    monkeypatch.setattr(ingest_file, "_move", move)
    supervisor.step(start=False)
    supervisor.close()
    assert door.get_run(bad.run.id).log_counts.info == 2


def test_what_comes_while_it_is_stored_waits_for_the_next_tick(
    living: list[Living],
) -> None:
    one = living[0]
    told: list[Ingested] = []

    def says_more(done: Ingested) -> None:
        told.append(done)
        one.say()

    executor = LocalExecutor(one.door.home, one.door._database.home, {})
    supervisor = Supervisor(one.door._database, one.door.settings, executor, says_more)
    assert not supervisor.step(start=False)
    stored = len(told)
    assert not supervisor.step(start=False)
    supervisor.close()
    assert len(told) == stored + 1
