"""A program in a terminal window of its own, that can be closed under it."""

from __future__ import annotations

import os
import pty
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_IN_TERMINAL = 'exec "$@" <"$0" >"$0" 2>&1'
"""The first terminal that the leader of a session opens is the one that hangs up on it."""


class Window:
    """Starts a program whose controlling terminal is a new one."""

    def __init__(
        self, command: Sequence[str], cwd: Path, environment: Mapping[str, str], log: Path
    ) -> None:
        self._master, slave = pty.openpty()
        os.set_blocking(self._master, False)
        self._log = log
        self.process = subprocess.Popen(
            ["sh", "-c", _IN_TERMINAL, os.ttyname(slave), *command],
            cwd=cwd,
            env={**environment, "TERM": "xterm"},
            start_new_session=True,
        )
        self._slave = slave

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed."""
        return self._master >= 0

    def read(self) -> None:
        """Take in what is shown, so that the program never waits for us."""
        with suppress(OSError), self._log.open("ab") as log:  # nothing there, or nobody any more
            while data := os.read(self._master, 1 << 16):
                log.write(data)

    def close(self) -> None:
        """Close the window: the program is sent SIGHUP."""
        if self.is_open:
            os.close(self._slave)
            os.close(self._master)
            self._master = -1

    def ended(self) -> bool:
        """Whether the program has ended; its window is closed then."""
        if self.process.poll() is None:
            return False
        if self.is_open:
            self.read()
        self.close()
        return True
