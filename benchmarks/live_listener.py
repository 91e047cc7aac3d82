"""A process that listens with many sockets or streams and notes when each line came.

``python -m benchmarks.live_listener PORT KIND RUN SOCKETS LINES``: says ``ready``,
ends when all its
sockets have heard of so many, and says as JSON how late each line was, in microseconds.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
import time
from datetime import datetime

import msgspec

_UPGRADE = (
    "GET /api/live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
_PATIENCE_S = 120


class _Line(msgspec.Struct):
    timestamp: datetime


class _Frame(msgspec.Struct):
    event: str
    logs: list[_Line] = []
    log_counts: dict[str, int] = {}


_decoder = msgspec.json.Decoder(_Frame)


class Listener:
    """One socket: bytes in, lines out."""

    def __init__(self, port: int, run_id: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.buffer = bytearray()
        self.lines = 0
        self._run_id = run_id
        self._head()

    def _head(self) -> None:
        raise NotImplementedError

    def messages(self) -> list[bytes]:
        """What is complete by now."""
        raise NotImplementedError

    def take(self, delays: list[int]) -> None:
        """Read what is there; note how late each line is."""
        self.buffer += self.socket.recv(1 << 20)
        now_us = time.time_ns() // 1000
        for message in self.messages():
            if b'"logs_added"' in message[:30]:
                frame = _decoder.decode(message)
                logs = frame.logs
                # A socket that is told the newest only is told how many there are.
                self.lines = frame.log_counts.get("total", self.lines + len(logs))
                delays += [now_us - round(line.timestamp.timestamp() * 1e6) for line in logs]


class WebSocket(Listener):
    """A socket of ``/api/live``."""

    def _head(self) -> None:
        self.socket.sendall(_UPGRADE.encode())
        self._until(b"\r\n\r\n")
        topic = f"experiments:run:{self._run_id}"
        asked = json.dumps({"op": "subscribe", "topic": topic}).encode()
        self.socket.sendall(b"\x81" + bytes([0x80 | len(asked)]) + bytes(4) + asked)
        while b'"subscribed"' not in self.buffer:
            self.buffer += self.socket.recv(1 << 20)

    def _until(self, words: bytes) -> None:
        while words not in self.buffer:
            self.buffer += self.socket.recv(1 << 20)
        del self.buffer[: self.buffer.index(words) + len(words)]

    def messages(self) -> list[bytes]:
        found, at, buffer = [], 0, self.buffer
        while len(buffer) - at >= 10 or (len(buffer) - at >= 2 and buffer[at + 1] < 126):
            size, start = buffer[at + 1] & 127, at + 2
            if size >= 126:
                start += 2 if size == 126 else 8
                size = int.from_bytes(buffer[at + 2 : start])
            if len(buffer) < start + size:
                break
            found.append(bytes(buffer[start : start + size]))
            at = start + size
        del buffer[:at]
        return found


class Stream(Listener):
    """A stream of NDJSON."""

    def _head(self) -> None:
        head = f"GET /api/runs/{self._run_id}/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
        self.socket.sendall(head.encode())

    def messages(self) -> list[bytes]:
        whole, newline, rest = self.buffer.rpartition(b"\n")
        if not newline:
            return []
        self.buffer = bytearray(rest)
        return [line for line in bytes(whole).split(b"\n") if line[:1] == b"{"]


def main() -> None:
    port, kind, run_id, sockets, lines = sys.argv[1:]
    made = WebSocket if kind == "socket" else Stream
    chosen = selectors.DefaultSelector()
    listeners = [made(int(port), run_id) for _ in range(int(sockets))]
    for listener in listeners:
        chosen.register(listener.socket, selectors.EVENT_READ, listener)
    print("ready", flush=True)
    delays: list[int] = []
    end_s = time.monotonic() + _PATIENCE_S
    while any(listener.lines < int(lines) for listener in listeners):
        for key, _ in chosen.select(1.0):
            key.data.take(delays)
        if time.monotonic() > end_s:
            raise SystemExit(f"heard {sorted(each.lines for each in listeners)} of {lines} lines")
    print(json.dumps(delays), flush=True)


if __name__ == "__main__":
    main()
