"""What the runner has to write, while the disk refuses."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from athanor.execution.backlog import Backlog
from athanor.journal.format import Log
from athanor.journal.writer import JournalWriter


def test_a_disk_that_cannot_synchronize_ends_nobody_and_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A mock, since no disk here can be made to fail: the kernel's answer is EIO."""
    backlog = Backlog(JournalWriter(tmp_path / "journal"))
    asked: list[int] = []

    def refuse(fd: int) -> None:
        asked.append(fd)
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    backlog.write(Log(1, "info", "said"))
    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", refuse)
        backlog.sync()
        backlog.sync()
    assert len(asked) == 2
    assert capsys.readouterr().err.count("Input/output error") == 1
    backlog.sync()
    monkeypatch.setattr(os, "fdatasync", refuse)
    backlog.sync()  # nothing new: nothing to ask
    assert len(asked) == 2


def test_what_waits_is_written_once_and_in_order(tmp_path: Path) -> None:
    """A mock of a full disk; a real one is in tests/process/supervision/test_full_disk.py."""
    journal = JournalWriter(tmp_path / "journal")
    backlog = Backlog(journal)
    with pytest.MonkeyPatch.context() as full:

        def refuse(fd: int, block: bytes) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        full.setattr(os, "write", refuse)
        backlog.write(Log(1, "info", "one"))
        backlog.write(Log(2, "info", "two"), Log(3, "info", "three"))
        assert backlog.waiting
    backlog._again_at_s = 0.0
    backlog.retry()
    assert not backlog.waiting
    text = (tmp_path / "journal").read_text()
    assert [text.count(word) for word in ('"one"', '"two"', '"three"')] == [1, 1, 1]
    assert text.index("one") < text.index("two") < text.index("three")
