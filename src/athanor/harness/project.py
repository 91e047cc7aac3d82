"""An opened project: its settings, its database, and the look that keeps what is read true."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import Connection

from athanor import settings as settings_module
from athanor.domain.home import Home
from athanor.harness.removals import Removals
from athanor.settings import Settings
from athanor.store import waiting
from athanor.store.database import Database
from athanor.store.removal import Pace
from athanor.supervision import keeper
from athanor.supervision.keeper import Keeper

_TRUE_FOR_S = 0.4


class Project:
    """What every use case stands on. Clocks are monotonic seconds."""

    def __init__(self, settings: Settings, database: Database) -> None:
        self.settings = settings
        self.home = Home(settings.home)
        self._database = database
        self._keeper: Keeper | None = None
        self._removals = Removals()
        self._reconciled_s = float("-inf")

    @classmethod
    def open(cls, project: Path | None = None, settings: Settings | None = None) -> Self:
        """Open the project that holds ``project`` (default: the working directory).

        Its data directory is made if need be. Without an owner, what has happened meanwhile is
        stored and judged first, so that what is read is true.
        """
        settings = settings or settings_module.load(project)
        opened = cls(settings, Database.open(settings))
        opened.reconcile()
        return opened

    def close(self) -> None:
        """Stop supervising, if this object did, and let go of everything. Runs live on."""
        if self._keeper is not None:
            self._keeper.stop()
            self._keeper = None
        self._removals.stop()
        if "catalog" in self.__dict__:
            self.__dict__["catalog"].close()
        self._database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def reconcile(self) -> None:
        """If runs are live and nobody owns the directory, look after them once."""
        self._reconciled_s = time.monotonic()
        if self.live_count() > 0:
            keeper.settle(self._database, self.settings)

    def live_count(self) -> int:
        """How many runs have a process, or are about to."""
        with self._database.read() as c:
            return waiting.live_count(c, self._database.home)

    def idle(self) -> bool:
        """Whether no run has a process and none waits for one."""
        home = self._database.home
        with self._database.read() as c:
            return not (waiting.live_count(c, home) or waiting.startable(c, home=home, limit=1))

    # --- for the use cases ---

    @contextmanager
    def _read(self) -> Iterator[Connection]:
        """One look at the data, which is true although the owner may have died since the last."""
        self._keep_true()
        with self._database.read() as c:
            yield c

    def _keep_true(self) -> None:
        if self._keeper is None and time.monotonic() - self._reconciled_s > _TRUE_FOR_S:
            self.reconcile()

    def _remove(
        self, remove_batch: Callable[[Connection, str, Pace], bool], record_id: str
    ) -> None:
        pace = self._database.flavour.removing
        while not self._removals.stopping.is_set():
            with self._database.write() as c:
                begun_s = time.monotonic()  # from here on others wait for us, before we for them
                if remove_batch(c, record_id, pace):
                    return
            self._removals.stopping.wait(pace.rest * (time.monotonic() - begun_s))

    def _wake(self) -> None:
        if self._keeper is not None:
            self._keeper.wake()
