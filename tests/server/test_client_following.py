"""Following through the client, whatever becomes of the server meanwhile."""

from __future__ import annotations

import signal
import threading

import pytest
from served import Served, make_project

from athanor.client import Client
from athanor.domain.events import LogsAdded, ResultsAdded, RunUpdated
from athanor.domain.run import RunStatus
from athanor.errors import ServerUnreachable

SPEAKING = """
import time
from pathlib import Path

import athanor


@athanor.experiment(description="Speaks until it is let go")
def speaking(ctx: athanor.RunContext) -> None:
    number = 0
    while not Path("enough").exists():
        number += 1
        ctx.log("info", f"line {number}")
        ctx.result("number", number)
        time.sleep(0.002)
"""


@pytest.fixture
def project(tmp_path):
    folder = make_project(tmp_path / "project")
    (folder / "experiments" / "speaking.py").write_text(SPEAKING)
    return folder


def speaking(client):
    instance = client.create_instance(experiment_module="speaking", name="it")
    return client.start_run(instance.id)


def test_each_event_is_told_once_although_the_server_is_killed_and_started_anew(project) -> None:
    """EVT-08"""
    server = Served(project)
    port = str(server.port)
    client = Client(server.url)
    run = speaking(client)
    waited = threading.Thread(target=lambda: ends.append(client.wait(run.id)), daemon=True)
    ends: list = []
    aways: list = []
    waited.start()
    lines, results, statuses, after = [], [], [], 150
    for event in client.follow(run.id, away=aways.append):
        if isinstance(event, LogsAdded):
            lines += [line.line for line in event.logs]
        elif isinstance(event, ResultsAdded):
            results += [result.preview for result in event.results]
        elif isinstance(event, RunUpdated):
            statuses.append(event.run.status)
        if len(lines) < after:
            continue
        after += 150
        if after <= 450:
            server.stop(signal.SIGKILL if after == 300 else signal.SIGTERM)
            server = Served(project, "--port", port)
        else:
            (project / "enough").touch()
    waited.join(30)
    final = client.get_run(run.id)
    client.close()
    server.stop()
    assert aways
    assert lines == list(range(1, final.log_counts.total + 1))
    assert results == [str(number) for number in range(1, final.result_count + 1)]
    assert statuses == [RunStatus.RUNNING, RunStatus.COMPLETED]
    assert (final.status, [run.status for run in ends]) == ("completed", ["completed"])


def test_the_last_event_holds_the_whole_run(served) -> None:
    run = served.ended("complete")
    with Client(served.url) as client:
        *_, last = client.follow(run["id"])
    assert last.run.metadata["exit_code"] == 0


def test_who_stops_following_leaves_nothing_behind(served) -> None:
    run = served.start("gate")
    with Client(served.url) as client:
        events = client.follow(run["id"])
        next(events)
        events.close()
        client.cancel_run(run["id"])
        assert client.wait(run["id"]).status is RunStatus.CANCELLED


def test_following_ends_when_the_run_is_deleted_meanwhile(served) -> None:
    run = served.ended("complete")
    with Client(served.url) as client:
        events = client.follow(run["id"])
        client.delete_run(run["id"])
        assert list(events) == []


def test_patience_with_a_server_that_is_away_ends(project) -> None:
    server = Served(project)
    with Client(server.url, patience_s=0.2) as client:
        run = speaking(client)
        events = client.follow(run.id)
        next(events)
        server.stop(signal.SIGKILL)
        (project / "enough").touch()
        with pytest.raises(ServerUnreachable, match="athanor serve"):
            list(events)
    with Served(project) as again:
        again.end(run.id)
