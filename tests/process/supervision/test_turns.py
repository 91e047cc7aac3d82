"""A run that writes faster than can be stored delays nobody but itself."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from supervision_givens import Project

from athanor.domain.attempt import Attempt
from athanor.domain.moment import now, now_us
from athanor.domain.run import Run
from athanor.execution import lock, machine
from athanor.execution.start import started_line
from athanor.harness import Harness
from athanor.journal import format as kinds
from athanor.journal.writer import JournalWriter
from athanor.store import attempts
from athanor.store.ingest import Ingested
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
    supervisor = Supervisor(
        door._database,
        door.settings,
        LocalExecutor(door.home, door._database.home, {}),
        stored.append,
    )
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
