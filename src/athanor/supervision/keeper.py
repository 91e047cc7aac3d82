"""Keeping a data directory supervised from inside another program: a thread that owns or waits.

Several processes may keep one directory; whoever holds the lock works, the others take over when
it ends.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping

from athanor.domain.home import Home
from athanor.settings import Settings
from athanor.store.database import Database
from athanor.store.ingest import Ingested
from athanor.store.mounts import network_file_system
from athanor.supervision.environment import filled
from athanor.supervision.executors.local import LocalExecutor
from athanor.supervision.ownership import Ownership
from athanor.supervision.supervisor import Supervisor

WAIT_S = 0.2

log = logging.getLogger(__name__)


class Keeper:
    """A supervisor in a thread of its own, for as long as this object is kept running."""

    def __init__(
        self,
        database: Database,
        settings: Settings,
        published: Callable[[Ingested], None] = lambda _: None,
    ) -> None:
        self._ownership = Ownership(Home(settings.home))
        self._executor = _executor(database, settings, filled(settings.project))
        self._supervisor = Supervisor(database, settings, self._executor, published)
        self._stop = threading.Event()
        self._refused = False
        self._thread = self._new_thread()

    @property
    def owns(self) -> bool:
        """Whether this process is the owner now."""
        return self._ownership.held

    def start(self) -> None:
        """Begin. When nobody owns the directory, this process owns it on return."""
        if self._ownership.acquire():
            self._executor.warm()
        self._thread.start()

    def wake(self) -> None:
        """Look for work at once."""
        self._supervisor.wake()

    def stop(self) -> None:
        """Finish the pass under way, store what was said, let go. Runs live on."""
        self._stop.set()
        self._supervisor.wake()
        if self._thread.is_alive():
            self._thread.join()
        else:  # a Ctrl-C came before it had begun
            self._ownership.release()
        self._executor.close()

    def step_aside(self, meanwhile: Callable[[], None]) -> None:
        """Let others take over during a call that may take long; then take part again."""
        self.stop()
        meanwhile()
        self._stop.clear()
        self._thread = self._new_thread()
        self._thread.start()  # it takes the lock itself: where that fails it may, and tries on

    def idle(self) -> bool:
        """Whether nothing is alive and nothing waits, as far as the owner knows."""
        return self._supervisor.idle

    def _new_thread(self) -> threading.Thread:
        return threading.Thread(target=self._keep, name="athanor-supervisor", daemon=True)

    def _keep(self) -> None:
        while not self._stop.is_set():
            if self._is_owner():
                self._work()
            else:
                self._stop.wait(WAIT_S)

    def _is_owner(self) -> bool:
        try:
            found = self._supervisor.at_home() and self._ownership.acquire()
        except OSError as error:  # a full disk, no descriptors left: it may pass
            if not self._refused:  # said once, not five times a second
                log.warning("Nobody can become the owner now (%s); trying on", error)
            self._refused = True
            return False
        self._refused = False
        return found

    def _work(self) -> None:
        try:
            self._supervisor.run(self._stop)
        except Exception:  # a mistake of ours must not leave the runs of a server unwatched
            log.exception("The supervisor failed; it begins again")
            self._stop.wait(WAIT_S)
        finally:
            self._supervisor.close()
            self._ownership.release()


def _executor(
    database: Database, settings: Settings, environment: Mapping[str, str]
) -> LocalExecutor:
    shared = network_file_system(settings.home) is not None
    return LocalExecutor(Home(settings.home), database.home, environment, shared=shared)


def settle(database: Database, settings: Settings) -> bool:
    """Without an owner, store what was said and judge the dead, once; False when there is one.

    Starts nothing: someone who only looks must not set a queue going.
    """
    home = Home(settings.home)
    with Ownership(home) as ownership:
        if not ownership.acquire():
            return False
        executor = _executor(database, settings, {})
        supervisor = Supervisor(database, settings, executor)
        try:
            supervisor.settle()
        finally:
            supervisor.close()
            executor.close()
    return True
