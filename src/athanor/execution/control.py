"""Orders to a runner, through a FIFO in the attempt's directory.

A FIFO has no length limit on its path, needs no port, and tells the sender when nobody listens.
"""

from __future__ import annotations

import errno
import os
from typing import Literal

from athanor.domain.home import AttemptDirectory

Order = Literal["cancel", "force"]


def listen(directory: AttemptDirectory) -> int:
    """A descriptor on which orders arrive, one a line; non-blocking.

    Opened for writing too, so that it never reads as ended between two senders.
    """
    if not directory.control.exists():
        os.mkfifo(directory.control, 0o600)
    return os.open(directory.control, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)


def send(directory: AttemptDirectory, order: Order) -> bool:
    """Send an order; False when no runner listens."""
    try:
        fd = os.open(directory.control, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    except OSError as error:
        if error.errno == errno.ENXIO:
            return False
        raise
    try:
        os.write(fd, f"{order}\n".encode())
    except (BlockingIOError, BrokenPipeError):
        return False  # it has not read thousands of earlier orders, or has died since
    finally:
        os.close(fd)
    return True


def receive(fd: int) -> list[str]:
    """The orders that have arrived."""
    try:
        return os.read(fd, 4096).decode("ascii", "replace").split()
    except BlockingIOError:
        return []
