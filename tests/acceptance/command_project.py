"""A project in a folder of its own, used as a stranger would: by its commands."""

from __future__ import annotations

import json
import shlex
import sys
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pseudo_terminal import Terminal
from warm_command import warm_command

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

COMMAND = [sys.executable, "-m", "athanor"]


@dataclass
class Project:
    """Runs ``athanor`` in a folder, with or without a terminal."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def call(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        folder = self.folder if cwd is None else cwd
        return warm_command().call(list(arguments), folder, self.environment, timeout_s=60)

    def ok(self, *arguments: str) -> str:
        done = self.call(*arguments)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.ok(*arguments, "--json"))

    def refused(self, *arguments: str) -> str:
        """The words on stderr of a call that ends with exit code 2 and writes nothing else."""
        done = self.call(*arguments)
        assert (done.returncode, done.stdout) == (2, ""), done.stderr
        return done.stderr

    def terminal(self, *arguments: str, **options: Any) -> Terminal:
        return Terminal([*COMMAND, *arguments], self.folder, self.environment, **options)

    def job(self, *arguments: str, then: str) -> Terminal:
        """In a shell with job control, which goes on to ``then`` when the command is stopped."""
        script = f"{shlex.join([*COMMAND, *arguments])}; {then}"
        return Terminal(["sh", "-mc", script], self.folder, self.environment)

    def events(self, *arguments: str) -> list[dict[str, Any]]:
        done = self.call("run", "acting", "--json", *arguments)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def ran(self, *arguments: str) -> str:
        """The id of a run of the experiment that has ended."""
        run_id: str = self.events(*arguments)[-1]["run"]["id"]
        return run_id

    def run_record(self, run_id: str) -> dict[str, Any]:
        return self.json("show", run_id)["run"]

    def wait(self, run_id: str) -> dict[str, Any]:
        """Follow a run until it has ended; its record."""
        self.ok("logs", run_id, "--follow")
        return self.run_record(run_id)

    def until_supervised(self) -> None:
        """Wait until some process looks after the runs of this project."""
        deadline_s = time.monotonic() + 30
        while not self._supervisor().startswith("process "):
            assert time.monotonic() < deadline_s, "nobody looks after the runs"

    def _supervisor(self) -> str:
        checks = {check["name"]: check["found"] for check in self.json("doctor")}
        return str(checks["supervisor"])
