"""The catalog's side of a worker: start it, ask it, and say why it ended."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import signal
import socket
import subprocess
import tempfile
import threading
from typing import TYPE_CHECKING, Any, Protocol

from athanor.definition.channel import Channel, ChannelClosed

if TYPE_CHECKING:
    from athanor.definition.order import Order
    from athanor.definition.starter import Starter

_DYING_S = 0.5
_KEPT_OUTPUT = 4000


class WorkerLost(Exception):
    """The worker took too long or died; ``reason`` says which, ``output`` what it printed last.

    ``innocent`` when that had nothing to do with what it worked on: another may do better.
    """

    def __init__(
        self, reason: str, output: str = "", *, hung: bool = False, innocent: bool = False
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.output = output
        self.hung = hung
        self.innocent = innocent


class Process(Protocol):
    """As much of a Popen as is needed here; ``kill_session`` ends also what it has started."""

    def wait(self, timeout: float | None = None) -> int | None: ...  # noqa: D102
    def send_signal(self, sig: int, /) -> None: ...  # noqa: D102
    def kill(self) -> None: ...  # noqa: D102
    def kill_session(self) -> None: ...  # noqa: D102


class WorkerProcess:
    """One worker. Questions are asked one at a time, from any thread.

    Raises WorkerLost when it cannot be started.
    """

    def __init__(self, order: Order, starter: Starter) -> None:
        self.order = order
        self._lock = threading.Lock()
        self._closed = False
        self._output = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the worker
        ours, theirs = socket.socketpair()
        self._channel = Channel(ours)
        with theirs:
            self._process = self._started(starter, theirs)

    def report(self) -> dict[str, Any]:
        """What the import found; WorkerLost when it hung or took the process down."""
        return self._exchange(pickle.dumps(self.order), "import", self.order.timeout_s)

    def ask(self, question: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """The answer to a question; after a WorkerLost the worker is of no more use.

        Raises what pickle raises when the question cannot be sent.
        """
        return self._exchange(pickle.dumps(question), "answer", timeout_s)

    def close(self) -> None:
        """End the worker and whatever its code has started; who waits for it gets WorkerLost."""
        self._process.kill()  # before the lock, which is held as long as someone waits
        with self._lock:
            self._end(signal.SIGKILL)
            self._output.close()

    def _started(self, starter: Starter, theirs: socket.socket) -> Process:
        try:
            return starter.start(theirs, self._output)
        except BaseException:
            self._channel.close()
            self._output.close()
            raise

    def _exchange(self, message: bytes, verb: str, timeout_s: float) -> dict[str, Any]:
        with self._lock:
            if self._closed:
                raise WorkerLost("was closed")
            try:
                self._channel.send(message, timeout_s)
                answer: dict[str, Any] = json.loads(self._channel.receive(timeout_s))
            except TimeoutError:
                self._end(signal.SIGABRT)  # faulthandler prints where it hangs
                reason = f"took longer than {timeout_s:g} s to {verb}"
                raise WorkerLost(reason, self._last_output(), hung=True) from None
            except ChannelClosed:
                raise self._lost(verb) from None
            return answer

    def _lost(self, verb: str) -> WorkerLost:
        """Why the worker closed its end."""
        doing = "while being imported" if verb == "import" else "while validating"
        innocent = False
        try:
            code = self._process.wait(_DYING_S)
        except subprocess.TimeoutExpired:
            reason = f"closed the catalog's connection {doing}"
        else:
            reason, innocent = f"{_obituary(code)} {doing}", code is None
        self._end(signal.SIGKILL)
        return WorkerLost(reason, self._last_output(), innocent=innocent)

    def _end(self, first: signal.Signals) -> None:
        """Signal the whole session of the worker, its own children too, and reap it."""
        if self._closed:
            return
        self._closed = True
        if first is not signal.SIGKILL:
            self._process.send_signal(first)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_DYING_S)
        self._process.kill_session()
        self._process.wait()
        self._channel.close()

    def _last_output(self) -> str:
        self._output.seek(0, os.SEEK_END)
        self._output.seek(max(0, self._output.tell() - _KEPT_OUTPUT))
        return self._output.read().decode("utf-8", "replace").strip()


def _obituary(code: int | None) -> str:
    if code is None:
        return "its process ended with the one that had forked it"
    if code < 0:
        return f"its process was killed by {_signal_name(-code)}"
    return f"it ended its process with exit code {code}"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
