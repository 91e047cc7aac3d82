"""The data directory: made, or refused with the reason."""

from __future__ import annotations

import os
from pathlib import Path

from athanor.errors import HomeUnusable


def make(home: Path) -> None:
    """Make the directory for its owner only (0700), or say why it cannot be used."""
    if not _is_text(home):
        shown = os.fsencode(home).decode("utf-8", "backslashreplace")
        raise unusable(shown, "its path is not valid UTF-8, so it cannot be stored")
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise unusable(home, error.strerror or str(error)) from error
    if not os.access(home, os.W_OK | os.X_OK):
        # Nor read: without a writer nobody knows whether what it says of live runs is true.
        raise unusable(home, "it cannot be written", ", such as a copy of it")


def unusable(home: Path | str, reason: str, such: str = "") -> HomeUnusable:
    """The error for a directory that cannot be used; ``such`` ends its advice."""
    return HomeUnusable(
        f"The data directory {home} cannot be used: {reason}. "
        f"Set ATHANOR_HOME to a directory that can be written{such}."
    )


def _is_text(path: Path) -> bool:
    try:
        os.fspath(path).encode()
    except UnicodeEncodeError:
        return False
    return True
