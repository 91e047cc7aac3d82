"""One live attempt as its supervisor sees it: store what it says, pass on orders, judge its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from athanor.domain.attempt import Attempt
from athanor.domain.home import AttemptDirectory
from athanor.domain.moment import from_us, now
from athanor.domain.verdict import Ending, verdict
from athanor.execution.control import Order
from athanor.journal.format import Exited
from athanor.journal.reader import CHUNK_BYTES, Chunk, JournalReader
from athanor.store import attempts, runs
from athanor.store.attempts import Standing
from athanor.store.database import Database
from athanor.store.fold import fold
from athanor.store.ingest import Ingested, ingest
from athanor.supervision.executor import Executor, Presence

POLL_S = 0.25
RESEND_S = 1.0
FORCE_PATIENCE_S = 10.0
"""How much longer than its grace a runner that obeys a force may take before it is killed too."""

Published = Callable[[Ingested], None]


class Watch:
    """Follows one attempt from its submission to its verdict. Clocks are monotonic seconds."""

    def __init__(self, attempt: Attempt, directory: AttemptDirectory, executor: Executor) -> None:
        self.attempt = attempt
        self._directory = directory
        self._executor = executor
        self._reader = JournalReader(directory.journal)
        self._size = 0
        self._polled_s = float("-inf")
        self._sent: dict[Order, float] = {}
        self._forced_s: float | None = None
        self._killed_s = float("-inf")
        self._killed = False
        self.over = False
        """Known to be gone; what it said may still have to be stored."""

    def update(self, stored: Attempt | Standing) -> None:
        """Take over what others may have changed: the orders."""
        self.attempt = replace(
            self.attempt,
            status=stored.status,
            cancel_requested_at=stored.cancel_requested_at,
            force_requested_at=stored.force_requested_at,
        )

    def found(self, handle: dict[str, Any] | None) -> None:
        """Take over how the executor finds it."""
        self.attempt = replace(self.attempt, handle=handle)

    def heard(self, at_most: int, *, to_end: bool = False) -> Chunk | None:
        """About ``at_most`` bytes of what is not stored yet; None when there is nothing."""
        offset = self.attempt.journal_offset
        self._size = self._reader.size()
        if self._size <= offset:
            return None
        chunk = self._reader.read(offset, at_most, to_end=to_end)
        return None if chunk.empty else chunk

    def stored(self, database: Database, published: Published, done: Ingested) -> bool:
        """Go on from what was stored; True when there was more than was heard.

        What has come since waits for the next tick: run after each line, and every line of a run
        that says thousands a second would have a commit of its own.
        """
        if not done.moved:
            return self._reload(database)
        self.attempt = done.attempt
        published(done)
        return done.end < self._size

    def store(
        self,
        database: Database,
        published: Published,
        at_most: int = CHUNK_BYTES,
        *,
        to_end: bool = False,
    ) -> bool:
        """Store about ``at_most`` bytes of what is new; True when there was more."""
        chunk = self.heard(at_most, to_end=to_end)
        if chunk is None:
            return False
        return self.stored(database, published, ingest(database, self.attempt, chunk))

    def deliver(self, now_s: float, force_grace_s: float) -> None:
        """Pass on a cancel or a force until the journal shows that it has arrived."""
        if self.attempt.force_requested_at:
            self._force(now_s, force_grace_s)
        elif self.attempt.cancel_requested_at and not self.attempt.ending.cancel_asked:
            self._send("cancel", now_s)

    def gone(self, now_s: float) -> bool:
        """Whether the attempt is over for certain; asked at once when it has said so itself.

        What a runner that was killed has left behind is ended first: until nothing of the attempt
        is there any more, it is not gone.
        """
        if not self.over:
            self.over = self._is_gone(now_s)
        return self.over

    def _is_gone(self, now_s: float) -> bool:
        exited = self.attempt.ending.exit is not None
        if not exited and now_s - self._polled_s < POLL_S:
            return False
        self._polled_s = now_s
        if self._executor.poll(self.attempt.handle, self._directory) is not Presence.GONE:
            return False
        if not exited and self._about_to_end():
            self._polled_s = float("-inf")
            return False
        # One that has not begun may begin this very moment, asked for by an owner that was killed.
        if not (self.attempt.ending.started or self._executor.withdraw(self._directory)):
            return False
        return exited or self._executor.clear(self.attempt, self._directory)

    def _about_to_end(self) -> bool:
        """Whether its runner has gone as it should, and only said so since the last look.

        Then nothing can be left of it, and the machine need not be searched.
        """
        try:
            chunk = self.heard(CHUNK_BYTES)
        except OSError:
            return False  # told where it is stored
        return chunk is not None and any(isinstance(line, Exited) for _, line in chunk.lines)

    def conclude(self, database: Database, published: Published) -> bool:
        """Of an attempt that is gone, store the rest and judge. False if it never began."""
        while self.store(database, published, to_end=True):
            pass
        if not self.attempt.ending.started:
            return False
        self._finish(database)
        return True

    def close(self) -> None:
        """Let go of the journal."""
        self._reader.close()

    def _force(self, now_s: float, grace_s: float) -> None:
        """Tell the runner. One that does not even note it, a stopped one perhaps, is killed."""
        if self._forced_s is None:
            self._forced_s = now_s
        patience_s = grace_s
        if self.attempt.ending.forced:
            patience_s += FORCE_PATIENCE_S
        else:
            self._send("force", now_s)
        if now_s - max(self._forced_s + patience_s, self._killed_s + RESEND_S) > 0:
            self._killed_s = now_s
            self._killed |= self._executor.kill(self.attempt.handle, self._directory)

    def _send(self, order: Order, now_s: float) -> None:
        if now_s - self._sent.get(order, float("-inf")) < RESEND_S:
            return
        if self._executor.cancel(self.attempt.handle, self._directory, order):
            self._sent[order] = now_s

    def _finish(self, database: Database) -> None:
        ending = self.attempt.ending
        missing = self._executor.missing(self.attempt, self._directory)
        stored, there = self.attempt.journal_offset, self._reader.size()
        if there < stored:
            ending = self._heard_again()
            missing += f"; its journal was cut short by somebody, from {stored} bytes to {there}"
        if self._killed and not ending.decided:  # on a full disk its journal does not say so
            ending = replace(ending, cancel_first=True)
        status, error = verdict(ending, missing)
        at = from_us(ending.heard_us) if ending.heard_us else now()
        with database.write() as connection:
            runs.finish(connection, self.attempt.run_id, self.attempt.attempt, status, error, at)

    def _heard_again(self) -> Ending:
        """The end, also from a journal that was cut, where it is told before what is stored."""
        attempt, offset = self.attempt, 0
        ending = attempt.ending
        while not (chunk := self._reader.read(offset, to_end=True)).empty:
            offset = chunk.end
            ending = fold(
                chunk.lines,
                run_id=attempt.run_id,
                attempt=attempt.attempt,
                last_line=0,
                ending=ending,
                inserted_at=now(),
            ).ending
        return ending

    def _reload(self, database: Database) -> bool:
        """Take over what somebody else has stored; False when the attempt is there no more."""
        with database.read() as connection:
            stored = attempts.get(connection, self.attempt.run_id, self.attempt.attempt)
        if stored is None:
            return False
        self.attempt = stored
        return True
