"""A run in this very process, so that ``breakpoint()`` works: ``athanor run --debug``.

The journal and the lock are as ever, so the run is stored and judged like any other. There is no
runner: nothing is captured, nothing is enforced, and Ctrl-C is the debugger's.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
import time
from collections.abc import Callable

from athanor.domain.home import AttemptDirectory
from athanor.domain.moment import now_us
from athanor.errors import StartFailed
from athanor.execution import lock, spec, surroundings, task
from athanor.execution.spec import Spec
from athanor.execution.start import as_started, started_line
from athanor.journal import format as kinds
from athanor.journal.slot import Slot
from athanor.journal.writer import JournalWriter

_BEAT_S = 0.2


def run(given: Spec, directory: AttemptDirectory, claim: Callable[[], None]) -> None:
    """Work through an attempt here. StartFailed when somebody else works on it.

    ``claim`` is called once the lock is held, so that a supervisor never sees the claim without it.
    """
    spec.write(given, directory)
    held = lock.hold(directory.lock)
    if held is None:
        raise StartFailed(f"Run {given.run.id} is being worked on by another process.")
    try:
        claim()
        _work(given, directory)
    finally:
        os.close(held)


def _work(given: Spec, directory: AttemptDirectory) -> None:
    journal = JournalWriter(directory.journal)
    started = started_line()
    journal.write(started)
    facts = surroundings.gather(given.project_path, os.environ)
    journal.write(kinds.Surroundings(now_us(), kinds.raw(facts)))
    over = threading.Event()
    beat = (Slot(directory.progress), journal, over)
    teller = threading.Thread(target=_tell_progress, args=beat, name="athanor-beat", daemon=True)
    begun_s = time.monotonic()
    teller.start()
    try:
        task.work(as_started(given, started), directory, None, captured=False)
    finally:
        over.set()
        teller.join()
        _close(journal, time.monotonic() - begun_s)


def _tell_progress(slot: Slot, journal: JournalWriter, over: threading.Event) -> None:
    """Now and then, and once when it is over, the newest progress becomes a line."""
    told = 0
    going_on = True
    while going_on:
        going_on = not over.wait(_BEAT_S)
        newest = slot.read()
        if newest is not None and newest.stamp != told:
            told = newest.stamp
            journal.write(kinds.Progress(newest.ts, newest.current, newest.total, newest.message))


def _close(journal: JournalWriter, duration_s: float) -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    unit = 1 if sys.platform == "darwin" else 1024
    journal.write(
        kinds.Exited(
            ts=now_us(),
            code=0,
            signal=None,
            peak_memory_bytes=usage.ru_maxrss * unit,
            cpu_s=round(usage.ru_utime + usage.ru_stime, 6),
            duration_s=round(duration_s, 6),
        )
    )
