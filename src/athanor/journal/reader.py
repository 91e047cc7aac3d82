"""Reading a journal from an offset: complete lines only, what is no line skipped and counted."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

import msgspec

from athanor.journal.format import Line, decode

CHUNK_BYTES = 1 << 20
LONGEST_LINE_BYTES = 1 << 30
"""More than any result that is stored; what goes on beyond it without an end is no line."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines with their offsets, from ``start`` up to, not including, ``end``."""

    start: int
    end: int
    lines: list[tuple[int, Line]]
    skipped: int

    @property
    def empty(self) -> bool:
        """Nothing new was there."""
        return self.end == self.start


class JournalReader:
    """Reads one journal; the file need not exist yet."""

    def __init__(self, path: Path, longest: int = LONGEST_LINE_BYTES) -> None:
        self.path = path
        self._longest = longest
        self._fd: int | None = None

    def size(self) -> int:
        """Bytes in the journal now; 0 before it exists."""
        return os.fstat(self._fd).st_size if self._open() and self._fd is not None else 0

    def read(self, offset: int, limit: int = CHUNK_BYTES, *, to_end: bool = False) -> Chunk:
        """The lines from ``offset`` on, about ``limit`` bytes of them, at least one if there is.

        With ``to_end`` nobody writes any more: a last line without its newline is a torn one.
        """
        data = self._complete(offset, limit, to_end)
        lines: list[tuple[int, Line]] = []
        skipped = 0
        position = offset
        for text in data.split(b"\n"):
            if text:
                try:
                    lines.append((position, decode(text)))
                except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
                    skipped += 1
            position += len(text) + 1
        return Chunk(offset, offset + len(data), lines, skipped)

    def close(self) -> None:
        """Close the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> JournalReader:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self) -> bool:
        if self._fd is None:
            try:
                self._fd = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
            except FileNotFoundError:
                return False
        return True

    def _complete(self, offset: int, limit: int, to_end: bool) -> bytes:
        """Bytes from ``offset`` up to a newline; more than ``limit`` when one line is longer.

        What is longer than any line comes in pieces, so that a file which was blown up by whoever
        writes to it costs the reader no more memory than the longest line.
        """
        if not self._open() or self._fd is None:
            return b""
        while True:
            data = os.pread(self._fd, limit, offset)
            end = data.rfind(b"\n") + 1
            if end:
                return data[:end]
            if len(data) < limit:
                return data if to_end else b""
            if limit >= self._longest:
                return data
            limit = min(limit * 4, self._longest)
