"""The start of an attempt: taking its lock, saying so, and letting the runner work."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import replace

from athanor.domain.home import AttemptDirectory
from athanor.domain.instance import Instance
from athanor.domain.moment import from_us, now_us
from athanor.domain.run import RunStatus
from athanor.execution import environment, lock, machine
from athanor.execution.cgroup import Group
from athanor.execution.launch import Launched, fork_ahead, new_interpreter
from athanor.execution.runner import Runner
from athanor.execution.spec import COOKIE_VARIABLE, Spec, read
from athanor.journal import format as kinds
from athanor.journal.writer import JournalWriter
from athanor.version import __version__


def main(
    directory: AttemptDirectory,
    answer: Callable[[], None],
    ahead: Launched | None = None,
    group: Group | None = None,
) -> None:
    """Work through one attempt, unless somebody does or did already.

    ``answer`` is called once the lock is held and the journal says so. ``ahead`` is a task that
    was forked from this process before, and is in ``group`` if there is one.
    """
    held = lock.hold(directory.lock)
    if held is None:
        return
    journal = JournalWriter(directory.journal)
    if journal.size() > 0:
        return  # this attempt was started before; it is never started twice
    if not directory.spec.exists():
        return  # nobody waits for it any more: the claim it was asked for has lapsed
    spec = read(directory)
    started = started_line(spec.instance)
    journal.write(started)
    answer()
    machine.prctl(machine.PR_SET_CHILD_SUBREAPER, 1)
    given = environment.take(directory)
    fork = sys.platform == "linux" and not (given is not None and environment.adopt(given))
    waiting = _waiting(ahead, fork=fork)
    os.environ[COOKIE_VARIABLE] = spec.cookie
    if spec.gpus:
        os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(spec.gpus)
    os.environ.setdefault(
        "PYTHONUNBUFFERED", "1"
    )  # what its child interpreters print comes at once
    os.chdir(spec.project)
    if group is not None:
        if waiting is not ahead:
            group.add(waiting.pid)
        directory.group.write_text(str(group.path), encoding="utf-8")
    Runner(as_started(spec, started), directory, journal, waiting, group).run()
    # The lock is let go of by the end of this process, and by nothing before it.


def _waiting(ahead: Launched | None, *, fork: bool) -> Launched:
    """The task that was forked ahead, if it can serve; else a new one."""
    if ahead is not None and fork and ahead.alive():
        return ahead
    if ahead is not None:
        ahead.dismiss()
    return fork_ahead() if fork else new_interpreter()


def started_line(limits: Instance | None = None) -> kinds.Started:
    """The line that says: this process holds the lock of the attempt.

    ``limits`` is the instance whose limits it will hold the run to, None where nobody does.
    """
    return kinds.Started(
        ts=now_us(),
        pid=os.getpid(),
        start_ticks=machine.start_ticks(os.getpid()),
        boot_id=machine.boot_id(),
        machine_id=machine.machine_id(),
        host=machine.host(),
        python=machine.python_version(),
        athanor=__version__,
        time_limit_s=limits.time_limit_s if limits else None,
        memory_limit_bytes=limits.memory_limit_bytes if limits else None,
    )


def as_started(spec: Spec, started: kinds.Started) -> Spec:
    """The spec as the experiment sees it: its run is running."""
    run = replace(spec.run, status=RunStatus.RUNNING, started_at=from_us(started.ts))
    return Spec(**{name: getattr(spec, name) for name in spec.__struct_fields__} | {"run": run})
