"""The terminal on one machine, the project and its runs behind a server on another."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from command_project import Project

from tests.server.served import Served, make_project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = make_project(tmp_path_factory.mktemp("remote") / "project")
    with Served(folder, ATHANOR_REQUIRE_TOKEN="yes", ATHANOR_FORCE_GRACE="0.5") as found:
        yield found


@pytest.fixture
def token(server: Served) -> str:
    return (server.project / ".athanor" / "token").read_text().strip()


@pytest.fixture
def remote(project: Project, server: Served, token: str, tmp_path: Path) -> Project:
    """A folder without any project, that knows where the server is."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link = f"{server.url}/?token={token}"
    return Project(folder, project.environment | {"ATHANOR_SERVER": link})


def test_the_exit_code_says_how_a_run_ended_there(remote: Project) -> None:
    done = remote.call("run", "acting", "-c", "lines=2")
    assert done.returncode == 0, done.stderr
    assert "line 2" in done.stdout
    assert "summary.accuracy = 0.875" in done.stdout
    assert remote.call("run", "acting", "-c", "action=raise").returncode == 1
    assert "lines: must be" in remote.refused("run", "acting", "-c", "lines=0")
    assert list(remote.folder.iterdir()) == []


def test_events_of_a_run_there_are_lines_of_json(remote: Project) -> None:
    events = remote.events("-c", "lines=1")
    names = [event["event"] for event in events]
    assert (names[0], names[-1]) == ("run_created", "run_completed")
    assert {"logs_added", "results_added", "run_updated"} <= set(names)
    assert events[-1]["run"]["metadata"]["exit_code"] == 0


def test_ctrl_c_asks_a_run_there_to_stop_then_forces_it(remote: Project) -> None:
    with remote.terminal("run", "acting", "-c", "action=ignore") as terminal:
        terminal.until("ready")
        terminal.press("\x03")
        terminal.until("Press Ctrl-C again to force it")
        terminal.press("\x03")
        assert terminal.finish() == 130
        assert "cancelled" in terminal.text


def test_a_run_goes_on_there_when_its_terminal_is_closed(remote: Project, server: Served) -> None:
    with remote.terminal("run", "acting", "-c", "action=gate", "--name", "left") as terminal:
        terminal.until("ready")
        terminal.hang_up()
        terminal.process.wait(20)
    run = server_get(server, "/runs", name="left")["items"][0]
    assert run["status"] == "running"
    server.gate.touch()
    said = remote.call("logs", run["id"], "-f")
    server.gate.unlink()
    assert "through" in said.stdout
    assert "completed" in said.stderr


def test_a_run_gets_nothing_of_the_environment_of_who_asks(remote: Project, token: str) -> None:
    remote.environment["SECRET_OF_MINE"] = "1"
    run = remote.events("-c", "lines=1")[-1]["run"]
    assert "SECRET_OF_MINE" not in run["metadata"]["environment_names"]


def test_a_verb_about_this_machine_says_why_no_server_does_it(
    remote: Project, server: Served, token: str
) -> None:
    said = remote.refused("init", "x")
    assert server.url in said
    assert "--server ''" in said
    assert token not in said


def test_this_machine_can_be_meant_all_the_same(remote: Project) -> None:
    remote.ok("--server", "", "init", "here")
    assert (remote.folder / "here" / "experiments" / "hello.py").exists()


def test_a_wrong_token_and_a_server_that_is_not_there_are_told(
    remote: Project, server: Served
) -> None:
    remote.environment["ATHANOR_SERVER"] = server.url
    remote.environment["ATHANOR_TOKEN"] = "wrong"
    done = remote.call("runs")
    assert (done.returncode, done.stdout) == (1, "")
    assert "refuses the token" in done.stderr
    done = remote.call("--server", "http://127.0.0.1:9", "runs", "--json")
    assert done.returncode == 1
    assert json.loads(done.stderr)["error"]["type"] == "server-unreachable"


def test_commands_that_are_said_name_the_server_that_was_typed(
    remote: Project, server: Served, token: str
) -> None:
    link = remote.environment.pop("ATHANOR_SERVER")
    ours = f"athanor --server {server.url}/"
    started = remote.call("--server", link, "run", "acting", "-c", "action=obey", "--detach")
    name = started.stdout.strip()[-8:]
    assert f"Follow it with `{ours} logs -f {name}`" in started.stderr
    asked = remote.ok("--server", link, "cancel", name)
    assert f"`{ours} cancel {name} --force` ends it" in asked
    remote.call("--server", link, "logs", "-f", name)
    assert f"$ {ours} logs {name}" in remote.ok("--server", link, "show", name)
    assert f"`{ours} runs` shows those" in remote.refused("--server", link, "logs", "dead")
    wrong = remote.refused("--server", link, "run", "acting", "-c", "lines=0")
    assert f"`{ours} show acting` shows what" in wrong
    told = remote.call("--server", link, "cancel", name, "--json").stderr
    assert f"`{ours} show {name}`" in json.loads(told)["error"]["message"]
    away = remote.call("--server", "http://127.0.0.1:9", "runs")
    assert "Start one there with `athanor serve`" in away.stderr
    assert token not in started.stderr + asked + wrong
    remote.environment["ATHANOR_SERVER"] = link
    assert "`athanor runs` shows those" in remote.refused("logs", "dead")


def test_doctor_shows_neither_token_nor_link(remote: Project, token: str) -> None:
    remote.environment |= {"ATHANOR_TOKEN": token}
    remote.environment["ATHANOR_SERVER"] = ""
    assert token not in remote.call("doctor").stdout


def server_get(server: Served, path: str, **query: str) -> dict:
    token = (server.project / ".athanor" / "token").read_text().strip()
    answer = server.client.get(
        f"/api{path}", params=query, headers={"authorization": f"Bearer {token}"}
    )
    found: dict = answer.json()
    return found
