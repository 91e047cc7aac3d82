"""Runs with their rows on a PostgreSQL server that others use too, and that goes away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from postgresql_server import PASSWORD, Server, upgrade
from supervision_givens import (
    Project,
    assert_nothing_lost,
    count_of,
    kill,
    noted,
    numbers,
    started_lines,
    until,
)

from athanor.domain.run import RunStatus

TOTAL = 2000


@pytest.fixture
def project(
    tmp_path: Path, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Project]:
    monkeypatch.setenv("ATHANOR_DATABASE_URL", database_url)
    made = Project(tmp_path / "project")
    yield made
    made.close()


@pytest.mark.parametrize(
    "victims",
    [("owner",), ("runner", "owner"), ("runner", "task", "nursery", "owner")],
    ids="+".join,
)
def test_what_was_said_before_a_kill_is_stored_once_and_the_status_is_true(
    project: Project, tmp_path: Path, victims: tuple[str, ...]
) -> None:
    note = tmp_path / "note"
    owner = project.other_owner()
    door = project.harness()
    run = project.started(door, "count", note=str(note), total=TOTAL)
    until(lambda: count_of(note) > TOTAL // 4)
    runner = until(lambda: (door.whereis(run.id) or {}).get("pid"))
    pids = {
        "task": int(Path(f"{note}.pid").read_text()),
        "runner": runner,
        "nursery": psutil.Process(runner).ppid(),
        "owner": owner.pid,
    }

    kill(*(pids[name] for name in victims))

    next_door = project.owner()
    Path(f"{note}.go").touch()
    ended = next_door.wait(run.id, timeout_s=30)
    expected = RunStatus.FAILED if "runner" in victims else RunStatus.COMPLETED
    assert ended.status is expected
    assert_nothing_lost(next_door, run, note)


def test_a_server_that_is_away_for_a_while_is_noticed_by_no_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    url = server.url(server.new_database())
    monkeypatch.setenv("ATHANOR_DATABASE_URL", url)
    project = Project(tmp_path / "project")
    upgrade(url)
    note = tmp_path / "note"
    door = project.owner()
    run = project.started(door, "count", note=str(note), total=TOTAL, pause_s=0.1)
    events = door.follow(run.id)
    next(events)
    until(lambda: count_of(note) > TOTAL // 10)

    server.stop()
    until(lambda: count_of(note) > TOTAL * 3 // 4)  # the run goes on up to where it waits
    Path(f"{note}.go").touch()
    server.start()

    assert list(events)[-1].run.status is RunStatus.COMPLETED  # type: ignore[union-attr]
    assert numbers(door, run) == noted(note) == list(range(TOTAL))
    assert_nothing_lost(door, run, note)
    project.close()
    server.close()


def test_connections_dropped_again_and_again_lose_and_double_nothing(
    project: Project, tmp_path: Path, postgresql: Server
) -> None:
    note = tmp_path / "note"
    door = project.owner()
    run = project.started(door, "count", note=str(note), total=TOTAL, pause_s=0.1)
    Path(f"{note}.go").touch()

    while count_of(note) < TOTAL:
        before = count_of(note)
        postgresql.end_connections(door.settings.database_url)
        until(lambda goal=before: count_of(note) > min(goal + 200, TOTAL - 1))

    assert door.wait(run.id, timeout_s=30).status is RunStatus.COMPLETED
    assert numbers(door, run) == list(range(TOTAL))
    assert_nothing_lost(door, run, note)


def test_two_projects_on_one_server_leave_each_others_runs_alone(
    project: Project, tmp_path: Path
) -> None:
    other = Project(tmp_path / "other")
    theirs = other.harness()
    waiting = theirs.start_run(other.instance(theirs).id, wait=False)
    go = project.path / "go"
    ours = project.owner()
    first = project.started(ours, "until_file", path=str(go))

    theirs.reconcile()
    done = ours.wait(project.started(ours).id, timeout_s=20)

    assert done.status is RunStatus.COMPLETED
    assert theirs.live_count() == 0
    assert ours.get_run(waiting.id).status is RunStatus.PENDING
    assert started_lines(ours, first) == 1
    theirs.supervise()
    assert theirs.wait(waiting.id, timeout_s=20).status is RunStatus.COMPLETED
    assert ours.get_run(first.id).status is RunStatus.RUNNING
    go.touch()
    assert ours.wait(first.id, timeout_s=20).status is RunStatus.COMPLETED
    other.close()


def test_the_password_is_in_no_file_of_a_run(project: Project) -> None:
    owner = project.owner()
    run = owner.wait(project.started(owner).id, timeout_s=20)

    found = [path for path in project.home.rglob("*") if path.is_file()]

    assert found
    assert not [path for path in found if PASSWORD.encode() in path.read_bytes()]
    assert PASSWORD not in json.dumps(run.metadata)
    assert PASSWORD not in repr(replace(owner.settings))
