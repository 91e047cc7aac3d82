"""What the supervisor asks of whatever runs an attempt: this machine today, a cluster tomorrow."""

from __future__ import annotations

from enum import Enum
from typing import Any, Protocol

from athanor.domain.attempt import Attempt
from athanor.domain.home import AttemptDirectory
from athanor.execution.control import Order
from athanor.execution.spec import Spec

Handle = dict[str, Any]
"""What an executor needs to find an attempt again: plain JSON, stored with the attempt."""


class Presence(Enum):
    """Whether the processes of an attempt exist. Unknown is never a verdict."""

    ALIVE = "alive"
    GONE = "gone"
    UNKNOWN = "unknown"


class Executor(Protocol):
    """Runs attempts. Every method may be called again after a crash of the caller."""

    name: str

    def submit(self, spec: Spec, directory: AttemptDirectory) -> Handle:
        """Start an attempt and return once it is alive; StartFailed when it cannot be.

        Idempotent for one run and attempt: a second call finds the first one's process.
        """
        ...

    def find(self, directory: AttemptDirectory) -> Handle | None:
        """The handle of an attempt that was submitted by somebody who died before noting it."""
        ...

    def poll(self, handle: Handle | None, directory: AttemptDirectory) -> Presence:
        """Whether the attempt is alive."""
        ...

    def cancel(self, handle: Handle | None, directory: AttemptDirectory, order: Order) -> bool:
        """Pass on a soft cancel or a force; False when nobody listens."""
        ...

    def kill(self, handle: Handle | None, directory: AttemptDirectory) -> bool:
        """Note the force in the journal, then end an attempt that does not obey, runner and all.

        False when there was nobody to end.
        """
        ...

    def withdraw(self, directory: AttemptDirectory) -> bool:
        """Make sure that a submission nobody answered begins no more; False when it has begun."""
        ...

    def clear(self, attempt: Attempt, directory: AttemptDirectory) -> bool:
        """End whatever is left of an attempt whose runner is gone; True when nothing is."""
        ...

    def missing(self, attempt: Attempt, directory: AttemptDirectory) -> str:
        """Why an attempt that is gone has no exit record, as half a sentence."""
        ...

    def close(self) -> None:
        """Let go of everything but the attempts, which live on."""
        ...
