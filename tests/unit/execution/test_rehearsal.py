"""What is rehearsed only saves time."""

from __future__ import annotations

import errno

from athanor.execution import rehearsal


def test_a_full_disk_spoils_no_more_than_the_rehearsal(monkeypatch):
    tried = []

    def full():
        tried.append(1)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(rehearsal, "_attempt", full)
    rehearsal.rehearse()
    assert len(tried) == 2
