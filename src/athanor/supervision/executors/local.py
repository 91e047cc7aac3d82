"""Runs attempts as processes of this machine."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Mapping
from pathlib import Path

from athanor.domain.attempt import INLINE, Attempt
from athanor.domain.home import AttemptDirectory, Home
from athanor.domain.moment import now_us
from athanor.errors import JournalError, StartFailed
from athanor.execution import control, descendants, lock, machine, spec
from athanor.execution.cgroup import Group
from athanor.execution.control import Order
from athanor.execution.spec import Spec
from athanor.journal import format as kinds
from athanor.journal.reader import JournalReader
from athanor.journal.writer import JournalWriter
from athanor.store.identity import is_here
from athanor.supervision.executor import Handle, Presence
from athanor.supervision.nursery import Nursery

_RUNNER_LOG_TAIL = 2000
_FIRST_BYTES = 1 << 14
_DEATH_S = 0.2
"""How long to wait for killed processes at once; other runs wait meanwhile."""


class LocalExecutor:
    """Forks runners in the nursery; a runner's lock tells whether it lives."""

    name = "local"

    def __init__(
        self,
        home: Home,
        identity: str,
        base_environment: Mapping[str, str],
        *,
        shared: bool = False,
    ) -> None:
        """Of the data directory ``home``; ``shared`` when other machines have it mounted too."""
        self._home = home
        self._identity = identity
        self._shared = shared
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
        return (None if pid else self.find(directory)) or {
            "pid": pid,
            "start_ticks": machine.start_ticks(pid) if pid else 0,
            "machine_id": machine.machine_id(),
            "boot_id": machine.boot_id(),
        }

    def find(self, directory: AttemptDirectory) -> Handle | None:
        """What the runner says of itself in the first line of its journal."""
        with JournalReader(directory.journal) as journal:
            lines = journal.read(0, _FIRST_BYTES).lines
        started = lines[0][1] if lines else None
        if not isinstance(started, kinds.Started):
            return None
        return {
            "pid": started.pid,
            "start_ticks": started.start_ticks,
            "machine_id": started.machine_id,
            "boot_id": started.boot_id,
        }

    def poll(self, handle: Handle | None, directory: AttemptDirectory) -> Presence:
        """The lock decides, where it tells the truth.

        Nobody sees the locks that another machine holds on a shared disk, nor those in a data
        directory that was moved away.
        """
        if self._shared and handle is not None and not self._same_machine(handle):
            return Presence.UNKNOWN
        if not lock.is_free(directory.lock):
            return Presence.ALIVE
        return Presence.GONE if is_here(self._home, self._identity) else Presence.UNKNOWN

    def cancel(self, handle: Handle | None, directory: AttemptDirectory, order: Order) -> bool:
        """Tell the runner; False also where the experiment has put something else in its place."""
        try:
            return control.send(directory, order)
        except OSError:
            return False

    def kill(self, handle: Handle | None, directory: AttemptDirectory) -> bool:
        """SIGKILL to the runner itself; its task dies with it."""
        if handle is None or lock.is_free(directory.lock) or not self._lives(handle):
            return False  # of a copied directory, the runner that the handle names is not ours
        with contextlib.suppress(JournalError):
            journal = JournalWriter(directory.journal)
            journal.write(kinds.CancelRequested(now_us(), force=True))
            journal.close()
        try:
            os.kill(handle["pid"], signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def withdraw(self, directory: AttemptDirectory) -> bool:
        """Take away what a runner that comes late would begin with, while none can begin."""
        try:
            held = lock.hold(directory.lock)
        except OSError:
            return True  # where no lock can be taken, no runner begins
        if held is None:
            return False
        try:
            if self._has_begun(directory):
                return False  # and is over
            directory.spec.unlink(missing_ok=True)
        finally:
            os.close(held)
        return True

    def _has_begun(self, directory: AttemptDirectory) -> bool:
        try:
            return self.find(directory) is not None
        except OSError:
            return False  # what cannot be read tells of no beginning

    def clear(self, attempt: Attempt, directory: AttemptDirectory) -> bool:
        """Kill what is found of the attempt; True once nothing is found any more.

        The door in whose process a run works inline is no leftover of it: it goes on.
        """
        if attempt.home != self._identity:
            return True  # a copied directory has the claim, and the original the processes
        handle = attempt.handle or self.find(directory)
        if handle and not self._same_boot(handle):
            return True  # nothing outlives a restart
        group = _group(handle, directory) if handle else None
        if group is not None:
            group.kill()
        session = handle["pid"] or None if handle else None
        spared = {os.getpid()}
        if handle and attempt.executor == INLINE and self._lives(handle):
            spared.add(handle["pid"])

        def leftovers() -> list[descendants.Process]:
            return list(descendants.leftovers(directory, attempt.cookie, session, spared))

        left = leftovers()
        if left:
            descendants.send(left, signal.SIGKILL)
            descendants.wait(left, _DEATH_S)
            left = leftovers()
        if left or (group is not None and group.populated):
            return False
        if group is not None:
            group.remove()
        return True

    def missing(self, attempt: Attempt, directory: AttemptDirectory) -> str:
        """A copy, another machine or boot, or a runner that was killed or failed itself."""
        if attempt.home != self._identity:
            return (
                "the data directory was copied while it ran, and its processes stayed with the "
                "original"
            )
        handle = attempt.handle or self.find(directory)
        if handle is not None and not self._same_machine(handle):
            return "the data directory was moved here from another machine"
        if handle is not None and not self._same_boot(handle):
            return "its machine was restarted"
        who = f"process {handle['pid']}" if handle and handle["pid"] else "its process"
        said = _tail(directory)
        return f"its runner ({who}) was killed" + (f" or failed:\n{said}" if said else "")

    def close(self) -> None:
        """End the nursery."""
        self._nursery.close()

    @classmethod
    def _lives(cls, handle: Handle) -> bool:
        """Whether that very process is there; one without a number is not: 0 means ourselves."""
        pid: int = handle["pid"]
        same = cls._same_boot(handle) and machine.start_ticks(pid) == handle["start_ticks"]
        return pid > 0 and same

    @staticmethod
    def _same_machine(handle: Handle) -> bool:
        return bool(handle["machine_id"] == machine.machine_id())

    @staticmethod
    def _same_boot(handle: Handle) -> bool:
        return bool(handle["boot_id"] == machine.boot_id())


def _group(handle: Handle, directory: AttemptDirectory) -> Group | None:
    """The control group that the runner had made for the attempt; None if it had none."""
    try:
        group = Group(Path(directory.group.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError):
        return None
    return group if group.made_by(handle["pid"], handle["start_ticks"]) else None


def _tail(directory: AttemptDirectory) -> str:
    try:
        text = directory.runner_log.read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return text[-_RUNNER_LOG_TAIL:]
