"""The last of what was told, as much as fits: those who are told take it from here by themselves.

So nobody has a queue of his own, and what a slow one costs is bounded.
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from athanor.harness.following import Place
    from athanor.server.live.batch import Batch

KEPT_BYTES = 4 << 20


class Ring:
    """Batches in order; the oldest make room."""

    def __init__(self, kept_bytes: int = KEPT_BYTES) -> None:
        self._kept_bytes = kept_bytes
        self._batches: deque[Batch] = deque()
        self._bytes = 0

    def add(self, batch: Batch) -> None:
        """Keep one more; always at least the newest."""
        self._batches.append(batch)
        self._bytes += batch.size
        while self._bytes > self._kept_bytes and len(self._batches) > 1:
            self._bytes -= self._batches.popleft().size

    def after(self, place: Place) -> list[Batch]:
        """Those that hold something beyond a place, oldest first."""
        found = []
        for batch in reversed(self._batches):
            if batch.end <= place:
                break
            found.append(batch)
        return found[::-1]
