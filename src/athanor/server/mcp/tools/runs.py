"""Tools about runs: starting, watching, stopping them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool

from athanor.errors import DatabaseAway
from athanor.harness.parts import part_of
from athanor.harness.records import to_json
from athanor.server.mcp.bounds import cut_middle, part_answer, shortened
from athanor.server.mcp.models.runs import (
    CancelledRun,
    Progress,
    Run,
    RunAsked,
    RunInList,
    Runs,
    RunsAsked,
    RunToAwait,
    RunToCancel,
    RunToStart,
    StartedRun,
    WaitedRun,
)
from athanor.server.mcp.tool import CHANGES, READS, Hints, Tool, Waits

if TYPE_CHECKING:
    from athanor.server.mcp.desk import Desk
    from athanor.server.mcp.tool import Report

_IN_LIST = 300
_ERROR_IN_LIST = 400
_METADATA = 1_500
_CONFIGURATION = 4_000
_MOST_FIGURES = 30
_REPORT_S = 5.0
_SHORT = "What is large is told, not given; get_run with that `path` shows it."


def list_runs(desk: Desk, asked: RunsAsked) -> Runs:
    """List the runs of an experiment, newest first.

    get_run says more of one; get_run_logs and list_results say what it said.
    """
    experiment = desk.harness.get_instance(asked.experiment_id)
    page = desk.harness.list_runs(
        instance_id=experiment.id, status=asked.status, limit=asked.limit, cursor=asked.cursor
    )
    total = desk.harness.instance_stats(experiment.id).run_count
    return Runs(
        runs=[_listed(run) for run in page.items],
        count=len(page.items),
        total=total,
        truncated=page.next is not None,
        next_cursor=page.next,
        note=None if total else "It was never run; start_run starts a run.",
    )


def get_run(desk: Desk, asked: RunAsked) -> Run:
    """Get one run: its status, progress, error, and what was recorded about it.

    `path` (such as `metadata.packages`, `metadata.git` or `error`) shows one part of it whole.
    """
    run = desk.harness.get_run(asked.id)
    details = _details(desk, run)
    if asked.path:
        part = part_of(to_json(run), asked.path, max_chars=asked.max_chars)
        details |= {"part": part_answer(part), "metadata": {}, "configuration": {}}
        details["note"] = "With a path, configuration and metadata are left out."
    return Run(**details)


def start_run(desk: Desk, asked: RunToStart) -> StartedRun:
    """Start a new run of an experiment. It works by itself, whatever becomes of this session.

    It is `running` when this answers, or `pending` in the queue. wait_for_run waits for its end.
    """
    run = desk.harness.start_run(asked.experiment_id)
    place = desk.harness.queue_place(run.id) if run.status.live else 0
    return StartedRun(
        id=run.id,
        instance_id=run.instance_id,
        status=run.status,
        started_at=run.started_at,
        inserted_at=run.inserted_at,
        queue_place=place,
        note="wait_for_run waits for its end; get_run_logs shows what it says meanwhile.",
    )


def cancel_run(desk: Desk, asked: RunToCancel) -> CancelledRun:
    """Ask a run to stop, or with `force` end all its processes.

    A run that is asked goes on until it next looks whether it should stop; use `force` only for
    one that does not listen.
    """
    run = desk.harness.cancel_run(asked.id, force=asked.force)
    if run.status.final:
        note = "It has ended."
    elif asked.force:
        note = "Its processes are being ended; wait_for_run waits until they are gone."
    else:
        note = "It was asked; wait_for_run waits for its end. If it does not listen, use force."
    return CancelledRun(
        id=run.id,
        status=run.status,
        completed_at=run.completed_at,
        cancelling=run.cancelling,
        note=note,
    )


async def wait_for_run(desk: Desk, asked: RunToAwait, report: Report) -> WaitedRun:
    """Wait until a run has ended, at most `timeout` seconds; answers the run as it stands then.

    `ended` says whether it has. If not, call this again, or look at get_run_logs meanwhile. With
    the end come `figures`, the numbers it ended with.
    """
    begun_s = time.monotonic()
    run = await run_in_threadpool(desk.harness.get_run, asked.id)
    told: tuple[str, float] = ("", 0.0)
    while not run.status.final and not desk.pulse.stopping:
        waited_s = time.monotonic() - begun_s
        if waited_s >= asked.timeout:
            break
        told = await _report(run, waited_s, asked.timeout, told, report)
        run = await _next_look(desk, run, asked.timeout - waited_s)
    return await run_in_threadpool(_waited, desk, run, time.monotonic() - begun_s)


async def _next_look(desk: Desk, run: Any, patience_s: float) -> Any:
    """The run after the next change in the database; no thread is held meanwhile."""
    beat = desk.pulse.beat()
    await desk.pulse.wait(beat, patience_s)
    try:
        return await run_in_threadpool(desk.harness.get_run, run.id)
    except DatabaseAway:  # the run does not notice
        return run


async def _report(
    run: Any, waited_s: float, timeout_s: float, told: tuple[str, float], report: Report
) -> tuple[str, float]:
    """Tell how far the run is, at every change but not more than once a second."""
    said = _words(run)
    patience_s = 1.0 if said != told[0] else _REPORT_S
    if told[0] and waited_s - told[1] < patience_s:
        return told
    await report(waited_s, timeout_s, said)
    return said, waited_s


def _words(run: Any) -> str:
    progress = run.progress
    if progress is None:
        return str(run.status.value)
    of = f" of {progress.total} ({progress.percent} %)" if progress.total else ""
    message = f": {progress.message}" if progress.message else ""
    return f"{run.status.value}, {progress.current}{of}{message}"


def _waited(desk: Desk, run: Any, waited_s: float) -> WaitedRun:
    details = _details(desk, run)
    figures = desk.harness.figures(run.id) if run.status.final else {}
    if not run.status.final:
        details["note"] = "It has not ended. Call wait_for_run again, or look at get_run_logs."
    elif len(figures) > _MOST_FIGURES:
        details["note"] = f"{len(figures) - _MOST_FIGURES} more figures: summarize_results."
    elif details["note"] == _SHORT:
        details["note"] = None
    details["metadata"] = {}
    return WaitedRun(
        **details,
        ended=run.status.final,
        waited_s=round(waited_s, 2),
        figures=dict(list(figures.items())[:_MOST_FIGURES]),
    )


def _listed(run: Any) -> RunInList:
    metadata = {key: run.metadata[key] for key in _LISTED if key in run.metadata}
    return RunInList(
        id=run.id,
        status=run.status,
        started_at=run.started_at,
        completed_at=run.completed_at,
        error=cut_middle(run.error, _ERROR_IN_LIST),
        metadata=shortened(metadata, "metadata", _IN_LIST)[0],
        inserted_at=run.inserted_at,
        duration_s=run.duration_s,
        progress=_progress(run),
    )


_LISTED = ("host", "exit_code", "signal")


def _details(desk: Desk, run: Any) -> dict[str, Any]:
    metadata, short = shortened(run.metadata, "metadata", _METADATA)
    configuration, shorter = shortened(run.configuration, "configuration", _CONFIGURATION)
    return {
        "id": run.id,
        "instance_id": run.instance_id,
        "status": run.status,
        "started_at": run.started_at,
        "completed_at": run.completed_at,
        "error": cut_middle(run.error),
        "metadata": metadata,
        "inserted_at": run.inserted_at,
        "duration_s": run.duration_s,
        "progress": _progress(run),
        "configuration": configuration,
        "log_count": run.log_counts.total,
        "error_count": run.log_counts.error,
        "result_count": run.result_count,
        "cancelling": run.cancelling,
        "queue_place": desk.harness.queue_place(run.id) if run.started_at is None else 0,
        "waits_for": run.waits_for,
        "note": _SHORT if short or shorter else None,
    }


def _progress(run: Any) -> Progress | None:
    return None if run.progress is None else Progress.model_validate(run.progress)


TOOLS = (
    Tool(title="List runs", work=list_runs, asked=RunsAsked, answer=Runs, hints=READS),
    Tool(title="Get a run", work=get_run, asked=RunAsked, answer=Run, hints=READS),
    Tool(
        title="Start a run",
        work=start_run,
        asked=RunToStart,
        answer=StartedRun,
        hints=Hints(open_world=True),
        waits=Waits.START,
    ),
    Tool(
        title="Wait for a run",
        work=wait_for_run,
        asked=RunToAwait,
        answer=WaitedRun,
        hints=READS,
        waits=Waits.NEWS,
    ),
    Tool(
        title="Cancel a run", work=cancel_run, asked=RunToCancel, answer=CancelledRun, hints=CHANGES
    ),
)
