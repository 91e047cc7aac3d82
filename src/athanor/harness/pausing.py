"""Ctrl-Z: whoever is stopped must not hold the lock on everybody's runs meanwhile.

The signal handler only notes; a thread of its own hands the runs over, because the main thread may
hold what that waits for. Then the main thread does what Ctrl-Z does. Where there is no shell that
could continue it, the kernel would not stop it, and nothing is done.
"""

from __future__ import annotations

import os
import queue
import signal
import threading
from contextlib import AbstractContextManager, nullcontext, suppress
from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from athanor.harness.workbench import Workbench


class _Stage(Enum):
    HERE = auto()
    HANDING_OVER = auto()
    HANDED_OVER = auto()


class Pauses:
    """Within this context another keeps the runs while this process is stopped.

    The main thread enters it, as only that one may say what is done with a signal.
    ``shown`` is entered around the pause: it leaves a terminal as it was.
    """

    def __init__(
        self,
        harness: Workbench,
        shown: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._harness = harness
        self._shown = shown
        self._stage = _Stage.HERE
        self._asked: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._back: queue.SimpleQueue[bool] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="athanor-pause", daemon=True)

    def __enter__(self) -> Pauses:
        self._before = signal.getsignal(signal.SIGTSTP)
        if self._before is not signal.SIG_IGN:  # as it is where nobody could continue us
            signal.signal(signal.SIGTSTP, self._pressed)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._asked.put(False)
        self._thread.join()  # a pause under way ends first
        signal.signal(signal.SIGTSTP, self._before)

    def _pressed(self, number: int, frame: FrameType | None) -> None:
        if self._stage is _Stage.HERE:
            self._stage = _Stage.HANDING_OVER
            self._asked.put(True)
        elif self._stage is _Stage.HANDED_OVER:
            try:
                signal.signal(signal.SIGTSTP, signal.SIG_DFL)
                signal.raise_signal(signal.SIGTSTP)  # returns when somebody continues us
            finally:  # a SIGTERM or SIGHUP that came meanwhile raises here, and somebody waits
                self._back.put(True)
                self._stage = _Stage.HERE
                signal.signal(signal.SIGTSTP, self._pressed)

    def _work(self) -> None:
        while self._asked.get():
            if not _can_be_continued():
                self._stage = _Stage.HERE
                continue
            _free_children()
            with suppress(OSError):  # no room for another process: whoever comes next takes over
                self._harness.leave_behind()
            with self._shown():
                self._harness.step_aside(self._pause)

    def _pause(self) -> None:
        self._stage = _Stage.HANDED_OVER
        main = threading.main_thread().ident
        assert main is not None
        signal.pthread_kill(main, signal.SIGTSTP)
        self._back.get()


def _can_be_continued() -> bool:
    """Whether our process group has a parent outside of it in the same session, such as a shell."""
    import psutil

    with suppress(psutil.Error, OSError):
        for parent in psutil.Process().parents():
            if os.getpgid(parent.pid) != os.getpgrp():
                return os.getsid(parent.pid) == os.getsid(0)
    return False


def _free_children() -> None:
    """Let those go on that the key has stopped between their fork and their own session.

    Whoever has forked one waits for it within the kernel, cannot be stopped there, and the shell
    would wait for both.
    """
    import psutil

    for child in psutil.Process().children():
        with suppress(psutil.Error):
            child.send_signal(signal.SIGCONT)
