"""Control groups: with one or without, nothing of a run is left; with one, it is ended as a whole.

Whether a group can be made depends on the machine; what must hold in both cases is asserted in
both, what only a group can give where there is one.
"""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path

import pytest
from supervision_givens import MODULE, Project, alive, kill, until

from athanor.domain.home import AttemptDirectory
from athanor.domain.identifier import new_id
from athanor.domain.instance import Instance
from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus
from athanor.execution import cgroup, spec, start
from athanor.execution.cgroup import Group
from athanor.harness import Harness


def usable() -> bool:
    """Whether this machine lets us make groups, asked as runners ask."""
    group = cgroup.make()
    if group is not None:
        group.remove()
    return group is not None


def group_of(owner: Harness, run: Run) -> Group | None:
    """The group that the runner of a run has noted."""
    note = owner.home.attempt(run.id, run.attempt).group
    return Group(Path(note.read_text())) if note.exists() else None


def hidden(project: Project, owner: Harness) -> tuple[Run, list[int]]:
    """A run with children that are hard to get rid of, and their pids."""
    note = project.path / "note"
    run = project.started(owner, "hide", note=str(note))
    return run, until(lambda: _all_of(note))


def _all_of(note: Path) -> list[int]:
    pids = [int(line) for line in note.read_text().split()] if note.exists() else []
    return pids if len(pids) == 4 else []


def test_what_a_run_starts_is_in_its_group_and_the_group_goes_with_it(project: Project) -> None:
    owner = project.owner(force_grace_s=0.2)
    run, pids = hidden(project, owner)
    runner_pid = owner.whereis(run.id)["pid"]
    group = group_of(owner, run)
    assert (group is not None) == usable()
    if group is not None:
        inside = [int(pid) for pid in (group.path / "cgroup.procs").read_text().split()]
        assert set(pids) < set(inside)
        assert runner_pid not in inside
        assert os.getpid() not in inside

    owner.cancel_run(run.id, force=True)

    assert owner.wait(run.id, timeout_s=20).status is RunStatus.CANCELLED
    assert not any(alive(pid) for pid in pids)
    assert group is None or not group.path.exists()


def test_when_a_runner_is_killed_its_group_is_ended_and_taken_away(project: Project) -> None:
    owner = project.owner()
    run, pids = hidden(project, owner)
    group = group_of(owner, run)

    kill(owner.whereis(run.id)["pid"])

    assert owner.wait(run.id, timeout_s=20).status is RunStatus.FAILED
    assert not any(alive(pid) for pid in pids)
    if group is not None:
        assert not group.path.exists()


def test_what_has_nothing_of_its_run_is_ended_by_the_group_alone(project: Project) -> None:
    """Without a group, and with the runner killed, such a process is a stranger: it lives on."""
    owner = project.owner()
    note = project.path / "note"
    run = project.started(owner, "vanish", note=str(note))
    stranger = int(until(lambda: note.exists() and note.read_text()))
    group = group_of(owner, run)
    try:
        kill(owner.whereis(run.id)["pid"])
        owner.wait(run.id, timeout_s=20)
        if group is not None:
            until(lambda: not alive(stranger))
        assert alive(stranger) == (group is None)
    finally:
        if alive(stranger):
            kill(stranger)


@pytest.mark.parametrize("refused", [False, True])
def test_the_kernels_kill_at_the_limit_is_named(tmp_path: Path, refused: bool) -> None:
    """The group is a folder of plain files: no machine of these tests gives one its memory."""
    folder = tmp_path / "group"
    folder.mkdir()
    if refused:
        (folder / "memory.max").mkdir()
    journal = _run_in(tmp_path, Group(folder))

    last = [line for line in journal if line["t"] in ("limit_exceeded", "exited")]
    assert last[-1]["t"] == "exited"
    assert last[-1]["signal"] == signal.SIGKILL
    if refused:
        assert len(last) == 1
        return
    assert last[0] == last[0] | {"limit": "memory_limit", "limit_bytes": 10**9, "by_kernel": True}
    assert (folder / "memory.max").read_text() == "1000000000"


def _run_in(path: Path, group: Group) -> list[dict[str, object]]:
    """What the journal of a run says whose task notes an OOM kill in its group and kills itself."""
    project = Project(path / "project")
    moment = now()
    instance = Instance(
        id=new_id(),
        experiment_module=MODULE,
        name="",
        configuration={"action": "run_out", "options": {"group": str(group.path)}},
        inserted_at=moment,
        updated_at=moment,
        memory_limit_bytes=10**9,
    )
    run = Run(
        id=new_id(),
        instance_id=instance.id,
        status=RunStatus.PENDING,
        configuration=instance.configuration,
        inserted_at=moment,
        updated_at=moment,
    )
    directory = AttemptDirectory(path / "attempt")
    spec.write(spec.Spec.of(run, instance, project.settings(), "home"), directory)
    child = os.fork()
    if child == 0:
        try:
            start.main(directory, lambda: None, None, group)
        finally:
            os._exit(0)
    os.waitpid(child, 0)
    return [json.loads(line) for line in directory.journal.read_text().splitlines() if line]
