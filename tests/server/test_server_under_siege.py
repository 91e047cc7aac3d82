"""Runs outlive their server: killed again and again, and replaced by a newer one in between."""

from __future__ import annotations

import os
import signal
import threading
from collections import defaultdict

import pytest
from served import Served, make_project, until
from tab import Tab, run_topic
from websockets.exceptions import WebSocketException
from websockets.sync.client import connect

from athanor.client import Client

LAST = "experiments:runs:active"
KILLS = int(os.environ.get("SIEGE_KILLS", "2"))
RUNS = 20
ENDINGS = ("completed", "failed", "cancelled")

NUMBERED = """
import os
import time
from pathlib import Path

import athanor
from pydantic import BaseModel


class Config(BaseModel):
    ending: str
    label: str


@athanor.experiment
def numbered(ctx: athanor.RunContext, config: Config) -> None:
    said = 0
    while not Path("enough").exists() and not ctx.cancelled():
        said += 1
        ctx.log("info", str(said))
        ctx.result("number", said)
        time.sleep(0.1)  # an outage of a minute and a half is within what a socket makes up for
    Path(f"said_{config.label}").write_text(str(said))
    while config.ending == "cancelled":
        ctx.raise_if_cancelled()
        time.sleep(0.02)
    if config.ending == "failed":
        raise ValueError("as it was asked to")
"""


class Watcher(threading.Thread):
    """A tab that opens its socket again whenever it is gone, and goes on from its cursors."""

    def __init__(self, port: int, runs: list[dict]):
        super().__init__(daemon=True)
        self.url = f"ws://127.0.0.1:{port}/api/live"
        self.cursors: dict[str, str | None] = {run["id"]: None for run in runs}
        self.lines = defaultdict(list)
        self.results = defaultdict(list)
        self.statuses = defaultdict(list)
        self.lagged = 0
        self.connections = 0

    @property
    def done(self) -> bool:
        return all(
            self.statuses[run][-1:] and self.statuses[run][-1] in ENDINGS for run in self.cursors
        )

    def run(self) -> None:
        while not self.done:
            try:
                with connect(self.url, proxy=None, compression=None, max_size=None) as socket:
                    self.connections += 1
                    self.watch(Tab(socket))
            except (OSError, WebSocketException):  # also one that was cut in its first words
                continue

    def watch(self, tab: Tab) -> None:
        for run, cursor in self.cursors.items():
            tab.ask(run_topic({"id": run}), **({} if cursor is None else {"after": cursor}))
        while not self.done:
            self.take(tab.next())
        # What was missed of the last run follows the answer that says how it ended.
        tab.ask(LAST)
        while (frame := tab.next())["topic"] != LAST:
            self.take(frame)

    def take(self, frame: dict) -> None:
        run = frame["topic"].rpartition(":")[2]
        match frame["event"]:
            case "subscribed":
                self.statuses[run].append(frame["snapshot"]["run"]["status"])
            case "run_updated":
                self.statuses[run].append(frame["run"]["status"])
            case "logs_added":
                self.lines[run] += [
                    int(line["message"]) for line in frame["logs"] if line["message"].isdecimal()
                ]
            case "results_added":
                self.results[run] += [int(result["preview"]) for result in frame["results"]]
            case "lagged":
                self.lagged += 1
        # What was missed follows the answer to a resumption, whose cursor is already known.
        self.cursors[run] = frame.get("cursor", self.cursors[run])


@pytest.mark.slow
@pytest.mark.timeout(120 + 20 * KILLS)
def test_every_run_ends_as_it_should_and_every_event_is_seen_once(tmp_path) -> None:
    """RUN-12, SRV-01, EVT-03, EVT-07."""
    project = make_project(tmp_path / "project")
    (project / "experiments" / "numbered.py").write_text(NUMBERED)
    server = Served(project, ATHANOR_MAX_RUNNING=str(RUNS))
    port = server.port
    runs = [prepared(server, ENDINGS[number % 3], number) for number in range(RUNS)]
    watcher = Watcher(port, runs)
    watcher.start()
    until(lambda: all(watcher.cursors.values()))  # what is said before one looks is not told
    for run in runs:
        server.post(f"/runs/{run['id']}/start", {"wait": False})
    for kill in range(KILLS):
        seen = {run: len(watcher.lines[run]) for run in watcher.cursors}
        until(lambda seen=seen: all(len(watcher.lines[run]) > seen[run] + 5 for run in seen))
        server.stop(signal.SIGTERM if kill == KILLS // 2 else signal.SIGKILL)
        server = Served(project, "--port", str(port), ATHANOR_MAX_RUNNING=str(RUNS))
    (project / "enough").touch()
    with Client(server.url) as client:
        for number, run in enumerate(runs):
            if ENDINGS[number % 3] == "cancelled":
                until((project / f"said_{number}").exists)
                client.cancel_run(run["id"])
        ended = [client.wait(run["id"]) for run in runs]
        watcher.join(60)
        assert not watcher.is_alive()
        for number, run in enumerate(ended):
            said = list(range(1, int((project / f"said_{number}").read_text()) + 1))
            stored = client.list_logs(run.id, limit=100_000, after_line=0)
            assert run.status == ENDINGS[number % 3]
            assert [int(line.message) for line in stored if line.message.isdecimal()] == said
            assert [result.value for result in client.iterate_results(run.id)] == said
            assert (watcher.lines[run.id], watcher.results[run.id]) == (said, said), watcher.lagged
    assert watcher.lagged == 0
    assert watcher.connections >= KILLS + 1
    server.stop()


def prepared(server: Served, ending: str, number: int) -> dict:
    body = {
        "experiment_module": "numbered",
        "name": f"run {number}",
        "configuration": {"ending": ending, "label": str(number)},
    }
    instance = server.post("/instances", body, 201)
    return server.post(f"/instances/{instance['id']}/runs", {"start": False}, 201)
