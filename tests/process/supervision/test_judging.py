"""What a supervisor makes of damaged journals, a restarted machine and noisy neighbours."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import threading

import pytest
from sqlalchemy import bindparam, text
from supervision_givens import Project, kill, until

from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus
from athanor.errors import InstanceNotFound, RunBusy, RunNotFound
from athanor.execution import machine
from athanor.harness import Harness
from athanor.store import attempts, waiting
from athanor.supervision import keeper

COMPLETED, FAILED, RUNNING = RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.RUNNING


def _messages(harness: Harness, run: Run) -> list[str]:
    return [x.message for x in harness.list_logs(run.id, limit=1_000_000)]


@pytest.mark.both_databases
def test_lines_that_are_none_are_skipped_and_counted_and_lose_no_good_one(
    project: Project,
) -> None:
    owner = project.owner()
    go = project.path / "go"
    run = project.started(owner, "corrupt", note=str(go))

    until(lambda: "between" in _messages(owner, run))
    assert owner.get_run(run.id).skipped_lines == 3
    assert owner.get_run(run.id).status is RUNNING

    go.touch()
    ended = owner.wait(run.id, timeout_s=10)
    assert ended.status is COMPLETED
    assert ended.skipped_lines == 3
    assert _messages(owner, run) == ["before", "between", "waiting"]
    assert [x.value for x in owner.list_results(run.id)] == [1]


def test_a_run_of_an_earlier_boot_failed_because_its_machine_was_restarted(
    project: Project,
) -> None:
    first = project.other_owner()
    door = project.harness()
    run = project.started(door, "until_file", path="/nonexistent")
    handle = until(lambda: door.whereis(run.id))
    with door._database.write() as c:
        attempts.set_handle(c, run.id, 1, {**handle, "boot_id": "an earlier one"})
    kill(first.pid)
    kill(handle["pid"])

    ended = project.harness().get_run(run.id)

    assert ended.status is FAILED
    assert ended.error == "Ended without a word: its machine was restarted."


def _claimed_elsewhere(project: Project) -> Run:
    """A run whose runner is dead, and whose claim names another machine."""
    first = project.other_owner()
    door = project.harness()
    run = project.started(door, "until_file", path="/nonexistent")
    handle = until(lambda: door.whereis(run.id))
    elsewhere = {**handle, "machine_id": f"not {machine.machine_id()}"}
    with door._database.write() as c:
        attempts.set_handle(c, run.id, 1, elsewhere)
    kill(first.pid)
    kill(handle["pid"])
    return run


def test_on_a_disk_of_its_own_a_free_lock_judges_what_another_machine_began(
    project: Project,
) -> None:
    run = _claimed_elsewhere(project)

    ended = project.harness().get_run(run.id)

    assert ended.status is FAILED
    assert ended.error == (
        "Ended without a word: the data directory was moved here from another machine."
    )


def test_on_a_shared_disk_a_run_of_another_machine_is_not_judged(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = _claimed_elsewhere(project)
    # There is no network file system here to mount.
    monkeypatch.setattr(keeper, "network_file_system", lambda directory: "nfs4")

    assert project.harness().get_run(run.id).status is RUNNING


def test_a_neighbour_is_stored_on_time_beside_a_flood_and_crashes(project: Project) -> None:
    owner = project.owner()
    flood = project.started(owner, "flood", seconds=2)
    neighbour = project.started(owner, "tick", times=40, every_s=0.05)
    crash = project.instance(owner, "crash")
    for _ in range(20):
        ended = owner.wait(owner.start_run(crash.id).id, timeout_s=20)
        assert ended.status is FAILED
        assert "SIGSEGV" in str(ended.error)
        assert _messages(owner, ended)[0] == "about to crash"

    ended = owner.wait(neighbour.id, timeout_s=20)

    assert ended.status is COMPLETED
    assert _messages(owner, neighbour) == [f"tick {number}" for number in range(40)]
    lines = owner.list_logs(neighbour.id, limit=1000)
    delays = sorted((x.inserted_at - x.timestamp).total_seconds() for x in lines)
    assert delays[len(delays) // 2] < 1
    assert delays[-1] < 3
    assert ended.started_at is not None
    assert (ended.started_at - ended.inserted_at).total_seconds() < 2
    assert ended.duration_s is not None
    assert ended.duration_s < 2 * 40 * 0.05 + 1
    assert owner.get_run(flood.id).log_counts.info > 10_000


@pytest.mark.parametrize("what", ["lock", "control", "journal.ndjson"])
def test_a_run_that_damages_its_own_files_hurts_nobody_else(project: Project, what: str) -> None:
    owner = project.owner()
    go = project.path / "go"
    spoiler = project.started(owner, "spoil", what=what, note=str(go))
    until((project.path / "go.spoiled").exists)
    if owner.get_run(spoiler.id).status.live:
        owner.cancel_run(spoiler.id)

    other = project.started(owner, "tick", times=20, every_s=0.01)
    assert owner.wait(other.id, timeout_s=10).status is COMPLETED

    go.touch()
    assert owner.wait(spoiler.id, timeout_s=10).status.final
    until(lambda: not project.processes())


def test_a_run_with_a_damaged_journal_hurts_no_other_and_ends_when_it_is_gone(
    project: Project,
) -> None:
    first = project.other_owner()
    door = project.harness()
    go = project.path / "go"
    spoiler = project.started(door, "spoil", what="journal.ndjson", note=str(go))
    until((project.path / "go.spoiled").exists)
    kill(first.pid)

    door.supervise()

    other = project.started(door, "tick", times=20, every_s=0.01)
    assert door.wait(other.id, timeout_s=10).status is COMPLETED
    go.touch()
    ended = door.wait(spoiler.id, timeout_s=10)
    assert ended.status is FAILED
    assert ended.error is not None
    assert "files were damaged" in ended.error
    assert not project.processes()


@pytest.mark.alone
def test_what_a_run_says_is_stored_on_time_while_many_others_start(project: Project) -> None:
    owner = project.owner(max_running=40)
    neighbour = project.started(owner, "tick", times=100, every_s=0.02)
    prepared = [owner.create_run(project.instance(owner).id) for _ in range(39)]
    with owner._database.write() as c:
        for run in prepared:
            waiting.enqueue(c, run.id, now())

    assert {owner.wait(run.id, timeout_s=30).status for run in prepared} == {COMPLETED}

    owner.wait(neighbour.id, timeout_s=20)
    lines = owner.list_logs(neighbour.id, limit=1000)
    delays = sorted((x.inserted_at - x.timestamp).total_seconds() for x in lines)
    assert len(delays) == 100
    assert delays[75] < 0.2


@pytest.mark.both_databases
def test_deleting_an_instance_takes_rows_and_directories_with_it(project: Project) -> None:
    owner = project.owner()
    instance = project.instance(owner, "seen")
    made = [owner.wait(owner.start_run(instance.id).id, timeout_s=10) for _ in range(2)]
    other = owner.wait(project.started(owner, "seen").id, timeout_s=10)
    assert all(owner.home.run(run.id).exists() for run in made)

    owner.delete_instance(instance.id)

    assert _rows(owner, [run.id for run in made]) == {
        "run_logs": 0,
        "run_results": 0,
        "run_attempts": 0,
        "experiment_runs": 0,
    }
    assert not any(owner.home.run(run.id).exists() for run in made)
    with pytest.raises(InstanceNotFound):
        owner.get_instance(instance.id)
    with pytest.raises(RunNotFound):
        owner.get_run(made[0].id)
    assert owner.get_run(other.id) == other
    assert owner.list_results(other.id)
    assert owner.home.run(other.id).exists()


def _rows(harness: Harness, run_ids: list[str]) -> dict[str, int]:
    found = {}
    with harness._database.read() as c:
        for table in ("run_logs", "run_results", "run_attempts", "experiment_runs"):
            column = "id" if table == "experiment_runs" else "run_id"
            query = text(f"SELECT count(*) FROM {table} WHERE {column} IN :ids")
            found[table] = c.scalar(query.bindparams(bindparam("ids", run_ids, expanding=True)))
    return found


_DELETE_AND_DIE = """
import os, sys
from pathlib import Path
from athanor.harness import Harness
from athanor.store import instances
harness = Harness.open(Path(sys.argv[1]))
instances.remove_batch = lambda *_: os.kill(os.getpid(), 9)
harness.delete_instance(sys.argv[2])
"""


@pytest.mark.both_databases
def test_a_deletion_that_was_killed_is_finished_by_the_next_owner(project: Project) -> None:
    owner = project.owner()
    instance = project.instance(owner, "seen")
    run = owner.wait(owner.start_run(instance.id).id, timeout_s=10)
    owner.close()
    killed = subprocess.run(
        [sys.executable, "-c", _DELETE_AND_DIE, str(project.path), instance.id], check=False
    )
    assert killed.returncode == -9

    door = project.harness()
    assert _rows(door, [run.id])["experiment_runs"] == 1
    with pytest.raises(RunNotFound):
        door.get_run(run.id)
    door.supervise()

    until(lambda: _rows(door, [run.id])["experiment_runs"] == 0)
    assert not door.home.run(run.id).exists()


def _stored_instances(harness: Harness) -> int:
    with harness._database.read() as c:  # a look of its own each time: one look sees one moment
        return c.scalar(text("SELECT count(*) FROM experiment_instances")) or 0


@pytest.mark.both_databases
def test_a_deletion_that_nobody_waits_for_is_done_beside(project: Project) -> None:
    owner = project.owner()
    run = owner.wait(project.started(owner, "seen").id, timeout_s=10)
    owner.delete_run(run.id, wait=False)
    with pytest.raises(RunNotFound):
        owner.get_run(run.id)
    until(lambda: not any(_rows(owner, [run.id]).values()))
    assert not owner.home.run(run.id).exists()
    owner.delete_instance(run.instance_id, wait=False)
    owner.close()  # whatever was left is found by the next owner
    door = project.owner()
    until(lambda: door.list_instances().items == [])
    until(lambda: _stored_instances(door) == 0)


def test_a_removal_rests_for_its_own_time_and_not_for_that_of_others(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = project.owner()
    rests: list[float] = []
    monkeypatch.setattr(owner._removals.stopping, "wait", rests.append)
    held = sqlite3.connect(owner.home.database, isolation_level=None, check_same_thread=False)
    held.execute("BEGIN IMMEDIATE")
    release = threading.Timer(1, held.execute, ["ROLLBACK"])
    release.start()
    removed = iter([False, True])

    owner._remove(lambda *_: next(removed), "a record")

    release.join()
    held.close()
    assert len(rests) == 1
    assert rests[0] < 1


def test_deleting_a_run_is_refused_while_it_lives(project: Project) -> None:
    owner = project.owner()
    go = project.path / "go"
    run = project.started(owner, "until_file", path=str(go))

    with pytest.raises(RunBusy, match="cancel it first"):
        owner.delete_run(run.id)

    go.touch()
    owner.wait(run.id, timeout_s=10)
    owner.delete_run(run.id)
    assert not owner.home.run(run.id).exists()
    assert owner.instance_stats(run.instance_id).run_count == 0


@pytest.mark.parametrize(
    ("how", "status", "words"),
    [
        ("fail", FAILED, "API quota exceeded"),
        ("raise", FAILED, "ValueError: bad thing"),
        ("exit", FAILED, "sys.exit(3)"),
        ("kill", FAILED, "SIGKILL"),
        ("complete then raise", COMPLETED, None),
    ],
)
def test_each_end_is_told_by_status_and_error(
    project: Project, how: str, status: RunStatus, words: str | None
) -> None:
    owner = project.owner()

    ended = owner.wait(project.started(owner, "say", how=how).id, timeout_s=10)

    assert ended.status is status
    assert (ended.error is None) if words is None else (words in str(ended.error))
    assert ended.completed_at is not None
    assert ended.completed_at >= ended.started_at
    assert owner.whereis(ended.id) is None
