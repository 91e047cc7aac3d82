"""The verbs that change what is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from command_project import Project


def test_an_instance_is_edited_in_part(project: Project) -> None:
    made = project.json("instances", "create", "acting", "-c", "lines=5", "--name", "mine")
    project.ok("instances", "edit", "mine", "-c", "label=new", "--description", "notes")
    found = project.json("show", "mine")["instance"]
    assert found["id"] == made["id"]
    assert found["configuration"]["lines"] == 5
    assert found["configuration"]["label"] == "new"
    assert found["description"] == "notes"


def test_deleting_without_a_terminal_needs_yes(project: Project) -> None:
    run_id = project.ran("-c", "lines=2")
    said = project.refused("delete", run_id)
    assert "with 2 log lines and 4 results" in said
    assert "add --yes" in said
    project.ok("delete", run_id, "--yes")
    assert project.json("runs") == []
    assert not (project.folder / ".athanor" / "runs" / run_id).exists()


def test_declining_deletes_nothing(project: Project) -> None:
    run_id = project.ran("-c", "lines=1")
    with project.terminal("instances", "delete", "acting lines=1") as terminal:
        terminal.until("with 1 run, 1 log line, 3 results?")
        terminal.press("n\n")
        assert terminal.finish() == 1
    assert "Nothing was changed." in terminal.text
    assert "Error" not in terminal.text
    assert [run["id"] for run in project.json("runs")] == [run_id]
    with project.terminal("instances", "delete", "acting lines=1") as terminal:
        terminal.until("[y/N]")
        terminal.press("y\n")
        assert terminal.finish() == 0
    assert project.json("runs") == project.json("instances", "list") == []


def test_cancelling_says_what_happens_next(project: Project) -> None:
    run_id = project.ok("run", "acting", "-c", "action=ignore", "--detach").strip()
    assert f"`athanor cancel {run_id[-8:]} --force` ends it" in project.ok("cancel", run_id)
    assert project.run_record(run_id)["cancelling"] is True
    assert "all its processes are gone within 5 s." in project.ok("cancel", run_id, "--force")
    assert project.wait(run_id)["status"] == "cancelled"
    done = project.call("cancel", run_id)
    assert done.returncode == 1
    assert done.stderr == (
        "Error: Run is not running (current status: cancelled). "
        f"`athanor show {run_id[-8:]}` shows how it ended.\n"
    )


def test_cancelling_an_instance_names_its_live_run(project: Project, gate: Path) -> None:
    made = project.json("instances", "create", "acting", "-c", "action=gate", "--name", "mine")
    its_runs = f"That is an instance; `athanor runs --instance {made['id'][-8:]}` lists its runs."
    assert f"Run not found: 'mine'. {its_runs}" in project.refused("cancel", "mine")
    run_id = project.ok("run", "--instance", "mine", "--detach").strip()
    named = f"Run not found: 'mine'. That is an instance; its live run is {run_id[-8:]}.\n"
    assert named in project.refused("cancel", "mine")
    gate.touch()
    project.wait(run_id)
    assert its_runs in project.refused("cancel", "mine")
