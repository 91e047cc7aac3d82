"""What the runner has to write: in the journal, or kept in order while the disk takes nothing."""

from __future__ import annotations

import sys
import time

from athanor.errors import JournalError
from athanor.journal.format import Line
from athanor.journal.writer import RETRY_S, JournalWriter, block_of


class Backlog:
    """A journal that never refuses, so that a full disk keeps the runner from no duty."""

    def __init__(self, journal: JournalWriter) -> None:
        self._journal = journal
        self._owed = b""
        self._again_at_s = 0.0
        self._synced = 0
        self._sync_failed = False

    @property
    def waiting(self) -> bool:
        """Whether something could not be written yet."""
        return bool(self._owed)

    def write(self, *lines: Line) -> None:
        """Append, or keep behind what waits already."""
        if self._owed:
            self._owed += block_of(lines)
            return
        try:
            self._journal.write_many(lines)
        except JournalError as error:
            self._wait(error)

    def retry(self) -> None:
        """Write what waits, if it is time to try again."""
        if not self._owed or time.monotonic() < self._again_at_s:
            return
        try:
            self._journal.append(self._owed)
            self._owed = b""
        except JournalError as error:
            self._wait(error)

    def sync(self) -> None:
        """Make what was written survive a power cut.

        A disk that refuses is asked again with the next call: the work need not end for it.
        """
        size = self._journal.size()
        if size == self._synced:
            return
        try:
            self._journal.sync()
        except OSError as error:
            if not self._sync_failed:
                sys.stderr.write(f"The journal cannot be synchronized: {error}; trying on.\n")
            self._sync_failed = True
        else:
            self._synced, self._sync_failed = size, False

    def _wait(self, error: JournalError) -> None:
        self._owed = error.rest
        self._again_at_s = time.monotonic() + RETRY_S
