"""Two terminals on one data directory: whichever is killed or closed, the runs of both go on.

Closing and killing them at random moments is part of the storm, `make chaos`.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
from command_project import Project
from pseudo_terminal import Terminal

from athanor.domain.run import Run, RunStatus
from athanor.harness import Harness

RUN = ("run", "acting", "-c", "action=gate")


def kill(terminal: Terminal) -> None:
    terminal.process.send_signal(signal.SIGKILL)
    terminal.process.wait()


def hang_up(terminal: Terminal) -> None:
    terminal.hang_up()
    terminal.process.wait(30)


@pytest.fixture
def door(project: Project) -> Iterator[Harness]:
    """One that only looks, and is quicker than a command."""
    with Harness.open(project.folder) as opened:
        yield opened


@pytest.mark.parametrize("end", [kill, hang_up])
@pytest.mark.parametrize("victim", ["owner", "other"])
def test_one_of_two_terminals_goes_and_both_runs_complete_once(
    project: Project, door: Harness, gate: Path, victim: str, end: Callable[[Terminal], None]
) -> None:
    with project.terminal(*RUN) as first:
        first.until("ready")
        with project.terminal(*RUN) as second:
            second.until("ready")
            gone, left = (first, second) if victim == "owner" else (second, first)

            end(gone)

            made = door.list_runs().items
            assert [run.status for run in made] == [RunStatus.RUNNING] * 2
            gate.touch()
            left.until("completed")
            assert left.finish() == 0
    for run in made:
        assert_said_once(door, run)
    assert_nobody_is_left(project)


def test_a_detached_run_outlives_the_window_it_was_started_in(
    project: Project, door: Harness, gate: Path
) -> None:
    with project.terminal(*RUN, "--detach") as terminal:
        terminal.until("It goes on by itself")
        hang_up(terminal)
    (run,) = door.list_runs().items

    gate.touch()

    assert_said_once(door, run)
    assert_nobody_is_left(project)


def assert_said_once(door: Harness, run: Run) -> None:
    assert door.wait(run.id, timeout_s=40).status is RunStatus.COMPLETED
    said = door.home.attempt(run.id, 1).journal.read_bytes()
    for kind in (b"started", b"completed", b"exited"):
        assert said.count(b'"t":"%s"' % kind) == 1
    assert [line.message for line in door.list_logs(run.id)] == ["ready", "through"]


def assert_nobody_is_left(project: Project) -> None:
    """Every process that works in the project's folder ends by itself: supervisors too."""
    deadline_s = time.monotonic() + 30
    while found := _working_in(project.folder):
        assert time.monotonic() < deadline_s, found
        time.sleep(0.05)


def _working_in(folder: Path) -> list[str]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(folder):
                found.append(f"{process.pid} {' '.join(process.cmdline())}")
        except psutil.Error:
            continue
    return found
