"""Any process of Athanor may be killed at any moment: nothing is lost, and each status is true."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from held_run import HeldRun
from supervision_givens import (
    Project,
    alive,
    assert_nothing_lost,
    count_of,
    kill,
    noted,
    numbers,
    started_lines,
    until,
)

from athanor.domain.attempt import Attempt
from athanor.domain.home import AttemptDirectory
from athanor.domain.instance import Instance
from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus
from athanor.errors import StartFailed
from athanor.execution import lock, machine, spec
from athanor.execution.spec import Spec
from athanor.harness import Harness
from athanor.store import attempts
from athanor.supervision.executor import Handle, Presence
from athanor.supervision.executors.local import LocalExecutor
from athanor.supervision.nursery import Nursery
from athanor.supervision.supervisor import Supervisor

TOTAL = 20_000


@pytest.mark.parametrize(
    "victims",
    [
        ("task",),
        ("runner",),
        ("nursery",),
        ("owner",),
        ("runner", "task"),
        ("runner", "nursery"),
        ("nursery", "owner"),
        ("runner", "owner"),
        ("runner", "task", "nursery", "owner"),
    ],
    ids="+".join,
)
def test_what_was_said_before_a_kill_is_stored_once_and_the_status_is_true(
    project: Project, tmp_path: Path, victims: tuple[str, ...]
) -> None:
    note = tmp_path / "note"
    held = HeldRun(project, "count", note=str(note), total=TOTAL)
    run = held.run
    until(lambda: count_of(note) > TOTAL // 4)
    pids = {
        "task": int(Path(f"{note}.pid").read_text()),
        "runner": held.runner.pid,
        "nursery": held.nursery.pid,
        "owner": held.owner.pid,
    }

    kill(*(pids[name] for name in victims))

    run_ended = {"task", "runner"} & set(victims)
    next_door = project.harness()
    if run_ended:
        ended = next_door.wait(run.id, timeout_s=20)
        assert ended.status is RunStatus.FAILED
        assert ended.error is not None
        expected = f"its runner (process {pids['runner']})" if "runner" in victims else "SIGKILL"
        assert expected in ended.error
        assert ended.completed_at is not None
        assert not project.processes()
        assert count_of(note) < TOTAL
    else:
        assert next_door.get_run(run.id).status is RunStatus.RUNNING
        assert alive(pids["task"])
        next_door.supervise()
        Path(f"{note}.go").touch()
        ended = next_door.wait(run.id, timeout_s=30)
        assert ended.status is RunStatus.COMPLETED
        assert len(numbers(next_door, run)) == TOTAL
        assert ended.progress is not None
        assert ended.progress.current == TOTAL - 50
        until(lambda: not project.processes())
    assert_nothing_lost(next_door, run, note)
    assert started_lines(next_door, run) == 1
    next_door.supervise()
    after = project.started(next_door)
    assert next_door.wait(after.id, timeout_s=20).status is RunStatus.COMPLETED


def test_a_run_of_the_command_line_outlives_it_and_is_found_by_the_next_door(
    project: Project, tmp_path: Path
) -> None:
    note = tmp_path / "note"
    options = {"note": str(note), "total": TOTAL}
    command = [sys.executable, "-m", "athanor", "run", "act", "-c", "action=count"]
    command += ["-c", f"options={json.dumps(options)}"]
    line = subprocess.Popen(
        command, cwd=project.path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until(lambda: count_of(note) > TOTAL // 4)

    kill(line.pid)
    line.wait()

    door = project.harness()
    (run,) = door.list_runs().items
    assert run.status is RunStatus.RUNNING
    Path(f"{note}.go").touch()
    assert door.wait(run.id, timeout_s=30).status is RunStatus.COMPLETED
    assert len(numbers(door, run)) == TOTAL
    assert_nothing_lost(door, run, note)


def test_new_runs_start_after_the_nursery_was_killed(project: Project) -> None:
    held = HeldRun(project)

    kill(held.nursery.pid)

    second = project.started(held.door)
    assert held.door.wait(second.id, timeout_s=20).status is RunStatus.COMPLETED
    assert held.status is RunStatus.RUNNING
    held.let_go()
    assert held.door.wait(held.run.id, timeout_s=20).status is RunStatus.COMPLETED


def test_a_runner_that_comes_after_its_claim_has_lapsed_begins_nothing(project: Project) -> None:
    door = project.harness()
    run, directory = claimed_and_left(door, project.instance(door, "tick", times=3))
    door.reconcile()
    nursery = Nursery(door.home, os.environ)

    assert nursery.fork_runner(directory) == 0

    nursery.close()
    assert door.get_run(run.id).status is RunStatus.PENDING
    assert started_lines(door, run) == 0
    assert not project.processes()
    door.supervise()
    assert door.wait(run.id, timeout_s=20).status is RunStatus.COMPLETED
    assert started_lines(door, run) == 1


def test_a_runner_that_comes_just_before_its_claim_lapses_is_found(project: Project) -> None:
    door = project.harness()
    instance = project.instance(door, "until_file", path=str(project.path / "go"))
    run, directory = claimed_and_left(door, instance)
    nursery = Nursery(door.home, os.environ)

    assert nursery.fork_runner(directory) > 0

    nursery.close()
    assert not LocalExecutor(door.home, "", {}).withdraw(directory)
    door.supervise()
    until(lambda: door.get_run(run.id).status is RunStatus.RUNNING)
    (project.path / "go").touch()
    assert door.wait(run.id, timeout_s=20).status is RunStatus.COMPLETED
    assert started_lines(door, run) == 1


class Late(LocalExecutor):
    """Its runner begins just after somebody has found that nobody holds the lock."""

    begun = False

    def poll(self, handle: Handle | None, directory: AttemptDirectory) -> Presence:
        found = super().poll(handle, directory)
        if not self.begun:
            self.begun = self._nursery.fork_runner(directory) > 0
        return found


def test_a_runner_that_begins_while_it_is_looked_for_is_neither_killed_nor_judged(
    project: Project,
) -> None:
    door = project.harness()
    instance = project.instance(door, "until_file", path=str(project.path / "go"))
    run, _ = claimed_and_left(door, instance)
    executor = Late(door.home, door._database.home, os.environ)
    supervisor = Supervisor(door._database, door.settings, executor)

    until(lambda: supervisor.step(start=False) or executor.begun)
    supervisor.settle()

    supervisor.close()
    executor.close()
    door.supervise()
    until(lambda: door.get_run(run.id).status is not RunStatus.PENDING)
    (project.path / "go").touch()
    assert door.wait(run.id, timeout_s=20).status is RunStatus.COMPLETED
    assert started_lines(door, run) == 1


class Unheard(LocalExecutor):
    """Its nursery is killed when the run it has just started is over already."""

    def submit(self, attempt: Spec, directory: AttemptDirectory) -> Handle:
        super().submit(attempt, directory)
        until(lambda: lock.is_free(directory.lock))
        raise StartFailed("The process that forks runs died twice; see supervisor.log.")


def test_a_run_is_judged_by_its_own_words_although_nobody_heard_that_it_began(
    project: Project,
) -> None:
    door = project.harness()
    run = door.start_run(project.instance(door, "tick", times=3).id, wait=False)
    executor = Unheard(door.home, door._database.home, os.environ)
    supervisor = Supervisor(door._database, door.settings, executor)

    until(lambda: supervisor.step() or door.get_run(run.id).status.final)

    supervisor.close()
    executor.close()
    ended = door.get_run(run.id)
    assert (ended.status, ended.error) == (RunStatus.COMPLETED, None)
    assert [line.message for line in door.list_logs(run.id)] == [f"tick {n}" for n in range(3)]


_ASK_AND_DIE = """
import os, sys
from athanor.supervision import nursery
spare = nursery._fork_spare()
os.close(spare.answer_fd)
with open(spare.order_fd, "wb", buffering=0) as order:
    order.write(os.fsencode(sys.argv[1]))
