"""The server as a process: taking a port, ending, beginning again, and what others do meanwhile."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest
from served import COMMAND, Served, until


def test_a_taken_port_names_its_holder_and_the_way_out(served):
    done = subprocess.run(
        [*COMMAND, "serve", "--port", str(served.port)],
        cwd=served.project,
        env=served.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert (
        f"Port {served.port} on 127.0.0.1 is taken by process {served.process.pid}" in done.stderr
    )
    assert f"athanor serve --port {served.port + 1}" in done.stderr


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.1"])
def test_an_address_that_is_not_there_is_refused_in_words(served, host):
    done = subprocess.run(
        [*COMMAND, "serve", "--host", host, "--port", "0"],
        cwd=served.project,
        env=served.environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert host in done.stderr
    assert "Traceback" not in done.stderr


def test_at_sigterm_streams_end_and_the_run_lives_on_for_the_next_server(project):
    with Served(project) as first:
        run = first.start("gate")
        first.await_log(run["id"], "ready")
        events = first.events(run["id"])
        assert next(events)["logs"][0]["message"] == "ready"
        first.process.send_signal(signal.SIGTERM)
        begun_s = time.monotonic()
        assert [event["event"] for event in events] == ["run_updated"]
        assert first.process.wait(20) == 0
        assert time.monotonic() - begun_s < 20  # 5 on a machine with nothing else to do
    assert "Traceback" not in first.errors.read_text()
    with Served(project) as second:
        found = second.get(f"/runs/{run['id']}")
        assert found["status"] == "running"
        second.gate.touch()
        assert second.end(run["id"])["status"] == "completed"


def test_the_link_with_the_token_is_that_of_the_server_that_runs(project):
    with Served(project) as first:
        link = f"{first.url}/?token={first.cli('token').strip()}"
        assert link in first.shown("token")
        run = first.start("gate")
        first.await_log(run["id"], "ready")
        with Served(project) as second:  # another of the same directory changes nothing
            assert link in second.shown("token")
        first.stop(signal.SIGKILL)
        assert "Once `athanor serve` runs, open http://127.0.0.1:4000/" in first.shown("token")
        with Served(project) as third:
            assert f"Open {third.url}/?token=" in third.shown("token")
            third.gate.touch()
            third.end(run["id"])


def test_a_server_that_cannot_say_where_it_is_serves_all_the_same(project):
    (project / ".athanor" / "server").mkdir(parents=True)
    with Served(project) as served:
        assert "Once `athanor serve` runs" in served.shown("token")


def test_a_killed_server_costs_no_run_and_no_line(project):
    with Served(project) as first:
        run = first.start("gate")
        first.await_log(run["id"], "ready")
        first.stop(signal.SIGKILL)
    (project / "gate").touch()
    with Served(project) as second:
        ended = second.end(run["id"])
        assert ended["status"] == "completed"
        logs = second.get(f"/runs/{run['id']}/logs")["items"]
        assert [line["message"] for line in logs] == ["ready", "through"]


def test_runs_of_the_terminal_are_served_and_end_when_it_is_gone(project):
    with Served(project) as found:
        made = found.cli("run", "acting", "-c", "action=gate", "--detach", "--json")
        run_id = json.loads(made.splitlines()[0])["run"]["id"]
        found.await_log(run_id, "ready")
        found.gate.touch()
        assert found.end(run_id)["status"] == "completed"


def test_the_server_takes_over_when_the_owner_ends(project):
    with Served(project) as owner, Served(project) as second:
        assert second.get("/health")["supervising"] is False
        assert second.get("/health")["owner"].startswith(f"{owner.process.pid} ")
        run = second.start("gate")
        assert run["status"] == "running"
        owner.stop(signal.SIGKILL)
        until(lambda: second.get("/health")["supervising"])
        second.gate.touch()
        assert second.end(run["id"])["status"] == "completed"


def test_a_file_that_blocks_or_breaks_on_import_keeps_nobody_waiting(project):
    (project / "experiments" / "breaks.py").write_text("def f(): ...\nraise OSError('no disk')\n")
    for number in range(2):
        hanging = f"import time\ndef f(): ...\ntime.sleep(600) # {number}\n"
        (project / "experiments" / f"hangs_{number}.py").write_text(hanging)
    with Served(project, ATHANOR_IMPORT_TIMEOUT="5") as found:
        first = found.get("/experiments")
        assert len(first["reading"]) > 0
        assert found.get("/runs")["items"] == []
        until(lambda: not found.get("/experiments")["reading"])
        listed = found.get("/experiments")
        assert [entry["name"] for entry in listed["experiments"]] == ["acting"]
        broken = {entry["module"]: entry for entry in listed["broken"]}
        assert "no disk" in broken["experiments.breaks"]["traceback"]
        assert len(broken) == 3
        assert found.ended("complete")["status"] == "completed"


def test_requests_are_written_only_when_asked_for_and_without_their_query(project):
    with Served(project, "--log-requests") as found:
        found.client.get("/api/runs", params={"name": "hush"})
        until(lambda: found.errors.read_text().endswith("\n"))
        lines = found.errors.read_text().splitlines()
    (line,) = [json.loads(line) for line in lines]
    assert (line["method"], line["path"], line["status"]) == ("GET", "/api/runs", 200)
    assert line["duration_s"] > 0
    assert "hush" not in json.dumps(line)


def test_a_quiet_server_writes_nothing(served):
    served.get("/runs")
    served.problem("GET", "/runs/abcd", 404)
    assert served.errors.read_text() == ""


def test_only_the_verb_serve_loads_what_it_needs():
    code = (
        "import sys, athanor, athanor.experiments, athanor.cli.app, athanor.harness.harness\n"
        "import athanor.execution.runner, athanor.execution.task\n"
        "print([n for n in ('fastapi', 'starlette', 'uvicorn', 'h11') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
