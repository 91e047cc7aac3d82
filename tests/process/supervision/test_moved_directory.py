"""A data directory that is renamed or copied while its runs live."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from held_run import HeldRun
from supervision_givens import (
    Project,
    alive,
    assert_nothing_lost,
    count_of,
    noted,
    numbers,
    until,
)

from athanor.domain.run import Run, RunStatus
from athanor.harness import Harness
from athanor.settings import Settings


class Moved(HeldRun):
    """A run at work, and doors on what became of its data directory."""

    def __init__(self, project: Project) -> None:
        super().__init__(project)
        until(lambda: self.door.get_run(self.run.id).log_counts.total)
        self._doors: list[Harness] = []

    def opened(self, home: Path) -> Harness:
        door = Harness.open(settings=Settings(project=self.project.path, home=home))
        self._doors.append(door)
        return door

    def close(self) -> None:
        for door in self._doors:
            door.close()


@pytest.fixture
def moved(project: Project) -> Iterator[Moved]:
    made = Moved(project)
    yield made
    made.close()


def _waiting(project: Project, door: Harness) -> Run:
    """One more run, that nobody has claimed: it waits for an owner."""
    return door.start_run(project.instance(door).id, wait=False)


def test_a_renamed_directory_keeps_its_living_runs(moved: Moved, tmp_path: Path) -> None:
    moved.kill_owner()
    here = moved.opened(moved.project.home.rename(tmp_path / "renamed"))
    assert here.get_run(moved.run.id).status is RunStatus.RUNNING
    here.supervise()
    moved.let_go()
    assert here.wait(moved.run.id, timeout_s=20).status is RunStatus.COMPLETED


def test_an_owner_lets_go_of_a_directory_that_was_renamed_and_touches_nothing_of_it(
    moved: Moved, tmp_path: Path
) -> None:
    renamed = moved.project.home.rename(tmp_path / "renamed")
    here = moved.opened(renamed)
    here.supervise()
    until(lambda: here._keeper is not None and here._keeper.owns)
    assert here.get_run(moved.run.id).status is RunStatus.RUNNING
    moved.let_go()
    assert here.wait(moved.run.id, timeout_s=20).status is RunStatus.COMPLETED


def test_a_copy_ends_its_rows_and_touches_nothing_of_the_original(
    moved: Moved, tmp_path: Path
) -> None:
    moved.kill_owner()
    runner = moved.runner.pid
    waiting = _waiting(moved.project, moved.door)
    copy = moved.opened(
        shutil.copytree(
            moved.project.home,
            tmp_path / "copy",
            symlinks=True,
            ignore=shutil.ignore_patterns("control"),
        )
    )
    copied = copy.get_run(moved.run.id)
    assert copied.status is RunStatus.FAILED
    assert "copied while it ran" in str(copied.error)

    copy.supervise()
    copy.cancel_run(waiting.id, force=True)
    assert copy.get_run(waiting.id).status is RunStatus.CANCELLED
    assert alive(runner)

    moved.door.supervise()
    moved.let_go()
    for run in (moved.run, waiting):
        assert moved.door.wait(run.id, timeout_s=20).status is RunStatus.COMPLETED


def test_a_run_that_waited_is_started_in_a_copy_only_when_asked_there(
    moved: Moved, tmp_path: Path
) -> None:
    moved.kill_owner()
    waiting = _waiting(moved.project, moved.door)
    copy = moved.opened(
        shutil.copytree(
            moved.project.home, tmp_path / "copy", ignore=shutil.ignore_patterns("control")
        )
    )
    copy.supervise()
    other = copy.start_run(moved.project.instance(copy).id)
    assert copy.wait(other.id, timeout_s=20).status is RunStatus.COMPLETED
    assert copy.get_run(waiting.id).status is RunStatus.PENDING
    copy.start(waiting.id)
    assert copy.wait(waiting.id, timeout_s=20).status is RunStatus.COMPLETED


def test_a_copy_made_while_everything_works_holds_a_beginning_and_the_original_goes_on(
    project: Project, tmp_path: Path
) -> None:
    note = tmp_path / "note"
    held = HeldRun(project, "count", note=str(note), total=2000)
    until(lambda: count_of(note) > 500)
    runner = held.runner.pid

    snapshot(project.home, tmp_path / "copy")
    with Harness.open(settings=Settings(project=project.path, home=tmp_path / "copy")) as copy:
        copy.supervise()
        copied = copy.wait(held.run.id, timeout_s=20)
        assert copied.status is RunStatus.FAILED
        assert "copied while it ran" in str(copied.error)
        stored = numbers(copy, held.run)

    assert alive(runner)
    assert held.status is RunStatus.RUNNING
    Path(f"{note}.go").touch()
    assert held.door.wait(held.run.id, timeout_s=30).status is RunStatus.COMPLETED
    assert_nothing_lost(held.door, held.run, note)
    assert 0 < len(stored) < 2000
    assert stored == noted(note)[: len(stored)]


def snapshot(home: Path, copy: Path) -> None:
    """A copy such as a file system's snapshot makes: each file as it is at one moment."""
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("control", "athanor.db*"))
    made = (sqlite3.connect(folder / "athanor.db") for folder in (home, copy))
    with closing(next(made)) as source, closing(next(made)) as target:
        source.backup(target)
