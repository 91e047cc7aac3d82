"""A clock that jumps by a day, both ways, under a run and under its owner.

Only the processes under test see it jump, through a small library of our own that is preloaded.
(Debian's faketime would do, if Python could sleep under it: it breaks absolute sleeps.)
"""

from __future__ import annotations

import struct
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from supervision_givens import Project, started_lines, until

from athanor.domain.run import Run, RunStatus
from athanor.harness import Harness

DAY = timedelta(days=1)
_SOURCE = Path(__file__).with_name("jumping_clock.c")


class Clock:
    """The wall clock of the processes that are started with ``environment``."""

    def __init__(self, folder: Path) -> None:
        library = folder / "jumping_clock.so"
        subprocess.run(["gcc", "-shared", "-fPIC", "-O1", "-o", library, _SOURCE], check=True)
        self._path = folder / "clock"
        self.jump(timedelta())
        self.environment = {"LD_PRELOAD": str(library), "JUMPING_CLOCK": str(self._path)}

    def jump(self, offset: timedelta) -> None:
        """Set the clock so far from the true one."""
        self._path.touch()
        with self._path.open("r+b") as file:
            file.write(struct.pack("=q", int(offset.total_seconds())))


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


@pytest.mark.parametrize("jump", [DAY, -DAY], ids=["a-day-on", "a-day-back"])
def test_a_clock_that_jumps_changes_no_duration_no_order_and_no_status(
    project: Project, clock: Clock, tmp_path: Path, jump: timedelta
) -> None:
    project.other_owner(**clock.environment)
    door = project.harness()
    note = tmp_path / "step"
    run = project.started(door, "step_by_step", note=str(note), time_limit_s=600)

    until(lambda: "step 1" in _messages(door, run))
    clock.jump(jump)
    Path(f"{note}.1").touch()
    until(lambda: "step 2" in _messages(door, run))
    assert door.get_run(run.id).status is RunStatus.RUNNING
    other = door.wait(project.started(door).id, timeout_s=30)
    clock.jump(timedelta())
    until(lambda: door.get_run(run.id).status is RunStatus.RUNNING)
    clock.jump(jump)
    Path(f"{note}.2").touch()
    ended = door.wait(run.id, timeout_s=30)

    lines = door.list_logs(run.id)
    first, second, third = (line.timestamp for line in lines)
    assert abs(second - first) > DAY / 2  # it did jump, and stood so at the end
    assert abs(third - first) > DAY / 2
    assert (ended.status, ended.error) == (RunStatus.COMPLETED, None)
    assert (other.status, started_lines(door, other)) == (RunStatus.COMPLETED, 1)
    assert [line.message for line in lines] == ["step 1", "step 2", "step 3"]
    assert ended.duration_s is not None
    assert 0 < ended.duration_s < 600


def test_a_time_limit_is_kept_although_the_clock_stands_a_day_back(
    project: Project, clock: Clock
) -> None:
    project.other_owner(**clock.environment)
    door = project.harness()
    run = project.started(door, "until_file", path="/nonexistent", time_limit_s=1)
    until(lambda: _messages(door, run))

    clock.jump(-DAY)

    ended = door.wait(run.id, timeout_s=30)
    assert ended.status is RunStatus.FAILED
    assert "time limit of 1 s" in str(ended.error)
    assert ended.duration_s is not None
    assert 1 <= ended.duration_s < 30


def _messages(door: Harness, run: Run) -> list[str]:
    return [line.message for line in door.list_logs(run.id)]
