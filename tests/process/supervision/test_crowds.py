"""A hundred runs that crash as often as they are started, and ten thousand that wait."""

from __future__ import annotations

import pytest
from supervision_givens import Project, started_lines, until

from athanor.domain.run import Run, RunStatus
from athanor.harness import Harness
from athanor.store import run_lists

CANCELLED, COMPLETED, FAILED = RunStatus.CANCELLED, RunStatus.COMPLETED, RunStatus.FAILED
PENDING = RunStatus.PENDING
MANY = 10_000


@pytest.mark.alone
def test_a_hundred_runs_that_crash_in_a_loop_leave_one_beside_them_alone(project: Project) -> None:
    owner = project.owner(max_running=8)
    neighbour = project.started(owner, "tick", times=60, every_s=0.05)
    crashing = [project.instance(owner, "crash", how=how) for how in ("segfault", "exit")] * 50
    looping = [owner.start_run(instance.id, wait=False) for instance in crashing]
    ended: list[Run] = []

    while not owner.get_run(neighbour.id).status.final:
        looping = _restarted(owner, looping, ended)
    for run in looping:
        if owner.get_run(run.id).status is PENDING:
            owner.cancel_run(run.id)
    ended += [owner.wait(run.id, timeout_s=30) for run in looping]

    lines = owner.list_logs(neighbour.id, limit=1000)
    assert owner.get_run(neighbour.id).status is COMPLETED
    assert [line.message for line in lines] == [f"tick {number}" for number in range(60)]
    crashed = [run for run in ended if run.status is FAILED]
    assert len(crashed) > 20
    assert {run.status for run in ended} <= {FAILED, CANCELLED}
    reasons = {str(run.error).partition(":")[0].partition(" without")[0] for run in crashed}
    assert reasons == {"Killed by SIGSEGV (signal 11)", "The process exited with code 7"}
    assert {started_lines(owner, run) for run in crashed} == {1}
    until(lambda: not project.processes())


def _restarted(owner: Harness, looping: list[Run], ended: list[Run]) -> list[Run]:
    """The runs with those that have crashed started again; these are kept in ``ended``."""
    live = {run.id for run in owner.list_runs(status=(PENDING, RunStatus.RUNNING), limit=200).items}
    again = []
    for run in looping:
        if run.id in live:
            again.append(run)
        else:
            ended.append(owner.get_run(run.id))
            again.append(owner.start_run(run.instance_id, wait=False))
    return again


def test_ten_thousand_waiting_runs_keep_their_places_and_start_in_their_order(
    project: Project,
) -> None:
    owner = project.owner(max_running=1)
    go = project.path / "go"
    first = project.started(owner, "until_file", path=str(go))
    waiting = project.queued(owner, MANY)

    assert _places(owner, waiting) == {0: 1, 1: 2, 4999: 5000, MANY - 1: MANY}
    assert owner.cancel_run(waiting[1]).status is CANCELLED
    assert _places(owner, waiting) == {0: 1, 1: 0, 4999: 4999, MANY - 1: MANY - 1}
    listed = _listed(owner)
    assert listed == sorted(listed, reverse=True)
    assert len(listed) == len(set(listed)) == MANY  # with the run that the others are copies of
    assert set(waiting) - set(listed) == {waiting[1]}
    assert _counted(owner) == {PENDING: MANY, RunStatus.RUNNING: 1, CANCELLED: 1}

    go.touch()
    begun = [waiting[0], *waiting[2:12]]
    ended = [owner.wait(run_id, timeout_s=30) for run_id in begun]
    cancelled = [owner.cancel_run(run_id) for run_id in waiting[-100:]]

    assert {run.status for run in cancelled} == {CANCELLED}
    assert owner.get_run(first.id).status is COMPLETED
    assert {run.status for run in ended} == {COMPLETED}
    moments = [run.started_at for run in ended]
    assert moments == sorted(moments)  # type: ignore[type-var]
    assert {started_lines(owner, run) for run in ended} == {1}


def _places(harness: Harness, waiting: list[str]) -> dict[int, int]:
    """The places in the queue of a few of those that wait, by their number."""
    return {number: harness.queue_place(waiting[number]) for number in (0, 1, 4999, MANY - 1)}


def _listed(harness: Harness) -> list[str]:
    """Every waiting run as the pages of the listing show it."""
    listed: list[str] = []
    cursor = None
    while True:
        page = harness.list_runs(status=PENDING, limit=500, cursor=cursor)
        listed += [run.id for run in page.items]
        cursor = page.next
        if cursor is None:
            return listed


def _counted(harness: Harness) -> dict[RunStatus, int]:
    with harness._database.read() as c:
        return {status: number for status, number in run_lists.counts(c).items() if number}
