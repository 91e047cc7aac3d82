"""The task: the only process that imports an author's code. Told in order: enter, load, run, leave.

The runner forks it, or starts ``python -m athanor.execution.task`` where forking will not do.
"""

from __future__ import annotations

import atexit
import faulthandler
import os
import signal
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from athanor.domain.home import AttemptDirectory
from athanor.domain.moment import now_us
from athanor.execution import capture, machine, outcome
from athanor.execution.context import RunContext
from athanor.execution.spec import Spec, read
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


def main(spec: Spec, directory: AttemptDirectory, wiring: Wiring, runner_pid: int) -> None:
    """Work through one attempt and leave the process. Never returns."""
    enter(runner_pid)
    work(spec, directory, wiring.cancel_fd, redirect=True)
    os.write(wiring.returned_fd, RETURNED)
    leave()


def enter(runner_pid: int) -> None:
    """Die with the runner, be the first to go when memory runs out, take signals as usual."""
    machine.prctl(machine.PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != runner_pid:
        os._exit(1)  # the runner died before the kernel knew that we care
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGTERM, signal.SIGCHLD, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    machine.prefer_as_victim()
    faulthandler.enable()


def work(
    spec: Spec, directory: AttemptDirectory, cancel_fd: int | None, *, redirect: bool
) -> None:
    """Load the experiment, run it, write its final word."""
    journal = JournalWriter(directory.journal)
    context = RunContext(spec.run, spec.instance, spec.run.configuration, directory)
    if redirect:
        capture.standard_streams()
        capture.logging_and_warnings(context)
    capture.threads(context)
    try:
        call = prepare(spec, context, journal)
    except (KeyboardInterrupt, Exception) as error:  # noqa: BLE001 - imports may raise anything
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


def _spawned(arguments: list[str]) -> None:
    path, cancel_fd, returned_fd, runner_pid = arguments
    directory = AttemptDirectory(Path(path))
    wiring = Wiring(int(cancel_fd), int(returned_fd))
    main(read(directory), directory, wiring, int(runner_pid))


if __name__ == "__main__":
    _spawned(sys.argv[1:])
