"""The environment on its way from the requester to the run: never left lying about."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from supervision_givens import Project

from athanor.domain.run import RunStatus
from athanor.errors import InstanceNotFound, RunAlreadyStarted

GIVEN = {"PATH": "/usr/bin:/bin", "A_SECRET": "hush"}


def files_with_the_secret(project: Project) -> list[Path]:
    value = GIVEN["A_SECRET"].encode().hex().encode()
    files = [path for path in project.home.rglob("*") if path.is_file()]
    return [path for path in files if value in path.read_bytes()]


def test_it_waits_in_a_private_file_until_the_run_starts(project: Project) -> None:
    door = project.harness()
    door.start_run(project.instance(door).id, GIVEN, wait=False)

    (file,) = files_with_the_secret(project)
    assert file.stat().st_mode & 0o777 == 0o600


def test_only_the_environment_of_the_start_that_was_granted_counts(project: Project) -> None:
    door = project.harness()
    run = door.create_run(project.instance(door, "clock").id)
    door.start(run.id, {"PATH": "/usr/bin:/bin", "TZ": "Asia/Tokyo"}, wait=False)
    with pytest.raises(RunAlreadyStarted):
        door.start(run.id, {"PATH": "/usr/bin:/bin", "TZ": "UTC"}, wait=False)

    door.supervise()

    assert door.wait(run.id, timeout_s=20).status is RunStatus.COMPLETED
    assert [x.value for x in door.list_results(run.id)] == [9 * 3600]


def test_it_is_not_left_behind_for_an_instance_that_is_gone(project: Project) -> None:
    door = project.harness()
    instance = project.instance(door)
    door.get_instance = lambda _: instance  # type: ignore[method-assign] - read before it went
    door.delete_instance(instance.id)

    with pytest.raises(InstanceNotFound):
        door.start_run(instance.id, GIVEN, wait=False)

    assert files_with_the_secret(project) == []


def test_it_is_gone_once_the_run_has_started(project: Project) -> None:
    owner = project.owner()
    run = owner.start_run(project.instance(owner).id, GIVEN)

    assert owner.wait(run.id, timeout_s=20).status is RunStatus.COMPLETED
    assert files_with_the_secret(project) == []


def test_it_is_gone_when_the_run_is_cancelled_before_it_started(project: Project) -> None:
    door = project.harness()
    run = door.start_run(project.instance(door).id, GIVEN, wait=False)

    assert door.cancel_run(run.id).status is RunStatus.CANCELLED
    assert files_with_the_secret(project) == []


def test_files_of_the_project_named_like_standard_modules_reach_no_machinery(
    project: Project,
) -> None:
    for name in ("queue", "threading", "inspect"):
        (project.path / f"{name}.py").write_text("raise RuntimeError('imported by the machinery')")
    command = [sys.executable, "-P", "-m", "athanor", "run", "act", "--detach"]

    line = subprocess.run(command, cwd=project.path, capture_output=True, text=True, check=False)

    assert line.returncode == 0, line.stderr
    door = project.harness()
    (run,) = door.list_runs().items
    assert door.wait(run.id, timeout_s=20).started_at is not None
    assert "imported by the machinery" not in (project.home / "supervisor.log").read_text()
