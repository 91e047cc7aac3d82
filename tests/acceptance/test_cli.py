"""The commands, as a stranger types them: real processes in a project of their own."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from command_project import COMMAND

if TYPE_CHECKING:
    from pathlib import Path

    from command_project import Project

SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


def shown_cursor(raw: str) -> bool:
    return raw.rfind(SHOW_CURSOR) > raw.rfind(HIDE_CURSOR)


# --- beginning -----------------------------------------------------------------------------------


def test_a_new_project_runs_at_once(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "fresh"
    done = project.call("init", str(folder), cwd=tmp_path)
    assert done.returncode == 0
    assert "athanor run hello" in done.stdout
    ran = project.call("run", "hello", "-c", "trials=20", "-c", "darts=10", cwd=folder)
    assert ran.returncode == 0, ran.stderr
    assert "hello trials=20 darts=10 completed" in ran.stdout


def test_init_overwrites_nothing(project: Project, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("# mine\n", encoding="utf-8")
    done = project.call("init", cwd=tmp_path)
    assert "kept  pyproject.toml" in done.stdout
    assert (tmp_path / "pyproject.toml").read_text(encoding="utf-8") == "# mine\n"
    assert (tmp_path / "experiments" / "hello.py").exists()
    assert ".athanor/" in (tmp_path / ".gitignore").read_text(encoding="utf-8")


def test_a_mistake_outside_of_any_project_leaves_nothing_behind(
    project: Project, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for words in (("run", "digits"), ("instances", "create", "digits"), ("list",)):
        done = project.call(*words, cwd=empty)
        assert list(empty.iterdir()) == []
        assert "athanor init" in done.stderr + done.stdout


def test_a_wrong_configuration_makes_no_data_directory(project: Project) -> None:
    project.refused("run", "acting", "-c", "lines=0")
    project.refused("run", "acting", "--time-limit", "-1")
    assert not (project.folder / ".athanor").exists()


def test_a_data_directory_that_is_a_file_is_called_one(project: Project) -> None:
    project.environment["ATHANOR_HOME"] = "pyproject.toml"
    done = project.call("runs")
    assert done.returncode == 1
    assert "pyproject.toml is a file. Set ATHANOR_HOME to a folder" in done.stderr


def test_the_version_is_told_without_loading_the_verbs(project: Project) -> None:
    code = (
        "import sys; sys.argv = ['athanor', '--version']\n"
        "from athanor.cli.main import main; main()\n"
        "heavy = {'typer', 'rich', 'pydantic', 'sqlalchemy'} & set(sys.modules)\n"
        "sys.exit(f'loaded {heavy}' if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout[:8]) == (0, "athanor "), done.stderr


def test_looking_in_the_wrong_folder_says_so_and_makes_nothing(
    project: Project, tmp_path: Path
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = project.call("runs", cwd=empty)
    assert done.returncode == 2
    assert "nothing was run or made there yet" in done.stderr
    assert list(empty.iterdir()) == []


# --- running, without a terminal -----------------------------------------------------------------


def test_a_run_into_a_pipe_is_plain_lines(project: Project) -> None:
    done = project.call("run", "acting", "-c", "lines=2", "--name", "two")
    assert done.returncode == 0
    assert "\x1b" not in done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert any(line.endswith('INFO   line 1  number=1 text="two words"') for line in lines)
    assert any('RESULT loss = {"value":0.5}' in line for line in lines)
    assert any(" of two completed after " in line for line in lines)
    assert "  summary.accuracy = 0.875" in lines
    assert "  return_value.score = 7" in lines


def test_a_failed_run_exits_1_with_its_error(project: Project) -> None:
    done = project.call("run", "acting", "-c", "action=fail")
    assert done.returncode == 1
    assert "the quota is used up" in done.stdout


def test_an_exception_is_shown_with_its_trace(project: Project) -> None:
    done = project.call("run", "acting", "-c", "action=raise")
    assert done.returncode == 1
    assert "LookupError: no such thing" in done.stdout
    assert 'raise LookupError("no such thing")' in done.stdout


def test_json_is_events_and_nothing_else_ending_with_the_run(project: Project) -> None:
    done = project.call("run", "acting", "-c", "lines=2", "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    kinds = [event["event"] for event in events]
    assert kinds[0] == "run_created"
    assert kinds[-1] == "run_completed"
    assert {"run_updated", "logs_added", "results_added", "progress_updated"} <= set(kinds)
    logged = [e["message"] for event in events for e in event.get("logs", ())]
    assert logged == ["line 1", "line 2"]
    assert events[-1]["run"]["status"] == events[-1]["status"] == "completed"
    assert "packages" in events[-1]["run"]["metadata"]
    assert all("metadata" not in event["run"] for event in events[:-1] if "run" in event)
    assert events[-1]["run"]["result_count"] == 4
    assert done.stderr == ""


def test_a_wrong_value_exits_2_naming_the_field(project: Project) -> None:
    said = project.refused("run", "acting", "-c", "lines=0", "-c", "action=dance")
    assert "lines: must be greater than or equal to 1" in said
    assert "  action: " in said
    assert not (project.folder / ".athanor" / "runs").exists()


def test_an_unknown_key_names_the_nearest(project: Project) -> None:
    said = project.refused("run", "acting", "-c", "items[0].nam=x")
    assert "did you mean items[0].name" in said


def test_an_unknown_experiment_names_the_nearest(project: Project) -> None:
    assert "Did you mean acting?" in project.refused("run", "actin")


@pytest.mark.parametrize(
    "words",
    [("acting", "lines=2"), ("acting", "--lines", "2"), ("--lines=2", "acting")],
)
def test_a_value_given_without_c_is_shown_as_it_is_given(
    project: Project, words: tuple[str, ...]
) -> None:
    assert "is set with -c: `-c lines=2`" in project.refused("run", *words)


def test_what_is_no_option_names_the_nearest(project: Project) -> None:
    assert "Did you mean --detach" in project.refused("run", "acting", "--detahc")


def test_a_name_and_an_instance_are_not_given_together(project: Project) -> None:
    assert "not both" in project.refused("run", "acting", "--instance", "x")


def test_a_file_given_as_the_name_is_answered_with_what_is_in_it(project: Project) -> None:
    said = project.refused("run", "experiments/acting.py")
    assert "experiments/acting.py holds acting: `athanor run acting`" in said


def test_a_refused_value_is_told_with_the_next_step(project: Project) -> None:
    said = project.refused("run", "acting", "-c", "lines=0")
    assert "  lines: must be greater than or equal to 1, got 0\n" in said
    assert said.endswith("`athanor show acting` shows what each takes.\n")


def test_errors_are_json_when_asked_for(project: Project) -> None:
    done = project.call("run", "acting", "-c", "lines=0", "--json")
    assert (done.returncode, done.stdout) == (2, "")
    error = json.loads(done.stderr)["error"]
    assert error["type"] == "validation-failed"
    assert error["problems"] == [{"path": "lines", "message": "must be greater than or equal to 1"}]


def test_a_file_and_assignments_make_the_configuration(project: Project) -> None:
    (project.folder / "given.yaml").write_text("label: file\nlines: 1\n", encoding="utf-8")
    run_id = project.ran("--config", "given.yaml", "-c", "label=007", "-c", "items[1].name=z")
    assert project.run_record(run_id)["configuration"] == {
        "action": "complete",
        "label": "007",
        "lines": 1,
        "items": [{"name": "a"}, {"name": "z"}],
    }


def test_an_instance_is_named_after_what_was_changed(project: Project) -> None:
    project.ran("-c", "lines=2", "-c", "label=x")
    assert [i["name"] for i in project.json("instances", "list")] == ["acting lines=2"]


def test_an_instance_can_be_run_again(project: Project) -> None:
    instance = project.json("instances", "create", "acting", "-c", "lines=1")
    for _ in range(2):
        project.ok("run", "--instance", instance["id"][-8:])
    (listed,) = project.json("instances", "list")
    assert listed["stats"]["run_count"] == 2


def test_debugging_happens_in_this_process_and_terminal(project: Project) -> None:
    source = project.folder / "experiments" / "here.py"
    source.write_text(
        "import athanor, os, sys, threading\n"
        "@athanor.experiment\n"
        "def here(ctx):\n"
        "    assert threading.current_thread() is threading.main_thread()\n"
        "    print('pid', os.getpid(), sys.stdin.isatty())\n"
        "    breakpoint()\n",
        encoding="utf-8",
    )
    with project.terminal("run", "here", "--debug") as terminal:
        terminal.until("(Pdb)")
        assert f"pid {terminal.process.pid} True" in terminal.text
        terminal.press("c\n")
        assert terminal.finish() == 0
    assert "completed" in terminal.text


LEAVING = """
import athanor
@athanor.experiment
def leaving(ctx):
    ctx.progress(1, 3, "a third")
    print("asking")
    breakpoint()
    ctx.log("info", "after")
