"""The processes of a run as its runner has them: who is left, who has died, what they took."""

from __future__ import annotations

import os
import resource
import signal

from athanor.execution import descendants
from athanor.execution.cgroup import Group


class Family:
    """The task, all that it started, and beside them the recorder, which belongs to the runner.

    ``exit`` is how the task ended, once it has; ``recorder`` is a pid while it works; ``cpu_s`` is
    the processor time of those who are gone.
    """

    def __init__(self, task: int, group: Group | None) -> None:
        self._task = task
        self._group = group
        self.recorder: int | None = None
        self.exit: tuple[int, resource.struct_rusage] | None = None
        self.cpu_s = 0.0

    def reap(self) -> bool:
        """Collect the dead; False when there are no children left."""
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return False
            if pid == 0:
                return True
            if pid == self.recorder:
                self.recorder = None
                continue
            self.cpu_s += usage.ru_utime + usage.ru_stime
            if pid == self._task:
                self.exit = (status, usage)

    def gone(self) -> bool:
        """Whether nobody is left but the recorder, without a look at the whole machine."""
        if not self.reap():
            return True
        return self.recorder is not None and not descendants.any_below(os.getpid(), self.recorder)

    def left(self) -> list[descendants.Process]:
        """Every process of the run but the recorder; none at all is known without looking."""
        if not self.reap():
            return []
        return descendants.below(os.getpid(), spare_group=self.recorder)

    def names(self) -> list[str]:
        """What is left, a name each."""
        return [_name(process) for process in self.left()]

    def terminate(self) -> None:
        """SIGTERM to everything at once."""
        descendants.send(self.left(), signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL to everything, by the control group too, which misses nobody."""
        if self._group is not None:
            self._group.kill()
        descendants.send(self.left(), signal.SIGKILL)

    @staticmethod
    def kill_all() -> None:
        """SIGKILL to everything and to the recorder."""
        descendants.send(descendants.below(os.getpid()), signal.SIGKILL)


def _name(process: descendants.Process) -> str:
    try:
        return str(process.name())
    except descendants.NoSuchProcess:
        return "?"
