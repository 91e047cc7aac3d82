"""Several runs that wait are started one beside the other."""

from __future__ import annotations

import subprocess
import sys

import pytest
from supervision_givens import Project, until

from athanor.domain.home import AttemptDirectory
from athanor.domain.run import RunStatus
from athanor.errors import DatabaseAway
from athanor.execution.spec import Spec
from athanor.supervision.executor import Handle
from athanor.supervision.executors.local import LocalExecutor
from athanor.supervision.launcher import Launcher
from athanor.supervision.supervisor import Supervisor

_ENDS_FIRST = """
import sys, threading
from pathlib import Path
from athanor import settings
from athanor.harness import Harness
harness = Harness.open(Path(sys.argv[1]))
harness.supervise()
def last():
    print([str(harness.wait(run, timeout_s=20).status) for run in sys.argv[2:]], flush=True)
    harness.close()
threading.Thread(target=last).start()
"""


class Unlucky(LocalExecutor):
    """It fails at one run in a way that nobody has thought of."""

    of = ""

    def submit(self, attempt: Spec, directory: AttemptDirectory) -> Handle:
        if attempt.run.id == self.of:
            raise OSError(24, "Too many open files")
        return super().submit(attempt, directory)


def test_one_that_cannot_be_started_costs_its_neighbours_nothing(project: Project) -> None:
    door = project.harness()
    instance = project.instance(door)
    first, *others = [door.start_run(instance.id, wait=False) for _ in range(3)]
    Unlucky.of = first.id
    executor = Unlucky(door.home, door._database.home, {})
    supervisor = Supervisor(door._database, door.settings, executor)

    def over() -> bool:
        try:
            supervisor.step()
        except OSError:
            supervisor.close()
        return all(door.get_run(run.id).status.final for run in (first, *others))

    until(over)
    supervisor.close()
    executor.close()
    assert door.get_run(first.id).status is RunStatus.FAILED
    assert [door.get_run(run.id).status for run in others] == [RunStatus.COMPLETED] * 2


def test_a_pass_that_ends_midway_leaves_no_submission_under_way(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    door = project.harness()
    instance = project.instance(door)
    runs = [door.start_run(instance.id, wait=False) for _ in range(3)]
    executor = LocalExecutor(door.home, door._database.home, {})
    launcher = Launcher(door._database, door.settings, executor)
    started = launcher.started()
    assert next(started) is None
    monkeypatch.setattr(launcher, "_noted", _away)
    with pytest.raises(DatabaseAway):
        list(started)
    claimed = [run for run in runs if executor.find(door.home.attempt(run.id, 1)) is not None]
    assert len(claimed) == 2
    executor.close()
    door.supervise()
    assert {door.wait(run.id, timeout_s=20).status for run in runs} == {RunStatus.COMPLETED}


def _away(_: object) -> None:
    raise DatabaseAway


def test_what_waits_is_started_also_when_the_main_thread_has_ended(project: Project) -> None:
    door = project.harness()
    instance = project.instance(door)
    runs = [door.start_run(instance.id, wait=False).id for _ in range(5)]
    command = [sys.executable, "-c", _ENDS_FIRST, str(project.path), *runs]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout.strip(), done.stderr) == (str(["completed"] * 5), "")
