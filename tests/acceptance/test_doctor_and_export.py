"""The doctor, completion, export and limits."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
from typing import TYPE_CHECKING

from command_project import COMMAND

if TYPE_CHECKING:
    from pathlib import Path

    from command_project import Project

SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


def shown_cursor(raw: str) -> bool:
    return raw.rfind(SHOW_CURSOR) > raw.rfind(HIDE_CURSOR)


def test_the_doctor_tells_of_an_owner_that_was_stopped(project: Project, gate: Path) -> None:
    """By Ctrl-Z or a debugger: it holds the lock, and nobody starts runs."""
    command = [*COMMAND, "run", "acting", "-c", "action=gate"]
    with subprocess.Popen(
        command, cwd=project.folder, env=project.environment, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        while "ready" not in run.stdout.readline():
            pass
        run.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, run.pid, os.WSTOPPED | os.WNOWAIT)
        told = project.call("doctor").stdout
        run.send_signal(signal.SIGCONT)
        gate.touch()
        run.stdout.read()
    assert f"process {run.pid}" in told
    assert "is stopped" in told
    assert "kill -CONT" in told


def test_the_doctor_finds_a_healthy_project_healthy(project: Project) -> None:
    checks = project.json("doctor")
    assert {check["state"] for check in checks} <= {"ok", "warn"}
    names = {check["name"] for check in checks}
    wanted = {"python", "project", "ATHANOR_HOME", "data directory", "disk", "database"}
    wanted |= {"GPUs", "memory limits"}
    assert wanted | {"supervisor", "git", "experiments"} <= names


def test_the_doctor_fails_on_what_is_broken(project: Project) -> None:
    (project.folder / "experiments" / "broken.py").write_text("import athanor\n1 / 0\n")
    done = project.call("doctor")
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stdout
    assert "athanor list --verbose" in done.stdout


def test_the_doctor_explains_a_setting_that_cannot_be(project: Project) -> None:
    project.environment["ATHANOR_MAX_RUNNING"] = "many"
    done = project.call("doctor")
    assert done.returncode == 1
    assert "ATHANOR_MAX_RUNNING must be a number" in done.stdout


def test_the_doctor_warns_of_a_variable_that_nothing_reads(project: Project) -> None:
    project.environment["ATHANOR_MAX_RUNING"] = "3"
    found = {check["name"]: check for check in project.json("doctor")}["ATHANOR_MAX_RUNING"]
    assert (found["state"], found["advice"]) == ("warn", "Did you mean ATHANOR_MAX_RUNNING?")


def test_an_unknown_key_of_the_project_is_told_where_experiments_are_looked_for(
    project: Project,
) -> None:
    path = project.folder / "pyproject.toml"
    path.write_text("[tool.athanor]\nexperimets = ['experiments']\n")
    for verb in ("list", "doctor"):
        done = project.call(verb)
        assert "Did you mean experiments?" in done.stdout + done.stderr
    assert "could not be imported (pyproject.toml)" in project.refused("run", "acting")


def test_the_shell_completes_experiments_and_runs(project: Project) -> None:
    run_id = project.ran("-c", "lines=1")

    def offered(words: str, position: int) -> str:
        project.environment |= {"_ATHANOR_COMPLETE": "complete_bash", "COMP_WORDS": words}
        project.environment["COMP_CWORD"] = str(position)
        found = project.call().stdout
        for name in ("_ATHANOR_COMPLETE", "COMP_WORDS", "COMP_CWORD"):
            del project.environment[name]
        return found

    assert offered("athanor run ac", 2).split() == ["acting"]
    assert offered(f"athanor logs {run_id[-8:-4]}", 2).split() == [run_id[-8:]]
    assert "instances" in offered("athanor in", 1).split()


def test_a_terminated_watcher_leaves_the_run_working(project: Project, gate: Path) -> None:
    with project.terminal("run", "acting", "-c", "action=gate") as terminal:
        terminal.until("ready")
        os.kill(terminal.process.pid, signal.SIGTERM)
        assert terminal.finish() == 128 + signal.SIGTERM
    assert shown_cursor(terminal.raw)
    project.until_supervised()
    gate.touch()
    (run,) = project.json("runs")
    assert project.wait(run["id"])["status"] == "completed"


def test_an_experiment_may_be_named_like_an_id(project: Project) -> None:
    source = "import athanor\n@athanor.experiment('deadbeef')\ndef f(ctx): ...\n"
    (project.folder / "experiments" / "odd.py").write_text(source, encoding="utf-8")
    assert project.json("show", "deadbeef")["experiment"]["name"] == "deadbeef"
    assert "Nothing is called 'feedbeef'" in project.refused("show", "feedbeef")


def test_an_export_equals_what_is_stored(project: Project, tmp_path: Path) -> None:
    """OPS-08"""
    run_id = project.ran("-c", "action=values")
    stored = [result["value"] for result in project.json("results", run_id, "a")]
    whole = json.loads(project.ok("export", run_id, "--logs"))
    assert [r["value"] for r in whole["results"] if r["key"] == "a"] == stored
    assert [line["message"] for line in whole["logs"]] == ["one line"]
    assert stored[1]["x"] == "NaN"
    for ending in ("csv", "parquet"):
        path = tmp_path / f"out.{ending}"
        project.ok("export", run_id, "--output", str(path))
        assert _whole_values(path)[: len(stored)] == stored
    assert list(tmp_path.glob("*.part")) == []


def test_an_export_names_its_format_and_overwrites_only_when_told_to(
    project: Project, tmp_path: Path
) -> None:
    run_id = project.ran("-c", "lines=1")
    path = tmp_path / "out.xlsx"
    assert ".json, .ndjson, .csv or .parquet" in project.refused("export", run_id, "-o", str(path))
    path = tmp_path / "nodir" / "out.json"
    assert f"There is no folder {path.parent}" in project.refused("export", run_id, "-o", str(path))
    path = tmp_path / "out.json"
    path.write_text("mine", encoding="utf-8")
    said = project.refused("export", run_id, "-o", str(path))
    assert "out.json is there already" in said
    assert "add --force" in said
    assert path.read_text(encoding="utf-8") == "mine"
    project.ok("export", run_id, "-o", str(path), "--force")
    assert json.loads(path.read_text(encoding="utf-8"))["run"]["id"] == run_id


def _whole_values(path: Path) -> list[object]:
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        texts = pq.read_table(path).to_pydict()["value_json"]
    else:
        with path.open(encoding="utf-8", newline="") as file:
            texts = [row["value_json"] for row in csv.DictReader(file)]
    return [json.loads(text) for text in texts]


def test_a_time_limit_ends_the_run(project: Project) -> None:
    done = project.call("run", "acting", "-c", "action=ignore", "--time-limit", "0.5")
    assert done.returncode == 1
    assert "limit" in done.stdout


def test_an_instance_with_changes_makes_a_new_one(project: Project) -> None:
    made = project.json("instances", "create", "acting", "-c", "lines=2", "-c", "label=kept")
    project.ok("run", "--instance", made["id"], "-c", "lines=1")
    (run,) = project.json("runs")
    assert run["instance_id"] != made["id"]
    assert (run["configuration"]["lines"], run["configuration"]["label"]) == (1, "kept")


def test_resources_are_given_changed_inherited_and_shown(project: Project) -> None:
    given = ("--memory-limit", "2GiB", "--gpus", "1", "--name", "large")
    instance_id = project.ok("instances", "create", "acting", *given).strip()
    assert re.search(r"memory limit +2 GiB", project.ok("show", instance_id))

    changed = ("--memory-limit", "900MB", "--gpus", "2", "--json")
    record = json.loads(project.ok("instances", "edit", instance_id, *changed))
    assert (record["memory_limit_bytes"], record["gpus"]) == (900_000_000, 2)
    project.environment["ATHANOR_GPUS"] = "7,8,9"
    done = project.call("run", "--instance", instance_id, "--gpus", "3", "--json")
    run = json.loads(done.stdout.splitlines()[-1])["run"]
    assert (run["status"], run["gpus"]) == ("completed", ["7", "8", "9"])
    assert re.search(r"memory limit +900 MB", project.ok("show", run["id"]))
    derived = project.json("show", run["id"])["instance"]
    assert (derived["memory_limit_bytes"], derived["gpus"]) == (900_000_000, 3)


def test_a_limit_is_taken_away_again(project: Project) -> None:
    given = ("--memory-limit", "2GiB", "--time-limit", "1h30m", "--gpus", "1")
    instance_id = project.ok("instances", "create", "acting", *given).strip()
    edit = ("instances", "edit", instance_id, "--json")
    record = json.loads(project.ok(*edit, "--memory-limit", "none"))
    assert (record["memory_limit_bytes"], record["time_limit_s"]) == (None, 5400)
    record = json.loads(project.ok(*edit, "--time-limit", "none"))
    assert (record["memory_limit_bytes"], record["time_limit_s"]) == (None, None)
    assert record["gpus"] == 1


def test_what_is_no_limit_is_refused(project: Project) -> None:
    refused = project.refused("run", "acting", "--memory-limit", "999999999999GiB")
    assert "8 EiB" in refused
    refused = project.refused("run", "acting", "--time-limit", "soon")
    assert "Error: --time-limit: expected a time like 90, 15m or 2h30m, got 'soon'" in refused
    project.refused("run", "acting", "--memory-limit", "9" * 400 + "GiB")
    project.refused("run", "acting", "--memory-limit", "4 gigs")
    refused = project.refused("run", "acting", "--memory-limit", "0MB")
    assert "Error: --memory-limit: must be a number of bytes greater than 0" in refused
    refused = project.refused("run", "acting", "--time-limit", "0")
    assert "Error: --time-limit: must be a number of seconds greater than 0" in refused


def test_a_run_that_asks_for_gpus_that_are_not_there_fails_with_a_way_out(
    project: Project,
) -> None:
    project.environment["ATHANOR_GPUS"] = "1"
    done = project.call("run", "acting", "--gpus", "2")
    assert done.returncode == 1
    assert "Asks for 2 GPUs, and there are 1 (0) for runs on this machine" in done.stdout
