"""How long a run took is one number, wherever the terminal says it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from rich.console import Console

from athanor.cli.render import details
from athanor.cli.render.listing import runs_table
from athanor.cli.render.summary import ending
from athanor.domain.moment import now
from athanor.domain.run import Run, RunStatus

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def _run(**known: Any) -> Run:
    moments = {"inserted_at": BEGUN, "updated_at": BEGUN, "started_at": BEGUN}
    ended = {"completed_at": BEGUN + timedelta(seconds=9), "status": RunStatus.COMPLETED}
    fields = {"id": "0" * 36, "instance_id": "1" * 36, "configuration": {}}
    return Run(**{**fields, **moments, **ended, **known})


def _said(run: Run) -> list[str]:
    console = Console(width=200, color_system=None)
    with console.capture() as listed:
        console.print(runs_table([run], {}))
    with console.capture() as shown:
        console.print(*details.run({"run": run, "instance": None, "queue_place": 0}))
    return [listed.get(), shown.get(), ending(run)]


def test_the_terminal_says_what_the_runner_measured() -> None:
    assert all(" 5.0s" in said for said in _said(_run(metadata={"duration_s": 5.0})))


def test_the_clock_says_it_of_a_run_whose_runner_was_killed() -> None:
    assert all(" 9.0s" in said for said in _said(_run()))


def test_a_live_run_goes_on_until_now() -> None:
    begun = now() - timedelta(hours=2, seconds=30)
    live = _run(status=RunStatus.RUNNING, started_at=begun, completed_at=None)
    assert all("2h 0" in said for said in _said(live)[:2])
