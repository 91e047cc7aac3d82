"""Starting a task: its pipes, and the process itself, forked ahead or as a new interpreter.

A task is started before it is known what it will work on, and told so through a pipe: forking and
what a fresh process pays for its first steps are then over when a run begins.
"""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from athanor.domain.home import AttemptDirectory
from athanor.execution import task
from athanor.execution.spec import Spec


@dataclass(frozen=True, slots=True)
class Launched:
    """A task that waits for its order or works, and the runner's ends of its pipes."""

    pid: int
    stdout: int
    stderr: int
    returned: int
    cancel: int
    order: int

    def tell(self, spec: Spec, directory: AttemptDirectory) -> None:
        """Let it work: this process's environment becomes its own."""
        with suppress(BrokenPipeError), os.fdopen(self.order, "wb") as pipe:
            pipe.write(pickle.dumps(task.Order(spec, directory, dict(os.environ))))

    def dismiss(self) -> None:
        """Let it go without having worked."""
        for fd in (self.stdout, self.stderr, self.returned, self.cancel, self.order):
            os.close(fd)

    def alive(self) -> bool:
        """Whether it still waits; to be asked before it is told."""
        return os.waitpid(self.pid, os.WNOHANG)[0] == 0


def fork_ahead() -> Launched:
    """Fork a task from this process; it shares what is imported here."""
    return _start(_fork)


def new_interpreter() -> Launched:
    """Start a task that shares nothing: where forking is unsafe, or for another environment."""
    return _start(_spawn)


def _start(start: Callable[[task.Wiring, tuple[int, int, int]], int]) -> Launched:
    null = os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC)
    out_r, out_w = os.pipe()
    err_r, err_w = os.pipe()
    returned_r, returned_w = os.pipe()
    cancel_r, cancel_w = os.pipe()
    order_r, order_w = os.pipe()
    pid = start(task.Wiring(cancel_r, returned_w, order_r), (null, out_w, err_w))
    for fd in (null, out_w, err_w, returned_w, cancel_r, order_r):
        os.close(fd)
    for fd in (out_r, err_r, returned_r):
        os.set_blocking(fd, False)
    return Launched(pid, out_r, err_r, returned_r, cancel_w, order_w)


def _fork(wiring: task.Wiring, streams: tuple[int, int, int]) -> int:
    runner = os.getpid()
    pid = os.fork()
    if pid:
        return pid
    try:
        for target, source in enumerate(streams):
            os.dup2(source, target)
        close_others(set(wiring.descriptors))
        task.main(wiring, runner)
    except BaseException:  # noqa: BLE001 - the last place that can say why a task failed
        traceback.print_exc()
    finally:
        os._exit(70)  # only a failure outside the task's own handling ends here


def _spawn(wiring: task.Wiring, streams: tuple[int, int, int]) -> int:
    for fd in wiring.descriptors:
        os.set_inheritable(fd, True)
    numbers = (*wiring.descriptors, os.getpid())
    command = [sys.executable, "-P", "-m", task.__name__, *map(str, numbers)]
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
