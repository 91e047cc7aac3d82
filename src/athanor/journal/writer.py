"""Writing a journal: one ``write(2)`` on an ``O_APPEND`` descriptor a call.

When a method returns, the line is in the page cache: the death of any process cannot lose it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from athanor.errors import JournalError
from athanor.journal.format import Line, encode

RETRY_S = 0.2


class JournalWriter:
    """Appends lines; safe from threads and forked processes, since nothing is kept here."""

    __slots__ = ("_fd", "path")

    def __init__(self, path: Path) -> None:
        self.path = path
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC
        try:
            self._fd = os.open(path, flags, 0o600)
        except OSError as error:
            raise JournalError(f"The journal {path} cannot be opened: {error.strerror}.") from error

    def write(self, line: Line) -> None:
        """Append one line; JournalError when it could not be written whole."""
        block = b"\n" + encode(line) + b"\n"
        try:
            written = os.write(self._fd, block)
        except OSError as error:
            raise self._failure(error, block) from error
        if written != len(block):
            self.append(_rest(block, written))

    def write_many(self, lines: Iterable[Line]) -> None:
        """Append several lines in one write."""
        block = block_of(lines)
        if block:
            self.append(block)

    def insist(self, line: Line) -> None:
        """Append one line; while the disk takes none, wait and try again."""
        try:
            self.write(line)
        except JournalError as error:
            self.insist_on(error.rest)

    def insist_on(self, rest: bytes) -> None:
        """Append what a ``JournalError`` said is missing, however long that takes."""
        while rest:
            time.sleep(RETRY_S)
            try:
                self.append(rest)
                rest = b""
            except JournalError as error:
                rest = error.rest

    def append(self, block: bytes) -> None:
        """Write ``block``, which begins and ends with a newline.

        After a short write (a full disk, a limit) the torn line is written again, whole, behind
        a newline of its own: readers skip the torn part. JournalError holds what is missing.
        """
        try:
            while (written := os.write(self._fd, block)) != len(block):
                block = _rest(block, written)
        except OSError as error:
            if block != b"\n":  # else all is there, and whoever writes next ends the line
                raise self._failure(error, block) from error

    def _failure(self, error: OSError, rest: bytes) -> JournalError:
        return JournalError(
            f"The journal {self.path} could not be written ({error.strerror}), so this call "
            "was not recorded; free some space or check the disk.",
            rest,
        )

    @property
    def descriptor(self) -> int:
        """The descriptor written to."""
        return self._fd

    def sync(self) -> None:
        """Make what was written survive a power cut."""
        getattr(os, "fdatasync", os.fsync)(self._fd)

    def size(self) -> int:
        """Bytes in the journal."""
        return os.fstat(self._fd).st_size

    @property
    def deleted(self) -> bool:
        """Whether the file is gone from its directory: what is written now, nobody can read."""
        return os.fstat(self._fd).st_nlink == 0

    def close(self) -> None:
        """Close the descriptor."""
        os.close(self._fd)


def block_of(lines: Iterable[Line]) -> bytes:
    """Lines as ``append`` takes them; empty when there are none."""
    block = b"\n".join([encode(line) for line in lines])
    return b"\n" + block + b"\n" if block else b""


def _rest(block: bytes, written: int) -> bytes:
    """What to write next: on from a newline, so that a torn line is repeated, a whole one not."""
    if block[written : written + 1] == b"\n":
        return block[written:]
    return block[block.rindex(b"\n", 0, max(written, 1)) :]
