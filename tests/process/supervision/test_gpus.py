"""GPUs: each run gets as many as it asks for, of its own, or waits until it can."""

from __future__ import annotations

import pytest
from supervision_givens import Project, kill, until

from athanor.domain.run import Run, RunStatus
from athanor.errors import StartFailed
from athanor.harness import Harness
from athanor.store import instances

PENDING, RUNNING, COMPLETED = RunStatus.PENDING, RunStatus.RUNNING, RunStatus.COMPLETED


@pytest.fixture(autouse=True)
def _nothing_inherited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)


def asking(
    project: Project,
    door: Harness,
    gpus: int,
    action: str = "finish",
    *,
    wait: bool = True,
    **options: str,
) -> Run:
    """A run of a new instance that asks for GPUs, started."""
    instance = project.instance(door, action, **options)
    with door._database.write() as c:
        instances.update(c, instance.id, gpus=gpus)
    return door.start_run(instance.id, wait=wait)


def holding(project: Project, door: Harness, gpus: int, name: str = "go") -> Run:
    """One that works until a file of that name appears."""
    return asking(project, door, gpus, "until_file", path=str(project.path / name))


def seen(owner: Harness, run: Run) -> str | None:
    """What the experiment read from its environment."""
    owner.wait(run.id, timeout_s=20)
    return owner.get_results_by_key(run.id, "CUDA_VISIBLE_DEVICES")[0].value


def test_a_run_is_given_free_devices_and_sees_no_others(project: Project) -> None:
    owner = project.owner(gpus="a,b,c")
    first = holding(project, owner, 1)
    second = asking(project, owner, 2, "variable", name="CUDA_VISIBLE_DEVICES")

    assert first.gpus == ("a",)
    assert second.gpus == ("b", "c")
    assert seen(owner, second) == "b,c"
    (project.path / "go").touch()
    assert owner.wait(first.id, timeout_s=20).gpus == ("a",), "kept with the run"


def test_a_run_that_asks_for_none_finds_its_environment_as_it_was(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,5")
    owner = project.owner()

    run = project.started(owner, "variable", name="CUDA_VISIBLE_DEVICES")

    assert seen(owner, run) == "3,5"


def test_an_owner_gives_no_device_that_it_was_not_given(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3,5")
    owner = project.owner()

    run = asking(project, owner, 1, "variable", name="CUDA_VISIBLE_DEVICES")

    assert seen(owner, run) == "3"


def test_a_run_waits_for_devices_and_says_so_while_others_without_pass(project: Project) -> None:
    owner = project.owner(gpus="2")
    first = holding(project, owner, 1)
    large = holding(project, owner, 2, "go-large")
    small = asking(project, owner, 1)
    without = project.started(owner)

    assert first.status is RUNNING
    assert (large.status, large.waits_for) == (PENDING, "2 GPUs (1 free)")
    assert (small.status, small.waits_for) == (PENDING, "a run ahead of it that waits for GPUs")
    assert owner.wait(without.id, timeout_s=20).status is COMPLETED
    assert owner.queue_place(large.id) == 1

    (project.path / "go").touch()
    until(lambda: owner.get_run(large.id).status is RUNNING)
    assert owner.get_run(large.id).waits_for is None
    assert owner.get_run(small.id).status is PENDING, "the order among them is strict"
    (project.path / "go-large").touch()
    assert owner.wait(small.id, timeout_s=20).status is COMPLETED


def test_a_run_that_asks_for_more_than_there_are_fails_at_once(project: Project) -> None:
    owner = project.owner(gpus="2", max_running=1)

    with pytest.raises(StartFailed, match=r"Asks for 3 GPUs, and there are 2 \(0, 1\)"):
        asking(project, owner, 3)

    failed = owner.list_runs(status=RunStatus.FAILED).items[0]
    assert failed.error is not None
    assert "--gpus N" in failed.error
    assert failed.started_at is None
    working = holding(project, owner, 0)
    behind = asking(project, owner, 3, wait=False)
    until(lambda: owner.get_run(behind.id).status is RunStatus.FAILED)
    (project.path / "go").touch()
    assert owner.wait(working.id, timeout_s=20).status is COMPLETED


def test_the_next_owner_knows_who_holds_which(project: Project) -> None:
    first = project.other_owner(ATHANOR_GPUS="2")
    door = project.harness(gpus="2")
    working = holding(project, door, 1)
    waiting = holding(project, door, 2)
    assert until(lambda: door.get_run(waiting.id).waits_for) == "2 GPUs (1 free)"
    kill(first.pid)

    owner = project.owner(gpus="2")
    small = asking(project, owner, 1)
    until(lambda: owner.get_run(small.id).waits_for)

    assert owner.get_run(working.id).gpus == ("0",)
    assert owner.get_run(waiting.id).status is PENDING
    (project.path / "go").touch()
    assert owner.wait(waiting.id, timeout_s=20).gpus == ("0", "1")
    assert owner.wait(small.id, timeout_s=20).status is COMPLETED


def test_a_cancelled_run_that_waited_lets_the_next_one_start(project: Project) -> None:
    owner = project.owner(gpus="2")
    first = holding(project, owner, 1)
    large = holding(project, owner, 2)
    small = asking(project, owner, 1)

    owner.cancel_run(large.id)

    assert owner.wait(small.id, timeout_s=20).gpus == ("1",)
    (project.path / "go").touch()
    assert owner.wait(first.id, timeout_s=20).status is COMPLETED
