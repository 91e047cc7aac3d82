"""The small files of an attempt: lock, orders, environment, spec."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from athanor import settings
from athanor.execution import control, environment, lock, spec
from athanor.execution.launch import close_others

HOLD = """
import sys
from pathlib import Path
from athanor.execution import lock
print(lock.hold(Path(sys.argv[1])) is not None, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "lock"


@pytest.fixture
def holder(path):
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"True\n"
        yield process
        process.kill()


def test_a_lock_that_never_was_is_free(path):
    assert lock.is_free(path)
    assert not path.exists()


def test_a_held_lock_is_seen_and_not_given_twice(path, holder):
    assert not lock.is_free(path)
    assert lock.hold(path) is None


def test_a_lock_is_free_once_its_holder_was_killed(path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    assert lock.is_free(path)
    os.close(lock.hold(path))


def test_those_who_look_are_not_mistaken_for_life(path):
    path.touch()
    stop = threading.Event()
    answers = []

    def look():
        while not stop.is_set():
            answers.append(lock.is_free(path))

    lookers = [threading.Thread(target=look) for _ in range(4)]
    for looker in lookers:
        looker.start()
    while len(answers) < 2000:
        pass
    stop.set()
    for looker in lookers:
        looker.join()
    assert all(answers)


def test_a_child_that_closed_its_copy_does_not_hold_the_lock(path):
    descriptor = lock.hold(path)
    readable, writable = os.pipe()
    child = os.fork()
    if child == 0:
        close_others({readable})
        os.read(readable, 1)
        os._exit(0)
    try:
        os.close(descriptor)
        closed = _await(lambda: lock.is_free(path))
    finally:
        os.write(writable, b"x")
        os.waitpid(child, 0)
        os.close(readable)
        os.close(writable)
    assert closed


def _await(condition):
    for _ in range(2000):
        if condition():
            return True
        os.sched_yield()
        threading.Event().wait(0.001)
    return False


def test_close_others_keeps_only_what_it_is_told_to():
    kept, closed = os.pipe()
    child = os.fork()
    if child == 0:
        close_others({kept})
        os.fstat(kept)
        try:
            os.fstat(closed)
        except OSError:
            os._exit(0)
        os._exit(1)
    os.close(kept)
    os.close(closed)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_orders_arrive_in_turn(attempt):
    orders = control.listen(attempt.directory)
    assert control.send(attempt.directory, "cancel")
    assert control.send(attempt.directory, "force")
    assert control.receive(orders) == ["cancel", "force"]
    assert control.receive(orders) == []
    os.close(orders)


def test_an_order_that_nobody_hears_is_not_delivered(attempt):
    assert not control.send(attempt.directory, "cancel")
    os.close(control.listen(attempt.directory))
    assert not control.send(attempt.directory, "cancel")


def test_orders_to_a_listener_that_never_reads_are_refused_in_the_end(attempt):
    orders = control.listen(attempt.directory)
    sent = 0
    while control.send(attempt.directory, "cancel"):
        sent += 1
    assert sent > 1000
    os.close(orders)


def test_an_environment_is_handed_over_once_and_leaves_nothing(attempt):
    given = {"A": "ä\n=", "EMPTY": "", os.fsdecode(b"RAW\xff"): os.fsdecode(b"\xfe")}
    environment.hand_over(attempt.directory, given)
    assert os.stat(attempt.directory.environment).st_mode & 0o777 == 0o600
    assert environment.take(attempt.directory) == given
    assert environment.take(attempt.directory) is None
    assert os.listdir(attempt.directory.path) == ["journal.ndjson", "progress"] or set(
        os.listdir(attempt.directory.path)
    ) == {"journal.ndjson", "progress"}


@pytest.mark.parametrize(
    ("changes", "differs"),
    [
        ({"LAB": "x"}, False),
        ({"PYTHONHASHSEED": "7"}, True),
        ({"LD_LIBRARY_PATH": "/nowhere"}, True),
    ],
)
def test_an_environment_for_a_new_interpreter_is_told_from_others(monkeypatch, changes, differs):
    monkeypatch.setattr(os, "environ", dict(os.environ))
    given = {**os.environ, **changes}
    assert environment.adopt(given) is differs
    assert os.environ == given


def test_a_spec_comes_back_as_it_was_written(attempt, tmp_path):
    given = spec.Spec.of(attempt.run, attempt.instance, settings.load(tmp_path, {}), "home")
    spec.write(given, attempt.directory)
    assert spec.read(attempt.directory) == given
    assert os.stat(attempt.directory.spec).st_mode & 0o777 == 0o600
