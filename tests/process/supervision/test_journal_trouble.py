"""Journals that somebody else has damaged, and what is too large for any screen."""

from __future__ import annotations

from pathlib import Path

import pytest
from supervision_givens import Project, kill, until

from athanor.domain.run import Run, RunStatus
from athanor.harness import Harness

BEFORE = [f"before {number}" for number in range(100)]


def _messages(harness: Harness, run: Run) -> list[str]:
    return [line.message for line in harness.list_logs(run.id, limit=1_000_000)]


def _meddled(project: Project, owner: Harness, how: str) -> Run:
    """A run whose journal was damaged when a hundred of its lines were stored."""
    note = project.path / "note"
    run = project.started(owner, "meddle", how=how, note=str(note))
    until(lambda: _messages(owner, run)[:100] == BEFORE)
    Path(f"{note}.stored").touch()
    return owner.wait(run.id, timeout_s=20)


def test_binary_garbage_in_a_journal_is_skipped_and_loses_no_line(project: Project) -> None:
    owner = project.owner()

    ended = _meddled(project, owner, "binary")

    assert ended.status is RunStatus.COMPLETED
    assert ended.skipped_lines > 0
    assert _messages(owner, ended) == [*BEFORE, "waiting", "after"]


@pytest.mark.parametrize("how", ["empty", "half"])
def test_a_journal_that_somebody_cut_still_tells_the_end_and_keeps_what_is_stored(
    project: Project, how: str
) -> None:
    owner = project.owner()
    other = project.started(owner, "tick", times=40, every_s=0.02)

    ended = _meddled(project, owner, how)

    assert (ended.status, ended.error) == (RunStatus.COMPLETED, None)
    assert _messages(owner, ended)[:101] == [*BEFORE, "waiting"]
    assert owner.wait(other.id, timeout_s=20).status is RunStatus.COMPLETED
    assert _messages(owner, other) == [f"tick {number}" for number in range(40)]
    assert not project.processes()


def test_a_journal_that_somebody_emptied_under_a_killed_run_is_named_as_the_reason(
    project: Project,
) -> None:
    owner = project.owner()
    run = project.started(owner, "until_file", path="/nonexistent")
    until(lambda: _messages(owner, run))
    journal = owner.home.attempt(run.id, 1).journal
    runner = owner.whereis(run.id)["pid"]

    journal.write_bytes(b"")
    kill(runner)

    ended = owner.wait(run.id, timeout_s=20)
    assert ended.status is RunStatus.FAILED
    assert f"its runner (process {runner}) was killed" in str(ended.error)
    assert "its journal was cut short by somebody" in str(ended.error)


def test_what_is_too_large_for_any_screen_is_stored_whole(project: Project) -> None:
    owner = project.owner()

    ended = owner.wait(project.started(owner, "large").id, timeout_s=60)

    assert ended.status is RunStatus.COMPLETED
    assert [len(message) for message in _messages(owner, ended)] == [5_000_000, len("done")]
    (text,) = owner.get_results_by_key(ended.id, "text")
    assert text.value == "y" * 50_000_000
    (nodes,) = owner.get_results_by_key(ended.id, "nodes")
    assert sum(2 + len(pair) for group in nodes.value.values() for pair in group.values()) > 100_000
    assert nodes.value["group 332"]["key 99"] == [332, 99]
