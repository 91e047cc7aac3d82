"""Where the storm takes place: a project of its own, owners started again, runs kept going."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from athanor import settings as settings_module
from athanor.domain.home import Home
from athanor.domain.run import Run, RunStatus
from athanor.errors import Unavailable
from athanor.harness import Harness
from chaos import notes, schedule
from chaos.outage import Held, Outage, Server, Stopped
from chaos.processes import MARK_VARIABLE, Found, kill, marked
from chaos.window import Window

WAITING = 2
"""Runs beyond those that may work, so that the queue is hit too."""
MOST_DETACHED = 2
_EXPERIMENT = Path(__file__).with_name("scribe_experiment.py")
_LIVE = (RunStatus.PENDING, RunStatus.RUNNING)
_NURSERY = "-m athanor.supervision.nursery"
_DETACHED = "-m athanor.supervision.detached"
_OWNER = """
import sys
from athanor.harness import Harness
harness = Harness.open()
harness.supervise()
sys.stdin.read()
harness.close()
"""


@dataclass(frozen=True)
class OnServer:
    """An empty database with its tables, on a server of this storm's own."""

    server: Server
    url: str


class Stage:
    """A folder with everything in it; owners and runs come and go, the door of the storm stays."""

    def __init__(self, folder: Path, seed: int, runs: int, database: OnServer | None) -> None:
        self.folder = folder
        self.mark = folder.name
        self.notes = folder / "notes"
        self.calm = False
        self._runs = runs
        self._parts = schedule.parts(seed)
        self._owners: list[subprocess.Popen[bytes]] = []
        self._commands: list[Window] = []
        self._begun_commands = 0
        self._prepare()
        self._environment = {
            **os.environ,
            MARK_VARIABLE: self.mark,
            "ATHANOR_MAX_RUNNING": str(runs),
            "ATHANOR_HOME": str(self.home),
            "TMPDIR": str(folder / "tmp"),  # where the killed leave what they would have removed
            "ATHANOR_DATABASE_URL": "" if database is None else database.url,
        }
        self._log = (folder / "owners.log").open("ab")
        self.harness = Harness.open(settings=settings_module.load(self.project, self._environment))
        self.outage: Outage = (
            Held(Home(self.home).database, schedule.HELD_S)
            if database is None
            else Stopped(database.server, schedule.STOPPED_S)
        )
        self._live: list[Run] = []

    @property
    def project(self) -> Path:
        """The folder that the runs work in."""
        return self.folder / "project"

    @property
    def home(self) -> Path:
        """The data directory."""
        return self.folder / "data"

    def journal(self, run_id: str) -> Path:
        """The journal of a run."""
        return self.home / "runs" / run_id / "1" / "journal.ndjson"

    # --- what goes on ---

    def tend(self) -> None:
        """Bury the dead, start owners again, keep as many runs going as there shall be."""
        self.outage.tend()
        self._owners = [owner for owner in self._owners if not _ended(owner)]
        for command in self._commands:
            command.read()
        self._commands = [command for command in self._commands if not command.ended()]
        with suppress(Unavailable):  # the database is away
            self._live = self._listed()
        while len(self._owners) < (1 if self.calm else 2):
            self._owners.append(self._started([sys.executable, "-c", _OWNER]))
        if self.calm or self.outage.lasts:
            return
        for _ in range(self._runs + WAITING - len(self._live)):
            self.harness.start_run(self._instance(), wait=False)
        if not self._commands:
            self._commands.append(self._command())

    def close_window(self, found: Found) -> bool:
        """Close the terminal window of a command."""
        for command in self._commands:
            if command.process.pid == found.pid and command.is_open:
                command.close()
                return True
        return False

    def live(self) -> list[Run]:
        """The runs that wait or work, as of the last tending."""
        return self._live

    def victims(self) -> dict[str, list[Found]]:
        """Whom one may hit now, by role; in an order of its own, so that a share picks one."""
        table = {found.pid: found for found in marked(self.mark)}
        known = self._known()
        roles: dict[str, list[Found]] = {}
        for found in sorted(table.values(), key=lambda found: found.identity):
            role = known.get(found.identity) or self._role(found, table)
            if role is not None:
                roles.setdefault(role, []).append(found)
        open_windows = {command.process.pid for command in self._commands if command.is_open}
        roles["window"] = [x for x in roles.get("command", []) if x.pid in open_windows]
        return roles

    # --- the end ---

    def settle(self, patience_s: float) -> bool:
        """Let everything come to its end by itself; False when it does not in time."""
        self.calm = True
        (self.notes / "enough").touch()
        deadline_s = time.monotonic() + patience_s
        self.tend()
        while self.outage.lasts or self._live or self._commands:
            if time.monotonic() > deadline_s:
                return False
            time.sleep(0.1)
            self.tend()
        return self._leave(deadline_s)

    def _leave(self, deadline_s: float) -> bool:
        """Close the owners; what is left behind by `--detach` ends by itself."""
        for owner in self._owners:
            owner.communicate()
        self._owners = []
        while marked(self.mark):
            if time.monotonic() > deadline_s:
                return False
            time.sleep(0.05)
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for command in self._commands:
            command.close()
        for process in (*self._owners, *(command.process for command in self._commands)):
            with suppress(ProcessLookupError):
                process.kill()
            process.communicate()
        self.outage.end()
        self.harness.close()
        self._log.close()
        for found in marked(self.mark):  # only when something went wrong is anybody left
            kill(found, self.mark)

    # --- details ---

    def _prepare(self) -> None:
        (self.project / "experiments").mkdir(parents=True)
        self.notes.mkdir()
        (self.folder / "tmp").mkdir()
        (self.project / "pyproject.toml").write_text('[project]\nname = "storm"\n')
        shutil.copy(_EXPERIMENT, self.project / "experiments" / "scribe.py")

    def _listed(self) -> list[Run]:
        """The runs that wait or work; one that is only prepared does neither."""
        found = self.harness.list_runs(status=_LIVE, limit=1000).items
        return [run for run in found if run.queued_at is not None]

    def _instance(self) -> str:
        part = next(self._parts)
        configuration = {
            "notes": str(self.notes),
            "writers": list(part.writers),
            "events": part.events,
            "pause_s": part.pause_s,
            "word": part.word,
        }
        return self.harness.create_instance(
            experiment_module="experiments.scribe:scribe", name="part", configuration=configuration
        ).id

    def _command(self) -> Window:
        """`athanor run` in a terminal; every third time detached, unless there are many of them."""
        self._begun_commands += 1
        detach = self._begun_commands % 3 == 0 and self._detached() < MOST_DETACHED
        command = [sys.executable, "-m", "athanor", "run", "--instance", self._instance()]
        command += ["--detach"] if detach else []
        return Window(command, self.project, self._environment, self.folder / "windows.log")

    def _detached(self) -> int:
        return sum(_DETACHED in found.command for found in marked(self.mark))

    def _started(self, command: list[str]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._log,
            cwd=self.project,
            env=self._environment,
        )

    def _known(self) -> dict[tuple[int, int], str]:
        """The processes of the living runs, by what they noted themselves."""
        known: dict[tuple[int, int], str] = {}
        for run in self._live:
            noted = notes.noted(self.notes / run.id)
            known |= dict.fromkeys(noted.begun, "task") | dict.fromkeys(noted.workers, "worker")
            runner = notes.runner(self.journal(run.id))
            if runner is not None:
                known[runner] = "runner"
        return known

    def _role(self, found: Found, table: dict[int, Found]) -> str | None:
        if found.pid in {owner.pid for owner in self._owners} or _DETACHED in found.command:
            return "owner"
        if found.pid in {command.process.pid for command in self._commands}:
            return "command"
        if _NURSERY not in found.command or found.session != found.pid:
            return None  # helpers of a run and of a catalog
        parent = table.get(found.parent)
        return "spare" if parent is not None and _NURSERY in parent.command else "nursery"


def _ended(process: subprocess.Popen[bytes]) -> bool:
    """Whether a process has ended; its pipe is closed then."""
    if process.poll() is None:
        return False
    process.communicate()
    return True
