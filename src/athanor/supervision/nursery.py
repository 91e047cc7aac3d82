"""The nursery: an idle process with the runtime imported, which forks a runner in milliseconds.

``Nursery`` is the supervisor's side; ``serve`` is the process. They talk over a socket pair, one
request at a time: a directory goes in, the runner's pid comes back once it holds its lock. The
process ends when its socket does; its runners live on in sessions of their own.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping
from pathlib import Path

import msgspec

from athanor.domain.home import AttemptDirectory, Home
from athanor.errors import StartFailed

ANSWER_TIMEOUT_S = 20.0
_REQUEST_BYTES = 1 << 16


class Reply(msgspec.Struct):
    """What the nursery says of one request; ``pid`` 0 means that the attempt runs already."""

    pid: int = 0
    error: str = ""


class Nursery:
    """Starts the process when first needed, and again if it died."""

    def __init__(self, home: Home, environment: Mapping[str, str]) -> None:
        self._home = home
        self._environment = environment
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """The process's pid, None before it was needed."""
        return self._process.pid if self._process else None

    def warm(self) -> None:
        """Start the process now, so that the first run does not wait for it."""
        with self._lock:
            self._connect()

    def fork_runner(self, directory: AttemptDirectory) -> int:
        """Start a runner for an attempt; its pid, or 0 when the attempt runs already."""
        with self._lock:
            reply = self._ask(directory) or self._ask(directory)
        if reply is None:
            raise StartFailed("The process that forks runs died twice in a row; see supervisor.log.")
        if reply.error:
            raise StartFailed(f"The runner could not start: {reply.error}")
        return reply.pid

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._forget()

    def _ask(self, directory: AttemptDirectory) -> Reply | None:
        """One request; None when the process died over it."""
        connection = self._connect()
        try:
            connection.sendall(str(directory.path).encode() + b"\n")
            answer = connection.recv(_REQUEST_BYTES)
        except OSError:
            answer = b""
        if not answer:
            self._forget()
            return None
        return msgspec.json.decode(answer, type=Reply)

    def _connect(self) -> socket.socket:
        if self._socket is None:
            ours, theirs = socket.socketpair()
            ours.settimeout(ANSWER_TIMEOUT_S)
            with theirs, self._home.supervisor_log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", __name__, str(theirs.fileno())],
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=dict(self._environment),
                    start_new_session=True,  # a Ctrl-C at the terminal is not meant for it
                )
            self._socket = ours
        return self._socket

    def _forget(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def serve(connection: socket.socket) -> None:
    """Answer requests until the other side is gone."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries dead runners
    _import_runtime()
    gc.collect()
    gc.freeze()
    requests = connection.makefile("rb")
    for line in requests:
        directory = AttemptDirectory(Path(line.decode().rstrip("\n")))
        reply = _fork(directory, connection)
        with contextlib.suppress(BrokenPipeError):
            connection.sendall(msgspec.json.encode(reply))


def _import_runtime() -> None:
    """Everything a run needs before its author's own imports, paid for once."""
    import asyncio  # noqa: F401
    import concurrent.futures.thread
    import multiprocessing.util  # noqa: F401

    import pydantic  # noqa: F401

    import athanor.definition.experiment
    import athanor.definition.loading
    import athanor.definition.schema
    import athanor.definition.validation
    import athanor.execution.runner  # noqa: F401
    from athanor.execution import surroundings

    surroundings.packages()
    surroundings.hardware()


def _fork(directory: AttemptDirectory, connection: socket.socket) -> Reply:
    answer_r, answer_w = os.pipe()
    pid = os.fork()
    if pid == 0:
        connection.close()
        os.close(answer_r)
        _become_runner(directory, answer_w)
    os.close(answer_w)
    answer = _read_all(answer_r)
    if answer == b"ok":
        return Reply(pid=pid)
    return Reply(error=answer.decode("utf-8", "replace"))


def _become_runner(directory: AttemptDirectory, answer_fd: int) -> None:
    """The child's side: a session of its own, then the runner. Never returns."""

    answered = False

    def answer(text: bytes) -> None:
        nonlocal answered
        if not answered:
            answered = True
            os.write(answer_fd, text)
            os.close(answer_fd)

    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        log = os.open(directory.runner_log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        from athanor.execution import launch, runner

        launch.close_others({answer_fd})
        runner.main(directory, lambda: answer(b"ok"))
    except BaseException:  # noqa: BLE001 - the last place that can say why a runner failed
        text = traceback.format_exc()
        with contextlib.suppress(OSError):
            os.write(2, text.encode())
        answer(text.encode()[-4000:])
    finally:
        os._exit(0)


def _read_all(fd: int) -> bytes:
    with open(fd, "rb", buffering=0) as pipe:
        return pipe.read()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
