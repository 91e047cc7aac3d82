"""What the tests of supervision begin with: a project, instances, owners in other processes."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psutil
from sqlalchemy import insert, select

from athanor.domain.home import Home
from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance
from athanor.domain.moment import now
from athanor.domain.run import Run
from athanor.harness import Harness
from athanor.settings import Settings
from athanor.store import instances
from athanor.store.tables import experiment_runs
from athanor.supervision.ownership import Ownership

MODULE = "experiments.acts:act"
_EXPERIMENT = Path(__file__).with_name("acts_experiment.py")
_OWNER = """
import sys
from pathlib import Path
from athanor.harness import Harness
harness = Harness.open(Path(sys.argv[1]))
harness.supervise()
print("ready", flush=True)
sys.stdin.read()
harness.close()
"""
T = TypeVar("T")
Owner = subprocess.Popen[str]


def until(condition: Callable[[], T], timeout_s: float = 60.0) -> T:
    """The first true value of ``condition``; fails when there is none in time."""
    deadline_s = time.monotonic() + timeout_s
    pause_s = 0.002
    while not (found := condition()):
        if time.monotonic() > deadline_s:
            raise AssertionError(f"did not come true within {timeout_s} s: {condition}")
        time.sleep(pause_s)
        pause_s = min(0.05, pause_s * 1.5)  # who looks all the time slows what is waited for
    return found


class Project:
    """A project with the experiment of these tests, and everything that works on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        (path / "experiments").mkdir(parents=True)
        (path / "pyproject.toml").write_text('[project]\nname = "tests"\n')
        shutil.copy(_EXPERIMENT, path / "experiments" / "acts.py")
        self._harnesses: list[Harness] = []
        self._owners: list[subprocess.Popen[str]] = []

    @property
    def home(self) -> Path:
        return self.path / ".athanor"

    def settings(self, **values: Any) -> Settings:
        given = {"max_running": 8, "database_url": os.environ.get("ATHANOR_DATABASE_URL", "")}
        return Settings(project=self.path, home=self.home, **given | values)

    def harness(self, **values: Any) -> Harness:
        """A door that only looks and asks."""
        harness = Harness.open(settings=self.settings(**values))
        self._harnesses.append(harness)
        return harness

    def owner(self, **values: Any) -> Harness:
        """A door in this process that supervises."""
        harness = self.harness(**values)
        harness.supervise()
        return harness

    def other_owner(self, *, group: Path | None = None, **environment: str) -> Owner:
        """A process of its own that supervises, or waits until it may; in a control group."""
        enter = "" if group is None else f"echo $$ > '{group}/cgroup.procs' && "
        process = subprocess.Popen(
            ["sh", "-c", f'{enter}exec "$@"', "sh", sys.executable, "-c", _OWNER, str(self.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd="/",
            env={**os.environ, **environment},
        )
        self._owners.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        return process

    def instance(
        self,
        harness: Harness,
        action: str = "finish",
        *,
        time_limit_s: float | None = None,
        **options: Any,
    ) -> Instance:
        """An instance, stored without asking the catalog: that is tested elsewhere."""
        moment = now()
        instance = Instance(
            id=new_id(),
            experiment_module=MODULE,
            name=action,
            configuration={"action": action, "options": options},
            inserted_at=moment,
            updated_at=moment,
            time_limit_s=time_limit_s,
        )
        with harness._database.write() as c:
            instances.insert(c, instance)
        return instance

    def started(self, harness: Harness, action: str = "finish", **options: Any) -> Run:
        """A run of a new instance, started."""
        return harness.start_run(self.instance(harness, action, **options).id)

    def queued(self, harness: Harness, number: int, action: str = "finish") -> list[str]:
        """The ids of so many runs that wait, made of one by copying its row."""
        one = harness.create_run(self.instance(harness, action).id)
        with harness._database.write() as c:
            row = c.execute(select(experiment_runs).where(experiment_runs.c.id == one.id)).one()
            copies = [row._asdict() | {"id": new_id(), "queued_at": now()} for _ in range(number)]
            c.execute(insert(experiment_runs), copies)
        return [copy["id"] for copy in copies]

    def close(self) -> None:
        """End everything that works on this project."""
        for harness in self._harnesses:
            harness.close()
        for owner in self._owners:
            owner.kill()
            owner.communicate()
        for process in self.processes():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()

    def processes(self) -> list[psutil.Process]:
        """Every process of a run of this project: they work in its folder."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(self.path):
                    found.append(process)
        return found

    def owner_pid(self) -> int | None:
        """The process that owns the data directory now."""
        said = Ownership(Home(self.home)).owner()
        pid = said.split()[0] if said else ""
        return int(pid) if pid.isdigit() else None  # it may just be writing its name


def noted(path: Path) -> list[int]:
    """The numbers whose calls have returned."""
    if not path.exists():
        return []
    return [int(line) for line in path.read_text().splitlines()]


def count_of(path: Path) -> int:
    """How many numbers are noted."""
    return path.read_bytes().count(b"\n") if path.exists() else 0


def numbers(harness: Harness, run: Run) -> list[int]:
    """The numbers that were stored, logs and results together, in the order they were said."""
    told = [(x.seq, x.message) for x in harness.list_logs(run.id, limit=1_000_000)]
    told += [(x.seq, x.value) for x in harness.list_results(run.id, limit=1_000_000)]
    return [int(text) for _, text in sorted(told) if str(text).isdigit()]


def assert_nothing_lost(harness: Harness, run: Run, note: Path) -> None:
    """Every event whose call returned is stored once, in order; the lines are dense."""
    returned = noted(note)
    stored = numbers(harness, run)
    assert stored[: len(returned)] == returned
    assert len(stored) <= len(returned) + 1  # the call under way may have made it
    assert stored == list(range(len(stored)))
    lines = [x.line for x in harness.list_logs(run.id, limit=1_000_000)]
    assert lines == list(range(1, len(lines) + 1))
    assert harness.get_run(run.id).log_counts.total == len(lines)


def alive(pid: int) -> bool:
    """Whether a thread of it is left: a dying leader is a zombie before its files close."""
    try:
        process = psutil.Process(pid)
        return process.status() != psutil.STATUS_ZOMBIE or process.num_threads() > 1
    except psutil.NoSuchProcess:
        return False


def kill(*pids: int) -> None:
    """SIGKILL, and wait until they are gone."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    until(lambda: not any(alive(pid) for pid in pids))


def started_lines(harness: Harness, run: Run) -> int:
    """How often the journal of a run says that it was started."""
    journal = harness.home.attempt(run.id, run.attempt).journal
    return journal.read_bytes().count(b'"t":"started"')
