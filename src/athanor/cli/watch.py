"""Following a run to its end in one of three ways: live, as plain lines, as JSON."""

from __future__ import annotations

import signal
import sys
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from athanor.cli.interrupts import Interrupts
from athanor.domain.run import RunStatus
from athanor.errors import RunAlreadyStarted, Unavailable
from athanor.harness.pausing import Pauses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from types import FrameType

    from athanor.domain.events import Event
    from athanor.domain.instance import Instance
    from athanor.domain.run import Run
    from athanor.harness.workbench import Workbench

EXIT_CODES = {RunStatus.COMPLETED: 0, RunStatus.FAILED: 1, RunStatus.CANCELLED: 130}
_LEAVING = (signal.SIGTERM, signal.SIGHUP)


class View(Protocol):
    """Shows a run to somebody; a context manager around the time in which it works."""

    def begin(self, run: Run, instance: Instance) -> None:
        """The run is about to be followed."""

    def tell(self, event: Event) -> None:
        """Something happened."""

    def notice(self, text: str) -> None:
        """Something about the following itself; may come from another thread."""

    def end(self, run: Run) -> None:
        """The run has ended."""

    def at_rest(self) -> AbstractContextManager[None]:
        """Within it the terminal is somebody else's; may be entered by another thread."""

    def close(self) -> None:
        """Leave the terminal as it was."""


def watch(harness: Workbench, run: Run, instance: Instance, view: View) -> int:
    """Start a run and follow it until it has ended; the exit code that says how.

    Ctrl-C is taken care of before the start, so that there is no moment in which it would leave a
    run without an owner or a terminal without a cursor.
    """
    try:
        with (
            _left_behind(harness, run.id),
            Interrupts(harness, run.id, view.notice),
            Pauses(harness, view.at_rest),
        ):
            _start(harness, run)
            view.begin(harness.get_run(run.id), instance)
            away = partial(say_away, view.notice)
            for event in harness.follow(run.id, away=away):
                view.tell(event)
    finally:
        view.close()
    ended = harness.wait(run.id)
    view.end(ended)
    return EXIT_CODES.get(ended.status, 1)


def say_away(notice: Callable[[str], None], error: Unavailable) -> None:
    """Tell somebody who follows a run that what tells of it is away."""
    notice(f"{error.message} Runs go on meanwhile; it is looked for again and again.")


def _start(harness: Workbench, run: Run) -> None:
    try:
        harness.start(run.id, harness.environment(), wait=False)
    except RunAlreadyStarted:
        if harness.get_run(run.id).status is not RunStatus.CANCELLED:
            raise


@contextmanager
def _left_behind(harness: Workbench, run_id: str) -> Iterator[None]:
    """Whoever stops watching early (a closed terminal, a broken pipe) leaves a supervisor."""
    # What nohup has switched off stays off.
    heeded = [number for number in _LEAVING if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, _leave) for number in heeded}
    try:
        yield
    except BaseException:
        if _may_live(harness, run_id):
            harness.leave_behind()
        raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _may_live(harness: Workbench, run_id: str) -> bool:
    try:
        found = harness.find_run(run_id)
    except Unavailable:
        return True
    return found is not None and found.status.live


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)
