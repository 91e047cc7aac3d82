"""One process a data directory supervises; when it ends, whoever waits takes over."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import suppress
from unittest.mock import Mock

import psutil
import pytest
from supervision_givens import Project, alive, kill, started_lines, until

from athanor.domain.run import Run, RunStatus
from athanor.harness import Harness
from athanor.supervision import detached
from athanor.supervision.executors.local import LocalExecutor

_STALLING_OWNER = """
import sys, threading, time
from pathlib import Path
from athanor import settings
from athanor.domain.home import Home
from athanor.store.database import Database
from athanor.supervision.executors.local import LocalExecutor
from athanor.supervision.ownership import Ownership
from athanor.supervision.supervisor import Supervisor

class Stalling(LocalExecutor):
    def submit(self, attempt, directory):
        if sys.argv[2] == "after":
            super().submit(attempt, directory)
        print("stalled", flush=True)
        time.sleep(1000)

found = settings.load(Path(sys.argv[1]))
import os
assert Ownership(Home(found.home)).acquire()
database = Database.open(found)
executor = Stalling(Home(found.home), database.home, dict(os.environ))
Supervisor(database, found, executor).run(threading.Event())
"""


def test_a_start_that_was_interrupted_leaves_the_directory_to_others(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = project.harness()

    def interrupted(_: LocalExecutor) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(LocalExecutor, "warm", interrupted)
        with pytest.raises(KeyboardInterrupt):
            door.supervise()
    door.close()
    owner = project.owner()
    assert owner.wait(project.started(owner, "finish").id, timeout_s=10).status.final


@pytest.mark.both_databases
def test_only_one_of_two_owns_and_killing_it_hands_over_within_a_second(project: Project) -> None:
    first, second = project.other_owner(), project.other_owner()
    assert project.owner_pid() == first.pid

    kill(first.pid)
    killed_s = time.monotonic()
    until(lambda: project.owner_pid() == second.pid)

    assert time.monotonic() - killed_s < 1.0


def test_an_owner_that_closes_hands_over_and_its_runs_live_on(project: Project) -> None:
    go = project.path / "go"
    first = project.owner()
    run = project.started(first, "until_file", path=str(go))
    second = project.owner()
    assert not second._keeper.owns  # type: ignore[union-attr]

    first.close()

    until(lambda: second._keeper.owns)  # type: ignore[union-attr]
    assert second.get_run(run.id).status is RunStatus.RUNNING
    go.touch()
    assert second.wait(run.id, timeout_s=10).status is RunStatus.COMPLETED


def test_whoever_cannot_become_the_owner_says_so_once_and_tries_on(
    project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = project.owner(), project.owner()
    lock = second.home.supervisor_lock
    lock.unlink()
    lock.mkdir()  # which cannot be opened for writing, not even by root
    first.close()
    until(lambda: caplog.messages)
    looks = Mock(wraps=second._keeper._supervisor.at_home)  # type: ignore[union-attr]
    second._keeper._supervisor.at_home = looks  # type: ignore[union-attr, method-assign]
    until(lambda: looks.call_count > 2)
    lock.rmdir()
    until(lambda: second.supervising)
    (said,) = caplog.messages
    assert said.startswith("Nobody can become the owner now")


def test_whoever_cannot_own_again_after_a_pause_leaves_the_directory_to_others(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = project.owner()

    def crowded(_: LocalExecutor) -> None:
        raise BlockingIOError("no process more")

    monkeypatch.setattr(LocalExecutor, "warm", crowded)
    with suppress(BlockingIOError):
        door.step_aside(lambda: None)
    until(lambda: door.supervising)
    assert door.wait(project.started(door, "finish").id, timeout_s=10).status.final


@pytest.mark.both_databases
def test_a_run_asked_for_by_another_door_is_started_once_by_the_owner(project: Project) -> None:
    owner = project.other_owner()
    waiting = project.owner()

    made = [project.started(waiting) for _ in range(10)]

    assert not waiting._keeper.owns  # type: ignore[union-attr]
    assert {waiting.wait(run.id, timeout_s=10).status for run in made} == {RunStatus.COMPLETED}
    assert {started_lines(waiting, run) for run in made} == {1}
    assert project.owner_pid() == owner.pid


@pytest.mark.long("postgresql")
@pytest.mark.both_databases
def test_nothing_is_started_twice_while_owners_are_killed_one_after_another(
    project: Project,
) -> None:
    door = project.harness()
    instance = project.instance(door)
    owners = [project.other_owner() for _ in range(3)]
    made = [door.start_run(instance.id, wait=False) for _ in range(60)]

    for owner in owners:
        ended = _ended(door, made)
        until(lambda goal=ended + 5: _ended(door, made) > goal)
        kill(owner.pid)
    door.supervise()

    ended = [door.wait(run.id, timeout_s=30) for run in made]
    assert {run.status for run in ended} == {RunStatus.COMPLETED}
    assert {started_lines(door, run) for run in made} == {1}
    assert {run.log_counts.total for run in ended} == {1}


def _ended(door: Harness, made: list[Run]) -> int:
    return sum(door.get_run(run.id).status.final for run in made)


@pytest.mark.both_databases
@pytest.mark.parametrize("when", ["before", "after"])
def test_the_claim_of_a_killed_owner_lapses_and_the_run_starts_once(
    project: Project, when: str
) -> None:
    door = project.harness()
    go = project.path / "go"
    instance = project.instance(door, "until_file", path=str(go))
    run = door.start_run(instance.id, wait=False)
    staller = subprocess.Popen(
        [sys.executable, "-c", _STALLING_OWNER, str(project.path), when],
        stdout=subprocess.PIPE,
        cwd="/",
    )
    with staller:
        assert staller.stdout is not None
        assert staller.stdout.readline() == b"stalled\n"
        staller.kill()

    door.supervise()

    until(lambda: door.get_run(run.id).status is RunStatus.RUNNING)
    handle = until(lambda: door.whereis(run.id))
    assert alive(handle["pid"])
    go.touch()
    assert door.wait(run.id, timeout_s=10).status is RunStatus.COMPLETED
    assert started_lines(door, run) == 1


def test_a_cancel_of_a_claimed_run_whose_claimant_was_killed_is_kept(project: Project) -> None:
    door = project.harness()
    run = door.start_run(project.instance(door).id, wait=False)
    staller = subprocess.Popen(
        [sys.executable, "-c", _STALLING_OWNER, str(project.path), "before"],
        stdout=subprocess.PIPE,
        cwd="/",
    )
    with staller:
        assert staller.stdout is not None
        assert staller.stdout.readline() == b"stalled\n"
        asked = door.cancel_run(run.id)
        assert asked.status is RunStatus.PENDING  # somebody may be starting it this moment
        staller.kill()

    assert door.wait(run.id, timeout_s=20).status is RunStatus.CANCELLED
    assert started_lines_or_none(project, run.id) == 0


def started_lines_or_none(project: Project, run_id: str) -> int:
    journal = project.home / "runs" / run_id / "1" / "journal.ndjson"
    return journal.read_bytes().count(b'"t":"started"') if journal.exists() else 0


def test_a_supervisor_left_behind_takes_over_and_ends_with_the_last_run(project: Project) -> None:
    go = project.path / "go"
    owner = project.other_owner(ATHANOR_MAX_RUNNING="1")
    door = project.harness(max_running=1)
    first = project.started(door, "until_file", path=str(go))
    queued = project.started(door)
    left = psutil.Process(detached.leave_behind(project.settings(max_running=1)))
    try:
        assert project.owner_pid() == owner.pid

        kill(owner.pid)

        until(lambda: project.owner_pid() == left.pid)
        assert door.get_run(first.id).status is RunStatus.RUNNING
        assert door.get_run(queued.id).status is RunStatus.PENDING
        go.touch()
        until(lambda: not psutil.pid_exists(left.pid))  # nor is it left as a zombie
        assert door.get_run(first.id).status is RunStatus.COMPLETED
        assert door.get_run(queued.id).status is RunStatus.COMPLETED
        assert project.owner_pid() is None
    finally:
        kill(left.pid)


def test_a_supervisor_left_behind_has_the_settings_of_who_left_it(project: Project) -> None:
    go = project.path / "go"
    door = project.harness(max_running=1)
    instance = project.instance(door, "until_file", path=str(go))
    made = [door.start_run(instance.id, wait=False) for _ in range(2)]
    left = detached.leave_behind(project.settings(max_running=1))
    try:
        until(lambda: door.get_run(made[0].id).status is RunStatus.RUNNING)
        until(lambda: door.get_run(made[0].id).log_counts.total == 1)
        assert door.get_run(made[1].id).status is RunStatus.PENDING
        assert door.queue_place(made[1].id) == 1
        go.touch()
        assert door.wait(made[1].id, timeout_s=10).status is RunStatus.COMPLETED
        until(lambda: not alive(left))
    finally:
        kill(left)


def test_a_script_that_ends_leaves_somebody_with_the_runs_that_wait(
    project: Project,
) -> None:
    door = project.harness()
    instance = project.instance(door)
    script = (
        "from athanor.harness import default\n"
        "harness = default.harness()\n"
        f"print(harness.start_run({instance.id!r}, wait=False).id)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=project.path, capture_output=True, text=True, check=True
    )

    run = door.wait(done.stdout.strip(), timeout_s=15)

    assert run.status is RunStatus.COMPLETED
    until(lambda: project.owner_pid() is None)
