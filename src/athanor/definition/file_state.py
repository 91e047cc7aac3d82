"""The state of a file, to see later whether it has changed."""

from __future__ import annotations

import os


def file_state(file: str) -> list[int] | None:
    """``[mtime in ns, size]``, or None for a file that is not there."""
    try:
        status = os.stat(file)
    except OSError:
        return None
    return [status.st_mtime_ns, status.st_size]
