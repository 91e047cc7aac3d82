"""Where the server of a data directory is: true as long as the file that says it is locked."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from athanor.execution import lock

if TYPE_CHECKING:
    from collections.abc import Iterator

    from athanor.domain.home import Home


@contextmanager
def announced(home: Home, url: str) -> Iterator[None]:
    """Say so for that long. Of several servers of one directory the first is told."""
    fd = None
    try:
        with suppress(OSError):  # a full disk: the server runs, only nobody is told where
            fd = lock.hold(home.server)
            if fd is not None:
                os.truncate(fd, 0)
                os.write(fd, url.encode())
        yield
    finally:
        if fd is not None:
            os.close(fd)


def server_of(home: Home) -> str | None:
    """The URL of the server that runs; None where none does, or nobody may know."""
    try:
        if lock.is_free(home.server):
            return None
        return home.server.read_text(encoding="utf-8") or None
    except OSError:
        return None
