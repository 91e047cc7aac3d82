"""Memory runs out: the kernel takes the task first, the runner lives and says what happened."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from supervision_givens import Project, until

from athanor.domain.run import RunStatus

OWNER_BYTES = 250_000_000
_ROOTS = (Path("/sys/fs/cgroup/memory"), Path("/sys/fs/cgroup"))
_LIMITS = ("memory.limit_in_bytes", "memory.max")


def score(pid: int) -> int:
    return int(Path(f"/proc/{pid}/oom_score_adj").read_text())


def _task_of(runner: psutil.Process) -> psutil.Process | None:
    """Its only child with children; None where something of the machine ended during the look."""
    with suppress(psutil.NoSuchProcess):
        (task,) = [child for child in runner.children() if child.children()]
        return task
    return None


def test_a_task_and_all_it_starts_go_before_whoever_looks_after_them(project: Project) -> None:
    owner = project.owner()
    note = project.path / "note"
    run = project.started(owner, "hide", note=str(note))
    until(lambda: note.exists() and len(note.read_text().split()) == 4)

    runner = psutil.Process(owner.whereis(run.id)["pid"])
    task = until(lambda: _task_of(runner))
    kept = max(score(os.getpid()), score(runner.pid), score(runner.ppid()))

    assert score(task.pid) >= 800
    assert score(task.pid) > kept
    assert {score(int(pid)) for pid in note.read_text().split()} == {score(task.pid)}


@contextmanager
def small_group() -> Iterator[Path | None]:
    """A group that holds little memory, where this machine lets us make one."""
    for root, limit in zip(_ROOTS, _LIMITS, strict=True):
        group = root / f"athanor-test-{os.getpid()}"
        try:
            group.mkdir()
            (group / limit).write_text(str(OWNER_BYTES))
        except OSError:
            with suppress(OSError):
                group.rmdir()
            continue
        try:
            yield group
        finally:
            until(lambda: not (group / "cgroup.procs").read_text())  # noqa: B023
            group.rmdir()
        return
    yield None


def test_when_the_kernel_ends_a_task_for_want_of_memory_the_run_says_so(tmp_path: Path) -> None:
    """Where no group can be limited, a plain SIGKILL stands in, which names no cause."""
    with small_group() as group:
        project = Project(tmp_path / "project")
        try:
            _run_out(project, group)
        finally:
            project.close()


def _run_out(project: Project, group: Path | None) -> None:
    keeper = project.other_owner(group=group)
    door = project.harness()
    if group is None:
        run = project.started(door, "say", how="kill")
    else:
        run = project.started(door, "grow", megabytes=600, path="/nonexistent")

    ended = door.wait(run.id, timeout_s=30)

    assert ended.status is RunStatus.FAILED
    assert ended.error is not None
    assert ended.error.startswith("Killed by SIGKILL (signal 9)")
    assert ended.metadata["exit_signal"] == 9, "the runner lived to say so"
    assert keeper.poll() is None
    if group is not None:
        assert ": out of memory, for want of which the kernel" in ended.error
        assert ended.error.endswith("Last lines of stderr:\ngrowing")
