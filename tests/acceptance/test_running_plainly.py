"""``athanor run`` where no person looks: pipes, files, JSON."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest
from command_project import COMMAND

if TYPE_CHECKING:
    from command_project import Project


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


def test_what_an_option_begins_with_is_nearer_than_what_looks_like_it(project: Project) -> None:
    assert "Did you mean --time-limit?" in project.refused("run", "acting", "--tim", "3")
    assert "Did you mean --memory-limit?" in project.refused("run", "acting", "--mem=3GB")


def test_a_name_and_an_instance_are_not_given_together(project: Project) -> None:
    assert "not both" in project.refused("run", "acting", "--instance", "x")


def test_an_ambiguous_name_is_answered_with_ids_that_work(project: Project) -> None:
    ids = [project.ok("instances", "create", "acting", "--name", "twin").strip() for _ in range(2)]
    said = project.refused("run", "--instance", "twin")
    short = ", ".join(sorted(one[-8:] for one in ids))
    told = said.partition("(")[2].partition(")")[0].split(", ")
    assert ", ".join(sorted(told)) == short
    assert "'twin' fits 2 instances (" in said
    assert said.endswith("); give one of these ids.\n")
    assert project.json("show", told[0])["instance"]["id"] in ids


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


def test_an_output_that_takes_nothing_is_told_as_what_it_is(project: Project) -> None:
    """A log file on a full disk; the run goes on all the same."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, "run", "acting", "-c", "lines=2"],
            cwd=project.folder,
            env=project.environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "free some space. Runs go on meanwhile." in done.stderr
    assert "mistake in Athanor" not in done.stderr
    assert "Exception ignored" not in done.stderr
    (run,) = project.json("runs")
    assert project.wait(run["id"])["status"] == "completed"


def test_who_closed_the_output_wants_none(project: Project) -> None:
    command = " ".join(COMMAND)
    for verb in ("list", "--version"):
        done = subprocess.run(
            ["sh", "-c", f"{command} {verb} >&-"],
            cwd=project.folder,
            env=project.environment,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    "given", [("--time-limit", "5"), ("--memory-limit", "1GB"), ("--gpus", "1")]
)
def test_a_debugged_run_refuses_what_it_cannot_honour(
    project: Project, given: tuple[str, str]
) -> None:
    said = project.refused("run", "acting", "--debug", *given)
    assert "leave out --time-limit, --memory-limit and --gpus" in said
    assert not (project.folder / ".athanor").exists()


def test_a_debugged_run_may_be_told_that_there_is_no_limit(project: Project) -> None:
    project.ok("run", "acting", "--debug", "--time-limit", "none", "--gpus", "0")
