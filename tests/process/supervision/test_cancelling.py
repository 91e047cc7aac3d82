"""Cancel asks, force ends; either is true at once and whoever is there to see to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest
from supervision_givens import Project, alive, count_of, kill, noted, until

from athanor.domain.events import RunUpdated
from athanor.domain.run import RunStatus
from athanor.errors import RunNotRunning

CANCELLED = RunStatus.CANCELLED


def test_a_force_on_an_attempt_without_a_known_process_kills_nobody(project: Project) -> None:
    """Process number 0 is the sender's own group."""
    code = """
import sys
from athanor.domain.home import AttemptDirectory, Home
from athanor.execution import lock, machine
from athanor.supervision.executors.local import LocalExecutor
from pathlib import Path
here = {"machine_id": machine.machine_id(), "boot_id": machine.boot_id()}
directory = AttemptDirectory(Path(sys.argv[1]))
held = lock.hold(directory.lock)
executor = LocalExecutor(Home(directory.path), "", {})
executor.kill({"pid": 0, "start_ticks": 0, **here}, directory)
print("alive")
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(project.path)],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )

    assert (done.returncode, done.stdout) == (0, "alive\n")


def test_what_a_run_sends_to_its_process_group_ends_its_children_only(project: Project) -> None:
    owner = project.owner(force_grace_s=0.2)
    run = project.started(owner, "end_group")

    ended = owner.wait(run.id, timeout_s=20)

    assert (ended.status, ended.error) == (RunStatus.COMPLETED, None)
    assert [x.message for x in owner.list_logs(run.id)] == ["went on"]


@pytest.mark.both_databases
def test_a_cancel_is_shown_before_the_experiment_reacts_and_seen_at_its_next_check(
    project: Project,
) -> None:
    owner = project.owner()
    run = project.started(owner, "until_cancelled")
    events = owner.follow(run.id)

    asked = owner.cancel_run(run.id)

    assert asked.status.live
    assert asked.cancelling
    ended = owner.wait(run.id, timeout_s=20)
    assert ended.status is CANCELLED
    assert ended.error is None
    assert ended.completed_at is not None
    assert not ended.cancelling
    told = [event.run for event in events if isinstance(event, RunUpdated)]
    assert told[-1].status is CANCELLED
    assert "Cancel requested" in [x.message for x in owner.list_logs(run.id)]


@pytest.mark.both_databases
def test_a_cancel_never_kills_and_a_force_ends_everything(project: Project, tmp_path: Path) -> None:
    note = tmp_path / "children"
    owner = project.owner(force_grace_s=0.3)
    run = project.started(owner, "hide", note=str(note))
    until(lambda: count_of(note) == 4)

    owner.cancel_run(run.id)
    until(lambda: "Cancel requested" in [x.message for x in owner.list_logs(run.id)])
    assert owner.get_run(run.id).cancelling
    assert all(alive(pid) for pid in noted(note))

    begun_s = time.monotonic()
    owner.cancel_run(run.id, force=True)
    ended = owner.wait(run.id, timeout_s=10)

    assert ended.status is CANCELLED
    assert time.monotonic() - begun_s < 6
    assert [pid for pid in noted(note) if alive(pid)] == []
    assert not project.processes()


@pytest.mark.both_databases
def test_a_force_reaches_a_run_without_an_owner(project: Project, tmp_path: Path) -> None:
    note = tmp_path / "children"
    first = project.other_owner(ATHANOR_FORCE_GRACE="0.3")
    door = project.harness()
    run = project.started(door, "hide", note=str(note))
    until(lambda: count_of(note) == 4)
    kill(first.pid)

    door.cancel_run(run.id, force=True)

    assert door.wait(run.id, timeout_s=10).status is CANCELLED
    assert [pid for pid in noted(note) if alive(pid)] == []


@pytest.mark.parametrize("supervised", [True, False], ids=["supervised", "without an owner"])
def test_a_cancel_of_a_run_whose_process_is_gone_ends_it_with_its_true_reason(
    project: Project, supervised: bool
) -> None:
    first = project.other_owner()
    door = project.harness()
    run = project.started(door, "until_file", path="/nonexistent")
    pid = until(lambda: door.whereis(run.id))["pid"]
    kill(first.pid)
    kill(pid)
    if supervised:
        door.supervise()

    with suppress(RunNotRunning):  # its end may have been found meanwhile
        door.cancel_run(run.id)

    ended = door.wait(run.id, timeout_s=20)
    assert ended.status is RunStatus.FAILED
    assert ended.error is not None
    assert f"process {pid}" in ended.error


def test_a_force_ends_a_run_whose_runner_is_stopped(project: Project) -> None:
    owner = project.owner(force_grace_s=0.5)
    run = project.started(owner, "stop_runner")
    runner = owner.whereis(run.id)["pid"]
    until(lambda: psutil.Process(runner).status() == psutil.STATUS_STOPPED)

    owner.cancel_run(run.id, force=True)
    ended = owner.wait(run.id, timeout_s=10)

    assert ended.status is CANCELLED
    assert "Cancel requested (force)" in [x.message for x in owner.list_logs(run.id)]
    assert not project.processes()


def test_a_force_ends_a_stopped_run_that_the_next_owner_found(project: Project) -> None:
    first = project.other_owner()
    door = project.harness(force_grace_s=0.5)
    run = project.started(door, "stop_runner")
    runner = until(lambda: door.whereis(run.id))["pid"]
    until(lambda: psutil.Process(runner).status() == psutil.STATUS_STOPPED)
    kill(first.pid)
    assert door.get_run(run.id).status is RunStatus.RUNNING

    door.cancel_run(run.id, force=True)
    door.supervise()

    assert door.wait(run.id, timeout_s=10).status is CANCELLED
    assert not project.processes()


def test_a_stopped_runner_is_no_dead_one(project: Project) -> None:
    owner = project.owner()
    go = project.path / "go"
    run = project.started(owner, "until_file", path=str(go))
    runner = owner.whereis(run.id)["pid"]
    os.kill(runner, signal.SIGSTOP)
    go.touch()
    until(lambda: '"t":"completed"' in owner.home.attempt(run.id, 1).journal.read_text())

    until(lambda: owner.get_run(run.id).finishing)
    assert owner.get_run(run.id).status is RunStatus.RUNNING

    os.kill(runner, signal.SIGCONT)
    assert owner.wait(run.id, timeout_s=10).status is RunStatus.COMPLETED


def test_a_cancel_of_a_finished_run_changes_nothing(project: Project) -> None:
    owner = project.owner()
    run = owner.wait(project.started(owner).id, timeout_s=10)

    for force in (False, True):
        with pytest.raises(RunNotRunning, match=r"not running \(current status: completed\)"):
            owner.cancel_run(run.id, force=force)

    assert owner.get_run(run.id) == run
