"""Messages between the catalog and its workers: a length, then that many bytes, on a socket."""

from __future__ import annotations

import struct
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

_LENGTH = struct.Struct("!Q")


class ChannelClosed(Exception):
    """The other side is gone."""


class Channel:
    """One end of a socket pair; a message is whole or it is not delivered."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection

    def send(self, message: bytes, timeout_s: float | None = None) -> None:
        """Send a message; raises ChannelClosed, or TimeoutError when nobody reads it."""
        self._socket.settimeout(timeout_s)
        try:
            self._socket.sendall(_LENGTH.pack(len(message)) + message)
        except TimeoutError:
            raise
        except OSError as error:
            raise ChannelClosed from error

    def receive(self, timeout_s: float | None = None) -> bytes:
        """The next message; raises ChannelClosed, or TimeoutError after ``timeout_s`` seconds."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size, deadline))
        return self._exactly(length, deadline)

    def close(self) -> None:
        """Close this end."""
        self._socket.close()

    def _exactly(self, count: int, deadline: float | None) -> bytes:
        received = bytearray()
        while len(received) < count:
            if deadline is not None:
                self._socket.settimeout(max(deadline - time.monotonic(), 1e-6))
            else:
                self._socket.settimeout(None)
            try:
                part = self._socket.recv(min(count - len(received), 1 << 20))
            except TimeoutError:
                raise
            except OSError as error:
                raise ChannelClosed from error
            if not part:
                raise ChannelClosed
            received += part
        return bytes(received)
