"""A page of memory that task and runner share: the newest progress, and the cancel flag.

Progress costs the task one copy of memory and no system call, and outlives it. There are two
records; a writer fills the older one, so that being killed in the middle leaves the newer whole.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
import zlib
from dataclasses import dataclass
from pathlib import Path

from athanor.journal.values import text

_SIZE = 4096
_OFFSETS = (512, 2304)
_MESSAGE_BYTES = 1600
_STAMP = struct.Struct("<Q")
# stamp, current, total, ts, bytes of message, crc
_HEADER = struct.Struct("<QqqqHI")
_BODY = struct.Struct("<QqqqH")
_NO_MESSAGE = 0xFFFF


@dataclass(frozen=True, slots=True)
class SlotProgress:
    """Progress as it stands in the slot; ``stamp`` grows with every write."""

    stamp: int
    ts: int
    current: int
    total: int
    message: str | None


class Slot:
    """The shared page; made by whoever comes first, seen by all who open it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(fd).st_size < _SIZE:
                _allocate(fd)
            self._page = mmap.mmap(fd, _SIZE)
        finally:
            os.close(fd)

    @property
    def cancelled(self) -> bool:
        """Whether a cancel was asked for."""
        return self._page[0] != 0

    def cancel(self) -> None:
        """Raise the cancel flag; it never goes down again."""
        self._page[0] = 1

    def write(self, current: int, total: int, message: str | None) -> None:
        """Make this the newest progress. ValueError beyond 64 bits."""
        first, second = (_STAMP.unpack_from(self._page, offset)[0] for offset in _OFFSETS)
        offset = _OFFSETS[0] if first <= second else _OFFSETS[1]
        content = b"" if message is None else _clip(message)
        length = _NO_MESSAGE if message is None else len(content)
        stamp = max(time.monotonic_ns(), first + 1, second + 1)
        try:
            body = _BODY.pack(stamp, current, total, time.time_ns() // 1000, length)
        except struct.error:
            raise ValueError(
                f"progress takes whole numbers of at most 64 bits, got {current} of {total}"
            ) from None
        record = body + _CRC.pack(zlib.crc32(body + content)) + content
        self._page[offset : offset + len(record)] = record

    def read(self) -> SlotProgress | None:
        """The newest whole progress, or None."""
        found = [record for offset in _OFFSETS if (record := self._record(offset)) is not None]
        return max(found, key=lambda record: record.stamp, default=None)

    def close(self) -> None:
        """Let go of the page."""
        self._page.close()

    def _record(self, offset: int) -> SlotProgress | None:
        raw = self._page[offset : offset + _HEADER.size + _MESSAGE_BYTES]
        stamp, current, total, ts, length, crc = _HEADER.unpack_from(raw)
        content = b"" if length == _NO_MESSAGE else raw[_HEADER.size : _HEADER.size + length]
        if stamp == 0 or zlib.crc32(raw[: _BODY.size] + content) != crc:
            return None
        message = None if length == _NO_MESSAGE else content.decode("utf-8", "replace")
        return SlotProgress(stamp, ts, current, total, message)


_CRC = struct.Struct("<I")


def _allocate(fd: int) -> None:
    """Make room for the page; on a full disk this fails, where a hole would kill its writer."""
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(fd, 0, _SIZE)
    else:
        os.ftruncate(fd, _SIZE)


def _clip(message: str) -> bytes:
    """At most ``_MESSAGE_BYTES`` of UTF-8, never half a character."""
    return text(message).encode()[:_MESSAGE_BYTES].decode("utf-8", "ignore").encode()
