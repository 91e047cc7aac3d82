"""Starting a task: its pipes, and the process itself, forked or as a new interpreter."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from athanor.domain.home import AttemptDirectory
from athanor.execution import task
from athanor.execution.spec import Spec


@dataclass(frozen=True, slots=True)
class Launched:
    """A task that was started, and the runner's ends of its pipes."""

    pid: int
    stdout: int
    stderr: int
    returned: int
    cancel: int


def launch(spec: Spec, directory: AttemptDirectory, *, fork: bool) -> Launched:
    """Start the task of an attempt."""
    null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    out_r, out_w = os.pipe()
    err_r, err_w = os.pipe()
    returned_r, returned_w = os.pipe()
    cancel_r, cancel_w = os.pipe()
    wiring = task.Wiring(cancel_r, returned_w)
    start = _fork if fork else _spawn
    pid = start(spec, directory, wiring, (null, out_w, err_w))
    for fd in (null, out_w, err_w, returned_w, cancel_r):
        os.close(fd)
    for fd in (out_r, err_r, returned_r):
        os.set_blocking(fd, False)
    return Launched(pid, out_r, err_r, returned_r, cancel_w)


def _fork(
    spec: Spec, directory: AttemptDirectory, wiring: task.Wiring, streams: tuple[int, int, int]
) -> int:
    runner = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        for target, source in enumerate(streams):
            os.dup2(source, target)
        close_others({wiring.cancel_fd, wiring.returned_fd})
        task.main(spec, directory, wiring, runner)
    finally:
        os._exit(70)  # only a failure before the task's own handling ends here


def _spawn(
    spec: Spec, directory: AttemptDirectory, wiring: task.Wiring, streams: tuple[int, int, int]
) -> int:
    for fd in (wiring.cancel_fd, wiring.returned_fd):
        os.set_inheritable(fd, True)
    numbers = (wiring.cancel_fd, wiring.returned_fd, os.getpid())
    command = [sys.executable, "-m", task.__name__, str(directory.path), *map(str, numbers)]
    actions = [(os.POSIX_SPAWN_DUP2, source, target) for target, source in enumerate(streams)]
    return os.posix_spawn(sys.executable, command, os.environ, file_actions=actions)


def close_others(kept: set[int]) -> None:
    """Close every descriptor but standard input, output, error and ``kept``.

    The runner's lock above all: a task that held it would make a dead runner look alive.
    """
    start = 3
    for fd in sorted(kept):
        os.closerange(start, fd)
        start = fd + 1
    os.closerange(start, os.sysconf("SC_OPEN_MAX"))
