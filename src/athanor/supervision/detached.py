"""A small supervisor that stays behind until the last run of its data directory has ended."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

from athanor import settings as settings_module
from athanor.domain.home import Home
from athanor.errors import DatabaseAway, Unavailable
from athanor.settings import Settings
from athanor.store.database import Database
from athanor.supervision.keeper import Keeper

IDLE_S = 0.5
AWAY_S = 1.0


def leave_behind(settings: Settings) -> int:
    """Start one as a process of its own; its pid. It waits its turn if there is an owner."""
    given = {name: str(value) for name, value, _ in settings_module.in_force(settings)}
    environment = os.environ | given
    with Home(settings.home).supervisor_log.open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", __name__, str(settings.project)],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=environment,
            cwd=settings.project,
            start_new_session=True,
        )
    process.returncode = 0  # it outlives us on purpose: nobody is to warn
    threading.Thread(target=_bury, args=(process.pid,), name="athanor-left", daemon=True).start()
    return process.pid


def _bury(pid: int) -> None:
    """Should we outlive it after all, it is not to stay a zombie."""
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)


def main(project: Path) -> None:
    """Supervise until nothing lives and nothing waits."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(process)d %(message)s")
    settings = settings_module.load(project)
    database = _opened(settings)
    keeper = Keeper(database, settings)
    keeper.start()
    stop = threading.Event()
    while not (stop.wait(IDLE_S) or _idle(keeper)):
        pass
    keeper.stop()
    database.close()


def _opened(settings: Settings) -> Database:
    """The database, once it is there: whoever left us here may have ended because it was away."""
    while True:
        try:
            return Database.open(settings)
        except DatabaseAway:
            time.sleep(AWAY_S)


def _idle(keeper: Keeper) -> bool:
    try:
        return keeper.idle()
    except Unavailable:
        return False


if __name__ == "__main__":
    main(Path(sys.argv[1]))
