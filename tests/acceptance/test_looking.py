"""The verbs that only look."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from athanor.domain.run import RunStatus
from athanor.errors import InvalidInput
from athanor.harness import Harness
from athanor.settings import load

if TYPE_CHECKING:
    from pathlib import Path

    from command_project import Project


class Seen(NamedTuple):
    """A project with runs that have ended, in the order in which they were started."""

    project: Project
    one: str
    failed: str
    two: str
    hostile: str


@pytest.fixture(scope="module")
def seen(looked_at: Project) -> Seen:
    ran = looked_at.ran
    return Seen(
        looked_at,
        one=ran("-c", "lines=1"),
        failed=ran("-c", "action=fail", "-c", "label=seen"),
        two=ran("-c", "lines=2"),
        hostile=ran("-c", "action=hostile"),
    )


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


def test_what_took_too_long_to_import_is_told_before_where_it_hung(project: Project) -> None:
    hanging = project.folder / "experiments" / "hanging.py"
    hanging.write_text("import time\nimport athanor\ntime.sleep(60)\n", encoding="utf-8")
    project.environment["ATHANOR_IMPORT_TIMEOUT"] = "1.5"
    said = project.ok("list", "--verbose")
    assert said.index("took longer than 1.5 s to import") < said.index('hanging.py", line 3')
    doctor = {check["found"] for check in json.loads(project.call("doctor", "--json").stdout)}
    assert "experiments.hanging is broken: took longer than 1.5 s to import" in doctor


def test_show_tells_the_schema_and_a_command_that_works(project: Project) -> None:
    said = project.ok("show", "acting")
    assert "Does what it is told" in said
    assert "≥ 1, ≤ 100000" in said
    assert "items[]" in said
    command = next(line for line in said.splitlines() if line.startswith("$ athanor run"))
    assert project.call(*command.split()[2:]).returncode == 0


def test_show_tells_what_a_run_ran_with(seen: Seen) -> None:
    project, run_id = seen.project, seen.failed
    said = project.ok("show", run_id[-8:])
    assert "✗ failed" in said
    assert '"label": "seen"' in said
    assert f"python       {sys.version.split()[0]}" in said
    assert "the quota is used up" in said
    assert f"instance    {project.run_record(run_id)['instance_id']}" in said


def test_runs_are_listed_newest_first_and_by_status(seen: Seen) -> None:
    _, *runs = seen
    lines = seen.project.ok("runs").splitlines()
    assert [line.split()[0] for line in lines[1:]] == [run[-8:] for run in reversed(runs)]
    assert "2/2 100%" in lines[2]
    failed = seen.project.json("runs", "--status", "failed")
    assert [run["id"] for run in failed] == [seen.failed]
    assert [run["id"] for run in seen.project.json("runs", "--limit", "1")] == [seen.hostile]


@pytest.mark.parametrize("words", [("runs",), ("instances", "list"), ("run", "acting")])
def test_a_server_named_behind_the_verb_is_told_where_it_stands(
    seen: Seen, words: tuple[str, ...]
) -> None:
    verb = "run" if words[0] == "run" else " ".join(words)
    said = seen.project.refused(*words, "--server", "http://127.0.0.1:1")
    assert f"--server stands before the verb: `athanor --server URL {verb}`." in said


def test_several_values_between_commas_are_answered_with_the_option_repeated(seen: Seen) -> None:
    said = seen.project.refused("runs", "--status", "failed,cancelled")
    assert "repeat the option: `--status failed --status cancelled`" in said
    said = seen.project.refused("logs", seen.one, "--level", "error,warn")
    assert "repeat the option: `--level error --level warn`" in said
    assert "repeat" not in seen.project.refused("runs", "--status", "lost")


def test_no_runs_of_a_status_are_not_no_runs_at_all(seen: Seen) -> None:
    assert seen.project.ok("runs", "--status", "running") == "No runs with status running.\n"


def test_that_there_are_more_runs_is_told_with_what_was_asked_for(seen: Seen) -> None:
    project = seen.project
    more = "There are more; `athanor runs {}--limit 5` or --all shows them.\n"
    assert project.call("runs", "-n", "1").stderr == more.format("")
    both = ("--status", "completed", "--status", "failed")
    assert project.call("runs", *both, "-n", "1").stderr == more.format(" ".join(both) + " ")


def test_that_an_instance_has_more_runs_is_told_with_its_id(project: Project) -> None:
    instance_id = project.run_record(project.ran("-c", "lines=1"))["instance_id"]
    project.ok("run", "--instance", instance_id)
    said = project.call("runs", "--instance", "acting lines=1", "-n", "1").stderr
    assert f"`athanor runs --instance {instance_id[-8:]} --limit 5`" in said


def test_a_run_without_logs_says_so_beside_the_answer(seen: Seen) -> None:
    done = seen.project.call("logs", seen.failed)
    why = f"`athanor show {seen.failed[-8:]}` says why it failed."
    assert (done.returncode, done.stdout, done.stderr) == (0, "", f"No logs. {why}\n")


def test_the_logs_of_a_failed_run_lead_to_why_it_failed(project: Project) -> None:
    (project.folder / "experiments" / "shaky.py").write_text(
        "import athanor\n\n@athanor.experiment()\ndef shaky(ctx):\n"
        "    ctx.log('info', 'a')\n    1 / 0\n"
    )
    said = project.call("run", "shaky", "--json").stdout.splitlines()[-1]
    run_id = json.loads(said)["run"]["id"]
    name = run_id[-8:]
    none = project.call("logs", run_id, "--level", "error")
    said = f"No logs at these levels. `athanor show {name}` says why it failed.\n"
    assert (none.stdout, none.stderr) == ("", said)
    some = project.call("logs", run_id)
    assert some.stdout
    assert re.fullmatch(rf"Run {name} failed after [\w. ]+: ZeroDivisionError: .*\n", some.stderr)


def test_following_logs_tells_how_the_run_ended(seen: Seen) -> None:
    said = seen.project.call("logs", seen.failed, "-f").stderr
    assert re.fullmatch(
        rf"Run {seen.failed[-8:]} failed after [\w. ]+: the quota is used up\n", said
    )


def test_ctrl_c_leaves_a_run_whose_logs_are_followed(project: Project, gate: Path) -> None:
    run_id = project.ok("run", "acting", "-c", "action=gate", "--detach").strip()
    with project.terminal("logs", run_id, "-f") as terminal:
        terminal.until("ready")
        terminal.press("\x03")
        assert terminal.finish() == 130
    assert "The run goes on" in terminal.text
    gate.touch()
    assert project.wait(run_id)["status"] == "completed"


def test_logs_are_filtered_by_level(seen: Seen) -> None:
    project, run_id = seen.project, seen.hostile
    assert "markup" in project.ok("logs", run_id, "--level", "warn")
    assert project.ok("logs", run_id, "--level", "error") == ""
    assert project.json("logs", run_id, "--level", "error") == []
    assert [line["level"] for line in project.json("logs", run_id)] == ["warn"]


def test_what_is_missing_is_counted_of_the_levels_asked_for(project: Project, gate: Path) -> None:
    gate.touch()
    run_id = project.ran("-c", "action=slow")
    missing = "The newest 2 of {} lines at these levels; --all shows every one.\n"
    for level, total in (("debug", 400), ("warn", 200), ("error", 100)):
        done = project.call("logs", run_id, "--level", level, "-n", "2")
        assert done.stderr == missing.format(total)
    both = project.call("logs", run_id, "--level", "info", "--level", "error", "-n", "2")
    assert both.stderr == missing.format(200)
    assert project.call("logs", run_id, "--level", "error", "-n", "100").stderr == ""


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


def test_results_are_listed_and_shown_by_key(seen: Seen) -> None:
    project, run_id = seen.project, seen.two
    assert '{"value":0.5}' in project.ok("results", run_id)
    values = [r["value"] for r in project.json("results", run_id, "loss")]
    assert values == [{"value": 1.0}, {"value": 0.5}]
    assert json.loads(project.ok("results", run_id, "return_value")) == {"score": 7}
    assert "No result found with key: lost" in project.refused("results", run_id, "lost")


def test_the_newest_results_are_shown_in_order_of_time(seen: Seen) -> None:
    project, run_id = seen.project, seen.two
    every = [result["seq"] for result in project.json("results", run_id)]
    assert every == sorted(every)
    assert [result["seq"] for result in project.json("results", run_id, "-n", "2")] == every[-2:]
    for verb in ("logs", "results"):
        assert "less than or equal to" in project.refused(verb, run_id, "-n", "9" * 20)
    done = project.call("results", run_id, "-n", "2")
    assert done.stderr == f"The newest 2 of {len(every)}; --limit {len(every)} shows all of them.\n"
    assert done.stdout.splitlines()[1:] == project.ok("results", run_id).splitlines()[-2:]
    loss = project.ok("results", run_id, "loss", "-n", "1")
    assert json.loads(loss) == {"value": 0.5}


def test_compare_shows_only_what_differs(seen: Seen) -> None:
    project, first, second = seen.project, seen.one, seen.two
    said = project.ok("compare", first[-8:], second[-8:])
    rows = [line.split() for line in said.splitlines()]
    assert ["lines", "1", "2"] in rows
    assert ["loss.value", "1", "0.5"] in rows
    assert ["summary.accuracy", "0.875", "0.875"] in rows
    assert "label" not in said
    assert "Ran with" not in said
    found = project.json("compare", first, second)
    assert found["configuration"] == {"lines": {first: 1, second: 2}}


def test_comparing_needs_two_different_runs(seen: Seen) -> None:
    refused = seen.project.refused("compare", seen.one, seen.one[-8:])
    assert "two different runs" in refused


def test_figures_that_are_not_finite_are_compared_as_words(project: Project) -> None:
    first, second = project.ran("-c", "action=values"), project.ran("-c", "action=values")
    found = project.json("compare", first, second)["figures"]
    assert found["plain"] == {first: 0.5, second: 0.5}
    assert found["a.x"] == {first: 3, second: 3}  # the last of three
    assert found["endless"] == {first: "Infinity", second: "Infinity"}


def test_from_python_a_status_is_its_name_too(seen: Seen) -> None:
    settings = load(seen.project.folder, seen.project.environment)
    with Harness.open(settings=settings) as harness:
        known = [run.id for run in harness.list_runs(status=RunStatus.COMPLETED).items]
        assert known
        for given in ("completed", ["completed"], [RunStatus.COMPLETED]):
            assert [run.id for run in harness.list_runs(status=given).items] == known
        with pytest.raises(InvalidInput, match=r"Expected a status \(pending, .*\), got 'nope'"):
            harness.list_runs(status="nope")


def test_a_name_that_is_no_text_is_that_of_nothing(seen: Seen) -> None:
    """A byte of another encoding, as the shell hands it over."""
    assert "Run not found" in seen.project.refused("logs", "\udcff")
    assert "Instance not found" in seen.project.refused("runs", "--instance", "\udcff")
