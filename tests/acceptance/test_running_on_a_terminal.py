"""``athanor run`` on a terminal: what is shown, and what the keys do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from pathlib import Path

    from command_project import Project

SHOW_CURSOR, HIDE_CURSOR = "\x1b[?25h", "\x1b[?25l"


def shown_cursor(raw: str) -> bool:
    return raw.rfind(SHOW_CURSOR) > raw.rfind(HIDE_CURSOR)


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


def test_ctrl_z_stops_the_terminal_and_nobody_else(project: Project, gate: Path) -> None:
    """Who is stopped lets another keep the runs, and follows on when continued."""
    then = "echo left; read go; fg"
    with project.job("run", "acting", "-c", "action=gate", then=then) as terminal:
        terminal.until("ready")
        terminal.press("\x1a")
        terminal.until("left")
        assert shown_cursor(terminal.raw)
        project.ok("run", "acting", "-c", "lines=2", "--detach")
        gate.touch()
        for run in project.json("runs"):
            assert project.wait(run["id"])["status"] == "completed"
        assert "completed" not in terminal.text
        terminal.press("\r")
        terminal.until("✓ completed")
        assert terminal.finish() == 0


def test_ctrl_z_on_a_server_leaves_the_runs_to_another(project: Project) -> None:
    with project.job("serve", "--port", "0", then="echo left; read go; fg") as terminal:
        terminal.until("Ctrl-C ends it")
        terminal.press("\x1a")
        terminal.until("left")
        project.ok("run", "acting", "-c", "lines=2", "--detach")
        (run,) = project.json("runs")
        assert project.wait(run["id"])["status"] == "completed"
        (server,) = psutil.Process(terminal.process.pid).children()
        terminal.press("\r")
        server.terminate()  # heeded once it goes on
        assert terminal.finish() == 0


def test_closing_a_terminal_ends_what_ctrl_z_has_stopped_there(
    project: Project, gate: Path
) -> None:
    with project.job("run", "acting", "-c", "action=gate", then="echo left; read go") as terminal:
        terminal.until("ready")
        (watching,) = psutil.Process(terminal.process.pid).children()
        terminal.press("\x1a")
        terminal.until("left")
        terminal.hang_up()
        watching.wait(30)
    (run,) = project.json("runs")
    assert run["status"] == "running"
    gate.touch()
    assert project.wait(run["id"])["status"] == "completed"


def test_ctrl_z_does_nothing_where_nobody_could_continue(project: Project, gate: Path) -> None:
    with project.terminal("run", "acting", "-c", "action=gate") as terminal:
        terminal.until("ready")
        terminal.press("\x1a")
        terminal.until("^Z")
        gate.touch()
        assert terminal.finish() == 0
    assert "✓ completed" in terminal.text


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
