"""What a run says without the context: printed, logged, warned, or written by C code."""

from __future__ import annotations

import array
import json
import os
import socket
import subprocess
import time

import pytest
from laboratory import SECRET

from athanor.domain.run import RunStatus
from athanor.execution.output import LINE_LIMIT


def printed_to(lab, run, stream):
    return [line.message for line in lab.logs(run) if (line.metadata or {}).get("stream") == stream]


def test_whatever_writes_to_the_streams_becomes_log_lines(lab):
    run = lab.ended("print_everything")
    assert printed_to(lab, run, "stderr") == ["to stderr"]
    assert printed_to(lab, run, "stdout") == [
        "printed",
        "without an end until now",
        "echoed",
        "from C",
        "from C without an end",
    ]


def test_logging_and_warnings_become_log_entries_of_their_level(lab):
    run = lab.ended("log_at_each_level")
    assert run.status is RunStatus.COMPLETED
    own = [line for line in lab.logs(run) if (line.metadata or {}).get("logger") == "lab"]
    assert [(line.level, line.message.splitlines()[0]) for line in own] == [
        ("info", "an info"),
        ("warn", "a warning"),
        ("error", "an error"),
        ("error", "a critical"),
        ("error", "caught"),
        ("debug", "shown"),
    ]
    assert own[-2].message.endswith("ValueError: inside")
    assert own[0].metadata["file"] == "every_ending.py"
    assert any("UserWarning: warned" in text for text in lab.level(run, "warn"))
    assert any("badly formatted" in text for text in printed_to(lab, run, "stderr"))


def test_a_progress_bar_is_a_line_a_second_and_ends_with_its_last_state(lab):
    run = lab.ended("show_bar")
    bars = [text for text in lab.messages(run) if text.startswith("bar:")]
    assert 2 <= len(bars) <= 4
    assert "200/200" in bars[-1]


def test_a_long_line_is_cut_into_lines_and_nothing_is_lost(lab):
    run = lab.ended("print_long_line")
    *parts, last = lab.messages(run)
    assert "".join(parts) == "x" * 200 * 1024
    assert max(map(len, parts)) == LINE_LIMIT
    assert last == "next"


def test_binary_garbage_is_kept_as_escapes(lab):
    run = lab.ended("print_garbage")
    assert run.status is RunStatus.COMPLETED
    assert run.skipped_lines == 0
    text = "".join(lab.messages(run))
    assert "\\x80\\x81" in text
    assert text.endswith("\\xfflone \\ud800 surrogate")


def test_a_hundred_thousand_printed_lines_arrive_all_and_in_order(lab):
    run = lab.ended("print_many", "100000")
    assert lab.messages(run) == [str(number) for number in range(100_000)]
    assert run.log_counts.info == 100_000


@pytest.mark.parametrize("action", ["print_across_signals", "print_to_a_nonblocking_pipe"])
def test_a_write_that_a_full_pipe_cuts_short_loses_nothing(lab, action):
    run = lab.ended(action)
    assert run.status is RunStatus.COMPLETED
    assert lab.messages(run) == [f"{number}:" + "x" * 60_000 for number in range(40)]


def test_an_output_that_somebody_else_still_holds_does_not_hold_up_the_end(lab, tmp_path):
    """A daemon outside the run has been handed the pipes; it lives on with them."""
    name = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(name)
        door.listen()
        run = lab.start("lend_output", name)
        connection, _ = door.accept()
        with connection:
            _, ancillary, _, _ = connection.recvmsg(1, socket.CMSG_SPACE(8))
            lent = array.array("i", ancillary[0][2][:8])
            connection.send(b"x")
            begun_s = time.monotonic()
            ended = lab.end(run)
            waited_s = time.monotonic() - begun_s
    for descriptor in lent:
        os.close(descriptor)
    assert ended.status is RunStatus.COMPLETED
    assert waited_s < 1
    assert lab.messages(run) == ["lent"]


