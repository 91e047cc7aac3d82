"""The recorder: a thread of the runner that gathers what a run is recorded with.

So nobody waits for git. It is a thread because a third process would cost a run as much as the
other two. The runner writes down what it has found.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from athanor.domain.moment import now_us
from athanor.execution import surroundings
from athanor.journal import format as kinds

_NICENESS = 10


class Recorder:
    """Gathers once. The one process that it may have started, git, is told by its pid."""

    def __init__(self, project: Path, wake: Callable[[], None]) -> None:
        """``wake`` is called, in the thread, when there is something to take or it has failed."""
        self._project = project
        self._wake = wake
        self._starting = threading.Lock()
        self._git: subprocess.Popen[bytes] | None = None
        self._found: kinds.Surroundings | None = None
        self._stopped = self._done = False
        self._thread = threading.Thread(target=self._work, name="athanor-recorder", daemon=True)
        self.busy = False
        """Until what was found is taken."""

    def start(self) -> None:
        """Begin."""
        self.busy = True
        self._thread.start()

    def take(self) -> list[kinds.Surroundings]:
        """What was found, once."""
        if not (self.busy and self._done):
            return []
        self.busy = False
        return [] if self._found is None else [self._found]

    @contextlib.contextmanager
    def pausing(self) -> Iterator[int | None]:
        """The pid of git, the leader of its process group; none is started meanwhile."""
        with self._starting:
            yield self.pid

    @property
    def pid(self) -> int | None:
        """That of git while it works."""
        git = self._git
        return None if git is None else git.pid

    def stop(self) -> None:
        """End git; what it did not say is not recorded."""
        with self._starting:
            self._stopped = True
            if self._git is not None:
                surroundings.end(self._git)

    def _work(self) -> None:
        with contextlib.suppress(OSError):  # the work comes first; a thread has a niceness on Linux
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        try:
            facts = surroundings.gather(self._project, os.environ, self._ask)
            self._found = kinds.Surroundings(now_us(), kinds.raw(facts))
        except Exception:  # noqa: BLE001 - a run goes on without; its log tells why
            traceback.print_exc()
        finally:
            self._done = True
            self._wake()

    def _ask(self, command: Sequence[str]) -> bytes:
        with self._starting:
            if self._stopped:
                return b""
            git = self._git = surroundings.begin(command)
        try:
            return surroundings.answer(git)
        finally:
            with self._starting:
                self._git = None
