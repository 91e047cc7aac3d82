"""A server in a process of its own, as a stranger would start it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx

COMMAND = [sys.executable, "-m", "athanor"]
EXPERIMENT = Path(__file__).parents[1] / "acceptance" / "acting_experiment.txt"
PATIENCE_S = 30
ACTING = "experiments.acting:acting"


def make_project(folder: Path) -> Path:
    """A project with the experiment that does what its configuration says."""
    (folder / "experiments").mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    (folder / "experiments" / "acting.py").write_text(EXPERIMENT.read_text(encoding="utf-8"))
    return folder


class Served:
    """``athanor serve`` on a free port, and a client of it."""

    def __init__(self, project: Path, *arguments: str, host: str = "127.0.0.1", **environment: str):
        self.project = project
        self.gate = project / "gate"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ATHANOR_")}
        self.environment = kept | {"GATE": str(self.gate)} | environment
        self.errors = project / "server.err"
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [*COMMAND, "serve", "--host", host, "--port", "0", *arguments],
                cwd=project,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self.welcome = self.process.stdout.readline()
        found = re.search(r"at http://\S+:(\d+)", self.welcome)
        assert found, self.welcome + self.errors.read_text()
        self.port = int(found[1])
        self.url = f"http://127.0.0.1:{self.port}"
        self.client = httpx.Client(base_url=self.url, timeout=PATIENCE_S, trust_env=False)

    def __enter__(self):
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End the server; its exit code."""
        self.client.close()
        if self.process.poll() is None:
            self.process.send_signal(number)
        code = self.process.wait(PATIENCE_S)
        self.process.stdout.close()
        return code

    def cli(self, *arguments: str) -> str:
        return self._done(*arguments).stdout

    def shown(self, *arguments: str) -> str:
        """What a verb says beside what it is asked for."""
        return self._done(*arguments).stderr

    def _done(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [*COMMAND, *arguments],
            cwd=self.project,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done

    # --- asking ---

    def call(self, method: str, path: str, status: int | None = 200, **options):
        answer = self.client.request(method, f"/api{path}", **options)
        assert status is None or answer.status_code == status, answer.text
        return answer

    def get(self, path: str, /, **query):
        return self.call("GET", path, params=query).json()

    def post(self, path: str, body=None, status: int = 200):
        return self.call("POST", path, status, json=body).json()

    def problem(self, method: str, path: str, status: int, **options):
        answer = self.call(method, path, status, **options)
        assert answer.headers["content-type"] == "application/problem+json"
        found = answer.json()
        assert found["status"] == status
        assert found["detail"]
        return found

    # --- having ---

    def instance(self, action: str = "complete", name: str = "an instance", **configuration):
        body = {
            "experiment_module": ACTING,
            "name": name,
            "configuration": {"action": action, **configuration},
        }
        return self.post("/instances", body, 201)

    def start(self, action: str = "complete", **configuration):
        instance = self.instance(action, name=action, **configuration)
        return self.post(f"/instances/{instance['id']}/runs", status=201)

    def events(self, run_id: str, **query):
        """Events of a run until it has ended."""
        import json

        with self.client.stream("GET", f"/api/runs/{run_id}/events", params=query) as answer:
            assert answer.status_code == 200
            for line in answer.iter_lines():
                yield json.loads(line)

    def await_log(self, run_id: str, message: str) -> None:
        for event in self.events(run_id):
            if message in [line["message"] for line in event.get("logs", ())]:
                return
        raise AssertionError(f"the run ended without saying {message!r}")

    def end(self, run_id: str):
        """The run once it has ended."""
        for _ in self.events(run_id):
            pass
        return self.get(f"/runs/{run_id}")

    def ended(self, action: str = "complete", **configuration):
        return self.end(self.start(action, **configuration)["id"])


def until(condition) -> None:
    """Wait for what no event tells."""
    deadline_s = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline_s, "it did not come to that"
        time.sleep(0.02)
