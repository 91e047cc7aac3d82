"""The verbs of ``athanor db``, as a stranger would use them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest
from command_project import Project
from postgresql_server import PASSWORD, Server

from athanor.store import schema


@pytest.fixture
def on_server(project: Project, empty_database_url: str) -> Project:
    """The same project, its database on a server and without any table."""
    return replace(
        project, environment=project.environment | {"ATHANOR_DATABASE_URL": empty_database_url}
    )


@pytest.fixture
def stopped() -> Iterator[Server]:
    server = Server()
    server.stop()
    yield server
    server.close()


def test_a_server_is_upgraded_when_asked_and_used_from_then_on(on_server: Project) -> None:
    for verb in (["runs"], ["run", "acting"]):
        done = on_server.call(*verb)
        assert (done.returncode, done.stdout) == (1, "")
        assert "is empty. Run `athanor db upgrade`" in done.stderr
        assert PASSWORD not in done.stderr
    assert on_server.json("db", "current")["revision"] is None

    assert "from empty to revision" in on_server.ok("db", "upgrade")
    assert "is up to date" in on_server.ok("db", "upgrade")

    assert on_server.json("db", "current")["revision"] == schema.head()
    run = on_server.ran()
    assert on_server.run_record(run)["status"] == "completed"
    checks = {check["name"]: check for check in on_server.json("doctor")}
    assert checks["database"]["state"] == "ok"
    assert "postgresql://tester@127.0.0.1" in checks["database"]["found"]
    assert PASSWORD not in json.dumps(checks)
    assert not (on_server.folder / ".athanor" / "athanor.db").exists()


def test_the_embedded_database_has_the_same_verbs(project: Project) -> None:
    assert project.json("db", "current")["revision"] is None
    assert not (project.folder / ".athanor").exists()
    assert "from empty to revision" in project.ok("db", "upgrade")
    assert f"revision {schema.head()}" in project.ok("db", "current")


def test_a_project_moves_to_a_server_with_all_it_has(project: Project, on_server: Project) -> None:
    run = project.ran()
    before = project.ok("logs", run), project.ok("results", run)

    done = on_server.json("db", "copy")

    assert done["rows"]["experiment_runs"] == 1
    assert PASSWORD not in json.dumps(done)
    assert (on_server.ok("logs", run), on_server.ok("results", run)) == before
    assert project.run_record(run) == on_server.run_record(run)
    again = on_server.call("db", "copy")
    assert again.returncode == 1
    assert "holds something already" in again.stderr
    on_server.ran()


def test_a_project_at_work_is_not_copied(project: Project, empty_database_url: str) -> None:
    run = project.ok("run", "acting", "-c", "action=obey", "--detach").strip()
    project.until_supervised()

    done = project.call("db", "copy", "--to", empty_database_url)

    assert done.returncode == 1
    assert "Somebody supervises" in done.stderr
    project.ok("cancel", run)
    project.wait(run)


def test_copying_needs_something_to_copy_and_a_place(project: Project, on_server: Project) -> None:
    assert "ATHANOR_DATABASE_URL" in project.refused("db", "copy")
    assert "nothing to copy" in on_server.refused("db", "copy")
    project.ok("db", "upgrade")
    assert "'sqlite'" in project.refused("db", "copy", "--to", "sqlite:///elsewhere.db")


def test_a_server_that_is_away_is_said_so_by_every_door(project: Project, stopped: Server) -> None:
    project.environment["ATHANOR_DATABASE_URL"] = stopped.url()
    for verb in (["runs"], ["run", "acting"], ["db", "current"], ["db", "upgrade"]):
        done = project.call(*verb)
        assert (done.returncode, done.stdout) == (1, "")
        assert "does not answer" in done.stderr
        assert PASSWORD not in done.stderr
    checks = {check["name"]: check for check in json.loads(project.call("doctor", "--json").stdout)}
    assert checks["database"]["state"] == "fail"
    assert PASSWORD not in json.dumps(checks)
