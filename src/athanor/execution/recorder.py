"""The recorder: a process that gathers a run's surroundings, so that nobody waits for git.

Where there is nothing to wait for there is no such process: it costs as much as the task's.
"""

from __future__ import annotations

import contextlib
import os
import signal
from pathlib import Path

from athanor.domain.home import AttemptDirectory
from athanor.domain.moment import now_us
from athanor.execution import machine, surroundings
from athanor.execution.launch import close_others
from athanor.journal import format as kinds
from athanor.journal.writer import JournalWriter


def at_once(project: Path) -> kinds.Surroundings | None:
    """What is at hand; None when that is not all."""
    with contextlib.suppress(Exception):  # the process, which may fail, will do
        if surroundings.at_hand(project):
            return _gathered(project)
    return None


def start(directory: AttemptDirectory, project: Path) -> int:
    """Fork it into a process group of its own, where git is too; its pid."""
    pid = os.fork()
    if pid:
        with contextlib.suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)  # both do it, since either may be first
        return pid
    try:
        _record(directory, project)
    finally:
        os._exit(0)


def _record(directory: AttemptDirectory, project: Path) -> None:
    os.setpgid(0, 0)
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    machine.prctl(machine.PR_SET_PDEATHSIG, signal.SIGKILL)
    os.nice(10)  # the work comes first
    journal = JournalWriter(directory.journal)
    close_others({journal.descriptor})
    journal.write(_gathered(project))


def _gathered(project: Path) -> kinds.Surroundings:
    return kinds.Surroundings(now_us(), kinds.raw(surroundings.gather(project, os.environ)))
