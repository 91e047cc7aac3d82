"""The supervisor: starts what waits, stores what is said, passes on orders, ends what is over.

One thread of one process a data directory does this. All it knows is in the database and in the
run directories, so that the next one goes on where it was killed.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from weakref import WeakSet

from sqlalchemy.exc import OperationalError, SQLAlchemyError

from athanor.domain.attempt import Attempt
from athanor.domain.home import Home
from athanor.errors import Unavailable
from athanor.journal.reader import CHUNK_BYTES, Chunk
from athanor.settings import Settings
from athanor.store import attempts, identity, waiting
from athanor.store.database import Database
from athanor.store.ingest import Ingested, ingest_together
from athanor.supervision.executor import Executor
from athanor.supervision.launcher import Launcher
from athanor.supervision.watch import Watch

BUSY_TICK_S = 0.01
CALM_TICK_S = 0.025
"""While runs live and none has said anything for a second."""
IDLE_TICK_S = 0.1
CHANGED_S = 0.03
LOOK_S = 1.0
LOOK_REST = 10
"""How many times as long as a look took until the next, unless somebody asks."""
TURN_BYTES = 1 << 16
"""How much of a run is stored at a time while others wait: about 5 ms of work."""
SETTLE_S = 1.0
_RETRY_S = 0.5

Key = tuple[str, int]
"""Run id and attempt."""

_SPOILED = (IsADirectoryError, NotADirectoryError, PermissionError)
"""What does not mend itself, unlike a lack of memory or descriptors."""

log = logging.getLogger(__name__)


class Supervisor:
    """Keeps the runs of one data directory true. Use it only while owning the directory."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        executor: Executor,
        published: Callable[[Ingested], None] = lambda _: None,
    ) -> None:
        self._database = database
        self._settings = settings
        self._home = Home(settings.home)
        self._executor = executor
        self._launcher = Launcher(database, settings, executor)
        self._tell = published
        self._heard_s = float("-inf")
        self._watches: dict[Key, Watch] = {}
        self._behind: dict[Key, None] = {}
        self._troubled: WeakSet[Watch] = WeakSet()
        self._seen_version = -1
        self._looked_s = float("-inf")
        self._look_took_s = 0.0
        self._woken = threading.Event()
        self._asked = False

    def wake(self) -> None:
        """Look at once instead of at the next tick. May be called from any thread."""
        self._asked = True
        self._woken.set()

    def at_home(self) -> bool:
        """Whether the data directory is where it was: whoever opens it elsewhere owns it there."""
        return identity.is_here(self._home, self._database.home)

    def run(self, stop: threading.Event) -> None:
        """Work until ``stop`` is set, and then wakened; or until the directory is not there."""
        with self._database.upkeep():
            self._work(stop)

    def _work(self, stop: threading.Event) -> None:
        away = False
        while not stop.is_set() and self.at_home():
            try:
                more = self.step()
                away = False
            except (SQLAlchemyError, Unavailable) as error:
                # The database is away or locked. The journals keep everything until it is back.
                if not away:
                    log.warning("%s Trying until it does; no run is lost.", error)
                away = True
                more = False
                stop.wait(_RETRY_S)
            if not more:
                self._woken.wait(self._rest_s())
                self._woken.clear()

    def _rest_s(self) -> float:
        if not self._watches:
            return IDLE_TICK_S
        return BUSY_TICK_S if time.monotonic() - self._heard_s < 1 else CALM_TICK_S

    def _published(self, done: Ingested) -> None:
        self._heard_s = time.monotonic()
        self._tell(done)

    def step(self, *, start: bool = True) -> bool:
        """One pass over everything; True when there is more to store at once."""
        if self._due(time.monotonic()):
            if start:
                self._launch()
            looking_s = time.monotonic()
            self._adopt()
            self._look_took_s = time.monotonic() - looking_s
        return self._tend_all(CHUNK_BYTES if len(self._watches) == 1 else TURN_BYTES)

    def _tend_all(self, at_most: int) -> bool:
        """A turn for every run that keeps up, and for one of those that are behind.

        So a run that writes faster than can be stored delays the others by one turn of its own,
        however many of its kind there are.
        """
        keeping_up = [key for key in self._watches if key not in self._behind]
        more = self._store_together(keeping_up) if len(keeping_up) > 1 else {}
        for key in keeping_up:
            if self._tend(key, at_most, more.get(key)):
                self._behind[key] = None
        if self._behind:
            key = next(iter(self._behind))
            del self._behind[key]
            if key in self._watches and self._tend(key, at_most):
                self._behind[key] = None  # at the end of the line again
        return bool(self._behind)

    def _store_together(self, keys: list[Key]) -> dict[Key, bool]:
        """What several have said, in few commits; of each that was stored, if there is more.

        One whose files or lines are trouble spoils the commit of others: they are left out here,
        and each has a commit of its own in its turn.
        """
        more: dict[Key, bool] = {}
        for batch in self._batches(keys):
            watches = [self._watches[key] for key, _ in batch]
            heard = [(w.attempt, chunk) for w, (_, chunk) in zip(watches, batch, strict=True)]
            try:
                done = ingest_together(self._database, heard)
            except (OperationalError, Unavailable):
                raise
            except Exception:  # told in the turn of the one that it is about
                log.debug("Several runs could not be stored together", exc_info=True)
                continue
            for (key, _), watch, stored in zip(batch, watches, done, strict=True):
                with self._apart(key, watch):
                    more[key] = watch.stored(self._database, self._published, stored)
        return more

    def _batches(self, keys: list[Key]) -> Iterator[list[tuple[Key, Chunk]]]:
        """What is new, about ``TURN_BYTES`` at a time."""
        batch: list[tuple[Key, Chunk]] = []
        size = 0
        for key in keys:
            watch = self._watches[key]
            with suppress(Exception):  # asked again, and told, in its turn
                chunk = None if watch in self._troubled else watch.heard(TURN_BYTES)
                if chunk is not None:
                    batch.append((key, chunk))
                    size += chunk.end - chunk.start
            if size >= TURN_BYTES:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def settle(self) -> None:
        """Without starting anything: store what was said, pass on orders, judge the dead.

        What the living have said beyond a second's work waits for the next look: a flood has no
        end.
        """
        self._looked_s = float("-inf")
        end_s = time.monotonic() + SETTLE_S
        while self.step(start=False) and (time.monotonic() < end_s or self._judging):
            pass

    @property
    def _judging(self) -> bool:
        return any(watch.over for watch in self._watches.values())

    @property
    def idle(self) -> bool:
        """True when nothing is alive and nothing waits."""
        if self._watches:
            return False
        home = self._database.home
        with self._database.read() as c:
            return not (waiting.live_count(c, home) or waiting.startable(c, home=home, limit=1))

    def close(self) -> None:
        """Let go of files; the runs live on."""
        for watch in self._watches.values():
            watch.close()
        self._watches.clear()

    def _tend(self, key: Key, at_most: int, more: bool | None = None) -> bool:
        """One attempt's turn; True when it has more to store. ``more`` if it was stored already."""
        watch, now_s = self._watches[key], time.monotonic()
        with self._apart(key, watch):
            if more is None:
                more = watch.store(self._database, self._published, at_most)
            watch.deliver(now_s, self._settings.force_grace_s)
            if watch.gone(now_s) and not more:  # a long rest is stored in turns like the others'
                self._conclude(key, watch)
            return more
        return False

    @contextmanager
    def _apart(self, key: Key, watch: Watch) -> Iterator[None]:
        """Whatever is wrong with one run's files or lines, the others go on; told once."""
        try:
            yield
        except (OperationalError, Unavailable):
            raise
        except Exception as error:
            if watch not in self._troubled:
                self._troubled.add(watch)
                log.exception("Run %s cannot be looked after; trying on", key[0])
            if isinstance(error, _SPOILED) and watch.gone(time.monotonic()):
                self._launcher.refuse(watch.attempt, f"Its files were damaged: {error}.")

    # --- looking ---

    def _due(self, now_s: float) -> bool:
        """The database is read again when asked, when somebody wrote to it, and every second.

        Our own ingest is somebody too: while runs speak, one look in a few ticks will do, and where
        hundreds live looking shall not take the time for storing what they say.
        """
        version = self._database.data_version()
        since_s = now_s - self._looked_s
        rest_s = max(CHANGED_S, LOOK_REST * self._look_took_s)
        changed = version != self._seen_version and since_s >= rest_s
        if not (self._asked or changed or since_s >= LOOK_S):
            return False
        self._asked = False
        self._seen_version = version
        self._looked_s = now_s
        return True

    def _adopt(self) -> None:
        """Take over every attempt the database calls live, whoever started it."""
        home = self._database.home
        with self._database.read() as connection:
            live = {(x.run_id, x.attempt): x for x in attempts.standing(connection, home=home)}
            known = all(self._found(key) for key in live)
            stored = [] if known else attempts.open_attempts(connection, home=home)
        for attempt in stored:
            self._take_over(attempt)
        for key, entry in live.items():
            self._watches[key].update(entry)
        for key in self._watches.keys() - live.keys():
            self._watches.pop(key).close()

    def _found(self, key: Key) -> bool:
        return key in self._watches and self._watches[key].attempt.handle is not None

    def _take_over(self, attempt: Attempt) -> None:
        key = (attempt.run_id, attempt.attempt)
        if not self._found(key):
            attempt = self._with_handle(attempt)
            if key in self._watches:
                self._watches[key].found(attempt.handle)
            else:
                self._watch(attempt)

    def _with_handle(self, attempt: Attempt) -> Attempt:
        """The attempt; with the handle that its claimant died over, if that can be found."""
        if attempt.handle is not None:
            return attempt
        handle = self._executor.find(self._home.attempt(attempt.run_id, attempt.attempt))
        if handle is None:
            return attempt
        with self._database.write(relaxed=True) as connection:
            attempts.set_handle(connection, attempt.run_id, attempt.attempt, handle)
        return replace(attempt, handle=handle)

    def _watch(self, attempt: Attempt) -> None:
        directory = self._home.attempt(attempt.run_id, attempt.attempt)
        key = (attempt.run_id, attempt.attempt)
        self._watches[key] = Watch(attempt, directory, self._executor)

    # --- starting ---

    def _launch(self) -> None:
        for attempt in self._launcher.started():
            if attempt is not None:
                self._watch(attempt)
            # Those at work do not wait until the last of many has started, nor it for a long turn.
            self._tend_all(TURN_BYTES)

    # --- ending ---

    def _conclude(self, key: Key, watch: Watch) -> None:
        """Judge an attempt that is gone; one that never began is started again, a few times."""
        if not watch.conclude(self._database, self._published):
            self._launcher.begin_again(watch.attempt)
        self._watches.pop(key).close()
        self._looked_s = float("-inf")
