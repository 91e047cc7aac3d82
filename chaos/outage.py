"""A database that is away for a while: its file held by somebody else, or its server stopped."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Protocol

_HOLDER = """
import sqlite3, sys, time
held = sqlite3.connect(sys.argv[1], timeout=60, isolation_level=None)
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


class Server(Protocol):
    """A database server that can be stopped and started."""

    def start(self) -> None: ...

    def stop(self) -> None: ...

    def dump(self, url: str, file: Path) -> None: ...


class Outage(Protocol):
    """One outage after the other; ``tend`` is to be called often."""

    told: str

    def begin(self) -> None:
        """Return once the database is away; RuntimeError when it cannot be taken."""
        ...

    def tend(self) -> None: ...

    @property
    def lasts(self) -> bool:
        """Whether the database is away now."""
        ...

    def end(self) -> None:
        """At once, whatever was begun."""
        ...


class Held:
    """The file of the embedded database in the hands of another process."""

    def __init__(self, path: Path, seconds: float) -> None:
        self.told = f"somebody else holds the database for {seconds:g} s"
        self._path = path
        self._seconds = seconds
        self._holder: subprocess.Popen[bytes] | None = None

    def begin(self) -> None:
        command = [sys.executable, "-c", _HOLDER, str(self._path), str(self._seconds)]
        self._holder = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._holder.stdout is not None
        if not self._holder.stdout.readline():
            raise RuntimeError(f"{self._path} could not be taken hold of")

    def tend(self) -> None:
        """Nothing: the holder ends by itself."""

    @property
    def lasts(self) -> bool:
        return self._holder is not None and self._holder.poll() is None

    def end(self) -> None:
        if self._holder is not None:
            self._holder.kill()
            self._holder.communicate()


class Stopped:
    """A database server that was stopped, its connections ended."""

    def __init__(self, server: Server, seconds: float) -> None:
        self.told = f"the database server is stopped for {seconds:g} s"
        self._server = server
        self._seconds = seconds
        self._until_s: float | None = None

    def begin(self) -> None:
        self._server.stop()
        self._until_s = time.monotonic() + self._seconds

    def tend(self) -> None:
        if self._until_s is not None and time.monotonic() >= self._until_s:
            self.end()

    @property
    def lasts(self) -> bool:
        return self._until_s is not None

    def end(self) -> None:
        if self._until_s is not None:
            self._server.start()
            self._until_s = None
