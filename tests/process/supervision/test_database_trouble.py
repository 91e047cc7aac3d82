"""The database is locked, or its disk is full: runs do not notice, and nothing is lost."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_disk import Ballast
from supervision_givens import Project, count_of, noted, until

from athanor.domain.run import Run, RunStatus
from athanor.errors import DatabaseUnusable
from athanor.harness import Harness
from athanor.store import sqlite

pytestmark = pytest.mark.usefixtures("on_sqlite")

_HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("PRAGMA busy_timeout = 20000")
held.execute("BEGIN EXCLUSIVE")
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def on_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the other tests run on: the troubles of a server are told elsewhere."""
    monkeypatch.delenv("ATHANOR_DATABASE_URL", raising=False)


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another process holds the database for itself."""
    command = [sys.executable, "-c", _HOLD, str(database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        yield
        holder.stdin.close()


def test_runs_work_and_end_while_another_program_holds_the_database(
    project: Project, tmp_path: Path
) -> None:
    note, go = tmp_path / "note", tmp_path / "go"
    owner = project.owner()
    run = project.started(owner, "insist", note=str(note), go=str(go))
    until(lambda: count_of(note) > 100)

    with locked(owner.home.database):
        before, began_s = count_of(note), time.monotonic()
        until(lambda: count_of(note) > before + 500 and time.monotonic() > began_s + 5)
        seen = owner.get_run(run.id)
        go.touch()
        until(lambda: not project.processes())

    assert seen.status is RunStatus.RUNNING
    assert_only_what_returned(owner, owner.wait(run.id, timeout_s=30), note)
    after = project.started(owner)
    assert owner.wait(after.id, timeout_s=20).status is RunStatus.COMPLETED


def test_an_owner_goes_on_when_the_database_was_held_for_longer_than_it_waits(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_S", 0.3)  # 10 s otherwise; `make chaos` waits longer
    note, go = tmp_path / "note", tmp_path / "go"
    owner = project.owner()
    run = project.started(owner, "insist", note=str(note), go=str(go))
    queued = owner.create_run(project.instance(owner).id)
    until(lambda: count_of(note) > 100)

    with locked(owner.home.database):
        for _ in range(3):
            with pytest.raises(DatabaseUnusable, match="end the program that holds it"):
                owner.start(queued.id)
        assert owner.get_run(queued.id).status is RunStatus.PENDING
    owner.start(queued.id)

    go.touch()
    assert_only_what_returned(owner, owner.wait(run.id, timeout_s=30), note)
    assert owner.wait(queued.id, timeout_s=20).status is RunStatus.COMPLETED


def test_runs_do_not_notice_that_the_disk_of_the_database_is_full(
    project: Project, tmp_path: Path, small_disk: Path
) -> None:
    project.home.mkdir()
    (project.home / "athanor.db").symlink_to(small_disk / "athanor.db")
    note, go, ballast = tmp_path / "note", tmp_path / "go", Ballast(small_disk)
    owner = project.owner()
    run = project.started(owner, "insist", note=str(note), go=str(go), size=1000)
    until(lambda: owner.get_run(run.id).log_counts.total > 100)

    ballast.load()
    until_the_database_is_full(owner, run, note)
    assert not Path(f"{note}.refused").read_text()
    assert owner.get_run(run.id).status is RunStatus.RUNNING
    ballast.drop()

    go.touch()
    ended = owner.wait(run.id, timeout_s=30)
    assert not Path(f"{note}.refused").read_text()
    assert_only_what_returned(owner, ended, note)


def until_the_database_is_full(owner: Harness, run: Run, note: Path) -> None:
    """Wait until what is said is stored no more."""

    def stands() -> bool:
        stored, said = owner.get_run(run.id).log_counts.total, count_of(note)
        until(lambda: count_of(note) > said + 300)
        return owner.get_run(run.id).log_counts.total == stored

    until(stands)


@pytest.mark.parametrize("killed", [False, True], ids=["owner-lives", "owner-killed"])
def test_on_a_full_disk_a_call_raises_and_only_such_a_call_is_not_stored(
    project: Project, tmp_path: Path, small_disk: Path, killed: bool
) -> None:
    project.home.symlink_to(small_disk)
    note, go, ballast = tmp_path / "note", tmp_path / "go", Ballast(small_disk)
    refused = Path(f"{note}.refused")
    other = project.other_owner()
    door = project.harness()
    run = project.started(door, "insist", note=str(note), go=str(go))
    until(lambda: count_of(note) > 100)

    ballast.load()
    until(lambda: count_of(refused) > 20)
    if killed:
        other.kill()
        other.wait()
    ballast.drop()
    before = count_of(note)
    until(lambda: count_of(note) > before + 100)
    go.touch()

    ended = door.wait(run.id, timeout_s=30)
    assert all("free some space" in line for line in refused.read_text().splitlines())
    assert_only_what_returned(door, ended, note)
    door.supervise()
    assert door.wait(project.started(door).id, timeout_s=30).status is RunStatus.COMPLETED


def assert_only_what_returned(door: Harness, ended: Run, note: Path) -> None:
    """The run is completed, and exactly the calls that returned are stored, in their order."""
    assert (ended.status, ended.error) == (RunStatus.COMPLETED, None)
    with sqlite3.connect(door.home.database) as c:
        stored = c.execute(
            "SELECT seq, CAST(message AS INTEGER) FROM run_logs WHERE run_id = ? AND "
            "metadata LIKE '%filler%' UNION ALL "
            "SELECT seq, json_extract(value, '$[0]') FROM run_results WHERE run_id = ?",
            (ended.id, ended.id),
        ).fetchall()
    c.close()
    assert [number for _, number in sorted(stored)] == noted(note)
