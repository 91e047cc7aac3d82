"""The processes of one storm: found by the mark in their environment, killed through a pidfd."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MARK_VARIABLE = "ATHANOR_CHAOS"


@dataclass(frozen=True)
class Found:
    """A living process; ``ticks`` is when the kernel started it, so that no two share both."""

    pid: int
    ticks: int
    parent: int
    session: int
    command: str

    @property
    def identity(self) -> tuple[int, int]:
        """What no other process shares, however often pids are used again."""
        return self.pid, self.ticks


def marked(mark: str) -> list[Found]:
    """Every living process that inherited the mark."""
    return [found for pid in _pids() if (found := _look(pid, mark)) is not None]


def kill(found: Found, mark: str) -> bool:
    """SIGKILL to that very process; False when it is gone. Never to one without the mark."""
    try:
        fd = os.pidfd_open(found.pid)
    except ProcessLookupError:
        return False
    try:
        now = _look(found.pid, mark)  # the descriptor holds on to whom we look at here
        if now is None or now.identity != found.identity:
            return False
        signal.pidfd_send_signal(fd, signal.SIGKILL)
    except ProcessLookupError:
        return False
    finally:
        os.close(fd)
    return True


def _pids() -> Iterator[int]:
    return (int(entry) for entry in os.listdir("/proc") if entry.isdigit())


def _look(pid: int, mark: str) -> Found | None:
    """The process, if it lives and has the mark."""
    folder = Path(f"/proc/{pid}")
    try:
        environment = (folder / "environ").read_bytes()
        if f"{MARK_VARIABLE}={mark}".encode() not in environment.split(b"\0"):
            return None
        state, *fields = (folder / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
        command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    except OSError:
        return None  # it is just ending
    if state == "Z":
        return None
    return Found(pid, int(fields[18]), int(fields[0]), int(fields[2]), command)
