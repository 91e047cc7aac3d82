"""Ctrl-C while a run is followed: the first asks it to stop, the second forces it.

The signal handler only notes; a thread of its own passes the order on, because the main thread
may be in the middle of anything.
"""

from __future__ import annotations

import queue
import signal
import threading
import time
from typing import TYPE_CHECKING

from athanor.errors import AthanorError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType, TracebackType

    from athanor.harness.workbench import Workbench

_RETRY_S = 0.5
_SAID = (
    "Asked the run to stop. Press Ctrl-C again to force it.",
    "Forcing the run to end. Press Ctrl-C again to leave it alone.",
)


class Interrupts:
    """Within this context Ctrl-C cancels a run; a third one is a KeyboardInterrupt again."""

    def __init__(self, harness: Workbench, run_id: str, notice: Callable[[str], None]) -> None:
        self._harness = harness
        self._run_id = run_id
        self._notice = notice
        self._count = 0
        self._told = 0
        self._orders: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="athanor-cancel", daemon=True)

    def __enter__(self) -> Interrupts:
        self._before = signal.getsignal(signal.SIGINT)
        if self._before is not signal.SIG_IGN:  # as it is for a script's background jobs
            signal.signal(signal.SIGINT, self._interrupted)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._before)
        self._orders.put(None)
        self._thread.join()

    def _interrupted(self, number: int, frame: FrameType | None) -> None:
        self._count += 1
        if self._count > len(_SAID):
            raise KeyboardInterrupt
        self._orders.put(self._count)

    def _work(self) -> None:
        while (count := self._orders.get()) is not None:
            try:
                self._harness.cancel_run(self._run_id, force=count > 1)
            except Unavailable as error:
                if self._told < count:
                    self._told = count
                    self._notice(f"{error.message} The order is passed on as soon as it does.")
                time.sleep(_RETRY_S)
                self._orders.put(count)
            except AthanorError as error:
                self._notice(error.message)
            else:
                self._notice(_SAID[count - 1])
