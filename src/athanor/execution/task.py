"""The task: the only process that imports an author's code. Enter, wait, load, run, leave.

The runner forks it, or starts ``python -m athanor.execution.task`` where forking will not do.
"""

from __future__ import annotations

import atexit
import faulthandler
import os
import pickle
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from athanor.domain.home import AttemptDirectory
from athanor.domain.moment import now_us
from athanor.execution import capture, machine, outcome
from athanor.execution.context import RunContext
from athanor.execution.rehearsal import as_task, rehearse_until
from athanor.execution.spec import Spec
from athanor.journal import format as kinds
from athanor.journal.writer import JournalWriter

RETURNED = b"r"


@dataclass(frozen=True, slots=True)
class Wiring:
    """The descriptors a task has from its runner."""

    cancel_fd: int
    """Readable once a cancel is asked for."""
    returned_fd: int
    """Takes a byte when the experiment is done, so that the runner can bound what follows."""
    order_fd: int
    """Brings the order."""

    @property
    def descriptors(self) -> tuple[int, int, int]:
        """All of them."""
        return (self.cancel_fd, self.returned_fd, self.order_fd)


@dataclass(frozen=True, slots=True)
class Order:
    """What a task is told by its runner."""

    spec: Spec
    directory: AttemptDirectory
    environment: dict[str, str]


def main(wiring: Wiring, runner_pid: int) -> None:
    """Wait for an order, work through it and leave the process. Never returns."""
    enter(runner_pid)
    capture.standard_streams()
    rehearse_until(wiring.order_fd, as_task)
    order = wait(wiring.order_fd)
    os.environ.clear()
    os.environ.update(order.environment)
    time.tzset()  # libc has looked at TZ long ago
    os.chdir(order.spec.project)
    work(order.spec, order.directory, wiring.cancel_fd, captured=True)
    os.write(wiring.returned_fd, RETURNED)
    leave()


def wait(order_fd: int) -> Order:
    """The order; a runner that has none closes the pipe, and the process ends."""
    with open(order_fd, "rb", buffering=0) as pipe:
        text = pipe.read()
    if not text:
        os._exit(0)
    order: Order = pickle.loads(text)  # noqa: S301 - from the parent process, through a pipe
    return order


def enter(runner_pid: int) -> None:
    """Die with the runner, be the first to go when memory runs out, take signals as usual."""
    machine.prctl(machine.PR_SET_PDEATHSIG, signal.SIGKILL)
    os.setpgid(0, 0)  # what it sends to its process group must not reach the runner
    if os.getppid() != runner_pid:
        os._exit(1)  # the runner died before the kernel knew that we care
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    machine.prefer_as_victim()
    faulthandler.enable()


def work(spec: Spec, directory: AttemptDirectory, cancel_fd: int | None, *, captured: bool) -> None:
    """Load the experiment, run it, write its final word."""
    journal = JournalWriter(directory.journal)
    context = RunContext(spec.run, spec.instance, spec.run.configuration, directory)
    if captured:
        capture.logging_and_warnings(context)
    capture.threads(context)
    try:
        call = prepare(spec, context, journal)
    except BaseException as error:  # noqa: BLE001 - imports may raise anything
        journal.write(outcome.refused(error))
        return
    outcome.perform(call, context, journal, cancel_fd)


def prepare(spec: Spec, context: RunContext, journal: JournalWriter) -> Callable[[], Any]:
    """Import the experiment and fit the configuration to its schema; what is left to call."""
    from athanor.definition import loading

    loading.prepare_path(Path(spec.project))
    experiment = loading.load(spec.instance.experiment_module)
    configuration = experiment.validate(spec.run.configuration)
    if configuration != spec.run.configuration:
        journal.write(kinds.Configured(now_us(), kinds.raw(configuration)))
    context.configuration = configuration
    return lambda: experiment.call(context, configuration)


def leave() -> None:
    """End as Python does: wait for threads, run exit handlers, flush; then go at once.

    The interpreter's own teardown is skipped: after a fork it can only do harm.
    """
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
        machine.flush_c_streams()
    finally:
        os._exit(0)


if __name__ == "__main__":
    *descriptors, parent = map(int, sys.argv[1:])
    main(Wiring(*descriptors), parent)
