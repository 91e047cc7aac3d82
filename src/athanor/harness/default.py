"""The harness behind the module-level functions: one for the project of the working directory.

Scripts and notebooks use it; doors with a life of their own open a ``Harness`` themselves.
"""

from __future__ import annotations

import atexit
import os

from athanor import settings as settings_module
from athanor.errors import DatabaseAway
from athanor.harness.harness import Harness
from athanor.settings import Settings

_open: dict[tuple[int, Settings], Harness] = {}


def harness() -> Harness:
    """The harness of the present project and process, opened when first asked for."""
    key = (os.getpid(), settings_module.load())
    if key not in _open:
        if not _open:
            atexit.register(_close_all)
        _open[key] = Harness.open(settings=key[1])
    return _open[key]


def supervising() -> Harness:
    """The same, keeping the runs it starts for as long as this process lives."""
    found = harness()
    found.supervise()
    return found


def _idle(found: Harness) -> bool:
    try:
        return found.idle()
    except DatabaseAway:
        return False  # a supervisor that waits for the database does no harm


def _close_all() -> None:
    """Runs that outlive a script get a small supervisor that stays with them."""
    for (pid, _), found in _open.items():
        if pid == os.getpid():
            if not _idle(found):
                found.leave_behind()
            found.close()
    _open.clear()
