"""What the meter sees of a tree of processes, and how often it looks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from itertools import accumulate, takewhile

import pytest

from athanor.execution import tree
from athanor.execution.meter import FIRST_S, RAREST_S, pace_s

MONTH_S = 30 * 86400


def pause():
    """A child that has said that it is there, and its process."""
    code = "import sys; print(flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    child.stdout.readline()
    return child


@pytest.fixture
def family():
    """Two children of this process."""
    children = [pause(), pause()]
    yield [child.pid for child in children]
    for child in children:
        child.communicate()


def below(spared=None):
    return {process.pid: process for process in tree.below(os.getpid(), spared)}


def test_every_process_below_is_found_but_the_one_that_is_spared(family):
    first, second = family
    assert {first, second} <= set(below())
    assert first not in below(spared=first)
    assert second in below(spared=first)


def test_what_a_thread_has_started_is_found_and_the_dead_are_not(family):
    import threading

    started = []
    worker = threading.Thread(target=lambda: (started.append(pause()), done.wait()))
    done = threading.Event()
    worker.start()
    while not started:
        pass
    assert started[0].pid in below()
    os.kill(started[0].pid, signal.SIGKILL)
    os.waitid(os.P_PID, started[0].pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet buried
    assert started[0].pid not in below()
    done.set()
    worker.join()
    started[0].communicate()


def test_memory_of_several_is_no_more_than_what_is_resident(family):
    processes = [below()[pid] for pid in family]
    resident = sum(process.resident_bytes for process in processes)
    assert 0 < tree.proportional_bytes(processes) < resident
    assert tree.proportional_bytes(processes[:1]) == processes[0].resident_bytes


def test_a_process_that_is_gone_meanwhile_counts_as_it_was():
    gone = tree.Process(2**22 + 1, 1.0, 1000)
    assert tree.proportional_bytes([gone, gone]) == 2000


def test_the_older_a_run_the_rarer_the_samples_but_never_beyond_a_minute():
    assert pace_s(5, 10) == 5
    assert pace_s(5, 1000) == 10
    assert pace_s(5, MONTH_S) == RAREST_S
    assert pace_s(300, 10) == 300


def test_a_month_makes_no_more_samples_than_one_a_minute_and_some():
    ages = accumulate(range(10**6), lambda age_s, _: age_s + pace_s(5, age_s), initial=FIRST_S)
    count = sum(1 for _ in takewhile(lambda age_s: age_s < MONTH_S, ages))
    assert count < 1.1 * MONTH_S / RAREST_S
