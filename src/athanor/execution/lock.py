"""Alive means that the lock is held.

A runner holds an exclusive ``flock`` on a file of its attempt for as long as it lives; the kernel
lets go of it at its death, whatever the cause. Those who look take it shared, so that two who
look at once do not mistake each other for life.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_TRIES = 50
_PAUSE_S = 0.002


def hold(path: Path) -> int | None:
    """Take the lock for this process's life: its descriptor, or None when it is held.

    Somebody may just be looking: that takes microseconds, so a few tries tell the difference.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    for _ in range(_TRIES):
        if _try(fd, fcntl.LOCK_EX):
            return fd
        time.sleep(_PAUSE_S)
    os.close(fd)
    return None


def is_free(path: Path) -> bool:
    """Whether nobody holds the lock; a file that does not exist, or is none, is held by nobody."""
    try:
        fd = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return True
    try:
        return _try(fd, fcntl.LOCK_SH)
    finally:
        os.close(fd)


@contextmanager
def turn(directory: Path) -> Iterator[None]:
    """Wait until nobody else has a turn at the directory, and take it."""
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX)
        yield
    finally:
        os.close(fd)


def _try(fd: int, kind: int) -> bool:
    try:
        fcntl.flock(fd, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
