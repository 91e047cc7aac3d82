"""What most tests of kills begin with: a run at work, its owner, and whom one may kill."""

from __future__ import annotations

from typing import Any

import psutil
from supervision_givens import Project, kill, until

from athanor.domain.run import RunStatus


class HeldRun:
    """A run that works until it is let go; its owner is another process, its door only looks."""

    def __init__(self, project: Project, action: str = "until_file", **options: Any) -> None:
        self.project = project
        self._gate = project.path / "go"
        self.owner = project.other_owner()
        self.door = project.harness()
        self.run = project.started(self.door, action, **options or {"path": str(self._gate)})

    @property
    def status(self) -> RunStatus:
        return self.door.get_run(self.run.id).status

    @property
    def runner(self) -> psutil.Process:
        return psutil.Process(until(lambda: self.door.whereis(self.run.id))["pid"])

    @property
    def nursery(self) -> psutil.Process:
        found = self.runner.parent()
        assert found is not None
        return found

    def spares(self) -> list[psutil.Process]:
        """What the nursery has forked ahead."""
        working = {self.runner.pid, *(child.pid for child in self.runner.children())}
        waiting = self.nursery.children(recursive=True)
        return [process for process in waiting if process.pid not in working]

    def let_go(self) -> None:
        """Let the run come to its end."""
        self._gate.touch()

    def kill_owner(self) -> None:
        """SIGKILL to who supervises."""
        kill(self.owner.pid)
