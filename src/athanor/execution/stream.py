"""A stream of a task, standard output or error: what comes through its pipe becomes log lines."""

from __future__ import annotations

import os
import time

from athanor.domain.moment import now_us
from athanor.execution.output import LineSplitter
from athanor.journal import format as kinds

_READ_BYTES = 1 << 16
_DRAIN_READS = 64


class Stream:
    """The reading end of one pipe, which does not block."""

    def __init__(self, name: str, fd: int) -> None:
        self.fd = fd
        self._metadata = kinds.raw({"stream": name})
        self._splitter = LineSplitter()

    def read(self) -> list[kinds.Line] | None:
        """The lines that are complete now; None when nobody can write any more."""
        data = read_available(self.fd)
        if data == b"":
            return None
        return self._feed(data or b"")

    def rest(self) -> list[kinds.Line]:
        """What is in the pipe now and the last, incomplete line.

        Bounded: a leaked descriptor elsewhere must not hold up the end.
        """
        lines: list[kinds.Line] = []
        for _ in range(_DRAIN_READS):
            data = read_available(self.fd)
            if not data:
                break
            lines += self._feed(data)
        return lines + self._lines(self._splitter.flush())

    def tail(self) -> str:
        """The last lines."""
        return self._splitter.tail()

    def _feed(self, data: bytes) -> list[kinds.Line]:
        return self._lines(self._splitter.feed(data, time.monotonic()))

    def _lines(self, texts: list[str]) -> list[kinds.Line]:
        return [kinds.Log(now_us(), "info", text, self._metadata) for text in texts]


def read_available(fd: int) -> bytes | None:
    """What is there: None when nothing is, empty when the other end is closed."""
    try:
        return os.read(fd, _READ_BYTES)
    except BlockingIOError:
        return None
