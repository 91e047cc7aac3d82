"""A program on a terminal of its own: what it shows, and keys pressed."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07]*\x07)")
PATIENCE_S = 40.0


def _take_terminal() -> None:
    """Make the terminal the controlling one, so that Ctrl-C becomes a signal that is heard."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # tests in the background have it ignored


class Terminal:
    """Starts ``command`` with a controlling terminal; a context manager."""

    def __init__(
        self, command: Sequence[str], cwd: Path, environment: Mapping[str, str], columns: int = 100
    ) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 30, columns, 0, 0))
        self.process = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - no threads here yet
        )
        os.close(slave)
        self.raw = ""
        self._mark = 0

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self._master >= 0:
            os.close(self._master)

    @property
    def text(self) -> str:
        """Everything shown so far, without escape sequences."""
        return ESCAPES.sub("", self.raw).replace("\r\n", "\n")

    def until(self, wanted: str) -> None:
        """Read until ``wanted`` was shown after the last thing waited for."""
        deadline_s = time.monotonic() + PATIENCE_S
        while wanted not in self.text[self._mark :]:
            assert time.monotonic() < deadline_s, f"{wanted!r} was not shown:\n{self.text}"
            assert self._read(deadline_s), f"ended without {wanted!r}:\n{self.text}"
        self._mark = self.text.index(wanted, self._mark) + len(wanted)

    def press(self, keys: str) -> None:
        """Type; ``\\x03`` is Ctrl-C."""
        os.write(self._master, keys.encode())

    def hang_up(self) -> None:
        """Close the window."""
        os.close(self._master)
        self._master = -1

    def finish(self) -> int:
        """Read to the end; the exit code."""
        deadline_s = time.monotonic() + PATIENCE_S
        while self._read(deadline_s):
            assert time.monotonic() < deadline_s, f"still running:\n{self.text}"
        return self.process.wait(PATIENCE_S)

    def _read(self, deadline_s: float) -> bool:
        """Take in what is there; False at the end."""
        ready, _, _ = select.select([self._master], [], [], max(0, deadline_s - time.monotonic()))
        if not ready:
            return True
        try:
            data = os.read(self._master, 65536)
        except OSError:  # Linux says EIO when the last program has closed the terminal
            return False
        self.raw += data.decode("utf-8", "replace")
        return bool(data)
