"""The catalog's side of a zygote, and of the workers that it has forked."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from typing import IO, TYPE_CHECKING

from athanor.definition.worker_process import WorkerLost

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

ANSWER_TIMEOUT_S = 30.0
_DYING_S = 0.5
_ANSWER_BYTES = 1024
_LONGEST_NAP_S = 0.05


class ZygoteProcess:
    """One zygote; whoever asks one that is gone gets WorkerLost. Usable from several threads."""

    def __init__(self, project: Path, environment: Mapping[str, str]) -> None:
        self._lock = threading.RLock()
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the zygote
        self._socket, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._socket.settimeout(ANSWER_TIMEOUT_S)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "athanor.definition.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._output,
                stderr=subprocess.STDOUT,
                cwd=project,
                env=environment,
                start_new_session=True,  # a Ctrl-C at the terminal is not meant for it
            )

    @property
    def alive(self) -> bool:
        """Whether it can be asked."""
        return self._process.poll() is None

    def fork(self, theirs: socket.socket, output: IO[bytes]) -> ForkedWorker:
        """A new worker that answers at the other end of ``theirs``."""
        answer = self._ask(b"fork", [theirs.fileno(), output.fileno()])
        if not answer.isdigit():
            raise WorkerLost(f"could not be forked: {answer.decode()}", innocent=True)
        return ForkedWorker(self, int(answer))

    def ending(self, pid: int) -> int | None:
        """The exit code of a worker, negative for a signal, told once; None while it lives."""
        answer = self._ask(str(pid).encode())
        return None if answer == b"alive" else int(answer)

    def close(self) -> None:
        """End it and every worker it has forked; those who wait for an answer are told."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        with self._lock:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_DYING_S)
            self._process.kill()
            self._process.wait()
            self._socket.close()
            self._output.close()

    def _ask(self, request: bytes, descriptors: Sequence[int] = ()) -> bytes:
        with self._lock:
            try:
                if descriptors:
                    socket.send_fds(self._socket, [request], descriptors)
                else:
                    self._socket.send(request)
                answer = self._socket.recv(_ANSWER_BYTES)
            except OSError:
                answer = b""
            if not answer:
                raise self._lost()
            return answer

    def _lost(self) -> WorkerLost:
        """End what does not answer, so that no late answer is taken for another's."""
        output = ""
        if not self._output.closed:
            self._output.seek(0)
            output = self._output.read().decode("utf-8", "replace").strip()
            self.close()
        return WorkerLost("the process that forks workers ended", output, innocent=True)


class ForkedWorker:
    """One worker, with as much of a Popen as is needed; its pid is its own until ``wait``."""

    def __init__(self, zygote: ZygoteProcess, pid: int) -> None:
        self.pid = pid
        self._zygote = zygote
        self._ended = False
        self._code: int | None = None

    def wait(self, timeout: float | None = None) -> int | None:
        """The exit code as a Popen has it, None when nobody can know; TimeoutExpired otherwise."""
        deadline = None if timeout is None else time.monotonic() + timeout
        nap_s = 0.0005
        while not self._has_ended():
            if deadline is not None and time.monotonic() > deadline:
                raise subprocess.TimeoutExpired("worker", timeout or 0)
            time.sleep(nap_s)
            nap_s = min(2 * nap_s, _LONGEST_NAP_S)
        return self._code

    def kill(self) -> None:
        """Kill the worker, unless it is gone."""
        self.send_signal(signal.SIGKILL)

    def send_signal(self, number: int) -> None:
        """Signal the worker, unless it is gone."""
        if self._ours():
            os.kill(self.pid, number)

    def kill_session(self) -> None:
        """Kill the worker and what its code has started, unless the worker is buried."""
        if self._ours():
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def _ours(self) -> bool:
        """Whether the pid is still the worker's: the zygote lives and has not buried it."""
        return not self._ended and self._zygote.alive

    def _has_ended(self) -> bool:
        if not self._ended:
            try:
                self._code = self._zygote.ending(self.pid)
            except WorkerLost:
                self._ended = True  # with its zygote
            else:
                self._ended = self._code is not None
        return self._ended
