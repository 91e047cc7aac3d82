"""What runs use of the machine: told while they work, kept with them, held to a limit."""

from __future__ import annotations

import pytest
from supervision_givens import Project, until

from athanor.domain.run import Run, RunStatus
from athanor.harness import Harness
from athanor.store import instances

FAILED, COMPLETED = RunStatus.FAILED, RunStatus.COMPLETED
MB = 1_000_000


def limited(
    project: Project, door: Harness, limit_bytes: int, action: str, **options: object
) -> Run:
    """A run that may not use more memory than that, started."""
    instance = project.instance(door, action, **options)
    with door._database.write() as c:
        instances.update(c, instance.id, memory_limit_bytes=limit_bytes)
    return door.start_run(instance.id)


def test_a_run_shows_the_memory_of_its_whole_tree_with_shared_pages_once(
    project: Project,
) -> None:
    owner = project.owner(usage_interval_s=0.2)
    go = project.path / "go"
    run = project.started(owner, "grow", megabytes=200, children=3, path=str(go))

    def all_there() -> bool:
        usage = owner.get_run(run.id).usage
        return usage is not None and usage.processes == 4

    until(all_there)
    usage = owner.get_run(run.id).usage
    assert usage is not None
    assert 200 * MB < usage.memory_bytes < 350 * MB, "not four times what they share"
    assert usage.peak_memory_bytes >= usage.memory_bytes

    go.touch()
    ended = owner.wait(run.id, timeout_s=20)
    assert ended.status is COMPLETED
    assert ended.metadata["peak_memory_bytes"] > 200 * MB
    series = owner.list_usage(run.id)
    assert series[-1] == ended.usage
    assert [u.sampled_at for u in series] == sorted(u.sampled_at for u in series)


def test_processor_time_counts_children_that_are_gone(project: Project) -> None:
    owner = project.owner(usage_interval_s=0.2)
    go = project.path / "go"
    run = project.started(owner, "spin", seconds=0.5, path=str(go))

    def counted() -> bool:
        usage = owner.get_run(run.id).usage
        return usage is not None and usage.cpu_s >= 0.5 and usage.processes == 1

    until(counted)
    assert max(usage.cpu_percent for usage in owner.list_usage(run.id)) > 10
    go.touch()
    assert owner.wait(run.id, timeout_s=20).metadata["cpu_s"] >= 0.5


def test_a_short_run_is_not_sampled(project: Project) -> None:
    owner = project.owner()
    run = owner.wait(project.started(owner).id, timeout_s=20)
    assert run.usage is None
    assert owner.list_usage(run.id) == []
    assert run.metadata["peak_memory_bytes"] > 0


@pytest.mark.parametrize("children", [0, 2])
def test_a_run_that_uses_more_memory_than_it_may_is_ended_and_says_so(
    project: Project, children: int
) -> None:
    owner = project.owner()

    run = limited(
        project,
        owner,
        300 * MB,
        "grow",
        megabytes=400,
        children=children,
        path="/nonexistent",
    )

    ended = owner.wait(run.id, timeout_s=20)
    assert ended.status is FAILED
    assert ended.error is not None
    assert ended.error.startswith("Exceeded its memory limit of 300 MB (used ")
    assert ended.error.endswith("Last lines of stderr:\ngrowing")
    assert "Exceeded its memory limit" in [x.message for x in owner.list_logs(run.id)][-1]


def test_what_forked_workers_share_does_not_count_against_the_limit_for_each(
    project: Project,
) -> None:
    owner = project.owner(usage_interval_s=0.2)
    go = project.path / "go"
    run = limited(project, owner, 400 * MB, "grow", megabytes=200, children=4, path=str(go))
    until(lambda: (owner.get_run(run.id).usage or _nothing).processes == 5)
    go.touch()

    assert owner.wait(run.id, timeout_s=20).status is COMPLETED


class _nothing:
    processes = 0
