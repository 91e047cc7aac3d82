"""Runs: finding, starting, stopping and deleting them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from athanor.server.models.answer import Page
from athanor.server.models.runs import (
    CancelAsked,
    FirstLines,
    Run,
    RunCounts,
    RunDetails,
    RunInList,
    RunOfInstance,
    RunsAsked,
    RunsWanted,
    StartAsked,
    UsageSeries,
)
from athanor.server.openapi import problems
from athanor.server.opened import Opened, RunId
from athanor.server.turns import NamesExperiment, StartsRuns

router = APIRouter(prefix="/runs", tags=["runs"])


@router.get(
    "",
    operation_id="list_runs",
    response_model=Page[RunOfInstance],
    responses=problems(404, 409),
)
def list_runs(asked: Annotated[RunsAsked, Query()], harness: Opened, _: NamesExperiment) -> Any:
    """Runs, newest first."""
    page = harness.list_named_runs(
        **_wanted(asked), status=asked.status or None, limit=asked.limit, cursor=asked.cursor
    )
    return Page(
        items=[_listed(named, whole=asked.metadata) for named in page.items], next=page.next
    )


@router.get(
    "/counts", operation_id="count_runs", response_model=RunCounts, responses=problems(404, 409)
)
def count_runs(asked: Annotated[RunsWanted, Query()], harness: Opened, _: NamesExperiment) -> Any:
    """How many runs a list would have, a number a status."""
    counts = harness.count_runs(**_wanted(asked))
    return RunCounts(**counts, total=sum(counts.values()))


def _wanted(asked: RunsWanted) -> dict[str, Any]:
    return {
        "instance_id": asked.instance_id,
        "module": asked.experiment,
        "name_contains": asked.name,
        "since": asked.since,
        "until": asked.until,
    }


def _listed(named: Any, *, whole: bool) -> RunOfInstance:
    known = RunInList.model_validate(named.run)
    return RunOfInstance(
        **dict(known),
        metadata=named.run.metadata if whole else None,
        instance_name=named.instance_name,
        experiment_module=named.experiment_module,
    )


@router.get("/{run_id}", operation_id="get_run", response_model=RunDetails, responses=problems(404))
def get_run(run_id: RunId, harness: Opened) -> Any:
    """A run with all that is known of it."""
    run = harness.get_run(run_id)
    instance = harness.get_instance(run.instance_id)
    return RunDetails(
        **dict(Run.model_validate(run)),
        instance_name=instance.name,
        experiment_module=instance.experiment_module,
        queue_place=harness.queue_place(run.id),
        first_lines=FirstLines(**harness.first_lines(run)),
    )


@router.get(
    "/{run_id}/usage",
    operation_id="list_usage",
    response_model=UsageSeries,
    responses=problems(404),
)
def list_usage(run_id: RunId, harness: Opened) -> Any:
    """What a run has used of processor, memory and GPUs over time."""
    return {"items": harness.list_usage(run_id)}


@router.post(
    "/{run_id}/start",
    operation_id="start_prepared_run",
    response_model=Run,
    responses=problems(404, 409),
)
def start_prepared_run(
    run_id: RunId, harness: Opened, _: StartsRuns, asked: StartAsked | None = None
) -> Any:
    """Start a run that was only prepared; refused when it was started before."""
    return harness.start(run_id, wait=asked is None or asked.wait)


@router.post(
    "/{run_id}/cancel",
    operation_id="cancel_run",
    response_model=Run,
    responses=problems(404, 409),
)
def cancel_run(run_id: RunId, harness: Opened, asked: CancelAsked | None = None) -> Any:
    """Ask a run to stop, or with `force` end all its processes; refused when it has ended."""
    return harness.cancel_run(run_id, force=asked is not None and asked.force)


@router.delete(
    "/{run_id}", operation_id="delete_run", status_code=204, responses=problems(404, 409)
)
def delete_run(run_id: RunId, harness: Opened) -> None:
    """Delete a run and all it said; refused while it is live.

    It is gone when this answers; what it occupied is set free little by little afterwards.
    """
    harness.delete_run(run_id, wait=False)
