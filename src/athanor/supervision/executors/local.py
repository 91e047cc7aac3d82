"""Runs attempts as processes of this machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping

from athanor.domain.home import AttemptDirectory, Home
from athanor.errors import StartFailed
from athanor.execution import control, descendants, lock, machine, spec
from athanor.execution.control import Order
from athanor.execution.spec import Spec
from athanor.supervision.executor import Handle, Presence
from athanor.supervision.nursery import Nursery

_RUNNER_LOG_TAIL = 2000


class LocalExecutor:
    """Forks runners in the nursery; a runner's lock tells whether it lives."""

    name = "local"

    def __init__(self, home: Home, base_environment: Mapping[str, str]) -> None:
        self._nursery = Nursery(home, base_environment)

    def warm(self) -> None:
        """Get ready, so that the first run starts as quickly as the next."""
        self._nursery.warm()

    def submit(self, attempt: Spec, directory: AttemptDirectory) -> Handle:
        """Write what the attempt needs and fork its runner."""
        try:
            spec.write(attempt, directory)
        except OSError as error:
            raise StartFailed(
                f"The run's directory {directory.path} cannot be written ({error.strerror}); "
                "set ATHANOR_HOME to a place that can."
            ) from error
        pid = self._nursery.fork_runner(directory)
        return {
            "pid": pid,
            "start_ticks": machine.start_ticks(pid) if pid else 0,
            "machine_id": machine.machine_id(),
            "boot_id": machine.boot_id(),
        }

    def poll(self, handle: Handle | None, directory: AttemptDirectory) -> Presence:
        """The lock decides; another machine's attempt is not ours to judge."""
        if handle is not None and handle["machine_id"] != machine.machine_id():
            return Presence.UNKNOWN
        return Presence.GONE if lock.is_free(directory.lock) else Presence.ALIVE

    def cancel(self, handle: Handle | None, directory: AttemptDirectory, order: Order) -> bool:
        """Tell the runner."""
        return control.send(directory, order)

    def kill(self, handle: Handle | None, directory: AttemptDirectory) -> None:
        """SIGKILL to the runner itself; its task dies with it."""
        pid = handle["pid"] if handle else 0
        if pid and machine.start_ticks(pid) == handle["start_ticks"]:  # type: ignore[index]
            os.kill(pid, signal.SIGKILL)

    def clear(self, handle: Handle | None, directory: AttemptDirectory, cookie: str) -> int:
        """Kill everything of the attempt until nothing is found any more."""
        session = handle["pid"] or None if handle and self._same_boot(handle) else None
        killed = 0
        while left := list(descendants.leftovers(directory, cookie, session)):
            killed += descendants.send(left, signal.SIGKILL)
            descendants.wait(left)
        return killed

    def missing(self, handle: Handle | None, directory: AttemptDirectory) -> str:
        """Another boot, or a runner that was killed or failed itself."""
        if handle is not None and not self._same_boot(handle):
            return "its machine was restarted"
        who = f"process {handle['pid']}" if handle and handle["pid"] else "its process"
        said = _tail(directory)
        return f"its runner ({who}) was killed" + (f" or failed:\n{said}" if said else "")

    def close(self) -> None:
        """End the nursery."""
        self._nursery.close()

    @staticmethod
    def _same_boot(handle: Handle) -> bool:
        return bool(handle["boot_id"] == machine.boot_id())


def _tail(directory: AttemptDirectory) -> str:
    try:
        return directory.runner_log.read_text(encoding="utf-8", errors="replace")[-_RUNNER_LOG_TAIL:]
    except FileNotFoundError:
        return ""
