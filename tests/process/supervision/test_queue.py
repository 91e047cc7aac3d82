"""The queue: what may not start yet waits its turn, in order, and is started once."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from supervision_givens import Project, kill, started_lines, until

from athanor.domain.run import RunStatus
from athanor.errors import InstanceBusy, RunAlreadyStarted, RunNotRunning, StartFailed

PENDING, RUNNING, COMPLETED = RunStatus.PENDING, RunStatus.RUNNING, RunStatus.COMPLETED


@pytest.mark.both_databases
def test_runs_beyond_max_running_wait_in_order_with_their_place_shown(project: Project) -> None:
    owner = project.owner(max_running=2)
    files = [project.path / f"go{number}" for number in range(5)]
    made = [project.started(owner, "until_file", path=str(path)) for path in files]

    assert [run.status for run in made] == [RUNNING, RUNNING, PENDING, PENDING, PENDING]
    assert [owner.queue_place(run.id) for run in made] == [0, 0, 1, 2, 3]
    assert [owner.whereis(run.id) is not None for run in made] == [True, True, False, False, False]

    files[1].touch()
    owner.wait(made[1].id, timeout_s=10)
    until(lambda: owner.get_run(made[2].id).status is RUNNING)
    assert [owner.queue_place(run.id) for run in made] == [0, 0, 0, 1, 2]
    assert owner.get_run(made[0].id).status is RUNNING

    files[2].touch()  # one by one: what may start at once begins in any order
    owner.wait(made[2].id, timeout_s=10)
    until(lambda: owner.get_run(made[3].id).status is RUNNING)
    assert owner.get_run(made[4].id).status is PENDING
    files[3].touch()
    owner.wait(made[3].id, timeout_s=10)
    until(lambda: owner.get_run(made[4].id).status is RUNNING)

    for path in files:
        path.touch()
    ended = [owner.wait(run.id, timeout_s=20) for run in made]
    assert {run.status for run in ended} == {COMPLETED}
    begins = [run.started_at for run in ended]
    assert begins[2:] == sorted(begins[2:])


@pytest.mark.parametrize("name", ["two words", "two\nlines", "%s {x}"])
def test_runs_start_in_a_project_whose_path_holds_odd_characters(tmp_path: Path, name: str) -> None:
    project = Project(tmp_path / name)
    owner = project.owner()

    runs = [project.started(owner) for _ in range(3)]

    assert {owner.wait(run.id, timeout_s=20).status for run in runs} == {COMPLETED}
    project.close()


def test_a_start_with_room_for_one_says_that_it_runs(project: Project) -> None:
    owner = project.owner(max_running=1)

    for _ in range(5):
        run = project.started(owner, "until_file", path=str(project.path / "pyproject.toml"))
        assert run.status is not PENDING
        owner.wait(run.id, timeout_s=10)


def test_the_next_owner_keeps_to_max_running(project: Project) -> None:
    first = project.other_owner(ATHANOR_MAX_RUNNING="2")
    door = project.harness(max_running=2)
    go = project.path / "go"
    made = [project.started(door, "until_file", path=str(go)) for _ in range(5)]
    kill(first.pid)

    owner = project.owner(max_running=2)
    until(lambda: owner._keeper is not None and owner._keeper._supervisor._watches)

    statuses = [owner.get_run(run.id).status for run in made]
    assert statuses == [RUNNING, RUNNING, PENDING, PENDING, PENDING]
    go.touch()
    assert {owner.wait(run.id, timeout_s=20).status for run in made} == {COMPLETED}


@pytest.mark.parametrize(("before", "after"), [(1, 3), (3, 1)])
def test_another_max_running_holds_from_the_next_owner_on(
    project: Project, before: int, after: int
) -> None:
    first = project.other_owner(ATHANOR_MAX_RUNNING=str(before))
    door = project.harness(max_running=before)
    files = [project.path / f"go{number}" for number in range(4)]
    made = [project.started(door, "until_file", path=str(path)) for path in files]
    kill(first.pid)

    owner = project.owner(max_running=after)
    most = max(before, after)  # nobody is stopped because fewer may work now
    until(lambda: [owner.get_run(run.id).status for run in made].count(RUNNING) == most)
    assert [owner.get_run(run.id).status for run in made] == [RUNNING] * most + [PENDING] * (
        4 - most
    )

    for path in files[: most - after + 1]:  # only now is there room for one more
        assert owner.get_run(made[3].id).status is PENDING
        path.touch()
        owner.wait(made[files.index(path)].id, timeout_s=20)
    until(lambda: owner.get_run(made[3].id).status is RUNNING)
    for path in files:
        path.touch()
    assert {owner.wait(run.id, timeout_s=20).status for run in made} == {COMPLETED}


@pytest.mark.both_databases
def test_a_pending_run_is_cancelled_at_once_and_never_starts(project: Project) -> None:
    owner = project.owner(max_running=1)
    go = project.path / "go"
    first = project.started(owner, "until_file", path=str(go))
    second = project.started(owner)
    third = project.started(owner)

    cancelled = owner.cancel_run(second.id)

    assert cancelled.status is RunStatus.CANCELLED
    assert cancelled.completed_at is not None
    assert cancelled.started_at is None
    assert owner.queue_place(third.id) == 1
    go.touch()
    assert owner.wait(third.id, timeout_s=10).status is COMPLETED
    assert owner.get_run(first.id).status is COMPLETED
    assert owner.get_run(second.id).status is RunStatus.CANCELLED
    assert not owner.home.run(second.id).exists()
    with pytest.raises(RunNotRunning, match="current status: cancelled"):
        owner.cancel_run(second.id)


def test_a_prepared_run_that_was_cancelled_cannot_be_started(project: Project) -> None:
    owner = project.owner()
    run = owner.create_run(project.instance(owner).id)
    assert run.status is PENDING
    assert run.started_at is None

    assert owner.cancel_run(run.id).status is RunStatus.CANCELLED

    with pytest.raises(RunAlreadyStarted, match="cancelled"):
        owner.start(run.id)


@pytest.mark.both_databases
@pytest.mark.parametrize("when", ["waiting", "running", "ended"])
def test_a_run_is_not_started_twice(project: Project, when: str) -> None:
    owner = project.owner(max_running=1)
    go = project.path / "go"
    first = project.started(owner, "until_file", path=str(go))
    run = project.started(owner) if when == "waiting" else first
    if when == "ended":
        go.touch()
        owner.wait(run.id, timeout_s=10)

    with pytest.raises(RunAlreadyStarted, match="start a new run"):
        owner.start(run.id)

    go.touch()
    assert owner.wait(run.id, timeout_s=10).status is COMPLETED
    assert started_lines(owner, run) == 1


def test_a_run_whose_directory_cannot_be_made_fails_and_the_start_says_so(
    project: Project,
) -> None:
    owner = project.owner()
    owner.home.runs.write_text("in the way")
    instance = project.instance(owner)

    with pytest.raises(StartFailed, match=r"cannot be written.*ATHANOR_HOME"):
        owner.start_run(instance.id)

    failed = owner.list_runs().items[0]
    assert failed.status is RunStatus.FAILED
    assert failed.error is not None
    assert "cannot be written" in failed.error
    assert failed.completed_at is not None
    owner.home.runs.unlink()
    assert owner.wait(owner.start_run(instance.id).id, timeout_s=10).status is COMPLETED


def test_an_environment_that_cannot_be_handed_over_is_a_start_that_failed(
    project: Project,
) -> None:
    owner = project.owner()
    owner.home.runs.write_text("in the way")

    with pytest.raises(StartFailed, match=r"cannot be written.*ATHANOR_HOME"):
        owner.start_run(project.instance(owner).id, {"A": "b"})

    assert not [run for run in owner.list_runs().items if run.status.live]


def test_a_nursery_that_cannot_be_had_fails_the_start_and_hurts_nobody(project: Project) -> None:
    owner = project.owner()
    go = project.path / "go"
    first = project.started(owner, "until_file", path=str(go))
    kill(psutil.Process(owner.whereis(first.id)["pid"]).ppid())
    owner.home.supervisor_log.unlink()
    owner.home.supervisor_log.mkdir()

    with pytest.raises(StartFailed, match=r"forks runs could not be started.*supervisor\.log"):
        project.started(owner)

    go.touch()
    assert owner.wait(first.id, timeout_s=10).status is COMPLETED
    owner.home.supervisor_log.rmdir()
    assert owner.wait(project.started(owner).id, timeout_s=10).status is COMPLETED


def test_three_runs_of_one_instance_work_at_once_with_data_of_their_own(
    project: Project,
) -> None:
    owner = project.owner()
    go = project.path / "go"
    instance = project.instance(owner, "until_file", path=str(go))
    made = [owner.start_run(instance.id) for _ in range(3)]
    assert {owner.get_run(run.id).status for run in made} == {RUNNING}
    assert len({owner.whereis(run.id)["pid"] for run in made}) == 3

    with pytest.raises(InstanceBusy):
        owner.delete_instance(instance.id)
    go.touch()

    for run in made:
        assert owner.wait(run.id, timeout_s=10).status is COMPLETED
        assert [x.message for x in owner.list_logs(run.id)] == ["waiting"]
        assert {x.run_id for x in owner.list_logs(run.id)} == {run.id}


def test_a_hundred_runs_queued_at_once_all_complete(project: Project, tmp_path: Path) -> None:
    owner = project.owner(max_running=4)
    instance = project.instance(owner)
    made = [owner.start_run(instance.id, wait=False) for _ in range(100)]

    ended = [owner.wait(run.id, timeout_s=60) for run in made]

    assert {run.status for run in ended} == {COMPLETED}
    assert {started_lines(owner, run) for run in made} == {1}
    assert all(run.log_counts.info == 1 for run in ended)
    stats = owner.instance_stats(instance.id)
    assert stats.run_count == 100
    assert stats.last_run_status is COMPLETED
