"""``athanor mcp``: a clean wire, a clean end, and runs that go on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from agent import COMMAND
from served import PATIENCE_S, Served


class Spoken:
    """The command, and lines of JSON to and from it."""

    def __init__(self, project, environment, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *arguments],
            cwd=project,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.number = 0

    def __enter__(self):
        about = {
            "protocolVersion": "2025-06-18",
            "capabilities": {},
            "clientInfo": {"name": "plain", "version": "1"},
        }
        assert self.asked("initialize", about)["result"]["serverInfo"]["name"] == "Athanor"
        self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def send(self, body) -> None:
        line = body if isinstance(body, str) else json.dumps(body)
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def asked(self, method: str, params):
        self.number += 1
        self.send({"jsonrpc": "2.0", "id": self.number, "method": method, "params": params})
        while True:
            said = json.loads(self.process.stdout.readline())
            if said.get("id") == self.number:
                return said

    def tool(self, tool: str, /, **arguments):
        return self.asked("tools/call", {"name": tool, "arguments": arguments})["result"]

    def answered(self, tool: str, /, **arguments):
        found = self.tool(tool, **arguments)
        assert not found["isError"], found
        return found["structuredContent"]

    def start(self, action: str):
        asked = {"name": action, "experiment_module": "acting", "configuration": {"action": action}}
        made = self.answered("create_experiment", **asked)
        return self.answered("start_run", experiment_id=made["id"])

    def end(self) -> tuple[int, str]:
        """Close stdin; the exit code, and what else came on stdout."""
        rest, _ = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, rest


@pytest.fixture
def environment(project):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("ATHANOR_")}
    return kept | {"GATE": str(project / "gate")}


def test_runs_go_on_when_stdin_closes_and_are_looked_after(project, environment):
    with Spoken(project, environment) as agent:
        run = agent.start("gate")
        assert agent.end() == (0, "")
    with Spoken(project, environment) as another:
        assert another.answered("get_run", id=run["id"])["status"] == "running"
        (project / "gate").touch()
        assert another.answered("wait_for_run", id=run["id"])["status"] == "completed"


def test_a_signal_ends_it_in_order_though_stdin_is_open(project, environment):
    with Spoken(project, environment) as agent:
        run = agent.start("gate")
        agent.process.send_signal(signal.SIGTERM)
        assert agent.process.wait(PATIENCE_S) == 0
    (project / "gate").touch()
    with Spoken(project, environment) as another:
        assert another.answered("wait_for_run", id=run["id"])["status"] == "completed"


def test_nothing_but_the_protocol_is_on_stdout(project, environment):
    broken = "import sys\nprint('from the author')\nsys.stdout.flush()\nraise RuntimeError('no')\n"
    (project / "experiments" / "loud.py").write_text(broken + "# @athanor.experiment\nathanor = 1")
    with Spoken(project, environment) as agent:
        agent.send("this is no JSON")
        found = agent.answered("list_available_modules")
        assert [one["name"] for one in found["modules"]] == ["acting"]
        run = agent.start("hostile")
        agent.answered("wait_for_run", id=run["id"])
        code, rest = agent.end()
        assert code == 0
        assert rest == ""


def test_whoever_waits_is_let_go_when_stdin_closes(project, environment):
    with Spoken(project, environment) as agent:
        run = agent.start("obey")
        asked = {"name": "wait_for_run", "arguments": {"id": run["id"], "timeout": 600}}
        agent.send({"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": asked})
        assert agent.end()[0] == 0
    with Spoken(project, environment) as another:
        another.answered("cancel_run", id=run["id"], force=True)


def test_beside_a_server_it_lets_the_server_supervise(project):
    with Served(project) as served, Spoken(project, served.environment) as agent:
        run = agent.start("complete")
        assert agent.answered("wait_for_run", id=run["id"])["status"] == "completed"
        assert served.get(f"/runs/{run['id']}")["status"] == "completed"
        found = agent.answered("export_results", run_id=run["id"], format="parquet")
        assert Path(found["path"]).stat().st_size == found["size_bytes"]
        assert (project / ".athanor" / "exports").stat().st_mode & 0o077 == 0
        assert agent.end()[0] == 0


def test_a_folder_without_a_project_is_refused_and_left_as_it_is(tmp_path, environment):
    done = subprocess.run(
        COMMAND,
        cwd=tmp_path,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "--project FOLDER" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["project"]


def test_the_project_may_be_named(project, environment, tmp_path):
    with Spoken(tmp_path, environment, "--project", str(project)) as agent:
        assert agent.answered("list_available_modules")["modules"]
        assert agent.end()[0] == 0
