"""A session through the inspector's command line, on both transports (`make mcp-inspect`)."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "server"))

from served import Served, make_project  # noqa: E402

INSPECTOR = HERE / "node_modules" / ".bin" / "mcp-inspector"
ATHANOR = Path(sys.executable).with_name("athanor")


class Inspector:
    """Each call is a session of its own."""

    def __init__(self, served: Served, *target: str) -> None:
        self.served = served
        self.target = target

    def asked(self, method: str, *arguments: str):
        command = [str(INSPECTOR), "--cli", *self.target, "--method", method, *arguments]
        done = subprocess.run(
            command,
            cwd=self.served.project,
            env=self.served.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stderr or done.stdout
        return json.loads(done.stdout)

    def tool(self, tool: str, /, **arguments: str):
        given = [
            part for key, value in arguments.items() for part in ("--tool-arg", f"{key}={value}")
        ]
        return self.asked("tools/call", "--tool-name", tool, *given)


def session(inspector: Inspector) -> None:
    names = [tool["name"] for tool in inspector.asked("tools/list")["tools"]]
    assert "wait_for_run" in names, names
    assert len(inspector.asked("resources/templates/list")["resourceTemplates"]) == 3
    wrong = inspector.tool(
        "create_experiment",
        name="seen by the inspector",
        experiment_module="acting",
        configuration='{"lines": 0}',
    )
    assert wrong["isError"] is True
    assert wrong["content"][0]["text"].startswith("Validation failed: lines: "), wrong
    made = inspector.tool(
        "create_experiment", name="seen", experiment_module="acting", configuration='{"lines": 2}'
    )["structuredContent"]
    run = inspector.tool("start_run", experiment_id=made["id"])["structuredContent"]
    ended = inspector.tool("wait_for_run", id=run["id"])["structuredContent"]
    assert ended["status"] == "completed", ended
    logs = inspector.tool("get_run_logs", run_id=run["id"])["structuredContent"]
    assert logs["total"] == 2, logs


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        Served(make_project(Path(folder) / "p")) as served,
    ):
        session(Inspector(served, f"{served.url}/mcp", "--transport", "http"))
        print("over HTTP: as it should be")
        session(Inspector(served, str(ATHANOR), "mcp"))
        print("over stdio: as it should be")


if __name__ == "__main__":
    main()
