"""One owner a data directory: the process that holds ``supervisor.lock``."""

from __future__ import annotations

import fcntl
import os
import sys
from contextlib import suppress
from types import TracebackType
from weakref import WeakSet

from athanor.domain.home import Home

_held: WeakSet[Ownership] = WeakSet()


class Ownership:
    """The right to supervise a data directory; the kernel takes it back at the owner's death."""

    def __init__(self, home: Home) -> None:
        self._path = home.supervisor_lock
        self._fd: int | None = None

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._fd is not None

    def acquire(self) -> bool:
        """Take the lock if nobody has it; True when it is held now."""
        if self._fd is not None:
            return True
        fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(fd)
            return False
        with suppress(OSError):  # a full disk: the lock holds, only its holder has no name
            os.truncate(fd, 0)
            os.write(fd, f"{os.getpid()} {' '.join(sys.argv)}\n".encode("utf-8", "replace"))
        self._fd = fd
        _held.add(self)
        return True

    def release(self) -> None:
        """Let go of the lock."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None
            _held.discard(self)

    def owner(self) -> str | None:
        """Who holds the lock, as ``pid command``; None when nobody does."""
        if not self.acquire():
            try:
                return self._path.read_text(encoding="utf-8", errors="replace").strip() or "unknown"
            except OSError:
                return "unknown"
        self.release()
        return None

    def __enter__(self) -> Ownership:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


def _release_in_child() -> None:
    """A forked worker of a supervising script must not own in its parent's place."""
    for ownership in list(_held):
        ownership.release()


os.register_at_fork(after_in_child=_release_in_child)
