"""How workers start: as forks of one warm process on Linux, elsewhere as an interpreter each."""

from __future__ import annotations

import os
import signal
import site
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any

from athanor.definition.file_state import file_state
from athanor.definition.worker_process import WorkerLost
from athanor.definition.zygote_process import ForkedWorker, ZygoteProcess

if TYPE_CHECKING:
    import socket
    from pathlib import Path


class Starter:
    """Starts the workers of one project; usable from several threads."""

    def __init__(self, project: Path) -> None:
        self._project = project
        self._lock = threading.Lock()
        self._zygote: ZygoteProcess | None = None
        self._surroundings: Any = None
        self._closed = False

    def start(self, theirs: socket.socket, output: IO[bytes]) -> ForkedWorker | SpawnedWorker:
        """A new worker that answers at the other end of ``theirs`` and prints into ``output``.

        Raises WorkerLost.
        """
        if sys.platform == "linux":
            return self._current().fork(theirs, output)
        return SpawnedWorker(theirs, output, self._project)  # forking is unsafe on macOS

    def close(self) -> None:
        """End the zygote, and with it every worker that is left; none starts any more."""
        with self._lock:
            self._closed = True
            if self._zygote:
                self._zygote.close()
            self._zygote = None

    def _current(self) -> ZygoteProcess:
        """The zygote; a new one when a fresh interpreter would see another world than it did."""
        environment = _environment(self._project)
        surroundings = environment, [file_state(folder) for folder in site.getsitepackages()]
        with self._lock:
            if self._closed:
                raise WorkerLost("was closed")
            zygote = self._zygote
            if zygote and zygote.alive and surroundings == self._surroundings:
                return zygote
            if zygote:
                zygote.close()
            self._surroundings = surroundings
            self._zygote = ZygoteProcess(self._project, environment)
            return self._zygote


class SpawnedWorker(subprocess.Popen[bytes]):
    """A worker that is an interpreter of its own."""

    def __init__(self, theirs: socket.socket, output: IO[bytes], project: Path) -> None:
        super().__init__(
            [sys.executable, "-P", "-m", "athanor.definition.worker", str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=project,
            env=_environment(project),
            start_new_session=True,
        )

    def kill_session(self) -> None:
        """Kill the worker and what its code has started."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def _environment(project: Path) -> dict[str, str]:
    """Ours and that of ``.env``, as for a run, but without any GPU."""
    from dotenv import dotenv_values

    given = {key: value for key, value in dotenv_values(project / ".env").items() if value}
    return {**given, **os.environ, "CUDA_VISIBLE_DEVICES": ""}
