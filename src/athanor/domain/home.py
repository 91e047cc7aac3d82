"""The data directory: the one place that knows the names inside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class AttemptDirectory:
    """The files of one attempt at a run."""

    path: Path

    @property
    def spec(self) -> Path:
        """What to run: written once, before the attempt is submitted."""
        return self.path / "spec.json"

    @property
    def journal(self) -> Path:
        """What the run said, append-only."""
        return self.path / "journal.ndjson"

    @property
    def lock(self) -> Path:
        """Held (flock) by the runner as long as it lives."""
        return self.path / "lock"

    @property
    def progress(self) -> Path:
        """Shared memory between task and runner: newest progress and the cancel flag."""
        return self.path / "progress"

    @property
    def control(self) -> Path:
        """The FIFO through which the runner takes orders."""
        return self.path / "control"

    @property
    def environment(self) -> Path:
        """The requester's environment on its way to the runner, which deletes it on reading."""
        return self.path / "environment"

    @property
    def group(self) -> Path:
        """Where the control group of the attempt is, if it has one."""
        return self.path / "group"

    @property
    def runner_log(self) -> Path:
        """What a runner that fails itself has to say; empty for every healthy run."""
        return self.path / "runner.log"


@dataclass(frozen=True, slots=True)
class Home:
    """A data directory, ``.athanor/`` of a project."""

    path: Path

    @property
    def identity(self) -> Path:
        """The id that the directory keeps when it is renamed, and loses when it is copied."""
        return self.path / "identity"

    @property
    def database(self) -> Path:
        """The embedded database."""
        return self.path / "athanor.db"

    @property
    def supervisor_lock(self) -> Path:
        """Held (flock) by the one process that supervises this directory."""
        return self.path / "supervisor.lock"

    @property
    def supervisor_log(self) -> Path:
        """What a detached supervisor has to say."""
        return self.path / "supervisor.log"

    @property
    def server(self) -> Path:
        """Where the server is; held (flock) by it as long as it runs."""
        return self.path / "server"

    @property
    def token(self) -> Path:
        """What the server asks its users for (0600)."""
        return self.path / "token"

    @property
    def exports(self) -> Path:
        """Files that agents had made of runs."""
        return self.path / "exports"

    @property
    def runs(self) -> Path:
        """One directory a run."""
        return self.path / "runs"

    def run(self, run_id: str) -> Path:
        """The directory of a run."""
        return self.runs / run_id

    def attempt(self, run_id: str, attempt: int) -> AttemptDirectory:
        """The directory of one attempt at a run."""
        return AttemptDirectory(self.run(run_id) / str(attempt))
