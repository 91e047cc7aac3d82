"""A script that supervises and forks workers of its own."""

from __future__ import annotations

import os
import signal

from athanor.domain.home import Home
from athanor.supervision.ownership import Ownership


def test_a_forked_child_does_not_own_in_its_parents_place(tmp_path):
    home = Home(tmp_path)
    parent = Ownership(home)
    assert parent.acquire()
    ready_r, ready_w = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(ready_w, b"r")
        signal.pause()
    try:
        os.read(ready_r, 1)
        assert Ownership(home).owner() is not None
        parent.release()
        assert Ownership(home).acquire()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
