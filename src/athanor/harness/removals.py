"""What is being deleted is removed beside the rest: nobody waits for a million rows."""

from __future__ import annotations

import threading
from queue import SimpleQueue
from typing import TYPE_CHECKING

from athanor.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

_RETRY_S = 1.0


class Removals:
    """A thread that removes one thing after the other, from the first one on.

    What it has not come to when it is stopped is found marked, and removed, by the next owner.
    """

    def __init__(self) -> None:
        self.stopping = threading.Event()
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._turn = threading.Lock()

    def add(self, remove: Callable[[], None]) -> None:
        """Have something removed, soon. ``remove`` may be called again when it fails half way."""
        self._queue.put(remove)
        with self._turn:
            if self._thread is None and not self.stopping.is_set():
                self._thread = threading.Thread(target=self._work, name="removals", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End after the batch that is under way."""
        self.stopping.set()
        self._queue.put(None)
        with self._turn:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _work(self) -> None:
        while (remove := self._queue.get()) is not None and not self.stopping.is_set():
            self._until_done(remove)

    def _until_done(self, remove: Callable[[], None]) -> None:
        while not self.stopping.is_set():
            try:
                remove()
                return
            except Unavailable:  # the database is away, busy or full: it will be there again
                self.stopping.wait(_RETRY_S)
