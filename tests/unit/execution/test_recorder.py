"""What a run is recorded with is gathered beside it; git, however slow, is nobody's leftover."""

from __future__ import annotations

import os
import threading

import pytest

from athanor.execution import surroundings
from athanor.execution.recorder import Recorder

PATIENCE_S = 20


@pytest.fixture
def git(tmp_path, monkeypatch):
    """Put a script in git's place."""

    def put(*lines):
        (tmp_path / "bin").mkdir()
        path = tmp_path / "bin" / "git"
        path.write_text("\n".join(("#!/bin/sh", *lines)))
        path.chmod(0o755)
        monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)

    return put


class Begun(Recorder):
    """A recorder at work."""

    def __init__(self, project):
        self.woken = threading.Event()
        super().__init__(project, self.woken.set)
        self.start()

    def facts(self):
        assert self.woken.wait(PATIENCE_S)
        (found,) = self.take()
        return bytes(found.facts)


def test_git_at_work_is_told_and_can_be_ended(tmp_path, git):
    (tmp_path / ".git").mkdir()
    os.mkfifo(tmp_path / "said")
    git(f"echo $$ > {tmp_path}/said", "exec sleep 1000")
    recorder = Begun(tmp_path)
    pid = int((tmp_path / "said").read_text())
    with recorder.pausing() as at_work:
        assert at_work == pid == os.getpgid(pid)
    assert (recorder.take(), recorder.busy) == ([], True)
    recorder.stop()
    assert b'"git":null' in recorder.facts()
    assert (recorder.take(), recorder.busy, recorder.pid) == ([], False, None)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_git_that_somebody_else_has_reaped_was_heard_all_the_same(tmp_path, git, monkeypatch):
    """A runner collects whatever child of it has ended."""
    (tmp_path / ".git").mkdir()
    git('echo "# branch.oid abc"', 'echo "# branch.head trunk"')
    answer, reaped = surroundings.answer, []

    def late(process):
        reaped.append(os.waitpid(process.pid, 0)[0])
        return answer(process)

    monkeypatch.setattr(surroundings, "answer", late)
    assert b'"commit":"abc","branch":"trunk"' in Begun(tmp_path).facts()
    assert len(reaped) == 1


def test_outside_a_repository_git_is_not_asked(tmp_path, git):
    git(f"touch {tmp_path}/asked")
    assert b'"git":null' in Begun(tmp_path).facts()
    assert not (tmp_path / "asked").exists()