"""


def test_debugging_shows_progress_and_logs_as_they_come(project: Project) -> None:
    (project.folder / "experiments" / "leaving.py").write_text(LEAVING, encoding="utf-8")
    with project.terminal("run", "leaving", "--debug") as terminal:
        terminal.until("of leaving")
        terminal.until("Ctrl-C raises KeyboardInterrupt here")
        terminal.until("progress 1/3 a third")
        terminal.press("q\n")
        assert terminal.finish() == 1
    assert "The debugger was left." in terminal.text
    assert "BdbQuit" not in terminal.text


def test_a_breakpoint_without_a_debugger_says_how_to_have_one(project: Project) -> None:
    (project.folder / "experiments" / "leaving.py").write_text(LEAVING, encoding="utf-8")
    done = project.call("run", "leaving")
    assert done.returncode == 1
    assert "`athanor run experiments.leaving:leaving --debug`" in done.stderr
    assert "BdbQuit" not in done.stdout


def test_a_closed_pipe_is_silent_and_the_run_goes_on(project: Project) -> None:
    process = subprocess.Popen(
        [*COMMAND, "run", "acting", "-c", "action=flood", "-c", "lines=20000"],
        cwd=project.folder,
        env=project.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    said = process.stderr.read()
    process.wait(60)
    process.stderr.close()
    assert "Error" not in said
    assert "Traceback" not in said
    (run,) = project.json("runs")
    ended = project.wait(run["id"])
    assert (ended["status"], ended["log_counts"]["total"]) == ("completed", 20001)


# --- running, on a terminal ----------------------------------------------------------------------


def test_a_terminal_shows_progress_and_ends_with_a_summary(project: Project, gate: Path) -> None:
    with project.terminal("run", "acting", "-c", "action=obey") as terminal:
        terminal.until("ready")
        terminal.until("1/2")
        terminal.until("50%")
        terminal.until("looking round")
        terminal.press("\x03")
        terminal.finish()
    with project.terminal("run", "acting", "-c", "lines=2") as terminal:
        assert terminal.finish() == 0
    assert "✓ completed  acting lines=2" in terminal.text
    assert "summary.accuracy" in terminal.text
    assert "athanor results " in terminal.text
    assert shown_cursor(terminal.raw)


def test_ctrl_c_asks_the_run_to_stop(project: Project) -> None:
    with project.terminal("run", "acting", "-c", "action=obey") as terminal:
        terminal.until("ready")
        terminal.press("\x03")
        terminal.until("Asked the run to stop. Press Ctrl-C again to force it.")
        assert terminal.finish() == 130
    assert "⊘ cancelled" in terminal.text
    assert shown_cursor(terminal.raw)


def test_a_second_ctrl_c_forces_the_end(project: Project) -> None:
    with project.terminal("run", "acting", "-c", "action=ignore") as terminal:
        terminal.until("ready")
        terminal.press("\x03")
        terminal.until("Asked the run to stop")
        terminal.until("cancelling…")
        terminal.press("\x03")
        terminal.until("Forcing the run to end")
        assert terminal.finish() == 130
    assert shown_cursor(terminal.raw)
    (run,) = project.json("runs")
    assert run["status"] == "cancelled"
    assert run["force_requested_at"] is not None


def test_ctrl_c_in_the_queue_cancels_at_once(project: Project, gate: Path) -> None:
    project.environment["ATHANOR_MAX_RUNNING"] = "1"
    first = project.ok("run", "acting", "-c", "action=gate", "--detach").strip()
    with project.terminal("run", "acting") as terminal:
        terminal.until("waiting, place 1 in the queue")
        terminal.press("\x03")
        assert terminal.finish() == 130
    gate.touch()
    assert project.wait(first)["status"] == "completed"
    assert [run["status"] for run in project.json("runs")] == ["cancelled", "completed"]
    assert project.json("runs")[0]["started_at"] is None


def test_closing_the_terminal_leaves_the_run_working(project: Project, gate: Path) -> None:
    with project.terminal("run", "acting", "-c", "action=gate") as terminal:
        terminal.until("ready")
        terminal.hang_up()
        terminal.process.wait(30)
    (run,) = project.json("runs")
    assert run["status"] == "running"
    project.until_supervised()
    gate.touch()
    assert project.wait(run["id"])["status"] == "completed"


def test_a_flood_shows_its_newest_lines(project: Project) -> None:
    with project.terminal("run", "acting", "-c", "action=flood", "-c", "lines=20000") as terminal:
        assert terminal.finish() == 0
    assert "lines not shown here" in terminal.text
    assert "line 19999\n" in terminal.text
    assert terminal.text.index("printed at the end") < terminal.text.index("✓ completed")


def test_lines_and_results_come_in_the_order_in_which_they_were_said(project: Project) -> None:
    with project.terminal("run", "acting", "-c", "lines=3") as terminal:
        assert terminal.finish() == 0
    said = re.findall(r"(line \d|loss = \S+)", terminal.text)
    assert [words.split()[0] for words in said] == ["line", "loss"] * 3


def test_what_a_run_says_cannot_steer_the_terminal(project: Project) -> None:
    with project.terminal("run", "acting", "-c", "action=hostile") as terminal:
        assert terminal.finish() == 0
    assert "[red]markup[/red] red " in terminal.text
    assert ":smile:" in terminal.text
    assert "[bold]key" in terminal.text
    assert '"[link=x]value[/link]"' in terminal.text
    assert "\x1b]0;" not in terminal.raw
    assert "\x1b[2J" not in terminal.raw


def test_no_color_is_respected(project: Project) -> None:
    project.environment["NO_COLOR"] = "1"
    with project.terminal("run", "acting", "-c", "action=fail") as terminal:
        assert terminal.finish() == 1
    assert "\x1b[3" not in terminal.raw
    assert "✗ failed" in terminal.text


def test_a_detached_run_goes_on_by_itself(project: Project, gate: Path) -> None:
    run_id = project.ok("run", "acting", "-c", "action=gate", "--detach").strip()
    assert project.run_record(run_id)["status"] == "running"
    gate.touch()
    assert project.wait(run_id)["status"] == "completed"


# --- looking -------------------------------------------------------------------------------------


def test_list_shows_what_is_broken_beside_what_works(project: Project) -> None:
    broken = project.folder / "experiments" / "broken.py"
    broken.write_text("import athanor\nimport no_such_package\n", encoding="utf-8")
    said = project.ok("list")
    assert "acting" in said
    assert "experiments.broken" in said
    assert "ModuleNotFoundError: No module named 'no_such_package'" in said
    assert "broken.py:2" in said
    assert "`athanor list --verbose` shows the traceback" in said
    assert "line 2" not in said
    assert "line 2" in project.ok("list", "--verbose")
    listed = project.json("list")
    assert [e["name"] for e in listed["experiments"]] == ["acting"]
    assert [e["module"] for e in listed["broken"]] == ["experiments.broken"]


def test_show_tells_the_schema_and_a_command_that_works(project: Project) -> None:
    said = project.ok("show", "acting")
    assert "Does what it is told" in said
    assert "≥ 1, ≤ 100000" in said
    assert "items[]" in said
    command = next(line for line in said.splitlines() if line.startswith("$ athanor run"))
    assert project.call(*command.split()[2:]).returncode == 0


def test_show_tells_what_a_run_ran_with(project: Project) -> None:
    run_id = project.ran("-c", "action=fail", "-c", "label=seen")
    said = project.ok("show", run_id[-8:])
    assert "✗ failed" in said
    assert '"label": "seen"' in said
    assert f"python       {sys.version.split()[0]}" in said
    assert "the quota is used up" in said
    assert f"instance    {project.run_record(run_id)['instance_id']}" in said


def test_runs_are_listed_newest_first_and_by_status(project: Project) -> None:
    good, bad = project.ran("-c", "lines=1"), project.ran("-c", "action=fail")
    lines = project.ok("runs").splitlines()
    assert [line.split()[0] for line in lines[1:]] == [bad[-8:], good[-8:]]
    assert "1/1 100%" in lines[2]
    assert [run["id"] for run in project.json("runs", "--status", "completed")] == [good]
    assert [run["id"] for run in project.json("runs", "--limit", "1")] == [bad]


def test_no_runs_of_a_status_are_not_no_runs_at_all(project: Project) -> None:
    project.ran("-c", "lines=1")
    assert project.ok("runs", "--status", "running") == "No runs with status running.\n"


def test_a_run_without_logs_says_so_beside_the_answer(project: Project) -> None:
    run_id = project.ran("-c", "action=fail")
    done = project.call("logs", run_id)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "No logs.\n")


def test_following_logs_tells_how_the_run_ended(project: Project) -> None:
    run_id = project.ran("-c", "action=fail")
    said = project.call("logs", run_id, "-f").stderr
    assert re.fullmatch(rf"Run {run_id[-8:]} failed after \w+: the quota is used up\n", said)


def test_ctrl_c_leaves_a_run_whose_logs_are_followed(project: Project, gate: Path) -> None:
    run_id = project.ok("run", "acting", "-c", "action=gate", "--detach").strip()
    with project.terminal("logs", run_id, "-f") as terminal:
        terminal.until("ready")
        terminal.press("\x03")
        assert terminal.finish() == 130
    assert "The run goes on" in terminal.text
    gate.touch()
    assert project.wait(run_id)["status"] == "completed"


def test_logs_are_filtered_by_level(project: Project) -> None:
    run_id = project.ran("-c", "action=hostile")
    assert "markup" in project.ok("logs", run_id, "--level", "warn")
    assert project.ok("logs", run_id, "--level", "error") == ""
    assert project.json("logs", run_id, "--level", "error") == []
    assert [line["level"] for line in project.json("logs", run_id)] == ["warn"]


def test_all_logs_are_shown_from_the_first_line_on(project: Project) -> None:
    run_id = project.ran("-c", "action=flood", "-c", "lines=5000")
    messages = [line["message"] for line in project.json("logs", run_id, "--all")]
    assert messages == [*(f"line {n}" for n in range(5000)), "printed at the end"]
    assert len(project.ok("logs", run_id, "--limit", "7").splitlines()) == 7


def test_following_logs_ends_with_the_run(project: Project, gate: Path) -> None:
    run_id = project.ok("run", "acting", "-c", "action=gate", "--detach").strip()
    with project.terminal("logs", run_id[-8:], "-f") as terminal:
        terminal.until("ready")
        gate.touch()
        terminal.until("through")
        assert terminal.finish() == 0
    assert terminal.text.count("ready") == 1


def test_results_are_listed_and_shown_by_key(project: Project) -> None:
    run_id = project.ran("-c", "lines=2")
    assert '{"value":0.5}' in project.ok("results", run_id)
    values = [r["value"] for r in project.json("results", run_id, "loss")]
    assert values == [{"value": 1.0}, {"value": 0.5}]
    assert json.loads(project.ok("results", run_id, "return_value")) == {"score": 7}
    assert "No result found with key: lost" in project.refused("results", run_id, "lost")


def test_compare_shows_only_what_differs(project: Project) -> None:
    first, second = project.ran("-c", "lines=1"), project.ran("-c", "lines=2")
    said = project.ok("compare", first[-8:], second[-8:])
    rows = [line.split() for line in said.splitlines()]
    assert ["lines", "1", "2"] in rows
    assert ["loss.value", "1", "0.5"] in rows
    assert ["summary.accuracy", "0.875", "0.875"] in rows
    assert "label" not in said
    assert "Ran with" not in said
    found = project.json("compare", first, second)
    assert found["configuration"] == {"lines": {first: 1, second: 2}}


def test_comparing_needs_two_different_runs(project: Project) -> None:
    run_id = project.ran("-c", "lines=1")
    assert "two different runs" in project.refused("compare", run_id, run_id[-8:])


def test_figures_that_are_not_finite_are_compared_as_words(project: Project) -> None:
    first, second = project.ran("-c", "action=values"), project.ran("-c", "action=values")
    found = project.json("compare", first, second)["figures"]
    assert found["plain"] == {first: 0.5, second: 0.5}
    assert found["a.x"] == {first: 3, second: 3}  # the last of three
    assert found["endless"] == {first: "Infinity", second: "Infinity"}


# --- changing ------------------------------------------------------------------------------------


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
    project.ok("cancel", run_id, "--force")
    assert project.wait(run_id)["status"] == "cancelled"
    done = project.call("cancel", run_id)
    assert done.returncode == 1
    assert "Run is not running (current status: cancelled)" in done.stderr


# --- the surroundings ----------------------------------------------------------------------------


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
    derived = project.json("show", run["id"])["instance"]
    assert (derived["memory_limit_bytes"], derived["gpus"]) == (900_000_000, 3)


def test_what_is_no_amount_of_memory_is_refused(project: Project) -> None:
    project.refused("run", "acting", "--memory-limit", "4 gigs")
    project.refused("run", "acting", "--memory-limit", "0MB")


def test_a_run_that_asks_for_gpus_that_are_not_there_fails_with_a_way_out(
    project: Project,
) -> None:
    project.environment["ATHANOR_GPUS"] = "1"
    done = project.call("run", "acting", "--gpus", "2")
    assert done.returncode == 1
    assert "Asks for 2 GPUs, and there are 1 (0) for runs on this machine" in done.stdout
