"""``athanor`` in a fork of a process that has imported it: most of a short verb's time is imports.

Each call is a process of its own with its own folder, environment, arguments and descriptors, and
ends as Python ends. Commands on a terminal, blocks of the documents and the installed package are
started anew, as people start them.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import io
import json
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

_BYTES = 1 << 20


class WarmCommand:
    """Starts calls, one at a time."""

    def __init__(self) -> None:
        self._socket, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = subprocess.Popen(
                [sys.executable, __file__, str(other.fileno())],
                pass_fds=[other.fileno()],
                stdin=subprocess.DEVNULL,
            )

    def call(
        self, arguments: list[str], folder: Path, environment: dict[str, str], timeout_s: float
    ) -> subprocess.CompletedProcess[str]:
        """What ``subprocess.run`` gives; TimeoutExpired after ``timeout_s``, and nothing left."""
        request = {"arguments": arguments, "folder": str(folder), "environment": environment}
        out, into_out = os.pipe()
        err, into_err = os.pipe()
        socket.send_fds(self._socket, [json.dumps(request).encode()], [into_out, into_err])
        os.close(into_out)
        os.close(into_err)
        pid = int(self._socket.recv(_BYTES))
        said = _read_both(out, err, time.monotonic() + timeout_s)
        if said is None:
            os.kill(pid, signal.SIGKILL)
        code = int(self._socket.recv(_BYTES))
        if said is None:
            raise subprocess.TimeoutExpired(["athanor", *arguments], timeout_s)
        return subprocess.CompletedProcess(["athanor", *arguments], code, *said)

    def close(self) -> None:
        """End it."""
        self._socket.close()
        self._process.wait()


@functools.cache
def warm_command() -> WarmCommand:
    """The one of this process."""
    made = WarmCommand()
    atexit.register(made.close)
    return made


def _read_both(out: int, err: int, deadline_s: float) -> tuple[str, str] | None:
    said = {out: b"", err: b""}
    with selectors.DefaultSelector() as waiting:
        for descriptor in said:
            waiting.register(descriptor, selectors.EVENT_READ)
        try:
            while waiting.get_map():
                ready = waiting.select(max(0.0, deadline_s - time.monotonic()))
                if not ready:
                    return None
                for key, _ in ready:
                    more = os.read(key.fd, _BYTES)
                    said[key.fd] += more
                    if not more:
                        waiting.unregister(key.fd)
        finally:
            os.close(out)
            os.close(err)
    return said[out].decode(), said[err].decode()


def _serve(connection: socket.socket) -> dict[str, Any]:
    """Fork until the other end closes; returns in each fork, with what it was asked."""
    while True:
        request, descriptors, _, _ = socket.recv_fds(connection, _BYTES, 2)
        if not request:
            os._exit(0)
        pid = os.fork()
        if pid == 0:
            connection.close()
            for target, descriptor in zip((1, 2), descriptors, strict=True):
                os.dup2(descriptor, target)
                os.close(descriptor)
            return json.loads(request)
        for descriptor in descriptors:
            os.close(descriptor)
        with contextlib.suppress(BrokenPipeError):
            connection.send(str(pid).encode())
            _, status = os.waitpid(pid, 0)
            connection.send(str(os.waitstatus_to_exitcode(status)).encode())


def _become(request: dict[str, Any]) -> NoReturn:
    from athanor.cli.main import main

    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    sys.stdout = sys.__stdout__ = _text(1)
    sys.stderr = sys.__stderr__ = _text(2, line_buffering=True)
    sys.argv = ["athanor", *request["arguments"]]
    main()
    sys.exit()


def _text(descriptor: int, *, line_buffering: bool = False) -> io.TextIOWrapper:
    buffer = io.BufferedWriter(io.FileIO(descriptor, "w", closefd=False))
    return io.TextIOWrapper(buffer, encoding="utf-8", line_buffering=line_buffering)


def _warm_up() -> None:
    """What nearly every verb imports."""
    import gc
    import importlib

    for name in ("cli.app", "cli.failures", "harness.harness", "store.sqlite"):
        importlib.import_module(f"athanor.{name}")
    for name in ("typer._adapters", "rich.console", "rich.table", "sqlalchemy.dialects.sqlite"):
        importlib.import_module(name)
    gc.freeze()


if __name__ == "__main__":
    asked = socket.socket(fileno=int(sys.argv[1]))
    _warm_up()
    _become(_serve(asked))
