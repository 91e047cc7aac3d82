"""Coming back, falling behind, and other processes: nothing twice, nothing left out unsaid."""

from __future__ import annotations

import signal
import subprocess
import time

import pytest
from served import COMMAND, PATIENCE_S, Served, until
from tab import run_topic, tab
from websockets.exceptions import ConnectionClosed

LINES = 20_000


def test_whoever_comes_back_with_a_cursor_misses_nothing_and_hears_nothing_twice(served):
    """EVT-08, EVT-03."""
    run = served.start("complete", lines=400)
    lines, results, after, status = [], [], "0:0", None
    while status != "completed":
        with tab(served) as open_tab:
            begun = open_tab.subscribe(run_topic(run), after=after)
            status = begun["snapshot"]["run"]["status"]
            while len(lines) < 400 or len(results) < 402 or status != "completed":
                frame = open_tab.next()
                after = frame.get("cursor", after)
                status = frame.get("run", {}).get("status", status)
                lines += [line["line"] for line in frame.get("logs", ())]
                results += [result["id"] for result in frame.get("results", ())]
                if len(open_tab.frames) == 5:
                    break
        if len(lines) < 400 or len(results) < 402:
            status = None
    assert lines == list(range(1, 401))
    assert len(set(results)) == 402


def test_of_what_was_missed_only_the_newest_is_told_and_that_it_is(served):
    run = served.ended("flood", lines=LINES)
    with tab(served) as open_tab:
        open_tab.subscribe(run_topic(run), after="0:0")
        lagged = open_tab.until("lagged")
        newest = open_tab.until("logs_added")
    assert lagged["from"] == "0:0"
    assert lagged["totals"]["log_counts"]["total"] == LINES + 1
    assert [line["line"] for line in newest["logs"]] == list(range(LINES - 998, LINES + 2))
    attempt, seq = map(int, lagged["to"].split(":"))
    assert (attempt, seq) < (newest["logs"][0]["attempt"], newest["logs"][0]["seq"])


def test_who_does_not_read_is_told_the_newest_when_he_does(served):
    """What lies in between is said to be left out, and the rest is whole."""
    run = served.start("flood", lines=60_000)
    with tab(served) as slow:
        slow.ask(run_topic(run), after="0:0")
        served.end(run["id"])
        slow.until_status("run_updated", run["id"], "completed")
    numbers = [line["line"] for line in slow.lines()]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == slow.of("logs_added")[-1]["log_counts"]["total"] == 60_001
    told, place = 0, (0, 0)
    for frame in slow.of("lagged", "logs_added"):
        if frame["event"] == "lagged":
            assert tuple(map(int, frame["from"].split(":"))) >= place
            place = tuple(map(int, frame["to"].split(":")))
            told = None
        else:
            first = frame["logs"][0]
            assert told is None or first["line"] == told + 1
            assert (first["attempt"], first["seq"]) > place
            told = frame["logs"][-1]["line"]
            place = tuple(map(int, frame["cursor"].split(":")))


def test_a_made_up_cursor_is_refused_or_taken_at_its_word(served):
    run = served.ended()
    with tab(served) as open_tab:
        open_tab.ask(run_topic(run), after="nonsense")
        assert "a cursor like" in open_tab.until("error")["problem"]["detail"]
        open_tab.ask("experiments:instances", after="0:0")
        assert "after" in open_tab.until("error")["problem"]["detail"]
        begun = open_tab.subscribe(run_topic(run), after="9:9")
        assert begun["cursor"] == "9:9"
        assert begun["snapshot"]["run"]["status"] == "completed"


def test_a_restart_is_told_and_a_cursor_outlives_it(project):
    """The server ends at once; the run does not notice, and no line is lost or told twice."""
    with Served(project) as first:
        run = first.start("gate")
        first.await_log(run["id"], "ready")
        with tab(first) as open_tab:
            open_tab.subscribe(run_topic(run), after="0:0")
            cursor = open_tab.until("logs_added")["cursor"]
            begun_s = time.monotonic()
            first.process.send_signal(signal.SIGTERM)
            with pytest.raises(ConnectionClosed) as closed:
                open_tab.until("nothing")
            assert closed.value.rcvd.code == 1012
            assert first.process.wait(PATIENCE_S) == 0
            assert time.monotonic() - begun_s < 5
    assert first.errors.read_text() == ""
    with Served(project) as second, tab(second) as again:
        again.subscribe(run_topic(run), after=cursor)
        first.gate.touch()
        again.until_status("run_updated", run["id"], "completed")
        assert [line["message"] for line in again.lines()] == ["through"]
        assert again.hello["server"] != open_tab.hello["server"]


@pytest.mark.both_databases
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_runs_of_another_process_are_told_by_a_server_that_does_not_own_them(
    request, project, database
):
    """EVT-05: a terminal owns the directory, the server only looks."""
    url = request.getfixturevalue("database_url") if database == "postgresql" else ""
    gate = project / "gate"
    with Served(project, ATHANOR_DATABASE_URL=url) as found:
        environment = found.environment
        found.process.send_signal(signal.SIGTERM)
        found.process.wait(PATIENCE_S)
    command = [*COMMAND, "run", "acting", "-c", "action=gate"]
    owner = subprocess.Popen(
        command, cwd=project, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until((project / ".athanor" / "supervisor.lock").exists)
        with Served(project, ATHANOR_DATABASE_URL=url) as looker, tab(looker) as open_tab:
            until(lambda: looker.get("/runs")["items"])
            (run,) = looker.get("/runs")["items"]
            open_tab.subscribe("experiments:runs:active")
            open_tab.subscribe(run_topic(run), after="0:0")
            open_tab.until("logs_added")
            gate.touch()
            open_tab.until_status("run_completed", run["id"], "completed")
            if not [f for f in open_tab.of("run_updated") if f["run"]["status"] == "completed"]:
                open_tab.until_status("run_updated", run["id"], "completed")
            assert [line["message"] for line in open_tab.lines()] == ["ready", "through"]
    finally:
        gate.touch()
        owner.wait(PATIENCE_S)
