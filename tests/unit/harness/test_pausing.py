"""What Ctrl-Z does before it stops anybody; the rest is seen on a terminal."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from unittest.mock import Mock

from athanor.harness import pausing
from athanor.harness.pausing import Pauses


def test_where_no_process_can_be_left_behind_the_runs_are_let_go_all_the_same(monkeypatch):
    monkeypatch.setattr(pausing, "_can_be_continued", lambda: True)
    let_go = threading.Event()
    harness = Mock()
    harness.leave_behind.side_effect = BlockingIOError("no process more")
    harness.step_aside.side_effect = lambda _: let_go.set()
    with Pauses(harness):
        signal.raise_signal(signal.SIGTSTP)
        assert let_go.wait(10)


def test_without_a_shell_that_could_continue_us_nothing_is_done(tmp_path):
    """A key that repeats would leave a process behind each time, and stop nobody."""
    script = tmp_path / "alone.py"
    script.write_text(
        "import signal\n"
        "from unittest.mock import Mock\n"
        "from athanor.harness.pausing import Pauses\n"
        "harness = Mock()\n"
        "with Pauses(harness):\n"
        "    signal.raise_signal(signal.SIGTSTP)\n"
        "print(harness.mock_calls)\n"
    )
    command = [sys.executable, str(script)]
    done = subprocess.run(
        command, capture_output=True, text=True, start_new_session=True, check=True
    )
    assert done.stdout == "[]\n"
