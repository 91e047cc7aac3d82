"""The environment on its way from the requester to the run: never left lying about."""

from __future__ import annotations

from pathlib import Path

from supervision_givens import Project

from athanor.domain.run import RunStatus

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
