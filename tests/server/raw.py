"""Speaking to a server by hand, for what no client would send."""

from __future__ import annotations

import socket

PATIENCE_S = 30


def connection(port: int, address: str = "127.0.0.1") -> socket.socket:
    return socket.create_connection((address, port), timeout=PATIENCE_S)


def head(request: str, *headers: str) -> bytes:
    return "\r\n".join([f"{request} HTTP/1.1", *headers, "", ""]).encode("latin-1")


def answer(sock: socket.socket) -> tuple[int, bytes]:
    """Status and everything that came, once the server has closed."""
    received = b""
    while piece := sock.recv(65536):
        received += piece
    return (int(received.split(b" ", 2)[1]) if received else 0), received


def asked(port: int, *lines: str, body: bytes = b"", address: str = "127.0.0.1"):
    with connection(port, address) as sock:
        sock.sendall(head(*lines, "Connection: close") + body)
        return answer(sock)