"""


def test_a_run_goes_on_although_its_nursery_was_killed_before_it_could_answer(
    project: Project,
) -> None:
    door = project.harness()
    run, directory = claimed_and_left(door, project.instance(door, "tick", times=3))

    subprocess.run([sys.executable, "-c", _ASK_AND_DIE, str(directory.path)], check=True)
    until(directory.journal.exists)

    door.supervise()
    ended = door.wait(run.id, timeout_s=20)
    assert (ended.status, ended.error) == (RunStatus.COMPLETED, None)
    assert started_lines(door, run) == 1


def claimed_and_left(door: Harness, instance: Instance) -> tuple[Run, AttemptDirectory]:
    """A run and its directory as an owner leaves them that was killed before it forked a runner."""
    run = door.start_run(instance.id, wait=False)
    directory = door.home.attempt(run.id, run.attempt)
    claim = Attempt(
        run_id=run.id,
        attempt=run.attempt,
        status=run.status,
        executor="local",
        claimed_at=now(),
        machine_id=machine.machine_id(),
        home=door._database.home,
    )
    with door._database.write() as c:
        assert attempts.claim(c, claim)
    spec.write(Spec.of(run, instance, door.settings, door._database.home), directory)
    return run, directory


def test_a_door_that_works_through_a_run_itself_outlives_it(project: Project) -> None:
    project.other_owner()
    door = project.harness()
    run = door.create_run(project.instance(door, "chatter", lines=200_000).id)
    code = (
        "import sys; from pathlib import Path; from athanor.harness import Harness\n"
        "with Harness.open(Path(sys.argv[1])) as door: print(door.run_inline(sys.argv[2]).status)"
    )

    done = subprocess.run(
        [sys.executable, "-c", code, str(project.path), run.id],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout, done.stderr) == (0, "completed\n", "")
    assert door.get_run(run.id).log_counts.info == 200_000


@pytest.mark.parametrize("victim", ["nursery", "owner"])
def test_what_waits_for_a_run_ends_with_its_nursery_and_its_owner(
    project: Project, victim: str
) -> None:
    held = HeldRun(project)
    nursery = held.nursery
    spares = until(held.spares)

    kill(nursery.pid if victim == "nursery" else held.owner.pid)

    until(lambda: not any(alive(process.pid) for process in (nursery, *spares)))
    assert held.status is RunStatus.RUNNING


def test_a_run_starts_although_the_runner_forked_ahead_was_killed(project: Project) -> None:
    held = HeldRun(project)

    kill(*(process.pid for process in until(held.spares)))

    second = held.door.wait(project.started(held.door).id, timeout_s=20)
    assert second.status is RunStatus.COMPLETED
    assert started_lines(held.door, second) == 1


def test_a_run_that_ends_while_nobody_supervises_is_judged_by_the_next_look(
    project: Project,
) -> None:
    held = HeldRun(project)
    held.kill_owner()

    held.let_go()
    until(lambda: not project.processes())

    ended = project.harness().get_run(held.run.id)
    assert ended.status is RunStatus.COMPLETED
    assert ended.duration_s is not None


@pytest.mark.both_databases
def test_a_door_that_was_open_all_the_time_sees_the_end_without_an_owner(project: Project) -> None:
    held = HeldRun(project)
    held.kill_owner()

    held.let_go()

    assert held.door.wait(held.run.id, timeout_s=10).status is RunStatus.COMPLETED


@pytest.mark.both_databases
def test_following_a_run_ends_although_its_owner_was_killed(project: Project) -> None:
    held = HeldRun(project)
    events = held.door.follow(held.run.id)
    next(events)
    held.kill_owner()

    held.let_go()

    assert list(events)[-1].run.status is RunStatus.COMPLETED  # type: ignore[union-attr]


def test_a_look_without_an_owner_ends_beside_a_flood(project: Project) -> None:
    held = HeldRun(project, "flood", seconds=60)  # it is ended with the project
    until(lambda: held.door.get_run(held.run.id).log_counts.total > 1000)
    held.kill_owner()

    looked = project.harness()

    assert looked.get_run(held.run.id).status is RunStatus.RUNNING
    assert looked.whereis(held.run.id) is not None


def test_an_unrelated_process_is_untouched_when_a_runner_is_killed(
    project: Project, tmp_path: Path
) -> None:
    note = tmp_path / "children"
    owner = project.owner()
    bystander = psutil.Popen(["setsid", "sleep", "1000"])
    run = project.started(owner, "hide", note=str(note))
    until(lambda: count_of(note) == 4)
    children = noted(note)
    assert all(alive(pid) for pid in children)

    kill(owner.whereis(run.id)["pid"])
    ended = owner.wait(run.id, timeout_s=20)

    assert [pid for pid in children if alive(pid)] == []
    assert ended.status is RunStatus.FAILED
    assert not project.processes()
    assert bystander.status() != psutil.STATUS_ZOMBIE
    bystander.kill()
    bystander.wait()


def test_the_children_of_a_killed_runner_are_gone_before_a_door_without_owner_judges(
    project: Project, tmp_path: Path
) -> None:
    note = tmp_path / "children"
    held = HeldRun(project, "hide", note=str(note))
    until(lambda: count_of(note) == 4)
    runner = held.runner.pid
    held.kill_owner()

    os.kill(runner, signal.SIGKILL)
    until(lambda: not alive(runner))
    ended = project.harness().get_run(held.run.id)

    assert ended.status is RunStatus.FAILED
    assert [pid for pid in noted(note) if alive(pid)] == []
