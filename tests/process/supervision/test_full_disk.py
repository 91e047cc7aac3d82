"""The disk of the data directory is full: nobody is kept from a duty, and who is done is done."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from small_disk import Ballast
from supervision_givens import Project, until

from athanor.domain.home import Home
from athanor.domain.run import RunStatus
from athanor.errors import DatabaseUnusable
from athanor.execution import control
from athanor.supervision.ownership import Ownership


@pytest.mark.parametrize("how", ["return", "complete"])
def test_a_run_that_is_done_while_the_disk_is_full_is_completed_with_its_value(
    project: Project, tmp_path: Path, small_disk: Path, how: str
) -> None:
    project.home.symlink_to(small_disk)
    note, go, ballast = tmp_path / "note", tmp_path / "go", Ballast(small_disk)
    owner = project.owner()
    run = project.started(owner, "end_on_a_full_disk", note=str(note), go=str(go), how=how)
    until(lambda: owner.get_run(run.id).log_counts.total == 1)
    ballast.load()
    go.touch()
    until(note.exists)
    ballast.drop()
    ended = owner.wait(run.id, timeout_s=30)
    assert (ended.status, ended.error) == (RunStatus.COMPLETED, None)
    (value,) = owner.iterate_results(run.id)
    assert value.key == "return_value"
    assert value.value["accuracy"] == 0.9


@pytest.mark.parametrize("by", ["time limit", "force"])
def test_the_runner_does_its_duties_on_a_full_disk(
    project: Project, tmp_path: Path, small_disk: Path, by: str
) -> None:
    project.home.symlink_to(small_disk)
    note, ballast = tmp_path / "note", Ballast(small_disk)
    owner = project.owner()
    limit_s = 3.0 if by == "time limit" else None
    instance = project.instance(owner, "print_for_ever", note=str(note), time_limit_s=limit_s)
    run = owner.start_run(instance.id)
    until(lambda: note.exists() and note.read_text() != "")
    ballast.load()
    if by == "force":
        control.send(owner.home.attempt(run.id, run.attempt), "force")
    until(lambda: not psutil.pid_exists(int(note.read_text())), timeout_s=30)
    ballast.drop()
    ended = owner.wait(run.id, timeout_s=30)
    if by == "force":
        assert ended.status is RunStatus.CANCELLED
    else:
        assert ended.status is RunStatus.FAILED
        assert "time limit" in str(ended.error)


def test_a_force_is_obeyed_where_the_database_has_no_room_for_it(
    project: Project, tmp_path: Path, small_disk: Path
) -> None:
    project.home.symlink_to(small_disk)
    note, ballast = tmp_path / "note", Ballast(small_disk)
    owner = project.owner()
    run = project.started(owner, "print_for_ever", note=str(note))
    until(lambda: note.exists() and note.read_text() != "")
    ballast.load()
    with pytest.raises(DatabaseUnusable):
        until(lambda: project.instance(owner, "finish") is None)
    owner.cancel_run(run.id, force=True)
    until(lambda: not psutil.pid_exists(int(note.read_text())))
    ballast.drop()
    assert owner.wait(run.id, timeout_s=30).status is RunStatus.CANCELLED


def test_a_run_that_was_forced_is_cancelled_although_its_journal_has_no_room_to_say_so(
    project: Project, tmp_path: Path, small_disk: Path
) -> None:
    owner = project.owner()
    owner.home.runs.symlink_to(small_disk)
    note, ballast = tmp_path / "note", Ballast(small_disk)
    run = project.started(owner, "print_for_ever", note=str(note))
    until(lambda: note.exists() and note.read_text() != "")
    ballast.load()
    owner.cancel_run(run.id, force=True)
    ended = owner.wait(run.id, timeout_s=60)
    assert (ended.status, ended.error) == (RunStatus.CANCELLED, None)
    assert not psutil.pid_exists(int(note.read_text()))


def test_who_becomes_the_owner_on_a_full_disk_has_no_name_and_lets_go_again(
    small_disk: Path,
) -> None:
    ballast, home = Ballast(small_disk), Home(small_disk)
    home.supervisor_lock.touch()
    ballast.load()
    with Ownership(home) as ours:
        assert ours.acquire()
        assert Ownership(home).owner() == "unknown"
    with Ownership(home) as another:
        assert another.acquire()
