"""What Ctrl-Z does before it stops anybody; the rest is seen on a terminal."""

from __future__ import annotations

import signal
import threading
from unittest.mock import Mock

from athanor.harness.pausing import Pauses


def test_where_no_process_can_be_left_behind_the_runs_are_let_go_all_the_same():
    let_go = threading.Event()
    harness = Mock()
    harness.leave_behind.side_effect = BlockingIOError("no process more")
    harness.step_aside.side_effect = lambda _: let_go.set()
    with Pauses(harness):
        signal.raise_signal(signal.SIGTSTP)
        assert let_go.wait(10)
