"""The nursery: an idle process with the runtime imported, and one runner always forked ahead.

``Nursery`` is the supervisor's side; ``serve`` is the process. They talk over a socket pair, one
request at a time: a directory goes in, the runner's pid comes back once it holds its lock. The
process ends when its socket does; runners at work live on in sessions of their own.
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
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from athanor.domain.home import AttemptDirectory, Home
from athanor.errors import StartFailed
from athanor.execution import cgroup
from athanor.execution.cgroup import Group
from athanor.execution.launch import Launched
from athanor.execution.rehearsal import REST_S, as_runner, rehearse, rehearse_until

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
        try:
            with self._lock:
                reply = self._ask(directory) or self._ask(directory)
        except OSError as error:
            raise StartFailed(
                f"The process that forks runs could not be started: {error}. "
                "Mend that, or free some resources, and start the run again."
            ) from error
        if reply is None:
            raise StartFailed("The process that forks runs died twice; see supervisor.log.")
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
            connection.sendall(os.fsencode(directory.path).hex().encode() + b"\n")
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
            with ours, theirs, self._home.supervisor_log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", __name__, str(theirs.fileno())],
                    pass_fds=(theirs.fileno(),),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=dict(self._environment),
                    start_new_session=True,  # a Ctrl-C at the terminal is not meant for it
                )
                self._socket = ours.dup()
            self._socket.settimeout(ANSWER_TIMEOUT_S)
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
    """Answer requests until the other side is gone; a spare runner is always ready."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries dead runners
    _import_runtime()
    cgroup.remove_stale()
    rehearse()
    gc.collect()
    gc.freeze()
    spare, answered_s = _fork_spare(), float("-inf")
    for line in connection.makefile("rb"):
        directory = bytes.fromhex(line.decode())
        told = spare.tell(directory) or (spare := _fork_spare()).tell(directory)
        # In a burst the next is forked meanwhile; a run that comes alone shall have all cores.
        burst = time.monotonic() - answered_s < REST_S
        after = _fork_spare() if burst else None
        reply = spare.reply() if told else Reply(error="two runners died")
        with contextlib.suppress(BrokenPipeError):
            connection.sendall(msgspec.json.encode(reply))
        answered_s = time.monotonic()
        spare = after or _fork_spare()


def _import_runtime() -> None:
    """Everything a run needs before its author's own imports, paid for once."""
    import asyncio  # noqa: F401
    import concurrent.futures.thread  # noqa: F401
    import multiprocessing.util  # noqa: F401

    import pydantic  # noqa: F401

    import athanor.definition.experiment
    import athanor.definition.loading
    import athanor.definition.schema
    import athanor.definition.validation
    import athanor.execution.start  # noqa: F401
    from athanor.execution import surroundings

    surroundings.packages()
    surroundings.hardware()
    surroundings.system()


@dataclass(frozen=True, slots=True)
class Spare:
    """A runner that was forked ahead, its task too, and waits for a directory to work on."""

    pid: int
    order_fd: int
    answer_fd: int

    def tell(self, directory: bytes) -> bool:
        """Let it work on a directory; False when it died while it waited."""
        try:
            with open(self.order_fd, "wb", buffering=0) as order:
                order.write(directory)
        except BrokenPipeError:
            os.close(self.answer_fd)
            return False
        return True

    def reply(self) -> Reply:
        """What has come of it, once it holds its lock or has failed."""
        with open(self.answer_fd, "rb", buffering=0) as pipe:
            answer = pipe.read()
        if answer == b"ok":
            return Reply(pid=self.pid)
        return Reply(error=answer.decode("utf-8", "replace"))


def _fork_spare() -> Spare:
    order_r, order_w = os.pipe()
    answer_r, answer_w = os.pipe()
    pid = os.fork()
    if pid == 0:
        _become_runner(order_r, answer_w)
    os.close(order_r)
    os.close(answer_w)
    return Spare(pid, order_w, answer_r)


def _become_runner(order_fd: int, answer_fd: int) -> None:
    """The child's side: a session of its own, a task forked ahead, then wait. Never returns."""
    from athanor.execution import launch, start

    answered = False

    def answer(text: bytes) -> None:
        nonlocal answered
        if not answered:
            answered = True
            with contextlib.suppress(BrokenPipeError):  # the nursery was killed; others find us
                os.write(answer_fd, text)
            os.close(answer_fd)

    try:
        os.setsid()
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        launch.close_others({order_fd, answer_fd})
        ahead = launch.fork_ahead() if sys.platform == "linux" else None
        group = _group_of(ahead)
        rehearse_until(order_fd, as_runner)
        with open(order_fd, "rb", buffering=0) as pipe:
            path = pipe.read()
        if path:
            directory = AttemptDirectory(Path(os.fsdecode(path)))
            _redirect(directory.runner_log)
            start.main(directory, lambda: answer(b"ok"), ahead, group)
        elif group is not None and ahead is not None:
            ahead.dismiss()
            os.waitpid(ahead.pid, 0)
            group.remove()
    except BaseException:  # noqa: BLE001 - the last place that can say why a runner failed
        text = traceback.format_exc()
        with contextlib.suppress(OSError):
            os.write(2, text.encode())
        answer(text.encode()[-4000:])
    finally:
        os._exit(0)


def _group_of(ahead: Launched | None) -> Group | None:
    """A control group with the task in it, made while nobody waits: moving may take a while."""
    group = cgroup.make() if ahead is not None else None
    if group is None or ahead is None:
        return None
    try:
        group.add(ahead.pid)
    except OSError:  # not ours to move between these groups
        group.remove()
        return None
    return group


def _redirect(log: Path) -> None:
    fd = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    for stream in (1, 2):
        os.dup2(fd, stream)
    os.close(fd)


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
