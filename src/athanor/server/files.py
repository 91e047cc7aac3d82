"""A file that is sent while it is written: a thread writes, whoever sends takes the pieces."""

from __future__ import annotations

import io
import threading
from queue import Full, Queue
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_PIECE_BYTES = 64 * 1024
_AHEAD = 8
"""Pieces in memory: a writer that is quicker than the client waits."""

_TICK_S = 1.0


def chunks_of(write: Callable[[IO[bytes]], None]) -> Iterator[bytes]:
    """What ``write`` writes to the file that it is given, piece by piece.

    What it raises is raised here, so that an answer cut short does not look like a whole one. When
    nobody takes the pieces any more, its next write raises BrokenPipeError.
    """
    pipe = _Pipe()

    def work() -> None:
        try:
            with io.BufferedWriter(pipe, _PIECE_BYTES) as file:
                write(cast("IO[bytes]", file))
            pipe.put(None)
        except Exception as error:  # noqa: BLE001 - whatever it is, the one who sends must know
            pipe.put(error)

    threading.Thread(target=work, name="athanor-export", daemon=True).start()
    try:
        while (piece := pipe.pieces.get()) is not None:
            if isinstance(piece, Exception):
                raise piece
            yield piece
    finally:
        pipe.abandon()


class _Pipe(io.RawIOBase):
    """The writing end; pieces, then None or what was raised."""

    def __init__(self) -> None:
        self.pieces: Queue[bytes | Exception | None] = Queue(_AHEAD)
        self._abandoned = threading.Event()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(cast("bytes", data))
        if not self.put(piece):
            raise BrokenPipeError("the client has gone")
        return len(piece)

    def put(self, piece: bytes | Exception | None) -> bool:
        """Hand on; False when nobody takes it any more."""
        while not self._abandoned.is_set():
            try:
                self.pieces.put(piece, timeout=_TICK_S)
            except Full:
                continue
            return True
        return False

    def abandon(self) -> None:
        """Nobody takes pieces any more."""
        self._abandoned.set()
