"""A disk that is soon full."""

from __future__ import annotations

from pathlib import Path


class Ballast:
    """A file that takes all the room there is left on a disk."""

    def __init__(self, disk: Path) -> None:
        self._path = disk / "ballast"

    def load(self) -> None:
        with self._path.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while True:
                        file.write(b"\0" * size)
                except OSError:
                    continue

    def drop(self) -> None:
        self._path.unlink()