# --- speaking from everywhere --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("action", "argument", "experiment", "names"),
    [
        ("log_from_threads", "", "EveryEnding", [f"thread-{n}" for n in range(20)]),
        ("log_from_workers", "fork", "EveryEnding", [f"fork-{n}" for n in range(4)]),
        ("log_from_workers", "spawn", "EveryEnding", [f"spawn-{n}" for n in range(4)]),
        ("log_from_workers", "forkserver", "EveryEnding", [f"forkserver-{n}" for n in range(4)]),
        ("log_from_pool", "", "EveryEnding", [f"pool-{n}" for n in range(4)]),
        ("log_from_tasks", "", "EveryAsyncEnding", [f"task-{n}" for n in range(4)]),
    ],
    ids=["threads", "fork", "spawn", "forkserver", "pool", "asyncio"],
)
def test_each_line_of_each_writer_comes_once_and_in_its_order(
    lab, action, argument, experiment, names
):
    """API-27"""
    run = lab.ended(action, argument, experiment=experiment)
    assert run.status is RunStatus.COMPLETED
    messages = lab.messages(run)
    assert [text for text in messages if ":" not in text] == []
    assert len(messages) == 500 * len(names)
    assert lab.level(run, "warn") == []
    assert run.skipped_lines == 0
    for name in names:
        mine = [text for text in messages if text.startswith(f"{name}:")]
        assert mine == [f"{name}:{number}" for number in range(500)]


# --- surroundings --------------------------------------------------------------------------------


def git(folder, *arguments):
    who = ("-c", "user.name=Lab", "-c", "user.email=lab@example.org", "-c", "commit.gpgsign=false")
    command = ["git", *who, *arguments]
    done = subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def committed(lab):
    git(lab.project, "init", "-q", "-b", "trunk")
    git(lab.project, "add", "pyproject.toml", "every_ending.py")
    git(lab.project, "commit", "-q", "-m", "x")
    with (lab.project / "every_ending.py").open("a") as file:
        file.write("# changed since\n")
    return git(lab.project, "rev-parse", "HEAD")


def test_the_code_and_the_place_of_a_run_are_recorded(lab, committed):
    run = lab.ended("return_nothing")
    found = run.metadata["git"]
    assert (found["commit"], found["branch"], found["dirty"]) == (committed, "trunk", True)
    assert "+# changed since" in found["diff"]
    assert ".env" in found["untracked"]
    assert run.metadata["packages"]["pytest"] == pytest.__version__
    assert run.metadata["host"] == socket.gethostname()
    assert run.metadata["hardware"]["cores"] >= 1


@pytest.fixture
def slow_git(tmp_path):
    """An environment in which git answers once ``go`` is written to; it says ``begun`` before."""
    for name in ("begun", "go"):
        os.mkfifo(tmp_path / name)
    git = tmp_path / "git"
    git.write_text(
        f"#!/bin/sh\necho > {tmp_path}/begun\nread go < {tmp_path}/go\n"
        'echo "# branch.oid abc"\necho "# branch.head trunk"\n'
    )
    git.chmod(0o755)
    return os.environ | {"PATH": f"{tmp_path}:{os.environ['PATH']}", "GIT_DIR": str(tmp_path)}


def test_a_run_that_is_over_before_git_has_answered_has_left_nothing(lab, slow_git, tmp_path):
    run = lab.start_instance(lab.instance("return_nothing"), slow_git)
    (tmp_path / "begun").read_text()
    lab.await_finishing(run)
    assert lab.harness.wait(run.id, timeout_s=0.5).finishing  # longer than leftovers are waited for
    (tmp_path / "go").write_text("\n")
    ended = lab.end(run)
    assert ended.status is RunStatus.COMPLETED
    assert lab.level(run, "warn") == []
    assert ended.metadata["git"]["commit"] == "abc"


def files_that_hold(folder, text):
    """Names of the files under ``folder`` in which ``text`` stands."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and text.encode() in path.read_bytes()
    ]


@pytest.mark.parametrize("handed_over", [False, True], ids=["from .env", "handed over"])
def test_variables_are_recorded_by_name_and_their_values_nowhere(lab, handed_over):
    instance = lab.instance("show_records")
    given = {**os.environ, "LAB_SECRET": SECRET, "LAB_ONLY_HERE": "1"} if handed_over else None
    run = lab.end(lab.start_instance(instance, given))
    assert lab.result(run, "secret length") == len(SECRET)
    assert "LAB_SECRET" in run.metadata["environment_names"]
    assert ("LAB_ONLY_HERE" in run.metadata["environment_names"]) is handed_over
    home = lab.settings.home
    assert files_that_hold(home, "LAB_SECRET")
    for spelling in (SECRET, SECRET.encode().hex(), json.dumps(SECRET)):
        assert files_that_hold(home, spelling) == []


def test_an_environment_for_another_interpreter_is_followed(lab):
    """PYTHON... variables are read only as an interpreter starts: the task gets one of its own."""
    instance = lab.instance("show_records")
    given = {**os.environ, "LAB_SECRET": SECRET, "PYTHONHASHSEED": "7"}
    run = lab.end(lab.start_instance(instance, given))
    assert run.status is RunStatus.COMPLETED
    assert lab.result(run, "run")["status"] == "running"
    assert files_that_hold(lab.settings.home, SECRET) == []
