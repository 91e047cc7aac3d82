"""How a server looks for garbage: a little at a time, so that nobody waits for it."""

from __future__ import annotations

import subprocess
import sys

_MANY = 30_000
_FEW = 2_000
_PROGRAM = f"""
import gc
gc.set_threshold(50_000)
from athanor.server.serving import collect_little
loaded = [[] for _ in range({_MANY})]
found = []
collect_little()
gc.callbacks.append(lambda phase, info: phase == "stop" and found.append(info["collected"]))
for _ in range({_MANY}):
    knot = []
    knot.append(knot)
gc.callbacks.clear()
young = max(found, default={_MANY})
print(young, sum(found), gc.get_freeze_count())
"""


def test_no_pass_goes_through_much_at_once() -> None:
    """Whatever the command line allowed itself, and however much was loaded before."""
    command = [sys.executable, "-c", _PROGRAM]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    most, found, frozen = map(int, done.stdout.split())
    assert most < _FEW
    assert found > _MANY - _FEW  # none of it is forgotten
    assert frozen > _MANY
